# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of run.sh
# Examples in README.md and in the man page are what the command prints: those behind a line
#
#	recording: NAME
#
# in a comment, of the recording data/NAME, which "tests/demo/run.sh -r" has made in a virtual
# machine; behind "live: NAME", of what a function of live_examples.sh makes. A line that begins
# with "# " is a command; three dots by themselves stand for any lines. Blanks at the ends of lines,
# and empty lines at the end, do not count. Uses check, $program, $here and $tmp of run.sh.

# examples_of FILE: writes the examples of FILE into $tmp/examples, for number N the command into
# N.command, the name of its recording into N.name and the text into N.text.
examples_of()
{
	rm -rf "$tmp/examples"
	mkdir "$tmp/examples"
	awk -v into="$tmp/examples/" '
		# As mandoc(1) prints it.
		function plain(line)
		{
			if (line ~ /^\\&/)
				line = substr(line, 3)
			gsub(/\\e/, "\\", line)
			return line
		}
		{ sub(/[ \t]+$/, "") }
		/^(<!--|\.\\") (recording|live): / {
			name = ($2 == "live:" ? "live " : "") $3
			next
		}
		!inside && name && (/^```/ || /^\.Bd /) {
			inside = 1
			man = /^\./
			next
		}
		inside && (/^```$/ || /^\.Ed$/) {
			inside = 0
			name = ""
			next
		}
		!inside { next }
		man { $0 = plain($0) }
		/^# / {
			nr++
			print name >(into nr ".name")
			print substr($0, 3) >(into nr ".command")
			printf "" >(into nr ".text")
			next
		}
		nr { print >(into nr ".text") }
	' "$1"
}

# run_example COMMAND NAME: what it prints of that recording, next commands as they are elsewhere.
run_example()
{
	recording=$here/data/$2
	case $1 in
	'ipcdbg '*) set -- "$recording" "${1#ipcdbg }" ;;
	ipcdbg) set -- "$recording" '' ;;
	'ipcs '*) set -- "$recording" "--ipcs ${1#ipcs }" ;;
	'cat /sys/kernel/debug/ipcdbg/'*)
		awk -v table="${1#cat /sys/kernel/debug/ipcdbg/}" '
			/^ipcdbg / { inside = $3 == table }
			inside' "$recording"
		return
		;;
	*)
		echo "no such command: $1"
		return
		;;
	esac
	# The words hold no blanks of their own.
	# shellcheck disable=SC2086
	"$program" --input "$1" $2 2>&1 | sed "s|^next: ipcdbg --input $1 |next: ipcdbg |"
}

# Complains unless file $1, with dots, is file $2.
same_example()
{
	awk '
		function fail(line)
		{
			print "not there, or not in that place: " line
			failed = 1
			exit 1
		}
		{ sub(/[ \t]+$/, "") }
		NR == FNR { want[++wants] = $0; next }
		{ have[++haves] = $0 }
		END {
			if (failed)
				exit 1
			while (wants && want[wants] == "")
				wants--
			while (haves && have[haves] == "")
				haves--
			at = 1
			for (i = 1; i <= wants; i = end + 1) {
				any = want[i] == "..."
				if (any)
					i++
				for (end = i; end <= wants && want[end] != "...";)
					end++
				end--
				if (i > end)
					break
				n = end - i + 1
				# The last part ends where the text does.
				if (any && end == wants)
					at = haves - n + 1 > at ? haves - n + 1 : at
				for (;; at++) {
					for (j = 0; j < n && have[at + j] == want[i + j];)
						j++
					if (j == n || !any || at + n > haves)
						break
				}
				if (j < n)
					fail(want[i + j])
				at += n
			}
			if (want[wants] != "..." && at <= haves)
				fail("(end), but: " have[at])
		}
	' "$1" "$2"
}

# run_example_of NAME COMMAND TEXT: of a recording; or of what is live, which is masked, and so is
# the text then.
run_example_of()
{
	case $1 in
	'live '*)
		"${1#live }" "$2" >"$tmp/live.out" 2>&1
		masked "$tmp/live.out" | grep -v "^ipcdbg: .*; .*see 'ipcdbg doctor'"
		masked "$3" >"$tmp/live.text"
		cp "$tmp/live.text" "$3"
		;;
	*) run_example "$2" "$1" ;;
	esac
}

examples_are_real()
{
	examples_of "$here/../../$1"
	nr=0
	: >"$tmp/why"
	for command in "$tmp"/examples/*.command; do
		[ -e "$command" ] || break
		nr=$((nr + 1))
		run_example_of "$(cat "${command%command}name")" "$(cat "$command")" \
			"${command%command}text" >"$tmp/out"
		same_example "${command%command}text" "$tmp/out" >"$tmp/err" || {
			echo "# $(cat "$command")"
			cat "$tmp/err"
		} >>"$tmp/why"
	done
	[ "$nr" -ge "$2" ] || echo "only $nr examples" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "$nr examples in $1 are real" $?
}

# The picture in the README has the words of what 'graph' prints of the same recording now.
picture_is_real()
{
	pid=$(sed -n 's/.* tid=\([0-9]*\) comm=packing .*/\1/p' "$here/data/shop" | head -n 1)
	"$program" --input "$here/data/shop" graph --pid "$pid" --svg "$tmp/picture.svg" \
		>"$tmp/why" 2>&1
	for file in "$here/../../doc/deadlock.svg" "$tmp/picture.svg"; do
		sed -n 's/.*<\(text\|title\)[^>]*>\([^<]*\)<.*/\2/p' "$file" \
			>"$tmp/${file##*/}.words"
	done
	[ -s "$tmp/picture.svg.words" ] || echo "no words" >>"$tmp/why"
	diff "$tmp/deadlock.svg.words" "$tmp/picture.svg.words" >>"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "doc/deadlock.svg is real" $?
}
