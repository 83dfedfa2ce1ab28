/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-add-button.h"

#include <glib/gi18n.h>

#include "app/shoal-app-compat.h"
#include "app/shoal-app-text.h"

/* A name in a menu, in characters; what is longer loses its middle. */
#define MAX_NAME 40

struct _ShoalAppAddButton
{
  AdwBin parent_instance;

  GtkWidget     *button; /* unowned, as all children */
  GtkWidget     *menu;
  GMenu         *offer; /* owned; the part of the menu that is for the clipboard */
  GPtrArray     *links; /* owned; what it offers; NULL: nothing */
  ShoalAppAdder *adder; /* unowned: the window has it, and tells us when it goes */
};

G_DEFINE_FINAL_TYPE (ShoalAppAddButton, shoal_app_add_button, ADW_TYPE_BIN)

static char *
dup_short (const char *name)
{
  long             len = g_utf8_strlen (name, -1);
  g_autofree char *start = NULL;
  g_autofree char *end = NULL;

  if (len <= MAX_NAME)
    return g_strdup (name);
  start = g_utf8_substring (name, 0, MAX_NAME / 2);
  end = g_utf8_substring (name, len - MAX_NAME / 2 + 1, len);
  return g_strconcat (start, "…", end, NULL);
}

/* An underline in the name is one, and not the sign of a mnemonic. */
static char *
dup_label (GPtrArray *links)
{
  g_autofree char *name = shoal_app_clipboard_dup_name (links);
  g_autofree char *shortened = dup_short (name);
  g_autoptr (GString) plain = g_string_new (shortened);
  ShoalAppTextPart part = { "name", plain->str };

  g_string_replace (plain, "_", "__", 0);
  part.value = plain->str;
  return shoal_app_text_fill (_ ("Add “{name}” From the Clipboard"), &part, 1);
}

static void
offer_cb (gpointer object, GPtrArray *links)
{
  ShoalAppAddButton *self = SHOAL_APP_ADD_BUTTON (object);
  g_autofree char   *label = dup_label (links);

  g_clear_pointer (&self->links, g_ptr_array_unref);
  self->links = g_ptr_array_ref (links);
  g_menu_remove_all (self->offer);
  g_menu_append (self->offer, label, "adding.offer");
}

static void
show_cb (ShoalAppAddButton *self)
{
  g_menu_remove_all (self->offer);
  if (self->adder != NULL)
    shoal_app_adder_look (self->adder, offer_cb, G_OBJECT (self));
}

static void
offer_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ShoalAppAddButton *self = SHOAL_APP_ADD_BUTTON (widget);
  g_autoptr (GPtrArray) links = g_steal_pointer (&self->links);

  if (links != NULL && self->adder != NULL)
    shoal_app_adder_take_links (self->adder, links);
}

static void
shoal_app_add_button_finalize (GObject *object)
{
  ShoalAppAddButton *self = SHOAL_APP_ADD_BUTTON (object);

  g_object_unref (self->offer);
  g_clear_pointer (&self->links, g_ptr_array_unref);
  G_OBJECT_CLASS (shoal_app_add_button_parent_class)->finalize (object);
}

static void
shoal_app_add_button_class_init (ShoalAppAddButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_app_add_button_finalize;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "adding.offer", NULL, offer_action);
}

static GtkWidget *
make_menu (ShoalAppAddButton *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) ways = g_menu_new ();

  g_menu_append (ways, _ ("Torrent _Files…"), "win.add");
  g_menu_append (ways, _ ("_Link or Web Address…"), "win.add-link");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (ways));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->offer));
  return gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
}

/* The focus lies on the child of the menu button, which is the last part. */
static void
name_arrow (ShoalAppAddButton *self)
{
  GtkWidget *arrow = gtk_widget_get_last_child (self->button);

  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (arrow)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More Ways to Add"),
                                  -1);
}

static void
shoal_app_add_button_init (ShoalAppAddButton *self)
{
  AdwSplitButton *button;

  self->offer = g_menu_new ();
  self->button = adw_split_button_new ();
  self->menu = make_menu (self);
  button = ADW_SPLIT_BUTTON (self->button);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.add");
  adw_split_button_set_popover (button, GTK_POPOVER (self->menu));
  adw_split_button_set_dropdown_tooltip (button, _ ("More Ways to Add"));
  gtk_widget_set_tooltip_text (self->button, _ ("Add Torrents"));
  adw_bin_set_child (ADW_BIN (self), self->button);
  name_arrow (self);
  g_signal_connect_swapped (self->menu, "show", G_CALLBACK (show_cb), self);
  shoal_app_compat_name_items (GTK_POPOVER (self->menu));
}

void
shoal_app_add_button_set_adder (ShoalAppAddButton *self, ShoalAppAdder *adder)
{
  g_return_if_fail (SHOAL_IS_APP_ADD_BUTTON (self));

  self->adder = adder;
}

/* An icon alone needs a name for the screen reader; beside the word it would be said twice. The
 * focus lies on the parts of the button, which are its first and its last child. */
void
shoal_app_add_button_set_is_narrow (ShoalAppAddButton *self, gboolean is_narrow)
{
  GtkWidget *content, *part;

  g_return_if_fail (SHOAL_IS_APP_ADD_BUTTON (self));

  part = gtk_widget_get_first_child (self->button);
  if (is_narrow)
    {
      adw_split_button_set_icon_name (ADW_SPLIT_BUTTON (self->button), "list-add-symbolic");
      gtk_accessible_update_property (
          GTK_ACCESSIBLE (part), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Add Torrents"), -1);
      return;
    }
  content = adw_button_content_new ();
  gtk_accessible_reset_property (GTK_ACCESSIBLE (part), GTK_ACCESSIBLE_PROPERTY_LABEL);
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "list-add-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _ ("_Add"));
  adw_button_content_set_use_underline (ADW_BUTTON_CONTENT (content), TRUE);
  adw_split_button_set_child (ADW_SPLIT_BUTTON (self->button), content);
}
