/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the window: folders called "…on fuse" are said to lie on such a file system, of
 * which nobody tells when something changes there. */
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <string.h>
#include <sys/vfs.h>

#define FUSE_SUPER_MAGIC 0x65735546

typedef int (*StatfsFunc) (const char *path, struct statfs *buffer);
typedef int (*Statfs64Func) (const char *path, struct statfs64 *buffer);

int
statfs (const char *path, struct statfs *buffer)
{
  StatfsFunc next;
  int        result;

  *(void **) &next = dlsym (RTLD_NEXT, "statfs");
  result = next (path, buffer);
  if (result == 0 && strstr (path, "on fuse") != NULL)
    buffer->f_type = FUSE_SUPER_MAGIC;
  return result;
}

/* What programs call that can read large files. */
int
statfs64 (const char *path, struct statfs64 *buffer)
{
  Statfs64Func next;
  int          result;

  *(void **) &next = dlsym (RTLD_NEXT, "statfs64");
  result = next (path, buffer);
  if (result == 0 && strstr (path, "on fuse") != NULL)
    buffer->f_type = FUSE_SUPER_MAGIC;
  return result;
}
