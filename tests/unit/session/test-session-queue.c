/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "session/shoal-session-queue.h"

/* Torrents are letters, a line of them is a word. */

#define N_NODES    26
#define STALL_USEC (60 * (gint64) G_USEC_PER_SEC)
#define SEC(n)     ((n) * (gint64) G_USEC_PER_SEC)

#define DOWNLOADS SHOAL_SESSION_QUEUE_DOWNLOADS
#define SEEDS     SHOAL_SESSION_QUEUE_SEEDS
#define NONE      SHOAL_SESSION_QUEUE_NONE

typedef struct
{
  ShoalSessionQueue    *queue;
  ShoalSessionQueueNode nodes[N_NODES];
  gint64                moved_usec[N_NODES]; /* what each says when it is asked */
  gint64                now_usec;
  guint                 n_steps; /* taken so far */
} Fixture;

static ShoalSessionQueueNode *
get (Fixture *self, char letter)
{
  return &self->nodes[letter - 'a'];
}

static void
set_up (Fixture *self, gconstpointer data)
{
  guint i;

  self->queue = shoal_session_queue_new (STALL_USEC);
  self->now_usec = SEC (1000);
  for (i = 0; i < N_NODES; i++)
    shoal_session_queue_node_init (&self->nodes[i], 0, FALSE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  shoal_session_queue_free (self->queue);
}

/* At the position it has. */
static void
insert (Fixture *self, ShoalSessionQueueNode *node)
{
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();

  shoal_session_queue_insert (self->queue, node, moved);
  g_assert_cmpuint (moved->len, <=, 1);
}

static void
append (Fixture *self, const char *letters)
{
  for (; *letters != '\0'; letters++)
    {
      ShoalSessionQueueNode *node = get (self, *letters);

      shoal_session_queue_node_init (
          node, shoal_session_queue_get_free_position (self->queue, FALSE), FALSE);
      insert (self, node);
    }
}

/* As it stands; positions are in order. */
static void
assert_line (Fixture *self, const char *expected)
{
  g_autoptr (GString) line = g_string_new (NULL);
  ShoalSessionQueueNode *node = shoal_session_queue_get_first (self->queue);
  gint64                 before = G_MININT64;

  for (; node != NULL; node = shoal_session_queue_get_next (self->queue, node))
    {
      g_assert_cmpint (node->position, >, before);
      before = node->position;
      g_string_append_c (line, (char) ('a' + (node - self->nodes)));
    }
  g_assert_cmpstr (line->str, ==, expected);
}

/* Returns how many have another position; @before 0: the end. */
static guint
move (Fixture *self, const char *letters, ShoalQueuePlace place, char before)
{
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();
  ShoalSessionQueueNode *nodes[N_NODES];
  guint                  n = 0, i, j;

  for (; *letters != '\0'; letters++)
    nodes[n++] = get (self, *letters);
  shoal_session_queue_move (
      self->queue, nodes, n, place, before != 0 ? get (self, before) : NULL, moved);
  for (i = 0; i < moved->len; i++)
    for (j = i + 1; j < moved->len; j++)
      g_assert_true (g_ptr_array_index (moved, i) != g_ptr_array_index (moved, j));
  return moved->len;
}

static void
settle (Fixture *self)
{
  while (shoal_session_queue_step (self->queue, self->now_usec) != NULL)
    g_assert_cmpuint (++self->n_steps, <, 100000);
}

/* Lets time pass, and asks those who are due. */
static void
pass (Fixture *self, gint64 usec)
{
  gint64                 until_usec = self->now_usec + usec, due_usec;
  ShoalSessionQueueNode *node;

  while ((due_usec = shoal_session_queue_get_due (self->queue)) <= until_usec)
    {
      self->now_usec = MAX (self->now_usec, due_usec);
      while ((node = shoal_session_queue_peek_due (self->queue, self->now_usec)) != NULL)
        shoal_session_queue_on_due (
            self->queue, node, self->moved_usec[node - self->nodes], self->now_usec);
      settle (self);
    }
  self->now_usec = until_usec;
}

/* Those of @letters move something each second, for so long. */
static void
transfer (Fixture *self, const char *letters, gint64 usec)
{
  const char *letter;

  for (; usec > 0; usec -= SEC (1))
    {
      for (letter = letters; *letter != '\0'; letter++)
        {
          self->moved_usec[*letter - 'a'] = self->now_usec;
          if (shoal_session_queue_on_moved (
                  self->queue, get (self, *letter), self->now_usec, self->now_usec))
            settle (self);
        }
      pass (self, SEC (1));
    }
}

static void
want (Fixture *self, const char *letters, ShoalSessionQueueKind kind)
{
  for (; *letters != '\0'; letters++)
    shoal_session_queue_set_kind (self->queue, get (self, *letters), kind, self->now_usec);
}

/* For each letter of the line: A has a place, b goes beside, . waits, - wants nothing. */
static void
assert_states (Fixture *self, const char *expected)
{
  static const char words[] = { [SHOAL_SESSION_QUEUE_OUT] = '-',
                                [SHOAL_SESSION_QUEUE_WAITING] = '.',
                                [SHOAL_SESSION_QUEUE_COUNTED] = 'A',
                                [SHOAL_SESSION_QUEUE_BESIDE] = 'b' };
  g_autoptr (GString) states = g_string_new (NULL);
  ShoalSessionQueueNode *node = shoal_session_queue_get_first (self->queue);

  for (; node != NULL; node = shoal_session_queue_get_next (self->queue, node))
    g_string_append_c (states, words[node->state]);
  g_assert_cmpstr (states->str, ==, expected);
}

typedef struct
{
  const char     *letters;
  ShoalQueuePlace place;
  char            before;
  const char     *line;
  guint           n_moved;
} Move;

/* Each of abcdefgh. */
static const Move moves[] = {
  { "d", SHOAL_QUEUE_TOP, 0, "dabcefgh", 1 },
  { "a", SHOAL_QUEUE_TOP, 0, "abcdefgh", 0 },
  { "hb", SHOAL_QUEUE_TOP, 0, "bhacdefg", 2 },
  { "ab", SHOAL_QUEUE_TOP, 0, "abcdefgh", 0 },
  { "ba", SHOAL_QUEUE_TOP, 0, "abcdefgh", 0 },
  { "ac", SHOAL_QUEUE_TOP, 0, "acbdefgh", 2 },
  { "c", SHOAL_QUEUE_BOTTOM, 0, "abdefghc", 1 },
  { "h", SHOAL_QUEUE_BOTTOM, 0, "abcdefgh", 0 },
  { "ca", SHOAL_QUEUE_BOTTOM, 0, "bdefghac", 2 },
  { "abcdefgh", SHOAL_QUEUE_BOTTOM, 0, "abcdefgh", 0 },
  { "d", SHOAL_QUEUE_UP, 0, "abdcefgh", 2 },
  { "a", SHOAL_QUEUE_UP, 0, "abcdefgh", 0 },
  { "abd", SHOAL_QUEUE_UP, 0, "abdcefgh", 2 },
  { "cd", SHOAL_QUEUE_UP, 0, "acdbefgh", 3 },
  { "dc", SHOAL_QUEUE_UP, 0, "acdbefgh", 3 },
  { "bdf", SHOAL_QUEUE_UP, 0, "badcfegh", 6 },
  { "d", SHOAL_QUEUE_DOWN, 0, "abcedfgh", 2 },
  { "h", SHOAL_QUEUE_DOWN, 0, "abcdefgh", 0 },
  { "fh", SHOAL_QUEUE_DOWN, 0, "abcdegfh", 2 },
  { "cd", SHOAL_QUEUE_DOWN, 0, "abecdfgh", 3 },
  { "f", SHOAL_QUEUE_BEFORE, 'c', "abfcdegh", 1 },
  { "ga", SHOAL_QUEUE_BEFORE, 'c', "bagcdefh", 2 },
  { "a", SHOAL_QUEUE_BEFORE, 0, "bcdefgha", 1 },
  { "c", SHOAL_QUEUE_BEFORE, 'c', "abcdefgh", 0 },
  { "b", SHOAL_QUEUE_BEFORE, 'c', "abcdefgh", 0 },
  { "cf", SHOAL_QUEUE_BEFORE, 'c', "abcfdegh", 2 },
  { "a", SHOAL_QUEUE_BEFORE, 'h', "bcdefgah", 1 },
  { "h", SHOAL_QUEUE_BEFORE, 'a', "habcdefg", 1 },
  { "ddd", SHOAL_QUEUE_TOP, 0, "dabcefgh", 1 },
  { "", SHOAL_QUEUE_TOP, 0, "abcdefgh", 0 },
  { "xyz", SHOAL_QUEUE_TOP, 0, "abcdefgh", 0 }, /* not in the line */
};

static void
test_moves (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      const Move *one = &moves[i];
      Fixture     self = { 0 };

      g_test_message ("%s → %s", one->letters, one->line);
      set_up (&self, NULL);
      append (&self, "abcdefgh");
      g_assert_cmpuint (move (&self, one->letters, one->place, one->before), ==, one->n_moved);
      assert_line (&self, one->line);
      tear_down (&self, NULL);
    }
}

