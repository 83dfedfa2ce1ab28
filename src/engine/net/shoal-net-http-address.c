/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-http-address.h"

#include "net/shoal-net-error.h"
#include "net/shoal-net-gio.h"

struct _ShoalNetHttpAddress
{
  GNetworkAddress   parent_instance;
  ShoalNetHttpRules rules;
};

#define TYPE_ENUMERATOR (enumerator_get_type ())
G_DECLARE_FINAL_TYPE (Enumerator, enumerator, SHOAL_NET, ENUMERATOR, GSocketAddressEnumerator)

struct _Enumerator
{
  GSocketAddressEnumerator parent_instance;
  ShoalNetHttpAddress     *address; /* owned */
  GArray                  *allowed; /* owned; of ShoalBaseAddress; NULL: not resolved yet */
  guint                    n_given;
};

G_DEFINE_FINAL_TYPE (Enumerator, enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

static gboolean
is_allowed (const ShoalNetHttpRules *rules, const ShoalBaseAddress *address)
{
  const ShoalBaseAddress *teller = rules->teller.family != 0 ? &rules->teller : NULL;

  if (!rules->local_path && shoal_base_policy_is_local (address))
    return FALSE;
  return shoal_base_policy_allows (address, rules->word, teller, rules->allow_local);
}

/* Keeps what may be contacted; sets @error if that is nothing. */
static GArray *
keep_allowed (Enumerator *self, GArray *found, GError **error)
{
  const char *host = g_network_address_get_hostname (G_NETWORK_ADDRESS (self->address));
  GArray     *allowed = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  guint       i;

  for (i = 0; i < found->len; i++)
    {
      const ShoalBaseAddress *address = &g_array_index (found, ShoalBaseAddress, i);

      if (is_allowed (&self->address->rules, address))
        g_array_append_val (allowed, *address);
    }
  if (found->len == 0 && self->address->rules.family == 0)
    g_set_error (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_NAME, "\"%s\" has no address", host);
  else if (found->len == 0)
    g_set_error (error,
                 SHOAL_NET_ERROR,
                 SHOAL_NET_ERROR_FAMILY,
                 "\"%s\" has no %s address",
                 host,
                 self->address->rules.family == AF_INET6 ? "IPv6" : "IPv4");
  else if (allowed->len == 0)
    {
      char text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

      shoal_base_address_format (&g_array_index (found, ShoalBaseAddress, 0), FALSE, text);
      g_set_error (error,
                   SHOAL_NET_ERROR,
                   SHOAL_NET_ERROR_REFUSED,
                   "\"%s\" is at %s, which may not be contacted on this word",
                   host,
                   text);
    }
  return allowed;
}

static void
return_next (Enumerator *self, GTask *task)
{
  GSocketAddress *next = NULL;

  if (self->n_given < self->allowed->len)
    next = shoal_net_gio_to_socket_address (
        &g_array_index (self->allowed, ShoalBaseAddress, self->n_given++));
  g_task_return_pointer (task, next, g_object_unref);
}

static void
return_found (Enumerator *self, GTask *task, GArray *found)
{
  GError *error = NULL;

  g_clear_pointer (&self->allowed, g_array_unref);
  self->allowed = keep_allowed (self, found, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    return_next (self, task);
}

static void
look_up (Enumerator *self, GTask *task, int family, GAsyncReadyCallback callback)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  g_resolver_lookup_by_name_with_flags_async (
      resolver,
      g_network_address_get_hostname (G_NETWORK_ADDRESS (self->address)),
      shoal_net_gio_get_lookup_flags (family),
      g_task_get_cancellable (task),
      callback,
      g_object_ref (task));
}

/* The family that was asked for has no address. If the other has, the name is good; the error of
 * the first question, which lies with the task, is the answer otherwise. */
static void
resolved_other_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Enumerator *self = g_task_get_source_object (task);
  GList *list = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (source), result, NULL);
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));

  if (list != NULL)
    return_found (self, task, none);
  else
    g_task_return_error (task, g_error_copy (g_task_get_task_data (task)));
  g_resolver_free_addresses (list);
}

