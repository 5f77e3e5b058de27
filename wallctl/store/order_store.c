/* order_store.c - work orders of every kind
 *
 * Events may come in any order: each fills in the columns that it knows about, whichever was first.
 */
#include "wallctl/store/order_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

#define COLUMNS                                                                                    \
    "no, case_code, kind, from_org, to_org, issued_ms, ack_due_ms, due_ms, accepted_ms, done_ms, " \
    "result, score, overdue_ms"

StoredOrder *stored_order_new(const char *no, const char *case_code, const char *kind)
{
    StoredOrder *order = g_new0(StoredOrder, 1);
    order->no = g_strdup(no);
    order->case_code = g_strdup(case_code);
    order->kind = g_strdup(kind);
    order->from_org = g_strdup("");
    order->to_org = g_strdup("");
    order->result = g_strdup("");
    return order;
}

void stored_order_free(StoredOrder *order)
{
    if (!order)
        return;
    g_free(order->no);
    g_free(order->case_code);
    g_free(order->kind);
    g_free(order->from_org);
    g_free(order->to_org);
    g_free(order->result);
    g_free(order);
}

/* --- writing -----------------------------------------------------------------------------------
 */

static void bind_order(SqlStatement *put, const StoredOrder *order)
{
    sql_bind_text(put, 1, order->no);
    sql_bind_text(put, 2, order->case_code);
    sql_bind_text(put, 3, order->kind);
    sql_bind_text(put, 4, order->from_org);
    sql_bind_text(put, 5, order->to_org);
    sql_bind_time(put, 6, order->issued_ms);
    sql_bind_time(put, 7, order->ack_due_ms);
    sql_bind_time(put, 8, order->due_ms);
    sql_bind_time(put, 9, order->accepted_ms);
    sql_bind_time(put, 10, order->done_ms);
    sql_bind_text(put, 11, order->result);
    sql_bind_time(put, 12, order->score);
    sql_bind_time(put, 13, order->overdue_ms);
}

static gboolean put_order(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(SqlStatement) put = sql_prepare(
        db, "INSERT OR REPLACE INTO work_order(" COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
        error);
    if (!put)
        return FALSE;
    bind_order(put, data);
    return sql_finish(put, error);
}

static void free_order(gpointer data)
{
    stored_order_free(data);
}

void order_store_put(Store *store, const StoredOrder *order, StoreDone done, gpointer user)
{
    StoredOrder *copy = stored_order_new(order->no, order->case_code, order->kind);
    g_free(copy->from_org);
    g_free(copy->to_org);
    g_free(copy->result);
    copy->from_org = g_strdup(order->from_org);
    copy->to_org = g_strdup(order->to_org);
    copy->result = g_strdup(order->result);
    copy->issued_ms = order->issued_ms;
    copy->ack_due_ms = order->ack_due_ms;
    copy->due_ms = order->due_ms;
    copy->accepted_ms = order->accepted_ms;
    copy->done_ms = order->done_ms;
    copy->score = order->score;
    copy->overdue_ms = order->overdue_ms;
    record_submit(store, NULL, put_order, copy, free_order, done, user);
}

static void take_text(char **text, const Fields *fields, Field field)
{
    const char *value = fields_text(fields, field);
    if (!value)
        return;
    g_free(*text);
    *text = g_strdup(value);
}

/* What the event says of its order; all else is empty. */
static StoredOrder *order_of(const Event *event, const char *no)
{
    StoredOrder *order = stored_order_new(no, event->subject, "");
    const Fields *fields = &event->fields;
    take_text(&order->kind, fields, FIELD_ORDER_KIND);
    take_text(&order->from_org, fields, FIELD_FROM_ORG);
    take_text(&order->to_org, fields, FIELD_TO_ORG);
    order->ack_due_ms = fields_number(fields, FIELD_ACK_DUE);
    order->due_ms = fields_number(fields, FIELD_DUE);
    if (event->type == EVENT_ORDER_ISSUED)
        order->issued_ms = event->time_ms;
    if (event->type == EVENT_ORDER_ACCEPTED)
        order->accepted_ms = event->time_ms;
    if (event->type == EVENT_ORDER_DONE) {
        order->done_ms = event->time_ms;
        take_text(&order->result, fields, FIELD_OUTCOME);
        order->score = (guint)fields_number(fields, FIELD_SATISFACTION);
    }
    if (event->type == EVENT_ORDER_OVERDUE)
        order->overdue_ms = event->time_ms;
    return order;
}

gboolean order_store_note(sqlite3 *db, const Event *event, GError **error)
{
    gboolean is_order = event->type >= EVENT_ORDER_ISSUED && event->type <= EVENT_ORDER_OVERDUE;
    const char *no = fields_text(&event->fields, FIELD_DOC_NO);
    if (!is_order || !no)
        return TRUE;
    g_autoptr(StoredOrder) order = order_of(event, no);
    /* Of what several events say, the issue counts most; of repeated times the first. */
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT INTO work_order(" COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)"
        " ON CONFLICT DO UPDATE SET"
        "  case_code = iif(?2 <> '' AND (case_code = '' OR ?6 IS NOT NULL), ?2, case_code),"
        "  kind = iif(?3 <> '' AND (kind = '' OR ?6 IS NOT NULL), ?3, kind),"
        "  from_org = iif(?4 <> '' AND (from_org = '' OR ?6 IS NOT NULL), ?4, from_org),"
        "  to_org = iif(?5 <> '' AND (to_org = '' OR ?6 IS NOT NULL), ?5, to_org),"
        "  issued_ms = min(coalesce(issued_ms, ?6), coalesce(?6, issued_ms)),"
        "  ack_due_ms = iif(?6 IS NULL, coalesce(ack_due_ms, ?7), coalesce(?7, ack_due_ms)),"
        "  due_ms = iif(?6 IS NULL, coalesce(due_ms, ?8), coalesce(?8, due_ms)),"
        "  accepted_ms = min(coalesce(accepted_ms, ?9), coalesce(?9, accepted_ms)),"
        "  done_ms = min(coalesce(done_ms, ?10), coalesce(?10, done_ms)),"
        "  result = iif(?11 <> '', ?11, result), score = coalesce(?12, score),"
        "  overdue_ms = min(coalesce(overdue_ms, ?13), coalesce(?13, overdue_ms))",
        error);
    if (!put)
        return FALSE;
    bind_order(put, order);
    return sql_finish(put, error);
}

