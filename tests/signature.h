/* SPDX-License-Identifier: GPL-2.0 */
/* The signature that may stand behind a module (kernel/module_signature.c, scripts/sign-file). */
#ifndef TESTS_SIGNATURE_H
#define TESTS_SIGNATURE_H

#include <stdbool.h>

/* Whether $IPCDBG_KO has one. */
bool signature_is_there(void);

/* Makes $IPCDBG_KO a copy without, or with another byte inside the module; dies if it cannot. */
void signature_remove(void);
void signature_break(void);

#endif
