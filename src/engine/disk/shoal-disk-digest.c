/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-digest.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "disk/shoal-disk-digest-kernel.h"
#include "disk/shoal-disk-hash.h"

#define CHUNK SHOAL_DISK_DIGEST_CHUNK
#define LANES SHOAL_DISK_DIGEST_LANES

/* Fewer messages than this take longer in lanes than one after the other. */
#define MIN_LANES_AVX512 3
#define MIN_LANES_AVX2   5

static gboolean is_disabled;

/* A message on its way through a lane. */
typedef struct
{
  ShoalDiskDigest *digest; /* unowned; NULL: the lane is free */
  const guint8    *data;   /* what comes next, of a part or of the tail */
  gsize            n_chunks;
  guint            part; /* the next one */
  guint64          length;
  guint8           tail[2 * CHUNK];

  guint in_tail : 1;
} Lane;

typedef struct
{
  ShoalDiskDigestState state;
  Lane                 lanes[LANES];
  ShoalDiskDigest     *next; /* of the messages that have no lane yet */
  ShoalDiskDigest     *end;
} Run;

static guint64
get_length (const ShoalDiskDigest *digest)
{
  guint64 length = 0;
  guint   i;

  for (i = 0; i < digest->n_parts; i++)
    length += digest->parts[i].iov_len;
  return length;
}

/* What does not fill a chunk, the bit behind the message, and its length in bits. */
static void
begin_tail (Lane *lane, const guint8 *rest, gsize n_rest)
{
  gsize size = n_rest + 1 + sizeof (guint64) <= CHUNK ? CHUNK : 2 * CHUNK;

  memset (lane->tail, 0, size);
  if (n_rest > 0)
    memcpy (lane->tail, rest, n_rest);
  lane->tail[n_rest] = 0x80;
  shoal_base_write_be64 (lane->tail + size - sizeof (guint64), lane->length * 8);
  lane->data = lane->tail;
  lane->n_chunks = size / CHUNK;
  lane->in_tail = TRUE;
}

/* Makes the lane's next run of chunks; there is at least the tail. */
static void
begin_part (Lane *lane)
{
  const ShoalDiskDigest *digest = lane->digest;
  const guint8          *rest = NULL;
  gsize                  n_rest = 0;

  lane->n_chunks = 0;
  while (lane->part < digest->n_parts && lane->n_chunks == 0)
    {
      const struct iovec *part = &digest->parts[lane->part++];

      lane->data = part->iov_base;
      lane->n_chunks = part->iov_len / CHUNK;
      n_rest = part->iov_len % CHUNK;
      rest = lane->data + lane->n_chunks * CHUNK;
      g_assert (n_rest == 0 || lane->part == digest->n_parts);
    }
  if (lane->n_chunks == 0)
    begin_tail (lane, rest, n_rest);
}

/* What a part left behind its last chunk, when the part itself is through. */
static void
go_on (Lane *lane)
{
  const struct iovec *last = &lane->digest->parts[lane->digest->n_parts - 1];

  if (lane->part < lane->digest->n_parts)
    begin_part (lane);
  else
    begin_tail (lane, lane->data, last->iov_len % CHUNK);
}

