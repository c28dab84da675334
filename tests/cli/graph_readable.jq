# SPDX-License-Identifier: GPL-2.0
# What "dot -Tjson" made of a graph, against that graph as JSON ($model), of semaphores only. Prints
# a line for whatever a reader would miss: a node that is not there or under another one, a text
# that is cut off or under another, an edge, the legend; a drawing that no sheet of A0 holds.

def texts: [._ldraw_[]? | select(.op == "T")];
def size_of_font: [._ldraw_[]? | select(.op == "F") | .size][0];

# Boxes are [left, bottom, right, top, what].
def node_box:
	(.pos | split(",") | map(tonumber)) as [$x, $y]
	| (.width | tonumber * 36) as $w | (.height | tonumber * 36) as $h
	| [$x - $w, $y - $h, $x + $w, $y + $h, .name];
def text_box($what):
	size_of_font as $size
	| texts | select(length > 0)
	| [(map(.pt[0] - .width / 2) | min), (map(.pt[1]) | min) - 0.2 * $size,
	   (map(.pt[0] + .width / 2) | max), (map(.pt[1]) | max) + 0.7 * $size, $what];

def overlap($a; $b):
	([$a[2], $b[2]] | min) - ([$a[0], $b[0]] | max) > 1
	and ([$a[3], $b[3]] | min) - ([$a[1], $b[1]] | max) > 1;
def lies_in($inner; $outer):
	$inner[0] >= $outer[0] - 1 and $inner[1] >= $outer[1] - 1
	and $inner[2] <= $outer[2] + 1 and $inner[3] <= $outer[3] + 1;

. as $drawn
| $model[0] as $m
| [.objects[] | node_box] as $nodes
| [.edges[] | text_box("\(.tail) -> \(.head)")] as $labels
| (.bb | split(",") | map(tonumber)) as $sheet
| [.objects[] | {key: .name, value: texts | map(.text)}] | from_entries as $words
| [$words | to_entries[] | select(.key[:1] == "m") | .value[0] | split(" ")[0] | tonumber] as $more
| [$m.processes[] | select($words["p\(.process)"] == null)] as $hidden
| $drawn
| (
	($nodes + $labels) as $all
	| range($all | length) as $i | range($i) as $j
	| select(overlap($all[$i]; $all[$j]))
	| "\($all[$i][4]) and \($all[$j][4]) overlap"
), (
	.objects[] | . as $o | node_box as $box
	| select(lies_in(text_box("text"); $box) | not)
	| "the text of \($o.name) is larger than it"
), (
	$m.processes[]
	| $words["p\(.process)"] as $have
	| select($have and $have[:2] != ["pid \(.pid)", .comm // "has exited"])
	| "process \(.): \($have)"
), (
	$m.resources[]
	| $words["r\(.resource)"] as $have
	| select($have != ["semaphore \(.semnum) of set \(.id)", "value \(.semval)"])
	| "resource \(.): \($have)"
), (
	$m.tasks[] | . as $t
	| [$drawn.objects[] | select(.name == "p\($t.process)" or .name == "r\($t.resource)")] as $ends
	| select(($ends | length) == 2)
	| [$drawn.edges[] | select(.tail == $ends[0]._gvid and .head == $ends[1]._gvid
		or .tail == $ends[1]._gvid and .head == $ends[0]._gvid)
		| texts[0].text] as $calls
	| select($calls | index($t.call) | not)
	| "the wait of \($t.tid): \($calls)"
), (
	select(($more | add // 0) != ($hidden | length))
	| "\($hidden | length) processes have no node, but \($more) are said to"
), (
	(($m.tasks | length) + ($m.edges | length) - ($hidden | length) + ($more | length)) as $want
	| select((.edges | length) != $want)
	| "\(.edges | length) edges, not \($want)"
), (
	($nodes + $labels)[] | select(lies_in(.; $sheet) | not) | "\(.[4]) is outside"
), (
	(texts | map(.text) | join(" ")) as $legend
	| ["Solid: a fact.", "Dotted: inferred.", "Dashed: has exited.", "Red: a deadlock."][]
	| . as $of | select($legend | contains($of) | not)
	| "the legend has no \"\($of)\""
), (
	# In points, turned or not.
	select([$sheet[2], $sheet[3]] | max > 3370 or min > 2384)
	| "\($sheet[2]) x \($sheet[3]) points"
)
