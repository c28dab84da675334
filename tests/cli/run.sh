#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command line on recorded tables, on this machine and without the module. Prints TAP.
#
#   run.sh [PROGRAM]      IPCDBG_UPDATE=1: write expected/ anew instead, to be looked at in git diff
#
# cases tells what is run. What a table of expectations cannot say is in the functions below.
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
program=${1:-$build/user/ipcdbg}
record=${RECORD:-$build/tests/record}
object=$build/tests/object
devshm=$build/tests/devshm

export LC_ALL=C TZ=UTC
unset IPCDBG_ROOT LANGUAGE COLUMNS
export IPCDBG_KEYS="$here/keys"

# With a second word, run.sh runs a function, without_the_module() or what the third says, in the
# namespaces that it is in then.
tmp=${2:-$(mktemp -d)} || exit 1
[ $# -gt 1 ] || trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

passed=0
failed=0

# check NAME STATUS: one result; $tmp/why tells what is wrong.
check()
{
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $1"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $1"
		sed 's/^/# /' "$tmp/why"
	fi
}

# Bytes below 0x20, newline and tab apart, and 0x7f: none may reach a terminal.
has_control_bytes()
{
	LC_ALL=C tr -d '\n\t\040-\176\200-\377' <"$1" | grep -q .
}

is_json()
{
	[ -s "$1" ] && jq -e 'type == "object" and .ipcdbg.version == 1 and
		([.[] | arrays] | length > 0) and (.complete | type == "boolean")' \
		"$1" >/dev/null
}

# golden NAME FOLDER STATUS ARGUMENTS...
golden()
{
	name=$1 folder=$2 want=$3
	shift 3
	option=--root
	[ ! -f "$here/data/$folder" ] || option=--input
	(cd "$here/data" && IPCDBG_KEYS=../keys exec "$program" $option "$folder" "$@") \
		>"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	if [ -n "${IPCDBG_UPDATE:-}" ]; then
		cp "$tmp/out" "$here/expected/$name.out"
		cp "$tmp/err" "$here/expected/$name.err"
	fi
	{
		[ "$got" -eq "$want" ] || echo "exit status $got, not $want"
		diff -u "$here/expected/$name.out" "$tmp/out"
		diff -u "$here/expected/$name.err" "$tmp/err"
		has_control_bytes "$tmp/out" && echo "control bytes on stdout"
		has_control_bytes "$tmp/err" && echo "control bytes on stderr"
		if [ "$got" -eq 2 ] && [ "${name#*-one-of-two}" = "$name" ] &&
			[ "${name#*-nagios}" = "$name" ]; then
			[ ! -s "$tmp/out" ] || echo "absent, but stdout is not empty"
		fi
		case $name in
		json-cut)
			is_json "$tmp/out" 2>/dev/null && echo "cut, but valid JSON"
			;;
		json-*)
			[ ! -s "$tmp/out" ] || is_json "$tmp/out" || echo "not valid JSON"
			;;
		esac
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "$name" $?
}

. "$here/recording.sh"
. "$here/examples.sh"
. "$here/live_examples.sh"
. "$here/graph_readable.sh"

run_cases()
{
	while IFS='|' read -r name folder want arguments; do
		case $name in
		'' | '#'*) continue ;;
		esac
		# The arguments hold no blanks of their own.
		# shellcheck disable=SC2086
		golden "$name" "$folder" "$want" $arguments
	done <"$here/cases"
}

# Each file of expected/ belongs to a case.
no_leftovers()
{
	for f in "$here"/expected/*; do
		name=${f##*/}
		grep -q "^${name%.*}|" "$here/cases" || echo "$f belongs to no case"
	done >"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "expected/ has no leftovers" $?
}

# Each exit status of ipcdbg(8) is that of a case, or of a live one below, and there are no others.
every_status()
{
	sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/s/^\.It \([0-9]\)/\1/p' \
		"$here/../../doc/ipcdbg.8" | sort -u >"$tmp/documented"
	{
		grep -v '^#' "$here/cases" | cut -d'|' -f3
		sed -n 's/^[[:blank:]]*\(live\|use\) \([0-9][0-9]*\) .*/\2/p' "$here/run.sh"
	} | sort -u >"$tmp/tested"
	diff "$tmp/documented" "$tmp/tested" >"$tmp/why" 2>&1 && [ -s "$tmp/tested" ]
	check "every exit status that is documented is tested" $?
}

# The environment variable names the folder as the option does.
root_variable()
{
	(cd "$here/data" && IPCDBG_ROOT=stuck exec "$program" -s 32768) |
		diff -u "$here/expected/show-stuck.out" - >"$tmp/why" 2>&1
	check "IPCDBG_ROOT" $?
	"$program" --root '' -s >"$tmp/why" 2>&1
	[ $? -eq 64 ]
	check "--root of nothing is not this machine" $?
	(cd "$here/data" && IPCDBG_ROOT=bad exec "$program" doctor) >"$tmp/out" 2>&1
	grep -w bad/abi "$tmp/out" >"$tmp/why"
	[ -s "$tmp/out" ] && [ ! -s "$tmp/why" ]
	check "doctor is about this machine, whatever IPCDBG_ROOT says" $?
	(cd "$here/data" && IPCDBG_ROOT=stuck exec "$program" record "$tmp/no.rec") 2>"$tmp/why"
	[ $? -eq 64 ] && grep -q IPCDBG_ROOT "$tmp/why" && [ ! -e "$tmp/no.rec" ]
	check "record names IPCDBG_ROOT where it is what is wrong" $?
}

