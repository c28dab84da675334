# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# What no command may take for success, at each of its system calls: every STEPth in turn, by
# inject.c. Sourced by run.sh.

# inject STEP: of the commands on standard input, one a line. What one writes to $tmp/inject/out, in
# place of its output, is judged as that.
inject()
{
	mkdir -p "$tmp/inject"
	"$build/tests/inject" "$tmp/inject" "$1" "$program"
}

# calls_fail NAME FUNCTION COMMAND...: that function, started by the command.
calls_fail()
{
	name=$1 function=$2 rc=0
	shift 2
	"$@" "$here/run.sh" "$program" "$tmp" "$function" >"$tmp/why" 2>&1 || rc=1
	tail -n 1 "$tmp/why" | grep -q ' runs$' || rc=1
	check "every call may fail, of $name: $(tail -n 1 "$tmp/why")" $rc
}

alone='unshare --ipc --mount --pid --fork --mount-proc --propagation private'

# Of recorded tables; then of this machine, without the module: its objects, a /dev/shm and
# processes of its own, and tasks that wait.
every_call_fails()
{
	mkdir "$tmp/place"
	# $alone is several words.
	# shellcheck disable=SC2086
	{
		calls_fail 'recorded tables' recorded_calls_fail env
		calls_fail 'live objects' live_calls_fail unshare --ipc
		calls_fail '/dev/shm and recordings' files_fail $alone
		calls_fail 'blocked tasks' blocked_calls_fail $alone "$build/tests/blocked" \
			"$tmp/place/facts" "$(program_of_32_bits)"
		calls_fail 'users of /dev/shm' users_calls_fail with_users
	}
}

recorded_calls_fail()
{
	cd "$here/data" && inject "${INJECT_STEP:-11}" <"$here/commands"
}

files_fail()
{
	mount -t tmpfs none /dev/shm || return
	{ ipcmk -S 3 && ipcmk -M 5000 && ipcmk -Q; } >"$tmp/out" || return
	head -c 5000 /dev/zero >/dev/shm/name || return
	# As sem_open(3) makes them: a word says that it is shared.
	{ head -c 8 /dev/zero && printf '\200' && head -c 23 /dev/zero; } >/dev/shm/sem.name ||
		return
	inject "${INJECT_STEP:-11}" <<-EOF
		-M
		-M -J
		-S
		-S name
		record -
		record $tmp/inject/out
		check -J
		check --nagios
	EOF
}

live_calls_fail()
{
	{ ipcmk -S 3 && ipcmk -M 5000 && ipcmk -Q; } >"$tmp/out" || return
	inject "${INJECT_STEP:-11}" <<-EOF
		-s
		-s -J
		-m -o ID,SIZE
		-q
		-s 0
		-m -J 0
		-u
		--ipcs
		rm --dry-run -m 0
	EOF
}

# These look at every task, by thousands of calls.
blocked_calls_fail()
{
	pid=$(awk '/^wait/ { print $2; exit }' "$tmp/place/facts")
	[ -n "$pid" ] || return
	inject "$((${INJECT_STEP:-11} * 37))" <<-EOF
		waiters
		waiters -J
		waiters --kind mqueue
		why $pid
		why -J $pid
		graph
		graph -J
		graph --pid $pid
		ns
		ns -J
		ns $(stat -Lc %i /proc/self/ns/ipc)
		pid $pid
		pid -J $pid
	EOF
}

users_calls_fail()
{
	inject "$((${INJECT_STEP:-11} * 37))" <<-EOF
		waiters --kind psem
		waiters --kind pshm -J
		graph -S /empty
		-S empty
		-M -J seg
	EOF
}
