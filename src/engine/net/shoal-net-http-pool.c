/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-http-pool.h"

#include "base/shoal-base-list.h"
#include "net/shoal-net-gio.h"

#define MAX_SESSIONS 32

/* libsoup's own default is two to a host, which a tracker of hundreds of our torrents would make a
 * queue of minutes. */
#define MAX_CONNECTIONS 50

/* Long enough for the announces of one moment to share connections, and for a web seed between two
 * pieces. */
#define IDLE_TIMEOUT_SEC 15

struct _ShoalNetHttpPool
{
  GHashTable   *entries; /* owned; key → Entry */
  ShoalBaseList recent;  /* the most recently used last */
};

typedef struct
{
  ShoalBaseList link;
  char         *key;     /* owned */
  SoupSession  *session; /* owned */
} Entry;

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  shoal_base_list_remove (&entry->link);
  g_object_unref (entry->session);
  g_free (entry->key);
  g_free (entry);
}

ShoalNetHttpPool *
shoal_net_http_pool_new (void)
{
  ShoalNetHttpPool *self = g_new0 (ShoalNetHttpPool, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_entry);
  shoal_base_list_init (&self->recent);
  return self;
}

void
shoal_net_http_pool_free (ShoalNetHttpPool *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

/* Everything that decides where a connection goes and who may use it. Of the teller only the kind
 * of its address counts. */
static char *
make_key (GUri *url, const ShoalNetHttpRules *rules)
{
  char        bind[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  const char *userinfo = g_uri_get_userinfo (url);
  int         teller_kind = -1;

  if (rules->teller.family != 0)
    teller_kind = (int) shoal_base_policy_classify (&rules->teller);
  return g_strdup_printf ("%s %s %d %s %d %d %d %d %d %s",
                          g_uri_get_scheme (url),
                          g_uri_get_host (url),
                          g_uri_get_port (url),
                          shoal_base_address_format (&rules->bind, FALSE, bind),
                          rules->family,
                          (int) rules->word,
                          teller_kind,
                          rules->allow_local ? 1 : 0,
                          rules->local_path ? 1 : 0,
                          userinfo != NULL ? userinfo : "");
}

static SoupSession *
make_session (GUri *url, const ShoalNetHttpRules *rules)
{
  g_autoptr (ShoalNetHttpAddress) address = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  SoupSession *session;

  address =
      shoal_net_http_address_new (g_uri_get_host (url), (guint16) g_uri_get_port (url), rules);
  if (rules->bind.family != 0)
    local = shoal_net_gio_to_socket_address (&rules->bind);
  session = g_object_new (SOUP_TYPE_SESSION,
                          "remote-connectable",
                          address,
                          "local-address",
                          local,
                          "user-agent",
                          "Shoal/" SHOAL_VERSION,
                          "max-conns",
                          MAX_CONNECTIONS,
                          "max-conns-per-host",
                          MAX_CONNECTIONS,
                          "idle-timeout",
                          IDLE_TIMEOUT_SEC,
                          "timeout",
                          0,
                          NULL);
  /* NULL is "direct"; unset would be "as the desktop says", past our binding and policy. */
  soup_session_set_proxy_resolver (session, NULL);
  return session;
}

static void
drop_oldest (ShoalNetHttpPool *self)
{
  Entry *oldest = SHOAL_BASE_LIST_ENTRY (self->recent.next, Entry, link);

  g_hash_table_remove (self->entries, oldest->key);
}

SoupSession *
shoal_net_http_pool_take (ShoalNetHttpPool *self, GUri *url, const ShoalNetHttpRules *rules)
{
  g_autofree char *key = make_key (url, rules);
  Entry           *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL)
    {
      if (g_hash_table_size (self->entries) >= MAX_SESSIONS)
        drop_oldest (self);
      entry = g_new0 (Entry, 1);
      entry->session = make_session (url, rules);
      entry->key = g_steal_pointer (&key);
      shoal_base_list_init (&entry->link);
      g_hash_table_insert (self->entries, entry->key, entry);
    }
  shoal_base_list_remove (&entry->link);
  shoal_base_list_append (&self->recent, &entry->link);
  return g_object_ref (entry->session);
}

guint
shoal_net_http_pool_get_size (const ShoalNetHttpPool *self)
{
  return g_hash_table_size (self->entries);
}
