/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-mse.h"

#include <gnutls/crypto.h>

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-random.h"

#define HASH_SIZE  (sizeof (ShoalSha1))
#define LABEL_SIZE 4

/* Encrypted zeros, by which the initiator finds the end of the noise. */
#define CHECK_SIZE 8

/* Check, method bits, length of the zeros. */
#define HEAD_SIZE (CHECK_SIZE + 4 + 2)

/* Room for the longest handshake of a remote, of either kind (1176 bytes), and for what comes with
 * it in one read. */
#define IN_SIZE 2048

#define FIRST_SIZE (SHOAL_NET_DH_SIZE + SHOAL_NET_MSE_MAX_PAD)
#define SECOND_SIZE                                                                                \
  (2 * HASH_SIZE + HEAD_SIZE + SHOAL_NET_MSE_MAX_PAD + 2 + SHOAL_NET_MSE_MAX_PAYLOAD)

/* Of what shoal_net_mse_random_fill() makes. */
#define USUAL_ZEROS 128

static const guint8 BARE_BEGIN[20] = "\023BitTorrent protocol";

typedef enum
{
  STATE_BEGIN, /* responder: BitTorrent's own handshake, or a public key? */
  STATE_KEY,
  STATE_NOISE, /* until the mark */
  STATE_TORRENT,
  STATE_HEAD,
  STATE_ZEROS,
  STATE_DONE,
  STATE_OVER, /* bare, or failed */
} State;

struct _ShoalNetMse
{
  State                 state;
  ShoalNetSecurityTerms terms;
  ShoalNetKeyFunc       find;
  gpointer              owner;  /* unowned: the func's */
  ShoalNetMseRandom     random; /* the exponent until the secret is known */
  guint8                secret[SHOAL_NET_DH_SIZE];
  ShoalSwarmKey         key;
  ShoalNetCipher        send;
  ShoalNetCipher        receive;
  guint8                mark[HASH_SIZE]; /* what ends the noise of the remote */
  guint8                mark_len;
  guint8                method;
  guint16               zeros_left; /* of the remote's, with the length that follows them */
  guint64               encrypted_left;
  guint8                in[IN_SIZE];
  gsize                 in_len;
  gsize                 in_pos; /* before it all is read and, where it was encrypted, decrypted */
  guint8                out[FIRST_SIZE + SECOND_SIZE];
  gsize                 out_len;
  gsize                 out_pos;
  guint8                payload[SHOAL_NET_MSE_MAX_PAYLOAD];
  gsize                 payload_len;

  guint is_initiator : 1;
  guint is_answered : 1;
};

/* SHA-1 of @label and @data. */
static void
hash (const char *label, const guint8 *data, gsize len, ShoalSha1 *out)
{
  guint8 input[LABEL_SIZE + SHOAL_NET_DH_SIZE];

  g_assert (len <= SHOAL_NET_DH_SIZE);
  memcpy (input, label, LABEL_SIZE);
  memcpy (input + LABEL_SIZE, data, len);
  gnutls_hash_fast (GNUTLS_DIG_SHA1, input, LABEL_SIZE + len, out->bytes);
  explicit_bzero (input, sizeof input);
}

void
shoal_net_mse_hash_key (const ShoalSwarmKey *key, ShoalSha1 *out)
{
  hash ("req2", key->bytes, sizeof key->bytes, out);
}

void
shoal_net_mse_random_fill (ShoalNetMseRandom *out)
{
  shoal_base_random_secure (out, sizeof *out);
  out->noise_len %= SHOAL_NET_MSE_MAX_PAD + 1;
  out->zeros_len %= USUAL_ZEROS;
}

static guint8 *
add_output (ShoalNetMse *self, gsize len)
{
  guint8 *out = self->out + self->out_len;

  g_assert (len <= sizeof self->out - self->out_len);
  self->out_len += len;
  return out;
}

static void
write_public_key (ShoalNetMse *self)
{
  shoal_net_dh_make_public (self->random.exponent, add_output (self, SHOAL_NET_DH_SIZE));
  memcpy (add_output (self, self->random.noise_len), self->random.noise, self->random.noise_len);
}

static ShoalNetMse *
new_side (const ShoalNetMseRandom *random)
{
  ShoalNetMse *self = g_new0 (ShoalNetMse, 1);

  g_assert (random->noise_len <= SHOAL_NET_MSE_MAX_PAD);
  g_assert (random->zeros_len <= SHOAL_NET_MSE_MAX_PAD);
  self->random = *random;
  return self;
}

