/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the window: as long as the file $SHOAL_SLOWED is there, long writes, as those of
 * files that go to another file system, take their time. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#define LONG_BYTES (512 * 1024)
#define PAUSE_USEC 900000

typedef ssize_t (*WriteFunc) (int fd, const struct iovec *iov, int n, off64_t offset);

ssize_t
pwritev64 (int fd, const struct iovec *iov, int n, off64_t offset)
{
  const char *path = getenv ("SHOAL_SLOWED");
  size_t      n_bytes = 0;
  WriteFunc   next;

  for (int i = 0; i < n; i++)
    n_bytes += iov[i].iov_len;
  if (n_bytes >= LONG_BYTES && path != NULL && access (path, F_OK) == 0)
    usleep (PAUSE_USEC);
  *(void **) &next = dlsym (RTLD_NEXT, "pwritev64");
  return next (fd, iov, n, offset);
}
