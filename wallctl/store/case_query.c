/* case_query.c - lists and counts of cases
 *
 * A list names the index that it walks, because only we know how many rows a word stands for. A
 * condition that few cases fit is looked up and the few are sorted; else the cases are walked in the
 * order of the list until the page is full. The columns that ride along in each index (schema.c) let
 * most of what does not fit be passed over without reading its row.
 */
#include "wallctl/store/case_query.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/category.h"
#include "wallctl/store/case_table.h"
#include "wallctl/store/inbox.h"
#include "wallctl/store/sql.h"

#include <string.h>

#define FEW             2000  /* rows that are looked up and sorted in 15 ms */
#define SCANNED         20000 /* entries of an index that are read in 5 ms */
#define TOWNSHIP_DIGITS 9
#define VILLAGE_DIGITS  12

/* --- conditions ----------------------------------------------------------------------------------
 */

typedef struct {
    const char *text; /* NULL: number */
    gint64 number;
} Value;

typedef struct {
    GString *sql;
    GArray *values; /* Value, in the order of the question marks */
    GPtrArray *owned;
} Where;

static void where_init(Where *where)
{
    *where = (Where) { g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(Value)),
                       g_ptr_array_new_with_free_func(g_free) };
}

static void where_clear(Where *where)
{
    g_string_free(where->sql, TRUE);
    g_array_unref(where->values);
    g_ptr_array_unref(where->owned);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Where, where_clear)

static void add_term(Where *where, const char *term)
{
    g_string_append(where->sql, where->sql->len ? " AND " : "");
    g_string_append(where->sql, term);
}

static void add_text(Where *where, const char *term, const char *text)
{
    Value value = { .text = text };
    add_term(where, term);
    g_array_append_val(where->values, value);
}

static void add_number(Where *where, const char *term, gint64 number)
{
    Value value = { .number = number };
    add_term(where, term);
    g_array_append_val(where->values, value);
}

/* Codes are ASCII, so the prefix and 0x7f is behind all that begin with it. */
static void add_prefix(Where *where, const char *from, const char *below, const char *prefix)
{
    char *end = g_strconcat(prefix, "\x7f", NULL);
    g_ptr_array_add(where->owned, end);
    add_text(where, from, prefix);
    add_text(where, below, end);
}

static void add_states(Where *where, guint32 states)
{
    GString *term = g_string_new("state IN (");
    const char *divider = "";
    for (guint i = 1; i <= CASE_LAST; i++) {
        if ((states >> i & 1) == 0)
            continue;
        g_string_append_printf(term, "%s'%s'", divider, case_state_word((CaseState)i));
        divider = ", ";
    }
    add_term(where, g_string_append_c(term, ')')->str);
    g_string_free(term, TRUE);
}

static gboolean is_hidden(const CaseFilter *filter, Sensitivity sensitivity)
{
    const char *region = filter->region ? filter->region : "";
    char counted[REGION_MAX_DIGITS + 1];
    if (filter->is_counted) {
        region_counted(region, sensitivity, counted);
        return strlen(counted) < strlen(region);
    }
    return sensitivity_is_protected(sensitivity) &&
           region_level(region) > sensitivity_region_level(sensitivity);
}

/* Words of the sensitivities that this filter is about: 'minor', 'dv'. */
static char *hidden_words(const CaseFilter *filter)
{
    GString *words = g_string_new(NULL);
    for (guint i = 1; i <= SENSITIVITY_LAST; i++) {
        if (is_hidden(filter, (Sensitivity)i))
            g_string_append_printf(words, "%s'%s'", words->len ? ", " : "",
                                   sensitivity_word((Sensitivity)i));
    }
    return g_string_free(words, FALSE);
}

static void add_protection(Where *where, const CaseFilter *filter)
{
    g_autofree char *words = hidden_words(filter);
    if (filter->is_protected_only) {
        g_autofree char *term = g_strdup_printf("sensitivity IN (%s)", words);
        add_term(where, term);
    } else if (*words) {
        g_autofree char *term = g_strdup_printf("coalesce(sensitivity, '') NOT IN (%s)", words);
        add_term(where, term);
    }
}

