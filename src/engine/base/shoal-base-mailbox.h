/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Messages from any thread to one GMainContext. Posting costs one lock; the context is woken once
 * for however many messages gather before it runs. Messages arrive in the order of posting. */
typedef struct _ShoalBaseMailbox ShoalBaseMailbox;

/* Called on the mailbox's context, once a message; takes the message over. */
typedef void (*ShoalBaseMailboxFunc) (gpointer message, gpointer user_data);

/* @context: who receives; NULL is the default context. The mailbox is counted, since a sender may
 * outlive the receiver: after shoal_base_mailbox_close() a posted message is freed with @free_func.
 */
ShoalBaseMailbox *shoal_base_mailbox_new (GMainContext        *context,
                                          ShoalBaseMailboxFunc func,
                                          gpointer             user_data,
                                          GDestroyNotify       free_func);

ShoalBaseMailbox *shoal_base_mailbox_ref (ShoalBaseMailbox *self);

void shoal_base_mailbox_unref (ShoalBaseMailbox *self);

/* Any thread; takes @message over. */
void shoal_base_mailbox_post (ShoalBaseMailbox *self, gpointer message);

/* On the receiving thread: no call of @func after this returns. Waiting messages are freed. */
void shoal_base_mailbox_close (ShoalBaseMailbox *self);

/* On the receiving thread: delivers what has been posted so far, without waiting for the context.
 * Returns how many messages that were. */
guint shoal_base_mailbox_drain (ShoalBaseMailbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalBaseMailbox, shoal_base_mailbox_unref)

/* Destroys, releases and clears a source held in a field: the one way to do it. */
static inline void
shoal_clear_source (GSource **source)
{
  if (*source != NULL)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

G_END_DECLS
