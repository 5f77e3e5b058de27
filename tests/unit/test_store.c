/* test_store.c - the writer thread, its transactions, and what it does when the disk fails it */
#include "wallctl/store/store.h"

#include "../support/wait_until.h"
#include "../support/remove_tree.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/schema.h"
#include "wallctl/store/sql.h"
#include "wallctl/store/state_lock.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* helpers */

typedef struct {
    char *folder, *path;
    Store *store;
    guint n_done, n_errors;
    int last_code;
    guint n_news, n_behind;
    char *trouble;
    GString *order; /* of done, by data */
} Fixture;

static void note_news(const char *trouble, gboolean is_behind, gpointer user)
{
    Fixture *f = user;
    assert_control_thread();
    f->n_news++;
    f->n_behind += is_behind ? 1 : 0;
    g_free(f->trouble);
    f->trouble = g_strdup(trouble);
}

static void note_done(gpointer data, const GError *error, gpointer user)
{
    Fixture *f = user;
    assert_control_thread();
    f->n_done++;
    f->n_errors += error ? 1 : 0;
    f->last_code = error ? error->code : 0;
    if (data)
        g_string_append(f->order, data);
}

static void open_store(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    f->store = store_open(f->path, &error);
    g_assert_no_error(error);
    store_watch(f->store, note_news, f);
}

static void set_up(Fixture *f, gconstpointer user)
{
    f->folder = g_dir_make_tmp("wallctl-store-XXXXXX", NULL);
    f->path = g_build_filename(f->folder, "state", "wallctl.db", NULL);
    f->order = g_string_new(NULL);
    open_store(f);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    store_close(f->store);
    post_drain();
    remove_tree(f->folder);
    g_string_free(f->order, TRUE);
    g_free(f->trouble);
    g_free(f->path);
    g_free(f->folder);
}

/* jobs: data is SQL */

static gboolean run_text(sqlite3 *db, gpointer data, GError **error)
{
    return sql_run(db, data, error);
}

static gboolean run_then_refuse(sqlite3 *db, gpointer data, GError **error)
{
    if (sql_run(db, data, error))
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "refused");
    return FALSE;
}

static gboolean run_then_lose_disk(sqlite3 *db, gpointer data, GError **error)
{
    if (sql_run(db, data, error))
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the disk is gone");
    return FALSE;
}

static void submit(Fixture *f, StoreFunc func, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(store_submit(f->store, func, g_strdup(sql), g_free, note_done, f, &error));
    g_assert_no_error(error);
}

static gint64 get_int(Fixture *f, const char *sql);

typedef struct {
    const char *sql;
    gint64 value;
} IntJob;

static gboolean get_int_job(sqlite3 *db, gpointer data, GError **error)
{
    IntJob *job = data;
    return sql_get_int(db, job->sql, &job->value, error);
}

static gint64 get_int(Fixture *f, const char *sql)
{
    IntJob job = { sql, -1 };
    g_autoptr(GError) error = NULL;
    g_assert_true(store_run_now(f->store, get_int_job, &job, &error));
    g_assert_no_error(error);
    return job.value;
}

static void make_table(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(store_run_now(
        f->store, run_text, (gpointer) "CREATE TABLE t(v INTEGER PRIMARY KEY, pad BLOB)", &error));
    g_assert_no_error(error);
}

/* A job that holds the writer until the gate is opened, so that what follows becomes one batch. */
typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    gboolean is_inside, is_open;
    int commits;
} Gate;

static int count_commit(void *user)
{
    ((Gate *)user)->commits++;
    return 0;
}

static gboolean wait_at_gate(sqlite3 *db, gpointer data, GError **error)
{
    Gate *gate = data;
    sqlite3_commit_hook(db, count_commit, gate);
    pthread_mutex_lock(&gate->lock);
    gate->is_inside = TRUE;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->is_open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    return TRUE;
}

