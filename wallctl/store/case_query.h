/* case_query.h - lists and counts of cases, for consoles and boards. Functions with a db run on
 * [reader] (reader_submit()) or in a store job; those with a Reader are called on [control]. */
#ifndef WALLCTL_STORE_CASE_QUERY_H
#define WALLCTL_STORE_CASE_QUERY_H

#include "wallctl/model/case.h"
#include "wallctl/store/reader.h"

typedef enum {
    CASES_BY_OPENED = 1, /* newest first */
    CASES_BY_DUE,        /* what is due first; only cases on which a clock runs */
    CASES_BY_SUPERVISED, /* 督办 for longest; only open cases that are */
} CaseOrder;

#define CASE_PAGE_MAX 500

/* Zeroed memory with an order and n fits every case. Texts are borrowed from the caller, who keeps
 * them for the call: the wrappers copy. */
typedef struct {
    CaseOrder order;
    guint n;               /* wanted, 1 to CASE_PAGE_MAX */
    guint32 states;        /* bits of CaseState; 0: any */
    gboolean is_open_only; /* somebody still has to do something */
    gint64 overdue_at_ms;  /* due before this; 0: any */
    const char *region;    /* prefix; NULL: any */
    const char *category;  /* NULL: any */
    const char *level, *risk;
    const char *code; /* prefix */
    /* Of sensitive cases (category.h), with a region smaller than they may be told of one by one
     * (sensitivity_region_level()): such cases are left out, or are the only ones. */
    gboolean hides_protected, is_protected_only;
    gboolean is_counted; /* for a figure: left out are those that do not count for such a region */
    gint64 after_ms,
        after_seq; /* of the page before: its next_ms, next_seq; 0, 0: from the start */
} CaseFilter;

/* One row of a list. Texts are "" where nothing is known. */
typedef struct {
    gint64 seq;
    char *code, *category, *scale, *level, *risk, *sensitivity, *region, *place, *lead_org,
        *owner_title, *channel;
    CaseState state;
    DataClass classification;
    guint supervise, severity, party_count, n_whistles, n_returned, n_escalated, n_reopened;
    gboolean has_position;
    gint32 lon, lat; /* millionths of a degree */
    gint64 opened_ms, registered_ms, resolved_ms, closed_ms, due_ms,
        supervised_ms; /* 0: not (yet) */
    gint64 rev;
} CaseRow;

void case_row_free(CaseRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CaseRow, case_row_free)

/* How long cases are 督办 (since the newest level): within 1, 3, 7, 30 days, and longer. */
#define CASE_AGES 5
extern const guint case_age_days[CASE_AGES - 1];

typedef struct {
    GPtrArray *rows; /* CaseRow */
    gboolean has_more;
    gint64 next_ms, next_seq; /* where the next page begins */
    /* hides_protected, first page of a region so small: how many sensitive cases the township or the
     * village has that such lists leave out, to 1000, whatever else is asked for. */
    gboolean has_hidden;
    gint64 n_hidden;
    gboolean has_ages;
    gint64 ages[CASE_AGES]; /* CASES_BY_SUPERVISED: all that fit, not of this page only */
} CasePage;

void case_page_free(CasePage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CasePage, case_page_free)

/* NULL with an error. Caller owns. */
CasePage *case_query_list(sqlite3 *db, const CaseFilter *filter, GError **error);

/* How many fit, counted up to limit (n and after are not looked at). */
gboolean case_query_count(sqlite3 *db, const CaseFilter *filter, gint64 limit, gint64 *n,
                          GError **error);

/* The whole Case; NULL without an error if there is none. */
Case *case_query_get(sqlite3 *db, const char *code, GError **error);

/* The events of a case in the order of event_compare(), whose text is still kept. Event; caller
 * owns. */
GPtrArray *case_query_events(sqlite3 *db, const char *code, GError **error);

/* The same, but only those that the case follows: what happened to it. Event; caller owns. */
GPtrArray *case_query_steps(sqlite3 *db, const char *code, GError **error);

/* [control] page is NULL with an error and borrowed otherwise. */
typedef void (*CaseListed)(const CasePage *page, const GError *error, gpointer user);
void case_query_list_async(Reader *reader, const CaseFilter *filter, CaseListed done,
                           gpointer user);

/* [control] c is borrowed; NULL: none, or an error. */
typedef void (*CaseFound)(Case *c, const GError *error, gpointer user);
void case_query_get_async(Reader *reader, const char *code, CaseFound done, gpointer user);

#endif
