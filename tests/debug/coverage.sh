#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints which share of the lines of kmod/ was run, a line a file and the total at the end, and
# leaves annotated sources beside the counts.
# usage: coverage.sh TREE DIR GATE
#   TREE  where the module was built in-tree     DIR  the .gcda files of a guest
#   GATE  per cent of all lines below which it fails
set -eu
[ $# -eq 3 ] || { echo "usage: $0 TREE DIR GATE" >&2; exit 64; }
cp "$1"/lib/ipcdbg/kmod/*.gcno "$2/"
dir=$(cd "$2" && pwd)
cd "$1"
# The annotated sources are written to where gcov runs, which must be where it was compiled.
gcov "$dir"/*.gcda >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
find . -maxdepth 1 -name '*.gcov' -exec mv {} "$dir/" \;
awk -v gate="$3" -F "'" '
	/^File / { file = $2; next }
	!/^Lines executed:/ || file !~ /ipcdbg\/kmod\// { next }
	{
		split($0, part, /[:% ]+/)
		share = part[3]
		lines = part[5]
		run = int(share * lines / 100 + 0.5)
		sub(".*/", "", file)
		printf "%-20s %5d lines %6.1f %%\n", file, lines, share
		all += lines
		all_run += run
		file = ""
	}
	END {
		if (!all)
			exit 1
		printf "%-20s %5d lines %6.1f %%, at least %d wanted\n", "kmod/", all,
			100 * all_run / all, gate
		exit 100 * all_run < gate * all
	}' "$dir/log"
