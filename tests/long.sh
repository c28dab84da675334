#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs what takes too long for every change, one step after another, and goes on after one that
# fails. Hours. Ends with a table of the steps and "N passed, N failed". The steps:
#   test          make test with many random states and long storms
#   boots         kernels booted in special ways: lockdown, signatures, no debugfs, poisoned memory
#   hold          how long locks are held and a read() takes
#   kcsan         data races: the core suite and the storms
#   debug         every program on the debug kernel, and each allocation of a load refused
#   matrix        every program on each kernel
#   stress-debug  everything at once on the debug kernel
#   stress        everything at once on each kernel of the matrix, and the very large
# usage: long.sh
#   STEPS="NAME ..."  only these: sittings may be several
#   LONG_SEEDS=1000   random states, each against ipcs too
#   LONG_WORLDS=24    worlds of objects without the module
#   LONG_MINUTES=2    of each storm of make test
#   STRESS_DEBUG=30   minutes of the stress on the debug kernel
#   STRESS_STOCK=10   on each other one
# Exit: 0 all passed, else 1.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/steps.sh
table=build/tests/steps/table

# Prints the kernels of the matrix.
stock()
{
	awk '!/^#/ && $6 == "matrix" { print $1 }' tests/vm/kernels
}

# Prints the kernels of vm.boots.
boots()
{
	awk '!/^#/ && NF { print $1 }' tests/vm.boots | sort -u
}

# Carries out step $1.
carry_out()
{
	case $1 in
	test)
		SEEDS=${LONG_SEEDS:-1000} CLI_EVERY=1 MINUTES=${LONG_MINUTES:-2} \
			LIVE_WORLDS=${LONG_WORLDS:-24} INJECT_STEP=1 tests/all.sh
		;;
	boots) KERNEL=$(boots) tests/boots.sh ;;
	hold) tests/hold.sh ;;
	kcsan) KERNEL=kcsan tests/debug.sh ;;
	debug) FULL=1 tests/debug.sh ;;
	matrix) FULL=1 tests/matrix.sh ;;
	stress-debug) KERNEL=debug MINUTES=${STRESS_DEBUG:-30} tests/stress.sh ;;
	stress) KERNEL=$(stock) MINUTES=${STRESS_STOCK:-10} tests/stress.sh ;;
	*)
		echo "no step $1"
		return 1
		;;
	esac
}

# shellcheck disable=SC2086 # one word a step
set -- ${STEPS:-test boots hold kcsan debug matrix stress-debug stress}
all=$#
nr=0
mkdir -p "$(dirname "$table")"
: >"$table"
for name; do
	nr=$((nr + 1))
	echo "== step $nr of $all: $name: $(sed -n "s/^#   $name  *//p" tests/long.sh)"
	echo "== $(date +%H:%M), $(minutes_since "$steps_began") min after the first"
	step "$name" carry_out "$name"
	echo "== step $nr of $all: $name took $step_says"
	printf '%-13s %s\n' "$name" "$step_says" >>"$table"
done
echo
cat "$table"
steps_total
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
