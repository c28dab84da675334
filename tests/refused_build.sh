#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A kernel that the module cannot be for is refused by the first error of the build, which says why.
# The headers are those of a real kernel with a line changed. Prints TAP.
# usage: refused_build.sh
set -u
cd "$(dirname "$0")/.." || exit 1
home=$(tests/vm/fetch.sh 6.1-cloud) || exit 1
mkdir -p build/tests
fake=$(mktemp -d "$PWD/build/tests/refused.XXXXXX") || exit 1
trap 'rm -rf "$fake"' EXIT
trap 'exit 1' HUP INT TERM

# Headers of links.
cp -as "$home/usr" "$fake/usr"
cp -P "$home/build" "$fake/build"

# Replaces file $1 of the headers by what sed script $2 makes of it.
change()
{
	rm -f "$fake/build/$1"
	sed "$2" "$home/build/$1" >"$fake/build/$1"
	! cmp -s "$home/build/$1" "$fake/build/$1"
}

# Undoes that.
restore()
{
	ln -sf "$home/build/$1" "$fake/build/$1"
}

# refused NAME FILE SCRIPT TEXT: with that change, TEXT is the first error, and there is no module.
refused()
{
	number=$((number + 1))
	why=
	if ! change "$2" "$3"; then
		why="$2 is not as expected"
	elif tests/vm/kmod.sh -v refused "$fake/build" >"$fake/log" 2>&1; then
		why='it builds'
	else
		first=$(grep -m 1 'error:' "$fake/log")
		case $first in
		*"#error \"$4"*) ;;
		*) why="the first error is: $first" ;;
		esac
	fi
	restore "$2"
	if [ -z "$why" ]; then
		echo "ok $number $1"
	else
		echo "not ok $number $1"
		echo "# $why"
	fi
}

number=0
echo 1..4
refused 'a kernel older than 5.10' include/generated/uapi/linux/version.h \
	"s/^\(#define LINUX_VERSION_CODE\) .*/\1 $((5 * 65536 + 9 * 256 + 255))/" \
	'ipcdbg needs Linux 5.10 or newer'
config=include/generated/autoconf.h
for option in SYSVIPC IPC_NS POSIX_MQUEUE; do
	refused "a kernel without CONFIG_$option" $config "/^#define CONFIG_$option 1/d" \
		'ipcdbg needs CONFIG_SYSVIPC, CONFIG_IPC_NS and CONFIG_POSIX_MQUEUE'
done
