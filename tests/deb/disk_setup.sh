#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the disk of disk.sh has beyond a Debian: a user "newcomer" with sudo, packages to be
# installed later, and a unit that runs what is on the second disk.
# usage: disk_setup.sh ROOT PACKAGE...
set -eu
root=$1
shift

chroot "$root" useradd -m -s /bin/bash -G sudo newcomer
echo 'newcomer ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/newcomer"
echo '/dev/vda / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"
echo fresh >"$root/etc/hostname"
echo '127.0.0.1 localhost fresh' >"$root/etc/hosts"
cat >"$root/etc/systemd/system/try.service" <<'END'
[Unit]
Description=What is tried on this machine
After=multi-user.target
[Service]
Environment=HOME=/root
ExecStart=/bin/sh -c 'mkdir /try; tar -xf /dev/vdb -C /try && exec /try/start.sh'
END
ln -s /etc/systemd/system/try.service "$root/etc/systemd/system/multi-user.target.wants"
chroot "$root" apt-get install -y -q --download-only "$@"
mkdir "$root/srv/debian"
mv "$root"/var/cache/apt/archives/*.deb "$root/srv/debian"
cd "$root/srv/debian"
dpkg-scanpackages -m . >Packages
