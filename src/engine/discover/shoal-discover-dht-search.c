/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-search.h"

#include <string.h>

/* Nodes of one network that are asked in one search. */
#define MAX_PER_NETWORK 2

/* Who named so many that did not answer, and none that did, is not believed. */
#define MAX_BROKEN 3

struct _ShoalDiscoverDhtSearch
{
  ShoalSha1  target;
  GPtrArray *steps; /* owned, of ShoalDiscoverDhtStep: the closest first */
  guint      n_asked;
  guint      n_loose; /* of them, to nodes that do not follow BEP 42 */
  guint      n_answered;
};

ShoalDiscoverDhtSearch *
shoal_discover_dht_search_new (const ShoalSha1 *target)
{
  ShoalDiscoverDhtSearch *self = g_new0 (ShoalDiscoverDhtSearch, 1);

  self->target = *target;
  self->steps = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
shoal_discover_dht_search_free (ShoalDiscoverDhtSearch *self)
{
  g_ptr_array_unref (self->steps);
  g_free (self);
}

const ShoalSha1 *
shoal_discover_dht_search_get_target (const ShoalDiscoverDhtSearch *self)
{
  return &self->target;
}

static ShoalDiscoverDhtStep *
get_step (const ShoalDiscoverDhtSearch *self, guint i)
{
  return g_ptr_array_index (self->steps, i);
}

static gboolean
is_believed (const ShoalDiscoverDhtStep *step)
{
  return step->teller == NULL || step->teller->n_broken < MAX_BROKEN || step->teller->n_kept > 0;
}

static ShoalDiscoverDhtStep *
find_address (ShoalDiscoverDhtSearch *self, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < self->steps->len; i++)
    if (shoal_base_address_equal (&get_step (self, i)->node.address, address))
      return get_step (self, i);
  return NULL;
}

/* The furthest that was not asked makes room; FALSE: that would be the one that is to come in. */
static gboolean
make_room (ShoalDiscoverDhtSearch *self, guint place)
{
  guint i;

  if (self->steps->len < SHOAL_DISCOVER_DHT_MAX_KNOWN)
    return TRUE;
  for (i = self->steps->len; i-- > place;)
    if (get_step (self, i)->state == SHOAL_DISCOVER_DHT_STEP_NEW)
      {
        g_ptr_array_remove_index (self->steps, i);
        return TRUE;
      }
  return FALSE;
}

void
shoal_discover_dht_search_add (ShoalDiscoverDhtSearch   *self,
                               const ShoalCodecKrpcNode *node,
                               ShoalDiscoverDhtStep     *teller)
{
  ShoalDiscoverDhtStep *step = find_address (self, &node->address);
  guint                 place = 0;

  if (step != NULL)
    {
      if (!is_believed (step) && shoal_sha1_equal (&step->node.id, &node->id))
        step->teller = teller; /* somebody else says so as well */
      return;
    }
  while (place < self->steps->len &&
         shoal_discover_dht_id_compare (
             &self->target, &get_step (self, place)->node.id, &node->id) <= 0)
    place++;
  if (!make_room (self, place))
    return;
  step = g_new0 (ShoalDiscoverDhtStep, 1);
  step->node = *node;
  step->teller = teller;
  step->is_compliant = shoal_discover_dht_id_is_compliant (&node->id, &node->address);
  g_ptr_array_insert (self->steps, (int) place, step);
}

/* Whether its host was asked, or others of its network enough. Who was not asked does not count:
 * anybody can name anybody. */
static gboolean
is_crowded (const ShoalDiscoverDhtSearch *self, const ShoalDiscoverDhtStep *step)
{
  guint n = 0, i;

  for (i = 0; i < self->steps->len; i++)
    {
      const ShoalDiscoverDhtStep *other = get_step (self, i);

      if (other->state == SHOAL_DISCOVER_DHT_STEP_NEW ||
          other->state == SHOAL_DISCOVER_DHT_STEP_FAILED)
        continue;
      if (shoal_discover_dht_id_is_same_host (&other->node.address, &step->node.address))
        return TRUE;
      n += shoal_discover_dht_id_is_same_network (&other->node.address, &step->node.address);
    }
  return n >= MAX_PER_NETWORK;
}

static gboolean
is_askable (const ShoalDiscoverDhtSearch *self, const ShoalDiscoverDhtStep *step)
{
  return self->n_asked < SHOAL_DISCOVER_DHT_MAX_STEPS &&
         (step->is_compliant || self->n_loose < SHOAL_DISCOVER_DHT_MAX_LOOSE_STEPS) &&
         is_believed (step) && !is_crowded (self, step);
}

