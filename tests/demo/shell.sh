#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest: starts the scenario and gives a shell to look around with.
set -eu
export TERM="${VM_TERM:-vt100}" PS1='guest# '
stty cols "${VM_COLUMNS:-100}" rows "${VM_LINES:-40}" || :

mkfifo ids
/t/scenario >ids &
read -r shop import <ids
cat <<-END

	Processes block on semaphore sets $shop and $import. Try:
	    ipcdbg -s        ipcdbg -s $shop        ipcdbg -s $import        ipcs -s -i $shop
	    cat /sys/kernel/debug/ipcdbg/sem
	exit ends the machine; Ctrl-A X kills it.

END
sh -i || :
