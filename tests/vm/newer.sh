#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds the module as if a kernel's series were newer than every tested one, for newer_test, and
# prints its path.
# usage: newer.sh NAME
#   NAME  a kernel of the kernels table
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=newer
. "$(dirname "$0")/lib.sh"

src=$build/newer
lock "$src/lock"
rm -rf "$src/kmod" "$src/include"
# With their times, so that kmod.sh sees what has changed.
cp -a "$top/kmod" "$top/include" "$src/"
compat=$src/kmod/compat.h
sed 's/^\(#define IPCDBG_NEWEST_TESTED\) .*/\1 KERNEL_VERSION(5, 9, 0)/' \
	"$top/kmod/compat.h" >"$compat"
touch -r "$top/kmod/compat.h" "$compat"
! cmp -s "$top/kmod/compat.h" "$compat" || die "compat.h does not say which series is the newest"
ko=$("$vm/kmod.sh" -s "$src" "$1")
cp "$ko" "$(dirname "$ko")/newer.ko"
echo "$(dirname "$ko")/newer.ko"
