/* dial.h - a WebSocket to a case database that we open and keep open: events come in. [control]
 *
 * Subprotocol "cloudevents.json". Once open we say from where on: a CloudEvent of type
 * org.wallctl.intake.resume.v1 with data {"after": CURSOR}, and "{after}" in the address is the
 * cursor too. Then events and receipts as in intake.h. Tries again for ever, after 1 to 30 s.
 */
#ifndef WALLCTL_WEB_DIAL_H
#define WALLCTL_WEB_DIAL_H

#include "web/intake.h"
#include "web/wire.h"

typedef struct Dial Dial;

/* WAITING: for the next try, after something that passes. REFUSED: likewise, but somebody must act:
 * token, certificate, subprotocol or address is wrong. */
typedef enum { DIAL_IDLE = 1, DIAL_CONNECTING, DIAL_OPEN, DIAL_WAITING, DIAL_REFUSED } DialState;

const char *dial_state_word(DialState state); /* "idle" ... borrowed */

/* reason: English, NULL in IDLE, CONNECTING and OPEN. Do not free the dial from here. */
typedef void (*DialChanged)(Dial *dial, DialState state, const char *reason, gpointer user);

/* Opens nothing until dial_start(). target is copied; source: the id that its messages have. NULL
 * with WALL_ERROR_INVALID. */
Dial *dial_new(WireHub *hub, Intake *intake, const WireTarget *target, const char *source,
               DialChanged changed, gpointer user, GError **error);
void dial_free(Dial *dial);

/* From where on to ask at the next opening: what the store has durable. At most 256 bytes. */
void dial_set_cursor(Dial *dial, const char *cursor);
void dial_start(Dial *dial);
DialState dial_state(const Dial *dial);

#endif
