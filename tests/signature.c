// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "signature.h"
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC "~Module signature appended~\n"
#define COPY "/tmp/copy.ko"

/* struct module_signature of include/linux/module_signature.h, which stands before the magic. */
struct trailer {
	uint8_t algo, hash, id_type, signer_len, key_id_len, pad[3];
	uint32_t sig_len; /* big endian */
};

struct image {
	char *data;
	size_t len;
	size_t plain; /* without the signature */
};

static struct image read_image(void)
{
	const char *path = getenv("IPCDBG_KO");
	size_t magic = strlen(MAGIC);
	struct image im = { 0 };
	struct trailer t;

	im.data = path ? slurp(path, 65536, &im.len) : NULL;
	if (!im.data)
		die("IPCDBG_KO: %s", strerror(errno));
	im.plain = im.len;
	if (im.len < magic + sizeof(t) || memcmp(im.data + im.len - magic, MAGIC, magic))
		return im;
	memcpy(&t, im.data + im.len - magic - sizeof(t), sizeof(t));
	im.plain -= magic + sizeof(t) + ntohl(t.sig_len);
	return im;
}

static void write_image(const char *data, size_t len)
{
	int fd = open(COPY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		die(COPY ": %s", strerror(errno));
	close(fd);
	setenv("IPCDBG_KO", COPY, 1);
}

bool signature_is_there(void)
{
	struct image im = read_image();

	free(im.data);
	return im.plain < im.len;
}

void signature_remove(void)
{
	struct image im = read_image();

	write_image(im.data, im.plain);
	free(im.data);
}

void signature_break(void)
{
	struct image im = read_image();
	char *name = memmem(im.data, im.plain, "max_kib must be", 15);

	if (!name)
		die("the module has no text that is known");
	*name ^= 0x20;
	write_image(im.data, im.len);
	free(im.data);
}
