/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-hash.h"

#include <gnutls/crypto.h>

struct _ShoalDiskHash
{
  gnutls_hash_hd_t handle; /* owned */
};

/* Every piece stands on its hash: going on without would claim what nobody verified. */
static void
insist (int result, const char *what)
{
  if (result < 0)
    g_error ("GnuTLS cannot %s SHA-1: %s", what, gnutls_strerror (result));
}

ShoalDiskHash *
shoal_disk_hash_new (void)
{
  ShoalDiskHash *self = g_new0 (ShoalDiskHash, 1);

  insist (gnutls_hash_init (&self->handle, GNUTLS_DIG_SHA1), "begin");
  return self;
}

void
shoal_disk_hash_free (ShoalDiskHash *self)
{
  gnutls_hash_deinit (self->handle, NULL);
  g_free (self);
}

void
shoal_disk_hash_feed (ShoalDiskHash *self, const guint8 *data, gsize len)
{
  insist (gnutls_hash (self->handle, data, len), "feed");
}

void
shoal_disk_hash_take (ShoalDiskHash *self, ShoalSha1 *out)
{
  gnutls_hash_output (self->handle, out->bytes);
}

void
shoal_disk_hash_compute (const guint8 *data, gsize len, ShoalSha1 *out)
{
  insist (gnutls_hash_fast (GNUTLS_DIG_SHA1, data, len, out->bytes), "compute");
}
