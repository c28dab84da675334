#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs every test: on this machine, then in a virtual machine. Ends with "N passed, N failed".
# usage: all.sh
# SEEDS and MINUTES, from the environment, say how much the tests try. Exit: 0 all passed, else 1.
set -eu
cd "$(dirname "$0")/.."
. tests/vm/tap.sh
make=${MAKE:-make}
build=$PWD/build
mkdir -p "$build/tests"

# host NAME COMMAND...: runs a command that prints the TAP of one or more programs.
host()
{
	name=$1 rc=0
	shift
	"$@" >"$build/tests/$name.log" 2>&1 || rc=$?
	tap_begin
	while IFS= read -r line; do
		tap_line "$line"
	done <"$build/tests/$name.log"
	tap_end "exit $rc"
	if [ "$tap_bad" -eq 0 ]; then
		echo "ok   $name: $tap_good passed, $tap_skip skipped"
	else
		cat "$build/tests/$name.log"
		echo "FAIL $name: $tap_good passed, $tap_bad failed${tap_why:+: $tap_why}"
	fi
}

# Runs the programs of tests/vm.list in one guest and adds up its last line.
guest()
{
	"$make" -s -C tests vm-programs >"$build/tests/build.log" 2>&1 || {
		cat "$build/tests/build.log"
		echo "FAIL the programs for the guest do not build"
		failed=$((failed + 1))
		return
	}
	programs=$(awk '!/^#/ && NF { print dir "/" $1 ":" ($2 ? $2 : 60) }' \
		dir="$build/tests/vm" tests/vm.list)
	[ -n "$programs" ] || { echo "FAIL tests/vm.list is empty"; failed=$((failed + 1)); return; }
	rc=0
	# shellcheck disable=SC2086 # one word a program
	tests/vm/run.sh -q $programs >"$build/tests/guest.log" || rc=$?
	sed '$d' "$build/tests/guest.log"
	totals=$(sed -n '$s/[^0-9 ]//gp' "$build/tests/guest.log")
	# shellcheck disable=SC2086
	set -- $totals
	passed=$((passed + ${1:-0}))
	failed=$((failed + ${2:-0}))
	skipped=$((skipped + ${3:-0}))
	[ $rc -eq 0 ] || [ "${2:-0}" -gt 0 ] || failed=$((failed + 1))
}

# The unit tests leave their TAP in logs, plain and sanitized.
unit()
{
	rm -f "$build"/tests/unit/*.log "$build"/tests/unit/sanitized/*.log
	rc=0
	"$make" -s -k -C tests host-test || rc=$?
	cat "$build"/tests/unit/*.log "$build"/tests/unit/sanitized/*.log
	return $rc
}

tests/deps.sh test
host unit unit
host cli "$make" -s -C tests/cli check
guest
tap_total
[ "$failed" -eq 0 ]
