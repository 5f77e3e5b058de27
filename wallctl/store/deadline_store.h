/* deadline_store.h - the clocks of cases: when each reaches its next mark, and what was told of it
 *
 * A clock itself is never stored (model/deadline.h); a row says how far people have been told (warned:
 * 0, 50, 80 or 100 %), so each mark is told once, also over a restart and when events came late.
 * A due time that moves away takes back what is not true any more, and that will be told anew.
 *
 * case_store.c keeps the rows in step with the cases. What is due is found by an index on the next
 * mark: no look costs more than the clocks that it finds.
 */
#ifndef WALLCTL_STORE_DEADLINE_STORE_H
#define WALLCTL_STORE_DEADLINE_STORE_H

#include "wallctl/store/case_store.h"

/* [store] The rows of a case as its clocks are at now_ms. */
gboolean deadline_store_keep(sqlite3 *db, const char *code, const Deadline *list, guint n,
                             gint64 now_ms, GError **error);

/* Would keep() leave the rows alone? Pure. */
gboolean deadline_store_is_same(const Deadline *was, guint n_was, const Deadline *is, guint n_is);

/* A clock that has reached a mark. */
typedef struct {
    Case *c;
    char *kind, *name; /* finish, 办结 */
    guint mark;        /* 50, 80 or DEADLINE_MISSED */
    guint used;        /* percent */
    gint64 due_ms;
    gboolean escalates;
} DeadlineNews;

typedef struct {
    GPtrArray *news; /* DeadlineNews */
    gint64 next_ms;  /* when to look again; G_MAXINT64: no clock runs */
} DeadlineLook;

/* [control] look is NULL with an error and borrowed otherwise. What is told of 50 and 80 % is marked
 * as told already; a missed one comes again until deadline_store_missed(). */
typedef void (*DeadlineLooked)(const DeadlineLook *look, const GError *error, gpointer user);
void deadline_store_look(Store *store, CasePolicy *policy, DeadlineLooked done, gpointer user);

/* [control] The event that follows from it is durable. done may be NULL. */
void deadline_store_missed(Store *store, const DeadlineNews *news, StoreDone done, gpointer user);

#endif
