/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-resume.h"

/* Of one file, or of a piece as the worst of its files. */
typedef enum
{
  TRUSTED,
  DOUBTFUL,
  ABSENT,
} Verdict;

static const ShoalStoreFile *
find_row (const ShoalStoreResumeInput *input, guint32 file)
{
  guint i;

  for (i = 0; i < input->n_files; i++)
    if (input->files[i].file == file)
      return &input->files[i];
  return NULL;
}

static Verdict
judge (const ShoalStoreResumeInput *input, const ShoalStoreFile *row, const ShoalStoreFound *found)
{
  if (found->size < 0)
    return ABSENT;
  if (row == NULL || row->size < 0)
    return DOUBTFUL;
  if (row->open_for_write && !input->was_clean)
    return found->size >= row->size && found->mtime_ns >= row->mtime_ns ? TRUSTED : DOUBTFUL;
  if (row->open_for_write)
    return DOUBTFUL;
  return found->size == row->size && found->mtime_ns == row->mtime_ns ? TRUSTED : DOUBTFUL;
}

/* One verdict for each file of the layout, and one more for the parts file. */
static Verdict *
judge_files (const ShoalStoreResumeInput *input)
{
  guint                  n_files = shoal_codec_layout_get_n_files (input->layout);
  Verdict               *verdicts = g_new (Verdict, n_files + 1);
  const ShoalStoreFile **rows = g_new0 (const ShoalStoreFile *, n_files);
  guint                  i;

  for (i = 0; i < input->n_files; i++)
    if (input->files[i].file < n_files)
      rows[input->files[i].file] = &input->files[i];
  verdicts[n_files] = judge (input, find_row (input, SHOAL_STORE_PARTS_FILE), &input->parts);
  for (i = 0; i < n_files; i++)
    verdicts[i] =
        input->found[i].in_parts ? verdicts[n_files] : judge (input, rows[i], &input->found[i]);
  g_free (rows);
  return verdicts;
}

static gboolean
span_has_bytes (const ShoalStoreResumeInput *input, const ShoalCodecSpan *span)
{
  const ShoalStoreFound *found = &input->found[span->file];

  if (found->in_parts)
    return input->parts.size >= 0;
  return found->size >= 0 && (guint64) found->size >= span->file_offset + span->length;
}

static void
map_piece (const ShoalStoreResumeInput *input, guint piece, GArray *spans)
{
  g_array_set_size (spans, 0);
  shoal_codec_layout_map (input->layout,
                          shoal_codec_layout_get_piece_offset (input->layout, piece),
                          shoal_codec_layout_get_piece_size (input->layout, piece),
                          spans);
}

static gboolean
is_pad (const ShoalStoreResumeInput *input, guint file)
{
  return (shoal_codec_layout_get_file (input->layout, file)->flags & SHOAL_CODEC_FILE_PAD) != 0;
}

static Verdict
judge_piece (const ShoalStoreResumeInput *input, const Verdict *files, guint piece, GArray *spans)
{
  Verdict verdict = TRUSTED;
  guint   i;

  map_piece (input, piece, spans);
  for (i = 0; i < spans->len; i++)
    {
      const ShoalCodecSpan *span = &g_array_index (spans, ShoalCodecSpan, i);

      if (is_pad (input, span->file))
        continue;
      if (!span_has_bytes (input, span))
        return ABSENT;
      verdict = MAX (verdict, files[span->file]);
    }
  return verdict;
}

static gboolean
has_bit (const ShoalBaseBitset *bits, guint n_pieces, guint piece)
{
  return bits != NULL && shoal_base_bitset_get_size (bits) == n_pieces &&
         shoal_base_bitset_get (bits, piece);
}

ShoalStoreResume
shoal_store_resume (const ShoalStoreResumeInput *input)
{
  guint            n_pieces = shoal_codec_layout_get_n_pieces (input->layout), piece;
  ShoalStoreResume result = { shoal_base_bitset_new (n_pieces),
                              shoal_base_bitset_new (n_pieces),
                              shoal_base_bitset_new (n_pieces) };
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  g_autofree Verdict *files = judge_files (input);

  for (piece = 0; piece < n_pieces; piece++)
    {
      gboolean         is_written = has_bit (input->written, n_pieces, piece);
      gboolean         is_durable = has_bit (input->durable, n_pieces, piece);
      Verdict          verdict = ABSENT;
      ShoalBaseBitset *set = result.to_hash;

      if (is_written || is_durable)
        verdict = judge_piece (input, files, piece, spans);
      if (verdict == ABSENT)
        set = result.missing;
      else if (verdict == TRUSTED && is_written && is_durable)
        set = result.trusted;
      shoal_base_bitset_set (set, piece, TRUE);
    }
  return result;
}

void
shoal_store_resume_clear (ShoalStoreResume *self)
{
  g_clear_pointer (&self->trusted, shoal_base_bitset_free);
  g_clear_pointer (&self->to_hash, shoal_base_bitset_free);
  g_clear_pointer (&self->missing, shoal_base_bitset_free);
}

gboolean
shoal_store_resume_has_bytes (const ShoalStoreResumeInput *input, guint piece)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint i;

  map_piece (input, piece, spans);
  for (i = 0; i < spans->len; i++)
    {
      const ShoalCodecSpan *span = &g_array_index (spans, ShoalCodecSpan, i);

      if (!is_pad (input, span->file) && !span_has_bytes (input, span))
        return FALSE;
    }
  return TRUE;
}
