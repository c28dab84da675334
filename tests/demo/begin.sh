# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034 # not every script uses all of the names
# Read by the scripts that run in the guest: starts the scenario, and names what it made.

# Processes are put into the units that they would have elsewhere.
mount -t cgroup2 cgroup2 /sys/fs/cgroup

mkfifo ids
/t/scenario >ids &
scenario=$!
read -r shop import stock prices thumbnails sessions orders returns \
	webshop packing container <ids ||
	{ echo "the scenario failed" >&2; exit 1; }
