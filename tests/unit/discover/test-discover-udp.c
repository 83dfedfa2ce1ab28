/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "discover/shoal-discover-udp.h"
#include "lab.h"

#define TIMEOUT_USEC (400 * 1000)

/* Exchanges with a scripted tracker over one socket. */

typedef struct
{
  guint                   n;
  ShoalDiscoverUdpOutcome outcome;
  ShoalCodecTrackerReply *reply;
  char                   *words;
  gint64                  end_usec;
} Answer;

static void
on_answer (gpointer owner, ShoalDiscoverUdpOutcome outcome, const guint8 *data, gsize len)
{
  Answer *answer = owner;

  answer->n++;
  answer->outcome = outcome;
  answer->end_usec = g_get_monotonic_time ();
  g_clear_pointer (&answer->reply, shoal_codec_tracker_reply_free);
  g_clear_pointer (&answer->words, g_free);
  if (outcome == SHOAL_DISCOVER_UDP_ANSWERED)
    answer->reply = shoal_codec_tracker_udp_parse_announce (data, len, AF_INET);
  else if (outcome == SHOAL_DISCOVER_UDP_REFUSED)
    answer->words = shoal_codec_tracker_udp_dup_error (data, len);
}

static void
clear_answer (Answer *answer)
{
  g_clear_pointer (&answer->reply, shoal_codec_tracker_reply_free);
  g_clear_pointer (&answer->words, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, clear_answer)

typedef struct
{
  Lab              *lab;
  UdpTracker       *tracker;
  ShoalNetUdp      *socket;
  ShoalDiscoverUdp *udp;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ShoalDiscoverUdpTimes times = { 20 * 1000, TIMEOUT_USEC };
  ShoalBaseAddress      address;

  g_assert_true (shoal_base_address_parse_ip (&address, "127.0.0.1"));
  f->lab = lab_new (1, NULL);
  f->tracker = udp_tracker_new (f->lab, AF_INET);
  f->socket =
      shoal_net_udp_new (f->lab->reactor, shoal_net_endpoint_open_socket (&address, SOCK_DGRAM));
  f->udp = shoal_discover_udp_new (f->lab->reactor, f->socket, &times);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  shoal_discover_udp_free (f->udp);
  shoal_net_udp_free (f->socket);
  udp_tracker_free (f->tracker);
  lab_free (f->lab);
}

static ShoalDiscoverUdpCall *
ask (Fixture *f, Answer *answer)
{
  ShoalDiscoverUdpQuestion question = {
    .action = SHOAL_CODEC_TRACKER_UDP_ANNOUNCE,
    .announce = { .left = 5, .port = 6881, .num_want = 200, .key = 77 },
    .url_data = "/announce?k=v",
  };
  ShoalBaseAddress to = *shoal_net_udp_get_local_address (f->tracker->socket);

  return shoal_discover_udp_ask (f->udp, &to, &question, on_answer, answer);
}

static void
test_plain (Fixture *f, gconstpointer data)
{
  Answer                           answers[3] = { 0 };
  const ShoalCodecTrackerAnnounce *announce;
  guint                            i;

  shoal_base_address_parse (&f->tracker->peers[0], "80.1.2.3:4567");
  f->tracker->n_peers = 1;
  for (i = 0; i < 3; i++)
    ask (f, &answers[i]);
  g_assert_cmpuint (answers[0].n, ==, 0); /* never before it returns */
  for (i = 0; i < 3; i++)
    lab_run_until (&answers[i].n, 1);
  for (i = 0; i < 3; i++)
    {
      g_assert_cmpint (answers[i].outcome, ==, SHOAL_DISCOVER_UDP_ANSWERED);
      g_assert_cmpuint (answers[i].reply->peers->len, ==, 1);
      g_assert_cmpint (answers[i].reply->counts.complete, ==, 7);
      clear_answer (&answers[i]);
    }
  g_assert_cmpuint (f->tracker->n_connects, ==, 1); /* shared */
  g_assert_cmpuint (f->tracker->announces->len, ==, 3);
  announce = &g_array_index (f->tracker->announces, ShoalCodecTrackerAnnounce, 0);
  g_assert_cmpuint (announce->key, ==, 77);
  g_assert_cmpint (announce->num_want, ==, 200);
  g_assert_cmpstr (f->tracker->url_data, ==, "/announce?k=v"); /* BEP 41 */
}

/* Half of all packets are lost, each way: most exchanges get through by asking again, the others by
 * the next try, as the tracker list makes it. */
static void
test_loss (Fixture *f, gconstpointer data)
{
  guint i, tries, n_first = 0;

  f->tracker->loss = 50;
  for (i = 0; i < 8; i++)
    {
      g_auto (Answer) answer = { 0 };

      for (tries = 1; tries <= 15; tries++)
        {
          ask (f, &answer);
          lab_run_until (&answer.n, tries);
          if (answer.outcome == SHOAL_DISCOVER_UDP_ANSWERED)
            break;
          g_assert_cmpint (answer.outcome, ==, SHOAL_DISCOVER_UDP_TIMEOUT);
        }
      g_assert_cmpint (answer.outcome, ==, SHOAL_DISCOVER_UDP_ANSWERED);
      n_first += tries == 1;
    }
  g_assert_cmpuint (n_first, >, 0);
}

static void
test_forged (Fixture *f, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  f->tracker->wrong_transaction = f->tracker->wrong_action = f->tracker->wrong_source = TRUE;
  ask (f, &answer);
  lab_run_until (&answer.n, 1);
  g_assert_cmpint (answer.outcome, ==, SHOAL_DISCOVER_UDP_ANSWERED);
  g_assert_cmpuint (answer.reply->interval_s, ==, 1800);
  g_assert_cmpint (answer.reply->counts.complete, ==, 7);
}

/* The tracker was restarted and knows no id it gave; it may say so, or be silent. */
static void
test_expired (Fixture *f, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  ask (f, &answer);
  lab_run_until (&answer.n, 1);
  f->tracker->forgets = TRUE;
  f->tracker->says_bad_id = GPOINTER_TO_INT (data);
  ask (f, &answer);
  lab_run_until (&answer.n, 2);
  g_assert_cmpint (answer.outcome, ==, SHOAL_DISCOVER_UDP_ANSWERED);
  g_assert_cmpuint (f->tracker->n_connects, ==, 2);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  f->tracker->refusal = "go away";
  ask (f, &answer);
  lab_run_until (&answer.n, 1);
  g_assert_cmpint (answer.outcome, ==, SHOAL_DISCOVER_UDP_REFUSED);
  g_assert_cmpstr (answer.words, ==, "go away");
}

static void
test_silent (Fixture *f, gconstpointer data)
{
  Answer answers[2] = { 0 };
  gint64 begin_usec = g_get_monotonic_time ();

  f->tracker->hangs = TRUE;
  ask (f, &answers[0]);
  ask (f, &answers[1]);
  lab_run_until (&answers[0].n, 1);
  lab_run_until (&answers[1].n, 1);
  g_assert_cmpint (answers[0].outcome, ==, SHOAL_DISCOVER_UDP_TIMEOUT);
  g_assert_cmpint (answers[1].outcome, ==, SHOAL_DISCOVER_UDP_TIMEOUT);
  g_assert_cmpint (answers[0].end_usec - begin_usec, >=, TIMEOUT_USEC);
  g_assert_cmpint (answers[0].end_usec - begin_usec, <, 5 * TIMEOUT_USEC);

  /* It comes back. */
  f->tracker->hangs = FALSE;
  ask (f, &answers[0]);
  lab_run_until (&answers[0].n, 2);
  g_assert_cmpint (answers[0].outcome, ==, SHOAL_DISCOVER_UDP_ANSWERED);
  clear_answer (&answers[0]);
}

static void
test_nobody (Fixture *f, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  ShoalDiscoverUdpQuestion question = { .action = SHOAL_CODEC_TRACKER_UDP_ANNOUNCE };
  ShoalBaseAddress         to = *shoal_net_udp_get_local_address (f->tracker->socket);
  gint64                   begin_usec = g_get_monotonic_time ();

  to.port = 1; /* nobody listens there */
  shoal_discover_udp_ask (f->udp, &to, &question, on_answer, &answer);
  lab_run_until (&answer.n, 1);
  g_assert_cmpint (answer.outcome, ==, SHOAL_DISCOVER_UDP_UNREACHABLE);
  g_assert_cmpint (answer.end_usec - begin_usec, <, TIMEOUT_USEC);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_auto (Answer) gone = { 0 };
  g_auto (Answer) stays = { 0 };
  ShoalDiscoverUdpCall *call;

  call = ask (f, &gone);
  ask (f, &stays);
  shoal_discover_udp_cancel (call);
  lab_run_until (&stays.n, 1);
  call = ask (f, &gone); /* with the id that is known */
  shoal_discover_udp_cancel (call);
  call = ask (f, &gone);
  lab_run_for (20);
  g_assert_cmpuint (gone.n, ==, 1);

  /* And open ones when everything goes. */
  f->tracker->hangs = TRUE;
  ask (f, &gone);
}

/* Another port of ours: what was asked from the old one is asked again, with a new id. */
static void
test_set_socket (Fixture *f, gconstpointer data)
{
  g_auto (Answer) before = { 0 };
  g_auto (Answer) open = { 0 };
  g_auto (Answer) waiting = { 0 };
  ShoalNetUdp     *old = f->socket;
  ShoalBaseAddress address;

  ask (f, &before);
  lab_run_until (&before.n, 1);
  f->tracker->hangs = TRUE;
  ask (f, &open);
  lab_run_for (10); /* it has left with the id that is known */
  ask (f, &waiting);
  g_assert_true (shoal_base_address_parse_ip (&address, "127.0.0.1"));
  f->socket =
      shoal_net_udp_new (f->lab->reactor, shoal_net_endpoint_open_socket (&address, SOCK_DGRAM));
  shoal_discover_udp_set_socket (f->udp, f->socket);
  shoal_net_udp_free (old);
  f->tracker->hangs = FALSE;
  lab_run_until (&open.n, 1);
  lab_run_until (&waiting.n, 1);
  g_assert_cmpint (open.outcome, ==, SHOAL_DISCOVER_UDP_ANSWERED);
  g_assert_cmpint (waiting.outcome, ==, SHOAL_DISCOVER_UDP_ANSWERED);
  g_assert_cmpuint (f->tracker->n_connects, >=, 2);
}

int
main (int argc, char **argv)
{
#define ADD(path, data, func)                                                                      \
  g_test_add ("/discover/udp/" path, Fixture, data, set_up, func, tear_down)
  g_test_init (&argc, &argv, NULL);
  ADD ("plain", NULL, test_plain);
  ADD ("loss", NULL, test_loss);
  ADD ("forged", NULL, test_forged);
  ADD ("expired-silent", GINT_TO_POINTER (FALSE), test_expired);
  ADD ("expired-said", GINT_TO_POINTER (TRUE), test_expired);
  ADD ("refused", NULL, test_refused);
  ADD ("silent", NULL, test_silent);
  ADD ("nobody", NULL, test_nobody);
  ADD ("cancel", NULL, test_cancel);
  ADD ("set-socket", NULL, test_set_socket);
  return g_test_run ();
}
