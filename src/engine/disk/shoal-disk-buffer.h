/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory for what is read, kept for the next read: large pieces that go back to malloc() go on to
 * the kernel, and cost a fault for each page when they return. Engine context only. */
typedef struct _ShoalDiskBufferStock ShoalDiskBufferStock;

#define SHOAL_DISK_BUFFER_MAX_SIZE (1024 * 1024)

ShoalDiskBufferStock *shoal_disk_buffer_stock_new (void);

/* Buffers that are still out stay valid, and are to be given as ever. */
void shoal_disk_buffer_stock_free (ShoalDiskBufferStock *self);

/* Frees what was not needed since the last call. */
void shoal_disk_buffer_stock_trim (ShoalDiskBufferStock *self);

/* At least @size bytes, 1 … SHOAL_DISK_BUFFER_MAX_SIZE, with anything in them. */
guint8 *shoal_disk_buffer_take (ShoalDiskBufferStock *self, gsize size);

/* @data: from shoal_disk_buffer_take(), or NULL. A GDestroyNotify. */
void shoal_disk_buffer_give (gpointer data);

G_END_DECLS
