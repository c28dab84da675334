#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Writes into folder $2 the files that come in lines "FILE BASE64" of $1, several lines a file.
# usage: unpack_gcov.sh LINES DIR
set -eu
[ -s "$1" ] || { echo "gcov: the guest sent no coverage" >&2; exit 1; }
cut -d ' ' -f 1 "$1" | sort -u | while read -r file; do
	awk -v file="$file" '$1 == file { print $2 }' "$1" | base64 -d >"$2/$file"
done
