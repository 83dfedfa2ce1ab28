/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-pcp.h"

#include <string.h>

/* How long a refusal, and a grant, may count at the shortest and the longest. */
#define MIN_LIFETIME_S 10
#define MAX_REFUSAL_S  1800
#define END_TRIES      3
#define SECOND         ((gint64) G_USEC_PER_SEC)

/* Between a renewal that failed and the next try, while what was granted still holds. */
#define MIN_RETRY_USEC (30 * SECOND)
#define MAX_RETRY_USEC (300 * SECOND)

/* What is asked of the router. The last is of NAT-PMP, where a mapping comes without an address. */
enum
{
  SLOT_TCP,
  SLOT_UDP,
  SLOT_ADDRESS,
  N_SLOTS,
};

typedef struct
{
  gint64           due_usec;   /* when it is asked next; G_MAXINT64: never */
  gint64           until_usec; /* the grant holds until then; 0: there is none */
  ShoalBaseAddress external;
  guint            n_sent; /* since the last answer */
  guint8           nonce[SHOAL_CODEC_PCP_NONCE_SIZE];

  guint is_asked : 1; /* an answer is waited for */
  guint is_refused : 1;
  guint is_silent : 1; /* no answer came the last time */
} Slot;

struct _ShoalDiscoverPcp
{
  ShoalBaseAddress client;
  guint16          wish;
  Slot             slots[N_SLOTS];
  ShoalBaseAddress external;
  gint64           epoch_usec; /* when the router told its epoch; 0: never */
  guint32          epoch_s;

  guint is_old : 1;
  guint is_ending : 1;
};

static void
fill_nonce (guint8 nonce[SHOAL_CODEC_PCP_NONCE_SIZE], ShoalBaseRandom *random)
{
  gsize i;

  if (random == NULL)
    {
      shoal_base_random_secure (nonce, SHOAL_CODEC_PCP_NONCE_SIZE);
      return;
    }
  for (i = 0; i < SHOAL_CODEC_PCP_NONCE_SIZE; i++)
    nonce[i] = (guint8) shoal_base_random_below (random, 256);
}

/* Begins to ask anew, in the protocol that is set. */
static void
ask_all (ShoalDiscoverPcp *self, gint64 now_usec)
{
  guint i;

  for (i = 0; i < N_SLOTS; i++)
    {
      Slot *slot = &self->slots[i];

      slot->n_sent = 0;
      slot->is_asked = slot->is_refused = slot->is_silent = FALSE;
      slot->due_usec = i != SLOT_ADDRESS || self->is_old ? now_usec : G_MAXINT64;
    }
}

ShoalDiscoverPcp *
shoal_discover_pcp_new (const ShoalBaseAddress *client,
                        guint16                 wish,
                        ShoalBaseRandom        *random,
                        gint64                  now_usec)
{
  ShoalDiscoverPcp *self = g_new0 (ShoalDiscoverPcp, 1);
  guint             i;

  self->client = *client;
  self->wish = wish;
  for (i = 0; i < N_SLOTS; i++)
    fill_nonce (self->slots[i].nonce, random);
  ask_all (self, now_usec);
  return self;
}

void
shoal_discover_pcp_free (ShoalDiscoverPcp *self)
{
  g_free (self);
}

gint64
shoal_discover_pcp_get_due (const ShoalDiscoverPcp *self)
{
  gint64 due_usec = G_MAXINT64;
  guint  i;

  for (i = 0; i < N_SLOTS; i++)
    due_usec = MIN (due_usec, self->slots[i].due_usec);
  return due_usec;
}

static gboolean
is_granted (const Slot *slot)
{
  return slot->until_usec != 0;
}

static void
lose (Slot *slot)
{
  slot->until_usec = 0;
  slot->external = (ShoalBaseAddress){ 0 };
}

/* The router does not answer. */
static void
give_up (ShoalDiscoverPcp *self, Slot *slot, gint64 now_usec)
{
  slot->n_sent = 0;
  slot->is_asked = FALSE;
  slot->is_silent = TRUE;
  if (self->is_ending)
    {
      slot->due_usec = G_MAXINT64;
      lose (slot);
      return;
    }
  if (slot->until_usec > now_usec)
    {
      gint64 left_usec = slot->until_usec - now_usec;

      slot->due_usec =
          now_usec + MIN (left_usec, CLAMP (left_usec / 2, MIN_RETRY_USEC, MAX_RETRY_USEC));
      return;
    }
  lose (slot);
  slot->due_usec = now_usec + SHOAL_DISCOVER_PCP_AGAIN_USEC;
  /* By then there may be another router, which knows PCP. */
  if (slot == &self->slots[SLOT_TCP])
    self->is_old = FALSE;
}