static void
begin_message (Run *run, guint i)
{
  static const guint32 first[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
  Lane                *lane = &run->lanes[i];
  guint                k;

  lane->digest = run->next < run->end ? run->next++ : NULL;
  if (lane->digest == NULL)
    return;
  for (k = 0; k < G_N_ELEMENTS (first); k++)
    run->state.words[k][i] = first[k];
  lane->part = 0;
  lane->in_tail = FALSE;
  lane->length = get_length (lane->digest);
  begin_part (lane);
}

static void
end_message (Run *run, guint i)
{
  guint8 *out = run->lanes[i].digest->sha1.bytes;
  guint   k;

  for (k = 0; k < G_N_ELEMENTS (run->state.words); k++)
    shoal_base_write_be32 (out + k * sizeof (guint32), run->state.words[k][i]);
}

/* How far all busy lanes can go; a lane that is free reads along with another. 0: none is busy. */
static gsize
aim (const Run *run, const guint8 *data[LANES])
{
  const Lane *busy = NULL;
  gsize       n_chunks = G_MAXSIZE;
  guint       i;

  for (i = 0; i < LANES; i++)
    if (run->lanes[i].digest != NULL)
      {
        busy = &run->lanes[i];
        n_chunks = MIN (n_chunks, busy->n_chunks);
      }
  if (busy == NULL)
    return 0;
  for (i = 0; i < LANES; i++)
    data[i] = run->lanes[i].digest != NULL ? run->lanes[i].data : busy->data;
  return n_chunks;
}

static void
advance (Run *run, gsize n_chunks)
{
  Lane *lane;
  guint i;

  for (i = 0; i < LANES; i++)
    {
      lane = &run->lanes[i];
      if (lane->digest == NULL)
        continue;
      lane->data += n_chunks * CHUNK;
      lane->n_chunks -= n_chunks;
      if (lane->n_chunks > 0)
        continue;
      if (!lane->in_tail)
        {
          go_on (lane);
          continue;
        }
      end_message (run, i);
      begin_message (run, i);
    }
}

void
shoal_disk_digest_compute_abreast (ShoalDiskDigestKernel kernel,
                                   ShoalDiskDigest      *digests,
                                   guint                 n_digests)
{
  Run           run = { .next = digests, .end = digests + n_digests };
  const guint8 *data[LANES];
  gsize         n_chunks;
  guint         i;

  for (i = 0; i < LANES; i++)
    begin_message (&run, i);
  while ((n_chunks = aim (&run, data)) > 0)
    {
      kernel (&run.state, data, n_chunks);
      advance (&run, n_chunks);
    }
}

ShoalDiskDigestKernel
shoal_disk_digest_find_avx512 (void)
{
#ifdef SHOAL_HAVE_DIGEST_KERNELS
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
      __builtin_cpu_supports ("avx512vl"))
    return shoal_disk_digest_feed_avx512;
#endif
  return NULL;
}

ShoalDiskDigestKernel
shoal_disk_digest_find_avx2 (void)
{
#ifdef SHOAL_HAVE_DIGEST_KERNELS
  if (__builtin_cpu_supports ("avx2"))
    return shoal_disk_digest_feed_avx2;
#endif
  return NULL;
}

static ShoalDiskDigestKernel
find_kernel (guint *min_lanes)
{
  ShoalDiskDigestKernel kernel = shoal_disk_digest_find_avx512 ();

  *min_lanes = kernel != NULL ? MIN_LANES_AVX512 : MIN_LANES_AVX2;
  if (kernel == NULL)
    kernel = shoal_disk_digest_find_avx2 ();
  return is_disabled ? NULL : kernel;
}

guint
shoal_disk_digest_get_min (void)
{
  guint min_lanes;

  return find_kernel (&min_lanes) != NULL ? min_lanes : 0;
}

void
shoal_disk_digest_disable (void)
{
  is_disabled = TRUE;
}

static void
compute_alone (ShoalDiskDigest *digest)
{
  g_autoptr (ShoalDiskHash) hash = shoal_disk_hash_new ();
  guint i;

  for (i = 0; i < digest->n_parts; i++)
    shoal_disk_hash_feed (hash, digest->parts[i].iov_base, digest->parts[i].iov_len);
  shoal_disk_hash_take (hash, &digest->sha1);
}

/* Lanes take as long as the longest message, however short the others are. */
static gboolean
fills_lanes (const ShoalDiskDigest *digests, guint n_digests, guint min_lanes)
{
  guint64 total = 0, longest = 0, length;
  guint   i;

  for (i = 0; i < n_digests; i++)
    {
      length = get_length (&digests[i]);
      total += length;
      longest = MAX (longest, length);
    }
  return total >= min_lanes * longest;
}

void
shoal_disk_digest_compute (ShoalDiskDigest *digests, guint n_digests)
{
  guint                 min_lanes, i;
  ShoalDiskDigestKernel kernel = find_kernel (&min_lanes);

  if (kernel != NULL && fills_lanes (digests, n_digests, min_lanes))
    {
      shoal_disk_digest_compute_abreast (kernel, digests, n_digests);
      return;
    }
  for (i = 0; i < n_digests; i++)
    compute_alone (&digests[i]);
}
