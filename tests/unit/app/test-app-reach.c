/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "app/shoal-app-reach.h"

/* Whether others can reach this computer, in words. */

typedef struct
{
  guint16           port;
  gint64            incoming_time;
  ShoalMappingState ipv4;
  const char       *external; /* of IPv4; NULL: not known; a private one: of a second router */
  ShoalMappingState ipv6;
  const char       *title;
  const char       *text; /* a part of it */
} Row;

#define OFF       SHOAL_MAPPING_OFF
#define SEARCHING SHOAL_MAPPING_SEARCHING
#define DONE      SHOAL_MAPPING_DONE
#define REFUSED   SHOAL_MAPPING_REFUSED
#define NONE      SHOAL_MAPPING_NONE
#define DIRECT    SHOAL_MAPPING_DIRECT
#define BY_IPV6   6 /* a time that stands for that */

static const Row rows[] = {
  { 0, 0, OFF, NULL, OFF, "Other People Cannot Reach This Computer", "choose another" },
  { 7, 9, NONE, NULL, NONE, "Other People Can Reach This Computer", "from outside" },
  { 7, 9, OFF, NULL, OFF, "Other People Can Reach This Computer", "from outside" },
  { 7, BY_IPV6, NONE, NULL, NONE, "Some People Can Reach This Computer", "IPv6" },
  { 7,
    BY_IPV6,
    DIRECT,
    NULL,
    NONE,
    "Other People Should Be Able to Reach This Computer",
    "firewall" },
  { 0, BY_IPV6, OFF, NULL, OFF, "Other People Cannot Reach This Computer", "choose another" },
  { 7, 0, DIRECT, NULL, NONE, "Other People Should Be Able to Reach This Computer", "firewall" },
  { 7,
    0,
    DONE,
    "8.8.8.8:7000",
    NONE,
    "Other People Should Be Able to Reach This Computer",
    "port 7000" },
  { 7, 0, DONE, NULL, NONE, "Other People Should Be Able to Reach This Computer", "port 7" },
  { 7,
    0,
    DONE,
    "100.64.0.9:7",
    NONE,
    "Other People Can Probably Not Reach This Computer",
    "second router" },
  { 7, 0, DONE, "10.0.0.9:7", DONE, "Some People Should Be Able to Reach This Computer", "IPv6" },
  { 7, 0, SEARCHING, NULL, SEARCHING, "Asking the Router to Let Other People In", "seconds" },
  { 7, 0, SEARCHING, NULL, DONE, "Some People Should Be Able to Reach This Computer", "IPv6" },
  { 7,
    0,
    REFUSED,
    NULL,
    NONE,
    "Other People Can Probably Not Reach This Computer",
    "refuses to let them in" },
  { 7,
    0,
    NONE,
    NULL,
    NONE,
    "Other People Can Probably Not Reach This Computer",
    "forward port 7 to this computer" },
  { 7, 0, OFF, NULL, OFF, "Nobody Has Reached This Computer Yet", "forward port 7" },
};

static void
test_words (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row       *row = &rows[i];
      ShoalTotals      totals = { .port = row->port };
      g_autofree char *text = NULL;

      totals.reach.incoming_times[row->incoming_time == BY_IPV6] = row->incoming_time;
      totals.reach.mappings[0].state = row->ipv4;
      totals.reach.mappings[1].state = row->ipv6;
      if (row->external != NULL)
        g_assert_true (
            shoal_base_address_parse (&totals.reach.mappings[0].external, row->external));
      totals.reach.mappings[0].is_nested =
          row->external != NULL && !g_str_has_prefix (row->external, "8.");
      g_assert_cmpstr (shoal_app_reach_get_title (&totals), ==, row->title);
      text = shoal_app_reach_dup_text (&totals);
      g_test_message ("%s", text);
      g_assert_nonnull (strstr (text, row->text));
      g_assert_null (strchr (text, '{'));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/reach/words", test_words);
  return g_test_run ();
}
