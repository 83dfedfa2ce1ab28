/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* NULL: none runs, or it is ending. A command would be dropped: what was on the screen is gone too.
 */
ShoalApiEngine *shoal_app_session_get_engine (ShoalAppSession *self);

/* The answer to the command @serial, which was just sent, goes to @func, as ShoalAppAnswerFunc
 * says. NULL: to nobody, and a refusal becomes the signal "refused". Returns @serial. */
guint64 shoal_app_session_ask (ShoalAppSession   *self,
                               guint64            serial,
                               ShoalAppAnswerFunc func,
                               GObject           *object);

G_END_DECLS
