/* revisit_store.c - revisits: which cases were drawn, by which seed, and what came of it */
#include "wallctl/store/revisit_store.h"

#include "wallctl/model/sample.h"
#include "wallctl/store/sql.h"

#define COLUMNS "id, case_code, seed, planned_ms, done_ms, method, satisfaction, is_reopened"

void revisit_free(Revisit *revisit)
{
    if (!revisit)
        return;
    g_free(revisit->case_code);
    g_free(revisit->method);
    g_free(revisit);
}

static void free_revisit(gpointer data)
{
    revisit_free(data);
}

static Revisit *read_revisit(SqlStatement *query)
{
    Revisit *revisit = g_new(Revisit, 1);
    *revisit = (Revisit) { .id = sqlite3_column_int64(query, 0),
                           .case_code = sql_dup_text(query, 1),
                           .seed = sqlite3_column_int64(query, 2),
                           .planned_ms = sqlite3_column_int64(query, 3),
                           .done_ms = sqlite3_column_int64(query, 4),
                           .method = sql_dup_text(query, 5),
                           .satisfaction = (guint)sqlite3_column_int(query, 6),
                           .is_reopened = sqlite3_column_int(query, 7) };
    return revisit;
}

/* --- drawing -----------------------------------------------------------------------------------
 */

static gboolean feed(sqlite3 *db, Sample *sample, const RevisitDraw *draw, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db,
                    "SELECT code FROM case_ INDEXED BY case_resolved WHERE resolved_ms IS NOT NULL "
                    "AND resolved_ms >= ?1 AND resolved_ms < ?2 AND (?3 = '' OR "
                    "substr(region, 1, length(?3)) = ?3)",
                    error);
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, draw->from_ms);
    sql_bind_int(query, 2, draw->to_ms);
    sql_bind_text(query, 3, draw->region);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        sample_feed(sample, (const char *)sqlite3_column_text(query, 0));
    }
    return FALSE;
}

/* The row of the draw, made if it is not there. */
static Revisit *plan(sqlite3 *db, const char *code, gint64 seed, gint64 now_ms, GError **error)
{
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT INTO revisit(case_code, seed, planned_ms) SELECT ?1, ?2, ?3 WHERE NOT EXISTS("
        "SELECT 1 FROM revisit WHERE case_code = ?1 AND seed = ?2)",
        error);
    if (!put)
        return NULL;
    sql_bind_text(put, 1, code);
    sql_bind_int(put, 2, seed);
    sql_bind_int(put, 3, now_ms);
    if (!sql_finish(put, error))
        return NULL;
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT " COLUMNS " FROM revisit WHERE case_code = ? AND seed = ?", error);
    gboolean has_row;
    if (!query)
        return NULL;
    sql_bind_text(query, 1, code);
    sql_bind_int(query, 2, seed);
    return sql_step(query, &has_row, error) ? read_revisit(query) : NULL;
}

GPtrArray *revisit_store_draw(sqlite3 *db, const RevisitDraw *draw, gint64 now_ms, GError **error)
{
    Sample *sample = sample_new((guint64)draw->seed, draw->n);
    gboolean is_good = feed(db, sample, draw, error);
    g_autoptr(GPtrArray) codes = sample_end(sample);
    g_autoptr(GPtrArray) revisits = g_ptr_array_new_with_free_func(free_revisit);
    for (guint i = 0; is_good && i < codes->len; i++) {
        Revisit *revisit = plan(db, codes->pdata[i], draw->seed, now_ms, error);
        is_good = revisit != NULL;
        if (revisit)
            g_ptr_array_add(revisits, revisit);
    }
    return is_good ? g_steal_pointer(&revisits) : NULL;
}

/* --- reading and writing -----------------------------------------------------------------------
 */

GPtrArray *revisit_store_list(sqlite3 *db, const char *region, gboolean is_open_only, guint n,
                              GError **error)
{
    g_autofree char *sql = g_strconcat(
        "SELECT " COLUMNS " FROM revisit WHERE ", is_open_only ? "done_ms IS NULL" : "TRUE",
        *region ? " AND EXISTS(SELECT 1 FROM case_ WHERE code = case_code AND "
                  "substr(region, 1, length(?2)) = ?2)"
                : "",
        " ORDER BY id DESC LIMIT ?1", NULL);
    g_autoptr(SqlStatement) query = sql_prepare(db, sql, error);
    if (!query)
        return NULL;
    sql_bind_int(query, 1, n);
    if (*region)
        sql_bind_text(query, 2, region);
    g_autoptr(GPtrArray) revisits = g_ptr_array_new_with_free_func(free_revisit);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&revisits);
        g_ptr_array_add(revisits, read_revisit(query));
    }
    return NULL;
}

Revisit *revisit_store_get(sqlite3 *db, gint64 id, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT " COLUMNS " FROM revisit WHERE id = ?", error);
    gboolean has_row;
    if (!query)
        return NULL;
    sql_bind_int(query, 1, id);
    return sql_step(query, &has_row, error) && has_row ? read_revisit(query) : NULL;
}

gboolean revisit_store_finish(sqlite3 *db, const Revisit *revisit, GError **error)
{
    g_autoptr(SqlStatement) update =
        sql_prepare(db,
                    "UPDATE revisit SET done_ms = ?2, method = ?3, satisfaction = ?4, is_reopened "
                    "= ?5 WHERE id = ?1",
                    error);
    if (!update)
        return FALSE;
    sql_bind_int(update, 1, revisit->id);
    sql_bind_int(update, 2, revisit->done_ms);
    sql_bind_text(update, 3, revisit->method);
    sql_bind_int(update, 4, revisit->satisfaction);
    sql_bind_int(update, 5, revisit->is_reopened);
    return sql_finish(update, error);
}