# With the module who has no such length is running: nothing is guessed of it, whatever counts.
running_is_no_wait()
{
	sed '2s/ lacks=.*//' "$here/data/unclocked" >"$tmp/running"
	"$program" --input "$tmp/running" check --longer-than 0 >"$tmp/why" 2>/dev/null
	[ $? -eq 3 ] && [ ! -s "$tmp/why" ]
	check "check guesses nothing of who does not sleep" $?
}

# A name that somebody else chose ends nothing in what a shell reads of -e.
shell_reads_export()
{
	sed 's/^user uid=0 name=root$/user uid=0 name=x\\134/
		s/^group gid=0 name=root$/group gid=0 name=;pwned;/' "$here/data/shop" >"$tmp/names"
	(
		exported=$("$program" --input "$tmp/names" -s -e -o ID,USER,GROUP | head -n 1)
		[ "$exported" = 'ID="0" USER="x\134" GROUP=";pwned;"' ] || echo "$exported"
		eval "$exported"
		[ "$ID $USER $GROUP" = '0 x\134 ;pwned;' ] || echo "$ID, $USER, $GROUP"
	) >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "a shell takes of -e what it is" $?
}

help_is_narrow()
{
	"$program" --help | awk 'length($0) > 80' >"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "--help has at most 80 columns" $?
}

# Nothing below 0x20 in what the user typed is repeated as it is.
hostile_arguments()
{
	esc=$(printf '\033]0;x\a\001')
	: >"$tmp/why"
	for word in "$esc" "--$esc" "--root=$esc" "--namespace=$esc" "-s$esc" "--id=$esc"; do
		if "$program" -s "$word" >"$tmp/out" 2>"$tmp/err"; then
			echo "accepted: $word" >>"$tmp/why"
		fi
		[ -s "$tmp/err" ] || echo "no message" >>"$tmp/why"
		cat "$tmp/err" >>"$tmp/out"
		has_control_bytes "$tmp/out" && cat -v "$tmp/out" >>"$tmp/why"
	done
	[ ! -s "$tmp/why" ]
	check "hostile arguments are escaped" $?
}

# Short reads and interrupted ones change nothing.
injected()
{
	table=$here/data/stuck/sem
	strace -qq -o /dev/null -P "$table" -e trace=pread64 \
		-e inject=pread64:error=EINTR:when=1+2 \
		"$program" --root "$here/data/stuck" -s 32768 2>&1 |
		diff -u "$here/expected/show-stuck.out" - >"$tmp/why" 2>&1
	check "interrupted reads are taken up again" $?

	: >"$tmp/why"
	while read -r error want; do
		for n in 1 2; do
			strace -qq -o /dev/null -P "$table" -e trace=pread64 \
				-e inject=pread64:error="$error":when="$n" \
				"$program" --root "$here/data/stuck" -s 32768 \
				>"$tmp/out" 2>"$tmp/err"
			got=$?
			[ "$got" -eq "$want" ] && [ -s "$tmp/err" ] ||
				echo "$error at read $n: exit status $got" >>"$tmp/why"
		done
	done <<-EOF
		EIO 1
		EACCES 77
		EPERM 77
		ESTALE 3
		ENOMEM 1
	EOF
	[ ! -s "$tmp/why" ]
	check "read errors have their exit status" $?
}

# A table that is there and cannot be opened, or read, is not called one that was not recorded.
table_not_readable()
{
	while IFS='|' read -r call error said; do
		strace -qq -o /dev/null -P "$here/data/quiet/namespaces" -e trace="$call" \
			-e inject="$call:error=$error" \
			"$program" --root "$here/data/quiet" check limit >"$tmp/out" 2>"$tmp/err"
		got=$?
		[ $got -eq 1 ] || echo "$call $error: exit status $got"
		grep -q "namespaces: $said" "$tmp/err" || echo "$call $error: not '$said'"
		! grep recorded "$tmp/err"
	done >"$tmp/why" <<-EOF
		openat|EMFILE|Too many open files
		openat|EIO|Input/output error
		pread64|EIO|Input/output error
	EOF
	[ ! -s "$tmp/why" ]
	check "check tells why a table of namespaces is not read" $?
}

# constrained HOW COMMAND...: so run, a command does what it does without, or it fails
# and tells.
constrained()
{
	how=$1
	shift
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	if [ "$got" -eq "$plain" ]; then
		# Numbers may stand for names, whose files cannot be read.
		cmp -s "$tmp/plain" "$tmp/out" || { [ "$how" = RLIMIT_NOFILE=4 ] &&
			[ "$(wc -l <"$tmp/plain")" -eq "$(wc -l <"$tmp/out")" ]; } ||
			echo "$line, $how: other output"
		return
	fi
	case $got in
	1 | 3 | 4 | 77) [ -s "$tmp/err" ] || echo "$line, $how: status $got, nothing said" ;;
	*) echo "$line, $how: status $got" ;;
	esac
	grep -q '"complete":true' "$tmp/out" && echo "$line, $how: complete JSON"
}

# Descriptors, memory and environment that a command may be given.
# shellcheck disable=SC2086,SC2016
constraints()
{
	cd "$here/data" || return
	while read -r line; do
		"$program" $line >"$tmp/plain" 2>"$tmp/err" </dev/null
		plain=$?
		constrained 'standard input closed' sh -c 'exec "$0" "$@" <&-' "$program" $line
		constrained 'descriptors 0 and 2 closed' \
			sh -c 'exec "$0" "$@" <&- 2>&-' "$program" $line
		constrained 'RLIMIT_NOFILE=4' prlimit --nofile=4 "$program" $line
		constrained 'RLIMIT_AS=32 MiB' prlimit --as=33554432 "$program" $line
		constrained 'no environment' \
			env -i TZ=UTC "IPCDBG_KEYS=$IPCDBG_KEYS" "$program" $line
	done <"$here/commands"
}

