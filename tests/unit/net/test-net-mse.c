/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-mse.h"

#include "base/shoal-base-bytes.h"

#define BOTH (SHOAL_NET_METHOD_PLAIN | SHOAL_NET_METHOD_RC4)

#define KEY_SIZE 96
#define HASH     20

static const char bare[] = "\023BitTorrent protocol";

static const ShoalNetSecurityTerms any_terms = {
  .methods = BOTH,
  .prefers_rc4 = TRUE,
  .accepts_bare = TRUE,
};

/* The torrent that the responder has. */
typedef struct
{
  ShoalSwarmKey     key;
  ShoalNetKeyAnswer answer;
  guint             n_asked;

  const ShoalNetSecurityTerms *own_terms; /* of this torrent; NULL: as those of the stream */
} Shelf;

static ShoalSwarmKey
make_key (void)
{
  ShoalSwarmKey key;

  for (guint i = 0; i < sizeof key.bytes; i++)
    key.bytes[i] = (guint8) (200 + i);
  return key;
}

static ShoalNetKeyAnswer
find (gpointer owner, const ShoalSha1 *hash, ShoalSwarmKey *key, ShoalNetSecurityTerms *terms)
{
  Shelf    *shelf = owner;
  ShoalSha1 ours;

  shelf->n_asked++;
  shoal_net_mse_hash_key (&shelf->key, &ours);
  if (!shoal_sha1_equal (&ours, hash))
    return SHOAL_NET_KEY_UNKNOWN;
  *key = shelf->key;
  if (shelf->own_terms != NULL)
    *terms = *shelf->own_terms;
  return shelf->answer;
}

static ShoalNetMseRandom
make_random (guint8 first, guint16 noise_len, guint16 zeros_len)
{
  ShoalNetMseRandom random = { .noise_len = noise_len, .zeros_len = zeros_len };
  guint             i;

  for (i = 0; i < sizeof random.exponent; i++)
    random.exponent[i] = (guint8) (first + i);
  for (i = 0; i < sizeof random.noise; i++)
    random.noise[i] = (guint8) (i * (first == 1 ? 7 : 9));
  return random;
}

static ShoalNetMse *
make_initiator (guint16 noise_len, guint16 zeros_len, guint8 methods)
{
  ShoalNetMseRandom random = make_random (1, noise_len, zeros_len);
  ShoalSwarmKey     key = make_key ();

  return shoal_net_mse_new_initiator (&random, methods, &key);
}

static ShoalNetMse *
make_responder (guint16                      noise_len,
                guint16                      zeros_len,
                const ShoalNetSecurityTerms *terms,
                Shelf                       *shelf)
{
  ShoalNetMseRandom random = make_random (101, noise_len, zeros_len);

  shelf->key = make_key ();
  shelf->answer = SHOAL_NET_KEY_FOUND;
  shelf->n_asked = 0;
  shelf->own_terms = NULL;
  return shoal_net_mse_new_responder (&random, terms, find, shelf);
}

/* Gives @len bytes; what remains when it is over belongs to the stream: returns how many were
 * taken. */
static gsize
give (ShoalNetMse *self, const guint8 *data, gsize len, ShoalNetMseResult *result)
{
  gsize taken = 0;

  *result = SHOAL_NET_MSE_MORE;
  while (taken < len && *result == SHOAL_NET_MSE_MORE)
    {
      gsize   room;
      guint8 *space = shoal_net_mse_get_space (self, &room);
      gsize   n = MIN (len - taken, room);

      g_assert_cmpuint (n, >, 0);
      memcpy (space, data + taken, n);
      taken += n;
      *result = shoal_net_mse_advance (self, n);
    }
  return taken;
}

static ShoalNetMseResult
give_all (ShoalNetMse *self, const guint8 *data, gsize len)
{
  ShoalNetMseResult result;

  g_assert_cmpuint (give (self, data, len, &result), ==, len);
  return result;
}

static void
take_output (ShoalNetMse *self, GByteArray *out)
{
  gsize         len;
  const guint8 *data = shoal_net_mse_get_output (self, &len);

  g_byte_array_append (out, data, (guint) len);
  shoal_net_mse_consume_output (self, len);
  shoal_net_mse_get_output (self, &len);
  g_assert_cmpuint (len, ==, 0);
}

