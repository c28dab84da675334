#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes the root of a small Debian in the cache, with DKMS, a compiler and the headers of kernel
# $1 of the kernels table, and prints its path. Its packages are configured: install into a copy.
# usage: root.sh NAME
# Exit: 0, 1 it cannot be made.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=root
. "$(dirname "$0")/../vm/lib.sh"

suite=$(row "$1" suite)
release=$(cat "$("$vm/fetch.sh" "$1")/release")
home=$cache/deb-root/$release
lock "$cache/deb-root/$release.lock"
if [ ! -d "$home" ]; then
	say "making a Debian with the headers of $release, about 900 MB"
	new=$home.new
	rm -rf "$new"
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	sources "$suite" >"$cache/deb-root/sources"
	mmdebstrap --quiet --mode=root --variant=minbase \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--aptopt='APT::Install-Recommends "false"' \
		--include="dkms,make,gcc,libc6-dev,kmod,linux-headers-$release" \
		--include=libjansson4,libsmartcols1,apt-utils \
		"$suite" "$new" <"$cache/deb-root/sources" >&2 || die "mmdebstrap failed"
	mv "$new" "$home"
fi
echo "$home"
