/* database.c - the file behind the store: opened, checked, and made anew when it was taken away */
#include "wallctl/store/database.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 3000 /* a copy made by an administrator holds the file for moments */

/* Events touch pages all over a large file: memory to find them in, and a log that is copied into the
 * file by the 32 MiB, so that a page that changes with every batch is copied once. */
#define MEMORY_PRAGMA                                                                              \
    "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192; PRAGMA temp_store = MEMORY"

static ino_t inode_of(const char *path, const char *suffix)
{
    g_autofree char *full = g_strconcat(path, suffix, NULL);
    struct stat info;
    return stat(full, &info) == 0 ? info.st_ino : 0;
}

static void remove_file(const char *path, const char *suffix)
{
    g_autofree char *full = g_strconcat(path, suffix, NULL);
    g_unlink(full);
}

static void sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* SQLite would create the file readable for all; it will hold more than walls. */
static void create_private(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static sqlite3 *open_file(const char *path, GError **error)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK)
        sql_set_error(db, error);
    return db;
}

/* TRUE also where the file system cannot have a log: saving works without, only slower. */
static gboolean use_log(Database *database, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(database->db, "PRAGMA journal_mode = WAL", error);
    gboolean has_row;
    if (!query || !sql_step(query, &has_row, error))
        return FALSE;
    const char *mode = has_row ? (const char *)sqlite3_column_text(query, 0) : "";
    if (!database->is_memory && g_strcmp0(mode, "wal") != 0)
        log_warning(STORE, "%s: no write-ahead log on this file system, saving is slower (%s)",
                    database->path, mode);
    return TRUE;
}

static gboolean set_up(Database *database, GError **error)
{
    sqlite3 *db = database->db;
    gint64 version;
    if (!use_log(database, error) || !sql_get_int(db, "PRAGMA user_version", &version, error))
        return FALSE;
    database->is_fresh = version == 0;
    /* The checkpoint begins a new log: after an I/O error the system may hold parts of the old one
     * that the disk does not have, and what is behind such a hole would be lost. */
    return sql_run(db,
                   "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = "
                   "OFF; PRAGMA secure_delete = ON; " MEMORY_PRAGMA,
                   error) &&
           schema_apply(db, error) && sql_run(db, "PRAGMA wal_checkpoint(TRUNCATE)", error);
}

SchemaState database_open(Database *database, GError **error)
{
    static const char *const advice[] = {
        [SCHEMA_FOREIGN] = "; move it away to begin with an empty one, or set another path",
        [SCHEMA_DAMAGED] =
            "; move it away to begin with an empty one, or put a backup in its place",
        [SCHEMA_UNREADABLE] = "; check the disk, the folder and its rights",
    };
    GError *cause = NULL;
    if (!database->is_memory)
        create_private(database->path);
    database->db = open_file(database->path, &cause);
    SchemaState state = SCHEMA_UNREADABLE;
    if (!cause) {
        sqlite3_busy_timeout(database->db, BUSY_MS);
        state = schema_check(database->db, &cause);
    }
    if (!cause && !set_up(database, &cause))
        state = SCHEMA_UNREADABLE;
    if (!cause) {
        database->log = inode_of(database->path, "-wal");
        database_note_written(database);
        return SCHEMA_GOOD;
    }
    database->code = state == SCHEMA_DAMAGED ? SQLITE_CORRUPT : sqlite3_errcode(database->db);
    g_set_error(error, cause->domain, cause->code, "%s: %s%s", database->path, cause->message,
                advice[state]);
    g_error_free(cause);
    database_close(database);
    return state;
}

void database_close(Database *database)
{
    sql_close(g_steal_pointer(&database->db), FALSE);
}