ShoalNetMse *
shoal_net_mse_new_initiator (const ShoalNetMseRandom *random,
                             guint8                   methods,
                             const ShoalSwarmKey     *key)
{
  ShoalNetMse *self = new_side (random);

  self->state = STATE_KEY;
  self->is_initiator = TRUE;
  self->terms.methods = methods;
  self->key = *key;
  write_public_key (self);
  return self;
}

ShoalNetMse *
shoal_net_mse_new_responder (const ShoalNetMseRandom     *random,
                             const ShoalNetSecurityTerms *terms,
                             ShoalNetKeyFunc              find,
                             gpointer                     owner)
{
  ShoalNetMse *self = new_side (random);

  self->terms = *terms;
  self->find = find;
  self->owner = owner;
  return self;
}

void
shoal_net_mse_free (ShoalNetMse *self)
{
  explicit_bzero (self, sizeof *self);
  g_free (self);
}

guint8 *
shoal_net_mse_get_space (ShoalNetMse *self, gsize *len)
{
  *len = IN_SIZE - self->in_len;
  return self->in + self->in_len;
}

gboolean
shoal_net_mse_is_answered (const ShoalNetMse *self)
{
  return self->is_answered;
}

gsize
shoal_net_mse_add_payload (ShoalNetMse *self, const guint8 *data, gsize len)
{
  gsize n = MIN (len, sizeof self->payload - self->payload_len);

  if (!self->is_initiator || self->is_answered || n == 0)
    return 0;
  memcpy (self->payload + self->payload_len, data, n);
  self->payload_len += n;
  return n;
}

const guint8 *
shoal_net_mse_get_output (ShoalNetMse *self, gsize *len)
{
  *len = self->out_len - self->out_pos;
  return self->out + self->out_pos;
}

void
shoal_net_mse_consume_output (ShoalNetMse *self, gsize n)
{
  g_return_if_fail (n <= self->out_len - self->out_pos);
  self->out_pos += n;
}

guint8
shoal_net_mse_get_method (const ShoalNetMse *self)
{
  return self->method;
}

const guint8 *
shoal_net_mse_get_rest (const ShoalNetMse *self, gsize *len)
{
  *len = self->in_len - self->in_pos;
  return self->in + self->in_pos;
}

guint64
shoal_net_mse_get_encrypted_left (const ShoalNetMse *self)
{
  return self->encrypted_left;
}

void
shoal_net_mse_get_ciphers (const ShoalNetMse *self, ShoalNetCipher *send, ShoalNetCipher *receive)
{
  *send = self->send;
  *receive = self->receive;
}

/* The next @len bytes as they came; NULL if they are not all there. */
static guint8 *
take (ShoalNetMse *self, gsize len)
{
  guint8 *data = self->in + self->in_pos;

  if (self->in_len - self->in_pos < len)
    return NULL;
  self->in_pos += len;
  return data;
}

/* The same, decrypted. */
static guint8 *
take_clear (ShoalNetMse *self, gsize len)
{
  guint8 *data = take (self, len);

  if (data != NULL)
    shoal_net_cipher_apply (&self->receive, data, data, len);
  return data;
}

static void
start_ciphers (ShoalNetMse *self)
{
  ShoalNetCipherSender ours =
      self->is_initiator ? SHOAL_NET_CIPHER_INITIATOR : SHOAL_NET_CIPHER_RESPONDER;
  ShoalNetCipherSender theirs =
      self->is_initiator ? SHOAL_NET_CIPHER_RESPONDER : SHOAL_NET_CIPHER_INITIATOR;

  shoal_net_cipher_init (&self->send, ours, self->secret, &self->key);
  shoal_net_cipher_init (&self->receive, theirs, self->secret, &self->key);
}

/* Check, @methods, zeros; then the initiator's payload. */
static void
write_encrypted (ShoalNetMse *self, guint8 methods)
{
  gsize   len = HEAD_SIZE + self->random.zeros_len;
  guint8 *out = add_output (self, len);

  memset (out, 0, len);
  out[CHECK_SIZE + 3] = methods;
  shoal_base_write_be16 (out + CHECK_SIZE + 4, self->random.zeros_len);
  shoal_net_cipher_apply (&self->send, out, out, len);
  if (!self->is_initiator)
    return;
  len = 2 + self->payload_len;
  out = add_output (self, len);
  shoal_base_write_be16 (out, (guint16) self->payload_len);
  memcpy (out + 2, self->payload, self->payload_len);
  shoal_net_cipher_apply (&self->send, out, out, len);
}