static gsize
write_request (ShoalDiscoverPcp *self, guint i, guint8 *out)
{
  const Slot      *slot = &self->slots[i];
  ShoalCodecPcpMap map = {
    .client = self->client,
    .protocol = i == SLOT_TCP ? SHOAL_CODEC_PCP_TCP : SHOAL_CODEC_PCP_UDP,
    .lifetime_s = self->is_ending ? 0 : SHOAL_DISCOVER_PCP_LIFETIME_S,
  };

  if (i == SLOT_ADDRESS)
    return shoal_codec_pcp_write_old_address (out);
  memcpy (map.nonce, slot->nonce, sizeof map.nonce);
  if (is_granted (slot) && !self->is_ending)
    map.external = slot->external;
  if (map.external.port == 0 && !self->is_ending)
    map.external.port = self->wish;
  return self->is_old ? shoal_codec_pcp_write_old_map (&map, out)
                      : shoal_codec_pcp_write_map (&map, out);
}

gsize
shoal_discover_pcp_poll (ShoalDiscoverPcp *self,
                         gint64            now_usec,
                         guint8            out[SHOAL_CODEC_PCP_MAX_SIZE])
{
  guint n_tries = self->is_ending ? END_TRIES : SHOAL_DISCOVER_PCP_TRIES;
  guint i;

  for (i = 0; i < N_SLOTS; i++)
    {
      Slot *slot = &self->slots[i];

      if (slot->due_usec > now_usec)
        continue;
      if (slot->n_sent == n_tries)
        {
          give_up (self, slot, now_usec);
          continue;
        }
      slot->due_usec = now_usec + (SHOAL_DISCOVER_PCP_WAIT_USEC << slot->n_sent);
      slot->n_sent++;
      slot->is_asked = TRUE;
      return write_request (self, i, out);
    }
  return 0;
}

/* RFC 6887 8.5: whether the router has forgotten what it granted, by its clock and ours. */
static gboolean
has_forgotten (ShoalDiscoverPcp *self, guint32 epoch_s, gint64 now_usec)
{
  gint64   ours = (now_usec - self->epoch_usec) / SECOND;
  gint64   theirs = (gint64) epoch_s - self->epoch_s;
  gboolean is_odd = theirs < -1 || ours + 2 < theirs - theirs / 16 || theirs + 2 < ours - ours / 16;
  gboolean is_known = self->epoch_usec != 0;

  self->epoch_usec = now_usec;
  self->epoch_s = epoch_s;
  return is_known && is_odd;
}

/* What was granted before is asked for again at once. */
static void
renew_all (ShoalDiscoverPcp *self, gint64 now_usec)
{
  guint i;

  for (i = 0; i < N_SLOTS; i++)
    if (is_granted (&self->slots[i]) && !self->slots[i].is_asked)
      self->slots[i].due_usec = now_usec;
}

static void
take_refusal (ShoalDiscoverPcp *self, Slot *slot, guint32 lifetime_s, gint64 now_usec)
{
  slot->is_refused = TRUE;
  lose (slot);
  slot->due_usec = self->is_ending
                       ? G_MAXINT64
                       : now_usec + CLAMP (lifetime_s, MIN_LIFETIME_S, MAX_REFUSAL_S) * SECOND;
}

static void
take_grant (ShoalDiscoverPcp *self, Slot *slot, const ShoalCodecPcpReply *reply, gint64 now_usec)
{
  gint64 lifetime_s = CLAMP (reply->lifetime_s, MIN_LIFETIME_S, 2 * SHOAL_DISCOVER_PCP_LIFETIME_S);

  if (reply->kind == SHOAL_CODEC_PCP_REPLY_ADDRESS)
    lifetime_s = SHOAL_DISCOVER_PCP_LIFETIME_S;
  slot->is_refused = FALSE;
  if (self->is_ending)
    {
      lose (slot);
      slot->due_usec = G_MAXINT64;
      return;
    }
  slot->external = reply->external;
  slot->until_usec = now_usec + lifetime_s * SECOND;
  slot->due_usec = now_usec + lifetime_s * SECOND / 2;
}

/* Where both parts of an answer of NAT-PMP are put together. */
static void
update_external (ShoalDiscoverPcp *self)
{
  self->external = self->slots[SLOT_TCP].external;
  if (!self->is_old)
    return;
  self->external = self->slots[SLOT_ADDRESS].external;
  self->external.port = self->slots[SLOT_TCP].external.port;
}

