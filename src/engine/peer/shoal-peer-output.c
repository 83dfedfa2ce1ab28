/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-output.h"

#include <string.h>

#define FIRST_CONTROL 256

/* An emptied buffer of this size is kept for the next turn; a larger one was a rare event. */
#define KEPT_CONTROL (16 * 1024)

struct _ShoalPeerBuffer
{
  guint          n_refs;
  guint8        *data; /* owned, through free_func; NULL: the bytes are in the pipe */
  ShoalBasePipe *pipe; /* owned, through shoal_base_pipe_give(), or NULL */
  GDestroyNotify free_func;
};

typedef struct
{
  ShoalPeerBuffer *buffer; /* owned reference; NULL: the next bytes of control */
  gsize            offset; /* in the buffer */
  gsize            len;    /* never 0 */
} Segment;

ShoalPeerBuffer *
shoal_peer_buffer_new (guint8 *data, GDestroyNotify free_func)
{
  ShoalPeerBuffer *self = g_new0 (ShoalPeerBuffer, 1);

  self->n_refs = 1;
  self->data = data;
  self->free_func = free_func;
  return self;
}

ShoalPeerBuffer *
shoal_peer_buffer_new_pipe (ShoalBasePipe *pipe)
{
  ShoalPeerBuffer *self = g_new0 (ShoalPeerBuffer, 1);

  self->n_refs = 1;
  self->pipe = pipe;
  return self;
}

void
shoal_peer_buffer_unref (ShoalPeerBuffer *self)
{
  if (--self->n_refs > 0)
    return;
  shoal_base_pipe_give (self->pipe);
  if (self->free_func != NULL)
    self->free_func (self->data);
  g_free (self);
}

static Segment *
get_segment (const ShoalPeerOutput *self, guint place)
{
  return &g_array_index (self->segments, Segment, place);
}

void
shoal_peer_output_clear (ShoalPeerOutput *self)
{
  if (self->segments != NULL)
    {
      for (guint i = self->head; i < self->segments->len; i++)
        g_clear_pointer (&get_segment (self, i)->buffer, shoal_peer_buffer_unref);
      g_array_unref (self->segments);
    }
  g_free (self->control);
  memset (self, 0, sizeof *self);
}

gsize
shoal_peer_output_get_control (const ShoalPeerOutput *self)
{
  return self->control_len;
}

gsize
shoal_peer_output_get_payload (const ShoalPeerOutput *self)
{
  return self->payload_len;
}

gboolean
shoal_peer_output_is_empty (const ShoalPeerOutput *self)
{
  return self->control_len == 0 && self->payload_len == 0;
}

static void
add_segment (ShoalPeerOutput *self, ShoalPeerBuffer *buffer, gsize offset, gsize len)
{
  Segment segment = { buffer, offset, len };

  if (self->segments == NULL)
    self->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  if (self->head > 0 && self->head >= self->segments->len / 2)
    {
      g_array_remove_range (self->segments, 0, self->head);
      self->head = 0;
    }
  g_array_append_val (self->segments, segment);
}

guint8 *
shoal_peer_output_begin (ShoalPeerOutput *self, gsize max)
{
  gsize tail = self->control_head + self->control_len;

  if (tail + max > self->control_size && self->control_head > 0)
    {
      memmove (self->control, self->control + self->control_head, self->control_len);
      self->control_head = 0;
      tail = self->control_len;
    }
  if (tail + max > self->control_size)
    {
      self->control_size = MAX (FIRST_CONTROL, MAX (2 * self->control_size, tail + max));
      self->control = g_realloc (self->control, self->control_size);
    }
  return self->control + tail;
}

void
shoal_peer_output_end (ShoalPeerOutput *self, gsize n)
{
  guint len = self->segments != NULL ? self->segments->len : 0;

  if (n == 0)
    return;
  self->control_len += n;
  if (len > self->head && get_segment (self, len - 1)->buffer == NULL)
    get_segment (self, len - 1)->len += n;
  else
    add_segment (self, NULL, 0, n);
}

