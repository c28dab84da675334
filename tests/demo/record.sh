#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest: starts the scenario and prints a recording of it, when all has waited as long
# as in demo.sh.
set -eu

# shellcheck source=begin.sh
. /t/begin.sh
sleep 6
ipcdbg record -

kill "$scenario"
wait "$scenario"
