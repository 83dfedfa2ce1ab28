/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-problem.h"

#include <glib/gi18n.h>

#include "app/shoal-app-text.h"
#include "app/shoal-app-tracker.h"
#include "types/shoal-types-settings.h"

/* Each sentence says what happened, to what, and what to do. {subject}: the file, folder, host or
 * address; {size}: the number as a size; {number}: as it is; {reason}: the system's word for the
 * error number; {text}: words of a stranger, or of a library that knows the person's language. The
 * engine's own are English, and never shown. */
typedef struct
{
  ShoalProblemDomain domain;
  ShoalProblemCode   code;
  const char        *sentence;
  const char        *without_number; /* instead, where the number is 0; NULL: the same */
} Entry;

#define TORRENT SHOAL_PROBLEM_DOMAIN_TORRENT
#define STORAGE SHOAL_PROBLEM_DOMAIN_STORAGE
#define NETWORK SHOAL_PROBLEM_DOMAIN_NETWORK
#define TRACKER SHOAL_PROBLEM_DOMAIN_TRACKER
#define STATE   SHOAL_PROBLEM_DOMAIN_STATE
#define USE     SHOAL_PROBLEM_DOMAIN_USE

static const Entry entries[] = {
  { TORRENT,
    SHOAL_PROBLEM_MALFORMED,
    N_ ("“{subject}” is not a torrent, or it is damaged. Get it again from where it came from.") },
  { TORRENT,
    SHOAL_PROBLEM_UNSAFE,
    N_ ("“{subject}” is not safe to use: it was made to do harm. Do not trust where it came "
        "from.") },
  { TORRENT,
    SHOAL_PROBLEM_UNSUPPORTED,
    N_ ("“{subject}” is of a kind that Shoal cannot download yet: for BitTorrent v2 alone, or for "
        "another network.") },
  { TORRENT,
    SHOAL_PROBLEM_TOO_LARGE,
    N_ ("“{subject}” is too large for a torrent file, which may have {size}. Is it the data "
        "itself?"),
    N_ ("“{subject}” is too large for a torrent file. Is it the data itself?") },
  { TORRENT,
    SHOAL_PROBLEM_PERMISSION,
    N_ ("“{subject}” cannot be read: you lack the permission. Change it, or choose another "
        "file.") },
  { TORRENT, SHOAL_PROBLEM_MISSING, N_ ("“{subject}” cannot be found. Was it moved or deleted?") },
  { TORRENT, SHOAL_PROBLEM_IO, N_ ("“{subject}” cannot be read ({text}).") },
  { TORRENT, SHOAL_PROBLEM_DUPLICATE, N_ ("“{subject}” is in the list already.") },

  { STORAGE,
    SHOAL_PROBLEM_FULL,
    N_ ("The disk is full: {size} more are needed in “{subject}”. Make room, and it goes on by "
        "itself."),
    N_ ("The disk is full. Make room in “{subject}”, and it goes on by itself.") },
  { STORAGE,
    SHOAL_PROBLEM_READ_ONLY,
    N_ ("“{subject}” cannot be written: its disk is read-only. Make the disk writable, and it goes "
        "on by itself.") },
  { STORAGE,
    SHOAL_PROBLEM_PERMISSION,
    N_ ("Shoal may not use “{subject}”. Change its permissions, then try again.") },
  { STORAGE,
    SHOAL_PROBLEM_VANISHED,
    N_ ("“{subject}” is not there any more. Connect its disk, or put the folder back, and it goes "
        "on by itself.") },
  { STORAGE,
    SHOAL_PROBLEM_IO,
    N_ ("The disk reported a fault at “{subject}” ({reason}). Check the disk, then try again.") },
  { STORAGE,
    SHOAL_PROBLEM_CHANGED,
    N_ ("“{subject}” was changed by another program. Verify the torrent to mend it.") },
  { STORAGE,
    SHOAL_PROBLEM_CONFLICT,
    N_ ("Something else is in the way at “{subject}”. Move it away, then try again.") },
  { STORAGE,
    SHOAL_PROBLEM_LONGER,
    N_ ("“{subject}” is longer than the {size} that the torrent says: it is another file, or "
        "something was added to it. Move it away, or cut it, then try again.") },
  { STORAGE,
    SHOAL_PROBLEM_TOO_LARGE,
    N_ ("“{subject}” is larger than the disk it is on can hold in one file. Choose a folder on "
        "another disk.") },
  { STORAGE,
    SHOAL_PROBLEM_INVALID,
    N_ ("The disk takes no file or folder of the name “{subject}”. Choose another name.") },
  { STORAGE,
    SHOAL_PROBLEM_CLAIMED,
    N_ ("Another torrent keeps its data in “{subject}”. Remove this one, and add it again with a "
        "folder of its own.") },
  { STORAGE,
    SHOAL_PROBLEM_MISSING,
    N_ ("“{subject}” is missing. Put it back, or choose the folder it is in now, then try again; "
        "what is missing then is downloaded once more.") },
  { STORAGE,
    SHOAL_PROBLEM_INSIDE,
    N_ ("“{subject}” lies inside the folder that is to be moved. Choose another folder.") },
  { STORAGE,
    SHOAL_PROBLEM_INCOMPLETE,
    N_ ("{size} of “{subject}” are missing or wrong. Verify the torrent to download them once "
        "more."),
    N_ ("“{subject}” is not complete. Verify the torrent to download what is missing.") },
  { STORAGE,
    SHOAL_PROBLEM_IN_USE,
    N_ ("Another Shoal (process {number}) has this torrent open in “{subject}”. End it, then try "
        "again."),
    N_ ("Another Shoal has this torrent open in “{subject}”. End it, then try again.") },
  { STORAGE,
    SHOAL_PROBLEM_TIMEOUT,
    N_ ("The disk of “{subject}” does not answer. It goes on by itself when the disk does.") },

  { NETWORK,
    SHOAL_PROBLEM_PORT_BUSY,
    N_ ("Port {number} is used by another program. Choose another one in the preferences."),
    N_ ("The port is used by another program. Choose another one in the preferences.") },
  { NETWORK,
    SHOAL_PROBLEM_UNREACHABLE,
    N_ ("The server of “{subject}” answered with fault {number}. Check the address, or try again "
        "later."),
    N_ ("“{subject}” cannot be reached. Check the address and the network.") },
  { NETWORK,
    SHOAL_PROBLEM_UNSAFE,
    N_ ("“{subject}” could not prove that it is what it says, so nothing was fetched. Check the "
        "address, and the clock of this computer.") },
  { NETWORK,
    SHOAL_PROBLEM_PERMISSION,
    N_ ("The system keeps port {number} for itself. Choose one above 1023 in the preferences."),
    N_ ("The system does not let Shoal use the network. Ask whoever runs this computer.") },
  { NETWORK, SHOAL_PROBLEM_ADDRESS, N_ ("Nobody can reach this computer. Is the network up?") },
  { NETWORK, SHOAL_PROBLEM_TIMEOUT, N_ ("“{subject}” does not answer.") },

  { TRACKER,
    SHOAL_PROBLEM_TRACKER_REFUSED,
    N_ ("The tracker {subject} refused: “{text}”. Ask those who run it, or those who made the "
        "torrent.") },
  { TRACKER,
    SHOAL_PROBLEM_TRACKER_STATUS,
    /* Translators: {number} is one such as 404. */
    N_ ("The tracker {subject} refused with HTTP status {number}. It will be asked again.") },
  { TRACKER,
    SHOAL_PROBLEM_UNSAFE,
    N_ ("The tracker {subject} could not prove that it is what it says. Check the clock of this "
        "computer; it will be asked again.") },
  { TRACKER,
    SHOAL_PROBLEM_TRACKER_BROKEN,
    N_ ("The tracker {subject} gave an answer that makes no sense. It will be asked again.") },
  { TRACKER,
    SHOAL_PROBLEM_UNREACHABLE,
    N_ ("The tracker {subject} cannot be reached. It will be asked again.") },
  { TRACKER,
    SHOAL_PROBLEM_TIMEOUT,
    N_ ("The tracker {subject} does not answer. It will be asked again.") },

  { STATE,
    SHOAL_PROBLEM_NEWER,
    N_ ("The list of torrents was written by a newer Shoal (version {number} of the list). Install "
        "that one again; nothing was changed.") },
  { STATE,
    SHOAL_PROBLEM_DAMAGED,
    N_ ("The list of torrents was damaged. It was set aside as “{subject}”, and a new one was "
        "begun; add your torrents again, what is on the disk will be found.") },
  { STATE,
    SHOAL_PROBLEM_IN_USE,
    N_ ("Shoal is already running (process {number})."),
    N_ ("Shoal is already running.") },
  { STATE,
    SHOAL_PROBLEM_CONFLICT,
    N_ ("“{subject}” is not the list of torrents of Shoal. Move it away, then start Shoal "
        "again.") },
  { STATE,
    SHOAL_PROBLEM_FULL,
    N_ ("The disk is full: the list of torrents cannot be saved in “{subject}”. Make room at "
        "once.") },
  { STATE,
    SHOAL_PROBLEM_READ_ONLY,
    N_ ("The list of torrents cannot be saved: the disk of “{subject}” is read-only.") },
  { STATE,
    SHOAL_PROBLEM_PERMISSION,
    N_ ("The list of torrents cannot be opened: you lack the permission for “{subject}”.") },
  { STATE,
    SHOAL_PROBLEM_IO,
    N_ ("The list of torrents cannot be read or saved: the disk reported a fault at “{subject}” "
        "({reason}).") },

  { USE, SHOAL_PROBLEM_DUPLICATE, N_ ("This torrent is in the list already.") },
  { USE, SHOAL_PROBLEM_NOT_FOUND, N_ ("It is not in the list any more.") },
  { USE, SHOAL_PROBLEM_INVALID, N_ ("This cannot be done.") },
  { USE,
    SHOAL_PROBLEM_INACTIVE,
    N_ ("This torrent looks for nobody: it is paused, complete, or waits for its turn. Resume it "
        "first.") },
  { USE,
    SHOAL_PROBLEM_BUSY,
    N_ ("Its files are being moved or renamed already. Wait until that is done.") },
  { USE, SHOAL_PROBLEM_NOT_MOVING, N_ ("Its files are not being moved any more.") },
  { USE,
    SHOAL_PROBLEM_RELATIVE,
    N_ ("“{subject}” does not say where a folder is. Give the whole way to it, as in "
        "“/home/ada/Downloads”.") },
  { USE,
    SHOAL_PROBLEM_DETAILS_MISSING,
    N_ ("Its files are not known yet. Wait until its details have been fetched.") },
  { USE, SHOAL_PROBLEM_NO_FILE, N_ ("The torrent has no such file or folder any more.") },
  { USE, SHOAL_PROBLEM_NAME_LONG, N_ ("This name is too long. Choose a shorter one.") },
  { USE,
    SHOAL_PROBLEM_NAME_SLASH,
    N_ ("A name has at least one character, and no slash. Choose another one.") },
  { USE,
    SHOAL_PROBLEM_NAME_RESERVED,
    N_ ("Nothing on the disk can be called “{subject}”. Choose another name.") },
  { USE,
    SHOAL_PROBLEM_TOO_MANY_LABELS,
    N_ ("A torrent has room for {number} labels. Take some away first.") },
  { USE,
    SHOAL_PROBLEM_TOO_MANY_TRACKERS,
    N_ ("A torrent has room for {number} trackers. Name fewer of them.") },
  { USE,
    SHOAL_PROBLEM_TRACKER_ADDRESS,
    N_ ("“{subject}” is not the address of a tracker, which begins with http://, https:// or "
        "udp://.") },
  { USE,
    SHOAL_PROBLEM_PEER_ADDRESS,
    N_ ("“{subject}” is not an address and a port. They look like this: 192.0.2.7:51413") },
  { USE,
    SHOAL_PROBLEM_PEER_NAME,
    N_ ("No computer called “{subject}” can be found. Check the name and the network.") },
  { USE,
    SHOAL_PROBLEM_PEER_BANNED,
    N_ ("“{subject}” is banned from this torrent. Let those who are banned in again first.") },
  { USE,
    SHOAL_PROBLEM_PEER_UNREACHABLE,
    N_ ("No connection of this computer leads to “{subject}”. Check the address and the "
        "network.") },
  { USE, SHOAL_PROBLEM_UNSUPPORTED, N_ ("Shoal cannot do this yet.") },
  { USE, SHOAL_PROBLEM_STOPPING, N_ ("Shoal is about to end. Start it again first.") },
  { USE, SHOAL_PROBLEM_CANCELLED, N_ ("It was stopped, and everything is as it was before.") },
  { USE, SHOAL_PROBLEM_HELD, N_ ("Everything rests for now, by a choice in the preferences.") },
  { USE, SHOAL_PROBLEM_TIMEOUT, N_ ("It took too long. Try again.") },
};

