#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Brings a row of the kernels table into the cache and prints the folder it is in.
# usage: fetch.sh [-u] NAME
#   -u  ask the mirror for a newer version even if one is cached
#
# A kernel's folder: vmlinux (for PVH boot) or on arm64 Image, btf, config, release (uname -r),
# build (link to the headers). A source's folder: the files of source_files below, at their paths in
# the kernel tree.
# A tarball's folder: linux.tar.xz, all of it. A built kernel's folder: see tests/debug/kernel.sh.
# The folder of a kernel's DWARF: vmlinux.debug, of the vmlinux that is cached as that kernel's.
# A folder appears by one rename when it is whole. Without -u a cached version needs no network.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=fetch
. "$(dirname "$0")/lib.sh"

source_files='tools/testing/selftests/kselftest.h tools/testing/selftests/kselftest_harness.h
	scripts/checkpatch.pl scripts/spelling.txt scripts/const_structs.checkpatch'

# Reads the lists of suite $1 for architecture $2 through a private apt: nothing of the host's apt
# changes. Mirrors may be past the Valid-Until of suites that only live in between two releases.
setup_apt()
{
	valid=true architectures='"amd64";'
	[ "$2" = amd64 ] || architectures="$architectures \"$2\";"
	case $1 in sid | *-backports) valid=false ;; esac
	mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/none" "$work/debs"
	: >"$work/status"
	sources "$1" >"$work/sources.list"
	cat >"$work/apt.conf" <<-END
		APT::Architecture "amd64";
		APT::Architectures { $architectures };
		APT::Sandbox::User "";
		APT::Default-Release "";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "$valid";
		Dir::State "$work";
		Dir::State::lists "$work/lists";
		Dir::State::status "$work/status";
		Dir::Cache "$work";
		Dir::Etc::sourcelist "$work/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::Etc::preferences "$work/none";
		Dir::Etc::preferencesparts "$work/none";
	END
	export APT_CONFIG="$work/apt.conf"
	say "reading the package lists of $1"
	apt-get update -q -q >"$work/log" 2>&1 || { cat "$work/log" >&2; die "apt failed"; }
}

# Prints the package=version words that row $1 consists of, the one that names the version first.
packages()
{
	suite=$(row "$1" suite)
	package=$(row "$1" package)
	case $(row "$1" kind) in
	source | tarball) set -- "$package" ;;
	dwarf) set -- "linux-image-$(cat "$described/release")-dbg" ;;
	# The programs that come with the headers are those for this machine.
	kernel)
		arch=$(architecture "$1")
		set -- "linux-image-$package:$arch" "linux-headers-$package:$arch"
		;;
	esac
	case $suite in *-backports) set -- -t "$suite" "$@" ;; esac
	apt-get -s -q --no-install-recommends install "$@" | awk '
		$1 == "Inst" &&
		$2 ~ /^linux-(image|binary|modules|headers|kbuild|source)-[0-9]+\./ {
			word = $2 "=" substr($3, 2)
			if ($2 ~ /^linux-(image|source)-/) first = word
			else rest = rest " " word
		}
		END { if (!first) exit 1; print first rest }' || die "$suite has no $package"
}

download()
{
	cd "$work/debs"
	size=$(apt-get --print-uris download "$@" | awk '{ n += $3 } END { print int(n / 1e6) }')
	say "downloading $size MB: $*"
	apt-get download -q -q "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "apt failed"; }
	cd "$work"
}

# Prints the little-endian number of $3 bytes at offset $2 of file $1.
number_at()
{
	od -An -tu"$3" -j"$2" -N"$3" "$1" | tr -d ' '
}

# Unpacks bzImage $1 to ELF file $2: QEMU starts that directly, which saves decompression in the
# guest. The offsets are those of Documentation/x86/boot.rst. The payload ends in its unpacked
# size, which is no part of the stream but for gzip.
unpack_vmlinux()
{
	offset=$((($(number_at "$1" 497 1) + 1) * 512 + $(number_at "$1" 584 4)))
	length=$(($(number_at "$1" 588 4) - 4))
	case $(od -An -tx1 -j"$offset" -N2 "$1" | tr -d ' ') in
	0221) unpack=lz4 ;;
	fd37) unpack=xz ;;
	28b5) unpack=zstd ;;
	1f8b) unpack=gzip length=$((length + 4)) ;;
	*) die "$1: unknown compression" ;;
	esac
	tail -c +$((offset + 1)) "$1" | head -c "$length" | $unpack -dc >"$2"
	[ "$(od -An -tx1 -N4 "$2" | tr -d ' ')" = 7f454c46 ] || die "$1 holds no ELF file"
}

# Unpacks what Debian's arm64 kernels boot to $2: they are not packed. Their first 64 bytes are told
# by Documentation/arch/arm64/booting.rst.
unpack_Image()
{
	[ "$(od -An -c -j56 -N4 "$1" | tr -d ' ')" = ARMd ] || die "$1 is no plain Image"
	cp "$1" "$2"
}