static void add_filter(Where *where, const CaseFilter *filter)
{
    if (filter->code)
        add_prefix(where, "code >= ?", "code < ?", filter->code);
    if (filter->region)
        add_prefix(where, "region >= ?", "region < ?", filter->region);
    if (filter->category)
        add_text(where, "category = ?", filter->category);
    if (filter->level)
        add_text(where, "level = ?", filter->level);
    if (filter->risk)
        add_text(where, "risk = ?", filter->risk);
    if (filter->states)
        add_states(where, filter->states);
    if (filter->is_open_only)
        add_term(where, "is_open = 1");
    if (filter->overdue_at_ms)
        add_number(where, "due_ms < ?", filter->overdue_at_ms);
    if (filter->hides_protected || filter->is_protected_only || filter->is_counted)
        add_protection(where, filter);
}

static void bind_values(SqlStatement *query, const Where *where)
{
    for (guint i = 0; i < where->values->len; i++) {
        const Value *value = &g_array_index(where->values, Value, i);
        if (value->text)
            sql_bind_text(query, (int)i + 1, value->text);
        else
            sql_bind_int(query, (int)i + 1, value->number);
    }
}

/* --- which index ---------------------------------------------------------------------------------
 */

static guint32 open_states(void)
{
    guint32 states = 0;
    for (guint i = 1; i <= CASE_LAST; i++)
        states |= case_state_is_open((CaseState)i) ? 1u << i : 0;
    return states;
}

/* Says what follows from what is asked, so that the smaller index can be walked; FALSE: no case fits. */
static gboolean narrow(const CaseFilter *filter, CaseFilter *narrowed)
{
    guint32 open = open_states();
    *narrowed = *filter;
    if (filter->is_open_only && filter->states)
        narrowed->states &= open;
    if (filter->states && (filter->states & ~open) == 0)
        narrowed->is_open_only = TRUE;
    return !filter->states || narrowed->states;
}

typedef enum { BY_CODE, BY_REGION, BY_CATEGORY, BY_STATE, BY_DUE, N_LOOKUPS } Lookup;

static const struct {
    const char *index, *columns; /* those that ride along in the index */
} lookups[N_LOOKUPS] = {
    [BY_CODE] = { "case_code", "code" },
    [BY_REGION] = { "case_region", "category, level, risk" },
    [BY_CATEGORY] = { "case_category", "region, level, risk" },
    [BY_STATE] = { "case_state", "state" },
    [BY_DUE] = { "case_due", "region, category, level, risk, state, is_open" },
};

/* What such an index finds by its first column, and what its other columns tell; FALSE: not asked for. */
static gboolean split(const CaseFilter *filter, Lookup lookup, CaseFilter *found, CaseFilter *told)
{
    *found = *told = (CaseFilter) { 0 };
    CaseFilter most = { .region = filter->region,
                        .category = filter->category,
                        .level = filter->level,
                        .risk = filter->risk };
    if (lookup == BY_REGION || lookup == BY_CATEGORY || lookup == BY_DUE)
        *told = most;
    switch (lookup) {
    case BY_CODE:
        found->code = filter->code;
        return filter->code != NULL;
    case BY_REGION:
        found->region = g_steal_pointer(&told->region);
        return filter->region != NULL;
    case BY_CATEGORY:
        found->category = g_steal_pointer(&told->category);
        return filter->category != NULL;
    case BY_STATE:
        found->states = filter->states;
        return filter->states != 0;
    case BY_DUE:
        found->overdue_at_ms = filter->overdue_at_ms;
        told->states = filter->states;
        told->is_open_only = filter->is_open_only;
        return filter->overdue_at_ms != 0;
    default:
        return FALSE;
    }
}

/* How many rows are left to look up; more than FEW, too, where it would take long to tell. */
static gboolean count_left(sqlite3 *db, Lookup lookup, const CaseFilter *found,
                           const CaseFilter *told, gint64 *n, GError **error)
{
    g_auto(Where) where, rest;
    where_init(&where);
    where_init(&rest);
    add_filter(&where, found);
    add_filter(&rest, told);
    g_autofree char *sql =
        g_strdup_printf("WITH found AS (SELECT %s FROM case_ INDEXED BY %s WHERE %s LIMIT %d) "
                        "SELECT count(*), count(CASE WHEN %s THEN 1 END) FROM found",
                        lookups[lookup].columns, lookups[lookup].index, where.sql->str, SCANNED,
                        rest.sql->len ? rest.sql->str : "1");
    g_array_append_vals(where.values, rest.values->data, rest.values->len);
    g_autoptr(SqlOnce) query = sql_prepare_once(db, sql, error);
    gboolean has_row;
    if (!query)
        return FALSE;
    bind_values(query, &where);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    gboolean is_all = sqlite3_column_int64(query, 0) < SCANNED;
    *n = is_all ? sqlite3_column_int64(query, 1) : FEW + 1;
    return TRUE;
}

