/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <string.h>

#include "net/shoal-net-interface.h"
#include "net/shoal-net-resolve.h"

/* Peers that a person or a magnet link names, by address or by host name. GLib has few threads for
 * names, and trackers, routers and the DHT want them too: so only a few are asked for at a time. */

#define MAX_OPEN 4

/* The resolver has no timeout of its own. */
#define TIMEOUT_USEC (20 * G_USEC_PER_SEC)

/* Further ones are not known. */
#define MAX_WAITING 200

typedef struct
{
  ShoalSession       *session; /* unowned: owns us */
  ShoalTorrentId      id;
  char               *text; /* owned: as it was named */
  char               *host; /* owned */
  guint16             port;
  ShoalBasePolicyWord word;
  guint64             serial;  /* of the command that is answered with the outcome; 0: none is */
  ShoalNetResolve    *resolve; /* unowned: gone with its answer; NULL: it waits */
  ShoalNetTimer       timer;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  if (question->resolve != NULL)
    shoal_net_resolve_cancel (question->resolve);
  shoal_net_reactor_timer_clear (question->session->reactor, &question->timer);
  g_free (question->text);
  g_free (question->host);
  g_free (question);
}

static void
report_unknown (const Question *question, const char *why)
{
  ShoalEvent *event = shoal_event_new (SHOAL_EVENT_PEER_UNKNOWN, question->id);

  event->subject = g_strdup (question->text);
  event->text = g_strdup (why);
  shoal_session_report (question->session, event);
}

static void
report_local (const Question *question)
{
  ShoalEvent *event = shoal_event_new (SHOAL_EVENT_LOCAL_IGNORED, question->id);

  event->subject = g_strdup (question->text);
  event->number = 1;
  shoal_session_report (question->session, event);
}

/* Takes @problem over: why there is nobody to be asked, or NULL. */
static void
answer (Question *question, ShoalProblem *problem)
{
  if (question->serial != 0)
    shoal_session_answer (question->session, question->serial, question->id, problem);
  else
    g_clear_pointer (&problem, shoal_problem_unref);
  question->serial = 0;
}

static ShoalProblem *
make_problem (const Question *question, ShoalProblemCode code, const char *what)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, code, question->text, what);
}

/* Whether a connection of this machine leads there; nothing is sent. */
static gboolean
can_reach (ShoalSession *self, const ShoalBaseAddress *address)
{
  ShoalBaseAddress source;

  return shoal_base_policy_allows (
             address, SHOAL_BASE_POLICY_WORD_PERSON, NULL, self->settings->allow_local) &&
         shoal_net_endpoint_find (self->endpoints, address->family) != NULL &&
         shoal_net_interface_find_source (address, &source);
}

static ShoalProblem *
review_addresses (const Question *question, const ShoalBaseAddress *addresses, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    if (can_reach (question->session, &addresses[i]))
      return NULL;
  return make_problem (
      question, SHOAL_PROBLEM_PEER_UNREACHABLE, "no connection of this machine leads there");
}

static void
give_peer (const Question *question, ShoalSessionEntry *entry, const ShoalBaseAddress *address)
{
  gboolean allows_local = question->session->settings->allow_local;

  if (!shoal_base_policy_allows (address, question->word, NULL, allows_local))
    {
      if (question->word == SHOAL_BASE_POLICY_WORD_STRANGER)
        report_local (question);
    }
  else if (question->word == SHOAL_BASE_POLICY_WORD_PERSON)
    shoal_torrent_add_peer (entry->torrent, address);
  else
    shoal_torrent_add_linked_peer (entry->torrent, address);
}

static void open_some (ShoalSession *self);

static void
resolved_cb (gpointer owner, const ShoalBaseAddress *addresses, guint n, const GError *error)
{
  Question          *question = owner;
  ShoalSession      *self = question->session;
  ShoalSessionEntry *entry = shoal_session_find (self, question->id);
  guint              i;

  question->resolve = NULL;
  if (error != NULL)
    {
      report_unknown (question, error->message);
      answer (question, make_problem (question, SHOAL_PROBLEM_PEER_NAME, error->message));
    }
  else if (question->serial != 0)
    answer (question, review_addresses (question, addresses, n));
  for (i = 0; i < n && entry != NULL && entry->torrent != NULL; i++)
    give_peer (question, entry, &addresses[i]);
  g_hash_table_remove (self->questions, question);
  open_some (self);
}

