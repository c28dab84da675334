#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Shows the demo scenario in a virtual machine.
# usage: run.sh [-i | -r FILE]
#   -i       give a shell there instead of showing commands
#   -r FILE  record it there, from which the examples of the README and the man page are made
# What 'graph' prints is drawn too, into build/tests/demo/deadlock.svg.
set -eu
cd "$(dirname "$0")/../.."
folder=build/tests/demo

tests/deps.sh demo
${MAKE:-make} -s -C user
mkdir -p $folder
gcc -O2 -Wall -Wextra -pthread -o $folder/scenario tests/demo/*.c
if [ "${1-}" = -i ]; then
	size=$(stty size 2>/dev/null) || size=
	# A terminal without a size, such as one of script(1), says 0 0.
	case $size in '' | 0\ * | *\ 0) size='40 100' ;; esac
	exec tests/vm/run.sh -i -f $folder/scenario -f tests/demo/begin.sh \
		-e "VM_TERM=${TERM:-vt100}" \
		-e "VM_LINES=${size% *}" -e "VM_COLUMNS=${size#* }" tests/demo/shell.sh
fi
tests/vm/kmod.sh 6.1-cloud >/dev/null
echo "demo: booting a virtual machine" >&2
if [ "${1-}" = -r ]; then
	tests/vm/run.sh -p -f $folder/scenario -f tests/demo/begin.sh tests/demo/record.sh >"$2"
	exit
fi
rm -f $folder/failed
{
	tests/vm/run.sh -p -f $folder/scenario -f tests/demo/begin.sh tests/demo/demo.sh ||
		echo $? >$folder/failed
} | tee $folder/output
[ ! -e $folder/failed ] || exit "$(cat $folder/failed)"
sed -n '/^digraph /,/^}/p' $folder/output | dot -Tsvg -o $folder/deadlock.svg
echo "demo: what 'graph' printed is drawn in $folder/deadlock.svg" >&2
