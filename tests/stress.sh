#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs the programs of tests/stress.list on one kernel after another: everything at once for
# MINUTES, and what is very large. Ends with a table and "N passed, N failed".
# usage: stress.sh
#   KERNEL="NAME ..."  rows of tests/vm/kernels (6.1-cloud)
#   PROGRAM=NAME       only that one
#   MINUTES=N          of the storm (1)
#   SEED=N             of all that is random, to repeat a run
# Exit: 0 all passed, else 1.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$PWD/build
logs=$build/tests/stress
MINUTES=${MINUTES:-1}
export MINUTES
seed=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
commit=$(git rev-parse --short HEAD 2>/dev/null || echo -)
[ -z "$(git status --porcelain -- kmod include 2>/dev/null)" ] || commit=$commit+
mkdir -p "$logs"
tests/deps.sh stress || exit 1

tests/stress/postgres_files.sh "$build/tests/postgres"

# Prints the lines of the list that are for kernel $1, without the word that says so.
programs_for()
{
	awk -v kernel="$1" -v only="${PROGRAM-}" '
		FILENAME ~ /kernels$/ {
			if ($1 == kernel)
				stock = $2 == "kernel" && $4 !~ /arm64$/
			next
		}
		/^#/ || !NF || ($2 == "stock" && !stock) || (only && $1 !~ "^" only ":") { next }
		{ $2 = ""; $0 = $0; $1 = $1; print }' tests/vm/kernels tests/stress.list
}

# Prints each set of options in these lines once, as a line that is never empty.
options()
{
	programs_for "$1" | awk '{ $1 = "with"; print }' | sort -u
}

# Brings kernel $1 here, builds the module and the programs: $ko, $out and $stress_ng.
prepare()
{
	ko=$(tests/vm/kmod.sh "$1") && out=$(tests/vm/programs.sh "$1") &&
		stress_ng=$(tests/stress/stress_ng.sh "$1")
}

# Prints options for kernel $1. Readers go before the storm, so a task of it that was preempted in
# an RCU section may wait long for its turn on a machine that is busy with other things: 21 s,
# which is a stall, were seen on 7.3. It is given a minute, which run.sh gives kernels of kind
# "built". There callbacks of RCU, which ksoftirqd runs one by one behind hundreds of slow tasks,
# came minutes late, and whoever waited for them was taken for hung. Threads that go before others
# run them.
patient()
{
	awk -v kernel="$1" '
		$1 != kernel { next }
		$2 == "built" { print "-c rcutree.use_softirq=0 -c rcutree.kthread_prio=1" }
		$2 != "built" { print "-c rcupdate.rcu_cpu_stall_timeout=60" }' tests/vm/kernels
}

# Runs the programs of the list that are $2 on kernel $1.
boot()
{
	programs=$(programs_for "$1" | awk -v dir="$out/tests/vm" -v options="$2" '
		{
			program = $1
			$1 = "with"
			if ($0 == options)
				print dir "/" program
		}')
	postgres=''
	case $programs in */healthy_test:*) postgres=$build/tests/postgres ;; esac
	# shellcheck disable=SC2046,SC2086 # one word an option, and a program
	tests/vm/run.sh -k "$1" ${2#with} $(patient "$1") -m 3000 -M "$ko" -e "SEED=$seed" \
		-f "$stress_ng" ${postgres:+-f "$postgres"} $programs 2>&1
}

# The results of all boots of a kernel, from their last lines.
sum()
{
	awk '/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; n++ }
		END { printf "%d passed, %d failed\n", passed, failed + (n < boots) }' \
		boots="$1" "$2"
}

# Prints row $1 of the table.
row()
{
	start=$(date +%s) release=-
	echo "== $1, seed $seed" >&2
	log=$logs/$1.log
	if prepare "$1" 2>"$log"; then
		release=$(basename "$(dirname "$ko")")
		options "$1" | while read -r with; do
			boot "$1" "$with" </dev/null
		done | tee -a "$log" | grep -v '^#  *\(RUN\|OK\)' >&2
	else
		tail -n 20 "$log" >&2
	fi
	result=$(sum "$(options "$1" | wc -l)" "$log")
	printf '%-12s %-30s %-10s %6s %4s min %5d s  %s\n' "$1" "$release" "$commit" "$seed" \
		"$MINUTES" $(($(date +%s) - start)) "$result"
}

table=$logs/table
: >"$table"
for kernel in ${KERNEL:-6.1-cloud}; do
	row "$kernel" >>"$table"
done
printf '\n%-12s %-30s %-10s %6s %8s %7s  %s\n' KERNEL RELEASE COMMIT SEED STORM TIME RESULT
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
