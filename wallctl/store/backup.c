/* backup.c - a copy of the database while it is in use, checked; and back again
 *
 * The copy is made inside one read transaction: it is of one moment, writers go on into the log
 * meanwhile. It gets its name only after it was read through.
 */
#include "wallctl/store/backup.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/model/calendar.h"
#include "wallctl/store/chain.h"
#include "wallctl/store/schema.h"
#include "wallctl/store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STEP_PAGES     1024
#define LOOK_STEPS     100000 /* of SQLite's machine, between looks whether it shall end */
#define NIGHTLY_PREFIX "wallctl-"
#define NIGHTLY_SUFFIX ".db"
#define DAY_LENGTH     10 /* 2025-05-22 */

static gboolean fail(GError **error, int code, const char *path, const char *what)
{
    g_set_error(error, WALL_ERROR, code, "%s: %s", path, what);
    return FALSE;
}

static void remove_with_logs(const char *path)
{
    static const char *const suffixes[] = { "", "-journal", "-wal", "-shm" };
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *file = g_strconcat(path, suffixes[i], NULL);
        g_unlink(file);
    }
}

static gboolean sync_path(const char *path, int flags, GError **error)
{
    int fd = open(path, flags | O_CLOEXEC);
    gboolean is_good = fd >= 0 && fsync(fd) == 0;
    int cause = errno;
    if (fd >= 0)
        close(fd);
    return is_good || fail(error, WALL_ERROR_UNAVAILABLE, path, g_strerror(cause));
}

/* The finished file under its name, also after a power cut. */
static gboolean give_name(const char *file, const char *name, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(name);
    if (!sync_path(file, O_RDONLY, error))
        return FALSE;
    if (g_rename(file, name) != 0)
        return fail(error, WALL_ERROR_UNAVAILABLE, name, g_strerror(errno));
    return sync_path(folder, O_RDONLY | O_DIRECTORY, error);
}

/* --- checking ------------------------------------------------------------------------------------
 */

static gboolean check_pages(sqlite3 *db, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(db, "PRAGMA integrity_check(1)", error);
    gboolean has_row;
    if (!query || !sql_step(query, &has_row, error))
        return FALSE;
    const char *result = has_row ? (const char *)sqlite3_column_text(query, 0) : "no answer";
    if (g_strcmp0(result, "ok") == 0)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the file is damaged: %s", result);
    return FALSE;
}

/* A copy of before there were cases has no chain. */
static gboolean check_chain(sqlite3 *db, GError **error)
{
    gint64 n_tables, broken;
    const char *why;
    if (!sql_get_int(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'transition'", &n_tables,
                     error))
        return FALSE;
    if (n_tables == 0 || chain_verify(db, &broken, &why, error))
        return TRUE;
    if (why)
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "the log of transitions is broken at row %" G_GINT64_FORMAT ": %s", broken,
                    why);
    return FALSE;
}

static gboolean check_head(sqlite3 *db, const char *head, GError **error)
{
    ChainEnd known;
    const char *why;
    if (!chain_end_parse(head, &known)) {
        wall_error_set_literal(error, WALL_ERROR_INVALID,
                               "the chain head is none; accepted: NUMBER:HASH as in 'wallctl "
                               "retention report'",
                               "链头格式不对；应照 wallctl retention report 里的“序号:哈希”填写");
        return FALSE;
    }
    if (chain_holds(db, &known, &why, error))
        return TRUE;
    if (why)
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "the log of transitions does not hold the head %s: %s", head, why);
    return FALSE;
}

static int is_over(void *user)
{
    return g_cancellable_is_cancelled(user);
}

static gboolean check_database(sqlite3 *db, GError **error)
{
    gint64 version;
    if (schema_check(db, error) != SCHEMA_GOOD ||
        !sql_get_int(db, "PRAGMA user_version", &version, error))
        return FALSE;
    if (version == 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "the file is empty");
        return FALSE;
    }
    return check_pages(db, error) && check_chain(db, error);
}

