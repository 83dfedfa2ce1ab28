/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "disk/shoal-disk-digest-kernel.h"

/* Every way to compute gives what GnuTLS gives, whatever the lengths and the parts. */

#define MAX_MESSAGES 40
#define MAX_PARTS    6
#define DATA_SIZE    (256 * 1024)

typedef struct
{
  guint8         *data; /* owned */
  ShoalDiskDigest digests[MAX_MESSAGES];
  ShoalSha1       expected[MAX_MESSAGES];
  struct iovec    parts[MAX_MESSAGES][MAX_PARTS];
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  guint i;

  self->data = g_malloc (DATA_SIZE);
  for (i = 0; i < DATA_SIZE; i++)
    self->data[i] = (guint8) g_test_rand_int ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->data);
}

/* Message @i is @n_parts parts of @part_size bytes, and @rest bytes. */
static void
make_message (Fixture *self, guint i, guint n_parts, gsize part_size, gsize rest)
{
  gsize offset = (gsize) g_test_rand_int_range (0, 1000);
  gsize length = n_parts * part_size + rest;
  guint k;

  g_assert_cmpuint (offset + length, <=, DATA_SIZE);
  g_assert_cmpuint (n_parts, <, MAX_PARTS);
  gnutls_hash_fast (GNUTLS_DIG_SHA1, self->data + offset, length, self->expected[i].bytes);
  for (k = 0; k < n_parts; k++, offset += part_size)
    self->parts[i][k] = (struct iovec){ self->data + offset, part_size };
  self->parts[i][n_parts] = (struct iovec){ self->data + offset, rest };
  self->digests[i] =
      (ShoalDiskDigest){ .parts = self->parts[i], .n_parts = n_parts + (rest > 0 ? 1 : 0) };
}

static void
check_answers (const Fixture *self, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    g_assert_cmpmem (self->digests[i].sha1.bytes,
                     sizeof (ShoalSha1),
                     self->expected[i].bytes,
                     sizeof (ShoalSha1));
}

static void
forget_answers (Fixture *self)
{
  guint i;

  for (i = 0; i < MAX_MESSAGES; i++)
    memset (&self->digests[i].sha1, 0, sizeof (ShoalSha1));
}

static void
check_all_ways (Fixture *self, guint n)
{
  ShoalDiskDigestKernel kernels[] = { shoal_disk_digest_find_avx2 (),
                                      shoal_disk_digest_find_avx512 () };
  guint                 i;

  shoal_disk_digest_compute (self->digests, n);
  check_answers (self, n);
  for (i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      if (kernels[i] == NULL)
        continue;
      forget_answers (self);
      shoal_disk_digest_compute_abreast (kernels[i], self->digests, n);
      check_answers (self, n);
    }
}

/* The example of FIPS 180. */
static void
test_known (Fixture *self, gconstpointer data)
{
  static const guint8 abc[] = { 0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
                                0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d };
  guint               i;

  for (i = 0; i < 4; i++)
    {
      self->parts[i][0] = (struct iovec){ (void *) "abc", 3 };
      self->digests[i] = (ShoalDiskDigest){ .parts = self->parts[i], .n_parts = 1 };
      memcpy (self->expected[i].bytes, abc, sizeof abc);
    }
  check_all_ways (self, 4);
}

/* Around the ends of chunks, where the tail needs one more or not. */
static void
test_every_length (Fixture *self, gconstpointer data)
{
  gsize length;
  guint i;

  for (length = 0; length < 300; length += MAX_MESSAGES / 2)
    {
      for (i = 0; i < MAX_MESSAGES; i++)
        make_message (self, i, 0, 0, length + i);
      check_all_ways (self, MAX_MESSAGES);
    }
}

static void
test_equal_pieces (Fixture *self, gconstpointer data)
{
  guint n, i;

  for (n = 0; n <= 17; n++)
    {
      for (i = 0; i < n; i++)
        make_message (self, i, 4, 16 * 1024, 0);
      check_all_ways (self, n);
    }
}

static void
test_any_parts (Fixture *self, gconstpointer data)
{
  guint run, i, n;

  for (run = 0; run < 300; run++)
    {
      n = (guint) g_test_rand_int_range (1, MAX_MESSAGES + 1);
      for (i = 0; i < n; i++)
        make_message (self,
                      i,
                      (guint) g_test_rand_int_range (0, MAX_PARTS),
                      (gsize) g_test_rand_int_range (0, 100) * SHOAL_DISK_DIGEST_CHUNK,
                      (gsize) g_test_rand_int_range (0, 2000));
      check_all_ways (self, n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/disk/digest/known", Fixture, NULL, set_up, test_known, tear_down);
  g_test_add ("/disk/digest/every-length", Fixture, NULL, set_up, test_every_length, tear_down);
  g_test_add ("/disk/digest/equal-pieces", Fixture, NULL, set_up, test_equal_pieces, tear_down);
  g_test_add ("/disk/digest/any-parts", Fixture, NULL, set_up, test_any_parts, tear_down);
  return g_test_run ();
}
