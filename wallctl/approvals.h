/* approvals.h - what takes two people: one asks, another one agrees. [control]
 *
 * What leaves the house is given out only to the account that asked for exactly this, once a second person
 * with RIGHT_EXPORT_APPROVE has agreed. A request that nobody answers ends after APPROVAL_MS, and so does
 * an approval that was given; with the daemon all of them end. Machines may ask, only people agree, and
 * nobody agrees to what he asked for himself. Who administers the machine (CALLER_LOCAL) has the files
 * anyway and is not asked.
 */
#ifndef WALLCTL_APPROVALS_H
#define WALLCTL_APPROVALS_H

#include "wallctl/model/caller.h"

#define APPROVAL_MS           (G_GINT64_CONSTANT(30) * 60 * 1000)
#define APPROVALS_MAX         256
#define APPROVALS_PER_ACCOUNT 16

typedef struct Approvals Approvals;

typedef enum {
    APPROVAL_WAITING = 1,
    APPROVAL_GRANTED,
} ApprovalState;

typedef struct {
    guint id;
    ApprovalState state;
    char *what;       /* approval_what() */
    char *reason;     /* 事由 */
    Caller *asker;    /* as of when it was asked */
    Caller *approver; /* NULL while it waits */
    gint64 asked_ms, ends_ms;
} Approval;

Approvals *approvals_new(void);
void approvals_free(Approvals *approvals);

/* What is asked for, as one text: path below /api/v1/ and query in the order of its keys. Caller frees. */
char *approval_what(char *const *parts, GHashTable *query);

/* Who asks again for the same gets the request that is there. NULL with WALL_ERROR_LIMIT. Borrowed. */
const Approval *approvals_ask(Approvals *approvals, Caller *asker, const char *what,
                              const char *reason, GError **error);

/* A second person says yes or no. FALSE with NOT_FOUND (also when its time is up, or the approver's region
 * does not hold the asker's), DENIED for one's own, and for a machine. A request that was refused is gone. */
gboolean approvals_answer(Approvals *approvals, guint id, Caller *approver, gboolean is_granted,
                          GError **error);

/* The asker takes it back. FALSE with NOT_FOUND. */
gboolean approvals_withdraw(Approvals *approvals, guint id, const Caller *asker, GError **error);

/* The approval under which this caller may have it now; NULL: there is none. Borrowed. */
const Approval *approvals_find(Approvals *approvals, const Caller *asker, const char *what);

const Approval *approvals_get(Approvals *approvals, guint id); /* NULL: none. Borrowed */

/* May this caller answer it? */
gboolean approval_is_for(const Approval *approval, const Caller *approver);

/* Of one's own, and those that one may answer: const Approval *, oldest first; caller owns the array alone. */
GPtrArray *approvals_list(Approvals *approvals, const Caller *caller);

#endif
