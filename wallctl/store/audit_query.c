/* audit_query.c - the register as lists ask for it
 *
 * An index leads, by what it is likely to say least of; what else is asked for is looked at row by row.
 * Of rows that are only counted nothing but the index is read.
 */
#include "wallctl/store/audit_query.h"

#include "wallctl/store/audit_store.h"
#include "wallctl/store/sql.h"

#include <string.h>

#define LIST(index, condition)                                                                     \
    "SELECT " AUDIT_COLUMNS " FROM audit INDEXED BY " index " WHERE " condition                    \
    " AND at_ms >= ?2 AND at_ms <= ?3 AND (at_ms < ?3 OR seq < ?4) "                               \
    "ORDER BY at_ms DESC, seq DESC"

typedef struct {
    const char *sql, *value;
    gboolean has_rest; /* more is asked for than the index knows */
} Plan;

static Plan plan_of(const AuditFilter *filter)
{
    const struct {
        const char *sql, *value;
    } ways[] = {
        { LIST("audit_object", "object = ?1 AND object <> ''"), filter->object },
        { LIST("audit_camera", "camera = ?1 AND camera <> ''"), filter->camera },
        { LIST("audit_account", "account = ?1 AND account <> ''"), filter->account },
        { LIST("audit_kind", "kind = ?1"), filter->kind ? audit_kind_word(filter->kind) : NULL },
    };
    Plan plan = { LIST("audit_time", "?1 IS NULL"), NULL,
                  filter->wall || filter->text || filter->is_refused_only };
    guint n_values = 0;
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        if (ways[i].value && n_values++ == 0) {
            plan.sql = ways[i].sql;
            plan.value = ways[i].value;
        }
    }
    plan.has_rest = plan.has_rest || n_values > 1;
    return plan;
}

static gboolean is_text(const char *wanted, const AuditRow *row, AuditText text)
{
    return !wanted || strcmp(wanted, audit_row_text(row, text)) == 0;
}

static gboolean has_text(const char *wanted, const AuditRow *row)
{
    static const AuditText places[] = { AUDIT_TEXT_CONTENT, AUDIT_TEXT_REASON, AUDIT_TEXT_OBJECT,
                                        AUDIT_TEXT_NAME, AUDIT_TEXT_UNIT };
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        if (strstr(audit_row_text(row, places[i]), wanted))
            return TRUE;
    }
    return FALSE;
}

static gboolean fits(const AuditFilter *filter, const AuditRow *row)
{
    return (!filter->kind || filter->kind == row->kind) &&
           (!filter->is_refused_only || row->is_refused) &&
           is_text(filter->account, row, AUDIT_TEXT_ACCOUNT) &&
           is_text(filter->camera, row, AUDIT_TEXT_CAMERA) &&
           is_text(filter->object, row, AUDIT_TEXT_OBJECT) &&
           is_text(filter->wall, row, AUDIT_TEXT_WALL) &&
           (!filter->text || has_text(filter->text, row));
}

static void clear_listed(gpointer data)
{
    g_free(((AuditListed *)data)->row);
}

void audit_page_free(AuditPage *page)
{
    if (!page)
        return;
    g_array_unref(page->rows);
    g_free(page);
}

static void add_row(AuditPage *page, gint64 seq, const AuditRow *row)
{
    AuditListed listed = { seq, audit_row_copy(row) };
    g_array_append_val(page->rows, listed);
    page->next_ms = row->at_ms;
    page->next_seq = seq;
}

/* A row that is not as it could have been written is shown by audit_store_verify(), not by lists. */
static void look_at(AuditPage *page, const AuditFilter *filter, const Plan *plan,
                    sqlite3_stmt *query)
{
    AuditRow row;
    gint64 seq;
    gboolean is_full = page->rows->len == filter->n;
    if (is_full && !plan->has_rest) {
        page->n_found++;
        return;
    }
    if (!audit_store_read(query, &seq, &row, NULL) || (plan->has_rest && !fits(filter, &row)))
        return;
    page->n_found++;
    if (!is_full)
        add_row(page, seq, &row);
}

