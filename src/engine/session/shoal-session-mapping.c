/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <string.h>

/* Whether others can reach us: what the router was asked, and who came from outside. */

/* For a router to take back what it opened, when the port or the setting changes. At the end of the
 * run it is as long as trackers have. */
#define FINISH_USEC (4 * G_USEC_PER_SEC)

/* Whoever came longer ago than that says nothing of now. */
#define VISIT_S (60 * 60)

/* One that takes back what it opened, while the engine goes on. */
typedef struct
{
  ShoalSession         *session; /* unowned: contains this */
  ShoalDiscoverMapping *mapping; /* owned */
} Ending;

static void
ending_free (gpointer data)
{
  Ending *ending = data;

  shoal_discover_mapping_free (ending->mapping);
  g_free (ending);
}

static void
ended_cb (gpointer owner)
{
  Ending       *ending = owner;
  ShoalSession *self = ending->session;

  g_ptr_array_remove_fast (self->mappings_ending, ending);
  shoal_session_quit_last_word (self);
}

static void
end (ShoalSession *self)
{
  Ending *ending = g_new0 (Ending, 1);

  ending->session = self;
  ending->mapping = g_steal_pointer (&self->mapping);
  g_ptr_array_add (self->mappings_ending, ending);
  shoal_discover_mapping_finish (ending->mapping, FINISH_USEC, ended_cb, ending);
}

/* One who tells the address to which the router sends: worth as much as one tracker's word, until
 * there is another. */
static void
learn_external (ShoalSession *self, guint place)
{
  const ShoalBaseAddress *external = &self->reach.mappings[place].external;

  if (external->family == 0 || self->env.external[place].family != 0 ||
      shoal_base_policy_classify (external) != SHOAL_BASE_POLICY_KIND_GLOBAL)
    return;
  self->env.external[place] = *external;
  self->env.external[place].port = 0;
}

/* Two of us behind one router cannot have the same port there: the second gets another one. */
static void
tell_port (ShoalSession *self, guint place)
{
  const ShoalMapping *mapping = &self->reach.mappings[place];
  gboolean            is_open = mapping->state == SHOAL_MAPPING_DONE;

  guint16 family = place == 0 ? AF_INET : AF_INET6;

  shoal_session_set_public_port (self, family, is_open ? mapping->external.port : 0);
  shoal_session_dht_review_port (self, family);
}

/* Whether the router says something else of us than before, and had said something. */
static gboolean
is_elsewhere (const ShoalMapping *before, const ShoalMapping *now)
{
  return before->state != SHOAL_MAPPING_OFF && before->state != SHOAL_MAPPING_SEARCHING &&
         (before->state != now->state ||
          !shoal_base_address_equal (&before->external, &now->external));
}

void
shoal_session_mapping_take (ShoalSession *self, const ShoalMapping mappings[2])
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (self->reach.mappings); i++)
    {
      if (is_elsewhere (&self->reach.mappings[i], &mappings[i]))
        self->reach.incoming_times[i] = 0; /* who came, came to another place */
      self->reach.mappings[i] = mappings[i];
      /* A router that is asked anew mostly says the same again; until then all who were told of
       * the port may go on. */
      if (mappings[i].state != SHOAL_MAPPING_SEARCHING)
        tell_port (self, i);
      learn_external (self, i);
    }
  shoal_session_publish_soon (self);
}

static void
changed_cb (gpointer owner)
{
  ShoalSession *self = owner;
  ShoalMapping  mappings[2];

  shoal_discover_mapping_get (self->mapping, mappings);
  shoal_session_mapping_take (self, mappings);
}

static gboolean
is_wanted (const ShoalSession *self)
{
  return self->settings->use_port_mapping && self->phase == SHOAL_SESSION_PHASE_RUNNING &&
         self->endpoints->len > 0;
}

static guint16
get_port (const ShoalSession *self)
{
  return shoal_net_endpoint_get_port (g_ptr_array_index (self->endpoints, 0));
}

void
shoal_session_mapping_review (ShoalSession *self)
{
  gboolean wants = is_wanted (self);
  guint16  port = self->endpoints->len > 0 ? get_port (self) : 0;

  if (port != self->visited_port)
    memset (self->reach.incoming_times, 0, sizeof self->reach.incoming_times);
  self->visited_port = port;

  if (self->mapping != NULL && (!wants || self->mapped_port != get_port (self)))
    {
      end (self);
      memset (self->reach.mappings, 0, sizeof self->reach.mappings);
      tell_port (self, 0);
      tell_port (self, 1);
      shoal_session_publish_soon (self);
    }
  if (!wants || self->mapping != NULL)
    return;
  self->mapped_port = get_port (self);
  self->mapping = shoal_discover_mapping_new (self->reactor, self->endpoints, changed_cb, self);
}

void
shoal_session_mapping_note_visitor (ShoalSession *self, const ShoalBaseAddress *from)
{
  gint64  *time = &self->reach.incoming_times[from->family == AF_INET6];
  gboolean was_reached = *time != 0;

  if (shoal_base_policy_classify (from) != SHOAL_BASE_POLICY_KIND_GLOBAL)
    return;
  *time = g_get_real_time () / G_USEC_PER_SEC;
  if (!was_reached)
    shoal_session_publish_soon (self);
}

ShoalReach
shoal_session_mapping_get_reach (const ShoalSession *self)
{
  ShoalReach reach = self->reach;
  gint64     now = g_get_real_time () / G_USEC_PER_SEC;
  guint      i;

  for (i = 0; i < G_N_ELEMENTS (reach.incoming_times); i++)
    if (now - reach.incoming_times[i] >= VISIT_S)
      reach.incoming_times[i] = 0;
  return reach;
}

void
shoal_session_mapping_init (ShoalSession *self)
{
  self->mappings_ending = g_ptr_array_new_with_free_func (ending_free);
}

void
shoal_session_mapping_clear (ShoalSession *self)
{
  g_clear_pointer (&self->mapping, shoal_discover_mapping_free);
  g_ptr_array_unref (self->mappings_ending);
}