any_constraint()
{
	(constraints) >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "closed descriptors, few of them, little memory, no environment" $?
}

# cut_table FOLDER TABLE ARGUMENTS: what reads the table refuses it without any of its last bytes.
cut_table()
{
	full=$here/data/$1/$2
	size=$(wc -c <"$full")
	n=$((size - 120))
	while [ "$n" -lt "$size" ]; do
		head -c "$n" "$full" >"$tmp/cut/$2"
		# shellcheck disable=SC2086
		"$program" --root "$tmp/cut" $3 >/dev/null 2>&1
		[ $? -eq 3 ] || echo "$2 cut at $n of $size is accepted by $3" >>"$tmp/why"
		n=$((n + 1))
	done
}

# The same by the list and by the detail view of each kind.
cut_everywhere()
{
	: >"$tmp/why"
	mkdir -p "$tmp/cut/list"
	cut_table deadlock sem "-s 7"
	cut_table deadlock list/sem -s
	cut_table segments shm "-m 11"
	cut_table segments list/shm -m
	cut_table queues msg "-q 99"
	cut_table queues list/msg -q
	cut_table mqueues mqueue "-Q nosuch"
	cut_table mqueues list/mqueue -Q
	[ ! -s "$tmp/why" ]
	check "a cut text is refused" $?
}

# Real objects of a new ipc namespace, written as a recorded folder out of semctl(2) and its like:
# what the real ipcs prints of them is what --ipcs prints.
same_as_ipcs()
{
	: >"$tmp/why"
	LOCPATH=$tmp/locale
	mkdir -p "$LOCPATH"
	localedef -i de_DE -f UTF-8 "$LOCPATH/de_DE.UTF-8" >"$tmp/err" 2>&1 ||
		cat "$tmp/err" >>"$tmp/why"
	export LOCPATH
	for seed in $(seq "${LIVE_WORLDS:-3}"); do
		unshare --ipc "$record" "$tmp/real" "$seed" \
			"$here/same_as_ipcs.sh" "$program" "$tmp/real" >>"$tmp/why" 2>&1 ||
			echo "seed $seed" >>"$tmp/why"
	done
	unset LOCPATH
	[ ! -s "$tmp/why" ]
	check "--ipcs equals ipcs, in English and German" $?
}

# The same without the module, of live objects: as root and as another user, in several languages
# and time zones, a world of objects for each.
every_ipcs()
{
	: >"$tmp/why"
	pairs=0
	chmod 711 "$tmp"
	mkdir "$tmp/live"
	cp "$program" "$build/tests/every_ipcs" "$tmp/live"
	cat >"$tmp/live/run" <<-'EOF'
		#!/bin/sh
		# run USER FOLDER: the comparison as that user, who may write to FOLDER.
		chown -R "$1" "$2"
		exec setpriv --reuid "$1" --regid "$1" --clear-groups \
			"${0%/*}/every_ipcs" "${0%/*}/ipcdbg" "$2"
	EOF
	chmod -R a+rX "$tmp/live" "$tmp/locale"
	chmod 755 "$tmp/live/run"
	while read -r seed user LC_ALL TZ; do
		LOCPATH=$tmp/locale LC_ALL=$LC_ALL TZ=$TZ unshare --ipc \
			"$record" "$tmp/world" "$seed" "$tmp/live/run" "$user" "$tmp/world" \
			>"$tmp/world.out" 2>&1 ||
			cat "$tmp/world.out" >>"$tmp/why"
		pairs=$((pairs + $(sed -n 's/ pairs$//p' "$tmp/world.out")))
		rm -rf "$tmp/world"
	done <<-EOF
		$(live_worlds)
	EOF
	export LC_ALL=C TZ=UTC
	[ "$pairs" -ge 224 ] || echo "only $pairs pairs" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "--ipcs without the module equals ipcs, $pairs pairs" $?
}

same_as_lsipc()
{
	: >"$tmp/why"
	for seed in 6 8; do
		unshare --ipc "$record" "$tmp/real" "$seed" "$here/same_as_lsipc.sh" "$program" \
			>>"$tmp/why" 2>&1 || echo "seed $seed" >>"$tmp/why"
	done
	[ ! -s "$tmp/why" ]
	check "-o without the module equals lsipc" $?
}

# live WANT OUT ERR ARGUMENTS...: without the module the exit status is WANT; OUT and ERR are words
# on stdout and stderr, or '' for nothing there.
live()
{
	want=$1 out=$2 err=$3
	shift 3
	"$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	[ "$got" -eq "$want" ] || echo "$*: exit status $got, not $want"
	for said in "out:$out" "err:$err"; do
		if [ -n "${said#*:}" ]; then
			grep -q -e "${said#*:}" "$tmp/${said%%:*}" || echo "$*: no '${said#*:}'"
		elif [ -s "$tmp/${said%%:*}" ]; then
			echo "$*: unasked on std${said%%:*}:" "$(cat "$tmp/${said%%:*}")"
		fi
	done
}

