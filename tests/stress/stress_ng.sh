#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the path of stress-ng for a kernel: this machine's, or that of the toolchain of another
# architecture, which is made anew if it is from before it had one.
# usage: stress_ng.sh NAME
#   NAME  a kernel of the kernels table
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=stress_ng
. "$(dirname "$0")/../vm/lib.sh"

arch=$(architecture "$1")
if [ "$arch" = amd64 ]; then
	command -v stress-ng || die "no stress-ng: run tests/deps.sh stress"
	exit
fi
set -- "$(row "$1" compiler)" "$arch"
root=$("$vm/toolchain.sh" "$@")
[ -x "$root/usr/bin/stress-ng" ] || root=$("$vm/toolchain.sh" -u "$@")
echo "$root/usr/bin/stress-ng"