static void
assert_hex (const guint8 *data, gsize len, const char *expected)
{
  g_autofree char *hex = shoal_base_hex_dup (data, len);

  g_assert_cmpstr (hex, ==, expected);
}

static void
assert_rest (const ShoalNetMse *self, gconstpointer expected, gsize expected_len)
{
  gsize         len;
  const guint8 *rest = shoal_net_mse_get_rest (self, &len);

  g_assert_cmpmem (rest, len, expected, expected_len);
}

static void
assert_encrypts (const ShoalNetMse *self, gboolean sends, const char *text, const char *expected)
{
  ShoalNetCipher ciphers[2];
  guint8         out[64];
  gsize          len = strlen (text);

  shoal_net_mse_get_ciphers (self, &ciphers[0], &ciphers[1]);
  shoal_net_cipher_apply (&ciphers[sends ? 0 : 1], out, (const guint8 *) text, len);
  assert_hex (out, len, expected);
}

/* The four messages, byte by byte, as they were computed elsewhere. */
static void
test_known (void)
{
  Shelf shelf;
  g_autoptr (ShoalNetMse) a = make_initiator (3, 2, BOTH);
  g_autoptr (ShoalNetMse) b = make_responder (5, 4, &any_terms, &shelf);
  g_autoptr (GByteArray) sent = g_byte_array_new ();

  g_assert_cmpuint (shoal_net_mse_add_payload (a, (const guint8 *) "hello", 5), ==, 5);
  take_output (a, sent);
  assert_hex (sent->data,
              sent->len,
              "96e112dab29e8c5272accb9b17b26887ce54a144a4e3b697c7d159b7a817e556b0918db2b4c658e02a87"
              "f7e5fb14b18a553e084cbf3dad2d30f16596ccb982d406258c61b30c5c1dae2ddc60bdbd48d79896312a"
              "ad63238c39e1a633821eb69300070e");
  g_assert_cmpint (give_all (b, sent->data, sent->len), ==, SHOAL_NET_MSE_MORE);
  g_byte_array_set_size (sent, 0);
  take_output (b, sent);
  assert_hex (sent->data,
              sent->len,
              "d32ae8cedd0de9ca4fe67e35626bb8c7cdb0966727d899f6a62fdb2b68817f9ddc4b684e3eb34030b8db"
              "a4e028b7cff3264020340cb4eab61923cdc4e4216ba873368d83f0a38e497f1f6b4e3d2012eb91a3ee60"
              "56f966f9eae732089b6fa46e0009121b24");
  g_assert_false (shoal_net_mse_is_answered (a));
  g_assert_cmpint (give_all (a, sent->data, sent->len), ==, SHOAL_NET_MSE_MORE);
  g_assert_true (shoal_net_mse_is_answered (a));
  g_assert_cmpuint (shoal_net_mse_add_payload (a, (const guint8 *) "late", 4), ==, 0);
  g_byte_array_set_size (sent, 0);
  take_output (a, sent);
  assert_hex (sent->data,
              sent->len,
              "78fffb0f23055a793ff7609f359e04e383ec350560aef34caf7a6c843c5fd96a73da28c44e040a270dc4"
              "355ae7cc67707ec66051e856158f64c0fd8ea0d70e");
  g_assert_cmpint (give_all (b, sent->data, sent->len), ==, SHOAL_NET_MSE_DONE);
  assert_rest (b, "hello", 5);
  g_byte_array_set_size (sent, 0);
  take_output (b, sent);
  assert_hex (sent->data, sent->len, "a99e381373e3643a17294145626230250477");
  g_assert_cmpint (give_all (a, sent->data, sent->len), ==, SHOAL_NET_MSE_DONE);
  assert_rest (a, "", 0);
  g_assert_cmpint (shoal_net_mse_get_method (a), ==, SHOAL_NET_METHOD_RC4);
  g_assert_cmpint (shoal_net_mse_get_method (b), ==, SHOAL_NET_METHOD_RC4);
  g_assert_cmpuint (shoal_net_mse_get_encrypted_left (a), ==, G_MAXUINT64);
  assert_encrypts (a, TRUE, "world", "ba646b3b64");
  assert_encrypts (b, FALSE, "world", "ba646b3b64");
  assert_encrypts (a, FALSE, "answer", "7a76486e7e25");
  assert_encrypts (b, TRUE, "answer", "7a76486e7e25");
}

