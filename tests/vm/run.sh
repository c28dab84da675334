#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Boots a guest, loads the module, runs programs one after another, and gives a verdict.
# usage: run.sh [OPTIONS] PROGRAM[:SECONDS]...
#   -k NAME    kernel of the kernels table (6.1-cloud)
#   -s N       processors (2)               -m MB      memory (1024; 3000 for a built kernel)
#   -t S       seconds for a program that does not say its own (60)
#   -c WORDS   more words for the kernel's command line
#   -e N=V     environment variable for the programs; SEEDS, MINUTES and CLI_EVERY go in too
#   -f FILE    another file for /t, where the programs are too
#   -M FILE    module to load instead of the project's
#   -n         load none: it is at $IPCDBG_KO
#   -q         print one line a program, its output only if it failed
#   -p         print the programs' output and nothing else; it is no TAP
#   -i         run the one program on the console, interactively
#   -b         run none: see that the guest boots
#   -g DIR     collect into DIR what gcov(1) wants of the module, once it is unloaded
#   -I         count instructions: one processor, on which a nanosecond is an instruction
#
# A program is a binary or a shell script that prints TAP. Before each the module is loaded if it
# is not; after each every other process is killed and IPC objects are removed. MINUTES is added
# to every program's time. TIME_SCALE, 10 for a kernel of kind "built", multiplies all times.
# A guest that the emulator ended before init ran is booted again, twice at most.
# Exit: 0 all passed, 1 a test failed, 2 cannot run, 3 kernel splat, 4 panic or guest lost without
# a verdict, 5 time-out of a program or of the guest.
set -eu
# shellcheck disable=SC2034 # for lib.sh
me=vm
. "$(dirname "$0")/lib.sh"

usage()
{
	sed -n 's/^# \{0,1\}//; 3,/^$/p' "$0" | sed '/^A program is/,$d' >&2
	exit 2
}

kernel=6.1-cloud cpus=2 memory='' seconds=60 words='' files='' module='' load=1
mode=tap loglevel=5 judge='' environment='' count='' coverage=''
while getopts k:s:m:t:c:e:f:M:g:nqpibI option; do
	case $option in
	k) kernel=$OPTARG ;;
	s) cpus=$OPTARG ;;
	m) memory=$OPTARG ;;
	t) seconds=$OPTARG ;;
	c) words="$words $OPTARG" ;;
	e) environment="$environment$OPTARG
" ;;
	f) files="$files $OPTARG" ;;
	M) module=$OPTARG ;;
	g) coverage=$OPTARG ;;
	n) load='' ;;
	q) judge=-q ;;
	p) judge=-p ;;
	i) mode=shell loglevel=3 ;;
	b) mode=boot load='' judge=-p ;;
	I) count=1 cpus=1 words="$words nokaslr norandmaps random.trust_cpu=off tsc=reliable" ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
case $mode in
boot) [ $# -eq 0 ] || usage ;;
shell) [ $# -eq 1 ] || usage ;;
*) [ $# -gt 0 ] || usage ;;
esac

# Sets what a kernel of kind "built" needs: such a vmlinux does not start by PVH; watchdogs are not
# to take slowness for a lockup. A data race in the kernel itself is no reason to stop.
slow_kernel()
{
	image=$home/bzImage scale=${TIME_SCALE:-10}
	memory=${memory:-3000}
	words=" sysctl.kernel.watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60\
 sysctl.kernel.hung_task_timeout_secs=300$words"
	! grep -q '^CONFIG_KCSAN=y' "$home/config" || words=" panic_on_warn=0$words"
}

# Prints the plan for programs $@, as init.c reads it.
plan()
{
	printf '%s' "$environment" | sed 's/^/env /'
	[ -z "${SEEDS-}" ] || echo "env SEEDS=$SEEDS"
	[ -z "${MINUTES-}" ] || echo "env MINUTES=$MINUTES"
	[ -z "${CLI_EVERY-}" ] || echo "env CLI_EVERY=$CLI_EVERY"
	[ "$scale" -eq 1 ] || echo "env TIME_SCALE=$scale"
	[ -z "$coverage" ] || echo coverage
	[ -z "$module" ] || echo "env IPCDBG_KO=/usr/lib/modules/ipcdbg.ko"
	[ -z "$load" ] || echo "module /usr/lib/modules/ipcdbg.ko"
	for program; do
		path=/t/$(basename "${program%:*}")
		if [ $mode = shell ]; then
			echo "shell $path"
		else
			echo "run $(seconds_of "$program") $(basename "$path") $path"
		fi
	done
}

# Prints the seconds that PROGRAM[:SECONDS] $1 may take.
seconds_of()
{
	case $1 in
	*:*) own=${1##*:} ;;
	*) own=$seconds ;;
	esac
	echo $((own * scale + ${MINUTES:-0} * 60))
}

