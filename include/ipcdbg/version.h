/* SPDX-License-Identifier: GPL-2.0 */
/* The version of module, CLI and packages: the only place. */
#define IPCDBG_VERSION "0.1"