static void
test_key_hash (void)
{
  ShoalSwarmKey key = make_key ();
  ShoalSha1     hash;

  shoal_net_mse_hash_key (&key, &hash);
  assert_hex (hash.bytes, sizeof hash.bytes, "5be9e663c6249c5ced743091d427ba5661ab4fcf");
}

/* What one side sends in its whole life, the other's answers being as they are. */
typedef struct
{
  GByteArray *from_a; /* with stream bytes after the handshake */
  GByteArray *from_b;
  gsize       a_end; /* of the handshakes in them */
  gsize       b_end;
} Talk;

static const guint8 payload[] = "the first bytes of a stream, which are sent along; ";
static const guint8 more_a[] = "and those that follow";
static const guint8 more_b[] = "what the other side says";

static void
say_more (ShoalNetMse *self, GByteArray *out, const guint8 *text, gsize len)
{
  ShoalNetCipher ciphers[2];
  guint          before = out->len;

  g_byte_array_append (out, text, (guint) len);
  if (shoal_net_mse_get_method (self) == SHOAL_NET_METHOD_PLAIN)
    return;
  shoal_net_mse_get_ciphers (self, &ciphers[0], &ciphers[1]);
  shoal_net_cipher_apply (&ciphers[0], out->data + before, out->data + before, len);
}

/* Both sides, each message in one piece. */
static void
talk (Talk *out, ShoalNetMse *a, ShoalNetMse *b)
{
  out->from_a = g_byte_array_new ();
  out->from_b = g_byte_array_new ();
  g_assert_cmpuint (shoal_net_mse_add_payload (a, payload, sizeof payload), ==, sizeof payload);
  take_output (a, out->from_a);
  g_assert_cmpint (give_all (b, out->from_a->data, out->from_a->len), ==, SHOAL_NET_MSE_MORE);
  take_output (b, out->from_b);
  g_assert_cmpint (give_all (a, out->from_b->data, out->from_b->len), ==, SHOAL_NET_MSE_MORE);
  out->a_end = out->from_a->len;
  take_output (a, out->from_a);
  g_assert_cmpint (give_all (b, out->from_a->data + out->a_end, out->from_a->len - out->a_end),
                   ==,
                   SHOAL_NET_MSE_DONE);
  out->a_end = out->from_a->len;
  out->b_end = out->from_b->len;
  take_output (b, out->from_b);
  g_assert_cmpint (give_all (a, out->from_b->data + out->b_end, out->from_b->len - out->b_end),
                   ==,
                   SHOAL_NET_MSE_DONE);
  out->b_end = out->from_b->len;
  say_more (a, out->from_a, more_a, sizeof more_a);
  say_more (b, out->from_b, more_b, sizeof more_b);
}

static void
talk_clear (Talk *self)
{
  g_byte_array_unref (self->from_a);
  g_byte_array_unref (self->from_b);
}

/* What the stream consists of: the rest, then @data. */
static void
read_stream (const ShoalNetMse *self, const guint8 *data, gsize len, GByteArray *out)
{
  ShoalNetCipher ciphers[2];
  gsize          rest_len;
  const guint8  *rest = shoal_net_mse_get_rest (self, &rest_len);
  guint64        encrypted = shoal_net_mse_get_encrypted_left (self);
  guint          before;

  g_byte_array_append (out, rest, (guint) rest_len);
  before = out->len;
  g_byte_array_append (out, data, (guint) len);
  shoal_net_mse_get_ciphers (self, &ciphers[0], &ciphers[1]);
  shoal_net_cipher_apply (
      &ciphers[1], out->data + before, out->data + before, (gsize) MIN (encrypted, len));
}

/* Gives @side all of @data, in parts that end at @split and at the end, or in bytes when @split is
 * 0, and looks what comes out of it. */
