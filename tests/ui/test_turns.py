#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the window does nothing else, where it has much to do at once. Beside other tests the processor's caches are
theirs, and the same turn takes half as long again: these run alone."""
import rig
import test_add
import test_find

if __name__ == '__main__':
    rig.main(test_add.opens_at_once_with_many_files, test_find.finds_among_ten_thousand)
