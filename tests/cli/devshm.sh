# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What run.sh does with real POSIX shared memory and semaphores, on this machine and without the
# module. The truth is what tests/cli/devshm.c did. Uses check, live, has_control_bytes, $program,
# $devshm, $here and $tmp of run.sh.

# in_devshm COMMAND...: with an empty /dev/shm, where no process of others is seen.
in_devshm()
{
	# shellcheck disable=SC2016 # for the shell inside
	timeout -k 5 120 unshare --ipc --pid --mount --fork --mount-proc --kill-child sh -c \
		'mount -t tmpfs -o mode=1777 shm /dev/shm && exec "$@"' sh "$@"
}

# with_users COMMAND...: the same with objects and processes that use them.
with_users()
{
	# shellcheck disable=SC2154 # $devshm and $tmp are of run.sh
	in_devshm "$devshm" "$tmp/truth" "$@"
}

devshm_is_as_made()
{
	echo 'did not run' >"$tmp/why"
	# shellcheck disable=SC2154 # $here and $program are of run.sh
	with_users "$here/devshm_check.sh" "$program" "$tmp/truth" >"$tmp/why" 2>&1 ||
		echo "exit status $?" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "-M and -S tell what was made in /dev/shm" $?
}

# Text and tables of hostile names, of every format.
devshm_is_escaped()
{
	: >"$tmp/why"
	for arguments in '' '-MS' '-MS -p' '-MS -t' '-MS -A' '-M --output-all' '-S -r' '-M -e' \
		'-MS -J' '-S empty gone' 'pid 1'; do
		# shellcheck disable=SC2086 # the words of a case
		with_users "$program" $arguments >"$tmp/out" 2>"$tmp/err"
		has_control_bytes "$tmp/out" && echo "control bytes of $arguments" >>"$tmp/why"
		grep -q 'gone' "$tmp/out" || echo "nothing of $arguments" >>"$tmp/why"
	done
	[ ! -s "$tmp/why" ]
	check "names in /dev/shm are escaped" $?
}

# Run inside: what root may see, and what another user may.
devshm_statuses()
{
	other='setpriv --reuid 65534 --regid 65534 --clear-groups'
	theirs=$tmp/live/ipcdbg
	exec >"$tmp/why" 2>&1
	live 0 'POSIX Shared Memory' '' "$program" -M
	live 0 'POSIX Semaphores' 'not loaded' "$program"
	live 0 'empty' '' "$program" -S empty
	live 0 '3 tasks wait (inferred); value 0' '' "$program" -S /empty
	live 0 'others may be about to wait, or were killed' '' "$program" -S dead
	live 0 'not known: a POSIX semaphore has no owner' '' "$program" -S empty
	live 0 '1 task waits for a word inside it (inferred)' '' "$program" -M seg
	live 0 '^/idle *600 *root *40960 *0 *0 *0 *-' '' "$program" -M
	live 0 '^/left .* unlinked' '' "$program" -M
	live 0 'open, but not mapped, by pid .* (opens)' '' "$program" -M left
	live 0 'no process maps it or has it open' '' "$program" -M idle
	live 0 'its 4096 bytes stay' '' "$program" -M idle
	live 2 '' 'no POSIX semaphore with the name nosuch' "$program" -S nosuch
	live 2 '' 'with the name sem.text' "$program" -S sem.text
	live 0 'sem.text' '' "$program" -M sem.text
	live 2 '' 'with the name sem.fifo' "$program" -M sem.fifo
	live 64 '' 'no limits of their own' "$program" -M -u
	live 64 '' 'ipcs does not know' "$program" -S --ipcs
	live 4 'blocked in futex(2) inside the object (inferred)' 'may not see' "$program" \
		pid "$(awk '$1 == "wait" && $2 == "empty" { print $3; exit }' "$tmp/truth")"
	live 1 '' '/dev/shm: Input/output error' strace -qq -o /dev/null -P /dev/shm \
		-e trace=getdents64 -e inject=getdents64:error=EIO:when=1 "$program" -M
	live 1 '' 'Too many open files' prlimit --nofile=4 "$program" -M
	# $other is several words.
	# shellcheck disable=SC2086
	{
		live 0 '^/empty *600 *root *- *- *- *- *-' 'run this as root' $other "$theirs" -S
		live 77 'its value is not known' 'run this as root' $other "$theirs" -S empty
		live 77 '"truncated":.{' 'run this as root' $other "$theirs" -M -J seg
		live 2 '' 'no POSIX semaphore with the name nosuch' $other "$theirs" -S nosuch
		live 77 '"complete":false' 'run this as root' $other "$theirs" -S -J
		live 0 '^/idle  *-' 'run this as root' $other "$theirs" -M -o NAME,NPROCS
	}
}

# Processes of others are not even listed: that none is seen says nothing.
devshm_hidden()
{
	other='setpriv --reuid 65534 --regid 65534 --clear-groups'
	theirs=$tmp/live/ipcdbg
	exec >"$tmp/why" 2>&1
	mount -o remount,hidepid=2 /proc
	# shellcheck disable=SC2086 # $other is several words
	{
		live 77 '"complete":false' 'run this as root' $other "$theirs" -MS -J
		live 77 '"truncated":.{' 'run this as root' $other "$theirs" -M -J idle
		live 0 '^/idle  *-' 'run this as root' $other "$theirs" -M -o NAME,NPROCS
		live 77 '"complete":false' 'run this as root' $other "$theirs" -M -A -J
	}
	live 0 '"complete":true' '' "$program" -MS -J
}

