#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes a folder with the compiler of another Debian suite in the cache, and prints its path.
# usage: toolchain.sh [-u] SUITE:COMPILER [ARCHITECTURE]
#   -u  make it anew even if it is there
#
# Kernel headers want the compiler that the kernel was built with. The folder has what building a
# module takes and no more; its packages are unpacked, not configured. Who needs it enters it by
# chroot. For another ARCHITECTURE than amd64 it has a cross compiler, and what the guest's
# programs, its base image and make test-stress take of that architecture.
# Exit: 0, 1 it cannot be made.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=toolchain
. "$(dirname "$0")/lib.sh"

common='base-files coreutils bash dash sed grep mawk findutils diffutils make kmod xz-utils
	perl-base'
guest='libc6-dev libsmartcols-dev libjansson-dev busybox-static util-linux jq strace stress-ng'

# Prints the packages of $compiler in $suite for $arch.
packages()
{
	case $suite in
	bullseye) echo "$common libelf1 dwarves" ;;
	bookworm) echo "$common libelf1 pahole" ;;
	*) echo "$common libelf1t64 pahole" ;;
	esac
	if [ "$arch" = amd64 ]; then
		echo "$compiler libc6-dev"
		return
	fi
	echo "$compiler-$(triplet "$arch")"
	for package in $guest; do
		echo "$package:$arch"
	done
}

# Links that base packages make when they are configured.
finish()
{
	for dir in bin sbin lib lib64; do
		[ -e "$1/$dir" ] || ln -s "usr/$dir" "$1/$dir"
	done
	[ -e "$1/usr/bin/awk" ] || ln -s mawk "$1/usr/bin/awk"
	[ -x "$1/usr/bin/$(triplet "$arch")-$compiler" ] || die "$suite has no $compiler"
}

update=
[ "${1-}" != -u ] || { update=1; shift; }
suite=${1%%:*} compiler=${1#*:} arch=${2:-amd64}
name=$suite-$compiler architectures=amd64 size=300
[ "$arch" = amd64 ] || name=$name-$arch architectures=amd64,$arch size=550
home=$cache/toolchain/$name
lock "$home.lock"
if [ -n "$update" ] || [ ! -d "$home" ]; then
	say "unpacking $compiler of $suite for $arch, about $size MB"
	new=$home.new
	rm -rf "$new"
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	mmdebstrap --quiet --mode=root --variant=extract \
		--architectures="$architectures" \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include="$(packages | xargs | tr ' ' ,)" \
		"$suite" "$new" "$(mirror '^[a-z]+$')" >&2 || die "mmdebstrap failed"
	finish "$new"
	rm -rf "$home"
	mv "$new" "$home"
fi
echo "$home"