# In an ipc namespace with one object of each kind, all of them root's own.
without_the_module()
{
	missing='module is not loaded'
	other='setpriv --reuid 65534 --clear-groups'
	ipcmk -S 3 -p 0600 && ipcmk -M 5000 -p 0600 && ipcmk -Q -p 0600
	key=$(ipcs -s | awk '/^0x/ { print $1 }')
	exec >"$tmp/why" 2>&1
	live 0 'Semaphore Arrays' "$missing" "$program"
	live 0 'Change Times' '' "$program" -t
	live 0 'Creators' '' "$program" -c
	live 0 'semaphore max value' '' "$program" -l
	live 0 'SEMMNI .* 1 ' '' "$program" -u
	live 0 'no process holds an undo' '' "$program" -s 0
	live 0 'no process holds an undo' '' "$program" -s "$key"
	live 0 'nobody has ever attached' '' "$program" -m 0
	live 2 '' 'no semaphore set with the id 99' "$program" -s 99
	live 0 '' 'id 99 not found' "$program" --ipcs -s -i 99
	live 2 '' 'with the id 99' "$program" -s -o ID,VALUE 99
	live 64 '' 'is not an id' "$program" -s -i -1
	live 0 '"complete":true' '' "$program" -s -J
	live 0 '^ *0 *5000' '' "$program" -m -o ID,SIZE --noheadings
	live 4 'Semaphore Arrays' "$missing" "$program" -s -A
	# The program has the lower number, and is not whom it tells of.
	# shellcheck disable=SC2016
	live 4 ', one is pid [0-9]* (sleep)' "$missing" unshare --ipc sh -c 'sleep 5 &
		ns=$(readlink /proc/self/ns/ipc | tr -dc 0-9); exec "$0" ns "$ns"' "$program"
	# Nor is it told how many there are of what it does not see.
	# shellcheck disable=SC2016
	live 4 ': at least pid 1 (sh)' "$missing" unshare --pid --fork --mount-proc sh -c '
		"$0" ns "$(readlink /proc/self/ns/ipc | tr -dc 0-9)"; exit $?' "$program"
	# shellcheck disable=SC2016
	live 4 ' - *1 sh ' "$missing" unshare --pid --fork --mount-proc sh -c '"$0" ns; exit $?' \
		"$program"
	live 0 'POSIX Message Queues' "$missing" "$program" -Q
	make_mqueue jobs
	live 0 'allocated queues = 1$' '' "$program" -u -Q
	live 4 'no object that is known has it' "$missing" "$program" explain -A 0x0052e2c1
	# Whose number nobody has any more has exited.
	live 0 'created by pid [0-9]*, which has exited' '' "$program" -m 0
	live 0 '^exited$' "$missing" "$program" -m --noheadings -o STATE
	perl -e 'semop(0, pack("s3", 0, 1, 0)) or die'
	sleep 2.1
	live 8 '^warning: orphan' "$missing" "$program" check --longer-than 1 orphan \
		--namespace $$
	[ "$(grep -c '^shared memory segment' "$tmp/out")" -eq 1 ] || cat "$tmp/out"
	live 0 ' exited ' "$missing" "$program" -s -p
	# What is not known is not said to be so.
	live 4 '' 'process 1 is not known to wait' "$program" graph --pid 1
	# $other is several words.
	# shellcheck disable=SC2086
	{
		live 0 'Semaphore Arrays' "$missing" $other "$tmp/live/ipcdbg" -s
		live 4 '^ 0 *- *0x' "$missing" $other "$tmp/live/ipcdbg" -s -o ID,SEMNUM,KEY
		live 4 'sem rows need root' "$missing" $other "$tmp/live/ipcdbg" -s 0
		live 77 '' 'may not be read' $other "$tmp/live/ipcdbg" --ipcs -s -i 0
		live 0 'qbytes=0' '' $other "$tmp/live/ipcdbg" --ipcs -q -i 0
		live 4 'qbytes=16384' "$missing" $other "$tmp/live/ipcdbg" -q 0
	}
	advice
	live 0 'Semaphore Arrays' "$missing" prlimit --nofile=4 "$program" -s
	live 1 '' 'Too many open files' strace -qq -o /dev/null -e trace=memfd_create \
		-e inject=memfd_create:error=EMFILE "$program" -s
	live 1 '' 'Input/output error' strace -qq -o /dev/null -P /proc/sysvipc/sem -e trace=read \
		-e inject=read:error=EIO:when=1 "$program" -s
}

# What the doctor advises, run by command $2, for seeing all tasks is $1, or nothing.
advised()
{
	want=$1
	shift
	"$@" "$tmp/live/ipcdbg" doctor >"$tmp/out" 2>"$tmp/err"
	got=$(sed -n 's/^privileges  *ok .* to see what \/proc has of all tasks, //p' "$tmp/out")
	[ "$got" = "$want" ] || echo "doctor by '$*' advises '$got', not '$want'"
}

# Of root. Of a user namespace it is another line, and of another pid namespace one advice only.
advice()
{
	elsewhere='run this as root of the host'
	if [ "$(stat -Lc %i /proc/self/ns/user)" != 4026531837 ]; then
		return
	elif [ "$(stat -Lc %i /proc/self/ns/pid)" = 4026531836 ]; then
		none='' incapable='run this with CAP_SYS_PTRACE'
	else
		none=$elsewhere incapable=$elsewhere
	fi
	advised "$none" env
	advised "$incapable" setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace
	advised "$elsewhere" unshare --pid --fork --mount-proc
}

