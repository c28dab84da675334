# SPDX-License-Identifier: GPL-2.0
# Prints the lines of judge.awk, of two kernels, as the table of doc/performance.md: a row for both,
# with the first kernel's verdict and, where it differs, the second's. What was counted comes first.
function figure(n, unit)
{
	if (unit ~ /^(calls|instr)$/ || n == 0)
		return sprintf("%.0f", n)
	return sprintf(n >= 100 ? "%.0f" : n >= 10 ? "%.1f" : n >= 1 ? "%.2f" : "%.3f", n)
}

function share(n)
{
	if (n == 0)
		return "-"
	return sprintf(n >= 0.02 ? "%.3f" : "%.3g", n)
}

function with_how(how, ours)
{
	return how ~ /^(read|run|wall|waiters|idle|pace|tail)$/ ? ours : how ", " ours
}

function print_rows(of, i, k, row, line)
{
	for (i = 1; i <= rows; i++) {
		row = order[i]
		if (mode[row] != of)
			continue
		line = "| " head[row]
		for (k = 1; k <= 2; k++)
			line = line " | " ((row, kernel[k]) in cells ? cells[row, kernel[k]] : "- | - | -")
		print line " | " bars[row] " | " verdict[row] " |"
	}
}

BEGIN {
	FS = "\t"
}

{
	row = $2 FS $4 FS $5 FS $6 FS $7 FS $15 FS $16
	if (!(row in head)) {
		order[++rows] = row
		peer = $6 != "-" ? $6 : $4 ~ /\.\./ ? "the first" : $5 == "idle" ? "without it" : "-"
		head[row] = $2 " | " $4 " | " peer " | " with_how($5, $7) " | " $8
		mode[row] = $3
		bars[row] = $16 " | " $17
		verdict[row] = $18
	} else if (verdict[row] != $18) {
		verdict[row] = verdict[row] ", " $18
	}
	if (!kernels || kernel[kernels] != $1 && kernel[1] != $1)
		kernel[++kernels] = $1
	cells[row, $1] = ($9 ? figure($9, $8) : "-") " | " figure($10, $8) " | " share($11)
}

END {
	printf "| row | world | peer | ours | | 6.1: peer's | ours | ratio | 7.2: peer's | ours | ratio "
	print "| must | aim | |"
	print "|---|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
	print_rows("icount")
	print_rows("mttcg")
}
