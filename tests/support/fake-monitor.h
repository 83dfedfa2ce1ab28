/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* A network that costs, and a battery that is being saved, when a test says so: in the place of the
 * desktop's GNetworkMonitor and GPowerProfileMonitor. Included once by each program that needs it.
 */

typedef GObject      FakeMonitor;
typedef GObjectClass FakeMonitorClass;

static gboolean   fake_is_metered;
static gboolean   fake_is_saving;
static GPtrArray *fake_monitors; /* of FakeMonitor, unowned: they last */

enum
{
  FAKE_PROP_0,
  FAKE_PROP_AVAILABLE,
  FAKE_PROP_METERED,
  FAKE_PROP_CONNECTIVITY,
  FAKE_PROP_SAVING,
};

static GType fake_monitor_get_type (void);

static gboolean
fake_monitor_initable (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
fake_monitor_initable_init (GInitableIface *iface)
{
  iface->init = fake_monitor_initable;
}

G_DEFINE_TYPE_WITH_CODE (FakeMonitor,
                         fake_monitor,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, fake_monitor_initable_init)
                             G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, NULL)
                                 G_IMPLEMENT_INTERFACE (G_TYPE_POWER_PROFILE_MONITOR, NULL))

static void
fake_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == FAKE_PROP_CONNECTIVITY)
    g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
  else if (id == FAKE_PROP_SAVING)
    g_value_set_boolean (value, fake_is_saving);
  else
    g_value_set_boolean (value, id == FAKE_PROP_AVAILABLE || fake_is_metered);
}

static void
fake_monitor_class_init (FakeMonitorClass *class)
{
  class->get_property = fake_monitor_get_property;
  g_object_class_override_property (class, FAKE_PROP_AVAILABLE, "network-available");
  g_object_class_override_property (class, FAKE_PROP_METERED, "network-metered");
  g_object_class_override_property (class, FAKE_PROP_CONNECTIVITY, "connectivity");
  g_object_class_override_property (class, FAKE_PROP_SAVING, "power-saver-enabled");
}

static void
fake_monitor_init (FakeMonitor *self)
{
  if (fake_monitors == NULL)
    fake_monitors = g_ptr_array_new ();
  g_ptr_array_add (fake_monitors, self);
}

/* Before anybody asks for a monitor. */
static inline void
fake_monitor_install (void)
{
  g_setenv ("GIO_USE_NETWORK_MONITOR", "fake", TRUE);
  g_setenv ("GIO_USE_POWER_PROFILE_MONITOR", "fake", TRUE);
  g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (
      G_NETWORK_MONITOR_EXTENSION_POINT_NAME, fake_monitor_get_type (), "fake", 100);
  g_io_extension_point_register (G_POWER_PROFILE_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (
      G_POWER_PROFILE_MONITOR_EXTENSION_POINT_NAME, fake_monitor_get_type (), "fake", 100);
}

/* Says how things are, and tells who listens. */
static inline void
fake_monitor_set (gboolean is_metered, gboolean is_saving)
{
  fake_is_metered = is_metered;
  fake_is_saving = is_saving;
  for (guint i = 0; fake_monitors != NULL && i < fake_monitors->len; i++)
    {
      GObject *monitor = g_ptr_array_index (fake_monitors, i);

      g_object_notify (monitor, "network-metered");
      g_object_notify (monitor, "power-saver-enabled");
    }
}
