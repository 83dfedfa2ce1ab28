/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "torrent/shoal-torrent-problem.h"

#include <errno.h>

#include "codec/shoal-codec-error.h"
#include "disk/shoal-disk-error.h"
#include "net/shoal-net-error.h"
#include "store/shoal-store.h"

/* What a fault of a lower folder becomes for a person: for every code there is. */

typedef struct
{
  int              code;
  ShoalProblemCode expected;
} Case;

static const Case disk_cases[] = {
  { SHOAL_DISK_ERROR_FULL, SHOAL_PROBLEM_FULL },
  { SHOAL_DISK_ERROR_READ_ONLY, SHOAL_PROBLEM_READ_ONLY },
  { SHOAL_DISK_ERROR_PERMISSION, SHOAL_PROBLEM_PERMISSION },
  { SHOAL_DISK_ERROR_VANISHED, SHOAL_PROBLEM_VANISHED },
  { SHOAL_DISK_ERROR_MISSING, SHOAL_PROBLEM_MISSING },
  { SHOAL_DISK_ERROR_IO, SHOAL_PROBLEM_IO },
  { SHOAL_DISK_ERROR_UNSAFE, SHOAL_PROBLEM_CONFLICT },
  { SHOAL_DISK_ERROR_CONFLICT, SHOAL_PROBLEM_CONFLICT },
  { SHOAL_DISK_ERROR_INTO_ITSELF, SHOAL_PROBLEM_INSIDE },
  { SHOAL_DISK_ERROR_NAME, SHOAL_PROBLEM_INVALID },
  { SHOAL_DISK_ERROR_TOO_LARGE, SHOAL_PROBLEM_TOO_LARGE },
  { SHOAL_DISK_ERROR_FAILED, SHOAL_PROBLEM_IO },
};

static const Case store_cases[] = {
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

static const Case codec_cases[] = {
  { SHOAL_CODEC_ERROR_MALFORMED, SHOAL_PROBLEM_MALFORMED },
  { SHOAL_CODEC_ERROR_UNSAFE, SHOAL_PROBLEM_UNSAFE },
  { SHOAL_CODEC_ERROR_UNSUPPORTED, SHOAL_PROBLEM_UNSUPPORTED },
  { SHOAL_CODEC_ERROR_TOO_LARGE, SHOAL_PROBLEM_TOO_LARGE },
};

static void
check_cases (GQuark domain, ShoalProblemDomain expected, const Case *cases, guint n_cases)
{
  guint i;

  for (i = 0; i < n_cases; i++)
    {
      g_autoptr (GError) error = g_error_new (domain, cases[i].code, "what %u", i);
      g_autoptr (ShoalProblem) problem = shoal_torrent_problem_from_error (error, "subject");

      g_assert_cmpuint (problem->domain, ==, expected);
      g_assert_cmpuint (problem->code, ==, cases[i].expected);
      g_assert_cmpstr (problem->subject, ==, "subject");
      g_assert_cmpstr (problem->outside_text, ==, error->message);
    }
}

static void
test_codes (void)
{
  check_cases (
      SHOAL_STORE_ERROR, SHOAL_PROBLEM_DOMAIN_STATE, store_cases, G_N_ELEMENTS (store_cases));
  check_cases (
      SHOAL_CODEC_ERROR, SHOAL_PROBLEM_DOMAIN_TORRENT, codec_cases, G_N_ELEMENTS (codec_cases));
}

/* Errors of the disk know their path and errno themselves. */
static void
test_disk (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (disk_cases); i++)
    {
      ShoalDiskError code = (ShoalDiskError) disk_cases[i].code;
      g_autoptr (GError) error = shoal_disk_error_new (code, "what happened", "/a/file");
      g_autoptr (ShoalProblem) problem = shoal_torrent_problem_from_error (error, "/a");

      g_assert_cmpuint (problem->domain, ==, SHOAL_PROBLEM_DOMAIN_STORAGE);
      g_assert_cmpuint (problem->code, ==, disk_cases[i].expected);
      /* It is not the file that is full. */
      g_assert_cmpstr (problem->subject, ==, code == SHOAL_DISK_ERROR_FULL ? "/a" : "/a/file");
      g_assert_cmpint (problem->error_number, ==, 0);
    }
}

static void
test_errno (void)
{
  g_autoptr (GError) full = shoal_disk_error_new_errno (EDQUOT, "write", "/a/file");
  g_autoptr (GError) broken = shoal_disk_error_new_errno (EIO, "read", NULL);
  g_autoptr (ShoalProblem) no_folder = shoal_torrent_problem_from_error (full, NULL);
  g_autoptr (ShoalProblem) no_path = shoal_torrent_problem_from_error (broken, "/a");

  g_assert_cmpuint (no_folder->code, ==, SHOAL_PROBLEM_FULL);
  g_assert_cmpstr (no_folder->subject, ==, "/a/file");
  g_assert_cmpint (no_folder->error_number, ==, EDQUOT);
  g_assert_cmpuint (no_path->code, ==, SHOAL_PROBLEM_IO);
  g_assert_cmpstr (no_path->subject, ==, "/a");
  g_assert_cmpint (no_path->error_number, ==, EIO);
}

/* What was cancelled is nobody's problem. */
static void
test_cancelled (void)
{
  g_autoptr (GError) error = shoal_disk_error_new (SHOAL_DISK_ERROR_CANCELLED, "cancelled", "/a");

  g_assert_null (shoal_torrent_problem_from_error (error, "/a"));
}

static void
test_others (void)
{
  g_autoptr (GError) busy =
      g_error_new_literal (SHOAL_NET_ERROR, SHOAL_NET_ERROR_PORT_BUSY, "all are taken");
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_FAILED, "no idea");
  g_autoptr (ShoalProblem) port = shoal_torrent_problem_from_error (busy, NULL);
  g_autoptr (ShoalProblem) other = shoal_torrent_problem_from_error (foreign, "who");

  g_assert_cmpuint (port->domain, ==, SHOAL_PROBLEM_DOMAIN_NETWORK);
  g_assert_cmpuint (port->code, ==, SHOAL_PROBLEM_PORT_BUSY);
  g_assert_null (port->subject);
  g_assert_cmpuint (other->domain, ==, SHOAL_PROBLEM_DOMAIN_NETWORK);
  g_assert_cmpuint (other->code, ==, SHOAL_PROBLEM_UNREACHABLE);
  g_assert_cmpstr (other->subject, ==, "who");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent/problem/codes", test_codes);
  g_test_add_func ("/torrent/problem/disk", test_disk);
  g_test_add_func ("/torrent/problem/errno", test_errno);
  g_test_add_func ("/torrent/problem/cancelled", test_cancelled);
  g_test_add_func ("/torrent/problem/others", test_others);
  return g_test_run ();
}
