/* seal.h - small secrets at rest: sealed with a key that lies in a file of its own (mode 0400). [any]
 *
 * A copy of what is sealed gives nothing away without the key; who restores one brings the key file along, or the secrets in it
 * are lost.
 */
#ifndef WALLCTL_BASE_SEAL_H
#define WALLCTL_BASE_SEAL_H

#include <glib.h>
#include <sys/types.h>

typedef struct SealKey SealKey; /* in locked memory */

/* folder/seal.key, made at first use; WALL_ERROR_UNAVAILABLE when it can be neither read nor made, or others may read it. */
SealKey *seal_key_open(const char *folder, GError **error);

/* NOT_FOUND where there is no file. is_guarded: whoever put it there guards it (systemd), its mode says nothing. */
SealKey *seal_key_read(const char *path, gboolean is_guarded, GError **error);

/* A new one, on the disk when this returns, in the place of whatever lay there. Owner as given, (uid_t)-1 for this process. */
SealKey *seal_key_make(const char *path, uid_t uid, gid_t gid, GError **error);

#define SEAL_KEY_ID 16 /* hex digits */
char *seal_key_dup_id(
    const SealKey *key); /* tells keys apart and gives nothing away. Caller frees */
void seal_key_free(SealKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealKey, seal_key_free)

GBytes *seal(const SealKey *key, const void *data, gsize len);
/* NULL: not sealed with this key, or altered. The caller wipes what it gets (secret_wipe). */
guint8 *seal_open(const SealKey *key, GBytes *sealed, gsize *len);

/* What was renamed to path is there after a power cut, too. FALSE: errno says why. */
gboolean seal_sync_folder(const char *path);

#endif