/* Where there is no room left some go on, and no more than that takes. */
static void
test_no_room (Fixture *self, gconstpointer data)
{
  guint i, n_most = 0;

  append (self, "abcdefghijklmnopqrstuvwxyz");
  for (i = 0; i < 10000; i++)
    n_most = MAX (n_most, move (self, i % 2 == 0 ? "y" : "x", SHOAL_QUEUE_BEFORE, 'm'));
  assert_line (self, "abcdefghijklyxmnopqrstuvwz");
  g_assert_cmpuint (n_most, <, 10);
}

/* What is in a database may be anything; it comes in order. */
static void
test_odd_positions (Fixture *self, gconstpointer data)
{
  static const gint64 positions[] = { G_MININT64, -1, 0, 5, 5, 5, G_MAXINT64, G_MAXINT64 };
  guint               i;

  for (i = 0; i < G_N_ELEMENTS (positions); i++)
    {
      shoal_session_queue_node_init (&self->nodes[i], positions[i], FALSE);
      shoal_session_queue_append (self->queue, &self->nodes[i]);
    }
  assert_line (self, "abcdefgh");
  move (self, "h", SHOAL_QUEUE_TOP, 0);
  move (self, "a", SHOAL_QUEUE_BOTTOM, 0);
  move (self, "h", SHOAL_QUEUE_BEFORE, 'f');
  append (self, "z");
  assert_line (self, "bcdehfgaz");
}

