#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # check runs the functions
# In the guest: the module that DKMS built, by modprobe, and the command of the package. Prints TAP.
set -u

cd /t || exit 1
. ./tap.sh
. ./readme.sh

# Where the package has them; the command takes the place of the one that every guest gets.
put_in_place()
{
	cp -r dkms/lib/modules /usr/lib/ &&
		mkdir -p /usr/share/ipcdbg &&
		rm -f /usr/bin/ipcdbg && cp package/ipcdbg /usr/bin/ipcdbg &&
		[ "$(command -v ipcdbg)" = /usr/bin/ipcdbg ] &&
		cp package/share/keys /usr/share/ipcdbg/keys &&
		depmod
}

is_loaded()
{
	[ -d /sys/module/ipcdbg ]
}

lists_a_set()
{
	ipcmk -S 3 && ipcdbg -s && ipcdbg -s -J >/tmp/sets && jq -e '.sets[0].nsems == 3' /tmp/sets
}

explains_a_key()
{
	ipcdbg explain -J 0x47505344 >/tmp/explained &&
		jq -e '.explanations[0].purposes[0] | .use == "gpsd" and .sure == "likely"' \
			/tmp/explained
}

# Prints the number that is told of $1; "none" makes no line right.
number_of()
{
	sed -n "s/^$1 //p" /tmp/stuck | grep . || echo none
}

# What README.md begins with, typed here as it stands there, says the same of processes like those;
# so do the commands that it tells to type next.
first_screen()
{
	./stuck /tmp/stuck &
	while [ ! -s /tmp/stuck ]; do sleep 0.1; done
	sleep 6
	first=$(first_example 1) second=$(first_example 2)
	case $first/$second in 'ipcdbg check '*/'ipcdbg why '[0-9]*) ;; *) return 1 ;; esac
	$first >/tmp/check.out
	[ $? -eq 9 ] || return 1
	says /tmp/check.out '^critical: deadlock (certain)$' &&
		says /tmp/check.out "pid $(number_of packing) (packing) waits for semaphore 1 of" &&
		says /tmp/check.out '^warning: abandoned (inferred)$' &&
		says /tmp/check.out 'has exited: it may have decremented and died' &&
		says /tmp/check.out "wait pid=$(number_of reader) .* comm=reader" || return 1
	next=$(sed -n 's/^next: //p' /tmp/check.out | grep why)
	$next >/tmp/next.out &&
		says /tmp/next.out '^deadlock #1, of 2 tasks: certain' || return 1
	next=$(sed -n 's/^next: //p' /tmp/check.out | grep -e ' -s ')
	$next >/tmp/next.out &&
		says /tmp/next.out "^Semaphore Array semid=$(number_of abandoned)" &&
		says /tmp/next.out "^ *$(number_of reader) .* reader " || return 1
	${second% *} "$(number_of packing)" >/tmp/why.out &&
		says /tmp/why.out "pid $(number_of stocktake) (stocktake) holds it (SEM_UNDO +1)" &&
		says /tmp/why.out 'holds it (SEM_UNDO +1); see above' || return 1
	rm /tmp/stuck
	wait
}

unloads()
{
	modprobe -r ipcdbg && ! is_loaded
}

check 'files are in place' put_in_place
check 'modprobe loads the module' modprobe ipcdbg
check 'it is there' is_loaded
check 'doctor finds everything' ipcdbg doctor
check 'a set is listed' lists_a_set
check 'a key is explained by the installed table' explains_a_key
check 'the first screen of README.md explains a stuck semaphore' first_screen
check 'modprobe unloads it' unloads
tap_plan