# Without the module: what can be known decides, what cannot keeps it from being removed.
removal()
{
	exec >"$tmp/why" 2>&1
	set=$(ipcmk -S 3 -p 0600 | tr -dc 0-9)
	segment=$(ipcmk -M 5000 -p 0600 | tr -dc 0-9)
	queue=$(ipcmk -Q -p 0600 | tr -dc 0-9)
	"$program" rm -m "$segment" >/dev/full 2>"$tmp/err"
	[ $? -eq 1 ] && [ -n "$(ids m)" ] || echo "removed though that could not be told"
	"$program" rm -m "$segment" >&- 2>"$tmp/err"
	[ $? -eq 1 ] && [ -n "$(ids m)" ] || echo "removed without standard output"
	# The reader has gone by then.
	{ sleep 1; exec "$program" rm -m "$segment" 2>"$tmp/err"; } | :
	live 77 'remove' 'only its owner or root may' setpriv --reuid 65534 --clear-groups \
		"$tmp/live/ipcdbg" rm -m "$segment"
	live 0 'remove' '' "$program" rm --dry-run -m "$segment"
	live "$(shown 0 4)" 'no orphans' 'module is not loaded' "$program" rm --orphans
	live 2 '' 'there is no semaphore set with the id 99' "$program" rm -s 99
	live 64 "" "which rm(1) removes" "$program" rm -M nosuch
	live 64 "" "which rm(1) removes" "$program" rm -S nosuch
	live 64 "" "which rm(1) removes" "$program" rm --orphans -MS --dry-run
	live 64 "" "which rm(1) removes" "$program" rm --orphans -sM --dry-run
	removal_where_some_are_hidden
	[ "$(ids smq)" = "$set $segment $queue " ] || echo "removed what it should not"
	live 2 "set $set is removed" 'with the id 99' "$program" rm -s "$set" 99
	live 0 "queue $queue is removed" '' "$program" rm --force -q "$queue"
	live 0 "segment $segment is removed" '' "$program" rm -m "$segment" "$segment"
	[ -z "$(ids smq)" ] || echo "not removed: $(ids smq)"
	removal_of_used
}

# A POSIX queue of that name in the ipc namespace.
make_mqueue()
{
	mkdir -p "$tmp/mqueue"
	# shellcheck disable=SC2016 # for the shell inside
	unshare --mount sh -c 'mount -t mqueue none "$0" && touch "$0/$1"' "$tmp/mqueue" "$1"
}

# shown WORD OTHER: the first where root may look at every task there is, which takes the first
# namespaces of all and a PID 1 that nothing else protects; else the other.
shown()
{
	if [ "$(stat -Lc %i /proc/self/ns/pid /proc/self/ns/user | xargs)" = \
		"4026531836 4026531837" ] && stat -L /proc/1/fd/0 && cat /proc/1/syscall; then
		echo "$1" >&3
	else
		echo "$2" >&3
	fi 3>&1 >"$tmp/err" 2>&1
}

# Where a task may wait that cannot be looked at, nobody is known not to; $queue is there.
removal_where_some_are_hidden()
{
	make_mqueue here
	for hides in 'unshare --pid --fork --mount-proc' \
		'setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace'; do
		# shellcheck disable=SC2086 # several words
		{
			live 4 'leave' 'who waits is not known' $hides "$program" rm -q "$queue"
			live 4 'leave' 'who has it open is not known' $hides "$program" rm -Q here
			live 4 '' 'nosuch may be there' $hides "$program" rm -Q nosuch
		}
	done
	live 4 'leave' 'who waits is not known' setpriv --reuid 65534 --clear-groups \
		"$tmp/live/ipcdbg" rm -q "$queue"
	for files in 4 5 6; do
		live 4 'leave' 'who waits is not known' \
			prlimit --nofile=$files "$program" rm -q "$queue"
	done
	live "$(shown 2 4)" '' nosuch "$program" rm -Q nosuch
	live 0 '/here is removed' '' "$program" rm --force -Q here
}

# The ids of all objects of the kinds.
ids()
{
	for letter in $(echo "$1" | sed 's/./& /g'); do
		ipcs "-$letter" | awk '/^0x/ { printf "%s ", $2 }'
	done
}

# use WANT OUT ERR MODE KIND WORDS...: 'rm' of an object that was made and used.
use()
{
	want=$1 out=$2 err=$3 mode=$4 kind=$5
	shift 5
	# shellcheck disable=SC2016
	live "$want" "$out" "$err" "$object" "$mode" /etc/passwd 1 "$kind" \
		sh -c '"$0" "$@" $ID' "$program" "$@"
}

removal_of_used()
{
	use 5 'attached 1 time' 'is not removed: attached 1 time' open m rm -m
	use 4 'leave' 'who holds it (SEM_UNDO) is not known' open s rm -s
	ipcrm -a
	use 0 'is removed' '' open s rm --force -s
	[ "$(ids s)" = '' ] || echo "a set is left"
	ipcrm -a
	# Made in the future, as the clock has it since it was set.
	ipcmk -M 100 >"$tmp/out"
	live 0 'is removed' '' env LD_PRELOAD="$build/tests/preload.so" SLOW=1000 \
		"$program" rm -m "$(ids m | tr -d ' ')"
	# Segments whose creators have ended; nobody owns none.
	ipcmk -M 100 >"$tmp/out"
	# shellcheck disable=SC2016
	live 0 'no orphans' '' "$object" gone /etc/passwd 1 m sh -c \
		'sleep 2; exec "$0" rm --orphans -m --older-than 1 --user nobody 2>&1' "$program"
	live 0 "inferred" '' "$program" rm --orphans -m --older-than 1 --dry-run
	[ "$(ids m | wc -w)" -eq 2 ] || echo "removed by a dry run"
	live 0 'is removed' '' "$program" rm --orphans -m --older-than 1
	[ -z "$(ids m)" ] || echo "not removed: $(ids m)"
	# What a process of another pid namespace used last: it has the number 0 here.
	# shellcheck disable=SC2016 # for the shell inside
	live 0 'no orphans' '' "$object" outside /etc/passwd 1 m sh -c \
		'sleep 2; exec "$0" rm --orphans -m --older-than 1 2>&1' "$program"
	[ "$(ids m | wc -w)" -eq 1 ] || echo "what a live process remembers is removed"
	for kind in m q; do
		# shellcheck disable=SC2016
		live 0 ' ? *exited *- *- *- ' '' "$object" outside /etc/passwd \
			"$((2 + $(ids $kind | wc -w)))" $kind \
			sh -c 'exec "$0" -$1 -p 2>&1' "$program" $kind
	done
}

