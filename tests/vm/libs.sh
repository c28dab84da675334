#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the paths of the shared libraries that the given programs load, each once.
# usage: libs.sh [-r ROOT] PROGRAM...
#   -r ROOT  they are for another architecture, whose libraries are below ROOT, as are the paths
set -eu

# Prints what ld.so would load for $@.
here()
{
	for program; do
		# ldd fails for what is not dynamic.
		ldd "$program" 2>/dev/null || :
	done | awk '/not found/ { print "libs: " $1 " is missing" >"/dev/stderr"; bad = 1 }
		$2 == "=>" && $3 ~ /^\// && !seen[$3]++ { print $3 }
		$1 ~ /^\// && $2 ~ /^\(/ && !seen[$1]++ { print $1 }
		END { exit bad }'
}

# Prints the interpreter and the libraries that ELF files $@ name.
names()
{
	readelf -W -l -d "$@" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p
		s/.*Requesting program interpreter: \(.*\)\]$/\1/p'
}

# Prints the path below $root of $1, a path or the name of a library.
find_library()
{
	case $1 in
	/*) set -- "$root$1" ;;
	*) set -- "$root"/usr/lib/*/"$1" "$root/usr/lib/$1" ;;
	esac
	for path; do
		[ ! -e "$path" ] || { echo "${path#"$root"}"; return; }
	done
	echo "libs: ${1##*/} is missing" >&2
	exit 1
}

# Prints what the programs $@ need, and what that needs.
there()
{
	seen=' '
	while [ $# -gt 0 ]; do
		wanted=$(names "$@")
		set --
		for name in $wanted; do
			case $seen in *" $name "*) continue ;; esac
			seen="$seen$name "
			path=$(find_library "$name")
			echo "$path"
			set -- "$@" "$root$path"
		done
	done
}

if [ "${1-}" = -r ]; then
	root=$2
	shift 2
	there "$@"
else
	here "$@"
fi
