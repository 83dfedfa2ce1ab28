/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-folder-row.h"

#include <glib/gi18n.h>

#include "app/add/shoal-app-folder-menu.h"
#include "app/add/shoal-app-space.h"
#include "app/shoal-app-text.h"

struct _ShoalAppFolderRow
{
  AdwActionRow parent_instance;

  GtkWidget *button; /* unowned, as all children: the template holds them */
  GtkWidget *menu_button;

  char                 *path;        /* owned */
  char                 *shown;       /* owned; how the folder is called on the screen */
  GCancellable         *cancellable; /* owned; of the query under way; NULL: none */
  GtkFileChooserNative *chooser;     /* owned; NULL: not open */
  ShoalAppSpace        *space;       /* owned; NULL: not known yet */
  ShoalAppFolderMenu   *menu;        /* unowned: the button has it; NULL: no folders are offered */
  guint64               needed_bytes;

  guint hides_room : 1;
};

G_DEFINE_FINAL_TYPE (ShoalAppFolderRow, shoal_app_folder_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_0,
  PROP_PATH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_too_little (ShoalAppFolderRow *self)
{
  return self->space != NULL && self->space->is_free_known &&
         self->needed_bytes != SHOAL_APP_SPACE_UNKNOWN &&
         self->needed_bytes > self->space->free_bytes;
}

static char *
dup_room (ShoalAppFolderRow *self)
{
  if (self->space == NULL)
    return NULL;
  if (self->space->is_refused)
    return g_strdup (_ ("Shoal may not use it any more. Choose the folder again."));
  if (self->hides_room)
    return NULL;
  return shoal_app_space_dup_text (self->space, self->needed_bytes);
}

static void
show (ShoalAppFolderRow *self)
{
  g_autofree char *room = dup_room (self);
  g_autofree char *text =
      room != NULL ? g_strdup_printf ("%s\n%s", self->shown, room) : g_strdup (self->shown);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), markup);
  if (is_too_little (self) || (self->space != NULL && self->space->is_refused))
    gtk_widget_add_css_class (GTK_WIDGET (self), "too-little");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "too-little");
}

static void
space_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppFolderRow) self = user_data;
  ShoalAppSpace *space = shoal_app_space_query_finish (result);

  if (space == NULL)
    return;
  g_clear_pointer (&self->space, shoal_app_space_free);
  self->space = space;
  g_free (self->shown);
  self->shown = shoal_app_text_dup_visible (space->shown_path);
  show (self);
}

static void
query_space (ShoalAppFolderRow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->space, shoal_app_space_free);
  self->cancellable = g_cancellable_new ();
  shoal_app_space_query_async (self->path, self->cancellable, space_cb, g_object_ref (self));
}

static void
response_cb (ShoalAppFolderRow *self, int response, GtkNativeDialog *dialog)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    path = g_file_get_path (file);
  if (path != NULL)
    shoal_app_folder_row_set_path (self, path);
  g_clear_object (&self->chooser);
}

static void
choose_cb (ShoalAppFolderRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GFile) folder = self->path != NULL ? g_file_new_for_path (self->path) : NULL;

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Choose a Folder"),
                                               GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                               _ ("_Select"),
                                               NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (folder != NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), folder, NULL);
  g_signal_connect_object (
      self->chooser, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
shoal_app_folder_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShoalAppFolderRow *self = SHOAL_APP_FOLDER_ROW (object);

  switch (prop_id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_folder_row_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  ShoalAppFolderRow *self = SHOAL_APP_FOLDER_ROW (object);

  switch (prop_id)
    {
    case PROP_PATH:
      shoal_app_folder_row_set_path (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* A menu that is open when its window goes would keep the grab, and no other window would get a
 * click. */
static void
shoal_app_folder_row_unmap (GtkWidget *widget)
{
  ShoalAppFolderRow *self = SHOAL_APP_FOLDER_ROW (widget);

  if (self->menu != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->menu));
  GTK_WIDGET_CLASS (shoal_app_folder_row_parent_class)->unmap (widget);
}

static void
shoal_app_folder_row_dispose (GObject *object)
{
  ShoalAppFolderRow *self = SHOAL_APP_FOLDER_ROW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (shoal_app_folder_row_parent_class)->dispose (object);
}

static void
shoal_app_folder_row_finalize (GObject *object)
{
  ShoalAppFolderRow *self = SHOAL_APP_FOLDER_ROW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->space, shoal_app_space_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (shoal_app_folder_row_parent_class)->finalize (object);
}

static void
shoal_app_folder_row_class_init (ShoalAppFolderRowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = shoal_app_folder_row_get_property;
  object_class->set_property = shoal_app_folder_row_set_property;
  object_class->dispose = shoal_app_folder_row_dispose;
  object_class->finalize = shoal_app_folder_row_finalize;
  widget_class->unmap = shoal_app_folder_row_unmap;

  properties[PROP_PATH] =
      g_param_spec_string ("path",
                           NULL,
                           NULL,
                           NULL,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/shoalapp/Shoal/add/shoal-app-folder-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFolderRow, button);
  gtk_widget_class_bind_template_child (widget_class, ShoalAppFolderRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
}

static void
shoal_app_folder_row_init (ShoalAppFolderRow *self)
{
  self->needed_bytes = SHOAL_APP_SPACE_UNKNOWN;
  gtk_widget_init_template (GTK_WIDGET (self));
}

const char *
shoal_app_folder_row_get_path (ShoalAppFolderRow *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_FOLDER_ROW (self), NULL);
  return self->path;
}

void
shoal_app_folder_row_set_path (ShoalAppFolderRow *self, const char *path)
{
  g_autofree char *name = NULL;

  g_return_if_fail (SHOAL_IS_APP_FOLDER_ROW (self));
  g_return_if_fail (path != NULL);

  if (g_strcmp0 (self->path, path) == 0)
    return;
  name = shoal_app_space_dup_name (path);
  g_free (self->path);
  self->path = g_strdup (path);
  g_free (self->shown);
  self->shown = shoal_app_text_dup_visible (name);
  query_space (self);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
}

void
shoal_app_folder_row_set_needed_bytes (ShoalAppFolderRow *self, guint64 bytes)
{
  g_return_if_fail (SHOAL_IS_APP_FOLDER_ROW (self));

  self->needed_bytes = bytes;
  if (self->menu != NULL)
    shoal_app_folder_menu_set_needed_bytes (self->menu, bytes);
  if (self->path != NULL)
    show (self);
}

void
shoal_app_folder_row_hide_room (ShoalAppFolderRow *self)
{
  g_return_if_fail (SHOAL_IS_APP_FOLDER_ROW (self));

  self->hides_room = TRUE;
  if (self->path != NULL)
    show (self);
}

static void
chosen_cb (ShoalAppFolderRow *self, const char *path)
{
  shoal_app_folder_row_set_path (self, path);
}

void
shoal_app_folder_row_offer_recent (ShoalAppFolderRow *self, GSettings *settings)
{
  g_return_if_fail (SHOAL_IS_APP_FOLDER_ROW (self));

  self->menu = shoal_app_folder_menu_new (settings);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->menu_button), GTK_WIDGET (self->menu));
  g_signal_connect_object (self->menu, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->menu, "other", G_CALLBACK (choose_cb), self, G_CONNECT_SWAPPED);
  /* The focus lies on its child. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->menu_button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose a Folder"),
                                  -1);
  gtk_widget_set_visible (self->button, FALSE);
  gtk_widget_set_visible (self->menu_button, TRUE);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), self->menu_button);
}