static void close_gate(Fixture *f, Gate *gate)
{
    *gate = (Gate) { 0 };
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->changed, NULL);
    g_assert_true(store_submit(f->store, wait_at_gate, gate, NULL, NULL, NULL, NULL));
    pthread_mutex_lock(&gate->lock);
    while (!gate->is_inside)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void open_gate(Gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->is_open = TRUE;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static gboolean clear_hook(sqlite3 *db, gpointer data, GError **error)
{
    sqlite3_commit_hook(db, NULL, NULL);
    return TRUE;
}

/* After this the gate is no longer used. Returns commits since the gate, that of its own batch
 * included. */
static int leave_gate(Fixture *f, Gate *gate)
{
    g_assert_true(store_run_now(f->store, clear_hook, NULL, NULL));
    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->lock);
    return gate->commits;
}

/* tests: jobs */

static void test_create(Fixture *f, gconstpointer user)
{
    struct stat info;
    g_assert_cmpint(stat(f->path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0600);
    g_assert_cmpint(get_int(f, "PRAGMA user_version"), ==, schema_version());
    g_assert_cmpint(get_int(f, "PRAGMA synchronous"), ==, 2);
    g_assert_cmpint(get_int(f, "PRAGMA foreign_keys"), ==, 1);
    g_assert_cmpint(
        get_int(f, "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0 "
                   "AND name NOT LIKE 'sqlite%'"),
        ==, 0);
    g_assert_cmpint(
        get_int(f, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), ==, 1);
    g_assert_null(store_dup_trouble(f->store));
}

static void test_memory(void)
{
    Fixture f = { .path = (char *)":memory:", .order = g_string_new(NULL) };
    open_store(&f);
    make_table(&f);
    submit(&f, run_text, "INSERT INTO t(v) VALUES(7)");
    WAIT_UNTIL(f.n_done == 1);
    g_assert_cmpuint(f.n_errors, ==, 0);
    g_assert_cmpint(get_int(&f, "SELECT v FROM t"), ==, 7);
    store_close(f.store);
    post_drain();
    g_string_free(f.order, TRUE);
}

static void test_survives_close(Fixture *f, gconstpointer user)
{
    make_table(f);
    for (guint i = 0; i < 100; i++) {
        g_autofree char *sql = g_strdup_printf("INSERT INTO t(v) VALUES(%u)", i);
        submit(f, run_text, sql);
    }
    store_close(f->store); /* finishes what waits */
    WAIT_UNTIL(f->n_done == 100);
    g_assert_cmpuint(f->n_errors, ==, 0);
    open_store(f);
    g_assert_cmpint(get_int(f, "SELECT count(*) FROM t"), ==, 100);
    g_assert_cmpuint(f->n_news, ==, 0);
}

static void test_one_transaction(Fixture *f, gconstpointer user)
{
    make_table(f);
    Gate gate;
    close_gate(f, &gate);
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)");
    submit(f, run_then_refuse, "INSERT INTO t(v) VALUES(2)");
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)"); /* breaks the key */
    submit(f, run_text, "INSERT INTO t(v) VALUES(3)");
    open_gate(&gate);
    WAIT_UNTIL(f->n_done == 4);
    g_assert_cmpint(leave_gate(f, &gate), ==, 2);
    g_assert_cmpuint(f->n_errors, ==, 2);
    g_assert_cmpint(f->last_code, ==, 0);
    g_assert_cmpint(get_int(f, "SELECT group_concat(v, '') FROM t"), ==, 13);
    g_assert_null(store_dup_trouble(f->store));
    g_assert_cmpuint(f->n_news, ==, 0);
}

