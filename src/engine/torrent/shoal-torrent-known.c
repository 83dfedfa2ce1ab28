/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-known.h"

#define MAX_FAILURES     3                     /* then it is only kept if there is room */
#define RETRY_USEC       (60 * G_USEC_PER_SEC) /* times the failures */
#define AGAIN_USEC       (30 * G_USEC_PER_SEC) /* after a connection that had worked */
#define LOCAL_RETRY_USEC (5 * G_USEC_PER_SEC)  /* on this machine or network a try costs nothing */

struct _ShoalTorrentKnowns
{
  const ShoalBaseAddress *own;        /* unowned: two */
  GPtrArray              *list;       /* owned, with the entries */
  GHashTable             *by_address; /* owned: &known->address → known */
  GHashTable             *by_sender;  /* owned: &known->sender → known */
  GHashTable             *by_host;    /* owned: host → the first known of it, a chain */
  ShoalTorrentBans       *bans;       /* owned */
  GArray                 *gone;       /* owned, of ShoalTorrentSender; a ring once it is full */
  guint                   next_gone;  /* the oldest of the full ring */
  ShoalTorrentSender      found;      /* lent by find_sender */
  ShoalPieceSender        last_sender;
};

ShoalTorrentKnowns *
shoal_torrent_knowns_new (const ShoalBaseAddress own[2])
{
  ShoalTorrentKnowns *self = g_new0 (ShoalTorrentKnowns, 1);

  self->own = own;
  self->list = g_ptr_array_new_with_free_func (g_free);
  self->by_address = g_hash_table_new (shoal_base_address_hash, shoal_base_address_equal_key);
  self->by_sender = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->by_host =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, g_free, NULL);
  self->bans = shoal_torrent_bans_new ();
  self->gone = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentSender));
  return self;
}

void
shoal_torrent_knowns_free (ShoalTorrentKnowns *self)
{
  g_hash_table_unref (self->by_address);
  g_hash_table_unref (self->by_sender);
  g_hash_table_unref (self->by_host);
  shoal_torrent_bans_free (self->bans);
  g_array_unref (self->gone);
  g_ptr_array_unref (self->list);
  g_free (self);
}

gboolean
shoal_torrent_knowns_is_banned (ShoalTorrentKnowns     *self,
                                const ShoalBaseAddress *address,
                                const ShoalPeerId      *peer_id)
{
  return shoal_torrent_bans_contain (self->bans, address, peer_id);
}

static void
remember (ShoalTorrentKnowns *self, const ShoalTorrentKnown *known)
{
  ShoalTorrentSender gone = { known->sender, known->address, known->peer_id };

  if (self->gone->len < SHOAL_TORRENT_MAX_GONE)
    {
      g_array_append_val (self->gone, gone);
      return;
    }
  g_array_index (self->gone, ShoalTorrentSender, self->next_gone) = gone;
  self->next_gone = (self->next_gone + 1) % SHOAL_TORRENT_MAX_GONE;
}

/* Local hosts may hold many, and nobody asks how many. */
static void
join_host (ShoalTorrentKnowns *self, ShoalTorrentKnown *known)
{
  ShoalBaseAddress host = shoal_base_address_get_host (&known->address);

  if (shoal_base_policy_is_local (&known->address))
    return;
  known->next_of_host = g_hash_table_lookup (self->by_host, &host);
  g_hash_table_replace (self->by_host, g_memdup2 (&host, sizeof host), known);
}

static void
leave_host (ShoalTorrentKnowns *self, ShoalTorrentKnown *known)
{
  ShoalBaseAddress   host = shoal_base_address_get_host (&known->address);
  ShoalTorrentKnown *other = g_hash_table_lookup (self->by_host, &host);

  if (shoal_base_policy_is_local (&known->address))
    return;
  if (other == known && known->next_of_host == NULL)
    g_hash_table_remove (self->by_host, &host);
  else if (other == known)
    g_hash_table_replace (self->by_host, g_memdup2 (&host, sizeof host), known->next_of_host);
  else
    {
      while (other->next_of_host != known)
        other = other->next_of_host;
      other->next_of_host = known->next_of_host;
    }
}

static void
drop (ShoalTorrentKnowns *self, ShoalTorrentKnown *known)
{
  g_assert (!known->is_linked);
  if (known->has_peer_id)
    remember (self, known);
  g_hash_table_remove (self->by_address, &known->address);
  g_hash_table_remove (self->by_sender, &known->sender);
  leave_host (self, known);
  g_ptr_array_remove_fast (self->list, known);
}

