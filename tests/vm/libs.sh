#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the paths of the shared libraries that the given programs load, each once.
# usage: libs.sh PROGRAM...
set -eu
for program; do
	# ldd fails for what is not dynamic.
	ldd "$program" 2>/dev/null || :
done | awk '/not found/ { print "libs: " $1 " is missing" >"/dev/stderr"; bad = 1 }
	$2 == "=>" && $3 ~ /^\// && !seen[$3]++ { print $3 }
	$1 ~ /^\// && $2 ~ /^\(/ && !seen[$1]++ { print $1 }
	END { exit bad }'
