/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define _GNU_SOURCE /* O_PATH */

/* What this machine asks for the bare steps of a transfer: user and system seconds per GiB of one
 * thread of plain C. Called as "floors MIB FOLDER DISK", with a folder on tmpfs and one on a disk;
 * prints one JSON object. bench.py compiles and runs it. */

#include <arpa/inet.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <nettle/arcfour.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
  PIECE = 1 << 20,        /* as in the torrents that are measured */
  CHUNK = 256 << 10,      /* of one call that receives, sends or reads */
  COLD_BYTES = 256 << 20, /* more than any cache */
  SMALL = 16 << 10,       /* of each of many files */
  N_IN_FOLDER = 100
};

typedef struct
{
  int      socket; /* one end of a loopback connection; the other is in a child */
  pid_t    child;
  int      memory_file;
  int      disk_file;
  int      file;  /* the one of this step */
  int      tree;  /* the folder of many files */
  int      below; /* one of its folders */
  int      n_small;
  uint8_t *piece; /* owned: PIECE bytes */
  uint8_t *cold;  /* owned: COLD_BYTES bytes */
  size_t   n_pieces;

  struct arcfour_ctx cipher;
} Floors;

static void
check (int good, const char *what)
{
  if (good)
    return;
  perror (what);
  exit (1);
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
read_fully (int fd, uint8_t *data, size_t size)
{
  while (size > 0)
    {
      ssize_t n = read (fd, data, size < CHUNK ? size : CHUNK);

      check (n > 0, "read");
      data += n;
      size -= n;
    }
}

static void
write_fully (int fd, const uint8_t *data, size_t size)
{
  while (size > 0)
    {
      ssize_t n = write (fd, data, size < CHUNK ? size : CHUNK);

      check (n > 0, "write");
      data += n;
      size -= n;
    }
}

static void
play_counterpart (const Floors *self, int fd, int sends)
{
  for (size_t i = 0; i < self->n_pieces; i++)
    {
      if (sends)
        write_fully (fd, self->piece, PIECE);
      else
        read_fully (fd, self->piece, PIECE);
    }
  _exit (0);
}

/* A child at the other end of a new connection, which sends or takes all the data. */
static void
start_counterpart (Floors *self, int sends)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t          size = sizeof address;
  int                listener = socket (AF_INET, SOCK_STREAM, 0);
  int                outgoing = socket (AF_INET, SOCK_STREAM, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  check (bind (listener, (struct sockaddr *) &address, sizeof address) == 0, "bind");
  check (listen (listener, 1) == 0, "listen");
  check (getsockname (listener, (struct sockaddr *) &address, &size) == 0, "getsockname");
  check (connect (outgoing, (struct sockaddr *) &address, sizeof address) == 0, "connect");
  self->socket = accept (listener, NULL, NULL);
  check (self->socket >= 0, "accept");
  close (listener);
  self->child = fork ();
  check (self->child >= 0, "fork");
  if (self->child == 0)
    play_counterpart (self, outgoing, sends);
  close (outgoing);
}

static void
end_counterpart (Floors *self)
{
  int status;

  close (self->socket);
  check (waitpid (self->child, &status, 0) == self->child && status == 0, "counterpart");
}

static void
hash (const uint8_t *data)
{
  uint8_t digest[20];

  check (gnutls_hash_fast (GNUTLS_DIG_SHA1, data, PIECE, digest) == 0, "gnutls_hash_fast");
}

static void
write_piece (Floors *self, size_t index)
{
  check (pwrite (self->file, self->piece, PIECE, (off_t) index * PIECE) == PIECE, "pwrite");
}

static void
receive (Floors *self, size_t index)
{
  read_fully (self->socket, self->piece, PIECE);
}

static void
hash_hot (Floors *self, size_t index)
{
  hash (self->piece);
}

static void
hash_cold (Floors *self, size_t index)
{
  hash (self->cold + index * PIECE % COLD_BYTES);
}

static void
leech (Floors *self, size_t index)
{
  read_fully (self->socket, self->piece, PIECE);
  hash (self->piece);
  write_piece (self, index);
}

static int
make_folder (int above, const char *name)
{
  int folder;

  check (mkdirat (above, name, 0700) == 0, name);
  folder = openat (above, name, O_PATH | O_DIRECTORY);
  check (folder >= 0, name);
  return folder;
}

static void
write_small (Floors *self, const uint8_t *data)
{
  char name[16];
  int  number = self->n_small++, file;

  snprintf (name, sizeof name, "%d", number / N_IN_FOLDER);
  if (number % N_IN_FOLDER == 0)
    {
      if (self->below >= 0)
        close (self->below);
      self->below = make_folder (self->tree, name);
    }
  snprintf (name, sizeof name, "%d", number % N_IN_FOLDER);
  file = openat (self->below, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
  check (file >= 0, name);
  check (pwrite (file, data, SMALL, 0) == SMALL, "pwrite");
  close (file);
}

static void
leech_files (Floors *self, size_t index)
{
  read_fully (self->socket, self->piece, PIECE);
  hash (self->piece);
  for (size_t at = 0; at < PIECE; at += SMALL)
    write_small (self, self->piece + at);
}

static void
leech_encrypted (Floors *self, size_t index)
{
  read_fully (self->socket, self->piece, PIECE);
  arcfour_crypt (&self->cipher, PIECE, self->piece, self->piece);
  hash (self->piece);
  write_piece (self, index);
}

static void
read_hash (Floors *self, size_t index)
{
  check (pread (self->file, self->piece, PIECE, (off_t) index * PIECE) == PIECE, "pread");
  hash (self->piece);
}

static void
seed (Floors *self, size_t index)
{
  for (size_t at = 0; at < PIECE; at += CHUNK)
    {
      off_t place = (off_t) index * PIECE + at;

      check (pread (self->file, self->piece, CHUNK, place) == CHUNK, "pread");
      write_fully (self->socket, self->piece, CHUNK);
    }
}

static double
measure (Floors *self, void (*step) (Floors *, size_t))
{
  double begun = cpu_seconds ();

  for (size_t i = 0; i < self->n_pieces; i++)
    step (self, i);
  return (cpu_seconds () - begun) / ((double) self->n_pieces * PIECE) * (1 << 30);
}

/* Takes away what write_small() made. */
static void
remove_small (Floors *self)
{
  char name[32];

  for (int i = 0; i < self->n_small; i++)
    {
      snprintf (name, sizeof name, "%d/%d", i / N_IN_FOLDER, i % N_IN_FOLDER);
      check (unlinkat (self->tree, name, 0) == 0, name);
    }
  for (int i = 0; i * N_IN_FOLDER < self->n_small; i++)
    {
      snprintf (name, sizeof name, "%d", i);
      check (unlinkat (self->tree, name, AT_REMOVEDIR) == 0, name);
    }
  self->n_small = 0;
}

/* The file grows from nothing, in memory that was touched a moment ago. */
static void
renew_file (Floors *self)
{
  for (size_t i = 0; i < self->n_pieces; i++)
    write_piece (self, i);
  check (ftruncate (self->file, 0) == 0, "ftruncate");
}

static int
open_file (const char *folder)
{
  char path[4096];
  int  file;

  snprintf (path, sizeof path, "%s/floors.data", folder);
  file = open (path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  check (file >= 0, path);
  unlink (path);
  return file;
}

static void
prepare (Floors *self, char **folders)
{
  static const uint8_t key[20] = "any key does for it";
  char                 path[4096];

  self->piece = aligned_alloc (64, PIECE);
  self->cold = aligned_alloc (64, COLD_BYTES);
  check (self->piece != NULL && self->cold != NULL, "aligned_alloc");
  memset (self->piece, 1, PIECE);
  memset (self->cold, 2, COLD_BYTES);
  self->memory_file = open_file (folders[0]);
  self->disk_file = open_file (folders[1]);
  snprintf (path, sizeof path, "%s/floors.files", folders[0]);
  self->tree = make_folder (AT_FDCWD, path);
  self->below = -1;
  arcfour_set_key (&self->cipher, sizeof key, key);
}

typedef struct
{
  const char *name;
  void (*step) (Floors *, size_t);
  enum
  {
    NOBODY,
    SENDER,
    TAKER
  } counterpart;
  enum
  {
    SAME_FILE,
    NEW_FILE,
    NEW_FILE_ON_DISK
  } file;
} Step;

static double
run_step (Floors *self, const Step *step)
{
  double result;

  self->file = step->file == NEW_FILE_ON_DISK ? self->disk_file : self->memory_file;
  if (step->file != SAME_FILE)
    renew_file (self);
  if (step->counterpart != NOBODY)
    start_counterpart (self, step->counterpart == SENDER);
  result = measure (self, step->step);
  if (step->counterpart != NOBODY)
    end_counterpart (self);
  remove_small (self);
  return result;
}

int
main (int argc, char **argv)
{
  static const Step steps[] = {
    { "receive", receive, SENDER, SAME_FILE },
    { "sha1_hot", hash_hot, NOBODY, SAME_FILE },
    { "sha1_cold", hash_cold, NOBODY, SAME_FILE },
    { "write", write_piece, NOBODY, NEW_FILE },
    { "leech_disk", leech, SENDER, NEW_FILE_ON_DISK },
    { "encrypted", leech_encrypted, SENDER, NEW_FILE },
    { "leech_files", leech_files, SENDER, NEW_FILE },
    { "leech", leech, SENDER, NEW_FILE },
    { "recheck", read_hash, NOBODY, SAME_FILE }, /* of the file that the step before left */
    { "seed", seed, TAKER, SAME_FILE },
  };
  Floors self = { 0 };
  char   path[4096];

  if (argc != 4 || (self.n_pieces = strtoul (argv[1], NULL, 10)) == 0)
    {
      fprintf (stderr, "Usage: floors MIB FOLDER DISK\n");
      return 2;
    }
  prepare (&self, argv + 2);
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    printf ("%s\"%s\": %.4f", i > 0 ? ", " : "{", steps[i].name, run_step (&self, &steps[i]));
  puts ("}");
  snprintf (path, sizeof path, "%s/floors.files", argv[2]);
  rmdir (path);
  free (self.piece);
  free (self.cold);
  return 0;
}
