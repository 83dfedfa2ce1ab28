/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* A small dialog that asks for a line, or for several, and stays until what was asked for is done:
 * what is wrong with it is said at the field.
 *
 * Signal "accept" (ShoalAppPrompt *, const char *text, gpointer): the person wants this; once more
 * only after shoal_app_prompt_set_problem(). */
#define SHOAL_TYPE_APP_PROMPT (shoal_app_prompt_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPrompt, shoal_app_prompt, SHOAL, APP_PROMPT, AdwWindow)

typedef struct
{
  const char *title;  /* of the dialog */
  const char *label;  /* of the field */
  const char *hint;   /* below it; NULL: nothing */
  const char *accept; /* what the button says, with a mnemonic */
  const char *text;   /* what stands in the field at first; NULL: nothing */
  gboolean    has_lines;
} ShoalAppPromptOptions;

/* Shown over the window of @widget. Texts are copied. Belongs to itself, as windows do. */
ShoalAppPrompt *shoal_app_prompt_open (GtkWidget *widget, const ShoalAppPromptOptions *options);

/* Selects @n_chars of the line, from its beginning: what is likely to be replaced. */
void shoal_app_prompt_select (ShoalAppPrompt *self, int n_chars);

/* The same of the part before the extension of a file's name. */
void shoal_app_prompt_select_stem (ShoalAppPrompt *self);

/* What is wrong with it; NULL: nothing (yet). The person can go on. */
void shoal_app_prompt_set_problem (ShoalAppPrompt *self, const char *sentence);

/* For ShoalAppAnswerFunc: done, so it closes; or what is wrong. */
void shoal_app_prompt_answer_cb (gpointer self, const ShoalAnswer *answer);

G_END_DECLS
