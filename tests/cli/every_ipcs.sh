#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# every_ipcs.sh PROGRAM FOLDER: the real ipcs, and --ipcs without the module, print the same bytes
# for every kind, format, unit and id, as the user, in the language and time zone of the
# environment. Run by record in the ipc namespace of the objects, whose ids are in FOLDER. Ends
# with "N pairs".
set -u
program=$1
folder=$2
status=0
pairs=0

# Both say nothing on stderr, or both do; both end well, or both do not.
same()
{
	pairs=$((pairs + 1))
	ipcs "$@" >"$folder/ipcs.out" 2>"$folder/ipcs.err"
	theirs=$?
	"$program" --ipcs "$@" >"$folder/ipcdbg.out" 2>"$folder/ipcdbg.err"
	ours=$?
	if cmp -s "$folder/ipcs.out" "$folder/ipcdbg.out" &&
		[ $((theirs == 0)) = $((ours == 0)) ]; then
		[ -s "$folder/ipcs.err" ]
		theirs=$?
		[ -s "$folder/ipcdbg.err" ]
		[ $? -ne $theirs ] || return
	fi
	echo "$(id -un) LC_ALL=$LC_ALL TZ=$TZ ipcs $*: exit status $ours"
	diff "$folder/ipcs.out" "$folder/ipcdbg.out"
	cat "$folder/ipcs.err" "$folder/ipcdbg.err"
	status=1
}

# The words of a case are options.
# shellcheck disable=SC2086
lists()
{
	for kinds in '' -m -q -s -a '-s -q' '-m -a'; do
		for format in '' -t -p -c -l -u '-u -t' '-t -l -c'; do
			for unit in '' -b --human '--human -b'; do
				same $kinds $format $unit
			done
		done
	done
}

# A format changes nothing about one object.
# shellcheck disable=SC2086
objects()
{
	for kind in m q s; do
		for unit in '' -b --human '-t --human' '-l'; do
			while read -r id; do
				same -$kind $unit -i "$id"
			done <"$folder/ids.$kind"
			same -$kind $unit -i 2147483647
		done
	done
}

lists
objects
echo "$pairs pairs"
exit $status