static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Enumerator *self = g_task_get_source_object (task);
  guint16     port = g_network_address_get_port (G_NETWORK_ADDRESS (self->address));
  int         family = self->address->rules.family;
  GError     *error = NULL;
  GList *list = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (source), result, &error);
  g_autoptr (GArray) found = shoal_net_gio_from_list (list, port, family);

  g_resolver_free_addresses (list);
  if (error == NULL)
    return_found (self, task, found);
  else if (family != 0 && g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    {
      g_task_set_task_data (task, error, (GDestroyNotify) g_error_free);
      look_up (self, task, family == AF_INET ? AF_INET6 : AF_INET, resolved_other_cb);
    }
  else
    g_task_return_error (task, error);
}

/* A numeric host, also an IPv6 one with a scope, needs no resolver. */
static gboolean
find_literal (Enumerator *self, GArray **found)
{
  GNetworkAddress *address = G_NETWORK_ADDRESS (self->address);
  ShoalBaseAddress literal;
  int              family = self->address->rules.family;

  if (!shoal_base_address_parse_ip (&literal, g_network_address_get_hostname (address)))
    return FALSE;
  literal.port = g_network_address_get_port (address);
  *found = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  if (family == 0 || literal.family == family)
    g_array_append_val (*found, literal);
  return TRUE;
}

static void
enumerator_next_async (GSocketAddressEnumerator *enumerator,
                       GCancellable             *cancellable,
                       GAsyncReadyCallback       callback,
                       gpointer                  user_data)
{
  Enumerator *self = SHOAL_NET_ENUMERATOR (enumerator);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GArray) found = NULL;

  g_task_set_source_tag (task, enumerator_next_async);
  if (self->allowed != NULL)
    {
      return_next (self, task);
      return;
    }
  if (find_literal (self, &found))
    {
      return_found (self, task, found);
      return;
    }
  look_up (self, task, self->address->rules.family, resolved_cb);
}

static GSocketAddress *
enumerator_next_finish (GSocketAddressEnumerator *enumerator, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* It would block the engine: nobody of ours asks for it. */
static GSocketAddress *
enumerator_next (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (
      error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_FAILED, "names are resolved asynchronously only");
  return NULL;
}

static void
enumerator_dispose (GObject *object)
{
  Enumerator *self = SHOAL_NET_ENUMERATOR (object);

  g_clear_object (&self->address);
  G_OBJECT_CLASS (enumerator_parent_class)->dispose (object);
}

static void
enumerator_finalize (GObject *object)
{
  Enumerator *self = SHOAL_NET_ENUMERATOR (object);

  g_clear_pointer (&self->allowed, g_array_unref);
  G_OBJECT_CLASS (enumerator_parent_class)->finalize (object);
}

static void
enumerator_class_init (EnumeratorClass *klass)
{
  GObjectClass                  *object_class = G_OBJECT_CLASS (klass);
  GSocketAddressEnumeratorClass *enumerator_class = G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass);

  object_class->dispose = enumerator_dispose;
  object_class->finalize = enumerator_finalize;
  enumerator_class->next = enumerator_next;
  enumerator_class->next_async = enumerator_next_async;
  enumerator_class->next_finish = enumerator_next_finish;
}

static void
enumerator_init (Enumerator *self)
{
}

static GSocketAddressEnumerator *
enumerate (GSocketConnectable *connectable)
{
  Enumerator *self = g_object_new (TYPE_ENUMERATOR, NULL);

  self->address = g_object_ref (SHOAL_NET_HTTP_ADDRESS (connectable));
  return G_SOCKET_ADDRESS_ENUMERATOR (self);
}

/* Both ways lead through the policy: there is no third. */
static void
init_connectable (GSocketConnectableIface *iface)
{
  iface->enumerate = enumerate;
  iface->proxy_enumerate = enumerate;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ShoalNetHttpAddress,
                               shoal_net_http_address,
                               G_TYPE_NETWORK_ADDRESS,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, init_connectable))

static void
shoal_net_http_address_class_init (ShoalNetHttpAddressClass *klass)
{
}

static void
shoal_net_http_address_init (ShoalNetHttpAddress *self)
{
}

ShoalNetHttpAddress *
shoal_net_http_address_new (const char *host, guint16 port, const ShoalNetHttpRules *rules)
{
  ShoalNetHttpAddress *self =
      g_object_new (SHOAL_NET_TYPE_HTTP_ADDRESS, "hostname", host, "port", (guint) port, NULL);

  self->rules = *rules;
  return self;
}
