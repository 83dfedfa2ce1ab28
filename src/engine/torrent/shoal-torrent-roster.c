/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-roster.h"

typedef struct
{
  ShoalBaseAddress address;
  gint64           until_usec; /* 0: connected; else it lingers until then */
  guint8           flags;
} Contact;

typedef struct
{
  ShoalBaseAddress address;

  guint8 is_join : 1;
} Event;

struct _ShoalTorrentRoster
{
  GHashTable *contacts;       /* owned, with the contacts: &contact->address → contact */
  GArray     *events;         /* owned, of Event */
  guint64     first;          /* position of the first event */
  guint       n_connected[2]; /* IPv4, IPv6 */
  guint       n_lingering[2];
  gint64      expiry_usec; /* when the first that lingers goes; G_MAXINT64: none does */
};

/* What one reading has found of an address. */
typedef struct
{
  ShoalBaseAddress address;
  int              sum; /* 1: it came, −1: it went, 0: nothing that matters */
} Change;

ShoalTorrentRoster *
shoal_torrent_roster_new (void)
{
  ShoalTorrentRoster *self = g_new0 (ShoalTorrentRoster, 1);

  self->contacts =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, NULL, g_free);
  self->events = g_array_new (FALSE, FALSE, sizeof (Event));
  self->expiry_usec = G_MAXINT64;
  return self;
}

void
shoal_torrent_roster_free (ShoalTorrentRoster *self)
{
  g_hash_table_unref (self->contacts);
  g_array_unref (self->events);
  g_free (self);
}

static guint
family_of (const ShoalBaseAddress *address)
{
  return address->family == AF_INET6;
}

static void
write_event (ShoalTorrentRoster *self, const Contact *contact, gboolean is_join)
{
  Event event = { .address = contact->address, .is_join = is_join };

  if (self->events->len == SHOAL_TORRENT_ROSTER_MAX_EVENTS)
    {
      g_array_remove_range (self->events, 0, SHOAL_TORRENT_ROSTER_MAX_EVENTS / 2);
      self->first += SHOAL_TORRENT_ROSTER_MAX_EVENTS / 2;
    }
  g_array_append_val (self->events, event);
}

void
shoal_torrent_roster_join (ShoalTorrentRoster *self, const ShoalBaseAddress *address, guint8 flags)
{
  Contact *contact = g_hash_table_lookup (self->contacts, address);

  if (contact == NULL)
    {
      contact = g_new0 (Contact, 1);
      contact->address = *address;
      contact->flags = flags;
      g_hash_table_insert (self->contacts, &contact->address, contact);
      self->n_connected[family_of (address)]++;
      write_event (self, contact, TRUE);
      return;
    }
  contact->flags = flags;
  if (contact->until_usec == 0)
    return;
  contact->until_usec = 0;
  self->n_lingering[family_of (address)]--;
  self->n_connected[family_of (address)]++;
}

void
shoal_torrent_roster_leave (ShoalTorrentRoster     *self,
                            const ShoalBaseAddress *address,
                            gboolean                may_linger,
                            gint64                  now_usec)
{
  Contact *contact = g_hash_table_lookup (self->contacts, address);
  guint    family = family_of (address);

  if (contact == NULL || contact->until_usec != 0)
    return;
  self->n_connected[family]--;
  if (may_linger && self->n_connected[family] < SHOAL_TORRENT_ROSTER_FEW &&
      self->n_lingering[family] < SHOAL_TORRENT_ROSTER_FEW)
    {
      contact->until_usec = now_usec + SHOAL_TORRENT_ROSTER_LINGER_USEC;
      self->expiry_usec = MIN (self->expiry_usec, contact->until_usec);
      self->n_lingering[family]++;
      return;
    }
  write_event (self, contact, FALSE);
  g_hash_table_remove (self->contacts, address);
}

guint
shoal_torrent_roster_get_size (const ShoalTorrentRoster *self)
{
  return g_hash_table_size (self->contacts);
}

