# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of run.sh
# Examples of what only a machine shows that has it: those behind a line "live: NAME" in a comment.
# A function NAME makes it, without the module, and runs the command. What differs from machine to
# machine is masked in both: keys of files, pids, ages, services. Sourced by run.sh.

masked()
{
	sed -E 's/0x[0-9a-f]+/0xN/g; s/decimal [0-9]+/decimal N/; s/pid [0-9]+/pid N/g
		s/^ *[0-9]+( +[0-9]+)? ([a-z])/N \2/; s/^(sure|likely|maybe) +[0-9]+/\1 N/
		s/ [^ ]*[.](service|scope|slice) / \/ /; s/ [0-9.]+s / Ns /; s/ +/ /g; s/^ //' "$1"
}

# A segment whose creator has ended, beside one that is in use. $1 is the command of each.
orphan()
{
	# shellcheck disable=SC2016 # for the shell inside
	unshare --ipc "$object" open /etc/passwd 1 m0x9c1e "$object" gone /etc/passwd 1 m0x7a3b1 \
		sh -c 'sleep 6; PATH=$1:$PATH; eval "$2"' sh "${program%/*}" "$1"
}

# /print-lock, taken by a process that has ended, with two that wait.
named_semaphore()
{
	mkdir -p "$tmp/named"
	for name in printer spooler lpd-worker; do
		cp "$build/tests/named" "$tmp/named/$name"
	done
	# shellcheck disable=SC2016 # for the shell inside
	in_devshm bash -c '
		cd "$1" && PATH=$2:$PATH
		# until_so COMMAND...: waits until it says yes, half a minute at most.
		until_so()
		{
			for _ in $(seq 300); do
				! "$@" || return 0
				sleep 0.1
			done
			echo "half a minute, and still not so: $*"
			exit 1
		}
		both_wait()
		{
			grep -q futex /proc/$one/wchan && grep -q futex /proc/$two/wchan
		}
		export SEMAPHORE=/print-lock
		(exec -a printer ./printer) &
		until_so [ -s /dev/shm/sem.print-lock ]
		export WAITS=1
		(exec -a spooler ./spooler --daemon) &
		one=$!
		(exec -a lpd-worker ./lpd-worker 3) &
		two=$!
		until_so both_wait
		eval "$3"' bash "$tmp/named" "${program%/*}" "$1"
}

# A set of a key that ftok(3) made of a file which a process has open.
key_of_file()
{
	# shellcheck disable=SC2016 # for the shell inside
	unshare --ipc --mount --pid --fork --mount-proc sh -c '
		mount -t tmpfs none /usr/local/sbin && mount -t tmpfs none /var/spool &&
			mkdir /var/spool/print && : >/var/spool/print/lock &&
			cp "$1" /usr/local/sbin/spooler || exit
		exec /usr/local/sbin/spooler open /var/spool/print/lock 83 s sh -c "
			PATH=\$1:\$PATH
			eval \"\$(echo \"\$2\" | sed s/0x5300883e/\$KEY/)\"" sh "$2" "$3"
	' sh "$object" "${program%/*}" "$1"
}
