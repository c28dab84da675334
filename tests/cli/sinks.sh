# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2086
# What becomes of output that cannot be written, and of a reader that goes away. Sourced by run.sh.

# status_of SINK WORDS...: of the command with its output into that, as the shell has it.
status_of()
{
	sink=$1
	shift
	# shellcheck disable=SC2016 # for the shell inside
	sh -c 'exec "$0" "$@" '"$sink" "$program" "$@" 2>"$tmp/sink.err" </dev/null
	echo $?
}

# piped WORDS...: the status of the command, which writes when the other end of the pipe is closed.
piped()
{
	{
		# Until nobody reads any more.
		(
			trap '' PIPE
			while echo 2>"$tmp/sink.err"; do sleep 0.01; done
		)
		"$@" 2>"$tmp/sink.err" </dev/null
		echo $? >"$tmp/sink.code"
	} | :
	cat "$tmp/sink.code"
}

not_dying_of_it()
{
	(
		trap '' PIPE
		exec "$@"
	)
}

# sinks WORDS...: of a command that prints something. A full disk is told; a reader that has gone
# away is no news.
sinks()
{
	"$program" "$@" >"$tmp/sink.out" 2>"$tmp/sink.plain" </dev/null
	plain=$?
	[ -s "$tmp/sink.out" ] || return
	# Data that are broken are worse, a plugin has its own.
	want=1
	case " $* " in
	*' --nagios '*) want=3 ;;
	*) [ $plain -ne 3 ] || want=3 ;;
	esac
	for sink in '>/dev/full' '>&-'; do
		got=$(status_of "$sink" "$@")
		{ [ "$got" -eq $want ] && grep -q 'write error' "$tmp/sink.err"; } ||
			echo "$* $sink: exit status $got"
	done
	got=$(piped "$program" "$@")
	[ "$got" -eq 141 ] || echo "$* into a closed pipe: exit status $got"
	grep -i 'write error\|broken pipe' "$tmp/sink.err"
	got=$(piped not_dying_of_it "$program" "$@")
	[ "$got" -eq $want ] || echo "$* into a closed pipe, SIGPIPE ignored: exit status $got"
	! grep -i 'write error\|broken pipe' "$tmp/sink.err"
}

# all_sinks: those of each line of standard input.
all_sinks()
{
	while read -r words; do
		sinks $words
	done
}

sinks_of_recorded()
{
	(cd "$here/data" && all_sinks <"$here/commands") >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "a full disk is told, a closed pipe is not, by every command on recorded tables" $?
}

# The same of this machine, among blocked tasks.
sinks_among_blocked()
{
	exec >"$tmp/why" 2>&1
	pid=$(awk '/^wait/ { print $2; exit }' "$tmp/blocked/facts")
	all_sinks <<-EOF
		$(live_words "$pid")
	EOF
}

sinks_of_live()
{
	echo 'did not run' >"$tmp/why"
	blocked 0 "$here/run.sh" "$program" "$tmp" sinks_among_blocked >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "a full disk is told, a closed pipe is not, by every command on this machine" $?
}
