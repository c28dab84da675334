#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Looks for newer versions of everything of the kernels table that is in the cache. A compiler is
# fetched anew with its kernels, which want the one that built them.
# usage: update.sh
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=update
. "$(dirname "$0")/lib.sh"

fetched=' '
awk '!/^#/ && NF && $2 != "built" { print $1, $5 }' "$vm/kernels" | while read -r name compiler; do
	[ -e "$cache/$name/current" ] || continue
	before=$(readlink "$cache/$name/current")
	"$vm/fetch.sh" -u "$name" >/dev/null
	[ "$compiler" != - ] || continue
	[ "$before" != "$(readlink "$cache/$name/current")" ] || continue
	key="$compiler $(architecture "$name")"
	case $fetched in *" $key,"*) continue ;; esac
	fetched="$fetched $key,"
	# shellcheck disable=SC2086 # compiler and architecture
	"$vm/toolchain.sh" -u $key >/dev/null
done
