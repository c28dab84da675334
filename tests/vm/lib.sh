# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Where things are, and how scripts of this folder speak. The includer sets $me, its name.

top=$(cd "$(dirname "$0")/../.." && pwd)
vm=$top/tests/vm
# shellcheck disable=SC2034 # used by includers
build=$top/build
# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ipcdbg

say()
{
	# shellcheck disable=SC2154
	echo "$me: $*" >&2
}

die()
{
	say "$@"
	exit 1
}

# Waits until no other run of this script works on $1, a file that is made for it.
lock()
{
	mkdir -p "$(dirname "$1")"
	exec 9>"$1"
	flock -n 9 || { say "waiting for another run"; flock 9; }
}

# Prints the URI of the first mirror of this machine's apt whose release matches $1.
mirror()
{
	# shellcheck disable=SC2016 # for apt to expand
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' \
		'Origin: Debian' | awk -v re="$1" '$1 ~ re { print $2; exit }'
}

# Prints column $2 (kind suite package compiler) of row $1 of the kernels table.
row()
{
	awk -v name="$1" -v column="$2" '
		BEGIN { nr["kind"] = 2; nr["suite"] = 3; nr["package"] = 4; nr["compiler"] = 5 }
		$1 == name { print $nr[column]; found = 1 }
		END { exit !found }' "$vm/kernels" || die "no row $1 in $vm/kernels"
}
