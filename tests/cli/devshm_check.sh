#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# devshm_check.sh PROGRAM TRUTH: what the program tells of /dev/shm is what tests/cli/devshm.c did
# there and wrote to TRUTH, and what /proc/PID/maps has. Run by devshm.
set -u
program=$1
truth=$2
out=$truth.json
dev=$(stat -c %d /dev/shm)
dev=0:$((dev & 0xff))

# The mappings of files of /dev/shm that are objects, by their inode numbers.
mappings()
{
	hex=$(printf '00:%02x' "${dev#0:}")
	grep -H " $hex " /proc/[0-9]*/maps 2>/dev/null | while read -r range prot offset _ ino _; do
		pid=${range#/proc/}
		pid=${pid%%/*}
		range=${range##*:}
		grep -q "^object [^ ]* [^ ]* $ino " "$truth" || continue
		printf 'map %s %s %d %d %d %s\n' "$ino" "$pid" "0x${range%-*}" "0x${range#*-}" \
			"0x$offset" "$prot"
	done
}

"$program" -MS -J >"$out" 2>"$truth.err" || echo "exit status $?"
cat "$truth.err"
{
	cat "$truth"
	mappings
} | LC_ALL=C sort -u >"$truth.want"
# shellcheck disable=SC2016 # the variables are jq's
jq -r '
	(["pshm", .pshms[]], ["psem", .psems[]]) | .[0] as $kind | .[1:][] | . as $o |
	"object \($kind) \(.name) \(.ino) \(.mode) \(.uid) \(.gid) \(.size) \(
		if .unlinked then "unlinked" else "linked" end)",
	(select(.value) | "value \(.name) \(.value)"),
	(.processes[] | . as $p |
		(select(.fds > 0) | "open \($o.name) \(.pid) \(.fds) \(.fd)"),
		(.mappings[] | "map \($o.ino) \($p.pid) \(.start) \(.end) \(.offset) \(.prot)")),
	(.waiters[] | "wait \($o.name) \(.pid) \(.tid) \(.offset)")' "$out" |
	LC_ALL=C sort -u >"$truth.got"
diff "$truth.want" "$truth.got"

# 'why' of a task that waits: who else maps the object to share it.
grep '^wait ' "$truth" | while read -r _ name pid tid _; do
	ino=$(awk -v name="$name" '$1 == "object" && $3 == name { print $4 }' "$truth")
	awk -v ino="$ino" -v pid="$pid" '
		$1 == "map" && $2 == ino && $3 != pid && /s$/ { print $3 }' \
		"$truth.want" | sort -u >"$truth.want_why"
	"$program" why -J "$tid" 2>/dev/null | jq -r '
		.why[0].below[] | select(.futex_in) | .below[] | select(.by == "shared") | .pid' |
		sort -u >"$truth.got_why"
	diff "$truth.want_why" "$truth.got_why" >"$truth.diff" ||
		{ echo "why $tid, which waits in $name:"; cat "$truth.diff"; }
done
# 'waiters' tells of the same tasks if it is asked for their kind.
for kind in pshm psem; do
	awk -v kind=$kind 'NR == FNR && $1 == "object" && $2 == kind { of[$3] }
		NR != FNR && $1 == "wait" && $2 in of { print $2, $3, $4 }' "$truth" "$truth" |
		sort >"$truth.want_tasks"
	"$program" waiters --kind $kind -J 2>/dev/null |
		jq -r '.waiters[] | "\(.id | sub("^/"; "")) \(.pid) \(.tid)"' | sort |
		diff "$truth.want_tasks" -
	[ -s "$truth.want_tasks" ] || echo "nobody waits in a $kind"
done
# Every kind of row is there, and nothing is missing.
for row in 'object pshm' 'object psem' value open map wait; do
	grep -q "^$row " "$truth.want" || echo "no row '$row'"
done
jq -e '.complete and ([.pshms[], .psems[] | .truncated[], select(.dev != "'"$dev"'")] == [])' \
	"$out" >/dev/null || echo "incomplete, or of another device than $dev"
