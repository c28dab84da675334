# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What run.sh does with real objects of keys that ftok(3) made, on this machine and without the
# module. The truth is what tests/cli/object.c did. Uses check, $program, $object and $tmp of
# run.sh.

# explained MODE FILE PROJ KIND ARGUMENTS... -- FILTER WANT: with such an object, "explain
# ARGUMENTS" in JSON, through jq, is that. $KEY and $ID in the arguments are those of the object.
explained()
{
	# shellcheck disable=SC2016,SC2154 # for the shell inside; $object is of run.sh
	unshare --ipc "$object" "$1" "$2" "$3" "$4" sh -c '
		program=$1 out=$2 err=$3 arguments=$4
		eval "exec \"\$program\" explain -J $arguments" >"$out" 2>"$err"
	' sh "$program" "$tmp/out" "$tmp/err" "$5" || echo "exit status $? of $5"
	jq -c ".explanations[] | $6" "$tmp/out" >"$tmp/got"
	printf '%s\n' "$7" | cmp -s - "$tmp/got" || {
		echo "$1 $2 $3 $4: $5: $6: not $7, but"
		cat "$tmp/got" "$tmp/err"
	}
}

files='[.ftok.files[] | [.sure, .found_as, .path]]'

ftok_of_processes()
{
	dir=$tmp/ftok
	mkdir -p "$dir"
	: >"$dir/a file"
	: >"$dir/named"
	{
		for kind in m s q; do
			# shellcheck disable=SC2016 # for the shell inside
			explained open "$dir/a file" 66 $kind '$KEY' "$files" \
				"[[\"likely\",\"open file\",\"$dir/a\\\\040file\"]]"
			# shellcheck disable=SC2016
			explained cwd "$dir" 1 $kind '$KEY' "$files" \
				"[[\"likely\",\"working directory\",\"$dir\"]]"
			# shellcheck disable=SC2016
			explained named "$dir/named" 122 $kind '$ID' "$files" \
				"[[\"likely\",\"argument\",\"$dir/named\"]]"
			# shellcheck disable=SC2016
			explained named "$object" 0 $kind '$KEY' "$files" \
				"[[\"likely\",\"executable\",\"$object\"]]"
			# shellcheck disable=SC2016
			explained open "$dir/named" 122 $kind '$KEY' \
				'[.ftok.proj_id, .object.processes[0].comm]' '[122,"object"]'
			# shellcheck disable=SC2016
			explained gone "$dir/named" 122 $kind '$KEY' \
				"$files, [.object.processes[] | select(.ended | not)]" '[]
[]'
		done
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "explain finds the file of ftok(3) among those of processes" $?
}

# Of each of 40 files, when nobody has it any more.
ftok_by_search()
{
	dir=$tmp/ftok/many/below
	mkdir -p "$dir"
	n=0
	while [ $n -lt 40 ]; do
		: >"$dir/$n"
		n=$((n + 1))
	done
	{
		n=0
		while [ $n -lt 40 ]; do
			# shellcheck disable=SC2016 # for the shell inside
			explained gone "$dir/$n" $((n * 6)) s "\$KEY --search $tmp/ftok" \
				"$files" "[[\"likely\",\"search\",\"$dir/$n\"]]"
			n=$((n + 1))
		done
		# shellcheck disable=SC2016
		explained gone "$dir/0" 1 s "\$KEY --search /proc" '.ftok.files, .ftok.searched' '[]
0'
		grep -q 'no file system there has' "$tmp/err" || cat "$tmp/err"
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "explain --search finds the file of ftok(3)" $?
}

# Another file system below the folder is searched if its device fits, and only then.
ftok_by_search_of_mount()
{
	dir=$tmp/ftok/mounted
	mkdir -p "$dir"
	# shellcheck disable=SC2016 # for the shell inside
	unshare --mount --propagation private --ipc sh -c '
		program=$1 object=$2 dir=$3
		mount -t tmpfs none "$dir" && : >"$dir/file" || exit
		"$object" gone "$dir/file" 5 s sh -c \
			"\"$program\" explain -J \$KEY --search $dir/.." |
			jq -c "[.explanations[].ftok.files[].path]"
	' sh "$program" "$object" "$dir" >"$tmp/got" 2>"$tmp/why"
	[ "$(cat "$tmp/got")" = "[\"$dir/file\"]" ] || cat "$tmp/got" >>"$tmp/why"
	sed -i '/without the module/d' "$tmp/why"
	[ ! -s "$tmp/why" ]
	check "explain --search looks into what is mounted below" $?
}

# Names that a process of this /dev/shm has, another, and nobody. The fd and the pid are what the
# shell below made them.
names()
{
	# shellcheck disable=SC2016 # for the shell inside
	unshare --ipc --mount --pid --fork --mount-proc --propagation private sh -c '
		mount -t tmpfs none /dev/shm || exit
		: >/dev/shm/busy
		{ head -c 8 /dev/zero; printf "\200"; head -c 23 /dev/zero; } >/dev/shm/sem.mp-1
		exec 3</dev/shm/busy
		"$1" explain -J /busy 3<&- >"$2"
		jq -c "[.explanations[] | .name, .object.kind,
			.purposes[0].use, (.object.processes[] | [.pid, .role, .comm])]" "$2"
		"$1" explain -J /mp-1 | jq -c "[.explanations[] | .name, .object.kind,
			.object.uid, .purposes[0].sure, .object.processes]"
		"$1" explain -J /nosuch
		echo $?
	' sh "$program" "$tmp/out" >"$tmp/got" 2>"$tmp/err"
	cat >"$tmp/want" <<-'EOF'
		["busy","POSIX shared memory object","any kind",[1,"shm_user","sh"]]
		["mp-1","POSIX semaphore",0,"likely",[]]
		4
	EOF
	diff "$tmp/want" "$tmp/got" >"$tmp/why"
	# Queues that lost their names may be open in processes that are not shown.
	[ "$(grep -c 'tasks that you may not see' "$tmp/err")" -eq 3 ] ||
		cat "$tmp/err" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "explain tells what names are for, and who has them" $?
}

# Keys of software that is not here: told, but not as if it were.
keys_without_their_software()
{
	sure='[.purposes[] | select(.sure == "strong" or .sure == "likely") | .use]'
	{
		# shellcheck disable=SC2154 # of run.sh
		IPCDBG_KEYS=$here/../../share/keys
		export IPCDBG_KEYS
		# shellcheck disable=SC2016 # for the shell inside
		explained open /etc/passwd 0 m5432001 '$KEY' \
			'[.purposes[] | select(.use | startswith("PostgreSQL")) |
				[.sure, .details, .differs]]' \
			'[["possible","port 5432, and 1",["owner"]]]'
		# shellcheck disable=SC2016
		explained open /etc/passwd 0 m5432001 '$KEY' "$sure" '[]'
		# shellcheck disable=SC2016
		explained gone /etc/passwd 0 s0x0d4db2de '$KEY' "$sure" \
			'["device-mapper, udev cookie"]'
		# shellcheck disable=SC2016
		explained gone /etc/passwd 0 m0x47505344 '$ID' "$sure" '["gpsd"]'
		IPCDBG_KEYS=$here/keys
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "explain tells keys of software that is not here" $?
}

explain_real_objects()
{
	if [ -e /sys/module/ipcdbg ]; then
		passed=$((passed + 1))
		# shellcheck disable=SC2154 # of run.sh
		echo "ok $((passed + failed)) - explain # SKIP the module is loaded here"
		return
	fi
	ftok_of_processes
	ftok_by_search
	ftok_by_search_of_mount
	keys_without_their_software
	names
}
