#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest: starts the scenario and looks at it as an administrator would: at what is
# wrong, at all, at what hangs, at a process, at the containers.
set -eu

# Prints a command as at a prompt, then runs it. 8 and 9 are what 'check' has found.
show()
{
	echo "# $*"
	rc=0
	"$@" || rc=$?
	echo
	case $rc in 0 | 8 | 9) ;; *) exit $rc ;; esac
}

# shellcheck source=begin.sh
. /t/begin.sh
# A guess is told only of a wait that is longer than 5 seconds.
sleep 6

show ipcdbg check deadlock abandoned --longer-than 5
show ipcdbg why "$packing"
show ipcdbg graph --pid "$packing"
show ipcdbg waiters
show ipcdbg
show ipcs -s -i "$shop"
show ipcdbg -s "$shop"
show ipcdbg -s "$import"
show ipcdbg -q "$orders"
show ipcdbg -q "$returns"
show ipcdbg -Q /mail
show ipcdbg -m "$prices" "$thumbnails"
show ipcdbg pid "$webshop"
show ipcdbg ns
show ipcdbg -A
show cat /sys/kernel/debug/ipcdbg/sem
show ipcdbg check --longer-than 5
show ipcdbg rm --orphans --older-than 5 --dry-run

kill "$scenario"
wait "$scenario"