# Two ipc namespaces have a segment with the id 0 each: a command is told for the right one.
check_elsewhere()
{
	exec >"$tmp/why" 2>&1
	ipcmk -M 5000 -p 0666 >"$tmp/out"
	rm -f "$tmp/ready"
	# shellcheck disable=SC2016 # for the shell inside
	unshare --ipc sh -c 'ipcmk -M 6000 -p 0666 && : >"$1" && exec sleep 60' sh \
		"$tmp/ready" >"$tmp/out" &
	inner=$!
	while [ ! -e "$tmp/ready" ] && [ -e "/proc/$inner" ]; do sleep 0.1; done
	inum=$(stat -L -c %i "/proc/$inner/ns/ipc")
	live 8 'next: ipcdbg -m 0$' 'module is not loaded' "$program" check world-writable
	live 8 "next: ipcdbg --namespace $inum -m 0\$" 'module is not loaded' \
		"$program" check world-writable --namespace "$inner"
	grep -q "in ipc namespace $inum\$" "$tmp/out" || echo 'the namespace is not told'
	live 1 'SHMMNI=1;[0-9;]* ' 'module is not loaded' \
		"$program" check world-writable --nagios --namespace "$inner"
	kill "$inner"
}

elsewhere()
{
	echo 'did not run' >"$tmp/why"
	unshare --ipc "$here/run.sh" "$program" "$tmp" check_elsewhere >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "check tells a command for the namespace that it is about" $?
}

removes()
{
	echo 'did not run' >"$tmp/why"
	unshare --ipc "$here/run.sh" "$program" "$tmp" removal >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "rm removes what is not in use" $?
}

live_exit_codes()
{
	echo 'did not run' >"$tmp/why"
	unshare --ipc "$here/run.sh" "$program" "$tmp" >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "without the module every exit status is right" $?
}

# SEED USER LC_ALL TZ, one a line: LIVE_WORLDS of them.
live_worlds()
{
	awk -v nr="${LIVE_WORLDS:-4}" 'BEGIN {
		split("C de_DE.UTF-8 C.utf8", locale)
		split("UTC Asia/Kathmandu America/St_Johns Pacific/Apia", zone)
		for (i = 0; i < nr; i++)
			print i + 1, i % 2 * 65534, locale[int(i / 2) % 3 + 1], zone[i % 4 + 1]
	}'
}

