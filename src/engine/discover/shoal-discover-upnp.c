/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-upnp.h"

#include <gio/gio.h>
#include <miniupnpc/miniupnpc.h>
#include <miniupnpc/upnpreplyparse.h>
#include <string.h>

#include "base/shoal-base-policy.h"
#include "base/shoal-base-random.h"
#include "discover/shoal-discover-upnp-http.h"

/* For devices to answer the search. */
#define SEARCH_MS  2000
#define SEARCH_TTL 2

/* Whose descriptions are read, and what a router says of itself there. */
#define MAX_DEVICES    16
#define ROUTER_SERVICE "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:"

/* For a device to answer one question, and for all of a talk after the search: who lets bytes drip
 * would have the thread else for as long as it likes. */
#define ANSWER_USEC (8 * G_USEC_PER_SEC)
#define TALK_USEC   (60 * G_USEC_PER_SEC)

/* Codes of UPnP that may be helped; none, and one of ours. */
#define CODE_DONE           0
#define CODE_SILENT         (-1)
#define CODE_FAILED         501
#define CODE_CONFLICT       718 /* the port is somebody else's */
#define CODE_PERMANENT_ONLY 725

/* Ports by chance that are tried when the wished one is taken; from here up. */
#define OTHER_TRIES 4
#define OTHER_FIRST 10000
#define OTHER_COUNT 50000

#define DESCRIPTION "Shoal"

/* Of SOAP: action, service, arguments, action. */
#define ENVELOPE                                                                                   \
  "<?xml version=\"1.0\"?>\r\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "  \
  "s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>"                         \
  "<u:%s xmlns:u=\"%s\">%s</u:%s></s:Body></s:Envelope>\r\n"

struct _ShoalDiscoverUpnp
{
  ShoalDiscoverUpnpFunc func;
  gpointer              owner;

  guint is_cancelled : 1;
};

/* What the thread has of it. */
typedef struct
{
  ShoalDiscoverUpnpAsk ask;
  char                 local[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalBaseRandom      random;
  gint64               until_usec; /* of the monotonic clock */
} Talk;

void
shoal_discover_upnp_control_copy (ShoalDiscoverUpnpControl       *to,
                                  const ShoalDiscoverUpnpControl *from)
{
  ShoalDiscoverUpnpControl copy = { g_strdup (from->url), g_strdup (from->service) };

  shoal_discover_upnp_control_clear (to);
  *to = copy;
}

void
shoal_discover_upnp_control_clear (ShoalDiscoverUpnpControl *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->service, g_free);
}

/* The host is a number, and no user stands before it: who reads "a:b@c" may take a for the host. */
static gboolean
parse_url (const char *url, ShoalBaseAddress *address)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "http") == 0 &&
         g_uri_get_userinfo (uri) == NULL && g_uri_get_host (uri) != NULL &&
         shoal_base_address_parse_ip (address, g_uri_get_host (uri));
}