/* All that has no position of its own stands as it came. */
static void
test_no_positions (Fixture *self, gconstpointer data)
{
  guint i;

  for (i = 0; i < 8; i++)
    shoal_session_queue_append (self->queue, &self->nodes[i]);
  assert_line (self, "abcdefgh");
  move (self, "h", SHOAL_QUEUE_BEFORE, 'b');
  assert_line (self, "ahbcdefg");
}

/* Who comes back stands where he stood. */
static void
test_comes_back (Fixture *self, gconstpointer data)
{
  append (self, "abcd");
  shoal_session_queue_remove (self->queue, get (self, 'b'));
  assert_line (self, "acd");
  shoal_session_queue_remove (self->queue, get (self, 'b'));
  insert (self, get (self, 'b'));
  assert_line (self, "abcd");
  shoal_session_queue_remove (self->queue, get (self, 'd'));
  append (self, "e"); /* which now has the position of d */
  insert (self, get (self, 'd'));
  assert_line (self, "abced");
}

/* The first have the places; who leaves his gives it to the next. */
static void
test_places (Fixture *self, gconstpointer data)
{
  append (self, "abcdef");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 2);
  want (self, "fedcb", DOWNLOADS);
  settle (self);
  assert_states (self, "-AA...");
  want (self, "a", DOWNLOADS);
  settle (self);
  assert_states (self, "AA....");
  want (self, "b", NONE);
  settle (self);
  assert_states (self, "A-A...");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 3);
  settle (self);
  assert_states (self, "A-AA..");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 1);
  settle (self);
  assert_states (self, "A-....");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 0);
  settle (self);
  assert_states (self, "A-AAAA");
  want (self, "b", DOWNLOADS);
  assert_states (self, "AAAAAA"); /* at once */
}

