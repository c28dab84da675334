#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds the command and the guest's programs for the architecture of a kernel, and prints the
# folder they are in, as user/ipcdbg and tests/vm/.
# usage: programs.sh NAME
#   NAME  a kernel of the kernels table
#
# For another architecture than this machine's the compiler is that of the kernel's toolchain.
# Exit: 0, 1 they do not build.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=programs
. "$(dirname "$0")/lib.sh"

make_in()
{
	folder=$1
	shift
	$enter "${MAKE:-make}" -s -j"$(nproc)" -C "$top/$folder" "$@" >&2 ||
		die "$folder does not build for $arch"
}

enter_root()
{
	in_root "$root" "$cache $top" "$@"
}

arch=$(architecture "$1")
out=$(built_for "$arch")
lock "$out/programs.lock"
enter=''
if [ "$arch" = amd64 ]; then
	make_in user
	make_in tests vm-programs
else
	compiler=$(row "$1" compiler)
	root=$("$vm/toolchain.sh" "$compiler" "$arch")
	enter=enter_root
	cross=$(triplet "$arch")
	set -- CC="$cross-${compiler#*:}" AR="$cross-ar"
	make_in user O="$out/user" "$@"
	make_in tests O="$out/tests" "$@" vm-programs \
		KSELFTEST_DIR="$("$vm/fetch.sh" source-6.1)/tools/testing/selftests"
fi
echo "$out"
