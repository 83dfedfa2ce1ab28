/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd-thread.h"

#include "base/shoal-base-mailbox.h"

struct _ShoalTrackerdThread
{
  GMainContext     *context;  /* owned */
  GMainLoop        *loop;     /* owned */
  ShoalTrackerd    *trackerd; /* owned; the thread's while it runs */
  ShoalBaseMailbox *mailbox;  /* owned: the thread reads it */
  GThread          *thread;   /* owned */
  guint16           port;
  guint16           udp_port;
};

static void
on_message (gpointer message, gpointer user_data)
{
  ShoalTrackerdThread *self = user_data;

  g_main_loop_quit (self->loop);
}

static gpointer
run (gpointer data)
{
  ShoalTrackerdThread *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  shoal_trackerd_free (self->trackerd);
  shoal_base_mailbox_close (self->mailbox);
  while (g_main_context_iteration (self->context, FALSE))
    ; /* libsoup lets go of its connections there */
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

ShoalTrackerdThread *
shoal_trackerd_thread_new (const ShoalTrackerdOptions *options, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  ShoalTrackerd       *trackerd;
  ShoalTrackerdThread *self;

  trackerd = shoal_trackerd_new (context, options, error);
  if (trackerd == NULL)
    return NULL;
  self = g_new0 (ShoalTrackerdThread, 1);
  self->context = g_steal_pointer (&context);
  self->loop = g_main_loop_new (self->context, FALSE);
  self->trackerd = trackerd;
  self->port = shoal_trackerd_get_port (trackerd);
  self->udp_port = shoal_trackerd_get_udp_port (trackerd);
  self->mailbox = shoal_base_mailbox_new (self->context, on_message, self, NULL);
  self->thread = g_thread_new ("shoal-trackerd", run, self);
  return self;
}

void
shoal_trackerd_thread_free (ShoalTrackerdThread *self)
{
  shoal_base_mailbox_post (self->mailbox, self);
  g_thread_join (self->thread);
  shoal_base_mailbox_unref (self->mailbox);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

guint16
shoal_trackerd_thread_get_port (const ShoalTrackerdThread *self)
{
  return self->port;
}

guint16
shoal_trackerd_thread_get_udp_port (const ShoalTrackerdThread *self)
{
  return self->udp_port;
}
