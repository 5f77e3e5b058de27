/* wall_store.c - walls on disk
 *
 * A content is written once: it gets a number (seq) when it is first handed over, and the walls on
 * disk name contents by number. Which numbers are on disk is asked of the disk itself inside the
 * transaction, so a batch that was rolled back or a file that was made anew needs no bookkeeping
 * here.
 */
#include "wallctl/store/wall_store.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

#include <string.h>

#define MEMORY "wall_store"

typedef struct {
    WallContent *content; /* kept alive by the wall */
    gint64 seq;
} Numbered;

/* A wall as it is to be on disk. Read by [store], counted on [control]. */
typedef struct {
    guint refs;
    Wall *wall;
    GArray *contents;  /* Numbered, by address, each once */
    char *undo, *redo; /* JSON lists of seq */
    char *below;       /* JSON list of {"label","content","undo","redo"} of seqs */
    gint64 saved_ms;
} SavedWall;

/* [control] The walls as last handed over: their contents have numbers already. */
typedef struct {
    gint64 last_seq;
    GHashTable *walls; /* id -> SavedWall */
} Memory;

/* numbers */

static int by_address(const void *a, const void *b)
{
    const WallContent *x = ((const Numbered *)a)->content, *y = ((const Numbered *)b)->content;
    return (x > y) - (x < y);
}

static int by_value(const void *a, const void *b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return (x > y) - (x < y);
}

static gint64 find_seq(const GArray *contents, const WallContent *content)
{
    Numbered key = { (WallContent *)content, 0 };
    if (!content || contents->len == 0)
        return 0;
    const Numbered *found = bsearch(&key, contents->data, contents->len, sizeof key, by_address);
    return found ? found->seq : 0;
}

static gboolean has_value(const GArray *sorted, gint64 value)
{
    return sorted->len > 0 && bsearch(&value, sorted->data, sorted->len, sizeof value, by_value);
}

/* saved walls */

static void saved_unref(gpointer data)
{
    SavedWall *saved = data;
    if (--saved->refs > 0)
        return;
    wall_unref(saved->wall);
    g_array_unref(saved->contents);
    g_free(saved->undo);
    g_free(saved->redo);
    g_free(saved->below);
    g_free(saved);
}

static void add_contents(GArray *contents, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        Numbered item = { g_ptr_array_index(list, i), 0 };
        g_array_append_val(contents, item);
    }
}

/* Every content of the wall once, without numbers yet. */
static GArray *collect_contents(const Wall *wall)
{
    GArray *contents = g_array_new(FALSE, FALSE, sizeof(Numbered));
    Numbered air = { wall->air, 0 }, preview = { wall->preview, 0 };
    g_array_append_val(contents, air);
    if (wall->preview)
        g_array_append_val(contents, preview);
    add_contents(contents, wall->undo);
    add_contents(contents, wall->redo);
    for (guint i = 0; i < wall->below->len; i++) {
        const WallLevel *level = g_ptr_array_index(wall->below, i);
        Numbered item = { level->content, 0 };
        g_array_append_val(contents, item);
        add_contents(contents, level->undo);
        add_contents(contents, level->redo);
    }
    g_array_sort(contents, by_address);
    guint n = 0;
    for (guint i = 0; i < contents->len; i++) {
        Numbered *all = (Numbered *)contents->data;
        if (i == 0 || all[i].content != all[n - 1].content)
            all[n++] = all[i];
    }
    g_array_set_size(contents, n);
    return contents;
}

static Json *seqs_json(const GArray *contents, const GPtrArray *list)
{
    Json *json = json_object_new_array();
    for (guint i = 0; i < list->len; i++)
        json_object_array_add(
            json, json_object_new_int64(find_seq(contents, g_ptr_array_index(list, i))));
    return json;
}

static char *list_levels(const GArray *contents, const GPtrArray *levels)
{
    g_autoptr(Json) list = json_object_new_array();
    for (guint i = 0; i < levels->len; i++) {
        const WallLevel *level = g_ptr_array_index(levels, i);
        Json *json = json_object_new_object();
        json_add_string(json, "label", level->label);
        json_add_int(json, "content", find_seq(contents, level->content));
        json_add(json, "undo", seqs_json(contents, level->undo));
        json_add(json, "redo", seqs_json(contents, level->redo));
        json_object_array_add(list, json);
    }
    return json_dup_text(list);
}