# Copies section .BTF of ELF file $1, of whatever architecture, to $2.
dump_btf()
{
	objcopy -I elf64-little -O elf64-little --dump-section .BTF="$2" "$1" "$work/scrap"
}

# Makes folder $1 of the kernel whose packages are in $work/debs.
make_kernel()
{
	for deb in "$work"/debs/*.deb; do
		dpkg-deb -x "$deb" "$work/root"
	done
	image=$(find "$work/root" -name 'vmlinuz*' -type f)
	release=$(basename "$work"/root/usr/src/linux-headers-*"$package")
	release=${release#linux-headers-}
	echo "$release" >"$1/release"
	case $package in
	*arm64)
		unpack_Image "$image" "$1/Image"
		dump_btf "$work/root/usr/src/linux-headers-$release/vmlinux" "$1/btf"
		;;
	*)
		unpack_vmlinux "$image" "$1/vmlinux"
		dump_btf "$1/vmlinux" "$1/btf"
		;;
	esac
	find "$work/root" \( -name "config-$release" -o -path "*/$release/config" \) \
		-exec cp {} "$1/config" \;
	mkdir "$1/usr" "$1/usr/lib"
	mv "$work/root/usr/src" "$1/usr/"
	mv "$work"/root/usr/lib/linux-kbuild-* "$1/usr/lib/"
	ln -s "usr/src/linux-headers-$release" "$1/build"
	# The only absolute path in them.
	# shellcheck disable=SC2016 # for make to expand
	sed -i 's,/usr/src/,$(dir $(lastword $(MAKEFILE_LIST)))../,' "$1/build/Makefile"
}

# Makes folder $1 of the source package in $work/debs, as packed as it came.
make_tarball()
{
	dpkg-deb --fsys-tarfile "$work"/debs/*.deb |
		tar -xO --wildcards '*.tar.xz' >"$1/linux.tar.xz"
	[ -s "$1/linux.tar.xz" ] || die "$package has no linux-*.tar.xz"
}

# Makes folder $1 of the source package in $work/debs.
make_source()
{
	say "unpacking a few files of it"
	# shellcheck disable=SC2046,SC2086 # one word a file
	dpkg-deb --fsys-tarfile "$work"/debs/*.deb | tar -xO --wildcards '*.tar.xz' | xz -dc |
		tar -x -C "$1" --strip-components=1 --wildcards --no-wildcards-match-slash \
			$(printf '*/%s ' $source_files)
	for file in $source_files; do
		[ -s "$1/$file" ] || die "$package lacks $file"
	done
}

# Prints the build ID of ELF file $1.
build_id()
{
	readelf -n "$1" 2>/dev/null | sed -n 's/.*Build ID: //p'
}

# Makes folder $1 of the package of DWARF in $work/debs, without relocations and what only tells how
# to unwind and where local variables are.
make_dwarf()
{
	dpkg-deb --fsys-tarfile "$work"/debs/*.deb |
		tar -xO --wildcards '*/boot/vmlinux-*' >"$work/vmlinux"
	[ "$(build_id "$work/vmlinux")" = "$(build_id "$described/vmlinux")" ] ||
		die "$list is of another build than $described: run make fetch-update"
	objcopy --only-keep-debug -R '.rela*' -R .debug_loclists -R .debug_frame \
		-R .debug_aranges "$work/vmlinux" "$1/vmlinux.debug"
}

update=
[ "${1-}" != -u ] || { update=1; shift; }
[ $# -eq 1 ] || { echo "usage: $0 [-u] NAME" >&2; exit 64; }
kind=$(row "$1" kind)
[ "$kind" != built ] || exec "$top/tests/debug/kernel.sh" ${update:+-u} "$1"
home=$cache/$1

# What describes another version than there is now is none.
if [ "$kind" = dwarf ]; then
	described=$("$vm/fetch.sh" "$(row "$1" package)")
	[ "$(readlink "$home/current")" = "${described##*/}" ] || update=1
fi

if [ -e "$home/current" ] && [ -z "$update" ]; then
	cd -P "$home/current"
	pwd
	exit
fi

lock "$home/lock"
work=$home/new
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
setup_apt "$(row "$1" suite)" "$(architecture "$1")"
list=$(packages "$1")
version=${list%% *}
version=${version#*=}
package=$(row "$1" package)
if [ ! -d "$home/$version" ]; then
	# shellcheck disable=SC2086
	download $list
	mkdir "$work/made"
	"make_$kind" "$work/made"
	mv "$work/made" "$home/$version"
fi
ln -sfn "$version" "$home/next"
mv -T "$home/next" "$home/current"
for old in "$home"/[0-9]*; do
	[ "$old" = "$home/$version" ] || rm -rf "$old"
done
say "$1 is $version"
echo "$home/$version"
