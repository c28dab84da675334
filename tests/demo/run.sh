#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Shows the demo scenario in a virtual machine.
# usage: run.sh [-i]
#   -i  give a shell there instead of showing commands
set -eu
cd "$(dirname "$0")/../.."

tests/deps.sh demo
${MAKE:-make} -s -C user
mkdir -p build/tests/demo
gcc -O2 -Wall -Wextra -pthread -o build/tests/demo/scenario tests/demo/*.c
if [ "${1-}" = -i ]; then
	size=$(stty size 2>/dev/null) || size=
	# A terminal without a size, such as one of script(1), says 0 0.
	case $size in '' | 0\ * | *\ 0) size='40 100' ;; esac
	exec tests/vm/run.sh -i -f build/tests/demo/scenario -f tests/demo/begin.sh \
		-e "VM_TERM=${TERM:-vt100}" \
		-e "VM_LINES=${size% *}" -e "VM_COLUMNS=${size#* }" tests/demo/shell.sh
fi
tests/vm/kmod.sh 6.1-cloud >/dev/null
echo "demo: booting a virtual machine" >&2
exec tests/vm/run.sh -p -f build/tests/demo/scenario -f tests/demo/begin.sh tests/demo/demo.sh