/* The index under which fewest rows are, if they are few; *index is NULL else. */
static gboolean find_few(sqlite3 *db, const CaseFilter *filter, const char **index, GError **error)
{
    gint64 fewest = FEW, n;
    *index = NULL;
    for (Lookup lookup = 0; lookup < N_LOOKUPS; lookup++) {
        CaseFilter found, told;
        if (!split(filter, lookup, &found, &told))
            continue;
        if (!count_left(db, lookup, &found, &told, &n, error))
            return FALSE;
        if (n <= fewest) {
            *index = lookups[lookup].index;
            fewest = n;
        }
    }
    return TRUE;
}

/* Of a filter that is narrowed. What is open is read from its index alone, all of it if need be: that
 * are thousands, and not the millions of a case store's life. */
static const char *choose_index(sqlite3 *db, const CaseFilter *filter, GError **error)
{
    const char *few;
    if (filter->order == CASES_BY_SUPERVISED)
        return "case_supervised"; /* few by their nature */
    if (filter->is_protected_only)
        return "case_sensitive";
    if (filter->order == CASES_BY_DUE && !filter->code)
        return "case_due";
    if (filter->is_open_only && !filter->code)
        return "case_open";
    if (!find_few(db, filter, &few, error))
        return NULL;
    if (few)
        return few;
    if (filter->order == CASES_BY_DUE)
        return "case_due";
    if (filter->category)
        return "case_category";
    gboolean is_one_state = filter->states && (filter->states & (filter->states - 1)) == 0;
    return is_one_state ? "case_state" : "case_opened";
}

/* --- lists ---------------------------------------------------------------------------------------
 */

void case_page_free(CasePage *page)
{
    if (!page)
        return;
    g_ptr_array_unref(page->rows);
    g_free(page);
}

static void free_row(gpointer data)
{
    case_row_free(data);
}

static const struct {
    const char *by, *from, *behind, *last; /* the column's order, and what lies behind a row */
} orders[] = {
    [CASES_BY_OPENED] = { "opened_ms DESC, seq DESC", "opened_ms <= ?", "(opened_ms < ?",
                          " OR seq < ?)" },
    [CASES_BY_DUE] = { "due_ms, seq", "due_ms >= ?", "(due_ms > ?", " OR seq > ?)" },
    [CASES_BY_SUPERVISED] = { "supervised_ms, seq", "supervised_ms >= ?", "(supervised_ms > ?",
                              " OR seq > ?)" },
};

static void add_start(Where *where, const CaseFilter *filter)
{
    if (filter->order == CASES_BY_DUE)
        add_term(where, "due_ms IS NOT NULL");
    if (filter->order == CASES_BY_SUPERVISED)
        add_term(where, "supervise > 0 AND is_open = 1");
    if (!filter->after_seq)
        return;
    add_number(where, orders[filter->order].from, filter->after_ms);
    add_number(where, orders[filter->order].behind, filter->after_ms);
    g_string_append(where->sql, orders[filter->order].last);
    Value value = { .number = filter->after_seq };
    g_array_append_val(where->values, value);
}

static char *list_sql(const CaseFilter *filter, const Where *where, const char *index)
{
    return g_strdup_printf("SELECT " CASE_ROW_COLUMNS
                           " FROM case_ INDEXED BY %s%s%s ORDER BY %s LIMIT %u",
                           index, where->sql->len ? " WHERE " : "", where->sql->str,
                           orders[filter->order].by, CLAMP(filter->n, 1, CASE_PAGE_MAX) + 1);
}