static void
check_split (ShoalNetMse *side, const GByteArray *data, gsize split, const GByteArray *expected)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  ShoalNetMseResult result = SHOAL_NET_MSE_MORE;
  gsize             taken = 0;

  while (result == SHOAL_NET_MSE_MORE)
    {
      gsize limit = split == 0 ? taken + 1 : (taken < split ? split : data->len);

      g_assert_cmpuint (limit, <=, data->len);
      taken += give (side, data->data + taken, limit - taken, &result);
    }
  g_assert_cmpint (result, ==, SHOAL_NET_MSE_DONE);
  read_stream (side, data->data + taken, data->len - taken, stream);
  g_assert_cmpmem (stream->data, stream->len, expected->data, expected->len);
}

typedef struct
{
  guint16 noise_a, noise_b, zeros_a, zeros_b;
  guint8  method;
} Shape;

static void
check_shape (const Shape *shape, gboolean every_split)
{
  ShoalNetSecurityTerms terms = { .methods = shape->method };
  Shelf                 shelf;
  Talk                  told;
  g_autoptr (GByteArray) to_a = g_byte_array_new ();
  g_autoptr (GByteArray) to_b = g_byte_array_new ();
  g_autoptr (ShoalNetMse) a = make_initiator (shape->noise_a, shape->zeros_a, BOTH);
  g_autoptr (ShoalNetMse) b = make_responder (shape->noise_b, shape->zeros_b, &terms, &shelf);

  talk (&told, a, b);
  g_assert_cmpint (shoal_net_mse_get_method (a), ==, shape->method);
  g_byte_array_append (to_a, more_b, sizeof more_b);
  g_byte_array_append (to_b, payload, sizeof payload);
  g_byte_array_append (to_b, more_a, sizeof more_a);
  for (gsize split = 0; split <= told.from_a->len; split += every_split ? 1 : told.from_a->len)
    {
      g_autoptr (ShoalNetMse) again =
          make_responder (shape->noise_b, shape->zeros_b, &terms, &shelf);

      check_split (again, told.from_a, split, to_b);
      g_assert_cmpuint (shelf.n_asked, ==, 1);
    }
  for (gsize split = 0; split <= told.from_b->len; split += every_split ? 1 : told.from_b->len)
    {
      g_autoptr (ShoalNetMse) again = make_initiator (shape->noise_a, shape->zeros_a, BOTH);

      g_assert_cmpuint (
          shoal_net_mse_add_payload (again, payload, sizeof payload), ==, sizeof payload);
      check_split (again, told.from_b, split, to_a);
    }
  talk_clear (&told);
}

/* Every length of noise and zeros, on both sides. */
static void
test_lengths (void)
{
  for (guint16 n = 0; n <= SHOAL_NET_MSE_MAX_PAD; n++)
    {
      guint16 other = (guint16) (SHOAL_NET_MSE_MAX_PAD - n);
      Shape   shape = { n, other, other, n, n % 2 ? SHOAL_NET_METHOD_RC4 : SHOAL_NET_METHOD_PLAIN };

      check_shape (&shape, FALSE);
    }
}

