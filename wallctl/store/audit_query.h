/* audit_query.h - the register as lists ask for it: newest first, in pages
 *
 * A list looks at AUDIT_LOOK_MAX rows at most, however rare what it asks for is among the rows of its
 * index: then the page is short or empty, and says where the next one goes on.
 */
#ifndef WALLCTL_STORE_AUDIT_QUERY_H
#define WALLCTL_STORE_AUDIT_QUERY_H

#include "wallctl/base/json.h"
#include "wallctl/model/audit.h"
#include "wallctl/store/reader.h"

#define AUDIT_PAGE_MAX 500
#define AUDIT_LOOK_MAX 10000

/* Zeroed memory with n fits every row. Texts are borrowed; NULL: any. */
typedef struct {
    guint n;               /* wanted, 1 to AUDIT_PAGE_MAX */
    gint64 from_ms, to_ms; /* from <= at_ms < to; 0: any */
    AuditKind kind;        /* 0: any */
    const char *account, *camera, *object, *wall;
    const char *text; /* somewhere in name, unit, object, reason or content */
    gboolean is_refused_only;
    gint64 after_ms,
        after_seq; /* of the page before: its next_ms, next_seq; 0, 0: from the newest */
} AuditFilter;

typedef struct {
    gint64 seq;
    AuditRow *row;
} AuditListed;

typedef struct {
    GArray *rows;      /* AuditListed, newest first */
    gint64 total;      /* rows of the whole register */
    gint64 n_found;    /* that fit, from this page on */
    gboolean is_exact; /* FALSE: n_found is of the rows that were looked at */
    gboolean has_more;
    gint64 next_ms, next_seq; /* where the next page begins */
} AuditPage;

void audit_page_free(AuditPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditPage, audit_page_free)

/* [reader] NULL with an error. Caller owns. */
AuditPage *audit_query_list(sqlite3 *db, const AuditFilter *filter, GError **error);

/* [control] The filter is copied. page is NULL with an error and borrowed otherwise. */
typedef void (*AuditListedFunc)(const AuditPage *page, const GError *error, gpointer user);
void audit_query_list_async(Reader *reader, const AuditFilter *filter, AuditListedFunc done,
                            gpointer user);

/* {"seq","at_ms","kind","account",...}: texts and numbers that are there. Caller owns. */
Json *audit_row_json(gint64 seq, const AuditRow *row);

#endif
