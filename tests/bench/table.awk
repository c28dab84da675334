# SPDX-License-Identifier: GPL-2.0
# Prints the lines of judge.awk as a table. Exit: 1 if a bar was missed, or nothing is known.
function number(n)
{
	if (n == 0)
		return "-"
	return sprintf(n >= 100 ? "%.0f" : n >= 1 ? "%.2f" : "%.4f", n)
}

BEGIN {
	FS = "\t"
	format = "%-9s %-4s %-6s %-28s %-42s %-40s %11s %11s %-5s %8s %6s %6s  %s\n"
	printf format, "KERNEL", "ROW", "HOW", "WORLD", "PEER", "OURS", "PEER'S", "OURS'", "UNIT",
		"RATIO", "MUST", "AIM", "VERDICT"
}

{
	note = $13 ? sprintf(" (A/A %s to %s)", $13, $14) : ""
	printf format, $1, $2, $5, $4, $6, $7, number($9), $10 == 0 ? 0 : number($10), $8,
		$11 ? sprintf("%.4f", $11) : "-", $16, $17, $18 note
	nr[$18]++
}

END {
	printf "%d rows: %d reach their aim, %d are as they must be, %d MISSED, %d NOISY, %d have no bar\n",
		NR, nr["aim"], nr["met"], nr["MISSED"], nr["NOISY"], nr["-"]
	exit nr["MISSED"] + nr["NOISY"] > 0 || !NR
}
