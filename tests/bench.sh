#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Measures the rows of tests/bench/rows, against what users would use instead: one boot for each
# kernel and mode. Prints a table, keeps the figures below build/bench, and says how they agree with
# the run before. doc/performance.md tells what the rows mean.
# usage: bench.sh
#   KERNEL="NAME ..."  on these rows of tests/vm/kernels (6.1-cloud sid-cloud)
#   BENCH="P3 ..."     only these rows
#   MODE="icount ..."  only in these modes (icount mttcg)
# Exit: 0 all that must be met was, 1 something was not, or the machine was too busy to tell.
set -eu
cd "$(dirname "$0")/.."
make=${MAKE:-make}
bench=$PWD/tests/bench
build=$PWD/build
out=$build/bench
mkdir -p "$out"
tests/deps.sh bench || exit 1
if ! { "$make" -s -C user && "$make" -s -C tests bench-programs; } >"$out/build.log" 2>&1; then
	cat "$out/build.log"
	exit 1
fi

# Prints the rows for kernel $1, each in its line: drgn needs to have the kernel described.
rows_for()
{
	edit='/drgn/s/^/# /'
	! grep -q "^$1-dwarf[[:space:]]" tests/vm/kernels || edit=''
	sed "$edit" "$bench/rows"
}

# Whether there is a row of mode $1 among those of $BENCH in file $2 that has $3 in it.
any_row()
{
	awk -F '|' -v mode="$1" -v ids="${BENCH-}" -v part="${3-}" '
		!/^#/ && index($0, part) {
			gsub(/[ \t]/, "", $1)
			gsub(/[ \t]/, "", $2)
			if ($2 == mode && (ids == "" || index(" " ids " ", " " $1 " ")))
				n++
		}
		END { exit !n }' "$2"
}

# Boots kernel $1 to measure what is of mode $2 in $out/$1/rows; prints what table_bench says.
boot()
{
	drgn=''
	if any_row "$2" "$out/$1/rows" drgn; then
		drgn=$(tests/vm/fetch.sh "$1-dwarf") || return
		"$bench/drgn_files.sh" "$out/drgn" || return
	fi
	holds=$(tests/vm/kmod.sh -v holds "$1" IPCDBG_HOLDS=y)
	case $2 in
	icount) set -- "$@" -I ;;
	*) set -- "$@" -s 2 ;;
	esac
	kernel=$1 mode=$2
	shift 2
	tests/vm/run.sh -p "$@" -k "$kernel" -m 4000 -e "MODE=$mode" -e "BENCH=${BENCH-}" \
		-f "$out/$kernel/rows" -f "$bench/ipcs_all.sh" -f "$bench/check.sh" -f "$holds" \
		-f "$(command -v grep)" -f "$(command -v lsof)" \
		${drgn:+-f "$drgn/vmlinux.debug" -f "$out/drgn" -f "$bench/waiters.drgn.py"} \
		"$build/tests/vm/table_bench:3600"
}

# The same, as lines of judge.awk in $out/$1/$2.tsv.
measure()
{
	rc=0
	echo "== $1, $2" >&2
	boot "$1" "$2" >"$out/$1/log" || rc=1
	grep -v '^row' "$out/$1/log" >&2 || :
	awk -v kernel="$1" -f "$bench/judge.awk" "$out/$1/rows" "$out/$1/log" >"$out/$1/$2.tsv"
	return $rc
}

run=$out/$(date -u +%Y-%m-%dT%H%M%S).tsv
failed=0
kernels=${KERNEL:-6.1-cloud sid-cloud}
: >"$run.new"
# What is counted comes first, all kernels at once: it needs no quiet machine, as what follows does.
for mode in ${MODE:-icount mttcg}; do
	counting=
	for kernel in $kernels; do
		mkdir -p "$out/$kernel"
		rows_for "$kernel" >"$out/$kernel/rows"
		: >"$out/$kernel/$mode.tsv"
		any_row "$mode" "$out/$kernel/rows" || continue
		if [ "$mode" = icount ]; then
			measure "$kernel" "$mode" &
			counting="$counting $!"
		else
			measure "$kernel" "$mode" || failed=1
		fi
	done
	for job in $counting; do
		wait "$job" || failed=1
	done
	for kernel in $kernels; do
		cat "$out/$kernel/$mode.tsv" >>"$run.new"
	done
done
# shellcheck disable=SC2012 # our own names
before=$(ls "$out"/*.tsv 2>/dev/null | tail -n 1)
mv "$run.new" "$run"
awk -f "$bench/table.awk" "$run" || failed=1
[ -z "$before" ] || awk -f "$bench/agree.awk" "$before" "$run"
echo "figures: $run"
exit $failed