gboolean backup_check(const char *target, const char *head, GCancellable *cancel, GError **error)
{
    sqlite3 *db = sql_open_beside(target, SQLITE_OPEN_READONLY, error);
    if (!db)
        return FALSE;
    sqlite3_progress_handler(db, LOOK_STEPS, is_over, cancel);
    gboolean is_good = check_database(db, error) && (!head || check_head(db, head, error));
    sql_close(db, FALSE);
    if (!is_good)
        g_prefix_error(error, "%s: ", target);
    return is_good;
}

/* --- copying -------------------------------------------------------------------------------------
 */

static gboolean copy_pages(sqlite3 *from, sqlite3 *to, GCancellable *cancel, GError **error)
{
    /* Without a read transaction around all steps a writer would make it begin again. */
    gint64 n;
    if (!sql_run(from, "BEGIN", error) ||
        !sql_get_int(from, "SELECT count(*) FROM sqlite_schema", &n, error))
        return FALSE;
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int result = backup ? SQLITE_OK : SQLITE_ERROR;
    while (result == SQLITE_OK && !g_cancellable_is_cancelled(cancel))
        result = sqlite3_backup_step(backup, STEP_PAGES);
    if (backup)
        sqlite3_backup_finish(backup);
    if (result == SQLITE_OK) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "ended before it was done");
        return FALSE;
    }
    if (result != SQLITE_DONE) {
        sql_set_error(to, error);
        return FALSE;
    }
    /* The copy says of itself that it has a log, as its original: it is one file without. */
    return sql_run(to, "PRAGMA journal_mode = DELETE", error);
}

/* Made by root for the daemon's own user: a file that belongs to whom the folder belongs. */
static gboolean create_file(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct stat info;
    gboolean is_good =
        fd >= 0 &&
        (geteuid() != 0 || (stat(folder, &info) == 0 && fchown(fd, info.st_uid, info.st_gid) == 0));
    int cause = errno;
    if (fd >= 0)
        close(fd);
    return is_good || fail(error, WALL_ERROR_UNAVAILABLE, path, g_strerror(cause));
}

static gboolean copy_file(const char *path, const char *copy, GCancellable *cancel, GError **error)
{
    sqlite3 *from = sql_open_beside(path, SQLITE_OPEN_READONLY, error);
    if (!from)
        return FALSE;
    sqlite3 *to =
        create_file(copy, error) ? sql_open_beside(copy, SQLITE_OPEN_READWRITE, error) : NULL;
    gboolean is_good = to && copy_pages(from, to, cancel, error);
    if (to && !is_good)
        g_prefix_error(error, "%s: ", copy);
    sql_close(to, TRUE);
    sql_close(from, FALSE);
    return is_good;
}

/* The parent's owner, too: a folder that root makes must not shut the daemon out. */
static void make_folder(const char *folder)
{
    g_autofree char *parent = g_path_get_dirname(folder);
    struct stat info;
    if (g_mkdir(folder, 0700) == 0) {
        if (geteuid() == 0 && stat(parent, &info) == 0 &&
            chown(folder, info.st_uid, info.st_gid) != 0)
            log_warning(STORE, "%s: its owner cannot be set: %s", folder, g_strerror(errno));
    } else {
        g_mkdir_with_parents(folder, 0700);
    }
}

gboolean backup_write(const char *path, const char *target, GCancellable *cancel, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(target);
    g_autofree char *copy = g_strconcat(target, ".new", NULL);
    make_folder(folder);
    remove_with_logs(copy);
    if (copy_file(path, copy, cancel, error) && backup_check(copy, NULL, cancel, error) &&
        give_name(copy, target, error))
        return TRUE;
    remove_with_logs(copy);
    return FALSE;
}

gboolean backup_has_room(const char *path, const char *folder, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(folder);
    struct stat info;
    struct statvfs disk;
    if (stat(path, &info) != 0)
        return fail(error, WALL_ERROR_UNAVAILABLE, path, g_strerror(errno));
    if (statvfs(folder, &disk) != 0 && statvfs(parent, &disk) != 0)
        return fail(error, WALL_ERROR_UNAVAILABLE, folder, g_strerror(errno));
    guint64 free_mb = (guint64)disk.f_bavail * disk.f_frsize >> 20;
    guint64 needed_mb = 2 * ((guint64)info.st_size >> 20) + 1;
    if (free_mb >= needed_mb)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT,
                "%s: %" G_GUINT64_FORMAT " MB are free, a copy needs %" G_GUINT64_FORMAT
                " MB so that as much is left for what comes in",
                folder, free_mb, needed_mb);
    return FALSE;
}

