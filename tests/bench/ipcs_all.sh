#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What there is without ipcdbg to see where tasks wait: every set, one after another.
ipcs -s | while read -r _ id _; do
	case $id in
	'' | *[!0-9]*) ;;
	*) ipcs -s -i "$id" ;;
	esac
done
