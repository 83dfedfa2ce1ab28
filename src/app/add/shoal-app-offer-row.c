/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-offer-row.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-clipboard.h"
#include "app/shoal-app-text.h"

struct _ShoalAppOfferRow
{
  AdwActionRow parent_instance;

  GtkWidget *button; /* unowned, as all children: the row holds them */
  GPtrArray *links;  /* owned; NULL: none */
};

G_DEFINE_FINAL_TYPE (ShoalAppOfferRow, shoal_app_offer_row, ADW_TYPE_ACTION_ROW)

enum
{
  TAKEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
clicked_cb (ShoalAppOfferRow *self)
{
  g_autoptr (GPtrArray) links = g_steal_pointer (&self->links);

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (links != NULL)
    g_signal_emit (self, signals[TAKEN], 0, links);
}

static void
shoal_app_offer_row_finalize (GObject *object)
{
  ShoalAppOfferRow *self = SHOAL_APP_OFFER_ROW (object);

  g_clear_pointer (&self->links, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_app_offer_row_parent_class)->finalize (object);
}

static void
shoal_app_offer_row_class_init (ShoalAppOfferRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_app_offer_row_finalize;

  signals[TAKEN] = g_signal_new ("taken",
                                 G_TYPE_FROM_CLASS (klass),
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 G_TYPE_PTR_ARRAY);
}

static void
shoal_app_offer_row_init (ShoalAppOfferRow *self)
{
  self->button = gtk_button_new_with_mnemonic (_ ("A_dd This"));
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("In the Clipboard"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 2);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), self->button);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
shoal_app_offer_row_set_links (ShoalAppOfferRow *self, GPtrArray *links)
{
  g_return_if_fail (SHOAL_IS_APP_OFFER_ROW (self));

  if (links != NULL)
    g_ptr_array_ref (links);
  g_clear_pointer (&self->links, g_ptr_array_unref);
  self->links = links;
  if (links != NULL)
    {
      g_autofree char *name = shoal_app_clipboard_dup_name (links);
      g_autofree char *markup = g_markup_escape_text (name, -1);
      ShoalAppTextPart part = { "name", name };
      g_autofree char *spoken = shoal_app_text_fill (_ ("Add {name} from the clipboard"), &part, 1);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), markup);
      /* The row has given it the row's title for a name. */
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->button),
                                     GTK_ACCESSIBLE_RELATION_LABELLED_BY);
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), links != NULL);
}
