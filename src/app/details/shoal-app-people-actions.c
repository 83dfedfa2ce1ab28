/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/details/shoal-app-people-page-private.h"

#include <glib/gi18n.h>

#include "app/details/shoal-app-part-row.h"
#include "app/shoal-app-person.h"
#include "app/shoal-app-prompt.h"
#include "app/shoal-app-text.h"
#include "app/shoal-app-undo.h"

/* Tab comes to a row and selects nothing: then it is about that one. */
static void
append_focused (ShoalAppPeoplePage *self, GPtrArray *parts)
{
  GtkWidget *row = shoal_app_popup_get_focused_child (GTK_WIDGET (self->view));

  if (row != NULL && shoal_app_part_row_get_item (SHOAL_APP_PART_ROW (row)) != NULL)
    g_ptr_array_add (parts, g_object_ref (shoal_app_part_row_get_item (SHOAL_APP_PART_ROW (row))));
}

/* Whom an action is about, of ShoalModelPart; the caller's. */
static GPtrArray *
dup_selected (ShoalAppPeoplePage *self)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (self->selection);
  GtkBitsetIter iter;
  guint         position;

  if (gtk_bitset_iter_init_first (&iter, selected, &position))
    do
      g_ptr_array_add (parts, g_list_model_get_item (G_LIST_MODEL (self->selection), position));
    while (gtk_bitset_iter_next (&iter, &position));
  else
    append_focused (self, parts);
  return parts;
}

static const ShoalPeerInfo *
get_peer (GPtrArray *parts, guint i)
{
  return shoal_model_part_get_value (g_ptr_array_index (parts, i));
}

/* Addresses, one in a line. */
static char *
dup_addresses (GPtrArray *parts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      char address[SHOAL_BASE_ADDRESS_TEXT_SIZE];

      g_string_append (text, i > 0 ? "\n" : "");
      g_string_append (text,
                       shoal_base_address_format (&get_peer (parts, i)->address, TRUE, address));
    }
  return g_string_free (text, FALSE);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GPtrArray) parts = dup_selected (SHOAL_APP_PEOPLE_PAGE (widget));
  g_autofree char *text = dup_addresses (parts);

  if (parts->len == 0)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_widget_activate_action (
      widget, "win.toast", "s", ngettext ("Address copied", "Addresses copied", parts->len));
}

static void
add_cb (ShoalAppPrompt *prompt, const char *text, ShoalAppPeoplePage *self)
{
  g_autofree char *host_port = g_strstrip (g_strdup (text));
  const char      *fault = shoal_app_person_get_fault (host_port);

  if (self->torrent == NULL)
    gtk_window_close (GTK_WINDOW (prompt));
  else if (fault != NULL)
    shoal_app_prompt_set_problem (prompt, fault);
  else
    shoal_app_session_add_peer (self->session,
                                shoal_model_torrent_get_id (self->torrent),
                                host_port,
                                shoal_app_prompt_answer_cb,
                                G_OBJECT (prompt));
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppPeoplePage         *self = SHOAL_APP_PEOPLE_PAGE (widget);
  const ShoalAppPromptOptions options = {
    .title = _ ("Add a Person"),
    .label = _ ("Address and port"),
    .hint = _ ("Of somebody who has this torrent, for instance 192.0.2.7:51413"),
    .accept = _ ("_Add"),
  };

  if (self->torrent != NULL)
    g_signal_connect_object (
        shoal_app_prompt_open (widget, &options), "accept", G_CALLBACK (add_cb), self, 0);
}

/* Who was banned, where. */
typedef struct
{
  ShoalTorrentId id;
  GPtrArray     *parts; /* owned, of ShoalModelPart: they stay as they were */
} Ban;

static void
ban_free (gpointer data)
{
  Ban *ban = data;

  g_ptr_array_unref (ban->parts);
  g_free (ban);
}

static void
undo_ban (GtkWidget *widget, gpointer data)
{
  const Ban *ban = data;

  for (guint i = 0; i < ban->parts->len; i++)
    shoal_app_session_unban_peer (
        SHOAL_APP_PEOPLE_PAGE (widget)->session, ban->id, &get_peer (ban->parts, i)->address);
}

static char *
dup_banned (GPtrArray *parts)
{
  char             address[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  g_autofree char *number = g_strdup_printf ("%u", parts->len);
  ShoalAppTextPart texts[] = { { "n", number }, { "address", address } };

  shoal_base_address_format (&get_peer (parts, 0)->address, FALSE, address);
  if (parts->len == 1)
    return shoal_app_text_fill (_ ("Banned {address}"), texts, 2);
  return shoal_app_text_fill (
      ngettext ("Banned {n} person", "Banned {n} people", parts->len), texts, 2);
}

/* What the engine refuses, the session tells. */
static void
ban_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppPeoplePage *self = SHOAL_APP_PEOPLE_PAGE (widget);
  g_autoptr (GPtrArray) parts = dup_selected (self);
  g_autofree char *title = NULL;
  Ban             *ban;

  if (parts->len == 0 || self->torrent == NULL)
    return;
  for (guint i = 0; i < parts->len; i++)
    shoal_app_session_ban_peer (self->session,
                                shoal_model_torrent_get_id (self->torrent),
                                &get_peer (parts, i)->address,
                                NULL,
                                NULL);
  title = dup_banned (parts);
  ban = g_new0 (Ban, 1);
  ban->id = shoal_model_torrent_get_id (self->torrent);
  ban->parts = g_steal_pointer (&parts);
  shoal_app_undo_offer (&(ShoalAppUndoOffer){
      .widget = widget,
      .title = title,
      .kind = "shoal-undo-ban",
      .func = undo_ban,
      .data = ban,
      .destroy = ban_free,
  });
}

static void
let_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppPeoplePage *self = SHOAL_APP_PEOPLE_PAGE (widget);

  if (self->torrent != NULL)
    shoal_app_session_unban_peer (self->session, shoal_model_torrent_get_id (self->torrent), NULL);
}

void
shoal_app_people_page_update_actions (gpointer user_data)
{
  ShoalAppPeoplePage *self = user_data;
  g_autoptr (GPtrArray) parts = dup_selected (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "person.copy", parts->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "person.ban", parts->len > 0);
}

void
shoal_app_people_page_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "person.add", NULL, add_action);
  gtk_widget_class_install_action (klass, "person.ban", NULL, ban_action);
  gtk_widget_class_install_action (klass, "person.copy", NULL, copy_action);
  gtk_widget_class_install_action (klass, "person.let-in", NULL, let_in_action);
  /* By their keys, which must not depend on the row whose menu was open last. */
  gtk_widget_class_install_action (klass, "person.ban-row", NULL, ban_action);
  gtk_widget_class_install_action (klass, "person.copy-row", NULL, copy_action);
}
