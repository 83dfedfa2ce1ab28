/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-filter.h"

/* Bytes that wait for someone. */
typedef struct
{
  guint8 *data; /* owned; NULL: none were needed */
  gsize   size;
  gsize   len;
  gsize   pos;
} Store;

struct _ShoalNetFilter
{
  ShoalNetMse     *mse;  /* owned; NULL: it is over */
  Store            rest; /* for the owner */
  Store            output;
  ShoalNetCipher   send;
  ShoalNetCipher   receive;
  guint64          encrypted_left; /* of what is received from now on */
  ShoalNetSecurity security;
};

static gboolean
store_is_empty (const Store *self)
{
  return self->pos == self->len;
}

static void
store_clear (Store *self)
{
  g_free (self->data);
  *self = (Store){ NULL };
}

/* Room for @size bytes in an empty one. */
static guint8 *
store_begin (Store *self, gsize size)
{
  g_assert (store_is_empty (self));
  if (size > self->size)
    {
      g_free (self->data);
      self->data = g_malloc (size);
      self->size = size;
    }
  self->len = self->pos = 0;
  return self->data;
}

static void
store_fill (Store *self, const guint8 *data, gsize len)
{
  if (len == 0)
    return;
  memcpy (store_begin (self, len), data, len);
  self->len = len;
}

ShoalNetFilter *
shoal_net_filter_new (ShoalNetMse *mse)
{
  ShoalNetFilter *self = g_new0 (ShoalNetFilter, 1);

  self->mse = mse;
  self->security = SHOAL_NET_SECURITY_ASKED;
  return self;
}

void
shoal_net_filter_free (ShoalNetFilter *self)
{
  g_clear_pointer (&self->mse, shoal_net_mse_free);
  store_clear (&self->rest);
  store_clear (&self->output);
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

gboolean
shoal_net_filter_is_negotiating (const ShoalNetFilter *self)
{
  return self->mse != NULL;
}

gboolean
shoal_net_filter_is_idle (const ShoalNetFilter *self)
{
  return self->mse == NULL && self->encrypted_left == 0 && !shoal_net_filter_encrypts (self) &&
         store_is_empty (&self->rest) && store_is_empty (&self->output);
}

ShoalNetSecurity
shoal_net_filter_get_security (const ShoalNetFilter *self)
{
  return self->security;
}

guint8 *
shoal_net_filter_get_space (ShoalNetFilter *self, gsize *len)
{
  return shoal_net_mse_get_space (self->mse, len);
}

/* Keeps what outlives the handshake. */
static void
conclude (ShoalNetFilter *self)
{
  gsize         len;
  const guint8 *data = shoal_net_mse_get_rest (self->mse, &len);

  store_fill (&self->rest, data, len);
  data = shoal_net_mse_get_output (self->mse, &len);
  store_fill (&self->output, data, len);
}

static void
agree (ShoalNetFilter *self)
{
  conclude (self);
  self->encrypted_left = shoal_net_mse_get_encrypted_left (self->mse);
  shoal_net_mse_get_ciphers (self->mse, &self->send, &self->receive);
  self->security = shoal_net_mse_get_method (self->mse) == SHOAL_NET_METHOD_RC4
                       ? SHOAL_NET_SECURITY_RC4
                       : SHOAL_NET_SECURITY_HIDDEN;
  g_clear_pointer (&self->mse, shoal_net_mse_free);
}

ShoalNetMseResult
shoal_net_filter_advance (ShoalNetFilter *self, gsize n)
{
  ShoalNetMseResult result = shoal_net_mse_advance (self->mse, n);

  if (shoal_net_mse_is_answered (self->mse))
    self->security = SHOAL_NET_SECURITY_ANSWERED;
  if (result == SHOAL_NET_MSE_DONE)
    agree (self);
  else if (result == SHOAL_NET_MSE_BARE)
    {
      conclude (self);
      self->security = SHOAL_NET_SECURITY_NONE;
      g_clear_pointer (&self->mse, shoal_net_mse_free);
    }
  return result;
}

gboolean
shoal_net_filter_has_rest (const ShoalNetFilter *self)
{
  return !store_is_empty (&self->rest);
}

gsize
shoal_net_filter_take_rest (ShoalNetFilter *self, const struct iovec *iov, guint n_iov)
{
  Store *rest = &self->rest;
  gsize  taken = 0;

  for (guint i = 0; i < n_iov; i++)
    {
      gsize n = MIN (iov[i].iov_len, rest->len - rest->pos);

      if (n > 0)
        memcpy (iov[i].iov_base, rest->data + rest->pos, n);
      rest->pos += n;
      taken += n;
    }
  if (store_is_empty (rest))
    store_clear (rest);
  return taken;
}

void
shoal_net_filter_decrypt (ShoalNetFilter *self, const struct iovec *iov, gsize n)
{
  gsize encrypted = (gsize) MIN (n, self->encrypted_left);

  shoal_net_cipher_apply_vectors (&self->receive, iov, encrypted);
  if (self->encrypted_left != G_MAXUINT64)
    self->encrypted_left -= encrypted;
}

gsize
shoal_net_filter_add_payload (ShoalNetFilter *self, const struct iovec *iov, guint n_iov)
{
  gsize taken = 0;

  for (guint i = 0; i < n_iov; i++)
    {
      gsize n = shoal_net_mse_add_payload (self->mse, iov[i].iov_base, iov[i].iov_len);

      taken += n;
      if (n < iov[i].iov_len)
        break;
    }
  return taken;
}

const guint8 *
shoal_net_filter_get_output (ShoalNetFilter *self, gsize *len)
{
  if (self->mse != NULL)
    return shoal_net_mse_get_output (self->mse, len);
  *len = self->output.len - self->output.pos;
  return self->output.data + self->output.pos;
}

void
shoal_net_filter_consume_output (ShoalNetFilter *self, gsize n)
{
  if (self->mse != NULL)
    shoal_net_mse_consume_output (self->mse, n);
  else
    self->output.pos += n;
  g_assert (self->output.pos <= self->output.len);
}

gboolean
shoal_net_filter_encrypts (const ShoalNetFilter *self)
{
  return self->security == SHOAL_NET_SECURITY_RC4;
}

gsize
shoal_net_filter_encrypt (ShoalNetFilter *self, struct iovec **iov, gsize n, gsize room)
{
  guint8 *out = store_begin (&self->output, room);
  gsize   len = 0;

  n = MIN (n, room);
  while (len < n)
    {
      struct iovec *from = *iov;
      gsize         part = MIN (n - len, from->iov_len);

      shoal_net_cipher_apply (&self->send, out + len, from->iov_base, part);
      len += part;
      from->iov_base = (guint8 *) from->iov_base + part;
      from->iov_len -= part;
      if (from->iov_len == 0)
        (*iov)++;
    }
  self->output.len = len;
  return len;
}

void
shoal_net_filter_trim (ShoalNetFilter *self)
{
  if (store_is_empty (&self->output))
    store_clear (&self->output);
}
