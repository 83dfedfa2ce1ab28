/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pages of files on their way to sockets: a pipe holds references to them (splice(2)), so that
 * their bytes are copied by nobody here. What is in a pipe stays there, whatever happens to the
 * file; but whoever writes to the file, or cuts it inside a page, changes these bytes too. Kept for
 * the next use as buffers are. There is one limit for all stocks of the process. Engine context
 * only. */
typedef struct _ShoalBasePipeStock ShoalBasePipeStock;

typedef struct
{
  int   in;  /* the end to write to; owned by the stock, as the other: neither ever waits */
  int   out; /* the end to read from */
  gsize len; /* bytes in it; kept true by whoever fills and empties it */
} ShoalBasePipe;

/* What the kernel lets anybody have. */
#define SHOAL_BASE_PIPE_MAX_PAGES 256

ShoalBasePipeStock *shoal_base_pipe_stock_new (void);

/* Pipes that are still out stay valid, and are to be given as ever. */
void shoal_base_pipe_stock_free (ShoalBasePipeStock *self);

/* Closes what was not needed since the last call. */
void shoal_base_pipe_stock_trim (ShoalBasePipeStock *self);

/* An empty pipe that takes @n_pages pages, 1 … SHOAL_BASE_PIPE_MAX_PAGES. NULL: we have as many as
 * we may, or the kernel gives no more; read and send instead. */
ShoalBasePipe *shoal_base_pipe_take (ShoalBasePipeStock *self, guint n_pages);

/* @pipe: from shoal_base_pipe_take(), empty or not, or NULL. A GDestroyNotify. */
void shoal_base_pipe_give (gpointer pipe);

/* Takes all that is in it out, to @data, which has room for self->len bytes. FALSE: that many were
 * not there. */
gboolean shoal_base_pipe_drain (ShoalBasePipe *self, guint8 *data);

G_END_DECLS
