#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds the module for every kernel of the matrix, with that kernel's compiler, and runs the core
# suite on it. Ends with a table and "N passed, N failed".
# usage: matrix.sh
#   KERNEL="NAME ..."  only these rows of tests/vm/kernels
#   FULL=1             every program of tests/vm.list instead of tests/vm.core
# SEEDS, MINUTES and CLI_EVERY, from the environment, say how much the programs try.
# Exit: 0 all passed, else 1.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$PWD/build
logs=$build/tests/matrix
mkdir -p "$logs"
tests/deps.sh matrix || exit 1
make=${MAKE:-make}
SEEDS=${SEEDS-6}
export SEEDS

kernels=${KERNEL:-$(awk '!/^#/ && $6 == "matrix" { print $1 }' tests/vm/kernels)}
list=tests/vm.core
[ -z "${FULL-}" ] || list=tests/vm.list
programs=$(awk -v dir="$build/tests/vm" '!/^#/ && NF { print dir "/" $1 }' $list)

if ! { "$make" -s -C user && "$make" -s -C tests vm-programs; } >"$logs/build.log" 2>&1; then
	cat "$logs/build.log"
	echo "0 passed, 1 failed"
	exit 1
fi

# Prints kernel, release, result and seconds of row $1 as a line of the table.
row()
{
	start=$(date +%s)
	release=-
	echo "== $1" >&2
	if ! ko=$(tests/vm/kmod.sh "$1" 2>"$logs/$1.log"); then
		tail -n 20 "$logs/$1.log" >&2
		result='0 passed, 1 failed'
	else
		release=$(basename "$(dirname "$ko")")
		# shellcheck disable=SC2086 # one word a program
		tests/vm/run.sh -q -k "$1" -M "$ko" $programs 2>&1 | tee "$logs/$1.log" >&2
		result=$(sed -n '$s/^\([0-9]* passed, [0-9]* failed\)$/\1/p' "$logs/$1.log")
	fi
	printf '%-12s %-30s %5d s  %s\n' "$1" "$release" $(($(date +%s) - start)) \
		"${result:-0 passed, 1 failed}"
}

table=$logs/table
: >"$table"
for kernel in $kernels; do
	row "$kernel" >>"$table"
done
printf '\n%-12s %-30s %7s  %s\n' KERNEL RELEASE TIME RESULT
cat "$table"
awk '{
	for (i = 2; i <= NF; i++) {
		if ($i == "passed,")
			passed += $(i - 1)
		if ($i == "failed")
			failed += $(i - 1)
	}
} END {
	printf "%d passed, %d failed\n", passed, failed
	exit failed > 0 || !passed
}' "$table"
