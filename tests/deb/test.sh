#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds the packages from a copy of the tree, installs them into a small Debian, upgrades and
# removes them there, and loads what DKMS built, by modprobe, in a virtual machine. Prints TAP.
# usage: test.sh
#
# The Debian is a chroot with the headers of the guest's kernel: it shows what packages and DKMS do
# with files. The guest has that very kernel, the built module in /lib/modules, and the command of
# the package: it shows that they work. A Debian that boots is fresh.sh's.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=deb
. "$(dirname "$0")/../vm/lib.sh"
here=$top/tests/deb
. "$here/packages.sh"
kernel=6.1-cloud

passed=0
failed=0

# check NAME STATUS: one result; $work/why tells what is wrong.
check()
{
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $1"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $1"
		sed 's/^/# /' "$work/why"
	fi
}

# run NAME COMMAND...: a check that is red if the command fails.
run()
{
	name=$1
	shift
	rc=0
	"$@" >"$work/why" 2>&1 || rc=$?
	check "$name" $rc
}

# The files of a package without those that change with every source file.
contents()
{
	dpkg-deb -c "$1" | awk '{ print $1, $6 }' |
		grep -Ev '/usr/src/[^/]*/(kmod|include/ipcdbg)/[^/]*[.][ch]$'
}

same_contents()
{
	contents "$debs"/ipcdbg_*.deb | sed "s/$version/VERSION/g" >"$work/contents"
	contents "$debs"/ipcdbg-dkms_*.deb | sed "s/$version/VERSION/g" >>"$work/contents"
	diff -u "$here/contents" "$work/contents"
}

# All that the module is made of is in the package.
has_sources()
{
	dpkg-deb -c "$debs"/ipcdbg-dkms_*.deb | sed -n 's,.*/usr/src/[^/]*/,,p' | sort >"$work/has"
	(cd "$top" && ls kmod/*.[ch] kmod/Kbuild include/ipcdbg/*.h) | sort >"$work/want"
	comm -23 "$work/want" "$work/has" >"$work/lacks"
	cat "$work/lacks"
	[ ! -s "$work/lacks" ]
}

refuses_other_version()
{
	sed -i 's/\(IPCDBG_VERSION\) .*/\1 "9"/' "$work/new/include/ipcdbg/version.h"
	! "$work/new/debian/build.sh" "$work/none" 2>&1 | grep -v 'version.h has 9' | grep .
}

# Runs $@ in the Debian of this run.
inside()
{
	chroot "$root" env LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH="$PATH" "$@"
}

enter_debian()
{
	base=$("$here/root.sh" $kernel)
	mkdir "$work/upper" "$work/overlay" "$root"
	mount -t tmpfs -o size=1g none "$work/upper"
	layer=$work/upper/files scratch=$work/upper/scratch
	mkdir "$layer" "$scratch"
	mount -t overlay -o "lowerdir=$base,upperdir=$layer,workdir=$scratch" \
		none "$root"
	mount -t proc none "$root/proc"
	mount --bind /dev "$root/dev"
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
}

leave_debian()
{
	for place in "$root/dev" "$root/proc" "$root" "$work/upper"; do
		! mountpoint -q "$place" || umount "$place"
	done
}

# Prints all files of the Debian, but those that any installation writes: logs, lists, caches, and
# what dpkg knows of packages that are gone.
all_files()
{
	(cd "$root" && find . -xdev ! -type d \
		! -path './var/log/*' ! -path './var/cache/*' ! -path './var/lib/dpkg/*' \
		! -path './var/lib/apt/*' ! -path './tmp/*' ! -path './usr/sbin/policy-rc.d' \
		! -path './lib/modules/*/modules.*' ! -path './usr/lib/modules/*/modules.*' |
		sort)
	(cd "$root" && find . -xdev -type d -path '*ipcdbg*' | sort)
}

# Of folder $1; the versions that are there are replaced.
install_debs()
{
	mkdir -p "$root/tmp/debs"
	rm -f "$root"/tmp/debs/*
	cp "$1"/ipcdbg_*.deb "$1"/ipcdbg-dkms_*.deb "$root/tmp/debs"
	inside sh -c 'apt-get install -y -q --no-install-recommends /tmp/debs/*.deb'
}

# DKMS builds by itself for kernels it knows as installed: the headers alone are told by name.
build_module()
{
	inside dkms autoinstall -k "$release" || {
		cat "$root/var/lib/dkms/ipcdbg"/*/build/make.log
		return 1
	}
	inside dkms status | tee "$work/status"
	ko=$root/lib/modules/$release/updates/dkms/ipcdbg.ko
	grep -q "^ipcdbg/$1, $release, x86_64: installed" "$work/status" &&
		[ "$(wc -l <"$work/status")" -eq 1 ] &&
		[ "$(modinfo -F version "$ko")" = "$1" ]
}