static gboolean
is_known_banned (ShoalTorrentKnowns *self, const ShoalTorrentKnown *known)
{
  return shoal_torrent_knowns_is_banned (
      self, &known->address, known->has_peer_id ? &known->peer_id : NULL);
}

static void
drop_banned (ShoalTorrentKnowns *self)
{
  guint i;

  for (i = self->list->len; i > 0; i--)
    {
      ShoalTorrentKnown *known = g_ptr_array_index (self->list, i - 1);

      if (!known->is_linked && is_known_banned (self, known))
        drop (self, known);
    }
}

void
shoal_torrent_knowns_ban (ShoalTorrentKnowns     *self,
                          const ShoalBaseAddress *address,
                          const ShoalPeerId      *peer_id,
                          ShoalTorrentBanReason   reason)
{
  shoal_torrent_bans_add (self->bans, address, peer_id, reason);
  drop_banned (self);
}

gboolean
shoal_torrent_knowns_unban (ShoalTorrentKnowns *self, const ShoalBaseAddress *address)
{
  return shoal_torrent_bans_drop (self->bans, address);
}

/* How little it would be missed; larger goes first. Negative: it stays. */
static int
dispensability (const ShoalTorrentKnown *known)
{
  if (known->is_linked || known->source == SHOAL_TORRENT_SOURCE_PERSON)
    return -1;
  return (int) known->n_failures * 8 + !known->is_connectable * 4 + (known->seen_time == 0) * 2 +
         (known->source <= SHOAL_TORRENT_SOURCE_EXCHANGE);
}

/* Makes room for one more; FALSE if all that are there are worth more than a new one. */
static gboolean
make_room (ShoalTorrentKnowns *self, ShoalTorrentSource source)
{
  ShoalTorrentKnown *worst = NULL;
  int                worst_score = source >= SHOAL_TORRENT_SOURCE_INCOMING ? -1 : 2;
  guint              i;

  if (self->list->len < SHOAL_TORRENT_MAX_KNOWN)
    return TRUE;
  for (i = 0; i < self->list->len; i++)
    {
      ShoalTorrentKnown *known = g_ptr_array_index (self->list, i);

      if (dispensability (known) > worst_score)
        {
          worst = known;
          worst_score = dispensability (known);
        }
    }
  if (worst == NULL)
    return FALSE;
  drop (self, worst);
  return TRUE;
}

ShoalTorrentKnown *
shoal_torrent_knowns_find (ShoalTorrentKnowns *self, const ShoalBaseAddress *address)
{
  return g_hash_table_lookup (self->by_address, address);
}

const ShoalTorrentSender *
shoal_torrent_knowns_find_sender (ShoalTorrentKnowns *self, ShoalPieceSender sender)
{
  const ShoalTorrentKnown *known = g_hash_table_lookup (self->by_sender, &sender);
  guint                    i;

  if (known != NULL && known->has_peer_id)
    {
      self->found = (ShoalTorrentSender){ sender, known->address, known->peer_id };
      return &self->found;
    }
  for (i = 0; i < self->gone->len; i++)
    if (g_array_index (self->gone, ShoalTorrentSender, i).sender == sender)
      return &g_array_index (self->gone, ShoalTorrentSender, i);
  return NULL;
}

void
shoal_torrent_known_on_ready (ShoalTorrentKnown *known, const ShoalPeerId *peer_id, gint64 now)
{
  known->peer_id = *peer_id;
  known->has_peer_id = TRUE;
  known->seen_time = now;
  known->n_failures = 0;
}

static gboolean
is_of_strangers (ShoalTorrentSource source)
{
  return source >= SHOAL_TORRENT_SOURCE_EXCHANGE && source <= SHOAL_TORRENT_SOURCE_TRACKER;
}

/* Whether it is there on the word of strangers, and nobody has reached it yet. */
static gboolean
is_unproven (const ShoalTorrentKnown *known)
{
  return known->seen_time == 0 && is_of_strangers (known->source);
}

static gboolean
is_host_full (ShoalTorrentKnowns *self, const ShoalBaseAddress *address)
{
  ShoalBaseAddress         host = shoal_base_address_get_host (address);
  const ShoalTorrentKnown *known = g_hash_table_lookup (self->by_host, &host);
  guint                    n = 0;

  for (; known != NULL; known = known->next_of_host)
    n += is_unproven (known);
  return n >= SHOAL_TORRENT_MAX_HEARD_OF_HOST;
}

