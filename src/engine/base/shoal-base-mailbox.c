/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-mailbox.h"

#include <pthread.h>
#include <stdatomic.h>

/* g_source_set_ready_time() may be called from any thread and wakes the context by itself. */
struct _ShoalBaseMailbox
{
  atomic_uint          ref_count;
  pthread_mutex_t      lock;
  GPtrArray           *waiting; /* owned; guarded by lock */
  GPtrArray           *taken;   /* owned; the receiver's: swapped with waiting */
  GSource             *source;  /* owned; guarded by lock */
  ShoalBaseMailboxFunc func;
  gpointer             user_data; /* unowned: the receiver closes us before it goes */
  GDestroyNotify       free_func;

  guint is_closed : 1; /* guarded by lock */
};

static gboolean
source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = source_dispatch };

static gboolean
drain_cb (gpointer user_data)
{
  shoal_base_mailbox_drain (user_data);
  return G_SOURCE_CONTINUE;
}

ShoalBaseMailbox *
shoal_base_mailbox_new (GMainContext        *context,
                        ShoalBaseMailboxFunc func,
                        gpointer             user_data,
                        GDestroyNotify       free_func)
{
  ShoalBaseMailbox *self = g_new0 (ShoalBaseMailbox, 1);

  atomic_init (&self->ref_count, 1);
  pthread_mutex_init (&self->lock, NULL);
  self->waiting = g_ptr_array_new ();
  self->taken = g_ptr_array_new ();
  self->func = func;
  self->user_data = user_data;
  self->free_func = free_func;
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "shoal-base-mailbox");
  g_source_set_callback (self->source, drain_cb, self, NULL);
  g_source_attach (self->source, context);
  return self;
}

ShoalBaseMailbox *
shoal_base_mailbox_ref (ShoalBaseMailbox *self)
{
  atomic_fetch_add (&self->ref_count, 1);
  return self;
}

void
shoal_base_mailbox_unref (ShoalBaseMailbox *self)
{
  if (atomic_fetch_sub (&self->ref_count, 1) != 1)
    return;
  shoal_base_mailbox_close (self);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->taken);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

void
shoal_base_mailbox_post (ShoalBaseMailbox *self, gpointer message)
{
  gboolean is_closed;

  pthread_mutex_lock (&self->lock);
  is_closed = self->is_closed;
  if (!is_closed)
    {
      g_ptr_array_add (self->waiting, message);
      if (self->waiting->len == 1)
        g_source_set_ready_time (self->source, 0);
    }
  pthread_mutex_unlock (&self->lock);
  if (is_closed && self->free_func != NULL)
    self->free_func (message);
}

static void
free_messages (ShoalBaseMailbox *self, GPtrArray *messages)
{
  guint i;

  for (i = 0; i < messages->len && self->free_func != NULL; i++)
    self->free_func (g_ptr_array_index (messages, i));
  g_ptr_array_set_size (messages, 0);
}

void
shoal_base_mailbox_close (ShoalBaseMailbox *self)
{
  GPtrArray *left = g_ptr_array_new ();
  GPtrArray *waiting;

  pthread_mutex_lock (&self->lock);
  self->is_closed = TRUE;
  waiting = self->waiting;
  self->waiting = left;
  shoal_clear_source (&self->source);
  pthread_mutex_unlock (&self->lock);
  free_messages (self, waiting);
  g_ptr_array_unref (waiting);
}

guint
shoal_base_mailbox_drain (ShoalBaseMailbox *self)
{
  GPtrArray *messages;
  guint      i, n;

  pthread_mutex_lock (&self->lock);
  messages = self->waiting;
  self->waiting = self->taken;
  pthread_mutex_unlock (&self->lock);

  n = messages->len;
  shoal_base_mailbox_ref (self);
  self->taken = g_ptr_array_new (); /* a message may drain again */
  for (i = 0; i < n; i++)
    if (self->is_closed && self->free_func != NULL)
      self->free_func (g_ptr_array_index (messages, i));
    else if (!self->is_closed)
      self->func (g_ptr_array_index (messages, i), self->user_data);
  g_ptr_array_set_size (messages, 0);
  g_ptr_array_unref (self->taken);
  self->taken = messages;
  shoal_base_mailbox_unref (self);
  return n;
}
