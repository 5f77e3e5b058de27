/* password.h - passwords of accounts: what is accepted, and how they are kept (Argon2id). [worker] unless marked
 *
 * Rules as OWASP ASVS 5.0 has them: length and known passwords count, classes of characters do not (6.2.1, 6.2.4,
 * 6.2.5, 6.2.9); Argon2id with t=2, 46 MiB, p=1 (11.4.2).
 */
#ifndef WALLCTL_PASSWORD_H
#define WALLCTL_PASSWORD_H

#include "wallctl/base/secret.h"

#define PASSWORD_MIN_CHARS 10
#define PASSWORD_MAX_BYTES 256

/* [any] FALSE with WALL_ERROR_INVALID: too short or long, or easily guessed. about: words that must not carry it
 * (account, name, site; Chinese counts as it is typed, too), NULL-terminated. */
gboolean password_check(const Secret *password, const char *const *about, GError **error);

/* Takes 46 MiB for a tenth of a second. NULL with WALL_ERROR_UNAVAILABLE without that memory. Caller frees. */
char *password_hash(const Secret *password, GError **error);
gboolean password_fits(const Secret *password, const char *hash);

/* [any] "abcd-efgh-jkmn-pqrs": 79 bits in letters that nobody mistakes, for the first sign-in. */
Secret *password_make(void);

#endif
