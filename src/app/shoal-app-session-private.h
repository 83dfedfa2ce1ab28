/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* NULL: none runs, or it is ending. A command would be dropped: what was on the screen is gone too.
 */
ShoalApiEngine *shoal_app_session_get_engine (ShoalAppSession *self);

/* For a command whose answer the engine gives to a function: what that function gets to know whom
 * to tell. @func must not be NULL. */
gpointer shoal_app_session_new_question (ShoalAppAnswerFunc func, GObject *object);

/* That function. */
void
shoal_app_session_answer_cb (ShoalApiEngine *engine, const ShoalAnswer *answer, gpointer user_data);

/* The answer to the command @serial, which was just sent, goes to @func, as ShoalAppAnswerFunc
 * says. NULL: to nobody, and a refusal becomes the signal "refused". Returns @serial. */
guint64 shoal_app_session_ask (ShoalAppSession   *self,
                               guint64            serial,
                               ShoalAppAnswerFunc func,
                               GObject           *object);

G_END_DECLS
