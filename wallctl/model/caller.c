/* caller.c - who asks, and may it be? */
#include "wallctl/model/caller.h"

#include "wallctl/model/calendar.h"
#include "wallctl/model/region.h"

#include <string.h>

static const GrantLevel level_for[N_RIGHTS] = {
    [RIGHT_WALL_VIEW] = GRANT_VIEW,         [RIGHT_WALL_OPERATE] = GRANT_OPERATE,
    [RIGHT_WALL_EDIT] = GRANT_EDIT,         [RIGHT_WALL_OVERRIDE] = GRANT_OVERRIDE,
    [RIGHT_VISITOR_SWITCH] = GRANT_OPERATE,
};

static Caller *caller_new(CallerKind kind, const char *id, const char *address)
{
    Caller *caller = g_new0(Caller, 1);
    caller->refs = 1;
    caller->kind = kind;
    caller->id = g_strdup(id);
    caller->address = g_strdup(address);
    return caller;
}

Caller *caller_new_local(const char *user)
{
    Caller *caller = caller_new(CALLER_LOCAL, "local", "local");
    caller->name = g_strdup(user);
    caller->unit = g_strdup("");
    caller->session = g_strdup("");
    caller->reason = g_strdup("");
    caller->region = g_strdup("");
    caller->rights = RIGHTS_ALL;
    return caller;
}

Caller *caller_new_session(Account *account, const char *address, const char *session,
                           const char *reason, gboolean must_change)
{
    Caller *caller = caller_new(CALLER_SESSION, account->id, address);
    caller->account = account_ref(account);
    caller->name = g_strdup(account->name);
    caller->unit = g_strdup(account->unit);
    caller->session = g_strdup(session);
    caller->reason = g_strdup(reason);
    caller->region = g_strdup(account->region);
    caller->must_change = must_change;
    caller->rights =
        must_change ? 1u << RIGHT_ANYBODY | 1u << RIGHT_SIGNED_IN : roles_rights(account->roles);
    return caller;
}

Caller *caller_new_token(const char *name, const char *region, RightSet rights, const char *address)
{
    g_autofree char *id = g_strconcat("token:", name, NULL);
    Caller *caller = caller_new(CALLER_TOKEN, id, address);
    caller->name = g_strdup(name);
    caller->unit = g_strdup("");
    caller->session = g_strdup(id);
    caller->reason = g_strdup("");
    caller->region = g_strdup(region);
    caller->rights = rights | 1u << RIGHT_ANYBODY | 1u << RIGHT_SIGNED_IN;
    return caller;
}

Caller *caller_ref(Caller *caller)
{
    g_atomic_int_inc(&caller->refs);
    return caller;
}

void caller_unref(Caller *caller)
{
    if (!caller || !g_atomic_int_dec_and_test(&caller->refs))
        return;
    account_unref(caller->account);
    g_free(caller->id);
    g_free(caller->name);
    g_free(caller->unit);
    g_free(caller->address);
    g_free(caller->session);
    g_free(caller->reason);
    g_free(caller->region);
    g_free(caller);
}

gboolean caller_may(const Caller *caller, Right right)
{
    return caller ? rights_have(caller->rights, right) : right == RIGHT_ANYBODY;
}

gboolean caller_may_wall(const Caller *caller, const char *wall, Right right, gint64 unix_ms)
{
    if (!caller_may(caller, right))
        return FALSE;
    const Account *account = caller ? caller->account : NULL;
    if (!account || account->n_walls == 0 || !level_for[right])
        return TRUE;
    guint week_min = calendar_weekday(calendar_day(unix_ms)) * 24 * 60 + calendar_minute(unix_ms);
    for (guint i = 0; i < account->n_walls; i++) {
        const WallGrant *grant = &account->walls[i];
        if (grant->level >= level_for[right] && strcmp(grant->wall, wall) == 0 &&
            wall_grant_holds(grant, week_min))
            return TRUE;
    }
    return FALSE;
}

gboolean caller_sees_region(const Caller *caller, const char *region)
{
    return caller && region_is_inside(region, caller->region);
}

gboolean caller_has(const Caller *caller, const char *region, const char *unit)
{
    return caller_sees_region(caller, region) ||
           (caller && unit && *unit && strcmp(caller->unit, unit) == 0);
}
