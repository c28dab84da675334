#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds the module inside the tree of a kernel of kind "built", as Kconfig.snippet says, signs it
# and prints the path of the folder with ipcdbg.ko and, if it counts its lines, its .gcno files.
# usage: intree.sh NAME [MAKE_ARGUMENT...]
#
# The tree is a copy, build/debug/RELEASE. Warnings, W=1's too, are errors, and so is a
# configuration that lets the module be built in.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=intree
. "$(dirname "$0")/../vm/lib.sh"

# Copies the tree of folder $home unless the copy is of it already.
copy_tree()
{
	[ "$(cat "$tree.of" 2>/dev/null)" != "$home" ] || return 0
	say "copying the kernel's tree"
	rm -rf "$tree"
	cp -a "$home/build" "$tree"
	cat "$top/Kconfig.snippet" >>"$tree/lib/Kconfig.debug"
	# shellcheck disable=SC2016 # for make to expand
	echo 'obj-$(CONFIG_IPCDBG) += ipcdbg/kmod/' >>"$tree/lib/Makefile"
	cp "$top/Kconfig.snippet" "$tree/snippet"
	echo "$home" >"$tree.of"
}

# Configures the tree with IPCDBG=$1 and prints what became of it.
configure()
{
	sed -i '/CONFIG_IPCDBG\b/d' "$tree/.config"
	echo "CONFIG_IPCDBG=$1" >>"$tree/.config"
	make -s -C "$tree" olddefconfig >"$log" 2>&1 || { cat "$log" >&2; die "cannot configure"; }
	sed -n 's/^CONFIG_IPCDBG=//p' "$tree/.config"
}

# As all below lib/ is built. But the kernel's own objects are not kept: there is no BTF of the
# module, and modpost cannot look symbols up. Whether each is there, and exported to a module of
# this licence, is what loading it tells.
compile()
{
	rm -rf "$tree/lib/ipcdbg"
	mkdir "$tree/lib/ipcdbg"
	cp -r "$top/kmod" "$top/include" "$tree/lib/ipcdbg/"
	say "building in-tree"
	set -- W=1 KCFLAGS=-Werror cmd_checkdoc= "$@"
	make -C "$tree" -j"$(nproc)" CONFIG_DEBUG_INFO_BTF_MODULES= "$@" \
		lib/ipcdbg/kmod/ipcdbg.ko >"$log" 2>&1 || { cat "$log" >&2; die "build failed"; }
	! grep -vE "$no_vmlinux" "$log" | grep -iE 'warning:' >&2 || die "warnings are errors"
	grep -q 'MODULE_INFO(intree, "Y")' "$out/ipcdbg.mod.c" || die "it was not built in the tree"
	"$top/tests/debug/sign.sh" "$tree" "$out/ipcdbg.ko"
}

[ $# -ge 1 ] || { echo "usage: $0 NAME [MAKE_ARGUMENT...]" >&2; exit 64; }
home=$("$vm/fetch.sh" "$1")
shift
tree=$build/debug/$(cat "$home/release")
out=$tree/lib/ipcdbg/kmod
log=$tree.log
# What is said for want of the kernel's own objects.
no_vmlinux='^WARNING: (vmlinux.o is missing|modpost: (".*" .*undefined!|suppressed .* unresolved))'
lock "$tree.lock"
cmp -s "$top/Kconfig.snippet" "$tree/snippet" || rm -f "$tree.of"
copy_tree
[ "$(configure y)" != y ] || die "IPCDBG can be built in, where BTF cannot be read"
[ "$(configure m)" = m ] || die "IPCDBG cannot be a module"
compile "$@"
echo "$out"
