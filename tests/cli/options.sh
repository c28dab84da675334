# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
# Which command takes which option: each that one does not take is refused by name, and does not
# pass unnoticed. Sourced by run.sh.

# What each command takes, by hand of what ipcdbg(8) says of it; "-": without a command.
options_taken()
{
	report='--json --all-namespaces --namespace --input --root'
	columns='--output --output-all --list-columns --noheadings --raw --export'
	kinds='--all --queues --shmems --semaphores --posix-mqueues --posix-shmems'
	kinds="$kinds --posix-semaphores --id --key"
	removed='--all --queues --shmems --semaphores --posix-mqueues --id --key'
	lists='--time --pid --creator --limits --summary --bytes --human --time-format'
	lists="$lists --numeric-perms --ipcs --suspect-after"
	removal='--orphans --older-than --dry-run --force'
	cat <<-EOF
		- $report $columns $kinds $lists
		ns --json --all-namespaces --input --root $columns
		pid $report
		waiters $report $columns --pid --kind --user --longer-than --watch
		why $report
		graph $report $kinds --pid --svg
		check $report --longer-than --threshold --nagios
		explain $report --search
		record --all-namespaces
		rm $removed --namespace --user $removal
		doctor
	EOF
}

# Every option of the help, and the value that it may have there.
every_option()
{
	"$program" --help | awk '
		/^(Kinds|Options)/ { here = 1; next }
		/^[A-Z]/ { here = 0 }
		here && match($0, /--[a-z-]+/) {
			print substr($0, RSTART, RLENGTH), index($0, " <") ? "value" : ""
		}' | grep -v -e '^--help ' -e '^--version ' -e '^--json-schema '
}

# A value that the option takes.
value_of()
{
	case $1 in
	--id | --pid | --watch | --longer-than | --suspect-after | --older-than | --namespace)
		echo 1 ;;
	--key) echo 0x1 ;;
	--time-format) echo iso ;;
	--output) echo NS ;;
	--kind) echo sem ;;
	--user) echo root ;;
	--threshold) echo 80 ;;
	--svg | --search) echo /nonexistent/place ;;
	--input | --root) echo stuck ;;
	esac
}

# message_of COMMAND OPTION: what the message has: the option, or why none like it would do.
message_of()
{
	case $1/$2 in
	*/--ipcs) echo "ipcs has nothing like '$1'" ;;
	ns/--namespace | record/--namespace | doctor/--namespace)
		echo "'$1' is of every ipc namespace" ;;
	rm/--input | rm/--root) echo "what was recorded cannot be" ;;
	rm/--posix-*) echo "are files below /dev/shm, which rm(1) removes" ;;
	record/--input | doctor/--input) echo "'$1' is about this machine" ;;
	*) echo "$2" ;;
	esac
}

# refused_option COMMAND OPTION [VALUE]: it ends with 64, prints nothing, and says why.
refused_option()
{
	said=$(message_of "$1" "$2")
	given=$2${3:+=$3}
	# It only says what else is wrong if there is something to be done.
	[ "$1" != rm ] || given="--orphans --dry-run $given"
	# What stands alone is a command, or the option of a list.
	if [ "$1" = - ]; then
		set -- "$given" "$2"
	else
		set -- "$1 $given" "$2"
	fi
	# shellcheck disable=SC2086 # words
	timeout 10 "$program" $1 >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	[ $got -eq 64 ] || echo "$1: exit status $got"
	[ ! -s "$tmp/out" ] || echo "$1: prints something"
	head -n 1 "$tmp/err" | grep -qwe "$said" || echo "$1: $(head -n 1 "$tmp/err")"
}

# name_of_object COMMAND OPTION: with the option of such a kind, the word is no command, but the
# name of an object, which is not there.
name_of_object()
{
	folder=devshm
	[ "$2" != --posix-mqueues ] || folder=mqueues
	"$program" --root $folder "$1" "$2" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	[ $got -eq 2 ] || echo "$1 $2: exit status $got"
	grep -q "there is no POSIX .* with the name $1\$" "$tmp/err" ||
		echo "$1 $2: $(head -n 1 "$tmp/err")"
}

