#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Checks style and warnings of every file, a line for each check. Ends with "N passed, N failed".
# usage: lint.sh
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/lint
passed=0
failed=0

# Prints the project's files, tracked or about to be, that match the patterns.
files()
{
	git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# gate NAME FUNCTION ARGUMENTS...: one check, which is red if it fails or prints anything.
gate()
{
	name=$1
	shift
	if "$@" >"$out/log" 2>&1 && [ ! -s "$out/log" ]; then
		passed=$((passed + 1))
		echo "ok   $name"
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		head -n 100 "$out/log" | sed 's/^/  /'
	fi
}

# Prints what checkpatch says, the rows of checkpatch.ignore left out.
checkpatch()
{
	# shellcheck disable=SC2046 # one word a file
	perl "$source/scripts/checkpatch.pl" --strict --no-tree --terse --show-types --no-summary \
		-f $(files 'kmod/*.[ch]' 'include/*.h') >"$out/checkpatch.log" 2>&1 || :
	awk '
		FNR == NR { if (!/^#/ && NF) ignore[$1 " " $2] = 1; next }
		!/^[^:]+:[0-9]+: [A-Z]+:[A-Z0-9_]+: / { print; next }
		{ split($0, part, ":"); key = part[1] " " part[4] }
		key in ignore { used[key] = 1; next }
		{ print }
		END {
			for (key in ignore)
				if (!(key in used))
					print "checkpatch.ignore: unused: " key
		}
	' tests/checkpatch.ignore "$out/checkpatch.log"
}

# Kbuild with further arguments; what it says is only shown when it fails.
kbuild()
{
	tests/vm/kmod.sh 6.1-cloud "$@" >"$out/kbuild.log" 2>&1 || {
		cat "$out/kbuild.log"
		return 1
	}
}

# Compiles C file $2 of user/ or tests/ with $1, every warning an error.
compile_one()
{
	set -- "$1" "$2" -std=gnu11 -D_FILE_OFFSET_BITS=64 -Iinclude -iquote tests -iquote user \
		-iquote kmod -Itests -Itests/unit -isystem "$source/tools/testing/selftests"
	case $2 in user/* | tests/fuzz/*) set -- "$@" -D_GNU_SOURCE ;; esac
	# The test functions that the harness's macros make have parameters no test needs.
	! grep -q kselftest_harness.h "$2" || set -- "$@" -Wno-unused-parameter
	compiler=$1
	shift
	"$compiler" -O2 -Wall -Wextra -Werror -c -o /dev/null "$@"
}

# Compiles with $1 each file whose number is $2 modulo $3.
compile_share()
{
	rc=0
	for file in $(files 'user/*.c' 'tests/*.c' ':!tests/debug/controls/' |
		awk -v share="$2" -v of="$3" 'NR % of == share'); do
		compile_one "$1" "$file" || rc=1
	done
	return $rc
}

# Compiles with $1 what there is, on as many processors.
compile()
{
	rc=0 shares=$(nproc) share=0 jobs=''
	while [ "$share" -lt "$shares" ]; do
		compile_share "$1" "$share" "$shares" &
		jobs="$jobs $!"
		share=$((share + 1))
	done
	for job in $jobs; do
		wait "$job" || rc=1
	done
	return $rc
}

format()
{
	# shellcheck disable=SC2046
	clang-format --dry-run -Werror $(files 'user/*.[ch]' 'tests/*.[ch]')
}

shell()
{
	# shellcheck disable=SC2046
	shellcheck -x -P SCRIPTDIR $(files '*.sh' '*.bash' .ci/run)
}

manuals()
{
	pages=$(files 'doc/*.[0-9]')
	[ -n "$pages" ] || { echo 'no manual page'; return 1; }
	# shellcheck disable=SC2086
	mandoc -T lint -W warning $pages
}

# Prints the lines of files $2... that match $1.
none()
{
	pattern=$1
	shift
	# shellcheck disable=SC2046
	! grep -nEI -e "$pattern" -- $(files "$@")
}

version_code()
{
	none 'LINUX_VERSION_CODE|KERNEL_VERSION' '*.[ch]' ':!kmod/compat.h' \
		':!tests/fuzz/kernel_host.h'
}

# Whoever reads ipc never keeps interrupts or softirqs off.
interrupts()
{
	none '_(irq|bh)(save|restore)?[(]|local_(irq|bh)_' 'kmod/*.[ch]'
}

# Nor takes ipc_ids.rwsem or mmap_lock: semget() and shmat() wait for nobody who reads.
semaphores()
{
	none 'down_(read|write)|mmap_(read|write)_(try)?lock' 'kmod/*.[ch]'
}

package_hosts()
{
	none '(deb|ftp|security|snapshot|archive|packages)[.](debian|ubuntu)[.]' .
}

left_overs()
{
	none '\b(TOD[O]|FIXM[E]|XX[X])\b' .
}

# Every source file names its licence in one of its first two lines.
licences()
{
	for file in $(files '*.[chS]' '*.sh' '*.bash' '*Makefile' '*Kbuild' .ci/run); do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0' ||
			echo "$file: no SPDX-License-Identifier"
	done
}

# A tab is 8 columns wide.
columns()
{
	for file in $(files '*.[ch]' '*.sh' '*.bash' '*Makefile' '*Kbuild' .ci/run); do
		expand "$file" | awk -v file="$file" '
			length > 100 { print file ":" NR ": " length " columns" }'
	done
}

tests/deps.sh lint
[ -n "$(files kmod/Kbuild)" ] || { echo "lint: git does not list the files" >&2; exit 1; }
mkdir -p "$out"
source=$(tests/vm/fetch.sh source-6.1)
gate 'kernel module: W=1' kbuild
gate 'kernel module: sparse' kbuild C=2
gate 'kernel module: checkpatch --strict' checkpatch
gate 'user, tests: gcc -Wall -Wextra' compile gcc
gate 'user, tests: clang -Wall -Wextra' compile clang
gate 'user, tests: clang-format' format
gate 'shell scripts: shellcheck' shell
gate 'manual pages: mandoc' manuals
gate 'LINUX_VERSION_CODE only in kmod/compat.h' version_code
gate 'interrupts are never disabled' interrupts
gate 'neither ipc_ids.rwsem nor mmap_lock is taken' semaphores
gate 'no package host is named' package_hosts
gate 'no note of unfinished work' left_overs
gate 'every source names its licence' licences
gate 'lines <= 100 columns' columns
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
