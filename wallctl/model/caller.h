/* caller.h - who asks: made when a request, a WebSocket or a command line comes in, and asked by whoever
 * decides. Immutable, counted. [control] */
#ifndef WALLCTL_MODEL_CALLER_H
#define WALLCTL_MODEL_CALLER_H

#include "wallctl/model/account.h"

typedef enum {
    CALLER_LOCAL = 1, /* at the UNIX socket: who administers the machine */
    CALLER_SESSION,   /* signed in by a browser */
    CALLER_TOKEN,     /* a machine */
} CallerKind;

typedef struct {
    gint refs;
    CallerKind kind;
    char *id; /* "zhang", "token:dispatch-desk", "local": what walls and journals are signed with */
    char *name, *unit; /* for the register */
    char *address;     /* IP, "local" at the UNIX socket */
    char *session;     /* public name of the session or token, never its secret; "" for local */
    char *reason; /* 事由: why this person looks at cameras, until told otherwise; may be "" */
    RightSet rights;
    Account *account;     /* NULL unless kind is CALLER_SESSION */
    char *region;         /* as Account.region */
    gboolean must_change; /* the password first: has no right but RIGHT_SIGNED_IN */
} Caller;

Caller *caller_ref(Caller *caller);
void caller_unref(Caller *caller);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Caller, caller_unref)

/* All rights; user is the account of the operating system. */
Caller *caller_new_local(const char *user);
/* takes nothing; texts are copied, account is referenced. */
Caller *caller_new_session(Account *account, const char *address, const char *session,
                           const char *reason, gboolean must_change);
Caller *caller_new_token(const char *name, const char *region, RightSet rights,
                         const char *address);

/* NULL caller: nobody is signed in. */
gboolean caller_may(const Caller *caller, Right right);

/* The same for this wall at this time; right is one of RIGHT_WALL_..., others are asked of caller_may(). */
gboolean caller_may_wall(const Caller *caller, const char *wall, Right right, gint64 unix_ms);

/* Is this region within the caller's? "" (unknown) is only within the whole site. */
gboolean caller_sees_region(const Caller *caller, const char *region);

/* The same, or addressed to the caller's own unit (NULL or "": to nobody). */
gboolean caller_has(const Caller *caller, const char *region, const char *unit);

#endif
