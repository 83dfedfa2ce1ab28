/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* All that a remote sends in the handshake of stream encryption. The first byte is a set of
 * options: bit 0     we are the initiator         bits 2 and 3  methods of ours bit 1     a right
 * public key, and from a responder's remote a right request, come before the input, and what is
 * behind the noise is encrypted; the next byte says how much noise bit 4     bare streams are
 * accepted    bit 5  RC4 is preferred bit 6     the torrent is known later   bit 7  all in single
 * bytes */

#include "fuzz-target.h"

#include "base/shoal-base-bytes.h"
#include "net/shoal-net-mse.h"

#include <gnutls/crypto.h>

#define MAX_BYTES 4096

static const ShoalSwarmKey torrent = { "a torrent's 20 bytes" };

/* The honest begin of a remote, made once: the same for all inputs. */
static guint8    remote_key[SHOAL_NET_DH_SIZE];
static guint8    secret[SHOAL_NET_DH_SIZE];
static ShoalSha1 request[2];

typedef struct
{
  guint n_asked;
  guint n_later;
} Shelf;

static ShoalNetKeyAnswer
find (gpointer owner, const ShoalSha1 *hash, ShoalSwarmKey *key, ShoalNetSecurityTerms *terms)
{
  Shelf    *shelf = owner;
  ShoalSha1 ours;

  shoal_net_mse_hash_key (&torrent, &ours);
  if (!shoal_sha1_equal (&ours, hash))
    return SHOAL_NET_KEY_UNKNOWN;
  if (shelf->n_asked++ < shelf->n_later)
    return SHOAL_NET_KEY_LATER;
  *key = torrent;
  return SHOAL_NET_KEY_FOUND;
}

static ShoalNetMseRandom
make_random (guint8 filler)
{
  ShoalNetMseRandom random = { .noise_len = 3, .zeros_len = 5 };

  memset (random.exponent, filler, sizeof random.exponent);
  return random;
}

static void
hash_secret (const char *label, ShoalSha1 *out)
{
  guint8 input[4 + sizeof secret];

  memcpy (input, label, 4);
  memcpy (input + 4, secret, sizeof secret);
  gnutls_hash_fast (GNUTLS_DIG_SHA1, input, sizeof input, out->bytes);
}

static void
prepare (void)
{
  static gboolean   is_done;
  ShoalNetMseRandom theirs = make_random (0x3c), ours = make_random (0x5a);
  guint8            our_key[SHOAL_NET_DH_SIZE];
  ShoalSha1         name;

  if (is_done)
    return;
  is_done = TRUE;
  shoal_net_dh_make_public (theirs.exponent, remote_key);
  shoal_net_dh_make_public (ours.exponent, our_key);
  shoal_net_dh_agree (theirs.exponent, our_key, secret);
  hash_secret ("req1", &request[0]);
  hash_secret ("req3", &request[1]);
  shoal_net_mse_hash_key (&torrent, &name);
  for (guint i = 0; i < sizeof name.bytes; i++)
    request[1].bytes[i] ^= name.bytes[i];
}

/* What the input stands for. */
static void
write_remote (GByteArray *out, guint8 options, const uint8_t *data, size_t size)
{
  gboolean       is_initiator = options & 1; /* we are */
  ShoalNetCipher cipher;
  gsize          noise_len;

  if ((options & 2) == 0)
    {
      g_byte_array_append (out, data, (guint) size);
      return;
    }
  noise_len = size > 0 ? MIN (data[0], size - 1) : 0;
  g_byte_array_append (out, remote_key, sizeof remote_key);
  g_byte_array_append (out, data + MIN (size, 1), (guint) noise_len);
  if (!is_initiator)
    g_byte_array_append (out, request[0].bytes, sizeof request);
  if (size <= 1 + noise_len)
    return;
  shoal_net_cipher_init (&cipher,
                         is_initiator ? SHOAL_NET_CIPHER_RESPONDER : SHOAL_NET_CIPHER_INITIATOR,
                         secret,
                         &torrent);
  data += 1 + noise_len;
  size -= 1 + noise_len;
  g_byte_array_append (out, data, (guint) size);
  shoal_net_cipher_apply (&cipher, out->data + out->len - size, data, size);
}

static void
drain (ShoalNetMse *mse, gsize *total)
{
  gsize len;

  shoal_net_mse_get_output (mse, &len);
  shoal_net_mse_consume_output (mse, len);
  *total += len;
}

static void
check_end (ShoalNetMse *mse, ShoalNetMseResult result, gsize given, gsize output)
{
  gsize rest;

  if (result == SHOAL_NET_MSE_DONE || result == SHOAL_NET_MSE_BARE)
    {
      shoal_net_mse_get_rest (mse, &rest);
      g_assert_cmpuint (rest, <=, given);
    }
  if (result == SHOAL_NET_MSE_DONE)
    g_assert_true (shoal_net_mse_get_method (mse) == SHOAL_NET_METHOD_PLAIN ||
                   shoal_net_mse_get_method (mse) == SHOAL_NET_METHOD_RC4);
  g_assert_cmpuint (output, <=, 1024);
}

static void
run (ShoalNetMse *mse, const GByteArray *remote, gsize portion)
{
  ShoalNetMseResult result = SHOAL_NET_MSE_MORE;
  gsize             given = 0, output = 0;

  while (given < remote->len && result <= SHOAL_NET_MSE_LATER)
    {
      gsize   room;
      guint8 *space = shoal_net_mse_get_space (mse, &room);
      gsize   n = MIN (MIN (portion, room), remote->len - given);

      g_assert_true (room > 0 || result == SHOAL_NET_MSE_LATER);
      if (room == 0)
        break;
      memcpy (space, remote->data + given, n);
      given += n;
      result = shoal_net_mse_advance (mse, n);
      drain (mse, &output);
    }
  check_end (mse, result, given, output);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint8                options = size > 0 ? data[0] : 0;
  ShoalNetSecurityTerms terms = {
    .methods = options >> 2 & 3,
    .accepts_bare = options >> 4 & 1,
    .prefers_rc4 = options >> 5 & 1,
  };
  Shelf             shelf = { .n_later = options & 0x40 ? 2 : 0 };
  ShoalNetMseRandom random = make_random (0x5a);
  g_autoptr (GByteArray) remote = g_byte_array_new ();
  g_autoptr (ShoalNetMse) mse = NULL;

  if (size == 0 || size > MAX_BYTES)
    return 0;
  prepare ();
  write_remote (remote, options, data + 1, size - 1);
  mse = options & 1 ? shoal_net_mse_new_initiator (&random, terms.methods, &torrent)
                    : shoal_net_mse_new_responder (&random, &terms, find, &shelf);
  if (options & 1)
    shoal_net_mse_add_payload (mse, remote_key, 68);
  run (mse, remote, options & 0x80 ? 1 : MAX_BYTES);
  return 0;
}
