/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Room for "[ffff:…:255.255.255.255%4294967295]:65535" and its NUL. */
#define SHOAL_BASE_ADDRESS_TEXT_SIZE 72

/* An IP address and a port, as a value. IPv4-mapped IPv6 addresses become IPv4 when made, so that
 * one host has one spelling. */
typedef struct
{
  guint16 family; /* AF_INET, AF_INET6; 0: none */
  guint16 port;
  guint32 scope_id; /* of a link-local IPv6 address */
  guint8  ip[16];   /* network order; IPv4 in the first 4, the rest 0 */
} ShoalBaseAddress;

void shoal_base_address_init_ipv4 (ShoalBaseAddress *self, const guint8 ip[4], guint16 port);

void shoal_base_address_init_ipv6 (ShoalBaseAddress *self, const guint8 ip[16], guint16 port);

/* FALSE, and family 0, if @sa is of another family or too short. */
gboolean
shoal_base_address_init_sockaddr (ShoalBaseAddress *self, const struct sockaddr *sa, socklen_t len);

/* Returns the length of what it wrote. */
socklen_t shoal_base_address_to_sockaddr (const ShoalBaseAddress  *self,
                                          struct sockaddr_storage *out);

/* Reads a numeric address without a port ("10.0.0.1", "fe80::1%2"); the port becomes 0. */
gboolean shoal_base_address_parse_ip (ShoalBaseAddress *self, const char *text);

/* Reads "1.2.3.4:80" or "[::1]:80". Names are refused: they need a resolver. */
gboolean shoal_base_address_parse (ShoalBaseAddress *self, const char *text);

/* Splits "host:port" or "[v6]:port"; *host is the caller's. FALSE if either is missing or wrong. */
gboolean shoal_base_address_split_host_port (const char *text, char **host, guint16 *port);

/* Writes "1.2.3.4:80" or "[::1]:80" (with_port), else the bare address; returns @out. */
const char *shoal_base_address_format (const ShoalBaseAddress *self,
                                       gboolean                with_port,
                                       char                    out[SHOAL_BASE_ADDRESS_TEXT_SIZE]);

gboolean shoal_base_address_equal (const ShoalBaseAddress *a, const ShoalBaseAddress *b);

gboolean shoal_base_address_equal_ip (const ShoalBaseAddress *a, const ShoalBaseAddress *b);

/* Who is reached there, whatever the port: one address of IPv4, one /64 of IPv6, which is what one
 * subscriber gets. */
ShoalBaseAddress shoal_base_address_get_host (const ShoalBaseAddress *self);

/* For a GHashTable, address and port. */
guint shoal_base_address_hash (gconstpointer key);

gboolean shoal_base_address_equal_key (gconstpointer a, gconstpointer b);

/* 6 or 18 bytes, as trackers and peer exchange write it (BEP 23, 7); returns the length. */
gsize shoal_base_address_write_compact (const ShoalBaseAddress *self, guint8 out[18]);

/* BEP 40: the lower, the sooner the two should be connected; symmetric. */
guint32 shoal_base_address_priority (const ShoalBaseAddress *a, const ShoalBaseAddress *b);

G_END_DECLS
