# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion of ipcdbg(8) for bash. What options, commands, columns and objects there are the
# program tells itself, so that nothing here has to change with them.

# _ipcdbg_options PROGRAM [COMMAND]: each option with what it takes, one a line:
# "--search <folder>".
_ipcdbg_options()
{
	"$1" ${2:+"$2"} --help 2>/dev/null | awk '
		/^(Kinds|Options)/ { here = 1; next }
		/^[A-Z]/ { here = 0 }
		!here { next }
		match($0, /^ -[A-Za-z]/) { short = substr($0, RSTART + 1, 2) }
		!/^ -[A-Za-z]/ { short = "" }
		match($0, /^ +(-[A-Za-z], )?--[a-z-]+( <[a-z]+>)?/) {
			n = split(substr($0, RSTART, RLENGTH), word, / +/)
			takes = word[n] ~ /^</ ? " " word[n--] : ""
			print word[n] takes
			if (short) print short takes
		}'
}

# _ipcdbg_commands PROGRAM: one a line.
_ipcdbg_commands()
{
	"$1" --help 2>/dev/null | awk '/^Commands:/ { here = 1; next } NF == 0 { here = 0 }
		here { print $1 }'
}

# _ipcdbg_kinds PROGRAM: the letters of the kinds, one a line.
_ipcdbg_kinds()
{
	"$1" --help 2>/dev/null | awk '/^Kinds/ { here = 1; next } NF == 0 { here = 0 }
		here { print substr($1, 2, 1), substr($2, 3) }'
}

# _ipcdbg_reply PREFIX CURRENT: COMPREPLY gets the lines of standard input that begin with CURRENT,
# each with PREFIX before it, quoted where that is needed.
_ipcdbg_reply()
{
	local word
	while IFS= read -r word; do
		[[ -n $word && $word == "$2"* ]] || continue
		word=$1$word
		[[ $word != *[!A-Za-z0-9_,+./-]* ]] || word=$(printf %q "$word")
		COMPREPLY+=("$word")
	done
}

# _ipcdbg_pids CURRENT
_ipcdbg_pids()
{
	_ipcdbg_reply '' "$1" < <(printf '%s\n' /proc/[0-9]* | sed 's,.*/,,')
}

# _ipcdbg_value PROGRAM NAME CURRENT KIND [OPTIONS]...: what an option takes, by the name of that in
# the help.
_ipcdbg_value()
{
	local program=$1 name=$2 current=$3 kind=$4
	shift 4
	case $name in
	folder | file)
		local of=-d
		[[ $name != file ]] || of=-f
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen "$of" -- "$current")
		;;
	format) _ipcdbg_reply '' "$current" <<<$'short\nfull\niso' ;;
	user) _ipcdbg_reply '' "$current" < <(compgen -u) ;;
	pid) _ipcdbg_pids "$current" ;;
	ns)
		_ipcdbg_reply '' "$current" \
			< <("$program" "$@" ns 2>/dev/null | awk 'NR > 1 { print $1 }')
		;;
	list)
		# Names behind the last comma, or the plus.
		local before=${current%"${current##*[,+]}"}
		compopt -o nospace 2>/dev/null
		_ipcdbg_reply "$before" "${current#"$before"}" \
			< <("$program" "$@" ${command:+"$command"} ${kind:+-$kind} -H -r \
				2>/dev/null | sort -u)
		;;
	id | key)
		[[ -z $kind ]] ||
			_ipcdbg_objects "$program" "$current" "$kind" "${name^^}" "$@"
		;;
	esac
}

# _ipcdbg_objects PROGRAM CURRENT KIND COLUMNS [OPTIONS]...: names, or ids and keys.
_ipcdbg_objects()
{
	local program=$1 current=$2 kind=$3 columns=$4
	shift 4
	_ipcdbg_reply '' "$current" < <("$program" "$@" "-$kind" -r --noheadings -o "$columns" \
		2>/dev/null | tr ' ' '\n' | grep -v '^0x00000000$')
}

# _ipcdbg_option WORD: adds to kind the letters of the kinds that it names, and sets name and takes
# to an option whose value comes next, and what that is. Letters may stand together: -sA.
_ipcdbg_option()
{
	local i
	if [[ $1 == --* ]]; then
		name=$1
		takes=$(awk -v name="$1" '$1 == name { print $2 }' <<<"$options")
		kind+=$(awk -v name="${1#--}" '$2 == name { printf "%s", $1 }' <<<"$kinds")
		return
	fi
	for ((i = 1; i < ${#1}; i++)); do
		name=-${1:i:1}
		takes=$(awk -v name="$name" '$1 == name { print $2 }' <<<"$options")
		[[ -z $takes ]] || break
		kind+=$(awk -v name="${1:i:1}" '$1 == name { print $1 }' <<<"$kinds")
	done
	# The rest of the word is the value.
	((i >= ${#1} - 1)) || takes=''
}

_ipcdbg()
{
	local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} command='' kind='' takes=''
	local i word name options kinds where=()
	COMPREPLY=()
	options=$(_ipcdbg_options "$program")
	kinds=$(_ipcdbg_kinds "$program")
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ -n $takes ]]; then
			# "--name=value" are three words.
			[[ $word != '=' ]] || continue
			[[ $name != --namespace && $name != --root && $name != --input ]] ||
				where+=("$name" "$word")
			takes=''
		elif [[ $word == -* ]]; then
			_ipcdbg_option "$word"
		elif [[ -z $command && -z $kind ]]; then
			command=$word
		fi
	done
	[[ $current != '=' ]] || current=''
	if [[ -n $takes ]]; then
		takes=${takes#<}
		[[ ${#kind} -eq 1 ]] || kind=''
		_ipcdbg_value "$program" "${takes%>}" "$current" "$kind" "${where[@]}"
	elif [[ $current == -* ]]; then
		_ipcdbg_reply '' "$current" < <(_ipcdbg_options "$program" "$command" |
			cut -d' ' -f1)
	elif [[ ${#kind} -eq 1 ]]; then
		if "$program" "-$kind" -H -r 2>/dev/null | grep -qx ID; then
			_ipcdbg_objects "$program" "$current" "$kind" ID,KEY "${where[@]}"
		else
			_ipcdbg_objects "$program" "$current" "$kind" NAME "${where[@]}"
		fi
	elif [[ -z $kind && -z $command ]]; then
		_ipcdbg_reply '' "$current" < <(_ipcdbg_commands "$program")
	elif [[ $command == ns ]]; then
		_ipcdbg_value "$program" ns "$current" '' "${where[@]}"
	elif [[ $command == pid || $command == why ]]; then
		_ipcdbg_pids "$current"
	elif [[ $command == explain ]]; then
		for word in s m q; do
			_ipcdbg_objects "$program" "$current" "$word" KEY "${where[@]}"
		done
		for word in Q M S; do
			_ipcdbg_objects "$program" "$current" "$word" NAME "${where[@]}"
		done
	fi
}

complete -F _ipcdbg ipcdbg
