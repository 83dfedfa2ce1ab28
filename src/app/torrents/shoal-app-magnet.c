/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/torrents/shoal-app-magnet.h"

#include <glib/gi18n.h>

#include "app/shoal-app-fact.h"

/* Of more than so many, links do without trackers: each would be read from the disk. */
#define MAX_ASKED 100

/* What the widget holds it by: a further copy takes the place of one that is not ready. */
#define DATA_KEY "shoal-app-magnet"

/* Links of some torrents that come together bit by bit. An object, so that answers which come after
 * it is gone go nowhere. */
#define SHOAL_TYPE_APP_MAGNET (shoal_app_magnet_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppMagnet, shoal_app_magnet, SHOAL, APP_MAGNET, GObject)

struct _ShoalAppMagnet
{
  GObject parent_instance;

  GtkWidget *widget;   /* unowned: it owns us */
  GPtrArray *torrents; /* owned, of ShoalModelTorrent, owned */
  GPtrArray *links;    /* owned, of char, owned: of each */
  guint      n_waiting;
};

G_DEFINE_FINAL_TYPE (ShoalAppMagnet, shoal_app_magnet, G_TYPE_OBJECT)

static void
shoal_app_magnet_finalize (GObject *object)
{
  ShoalAppMagnet *self = SHOAL_APP_MAGNET (object);

  g_clear_pointer (&self->torrents, g_ptr_array_unref);
  g_clear_pointer (&self->links, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_app_magnet_parent_class)->finalize (object);
}

static void
shoal_app_magnet_class_init (ShoalAppMagnetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_app_magnet_finalize;
}

static void
shoal_app_magnet_init (ShoalAppMagnet *self)
{
  self->links = g_ptr_array_new_with_free_func (g_free);
}

static void
finish (ShoalAppMagnet *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->links->len; i++)
    {
      g_string_append (text, i > 0 ? "\n" : "");
      g_string_append (text, g_ptr_array_index (self->links, i));
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (self->widget), text->str);
  gtk_widget_activate_action (
      self->widget, "win.toast", "s", ngettext ("Link copied", "Links copied", self->links->len));
}

/* The link that says more than the one it had. */
static void
improve_link (ShoalAppMagnet *self, ShoalTorrentId id, const ShoalContents *contents)
{
  for (guint i = 0; i < self->torrents->len; i++)
    {
      const ShoalTorrentInfo *info =
          shoal_model_torrent_get_info (g_ptr_array_index (self->torrents, i));

      if (info->id.value != id.value)
        continue;
      g_free (self->links->pdata[i]);
      self->links->pdata[i] = shoal_app_fact_dup_link (info, contents);
    }
}

static void
answered (ShoalAppMagnet *self)
{
  if (--self->n_waiting > 0)
    return;
  finish (self);
  g_object_set_data (G_OBJECT (self->widget), DATA_KEY, NULL);
}

/* Of a link whose details are not there yet, no trackers are told. */
static void
inspected_cb (gpointer object, const ShoalAnswer *answer)
{
  if (answer->contents != NULL)
    improve_link (SHOAL_APP_MAGNET (object), answer->id, answer->contents);
  answered (SHOAL_APP_MAGNET (object));
}

void
shoal_app_magnet_copy (GtkWidget *widget, ShoalAppSession *session, GPtrArray *torrents)
{
  ShoalAppMagnet *self = g_object_new (SHOAL_TYPE_APP_MAGNET, NULL);

  self->widget = widget;
  g_object_set_data_full (G_OBJECT (widget), DATA_KEY, self, g_object_unref);
  self->torrents = g_ptr_array_ref (torrents);
  self->n_waiting = 1;
  for (guint i = 0; i < torrents->len; i++)
    {
      ShoalModelTorrent *torrent = g_ptr_array_index (torrents, i);

      g_ptr_array_add (self->links,
                       shoal_app_fact_dup_link (shoal_model_torrent_get_info (torrent), NULL));
      if (torrents->len > MAX_ASKED ||
          shoal_app_session_get_phase (session) != SHOAL_APP_PHASE_RUNNING)
        continue;
      self->n_waiting++;
      shoal_app_session_inspect_torrent (
          session, shoal_model_torrent_get_id (torrent), inspected_cb, G_OBJECT (self));
    }
  answered (self);
}
