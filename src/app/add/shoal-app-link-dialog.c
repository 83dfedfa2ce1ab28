/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-link-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/add/shoal-app-offer-row.h"
#include "app/shoal-app-link.h"

struct _ShoalAppLinkDialog
{
  AdwWindow parent_instance;

  GtkWidget        *add_button; /* unowned, as all children: the template holds them */
  GtkWidget        *entry;
  GtkWidget        *hint;
  ShoalAppOfferRow *offer_row;
};

G_DEFINE_FINAL_TYPE (ShoalAppLinkDialog, shoal_app_link_dialog, ADW_TYPE_WINDOW)

enum
{
  TAKEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What is typed may lack the scheme, as people say addresses. */
static GPtrArray *
read_links (ShoalAppLinkDialog *self)
{
  const char      *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  GPtrArray       *links = shoal_app_link_find (text, SHOAL_APP_LINK_ANY);
  g_autofree char *address = NULL;

  if (links->len > 0 || strchr (text, '.') == NULL || strchr (text, '/') == NULL ||
      strpbrk (text, ": \t") != NULL)
    return links;
  g_ptr_array_unref (links);
  address = g_strconcat ("https://", text, NULL);
  return shoal_app_link_find (address, SHOAL_APP_LINK_ANY);
}

static void
changed_cb (ShoalAppLinkDialog *self)
{
  g_autoptr (GPtrArray) links = read_links (self);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  gboolean    is_wrong = links->len == 0 && *text != '\0';

  gtk_widget_set_sensitive (self->add_button, links->len > 0);
  gtk_label_set_label (
      GTK_LABEL (self->hint),
      is_wrong ? _ ("This is no link yet. It begins with “magnet:” or “https://”, or is an "
                    "info-hash.")
               : _ ("An info-hash will do as well. A web address must lead to a torrent file."));
}

static void
take (ShoalAppLinkDialog *self, GPtrArray *links)
{
  g_signal_emit (self, signals[TAKEN], 0, links);
  gtk_window_close (GTK_WINDOW (self));
}

static void
add_cb (ShoalAppLinkDialog *self)
{
  g_autoptr (GPtrArray) links = read_links (self);

  if (links->len > 0)
    take (self, links);
}

static void
offer_cb (ShoalAppLinkDialog *self, GPtrArray *links)
{
  take (self, links);
}

/* Not before the window is on the screen: its accessible would not be a window's. */
static void
map_cb (ShoalAppLinkDialog *self)
{
  gtk_widget_grab_focus (self->entry);
}

static void
shoal_app_link_dialog_class_init (ShoalAppLinkDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

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

  g_type_ensure (SHOAL_TYPE_APP_OFFER_ROW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-link-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppLinkDialog, add_button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppLinkDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppLinkDialog, hint);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppLinkDialog, offer_row);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, offer_cb);
}

static void
shoal_app_link_dialog_init (ShoalAppLinkDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
}

GtkWidget *
shoal_app_link_dialog_new (GtkWindow *parent)
{
  return g_object_new (SHOAL_TYPE_APP_LINK_DIALOG, "transient-for", parent, NULL);
}

void
shoal_app_link_dialog_set_offer (ShoalAppLinkDialog *self, GPtrArray *links)
{
  g_return_if_fail (SHOAL_IS_APP_LINK_DIALOG (self));

  shoal_app_offer_row_set_links (self->offer_row, links);
}
