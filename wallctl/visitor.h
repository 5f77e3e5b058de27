/* visitor.h - visitor mode (参观模式): chosen screens show public boards only, until somebody who knows the
 * PIN ends it. [control]
 *
 * Beginning takes no PIN: the visitors are at the door. It is on disk, and read before the first picture
 * is composed; when that cannot be read every screen is covered. Leaving takes the PIN, which is kept as
 * an Argon2id hash and checked on a worker, one at a time. Wrong ones are counted over restarts, and waited
 * for (pin.h): by whomever they were given, because it is one number for all.
 */
#ifndef WALLCTL_VISITOR_H
#define WALLCTL_VISITOR_H

#include "config/config.h"
#include "wallctl/base/json.h"
#include "wallctl/base/secret.h"
#include "wallctl/base/work.h"
#include "wallctl/store/store.h"

typedef struct Visitor Visitor;

/* On some screens of the wall it has begun or ended. */
typedef void (*VisitorChanged)(const char *wall, gboolean is_on, const char *actor, gpointer user);

/* store NULL: nothing is kept. Never fails: see above. */
Visitor *visitor_new(Store *store, WorkPool *work, const Config *config, VisitorChanged changed,
                     gpointer user);
void visitor_stop(Visitor *visitor); /* a check under way is answered UNAVAILABLE */
void visitor_free(Visitor *visitor);

gboolean visitor_is_on(const Visitor *visitor, const char *wall, const char *screen);
gboolean visitor_has_pin(const Visitor *visitor);

/* screens NULL: all of the wall, also those that come later. FALSE: nothing has changed. */
gboolean visitor_begin(Visitor *visitor, const WallConfig *wall, const char *const *screens,
                       const char *actor);
gboolean visitor_end(Visitor *visitor, const WallConfig *wall, const char *const *screens,
                     const char *actor);

typedef enum {
    PIN_GOOD = 1,
    PIN_WRONG,
    PIN_WAIT, /* not looked at */
    PIN_NONE, /* none is set: an administrator sets one */
    PIN_UNAVAILABLE,
} PinResult;

/* wait_s: until the next one is looked at; 0: at once. error: of hashing, or NULL. */
typedef void (*PinDone)(PinResult result, guint wait_s, const GError *error, gpointer user);

/* done runs later, or at once for WAIT, NONE, UNAVAILABLE. */
void visitor_check_pin(Visitor *visitor, Secret *pin, PinDone done, gpointer user);
void visitor_set_pin(Visitor *visitor, Secret *pin, PinDone done, gpointer user);

/* [{"wall","screens":[...]?,"since","by"}]: without screens all of the wall. */
Json *visitor_walls_json(const Visitor *visitor);

/* {"has_pin","failures","wait_s","walls":[...]}. Caller owns. */
Json *visitor_json(const Visitor *visitor);

#endif
