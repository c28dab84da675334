#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Reads what guest.h describes, then "exit N" for QEMU's end; prints results and gives the verdict.
# usage: judge.sh [-q] [-p] [-r] RUN_DIR
#   -q  one line a program; its output only if it failed
#   -p  print programs' output and nothing else; it is no TAP
#   -r  the run can be repeated: there is no last line if the emulator spoilt it
# Exit: as run.sh, and with -r 6 for such a run.
set -u
# shellcheck disable=SC2034 # for lib.sh
me=vm
. "$(dirname "$0")/lib.sh"
. "$vm/tap.sh"

quiet='' plain='' repeatable=''
while getopts qpr option; do
	case $option in
	q) quiet=1 ;;
	p) plain=1 ;;
	r) repeatable=1 ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
console=$1/console.log
output=$1/output
gcov=$1/gcov

# What ends the run with another verdict than "test failed", the gravest last: each sets $verdict.
verdict=0
verdict_at_least()
{
	[ "$verdict" -ge "$1" ] || verdict=$1
}

end_program()
{
	name=$1 how="$2 $3" ms=$4
	case $how in
	timeout*)
		verdict_at_least 5
		how="time-out after $3 s"
		;;
	signal*) how="killed by signal $3" ;;
	esac
	[ $splats -eq 0 ] || how='kernel splat'
	if [ -n "$plain" ]; then
		[ "$how" = 'exit 0' ] || { say "$name: $how"; failed=$((failed + 1)); }
		return
	fi
	tap_end "$how"
	seconds=$(printf '%d.%01d' $((ms / 1000)) $((ms % 1000 / 100)))
	if [ "$tap_bad" -eq 0 ]; then
		echo "ok   $name: $tap_good passed, $tap_skip skipped, $seconds s"
		return
	fi
	[ -z "$quiet" ] || tail -n 200 "$output"
	echo "FAIL $name: $tap_good passed, $tap_bad failed, $seconds s${tap_why:+: $tap_why}"
}

# A line that a program printed.
program_line()
{
	if [ -n "$quiet" ]; then
		printf '%s\n' "$1" >>"$output"
	else
		printf '%s\n' "$1"
	fi
	[ -n "$plain" ] || tap_line "$1"
}

# Whether the emulator, and nothing that is tested, ended the guest. QEMU before 8.1 may keep the
# translation of code that another processor patches in that moment (its commit deba78709a locks
# the pages that are translated). The kernel patches by way of a breakpoint, which is then still
# hit when nothing is being patched any more. Said only of a guest without init: before that no
# code of this project runs in it.
spoilt()
{
	[ -z "$booted" ] && grep -aqE 'int3: 0000 \[#1\]' "$console"
}

# QEMU ended with $1 and the guest had not said done.
lost()
{
	where=${current:+ in $current}
	line=$(grep -aEf "$vm/splat" "$console" | grep -avE "Kernel panic|Call Trace" | head -n 1)
	panic=$(grep -a 'Kernel panic' "$console" | head -n 1)
	case $1 in
	124 | 137)
		verdict=5
		say "TIME-OUT: the guest did not answer$where"
		;;
	*)
		if [ -n "$line" ]; then
			verdict=3
			say "KERNEL SPLAT$where: $line${panic:+, then panic}"
		elif [ -n "$panic" ]; then
			verdict=4
			say "KERNEL PANIC$where: $panic"
		else
			verdict=4
			say "GUEST LOST$where: QEMU ended with $1 and there is no verdict"
		fi
		;;
	esac
	failed=$((failed + 1))
	[ -s "$output" ] && cat "$output"
	tail -n 60 "$console" | tr -d '\r' | sed 's/^/  console: /' >&2
}

booted='' done='' current='' splats=0 all_splats=0 races=0 qemu=''
while IFS= read -r line; do
	case $line in
	'|'*) program_line "${line#?}" ;;
	'boot '*) booted=${line#boot } ;;
	'run '*)
		# shellcheck disable=SC2086
		set -- $line
		current=$2
		tap_begin
		: >"$output"
		;;
	'end '*)
		# shellcheck disable=SC2086
		set -- $line
		end_program "$2" "$3" "$4" "$5"
		splats=0
		current=''
		: >"$output"
		;;
	'splat '*)
		[ $splats -ne 0 ] ||
			say "KERNEL SPLAT${current:+ in $current}: ${line#splat }"
		splats=$((splats + 1))
		all_splats=$((all_splats + 1))
		printf '  kernel: %s\n' "${line#splat }" >&2
		;;
	'module '*)
		say "${line#module }"
		failed=$((failed + 1))
		;;
	'race '*) races=$((races + 1)) ;;
	'gcov '*) printf '%s\n' "${line#gcov }" >>"$gcov" ;;
	'note '*) printf '  kernel: %s\n' "${line#note }" >&2 ;;
	done) done=33 ;;
	'done off') done=0 ;;
	'exit '*) qemu=${line#exit } ;;
	'') ;;
	*) say "unexpected: $line" ;;
	esac
done

[ $splats -eq 0 ] || failed=$((failed + 1))
[ $all_splats -eq 0 ] || verdict=3
if [ -z "$done" ] || [ "$qemu" != "$done" ]; then
	if [ -n "$repeatable" ] && spoilt; then
		say 'the emulator ran code of the kernel that had been patched: nothing was tested'
		exit 6
	fi
	[ -n "$booted" ] || say "the kernel did not come to run init"
	lost "$qemu"
fi
[ $failed -eq 0 ] || verdict_at_least 1
[ $races -eq 0 ] || say "$races data races of the kernel itself, which are none of ours"
[ -n "$plain" ] || tap_total
exit "$verdict"