static void
expire (ShoalTorrentRoster *self, gint64 now_usec)
{
  GHashTableIter iter;
  gpointer       value;

  if (now_usec < self->expiry_usec)
    return;
  self->expiry_usec = G_MAXINT64;
  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Contact *contact = value;

      if (contact->until_usec == 0)
        continue;
      if (contact->until_usec > now_usec)
        {
          self->expiry_usec = MIN (self->expiry_usec, contact->until_usec);
          continue;
        }
      self->n_lingering[family_of (&contact->address)]--;
      write_event (self, contact, FALSE);
      g_hash_table_iter_remove (&iter);
    }
}

static gboolean
may_hear (ShoalTorrentRosterReader *reader, const ShoalBaseAddress *address)
{
  return reader->filter (reader->owner, address);
}

static void
add_row (GArray *added, const ShoalBaseAddress *address, guint8 flags)
{
  ShoalWirePexRow row = { .address = *address, .flags = flags };

  g_array_append_val (added, row);
}

/* The whole set; what has happened until now is in it. */
static void
read_all (ShoalTorrentRoster *self, ShoalTorrentRosterReader *reader, GArray *added)
{
  guint          n_before = added->len;
  GHashTableIter iter;
  gpointer       value;

  reader->is_begun = TRUE;
  reader->position = self->first + self->events->len;
  g_hash_table_iter_init (&iter, self->contacts);
  while (g_hash_table_iter_next (&iter, NULL, &value) &&
         added->len - n_before < SHOAL_TORRENT_ROSTER_MAX_FIRST)
    {
      const Contact *contact = value;

      if (may_hear (reader, &contact->address))
        add_row (added, &contact->address, contact->flags);
    }
}

/* Takes what follows in the diary into @changes until there is more than a message holds. */
static void
gather (ShoalTorrentRoster *self, ShoalTorrentRosterReader *reader, GHashTable *changes)
{
  guint64 end = self->first + self->events->len;
  int     n[2] = { 0, 0 }; /* went, came */

  for (; reader->position < end; reader->position++)
    {
      const Event *event =
          &g_array_index (self->events, Event, (guint) (reader->position - self->first));
      Change *change = g_hash_table_lookup (changes, &event->address);
      int     before = change != NULL ? change->sum : 0;

      if (!may_hear (reader, &event->address))
        continue;
      if (before == 0 && n[event->is_join] == SHOAL_TORRENT_ROSTER_MAX_ROWS)
        return;
      if (change == NULL)
        {
          change = g_new0 (Change, 1);
          change->address = event->address;
          g_hash_table_insert (changes, &change->address, change);
        }
      change->sum += event->is_join ? 1 : -1;
      if (before == 0)
        n[event->is_join]++;
      else
        n[!event->is_join]--;
    }
}

static void
read_changes (ShoalTorrentRoster       *self,
              ShoalTorrentRosterReader *reader,
              GArray                   *added,
              GArray                   *dropped)
{
  g_autoptr (GHashTable) changes =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, NULL, g_free);
  GHashTableIter iter;
  gpointer       value;

  reader->position = MAX (reader->position, self->first);
  gather (self, reader, changes);
  g_hash_table_iter_init (&iter, changes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Change  *change = value;
      const Contact *contact = g_hash_table_lookup (self->contacts, &change->address);

      if (change->sum > 0)
        add_row (added, &change->address, contact != NULL ? contact->flags : 0);
      else if (change->sum < 0)
        g_array_append_val (dropped, change->address);
    }
}

gboolean
shoal_torrent_roster_read (ShoalTorrentRoster       *self,
                           ShoalTorrentRosterReader *reader,
                           gint64                    now_usec,
                           GArray                   *added,
                           GArray                   *dropped)
{
  guint n_before = added->len + dropped->len;

  expire (self, now_usec);
  if (!reader->is_begun)
    read_all (self, reader, added);
  else
    read_changes (self, reader, added, dropped);
  return added->len + dropped->len > n_before;
}
