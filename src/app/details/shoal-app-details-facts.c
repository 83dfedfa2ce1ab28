/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-details-facts.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-space.h"
#include "app/details/shoal-app-fact-row.h"
#include "app/shoal-app-fact.h"
#include "app/shoal-app-text.h"

/* What a fact is made from. */
typedef struct
{
  const ShoalTorrentInfo *info;
  const ShoalContents    *contents; /* NULL: not known yet */
  const char             *folder;   /* as the person knows it */
} Source;

static char *
dup_size (const Source *source)
{
  return shoal_app_fact_dup_size (source->info);
}

static char *
dup_downloaded (const Source *source)
{
  return shoal_app_fact_dup_amount (source->info->downloaded);
}

static char *
dup_uploaded (const Source *source)
{
  return shoal_app_fact_dup_amount (source->info->uploaded);
}

static char *
dup_ratio (const Source *source)
{
  return shoal_app_fact_dup_ratio (source->info);
}

static char *
dup_seeding_time (const Source *source)
{
  return shoal_app_fact_dup_seeding_time (source->info);
}

static char *
dup_people (const Source *source)
{
  return shoal_app_fact_dup_people (source->info);
}

static char *
dup_copies (const Source *source)
{
  return shoal_app_fact_dup_copies (source->info);
}

static char *
dup_wasted (const Source *source)
{
  return shoal_app_fact_dup_amount (source->info->wasted);
}

static char *
dup_corrupt (const Source *source)
{
  return shoal_app_fact_dup_amount (source->info->corrupt);
}

static char *
dup_added (const Source *source)
{
  return shoal_app_fact_dup_time (source->info->added_time);
}

static char *
dup_completed (const Source *source)
{
  return shoal_app_fact_dup_time (source->info->completed_time);
}

static char *
dup_folder (const Source *source)
{
  return g_strdup (source->folder);
}

static char *
dup_folder_path (const Source *source)
{
  return g_strdup (source->info->save_path);
}

static char *
dup_hash_v1 (const Source *source)
{
  return shoal_app_fact_dup_hash_v1 (&source->info->hashes);
}

static char *
dup_hash_v2 (const Source *source)
{
  return shoal_app_fact_dup_hash_v2 (&source->info->hashes);
}

/* The trackers of a private torrent know the person by their addresses: these are not to be passed
 * on, and without them the link leads nowhere. */
static char *
dup_link (const Source *source)
{
  if (source->info->is_private)
    return NULL;
  return shoal_app_fact_dup_link (source->info, source->contents);
}

static char *
dup_link_text (const Source *source)
{
  return g_strdup (source->info->is_private ? _ ("None, the torrent is private")
                                            : _ ("Stands for this torrent wherever it is opened"));
}

static char *
dup_pieces (const Source *source)
{
  if (source->contents == NULL || source->contents->n_pieces == 0)
    return NULL;
  return shoal_app_fact_dup_pieces (source->contents->n_pieces, source->contents->piece_length);
}

static char *
dup_stranger (const char *text)
{
  return text != NULL && *text != '\0' ? shoal_app_text_dup_visible (text) : NULL;
}

static char *
dup_comment (const Source *source)
{
  return dup_stranger (source->contents != NULL ? source->contents->comment : NULL);
}

static char *
dup_creator (const Source *source)
{
  return dup_stranger (source->contents != NULL ? source->contents->creator : NULL);
}

static char *
dup_created (const Source *source)
{
  if (source->contents == NULL || source->contents->created_time <= 0)
    return NULL;
  return shoal_app_fact_dup_time (source->contents->created_time);
}

static char *
dup_private (const Source *source)
{
  if (source->info->is_magnet)
    return NULL;
  return g_strdup (source->info->is_private ? _ ("Yes, its tracker alone finds people") : _ ("No"));
}

typedef enum
{
  GROUP_TRANSFER,
  GROUP_TORRENT,
  N_GROUPS
} Group;

typedef char *(*DupFunc) (const Source *source);

