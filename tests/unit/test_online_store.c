/* test_online_store.c - days of online cameras: written, written anew, read, and deleted in time */
#include "tests/support/remove_tree.h"
#include "wallctl/base/post.h"
#include "wallctl/store/online_store.h"

typedef struct {
    gint32 day;
    GPtrArray *rows;
} Read;

static gboolean read_rows(sqlite3 *db, gpointer data, GError **error)
{
    Read *read = data;
    read->rows = online_store_read(db, read->day, error);
    return read->rows != NULL;
}

static void free_row(gpointer data)
{
    online_row_free(data);
}

/* "530402 90/100 blur 3 ..." a row. Caller frees. */
static char *text_of(const char *path, gint32 day)
{
    g_autoptr(GError) error = NULL;
    Store *store = store_open(path, &error);
    g_assert_no_error(error);
    Read read = { day, NULL };
    g_assert_true(store_run_now(store, read_rows, &read, &error));
    store_close(store);
    GString *text = g_string_new("");
    for (guint i = 0; i < read.rows->len; i++) {
        const OnlineRow *row = g_ptr_array_index(read.rows, i);
        g_string_append_printf(text, "%s%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, i ? "; " : "",
                               row->region, row->online, row->watched);
        for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
            if (row->faults[kind])
                g_string_append_printf(text, " %s %" G_GINT64_FORMAT, quality_word(kind),
                                       row->faults[kind]);
        }
    }
    g_ptr_array_unref(read.rows);
    return g_string_free(text, FALSE);
}

static void save(const char *path, gint32 day, const char *region, gint64 online, gint64 blurred)
{
    g_autoptr(GError) error = NULL;
    Store *store = store_open(path, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_row);
    OnlineRow *row = online_row_new(region);
    row->watched = 100;
    row->online = online;
    row->faults[QUALITY_BLUR] = blurred;
    row->faults[QUALITY_COVERED] = 1;
    g_ptr_array_add(rows, row);
    online_store_save(store, day, rows);
    store_close(store); /* what was submitted is on disk */
}

static void test_days(void)
{
    g_autofree char *dir = g_dir_make_tmp("wallctl-online-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "wallctl.db", NULL);
    save(path, 20000, "530402", 90, 3);
    save(path, 20000, "", 10, 0);
    save(path, 20000, "530402", 95, 4); /* five minutes later */
    g_autofree char *first = text_of(path, 20000);
    g_assert_cmpstr(first, ==, " 10/100 covered 1; 530402 95/100 blur 4 covered 1");
    g_autofree char *none = text_of(path, 20001);
    g_assert_cmpstr(none, ==, "");
    save(path, 20000 + ONLINE_DAYS - 1, "530402", 50, 0);
    g_autofree char *kept = text_of(path, 20000);
    g_assert_cmpstr(kept, ==, first);
    save(path, 20000 + ONLINE_DAYS, "530402", 50, 0);
    g_autofree char *gone = text_of(path, 20000);
    g_assert_cmpstr(gone, ==, "");
    g_autofree char *newest = text_of(path, 20000 + ONLINE_DAYS);
    g_assert_cmpstr(newest, ==, "530402 50/100 covered 1");
    post_drain();
    remove_tree(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/online-store/days", test_days);
    return g_test_run();
}
