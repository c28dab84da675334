#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest: starts the scenario and looks at it with ipcs, ipcdbg and cat.
set -eu

# Prints a command as at a prompt, then runs it.
show()
{
	echo "# $*"
	"$@"
	echo
}

mkfifo ids
/t/scenario >ids &
scenario=$!
read -r shop import <ids || { echo "demo: the scenario failed" >&2; exit 1; }
# A guess is told only of a wait that is longer than 5 seconds.
sleep 6

show ipcs -s -i "$shop"
show ipcdbg -s "$shop"
show ipcdbg -s "$import"
show ipcdbg -s
show cat /sys/kernel/debug/ipcdbg/sem

kill "$scenario"
wait "$scenario"