# Nothing makes the kernel load it before somebody asks for that.
no_autoload()
{
	! find "$root/etc/modules-load.d" "$root/usr/lib/modules-load.d" "$root/etc/modules" \
		-type f -exec grep -l ipcdbg {} + 2>/dev/null | grep .
}

# The guest gets the module where modprobe looks for it, the command of the package, and what the
# first screen of README.md is tried on.
works_in_guest()
{
	rm -rf "$work/guest"
	mkdir -p "$work/guest/dkms/lib/modules/$release/updates"
	cp -r "$root/lib/modules/$release/updates/dkms" \
		"$work/guest/dkms/lib/modules/$release/updates/"
	mkdir "$work/guest/package"
	cp "$root/usr/bin/ipcdbg" "$work/guest/package/ipcdbg"
	cp -r "$root/usr/share/ipcdbg" "$work/guest/package/share"
	cc -O2 -Wall -Wextra -o "$work/guest/stuck" "$here/stuck.c" || return
	"$vm/run.sh" -n -k $kernel -M "$root/lib/modules/$release/updates/dkms/ipcdbg.ko" \
		-f "$work/guest/dkms" -f "$work/guest/package" -f "$work/guest/stuck" \
		-f "$top/README.md" -f "$here/tap.sh" -f "$here/readme.sh" "$here/guest_test.sh"
}

remove_debs()
{
	inside apt-get purge -y -q ipcdbg ipcdbg-dkms && all_files >"$work/after" &&
		diff -u "$work/before" "$work/after"
}

# A checkout is enough for DKMS, without any package.
dkms_alone()
{
	copy_tree "$root/tmp/checkout"
	inside dkms add /tmp/checkout &&
		build_module "$version" &&
		inside dkms remove "ipcdbg/$version" --all &&
		rm -rf "$root/usr/src/ipcdbg-$version"
}

clean_up()
{
	leave_debian
	rm -rf "$work"
}

"$top/tests/deps.sh" deb-test
mkdir -p "$build"
work=$(mktemp -d "$build/deb-test.XXXXXX")
root=$work/root
debs=$work/debs
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
release=$(cat "$("$vm/fetch.sh" $kernel)/release")

copy_tree "$work/old"
copy_tree "$work/new"
run 'the packages build from a copy of the tree' build_packages "$work/old" "$debs"
[ $failed -eq 0 ] || { echo 1..1; exit 1; }
run 'the packages have the files that contents lists' same_contents
run 'the package has all sources of the module' has_sources
run 'lintian finds no error' lintian --fail-on error "$debs"/ipcdbg_*.changes
run 'a newer version builds' build_packages "$work/new" "$work/newer" "$version.1"
run 'a version that is not the same everywhere is refused' refuses_other_version
enter_debian
all_files >"$work/before"
run 'both packages install' install_debs "$debs"
run 'DKMS builds the module for the kernel of the guest' build_module "$version"
run 'the module is not loaded by itself' no_autoload
run 'modprobe loads it in the guest, and the command works' works_in_guest
run 'both packages upgrade' install_debs "$work/newer"
run 'DKMS builds the new module, the old is gone' build_module "$version.1"
run 'removal leaves nothing' remove_debs
run 'dkms.conf works alone' dkms_alone
echo "1..$((passed + failed))"
[ $failed -eq 0 ]