/* To be moved to the top is to be started, at once; the last one waits. */
static void
test_move_starts (Fixture *self, gconstpointer data)
{
  append (self, "abcdef");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 2);
  want (self, "abcdef", DOWNLOADS);
  settle (self);
  move (self, "f", SHOAL_QUEUE_TOP, 0);
  settle (self);
  assert_line (self, "fabcde");
  assert_states (self, "AA....");
  move (self, "f", SHOAL_QUEUE_BOTTOM, 0);
  settle (self);
  assert_line (self, "abcdef");
  assert_states (self, "AA....");
  move (self, "ab", SHOAL_QUEUE_BOTTOM, 0);
  settle (self);
  assert_line (self, "cdefab");
  assert_states (self, "AA....");
}

/* Downloads and seeds do not take each other's places, and who is complete goes on. */
static void
test_kinds (Fixture *self, gconstpointer data)
{
  append (self, "abcdef");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 1);
  shoal_session_queue_set_limit (self->queue, SEEDS, 1);
  want (self, "abc", DOWNLOADS);
  want (self, "def", SEEDS);
  settle (self);
  assert_states (self, "A..bbb");
  want (self, "a", SEEDS);
  settle (self);
  assert_states (self, "bA.bbb");
  want (self, "a", DOWNLOADS); /* more of it is wanted: it goes on, and comes first */
  assert_states (self, "AA.bbb");
  settle (self);
  assert_states (self, "A..bbb");
}

/* Who gets nothing goes beside while others wait, one after the other; nobody has to stop. */
static void
test_stall (Fixture *self, gconstpointer data)
{
  append (self, "abcdef");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 2);
  want (self, "ab", DOWNLOADS);
  settle (self);
  g_assert_cmpint (shoal_session_queue_get_due (self->queue), ==, G_MAXINT64);
  pass (self, SEC (600));
  assert_states (self, "AA----"); /* nobody waits */
  want (self, "cdef", DOWNLOADS);
  settle (self);
  assert_states (self, "AA....");
  transfer (self, "a", SEC (2));
  assert_states (self, "AbA...");
  transfer (self, "a", SEC (50));
  assert_states (self, "AbA...");
  transfer (self, "a", SEC (10));
  assert_states (self, "AbbA..");
  transfer (self, "ad", SEC (300));
  assert_states (self, "AbbA..");
  g_assert_true (get (self, 'b')->is_late);
  g_assert_false (get (self, 'a')->is_late);
}

/* It counts again after it has moved for a while, and longer each time. */
static void
test_recovery (Fixture *self, gconstpointer data)
{
  append (self, "abc");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 1);
  want (self, "abc", DOWNLOADS);
  settle (self);
  pass (self, SEC (61));
  assert_states (self, "bA.");
  transfer (self, "ab", SEC (25));
  assert_states (self, "bA.");
  transfer (self, "b", SEC (20)); /* a lull: from the beginning */
  transfer (self, "ab", SEC (25));
  assert_states (self, "bA.");
  transfer (self, "ab", SEC (10));
  assert_states (self, "A..");
  g_assert_false (get (self, 'a')->is_late);
  pass (self, SEC (70));
  assert_states (self, "bA.");
  transfer (self, "ab", SEC (50)); /* the second time takes 60 s */
  assert_states (self, "bA.");
  transfer (self, "ab", SEC (15));
  assert_states (self, "A..");
  transfer (self, "a", SEC (601)); /* it has proved itself */
  pass (self, SEC (62));
  assert_states (self, "bA.");
  transfer (self, "ab", SEC (33));
  assert_states (self, "A..");
}