/* One row more than wanted was asked for: it says that there are more. */
static void end_page(CasePage *page, const CaseFilter *filter)
{
    guint n = CLAMP(filter->n, 1, CASE_PAGE_MAX);
    page->has_more = page->rows->len > n;
    if (page->has_more)
        g_ptr_array_set_size(page->rows, (gint)n);
    if (page->rows->len == 0)
        return;
    const CaseRow *last = g_ptr_array_index(page->rows, page->rows->len - 1);
    page->next_ms = filter->order == CASES_BY_DUE          ? last->due_ms
                    : filter->order == CASES_BY_SUPERVISED ? last->supervised_ms
                                                           : last->opened_ms;
    page->next_seq = last->seq;
}

/* Of a township or a village, also where part of one is asked for: a grid of the village has no count
 * of its own. */
static gboolean count_hidden(sqlite3 *db, const CaseFilter *filter, CasePage *page, GError **error)
{
    gsize digits = filter->region ? strlen(filter->region) : 0;
    if (!filter->hides_protected || filter->after_seq || digits < TOWNSHIP_DIGITS ||
        (digits > TOWNSHIP_DIGITS && digits < VILLAGE_DIGITS))
        return TRUE;
    g_autofree char *region = g_strndup(filter->region, VILLAGE_DIGITS);
    CaseFilter hidden = { .order = CASES_BY_OPENED, .region = region, .is_protected_only = TRUE };
    page->has_hidden = TRUE;
    return case_query_count(db, &hidden, 1000, &page->n_hidden, error);
}

/* --- how long they are 督办 --------------------------------------------------------------------
 */

const guint case_age_days[CASE_AGES - 1] = { 1, 3, 7, 30 };

static gboolean count_ages(sqlite3 *db, const CaseFilter *filter, CasePage *page, GError **error)
{
    CaseFilter from_start = *filter;
    from_start.after_seq = 0;
    g_auto(Where) where;
    where_init(&where);
    add_filter(&where, filter);
    add_start(&where, &from_start);
    g_autofree char *sql = g_strdup_printf(
        "SELECT supervised_ms FROM case_ INDEXED BY case_supervised WHERE %s", where.sql->str);
    g_autoptr(SqlOnce) query = sql_prepare_once(db, sql, error);
    if (!query)
        return FALSE;
    bind_values(query, &where);
    page->has_ages = TRUE;
    gint64 now_ms = clock_unix_ms();
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        gint64 age_ms = now_ms - sqlite3_column_int64(query, 0);
        guint age = 0;
        while (age < CASE_AGES - 1 && age_ms >= case_age_days[age] * G_GINT64_CONSTANT(86400000))
            age++;
        page->ages[age]++;
    }
    return FALSE;
}

static gboolean read_rows(sqlite3 *db, const CaseFilter *filter, CasePage *page, GError **error)
{
    const char *index = choose_index(db, filter, error);
    if (!index)
        return FALSE;
    g_auto(Where) where;
    where_init(&where);
    add_filter(&where, filter);
    add_start(&where, filter);
    g_autofree char *sql = list_sql(filter, &where, index);
    g_autoptr(SqlOnce) query = sql_prepare_once(db, sql, error);
    if (!query)
        return FALSE;
    bind_values(query, &where);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        g_ptr_array_add(page->rows, case_table_row(query));
    }
    return FALSE;
}

CasePage *case_query_list(sqlite3 *db, const CaseFilter *filter, GError **error)
{
    CaseFilter narrowed;
    g_autoptr(CasePage) page = g_new0(CasePage, 1);
    page->rows = g_ptr_array_new_with_free_func(free_row);
    if (narrow(filter, &narrowed) && !read_rows(db, &narrowed, page, error))
        return NULL;
    end_page(page, filter);
    if (filter->order == CASES_BY_SUPERVISED && !count_ages(db, filter, page, error))
        return NULL;
    return count_hidden(db, filter, page, error) ? g_steal_pointer(&page) : NULL;
}

gboolean case_query_count(sqlite3 *db, const CaseFilter *filter, gint64 limit, gint64 *n,
                          GError **error)
{
    CaseFilter all;
    *n = 0;
    if (!narrow(filter, &all))
        return TRUE;
    all.after_seq = 0;
    const char *index = choose_index(db, &all, error);
    if (!index)
        return FALSE;
    g_auto(Where) where;
    where_init(&where);
    add_filter(&where, &all);
    add_start(&where, &all);
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM (SELECT 1 FROM case_ INDEXED BY %s%s%s LIMIT "
                        "%" G_GINT64_FORMAT ")",
                        index, where.sql->len ? " WHERE " : "", where.sql->str, limit);
    g_autoptr(SqlOnce) query = sql_prepare_once(db, sql, error);
    gboolean has_row;
    if (!query)
        return FALSE;
    bind_values(query, &where);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *n = sqlite3_column_int64(query, 0);
    return TRUE;
}

