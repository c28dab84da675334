# SPDX-License-Identifier: GPL-2.0
# What "dot -Tjson" made of a graph, against that graph as JSON ($model), of semaphores only. Prints
# a line for whatever a reader would miss: a node that is not there or under another one, a text
# that is cut off or under another, an edge, the legend; a drawing that no sheet of A0 holds. The
# text of an edge is a node on its way, e and a number.

def texts: [._ldraw_[]? | select(.op == "T")];
def size_of_font: [._ldraw_[]? | select(.op == "F") | .size][0];

# Boxes are [left, bottom, right, top, what].
def node_box:
	(.pos | split(",") | map(tonumber)) as [$x, $y]
	| (.width | tonumber * 36) as $w | (.height | tonumber * 36) as $h
	| [$x - $w, $y - $h, $x + $w, $y + $h, .name];
def text_box:
	size_of_font as $size
	| texts | select(length > 0)
	| [(map(.pt[0] - .width / 2) | min), (map(.pt[1]) | min) - 0.2 * $size,
	   (map(.pt[0] + .width / 2) | max), (map(.pt[1]) | max) + 0.7 * $size];

def overlap($a; $b):
	([$a[2], $b[2]] | min) - ([$a[0], $b[0]] | max) > 1
	and ([$a[3], $b[3]] | min) - ([$a[1], $b[1]] | max) > 1;
def lies_in($inner; $outer):
	$inner[0] >= $outer[0] - 1 and $inner[1] >= $outer[1] - 1
	and $inner[2] <= $outer[2] + 1 and $inner[3] <= $outer[3] + 1;

. as $drawn
| $model[0] as $m
| [.objects[] | node_box] as $boxes
| [.objects[] | .name] as $names
# An edge of the model, by the names of its ends; of those that have a text: that.
| [.edges[] | [$names[.tail], $names[.head]]] as $lines
| [.objects[] | select(.name[:1] == "e") | . as $o
	| {in: [$lines[] | select(.[1] == $o.name) | .[0]],
	   out: [$lines[] | select(.[0] == $o.name) | .[1]],
	   text: texts | map(.text)}] as $edges
| (.bb | split(",") | map(tonumber)) as $sheet
| [.objects[] | {key: .name, value: texts | map(.text)}] | from_entries as $words
| [$words | to_entries[] | select(.key[:1] == "m") | .value[0] | split(" ")[0] | tonumber] as $more
| [$m.processes[] | select($words["p\(.process)"] == null)] as $hidden
| $drawn
| (
	range($boxes | length) as $i | range($i) as $j
	| select(overlap($boxes[$i]; $boxes[$j]))
	| "\($boxes[$i][4]) and \($boxes[$j][4]) overlap"
), (
	.edges[] | select(texts != []) | "\($names[.tail]) -> \($names[.head]) has a text itself"
), (
	$edges[] | select((.in | length) != 1 or (.out | length) != 1) | "no line: \(.)"
), (
	.objects[] | . as $o | node_box as $box
	| select(lies_in(text_box; $box) | not)
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
	| select($words["p\(.process)"])
	| [$edges[] | select(.in == ["p\($t.process)"] and .out == ["r\($t.resource)"]) | .text[0]]
	| select(index($t.call) | not)
	| "the wait of \($t.tid): \(.)"
), (
	$m.edges[] | . as $e
	| [$edges[] | select(.in == ["r\($e.resource)"] and .out == ["p\($e.process)"]) | .text]
	| select(index([if $e.type == "held" then ["held by", "SEM_UNDO +\($e.semadj)"]
		else ["last operated by", "(inferred)"] end]) | not)
	| "the edge of \($e): \(.)"
), (
	# Thick are the lines of the circles, which the chains of the deadlocks go round, and no others.
	[.edges[] | select(.penwidth == "2")] as $thick
	| ([$thick[] | {from: $names[.tail], to: $names[.head]}]) as $halves
	| [$halves[] | select(.to[:1] == "e") | . as $half
		| $halves[] | select(.from == $half.to) | "\($half.from) -> \(.to)"] as $have
	| [$m.deadlocks[].chain | map(.tid as $tid | $m.tasks[] | select(.tid == $tid))
		| . as $chain | range(length) as $i | $chain[$i] as $t
		| "p\($t.process) -> r\($t.resource)",
		  "r\($t.resource) -> p\($chain[($i + 1) % length].process)"] as $want
	| ($thick[] | select(.color != "#c01c28") | "thick and not red: \(.)"),
	  (select(($halves | length) != 2 * ($have | length)) | "half a thick line: \($halves)"),
	  ($have - $want | .[] | "thick, but in no circle: \(.)"),
	  ($want - $have | .[] | "in a circle, but not thick: \(.)")
), (
	select(($more | add // 0) != ($hidden | length))
	| "\($hidden | length) processes have no node, but \($more) are said to"
), (
	(($m.tasks | length) + ($m.edges | length) - ($hidden | length) + ($more | length)) as $want
	| (($edges | length) + ($more | length)) as $have
	| select($have != $want)
	| "\($have) edges, not \($want)"
), (
	$boxes[] | select(lies_in(.; $sheet) | not) | "\(.[4]) is outside"
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
