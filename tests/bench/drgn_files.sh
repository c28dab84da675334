#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes folder $1 of Debian's Python and drgn of this machine, with the modules that drgn loads,
# compiled: bin/python3 finds them by where it lies. Shared libraries are not among it.
# usage: drgn_files.sh FOLDER
# Exit: 0, 1 there is no drgn.
set -eu

python=/usr/bin/python3

# Prints the files of what is loaded once drgn is, the site's own additions aside.
loaded()
{
	$python -I -c '
import sys
import drgn.helpers.linux

for module in list(sys.modules.values()):
    print(getattr(module, "__file__", None) or "")'
}

rm -rf "$1"
library=$1/lib/$(basename "$(readlink -f $python)")
mkdir -p "$1/bin" "$library/lib-dynload"
cp -L $python "$1/bin/python3"
files=$(loaded)
for file in $files; do
	case $file in
	*/dist-packages/*) to=${file##*/dist-packages/} ;;
	*) to=${file#/usr/lib/python3*/} ;;
	esac
	mkdir -p "$library/$(dirname "$to")"
	cp "$file" "$library/$to"
done
# Times are not kept on the way into a guest.
$python -m compileall -q --invalidation-mode unchecked-hash "$library"