/* --- one case ------------------------------------------------------------------------------------
 */

Case *case_query_get(sqlite3 *db, const char *code, GError **error)
{
    g_auto(CaseRecord) record = { 0 };
    if (!case_table_get(db, code, &record, error))
        return NULL;
    return g_steal_pointer(&record.c);
}

static int compare_events(gconstpointer a, gconstpointer b)
{
    return event_compare(*(const Event *const *)a, *(const Event *const *)b);
}

static void free_event(gpointer data)
{
    event_free(data);
}

static GPtrArray *load_events(sqlite3 *db, const char *code, gboolean is_applied, GError **error)
{
    g_autoptr(GPtrArray) rows = inbox_load(db, code, error);
    if (!rows)
        return NULL;
    GPtrArray *events = g_ptr_array_new_with_free_func(free_event);
    for (guint i = 0; i < rows->len; i++) {
        InboxRow *row = g_ptr_array_index(rows, i);
        if (row->event && (!is_applied || row->status == TAKEN_APPLIED))
            g_ptr_array_add(events, g_steal_pointer(&row->event));
    }
    g_ptr_array_sort(events, compare_events);
    return events;
}

GPtrArray *case_query_events(sqlite3 *db, const char *code, GError **error)
{
    return load_events(db, code, FALSE, error);
}

GPtrArray *case_query_steps(sqlite3 *db, const char *code, GError **error)
{
    return load_events(db, code, TRUE, error);
}

/* --- [control] -----------------------------------------------------------------------------------
 */

typedef struct {
    CaseFilter filter; /* its texts are ours */
    char *texts[5];
    CasePage *page;
    CaseListed done;
    gpointer user;
} ListJob;

static gboolean run_list(sqlite3 *db, gpointer data, GError **error)
{
    ListJob *job = data;
    job->page = case_query_list(db, &job->filter, error);
    return job->page != NULL;
}

static void tell_list(gpointer data, const GError *error, gpointer user)
{
    ListJob *job = data;
    job->done(error ? NULL : job->page, error, job->user);
}

static void free_list(gpointer data)
{
    ListJob *job = data;
    for (guint i = 0; i < G_N_ELEMENTS(job->texts); i++)
        g_free(job->texts[i]);
    case_page_free(job->page);
    g_free(job);
}

void case_query_list_async(Reader *reader, const CaseFilter *filter, CaseListed done, gpointer user)
{
    ListJob *job = g_new0(ListJob, 1);
    job->filter = *filter;
    job->done = done;
    job->user = user;
    const char **texts[] = { &job->filter.region, &job->filter.category, &job->filter.level,
                             &job->filter.risk, &job->filter.code };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = job->texts[i] = g_strdup(*texts[i]);
    reader_submit(reader, run_list, job, free_list, tell_list, NULL);
}

typedef struct {
    char *code;
    Case *found;
    CaseFound done;
    gpointer user;
} GetJob;

static gboolean run_get(sqlite3 *db, gpointer data, GError **error)
{
    GetJob *job = data;
    GError *cause = NULL;
    job->found = case_query_get(db, job->code, &cause);
    if (cause)
        g_propagate_error(error, cause);
    return cause == NULL;
}

static void tell_get(gpointer data, const GError *error, gpointer user)
{
    GetJob *job = data;
    job->done(error ? NULL : job->found, error, job->user);
}

static void free_get(gpointer data)
{
    GetJob *job = data;
    g_free(job->code);
    case_unref(job->found);
    g_free(job);
}

void case_query_get_async(Reader *reader, const char *code, CaseFound done, gpointer user)
{
    GetJob *job = g_new0(GetJob, 1);
    job->code = g_strdup(code);
    job->done = done;
    job->user = user;
    reader_submit(reader, run_get, job, free_get, tell_get, NULL);
}
