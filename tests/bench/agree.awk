# SPDX-License-Identifier: GPL-2.0
# Compares the figures of two runs (lines of judge.awk) that were counted in instructions.
function key()
{
	return $1 FS $2 FS $4 FS $5 FS $6 FS $7
}

function differs(a, b)
{
	return a > b * 1.01 || b > a * 1.01
}

BEGIN {
	FS = "\t"
}

$3 != "icount" || $8 !~ /^(M|k|instr)$/ {
	next
}

FNR == NR {
	peer[key()] = $9
	ours[key()] = $10
	next
}

key() in ours {
	both++
	if (differs(peer[key()] + 0, $9 + 0) || differs(ours[key()] + 0, $10 + 0)) {
		printf "not within 1 %% of the run before: %s %s %s, %s: peer %s, was %s; ours %s, was %s\n",
			$1, $2, $4, $7, $9, peer[key()], $10, ours[key()]
		other++
	}
}

END {
	printf "%d rows counted in instructions were measured in the run before too; ", both
	printf "%d agree within 1 %%\n", both - other
}
