/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The Diffie–Hellman exchange of message stream encryption: a prime of 768 bits, generator 2,
 * exponents of 160 bits. Numbers are big-endian and always padded to their full size. The time and
 * the memory that are touched do not depend on the exponent, and nothing of it is left behind.
 * Pure; any thread. */

#define SHOAL_NET_DH_SIZE          96
#define SHOAL_NET_DH_EXPONENT_SIZE 20

/* What is sent to the remote. */
void shoal_net_dh_make_public (const guint8 exponent[SHOAL_NET_DH_EXPONENT_SIZE],
                               guint8       out[SHOAL_NET_DH_SIZE]);

/* The secret that both sides know. FALSE if @remote is not in 2 … p − 2: everybody could guess what
 * it leads to. */
gboolean shoal_net_dh_agree (const guint8 exponent[SHOAL_NET_DH_EXPONENT_SIZE],
                             const guint8 remote[SHOAL_NET_DH_SIZE],
                             guint8       secret[SHOAL_NET_DH_SIZE]);

G_END_DECLS
