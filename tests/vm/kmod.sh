#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds kmod/ and prints the path of the module.
# usage: kmod.sh [-s DIR] NAME|KERNEL_BUILD_DIR [MAKE_ARGUMENT...]
#   NAME   a kernel of the kernels table; else the folder of a kernel's headers
#   -s     sources other than the project's: a folder that has kmod/ and include/
#
# Every warning is an error, W=1 included. Nothing runs when no source is newer than the module.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=kmod
. "$(dirname "$0")/lib.sh"

# Makes folder $2 a copy of folder $1 by links to its files, as kbuild writes beside its sources.
mirror()
{
	mkdir -p "$2"
	find "$2" -xtype l -exec rm -f {} +
	(cd "$1" && find . -type f \( -name '*.[ch]' -o -name Kbuild \)) | while read -r file; do
		[ "$(readlink "$2/$file")" != "$1/${file#./}" ] || continue
		mkdir -p "$(dirname "$2/$file")"
		ln -sfn "$1/${file#./}" "$2/$file"
	done
}

src=$top
while getopts s: option; do
	case $option in
	s) src=$(cd "$OPTARG" && pwd) ;;
	*) exit 64 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || { echo "usage: $0 [-s DIR] NAME|KERNEL_BUILD_DIR [MAKE_ARGUMENT...]" >&2; exit 64; }
case $1 in
/*) kdir=$1 ;;
*) kdir=$("$vm/fetch.sh" "$1")/build ;;
esac
shift
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' \
	"$kdir/include/generated/utsrelease.h" 2>/dev/null) || die "$kdir: not kernel headers"

out=$build/kmod/$release
[ "$src" = "$top" ] || out=$src/build/$release
log=$out/log
lock "$out/lock"
if [ $# -eq 0 ] && [ -e "$out/ipcdbg.ko" ] &&
	[ -z "$(find "$src/kmod" "$src/include" "$kdir/.config" -newer "$out/ipcdbg.ko")" ]; then
	echo "$out/ipcdbg.ko"
	exit
fi

say "building for $release"
mirror "$src/kmod" "$out/kmod"
mirror "$src/include" "$out/include"
make -C "$kdir" M="$out/kmod" W=1 KCFLAGS=-Werror "$@" modules >"$log" 2>&1 || {
	cat "$log" >&2
	die "build failed"
}
grep -v -e 'Skipping BTF generation' "$log" | grep -E 'warning:|WARNING:' >&2 &&
	die "warnings are errors"
cp "$out/kmod/ipcdbg.ko" "$out/ipcdbg.ko.new"
mv "$out/ipcdbg.ko.new" "$out/ipcdbg.ko"
echo "$out/ipcdbg.ko"
