#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs each program of tests/vm.boots on a kernel booted with its words, a guest a row. Ends with
# a table and "N passed, N failed"; what a row said is in build/tests/boots/.
# usage: boots.sh
#   KERNEL="NAME ..."  only rows of these kernels; by default all but those of kind "built"
# Exit: 0 all passed, else 1.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$PWD/build
logs=$build/tests/boots
mkdir -p "$logs"
tests/deps.sh test || exit 1
make=${MAKE:-make}
kernels=${KERNEL:-$(awk '!/^#/ && $2 == "kernel" { print $1 }' tests/vm/kernels)}

if ! { "$make" -s -C user && "$make" -s -C tests vm-programs; } >"$logs/build.log" 2>&1; then
	cat "$logs/build.log"
	echo "0 passed, 1 failed"
	exit 1
fi

# Whether $1 is one of the kernels that are wanted.
wanted()
{
	for one in $kernels; do
		[ "$one" != "$1" ] || return 0
	done
	return 1
}

# Prints kernel $1, the result of program $2, and the words $3 it was booted with.
row()
{
	echo "== $1 ${2%:*} $3" >&2
	# Tests that another row of the table is for are skipped, but not all.
	nr=$((nr + 1))
	log=$logs/$nr-$1-${2%:*}.log
	echo "# booted with $3" >"$log"
	tests/vm/run.sh -q -n -k "$1" -c "$3" "$build/tests/vm/$2" 2>&1 </dev/null |
		tee -a "$log" >&2
	result=$(sed -n '$s/^\([0-9]* passed, [0-9]* failed\).*/\1/p' "$log")
	[ "${result%% *}" != 0 ] || result='0 passed, 1 failed'
	printf '%-10s %-16s %-22s %s\n' "$1" "${2%:*}" "${result:-0 passed, 1 failed}" "$3"
}

table=$logs/table
nr=0
rm -f "$logs"/*.log
awk '!/^#/ && NF' tests/vm.boots | while read -r kernel program words; do
	! wanted "$kernel" || row "$kernel" "$program" "$words"
done >"$table"
printf '\n%-10s %-16s %-22s %s\n' KERNEL PROGRAM RESULT 'BOOTED WITH'
cat "$table"
awk '{ passed += $3; failed += $5 } END {
	printf "%d passed, %d failed\n", passed, failed
	exit failed > 0 || !passed
}' "$table"
