/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bencoding (BEP 3) appended to a GByteArray. Nothing is checked: a key comes before each value of
 * a dictionary, keys in ascending order of their bytes, and each begin has its end. Any thread. */

void shoal_codec_bencode_writer_add_integer (GByteArray *out, gint64 value);

void shoal_codec_bencode_writer_add_bytes (GByteArray *out, gconstpointer data, gsize len);

/* For keys too. */
void shoal_codec_bencode_writer_add_string (GByteArray *out, const char *text);

/* A value that is bencoded already. */
void shoal_codec_bencode_writer_add_raw (GByteArray *out, gconstpointer data, gsize len);

void shoal_codec_bencode_writer_begin_dict (GByteArray *out);

void shoal_codec_bencode_writer_begin_list (GByteArray *out);

void shoal_codec_bencode_writer_end (GByteArray *out);

/* A key and its value. */
void shoal_codec_bencode_writer_add_pair_integer (GByteArray *out, const char *key, gint64 value);

void
shoal_codec_bencode_writer_add_pair_string (GByteArray *out, const char *key, const char *text);

void shoal_codec_bencode_writer_add_pair_bytes (GByteArray   *out,
                                                const char   *key,
                                                gconstpointer data,
                                                gsize         len);

G_END_DECLS