/* In their place where something that a person asked for was not done. */
static const Entry refusals[] = {
  { STORAGE,
    SHOAL_PROBLEM_FULL,
    N_ ("The disk is full: {size} more are needed in “{subject}”. Make room, then try again."),
    N_ ("The disk is full. Make room in “{subject}”, then try again.") },
  { STORAGE,
    SHOAL_PROBLEM_READ_ONLY,
    N_ ("“{subject}” cannot be written: its disk is read-only. Make the disk writable, then try "
        "again.") },
  { STORAGE,
    SHOAL_PROBLEM_VANISHED,
    N_ ("“{subject}” is not there any more. Connect its disk, or put the folder back, then try "
        "again.") },
  { STORAGE,
    SHOAL_PROBLEM_TIMEOUT,
    N_ ("The disk of “{subject}” does not answer. Try again when it does.") },
};

/* Why everything rests, by the number of SHOAL_PROBLEM_HELD. */
static const char *const hold_sentences[] = {
  [SHOAL_HOLD_METERED] = N_ ("This connection is metered. It goes on by itself on another one."),
  [SHOAL_HOLD_POWER] = N_ ("The battery is being saved. It goes on by itself after that."),
};

static const Entry *
find_entry (const Entry *table, guint n, const ShoalProblem *problem)
{
  for (guint i = 0; i < n; i++)
    if (table[i].domain == problem->domain && table[i].code == problem->code)
      return &table[i];
  return NULL;
}