gboolean
shoal_discover_upnp_may_fetch (const char *url, const ShoalBaseAddress *gateway)
{
  ShoalBaseAddress address;

  if (!parse_url (url, &address))
    return FALSE;
  if (gateway->family != 0 && shoal_base_address_equal_ip (&address, gateway))
    return TRUE;
  switch (shoal_base_policy_classify (&address))
    {
    case SHOAL_BASE_POLICY_KIND_PRIVATE:
    case SHOAL_BASE_POLICY_KIND_CARRIER:
      return TRUE;
    case SHOAL_BASE_POLICY_KIND_GLOBAL:
    case SHOAL_BASE_POLICY_KIND_LOOPBACK:
    case SHOAL_BASE_POLICY_KIND_LINK_LOCAL:
    case SHOAL_BASE_POLICY_KIND_METADATA:
    case SHOAL_BASE_POLICY_KIND_UNUSABLE:
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

gboolean
shoal_discover_upnp_may_order (const char             *url,
                               const char             *description,
                               const ShoalBaseAddress *gateway)
{
  ShoalBaseAddress to, by;

  return shoal_discover_upnp_may_fetch (url, gateway) && parse_url (url, &to) &&
         parse_url (description, &by) && shoal_base_address_equal_ip (&to, &by);
}

static void
talk_free (gpointer data)
{
  Talk *talk = data;

  shoal_discover_upnp_control_clear (&talk->ask.control);
  g_free (talk);
}

static void
answer_free (gpointer data)
{
  ShoalDiscoverUpnpAnswer *answer = data;

  shoal_discover_upnp_control_clear (&answer->control);
  g_free (answer);
}

/* Leaves in the list only devices that may be asked for their description; the gateway comes
 * first. */
static struct UPNPDev *
filter_devices (struct UPNPDev *list, const ShoalBaseAddress *gateway)
{
  struct UPNPDev *kept = NULL;
  struct UPNPDev *dropped = NULL;

  while (list != NULL)
    {
      struct UPNPDev  *next = list->pNext;
      gboolean         may_fetch = shoal_discover_upnp_may_fetch (list->descURL, gateway);
      ShoalBaseAddress address;
      gboolean         is_gateway = may_fetch && gateway->family != 0 &&
                            parse_url (list->descURL, &address) &&
                            shoal_base_address_equal_ip (&address, gateway);
      struct UPNPDev **to = may_fetch ? &kept : &dropped;

      while (*to != NULL && !is_gateway)
        to = &(*to)->pNext;
      list->pNext = *to;
      *to = list;
      list = next;
    }
  freeUPNPDevlist (dropped);
  return kept;
}

static GBytes *
exchange (const Talk *talk, const char *url, const char *action, const char *body)
{
  ShoalDiscoverUpnpHttp http = {
    .bind = &talk->ask.local,
    .url = url,
    .action = action,
    .body = body,
    .until_usec = MIN (g_get_monotonic_time () + ANSWER_USEC, talk->until_usec),
  };

  return shoal_discover_upnp_http_exchange (&http);
}

/* What a reply says: a code, and the value of @wanted, if that is not NULL; the caller's. */
static int
read_reply (GBytes *reply, const char *wanted, char **value)
{
  struct NameValueParserData data;
  gsize                      len;
  const char                *text = g_bytes_get_data (reply, &len);
  const char                *code;
  int                        result = CODE_DONE;

  ParseNameValue (text, (int) len, &data);
  code = GetValueFromNameValueList (&data, "errorCode");
  if (code != NULL)
    result = (int) CLAMP (g_ascii_strtoll (code, NULL, 10), 1, G_MAXINT);
  else if (wanted != NULL)
    *value = g_strdup (GetValueFromNameValueList (&data, wanted));
  ClearNameValueList (&data);
  return result;
}

/* Does @action with @arguments, which are XML. */
static int
order (const Talk                     *talk,
       const ShoalDiscoverUpnpControl *control,
       const char                     *action,
       const char                     *arguments,
       const char                     *wanted,
       char                          **value)
{
  g_autofree char *name = g_strdup_printf ("%s#%s", control->service, action);
  g_autofree char *body = g_strdup_printf (ENVELOPE, action, control->service, arguments, action);
  g_autoptr (GBytes) reply = exchange (talk, control->url, name, body);

  return reply != NULL ? read_reply (reply, wanted, value) : CODE_SILENT;
}

static gboolean
is_connected (const Talk *talk, const ShoalDiscoverUpnpControl *control)
{
  g_autofree char *status = NULL;

  order (talk, control, "GetStatusInfo", "", "NewConnectionStatus", &status);
  return g_strcmp0 (status, "Connected") == 0 || g_strcmp0 (status, "Up") == 0;
}

/* It becomes part of what we send. */
static gboolean
is_service (const char *text)
{
  return *text != '\0' &&
         text[strspn (text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ":-._")] == '\0';
}

/* Takes the first service of @data for the router that is sought, unless there is a better one, and
 * returns whether none can be better. A description may name any address as the one that takes
 * orders, and to ask it whether it is connected is an order already. */
static gboolean
take_service (Talk *talk, const struct UPNPDev *device, struct IGDdatas *data)
{
  ShoalDiscoverUpnpControl control = { 0 };
  struct UPNPUrls          urls = { 0 };
  gboolean                 is_best = FALSE;

  if (!is_service (data->first.servicetype))
    return FALSE;
  GetUPNPUrls (&urls, data, device->descURL, device->scope_id);
  if (urls.controlURL != NULL &&
      shoal_discover_upnp_may_order (urls.controlURL, device->descURL, &talk->ask.gateway))
    {
      control.url = urls.controlURL;
      control.service = data->first.servicetype;
      is_best = is_connected (talk, &control);
      if (is_best || talk->ask.control.url == NULL)
        shoal_discover_upnp_control_copy (&talk->ask.control, &control);
    }
  FreeUPNPUrls (&urls);
  return is_best;
}

/* The same for a device. The library would do it for all devices at once, with no end to what they
 * answer, and no chance to look at what a description names before it is asked. */
static gboolean
take_device (Talk *talk, const struct UPNPDev *device)
{
  g_autoptr (GBytes) description = exchange (talk, device->descURL, NULL, NULL);
  struct IGDdatas         data = { 0 };
  struct IGDdatas_service other;
  gsize                   len;
  const char             *text;

  if (description == NULL)
    return FALSE;
  text = g_bytes_get_data (description, &len);
  parserootdesc (text, (int) len, &data);
  if (!g_str_has_prefix (data.CIF.servicetype, ROUTER_SERVICE))
    return FALSE;
  if (take_service (talk, device, &data))
    return TRUE;
  other = data.second;
  data.second = data.first;
  data.first = other;
  return take_service (talk, device, &data);
}

static gboolean
search (Talk *talk)
{
  struct UPNPDev *devices, *device;
  int             error = 0;
  guint           n = 0;

  devices = upnpDiscover (SEARCH_MS, talk->local, NULL, UPNP_LOCAL_PORT_ANY, 0, SEARCH_TTL, &error);
  devices = filter_devices (devices, &talk->ask.gateway);
  talk->until_usec = g_get_monotonic_time () + TALK_USEC;
  for (device = devices; device != NULL && n < MAX_DEVICES; device = device->pNext, n++)
    if (take_device (talk, device))
      break;
  freeUPNPDevlist (devices);
  return talk->ask.control.url != NULL;
}

static int
add_one (const Talk *talk, guint16 external_port, const char *protocol, guint lease_s)
{
  g_autofree char *arguments =
      g_strdup_printf ("<NewRemoteHost></NewRemoteHost><NewExternalPort>%u</NewExternalPort>"
                       "<NewProtocol>%s</NewProtocol><NewInternalPort>%u</NewInternalPort>"
                       "<NewInternalClient>%s</NewInternalClient><NewEnabled>1</NewEnabled>"
                       "<NewPortMappingDescription>" DESCRIPTION "</NewPortMappingDescription>"
                       "<NewLeaseDuration>%u</NewLeaseDuration>",
                       external_port,
                       protocol,
                       talk->ask.local.port,
                       talk->local,
                       lease_s);

  return order (talk, &talk->ask.control, "AddPortMapping", arguments, NULL, NULL);
}

static void
remove_one (const Talk *talk, guint16 external_port, const char *protocol)
{
  g_autofree char *arguments =
      g_strdup_printf ("<NewRemoteHost></NewRemoteHost><NewExternalPort>%u</NewExternalPort>"
                       "<NewProtocol>%s</NewProtocol>",
                       external_port,
                       protocol);

  order (talk, &talk->ask.control, "DeletePortMapping", arguments, NULL, NULL);
}

/* Some routers know only mappings without an end: those are asked for then, and taken back at the
 * end all the same. */
static int
add_for_a_while (const Talk *talk, guint16 external_port, const char *protocol)
{
  int code = add_one (talk, external_port, protocol, SHOAL_DISCOVER_UPNP_LEASE_S);

  return code == CODE_PERMANENT_ONLY ? add_one (talk, external_port, protocol, 0) : code;
}

static int
add_both (const Talk *talk, guint16 external_port)
{
  int code = add_for_a_while (talk, external_port, "TCP");

  if (code != CODE_DONE)
    return code;
  code = add_for_a_while (talk, external_port, "UDP");
  if (code != CODE_DONE)
    remove_one (talk, external_port, "TCP");
  return code;
}

static void
find_external (const Talk *talk, ShoalDiscoverUpnpAnswer *answer)
{
  g_autofree char *text = NULL;

  order (talk, &talk->ask.control, "GetExternalIPAddress", "", "NewExternalIPAddress", &text);
  if (text == NULL || !shoal_base_address_parse_ip (&answer->external, text))
    answer->external = (ShoalBaseAddress){ 0 };
  answer->external.port = answer->external_port;
}

static void
map (Talk *talk, ShoalDiscoverUpnpAnswer *answer)
{
  guint n_other;

  answer->external_port = talk->ask.external_port;
  answer->code = add_both (talk, answer->external_port);
  for (n_other = 0;
       n_other < OTHER_TRIES && (answer->code == CODE_CONFLICT || answer->code == CODE_FAILED);
       n_other++)
    {
      answer->external_port =
          (guint16) (OTHER_FIRST + shoal_base_random_below (&talk->random, OTHER_COUNT));
      answer->code = add_both (talk, answer->external_port);
    }
  if (answer->code != CODE_DONE)
    {
      answer->outcome = SHOAL_DISCOVER_UPNP_REFUSED;
      return;
    }
  answer->outcome = SHOAL_DISCOVER_UPNP_MAPPED;
  find_external (talk, answer);
}

static void
unmap (Talk *talk, ShoalDiscoverUpnpAnswer *answer)
{
  answer->outcome = SHOAL_DISCOVER_UPNP_REMOVED;
  if (talk->ask.control.url == NULL)
    return;
  remove_one (talk, talk->ask.external_port, "TCP");
  remove_one (talk, talk->ask.external_port, "UDP");
}

static void
thread_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Talk                    *talk = data;
  ShoalDiscoverUpnpAnswer *answer = g_new0 (ShoalDiscoverUpnpAnswer, 1);

  if (talk->ask.is_removal)
    unmap (talk, answer);
  else if (talk->ask.control.url != NULL || search (talk))
    map (talk, answer);
  else
    answer->outcome = SHOAL_DISCOVER_UPNP_NOBODY;
  shoal_discover_upnp_control_copy (&answer->control, &talk->ask.control);
  g_task_return_pointer (task, answer, answer_free);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShoalDiscoverUpnp       *self = user_data;
  ShoalDiscoverUpnpAnswer *answer = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!self->is_cancelled)
    self->func (self->owner, answer);
  g_clear_pointer (&answer, answer_free);
  g_free (self);
}

ShoalDiscoverUpnp *
shoal_discover_upnp_start (const ShoalDiscoverUpnpAsk *ask,
                           ShoalDiscoverUpnpFunc       func,
                           gpointer                    owner)
{
  ShoalDiscoverUpnp *self = g_new0 (ShoalDiscoverUpnp, 1);
  Talk              *talk = g_new0 (Talk, 1);
  g_autoptr (GTask) task = NULL;

  self->func = func;
  self->owner = owner;
  talk->ask = *ask;
  talk->ask.control = (ShoalDiscoverUpnpControl){ 0 };
  shoal_discover_upnp_control_copy (&talk->ask.control, &ask->control);
  shoal_base_address_format (&ask->local, FALSE, talk->local);
  shoal_base_random_init_secure (&talk->random);
  talk->until_usec = g_get_monotonic_time () + TALK_USEC;
  task = g_task_new (NULL, NULL, done_cb, self);
  g_task_set_source_tag (task, shoal_discover_upnp_start);
  g_task_set_task_data (task, talk, talk_free);
  g_task_run_in_thread (task, thread_cb);
  return self;
}

void
shoal_discover_upnp_cancel (ShoalDiscoverUpnp *self)
{
  self->is_cancelled = TRUE;
}