/* Every place where a segment may end. */
static void
test_splits (void)
{
  static const Shape shapes[] = {
    { 512, 512, 512, 512, SHOAL_NET_METHOD_RC4 },
    { 0, 0, 0, 0, SHOAL_NET_METHOD_RC4 },
    { 17, 300, 1, 0, SHOAL_NET_METHOD_PLAIN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    check_shape (&shapes[i], TRUE);
}

static void
test_bare (void)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  Shelf shelf;

  g_byte_array_append (data, (const guint8 *) bare, 20);
  g_byte_array_append (data, payload, sizeof payload);
  for (gsize split = 1; split < data->len; split++)
    {
      g_autoptr (ShoalNetMse) b = make_responder (1, 2, &any_terms, &shelf);
      ShoalNetMseResult result;
      gsize             len, taken = give (b, data->data, split, &result);

      g_assert_cmpint (result, ==, split < 20 ? SHOAL_NET_MSE_MORE : SHOAL_NET_MSE_BARE);
      if (result == SHOAL_NET_MSE_MORE)
        taken += give (b, data->data + taken, data->len - taken, &result);
      g_assert_cmpint (result, ==, SHOAL_NET_MSE_BARE);
      assert_rest (b, data->data, taken);
      shoal_net_mse_get_output (b, &len);
      g_assert_cmpuint (len, ==, 0);
    }
}

static void
test_bare_refused (void)
{
  ShoalNetSecurityTerms terms = { .methods = SHOAL_NET_METHOD_RC4 };
  Shelf                 shelf;
  g_autoptr (ShoalNetMse) b = make_responder (1, 2, &terms, &shelf);

  g_assert_cmpint (give_all (b, (const guint8 *) bare, 20), ==, SHOAL_NET_MSE_DIFFERS);
}

static void
test_encryption_refused (void)
{
  ShoalNetSecurityTerms terms = { .accepts_bare = TRUE };
  Shelf                 shelf;
  g_autoptr (ShoalNetMse) b = make_responder (1, 2, &terms, &shelf);

  g_assert_cmpint (
      give_all (b, (const guint8 *) "\023BitTorrent prot0", 17), ==, SHOAL_NET_MSE_BAD);
}

/* Which method comes of what both sides say; 0: none. @own: the responder learns what it agrees to
 * only with the torrent. */
static void
check_methods (gboolean own)
{
  static const ShoalNetSecurityTerms any = { .methods = BOTH, .accepts_bare = TRUE };
  static const struct
  {
    guint8 offered, agreed;
    guint  prefers_rc4;
    guint8 expected;
  } cases[] = {
    { BOTH, BOTH, TRUE, SHOAL_NET_METHOD_RC4 },
    { BOTH, BOTH, FALSE, SHOAL_NET_METHOD_PLAIN },
    { SHOAL_NET_METHOD_RC4, BOTH, FALSE, SHOAL_NET_METHOD_RC4 },
    { SHOAL_NET_METHOD_PLAIN, BOTH, TRUE, SHOAL_NET_METHOD_PLAIN },
    { BOTH, SHOAL_NET_METHOD_RC4, FALSE, SHOAL_NET_METHOD_RC4 },
    { BOTH, SHOAL_NET_METHOD_PLAIN, TRUE, SHOAL_NET_METHOD_PLAIN },
    { SHOAL_NET_METHOD_RC4, SHOAL_NET_METHOD_PLAIN, TRUE, 0 },
    { SHOAL_NET_METHOD_PLAIN, SHOAL_NET_METHOD_RC4, TRUE, 0 },
    { 0, BOTH, TRUE, 0 },
    { BOTH | 0x40, BOTH, TRUE, SHOAL_NET_METHOD_RC4 }, /* of the future */
    { 0x40, BOTH, TRUE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ShoalNetSecurityTerms terms = { .methods = cases[i].agreed,
                                      .prefers_rc4 = cases[i].prefers_rc4 };
      Shelf                 shelf;
      g_autoptr (ShoalNetMse) a = make_initiator (10, 20, cases[i].offered);
      g_autoptr (ShoalNetMse) b = make_responder (30, 40, own ? &any : &terms, &shelf);
      g_autoptr (GByteArray) sent = g_byte_array_new ();
      ShoalNetMseResult result;

      shelf.own_terms = own ? &terms : NULL;
      take_output (a, sent);
      give_all (b, sent->data, sent->len);
      g_byte_array_set_size (sent, 0);
      take_output (b, sent);
      give_all (a, sent->data, sent->len);
      g_byte_array_set_size (sent, 0);
      take_output (a, sent);
      result = give_all (b, sent->data, sent->len);
      g_assert_cmpint (
          result, ==, cases[i].expected != 0 ? SHOAL_NET_MSE_DONE : SHOAL_NET_MSE_DIFFERS);
      if (cases[i].expected != 0)
        g_assert_cmpint (shoal_net_mse_get_method (b), ==, cases[i].expected);
    }
}

static void
test_methods (void)
{
  check_methods (FALSE);
  check_methods (TRUE);
}

/* A side of this test that does not keep to the rules: the public part of it. */
typedef struct
{
  guint8         secret[SHOAL_NET_DH_SIZE];
  ShoalNetCipher cipher;
  GByteArray    *out;
} Liar;

static void
liar_init (Liar *self, ShoalNetCipherSender sender, ShoalNetMse *other)
{
  ShoalNetMseRandom random = make_random (51, 0, 0);
  ShoalSwarmKey     key = make_key ();
  guint8            number[SHOAL_NET_DH_SIZE];
  gsize             len;

  self->out = g_byte_array_new ();
  shoal_net_dh_make_public (random.exponent, number);
  g_assert_cmpint (give_all (other, number, sizeof number), ==, SHOAL_NET_MSE_MORE);
  g_assert_true (
      shoal_net_dh_agree (random.exponent, shoal_net_mse_get_output (other, &len), self->secret));
  shoal_net_cipher_init (&self->cipher, sender, self->secret, &key);
}

static void
liar_clear (Liar *self)
{
  g_byte_array_unref (self->out);
}

static void
liar_add_hash (Liar *self, const char *label, const ShoalSha1 *mask)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[HASH];
  gsize  len = sizeof digest;

  g_checksum_update (sum, (const guint8 *) label, -1);
  g_checksum_update (sum, self->secret, sizeof self->secret);
  g_checksum_get_digest (sum, digest, &len);
  for (guint i = 0; mask != NULL && i < len; i++)
    digest[i] ^= mask->bytes[i];
  g_byte_array_append (self->out, digest, HASH);
}

static void
liar_add_encrypted (Liar *self, gconstpointer data, gsize len)
{
  guint before = self->out->len;

  g_byte_array_append (self->out, data, (guint) len);
  shoal_net_cipher_apply (&self->cipher, self->out->data + before, self->out->data + before, len);
}

static void
liar_add_head (Liar *self, guint8 last_zero, guint32 methods, guint16 zeros_len)
{
  guint8 head[14] = { 0 };

  head[7] = last_zero;
  shoal_base_write_be32 (head + 8, methods);
  shoal_base_write_be16 (head + 12, zeros_len);
  liar_add_encrypted (self, head, sizeof head);
}

static void
liar_add_request (Liar *self)
{
  ShoalSwarmKey key = make_key ();
  ShoalSha1     hash;

  shoal_net_mse_hash_key (&key, &hash);
  liar_add_hash (self, "req1", NULL);
  liar_add_hash (self, "req3", &hash);
}

static void
test_bad_keys (void)
{
  guint8 number[SHOAL_NET_DH_SIZE];
  Shelf  shelf;

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (ShoalNetMse) a = make_initiator (1, 2, BOTH);
      g_autoptr (ShoalNetMse) b = make_responder (1, 2, &any_terms, &shelf);
      gsize len;

      memset (number, i == 2 ? 0xff : 0, sizeof number);
      number[sizeof number - 1] = i == 1 ? 1 : (i == 2 ? 0xff : 0);
      if (i == 3) /* p − 1 */
        g_assert_true (shoal_base_hex_decode (
            "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08"
            "798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a"
            "36210000000000090562",
            number,
            sizeof number));
      g_assert_cmpint (give_all (a, number, sizeof number), ==, SHOAL_NET_MSE_BAD);
      g_assert_false (shoal_net_mse_is_answered (a));
      g_assert_cmpint (give_all (b, number, sizeof number), ==, SHOAL_NET_MSE_BAD);
      shoal_net_mse_get_output (b, &len);
      g_assert_cmpuint (len, ==, 0);
    }
}

