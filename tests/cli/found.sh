#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the command finds without the module is what blocked.c did, whose children are running.
#   found.sh PROGRAM FACTS FOLDER
# Prints each difference. FOLDER is for files of this script.
set -u
program=$1 facts=$2 tmp=$3

"$program" -J >"$tmp/json" 2>"$tmp/told"
# shellcheck disable=SC2016 # for jq
jq -r 'def flag: if . then 1 else 0 end;
	(.sets[].waiters[] | "wait \(.pid) \(.tid) \(.comm) \(.semnum) \(.undo | flag) " +
		"\(.alter | flag)" + ([.ops[] | " \(.sem_num):\(.sem_op):" +
		"\(.sem_flg | join(",")):\(.blocking | flag)"] | join(""))),
	(.queues[] | (.receivers[] | "receiver \(.pid) \(.tid) \(.msgtyp) \(.mode) \(.maxsize)"),
		(.senders[] | "sender \(.pid) \(.tid) \(.size)")),
	(.mqueues[] | .name as $name |
		(.receivers[] | "mq_receiver \($name) \(.pid) \(.tid)"),
		(.senders[] | "mq_sender \($name) \(.pid) \(.tid) \(.msg_prio) \(.size)"),
		(.openers[] | "opener \($name) \(.pid) \(.fds)")),
	(.segments[].attachments[] | "attach \(.pid) \(.shared // false | flag)" +
		([.mappings[] | " \(.start)-\(.end):\(.offset):\(.prot)"] | join("")))' \
	"$tmp/json" | sort >"$tmp/found"
sort "$facts" | diff - "$tmp/found"

# Of each task, what /proc says as well. A start time is cut to a tick.
jq -r '.. | objects | select(has("switches")) | "\(.pid) \(.tid) \(.uid) \(.state) \(.switches) \(
	.start_ns) \(.blocked_ns // 0)"' "$tmp/json" |
	while read -r pid tid uid state switches start blocked; do
		stat=$(tr '\n' ' ' <"/proc/$pid/task/$tid/stat" | sed 's/.*) //')
		ticks=$(echo "$stat" | cut -d ' ' -f 20)
		[ "$state" = "${stat%% *}" ] || echo "$tid: state $state"
		[ "$start" -eq $((ticks * (1000000000 / $(getconf CLK_TCK)))) ] ||
			echo "$tid: start time $start"
		[ "$uid" = "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/task/$tid/status")" ] ||
			echo "$tid: uid $uid"
		[ "$switches" -eq "$(awk '/^(non)?voluntary_ctxt/ { n += $2 } END { print n }' \
			"/proc/$pid/task/$tid/status")" ] || echo "$tid: switches $switches"
		# Where the scheduler tells nothing there is no such time.
		[ "$blocked" -ge 0 ] && [ "$blocked" -lt 600000000000 ] ||
			echo "$tid: blocked for $blocked ns"
	done
