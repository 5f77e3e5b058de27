/* case_table.h - the rows of case_: columns for lists, JSON for the whole value. [store], reading also
 * [reader] */
#ifndef WALLCTL_STORE_CASE_TABLE_H
#define WALLCTL_STORE_CASE_TABLE_H

#include "wallctl/store/case_query.h"

/* "code, state, ..." of which case_table_row() reads; seq comes first. */
#define CASE_ROW_COLUMNS                                                                           \
    "seq, code, state, category, scale, level, risk, sensitivity, region, place, lead_org, "       \
    "owner_title, channel, classification, supervise, severity, party_count, n_whistles, "         \
    "n_returned, n_escalated, n_reopened, lon, lat, opened_ms, registered_ms, resolved_ms, "       \
    "closed_ms, due_ms, supervised_ms, rev"

/* Its matter is settled, whatever is still to be verified. */
gboolean case_is_resolved(const Case *c);

typedef struct {
    Case *c; /* NULL: no such case */
    gint64 due_ms, rev;
} CaseRecord;

void case_record_clear(CaseRecord *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CaseRecord, case_record_clear)

/* WALL_ERROR_INVALID: the row cannot be read any more. */
gboolean case_table_get(sqlite3 *db, const char *code, CaseRecord *record, GError **error);

/* now in the place of before (c NULL: a new row); only what changed is written. */
gboolean case_table_put(sqlite3 *db, const CaseRecord *before, const CaseRecord *now,
                        gint64 changed_ms, GError **error);

gboolean case_table_set_due(sqlite3 *db, const char *code, gint64 due_ms, GError **error);

/* A row of a query that selects CASE_ROW_COLUMNS. Caller owns. */
CaseRow *case_table_row(sqlite3_stmt *query);

#endif
