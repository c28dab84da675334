# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of run.sh
# What run.sh does with recordings: one made here of random objects, without the module, and
# data/recording, made by hand of the tables in data/. Uses check, $program, $record, $here, $tmp
# and $build of run.sh.

# rest_of FILE...: complains about what else is in $tmp/place.
rest_of()
{
	for f in "$tmp/place"/* "$tmp/place"/.[!.]*; do
		[ ! -e "$f" ] && [ ! -L "$f" ] && continue
		case " $* " in *" ${f##*/} "*) ;; *) echo "${f##*/} is left" ;; esac
	done
}

# ended NAME STATUS: complains unless "$?", which is the third word, is that. 4: or 0, if nothing
# that was asked for needs the module.
ended()
{
	[ "$2/$3" != 4/0 ] || return 0
	[ "$3" -eq "$2" ] || echo "$1: exit status $3, not $2: $(head -n 3 "$tmp/err")"
}

# run_record NAME STATUS FILE [strace's words]: of the recordings of objects.
run_record()
{
	name=$1 want=$2 file=$3
	shift 3
	[ $# -eq 0 ] ||
		set -- strace -f -o "$tmp/strace" -E "LD_PRELOAD=$build/tests/preload.so" "$@"
	"$@" "$program" record "$file" >"$tmp/out" 2>"$tmp/err" </dev/null
	ended "$name" "$want" $?
}

# What is in it is what is there.
is_whole()
{
	"$program" --input "$1" -s -m -q -J >"$tmp/recorded" 2>"$tmp/err"
	ended "$1 is not whole" 4 $?
	"$program" -s -m -q -J >"$tmp/there" 2>"$tmp/err"
	sed -i 's/"\(time\|blocked_ns\)": *[0-9]*//g' "$tmp/there" "$tmp/recorded"
	diff "$tmp/there" "$tmp/recorded" || echo "$1 has something else than is there"
	[ "$(stat -c %a "$1")" = 600 ] || echo "$1: mode $(stat -c %a "$1")"
}

# Something fails: there is what was there before, and nothing else.
is_unchanged()
{
	if [ "$2" = old ]; then
		echo old | cmp -s - "$tmp/place/file" || echo "$1: the old file is not there"
		rest_of file
	else
		rest_of
	fi | sed "s/^/$1, $2: /"
}

# Once with nothing there, once with an old file; each way to fail.
record_fails()
{
	for before in new old; do
		while IFS='|' read -r name want words; do
			rm -rf "$tmp/place"
			mkdir "$tmp/place"
			[ $before = new ] || echo old >"$tmp/place/file"
			# shellcheck disable=SC2086 # words
			run_record "$name" "$want" "$tmp/place/file" $words
			is_unchanged "$name" $before
		done <<-EOF
			killed at the first write|137|-e inject=write:signal=KILL:when=1
			killed at the second write|137|-e inject=write:signal=KILL:when=2
			killed when it is synced|137|-e inject=fsync:signal=KILL:when=1
			no space|1|-e inject=write:error=ENOSPC:when=1
			no space for the rest|1|-e inject=write:error=ENOSPC:when=2
			quota|1|-e inject=write:error=EDQUOT:when=2
			an error of the disk|1|-e inject=fsync:error=EIO:when=1
			no new name|1|-e inject=linkat:error=EIO
			a full table of files|1|-P $tmp/place -e inject=openat:error=ENFILE
			not allowed|77|-P $tmp/place -e inject=openat:error=EACCES
			forbidden|77|-E FREE_ERRNO=1 -P $tmp/place -e inject=openat:error=EACCES
			named, no space|1|-E NO_TMPFILE=1 -e inject=write:error=ENOSPC:when=2
			named, terminated|143|-E NO_TMPFILE=1 -e inject=write:signal=TERM:when=2
			named, a bad disk|1|-E NO_TMPFILE=1 -e inject=fsync:error=EIO:when=1
			named, not renamed|1|-E NO_TMPFILE=1 -e inject=rename:error=EIO
		EOF
	done
	# With an old file only: two names are needed.
	echo old >"$tmp/place/file"
	run_record "not renamed" 1 "$tmp/place/file" -e inject=rename:error=EIO
	is_unchanged "not renamed" old
	run_record "no second name" 77 "$tmp/place/file" -E FREE_ERRNO=1 \
		-e inject=linkat:error=EPERM:when=2
	is_unchanged "no second name" old
}

record_succeeds()
{
	for before in new old; do
		while IFS='|' read -r name words; do
			rm -rf "$tmp/place"
			mkdir "$tmp/place"
			[ $before = new ] || echo old >"$tmp/place/file"
			# shellcheck disable=SC2086 # words
			run_record "$name" 4 "$tmp/place/file" $words
			is_whole "$tmp/place/file"
			rest_of file
		done <<-EOF
			nothing special|
			interrupted|-e inject=write:error=EINTR:when=1+2
			without nameless files|-E NO_TMPFILE=1 -e trace=open
			short writes|-E SHORT_WRITES=1 -e trace=open
			without syncing|-e inject=fsync:error=EINVAL
		EOF
	done
	ln -s file "$tmp/place/link"
	run_record "of a link" 4 "$tmp/place/link"
	[ -L "$tmp/place/link" ] || echo "the link was replaced"
	is_whole "$tmp/place/file"
	rest_of file link
	(cd "$tmp/place" && run_record "no folder in its name" 4 plain && is_whole plain)
	run_record "a pipe" 4 - && cp "$tmp/out" "$tmp/place/piped"
	chmod 600 "$tmp/place/piped"
	is_whole "$tmp/place/piped"
}

# What somebody else puts there after it was looked at is not followed.
record_swapped()
{
	rm -rf "$tmp/place"
	mkdir "$tmp/place"
	for file in mine others; do
		echo "$file" >"$tmp/place/$file"
	done
	ln -s mine "$tmp/place/link"
	ln -s others "$tmp/place/trap"
	run_record "a link that is exchanged" 4 "$tmp/place/link" -e trace=none \
		-E "SWAP=$tmp/place/link" -E "SWAP_BY=$tmp/place/trap"
	[ "$(readlink "$tmp/place/link")" = others ] || echo "the link was not exchanged"
	echo others | cmp -s - "$tmp/place/others" || echo "the exchanged link was followed"
	is_whole "$tmp/place/mine"
	rest_of mine others link
}

# Places where no file can be.
record_refused()
{
	rm -rf "$tmp/place"
	mkdir "$tmp/place" "$tmp/place/small" "$tmp/place/folder"
	# One of its own: what is wrong may replace it.
	mknod "$tmp/place/full" c 1 7
	run_record "no space" 1 "$tmp/place/full"
	[ -c "$tmp/place/full" ] || echo "the device is none any more"
	run_record "a folder" 1 "$tmp/place/folder"
	run_record "no folder" 1 "$tmp/place/none/file"
	run_record "a file as folder" 1 /etc/passwd/file
	# shellcheck disable=SC2016 # for the shell inside
	unshare --mount sh -c '
		mount -t tmpfs -o size=4k none "$1" || exit
		"$2" record "$1/file" || echo "exit status $?"
		ls -A "$1"
		mount -o remount,ro "$1"
		"$2" record "$1/file" || echo "exit status $?"
		ls -A "$1"
	' sh "$tmp/place/small" "$program" >"$tmp/out" 2>"$tmp/err"
	printf 'exit status 1\nexit status 1\n' | diff - "$tmp/out"
	grep -q 'No space left' "$tmp/err" || echo "no space is not told"
	grep -q 'Read-only file system' "$tmp/err" || echo "read-only is not told"
	cp "$program" "$tmp/place/program"
	chmod 755 "$tmp/place"
	(cd "$tmp/place" && setpriv --reuid 65534 --regid 65534 --clear-groups \
		./program record file) >"$tmp/out" 2>"$tmp/err"
	ended "a folder of others" 77 $?
	rest_of small folder program full
	"$program" record - >/dev/full 2>"$tmp/err"
	ended "/dev/full as output" 1 $?
}

# Of objects of the namespace that record_objects.sh is started in.
recordings_of_objects()
{
	{
		record_succeeds
		record_fails
		record_swapped
		record_refused
	} >"$tmp/objects.why" 2>&1
	"$program" record "$tmp/objects.rec" 2>/dev/null
	for arguments in "-s -m -q" "-s -m -q -J" "-m -q -p" "-m -q -s -t" "-s -m -q -c" \
		"-s -q -l" "-m -l -J" "-m -u" "-q -s -u -J" "-s -A" "-A -J" "ns -J" \
		--ipcs "--ipcs -t" "--ipcs -u" \
		"-s --output-all" "-m --output-all -r" "-q --output-all -J" "-s 4711" -Q; do
		# shellcheck disable=SC2086 # words
		"$program" $arguments >"$tmp/out" 2>"$tmp/err"
		echo "exit status $?" >>"$tmp/out"
		# shellcheck disable=SC2086
		"$program" --input "$tmp/objects.rec" $arguments >"$tmp/out2" 2>"$tmp/err2"
		echo "exit status $?" >>"$tmp/out2"
		sed -i 's/"\(time\|blocked_ns\)": *[0-9]*//g' "$tmp/out" "$tmp/out2"
		diff "$tmp/out" "$tmp/out2" || echo "stdout of $arguments"
		! grep -q 'undo holders' "$tmp/err2" ||
			grep -q 'objects.rec was recorded without the module (' "$tmp/err2" ||
			cat "$tmp/err2"
		# What is not known is the same, but for whom and why.
		sed -i 's/^ipcdbg: .*: \(undo holders.*\) are not known.*/\1/
			s/you may not see/could not be seen/' "$tmp/err" "$tmp/err2"
		diff "$tmp/err" "$tmp/err2" || echo "stderr of $arguments"
	done >>"$tmp/objects.why" 2>&1
	cp "$tmp/out2" "$tmp/objects.out"
}

# Among its own processes, so that nothing else comes and goes; that others are hidden is recorded.
records_objects()
{
	unshare --ipc --pid --fork --mount-proc "$record" "$tmp/world" 11 \
		"$here/record_objects.sh" "$program" "$tmp" "$build" >"$tmp/out" 2>&1 ||
		cat "$tmp/out" >>"$tmp/objects.why"
	cp "$tmp/objects.why" "$tmp/why"
	rm -rf "$tmp/world" "$tmp/place"
	grep -q '^recording.* lacks=.* hidden=1$' "$tmp/objects.rec" ||
		echo "nothing is hidden" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "record without the module: live and recorded are the same, no file is half there" $?
}

# What 'why' tells without times and the stack, which a recording has not.
without_stack()
{
	sed -E '/in the kernel: /d; s/,?"stack":\[[^]]*\]//g; s/"(time|[a-z_]*_ns)":[0-9]+//g
		s/[0-9.]+ s\>/N s/g' "$1"
}

# Of a process that remembers nothing but its segment, and waits for its child, which waits for a
# lock that a process has which waits for its own child: all four are found, and in the recording.
# So is who has the other end of a pipe. The recording tells of both what the machine did.
recording_follows()
{
	# shellcheck disable=SC2016 # for the shell inside
	unshare --ipc --mount --pid --fork --mount-proc --propagation private sh -c '
		flock --close "$3/locked" sleep 600 &
		holder=$!
		until grep -q FLOCK /proc/locks; do sleep 0.1; done
		"$2" open /etc/passwd 1 m flock "$3/locked" true &
		locks=$!
		sleep 600 | "$2" open /etc/passwd 2 m cat &
		pipes=$!
		until grep -q -e "-> FLOCK" /proc/locks && grep -q wait /proc/$locks/wchan &&
			grep -q wait /proc/$holder/wchan && grep -q wait /proc/$pipes/wchan &&
			grep -q pipe /proc/*/wchan; do sleep 0.1; done
		for of in "" -J; do
			"$1" why $of $locks >"$3/live.locks$of"
			"$1" why $of $pipes >"$3/live.pipes$of"
		done
		"$1" record "$3/links.rec"
		for of in "" -J; do
			"$1" --input "$3/links.rec" why $of $locks >"$3/recorded.locks$of"
			"$1" --input "$3/links.rec" why $of $pipes >"$3/recorded.pipes$of"
		done
	' sh "$program" "$object" "$tmp" >"$tmp/out" 2>"$tmp/err"
	for of in locks locks-J pipes pipes-J; do
		without_stack "$tmp/live.$of" >"$tmp/told"
		without_stack "$tmp/recorded.$of" | diff "$tmp/told" -
	done >"$tmp/why" 2>&1
	for of in locks pipes; do
		jq -c '[.why[] | .. | objects | select(.sort == "process") | [.by, .comm]]' \
			"$tmp/recorded.$of-J"
	done >"$tmp/got" 2>>"$tmp/why"
	diff - "$tmp/got" >>"$tmp/why" <<-EOF
		[["asked","object"],["child","flock"],["lock","flock"],["child","sleep"]]
		[["asked","object"],["child","cat"],["pipe","sleep"]]
	EOF
	[ ! -s "$tmp/why" ]
	check "a recording has whom processes wait for, to the root of it" $?
}

# refused FILE [WORDS]: it is not read, and nothing is printed of it.
refused()
{
	"$program" --input "$1" -A >"$tmp/out" 2>"$tmp/err"
	got=$?
	[ $got -eq 3 ] || echo "$2: exit status $got"
	[ ! -s "$tmp/out" ] || echo "$2: something is printed"
	[ $# -lt 3 ] || grep -q "$3" "$tmp/err" || echo "$2: not $3, but $(cat "$tmp/err")"
}

# A recording that was cut at each line, and at bytes all over it, or has a line too many.
cut_recordings()
{
	for file in "$tmp/objects.rec" "$here/data/recording"; do
		lines=$(wc -l <"$file")
		size=$(wc -c <"$file")
		i=0
		while [ $i -lt "$lines" ]; do
			head -n $i "$file" >"$tmp/part"
			refused "$tmp/part" "cut after line $i"
			{ cat "$tmp/part"; echo "what?"; tail -n +$((i + 1)) "$file"; } >"$tmp/bad"
			refused "$tmp/bad" "bad line $((i + 1))" "line $((i + 1)): "
			i=$((i + 1))
		done
		{ cat "$file"; echo end namespaces=0 objects=0; } >"$tmp/bad"
		refused "$tmp/bad" "more behind it" "line $((lines + 1)): "
		i=1
		while [ $i -lt "$size" ]; do
			head -c $i "$file" >"$tmp/part"
			refused "$tmp/part" "cut at $i"
			i=$((i + 1 + size / 400))
		done
		head -c $((size - 1)) "$file" >"$tmp/part"
		refused "$tmp/part" "without its last byte"
	done >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "a recording that was cut, or has a bad line, is refused as a whole" $?
}

# changed NAME MESSAGE SCRIPT: what sed makes of the recording is refused so.
changed()
{
	sed "$3" "$here/data/recording" >"$tmp/bad"
	! cmp -s "$tmp/bad" "$here/data/recording" || echo "$1: nothing is changed"
	refused "$tmp/bad" "$1" "$2"
}

wrong_recordings()
{
	{
		changed "another section" "another section was to come" \
			's/section name=abi/section name=abc/'
		changed "a section twice" "a section twice" 's/section name=abi/section name=users/'
		changed "no sections" "line 3: text after the last section" \
			'/^recording/,/^end/{/^end/!d}'
		changed "a section that is not there" "ends before its last section" \
			's/^\(.section name=users\)$/\1\n\tsection name=more/'
		changed "descending pids" "do not ascend" '/^process pid=/{s/pid=[0-9]*/pid=1/}'
		changed "descending uids" "do not ascend" '/^group gid=/{s/gid=[0-9]*/gid=7/;p}'
		changed "a second head" "a second 'recording'" '/^recording /p'
		changed "no pid" "not a number of a task" 's/tid=795/tid=-795/'
		changed "a newer version" "this program reads version 1" '1s/ 1 / 2 /'
		changed "a count" "are there" 's/^end namespaces=\([1-9]\)/end namespaces=7\1/'
		printf 'ipcdbg 1 recording\nend namespaces=0 objects=0\n' >"$tmp/bad"
		refused "$tmp/bad" "nothing" "does not say of what"
		: >"$tmp/bad"
		refused "$tmp/bad" "empty" cut
		refused "$here/data/stuck/sem" "a table" "not a recording"
		while IFS='|' read -r want arguments; do
			# shellcheck disable=SC2086 # words
			"$program" $arguments >"$tmp/out" 2>"$tmp/err"
			ended "$arguments" "$want" $?
			[ ! -s "$tmp/out" ] || echo "$arguments: something is printed"
		done <<-EOF
			2|--input $tmp/none
			64|--input /dev/null
			64|--input $here/data/recording --root $here/data/stuck
			64|--input $here/data/recording doctor
			64|--input $here/data/recording record $tmp/copy
			64|--input $here/data/recording --namespace /proc/self/ns/ipc
			64|--root $here/data/stuck record $tmp/copy
			64|record
			64|record $tmp/a $tmp/b
			64|record $tmp/a --namespace 1
		EOF
		"$program" --input "$here/data/stuck" -s >"$tmp/out" 2>"$tmp/err"
		diff "$here/expected/list-stuck.out" "$tmp/out"
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "what is no recording, or a wrong one, is refused with its line" $?
}

