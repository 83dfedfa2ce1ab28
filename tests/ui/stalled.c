/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the window: as long as the file is there that the variable SHOAL_STALL of the
 * environment names, the disk does not answer on which folders called "stalled disk" lie. Whoever
 * opens, asks for, reads, writes or syncs a file there waits, as with a disk that has gone to sleep
 * or a server that is away. What never waits for a disk, such as asking about an open file, goes
 * on. Threads that never may wait for one are told of, as errors that the log of a test must not
 * have. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define AGAIN_USEC 5000
#define MARK       "stalled disk"

static int
is_stalled (void)
{
  const char *path = getenv ("SHOAL_STALL");

  return path != NULL && access (path, F_OK) == 0;
}

static int
lies_there (int fd)
{
  char    link[64];
  char    path[4096];
  ssize_t n;

  if (fd < 0)
    return 0;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  path[n > 0 ? n : 0] = '\0';
  return strstr (path, MARK) != NULL;
}

static void
check_thread (void)
{
  char name[32] = "";

  pthread_getname_np (pthread_self (), name, sizeof name);
  if (gettid () == getpid () || strcmp (name, "shoal-engine") == 0)
    fprintf (stderr, "ERROR: the thread %s waits for a disk\n", name);
}

static void
wait_for_disk (int fd, const char *path)
{
  if ((path == NULL || strstr (path, MARK) == NULL) && !lies_there (fd))
    return;
  if (is_stalled ())
    check_thread ();
  while (is_stalled ())
    usleep (AGAIN_USEC);
}

static mode_t
take_mode (int flags, va_list arguments)
{
  int makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;

  return makes ? va_arg (arguments, mode_t) : 0;
}

#define NEXT(name) (*(void **) &next = dlsym (RTLD_NEXT, #name))

/* Of calls that take a path, and of their twins for large files. */
#define DEFINE_OPEN(name)                                                                          \
  int name (const char *path, int flags, ...);                                                     \
  int name (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    int (*next) (const char *, int, ...);                                                          \
    va_list arguments;                                                                             \
    mode_t  mode;                                                                                  \
                                                                                                   \
    va_start (arguments, flags);                                                                   \
    mode = take_mode (flags, arguments);                                                           \
    va_end (arguments);                                                                            \
    wait_for_disk (-1, path);                                                                      \
    NEXT (name);                                                                                   \
    return next (path, flags, mode);                                                               \
  }

#define DEFINE_OPEN_AT(name)                                                                       \
  int name (int folder, const char *path, int flags, ...);                                         \
  int name (int folder, const char *path, int flags, ...)                                          \
  {                                                                                                \
    int (*next) (int, const char *, int, ...);                                                     \
    va_list arguments;                                                                             \
    mode_t  mode;                                                                                  \
                                                                                                   \
    va_start (arguments, flags);                                                                   \
    mode = take_mode (flags, arguments);                                                           \
    va_end (arguments);                                                                            \
    wait_for_disk (folder, path);                                                                  \
    NEXT (name);                                                                                   \
    return next (folder, path, flags, mode);                                                       \
  }

#define DEFINE_ASK(name)                                                                           \
  int name (const char *path, void *buffer);                                                       \
  int name (const char *path, void *buffer)                                                        \
  {                                                                                                \
    int (*next) (const char *, void *);                                                            \
                                                                                                   \
    wait_for_disk (-1, path);                                                                      \
    NEXT (name);                                                                                   \
    return next (path, buffer);                                                                    \
  }

#define DEFINE_ASK_AT(name)                                                                        \
  int name (int folder, const char *path, void *buffer, int flags);                                \
  int name (int folder, const char *path, void *buffer, int flags)                                 \
  {                                                                                                \
    int (*next) (int, const char *, void *, int);                                                  \
                                                                                                   \
    wait_for_disk (folder, path);                                                                  \
    NEXT (name);                                                                                   \
    return next (folder, path, buffer, flags);                                                     \
  }

#define DEFINE_MOVE_BYTES(name)                                                                    \
  ssize_t name (int fd, const struct iovec *iov, int n, off64_t offset);                           \
  ssize_t name (int fd, const struct iovec *iov, int n, off64_t offset)                            \
  {                                                                                                \
    ssize_t (*next) (int, const struct iovec *, int, off64_t);                                     \
                                                                                                   \
    wait_for_disk (fd, NULL);                                                                      \
    NEXT (name);                                                                                   \
    return next (fd, iov, n, offset);                                                              \
  }

#define DEFINE_SYNC(name)                                                                          \
  int name (int fd);                                                                               \
  int name (int fd)                                                                                \
  {                                                                                                \
    int (*next) (int);                                                                             \
                                                                                                   \
    wait_for_disk (fd, NULL);                                                                      \
    NEXT (name);                                                                                   \
    return next (fd);                                                                              \
  }

DEFINE_OPEN (open)
DEFINE_OPEN (open64)
DEFINE_OPEN_AT (openat)
DEFINE_OPEN_AT (openat64)
DEFINE_ASK (stat)
DEFINE_ASK (stat64)
DEFINE_ASK (lstat)
DEFINE_ASK (lstat64)
DEFINE_ASK (statfs)
DEFINE_ASK (statfs64)
DEFINE_ASK (statvfs)
DEFINE_ASK (statvfs64)
DEFINE_ASK_AT (fstatat)
DEFINE_ASK_AT (fstatat64)
DEFINE_MOVE_BYTES (preadv)
DEFINE_MOVE_BYTES (preadv64)
DEFINE_MOVE_BYTES (pwritev)
DEFINE_MOVE_BYTES (pwritev64)
DEFINE_SYNC (fsync)
DEFINE_SYNC (fdatasync)
DEFINE_SYNC (syncfs)

/* The header that declares it declares those above with types of their own. */
int statx (int folder, const char *path, int flags, unsigned int mask, void *buffer);

int
statx (int folder, const char *path, int flags, unsigned int mask, void *buffer)
{
  int (*next) (int, const char *, int, unsigned int, void *);

  wait_for_disk (folder, path);
  NEXT (statx);
  return next (folder, path, flags, mask, buffer);
}
