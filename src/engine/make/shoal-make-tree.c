/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "make/shoal-make-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/shoal-codec-names.h"
#include "make/shoal-make-out.h"
#include "make/shoal-make-torrent.h"

/* The engine's own, beside downloads that are not whole. */
#define PARTS_PREFIX "."
#define PARTS_SUFFIX ".shoal-parts"

typedef struct
{
  ShoalMakeTree     *tree;      /* unowned */
  const atomic_bool *cancelled; /* unowned */
  const char        *real;      /* unowned: what is walked, without links */
  ShoalMakeOut       out;
  GString           *path; /* owned: of the folder that is walked, '/' at its end */
  guint              depth;
  GError           **error;
} Walk;

char *
shoal_make_tree_dup_display (const char *path)
{
  return g_utf8_make_valid (path, -1);
}

static gboolean
fail (GError **error, ShoalMakeError code, const char *path, const char *what)
{
  g_autofree char *display = shoal_make_tree_dup_display (path);

  g_set_error (error, SHOAL_MAKE_ERROR, (int) code, "'%s': %s", display, what);
  return FALSE;
}

static gboolean
fail_errno (GError **error, const char *path, int number)
{
  return fail (error, SHOAL_MAKE_ERROR_READ, path, g_strerror (number));
}

static void
clear_file (gpointer element)
{
  g_free (((ShoalMakeTreeFile *) element)->path);
}

static void
add_file (ShoalMakeTree *tree, const char *path, const struct stat *info)
{
  ShoalMakeTreeFile file = {
    .path = g_strdup (path),
    .length = (guint64) info->st_size,
    .device = info->st_dev,
    .inode = info->st_ino,
    .modified = info->st_mtim,
    .changed = info->st_ctim,
  };

  g_array_append_val (tree->files, file);
  tree->total_bytes += file.length;
}