/* The slot that was asked for what @reply answers; NULL: none. */
static Slot *
find_slot (ShoalDiscoverPcp *self, const ShoalCodecPcpReply *reply)
{
  Slot *slot;

  if (reply->kind == SHOAL_CODEC_PCP_REPLY_ADDRESS)
    slot = &self->slots[SLOT_ADDRESS];
  else if (reply->protocol == SHOAL_CODEC_PCP_TCP)
    slot = &self->slots[SLOT_TCP];
  else if (reply->protocol == SHOAL_CODEC_PCP_UDP)
    slot = &self->slots[SLOT_UDP];
  else if (reply->result != SHOAL_CODEC_PCP_SUCCESS) /* of whatever was asked */
    return self->slots[SLOT_TCP].is_asked ? &self->slots[SLOT_TCP] : NULL;
  else
    return NULL;
  if (!slot->is_asked)
    return NULL;
  if (reply->kind == SHOAL_CODEC_PCP_REPLY_PCP &&
      memcmp (reply->nonce, slot->nonce, sizeof slot->nonce) != 0)
    return NULL;
  if (reply->result == SHOAL_CODEC_PCP_SUCCESS && slot != &self->slots[SLOT_ADDRESS] &&
      reply->internal_port != self->client.port)
    return NULL;
  return slot;
}

/* A router that knows only the older protocol answers in that, or refuses the version. NAT-PMP is
 * for IPv4. TRUE: it did, and is asked in that from now on. */
static gboolean
falls_back (ShoalDiscoverPcp *self, const ShoalCodecPcpReply *reply, gint64 now_usec)
{
  if (self->is_old || self->is_ending || self->client.family != AF_INET ||
      reply->result != SHOAL_CODEC_PCP_BAD_VERSION)
    return FALSE;
  self->is_old = TRUE;
  ask_all (self, now_usec);
  return TRUE;
}

void
shoal_discover_pcp_receive (ShoalDiscoverPcp *self, const guint8 *data, gsize len, gint64 now_usec)
{
  ShoalCodecPcpReply reply;
  Slot              *slot;

  if (!shoal_codec_pcp_parse (&reply, data, len) || falls_back (self, &reply, now_usec))
    return;
  if ((reply.kind != SHOAL_CODEC_PCP_REPLY_PCP) != self->is_old)
    return;
  slot = find_slot (self, &reply);
  if (slot == NULL)
    return;
  slot->is_asked = slot->is_silent = FALSE;
  slot->n_sent = 0;
  if (has_forgotten (self, reply.epoch_s, now_usec) && !self->is_ending)
    renew_all (self, now_usec);
  if (reply.result != SHOAL_CODEC_PCP_SUCCESS)
    take_refusal (self, slot, reply.lifetime_s, now_usec);
  else
    take_grant (self, slot, &reply, now_usec);
  update_external (self);
}

void
shoal_discover_pcp_end (ShoalDiscoverPcp *self, gint64 now_usec)
{
  guint i;

  if (self->is_ending)
    return;
  self->is_ending = TRUE;
  for (i = 0; i < N_SLOTS; i++)
    {
      Slot *slot = &self->slots[i];

      /* One that was asked for may be granted by now, without our knowing. */
      gboolean may_be_there = i != SLOT_ADDRESS && (is_granted (slot) || slot->is_asked);

      slot->n_sent = 0;
      slot->due_usec = may_be_there ? now_usec : G_MAXINT64;
    }
}

ShoalDiscoverPcpState
shoal_discover_pcp_get_state (const ShoalDiscoverPcp *self)
{
  const Slot *tcp = &self->slots[SLOT_TCP];

  if (self->is_ending)
    return shoal_discover_pcp_get_due (self) == G_MAXINT64 ? SHOAL_DISCOVER_PCP_ENDED
                                                           : SHOAL_DISCOVER_PCP_ASKING;
  if (is_granted (tcp))
    return SHOAL_DISCOVER_PCP_MAPPED;
  if (tcp->is_refused)
    return SHOAL_DISCOVER_PCP_REFUSED;
  return tcp->is_silent ? SHOAL_DISCOVER_PCP_SILENT : SHOAL_DISCOVER_PCP_ASKING;
}

gboolean
shoal_discover_pcp_is_old (const ShoalDiscoverPcp *self)
{
  return self->is_old;
}

const ShoalBaseAddress *
shoal_discover_pcp_get_external (const ShoalDiscoverPcp *self)
{
  return &self->external;
}
