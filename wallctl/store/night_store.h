/* night_store.h - what was deleted and copied when: a row a night, and one for each run that somebody
 * asked for */
#ifndef WALLCTL_STORE_NIGHT_STORE_H
#define WALLCTL_STORE_NIGHT_STORE_H

#include "wallctl/base/json.h"
#include "wallctl/store/retention.h"

typedef enum {
    NIGHT_FIRST = 1, /* nothing was done: the nights count from here */
    NIGHT_CLOCK,     /* by the clock */
    NIGHT_ASKED,     /* by a person; nothing was copied */
} NightCause;

const char *night_cause_word(NightCause cause); /* "first", "clock", "asked"; borrowed */

typedef struct {
    NightCause cause;
    gint64 started_ms, ended_ms; /* ended_ms 0: it was under way when this was written */
    Json *deleted;               /* as night_deleted_json() */
    char *fault;                 /* NULL: good */
    char *copy;                  /* name of the copy; NULL: none was made */
    gint64 copy_bytes;
    char *chain_head; /* after the deletion, as chain_end_dup_text(); NULL: it was not come to */
} NightReport;

void night_report_free(NightReport *report);
NightReport *night_report_copy(const NightReport *report); /* caller owns */

/* {"event-bodies": {"n": 3, "from_ms": ..., "to_ms": ...}, ...}: all classes; times only where n > 0.
 * Caller owns. */
Json *night_deleted_json(const RetentionReport *report);

/* [control] Writes the row, or writes it anew (it is known by started_ms). done may be NULL; its data
 * is the report as written. */
void night_store_save(Store *store, const NightReport *report, StoreDone done, gpointer user);

/* The newest n reports but for the first, newest first, of NightReport; and when the last night by the
 * clock began that ended well (or the first row was written; 0: there is none). NULL with an error. */
GPtrArray *night_store_read(sqlite3 *db, guint n, gint64 *last_ms, GError **error);

#endif
