/* audit_key.h - the key pair that signs the register: made at first use, kept in one file of the state
 * folder, readable by the daemon alone */
#ifndef WALLCTL_STORE_AUDIT_KEY_H
#define WALLCTL_STORE_AUDIT_KEY_H

#include <glib.h>

#define AUDIT_PUBLIC_BYTES    32
#define AUDIT_SIGNATURE_BYTES 64

/* The secret half is in locked memory and goes into no log and no answer. */
typedef struct AuditKey AuditKey;

/* The key in this file; if there is no such file, a new one is made (mode 0400, in an existing folder)
 * and *is_new is TRUE. A file that others may read, or that holds something else, is an error that says
 * what to do: a key that is not the old one would put every former signature into doubt. */
AuditKey *audit_key_open(const char *path, gboolean *is_new, GError **error);

AuditKey *audit_key_ref(AuditKey *key); /* [any] */
void audit_key_unref(AuditKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditKey, audit_key_unref)

const guint8 *audit_key_public(const AuditKey *key); /* AUDIT_PUBLIC_BYTES; borrowed */

/* [any] Ed25519. */
void audit_key_sign(const AuditKey *key, const guint8 *bytes, gsize n,
                    guint8 signature[AUDIT_SIGNATURE_BYTES]);
gboolean audit_key_verify(const guint8 public_key[AUDIT_PUBLIC_BYTES], const guint8 *bytes, gsize n,
                          const guint8 signature[AUDIT_SIGNATURE_BYTES]);

#endif