static SavedWall *saved_new(Memory *memory, Wall *wall)
{
    SavedWall *saved = g_new0(SavedWall, 1);
    saved->refs = 1;
    saved->wall = wall_ref(wall);
    saved->contents = collect_contents(wall);
    saved->saved_ms = clock_unix_ms();
    const SavedWall *before = g_hash_table_lookup(memory->walls, wall->id);
    for (guint i = 0; i < saved->contents->len; i++) {
        Numbered *item = &g_array_index(saved->contents, Numbered, i);
        item->seq = before ? find_seq(before->contents, item->content) : 0;
        if (item->seq == 0)
            item->seq = ++memory->last_seq;
    }
    g_autoptr(Json) undo = seqs_json(saved->contents, wall->undo);
    g_autoptr(Json) redo = seqs_json(saved->contents, wall->redo);
    saved->undo = json_dup_text(undo);
    saved->redo = json_dup_text(redo);
    saved->below = list_levels(saved->contents, wall->below);
    return saved;
}

static void free_memory(gpointer data)
{
    Memory *memory = data;
    g_hash_table_unref(memory->walls);
    g_free(memory);
}

static gboolean get_last_seq(sqlite3 *db, gpointer data, GError **error)
{
    Memory *memory = data;
    return sql_get_int(db, "SELECT max(seq) FROM wall_content", &memory->last_seq, error);
}

/* NULL with an error when the last number on disk cannot be read: a number given twice would lose a
 * content. */
static Memory *get_memory(Store *store, GError **error)
{
    Memory *memory = store_get_memory(store, MEMORY);
    if (memory)
        return memory;
    memory = g_new0(Memory, 1);
    memory->walls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, saved_unref);
    if (!store_run_now(store, get_last_seq, memory, error)) {
        free_memory(memory);
        return NULL;
    }
    store_set_memory(store, MEMORY, memory, free_memory);
    return memory;
}

/* wall jobs, [store] */

static GArray *get_seqs_on_disk(sqlite3 *db, const char *wall, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT seq FROM wall_content WHERE wall = ? ORDER BY seq", error);
    if (!query)
        return NULL;
    sql_bind_text(query, 1, wall);
    g_autoptr(GArray) seqs = g_array_new(FALSE, FALSE, sizeof(gint64));
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&seqs);
        gint64 seq = sqlite3_column_int64(query, 0);
        g_array_append_val(seqs, seq);
    }
    return NULL;
}

static gboolean insert_content(sqlite3 *db, const char *wall, const Numbered *item, GError **error)
{
    g_autoptr(Json) json = wall_content_to_json(item->content);
    g_autofree char *text = json_dup_text(json);
    g_autoptr(SqlStatement) insert =
        sql_prepare(db, "INSERT INTO wall_content(seq, wall, json) VALUES(?, ?, ?)", error);
    if (!insert)
        return FALSE;
    sql_bind_int(insert, 1, item->seq);
    sql_bind_text(insert, 2, wall);
    sql_bind_text(insert, 3, text);
    return sql_finish(insert, error);
}

static gboolean delete_content(sqlite3 *db, gint64 seq, GError **error)
{
    g_autoptr(SqlStatement) delete =
        sql_prepare(db, "DELETE FROM wall_content WHERE seq = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_int(delete, 1, seq);
    return sql_finish(delete, error);
}

static gboolean put_wall(sqlite3 *db, const SavedWall *saved, GError **error)
{
    const Wall *wall = saved->wall;
    g_autoptr(SqlStatement) put =
        sql_prepare(db,
                    "INSERT OR REPLACE INTO wall(id, revision, air, "
                    "preview, undo, redo, is_locked, locked_by, saved_ms, "
                    "label, below)"
                    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, wall->id);
    sql_bind_int(put, 2, (gint64)wall->revision);
    sql_bind_int(put, 3, find_seq(saved->contents, wall->air));
    if (wall->preview)
        sql_bind_int(put, 4, find_seq(saved->contents, wall->preview));
    sql_bind_text(put, 5, saved->undo);
    sql_bind_text(put, 6, saved->redo);
    sql_bind_int(put, 7, wall->is_locked);
    sql_bind_text(put, 8, wall->locked_by);
    sql_bind_int(put, 9, saved->saved_ms);
    sql_bind_text(put, 10, wall->label);
    sql_bind_text(put, 11, saved->below);
    return sql_finish(put, error);
}

static gboolean save_wall(sqlite3 *db, gpointer data, GError **error)
{
    const SavedWall *saved = data;
    g_autoptr(GArray) on_disk = get_seqs_on_disk(db, saved->wall->id, error);
    if (!on_disk)
        return FALSE;
    g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint i = 0; i < saved->contents->len; i++) {
        const Numbered *item = &g_array_index(saved->contents, Numbered, i);
        g_array_append_val(wanted, item->seq);
        if (!has_value(on_disk, item->seq) && !insert_content(db, saved->wall->id, item, error))
            return FALSE;
    }
    g_array_sort(wanted, by_value);
    if (!put_wall(db, saved, error))
        return FALSE;
    for (guint i = 0; i < on_disk->len; i++) {
        gint64 seq = g_array_index(on_disk, gint64, i);
        if (!has_value(wanted, seq) && !delete_content(db, seq, error))
            return FALSE;
    }
    return TRUE;
}

