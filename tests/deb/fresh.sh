#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tries the packages as a new user does: boots a fresh Debian with its stock kernel and systemd, and
# there installs them, types what the first screen of README.md shows, upgrades and removes them
# (newcomer.sh). Prints TAP.
# usage: fresh.sh
#   IPCDBG_ACCEL=kvm   in the environment, where that works; it is tcg
# Exit: as tests/vm/run.sh.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=fresh
. "$(dirname "$0")/../vm/lib.sh"
here=$top/tests/deb
. "$here/packages.sh"

limit=$((3600 * ${TIME_SCALE:-1}))

# Makes folder $1 what the guest has on its second disk: packages of version $version in old/ and
# of $version.1 in new/, the shop of README.md, and the scripts.
make_folder()
{
	mkdir "$1" "$1/old" "$1/new"
	copy_tree "$work/old"
	copy_tree "$work/new"
	build_packages "$work/old" "$work/debs" >/dev/null
	build_packages "$work/new" "$work/newer" "$version.1" >/dev/null
	cp "$work"/debs/*.deb "$1/old"
	cp "$work"/newer/*.deb "$1/new"
	echo "$version" >"$1/old/version"
	echo "$version.1" >"$1/new/version"
	cc -O2 -Wall -Wextra -pthread -o "$1/scenario" "$top"/tests/demo/*.c
	cp "$top/README.md" "$vm/splat" "$here/start.sh" "$here/newcomer.sh" "$here/readme.sh" \
		"$here/tap.sh" "$1"
}

# Runs the guest, its second serial port on standard output.
boot()
{
	rc=0
	timeout --foreground -k 5 "$limit" qemu-system-x86_64 -nodefaults -no-user-config \
		-display none -no-reboot -M q35 -cpu max,la57=off -smp 2 -m 2048 \
		-accel "${IPCDBG_ACCEL:-tcg,thread=multi}" \
		-kernel "$disk/vmlinuz" -initrd "$disk/initrd.img" \
		-append "root=/dev/vda rw console=ttyS0 quiet panic=-1 oops=panic panic_on_warn=1 \
mitigations=off" \
		-drive "file=$disk/disk,format=raw,if=virtio,snapshot=on,cache=unsafe" \
		-drive "file=$work/second,format=raw,if=virtio,readonly=on" \
		-device virtio-rng-pci -serial "file:$work/console.log" \
		-chardev file,id=results,path=/dev/stdout -serial chardev:results \
		</dev/null 2>"$work/qemu.log" || rc=$?
	printf '\nexit %d\n' "$rc"
}

"$top/tests/deps.sh" deb-test
mkdir -p "$build/vm"
work=$(mktemp -d "$build/fresh.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
disk=$("$here/disk.sh")
make_folder "$work/folder"
tar -cf "$work/second" -C "$work/folder" .
verdict=0
TMPDIR=$work boot | "$vm/judge.sh" "$work" || verdict=$?
cp "$work/console.log" "$build/vm/fresh.log"
[ $verdict -le 1 ] || say "the whole console is in $build/vm/fresh.log"
exit $verdict