/* In their order. A fact that is NULL is not shown; what is copied may be another text. */
static const struct
{
  Group       group;
  const char *title;
  const char *tip; /* NULL: it speaks for itself */
  DupFunc     dup_text;
  DupFunc     dup_source; /* NULL: it is not copied */
  const char *copied;
} facts[] = {
  { GROUP_TRANSFER, N_ ("Downloaded"), NULL, dup_downloaded, NULL, NULL },
  { GROUP_TRANSFER, N_ ("Uploaded"), NULL, dup_uploaded, NULL, NULL },
  { GROUP_TRANSFER,
    N_ ("Ratio"),
    N_ ("What was uploaded, divided by the size, or by what was downloaded if that is more"),
    dup_ratio,
    NULL,
    NULL },
  { GROUP_TRANSFER, N_ ("Seeding Time"), NULL, dup_seeding_time, NULL, NULL },
  { GROUP_TRANSFER,
    N_ ("People"),
    N_ ("Peers that are known, and those of them that are connected right now"),
    dup_people,
    NULL,
    NULL },
  { GROUP_TRANSFER,
    N_ ("Copies"),
    N_ ("How many times the connected peers have all of it together; below 1, some of it is "
        "missing"),
    dup_copies,
    NULL,
    NULL },
  { GROUP_TRANSFER,
    N_ ("Wasted"),
    N_ ("Received although it was here already"),
    dup_wasted,
    NULL,
    NULL },
  { GROUP_TRANSFER,
    N_ ("Corrupt"),
    N_ ("Received, but not what the torrent says it should be; it was fetched again"),
    dup_corrupt,
    NULL,
    NULL },
  { GROUP_TORRENT, N_ ("Size"), NULL, dup_size, NULL, NULL },
  { GROUP_TORRENT, N_ ("Pieces"), NULL, dup_pieces, NULL, NULL },
  { GROUP_TORRENT, N_ ("Added"), NULL, dup_added, NULL, NULL },
  { GROUP_TORRENT, N_ ("Completed"), NULL, dup_completed, NULL, NULL },
  { GROUP_TORRENT, N_ ("Folder"), NULL, dup_folder, dup_folder_path, N_ ("Folder copied") },
  { GROUP_TORRENT,
    N_ ("Info-Hash"),
    N_ ("By this peers and trackers know the torrent"),
    dup_hash_v1,
    dup_hash_v1,
    N_ ("Info-hash copied") },
  { GROUP_TORRENT,
    N_ ("Info-Hash, Version 2"),
    N_ ("By this peers and trackers of the second version of BitTorrent know the torrent"),
    dup_hash_v2,
    dup_hash_v2,
    N_ ("Info-hash copied") },
  { GROUP_TORRENT,
    N_ ("Magnet Link"),
    N_ ("Whoever opens the link gets the torrent from those who have it"),
    dup_link_text,
    dup_link,
    N_ ("Magnet link copied") },
  { GROUP_TORRENT, N_ ("Comment"), NULL, dup_comment, dup_comment, N_ ("Comment copied") },
  { GROUP_TORRENT, N_ ("Created By"), NULL, dup_creator, dup_creator, N_ ("Creator copied") },
  { GROUP_TORRENT, N_ ("Created"), NULL, dup_created, NULL, NULL },
  { GROUP_TORRENT, N_ ("Private"), NULL, dup_private, NULL, NULL },
};

struct _ShoalAppDetailsFacts
{
  GtkBox parent_instance;

  ShoalAppFactRow   *rows[G_N_ELEMENTS (facts)]; /* unowned: children */
  ShoalModelTorrent *torrent;                    /* owned; NULL: none */
  ShoalModelDetails *details;                    /* owned */
  char              *path;   /* owned; the folder that was asked about; NULL: none */
  char              *folder; /* owned; how the person knows it */
  GCancellable      *cancellable;
};

G_DEFINE_FINAL_TYPE (ShoalAppDetailsFacts, shoal_app_details_facts, GTK_TYPE_BOX)

static void
space_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppDetailsFacts) self = user_data;
  g_autoptr (ShoalAppSpace) space = shoal_app_space_query_finish (result);

  if (space == NULL)
    return;
  g_free (self->folder);
  self->folder = shoal_app_text_dup_visible (space->shown_path);
  shoal_app_details_facts_refresh (self);
}

