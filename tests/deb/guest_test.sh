#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # check runs the functions
# In the guest: the module that DKMS built, by modprobe, and the command of the package. Prints TAP.
set -u

n=0
# check NAME COMMAND...
check()
{
	name=$1
	shift
	n=$((n + 1))
	if "$@" >/tmp/why 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' /tmp/why
		bad=1
	fi
}

# It looks for its key table beside it, as below /usr.
put_in_place()
{
	cp -r /t/dkms/lib/modules /usr/lib/ &&
		mkdir -p /usr/sbin /usr/share/ipcdbg &&
		cp /t/package/ipcdbg /usr/sbin/ipcdbg.deb &&
		ln -s ipcdbg.deb /usr/sbin/ipcdbg &&
		cp /t/package/share/keys /usr/share/ipcdbg/keys &&
		depmod
}

is_loaded()
{
	[ -d /sys/module/ipcdbg ]
}

lists_a_set()
{
	ipcmk -S 3 && ipcdbg.deb -s && ipcdbg.deb -s -J | jq -e '.sets[0].nsems == 3'
}

explains_a_key()
{
	ipcdbg.deb explain -J 0x47505344 |
		jq -e '.explanations[0].purposes[0] | .use == "gpsd" and .sure == "likely"'
}

# The commands of the first example of README.md, one a line.
first_commands()
{
	awk '/^```/ { blocks++ } blocks == 1 && /^# / { print substr($0, 3) }' /t/README.md
}

number_of()
{
	sed -n "s/^$1 //p" /tmp/stuck
}

# says FILE PATTERN: whether a line of it is like that.
says()
{
	grep -q -e "$2" "$1" || { echo "no '$2' in:"; cat "$1"; return 1; }
}

# What README.md begins with, typed here as it stands there, says the same of processes like those;
# so do the commands that it tells to type next.
first_screen()
{
	/t/stuck /tmp/stuck &
	while [ ! -s /tmp/stuck ]; do sleep 0.1; done
	sleep 6
	check=$(first_commands | sed -n 1p) why=$(first_commands | sed -n 2p)
	case $check/$why in 'ipcdbg check '*/'ipcdbg why '[0-9]*) ;; *) return 1 ;; esac
	$check >/tmp/check.out
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
	${why% *} "$(number_of packing)" >/tmp/why.out &&
		says /tmp/why.out "pid $(number_of stocktake) (stocktake) holds it (SEM_UNDO +1)" &&
		says /tmp/why.out 'holds it (SEM_UNDO +1); see above' || return 1
	rm /tmp/stuck
	wait
}

unloads()
{
	modprobe -r ipcdbg && ! is_loaded
}

bad=0
PATH=/usr/sbin:$PATH
check 'files are in place' put_in_place
check 'modprobe loads the module' modprobe ipcdbg
check 'it is there' is_loaded
check 'doctor finds everything' ipcdbg.deb doctor
check 'a set is listed' lists_a_set
check 'a key is explained by the installed table' explains_a_key
check 'the first screen of README.md explains a stuck semaphore' first_screen
check 'modprobe unloads it' unloads
echo "1..$n"
exit $bad
