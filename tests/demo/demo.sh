#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest: starts the scenario and looks at it as an administrator would: at all, at what
# hangs, at a process, at the containers.
set -eu

# Prints a command as at a prompt, then runs it.
show()
{
	echo "# $*"
	"$@"
	echo
}

# shellcheck source=begin.sh
. /t/begin.sh
# A guess is told only of a wait that is longer than 5 seconds.
sleep 6

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

kill "$scenario"
wait "$scenario"