/* loading */

/* The content of a number, read once however often the wall names it. Borrowed from contents'
 * owner: the caller takes a reference; the first one is the array's. */
static WallContent *load_content(sqlite3 *db, GArray *contents, const char *wall, gint64 seq,
                                 GError **error)
{
    for (guint i = 0; i < contents->len; i++) {
        const Numbered *item = &g_array_index(contents, Numbered, i);
        if (item->seq == seq)
            return item->content;
    }
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT json FROM wall_content WHERE seq = ? AND wall = ?", error);
    if (!query)
        return NULL;
    sql_bind_int(query, 1, seq);
    sql_bind_text(query, 2, wall);
    gboolean has_row;
    if (!sql_step(query, &has_row, error))
        return NULL;
    g_autofree char *source = g_strdup_printf("wall \"%s\", content %" G_GINT64_FORMAT, wall, seq);
    if (!has_row) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: is missing", source);
        return NULL;
    }
    const char *text = (const char *)sqlite3_column_text(query, 0);
    Numbered item = { record_parse_content(text ? text : "", source, error), seq };
    if (item.content)
        g_array_append_val(contents, item);
    return item.content;
}

/* A list of numbers into references; what cannot be read is left out. */
static void load_seqs(sqlite3 *db, GArray *contents, const char *wall, Json *json, GPtrArray *list)
{
    g_autoptr(GError) first = NULL;
    guint n =
        json_object_is_type(json, json_type_array) ? (guint)json_object_array_length(json) : 0;
    for (guint i = 0; i < n; i++) {
        gint64 seq = json_object_get_int64(json_object_array_get_idx(json, i));
        WallContent *content = load_content(db, contents, wall, seq, first ? NULL : &first);
        if (content)
            g_ptr_array_add(list, wall_content_ref(content));
    }
    if (first)
        log_warning(STORE, "wall \"%s\": %u of %u undo steps are lost: %s", wall, n - list->len, n,
                    first->message);
}

static void load_list(sqlite3 *db, GArray *contents, const char *wall, const char *text,
                      GPtrArray *list)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = record_parse(text, &error);
    if (error)
        log_warning(STORE, "wall \"%s\": its undo steps are lost: %s", wall, error->message);
    load_seqs(db, contents, wall, json, list);
}

/* NULL: the level is lost, and with it those above it up to what is on air. */
static WallLevel *load_level(sqlite3 *db, GArray *contents, const char *wall, Json *json)
{
    const char *label = json_object_get_string(json_object_object_get(json, "label"));
    gint64 seq = json_object_get_int64(json_object_object_get(json, "content"));
    g_autoptr(GError) error = NULL;
    WallContent *content = load_content(db, contents, wall, seq, &error);
    if (!label || !content) {
        log_warning(STORE, "wall \"%s\": a scene below is lost: %s", wall,
                    error ? error->message : "no label");
        return NULL;
    }
    GPtrArray *undo = g_ptr_array_new_with_free_func((GDestroyNotify)wall_content_unref);
    GPtrArray *redo = g_ptr_array_new_with_free_func((GDestroyNotify)wall_content_unref);
    load_seqs(db, contents, wall, json_object_object_get(json, "undo"), undo);
    load_seqs(db, contents, wall, json_object_object_get(json, "redo"), redo);
    return wall_level_new(label, wall_content_ref(content), undo, redo);
}