# The help of a command has the options that it takes, and no others.
help_of_command()
{
	"$program" "$1" --help >"$tmp/out"
	awk 'length($0) > 80' "$tmp/out"
	sed '/^For more/q' "$tmp/out" |
		grep -o '^ [-A-Za-z, ]*--[a-z-]*' | sed 's/.* //' | grep -v '^--help$' |
		sort >"$tmp/got"
	tr ' ' '\n' <"$tmp/taken" | grep . | sort | diff - "$tmp/got" | sed "s/^/$1: /"
}

refused_options()
{
	cd "$here/data" || return
	every_option >"$tmp/every"
	[ "$(wc -l <"$tmp/every")" -ge 40 ] || echo "few options"
	options_taken | while read -r command taken; do
		echo "$taken" >"$tmp/taken"
		while read -r option value; do
			case " $taken " in *" $option "*) continue ;; esac
			case $command/$option in
			rm/--posix-*) refused_option "$command" "$option" ;;
			*/--posix-*) name_of_object "$command" "$option" ;;
			*) refused_option "$command" "$option" \
				"${value:+$(value_of "$option")}" ;;
			esac
		done <"$tmp/every"
		[ "$command" = - ] || help_of_command "$command"
	done
	"$program" --help | awk '/^Commands:/ { here = 1; next } NF == 0 { here = 0 }
		here { print $1 }' | sort >"$tmp/want"
	options_taken | cut -d' ' -f1 | grep -v '^-$' | sort | diff "$tmp/want" -
}

# The number and the sets of each namespace of a recording, as its text has them.
namespaces_of()
{
	awk '/^ipcdbg / { here = $3 == "namespaces" }
		here && $1 == "namespace" {
			for (i = 2; i <= NF; i++) {
				split($i, field, "=")
				of[field[1]] = field[2]
			}
			print of["inum"], of["sets"]
		}' "$1"
}

# Each way of 'ns' to print columns has what the recording has, and all that it lists.
columns_of_ns()
{
	ns="$program --input $here/data/recording ns"
	namespaces_of "$here/data/recording" >"$tmp/want"
	[ "$(wc -l <"$tmp/want")" -eq 2 ] || echo "not two namespaces"
	# shellcheck disable=SC2086 # words
	{
		$ns | awk 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			{ print $at["NS"], $at["SETS"] }' | diff "$tmp/want" -
		$ns | sed 's/^ *//; s/  */ /g' >"$tmp/plain"
		$ns -r | diff "$tmp/plain" -
		$ns -r --noheadings >"$tmp/got"
		tail -n +2 "$tmp/plain" | diff - "$tmp/got"
		$ns --noheadings -o NS,SETS | sed 's/^ *//; s/  */ /g' | diff "$tmp/want" -
		$ns -e -o ns,sets | sed 's/NS="\([0-9]*\)" SETS="\([0-9-]*\)"/\1 \2/' |
			diff "$tmp/want" -
		$ns -J | jq -r '.namespaces[] | "\(.inum) \(.sets)"' | diff "$tmp/want" -
		$ns -J -o NS,SETS | jq -r '.namespaces[] | "\(.ns) \(.sets)"' | diff "$tmp/want" -
		tail -n 1 "$tmp/want" >"$tmp/last"
		$ns -r --noheadings -o NS,SETS "$(cut -d' ' -f1 "$tmp/last")" | diff "$tmp/last" -
		$ns -H -r | sort >"$tmp/listed"
		$ns --output-all -r | head -n 1 | tr ' ' '\n' | sort | diff "$tmp/listed" -
		for column in NS PID USERNS SETS SEMOPM MSGSIZE_MAX; do
			grep -qx $column "$tmp/listed" || echo "-H does not list $column"
		done
	}
}

option_table()
{
	refused_options >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "an option that a command does not take is refused" $?
	columns_of_ns >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "ns prints its columns in every format" $?
}
