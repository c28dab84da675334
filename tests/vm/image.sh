#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes base.cpio, the part of the guest's root that is the same for every run: busybox, our init,
# tools of this machine with their libraries, a German locale. Prints its path.
# usage: image.sh NAME
#
# NAME is a kernel of the kernels table. If it is for another architecture than this machine, its
# toolchain has the tools. The image is made anew when one of the files that went into it has
# another size or time.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=image
. "$(dirname "$0")/lib.sh"

# Installed by tests/deps.sh, or in the packages of toolchain.sh.
tools='ipcs ipcmk ipcrm lsipc lsns nsenter unshare setpriv jq strace'
catalogue=/usr/share/locale/de/LC_MESSAGES/util-linux.mo

# Prints size, time and name of everything that base.cpio depends on.
inputs()
{
	# shellcheck disable=SC2046 # one word a file
	stat -L -c "%s %Y %n" "$vm"/image.sh "$vm"/init.c "$vm"/guest* "$vm"/splat \
		"$sys/bin/busybox" "$catalogue" /usr/share/i18n/locales/de_DE \
		$(sed "s,^,$sys," "$out/base.files" 2>/dev/null)
}

# Prints the path of tool $1 below $sys.
tool()
{
	for dir in /usr/bin /usr/sbin /bin /sbin; do
		[ ! -x "$sys$dir/$1" ] || { echo "$dir/$1"; return; }
	done
	die "no $1${sys:+ in $sys}: run tests/deps.sh test"
}

# Prints the paths of the tools below $sys, then those of their libraries.
files()
{
	set --
	for name in $tools; do
		path=$(tool "$name") || exit
		echo "$path"
		set -- "$@" "$sys$path"
	done
	"$vm/libs.sh" ${sys:+-r "$sys"} "$@"
}

make_init()
{
	$cc -static -O2 -Wall -Wextra -Werror -o "$1/init" \
		"$vm/init.c" "$vm"/guest_*.c
}

make_users()
{
	cat >"$1/etc/passwd" <<-END
		root:x:0:0:root:/root:/bin/sh
		daemon:x:1:1:daemon:/:/bin/sh
		alice:x:1000:1000:Alice:/tmp:/bin/sh
		bob:x:1001:1001:Bob:/tmp:/bin/sh
		nobody:x:65534:65534:nobody:/:/bin/sh
	END
	cat >"$1/etc/group" <<-END
		root:x:0:
		daemon:x:1:
		audio:x:29:alice
		alice:x:1000:
		bob:x:1001:
		nogroup:x:65534:
	END
	echo 'passwd: files' >"$1/etc/nsswitch.conf"
	echo 'group: files' >>"$1/etc/nsswitch.conf"
}

make_locale()
{
	mkdir -p "$1/usr/lib/locale" "$1/usr/share/locale/de/LC_MESSAGES"
	localedef --no-archive -i de_DE -f UTF-8 "$1/usr/lib/locale/de_DE.utf8"
	cp -r /usr/lib/locale/C.utf8 "$1/usr/lib/locale/"
	cp "$catalogue" "$1/usr/share/locale/de/LC_MESSAGES/"
}

# Fills folder $1. The files of base.files go in at their own paths, bin and lib being links.
make_tree()
{
	cd "$1"
	mkdir -p etc root usr/bin usr/sbin usr/local/bin usr/lib usr/lib64 busybox
	ln -s usr/bin bin
	ln -s usr/sbin sbin
	ln -s usr/lib lib
	ln -s usr/lib64 lib64
	# The applets of this machine's, which runs here.
	for applet in $(/bin/busybox --list); do
		ln -s busybox "usr/bin/$applet"
	done
	rm usr/bin/busybox
	cp "$sys/bin/busybox" usr/bin/busybox
	while read -r file; do
		mkdir -p ".$(dirname "$file")"
		cp -L --remove-destination "$sys$file" ".$file"
	done <"$out/base.files"
	cp "$vm/splat" .
	make_init "$1"
	make_users .
	make_locale .
}

arch=$(architecture "$1")
out=$(built_for "$arch")/vm
sys='' cc=gcc
if [ "$arch" != amd64 ]; then
	sys=$("$vm/toolchain.sh" "$(row "$1" compiler)" "$arch")
	cc=$(row "$1" compiler)
	cc="in_root $sys $top $(triplet "$arch")-${cc#*:}"
fi
lock "$out/base.lock"
if [ ! -e "$out/base.cpio" ] || ! inputs 2>/dev/null | cmp -s - "$out/base.key"; then
	say "making the base image of the guest"
	tree=$(mktemp -d "$out/base.XXXXXX")
	trap 'rm -rf "$tree"' EXIT
	files >"$out/base.files"
	(make_tree "$tree")
	(cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$out/base.new"
	mv "$out/base.new" "$out/base.cpio"
	inputs >"$out/base.key"
fi
echo "$out/base.cpio"
