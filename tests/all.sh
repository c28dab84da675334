#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs every test: on this machine, then in a virtual machine. Ends with "N passed, N failed".
# usage: all.sh
# SEEDS, MINUTES, CLI_EVERY, LIVE_WORLDS and INJECT_STEP, from the environment, say how much the
# tests try.
# Exit: 0 all passed, else 1.
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
		return
	fi
	grep -vE '^ok |^# +(RUN|OK) ' "$build/tests/$name.log" |
		tail -n 60
	echo "FAIL $name: $tap_good passed, $tap_bad failed${tap_why:+: $tap_why}" \
		"(all of it is in build/tests/$name.log)"
}

# Says that something failed that is no test of a program.
broken()
{
	echo "FAIL $*"
	failed=$((failed + 1))
}

# Runs the programs of tests/vm.list in one guest and adds up its last line.
guest()
{
	if ! "$make" -s -j"$(nproc)" -C tests vm-programs >"$build/tests/build.log" 2>&1; then
		cat "$build/tests/build.log"
		broken 'the programs for the guest do not build'
		return
	fi
	programs=$(awk -v dir="$build/tests/vm" '!/^#/ && NF { print dir "/" $1 }' tests/vm.list)
	if [ -z "$programs" ]; then
		broken 'tests/vm.list is empty'
		return
	fi
	if ! newer=$(tests/vm/newer.sh 6.1-cloud 2>"$build/tests/build.log"); then
		cat "$build/tests/build.log"
		broken 'the module for newer_test does not build'
		return
	fi
	# shellcheck disable=SC2086 # one word a program
	tests/vm/run.sh -q -f "$newer" $programs | tee "$build/tests/guest.log" | sed -u '$d'
	# A verdict other than "all passed" has at least one failure in this line.
	totals=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed/\1 \2/p' "$build/tests/guest.log")
	if [ -z "$totals" ]; then
		broken 'the guest gave no verdict'
		return
	fi
	# shellcheck disable=SC2086 # passed failed[, skipped skipped]
	set -- $totals
	passed=$((passed + $1))
	failed=$((failed + ${2%,}))
	skipped=$((skipped + ${3:-0}))
}

# The unit tests leave their TAP in logs, plain and sanitized; what make says is no result.
unit()
{
	rm -f "$build"/tests/unit/*.log "$build"/tests/unit/sanitized/*.log
	rc=0
	"$make" -s -k -j"$(nproc)" -C tests host-programs >"$build/tests/make.log" 2>&1 || rc=$?
	"$make" -s -k -C tests host-test BTF="$(tests/vm/fetch.sh 6.1-cloud)/btf" \
		>>"$build/tests/make.log" 2>&1 || rc=$?
	cat "$build"/tests/unit/*.log "$build"/tests/unit/sanitized/*.log
	grep -E 'error|Error|warning' "$build/tests/make.log" | sed 's/^/# make: /'
	return $rc
}

# The fuzzers' corpus, once: one result.
fuzz()
{
	echo 1..1
	if "$make" -s -j"$(nproc)" -C tests/fuzz replay >"$build/tests/make.log" 2>&1; then
		echo 'ok 1 the inputs that the fuzzers kept'
	else
		sed 's/^/# /' "$build/tests/make.log"
		echo 'not ok 1 the inputs that the fuzzers kept'
	fi
}

tests/deps.sh test
host unit unit
host cli "$make" -s -C tests/cli check
host fuzz fuzz
host refused_build tests/refused_build.sh
host verdicts tests/verdicts.sh
guest
tap_total
[ "$failed" -eq 0 ]
