#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What run.sh makes of a guest: its exit code, its last line, and how often it boots. In the place
# of QEMU a script plays what a guest's two serial ports gave. Prints TAP.
# usage: verdicts.sh
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p build/tests
work=$(mktemp -d "$PWD/build/tests/verdicts.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The N-th boot plays results.N and console.N, or those of the last boot there is, and ends as the
# last line of the results says.
mkdir "$work/bin"
cat >"$work/bin/qemu-system-x86_64" <<'EOF'
#!/bin/sh
boot=$(($(cat "$PLAYED/boots") + 1))
echo $boot >"$PLAYED/boots"
while [ ! -e "$PLAYED/results.$boot" ]; do
	boot=$((boot - 1))
done
for word; do
	case $word in
	file:*) cat "$PLAYED/console.$boot" >"${word#file:}" ;;
	esac
done
sed '$d' "$PLAYED/results.$boot"
exit "$(sed -n '$p' "$PLAYED/results.$boot")"
EOF
chmod 755 "$work/bin/qemu-system-x86_64"

# boot RESULTS [CONSOLE]: what the next boot gives, as for printf.
boot()
{
	given=$((given + 1))
	# shellcheck disable=SC2059 # a format
	printf "$1\n" >"$work/results.$given"
	# shellcheck disable=SC2059
	printf "${2-}\n" >"$work/console.$given"
}

# verdict NAME EXIT BOOTS LAST: of the boots given since the last verdict.
verdict()
{
	number=$((number + 1)) rc=0
	echo 0 >"$work/boots"
	PATH=$work/bin:$PATH PLAYED=$work IPCDBG_ACCEL=tcg \
		tests/vm/run.sh -n -k 6.1-cloud /bin/true >"$work/out" 2>"$work/err" || rc=$?
	boots=$(cat "$work/boots") last=$(sed -n '$p' "$work/out")
	if [ "$rc $boots $last" = "$2 $3 $4" ]; then
		echo "ok $number $1"
	else
		echo "not ok $number $1"
		echo "# exit $rc, $boots boots, last line $last; wanted $2, $3, $4"
		sed 's/^/# /' "$work/out" "$work/err"
	fi
	rm -f "$work"/results.* "$work"/console.*
	given=0
}

given=0 number=0
good='boot 6.1\nrun true 60\n|1..1\n|ok 1 one\nend true exit 0 10\n'
int3='[ 1.5] Oops: int3: 0000 [#1] SMP\n[ 1.6] Kernel panic - not syncing: Fatal exception'
oops='[ 1.5] Oops: 0000 [#1] SMP\n[ 1.6] Kernel panic - not syncing: Fatal exception'
echo 1..15

boot "${good}done\n33"
verdict 'all passed' 0 1 '1 passed, 0 failed'
boot 'boot 6.1\nrun true 60\n|1..1\n|not ok 1 one\nend true exit 1 10\ndone\n33'
verdict 'a test failed' 1 1 '0 passed, 1 failed'
boot 'boot 6.1\nrun true 60\n|1..2\n|ok 1 one\nend true exit 0 10\ndone\n33'
verdict 'a result is missing' 1 1 '1 passed, 1 failed'
boot 'boot 6.1\nrun true 60\n|1..1\n|ok 1 one\nend true signal 11 10\ndone\n33'
verdict 'a program was killed' 1 1 '1 passed, 1 failed'
boot 'boot 6.1\nmodule the module did not load\ndone\n33'
verdict 'the module did not load' 1 1 '0 passed, 1 failed'
boot 'boot 6.1\nrun true 60\n|1..1\n|ok 1 one\nsplat BUG: a\nend true exit 0 10\ndone\n33'
verdict 'a splat' 3 1 '1 passed, 1 failed'
boot "$good\n0" "$oops"
verdict 'a splat and no verdict' 3 1 '1 passed, 1 failed'
boot "$good\n0" '[ 9.0] Kernel panic - not syncing: no reason'
verdict 'a panic' 4 1 '1 passed, 1 failed'
boot "$good\n0"
verdict 'a guest that ended without a verdict' 4 1 '1 passed, 1 failed'
boot 'boot 6.1\nrun true 60\n|done\n33'
verdict 'a verdict that a program forged' 4 1 '0 passed, 1 failed'
boot 'boot 6.1\nrun true 60\n124'
verdict 'a guest that does not answer' 5 1 '0 passed, 1 failed'
boot '\n0' "$int3"
boot "${good}done\n33"
verdict 'the emulator spoilt a boot' 0 2 '1 passed, 0 failed'
boot '\n0' "$int3"
verdict 'the emulator spoils every boot' 3 3 '0 passed, 1 failed'
boot "$good\n0" "$int3"
verdict 'a breakpoint is hit after init ran' 3 1 '1 passed, 1 failed'
boot '\n0' "$oops"
verdict 'another splat before init' 3 1 '0 passed, 1 failed'
