/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-clipboard.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/shoal-app-link.h"
#include "app/shoal-app-text.h"

/* Whoever copied more than this copied something else. */
#define MAX_TEXT  (64 * 1024)
#define MAX_LINKS 20

/* A look under way. */
typedef struct
{
  GWeakRef              object;
  ShoalAppClipboardFunc func;
  ShoalAppSession      *session; /* owned */
  GHashTable           *taken;   /* owned */
} Look;

static void
look_free (Look *look)
{
  g_weak_ref_clear (&look->object);
  g_object_unref (look->session);
  g_hash_table_unref (look->taken);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static gboolean
has_hash (const ShoalTorrentInfo *info, const char *digits)
{
  for (guint i = 0; i < sizeof info->hashes.v1.bytes; i++)
    if (g_ascii_xdigit_value (digits[2 * i]) * 16 + g_ascii_xdigit_value (digits[2 * i + 1]) !=
        info->hashes.v1.bytes[i])
      return FALSE;
  return info->hashes.has_v1;
}

static gboolean
is_in_list (GListModel *torrents, const char *link)
{
  g_autofree char *digits = shoal_app_link_dup_hash (link);
  guint            n = digits != NULL ? g_list_model_get_n_items (torrents) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (torrents, i);

      if (has_hash (shoal_model_torrent_get_info (torrent), digits))
        return TRUE;
    }
  return FALSE;
}

static void
keep_new (Look *look, GPtrArray *links)
{
  GListModel *torrents = G_LIST_MODEL (shoal_app_session_get_torrents (look->session));

  for (guint i = links->len; i-- > 0;)
    {
      const char *link = g_ptr_array_index (links, i);

      if (i >= MAX_LINKS || g_hash_table_contains (look->taken, link) ||
          is_in_list (torrents, link))
        g_ptr_array_remove_index (links, i);
    }
}

static void
read_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
  g_autoptr (GObject) object = g_weak_ref_get (&look->object);
  g_autoptr (GPtrArray) links = NULL;

  if (text == NULL || object == NULL || strlen (text) > MAX_TEXT)
    return;
  links = shoal_app_link_find (text, SHOAL_APP_LINK_TORRENT);
  keep_new (look, links);
  if (links->len > 0)
    look->func (object, links);
}

void
shoal_app_clipboard_look (GtkWidget            *widget,
                          ShoalAppSession      *session,
                          GHashTable           *taken,
                          ShoalAppClipboardFunc func,
                          GObject              *object)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  Look         *look;
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (
      gdk_content_formats_ref (gdk_clipboard_get_formats (clipboard)));

  if (!gdk_content_formats_contain_gtype (formats, G_TYPE_STRING))
    return;
  look = g_new0 (Look, 1);
  g_weak_ref_init (&look->object, object);
  look->func = func;
  look->session = g_object_ref (session);
  look->taken = g_hash_table_ref (taken);
  gdk_clipboard_read_text_async (clipboard, NULL, read_cb, look);
}

char *
shoal_app_clipboard_dup_name (GPtrArray *links)
{
  g_autofree char *number = g_strdup_printf ("%u", links->len);
  ShoalAppTextPart part = { "n", number };

  if (links->len == 1)
    return shoal_app_link_dup_name (g_ptr_array_index (links, 0));
  return shoal_app_text_fill (ngettext ("{n} link", "{n} links", links->len), &part, 1);
}
