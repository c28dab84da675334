#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# same_as_lsipc.sh PROGRAM: the real lsipc, and -o without the module, say the same of every object.
# Run by record in the ipc namespace of the objects.
set -u
program=$1
status=0
common=KEY,ID,OWNER,PERMS,CUID,CUSER,CGID,CGROUP,UID,USER,GID,GROUP,CTIME

# lsipc leaves empty what is not known, and the names of those who have none.
known()
{
	sed -E 's/="-"/=""/g; s/((USER|GROUP)=)"[0-9]+"/\1""/g; s/(L[SR]?PID=)"0"/\1""/g'
}

while read -r kind columns; do
	theirs=$(lsipc "-$kind" -e -b --time-format iso -o "$common,$columns" | known)
	ours=$("$program" "-$kind" -e -b --time-format iso -o "$common,$columns" | known)
	[ -n "$ours" ] && [ "$theirs" = "$ours" ] && continue
	printf 'lsipc -%s\n%s\nipcdbg\n%s\n' "$kind" "$theirs" "$ours"
	status=1
done <<EOT
s NSEMS,OTIME
q USEDBYTES,MSGS,SEND,RECV,LSPID,LRPID
m SIZE,NATTCH,STATUS,ATTACH,DETACH,CPID,LPID
EOT
exit $status
