/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "fake-resolver.h"

struct _FakeResolver
{
  GResolver   parent_instance;
  GHashTable *names; /* owned; name → addresses */
  guint       n_asked;
};

G_DEFINE_FINAL_TYPE (FakeResolver, fake_resolver, G_TYPE_RESOLVER)

static void
free_list (gpointer data)
{
  g_resolver_free_addresses (data);
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_task_return_error_if_cancelled (user_data);
}

static GList *
make_list (const char *addresses, GResolverNameLookupFlags flags)
{
  g_auto (GStrv) parts = g_strsplit (addresses, " ", -1);
  GList *list = NULL;
  guint  i;

  for (i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (parts[i]);
      GSocketFamily family = g_inet_address_get_family (inet);

      if ((flags == G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY && family != G_SOCKET_FAMILY_IPV4) ||
          (flags == G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY && family != G_SOCKET_FAMILY_IPV6))
        continue;
      list = g_list_append (list, g_object_ref (inet));
    }
  return list;
}

static void
lookup_async (GResolver               *resolver,
              const char              *name,
              GResolverNameLookupFlags flags,
              GCancellable            *cancellable,
              GAsyncReadyCallback      callback,
              gpointer                 user_data)
{
  FakeResolver *self = FAKE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gpointer addresses = NULL;
  GList   *list;

  self->n_asked++;
  if (!g_hash_table_lookup_extended (self->names, name, NULL, &addresses))
    {
      g_task_return_new_error (task,
                               G_RESOLVER_ERROR,
                               G_RESOLVER_ERROR_NOT_FOUND,
                               "no such name in this test: %s",
                               name);
      return;
    }
  if (addresses == NULL)
    {
      g_signal_connect_data (cancellable,
                             "cancelled",
                             G_CALLBACK (on_cancelled),
                             g_object_ref (task),
                             (GClosureNotify) (void (*) (void)) g_object_unref,
                             0);
      return;
    }
  list = make_list (addresses, flags);
  if (list == NULL)
    g_task_return_new_error (
        task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no address of this kind");
  else
    g_task_return_pointer (task, list, free_list);
}

/* GIO asks this one when there are no flags. */
static void
lookup_plain_async (GResolver          *resolver,
                    const char         *name,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  lookup_async (
      resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback, user_data);
}

static GList *
lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_resolver_finalize (GObject *object)
{
  g_hash_table_unref (FAKE_RESOLVER (object)->names);
  G_OBJECT_CLASS (fake_resolver_parent_class)->finalize (object);
}

static void
fake_resolver_class_init (FakeResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_resolver_finalize;
  resolver_class->lookup_by_name_async = lookup_plain_async;
  resolver_class->lookup_by_name_finish = lookup_finish;
  resolver_class->lookup_by_name_with_flags_async = lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = lookup_finish;
}

static void
fake_resolver_init (FakeResolver *self)
{
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

FakeResolver *
fake_resolver_install (void)
{
  FakeResolver *self = g_object_new (TYPE_FAKE_RESOLVER, NULL);

  g_resolver_set_default (G_RESOLVER (self));
  return self;
}

void
fake_resolver_set (FakeResolver *self, const char *name, const char *addresses)
{
  g_hash_table_replace (self->names, g_strdup (name), g_strdup (addresses));
}

guint
fake_resolver_get_n_asked (FakeResolver *self)
{
  return self->n_asked;
}
