/* secret.h - passwords and tokens: held in locked memory, never printed. [any] */
#ifndef WALLCTL_BASE_SECRET_H
#define WALLCTL_BASE_SECRET_H

#include <glib.h>

/* A counted string in memory that is locked, guarded and wiped when the last reference goes. */
typedef struct Secret Secret;

/* Copies len bytes; the caller wipes its own copy (secret_wipe). */
Secret *secret_new(const char *text, gsize len);
Secret *secret_ref(Secret *secret);
void secret_unref(Secret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_unref)

/* Borrowed, NUL-terminated. Hand it to a library at once; never to a log, a reply or a URL. */
const char *secret_get(const Secret *secret);

gboolean secret_equal(const Secret *a, const Secret *b); /* constant time */
void secret_wipe(void *memory, gsize len);

/* text without passwords: "rtsp://u:p@h/x" shows three stars before the @, "password=..." and the like lose their
 * value. Caller frees. Knows patterns, not values: the first defence is not to format secrets at all. */
char *secret_redact(const char *text);

#endif