static void test_disk_error_fails_batch(Fixture *f, gconstpointer user)
{
    make_table(f);
    Gate gate;
    close_gate(f, &gate);
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)");
    submit(f, run_then_lose_disk, "INSERT INTO t(v) VALUES(2)");
    submit(f, run_text, "INSERT INTO t(v) VALUES(3)");
    open_gate(&gate);
    WAIT_UNTIL(f->n_done == 3);
    g_assert_cmpuint(f->n_errors, ==, 3);
    g_assert_cmpint(f->last_code, ==, WALL_ERROR_UNAVAILABLE);
    g_autofree char *trouble = store_dup_trouble(f->store);
    g_assert_nonnull(trouble);
    WAIT_UNTIL(f->n_behind == 1); /* by itself, after the first wait */
    g_assert_null(f->trouble);
    g_assert_cmpint(leave_gate(f, &gate), >=, 2);
    g_assert_cmpint(get_int(f, "SELECT count(*) FROM t"), ==, 0);
    g_assert_null(store_dup_trouble(f->store));
}

static void submit_newest(Fixture *f, const char *key, const char *sql, StoreDone done)
{
    g_assert_true(
        store_submit_newest(f->store, key, run_text, g_strdup(sql), g_free, done, f, NULL));
}

static void test_newest_wins(Fixture *f, gconstpointer user)
{
    make_table(f);
    Gate gate;
    close_gate(f, &gate);
    submit_newest(f, "a", "INSERT INTO t(v) VALUES(1)", note_done);
    submit_newest(f, "b", "INSERT INTO t(v) VALUES(2)", note_done);
    submit_newest(f, "a", "INSERT INTO t(v) VALUES(3)", NULL);
    submit_newest(f, "a", "INSERT INTO t(v) VALUES(4)", note_done);
    submit_newest(f, "a", "INSERT INTO t(v) SELECT 10 + count(*) FROM t", note_done);
    open_gate(&gate);
    WAIT_UNTIL(f->n_done == 4);
    leave_gate(f, &gate);
    /* In the place of the first "a", so before "b"; what was waited for is answered, oldest first.
     */
    g_assert_cmpint(get_int(f, "SELECT sum(v) FROM t"), ==, 12);
    g_assert_cmpint(get_int(f, "SELECT count(*) FROM t WHERE v = 10"), ==, 1);
    g_assert_cmpstr(f->order->str, ==,
                    "INSERT INTO t(v) VALUES(1)INSERT INTO t(v) VALUES(4)"
                    "INSERT INTO t(v) SELECT 10 + count(*) FROM tINSERT INTO t(v) VALUES(2)");
}

static void count_free(gpointer data)
{
    (*(guint *)data)++;
}

static gboolean do_nothing(sqlite3 *db, gpointer data, GError **error)
{
    return TRUE;
}

static void test_queue_full(Fixture *f, gconstpointer user)
{
    Gate gate;
    close_gate(f, &gate);
    guint n_freed = 0, n_accepted = 0;
    g_autoptr(GError) error = NULL;
    while (store_submit(f->store, do_nothing, &n_freed, count_free, NULL, NULL, &error))
        n_accepted++;
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_cmpuint(n_accepted, ==, 1024);
    g_assert_cmpuint(n_freed, ==, 1);
    open_gate(&gate);
    WAIT_UNTIL(f->n_behind == 1);
    WAIT_UNTIL(n_freed == n_accepted + 1);
    leave_gate(f, &gate);
}

/* tests: files at open */

