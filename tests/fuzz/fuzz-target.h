/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a target defines, and libFuzzer or fuzz-driver.c calls. Always returns 0. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