/* Whether a reader would keep the name as it is. */
static gboolean
check_name (const char *name, const char *path, GError **error)
{
  g_autoptr (GString) safe = g_string_new (NULL);

  if (!g_utf8_validate (name, -1, NULL))
    return fail (error,
                 SHOAL_MAKE_ERROR_NAME,
                 path,
                 "the name is not UTF-8, so others could not store it: rename it first");
  if (shoal_codec_names_append_component (safe, (const guint8 *) name, strlen (name)) &&
      strcmp (safe->str, name) == 0)
    return TRUE;
  return fail (error,
               SHOAL_MAKE_ERROR_NAME,
               path,
               "the name has characters that others would have to replace: rename it first");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The entries of the folder @fd, which is closed, by the bytes of their names. NULL on an error. */
static GPtrArray *
list_folder (int fd, int *error_number)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  DIR *folder = fdopendir (fd);

  *error_number = errno;
  if (folder == NULL)
    {
      close (fd);
      return NULL;
    }
  for (;;)
    {
      const struct dirent *entry;

      errno = 0;
      entry = readdir (folder);
      *error_number = errno;
      if (entry == NULL)
        break;
      if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
        g_ptr_array_add (names, g_strdup (entry->d_name));
    }
  closedir (folder);
  if (*error_number != 0)
    return NULL;
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static gboolean walk_folder (Walk *walk, int fd);

/* @walk->path is that of the folder @name, without '/' at its end. */
static gboolean
enter_folder (Walk *walk, int parent_fd, const char *name)
{
  int fd;

  if (walk->depth >= SHOAL_CODEC_NAMES_MAX_DEPTH - 1)
    return fail (walk->error,
                 SHOAL_MAKE_ERROR_TOO_LARGE,
                 walk->path->str,
                 "folders are nested more than 100 deep");
  fd = openat (parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return fail_errno (walk->error, walk->path->str, errno);
  g_string_append_c (walk->path, '/');
  walk->depth++;
  if (!walk_folder (walk, fd))
    return FALSE;
  walk->depth--;
  return TRUE;
}

static gboolean
is_parts_file (const char *name)
{
  return g_str_has_prefix (name, PARTS_PREFIX) && g_str_has_suffix (name, PARTS_SUFFIX);
}

/* Adds the regular file @place, known as @path, unless the torrent itself will be written there. */
static gboolean
take_file (Walk *walk, const char *place, const char *path, const struct stat *info)
{
  switch (shoal_make_out_compare (&walk->out, place, info, walk->tree->name))
    {
    case SHOAL_MAKE_OUT_APART:
      add_file (walk->tree, path, info);
      return TRUE;
    case SHOAL_MAKE_OUT_FORMER:
      return TRUE;
    case SHOAL_MAKE_OUT_INPUT:
      break;
    }
  return fail (walk->error,
               SHOAL_MAKE_ERROR_OUT,
               place,
               "the torrent would be written over the data that it is made of");
}

static gboolean
add_entry (Walk *walk, int fd, const char *name)
{
  ShoalMakeTree   *tree = walk->tree;
  g_autofree char *place = NULL;
  struct stat      info;

  if (fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return fail_errno (walk->error, walk->path->str, errno);
  if (S_ISLNK (info.st_mode))
    tree->n_links++;
  else if (S_ISDIR (info.st_mode))
    return check_name (name, walk->path->str, walk->error) && enter_folder (walk, fd, name);
  else if (!S_ISREG (info.st_mode) || is_parts_file (name))
    tree->n_special++;
  else
    {
      place = g_build_filename (walk->real, walk->path->str, NULL);
      return check_name (name, walk->path->str, walk->error) &&
             take_file (walk, place, walk->path->str, &info);
    }
  return TRUE;
}

/* Recursion ends at SHOAL_CODEC_NAMES_MAX_DEPTH. Takes over @fd. */
static gboolean
walk_folder (Walk *walk, int fd)
{
  gsize prefix_len = walk->path->len;
  int   error_number;
  int   list_fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  g_autoptr (GPtrArray) names = NULL;
  gboolean is_fine = TRUE;
  guint    i;

  error_number = errno;
  if (list_fd >= 0)
    names = list_folder (list_fd, &error_number);
  if (names == NULL)
    is_fine =
        fail_errno (walk->error, prefix_len > 0 ? walk->path->str : walk->tree->name, error_number);
  for (i = 0; is_fine && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      g_string_truncate (walk->path, prefix_len);
      g_string_append (walk->path, name);
      if (walk->cancelled != NULL && atomic_load (walk->cancelled))
        is_fine = fail (walk->error, SHOAL_MAKE_ERROR_CANCELLED, walk->path->str, "cancelled");
      else
        is_fine = add_entry (walk, fd, name);
    }
  if (walk->depth > 0)
    close (fd);
  return is_fine;
}

/* The last component of @path as it was given, or of what it is for "." and the like. */
static char *
dup_name (const char *path, const char *real)
{
  g_autofree char *name = g_path_get_basename (path);

  if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return g_path_get_basename (real);
  return g_steal_pointer (&name);
}

static gboolean
check_top_name (const char *name, const char *path, GError **error)
{
  g_autoptr (GString) safe = g_string_new (NULL);

  if (strcmp (name, "/") == 0)
    return fail (error, SHOAL_MAKE_ERROR_NAME, path, "the root of the file system has no name");
  if (!check_name (name, path, error))
    return FALSE;
  if (shoal_codec_names_append_top (safe, (const guint8 *) name, strlen (name)) &&
      strcmp (safe->str, name) == 0)
    return TRUE;
  return fail (error,
               SHOAL_MAKE_ERROR_NAME,
               path,
               "names that end in " PARTS_SUFFIX " are for unfinished downloads");
}

static gboolean
read_tree (Walk *walk)
{
  ShoalMakeTree *tree = walk->tree;
  struct stat    info;

  if (lstat (walk->real, &info) != 0)
    return fail_errno (walk->error, walk->real, errno);
  if (S_ISREG (info.st_mode))
    return take_file (walk, walk->real, walk->real, &info);
  if (!S_ISDIR (info.st_mode))
    return fail (walk->error,
                 SHOAL_MAKE_ERROR_EMPTY,
                 walk->real,
                 "a device, pipe or socket has no bytes to share: name a file or folder");
  tree->is_folder = 1;
  tree->folder_fd = open (walk->real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (tree->folder_fd < 0)
    return fail_errno (walk->error, walk->real, errno);
  return walk_folder (walk, tree->folder_fd);
}

ShoalMakeTree *
shoal_make_tree_new (const char        *path,
                     const char        *out,
                     const atomic_bool *cancelled,
                     GError           **error)
{
  g_autoptr (ShoalMakeTree) self = g_new0 (ShoalMakeTree, 1);
  g_autoptr (GString) relative = g_string_new (NULL);
  char *real = realpath (path, NULL);
  int   error_number = errno;
  Walk  walk = {
     .tree = self, .cancelled = cancelled, .real = real, .path = relative, .error = error
  };

  self->folder_fd = AT_FDCWD;
  self->files = g_array_new (FALSE, FALSE, sizeof (ShoalMakeTreeFile));
  g_array_set_clear_func (self->files, clear_file);
  if (real == NULL)
    {
      fail_errno (error, path, error_number);
      return NULL;
    }
  self->name = dup_name (path, real);
  shoal_make_out_init (&walk.out, out);
  if (!check_top_name (self->name, path, error) || !read_tree (&walk))
    g_clear_pointer (&self, shoal_make_tree_free);
  shoal_make_out_clear (&walk.out);
  free (real);
  return g_steal_pointer (&self);
}

void
shoal_make_tree_free (ShoalMakeTree *self)
{
  if (self->folder_fd >= 0)
    close (self->folder_fd);
  g_array_unref (self->files);
  g_free (self->name);
  g_free (self);
}

static gboolean
is_same_time (const struct timespec *a, const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static gboolean
is_same (const ShoalMakeTreeFile *file, const struct stat *info)
{
  return file->device == info->st_dev && file->inode == info->st_ino &&
         file->length == (guint64) info->st_size &&
         is_same_time (&file->modified, &info->st_mtim) &&
         is_same_time (&file->changed, &info->st_ctim);
}

int
shoal_make_tree_open (const ShoalMakeTree *self, const ShoalMakeTreeFile *file, GError **error)
{
  int fd = openat (self->folder_fd, file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat info;

  if (fd < 0)
    {
      if (errno == ENOENT || errno == ELOOP || errno == ENOTDIR)
        fail (error, SHOAL_MAKE_ERROR_CHANGED, file->path, "vanished while it was read");
      else
        fail_errno (error, file->path, errno);
      return -1;
    }
  if (fstat (fd, &info) == 0 && is_same (file, &info))
    return fd;
  close (fd);
  fail (error, SHOAL_MAKE_ERROR_CHANGED, file->path, "changed while it was read");
  return -1;
}

gboolean
shoal_make_tree_check (const ShoalMakeTree *self, GError **error)
{
  guint i;

  for (i = 0; i < self->files->len; i++)
    {
      const ShoalMakeTreeFile *file = &g_array_index (self->files, ShoalMakeTreeFile, i);
      struct stat              info;

      if (fstatat (self->folder_fd, file->path, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
          !is_same (file, &info))
        return fail (error, SHOAL_MAKE_ERROR_CHANGED, file->path, "changed while it was read");
    }
  return TRUE;
}
