/* online_store.c - how long the cameras of each region were online on each day */
#include "wallctl/store/online_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

typedef struct {
    gint32 day;
    GPtrArray *rows;
} Day;

void online_row_free(OnlineRow *row)
{
    g_free(row->region);
    g_free(row);
}

OnlineRow *online_row_new(const char *region)
{
    OnlineRow *row = g_new0(OnlineRow, 1);
    row->region = g_strdup(region);
    return row;
}

static void free_row(gpointer data)
{
    online_row_free(data);
}

static void free_day(gpointer data)
{
    Day *day = data;
    g_ptr_array_unref(day->rows);
    g_free(day);
}

static char *dup_faults(const OnlineRow *row)
{
    g_autoptr(Json) json = json_object_new_object();
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (row->faults[kind])
            json_add_int(json, quality_word(kind), row->faults[kind]);
    }
    return json_dup_text(json);
}

static gboolean save_row(sqlite3 *db, gint32 day, const OnlineRow *row, GError **error)
{
    g_autoptr(SqlStatement) insert = sql_prepare(db,
                                                 "INSERT OR REPLACE INTO online_day(day, region, "
                                                 "watched, online, faults) VALUES(?, ?, ?, ?, ?)",
                                                 error);
    if (!insert)
        return FALSE;
    g_autofree char *faults = dup_faults(row);
    sql_bind_int(insert, 1, day);
    sql_bind_text(insert, 2, row->region);
    sql_bind_int(insert, 3, row->watched);
    sql_bind_int(insert, 4, row->online);
    sql_bind_text(insert, 5, faults);
    return sql_finish(insert, error);
}

static gboolean save(sqlite3 *db, gpointer data, GError **error)
{
    const Day *day = data;
    for (guint i = 0; i < day->rows->len; i++) {
        if (!save_row(db, day->day, g_ptr_array_index(day->rows, i), error))
            return FALSE;
    }
    g_autoptr(SqlStatement) delete =
        sql_prepare(db, "DELETE FROM online_day WHERE day <= ?", error);
    if (!delete)
        return FALSE;
    sql_bind_int(delete, 1, day->day - ONLINE_DAYS);
    return sql_finish(delete, error);
}

void online_store_save(Store *store, gint32 day, GPtrArray *rows)
{
    Day *copy = g_new(Day, 1);
    *copy = (Day) { day, g_ptr_array_new_with_free_func(free_row) };
    for (guint i = 0; i < rows->len; i++) {
        const OnlineRow *from = g_ptr_array_index(rows, i);
        OnlineRow *row = g_memdup2(from, sizeof *from);
        row->region = g_strdup(from->region);
        g_ptr_array_add(copy->rows, row);
    }
    g_autofree char *key = g_strdup_printf("online %d", day);
    record_submit(store, key, save, copy, free_day, NULL, NULL);
}

static gboolean read_faults(const char *text, OnlineRow *row, GError **error)
{
    g_autoptr(Json) json = record_parse(text, error);
    if (!json)
        return FALSE;
    struct json_object_iter fault;
    json_object_object_foreachC (json, fault) {
        QualityKind kind = quality_kind(fault.key);
        if (kind)
            row->faults[kind] = json_object_get_int64(fault.val);
    }
    return TRUE;
}

GPtrArray *online_store_read(sqlite3 *db, gint32 day, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT region, watched, online, faults FROM online_day WHERE day = ? ORDER BY region",
        error);
    if (!query)
        return NULL;
    sql_bind_int(query, 1, day);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&rows);
        OnlineRow *row = online_row_new((const char *)sqlite3_column_text(query, 0));
        g_ptr_array_add(rows, row);
        row->watched = sqlite3_column_int64(query, 1);
        row->online = sqlite3_column_int64(query, 2);
        if (!read_faults((const char *)sqlite3_column_text(query, 3), row, error))
            return NULL;
    }
    return NULL;
}
