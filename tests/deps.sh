#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Installs the Debian packages that a part of the project needs and that are missing.
# usage: deps.sh build|demo|test|lint|matrix|bench|deb|deb-test|stress|debug
# Exit: 0 all there, 1 apt failed, 64 usage, 77 cannot install here (not Debian, or no root).
set -eu

build='gcc libc6-dev libsmartcols-dev libjansson-dev'
demo="$build libelf-dev xz-utils lz4 zstd cpio
	qemu-system-x86 busybox-static jq strace locales util-linux-locales graphviz"
tests="$demo clang libclang-rt-dev python3-jsonschema"
matrix="$tests mmdebstrap qemu-system-arm"
debug="$tests bc bison flex make patch kmod rsync libssl-dev openssl pahole"
deb="$build debhelper dh-dkms dpkg-dev cpio"
debtest="$deb $tests lintian mmdebstrap kmod"
stress="$matrix stress-ng postgresql-15"
bench="$matrix lsof python3-drgn"
lint="$tests clang-format sparse shellcheck mandoc perl git"

case ${1-} in
build) wanted=$build ;;
demo) wanted=$demo ;;
test) wanted=$tests ;;
lint) wanted=$lint ;;
deb) wanted=$deb ;;
deb-test) wanted=$debtest ;;
matrix) wanted=$matrix ;;
stress) wanted=$stress ;;
bench) wanted=$bench ;;
debug) wanted=$debug ;;
*)
	echo "usage: $0 build|demo|test|lint|matrix|bench|deb|deb-test|stress|debug" >&2
	exit 64
	;;
esac

# Prints the words of $wanted that dpkg does not know as installed.
missing()
{
	# shellcheck disable=SC2086 # one word a package
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
		sed -n 's/^installed //p' |
		awk -v wanted="$wanted" '
			{ have[$1] = 1 }
			END {
				n = split(wanted, name)
				for (i = 1; i <= n; i++)
					if (!(name[i] in have))
						printf "%s%s", sep, name[i], sep = " "
			}'
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	# shellcheck disable=SC2086
	echo "deps: this is not Debian. Install what these Debian packages hold:" $wanted >&2
	exit 77
fi

need=$(missing)
[ -n "$need" ] || exit 0

echo "deps: installing $need"
root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "deps: not root and no sudo. As root: apt-get install $need" >&2
		exit 77
	fi
	root='sudo'
fi

# apt's talk is only shown when it fails.
install_them()
{
	log=$(mktemp)
	rc=0
	# shellcheck disable=SC2086 # one word a package
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends $need </dev/null >"$log" 2>&1 || rc=$?
	[ $rc -eq 0 ] || cat "$log" >&2
	rm -f "$log"
	return $rc
}

# Lists that are absent or too old show up as unknown packages or failed downloads.
# shellcheck disable=SC2086
if ! apt-get install -s -q $need >/dev/null 2>&1 || ! install_them; then
	echo "deps: refreshing the package lists"
	$root apt-get update -q -q </dev/null || echo "deps: apt-get update failed" >&2
	install_them
fi

need=$(missing)
[ -z "$need" ] || { echo "deps: still missing: $need" >&2; exit 1; }