static gboolean look(sqlite3_stmt *query, const AuditFilter *filter, const Plan *plan,
                     AuditPage *page, GError **error)
{
    gboolean has_row;
    for (guint i = 0; i < AUDIT_LOOK_MAX; i++) {
        if (!sql_step(query, &has_row, error))
            return FALSE;
        if (!has_row) {
            page->is_exact = TRUE;
            break;
        }
        look_at(page, filter, plan, query);
    }
    page->has_more = page->n_found > page->rows->len || !page->is_exact;
    if (page->has_more && page->rows->len < filter->n) {
        /* not one more among those: the next page goes on behind them */
        page->next_ms = sqlite3_column_int64(query, 1);
        page->next_seq = sqlite3_column_int64(query, 0);
    }
    return TRUE;
}

AuditPage *audit_query_list(sqlite3 *db, const AuditFilter *filter, GError **error)
{
    AuditState state;
    Plan plan = plan_of(filter);
    g_autoptr(AuditPage) page = g_new0(AuditPage, 1);
    page->rows = g_array_new(FALSE, FALSE, sizeof(AuditListed));
    g_array_set_clear_func(page->rows, clear_listed);
    g_autoptr(SqlStatement) query = sql_prepare(db, plan.sql, error);
    if (!query || !audit_store_state(db, &state, error))
        return NULL;
    gint64 to_ms = filter->to_ms ? filter->to_ms - 1 : G_MAXINT64;
    gint64 before_seq = G_MAXINT64;
    if (filter->after_seq && filter->after_ms <= to_ms) {
        to_ms = filter->after_ms;
        before_seq = filter->after_seq;
    }
    sql_bind_text(query, 1, plan.value);
    sql_bind_int(query, 2, filter->from_ms);
    sql_bind_int(query, 3, to_ms);
    sql_bind_int(query, 4, before_seq);
    page->total = state.head.seq - state.base.seq;
    return look(query, filter, &plan, page, error) ? g_steal_pointer(&page) : NULL;
}

/* --- [control] -----------------------------------------------------------------------------------
 */

typedef struct {
    AuditFilter filter; /* its texts are owned */
    AuditPage *page;
    AuditListedFunc done;
    gpointer user;
} List;

static void free_list(gpointer data)
{
    List *list = data;
    g_free((char *)list->filter.account);
    g_free((char *)list->filter.camera);
    g_free((char *)list->filter.object);
    g_free((char *)list->filter.wall);
    g_free((char *)list->filter.text);
    audit_page_free(list->page);
    g_free(list);
}

static gboolean run_list(sqlite3 *db, gpointer data, GError **error)
{
    List *list = data;
    list->page = audit_query_list(db, &list->filter, error);
    return list->page != NULL;
}

static void on_listed(gpointer data, const GError *error, gpointer user)
{
    List *list = data;
    list->done(error ? NULL : list->page, error, list->user);
}

void audit_query_list_async(Reader *reader, const AuditFilter *filter, AuditListedFunc done,
                            gpointer user)
{
    List *list = g_new0(List, 1);
    list->filter = *filter;
    list->filter.account = g_strdup(filter->account);
    list->filter.camera = g_strdup(filter->camera);
    list->filter.object = g_strdup(filter->object);
    list->filter.wall = g_strdup(filter->wall);
    list->filter.text = g_strdup(filter->text);
    list->done = done;
    list->user = user;
    reader_submit(reader, run_list, list, free_list, on_listed, NULL);
}

Json *audit_row_json(gint64 seq, const AuditRow *row)
{
    Json *json = json_object_new_object();
    json_add_int(json, "seq", seq);
    json_add_int(json, "at_ms", row->at_ms);
    json_add_string(json, "kind", audit_kind_word(row->kind));
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        json_add_known(json, audit_text_key(i), audit_row_text(row, i));
    if (row->tile)
        json_add_int(json, "tile", row->tile);
    if (row->kind == AUDIT_VIEW_END)
        json_add_int(json, "seconds", row->seconds);
    json_add_string(json, "outcome", row->is_refused ? "refused" : "ok");
    return json;
}
