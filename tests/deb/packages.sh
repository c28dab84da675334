# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2034 # names of lib.sh and of the includer
# Building the packages from copies of the project, for the scripts of this folder.

version=$(sed -n 's/^#define IPCDBG_VERSION "\(.*\)"/\1/p' "$top/include/ipcdbg/version.h")

# Prints the files of the project.
project_files()
{
	if [ -e "$top/.git" ]; then
		git -C "$top" ls-files --cached --others --exclude-standard
	else
		(cd "$top" && find . -type f ! -path './build/*')
	fi
}

# Makes $1 a copy of the project.
copy_tree()
{
	project_files | while read -r file; do
		[ ! -f "$top/$file" ] || echo "$file"
	done >"$work/files"
	(cd "$top" && cpio --quiet -pdm "$1" <"$work/files")
}

# Builds the packages of copy $1 into folder $2; the version becomes $3 if it is given.
build_packages()
{
	if [ -n "${3-}" ]; then
		sed -i "s/\".*\"/\"$3\"/" "$1/include/ipcdbg/version.h"
		sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$3\"/" "$1/dkms.conf"
		sed -i "1s/(.*)/($3)/" "$1/debian/changelog"
	fi
	"$1/debian/build.sh" "$2"
}
