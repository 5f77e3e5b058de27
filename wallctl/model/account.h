/* account.h - who works here: name, unit, roles, and where they hold. A value; no secrets in it. [any]
 *
 * Accounts are staff, never citizens. region: the account sees cameras and cases of regions that begin with
 * this code ("" is the whole site). walls: for a wall that is named here the grants decide how far a right on
 * walls goes and when; a wall that is not named follows the roles, unless the list names any at all: then it
 * is not to be seen.
 */
#ifndef WALLCTL_MODEL_ACCOUNT_H
#define WALLCTL_MODEL_ACCOUNT_H

#include "wallctl/base/faults.h"
#include "wallctl/base/json.h"
#include "wallctl/model/right.h"

#include <glib.h>

#define ACCOUNT_MAX_ID 32
#define ACCOUNT_MAX_TEXT                                                                           \
    64 /* characters of a name or unit: as of a site, whose first account has its name */
#define ACCOUNT_MAX_WALLS 64

typedef enum { GRANT_VIEW = 1, GRANT_OPERATE, GRANT_EDIT, GRANT_OVERRIDE } GrantLevel;

/* Minutes of the local day; from = to is the whole day, from > to goes over midnight (the night belongs to
 * the day on which it begins). days: bit 0 is Monday. */
typedef struct {
    char *wall;
    GrantLevel level;
    guint from_min, to_min;
    guint8 days;
} WallGrant;

typedef struct {
    gint refs;
    char *id;          /* what one signs in with: a-z 0-9 . _ -, lower case */
    char *name, *unit; /* 姓名, 单位: for the register */
    RoleSet roles;
    char *region;
    guint n_walls;
    WallGrant *walls;
    gboolean is_disabled;
} Account;

/* {"id","name","unit","roles":[],"region"?,"walls"?:[{"wall","level","from"?,"to"?,"days"?:[1..7]}],"disabled"?}; NULL with faults.
 * Caller owns. */
Account *account_from_json(Json *json, Faults *faults, const char *place);
Json *account_to_json(const Account *account);

Account *account_ref(Account *account);
void account_unref(Account *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_unref)

gboolean account_id_is_valid(const char *id);

/* Does the grant hold at this minute of the local week (0 is Monday 00:00)? */
gboolean wall_grant_holds(const WallGrant *grant, guint week_min);

#endif
