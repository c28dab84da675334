#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes a folder with the compiler of another Debian suite in the cache, and prints its path.
# usage: toolchain.sh SUITE:COMPILER, such as bullseye:gcc-10
#
# Kernel headers want the compiler that the kernel was built with. The folder has what building a
# module takes and no more; its packages are unpacked, not configured. kmod.sh enters it by chroot.
# Exit: 0, 1 it cannot be made.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=toolchain
. "$(dirname "$0")/lib.sh"

common='base-files coreutils bash dash sed grep mawk findutils diffutils make kmod libc6-dev
	xz-utils perl-base'

# Prints what differs between suites.
packages()
{
	case $1 in
	bullseye) echo "$2 libelf1 dwarves" ;;
	bookworm) echo "$2 libelf1 pahole" ;;
	*) echo "$2 libelf1t64 pahole" ;;
	esac
}

# Links that base packages make when they are configured.
finish()
{
	for dir in bin sbin lib lib64; do
		[ -e "$1/$dir" ] || ln -s "usr/$dir" "$1/$dir"
	done
	[ -e "$1/usr/bin/awk" ] || ln -s mawk "$1/usr/bin/awk"
	[ -x "$1/usr/bin/$2" ] || die "$suite has no $2"
}

suite=${1%%:*} compiler=${1#*:}
home=$cache/toolchain/$suite-$compiler
lock "$cache/toolchain/$suite-$compiler.lock"
if [ ! -d "$home" ]; then
	say "unpacking $compiler of $suite, about 300 MB"
	new=$home.new
	rm -rf "$new"
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	# shellcheck disable=SC2046,SC2086 # one word a package
	mmdebstrap --quiet --mode=root --variant=extract \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include="$(echo $common $(packages "$suite" "$compiler") | tr ' ' ,)" \
		"$suite" "$new" "$(mirror '^[a-z]+$')" >&2 || die "mmdebstrap failed"
	finish "$new" "$compiler"
	mv "$new" "$home"
fi
echo "$home"