/* Noise may be 512 bytes long, and what ends it must follow. */
static void
check_endless (ShoalNetMse *side, gsize mark_len)
{
  guint8 number[SHOAL_NET_DH_SIZE] = { 0, 0, 42 };
  guint8 noise[1] = { 0x55 };
  gsize  n = 0;

  g_assert_cmpint (give_all (side, number, sizeof number), ==, SHOAL_NET_MSE_MORE);
  while (give_all (side, noise, 1) == SHOAL_NET_MSE_MORE)
    n++;
  g_assert_cmpuint (n + 1, ==, SHOAL_NET_MSE_MAX_PAD + mark_len);
}

static void
test_endless (void)
{
  Shelf shelf;
  g_autoptr (ShoalNetMse) a = make_initiator (1, 2, BOTH);
  g_autoptr (ShoalNetMse) b = make_responder (1, 2, &any_terms, &shelf);

  check_endless (a, 8);
  check_endless (b, HASH);
}

/* What a responder says to a request whose head is @last_zero … @zeros_len. */
static ShoalNetMseResult
request (guint8 last_zero, guint32 methods, guint16 zeros_len)
{
  Shelf shelf;
  Liar  liar;
  g_autoptr (ShoalNetMse) b = make_responder (1, 2, &any_terms, &shelf);
  ShoalNetMseResult result;

  liar_init (&liar, SHOAL_NET_CIPHER_INITIATOR, b);
  liar_add_request (&liar);
  liar_add_head (&liar, last_zero, methods, zeros_len);
  result = give_all (b, liar.out->data, liar.out->len);
  liar_clear (&liar);
  return result;
}

