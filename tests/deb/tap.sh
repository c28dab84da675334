# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Checks as TAP, for the scripts that run in a guest. The includer ends with tap_plan.

n=0
bad=0
why=$(mktemp)

# check NAME COMMAND...: red if the command fails, with what it printed.
check()
{
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$why" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$why"
		bad=1
	fi
}

# Prints the plan; fails if a check was red.
tap_plan()
{
	echo "1..$n"
	return $bad
}

# says FILE PATTERN: whether a line of it is like that. None is like an empty pattern.
says()
{
	if [ -z "$2" ] || ! grep -q -e "$2" "$1"; then
		echo "no '$2' in:"
		cat "$1"
		return 1
	fi
}
