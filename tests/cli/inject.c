// SPDX-License-Identifier: GPL-2.0
/*
 * inject FOLDER STEP PROGRAM: runs the program with each line of standard input as its arguments,
 * by inject_line(). Ends with "N runs"; its exit status is 1 if anything was complained about, or
 * there was no line.
 */
#include "../inject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	char line[1024];
	bool ok = true;

	if (argc != 4)
		return 64;
	inject_begin(argv[1], argv[3]);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		ok &= inject_line(line, atoi(argv[2]));
	}
	printf("%u runs\n", inject_runs());
	return !ok || !inject_runs();
}