/* --- reading -----------------------------------------------------------------------------------
 */

static StoredOrder *read_order(SqlStatement *query)
{
    StoredOrder *order = g_new(StoredOrder, 1);
    *order = (StoredOrder) { .no = sql_dup_text(query, 0),
                             .case_code = sql_dup_text(query, 1),
                             .kind = sql_dup_text(query, 2),
                             .from_org = sql_dup_text(query, 3),
                             .to_org = sql_dup_text(query, 4),
                             .issued_ms = sqlite3_column_int64(query, 5),
                             .ack_due_ms = sqlite3_column_int64(query, 6),
                             .due_ms = sqlite3_column_int64(query, 7),
                             .accepted_ms = sqlite3_column_int64(query, 8),
                             .done_ms = sqlite3_column_int64(query, 9),
                             .result = sql_dup_text(query, 10),
                             .score = (guint)sqlite3_column_int(query, 11),
                             .overdue_ms = sqlite3_column_int64(query, 12) };
    return order;
}

StoredOrder *order_store_get(sqlite3 *db, const char *no, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT " COLUMNS " FROM work_order WHERE no = ?", error);
    gboolean has_row;
    if (!query)
        return NULL;
    sql_bind_text(query, 1, no);
    if (!sql_step(query, &has_row, error) || !has_row)
        return NULL;
    return read_order(query);
}

static GPtrArray *read_orders(SqlStatement *query, GError **error)
{
    g_autoptr(GPtrArray) orders = g_ptr_array_new_with_free_func(free_order);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&orders);
        g_ptr_array_add(orders, read_order(query));
    }
    return NULL;
}

GPtrArray *order_store_list(sqlite3 *db, const OrderFilter *filter, GError **error)
{
    gboolean is_scoped = filter->region && *filter->region;
    g_autofree char *sql = g_strconcat(
        "SELECT " COLUMNS " FROM work_order WHERE (?1 = 0 OR done_ms IS NULL) AND (?2 = 0 OR "
        "(accepted_ms IS NULL AND ack_due_ms < ?2) OR (done_ms IS NULL AND due_ms < ?2)) ",
        filter->case_code ? "AND case_code = ?4 " : "",
        is_scoped ? "AND ((?6 <> '' AND to_org = ?6) OR EXISTS(SELECT 1 FROM case_ WHERE code = "
                    "case_code AND substr(region, 1, length(?5)) = ?5)) "
                  : "",
        "ORDER BY issued_ms DESC, no LIMIT ?3", NULL);
    g_autoptr(SqlStatement) query = sql_prepare(db, sql, error);
    if (!query)
        return NULL;
    sql_bind_int(query, 1, filter->is_open_only);
    sql_bind_int(query, 2, filter->late_at_ms);
    sql_bind_int(query, 3, CLAMP(filter->n, 1, 1000));
    if (filter->case_code)
        sql_bind_text(query, 4, filter->case_code);
    if (is_scoped) {
        sql_bind_text(query, 5, filter->region);
        sql_bind_text(query, 6, filter->unit ? filter->unit : "");
    }
    return read_orders(query, error);
}

#define WAITING                                                                                    \
    "FROM work_order INDEXED BY work_order_waiting WHERE accepted_ms IS NULL AND done_ms IS NULL " \
    "AND overdue_ms IS NULL AND ack_due_ms IS NOT NULL "

GPtrArray *order_store_unanswered(sqlite3 *db, gint64 now_ms, guint n, gint64 *next_ms,
                                  GError **error)
{
    g_autoptr(SqlStatement) next = sql_prepare(
        db, "SELECT ack_due_ms " WAITING "AND ack_due_ms > ? ORDER BY ack_due_ms LIMIT 1", error);
    gboolean has_row;
    if (!next)
        return NULL;
    sql_bind_int(next, 1, now_ms);
    if (!sql_step(next, &has_row, error))
        return NULL;
    *next_ms = has_row ? sqlite3_column_int64(next, 0) : G_MAXINT64;
    g_autoptr(SqlStatement) late = sql_prepare(
        db, "SELECT " COLUMNS " " WAITING "AND ack_due_ms <= ? ORDER BY ack_due_ms LIMIT ?", error);
    if (!late)
        return NULL;
    sql_bind_int(late, 1, now_ms);
    sql_bind_int(late, 2, n);
    return read_orders(late, error);
}

gboolean order_store_next_number(sqlite3 *db, const char *kind, guint year, gint64 *number,
                                 GError **error)
{
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT INTO order_number(kind, year, last) VALUES(?, ?, 1) ON CONFLICT DO UPDATE SET last "
        "= last + 1 RETURNING last",
        error);
    gboolean has_row;
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, kind);
    sql_bind_int(put, 2, year);
    if (!sql_step(put, &has_row, error))
        return FALSE;
    *number = sqlite3_column_int64(put, 0);
    return sql_finish(put, error);
}
