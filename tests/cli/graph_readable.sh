# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of run.sh
# Graphs of 50 nodes can be read once they are drawn: graph_readable.jq tells what that means. Uses
# check, $program, $here and $tmp of run.sh.

# readable KIND SEED LEAST MOST: says what is wrong; the nodes are as many as that.
readable()
{
	mkdir -p "$tmp/graph"
	awk -v kind="$1" -v seed="$2" -f "$here/graph_of_50.awk" >"$tmp/graph/sem"
	"$program" --root "$tmp/graph" graph >"$tmp/graph.dot" 2>/dev/null
	"$program" --root "$tmp/graph" graph --json >"$tmp/graph.json" 2>/dev/null
	dot -Tjson "$tmp/graph.dot" >"$tmp/drawn.json" || return
	nodes=$(jq '[.objects[] | select(.name[:1] != "e")] | length' "$tmp/drawn.json")
	[ "$nodes" -ge "$3" ] && [ "$nodes" -le "$4" ] || echo "$nodes nodes"
	jq -r --slurpfile model "$tmp/graph.json" -f "$here/graph_readable.jq" "$tmp/drawn.json"
}

# Some of the random ones have deadlocks. DRAWN=N: the first N of them too.
readable_graphs()
{
	{
		cat <<-EOF
			ring 0 50 50
			chain 0 51 51
			star 0 9 9
			pairs 0 50 50
		EOF
		for seed in 1 2 3 4 5 47 50 75 80 110 131 144 $(seq 1 "${DRAWN:-0}"); do
			echo "random $seed 50 51"
		done
	} | while read -r kind seed least most; do
		readable "$kind" "$seed" "$least" "$most" 2>&1 | sed "s/^/$kind $seed: /"
	done >"$tmp/why"
	[ ! -s "$tmp/why" ]
	check "graphs of 50 nodes can be read" $?
}
