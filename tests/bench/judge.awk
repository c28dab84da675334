# SPDX-License-Identifier: GPL-2.0
# Joins the table of rows (first file) with what was measured of them (second file): a line each,
# with tabs between: kernel, id, mode, world, how, peer, ours, unit, peer's figure, our figure,
# ratio, A/A, lowest and highest A/A of a slice, judge, must, aim, verdict.
# Verdicts: aim, met, MISSED, NOISY (the A/A control is off, so nothing is known), - (no bar).
function trim(s)
{
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

function reaches(bar, figure)
{
	if (judge == "least")
		return figure >= bar + 0
	return figure <= bar * (how == "idle" && bar == 1 ? 1.00001 : 1)
}

# What is within chance is no difference.
function verdict(figure)
{
	off = again > 1 ? again - 1 : 1 - again
	if (off > (mode == "icount" ? 0.01 : 0.15) && how != "tail")
		return "NOISY"
	if (aim != "-" && reaches(aim, figure))
		return "aim"
	if (must == "-")
		return "-"
	if (reaches(must, figure))
		return "met"
	if (judge == "least" && low && peer == "spin" && figure >= low)
		return "met"
	return "MISSED"
}

FNR == NR {
	if (!/^#/ && NF)
		row[FNR] = $0
	next
}

$1 == "row" {
	split(row[$2], cell, "|")
	for (i = 1; i <= 9; i++)
		cell[i] = trim(cell[i])
	mode = cell[2]; how = cell[4]; peer = cell[5]
	judge = cell[7]; must = cell[8]; aim = cell[9]
	unit = $3; theirs = $4; ours = $5; again = $6; low = $7; high = $8
	ratio = theirs ? ours / theirs : 0
	printf "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.6g\t%.6g\t%.5g\t%.5g\t%.3g\t%.3g\t%s\t%s\t%s\t%s\n",
		kernel, cell[1], mode, cell[3], how, peer, cell[6], unit, theirs, ours, ratio,
		again, low, high, judge, must, aim, verdict(judge == "ours" ? ours : ratio)
}
