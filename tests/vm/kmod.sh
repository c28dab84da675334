#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds kmod/ below build/kmod/RELEASE and prints the path of the module.
# usage: kmod.sh [-w] [-i ROOT] [-s DIR] [-v NAME] NAME|KERNEL_BUILD_DIR [MAKE_ARGUMENT...]
#   NAME     a kernel of the kernels table; else the folder of a kernel's headers
#   -w       let warnings pass; else each is an error, those of W=1 too
#   -i ROOT  also install the module, below folder ROOT or, if that is empty, into this system
#   -s DIR   sources other than the project's: a folder that has kmod/ and include/
#   -v NAME  a variant, which the arguments for make tell: below build/kmod/RELEASE-NAME
#
# A kernel of the table is built with the compiler it names, which takes root for a chroot. For one
# of kind "built" the module is signed with that kernel's key.
# Nothing is built when no source is newer than the module, unless there are arguments for make.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=kmod
. "$(dirname "$0")/lib.sh"

usage()
{
	echo "usage: $0 [-w] [-i ROOT] [-s DIR] [-v NAME] NAME|KERNEL_BUILD_DIR" \
		"[MAKE_ARGUMENT...]" >&2
	exit 64
}

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

up_to_date()
{
	[ -e "$out/ipcdbg.ko" ] &&
		[ -z "$(find "$src/kmod" "$src/include" "$vm/kmod.sh" "$kdir/.config" \
			-newer "$out/ipcdbg.ko")" ]
}

compile()
{
	say "building for $release"
	mirror "$src/kmod" "$out/kmod"
	mirror "$src/include" "$out/include"
	# shellcheck disable=SC2086 # one word a flag
	$enter make -j"$(nproc)" -C "$kdir" M="$out/kmod" $flags "$@" modules >"$log" 2>&1 || {
		cat "$log" >&2
		die "build failed"
	}
	if grep -v 'Skipping BTF generation' "$log" | grep -iE 'warning:' >&2; then
		[ -z "$strict" ] || die "warnings are errors"
	fi
	cp "$out/kmod/ipcdbg.ko" "$out/ipcdbg.ko.new"
	[ ! -e "$kdir/certs/signing_key.pem" ] ||
		"$top/tests/debug/sign.sh" "$kdir" "$out/ipcdbg.ko.new"
	mv "$out/ipcdbg.ko.new" "$out/ipcdbg.ko"
}

enter_root()
{
	in_root "$root" "$cache $top $src" "$@"
}

install_module()
{
	# Distributions set SIG_ALL and keep the key: signing could only fail, loudly.
	make -C "$kdir" M="$out/kmod" INSTALL_MOD_PATH="$1" CONFIG_MODULE_SIG_ALL= \
		modules_install >&2
	[ -n "$1" ] || ! command -v depmod >/dev/null || depmod "$release"
}

src=$top strict=1 install='' variant=''
while getopts wi:s:v: option; do
	case $option in
	w) strict='' ;;
	i) install="to $OPTARG" ;;
	s) src=$(cd "$OPTARG" && pwd) ;;
	v) variant=-$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || usage
# Some kernels run their own kernel-doc over the sources at W=1, which takes more of Perl.
flags=${strict:+W=1 KCFLAGS=-Werror cmd_checkdoc=}
case $1 in
/*) kdir=$1 compiler=- ;;
*) kdir=$("$vm/fetch.sh" "$1")/build compiler=$(row "$1" compiler) arch=$(architecture "$1") ;;
esac
enter=''
if [ "$compiler" != - ]; then
	root=$("$vm/toolchain.sh" "$compiler" "$arch")
	enter=enter_root
	[ "$arch" = amd64 ] || flags="$flags CROSS_COMPILE=$(triplet "$arch")-"
fi
shift
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' \
	"$kdir/include/generated/utsrelease.h" 2>/dev/null) || die "$kdir: not kernel headers"

out=$build/kmod/$release$variant
[ "$src" = "$top" ] || out=$src/build/$release$variant
log=$out/log
lock "$out/lock"
if [ $# -gt 0 ] || ! up_to_date; then
	compile "$@"
fi
[ -z "$install" ] || install_module "${install#to }"
echo "$out/ipcdbg.ko"
