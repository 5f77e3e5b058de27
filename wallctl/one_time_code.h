/* one_time_code.h - the six digits of an authenticator app as a second factor (RFC 6238: SHA-1, 30 s). [any] */
#ifndef WALLCTL_ONE_TIME_CODE_H
#define WALLCTL_ONE_TIME_CODE_H

#include <glib.h>

#define CODE_SEED_BYTES 20

/* The step of time that the code stands for, of the present one and its neighbours; 0: it is none of them. What was taken
 * once is not taken again: the caller keeps the step and passes the newest (0 at first). */
guint64 code_step(const guint8 *seed, const char *code, gint64 unix_ms, guint64 newest);

/* otpauth://totp/... for the app's camera. It holds the seed: shown once, to its owner, never logged. Caller wipes and frees. */
char *code_address(const guint8 *seed, const char *site, const char *account);

#endif
