#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds a kernel of kind "built" into the cache and prints the folder it is in; fetch.sh calls it.
# usage: kernel.sh [-u] NAME
#   -u  look for a newer source first
#
# It is made of the source that its row of the kernels table names, guest.config, NAME.config and
# patches/. Its folder is named by the source's version and a digest of the rest and the compiler:
# bzImage, btf, config, release (uname -r), build (a tree that builds and signs modules, also
# in-tree). The folder appears by one rename when it is whole. What is cached needs no network.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=kernel
. "$(dirname "$0")/../vm/lib.sh"
debug=$top/tests/debug

# To be raised when this script makes another kernel, or another folder, of the same ingredients.
recipe=1
# Steps that make prints for the debug kernel, so that progress has an end; seconds it may take.
steps=2100
patience=7200

# Prints everything but the source that decides what the kernel of row $1 becomes.
ingredients()
{
	echo "$recipe"
	gcc --version | head -n 1
	pahole --version
	cat "$debug/guest.config" "$debug/$1.config" "$debug"/patches/*.patch
}

# Complains of every line of fragment $1 that is not so in .config.
check_config()
{
	bad=$(while read -r line; do
		case $line in
		CONFIG_*=n) ! grep -q "^${line%n}" .config || echo "$line" ;;
		CONFIG_* | '# CONFIG_'*) grep -qxF "$line" .config || echo "$line" ;;
		esac
	done <"$1")
	[ -z "$bad" ] || die "not taken by the kernel's configuration:" "$bad"
}

configure()
{
	make -s tinyconfig >"$work/log" 2>&1
	scripts/kconfig/merge_config.sh -m .config "$work/fragment" >>"$work/log" 2>&1
	make -s olddefconfig >>"$work/log" 2>&1
	check_config "$work/fragment"
}

# Says every half minute how far make is, until process $1 has ended.
watch()
{
	begin=$(date +%s)
	next=$((begin + 30))
	while kill -0 "$1" 2>/dev/null; do
		sleep 1
		[ "$(date +%s)" -ge $next ] || continue
		say "step $(wc -l <"$work/log") of about $steps," \
			"$((($(date +%s) - begin) / 60)) min: $(tail -n 1 "$work/log")"
		next=$((next + 30))
	done
}

compile()
{
	say "building the $name kernel, which takes 15 to 30 min on two processors"
	timeout "$patience" make -j"$(($(nproc) + 1))" bzImage modules </dev/null \
		>"$work/log" 2>&1 &
	maker=$!
	watch $maker
	wait $maker || { tail -n 40 "$work/log" >&2; die "the kernel does not build"; }
	maker=
	say "built in $((($(date +%s) - begin) / 60)) min, $(wc -l <"$work/log") steps"
}

# Removes from the tree what no build of a module reads: sources of the kernel itself, its objects.
# (objtool, which a moved tree builds anew, compares its copies with a few of them.)
prune()
{
	find . -type f ! -path './include/*' ! -path './scripts/*' ! -path './certs/*' \
		! -path './arch/x86/include/*' ! -path './arch/x86/tools/*' \
		! -path './arch/x86/lib/in*.c' ! -path './arch/x86/lib/*.txt' \
		! -path './arch/x86/entry/syscalls/*' ! -path './arch/x86/kernel/*asm-offsets*' \
		! -path './kernel/bounds.c' ! -path './kernel/.bounds*' \
		! -path './kernel/time/timeconst.bc' ! -path './tools/include/*' \
		! -path './tools/build/*' ! -path './tools/lib/*' ! -path './tools/scripts/*' \
		! -path './tools/arch/x86/*' ! -path './tools/objtool/*' \
		! -path './tools/bpf/resolve_btfids/*' \
		! -name 'Kconfig*' ! -name 'Makefile*' ! -name 'Kbuild*' ! -path './.config' \
		! -path './Module.symvers' ! -path './arch/x86/kernel/.asm-offsets*' -delete
	find . -depth -type d -empty -delete
}

# Makes folder $1 in the tree $2.
fill()
{
	mkdir "$1"
	cd "$2"
	cp arch/x86/boot/bzImage .config "$1"
	mv "$1/.config" "$1/config"
	cp include/config/kernel.release "$1/release"
	objcopy --dump-section .BTF="$1/btf" vmlinux "$work/scrap"
	prune
	cd "$work"
	mv "$2" "$1/build"
}

make_kernel()
{
	say "unpacking the source"
	mkdir -p "$work/linux"
	tar -xJf "$source/linux.tar.xz" -C "$work/linux" --strip-components=1
	cat "$debug/guest.config" "$debug/$name.config" >"$work/fragment"
	cd "$work/linux"
	for patch in "$debug"/patches/*.patch; do
		patch -s -p1 -F0 <"$patch" || die "$patch does not apply"
	done
	configure
	compile
	fill "$work/made" "$work/linux"
}

update=
[ "${1-}" != -u ] || { update=-u; shift; }
[ $# -eq 1 ] || { echo "usage: $0 [-u] NAME" >&2; exit 64; }
name=$1
home=$cache/$name
"$top/tests/deps.sh" debug >&2
# shellcheck disable=SC2086 # one word or none
source=$("$vm/fetch.sh" $update "$(row "$name" package)")
folder=$home/$(basename "$source")-$(ingredients "$name" | sha256sum | cut -c 1-12)
lock "$home/lock"
if [ ! -d "$folder" ]; then
	work=$home/new
	maker=
	rm -rf "$work"
	trap '[ -z "$maker" ] || kill "$maker"; rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
	mkdir -p "$work"
	make_kernel
	mv "$work/made" "$folder"
	for old in "$home"/*-*; do
		[ "$old" = "$folder" ] || rm -rf "$old"
	done
	say "$name is $folder, $(du -sm "$folder" | cut -f 1) MB"
fi
ln -sfn "$(basename "$folder")" "$home/next"
mv -T "$home/next" "$home/current"
echo "$folder"