# Puts the programs into the folder of the run, as the tree that is laid over the base image.
make_tree()
{
	mkdir -p "$run/tree/t" "$run/tree/usr/bin" "$run/tree/usr/lib/modules"
	for program in "$@"; do
		cp "${program%:*}" "$run/tree/t/" || die "no program ${program%:*}"
		chmod 755 "$run/tree/t/$(basename "${program%:*}")"
	done
	for file in $files; do
		cp -r "$file" "$run/tree/t/"
	done
	[ ! -e "$out/user/ipcdbg" ] || cp "$out/user/ipcdbg" "$run/tree/usr/bin/"
	# Its key table, where it looks for it.
	[ ! -e "$out/share" ] || cp -r "$out/share" "$run/tree/usr/"
	[ -z "$module" ] || cp "$module" "$run/tree/usr/lib/modules/ipcdbg.ko"
	# lib and lib64 are links in the base image, which a folder here would replace.
	find "$run/tree/t" "$run/tree/usr/bin" -type f \
		-exec "$vm/libs.sh" ${sys:+-r "$sys"} {} + |
		while read -r lib; do
			mkdir -p "$run/tree/usr/$(dirname "${lib#/usr}")"
			cp -L "$sys$lib" "$run/tree/usr/${lib#/usr}"
		done
}

# Prints kvm or tcg. /dev/kvm may be there and not work: a guest is booted once to see.
accelerator()
{
	if [ -n "${IPCDBG_ACCEL-}" ]; then
		echo "$IPCDBG_ACCEL"
		return
	fi
	if [ "$arch" != amd64 ] || [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
		echo tcg
		return
	fi
	qemu=$(command -v "$emulator")
	key="$(cat /proc/sys/kernel/random/boot_id) $(stat -L -c '%s %Y' "$qemu")"
	if ! grep -q "^$key " "$cache/kvm" 2>/dev/null; then
		say "trying whether KVM works here (once, up to 15 s)"
		verdict=tcg
		! IPCDBG_ACCEL=kvm IPCDBG_PATIENCE=15 TIME_SCALE=1 \
			"$0" -b -k "$kernel" >/dev/null 2>&1 ||
			verdict=kvm
		say "using $verdict"
		mkdir -p "$cache"
		echo "$key $verdict" >"$cache/kvm.new"
		mv "$cache/kvm.new" "$cache/kvm"
	fi
	sed -n "s/^$key //p" "$cache/kvm"
}

# Says in variables what QEMU is for architecture $1: its program, the options of the machine, among
# them how the guest ends it with 33, the kernel's name for the first serial port, the option that
# adds the second, and the file that is booted.
machine()
{
	case $1 in
	amd64)
		emulator=qemu-system-x86_64 console=ttyS0 image=vmlinux
		options="-M q35 -cpu max,la57=off${count:+,rdrand=off,rdseed=off}
			-device isa-debug-exit,iobase=0xf4,iosize=1"
		channel='-serial chardev:results'
		;;
	arm64)
		emulator=qemu-system-aarch64 console=ttyAMA0 image=Image
		# With gdb for a target and no gdb, a guest can do no more than end.
		options='-M virt -cpu cortex-a72
			-semihosting-config enable=on,userspace=on,target=gdb'
		channel='-device pci-serial,chardev=results'
		;;
	esac
}

