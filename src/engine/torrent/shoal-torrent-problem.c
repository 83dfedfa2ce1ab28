/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-problem.h"

#include "codec/shoal-codec-error.h"
#include "disk/shoal-disk-error.h"
#include "net/shoal-net-error.h"
#include "store/shoal-store.h"

typedef struct
{
  int              from;
  ShoalProblemCode to;
} Row;

static const Row codec_rows[] = {
  { SHOAL_CODEC_ERROR_MALFORMED, SHOAL_PROBLEM_MALFORMED },
  { SHOAL_CODEC_ERROR_UNSAFE, SHOAL_PROBLEM_UNSAFE },
  { SHOAL_CODEC_ERROR_UNSUPPORTED, SHOAL_PROBLEM_UNSUPPORTED },
  { SHOAL_CODEC_ERROR_TOO_LARGE, SHOAL_PROBLEM_TOO_LARGE },
};

static const Row disk_rows[] = {
  { SHOAL_DISK_ERROR_FULL, SHOAL_PROBLEM_FULL },
  { SHOAL_DISK_ERROR_READ_ONLY, SHOAL_PROBLEM_READ_ONLY },
  { SHOAL_DISK_ERROR_PERMISSION, SHOAL_PROBLEM_PERMISSION },
  { SHOAL_DISK_ERROR_VANISHED, SHOAL_PROBLEM_VANISHED },
  { SHOAL_DISK_ERROR_MISSING, SHOAL_PROBLEM_MISSING },
  { SHOAL_DISK_ERROR_IO, SHOAL_PROBLEM_IO },
  { SHOAL_DISK_ERROR_UNSAFE, SHOAL_PROBLEM_CONFLICT },
  { SHOAL_DISK_ERROR_CONFLICT, SHOAL_PROBLEM_CONFLICT },
  { SHOAL_DISK_ERROR_CLAIMED, SHOAL_PROBLEM_CLAIMED },
  { SHOAL_DISK_ERROR_INTO_ITSELF, SHOAL_PROBLEM_INSIDE },
  { SHOAL_DISK_ERROR_NAME, SHOAL_PROBLEM_INVALID },
  { SHOAL_DISK_ERROR_TOO_LARGE, SHOAL_PROBLEM_TOO_LARGE },
  { SHOAL_DISK_ERROR_FAILED, SHOAL_PROBLEM_IO },
};

static const Row store_rows[] = {
  { SHOAL_STORE_ERROR_FAILED, SHOAL_PROBLEM_IO },
  { SHOAL_STORE_ERROR_FULL, SHOAL_PROBLEM_FULL },
  { SHOAL_STORE_ERROR_LOCKED, SHOAL_PROBLEM_IN_USE },
  { SHOAL_STORE_ERROR_NEWER, SHOAL_PROBLEM_NEWER },
  { SHOAL_STORE_ERROR_FOREIGN, SHOAL_PROBLEM_CONFLICT },
  { SHOAL_STORE_ERROR_DAMAGED, SHOAL_PROBLEM_DAMAGED },
  { SHOAL_STORE_ERROR_EXISTS, SHOAL_PROBLEM_DUPLICATE },
  { SHOAL_STORE_ERROR_NOT_FOUND, SHOAL_PROBLEM_NOT_FOUND },
  { SHOAL_STORE_ERROR_INVALID, SHOAL_PROBLEM_INVALID },
  { SHOAL_STORE_ERROR_CLOSED, SHOAL_PROBLEM_STOPPING },
};

static const Row net_rows[] = {
  { SHOAL_NET_ERROR_PORT_BUSY, SHOAL_PROBLEM_PORT_BUSY },
  { SHOAL_NET_ERROR_ADDRESS, SHOAL_PROBLEM_ADDRESS },
  { SHOAL_NET_ERROR_PERMISSION, SHOAL_PROBLEM_PERMISSION },
};

static ShoalProblemCode
translate (const Row *rows, guint n_rows, int code, ShoalProblemCode other)
{
  guint i;

  for (i = 0; i < n_rows; i++)
    if (rows[i].from == code)
      return rows[i].to;
  return other;
}

/* Where a file could not be written because the disk is full, it is the folder that lacks room. */
static ShoalProblem *
from_disk (const GError *error, const char *subject)
{
  const char *path = shoal_disk_error_get_path (error);

  if (error->code == SHOAL_DISK_ERROR_CANCELLED)
    return NULL;
  if (error->code == SHOAL_DISK_ERROR_FULL && subject != NULL)
    path = subject;
  return shoal_problem_new_full (
      SHOAL_PROBLEM_DOMAIN_STORAGE,
      translate (disk_rows, G_N_ELEMENTS (disk_rows), error->code, SHOAL_PROBLEM_IO),
      path != NULL ? path : subject,
      error->message,
      shoal_disk_error_get_errno (error),
      0);
}

ShoalProblem *
shoal_torrent_problem_from_error (const GError *error, const char *subject)
{
  if (error->domain == SHOAL_DISK_ERROR)
    return from_disk (error, subject);
  if (error->domain == SHOAL_CODEC_ERROR)
    return shoal_problem_new (
        SHOAL_PROBLEM_DOMAIN_TORRENT,
        translate (codec_rows, G_N_ELEMENTS (codec_rows), error->code, SHOAL_PROBLEM_MALFORMED),
        subject,
        error->message);
  if (error->domain == SHOAL_STORE_ERROR)
    return shoal_problem_new (
        SHOAL_PROBLEM_DOMAIN_STATE,
        translate (store_rows, G_N_ELEMENTS (store_rows), error->code, SHOAL_PROBLEM_IO),
        subject,
        error->message);
  return shoal_problem_new (
      SHOAL_PROBLEM_DOMAIN_NETWORK,
      error->domain == SHOAL_NET_ERROR
          ? translate (net_rows, G_N_ELEMENTS (net_rows), error->code, SHOAL_PROBLEM_UNREACHABLE)
          : SHOAL_PROBLEM_UNREACHABLE,
      subject,
      error->message);
}
