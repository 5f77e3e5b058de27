/* error.h - the codes by which a caller decides; the message is for a person. [any] */
#ifndef WALLCTL_BASE_ERROR_H
#define WALLCTL_BASE_ERROR_H

#include <glib.h>

#define WALL_ERROR (wall_error_quark())
GQuark wall_error_quark(void);

typedef enum {
    WALL_ERROR_INVALID = 1, /* the input is wrong: say file, place, value and what is accepted */
    WALL_ERROR_NOT_FOUND,   /* names something that does not exist */
    WALL_ERROR_STALE,       /* based on an older revision; what changed is in the answer */
    WALL_ERROR_LOCKED,      /* refused by a lock */
    WALL_ERROR_LIMIT,       /* a stated bound is reached: size, count, queue */
    WALL_ERROR_UNSUPPORTED, /* no decoder, no such profile, no such output here */
    WALL_ERROR_UNAVAILABLE, /* a peer, disk or device does not serve now; may later */
    WALL_ERROR_DENIED,      /* credentials or right missing */
    WALL_ERROR_INTERNAL,    /* our mistake */
} WallError;

/* Like g_set_error(). What an operator runs into is said in Chinese, too, with the same arguments in
 * the same order; it stays with the error wherever that goes. */
void wall_error_set(GError **error, WallError code, const char *en, const char *zh, ...)
    G_GNUC_PRINTF(3, 5) G_GNUC_PRINTF(4, 5);

/* The same of ready texts; zh may be NULL. */
void wall_error_set_literal(GError **error, WallError code, const char *en, const char *zh);

const char *wall_error_zh(const GError *error); /* NULL: there is English only. Borrowed. */

/* Stable lower-case word of a code for the API, e.g. "stale". Borrowed. */
const char *wall_error_word(int code);

#endif
