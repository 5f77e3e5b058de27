/* revisit_store.h - revisits (回访): which cases were drawn, by which seed, and what came of it. The
 * person who is asked is not known here. */
#ifndef WALLCTL_STORE_REVISIT_STORE_H
#define WALLCTL_STORE_REVISIT_STORE_H

#include "wallctl/store/store.h"

typedef struct {
    gint64 id;
    char *case_code;
    gint64 seed, planned_ms, done_ms; /* done_ms 0: not yet */
    char *method;                     /* phone, visit ... ; "" */
    guint satisfaction;               /* 1 to 5, 5 is best; 0: not yet */
    gboolean is_reopened;
} Revisit;

void revisit_free(Revisit *revisit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Revisit, revisit_free)

typedef struct {
    gint64 seed;
    guint n;
    gint64 from_ms, to_ms; /* cases that were resolved from here on and before there */
    const char *region;    /* of cases in it; "": any */
} RevisitDraw;

/* [store] Draws n cases and plans them. The same draw again gives the same rows. Revisit, in the order of
 * the draw; caller owns. */
GPtrArray *revisit_store_draw(sqlite3 *db, const RevisitDraw *draw, gint64 now_ms, GError **error);

/* [store] or [reader] The newest n of cases in the region ("": any), or those not done; one by its id (NULL
 * without an error: none). */
GPtrArray *revisit_store_list(sqlite3 *db, const char *region, gboolean is_open_only, guint n,
                              GError **error);
Revisit *revisit_store_get(sqlite3 *db, gint64 id, GError **error);

/* [store] Writes done_ms, method, satisfaction and is_reopened. */
gboolean revisit_store_finish(sqlite3 *db, const Revisit *revisit, GError **error);

#endif
