#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds the packages of this tree, and prints the path of their .changes file.
# usage: build.sh [FOLDER]      where they go (build/deb)
#
# dpkg-buildpackage writes beside the tree it builds, which is a copy of this one.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$top/build/deb}

# Prints the files that are part of the project; a tarball has no others.
files()
{
	if [ -e .git ]; then
		git ls-files --cached --others --exclude-standard
	else
		find . -type f ! -path './build/*'
	fi
}

# The version stands in four places; only version.h is to be edited freely.
check_versions()
{
	want=$(sed -n 's/^#define IPCDBG_VERSION "\(.*\)"/\1/p' include/ipcdbg/version.h)
	changelog=$(dpkg-parsechangelog -S Version)
	dkms=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
	if [ "$changelog" != "$want" ] || [ "$dkms" != "$want" ]; then
		echo "build.sh: version.h has $want, debian/changelog $changelog," \
			"dkms.conf $dkms" >&2
		exit 1
	fi
}

cd "$top"
check_versions
mkdir -p "$out"
rm -rf "$out"/tree "$out"/ipcdbg*
files | while read -r file; do
	[ ! -f "$file" ] || echo "$file"
done | cpio --quiet -pdm "$out/tree"
cd "$out/tree"
dpkg-buildpackage -b -us -uc >"$out/log" 2>&1 || {
	cat "$out/log" >&2
	echo "build.sh: dpkg-buildpackage failed" >&2
	exit 1
}
echo "$out/$(basename "$out"/ipcdbg_*.changes)"