static void
timeout_cb (gpointer owner, gint64 now_usec)
{
  Question     *question = owner;
  ShoalSession *self = question->session;

  report_unknown (question, "no name server has answered");
  answer (question,
          make_problem (question, SHOAL_PROBLEM_PEER_NAME, "no name server has answered"));
  g_hash_table_remove (self->questions, question);
  open_some (self);
}

static void
open_one (ShoalSession *self, Question *question)
{
  question->resolve = shoal_net_resolve_start (
      self->reactor, question->host, question->port, 0, resolved_cb, question);
  shoal_net_reactor_timer_set (
      self->reactor, &question->timer, shoal_net_reactor_get_now (self->reactor) + TIMEOUT_USEC);
  g_hash_table_add (self->questions, question);
}

static void
open_some (ShoalSession *self)
{
  while (g_hash_table_size (self->questions) < MAX_OPEN &&
         !g_queue_is_empty (&self->questions_waiting))
    open_one (self, g_queue_pop_head (&self->questions_waiting));
}

static gboolean
is_waiting (const ShoalSession *self, const ShoalSessionEntry *entry, const char *text)
{
  const GList *item;

  for (item = self->questions_waiting.head; item != NULL; item = item->next)
    {
      const Question *question = item->data;

      if (question->id.value == entry->id.value && strcmp (question->text, text) == 0)
        return TRUE;
    }
  return FALSE;
}

static Question *
question_new (ShoalSessionEntry *entry, const char *host_port, ShoalBasePolicyWord word)
{
  ShoalSession    *self = entry->session;
  g_autofree char *host = NULL;
  guint16          port;
  Question        *question;

  if (!shoal_base_address_split_host_port (host_port, &host, &port))
    return NULL;
  question = g_new0 (Question, 1);
  question->session = self;
  question->id = entry->id;
  question->text = g_strdup (host_port);
  question->host = g_steal_pointer (&host);
  question->port = port;
  question->word = word;
  shoal_net_reactor_timer_init (&question->timer, timeout_cb, question);
  return question;
}

static void
ask (ShoalSession *self, Question *question)
{
  ShoalBaseAddress address;

  if (shoal_base_address_parse_ip (&address, question->host))
    {
      open_one (self, question); /* nobody has to be asked */
      return;
    }
  g_queue_push_tail (&self->questions_waiting, question);
  open_some (self);
}

void
shoal_session_add_peer (ShoalSessionEntry *entry, const char *host_port, ShoalBasePolicyWord word)
{
  ShoalSession *self = entry->session;
  Question     *question;

  if (is_waiting (self, entry, host_port) || self->questions_waiting.length >= MAX_WAITING)
    return;
  question = question_new (entry, host_port, word);
  if (question != NULL)
    ask (self, question);
}

void
shoal_session_add_peer_for (ShoalSessionEntry *entry, const char *host_port, guint64 serial)
{
  Question *question = question_new (entry, host_port, SHOAL_BASE_POLICY_WORD_PERSON);

  g_return_if_fail (question != NULL);

  question->serial = serial;
  ask (entry->session, question);
}

static void
stop (gpointer data, gpointer unused)
{
  Question *question = data;

  answer (question, make_problem (question, SHOAL_PROBLEM_STOPPING, NULL));
}

void
shoal_session_names_clear (ShoalSession *self)
{
  GHashTableIter iter;
  gpointer       question;

  g_queue_foreach (&self->questions_waiting, stop, NULL);
  g_hash_table_iter_init (&iter, self->questions);
  while (g_hash_table_iter_next (&iter, &question, NULL))
    stop (question, NULL);
  g_queue_clear_full (&self->questions_waiting, question_free);
  g_hash_table_remove_all (self->questions);
}

void
shoal_session_names_init (ShoalSession *self)
{
  self->questions = g_hash_table_new_full (NULL, NULL, question_free, NULL);
  g_queue_init (&self->questions_waiting);
}
