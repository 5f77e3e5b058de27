/* test_backup.c - copies made while the database is written to, what is wrong with them, and the way
 * back */
#include "case_rig.h"

#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/base/log.h"
#include "wallctl/store/backup.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    StoreRig rig;
    char *target;
} Fixture;

static void set_up(Fixture *f, gconstpointer user)
{
    store_rig_init(&f->rig, NULL);
    f->target = g_build_filename(f->rig.folder, "copies", "one.db", NULL);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    store_rig_clear(&f->rig);
    g_free(f->target);
}

static void take(Fixture *f, guint64 number)
{
    store_rig_take(&f->rig, rig_crash_batch(number));
}

static void write_copy(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    backup_write(f->rig.path, f->target, NULL, &error);
    g_assert_no_error(error);
}

static gint64 count_events(const char *path)
{
    g_autoptr(GError) error = NULL;
    Store *store = store_open(path, &error);
    g_assert_no_error(error);
    gint64 n = rig_get_int(store, "SELECT count(*) FROM inbox");
    rig_assert_consistent(store);
    store_close(store);
    post_drain();
    return n;
}

/* --- copies ----------------------------------------------------------------------------------------
 */

static gpointer copy_often(gpointer user)
{
    Fixture *f = user;
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < 5; i++) {
        backup_write(f->rig.path, f->target, NULL, &error);
        g_assert_no_error(error);
    }
    return NULL;
}

