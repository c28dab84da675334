#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# record_objects.sh PROGRAM FOLDER BUILD: what recording.sh does with objects of the ipc namespace
# that it is started in. What is wrong is in FOLDER/objects.why, a recording in FOLDER/objects.rec.
# shellcheck disable=SC2034 # for recording.sh
set -u
program=$1 tmp=$2 build=$3
. "$(dirname "$0")/recording.sh"
recordings_of_objects