static gboolean
is_dht_full (ShoalTorrentKnowns *self)
{
  guint n = 0, i;

  if (self->list->len < SHOAL_TORRENT_MAX_HEARD_BY_DHT)
    return FALSE;
  for (i = 0; i < self->list->len; i++)
    {
      const ShoalTorrentKnown *known = g_ptr_array_index (self->list, i);

      n += known->source == SHOAL_TORRENT_SOURCE_DHT && is_unproven (known);
    }
  return n >= SHOAL_TORRENT_MAX_HEARD_BY_DHT;
}

/* Whether one more on the word of @source would be too many for the host of @address, or in all. */
static gboolean
is_too_many (ShoalTorrentKnowns *self, const ShoalBaseAddress *address, ShoalTorrentSource source)
{
  if (!is_of_strangers (source))
    return FALSE;
  return is_host_full (self, address) || (source == SHOAL_TORRENT_SOURCE_DHT && is_dht_full (self));
}

ShoalTorrentKnown *
shoal_torrent_knowns_add (ShoalTorrentKnowns     *self,
                          const ShoalBaseAddress *address,
                          ShoalTorrentSource      source)
{
  ShoalTorrentKnown *known = shoal_torrent_knowns_find (self, address);

  if (known == NULL)
    {
      if (address->port == 0 || shoal_torrent_knowns_is_banned (self, address, NULL) ||
          is_too_many (self, address, source) || !make_room (self, source))
        return NULL;
      known = g_new0 (ShoalTorrentKnown, 1);
      known->address = *address;
      known->sender = ++self->last_sender;
      known->order = shoal_base_address_priority (address, &self->own[address->family == AF_INET6]);
      g_ptr_array_add (self->list, known);
      g_hash_table_insert (self->by_address, &known->address, known);
      g_hash_table_insert (self->by_sender, &known->sender, known);
      join_host (self, known);
    }
  known->source = MAX (known->source, source);
  known->is_forgotten = FALSE;
  if (source != SHOAL_TORRENT_SOURCE_INCOMING)
    known->is_connectable = TRUE;
  if (source == SHOAL_TORRENT_SOURCE_PERSON)
    known->n_failures = 0;
  return known;
}

/* A host is one voice, however many ports it has; on this machine and network each port is one. */
static guint32
name_teller (const ShoalBaseAddress *teller)
{
  ShoalBaseAddress host = shoal_base_address_get_host (teller);

  return MAX (shoal_base_address_hash (shoal_base_policy_is_local (teller) ? teller : &host), 1);
}

/* Whether nothing but a peer's word speaks for it. */
static gboolean
is_hearsay (const ShoalTorrentKnown *known)
{
  return known->source == SHOAL_TORRENT_SOURCE_EXCHANGE && known->seen_time == 0;
}

guint
shoal_torrent_knowns_get_room (ShoalTorrentKnowns *self, const ShoalBaseAddress *teller)
{
  guint32 name = name_teller (teller);
  guint   n = 0, n_of_teller = 0;
  guint   i;

  for (i = 0; i < self->list->len; i++)
    {
      const ShoalTorrentKnown *known = g_ptr_array_index (self->list, i);

      if (!is_hearsay (known))
        continue;
      n++;
      n_of_teller += known->teller == name;
    }
  return MIN (SHOAL_TORRENT_MAX_HEARD_FROM_ONE -
                  MIN (n_of_teller, SHOAL_TORRENT_MAX_HEARD_FROM_ONE),
              SHOAL_TORRENT_MAX_HEARD - MIN (n, SHOAL_TORRENT_MAX_HEARD));
}

ShoalTorrentKnown *
shoal_torrent_knowns_hear (ShoalTorrentKnowns     *self,
                           const ShoalBaseAddress *address,
                           const ShoalBaseAddress *teller)
{
  gboolean           is_new = shoal_torrent_knowns_find (self, address) == NULL;
  ShoalTorrentKnown *known =
      shoal_torrent_knowns_add (self, address, SHOAL_TORRENT_SOURCE_EXCHANGE);

  if (known != NULL && is_new)
    known->teller = name_teller (teller);
  return known;
}

ShoalTorrentKnown *
shoal_torrent_knowns_set_port (ShoalTorrentKnowns *self, ShoalTorrentKnown *known, guint16 port)
{
  ShoalBaseAddress   address = known->address;
  ShoalTorrentKnown *other;

  address.port = port;
  if (shoal_torrent_knowns_is_banned (self, &address, NULL))
    return NULL;
  other = shoal_torrent_knowns_find (self, &address);
  if (other == known)
    {
      known->is_connectable = TRUE;
      return known;
    }
  if (other != NULL && (other->is_linked || other->is_self))
    return NULL;
  if (other != NULL)
    drop (self, other);
  g_hash_table_remove (self->by_address, &known->address);
  known->address = address; /* of the same host */
  known->is_connectable = TRUE;
  g_hash_table_insert (self->by_address, &known->address, known);
  return known;
}

