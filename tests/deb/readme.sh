# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What README.md, here, tells a new user to type, and what it shows.

# Prints the line that begins with $1 of those that install the packages.
install_line()
{
	awk -v begin="    $1" '
		/^## Install$/ { inside = 1 }
		/^Elsewhere/ { exit }
		inside && index($0, begin) == 1 { print substr($0, 5); found = 1; exit }
		END { exit !found }' README.md
}

# Prints command $1 of the first example, or with "text" as $2 what is shown of it.
first_example()
{
	awk -v want="$1" -v text="${2-}" '
		/^```/ { blocks++; next }
		blocks > 1 { exit }
		blocks && /^# / { nr++; if (nr == want && !text) print substr($0, 3); next }
		blocks && nr == want && text' README.md
}

# Numbers that are of one machine and one moment become N.
mask()
{
	sed -E 's/\<(pid|why) [0-9]+/\1 N/g; s/[[:blank:]]+$//
		s/\<(pid|tid|sempid|start_ns|switches|blocked_ns|otime)=[0-9]+/\1=N/g
		s/\<(blocked|waits) [0-9]+([.][0-9])? s\>/\1 N s/g' |
		sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# Complains unless file $2 is what is shown of command $1, masked.
same_as_shown()
{
	first_example "$1" text | mask >shown
	[ -s shown ] || { echo "README.md shows nothing of command $1"; return 1; }
	mask <"$2" | diff -u shown -
}
