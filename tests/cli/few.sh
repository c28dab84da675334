# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2086
# With few descriptors a command looks at living processes all the same, or says why it did not.
# Sourced by run.sh.

# All but times, the width that they take, the order of those who began to wait at once, and the
# name of root, whose file cannot be read.
without_times()
{
	sed -E 's/"(time|[a-z_]*_ns)":[0-9]+//g; s/(time|[a-z_]*_ns)=[0-9]+//g
		s/[0-9]+([.][0-9]+)? ?s([] ");:,]|$)//g; s/ipcdbg, [-0-9: ]*//
		s/ root\>/ 0/g; s/=root\>/=0/g; s/ +/ /g; s/--+/-/g; s/,$//' "$1" | sort
}

# few_of N WORDS...: what the command does with N descriptors, which is what it does with many; or
# else it fails, says why, and its JSON does not claim to be complete.
few_of()
{
	n=$1
	shift
	"$program" "$@" >"$tmp/few.many" 2>"$tmp/few.many.err" </dev/null
	many=$?
	prlimit --nofile=$n "$program" "$@" >"$tmp/few.out" 2>"$tmp/few.err" </dev/null
	got=$?
	# Below this the libraries cannot be loaded.
	[ $n -le 4 ] && [ $got -eq 127 ] && [ ! -s "$tmp/few.out" ] && return
	without_times "$tmp/few.many" >"$tmp/few.many.plain"
	without_times "$tmp/few.out" >"$tmp/few.out.plain"
	if [ $got -eq $many ] && cmp -s "$tmp/few.many.plain" "$tmp/few.out.plain"; then
		return
	fi
	case $got in
	1 | 3 | 4 | 77) ;;
	*) echo "$*, $n descriptors: exit status $got" ;;
	esac
	grep -q 'Too many open files' "$tmp/few.err" || {
		echo "$*, $n descriptors: exit status $got and does not say why"
		diff "$tmp/few.many.plain" "$tmp/few.out.plain" | head -n 4
	}
	grep '"complete":true' "$tmp/few.out"
	if ! grep -q root "$tmp/few.many.err" && grep root "$tmp/few.err"; then
		echo "$*, $n descriptors: root would not do better"
	fi
}

# few LINES: each of these lines is the words of a command. Other tests on this machine come and go
# meanwhile: what seems wrong is tried again.
few()
{
	while read -r words; do
		for descriptors in 3 4 5 6 7 8 9; do
			for _ in 1 2 3; do
				few_of $descriptors $words >"$tmp/few.why"
				[ -s "$tmp/few.why" ] || break
			done
			cat "$tmp/few.why"
		done
	done <<-LINES
		$1
	LINES
}

# few_recorded_once: a recording that was made with few descriptors is none, or answers no more than
# a whole one and not as if it were whole.
few_recorded_once()
{
	tasks='[.waiters[] | "\(.ns) \(.id) \(.tid)"] | sort[]'
	"$program" record "$tmp/few.whole" 2>"$tmp/few.err"
	"$program" --input "$tmp/few.whole" waiters -J 2>>"$tmp/few.err" |
		jq "$tasks" >"$tmp/few.tasks"
	[ -s "$tmp/few.tasks" ] || echo "record: no tasks: $(cat "$tmp/few.err")"
	for n in 4 5 6 7 8; do
		rm -f "$tmp/few.file"
		prlimit --nofile=$n "$program" record "$tmp/few.file" 2>"$tmp/few.err"
		got=$?
		[ -e "$tmp/few.file" ] || [ $got -ne 1 ] || continue
		[ $got -eq 4 ] || echo "record, $n descriptors: exit status $got"
		[ -e "$tmp/few.file" ] || { echo "record, $n descriptors: no file"; continue; }
		"$program" --input "$tmp/few.file" waiters -J >"$tmp/few.out" 2>"$tmp/few.err"
		jq "$tasks" "$tmp/few.out" | comm -23 - "$tmp/few.tasks"
		! grep '"complete":true' "$tmp/few.out"
	done
}

# The same, for other tests as above.
few_recorded()
{
	for _ in 1 2 3; do
		few_recorded_once >"$tmp/few.why"
		[ -s "$tmp/few.why" ] || break
	done
	cat "$tmp/few.why"
}

# live_words PID: the words of each command, about this machine and a process that waits, one a
# line.
live_words()
{
	inum=$(stat -Lc %i /proc/self/ns/ipc)
	cat <<-LINES

		-J
		-s
		-p
		-s -c
		-t --time-format iso
		-l
		-u
		--ipcs
		--ipcs -s -i 0
		-s -i 0
		-s 0
		-m 0
		-m -J 0
		-q 0
		-Q
		-Q -J
		-M
		-S
		-s -o ID,WAITERS
		-A -s
		--namespace $inum -q
		waiters
		waiters -J
		why $1
		why -J $1
		check
		check -J --longer-than 0
		check --nagios
		graph
		graph -J
		pid $1
		pid -J $1
		ns $inum
		explain 0x000005e7
		explain -J 0x000005e7
		record -
		rm --dry-run -m 0
		doctor
	LINES
}

few_among_blocked()
{
	exec >"$tmp/why" 2>&1
	pid=$(awk '/^wait/ { print $2; exit }' "$tmp/blocked/facts")
	few "$(live_words "$pid" | grep -v '^doctor\|^record')"
	few_recorded
}

few_among_users()
{
	exec >"$tmp/why" 2>&1
	few "-M
		-S
		-MS -J
		-S empty
		-M seg
		-M -o NAME,WAITERS,HOLDERS
		explain /empty"
}

few_descriptors()
{
	echo 'did not run' >"$tmp/why"
	blocked 0 "$here/run.sh" "$program" "$tmp" few_among_blocked >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "few descriptors, among blocked tasks" $?
	echo 'did not run' >"$tmp/why"
	with_users "$here/run.sh" "$program" "$tmp" few_among_users >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "few descriptors, among users of /dev/shm" $?
}