static void
mask (guint8 out[HASH_SIZE], const ShoalSha1 *a, const ShoalSha1 *b)
{
  gsize i;

  for (i = 0; i < HASH_SIZE; i++)
    out[i] = a->bytes[i] ^ b->bytes[i];
}

/* The initiator's second message, as soon as the secret is known. */
static void
write_request (ShoalNetMse *self)
{
  guint8   *out = add_output (self, 2 * HASH_SIZE);
  ShoalSha1 secret_hash, key_hash;

  hash ("req1", self->secret, sizeof self->secret, &secret_hash);
  memcpy (out, secret_hash.bytes, HASH_SIZE);
  hash ("req3", self->secret, sizeof self->secret, &secret_hash);
  shoal_net_mse_hash_key (&self->key, &key_hash);
  mask (out + HASH_SIZE, &secret_hash, &key_hash);
  write_encrypted (self, self->terms.methods);
}

/* What the noise of the remote ends with: the encrypted check, or the hash of the secret. */
static void
set_mark (ShoalNetMse *self)
{
  ShoalNetCipher cipher = self->receive;
  ShoalSha1      secret_hash;

  if (self->is_initiator)
    {
      self->mark_len = CHECK_SIZE;
      memset (self->mark, 0, CHECK_SIZE);
      shoal_net_cipher_apply (&cipher, self->mark, self->mark, CHECK_SIZE);
      explicit_bzero (&cipher, sizeof cipher);
      return;
    }
  self->mark_len = HASH_SIZE;
  hash ("req1", self->secret, sizeof self->secret, &secret_hash);
  memcpy (self->mark, secret_hash.bytes, HASH_SIZE);
}

static ShoalNetMseResult
end (ShoalNetMse *self, ShoalNetMseResult result)
{
  self->state = STATE_OVER;
  return result;
}

static ShoalNetMseResult
go_on (ShoalNetMse *self, State state)
{
  self->state = state;
  return SHOAL_NET_MSE_MORE;
}

static ShoalNetMseResult
read_begin (ShoalNetMse *self)
{
  gsize len = MIN (self->in_len, sizeof BARE_BEGIN);

  if (memcmp (self->in, BARE_BEGIN, len) != 0)
    return self->terms.methods != 0 ? go_on (self, STATE_KEY) : end (self, SHOAL_NET_MSE_BAD);
  if (len < sizeof BARE_BEGIN)
    return SHOAL_NET_MSE_MORE;
  return end (self, self->terms.accepts_bare ? SHOAL_NET_MSE_BARE : SHOAL_NET_MSE_DIFFERS);
}

static ShoalNetMseResult
read_key (ShoalNetMse *self)
{
  const guint8 *remote = take (self, SHOAL_NET_DH_SIZE);

  if (remote == NULL)
    return SHOAL_NET_MSE_MORE;
  if (!shoal_net_dh_agree (self->random.exponent, remote, self->secret))
    return end (self, SHOAL_NET_MSE_BAD);
  self->is_answered = TRUE;
  if (self->is_initiator)
    {
      start_ciphers (self);
      write_request (self);
    }
  else
    write_public_key (self);
  explicit_bzero (self->random.exponent, sizeof self->random.exponent);
  set_mark (self);
  return go_on (self, STATE_NOISE);
}

static ShoalNetMseResult
read_noise (ShoalNetMse *self)
{
  gsize   last = SHOAL_NET_DH_SIZE + SHOAL_NET_MSE_MAX_PAD; /* where the mark may begin */
  gsize   in_end = MIN (self->in_len, last + self->mark_len);
  guint8 *mark =
      memmem (self->in + self->in_pos, in_end - self->in_pos, self->mark, self->mark_len);

  if (mark == NULL)
    {
      /* Its begin may be there already. */
      if (in_end - self->in_pos >= self->mark_len)
        self->in_pos = in_end - self->mark_len + 1;
      return self->in_pos > last ? end (self, SHOAL_NET_MSE_BAD) : SHOAL_NET_MSE_MORE;
    }
  self->in_pos = (gsize) (mark - self->in);
  if (self->is_initiator)
    return go_on (self, STATE_HEAD);
  self->in_pos += self->mark_len;
  return go_on (self, STATE_TORRENT);
}