static void expect_refused(const char *path, const char *says)
{
    g_autofree char *before = NULL, *after = NULL;
    gsize before_len = 0, after_len = 0;
    gboolean is_file = g_file_get_contents(path, &before, &before_len, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(store_open(path, &error));
    g_assert_error(error, WALL_ERROR, error->code);
    g_assert_true(g_str_has_prefix(error->message, path));
    if (!strstr(error->message, says))
        g_error("\"%s\" does not say \"%s\"", error->message, says);
    if (!is_file)
        return;
    g_assert_true(g_file_get_contents(path, &after, &after_len, NULL));
    g_assert_cmpmem(before, before_len, after, after_len);
}

static void write_database(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

static void damage_file(const char *path)
{
    g_autofree char *text = NULL;
    gsize len;
    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    g_assert_cmpuint(len, >, 3 * 4096);
    memset(text + 4096, 0x5a, len - 4096);
    FILE *file = fopen(path, "r+");
    fwrite(text, 1, len, file);
    fclose(file);
}

static void test_refused_files(Fixture *f, gconstpointer user)
{
    g_autofree char *garbage = g_build_filename(f->folder, "garbage.db", NULL);
    g_autofree char *foreign = g_build_filename(f->folder, "foreign.db", NULL);
    g_autofree char *newer = g_build_filename(f->folder, "newer.db", NULL);
    g_autofree char *below = g_build_filename(garbage, "wallctl.db", NULL);
    g_autofree char *text = g_strnfill(8192, 'x');
    g_assert_true(g_file_set_contents(garbage, text, -1, NULL));
    write_database(foreign, "CREATE TABLE places(url TEXT)");
    g_autofree char *next = g_strdup_printf("schema %d", schema_version() + 1);
    g_autofree char *ours = g_strdup_printf("PRAGMA application_id = 0x57414c4c; PRAGMA "
                                            "user_version = %d; CREATE TABLE wall(id)",
                                            schema_version() + 1);
    write_database(newer, ours);
    expect_refused(garbage, "not a database");
    expect_refused(garbage, "put a backup in its place");
    expect_refused(foreign, "another program");
    expect_refused(newer, next);
    expect_refused(f->folder, "unable to open");
    expect_refused(below, "unable to open");

    store_close(g_steal_pointer(&f->store));
    damage_file(f->path);
    expect_refused(f->path, "put a backup in its place");
}

static void test_empty_file(Fixture *f, gconstpointer user)
{
    store_close(g_steal_pointer(&f->store));
    g_assert_true(g_file_set_contents(f->path, "", 0, NULL));
    open_store(f);
    g_assert_cmpint(get_int(f, "PRAGMA user_version"), ==, schema_version());
}

/* tests: trouble while running */

static void test_page_limit(Fixture *f, gconstpointer user)
{
    make_table(f);
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)");
    submit(f, run_text, "PRAGMA max_page_count = 1"); /* SQLite takes it as: not larger than now */
    WAIT_UNTIL(f->n_done == 2);
    submit(f, run_text, "INSERT INTO t VALUES(2, randomblob(100000))");
    WAIT_UNTIL(f->n_done == 3);
    g_assert_cmpint(f->last_code, ==, WALL_ERROR_UNAVAILABLE);
    WAIT_UNTIL(f->n_news == 1);
    g_assert_nonnull(strstr(f->trouble, "磁盘已满"));
    submit(f, run_text, "PRAGMA max_page_count = 1000000");
    WAIT_UNTIL(f->n_behind == 1);
    g_assert_null(f->trouble);
    submit(f, run_text, "INSERT INTO t VALUES(3, randomblob(100000))");
    WAIT_UNTIL(f->n_done == 5);
    g_assert_cmpint(f->last_code, ==, 0);
    g_assert_cmpint(get_int(f, "SELECT group_concat(v, '') FROM t"), ==, 13);
}

/* In a child of its own: the limit is the process's. Fills until the system refuses, waits until
 * the store has recovered by itself after the limit is gone. */
static int fill_disk(const char *path)
{
    Fixture f = { .path = (char *)path, .order = g_string_new(NULL) };
    signal(SIGXFSZ, SIG_IGN);
    open_store(&f);
    make_table(&f);
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    struct rlimit tight = { 512 * 1024, limit.rlim_max };
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &tight), ==, 0);
    guint n = 0;
    while (f.n_errors == 0) {
        g_autofree char *sql = g_strdup_printf("INSERT INTO t VALUES(%u, randomblob(20000))", ++n);
        submit(&f, run_text, sql);
        WAIT_UNTIL(f.n_done == n);
    }
    g_assert_cmpuint(n, >, 5);
    g_assert_cmpint(f.last_code, ==, WALL_ERROR_UNAVAILABLE);
    WAIT_UNTIL(f.trouble);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    WAIT_UNTIL(f.n_behind == 1);
    g_assert_null(f.trouble);
    submit(&f, run_text, "INSERT INTO t VALUES(1000, randomblob(1000000))");
    WAIT_UNTIL(f.n_done == n + 1);
    g_assert_cmpint(f.last_code, ==, 0);
    g_assert_cmpint(get_int(&f, "SELECT count(*) FROM t"), ==, n);
    store_close(f.store);
    g_string_free(f.order, TRUE);
    return 0;
}