gboolean database_has_moved(Database *database)
{
    int has_moved = 0;
    sqlite3_file_control(database->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
    return has_moved != 0;
}

static void get_written(const Database *database, gint64 *size, gint64 *written_ns)
{
    struct stat info = { 0 };
    if (!database->is_memory)
        (void)stat(database->path, &info);
    *size = info.st_size;
    *written_ns = info.st_mtim.tv_sec * NS_PER_SEC + info.st_mtim.tv_nsec;
}

gboolean database_is_touched(Database *database)
{
    gint64 size, written_ns;
    get_written(database, &size, &written_ns);
    return size != database->size || written_ns != database->written_ns;
}

void database_note_written(Database *database)
{
    get_written(database, &database->size, &database->written_ns);
}

/* All pages of the open file to a new one. */
static gboolean copy_pages(Database *database, const char *path, GError **error)
{
    create_private(path);
    GError *cause = NULL;
    sqlite3 *copy = open_file(path, &cause);
    if (!cause) {
        sqlite3_backup *backup = sqlite3_backup_init(copy, "main", database->db, "main");
        if (backup) {
            sqlite3_backup_step(backup, -1);
            sqlite3_backup_finish(backup);
        }
        if (sqlite3_errcode(copy) != SQLITE_OK)
            sql_set_error(copy, &cause);
    }
    database->code = cause ? sqlite3_errcode(copy) : SQLITE_OK;
    sql_close(copy, TRUE);
    if (!cause)
        return TRUE;
    g_propagate_prefixed_error(error, cause, "%s: ", path);
    return FALSE;
}

/* Whatever lies at the path gets a name that tells when and why. The log goes along unless it is
 * the one of the file that we had open ourselves and that is gone: beside another file it would
 * destroy that. */
static gboolean move_beside(Database *database, const char *why, gboolean with_own_log,
                            GError **error)
{
    g_autofree char *log = g_strconcat(database->path, "-wal", NULL);
    ino_t log_inode = inode_of(log, "");
    if (log_inode != 0 && log_inode == database->log && !with_own_log)
        g_unlink(log);
    remove_file(database->path, "-shm");
    g_autofree char *beside =
        g_strdup_printf("%s.%s-%" G_GINT64_FORMAT, database->path, why, clock_unix_ms());
    g_autofree char *beside_log = g_strconcat(beside, "-wal", NULL);
    if (g_rename(database->path, beside) != 0 && errno != ENOENT) {
        database->code = SQLITE_CANTOPEN;
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: cannot be renamed to %s: %s",
                    database->path, beside, g_strerror(errno));
        return FALSE;
    }
    g_rename(log, beside_log);
    if (g_file_test(beside, G_FILE_TEST_EXISTS))
        log_warning(STORE, "%s: what was found there is kept as %s", database->path, beside);
    return TRUE;
}

gboolean database_restore(Database *database, GError **error)
{
    g_autofree char *copy = g_strconcat(database->path, ".new", NULL);
    remove_file(copy, "");
    remove_file(copy, "-journal");
    remove_file(copy, "-wal");
    GError *cause = NULL;
    gboolean is_copied = copy_pages(database, copy, &cause);
    gboolean is_broken = database->code == SQLITE_CORRUPT || database->code == SQLITE_NOTADB;
    if (!is_copied && !is_broken) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    g_clear_error(&cause);
    database_close(database);
    if (!move_beside(database, "found", FALSE, error))
        return FALSE;
    if (is_copied && g_rename(copy, database->path) != 0) {
        database->code = SQLITE_CANTOPEN;
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: cannot be renamed to %s: %s",
                    copy, database->path, g_strerror(errno));
        return FALSE;
    }
    sync_folder(database->path);
    return database_open(database, error) == SCHEMA_GOOD;
}

gboolean database_replace(Database *database, GError **error)
{
    database_close(database);
    return move_beside(database, "damaged", TRUE, error) &&
           database_open(database, error) == SCHEMA_GOOD;
}

void database_init(Database *database, const char *path)
{
    gboolean is_memory = strcmp(path, ":memory:") == 0;
    *database =
        (Database) { .path = is_memory ? g_strdup(path) : g_canonicalize_filename(path, NULL),
                     .is_memory = is_memory };
}

void database_clear(Database *database)
{
    sql_close(g_steal_pointer(&database->db), TRUE);
    g_clear_pointer(&database->path, g_free);
}