# Neither /proc nor names of users nor anything else of this machine is looked at.
# look_from 'ARGUMENTS
# ...' RECORDING
look_from()
{
	while read -r arguments; do
		# shellcheck disable=SC2086 # words
		strace -f -e trace=%file,%ipc,uname,kill,setns -o "$tmp/strace" \
			"$program" --input "$2" $arguments >"$tmp/out" 2>&1
		[ -s "$tmp/out" ] || echo "$arguments: prints nothing"
		grep -v -e '^[0-9]* *execve(' -e AT_EMPTY_PATH -e /dev/urandom \
			-e "\"$2\"" -e '/ld.so' -e '/lib/' -e '/locale' -e "$here/keys" \
			-e '+++ exited' -e '/etc/localtime' -e '/zoneinfo' -e '/keys.d' \
			"$tmp/strace" | sed "s/^/$arguments: /"
	done <<-EOF
		$1
	EOF
}

# Of a recording by the module, and of one without it.
looks_at_nothing()
{
	{
		look_from "$(printf '%s\n' -A "-A -J" "-s --output-all" -p ns "pid 1" "-s 32768" \
			"-m 0" "explain 0x0056a4d5" "--namespace 811")" "$here/data/recording"
		look_from "$(printf '%s\n' -A "-A -J" "-s --output-all" ns "-s 4711" "-q 4711" \
			check "rm -s 0")" "$tmp/objects.rec"
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "--input looks at nothing of this machine" $?
}

# A byte that is no letter of a state, nor one of a terminal.
recorded_state()
{
	sed 's/\(thread tid=811 .*state=\)S/\1\\233/' "$here/data/recording" >"$tmp/state"
	{
		"$program" --input "$tmp/state" why 811 >"$tmp/out" || echo "exit status $?"
		LC_ALL=C grep -q "$(printf '\233')" "$tmp/out" && echo "a raw byte"
		grep -q 'is (\\233)' "$tmp/out" || cat -v "$tmp/out"
		"$program" --input "$tmp/state" why -J 811 >"$tmp/out" || echo "exit status $?"
		jq -e '[.. | .state? // empty] | index("\\233")' "$tmp/out" || cat -v "$tmp/out"
	} >"$tmp/log" 2>"$tmp/why"
	sed '/^[0-9][0-9]*$/d' "$tmp/log" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "a recorded state that is no letter is escaped" $?
}

# large KIND N LINES COMMAND...: a recording of large.awk is told in so many lines, within seconds
# of this machine's processor.
large()
{
	kind=$1 n=$2 lines=$3
	shift 3
	awk -v kind="$kind" -v n="$n" -f "$here/large.awk" >"$tmp/large"
	prlimit --cpu=3 "$program" --input "$tmp/large" "$@" >"$tmp/out" 2>"$tmp/err" ||
		echo "$kind, $*: exit status $?, $(cat "$tmp/err")"
	[ "$(wc -l <"$tmp/out")" -eq "$lines" ] || echo "$kind, $*: $(wc -l <"$tmp/out") lines"
}

large_recordings()
{
	{
		large threads 20000 20008 waiters
		large holders 40000 40001 waiters
		large openers 40000 40001 waiters
		large holders 40000 160035 graph
		large openers 40000 160035 graph
		large ring 40000 320008 graph
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "large recordings are read in linear time" $?
}

# The sections of a recording as files of a folder, and of its own namespace those that a recording
# does not have.
split_recording()
{
	mkdir -p "$2/all/list" "$2/list"
	awk -v dir="$2" '/^ipcdbg / { out = dir "/" $3 } { print >out }' "$1"
	own=$(sed -n 's/^recording .* inum=\([0-9]*\).*/\1/p' "$1")
	for table in sem shm msg mqueue list/sem list/shm list/msg list/mqueue; do
		awk -v own="inum=$own" '
			/^ipcdbg / { sub("all/", "") }
			/^namespace / { here = $2 == own }
			/^[a-z]/ && !/^(ipcdbg|namespace|truncated|end) / { objects += here }
			/^end / { print "end namespaces=1 objects=" objects + 0; next }
			here || /^ipcdbg / { print }' "$2/all/$table" >"$2/$table"
	done
}

# A recording, and its sections in a folder, tell the same, but for what a folder has not.
recording_as_folder()
{
	split_recording "$here/data/recording" "$tmp/split"
	for arguments in -J "-A -J" "-p -J" "ns -J" "-l -J" "-u -J" "-s 32768 -J" "-s -A 0 -J" \
		"-m 0 1 -J" "-q 0 4 -J" "-Q jobs full -J" "-s -k 0x0056a4d5 -J" "-s 77" \
		"pid 4242 -J" "-s -r -o ID,NSEMS,WAITERS" "-m -A -e -o ID,NS,SIZE,CPID"; do
		for source in "--input $here/data/recording" "--root $tmp/split"; do
			# shellcheck disable=SC2086 # words
			"$program" $source $arguments >"$tmp/out" 2>"$tmp/err"
			echo "exit status $?" >>"$tmp/out"
			# Of processes a folder tells neither that there are any nor where they are.
			sed -e 's/,"cgroup":"[^"]*"//' -e 's/,"exists":[a-z]*//' \
				-e 's/,"args":\[[^]]*\]//' -e 's/,"mount":true//' \
				-e 's/,"comm":"[^"]*"}$/}/' "$tmp/out" "$tmp/err" \
				>"$tmp/told.${source%% *}"
		done
		[ -s "$tmp/told.--input" ] || echo "$arguments: prints nothing"
		diff "$tmp/told.--input" "$tmp/told.--root" || echo "of $arguments"
	done >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "a recording tells what its sections in a folder do" $?
}