static void test_file_size_limit(Fixture *f, gconstpointer user)
{
    store_close(g_steal_pointer(&f->store));
    int status = -1;
    g_autoptr(GError) error = NULL;
    char *argv[] = { (char *)"/proc/self/exe", (char *)"--fill-disk", f->path, NULL };
    g_assert_true(
        g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error));
    g_assert_no_error(error);
    g_assert_true(g_spawn_check_wait_status(status, &error));
    open_store(f);
    g_assert_cmpint(get_int(f, "SELECT max(v) FROM t"), ==, 1000);
}

static void test_deleted(Fixture *f, gconstpointer user)
{
    make_table(f);
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)");
    WAIT_UNTIL(f->n_done == 1);
    g_autofree char *state = g_path_get_dirname(f->path);
    if (user)
        remove_tree(state); /* with its folder, log and all */
    else
        g_assert_cmpint(g_unlink(f->path), ==, 0);
    submit(f, run_text, "INSERT INTO t(v) VALUES(2)");
    WAIT_UNTIL(f->n_done == 2);
    g_assert_cmpint(f->last_code, ==, 0);
    store_close(f->store);
    open_store(f);
    g_assert_cmpint(get_int(f, "SELECT group_concat(v, '') FROM t"), ==, 12);
    g_assert_cmpint(
        get_int(f, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), ==,
        1);
    g_assert_cmpuint(f->n_behind, ==, 0);
}

static void test_deleted_while_idle(Fixture *f, gconstpointer user)
{
    make_table(f);
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)");
    WAIT_UNTIL(f->n_done == 1);
    g_assert_cmpint(g_unlink(f->path), ==, 0);
    WAIT_UNTIL(g_file_test(f->path, G_FILE_TEST_EXISTS));
    store_close(f->store);
    open_store(f);
    g_assert_cmpint(get_int(f, "SELECT v FROM t"), ==, 1);
}

static char *find_beside(Fixture *f, const char *prefix)
{
    g_autofree char *state = g_path_get_dirname(f->path);
    g_autoptr(GDir) dir = g_dir_open(state, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)))
        if (g_str_has_prefix(name, prefix) && !g_str_has_suffix(name, "-wal"))
            return g_build_filename(state, name, NULL);
    return NULL;
}

static void test_replaced(Fixture *f, gconstpointer user)
{
    make_table(f);
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)");
    WAIT_UNTIL(f->n_done == 1);
    g_autofree char *other = g_build_filename(f->folder, "other.db", NULL);
    write_database(other, "CREATE TABLE places(url TEXT); INSERT INTO places VALUES('x')");
    g_assert_cmpint(g_rename(other, f->path), ==, 0);
    submit(f, run_text, "INSERT INTO t(v) VALUES(2)");
    WAIT_UNTIL(f->n_done == 2);
    g_assert_cmpint(f->last_code, ==, 0);
    g_assert_cmpint(get_int(f, "SELECT group_concat(v, '') FROM t"), ==, 12);
    g_autofree char *found = find_beside(f, "wallctl.db.found-");
    g_assert_nonnull(found);
    write_database(found, "UPDATE places SET url = 'still whole'");
}