static void test_while_written(Fixture *f, gconstpointer user)
{
    for (guint i = 0; i < 5; i++)
        take(f, i);
    GThread *worker = g_thread_new("worker", copy_often, f);
    for (guint i = 5; i < 40; i++)
        take(f, i);
    g_thread_join(worker);
    struct stat info;
    g_assert_cmpint(stat(f->target, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0600);
    gint64 n = count_events(f->target);
    g_assert_cmpint(n % RIG_CRASH_BATCH, ==, 0); /* of one moment */
    g_assert_cmpint(n, >=, 5 * RIG_CRASH_BATCH);
    g_assert_cmpint(n, <=, 40 * RIG_CRASH_BATCH);
}

static void damage(const char *path, long at)
{
    FILE *file = fopen(path, "r+");
    g_assert_nonnull(file);
    fseek(file, at, SEEK_SET);
    for (guint i = 0; i < 4096; i++)
        fputc(0x5a, file);
    fclose(file);
}

static void assert_refused(const char *path, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(backup_check(path, NULL, NULL, &error));
    g_assert_nonnull(error);
    g_assert_true(g_str_has_prefix(error->message, path));
    if (!strstr(error->message, says))
        g_error("\"%s\" does not say \"%s\"", error->message, says);
}

static void run_on(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(db);
}

static void test_check(Fixture *f, gconstpointer user)
{
    g_autofree char *garbage = g_build_filename(f->rig.folder, "garbage.db", NULL);
    g_autofree char *foreign = g_build_filename(f->rig.folder, "foreign.db", NULL);
    g_autofree char *empty = g_build_filename(f->rig.folder, "empty.db", NULL);
    g_autofree char *nothing = g_build_filename(f->rig.folder, "nothing.db", NULL);
    g_autofree char *text = g_strnfill(8192, 'x');
    for (guint i = 0; i < 5; i++)
        take(f, i);
    write_copy(f);
    g_assert_true(backup_check(f->target, NULL, NULL, NULL));
    g_assert_true(g_file_set_contents(garbage, text, -1, NULL));
    g_assert_true(g_file_set_contents(empty, "", 0, NULL));
    run_on(foreign, "CREATE TABLE places(url TEXT)");
    assert_refused(garbage, "not a database");
    assert_refused(foreign, "another program");
    assert_refused(empty, "is empty");
    assert_refused(nothing, "unable to open");
    run_on(f->target,
           "DROP TRIGGER transition_update; UPDATE transition SET at_ms = 1 WHERE seq = 9");
    assert_refused(f->target, "row 9");
    write_copy(f);
    damage(f->target, 20 * 4096);
    g_assert_false(backup_check(f->target, NULL, NULL, NULL));
}

/* A copy that fails leaves the one before it. */
static void test_bad_copy_replaces_nothing(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    take(f, 0);
    write_copy(f);
    rig_run_sql(f->rig.store,
                "DROP TRIGGER transition_update; UPDATE transition SET at_ms = 1 WHERE seq = 9");
    g_assert_false(backup_write(f->rig.path, f->target, NULL, &error));
    g_assert_nonnull(strstr(error->message, "row 9"));
    g_assert_true(backup_check(f->target, NULL, NULL, NULL));
    g_autofree char *copies = g_path_get_dirname(f->target);
    g_autoptr(GDir) dir = g_dir_open(copies, 0, NULL);
    guint n = 0;
    while (g_dir_read_name(dir))
        n++;
    g_assert_cmpuint(n, ==, 1);
    g_clear_error(&error);
    g_assert_false(backup_write("/nowhere/wallctl.db", f->target, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_true(backup_check(f->target, NULL, NULL, NULL));
}

/* --- and back --------------------------------------------------------------------------------------
 */

static guint count_beside(Fixture *f)
{
    g_autoptr(GDir) dir = g_dir_open(f->rig.folder, 0, NULL);
    const char *name;
    guint n = 0;
    while ((name = g_dir_read_name(dir)))
        n += g_str_has_prefix(name, "wallctl.db.before-restore-");
    return n;
}

static void test_restore(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    take(f, 0);
    write_copy(f);
    take(f, 1);
    g_assert_false(backup_restore(f->target, f->rig.path, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LOCKED);
    take(f, 2); /* nothing has happened to it */
    g_clear_error(&error);
    store_rig_close(&f->rig);
    backup_restore(f->target, f->rig.path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(count_events(f->rig.path), ==, RIG_CRASH_BATCH);
    g_assert_cmpuint(count_beside(f), >=, 1);
    store_rig_open(&f->rig);
    take(f, 1);
}

static void test_restore_over_damage(Fixture *f, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    take(f, 0);
    write_copy(f);
    store_rig_close(&f->rig);
    damage(f->rig.path, 0);
    backup_restore(f->target, f->rig.path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(count_events(f->rig.path), ==, RIG_CRASH_BATCH);
    g_assert_cmpint(g_unlink(f->rig.path), ==, 0);
    backup_restore(f->target, f->rig.path, &error); /* where nothing is */
    g_assert_no_error(error);
    g_assert_cmpint(count_events(f->rig.path), ==, RIG_CRASH_BATCH);
    damage(f->target, 0);
    g_assert_false(backup_restore(f->target, f->rig.path, &error));
    g_assert_cmpint(count_events(f->rig.path), ==, RIG_CRASH_BATCH);
    store_rig_open(&f->rig);
}

static void test_nightly(Fixture *f, gconstpointer user)
{
    g_autofree char *folder = g_build_filename(f->rig.folder, "nightly", NULL);
    g_autofree char *other = g_build_filename(folder, "wallctl-before-update.db", NULL);
    g_mkdir_with_parents(folder, 0700);
    g_assert_true(g_file_set_contents(other, "", 0, NULL));
    for (guint i = 0; i < 10; i++) {
        g_autofree char *name =
            backup_nightly_name(folder, RIG_DAY_0 + i * G_GINT64_CONSTANT(86400000));
        g_assert_true(g_file_set_contents(name, "", 0, NULL));
    }
    g_autofree char *first = g_build_filename(folder, "wallctl-2025-05-22.db", NULL);
    g_autofree char *last = g_build_filename(folder, "wallctl-2025-05-31.db", NULL);
    g_assert_true(g_file_test(first, G_FILE_TEST_EXISTS));
    g_assert_cmpuint(backup_keep(folder, 7), ==, 3);
    g_assert_false(g_file_test(first, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(last, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(other, G_FILE_TEST_EXISTS));
    g_assert_cmpuint(backup_keep(folder, 7), ==, 0);
    g_assert_cmpuint(backup_keep("/nowhere", 7), ==, 0);
}

/* Ended early: the error says so, the old copy stays, nothing is left beside it. */
static void test_cancelled(Fixture *f, gconstpointer user)
{
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *begun = g_strconcat(f->target, ".new", NULL);
    take(f, 0);
    write_copy(f);
    take(f, 1);
    g_cancellable_cancel(cancel);
    g_assert_false(backup_write(f->rig.path, f->target, cancel, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_false(g_file_test(begun, G_FILE_TEST_EXISTS));
    store_rig_close(&f->rig);
    g_assert_cmpint(count_events(f->target), ==, RIG_CRASH_BATCH);
    store_rig_open(&f->rig);
}

static void test_room(Fixture *f, gconstpointer user)
{
    g_autofree char *folder = g_build_filename(f->rig.folder, "not-yet-there", NULL);
    g_autofree char *huge = g_build_filename(f->rig.folder, "huge.db", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(backup_has_room(f->rig.path, folder, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_set_contents(huge, "", 0, NULL));
    g_assert_cmpint(truncate(huge, G_GINT64_CONSTANT(1) << 42), ==, 0); /* takes no room itself */
    g_assert_false(backup_has_room(huge, folder, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
    ADD("/backup/while-written", test_while_written);
    ADD("/backup/check", test_check);
    ADD("/backup/bad-copy-replaces-nothing", test_bad_copy_replaces_nothing);
    ADD("/backup/restore", test_restore);
    ADD("/backup/restore-over-damage", test_restore_over_damage);
    ADD("/backup/nightly", test_nightly);
    ADD("/backup/cancelled", test_cancelled);
    ADD("/backup/room", test_room);
    return g_test_run();
}
