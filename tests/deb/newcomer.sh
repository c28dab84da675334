#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317,SC2016 # check runs the functions; $id is perl's
# On the fresh Debian, as root: the user "newcomer", who has sudo, does what README.md says, with
# the packages in ~/ipcdbg/build/deb. ./old and ./new have packages and their version. Prints TAP.
set -u
export LC_ALL=C
here=$PWD
home=/home/newcomer/ipcdbg
release=$(uname -r)
module=/lib/modules/$release/updates/dkms/ipcdbg.ko
. ./tap.sh
. ./readme.sh

# types LINE: what the user gets for it, who says yes to what is asked.
types()
{
	yes 2>/dev/null | runuser -l newcomer -c "cd ipcdbg && $1"
}

# timed NAME COMMAND...: a check, and how long it took.
timed()
{
	begin=$(date +%s)
	check "$@"
	echo "# that took $(($(date +%s) - begin)) s"
}

is_loaded()
{
	[ -d /sys/module/ipcdbg ]
}

# All files, but the user's own, and what any installation writes: logs, caches, what dpkg and apt
# remember.
all_files()
{
	find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o \
		-path /home -o -path /var/log -o -path /var/cache -o -path /var/lib/apt -o \
		-path /var/lib/dpkg -o -path /var/lib/systemd -o -path "$here" \) \
		-prune -o -print | sort
}

is_fresh()
{
	[ "$(ps -o comm= -p 1)" = systemd ] &&
		says /etc/debian_version '^12\.' &&
		dpkg -S "/boot/vmlinuz-$release" &&
		! is_loaded && ! dpkg -s dkms && ! dpkg -s ipcdbg &&
		all_files >before
}

copy_sources()
{
	mkdir -p "$home/build/deb" && cp README.md "$home" && cp old/*.deb "$home/build/deb" &&
		chown -R newcomer: "$home"
}

install_packages()
{
	types "$(install_line 'sudo apt install')"
}

# is_built VERSION: by DKMS, for the running kernel and nothing else.
is_built()
{
	dkms status >status.dkms || return
	cat status.dkms
	cat /var/lib/dkms/ipcdbg/*/build/make.log 2>/dev/null
	says status.dkms "^ipcdbg/$1, $release, x86_64: installed" &&
		[ "$(wc -l <status.dkms)" -eq 1 ] &&
		[ "$(modinfo -F version ipcdbg)" = "$1" ] &&
		[ "$(readlink -f "$(modinfo -n ipcdbg)")" = "$(readlink -f "$module")" ]
}

# told STATUS PATTERN LINE: the user types that; the status, and what stands on standard error.
told()
{
	rc=0
	types "$3" >answer 2>complaint || rc=$?
	cat answer complaint
	[ "$rc" -eq "$1" ] && says complaint "$2"
}

# Neither the module nor root: the lists all the same, and on a line what to do.
answers_without_module()
{
	told 4 'kernel module is not loaded.*ipcdbg doctor.* as root$' ipcdbg &&
		says answer '^------ Semaphore Arrays' &&
		told 0 'kernel module is not loaded.*ipcdbg doctor.$' 'sudo ipcdbg' || return
	rc=0
	types 'sudo ipcdbg doctor' >answer || rc=$?
	[ "$rc" -eq 4 ] && says answer "^module  *BAD  not loaded: run 'modprobe ipcdbg'"
}

# As on a kernel whose headers are not there.
answers_not_built()
{
	list=/lib/modules/$release/modules.dep
	cp "$list" modules.dep
	grep -v /ipcdbg.ko modules.dep >"$list"
	rc=0
	types 'sudo ipcdbg doctor' >answer || rc=$?
	cp modules.dep "$list"
	[ $rc -eq 4 ] && says answer "^module  *BAD .*: install linux-headers-$release"
}

loads()
{
	types "$(install_line 'sudo modprobe')" && is_loaded
}

# The module is there, and sudo is forgotten.
answers_without_root()
{
	told 77 'need root' 'ipcdbg check' && told 0 'need root' 'ipcdbg -s' || return
	rc=0
	types 'ipcdbg doctor' >answer || rc=$?
	[ "$rc" -eq 77 ] && says answer "^privileges  *BAD .*sudo ipcdbg"
}

doctor_is_content()
{
	rc=0
	types "$(install_line 'sudo ipcdbg doctor')" >answer || rc=$?
	cat answer
	[ $rc -eq 0 ] && says answer '^module  *ok   loaded, version' && ! grep BAD answer
}

# The shop that the examples of README.md were recorded of, not of this terminal.
open_shop()
{
	mkfifo ids
	./scenario >ids 2>scenario.log &
	scenario=$!
	read -r shop import stock rest <ids || { cat scenario.log; return 1; }
	echo "sets $shop $import $stock, and $rest"
	sleep 6
}

close_shop()
{
	kill "$scenario"
	wait "$scenario"
	[ "$(ipcs -s | grep -c '^0x')" -eq 0 ]
}

# The first command of README.md, whose pids and times are this machine's.
finds_it()
{
	rc=0
	types "sudo $(first_example 1)" >found || rc=$?
	[ $rc -eq 9 ] || { echo "status $rc"; return 1; }
	same_as_shown 1 found
}