/* However it moves, those behind it are not started and stopped all the time. */
static void
test_no_flapping (Fixture *self, gconstpointer data)
{
  guint i;

  append (self, "abc");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 1);
  want (self, "abc", DOWNLOADS);
  settle (self);
  self->n_steps = 0;
  for (i = 0; i < 60; i++) /* two hours */
    {
      transfer (self, "bc", SEC (75));
      transfer (self, "abc", SEC (45));
    }
  g_assert_cmpuint (self->n_steps, <, 12);
}

/* Who had his turn in vain in the last run lets the others go first. */
static void
test_late (Fixture *self, gconstpointer data)
{
  append (self, "abcd");
  get (self, 'a')->is_late = get (self, 'b')->is_late = TRUE;
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 1);
  want (self, "abcd", DOWNLOADS);
  settle (self);
  assert_states (self, "..A.");
  pass (self, SEC (61));
  assert_states (self, "..bA");
  pass (self, SEC (61));
  assert_states (self, "A.bb");
  pass (self, SEC (61));
  assert_states (self, "bAbb");
  want (self, "b", NONE);
  g_assert_false (get (self, 'b')->is_late); /* the person wants to try again */
  want (self, "b", DOWNLOADS);
  settle (self);
  assert_states (self, "bAbb");
}

static void
test_late_is_moved (Fixture *self, gconstpointer data)
{
  append (self, "abcd");
  get (self, 'd')->is_late = TRUE;
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 1);
  want (self, "abcd", DOWNLOADS);
  settle (self);
  move (self, "d", SHOAL_QUEUE_TOP, 0);
  settle (self);
  assert_line (self, "dabc");
  assert_states (self, "A...");
}

/* A seed needs a place when it is taken from for a while. */
static void
test_seeds (Fixture *self, gconstpointer data)
{
  append (self, "abcdef");
  shoal_session_queue_set_limit (self->queue, SEEDS, 2);
  want (self, "abcdef", SEEDS);
  settle (self);
  assert_states (self, "bbbbbb");
  g_assert_cmpint (shoal_session_queue_get_due (self->queue), ==, G_MAXINT64);
  transfer (self, "ef", SEC (32));
  assert_states (self, "bbbbAA");
  transfer (self, "bef", SEC (32));
  assert_states (self, "bAbbA.");
  transfer (self, "b", SEC (30));
  assert_states (self, "bAbbA.");
  transfer (self, "b", SEC (32)); /* nobody takes from e: f is tried */
  assert_states (self, "bAbbbA");
  transfer (self, "b", SEC (100)); /* in vain */
  assert_states (self, "bAbbbA");
  want (self, "b", NONE);
  settle (self);
  assert_states (self, "b-bbbA");
}

static void
test_forgive (Fixture *self, gconstpointer data)
{
  append (self, "abc");
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, 2);
  want (self, "abc", DOWNLOADS);
  settle (self);
  self->now_usec += SEC (3600);
  shoal_session_queue_forgive (self->queue, self->now_usec);
  pass (self, SEC (59));
  assert_states (self, "AA.");
  pass (self, SEC (2));
  assert_states (self, "bbA");
}