static void test_damaged_while_running(Fixture *f, gconstpointer user)
{
    make_table(f);
    submit(f, run_text, "INSERT INTO t(v) VALUES(1)");
    WAIT_UNTIL(f->n_done == 1);
    /* Reopened, so that nothing of it is in the log or the cache any more. */
    store_close(f->store);
    open_store(f);
    struct stat info;
    g_assert_cmpint(stat(f->path, &info), ==, 0);
    damage_file(f->path);
    if (user) { /* as a disk does it: without a trace */
        struct timespec times[2] = { info.st_atim, info.st_mtim };
        g_assert_cmpint(utimensat(AT_FDCWD, f->path, times, 0), ==, 0);
        submit(f, run_text,
               "PRAGMA shrink_memory; SELECT count(*) FROM t; INSERT INTO t(v) VALUES(2)");
        WAIT_UNTIL(f->n_done == 2);
        g_assert_cmpint(f->last_code, ==, WALL_ERROR_UNAVAILABLE);
    }
    WAIT_UNTIL(f->n_behind == 1);
    g_assert_null(f->trouble);
    g_autofree char *damaged = find_beside(f, "wallctl.db.damaged-");
    g_assert_nonnull(damaged);
    make_table(f);
    guint n = f->n_done + 1;
    submit(f, run_text, "INSERT INTO t(v) VALUES(3)");
    WAIT_UNTIL(f->n_done == n);
    g_assert_cmpint(f->last_code, ==, 0);
}

/* One at a time, and free again at once; the message says where, and who has it. */
static void test_state_lock(void)
{
    g_autofree char *parent = g_dir_make_tmp("wallctl-lock-XXXXXX", NULL);
    g_autofree char *folder = g_build_filename(parent, "state", NULL);
    g_autofree char *file = g_build_filename(parent, "file", NULL);
    g_autofree char *me = g_strdup_printf("(process %d)", (int)getpid());
    g_autoptr(GError) error = NULL;
    StateLock *lock = state_lock_take(folder, &error);
    g_assert_no_error(error);
    g_assert_null(state_lock_take(folder, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LOCKED);
    g_assert_nonnull(strstr(error->message, folder));
    g_assert_nonnull(strstr(error->message, me));
    g_clear_error(&error);
    state_lock_free(lock);
    lock = state_lock_take(folder, &error);
    g_assert_no_error(error);
    state_lock_free(lock);
    g_assert_true(g_file_set_contents(file, "x", 1, NULL));
    g_assert_null(state_lock_take(file, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    remove_tree(parent);
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level(LOG_LEVEL_ERROR);
    if (argc == 3 && strcmp(argv[1], "--fill-disk") == 0)
        return fill_disk(argv[2]);
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
    ADD("/store/create", test_create);
    g_test_add_func("/store/memory", test_memory);
    g_test_add_func("/store/state-lock", test_state_lock);
    ADD("/store/survives-close", test_survives_close);
    ADD("/store/one-transaction", test_one_transaction);
    ADD("/store/disk-error-fails-batch", test_disk_error_fails_batch);
    ADD("/store/newest-wins", test_newest_wins);
    ADD("/store/queue-full", test_queue_full);
    ADD("/store/refused-files", test_refused_files);
    ADD("/store/empty-file", test_empty_file);
    ADD("/store/page-limit", test_page_limit);
    ADD("/store/file-size-limit", test_file_size_limit);
    ADD("/store/deleted", test_deleted);
    g_test_add("/store/deleted-folder", Fixture, "folder", set_up, test_deleted, tear_down);
    ADD("/store/deleted-while-idle", test_deleted_while_idle);
    ADD("/store/replaced", test_replaced);
    ADD("/store/overwritten-while-running", test_damaged_while_running);
    g_test_add("/store/damaged-while-running", Fixture, "disk", set_up, test_damaged_while_running,
               tear_down);
    return g_test_run();
}