# Runs QEMU for at most $1 seconds, 0 for no limit, with its second serial port written to file $2
# and with the further options.
qemu()
{
	limit=$1 results=$2
	shift 2
	case $accel in
	counting) set -- "$@" -accel tcg,thread=single -icount shift=0,sleep=off ;;
	tcg) set -- "$@" -accel tcg,thread=multi ;;
	*) set -- "$@" -accel "$accel" ;;
	esac
	# shellcheck disable=SC2086 # one word an option
	timeout --foreground -k 5 "$limit" "$emulator" -nodefaults -no-user-config \
		-display none -no-reboot $options -smp "$cpus" -m "$memory" \
		-kernel "$image" -initrd "$run/initrd" \
		-append "console=$console quiet no_hash_pointers loglevel=$loglevel log_buf_len=4M \
panic=-1 oops=panic panic_on_warn=1 no_timer_check softlockup_panic=1 \
sysctl.kernel.hung_task_panic=1$words" \
		"$@" -chardev "file,id=results,path=$results" $channel
}

# Runs QEMU with its second serial port on standard output, for at most $1 seconds.
watched()
{
	rc=0
	qemu "$1" /dev/stdout -serial "file:$run/console.log" </dev/null 2>"$run/qemu.log" || rc=$?
	printf '\nexit %d\n' "$rc"
}

arch=$(architecture "$kernel")
out=$(built_for "$arch") sys=''
machine "$arch"
command -v "$emulator" >/dev/null || die "no $emulator: run tests/deps.sh test"
home=$("$vm/fetch.sh" "$kernel")
image=$home/$image scale=${TIME_SCALE:-1}
[ "$(row "$kernel" kind)" != built ] || slow_kernel
memory=${memory:-1024}
[ -n "$module" ] || [ $mode = boot ] || module=$("$vm/kmod.sh" "$kernel")
base=$("$vm/image.sh" "$kernel")
[ "$arch" = amd64 ] || sys=$("$vm/toolchain.sh" "$(row "$kernel" compiler)" "$arch")
accel=${count:+counting}
accel=${accel:-$(accelerator)}
# QEMU looks up what it translated by the virtual address. A program that is mapped elsewhere each
# time is translated anew, with the C library: 45 ms a start.
[ "$accel" != tcg ] || words=" norandmaps$words"
# On arm64 each system call would drop all that QEMU keeps of the page tables: 20 us instead of 1.
[ "$arch" != arm64 ] || words=" kpti=off$words"

mkdir -p "$build/vm"
run=$(mktemp -d "$build/vm/run.XXXXXX")
trap 'rm -rf "$run"' EXIT
trap 'exit 2' HUP INT TERM
make_tree "$@"
plan "$@" >"$run/tree/plan"
(cd "$run/tree" && find . | cpio --quiet -o -H newc -R 0:0) | cat "$base" - >"$run/initrd"
rm -rf "$run/tree"

if [ $mode = shell ]; then
	rc=0
	qemu 0 "$run/results" -serial mon:stdio || rc=$?
	# 33: the shell was left; 0: Ctrl-A X.
	case $rc in 0 | 33) exit 0 ;; *) exit 4 ;; esac
fi

patience=${IPCDBG_PATIENCE:-60}
# The guest waits for its watchdog at the end.
[ -z "${MINUTES-}" ] || patience=$((patience + 30))
total=$((patience * scale))
for program; do
	total=$((total + $(seconds_of "$program") + 5 * scale))
done
[ -z "$coverage" ] || mkdir -p "$coverage"
for attempt in 1 2 3; do
	verdict=0 repeatable=-r
	[ $attempt -lt 3 ] || repeatable=''
	watched "$total" | "$vm/judge.sh" ${judge:+"$judge"} $repeatable "$run" || verdict=$?
	[ "$verdict" -eq 6 ] || break
	say "booting again"
done
[ -z "$coverage" ] || "$top/tests/debug/unpack_gcov.sh" "$run/gcov" "$coverage"
if [ "$verdict" -gt 1 ]; then
	cp "$run/console.log" "$build/vm/console.log"
	[ ! -s "$run/qemu.log" ] || sed 's/^/  qemu: /' "$run/qemu.log" >&2
	say "the whole console is in $build/vm/console.log"
fi
exit "$verdict"
