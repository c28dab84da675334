# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Runs one suite after another, whatever becomes of each, and adds up the last lines they print.
# Totals: $passed $failed. The includer is at the project's root; logs are in build/tests/steps/.

passed=0
failed=0
# shellcheck disable=SC2034 # for who includes this
steps_began=$(date +%s)

# Prints how many minutes have gone by since second $1.
minutes_since()
{
	echo $((($(date +%s) - $1 + 30) / 60))
}

# step NAME COMMAND...: runs a suite; leaves in $step_says how long it took and what it said.
step()
{
	name=$1 log=build/tests/steps/$1.log
	shift
	mkdir -p build/tests/steps
	begin=$(date +%s)
	{
		"$@" </dev/null 2>&1
		echo "rc $?"
	} | tee "$log" | grep --line-buffered -v '^rc [0-9]*$'
	rc=$(sed -n '$s/^rc //p' "$log")
	totals=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	good=${totals%% passed*}
	bad=${totals#*passed, }
	bad=${bad%% failed*}
	passed=$((passed + ${good:-0}))
	failed=$((failed + ${bad:-0}))
	if { [ "$rc" != 0 ] || [ -z "$totals" ]; } && [ "${bad:-0}" -eq 0 ]; then
		echo "$name failed without saying what failed"
		totals="${totals:-no total}, exit $rc"
		failed=$((failed + 1))
	fi
	# shellcheck disable=SC2034 # for who includes this
	step_says="$(minutes_since "$begin") min: $totals"
}

# Prints the last line of all steps.
steps_total()
{
	echo "$passed passed, $failed failed"
}