static ShoalNetMseResult
read_torrent (ShoalNetMse *self)
{
  ShoalSha1     secret_hash, key_hash;
  const guint8 *masked = take (self, HASH_SIZE);

  if (masked == NULL)
    return SHOAL_NET_MSE_MORE;
  hash ("req3", self->secret, sizeof self->secret, &secret_hash);
  memcpy (key_hash.bytes, masked, HASH_SIZE);
  mask (key_hash.bytes, &key_hash, &secret_hash);
  switch (self->find (self->owner, &key_hash, &self->key, &self->terms))
    {
    case SHOAL_NET_KEY_UNKNOWN:
      return end (self, SHOAL_NET_MSE_UNKNOWN);
    case SHOAL_NET_KEY_LATER:
      self->in_pos -= HASH_SIZE;
      return SHOAL_NET_MSE_LATER;
    case SHOAL_NET_KEY_FOUND:
      break;
    }
  start_ciphers (self);
  return go_on (self, STATE_HEAD);
}

/* Of the remote's @bits, the one method to go on with; 0: none. */
static guint8
choose_method (const ShoalNetMse *self, guint8 bits)
{
  guint8 both = SHOAL_NET_METHOD_PLAIN | SHOAL_NET_METHOD_RC4;

  bits &= self->terms.methods;
  if (bits != both)
    return bits;
  if (self->is_initiator)
    return 0; /* the remote had to choose */
  return self->terms.prefers_rc4 ? SHOAL_NET_METHOD_RC4 : SHOAL_NET_METHOD_PLAIN;
}

static ShoalNetMseResult
read_head (ShoalNetMse *self)
{
  static const guint8 zeros[CHECK_SIZE];
  const guint8       *head = take_clear (self, HEAD_SIZE);
  guint16             zeros_len;

  if (head == NULL)
    return SHOAL_NET_MSE_MORE;
  zeros_len = shoal_base_read_be16 (head + CHECK_SIZE + 4);
  if (memcmp (head, zeros, CHECK_SIZE) != 0 || zeros_len > SHOAL_NET_MSE_MAX_PAD)
    return end (self, SHOAL_NET_MSE_BAD);
  self->method = choose_method (self, head[CHECK_SIZE + 3]);
  if (self->method == 0)
    return end (self, SHOAL_NET_MSE_DIFFERS);
  self->zeros_left = (guint16) (zeros_len + (self->is_initiator ? 0 : 2));
  return go_on (self, STATE_ZEROS);
}

/* What came with the end of the handshake: decrypted as far as it is encrypted. */
static void
decrypt_rest (ShoalNetMse *self)
{
  gsize n = (gsize) MIN (self->encrypted_left, self->in_len - self->in_pos);

  shoal_net_cipher_apply (&self->receive, self->in + self->in_pos, self->in + self->in_pos, n);
  if (self->encrypted_left != G_MAXUINT64)
    self->encrypted_left -= n;
}

static ShoalNetMseResult
read_zeros (ShoalNetMse *self)
{
  const guint8 *zeros = take_clear (self, self->zeros_left);

  if (zeros == NULL)
    return SHOAL_NET_MSE_MORE;
  if (!self->is_initiator)
    {
      self->encrypted_left = shoal_base_read_be16 (zeros + self->zeros_left - 2);
      write_encrypted (self, self->method);
    }
  if (self->method == SHOAL_NET_METHOD_RC4)
    self->encrypted_left = G_MAXUINT64;
  decrypt_rest (self);
  explicit_bzero (self->secret, sizeof self->secret);
  self->state = STATE_DONE;
  return SHOAL_NET_MSE_DONE;
}

static ShoalNetMseResult
step (ShoalNetMse *self)
{
  switch (self->state)
    {
    case STATE_BEGIN:
      return read_begin (self);
    case STATE_KEY:
      return read_key (self);
    case STATE_NOISE:
      return read_noise (self);
    case STATE_TORRENT:
      return read_torrent (self);
    case STATE_HEAD:
      return read_head (self);
    case STATE_ZEROS:
      return read_zeros (self);
    case STATE_DONE:
    case STATE_OVER:
      break;
    }
  g_return_val_if_reached (SHOAL_NET_MSE_BAD);
}

ShoalNetMseResult
shoal_net_mse_advance (ShoalNetMse *self, gsize n)
{
  ShoalNetMseResult result;
  State             before;

  g_return_val_if_fail (n <= IN_SIZE - self->in_len, SHOAL_NET_MSE_BAD);
  self->in_len += n;
  do
    {
      before = self->state;
      result = step (self);
    }
  while (result == SHOAL_NET_MSE_MORE && self->state != before);
  return result;
}
