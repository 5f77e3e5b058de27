/* state_lock.h - one daemon a state folder
 *
 * Two on one database would each undo what the other shows, and a newer one would migrate it under the
 * older one's feet: the lock comes before the database is opened. It lies on the folder itself, so there
 * is no file to be left over, to be deleted or to belong to the wrong user, and the kernel takes it back
 * however the process ends. Reading and copying beside a running daemon (backup.h) need no lock;
 * backup_restore() finds out by the database's own.
 */
#ifndef WALLCTL_STORE_STATE_LOCK_H
#define WALLCTL_STORE_STATE_LOCK_H

#include <glib.h>

typedef struct StateLock StateLock;

/* Makes the folder (0700) where there is none. Caller owns the lock; it ends with state_lock_free() or the
 * process, and no child inherits it. NULL with WALL_ERROR_LOCKED if another process has it (the message
 * names the folder and, where the kernel tells, the process), with WALL_ERROR_UNAVAILABLE if the folder
 * cannot be opened. A file system without locks is a warning, not a fault: the lock is then no lock. */
StateLock *state_lock_take(const char *folder, GError **error);
void state_lock_free(StateLock *lock); /* NULL is fine */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StateLock, state_lock_free)

#endif
