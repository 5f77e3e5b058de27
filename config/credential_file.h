/* credential_file.h - changing the file of camera passwords and tokens, sealed from then on. [worker]
 *
 * One change at a time, also between a terminal and the daemon; a change is there as a whole or not at all. What is written is
 * held against the rules of credentials.h first. No error repeats a password.
 */
#ifndef WALLCTL_CONFIG_CREDENTIAL_FILE_H
#define WALLCTL_CONFIG_CREDENTIAL_FILE_H

#include "config/config.h"

/* Seals a plain file in its place; *was_plain: FALSE, it was sealed, and nothing is done. */
gboolean credential_file_seal(const char *path, gboolean *was_plain, GError **error);

/* The same secrets under a new key; the old key is gone afterwards. *was_systemd: it was the one that systemd gives, which
 * stays where it is and is of no use any more. */
gboolean credential_file_rotate(const char *path, gboolean *was_systemd, GError **error);

/* name: a reference or "@CAMERA". user NULL: secret is a token. A plain file is sealed with it. */
gboolean credential_file_put(const char *path, const char *name, const char *user,
                             const Secret *secret, gboolean *was_there, GError **error);
gboolean credential_file_remove(const char *path, const char *name, GError **error);

/* What there is, without secrets: {"file", "state", "key", "key_file", "names": [...], "tokens": [...]}. Caller owns. */
Json *credential_file_look(const char *path, GError **error);

/* The account of a camera ("@CAMERA"), in the file that the configuration names as it lies on the disk; user NULL takes it away.
 * INVALID: faults in the configuration or the values; NOT_FOUND: no such camera, or nothing to take away; UNSUPPORTED: no
 * file is named, or systemd gives it; UNAVAILABLE: it cannot be written. */
gboolean credential_file_set_camera(const char *config_path, const char *camera, const char *user,
                                    const Secret *password, gboolean *was_there, GError **error);

#endif