static void
test_bad_requests (void)
{
  g_assert_cmpint (request (0, BOTH, 512), ==, SHOAL_NET_MSE_MORE);
  g_assert_cmpint (request (0, BOTH, 513), ==, SHOAL_NET_MSE_BAD);
  g_assert_cmpint (request (0, BOTH, 0xffff), ==, SHOAL_NET_MSE_BAD);
  g_assert_cmpint (request (1, BOTH, 0), ==, SHOAL_NET_MSE_BAD);
  g_assert_cmpint (request (0, 0, 0), ==, SHOAL_NET_MSE_DIFFERS);
  g_assert_cmpint (request (0, 0x80000000, 0), ==, SHOAL_NET_MSE_DIFFERS);
}

/* What an initiator that offers @offered says to such an answer. */
static ShoalNetMseResult
answer (guint8 offered, guint8 last_zero, guint32 methods, guint16 zeros_len)
{
  Liar liar;
  g_autoptr (ShoalNetMse) a = make_initiator (1, 2, offered);
  ShoalNetMseResult result;

  liar_init (&liar, SHOAL_NET_CIPHER_RESPONDER, a);
  liar_add_head (&liar, last_zero, methods, zeros_len);
  result = give_all (a, liar.out->data, liar.out->len);
  liar_clear (&liar);
  return result;
}

static void
test_bad_answers (void)
{
  g_assert_cmpint (answer (BOTH, 0, 1, 0), ==, SHOAL_NET_MSE_DONE);
  g_assert_cmpint (answer (BOTH, 0, 2, 0), ==, SHOAL_NET_MSE_DONE);
  g_assert_cmpint (answer (BOTH, 0, 3, 0), ==, SHOAL_NET_MSE_DIFFERS);
  g_assert_cmpint (answer (BOTH, 0, 0, 0), ==, SHOAL_NET_MSE_DIFFERS);
  g_assert_cmpint (answer (SHOAL_NET_METHOD_RC4, 0, 1, 0), ==, SHOAL_NET_MSE_DIFFERS);
  g_assert_cmpint (answer (BOTH, 0, 2, 512), ==, SHOAL_NET_MSE_MORE);
  g_assert_cmpint (answer (BOTH, 0, 2, 513), ==, SHOAL_NET_MSE_BAD);
  g_assert_cmpint (answer (BOTH, 1, 2, 0), ==, SHOAL_NET_MSE_MORE); /* as noise */
}

static void
test_unknown (void)
{
  Shelf             shelf;
  ShoalNetMseRandom random = make_random (1, 0, 0);
  ShoalSwarmKey     other = { { 1, 2, 3 } };
  g_autoptr (ShoalNetMse) a = shoal_net_mse_new_initiator (&random, BOTH, &other);
  g_autoptr (ShoalNetMse) b = make_responder (1, 2, &any_terms, &shelf);
  g_autoptr (GByteArray) sent = g_byte_array_new ();

  take_output (a, sent);
  give_all (b, sent->data, sent->len);
  g_byte_array_set_size (sent, 0);
  take_output (b, sent);
  give_all (a, sent->data, sent->len);
  g_byte_array_set_size (sent, 0);
  take_output (a, sent);
  g_assert_cmpint (give_all (b, sent->data, sent->len), ==, SHOAL_NET_MSE_UNKNOWN);
  g_assert_cmpuint (shelf.n_asked, ==, 1);
}