/* Whatever is done in whatever order: as many as may have a place, no gaps, the line in order. */
static void
test_random (Fixture *self, gconstpointer data)
{
  static const ShoalSessionQueueKind kinds[] = { NONE, DOWNLOADS, SEEDS };
  ShoalBaseRandom                    random;
  guint                              limit = 3, i;

  shoal_base_random_init (&random, 20261122);
  shoal_session_queue_set_limit (self->queue, DOWNLOADS, limit);
  append (self, "abcdefghijklmnopqrstuvwxyz");
  for (i = 0; i < 20000; i++)
    {
      char  letters[] = { (char) ('a' + shoal_base_random_below (&random, N_NODES)),
                          (char) ('a' + shoal_base_random_below (&random, N_NODES)),
                          '\0' };
      guint n_counted, n_waiting = 0, j;

      switch (shoal_base_random_below (&random, 5))
        {
        case 0:
          move (self,
                letters,
                (ShoalQueuePlace) shoal_base_random_below (&random, SHOAL_QUEUE_BEFORE + 1),
                (char) ('a' + shoal_base_random_below (&random, N_NODES)));
          break;
        case 1:
          want (self, letters, kinds[shoal_base_random_below (&random, 3)]);
          break;
        case 2:
          transfer (self, letters, SEC (1 + shoal_base_random_below (&random, 50)));
          break;
        case 3:
          pass (self, SEC (shoal_base_random_below (&random, 80)));
          break;
        default:
          limit = 1 + shoal_base_random_below (&random, 6);
          shoal_session_queue_set_limit (self->queue, DOWNLOADS, limit);
          shoal_session_queue_set_limit (self->queue, SEEDS, limit);
        }
      self->n_steps = 0;
      settle (self);
      n_counted = shoal_session_queue_get_n_counted (self->queue, DOWNLOADS);
      for (j = 0; j < N_NODES; j++)
        n_waiting +=
            self->nodes[j].kind == DOWNLOADS && self->nodes[j].state == SHOAL_SESSION_QUEUE_WAITING;
      g_assert_cmpuint (n_counted, <=, limit);
      g_assert_true (n_waiting == 0 || n_counted == limit);
    }
}

/* Of ten thousand one step costs no more than of ten. */
static void
test_many (void)
{
  enum
  {
    N = 10000
  };
  g_autofree ShoalSessionQueueNode *nodes = g_new (ShoalSessionQueueNode, N);
  g_autoptr (ShoalSessionQueue) queue = shoal_session_queue_new (STALL_USEC);
  gint64 begun_usec = g_get_monotonic_time ();
  guint  n_steps = 0, i;

  shoal_session_queue_set_limit (queue, DOWNLOADS, 5);
  for (i = 0; i < N; i++)
    {
      shoal_session_queue_node_init (
          &nodes[i], shoal_session_queue_get_free_position (queue, FALSE), FALSE);
      shoal_session_queue_append (queue, &nodes[i]);
      shoal_session_queue_set_kind (queue, &nodes[i], DOWNLOADS, 0);
    }
  for (i = 0; i < N; i++)
    {
      g_autoptr (GPtrArray) moved = g_ptr_array_new ();
      ShoalSessionQueueNode *node = &nodes[i * 7919 % N];

      shoal_session_queue_move (queue, &node, 1, SHOAL_QUEUE_TOP, NULL, moved);
      g_assert_cmpuint (moved->len, <=, 1);
      while (shoal_session_queue_step (queue, 0) != NULL)
        n_steps++;
    }
  g_test_message ("%d moves, %u steps, %.3f s",
                  N,
                  n_steps,
                  (double) (g_get_monotonic_time () - begun_usec) / G_USEC_PER_SEC);
  g_assert_cmpuint (n_steps, <=, 2 * N + 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/session/queue/" name, Fixture, NULL, set_up, func, tear_down)
  g_test_add_func ("/session/queue/moves", test_moves);
  ADD ("no-room", test_no_room);
  ADD ("odd-positions", test_odd_positions);
  ADD ("no-positions", test_no_positions);
  ADD ("comes-back", test_comes_back);
  ADD ("places", test_places);
  ADD ("move-starts", test_move_starts);
  ADD ("kinds", test_kinds);
  ADD ("stall", test_stall);
  ADD ("recovery", test_recovery);
  ADD ("no-flapping", test_no_flapping);
  ADD ("late", test_late);
  ADD ("late-is-moved", test_late_is_moved);
  ADD ("seeds", test_seeds);
  ADD ("forgive", test_forgive);
  ADD ("random", test_random);
  g_test_add_func ("/session/queue/many", test_many);
  return g_test_run ();
}