static gboolean
is_better (const ShoalTorrentKnown *a, const ShoalTorrentKnown *b)
{
  if (b == NULL)
    return TRUE;
  if ((a->source == SHOAL_TORRENT_SOURCE_PERSON) != (b->source == SHOAL_TORRENT_SOURCE_PERSON))
    return a->source == SHOAL_TORRENT_SOURCE_PERSON;
  if (a->n_failures != b->n_failures)
    return a->n_failures < b->n_failures;
  return a->order < b->order;
}

ShoalTorrentKnown *
shoal_torrent_knowns_choose (ShoalTorrentKnowns *self,
                             gboolean            skip_seeds,
                             gint64              now_usec,
                             gint64             *wake_usec)
{
  ShoalTorrentKnown *best = NULL;
  guint              i;

  *wake_usec = G_MAXINT64;
  for (i = 0; i < self->list->len; i++)
    {
      ShoalTorrentKnown *known = g_ptr_array_index (self->list, i);

      if (known->is_linked || known->is_self || !known->is_connectable ||
          (skip_seeds && known->is_seed))
        continue;
      if (known->next_usec > now_usec)
        *wake_usec = MIN (*wake_usec, known->next_usec);
      else if (is_better (known, best))
        best = known;
    }
  return best;
}

/* It is not linked any more. FALSE: and gone, nothing is to be tried with it. */
static gboolean
release (ShoalTorrentKnowns *self, ShoalTorrentKnown *known)
{
  known->is_linked = FALSE;
  if (known->is_connectable && !known->is_forgotten && !is_known_banned (self, known))
    return TRUE;
  drop (self, known);
  return FALSE;
}

void
shoal_torrent_knowns_fall_back (ShoalTorrentKnowns *self, ShoalTorrentKnown *known, gint64 now_usec)
{
  if (release (self, known))
    known->next_usec = now_usec;
}

void
shoal_torrent_knowns_on_closed (ShoalTorrentKnowns *self,
                                ShoalTorrentKnown  *known,
                                gboolean            worked,
                                gint64              now_usec)
{
  gboolean is_local = shoal_base_policy_is_local (&known->address);

  if (!release (self, known))
    return;
  shoal_torrent_way_end (&known->way);
  if (worked)
    {
      known->n_failures = 0;
      known->next_usec = now_usec + (is_local ? LOCAL_RETRY_USEC : AGAIN_USEC);
      return;
    }
  known->n_failures++;
  if (known->n_failures > MAX_FAILURES && known->source != SHOAL_TORRENT_SOURCE_PERSON)
    {
      drop (self, known);
      return;
    }
  known->next_usec = now_usec + (is_local ? LOCAL_RETRY_USEC : RETRY_USEC) *
                                    (gint64) MIN (known->n_failures, MAX_FAILURES);
}

void
shoal_torrent_knowns_forget (ShoalTorrentKnowns *self, guint sources)
{
  guint i;

  for (i = self->list->len; i > 0; i--)
    {
      ShoalTorrentKnown *known = g_ptr_array_index (self->list, i - 1);

      if ((sources & 1u << known->source) == 0 || known->is_self)
        continue;
      known->is_forgotten = TRUE;
      if (!known->is_linked)
        drop (self, known);
    }
}

gboolean
shoal_torrent_knowns_has_wished (const ShoalTorrentKnowns *self)
{
  guint i;

  for (i = 0; i < self->list->len; i++)
    {
      const ShoalTorrentKnown *known = g_ptr_array_index (self->list, i);

      if (known->source == SHOAL_TORRENT_SOURCE_PERSON && !known->is_seed && !known->is_self)
        return TRUE;
    }
  return FALSE;
}

guint
shoal_torrent_knowns_get_size (const ShoalTorrentKnowns *self)
{
  return self->list->len;
}

ShoalTorrentKnown *
shoal_torrent_knowns_get (ShoalTorrentKnowns *self, guint index)
{
  return g_ptr_array_index (self->list, index);
}

const GArray *
shoal_torrent_knowns_get_bans (const ShoalTorrentKnowns *self)
{
  return shoal_torrent_bans_get (self->bans);
}
