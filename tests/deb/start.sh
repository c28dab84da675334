#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# On the fresh Debian, started by systemd: runs newcomer.sh, says on the second serial port what
# tests/vm/guest.h describes, and ends the guest.
cd "$(dirname "$0")" || exit 1
exec >/dev/ttyS1
stty -F /dev/ttyS1 raw -echo

milliseconds()
{
	date +%s%3N
}

echo "boot $(uname -r)"
begin=$(milliseconds)
echo 'run newcomer 0'
{
	rc=0
	./newcomer.sh 2>&1 || rc=$?
	echo "$rc" >status
} | sed -u 's/^/|/'
echo "end newcomer exit $(cat status) $(($(milliseconds) - begin))"
dmesg | grep -Ef splat | sed 's/^/splat /'
dmesg | sed -n '/[]] ipcdbg: /s/^/note /p'
echo 'done off'
sync
systemctl --force --force poweroff
