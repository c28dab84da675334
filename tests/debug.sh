#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tests the module on a kernel that is built to find mistakes. Ends with "N passed, N failed".
# usage: debug.sh
#   KERNEL=NAME  debug (KASAN, lockdep, kmemleak and more) or kcsan, rows of tests/vm/kernels
#   FULL=1       every program of tests/vm.list instead of tests/vm.core
# Those of tests/vm.debug or tests/vm.kcsan too; with FULL=1 those of vm.debug in a guest of their
# own, where they try all, as if MINUTES were set.
#
# First a module that makes one mistake on purpose, a boot for each: a run that does not turn red
# for it, and by the line of the log that tells of it, is a failure. Then the suite, on a module
# built in-tree that counts its lines, and on the debug kernel the gate on these counts.
# SEEDS, MINUTES and CLI_EVERY, from the environment, say how much the programs try.
# Exit: 0 all passed, else 1.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/vm/tap.sh
kernel=${KERNEL:-debug}
out=$PWD/build/debug
make=${MAKE:-make}
# Of damaged BTF there are more where all is tried.
damages=${SEEDS-100}
SEEDS=${SEEDS-3}
export SEEDS
# Per cent of the lines of kmod/ that the suite has to run.
gate=90
list=tests/vm.core
[ -z "${FULL-}" ] || list=tests/vm.list
more=tests/vm.$kernel

# result NAME 0|1 WHAT: one check that is no program.
result()
{
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok   $1: $3"
	else
		failed=$((failed + 1))
		echo "FAIL $1: $3"
	fi
}

# Says how many seconds step $1 took, the last one having ended at $step.
took()
{
	now=$(date +%s)
	echo "time $1: $((now - step)) s"
	step=$now
}

# control MISTAKE PATTERN [OPTION...]: the run must turn red with a line like PATTERN.
control()
{
	mistake=$1 pattern=$2 log=$out/control-$1.log
	shift 2
	# kmemleak's scan goes by the size of the memory, and these need little.
	IPCDBG_PATIENCE=120 tests/vm/run.sh -q -k "$kernel" -m 1024 -M "$controls" -t 30 \
		-e MISTAKE="$mistake" "$@" tests/debug/controls/mistake.sh \
		>"$log" 2>&1
	rc=$?
	if [ $rc -ne 3 ]; then
		tail -n 20 "$log"
		result "control $mistake" 1 "the run ended with $rc, a splat is 3"
	elif ! grep -qE "$pattern" "$log"; then
		tail -n 20 "$log"
		result "control $mistake" 1 "no line like $pattern"
	else
		result "control $mistake" 0 \
			"red, $(grep -oE "$pattern" "$log" | head -n 1)"
	fi
}

debug_controls()
{
	control sleep 'scheduling while atomic|sleeping function called'
	control leak 'unreferenced object'
	control bounds 'KASAN: slab-out-of-bounds'
	control order 'possible circular locking dependency'
	control spin 'soft lockup' -c sysctl.kernel.watchdog_thresh=2
	control stall 'rcu: .*detected stall' -c rcupdate.rcu_cpu_stall_timeout=3
}

run_controls()
{
	mkdir -p "$out/controls/include"
	cp -r tests/debug/controls/kmod "$out/controls/"
	if ! controls=$(tests/vm/kmod.sh -s "$out/controls" "$kernel"); then
		result controls 1 'they do not build'
		return
	fi
	case $kernel in
	debug) debug_controls ;;
	*) control race 'KCSAN: data-race' ;;
	esac
	took 'positive controls'
}

# Prints the programs of lists $@, each once.
programs()
{
	awk -v dir="$PWD/build/tests/vm" '
		!/^#/ && NF { split($1, part, ":") }
		!/^#/ && NF && !(part[1] in seen) { seen[part[1]] = 1; print dir "/" $1 }' "$@"
}

# Runs the programs of lists $1 on module $2, further options after it; what is printed is in $3.
suite()
{
	lists=$1 module=$2 log=$out/$3
	shift 3
	# shellcheck disable=SC2046,SC2086 # one word a list, one a program
	tests/vm/run.sh -q -k "$kernel" -M "$module" "$@" $(programs $lists) |
		tee "$log" | sed -u '$d'
	totals=$(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "$log")
	# shellcheck disable=SC2086 # passed failed
	set -- ${totals:-0 1}
	[ -n "$totals" ] || echo 'FAIL the guest gave no verdict'
	passed=$((passed + $1))
	failed=$((failed + $2))
	took "suite $lists"
}

mkdir -p "$out"
tests/deps.sh debug || exit 1
step=$(date +%s)
[ ! -d "${XDG_CACHE_HOME:-$HOME/.cache}/ipcdbg/$kernel/current" ] || echo "cached: a $kernel kernel"
home=$(tests/vm/fetch.sh "$kernel") || { echo '0 passed, 1 failed'; exit 1; }
echo "kernel $(cat "$home/release"), $(basename "$home")"
took kernel
if ! { "$make" -s -C user && "$make" -s -C tests vm-programs; } >"$out/build.log" 2>&1; then
	cat "$out/build.log"
	echo '0 passed, 1 failed'
	exit 1
fi
took programs
run_controls

count=''
! grep -q '^CONFIG_GCOV_KERNEL=y' "$home/config" || count=GCOV_PROFILE=y
# shellcheck disable=SC2086 # one word or none
folder=$(tests/debug/intree.sh "$kernel" $count)
result 'in-tree' $? 'builds without warnings, as a module only'
took 'in-tree build'
[ -n "$folder" ] || { tap_total; exit 1; }
newer=''
if [ -n "${FULL-}" ]; then
	newer=$(tests/vm/newer.sh "$kernel")
	result newer $? 'the module for newer_test builds'
fi
if [ -z "$count" ]; then
	# The storms are slow there, and nothing may have idled.
	suite "$list $more" "$folder/ipcdbg.ko" suite.log -e SECONDS=40 ${newer:+-f "$newer"}
else
	rm -rf "$out/coverage"
	[ -n "${FULL-}" ] || list="$list $more"
	suite "$list" "$folder/ipcdbg.ko" suite.log -g "$out/coverage" ${newer:+-f "$newer"}
	tests/debug/coverage.sh "$out/$(cat "$home/release")" "$out/coverage" $gate
	result coverage $? "$gate % of the lines of kmod/, annotated in build/debug/coverage"
	if [ -n "${FULL-}" ]; then
		MINUTES=${MINUTES:-1} SEEDS=$damages
		export MINUTES
		suite "$more" "$folder/ipcdbg.ko" all.log
	fi
fi
tap_total
[ "$failed" -eq 0 ]
