#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Counts how many instructions locks are held for and a read() takes, on a module that was built to
# tell. Ends with "N passed, N failed".
# usage: hold.sh
#   KERNEL="NAME ..."  on these rows of tests/vm/kernels (6.1-cloud)
# Exit: 0 all passed, else 1.
set -eu
cd "$(dirname "$0")/.."
make=${MAKE:-make}
build=$PWD/build
log=$build/tests/hold.log
mkdir -p "$build/tests"
tests/deps.sh matrix || exit 1
if ! { "$make" -s -C user && "$make" -s -C tests vm-programs; } >"$log" 2>&1; then
	cat "$log"
	echo '0 passed, 1 failed'
	exit 1
fi

passed=0 failed=0
for kernel in ${KERNEL:-6.1-cloud}; do
	totals='0 passed, 1 failed'
	echo "== $kernel"
	if module=$(tests/vm/kmod.sh -v holds "$kernel" IPCDBG_HOLDS=y); then
		tests/vm/run.sh -I -m 4000 -k "$kernel" -M "$module" \
			"$build/tests/vm/hold_test:2400" 2>&1 | tee "$log" | sed '$d'
		line=$(sed -n '$s/^\([0-9]* passed, [0-9]* failed\).*/\1/p' "$log")
		totals=${line:-$totals}
	fi
	passed=$((passed + ${totals%% *}))
	totals=${totals#*, }
	failed=$((failed + ${totals%% *}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
