/* sessions.h - who is signed in, and which machines have a token. [control]
 *
 * A session's cookie and a token are 256 random bits; only their SHA-256 is kept, in memory and in the store, so that a restart
 * of the daemon signs nobody out. A session ends by signing out, after idle_ms without a person, after life_ms whatever
 * happens, and as soon as its account is disabled, deleted or has a new password.
 */
#ifndef WALLCTL_SESSIONS_H
#define WALLCTL_SESSIONS_H

#include "wallctl/accounts.h"
#include "wallctl/base/secret.h"
#include "wallctl/model/caller.h"

#define SESSIONS_MAX         10000
#define SESSIONS_PER_ACCOUNT 16 /* the one that was used longest ago goes */
#define TOKENS_MAX           256

typedef struct Sessions Sessions;

typedef struct {
    gint64 idle_ms, life_ms;
} SessionRules;

/* Some sessions or tokens are no more what they were: connections that hold a Caller ask again. */
typedef void (*SessionsChanged)(gpointer user);

Sessions *sessions_new(Store *store, Accounts *accounts, const SessionRules *rules,
                       SessionsChanged changed, gpointer user, GError **error);
void sessions_free(Sessions *sessions);
void sessions_set_rules(Sessions *sessions, const SessionRules *rules);

/* The cookie of a new session for an account that exists. reason: 事由. Caller owns. */
Secret *sessions_begin(Sessions *sessions, const char *account, const char *address,
                       const char *reason);

/* NULL: no such session, or its time is up. A new reference. */
Caller *sessions_by_cookie(Sessions *sessions, const char *cookie);
Caller *sessions_by_token(Sessions *sessions, const char *token, const char *address);

/* Who a machine is that shows no token, but is known by where it comes from: the rights that the token of this name
 * has, within most. NULL: no such token, or its time is up. A new reference. */
Caller *sessions_by_token_name(Sessions *sessions, const char *name, RightSet most,
                               const char *address);

/* The same session or token as it is now; NULL when it has ended. A new reference. */
Caller *sessions_refresh(Sessions *sessions, const Caller *caller);

void sessions_touch(Sessions *sessions, const Caller *caller); /* a person did something */
void sessions_set_reason(Sessions *sessions, const Caller *caller, const char *reason);
void sessions_end(Sessions *sessions, const Caller *caller);
/* All of an account, but for one (NULL: none). */
void sessions_end_account(Sessions *sessions, const char *account, const Caller *except);

/* When the session ends at the latest; 0 for other callers. */
gint64 sessions_ends_ms(const Sessions *sessions, const Caller *caller);
guint sessions_count(const Sessions *sessions);

/* A new token; WALL_ERROR_INVALID when the name is taken or no name, WALL_ERROR_LIMIT. Caller owns what comes back. */
Secret *sessions_add_token(Sessions *sessions, const TokenRecord *record, GError **error);
gboolean sessions_delete_token(Sessions *sessions, const char *id); /* FALSE: there is none */
GPtrArray *sessions_tokens(
    const Sessions *sessions); /* const TokenRecord *, by id; caller owns the array alone */

#endif
