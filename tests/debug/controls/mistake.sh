#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest: commits $MISTAKE and passes, so that a run only fails if the kernel complains.
echo 1..1
if echo "$MISTAKE" >/sys/module/ipcdbg/parameters/commit; then
	echo "ok 1 $MISTAKE"
else
	echo "not ok 1 $MISTAKE"
fi