/* For a pair of domain and code that nobody thought of: still the facts. */
static const char *
get_general_sentence (const ShoalProblem *problem)
{
  if (problem->error_number != 0)
    return problem->subject != NULL ? N_ ("Something failed at “{subject}” ({reason}).")
                                    : N_ ("Something failed ({reason}).");
  return problem->subject != NULL ? N_ ("Something failed at “{subject}”.")
                                  : N_ ("Something failed.");
}

static const char *
get_pattern (const ShoalProblem *problem, gboolean is_refusal)
{
  const Entry *entry = is_refusal ? find_entry (refusals, G_N_ELEMENTS (refusals), problem) : NULL;

  if (entry == NULL)
    entry = find_entry (entries, G_N_ELEMENTS (entries), problem);
  if (problem->domain == USE && problem->code == SHOAL_PROBLEM_HELD &&
      problem->number > SHOAL_HOLD_NONE && problem->number < G_N_ELEMENTS (hold_sentences))
    return hold_sentences[problem->number];
  if (entry == NULL)
    return get_general_sentence (problem);
  if (problem->number == 0 && entry->without_number != NULL)
    return entry->without_number;
  return entry->sentence;
}

static char *
dup_subject (const ShoalProblem *problem)
{
  g_autofree char *base = NULL;

  if (problem->subject == NULL || *problem->subject == '\0')
    return g_strdup (problem->domain == TORRENT ? _ ("The file") : _ ("the download folder"));
  if (problem->domain == TRACKER)
    return shoal_app_tracker_dup_host (problem->subject);
  /* Of a torrent file the name is enough; of a place on a disk the whole path is needed. */
  if (problem->domain != TORRENT || g_str_has_prefix (problem->subject, "magnet:"))
    return shoal_app_text_dup_visible (problem->subject);
  base = g_path_get_basename (problem->subject);
  return shoal_app_text_dup_visible (base);
}

