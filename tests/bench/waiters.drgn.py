# SPDX-License-Identifier: GPL-2.0
# Prints a line for each task that waits for a semaphore set of the caller's ipc namespace: its id,
# name, and the semaphore and operation that it waits with. By drgn, from the running kernel's memory
# and the DWARF of its vmlinux: no lock is taken, so on a set in use it may fail or err.
# usage: waiters.drgn.py ID
# Exit: 0, 2 there is no such set.
import os
import sys

from drgn import Program, cast, container_of
from drgn.helpers.linux.idr import idr_find
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.pid import find_task

VMLINUX = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vmlinux.debug")


def find_set(prog, number):
    ids = find_task(prog, os.getpid()).nsproxy.ipc_ns.ids[0]
    index = number & ((1 << prog["ipc_mni_shift"].value_()) - 1)
    perm = cast("struct kern_ipc_perm *", idr_find(ids.ipcs_idr.address_of_(), index))
    if not perm:
        sys.exit(2)
    sma = container_of(perm, "struct sem_array", "sem_perm")
    if sma.sem_perm.id != number or sma.sem_perm.deleted:
        sys.exit(2)
    return sma


def pending(prog, sma):
    entry = prog.type("struct sem_queue")
    yield from list_for_each_entry(entry, sma.pending_alter.address_of_(), "list")
    yield from list_for_each_entry(entry, sma.pending_const.address_of_(), "list")
    for i in range(sma.sem_nsems.value_()):
        sem = sma.sems[i]
        yield from list_for_each_entry(entry, sem.pending_alter.address_of_(), "list")
        yield from list_for_each_entry(entry, sem.pending_const.address_of_(), "list")


def main():
    prog = Program()
    prog.set_kernel()
    prog.load_debug_info([VMLINUX])
    for queue in pending(prog, find_set(prog, int(sys.argv[1]))):
        task, sop = queue.sleeper, queue.blocking[0].read_()
        print(
            task.pid.value_(),
            ascii(task.comm.string_()),
            sop.sem_num.value_(),
            sop.sem_op.value_(),
        )


main()
