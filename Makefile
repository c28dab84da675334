# SPDX-License-Identifier: GPL-2.0
# Dispatcher: the work is in user/, kmod/ and tests/. Each recipe first installs what it needs.
PREFIX ?= /usr/local
KDIR ?= /lib/modules/$(shell uname -r)/build

all: ## Build the CLI, and the module for the running kernel
	@tests/deps.sh build
	@$(MAKE) --no-print-directory -C user
	@if [ -e $(KDIR) ]; then tests/vm/kmod.sh -w $(KDIR); \
	else echo "No headers of the running kernel in $(KDIR): module not built."; fi

install: all ## Install CLI, man pages and module (PREFIX, DESTDIR)
	@$(MAKE) --no-print-directory -C user install PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	@for n in 4 5 8; do install -v -D -m 0644 doc/ipcdbg.$$n \
		$(DESTDIR)$(PREFIX)/share/man/man$$n/ipcdbg.$$n || exit; done
	@if [ -e $(KDIR) ]; then \
		tests/vm/kmod.sh -w -i "$(DESTDIR)" $(KDIR) >/dev/null; fi

deb: ## Build the Debian packages, of the CLI and of the module for DKMS
	@tests/deps.sh deb
	@debian/build.sh

demo: ## Show what ipcdbg shows, in a virtual machine
	@tests/demo/run.sh

vm-shell: ## A root shell in a virtual machine with module and scenario
	@tests/demo/run.sh -i

test: ## Run every test, on this machine and in a virtual machine
	@tests/all.sh

test-long: ## All that takes hours: long test, every kernel in full, stress (STEPS=)
	@tests/long.sh

test-matrix: ## The core suite on each kernel of tests/vm/kernels (KERNEL=, FULL=1)
	@tests/matrix.sh

test-debug: ## The core suite on a kernel with KASAN, lockdep and kmemleak (FULL=1)
	@tests/debug.sh

test-kcsan: ## The same on a kernel that reports data races
	@KERNEL=kcsan tests/debug.sh

test-boots: ## What needs a kernel booted in a special way (lockdown, no debugfs; KERNEL=)
	@tests/boots.sh

test-deb: ## Build, install, upgrade and remove the packages, in a chroot and a guest
	@tests/deb/test.sh

test-fresh: ## The packages on a fresh Debian, as a new user installs and uses them
	@tests/deb/fresh.sh

test-stress: ## Everything at once, and the very large (KERNEL=, MINUTES=, SEED=, PROGRAM=)
	@tests/stress.sh

test-hold: ## Count how long locks are held and a read() takes (KERNEL=)
	@tests/hold.sh

bench: ## Measure against ipcs, lsipc, lsof, /proc (KERNEL=, BENCH="P3 ...")
	@tests/bench.sh

lint: ## Check style and warnings of every file
	@tests/lint.sh

fetch-update: ## Look for newer versions of what is cached: kernels, sources, compilers
	@tests/vm/update.sh

clean: ## Remove what was built; the cache of downloads stays
	rm -rf build

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s%s\n", $$1, $$2 }' Makefile

.PHONY: all install deb demo vm-shell test test-long test-matrix test-debug test-kcsan test-boots \
	test-deb test-fresh test-stress test-hold bench lint fetch-update clean help
