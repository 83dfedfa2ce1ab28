/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-mailbox.h"

#include <pthread.h>

#define N_THREADS 4
#define N_EACH    5000

typedef struct
{
  ShoalBaseMailbox *mailbox;
  guint             from;
} Sender;

static guint n_received;
static guint last_of[N_THREADS];

static void
receive (gpointer message, gpointer user_data)
{
  guint value = GPOINTER_TO_UINT (message);
  guint from = value >> 16;

  g_assert_cmpuint (value & 0xffff, ==, last_of[from] + 1);
  last_of[from]++;
  if (++n_received == N_THREADS * N_EACH)
    g_main_loop_quit (user_data);
}

static void *
send_all (void *data)
{
  Sender *sender = data;
  guint   i;

  for (i = 1; i <= N_EACH; i++)
    shoal_base_mailbox_post (sender->mailbox, GUINT_TO_POINTER (sender->from << 16 | i));
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  ShoalBaseMailbox *mailbox = shoal_base_mailbox_new (context, receive, loop, NULL);
  pthread_t         threads[N_THREADS];
  Sender            senders[N_THREADS];
  guint             i;

  for (i = 0; i < N_THREADS; i++)
    {
      senders[i] = (Sender){ mailbox, i };
      pthread_create (&threads[i], NULL, send_all, &senders[i]);
    }
  g_main_loop_run (loop);
  for (i = 0; i < N_THREADS; i++)
    pthread_join (threads[i], NULL);
  g_assert_cmpuint (n_received, ==, N_THREADS * N_EACH);
  shoal_base_mailbox_close (mailbox);
  shoal_base_mailbox_unref (mailbox);
}

static void
test_closed (void)
{
  ShoalBaseMailbox *mailbox = shoal_base_mailbox_new (NULL, receive, NULL, g_free);

  shoal_base_mailbox_post (mailbox, g_strdup ("freed at close"));
  shoal_base_mailbox_close (mailbox);
  shoal_base_mailbox_post (mailbox, g_strdup ("freed at once"));
  shoal_base_mailbox_unref (mailbox);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/mailbox/threads", test_threads);
  g_test_add_func ("/base/mailbox/closed", test_closed);
  return g_test_run ();
}