/* --- restoring -----------------------------------------------------------------------------------
 */

/* An exclusive lock is to be had only while nobody else has the file open in WAL mode. */
static gboolean check_unused(const char *path, GError **error)
{
    sqlite3 *db = sql_open_beside(path, SQLITE_OPEN_READWRITE, error);
    if (!db)
        return FALSE;
    sqlite3_busy_timeout(db, 0);
    gboolean is_free =
        sql_run(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE", NULL) &&
        sql_run(db, "BEGIN EXCLUSIVE; COMMIT", NULL);
    int code = sqlite3_errcode(db);
    sql_close(db, TRUE);
    gboolean is_used = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    /* What cannot be read at all is in nobody's use, and is what a restore is for. */
    return is_free || !is_used ||
           fail(error, WALL_ERROR_LOCKED, path, "is in use; stop wallctl and restore again");
}

static gboolean keep_old(const char *path, GError **error)
{
    static const char *const suffixes[] = { "-wal", "" };
    gint64 now_ms = clock_unix_ms();
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *file = g_strconcat(path, suffixes[i], NULL);
        g_autofree char *beside =
            g_strdup_printf("%s.before-restore-%" G_GINT64_FORMAT "%s", path, now_ms, suffixes[i]);
        if (g_rename(file, beside) != 0 && errno != ENOENT)
            return fail(error, WALL_ERROR_UNAVAILABLE, file, g_strerror(errno));
    }
    g_autofree char *shared = g_strconcat(path, "-shm", NULL);
    g_unlink(shared);
    return TRUE;
}

gboolean backup_restore(const char *target, const char *path, GError **error)
{
    g_autofree char *copy = g_strconcat(path, ".restored", NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    gboolean has_old = g_file_test(path, G_FILE_TEST_EXISTS);
    if (!backup_check(target, NULL, NULL, error) || (has_old && !check_unused(path, error)))
        return FALSE;
    g_mkdir_with_parents(folder, 0700);
    remove_with_logs(copy);
    if (copy_file(target, copy, NULL, error) && backup_check(copy, NULL, NULL, error) &&
        (!has_old || keep_old(path, error)) && give_name(copy, path, error))
        return TRUE;
    remove_with_logs(copy);
    return FALSE;
}

/* --- nightly -------------------------------------------------------------------------------------
 */

char *backup_nightly_name(const char *folder, gint64 now_ms)
{
    g_autoptr(GDateTime) utc =
        g_date_time_new_from_unix_utc(now_ms / 1000 + CALENDAR_OFFSET_MIN * 60);
    g_autofree char *day = g_date_time_format(utc, "%Y-%m-%d");
    g_autofree char *name = g_strconcat(NIGHTLY_PREFIX, day, NIGHTLY_SUFFIX, NULL);
    return g_build_filename(folder, name, NULL);
}

static gboolean is_nightly(const char *name)
{
    return strlen(name) == strlen(NIGHTLY_PREFIX) + DAY_LENGTH + strlen(NIGHTLY_SUFFIX) &&
           g_str_has_prefix(name, NIGHTLY_PREFIX) && g_str_has_suffix(name, NIGHTLY_SUFFIX) &&
           strspn(name + strlen(NIGHTLY_PREFIX), "0123456789-") == DAY_LENGTH;
}

static int newest_first(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)b, *(char *const *)a);
}

guint backup_keep(const char *folder, guint n)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        if (is_nightly(name))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, newest_first);
    guint n_gone = 0;
    for (guint i = n; i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        if (g_unlink(path) == 0)
            n_gone++;
        else
            log_warning(STORE, "%s: cannot be deleted: %s", path, g_strerror(errno));
    }
    return n_gone;
}