/* How a search stands. */
typedef struct
{
  ShoalDiscoverDhtStep *next; /* unowned: the closest that may be asked; NULL: none */
  guint                 n_open;
  guint                 n_late;
  gboolean              is_enough; /* the closest have answered */
} Standing;

static Standing
look (ShoalDiscoverDhtSearch *self)
{
  Standing standing = { 0 };
  guint    n_right = 0, i;

  for (i = 0; i < self->steps->len && n_right < SHOAL_DISCOVER_DHT_K; i++)
    {
      ShoalDiscoverDhtStep *step = get_step (self, i);

      if (step->state == SHOAL_DISCOVER_DHT_STEP_ANSWERED)
        n_right += step->is_compliant;
      else if (step->state == SHOAL_DISCOVER_DHT_STEP_ASKED)
        standing.n_open++;
      else if (step->state == SHOAL_DISCOVER_DHT_STEP_LATE)
        standing.n_late++;
      else if (step->state == SHOAL_DISCOVER_DHT_STEP_NEW && standing.next == NULL &&
               is_askable (self, step))
        standing.next = step;
    }
  standing.is_enough = n_right == SHOAL_DISCOVER_DHT_K;
  return standing;
}

static guint
count_open (const ShoalDiscoverDhtSearch *self)
{
  guint n = 0, i;

  for (i = 0; i < self->steps->len; i++)
    n += get_step (self, i)->state == SHOAL_DISCOVER_DHT_STEP_ASKED;
  return n;
}

ShoalDiscoverDhtStep *
shoal_discover_dht_search_next (ShoalDiscoverDhtSearch *self)
{
  Standing standing;

  if (count_open (self) >= SHOAL_DISCOVER_DHT_ALPHA)
    return NULL;
  standing = look (self);
  if (standing.next == NULL)
    return NULL;
  standing.next->state = SHOAL_DISCOVER_DHT_STEP_ASKED;
  self->n_asked++;
  self->n_loose += !standing.next->is_compliant;
  return standing.next;
}

gboolean
shoal_discover_dht_search_is_done (ShoalDiscoverDhtSearch *self)
{
  Standing standing = look (self);

  return standing.next == NULL && standing.n_open == 0 &&
         (standing.is_enough || standing.n_late == 0);
}

/* Who named it may be another by now than when it was late. */
static void
keep (ShoalDiscoverDhtStep *step)
{
  if (step->blamed != NULL)
    step->blamed->n_broken--;
  step->blamed = NULL;
  if (step->teller != NULL)
    step->teller->n_kept++;
}

static void
break_promise (ShoalDiscoverDhtStep *step)
{
  if (step->teller == NULL || step->state != SHOAL_DISCOVER_DHT_STEP_ASKED)
    return;
  step->teller->n_broken++;
  step->blamed = step->teller;
}

void
shoal_discover_dht_search_on_answer (ShoalDiscoverDhtSearch    *self,
                                     ShoalDiscoverDhtStep      *step,
                                     const ShoalCodecKrpcBytes *token)
{
  keep (step);
  step->state = SHOAL_DISCOVER_DHT_STEP_ANSWERED;
  step->token_len = (guint8) MIN (token->len, sizeof step->token);
  if (step->token_len > 0)
    memcpy (step->token, token->data, step->token_len);
  self->n_answered++;
}

void
shoal_discover_dht_search_on_late (ShoalDiscoverDhtSearch *self, ShoalDiscoverDhtStep *step)
{
  break_promise (step);
  step->state = SHOAL_DISCOVER_DHT_STEP_LATE;
}

void
shoal_discover_dht_search_on_failure (ShoalDiscoverDhtSearch *self, ShoalDiscoverDhtStep *step)
{
  break_promise (step);
  step->state = SHOAL_DISCOVER_DHT_STEP_FAILED;
}

guint
shoal_discover_dht_search_get_closest (ShoalDiscoverDhtSearch *self,
                                       ShoalDiscoverDhtStep  **out,
                                       guint                   max)
{
  guint n = 0, n_right = 0, n_loose = 0, i;

  for (i = 0; i < self->steps->len && n_right < SHOAL_DISCOVER_DHT_K && n < max; i++)
    {
      ShoalDiscoverDhtStep *step = get_step (self, i);
      guint                *n_kind = step->is_compliant ? &n_right : &n_loose;

      if (step->state != SHOAL_DISCOVER_DHT_STEP_ANSWERED || step->token_len == 0 ||
          *n_kind == SHOAL_DISCOVER_DHT_K)
        continue;
      ++*n_kind;
      out[n++] = step;
    }
  return n;
}

guint
shoal_discover_dht_search_get_n_asked (const ShoalDiscoverDhtSearch *self)
{
  return self->n_asked;
}

guint
shoal_discover_dht_search_get_n_answered (const ShoalDiscoverDhtSearch *self)
{
  return self->n_answered;
}
