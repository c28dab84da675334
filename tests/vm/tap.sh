# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Counts the results of programs that print TAP. Totals: $passed $failed $skipped.

passed=0
failed=0
skipped=0

# Begins a program, or several whose output is taken for one.
tap_begin()
{
	tap_plan=
	tap_seen=0
	tap_bad=0
	tap_good=0
	tap_skip=0
}

# Takes a line of it.
tap_line()
{
	case $1 in
	'not ok '*) tap_bad=$((tap_bad + 1)) tap_seen=$((tap_seen + 1)) ;;
	'ok '*'# SKIP'*) tap_skip=$((tap_skip + 1)) tap_seen=$((tap_seen + 1)) ;;
	'ok '*) tap_good=$((tap_good + 1)) tap_seen=$((tap_seen + 1)) ;;
	'1..0 # SKIP'* | '1..0 # Skip'*) tap_plan=${tap_plan:-0} tap_skip=$((tap_skip + 1)) ;;
	1..*) line_plan=${1#1..} tap_plan=$((${tap_plan:-0} + ${line_plan%%[!0-9]*})) ;;
	esac
}

# Ends it: $1 is how it ended, "exit N" or anything else. Leaves in $tap_why what is wrong about
# the program itself, which counts as one more failure: a result that is missing, or an end that
# no "not ok" explains. The exit code of a skipped program is 4 (kselftest) or 77.
tap_end()
{
	tap_why=
	case $1 in
	'exit 0') ;;
	'exit 4' | 'exit 77') [ "$tap_skip" -gt 0 ] || [ "$tap_bad" -gt 0 ] || tap_why=$1 ;;
	exit*) [ "$tap_bad" -gt 0 ] || tap_why="$1, though no test failed" ;;
	*) tap_why=$1 ;;
	esac
	if [ -z "$tap_why" ]; then
		if [ -z "$tap_plan" ]; then
			tap_why='no plan'
		elif [ "$tap_seen" -ne "$tap_plan" ]; then
			tap_why="$tap_seen results of $tap_plan planned"
		elif [ "$tap_plan" -eq 0 ] && [ "$tap_skip" -eq 0 ]; then
			tap_why='nothing tested'
		fi
	fi
	[ -z "$tap_why" ] || tap_bad=$((tap_bad + 1))
	passed=$((passed + tap_good))
	failed=$((failed + tap_bad))
	skipped=$((skipped + tap_skip))
}

# Prints the last line of every run of tests.
tap_total()
{
	if [ $skipped -gt 0 ]; then
		echo "$passed passed, $failed failed, $skipped skipped"
	else
		echo "$passed passed, $failed failed"
	fi
}