# Rows that are wrong are told by file and line, and skipped; the others count.
key_table_errors()
{
	cat >"$tmp/keys" <<-'EOF'
		key=0x47454e41 use="first" source=x
		key=0x47454e41 use="no source"
		key=0x47454e41 use="twice" use="twice" source=x
		key=0x47454e41 color=red use="unknown" source=x
		key=0x47454e41 use="no quote source=x
		key=0x5??? use="no pattern" source=x
		key=0x47454e41 kind=z use="no kind" source=x
		key=0x47454e41 nsems=3-1 use="no range" source=x
		key=0x47454e41 mode=8 use="no mode" source=x
		# a comment
		key=0x47454e41 use="last"
		 source=x
		key=0x47454e41
		 use="long"
		name=a*,b kind=M use="a name" source=x
		name=a key=1 use="both" source=x
		name=a exe=b use="no process" source=x
		name=a size=1 use="no shape" source=x
		name=a kind=m use="no kind" source=x
		key=1 kind=M use="no kind" source=x
	EOF
	printf 'key=0x47454e41 use="\033[2J" source=x\n' >>"$tmp/keys"
	IPCDBG_KEYS=$tmp/keys "$program" --root "$here/data/explain" explain -J 4 \
		>"$tmp/out" 2>"$tmp/err"
	got=$?
	{
		[ "$got" -eq 0 ] || echo "exit status $got"
		sed -n "s,^ipcdbg: $tmp/keys:\([0-9]*\): .*: row skipped\$,\1,p" "$tmp/err" |
			tr '\n' ' ' >"$tmp/lines"
		[ "$(cat "$tmp/lines")" = '2 3 4 5 6 7 8 9 13 16 17 18 19 20 21 ' ] ||
			cat "$tmp/err"
		jq -r '.explanations[].purposes[].use' "$tmp/out" | tr '\n' ' ' >"$tmp/lines"
		[ "$(cat "$tmp/lines")" = 'first last ' ] || cat "$tmp/lines"
		has_control_bytes "$tmp/err" && cat -v "$tmp/err"
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "rows of the key table that are wrong are skipped" $?

	IPCDBG_KEYS=$tmp/none "$program" --root "$here/data/explain" explain 4 \
		>"$tmp/out" 2>"$tmp/err"
	got=$?
	[ $got -eq 1 ] && grep -q "$tmp/none: No such file" "$tmp/err" &&
		grep -q 'there is no key table' "$tmp/out"
	rc=$?
	cat "$tmp/err" >"$tmp/why"
	check "a key table that is missing is told" $rc

	IPCDBG_KEYS=$here/../../share/keys "$program" --root "$here/data/explain" explain 4 \
		2>"$tmp/why" >"$tmp/out"
	[ ! -s "$tmp/why" ]
	check "no row of share/keys is wrong" $?

	sed -n '/^[.]Sh EXAMPLES/,/^[.]Ed/p' "$here/../../doc/ipcdbg.5" | grep -v '^[.]' \
		>"$tmp/keys"
	IPCDBG_KEYS=$tmp/keys "$program" --root "$here/data/explain" explain 0x4c494331 \
		>"$tmp/out" 2>"$tmp/why"
	grep -q 'licence server' "$tmp/out" || cat "$tmp/out" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "the row of ipcdbg(5) is one" $?
}

. "$here/explain.sh"
. "$here/devshm.sh"
. "$here/completion.sh"
. "$here/blocked.sh"
. "$here/few.sh"
. "$here/options.sh"
. "$here/calls.sh"
. "$here/sinks.sh"
# The schema that is shipped is the program's, every document is as it says, and it is strict.
json_schema()
{
	schema=$here/../../share/ipcdbg.schema.json
	set --
	for f in "$here"/expected/json-*.out; do
		[ ! -s "$f" ] || [ "${f##*/}" = json-cut.out ] || set -- "$@" -i "$f"
	done
	unshare --ipc sh -c \
		'ipcmk -S 3; ipcmk -M 5000; ipcmk -Q; '"$program"' -J >'"$tmp/live.json" \
		>"$tmp/out" 2>&1
	{
		"$program" --json-schema | diff "$schema" - || echo "write $schema anew"
		jsonschema "$@" -i "$tmp/live.json" "$schema"
		for change in '.sets[0].semid = "0"' '.sets[0].colour = 1' 'del(.sets[0].key)' \
			'.sets[0].waiters[0].queue = "best"' 'del(.complete)' '.sets[0] = {}'; do
			jq "$change" "$here/expected/json-show.out" >"$tmp/wrong.json"
			jsonschema -i "$tmp/wrong.json" "$schema" >"$tmp/out" 2>&1 &&
				echo "the schema allows $change"
		done
	} >"$tmp/why" 2>&1
	sed -i '/DeprecationWarning/d; /^  from jsonschema/d' "$tmp/why"
	[ ! -s "$tmp/why" ]
	check "JSON is as its schema says" $?
}

# What 'graph' prints can be drawn; --svg has it drawn, or says why not and leaves nothing behind.
drawings()
{
	: >"$tmp/why"
	nr=0
	for f in "$here"/expected/graph*.out; do
		[ -s "$f" ] || continue
		nr=$((nr + 1))
		dot -Tsvg "$f" >"$tmp/svg" 2>>"$tmp/why" && grep -q '</svg>' "$tmp/svg" ||
			echo "$f cannot be drawn" >>"$tmp/why"
	done
	[ "$nr" -ge 5 ] || echo "only $nr graphs" >>"$tmp/why"
	mkdir "$tmp/drawn"
	"$program" --root "$here/data/waits" graph --svg "$tmp/drawn/graph.svg" >>"$tmp/why" 2>&1
	dot -Tsvg "$here/expected/graph.out" | diff - "$tmp/drawn/graph.svg" >>"$tmp/why" ||
		echo "--svg draws something else" >>"$tmp/why"
	"$program" --root "$here/data/waits" graph --svg - 2>>"$tmp/why" |
		diff - "$tmp/drawn/graph.svg" >>"$tmp/why"
	# What looks like an entity of HTML is drawn as it is.
	mkdir "$tmp/entity"
	cp -r "$here/data/waits/." "$tmp/entity"
	find "$tmp/entity" -type f -exec sed -i 's/comm=import/comm=im\&lt;\&#33;/' {} +
	"$program" --root "$tmp/entity" graph --svg - >"$tmp/svg" 2>>"$tmp/why"
	grep -q '>im&amp;lt;&amp;#33;<' "$tmp/svg" || grep 'im&' "$tmp/svg" >>"$tmp/why" ||
		echo "no process im&lt;&#33;" >>"$tmp/why"
	# A device, a pipe and a link stay what they are.
	mkdir "$tmp/drawn/places"
	mknod "$tmp/drawn/places/null" c 1 3
	ln -s /dev/stdout "$tmp/drawn/places/stdout"
	for file in null stdout; do
		"$program" --root "$here/data/waits" graph --svg "$tmp/drawn/places/$file" \
			2>>"$tmp/why" | cat >"$tmp/svg.$file"
	done
	{
		[ -c "$tmp/drawn/places/null" ] || echo "the device is none any more"
		[ "$(readlink "$tmp/drawn/places/stdout")" = /dev/stdout ] ||
			echo "a link to a device was replaced"
		cmp "$tmp/svg.stdout" "$tmp/drawn/graph.svg" || echo "of /dev/stdout"
		echo old >"$tmp/drawn/places/target"
		ln -s target "$tmp/drawn/places/link"
		(umask 027 && "$program" --root "$here/data/waits" graph \
			--svg "$tmp/drawn/places/link")
		[ "$(readlink "$tmp/drawn/places/link")" = target ] || echo "the link was replaced"
		cmp "$tmp/drawn/places/target" "$tmp/drawn/graph.svg" || echo "of a link"
		[ "$(stat -c %a "$tmp/drawn/places/target")" = 640 ] || echo "not mode 0640"
	} >>"$tmp/why" 2>&1
	rm -r "$tmp/drawn/places"
	while read -r path file said; do
		PATH=$path "$program" --root "$here/data/waits" graph --svg "$file" \
			>"$tmp/out" 2>"$tmp/err"
		got=$?
		if [ "$got" -ne 1 ] || [ -s "$tmp/out" ] || ! grep -q "$said" "$tmp/err"; then
			echo "$file: exit status $got" >>"$tmp/why"
			cat "$tmp/err" >>"$tmp/why"
		fi
	done <<-EOF
		/nonexistent $tmp/drawn/absent.svg install graphviz
		$PATH $tmp/nowhere/graph.svg No such file
		$PATH /dev/full/graph.svg Not a directory
	EOF
	[ "$(ls "$tmp/drawn")" = graph.svg ] || ls "$tmp/drawn" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "what graph prints can be drawn" $?
}

# 20,000 waiters over 10,000 sets: the whole command takes less than a second, and less than four
# times the memory of a quarter of them.
crowds()
{
	: >"$tmp/why"
	mkdir -p "$tmp/crowd/all"
	while read -r sets mib; do
		awk -v sets="$sets" -f "$here/crowd.awk" >"$tmp/crowd/all/sem"
		for words in check 'check -J' waiters 'why 1000' graph; do
			# shellcheck disable=SC2086 # words
			prlimit --cpu=1 --as=$((mib << 20)) "$program" --root "$tmp/crowd" $words \
				>"$tmp/out" 2>"$tmp/err"
			got=$?
			case $words/$got in
			# Three other kinds were not recorded.
			check*/8 | [!c]*/3) continue ;;
			esac
			echo "$words, $sets sets: exit status $got: $(tail -n 1 "$tmp/err")"
		done
		found=$("$program" --root "$tmp/crowd" check -J 2>/dev/null |
			jq -c '[.findings[] | [.finding, .subject]] | unique + [length]')
		[ "$found" = "[[\"probable-deadlock\",\"20 tasks\"],$((sets / 10))]" ] ||
			echo "of $sets sets: $found"
	done >"$tmp/why" 2>&1 <<-EOF
		2500 40
		10000 128
	EOF
	[ ! -s "$tmp/why" ]
	check "20,000 waiters over 10,000 sets, in a second and in linear memory" $?
}

