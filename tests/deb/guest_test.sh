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
check 'modprobe unloads it' unloads
echo "1..$n"
exit $bad
