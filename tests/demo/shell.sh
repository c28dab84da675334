#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest: starts the scenario and gives a shell to look around with.
set -eu
export TERM="${VM_TERM:-vt100}" PS1='guest# '
stty cols "${VM_COLUMNS:-100}" rows "${VM_LINES:-40}" || :

# shellcheck source=begin.sh
. /t/begin.sh
cat <<-END

	Processes of a shop block on objects of every kind. Try:
	    ipcdbg check --longer-than 5      ipcdbg why $packing      ipcdbg waiters
	    ipcdbg              ipcdbg -A            ipcdbg ns         ipcdbg pid $webshop
	    ipcdbg -s $shop         ipcdbg -s $import          ipcs -s -i $shop
	    ipcdbg -q $orders         ipcdbg -q $returns          ipcdbg -Q /mail
	    ipcdbg -m $prices         ipcdbg -m $thumbnails          ipcdbg -m $sessions
	    ipcdbg --namespace $container            cat /sys/kernel/debug/ipcdbg/sem
	exit ends the machine; Ctrl-A X kills it.

END
sh -i || :