static void
stop_query (ShoalAppDetailsFacts *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* A folder that came through a portal has another name for the person; that is asked on a worker.
 */
static void
review_folder (ShoalAppDetailsFacts *self, const char *path)
{
  if (g_strcmp0 (path, self->path) == 0)
    return;
  stop_query (self);
  g_free (self->path);
  g_free (self->folder);
  self->path = g_strdup (path);
  self->folder = shoal_app_text_dup_visible (path);
  self->cancellable = g_cancellable_new ();
  shoal_app_space_query_async (path, self->cancellable, space_cb, g_object_ref (self));
}

static void
show_fact (ShoalAppDetailsFacts *self, guint which, const Source *source)
{
  g_autofree char *text = facts[which].dup_text (source);

  shoal_app_fact_row_set_text (self->rows[which], text);
  if (facts[which].dup_source != NULL)
    {
      g_autofree char *copy = facts[which].dup_source (source);

      shoal_app_fact_row_set_source (self->rows[which], copy);
    }
}

static void
add_row (ShoalAppDetailsFacts *self, guint which, AdwPreferencesGroup *group)
{
  const char      *copied = facts[which].copied != NULL ? _ (facts[which].copied) : NULL;
  ShoalAppFactRow *row = g_object_new (
      SHOAL_TYPE_APP_FACT_ROW, "copied", copied, "title", _ (facts[which].title), NULL);

  if (facts[which].tip != NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (row), _ (facts[which].tip));
  adw_preferences_group_add (group, GTK_WIDGET (row));
  self->rows[which] = row;
  if (facts[which].dup_text == dup_folder)
    {
      GtkWidget *button = gtk_button_new_from_icon_name ("folder-open-symbolic");

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "torrent.open-folder");
      gtk_widget_set_tooltip_text (button, _ ("Open Folder"));
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "flat");
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Open Folder"), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
    }
}

static void
shoal_app_details_facts_dispose (GObject *object)
{
  ShoalAppDetailsFacts *self = SHOAL_APP_DETAILS_FACTS (object);

  stop_query (self);
  g_clear_object (&self->torrent);
  g_clear_object (&self->details);
  G_OBJECT_CLASS (shoal_app_details_facts_parent_class)->dispose (object);
}

static void
shoal_app_details_facts_finalize (GObject *object)
{
  ShoalAppDetailsFacts *self = SHOAL_APP_DETAILS_FACTS (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (shoal_app_details_facts_parent_class)->finalize (object);
}

static void
shoal_app_details_facts_class_init (ShoalAppDetailsFactsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = shoal_app_details_facts_dispose;
  object_class->finalize = shoal_app_details_facts_finalize;
}

static void
shoal_app_details_facts_init (ShoalAppDetailsFacts *self)
{
  const char *titles[N_GROUPS] = {
    [GROUP_TRANSFER] = _ ("Transfer"), [GROUP_TORRENT] = _ ("Torrent")
  };
  AdwPreferencesGroup *groups[N_GROUPS];

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
  for (guint i = 0; i < N_GROUPS; i++)
    {
      groups[i] = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
      adw_preferences_group_set_title (groups[i], titles[i]);
      gtk_box_append (GTK_BOX (self), GTK_WIDGET (groups[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    add_row (self, i, groups[facts[i].group]);
}

void
shoal_app_details_facts_set_torrent (ShoalAppDetailsFacts *self,
                                     ShoalModelTorrent    *torrent,
                                     ShoalModelDetails    *details)
{
  g_return_if_fail (SHOAL_IS_APP_DETAILS_FACTS (self));

  g_set_object (&self->torrent, torrent);
  g_set_object (&self->details, details);
  shoal_app_details_facts_refresh (self);
}

void
shoal_app_details_facts_refresh (ShoalAppDetailsFacts *self)
{
  Source source;

  g_return_if_fail (SHOAL_IS_APP_DETAILS_FACTS (self));

  if (self->torrent == NULL)
    return;
  source.info = shoal_model_torrent_get_info (self->torrent);
  source.contents = shoal_model_details_get_contents (self->details);
  review_folder (self, source.info->save_path);
  source.folder = self->folder;
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    show_fact (self, i, &source);
}
