// SPDX-License-Identifier: GPL-2.0
/* Linked with --wrap=alarm: the harness gives each test its seconds with alarm(2). */
#include "common.h"

unsigned int __real_alarm(unsigned int seconds);
unsigned int __wrap_alarm(unsigned int seconds);

unsigned int __wrap_alarm(unsigned int seconds)
{
	return __real_alarm(seconds * time_scale());
}
