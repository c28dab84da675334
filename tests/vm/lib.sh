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

# Prints the sources.list of suite $1.
sources()
{
	base=$(mirror '^[a-z]+$')
	security=$(mirror '-security$')
	[ -n "$base" ] || die "apt knows no Debian mirror yet: run apt-get update as root"
	echo "deb $base $1 main"
	case $1 in
	sid) ;;
	*-backports) echo "deb $base ${1%-backports} main" ;;
	*) [ -z "$security" ] || echo "deb $security $1-security main" ;;
	esac
}

# Prints the architecture of the kernel of row $1, which its packages are named after.
architecture()
{
	kernel_package=$(row "$1" package)
	case $kernel_package in
	*arm64) echo arm64 ;;
	*) echo amd64 ;;
	esac
}

# Prints the folder for what is built for architecture $1.
built_for()
{
	case $1 in
	amd64) echo "$build" ;;
	*) echo "$build/$1" ;;
	esac
}

# Prints how Debian names the compilers for architecture $1.
triplet()
{
	case $1 in
	amd64) echo x86_64-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	*) die "no architecture $1" ;;
	esac
}

# Runs $3... with folder $1 as /, in which folders $2 are where they are here.
in_root()
{
	inner_root=$1 inner_dirs="/proc /dev $2"
	shift 2
	# shellcheck disable=SC2016 # for the shell inside
	unshare --mount --propagation private sh -c '
		root=$1 dirs=$2
		shift 2
		for dir in $dirs; do
			mkdir -p "$root$dir"
			mount --rbind "$dir" "$root$dir"
		done
		exec chroot "$root" env LC_ALL=C "$@"' sh "$inner_root" "$inner_dirs" "$@"
}

# Prints column $2 (kind suite package compiler) of row $1 of the kernels table.
row()
{
	awk -v name="$1" -v column="$2" '
		BEGIN { nr["kind"] = 2; nr["suite"] = 3; nr["package"] = 4; nr["compiler"] = 5 }
		$1 == name { print $nr[column]; found = 1 }
		END { exit !found }' "$vm/kernels" || die "no row $1 in $vm/kernels"
}
