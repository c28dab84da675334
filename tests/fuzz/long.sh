#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs a fuzzer in slices, a line after each, until so many executions or minutes are done.
# usage: long.sh FUZZER CORPUS RUNS|- MINUTES|- [FOLDER]...
# What it finds is added to CORPUS; FOLDERs are only read. CORPUS.total counts the executions of all
# such runs. Exit: 0 nothing was found, else that of the fuzzer, whose log is CORPUS.log.
set -eu

fuzzer=$1 corpus=$2 runs=$3 minutes=$4
shift 4
slice=2000000
[ "$runs" != - ] || [ "$minutes" != - ] || runs=$slice
mkdir -p "$corpus"
begin=$(date +%s)
done=0

# Whether there is more to do.
goes_on()
{
	[ "$runs" = - ] || [ "$done" -lt "$runs" ] || return 1
	[ "$minutes" = - ] || [ $(($(date +%s) - begin)) -lt $((minutes * 60)) ]
}

# Prints the number behind "stat::$1:" of the log.
stat()
{
	sed -n "s/^stat::$1: *//p" "$corpus.log"
}

while goes_on; do
	[ "$runs" = - ] || [ $((runs - done)) -ge $slice ] || slice=$((runs - done))
	[ "$minutes" = - ] || left=$((minutes * 60 - $(date +%s) + begin))
	rc=0
	"$fuzzer" -close_fd_mask=2 -max_len=8192 -timeout=10 -runs="$slice" \
		-max_total_time="${left-0}" -artifact_prefix="$corpus." -print_final_stats=1 \
		"$corpus" "$@" >"$corpus.log" 2>&1 || rc=$?
	if [ $rc -ne 0 ]; then
		tail -n 40 "$corpus.log"
		exit $rc
	fi
	n=$(stat number_of_executed_units)
	done=$((done + n))
	total=$(($(cat "$corpus.total" 2>/dev/null || echo 0) + n))
	echo $total >"$corpus.total"
	coverage=$(sed -n 's/.*DONE *\(cov: [0-9]*\).*/\1/p' "$corpus.log")
	echo "$done executions, $(stat average_exec_per_sec) a second, $coverage," \
		"$total in all, $(($(date +%s) - begin)) s"
done
