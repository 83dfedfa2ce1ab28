/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-way.h"

#define NONE   0
#define RC4    SHOAL_NET_METHOD_RC4
#define EITHER (SHOAL_NET_METHOD_PLAIN | SHOAL_NET_METHOD_RC4)

typedef struct
{
  guint8 methods[3];
  guint  n_methods;
} Ways;

static const Ways *
get_ways (ShoalEncryption wish)
{
  static const Ways off = { { NONE }, 1 };
  static const Ways allow = { { NONE, EITHER }, 2 };
  static const Ways prefer = { { RC4, EITHER, NONE }, 3 };
  static const Ways require = { { RC4 }, 1 };

  switch (wish)
    {
    case SHOAL_ENCRYPTION_OFF:
      return &off;
    case SHOAL_ENCRYPTION_ALLOW:
      return &allow;
    case SHOAL_ENCRYPTION_PREFER:
      return &prefer;
    case SHOAL_ENCRYPTION_REQUIRE:
      return &require;
    }
  g_return_val_if_reached (&off);
}

static gboolean
is_left (const ShoalTorrentWay *self, guint8 methods)
{
  if (self->tried & 1u << methods)
    return FALSE;
  return methods != EITHER || (self->tried & 1u << RC4) == 0 || self->answered;
}

/* Sets *methods to the next; FALSE if none is left. */
static gboolean
find_next (const ShoalTorrentWay *self, ShoalEncryption wish, guint8 *methods)
{
  const Ways *ways = get_ways (wish);
  gboolean    found = FALSE;

  for (guint i = 0; i < ways->n_methods; i++)
    {
      guint8   way = ways->methods[i];
      gboolean is_proven = self->worked == way + 1;

      if (!is_left (self, way) || (found && !is_proven))
        continue;
      *methods = way;
      found = TRUE;
    }
  return found;
}

guint8
shoal_torrent_way_get_methods (const ShoalTorrentWay *self, ShoalEncryption wish)
{
  guint8 methods = 0;

  if (find_next (self, wish, &methods))
    return methods;
  return get_ways (wish)->methods[0]; /* the wish is another one since the last connection */
}

void
shoal_torrent_way_work (ShoalTorrentWay *self, guint8 methods)
{
  shoal_torrent_way_end (self);
  self->worked = (guint8) (methods + 1);
}

gboolean
shoal_torrent_way_fail (ShoalTorrentWay *self,
                        ShoalEncryption  wish,
                        guint8           methods,
                        gboolean         answered)
{
  guint8 next;

  self->tried |= (guint8) (1u << methods);
  self->answered |= !!answered;
  if (find_next (self, wish, &next))
    return TRUE;
  shoal_torrent_way_end (self);
  return FALSE;
}

void
shoal_torrent_way_end (ShoalTorrentWay *self)
{
  self->tried = 0;
  self->answered = FALSE;
}

void
shoal_torrent_way_get_incoming (ShoalEncryption wish, ShoalNetSecurityTerms *out)
{
  *out = (ShoalNetSecurityTerms){ .methods = EITHER, .accepts_bare = TRUE };
  switch (wish)
    {
    case SHOAL_ENCRYPTION_OFF:
      out->methods = NONE;
      break;
    case SHOAL_ENCRYPTION_ALLOW:
      break;
    case SHOAL_ENCRYPTION_PREFER:
      out->prefers_rc4 = TRUE;
      break;
    case SHOAL_ENCRYPTION_REQUIRE:
      out->methods = RC4;
      out->accepts_bare = FALSE;
      break;
    }
}