# The second, which is what the first one says to type next.
explains_it()
{
	next=$(sed -n 's/^next: //p' found | head -n 1)
	[ "$(echo "$next" | mask)" = "$(first_example 2 | mask)" ] || { echo "$next"; return 1; }
	types "sudo $next" >explained && same_as_shown 2 explained &&
		says explained "^pid $(pgrep -x stocktake) (stocktake)$"
}

# What it says to type next of its other finding.
leads_on()
{
	reporter=$(pgrep -x python3) || return
	types "sudo $(sed -n 's/^next: //p' found | tail -n 1)" >next &&
		says next "^Semaphore Array semid=$import$" &&
		says next "^ *$reporter .* reporter.service .*reporter.py" &&
		says next 'it may have decremented and died (inferred)'
}

# run_unit NAME PERL: a service. systemd takes a word that begins with $ for a variable.
run_unit()
{
	systemd-run -q --unit="$1" perl -e 'my $id = semget(0x4711, 1, 01600);'"$2"
}

# Not of the shop: services as systemd runs them, the pids as systemd says they are.
explains_services()
{
	take='semop($id, pack("s3", 0, -1, 010000));'
	run_unit keeper 'semctl($id, 0, 16, 1);'"$take"'sleep'
	sleep 2
	run_unit guest "$take"
	sleep 6
	keeper=$(systemctl show -p MainPID --value keeper)
	guest=$(systemctl show -p MainPID --value guest)
	types 'sudo ipcdbg waiters' >answer &&
		says answer " $guest .* $keeper (perl)$" &&
		types "sudo ipcdbg why $guest" >answer &&
		says answer "^pid $guest (perl)$" &&
		says answer "^  in guest.service: /usr/bin/perl -e " &&
		says answer "pid $keeper (perl) holds it (SEM_UNDO +1)" || return
	systemctl stop keeper guest
	ipcrm -S 0x4711
}

# The same line of README.md, the files being newer; the module is loaded anew when the user does.
upgrade()
{
	rm "$home"/build/deb/*
	cp new/*.deb "$home/build/deb"
	install_packages && is_loaded
}

loads_newer()
{
	types 'sudo modprobe -r ipcdbg' && loads &&
		[ "$(cat /sys/module/ipcdbg/version)" = "$(cat new/version)" ]
}

# What a removal takes away, and later checks try.
keep()
{
	mkdir kept && cp "$module" "$(command -v ipcdbg)" kept && man -P cat 4 ipcdbg >kept/page
}

remove_packages()
{
	types "$(install_line 'sudo apt purge')"
}

# has_no ARGUMENTS...: grep looks at all of it, and finds no line.
has_no()
{
	rc=0
	grep "$@" || rc=$?
	[ $rc -eq 1 ]
}

# Nothing that was not there before and is of no package that stays, but the key that DKMS made.
no_file_left()
{
	all_files >after
	[ -s before ] && [ -s after ] && comm -13 before after >new_files || return
	sed 's,^/usr,,' new_files | sort >new_names
	cat /var/lib/dpkg/info/*.list >lists || return
	sed 's,^/usr,,' lists | sort -u >owned
	[ -s owned ] && comm -23 new_names owned >left || return
	has_no -vx '/var/lib/dkms/mok[.]\(key\|pub\)' left
}

nothing_left()
{
	! is_loaded && [ ! -e /sys/kernel/debug/ipcdbg ] && ! modinfo ipcdbg || return
	! dpkg-query -W 'ipcdbg*' | grep . || return
	has_no -rl ipcdbg /etc /lib/modules/*/modules.* /var/lib/dkms || return
	no_file_left
}

# As Secure Boot does, to a module of a key that nobody enrolled: what insmod says then is in
# ipcdbg(4), and doctor leads there. There is no way back from it.
answers_lockdown()
{
	echo integrity >/sys/kernel/security/lockdown
	! insmod kept/ipcdbg.ko 2>complaint || return
	cat complaint
	says kept/page "$(sed -n '$s/.*: //p' complaint)" || return
	rc=0
	kept/ipcdbg doctor >answer || rc=$?
	[ $rc -eq 4 ] && says answer '^lockdown  *BAD  integrity.*ipcdbg(4)'
}

timed 'a fresh Debian 12 runs, which has nothing of it' is_fresh
check 'the packages are in a folder of the user' copy_sources
timed 'apt installs both packages' install_packages
check 'DKMS has built the module for the running kernel' is_built "$(cat old/version)"
check 'nothing loads it by itself' eval '! is_loaded'
check 'without the module it says what to do' answers_without_module
check 'for a kernel without the module doctor says what brings it' answers_not_built
check 'modprobe loads it' loads
check 'without root it says what to do' answers_without_root
check 'doctor finds nothing bad' doctor_is_content
check 'a shop opens in which processes are stuck' open_shop
check 'the first command of README.md finds what it shows there' finds_it
check 'the second explains it as shown there' explains_it
check 'what to type next of the other finding explains that' leads_on
check 'the shop closes' close_shop
check 'services of systemd are explained' explains_services
timed 'apt upgrades both packages' upgrade
check 'DKMS has built the new module, the old is gone' is_built "$(cat new/version)"
check 'modprobe loads the new one' loads_newer
check 'what is tried later is kept' keep
timed 'apt removes both packages' remove_packages
check 'nothing is left of them' nothing_left
check 'where the module is not trusted, it says what to do' answers_lockdown
tap_plan
