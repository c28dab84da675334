# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What run.sh does with processes that are really blocked, on this machine and without the module.
# The truth is what tests/cli/blocked.c did. Uses check, $program, $build, $here and $tmp of run.sh.
# shellcheck disable=SC2154

# A program of 32 bits, if there is one.
program_of_32_bits()
{
	if [ -s "$build/tests/blocked32" ]; then
		echo "$build/tests/blocked32"
	else
		echo -
	fi
}

# blocked USER COMMAND...: runs it among blocked processes of that user, whose facts are told in
# $tmp/blocked/facts.
blocked()
{
	user=$1
	shift
	mkdir -p "$tmp/blocked"
	cp "$program" "$here/found.sh" "$tmp/blocked"
	chown "$user" "$tmp/blocked"
	chmod 711 "$tmp"
	chmod 755 "$tmp/blocked"
	unshare --ipc setpriv --reuid "$user" --regid "$user" --clear-groups \
		"$build/tests/blocked" "$tmp/blocked/facts" "$(program_of_32_bits)" "$@"
	rm -rf "$tmp/blocked"
}

# in_words STATUSES ARGUMENTS... -- LINE...: what is printed has these words, each in a line. Where
# some process may not be looked at, not even by root, the status of "pid" says so.
in_words()
{
	want=$1
	shift
	arguments=
	while [ "$1" != -- ]; do
		arguments="$arguments $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # several words
	"$program" $arguments >"$tmp/out" 2>"$tmp/err"
	got=$?
	case " $want " in *" $got "*) ;; *) echo "$arguments: exit status $got, not $want" ;; esac
	for line; do
		grep -q -e "$line" "$tmp/out" || echo "$arguments: no '$line'"
	done
}

# The commands that show one thing, among the blocked processes of root.
views_of_blocked()
{
	pid=$(awk '/^wait/ && $5 == 0 { print $2; exit }' "$1")
	tid=$(awk '/^wait/ && $2 != $3 { print $3; exit }' "$1")
	owner=$(awk '/^attach/ && $3 == 0 { print $2; exit }' "$1")
	in_words 4 -s 0 -- "^ *$pid  *$pid blocked .* 0 0:-1,undo\* *[.][.][.]" \
		'tasks wait for semaphore 0; who holds it is not known' \
		'undo rows need the module' \
		'wait rows need the module ([45] of [67] shown)'
	grep -q 'no process holds' "$tmp/out" && echo "claims to know of undo holders"
	grep 'Input/output' "$tmp/err"
	in_words 0 -m 0 -- 'attached 5 times, by 3 processes' "^ *$owner .* shmat" 'shared'
	grep -q 'incomplete' "$tmp/out" && echo "attachments are missing"
	in_words 4 -q 1 -- 'sends 199 bytes: 15 bytes must be received first'
	in_words 4 -s -o ID,WAITERS 0 -- "^ 0 .*$pid,blocked" "^ .*,a.040.012).040thread"
	in_words 4 -s -o ID,BLOCKER 0 -- '^ 0 [.][.][.]$'
	in_words 0 -m -o ID,HOLDERS 0 -- "^ 0 $owner,blocked"
	in_words "4 77" pid "$pid" -- 'semaphore set 0  *[0-9]* S .* blocked on the semaphore'
	in_words "4 77" pid "$tid" -- 'semaphore set 0  *[0-9]* S .* blocked on the semaphore'
	in_words "4 77" pid "$owner" -- 'shared memory segment 0 .* mappings=4'
	inum=$(stat -Lc %i /proc/self/ns/ipc)
	in_words 4 ns -- "$inum .* $PPID blocked .* task .* 2 .* 1 .* 1"
	in_words 4 -A -s -- "^$inum 0x000005e7 0 "
	[ "$(wc -l <"$tmp/err")" -eq 1 ] || echo "not one line on stderr"
	grep -q 'undo holders.*namespaces without tasks are not known; load it' "$tmp/err" ||
		cat "$tmp/err"
	in_words 4 -Q '/full\040one' -- 'MSG-PRIO' " 7  *11 " 'queue is full, with 1 of 1'
	in_words 4 -Q gone -- '1 task waits to receive' 'unlinked: it has no name any more'
	seen_from_elsewhere "$PPID" "$pid"
	other='setpriv --reuid 65533 --clear-groups'
	program="$other ${1%/*}/ipcdbg"
	blocked_of_others
}

views_are_right()
{
	exec >"$tmp/why" 2>&1
	views_of_blocked "$tmp/blocked/facts"
}

# Another namespace with objects of the same ids and keys is not mixed up with this one, and each is
# seen from outside.
seen_from_elsewhere()
{
	mkdir "$tmp/blocked/other"
	unshare --ipc "$build/tests/blocked" "$tmp/blocked/other/facts" - "$here/found.sh" \
		"$program" "$tmp/blocked/other/facts" "$tmp/blocked/other"
	unshare --ipc "$program" --namespace "$1" -s -o ID,WAITERS --noheadings 0 \
		>"$tmp/out" 2>"$tmp/err"
	grep -q "^ 0 $2,blocked" "$tmp/out" || cat "$tmp/out" "$tmp/err"
	unshare --ipc "$program" -A -J -s 2>"$tmp/err" |
		jq ".sets[].waiters[] | select(.pid == $2) | .tid" >"$tmp/out"
	[ "$(cat "$tmp/out")" = "$2" ] || cat "$tmp/out" "$tmp/err"
}

# As a user who may look at none of them. $program is several words.
blocked_of_others()
{
	# shellcheck disable=SC2086
	{
		$program -s 0 >"$tmp/out" 2>"$tmp/err"
		grep -q 'wait rows need root' "$tmp/out" || echo "sets: other users see waits"
		$program -m 0 >"$tmp/out" 2>"$tmp/err"
		[ $? -eq 4 ] && grep -q 'attached 5 times, by at least 0 processes' "$tmp/out" &&
			grep -q 'attach rows need root' "$tmp/out" || echo "segments: other users"
		$program -q 0 >"$tmp/out" 2>"$tmp/err"
		grep -q 'receiver rows need root' "$tmp/out" || echo "queues: other users"
	}
	grep -q 'tasks that you may not see.* run this as root' "$tmp/err" || cat "$tmp/err"
}

blocked_tasks()
{
	for user in 0 65534; do
		# shellcheck disable=SC2016 # for the shell inside
		blocked $user sh -c 'exec "$0/found.sh" "$0/ipcdbg" "$0/facts" "$0"' \
			"$tmp/blocked" >"$tmp/why" 2>&1
		[ ! -s "$tmp/why" ]
		check "blocked tasks and attachments of user $user without the module" $?
	done
	echo 'did not run' >"$tmp/why"
	blocked 0 "$here/run.sh" "$program" "$tmp" views_are_right >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "each view shows blocked tasks without the module" $?
}