# The manual shows every column as the program does.
columns_in_the_manual()
{
	sed -n '/^[.]Ss Columns/,/^[.]Ss Namespaces/p' "$here/../../doc/ipcdbg.8" |
		sed -n '/^[.]Bd -literal/,/^[.]Ed/p' | sed '1d; $d; s/\\e/\\/g' >"$tmp/manual"
	"$program" -H | diff "$tmp/manual" - >"$tmp/why"
	check "the manual shows every column" $?
}

# Each option has the same letter, word and argument there as --help has; so have commands.
options_in_the_manual()
{
	"$program" --help | awk '
		/^ (-.,|   ) --/ {
			letter = $1 ~ /^-.,$/ ? substr($1, 2, 1) : "-"
			word = letter == "-" ? $1 : $2
			argument = letter == "-" ? $2 : $3
			gsub(/[<>]/, "", argument)
			print letter, substr(word, 3), $0 ~ word " <" ? argument : "-"
		}
		/^Commands:/ { commands = 1 }
		commands && /^ [a-z]/ { print "command", $1 }' | sort >"$tmp/help"
	sed -n '/^[.]Sh DESCRIPTION/,/^[.]Sh OUTPUT/p' "$here/../../doc/ipcdbg.8" | awk '
		/^[.]It Cm/ { print "command", $3 }
		/^[.]It Fl/ {
			letter = "-"
			for (i = 2; i <= NF; i++)
				if ($i == "Fl" && $(i + 1) == "Fl") {
					print letter, $(i + 2), $(i + 3) == "Ar" ? $(i + 4) : "-"
					letter = "-"
					i += 2
				} else if ($i == "Fl") {
					letter = $(i + 1)
				}
		}' | sort >"$tmp/manual"
	diff "$tmp/manual" "$tmp/help" >"$tmp/why"
	[ "$(wc -l <"$tmp/help")" -gt 50 ] || echo 'few options' >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "the manual has the options and commands of --help, and their arguments" $?
}

if [ $# -gt 1 ]; then
	"${3:-without_the_module}"
	exit
fi
run_cases
no_leftovers
every_status
records_objects
recording_follows
cut_recordings
wrong_recordings
looks_at_nothing
recording_as_folder
recorded_state
large_recordings
json_schema
drawings
readable_graphs
examples_are_real README.md 10
examples_are_real doc/ipcdbg.8 14
picture_is_real
crowds
columns_in_the_manual
options_in_the_manual
key_table_errors
explain_real_objects
root_variable
running_is_no_wait
shell_reads_export
help_is_narrow
option_table
hostile_arguments
sinks_of_recorded
injected
table_not_readable
cut_everywhere
same_as_ipcs
every_ipcs
same_as_lsipc
live_exit_codes
real_devshm
removes
elsewhere
every_call_fails
any_constraint
completion
blocked_tasks
few_descriptors
sinks_of_live
echo "1..$((passed + failed))"
[ "$failed" -eq 0 ]
