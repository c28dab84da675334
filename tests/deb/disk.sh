#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes the disk of a fresh Debian 12 in the cache, with Debian's stock kernel, and prints the
# folder it is in: disk (ext4, no partitions), vmlinuz, initrd.img, release (uname -r).
# usage: disk.sh [-u]
#   -u  make it anew, of what the mirror has now
#
# It is a Debian whose installer was told of no task. disk_setup.sh adds to it. What installing our
# packages takes is in /srv/debian, its only source of packages, for it has no network.
# Exit: 0, 1 it cannot be made.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=disk
. "$(dirname "$0")/../vm/lib.sh"

setup=$top/tests/deb/disk_setup.sh
suite=bookworm
home=$cache/deb-disk
# Of what it is made by: another one has another name.
made=$home/$(cat "$0" "$setup" | sha256sum | cut -c 1-12)
# What apt is asked to install in the guest, beside our packages and what these depend on.
wanted='linux-headers-amd64 dkms libjansson4 libsmartcols1'

# Makes folder $2 of the Debian in folder $1, of which mmdebstrap has taken away the lists of apt.
finish()
{
	rm -rf "$1"/etc/apt/sources.list.d/* "$1/etc/resolv.conf"
	echo 'deb [trusted=yes] file:/srv/debian ./' >"$1/etc/apt/sources.list"
	chroot "$1" apt-get update -q
	release=$(basename "$1"/boot/vmlinuz-*)
	release=${release#vmlinuz-}
	echo "$release" >"$2/release"
	cp "$1/boot/vmlinuz-$release" "$2/vmlinuz"
	cp "$1/boot/initrd.img-$release" "$2/initrd.img"
	truncate -s 6G "$2/disk"
	mkfs.ext4 -q -d "$1" "$2/disk"
}

lock "$home/lock"
if [ ! -d "$made" ] || [ "${1-}" = -u ]; then
	say "making the disk of a Debian 12, 1.2 GB"
	new=$home/new
	rm -rf "$new"
	mkdir -p "$new/disk"
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	sources "$suite" >"$new/sources"
	mmdebstrap --quiet --mode=root --variant=standard \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include=linux-image-amd64,sudo \
		--customize-hook="'$setup' \"\$1\" $wanted" \
		"$suite" "$new/root" <"$new/sources" >&2 || die "mmdebstrap failed"
	finish "$new/root" "$new/disk" >&2
	# Those of other names may be another checkout's, and stay.
	rm -rf "$made"
	mv "$new/disk" "$made"
fi
echo "$made"