void
shoal_peer_output_add_piece (ShoalPeerOutput      *self,
                             const ShoalWireRange *range,
                             ShoalPeerBuffer      *buffer,
                             gsize                 offset)
{
  guint8 *out = shoal_peer_output_begin (self, SHOAL_WIRE_MESSAGE_PIECE_HEAD);

  shoal_peer_output_end (self, shoal_wire_message_write_piece_head (out, range));
  if (range->length == 0)
    return;
  buffer->n_refs++;
  add_segment (self, buffer, offset, range->length);
  self->payload_len += range->length;
}

static ShoalBasePipe *
get_pipe (const Segment *segment)
{
  return segment->buffer != NULL ? segment->buffer->pipe : NULL;
}

ShoalBasePipe *
shoal_peer_output_get_pipe (const ShoalPeerOutput *self, gsize *total)
{
  const Segment *first;

  if (shoal_peer_output_is_empty (self))
    return NULL;
  first = get_segment (self, self->head);
  *total = first->len;
  return get_pipe (first);
}

guint
shoal_peer_output_get_vectors (const ShoalPeerOutput *self,
                               struct iovec          *iov,
                               guint                  max,
                               gsize                 *total)
{
  guint8 *control = self->control + self->control_head;
  guint   n = 0;

  *total = 0;
  if (self->segments == NULL)
    return 0;
  for (guint i = self->head; i < self->segments->len && n < max; i++)
    {
      const Segment *segment = get_segment (self, i);

      if (get_pipe (segment) != NULL)
        break;
      iov[n].iov_len = segment->len;
      iov[n].iov_base = control;
      if (segment->buffer != NULL)
        iov[n].iov_base = segment->buffer->data + segment->offset;
      else
        control += segment->len;
      *total += segment->len;
      n++;
    }
  return n;
}

/* Takes @n bytes from the front of the first segment, at most all of it. */
static void
consume_first (ShoalPeerOutput *self, gsize n)
{
  Segment *segment = get_segment (self, self->head);

  segment->len -= n;
  segment->offset += n;
  if (get_pipe (segment) != NULL)
    get_pipe (segment)->len -= n;
  if (segment->buffer != NULL)
    self->payload_len -= n;
  else
    {
      self->control_head += n;
      self->control_len -= n;
    }
  if (segment->len > 0)
    return;
  self->head++;
  g_clear_pointer (&segment->buffer, shoal_peer_buffer_unref);
}

/* All was sent: nothing is moved on the next turn, and a rare size is not kept. */
static void
rewind_to_start (ShoalPeerOutput *self)
{
  g_array_set_size (self->segments, 0);
  self->head = 0;
  self->control_head = 0;
  if (self->control_size > KEPT_CONTROL)
    {
      g_clear_pointer (&self->control, g_free);
      self->control_size = 0;
    }
}

gsize
shoal_peer_output_consume (ShoalPeerOutput *self, gsize n)
{
  gsize payload = self->payload_len;

  while (n > 0)
    {
      gsize part = MIN (n, get_segment (self, self->head)->len);

      consume_first (self, part);
      n -= part;
    }
  payload -= self->payload_len;
  if (shoal_peer_output_is_empty (self) && self->segments != NULL)
    rewind_to_start (self);
  return payload;
}

void
shoal_peer_output_check (const ShoalPeerOutput *self)
{
  gsize control = 0, payload = 0;

  for (guint i = self->head; self->segments != NULL && i < self->segments->len; i++)
    {
      const Segment *segment = get_segment (self, i);

      g_assert (segment->len > 0);
      g_assert (segment->buffer == NULL || segment->buffer->n_refs > 0);
      if (segment->buffer != NULL)
        payload += segment->len;
      else
        control += segment->len;
    }
  g_assert (control == self->control_len);
  g_assert (payload == self->payload_len);
  g_assert (self->control_head + self->control_len <= self->control_size);
}