# A process PID of $tmp/pid with these namespaces and a /dev/shm of its own, with one file there.
begin_elsewhere()
{
	# shellcheck disable=SC2016 # for the shell inside
	unshare "$@" sh -c 'mount -t tmpfs shm /dev/shm && : >/dev/shm/theirs &&
		echo $$ >"$1" && exec sleep 100' sh "$tmp/pid" &
	until [ -s "$tmp/pid" ]; do sleep 0.01; done
	elsewhere=$(cat "$tmp/pid")
	rm "$tmp/pid"
}

# told COLUMNS ARGUMENTS...: of objects named seg or theirs.
told()
{
	columns=$1
	shift
	"$program" "$@" -r --noheadings -o "$columns" | grep -E '^/(seg|theirs) '
}

# Run inside: each /dev/shm is told once, whoever sees it, with the number of its device.
devshm_elsewhere()
{
	exec >"$tmp/why" 2>&1
	unshare --mount sleep 100 &
	begin_elsewhere --mount
	first=$elsewhere
	begin_elsewhere --mount --ipc
	{
		echo "/seg $(mountpoint -d /dev/shm) $(stat -Lc %i /proc/self/ns/mnt) $(
			stat -Lc %i /proc/self/ns/ipc)"
		for pid in $first $elsewhere; do
			echo "/theirs 0:$(stat -c %d "/proc/$pid/root/dev/shm") $(
				stat -Lc %i "/proc/$pid/ns/mnt") $(stat -Lc %i "/proc/$pid/ns/ipc")"
		done
	} | sort >"$tmp/want"
	told NAME,DEV,MNTNS,NS -M -A | sort | diff "$tmp/want" -
	"$program" -M -A >"$tmp/out"
	[ "$(grep -c '^[0-9]* *0:[0-9]* */theirs ' "$tmp/out")" -eq 2 ] || cat "$tmp/out"
	[ "$(told NAME,SIZE -M)" = '/seg 12288' ] || told NAME,SIZE -M
	[ "$(told NAME,MNTNS -M --namespace "$elsewhere")" = \
		"/theirs $(stat -Lc %i "/proc/$elsewhere/ns/mnt")" ] ||
		told NAME,MNTNS -M --namespace "$elsewhere"
}

# Run inside: what a recording says of them is what this machine does.
devshm_recorded()
{
	exec >"$tmp/why" 2>&1
	"$program" record "$tmp/recording" 2>/dev/null
	[ $? -eq 4 ] || echo "no recording without the module"
	for arguments in -M -S '-MS -A' '-S empty gone' '-M seg' '-MS -p'; do
		# shellcheck disable=SC2086 # the words of a case
		"$program" $arguments >"$tmp/want"
		# shellcheck disable=SC2086
		"$program" --input "$tmp/recording" $arguments >"$tmp/out" || echo "$arguments"
		diff "$tmp/want" "$tmp/out"
		grep -q '/seg\|empty\|3 tasks wait' "$tmp/out" || echo "nothing of $arguments"
	done
	"$program" -MS -J | jq .pshms,.psems >"$tmp/want"
	"$program" --input "$tmp/recording" -MS -J | jq .pshms,.psems | diff "$tmp/want" -
}

# Run inside, while files come and go: what is told is whole every time.
devshm_vanishing()
{
	exec >"$tmp/why" 2>&1
	while :; do
		: >/dev/shm/comes; printf %032d 0 >/dev/shm/sem.comes
		rm -f /dev/shm/comes /dev/shm/sem.comes
	done &
	churn=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		"$program" -MS -J >"$tmp/out" || echo "exit status $?"
		jq -e '.complete and ([.pshms[] | select(.name == "seg")] | length == 1)' \
			"$tmp/out" >/dev/null || cat "$tmp/out"
	done
	{
		kill "$churn"
		wait "$churn"
	} 2>/dev/null
	:
}

# With nothing there, the list of all kinds has no such tables, and that of one kind is empty.
devshm_empty()
{
	exec >"$tmp/why" 2>&1
	"$program" 2>/dev/null >"$tmp/out"
	grep 'POSIX [^M]' "$tmp/out"
	live 0 'POSIX Shared Memory' '' "$program" -M
	[ "$(wc -l <"$tmp/out")" -eq 4 ] || cat "$tmp/out"
	umount /dev/shm
	mkdir "$tmp/dev"
	mount --bind "$tmp/dev" /dev
	live 0 'POSIX Semaphores' '' "$program" -S
}

# inside FUNCTION COMMAND...: runs it there; $tmp/why tells what is wrong.
inside()
{
	function=$1
	shift
	echo 'did not run' >"$tmp/why"
	"$@" "$here/run.sh" "$program" "$tmp" "$function" >"$tmp/log" 2>&1 ||
		echo "exit status $?" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
}

real_devshm()
{
	devshm_is_as_made
	devshm_is_escaped
	inside devshm_statuses with_users
	check "-M and -S have the right exit statuses, for root and others" $?
	inside devshm_hidden with_users
	check "-M and -S know that /proc hides processes" $?
	inside devshm_elsewhere with_users
	check "-M -A tells each /dev/shm once" $?
	inside devshm_recorded with_users
	check "-M and -S say the same of a recording" $?
	inside devshm_vanishing with_users
	check "-M and -S are whole while files come and go" $?
	inside devshm_empty in_devshm
	check "-M and -S of an empty /dev/shm, and of none" $?
}
