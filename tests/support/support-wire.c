/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* A long, thin wire between two network namespaces: what netem does with "delay" and "rate", for
 * kernels that were built without it. Makes the device `near` here and `far` in the namespace at
 * the path given, and carries packets both ways until it is ended.
 *
 *   support-wire NAMESPACE DELAY_MS RATE_MBIT LIMIT_BYTES
 *
 * The delay is that of one way. Packets that would make more than LIMIT_BYTES wait for the wire are
 * dropped. Says "ready" on standard output once both devices are there. */

#define MAX_PACKET 2048
#define N_SLOTS    16384 /* a power of two: four times what 200 Mbit/s hold in 50 ms */

typedef struct
{
  int64_t  due_nsec;
  uint16_t length;
  uint8_t  bytes[MAX_PACKET];
} Packet;

typedef struct
{
  int      from;
  int      to;
  Packet  *packets;
  uint32_t first;
  uint32_t n;
  int64_t  busy_nsec; /* until when the wire is taken */
} Way;

static int64_t delay_nsec;
static int64_t limit_bytes;
static double  nsec_per_byte;

static void
fail (const char *what)
{
  perror (what);
  exit (1);
}

static int64_t
get_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

static int
make_device (const char *name)
{
  struct ifreq request;
  int          fd = open ("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

  memset (&request, 0, sizeof request);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  snprintf (request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (fd < 0 || ioctl (fd, TUNSETIFF, &request) != 0)
    fail ("/dev/net/tun");
  return fd;
}

/* Reads what is there; each packet gets its time of arrival at the other end. */
static void
take_in (Way *way, int64_t now_nsec)
{
  ssize_t length;

  for (;;)
    {
      uint8_t spare[MAX_PACKET];
      Packet *packet = &way->packets[(way->first + way->n) % N_SLOTS];
      int     is_full = way->n == N_SLOTS;
      double  waiting;

      length = read (way->from, is_full ? spare : packet->bytes, MAX_PACKET);
      if (length <= 0)
        return;
      if (way->busy_nsec < now_nsec)
        way->busy_nsec = now_nsec;
      waiting = (double) (way->busy_nsec - now_nsec) / nsec_per_byte;
      if (is_full || waiting + (double) length > (double) limit_bytes)
        continue;
      way->busy_nsec += (int64_t) ((double) length * nsec_per_byte);
      packet->length = (uint16_t) length;
      packet->due_nsec = way->busy_nsec + delay_nsec;
      way->n++;
    }
}

/* Returns when the next packet is due; INT64_MAX: there is none. */
static int64_t
let_out (Way *way, int64_t now_nsec)
{
  while (way->n > 0)
    {
      Packet *packet = &way->packets[way->first];

      if (packet->due_nsec > now_nsec)
        return packet->due_nsec;
      /* What a device that is down refuses is lost, as on any wire. */
      if (write (way->to, packet->bytes, packet->length) < 0 && errno == EBADF)
        fail ("write");
      way->first = (way->first + 1) % N_SLOTS;
      way->n--;
    }
  return INT64_MAX;
}

static void
carry (Way ways[2])
{
  struct pollfd fds[2] = { { ways[0].from, POLLIN, 0 }, { ways[1].from, POLLIN, 0 } };

  for (;;)
    {
      int64_t          now_nsec = get_now ();
      int64_t          next[2] = { let_out (&ways[0], now_nsec), let_out (&ways[1], now_nsec) };
      int64_t          due_nsec = next[0] < next[1] ? next[0] : next[1];
      int64_t          wait_nsec = due_nsec > now_nsec ? due_nsec - now_nsec : 0;
      struct timespec  wait = { wait_nsec / 1000000000, wait_nsec % 1000000000 };
      struct timespec *timeout = due_nsec == INT64_MAX ? NULL : &wait;

      if (ppoll (fds, 2, timeout, NULL) < 0 && errno != EINTR)
        fail ("ppoll");
      now_nsec = get_now ();
      take_in (&ways[0], now_nsec);
      take_in (&ways[1], now_nsec);
    }
}

int
main (int argc, char **argv)
{
  int near, far, there;
  Way ways[2];

  if (argc != 5)
    return 2;
  delay_nsec = (int64_t) (atof (argv[2]) * 1e6);
  nsec_per_byte = 8e3 / atof (argv[3]);
  limit_bytes = atoll (argv[4]);
  near = make_device ("near");
  there = open (argv[1], O_RDONLY | O_CLOEXEC);
  if (there < 0 || setns (there, CLONE_NEWNET) != 0)
    fail (argv[1]);
  far = make_device ("far");
  memset (ways, 0, sizeof ways);
  ways[0] = (Way){ .from = near, .to = far, .packets = calloc (N_SLOTS, sizeof (Packet)) };
  ways[1] = (Way){ .from = far, .to = near, .packets = calloc (N_SLOTS, sizeof (Packet)) };
  if (ways[0].packets == NULL || ways[1].packets == NULL)
    fail ("calloc");
  puts ("ready");
  fflush (stdout);
  carry (ways);
}
