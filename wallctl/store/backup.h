/* backup.h - a copy of the database while it is in use, checked; and back again. [worker], or a
 * command: these calls read and write whole files. */
#ifndef WALLCTL_STORE_BACKUP_H
#define WALLCTL_STORE_BACKUP_H

#include <gio/gio.h>

/* Copies the state of one moment of the database at path to target (mode 0600, folder 0700), checks
 * the copy and only then gives it its name. Writers go on meanwhile. An existing target is replaced
 * by a good copy only. cancel (may be NULL) ends it early, with WALL_ERROR_UNAVAILABLE. */
gboolean backup_write(const char *path, const char *target, GCancellable *cancel, GError **error);

/* Is there room for a copy of the database at path in the folder, and as much again for what comes
 * in? An existing folder, or one whose parent is. */
gboolean backup_has_room(const char *path, const char *folder, GError **error);

/* Opens it read-only: a database of ours, of a version we know, whole in every page, with an unbroken
 * chain. head (may be NULL): what a nightly report told (chain_end_dup_text()), that has to be in it. */
gboolean backup_check(const char *target, const char *head, GCancellable *cancel, GError **error);

/* Puts a checked copy in the place of the database at path; what is there is kept as
 * PATH.before-restore-MS. Refused with WALL_ERROR_LOCKED while a program has it open. */
gboolean backup_restore(const char *target, const char *path, GError **error);

/* "FOLDER/wallctl-2025-05-22.db": one a local day, so that a second run the same day replaces the
 * first. Caller frees. */
char *backup_nightly_name(const char *folder, gint64 now_ms);

/* Deletes the nightly copies in folder beyond the newest n; returns how many went. */
guint backup_keep(const char *folder, guint n);

#endif
