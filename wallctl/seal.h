/* seal.h - small secrets at rest: sealed with a key that lies in a file of its own (mode 0400). [any]
 *
 * The key is made at first use. A copy of the database alone gives nothing away; who restores one brings the key
 * file along, or the secrets in it are lost.
 */
#ifndef WALLCTL_SEAL_H
#define WALLCTL_SEAL_H

#include <glib.h>

typedef struct SealKey SealKey;

/* folder/seal.key; WALL_ERROR_UNAVAILABLE when it can be neither read nor made, or others may read it. */
SealKey *seal_key_open(const char *folder, GError **error);
void seal_key_free(SealKey *key);

GBytes *seal(const SealKey *key, const void *data, gsize len);
/* NULL: not sealed with this key, or altered. The caller wipes what it gets (secret_wipe). */
guint8 *seal_open(const SealKey *key, GBytes *sealed, gsize *len);

#endif
