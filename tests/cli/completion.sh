# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2086
# Completion by bash, as a user's bash does it. Sourced by run.sh, with options.sh.

# completes WORDS...: what bash offers for the last word, as the program would get it, one a line.
completes()
{
	bash --norc --noprofile -c '
		. "$1"
		COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
		_ipcdbg
		eval "COMPREPLY=(${COMPREPLY[*]})"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$here/../../share/completion.bash" "$@" |
		LC_ALL=C sort
}

# offers WANT WORDS...: it is those lines, sorted; '' is none.
offers()
{
	want=$1
	shift
	got=$(completes "$program" "$@")
	[ "$got" = "$want" ] || printf '%s: offers\n%s\nnot\n%s\n' "$*" "$got" "$want"
}

# offers_some WANT WORDS...: the same, where nothing would prove nothing.
offers_some()
{
	[ -n "$1" ] || echo "$*: nothing is wanted"
	offers "$@"
}

# The manual has the same options and commands.
completion_of_options()
{
	awk '/^[.]Sh DESCRIPTION/ { here = 1 } /^[.]Sh OUTPUT/ { here = 0 }
		here && /^[.]It Fl/ {
			for (i = 2; i <= NF; i++)
				if ($i == "Fl") {
					dashes = dashes "-"
				} else if (dashes) {
					print dashes $i
					dashes = ""
				}
		}' "$here/../../doc/ipcdbg.8" | LC_ALL=C sort >"$tmp/manual"
	completes "$program" - | diff "$tmp/manual" -
	sed -n '/^[.]Sh DESCRIPTION/,/^[.]Sh OUTPUT/s/^[.]It Cm //p' "$here/../../doc/ipcdbg.8" |
		LC_ALL=C sort >"$tmp/manual"
	completes "$program" '' | diff "$tmp/manual" -
}

# Each command has the options that options.sh says.
completion_of_commands()
{
	options_taken | grep -v '^- ' | while read -r command taken; do
		completes "$program" $command -- >"$tmp/offered"
		printf '%s\n' --help $taken | LC_ALL=C sort | diff - "$tmp/offered" ||
			echo "of $command"
	done
}

completion_of_words()
{
	every="--root $here/data/every"
	mqueues="--root $here/data/mqueues"
	offers '--json' why --j
	offers '' why --o
	offers 'SEMMNI
SEMMNS
SEMMSL
SEMOPM' ns -o SEM
	offers 'WAIT
WAIT_NS' waiters -o WA
	offers 'doctor' doc
	offers '' nosuch
	offers 'full
iso
short' -t --time-format ''
	offers 'iso' --time-format = i
	offers 'ID,NATTCH
ID,NS' -m -o ID,N
	offers '+KEY' -s -o +K
	offers_some "$(jq -r '.[] | arrays[].semid' <"$tmp/every.json" | LC_ALL=C sort)" \
		$every -s -i ''
	offers_some "$(cut -d: -f1 /etc/passwd | grep ^no | LC_ALL=C sort)" rm --orphans --user no
	offers '' -s -m ''
	offers '' doctor ''
	offers_some "$("$program" $mqueues -Q -r --noheadings -o NAME | LC_ALL=C sort)" \
		$mqueues -Q ''
	completes "$program" pid '' | grep -qx $$ || echo "pid: does not offer $$"
}

# Live ids and keys, as ipcs has them.
completion_of_objects()
{
	exec >"$tmp/why" 2>&1
	{ ipcmk -S 3 && ipcmk -S 1 && ipcmk -M 5000 && ipcmk -Q; } >"$tmp/out"
	for kind in s m q; do
		ids=$(ipcs "-$kind" | awk '/^0x/ { print $2 }' | LC_ALL=C sort)
		both=$(ipcs "-$kind" | awk '/^0x/ { print $1; print $2 }' | LC_ALL=C sort)
		offers_some "$both" "-$kind" ''
		offers_some "$both" rm "-$kind" 0 ''
		offers_some "$ids" "-$kind" --id ''
		offers_some "$(echo "$both" | grep 0x)" "-${kind}b" 0x
	done
	keys=$({ ipcs -s; ipcs -m; ipcs -q; } | awk '/^0x/ { print $1 }' | LC_ALL=C sort)
	offers_some "$keys" explain ''
	[ "$(echo "$keys" | wc -l)" -eq 4 ] || echo "$keys"
}

completion()
{
	"$program" --root "$here/data/every" -s -J >"$tmp/every.json"
	{
		completion_of_options
		completion_of_commands
		completion_of_words
	} >"$tmp/why" 2>&1
	[ ! -s "$tmp/why" ]
	check "bash completes options, commands and columns" $?
	echo 'did not run' >"$tmp/why"
	unshare --ipc "$here/run.sh" "$program" "$tmp" completion_of_objects >"$tmp/log" 2>&1
	[ ! -s "$tmp/why" ]
	check "bash completes live ids and keys" $?
}