static void
test_later (void)
{
  Shelf shelf;
  Liar  liar;
  gsize room;
  g_autoptr (ShoalNetMse) b = make_responder (1, 2, &any_terms, &shelf);

  shelf.answer = SHOAL_NET_KEY_LATER;
  liar_init (&liar, SHOAL_NET_CIPHER_INITIATOR, b);
  liar_add_request (&liar);
  liar_add_head (&liar, 0, BOTH, 3);
  liar_add_encrypted (&liar, "\0\0\0\0\5hello, all", 15);
  g_assert_cmpint (give_all (b, liar.out->data, liar.out->len), ==, SHOAL_NET_MSE_LATER);
  g_assert_cmpint (shoal_net_mse_advance (b, 0), ==, SHOAL_NET_MSE_LATER);
  shoal_net_mse_get_space (b, &room);
  g_assert_cmpuint (room, >, 0);
  shelf.answer = SHOAL_NET_KEY_FOUND;
  g_assert_cmpint (shoal_net_mse_advance (b, 0), ==, SHOAL_NET_MSE_DONE);
  assert_rest (b, "hello, all", 10);
  g_assert_cmpuint (shelf.n_asked, ==, 3);
  liar_clear (&liar);
}

/* Of a promised payload only a part is there, and the rest of the stream is not encrypted. */
static void
test_half_payload (void)
{
  ShoalNetSecurityTerms terms = { .methods = SHOAL_NET_METHOD_PLAIN };
  Shelf                 shelf;
  Liar                  liar;
  g_autoptr (ShoalNetMse) b = make_responder (1, 2, &terms, &shelf);

  liar_init (&liar, SHOAL_NET_CIPHER_INITIATOR, b);
  liar_add_request (&liar);
  liar_add_head (&liar, 0, BOTH, 0);
  liar_add_encrypted (&liar, "\xff\xffhalf", 6);
  g_assert_cmpint (give_all (b, liar.out->data, liar.out->len), ==, SHOAL_NET_MSE_DONE);
  assert_rest (b, "half", 4);
  g_assert_cmpuint (shoal_net_mse_get_encrypted_left (b), ==, 0xffff - 4);
  liar_clear (&liar);
}

/* An initiator takes no more than it has room for. */
static void
test_payload_room (void)
{
  guint8 much[2 * SHOAL_NET_MSE_MAX_PAYLOAD] = { 0 };
  g_autoptr (ShoalNetMse) a = make_initiator (512, 512, BOTH);

  g_assert_cmpuint (shoal_net_mse_add_payload (a, much, 100), ==, 100);
  g_assert_cmpuint (
      shoal_net_mse_add_payload (a, much, sizeof much), ==, SHOAL_NET_MSE_MAX_PAYLOAD - 100);
  g_assert_cmpuint (shoal_net_mse_add_payload (a, much, 1), ==, 0);
}

static void
test_random (void)
{
  ShoalNetMseRandom one, two;
  guint             longest = 0;

  shoal_net_mse_random_fill (&two);
  for (guint i = 0; i < 200; i++)
    {
      shoal_net_mse_random_fill (&one);
      g_assert_cmpuint (one.noise_len, <=, SHOAL_NET_MSE_MAX_PAD);
      g_assert_cmpuint (one.zeros_len, <=, SHOAL_NET_MSE_MAX_PAD);
      g_assert_true (memcmp (one.exponent, two.exponent, sizeof one.exponent) != 0);
      longest = MAX (longest, one.noise_len);
    }
  g_assert_cmpuint (longest, >, 128);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/mse/known", test_known);
  g_test_add_func ("/net/mse/key-hash", test_key_hash);
  g_test_add_func ("/net/mse/lengths", test_lengths);
  g_test_add_func ("/net/mse/splits", test_splits);
  g_test_add_func ("/net/mse/bare", test_bare);
  g_test_add_func ("/net/mse/bare-refused", test_bare_refused);
  g_test_add_func ("/net/mse/encryption-refused", test_encryption_refused);
  g_test_add_func ("/net/mse/methods", test_methods);
  g_test_add_func ("/net/mse/bad-keys", test_bad_keys);
  g_test_add_func ("/net/mse/endless", test_endless);
  g_test_add_func ("/net/mse/bad-requests", test_bad_requests);
  g_test_add_func ("/net/mse/bad-answers", test_bad_answers);
  g_test_add_func ("/net/mse/unknown", test_unknown);
  g_test_add_func ("/net/mse/later", test_later);
  g_test_add_func ("/net/mse/half-payload", test_half_payload);
  g_test_add_func ("/net/mse/payload-room", test_payload_room);
  g_test_add_func ("/net/mse/random", test_random);
  return g_test_run ();
}
