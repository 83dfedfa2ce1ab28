/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the window: its monotonic clock, by which everything waits, is ahead of that of
 * the machine by as many nanoseconds as the first eight bytes of the file $SHOAL_CLOCK say. They
 * may grow at any time; who sleeps until then does not hear of it before something else wakes it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS 1000000000

typedef int (*ClockFunc) (clockid_t clock, struct timespec *time);

static ClockFunc               next;
static const volatile int64_t *ahead_nsec;

static void __attribute__ ((constructor)) open_file (void)
{
  const char *path = getenv ("SHOAL_CLOCK");
  int         fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void       *page;

  *(void **) &next = dlsym (RTLD_NEXT, "clock_gettime");
  if (fd < 0)
    return;
  page = mmap (NULL, sizeof (int64_t), PROT_READ, MAP_SHARED, fd, 0);
  close (fd);
  if (page != MAP_FAILED)
    ahead_nsec = page;
}

int
clock_gettime (clockid_t clock, struct timespec *time)
{
  int     result;
  int64_t nsec;

  if (next == NULL)
    open_file ();
  result = next (clock, time);
  if (result != 0 || clock != CLOCK_MONOTONIC || ahead_nsec == NULL)
    return result;
  nsec = time->tv_nsec + *ahead_nsec;
  time->tv_sec += nsec / NANOSECONDS;
  time->tv_nsec = nsec % NANOSECONDS;
  return result;
}
