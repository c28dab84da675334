#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints how many lines of a source were run, and which were not, from what gcov knows of objects.
# usage: covered.sh SOURCE OBJECT...
# A line counts as run if it was in any of the objects.
set -eu

source=$1
shift
gcov -t "$@" 2>/dev/null | awk -F: -v source="$source" '
	$2 + 0 == 0 && $3 == "Source" { here = index($4, source) > 0 }
	!here || $2 + 0 == 0 { next }
	{ count = $1; gsub(/[ *]/, "", count); line = $2 + 0 }
	count == "-" { next }
	{ seen[line] = 1; if (count !~ /^[#=]/) run[line] = 1; if (line > last) last = line }
	END {
		for (i = 1; i <= last; i++) {
			if (!(i in seen)) continue
			n++
			if (i in run) good++
			else missing = missing " " i
		}
		if (!n) { print source ": gcov knows nothing of it"; exit 1 }
		printf "%s: %d of %d lines, %.1f %%%s\n", source, good, n, 100 * good / n,
			missing ? "; not" missing : ""
	}'
