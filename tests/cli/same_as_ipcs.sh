#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# same_as_ipcs.sh PROGRAM FOLDER: the real ipcs, and --ipcs on what FOLDER has recorded of the same
# objects, print the same bytes. Run by record in the ipc namespace of the objects.
set -u
program=$1
folder=$2
status=0
kinds='s m q'

same()
{
	ipcs "$@" >"$folder/ipcs.out" 2>&1
	"$program" --root "$folder" --ipcs "$@" >"$folder/ipcdbg.out" 2>&1
	cmp "$folder/ipcs.out" "$folder/ipcdbg.out" && return
	echo "LC_ALL=$LC_ALL TZ=$TZ ipcs $*:"
	diff "$folder/ipcs.out" "$folder/ipcdbg.out"
	status=1
}

for LC_ALL in C de_DE.UTF-8; do
	for TZ in UTC Asia/Kathmandu; do
		export LC_ALL TZ
		for kind in $kinds; do
			same "-$kind"
			same -p "-$kind"
			while read -r id; do
				same "-$kind" -i "$id"
			done <"$folder/ids.$kind"
		done
		same
		same -s -m
		same -p
		same -p -m -s
	done
done

# The German catalogue must really have been in use.
ipcs -s | grep -q Semaphorenfeld || {
	echo "no German ipcs: are util-linux-locales and locales installed?"
	status=1
}
exit $status
