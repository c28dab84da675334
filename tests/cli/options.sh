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

# refused_option COMMAND OPTION [VALUE]: it ends with 64, prints nothing, and the message has the
# option.
refused_option()
{
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
	head -n 1 "$tmp/err" | grep -q -e "$2\\b" -e "ipcs has nothing like" \
		-e "is of every ipc namespace" -e "is about this machine" \
		-e "what was recorded cannot be" ||
		echo "$1: $(head -n 1 "$tmp/err")"
}

# The help of a command has the options that it takes, and no others.
help_of_command()
{
	"$program" "$1" --help >"$tmp/out"
	awk 'length($0) > 80' "$tmp/out"
	grep -o '^ [-A-Za-z, ]*--[a-z-]*' "$tmp/out" | sed 's/.* //' | grep -v '^--help$' |
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
			# Of these kinds, the word is the name of an object.
			case $option in --posix-*) continue ;; esac
			refused_option "$command" "$option" "${value:+$(value_of "$option")}"
		done <"$tmp/every"
		[ "$command" = - ] || help_of_command "$command"
	done
	"$program" --help | awk '/^Commands:/ { here = 1; next } NF == 0 { here = 0 }
		here { print $1 }' | sort >"$tmp/want"
	options_taken | cut -d' ' -f1 | grep -v '^-$' | sort | diff "$tmp/want" -
}

# Each way of 'ns' to print columns has what the plain table, and the record in JSON, have.
columns_of_ns()
{
	ns="$program --input $here/data/recording ns"
	# shellcheck disable=SC2086 # words
	{
		$ns | sed 's/^ *//; s/  */ /g' >"$tmp/want"
		$ns -r | diff "$tmp/want" -
		$ns -r --noheadings | diff - /dev/fd/3 3<<-END
			$(tail -n +2 "$tmp/want")
		END
		$ns --noheadings -o NS,SETS | sed 's/^ *//; s/  */ /g' >"$tmp/got"
		awk 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			{ print $at["NS"], $at["SETS"] }' "$tmp/want" | diff - "$tmp/got"
		$ns -e -o ns,sets | sed 's/NS="\([0-9]*\)" SETS="\([0-9-]*\)"/\1 \2/' |
			diff "$tmp/got" -
		$ns -J | jq -r '.namespaces[] | "\(.inum) \(.sets // "-")"' | diff "$tmp/got" -
		$ns -J -o NS,SETS | jq -r '.namespaces[] | "\(.ns) \(.sets // "-")"' |
			diff "$tmp/got" -
		first=$(head -n 1 "$tmp/got")
		$ns -r --noheadings -o NS,SETS "${first% *}" >"$tmp/one"
		echo "$first" | diff - "$tmp/one"
		[ "$($ns --output-all -r | head -n 1)" = "$($ns -H -r | xargs)" ] ||
			echo "--output-all is not all that -H lists"
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