/* The scenes below, or none at all when the wall itself is not among them: what is on air is the wall
 * then. */
static void load_levels(sqlite3 *db, GArray *contents, Wall *wall, const char *label,
                        const char *text)
{
    g_autoptr(Json) list = record_parse(text, NULL);
    guint n =
        json_object_is_type(list, json_type_array) ? (guint)json_object_array_length(list) : 0;
    for (guint i = 0; i < n && i < WALL_MAX_LEVELS; i++) {
        WallLevel *level = load_level(db, contents, wall->id, json_object_array_get_idx(list, i));
        gboolean is_wall = level && !*level->label;
        if (level && is_wall == (wall->below->len == 0))
            g_ptr_array_add(wall->below, level);
        else
            wall_level_unref(level);
    }
    if (wall->below->len == 0 || !label || !*label) {
        g_ptr_array_set_size(wall->below, 0);
        return;
    }
    g_free(wall->label);
    wall->label = g_strdup(label);
}

typedef struct {
    const char *id;
    SavedWall *saved; /* NULL: never saved */
} LoadJob;

static void unref_numbered(GArray *contents)
{
    for (guint i = 0; i < contents->len; i++)
        wall_content_unref(g_array_index(contents, Numbered, i).content);
}

static Wall *load_row(sqlite3 *db, SqlStatement *row, const char *id, GArray *contents,
                      GError **error)
{
    WallContent *air = load_content(db, contents, id, sqlite3_column_int64(row, 1), error);
    if (!air)
        return NULL;
    Wall *wall = wall_new(id, (guint64)sqlite3_column_int64(row, 0), wall_content_ref(air));
    if (sqlite3_column_type(row, 2) != SQLITE_NULL) {
        g_autoptr(GError) cause = NULL;
        WallContent *preview = load_content(db, contents, id, sqlite3_column_int64(row, 2), &cause);
        if (preview)
            wall->preview = wall_content_ref(preview);
        else
            log_warning(STORE, "the prepared content is lost: %s", cause->message);
    }
    load_list(db, contents, id, (const char *)sqlite3_column_text(row, 3), wall->undo);
    load_list(db, contents, id, (const char *)sqlite3_column_text(row, 4), wall->redo);
    wall->is_locked = sqlite3_column_int(row, 5) != 0;
    wall->locked_by = sql_dup_text(row, 6);
    load_levels(db, contents, wall, (const char *)sqlite3_column_text(row, 7),
                (const char *)sqlite3_column_text(row, 8));
    return wall;
}

static gboolean load_wall(sqlite3 *db, gpointer data, GError **error)
{
    LoadJob *job = data;
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT revision, air, preview, undo, redo, is_locked, locked_by, label, below FROM wall "
        "WHERE id = ?",
        error);
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, job->id);
    gboolean has_row;
    if (!sql_step(query, &has_row, error))
        return FALSE;
    if (!has_row)
        return TRUE;
    g_autoptr(GArray) contents = g_array_new(FALSE, FALSE, sizeof(Numbered));
    Wall *wall = load_row(db, query, job->id, contents, error);
    unref_numbered(contents); /* the wall holds what it names */
    if (!wall)
        return FALSE;
    job->saved = g_new0(SavedWall, 1);
    job->saved->refs = 1;
    job->saved->wall = wall;
    g_array_sort(contents, by_address);
    job->saved->contents = g_steal_pointer(&contents);
    return TRUE;
}

Wall *wall_store_load(Store *store, const char *id, GError **error)
{
    Memory *memory = get_memory(store, error);
    LoadJob job = { id, NULL };
    if (!memory || !store_run_now(store, load_wall, &job, error) || !job.saved)
        return NULL;
    g_hash_table_replace(memory->walls, g_strdup(id), job.saved);
    return wall_ref(job.saved->wall);
}

void wall_store_save(Store *store, Wall *wall, StoreDone done, gpointer user)
{
    g_autoptr(GError) error = NULL;
    Memory *memory = get_memory(store, &error);
    if (!memory) {
        record_refuse(error, done, user);
        return;
    }
    SavedWall *saved = saved_new(memory, wall);
    saved->refs++;
    g_hash_table_replace(memory->walls, g_strdup(wall->id), saved);
    g_autofree char *key = g_strconcat("wall ", wall->id, NULL);
    record_submit(store, key, save_wall, saved, saved_unref, done, user);
}