static char *
dup_sentence (const ShoalProblem *problem, gboolean is_refusal)
{
  g_autofree char *subject = dup_subject (problem);
  g_autofree char *text = NULL;
  g_autofree char *size = g_format_size (problem->number);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, problem->number);
  ShoalAppTextPart parts[5] = { { "subject", subject }, { "size", size }, { "number", number } };

  text = problem->outside_text != NULL ? shoal_app_text_dup_visible (problem->outside_text)
                                       : g_strdup (_ ("no reason was given"));
  parts[3] = (ShoalAppTextPart){ "text", text };
  parts[4] = (ShoalAppTextPart){ "reason",
                                 problem->error_number != 0 ? g_strerror (problem->error_number)
                                                            : _ ("no reason was given") };
  return shoal_app_text_fill (_ (get_pattern (problem, is_refusal)), parts, G_N_ELEMENTS (parts));
}

char *
shoal_app_problem_dup_sentence (const ShoalProblem *problem)
{
  return dup_sentence (problem, FALSE);
}

char *
shoal_app_problem_dup_refusal (const ShoalProblem *problem)
{
  return dup_sentence (problem, TRUE);
}

gboolean
shoal_app_problem_can_retry (const ShoalProblem *problem)
{
  return problem->domain == STORAGE || problem->domain == NETWORK || problem->domain == TRACKER;
}
