#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds the module for every kernel of the matrix, with that kernel's compiler, and runs the core
# suite on it. Ends with a table and "N passed, N failed".
# usage: matrix.sh
#   KERNEL="NAME ..."  only these rows of tests/vm/kernels
#   FULL=1             every program of tests/vm.list instead of tests/vm.core
# SEEDS, MINUTES and CLI_EVERY, from the environment, say how much the programs try. A kernel that
# takes more than 90 s for the core suite is one failure more, unless TIME_SCALE is more than 1,
# which says that the machine does other things too.
# Exit: 0 all passed, else 1.
set -u
cd "$(dirname "$0")/.." || exit 1
logs=$PWD/build/tests/matrix
mkdir -p "$logs"
tests/deps.sh matrix || exit 1
# Of the core suite.
seconds_allowed=90

kernels=${KERNEL:-$(awk '!/^#/ && $6 == "matrix" { print $1 }' tests/vm/kernels)}
list=tests/vm.core
[ -z "${FULL-}" ] || list=tests/vm.list
[ -n "${FULL-}" ] || { SEEDS=${SEEDS-6}; export SEEDS; }

# Brings kernel $1 and its compiler here, builds the module and the programs: $ko and $programs.
prepare()
{
	ko=$(tests/vm/kmod.sh "$1") && out=$(tests/vm/programs.sh "$1") || return
	programs=$(awk -v dir="$out/tests/vm" '!/^#/ && NF { print dir "/" $1 }' $list)
	newer=
	[ -z "${FULL-}" ] || newer=$(tests/vm/newer.sh "$1")
}

# Prints what log $1 says was downloaded.
got()
{
	awk '/^fetch: downloading / { mb += $3 }
		/^toolchain: unpacking / { tools = " + compiler" }
		END {
			if (mb)
				printf "%d MB%s", mb, tools
			else
				printf "%s", tools ? "compiler" : "cached"
		}' "$1"
}

# Prints row $1 of the table: release, what was downloaded, seconds for that and for building,
# seconds of the run, result.
row()
{
	log=$logs/$1.log release=- result=''
	begin=$(date +%s)
	built=$begin
	echo "== $1" >&2
	if prepare "$1" 2>"$log"; then
		built=$(date +%s)
		release=$(basename "$(dirname "$ko")")
		# shellcheck disable=SC2086 # one word a program
		tests/vm/run.sh -q -k "$1" -M "$ko" ${newer:+-f "$newer"} $programs 2>&1 |
			tee -a "$log" >&2
		result=$(sed -n '$s/^\([0-9]* passed, [0-9]* failed.*\)$/\1/p' "$log")
	else
		tail -n 20 "$log" >&2
		built=$(date +%s)
	fi
	printf '%-11s %-30s %-18s %5d s %5d s  %s\n' "$1" "$release" "$(got "$log")" \
		$((built - begin)) $(($(date +%s) - built)) "${result:-0 passed, 1 failed}"
}

table=$logs/table
: >"$table"
for kernel in $kernels; do
	row "$kernel" >>"$table"
done
# What compat.h calls the newest tested series has to be one of these.
newest=$(sed -n 's/^#define IPCDBG_NEWEST_TESTED KERNEL_VERSION(\(.*\), \(.*\), 0)$/\1.\2/p' \
	kmod/compat.h)
[ -n "${KERNEL-}" ] ||
	awk -v series="$newest." 'index($2, series) == 1 { n++ } END { exit !n }' "$table" ||
	printf '%-11s %-30s %-18s %5d s %5d s  %s\n' compat.h "newest is '$newest'" \
		'no row' 0 0 '0 passed, 1 failed' >>"$table"
printf '\n%-11s %-30s %-18s %7s %7s  %s\n' KERNEL RELEASE DOWNLOADED BUILD RUN RESULT
cat "$table"
awk -v full="${FULL-}" -v scale="${TIME_SCALE:-1}" -v allowed=$seconds_allowed '
	{
		for (i = 2; i <= NF; i++) {
			word = $i
			sub(",", "", word)
			sum[word] += $(i - 1)
			if (word == "passed" && !full && $(i - 3) > allowed)
				late = late " " $1
		}
	}
	END {
		if (late) {
			said = scale > 1 ? "slow" : "FAIL"
			print said ": the core suite took more than " allowed " s on" late
			sum["failed"] += scale > 1 ? 0 : split(late, names, " ")
		}
		printf "%d passed, %d failed", sum["passed"], sum["failed"]
		if (sum["skipped"])
			printf ", %d skipped", sum["skipped"]
		print ""
		exit sum["failed"] > 0 || !sum["passed"]
	}' "$table"
