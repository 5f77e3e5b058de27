/* audit.c - the register with a million rows: appending, lists, verification, export
 *
 * bench-audit [rows] [folder]. Prints medians; the disk matters, so give a folder on the one that counts.
 * Times of lists are of the processor, too: on a machine that is busy with something else the others say
 * little.
 */
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/store/audit_export.h"
#include "wallctl/store/audit_file.h"
#include "wallctl/store/audit_query.h"
#include "wallctl/store/schema.h"
#include "wallctl/store/sql.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH  1000
#define ROUNDS 15

static double seconds_since(gint64 begun_ns)
{
    return (double)(clock_now_ns() - begun_ns) / NS_PER_SEC;
}

/* Of this thread. */
static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / NS_PER_SEC;
}

static void need(gboolean is_good, GError *error)
{
    if (!is_good)
        g_error("%s", error ? error->message : "failed");
}

/* As on a site: most rows are views, of many cameras and a few dozen people, a minute apart. */
static AuditRow make_row(GRand *rand, guint number, char *camera, char *account)
{
    static const AuditKind kinds[] = { AUDIT_VIEW, AUDIT_VIEW_END, AUDIT_VIEW, AUDIT_VIEW_END,
                                       AUDIT_COMMAND };
    g_snprintf(camera, 16, "cam-%d", g_rand_int_range(rand, 0, 2000));
    g_snprintf(account, 16, "user%d", g_rand_int_range(rand, 0, 40));
    return (AuditRow) { .at_ms =
                            G_GINT64_CONSTANT(1700000000000) + number * G_GINT64_CONSTANT(60000),
                        .kind = number % 5000 == 0 ? AUDIT_PTZ : kinds[number % 5],
                        .account = account,
                        .name = "张三",
                        .unit = "红塔区综治中心",
                        .address = "192.0.2.7",
                        .via = "web",
                        .wall = "hall",
                        .tile = number % 16 + 1,
                        .camera = camera,
                        .object = "",
                        .reason = "案件 HT20250522-0231",
                        .content = "实时画面：研和路口",
                        .seconds = number % 600 };
}

static void append(sqlite3 *db, const AuditSigner *signer, guint n)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    g_autoptr(GError) error = NULL;
    static char camera[BATCH][16], account[BATCH][16];
    static AuditRow rows[BATCH];
    const AuditRow *pointers[BATCH];
    gint64 begun_ns = clock_now_ns();
    for (guint done = 0; done < n; done += BATCH) {
        for (guint i = 0; i < BATCH; i++) {
            rows[i] = make_row(rand, done + i, camera[i], account[i]);
            pointers[i] = &rows[i];
        }
        need(sql_run(db, "BEGIN IMMEDIATE", &error), error);
        need(audit_store_append(db, signer, pointers, BATCH, rows[0].at_ms, NULL, &error), error);
        if (done % (60 * BATCH) == 0)
            need(audit_store_checkpoint(db, signer, "hour", rows[0].at_ms, NULL, &error), error);
        need(sql_run(db, "COMMIT", &error), error);
    }
    double seconds = seconds_since(begun_ns);
    g_print("append    %u rows in batches of %d: %.1f s, %.0f rows/s\n", n, BATCH, seconds,
            n / seconds);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void list(sqlite3 *db, guint n)
{
    gint64 middle_ms = G_GINT64_CONSTANT(1700000000000) + n / 2 * G_GINT64_CONSTANT(60000);
    const struct {
        const char *name;
        AuditFilter filter;
    } lists[] = {
        { "newest", { .n = 100 } },
        { "one account", { .n = 100, .account = "user7" } },
        { "one camera", { .n = 100, .camera = "cam-77" } },
        { "views", { .n = 100, .kind = AUDIT_VIEW } },
        { "ptz (rare)", { .n = 100, .kind = AUDIT_PTZ } },
        { "account and camera", { .n = 100, .account = "user7", .camera = "cam-77" } },
        { "account and ptz", { .n = 100, .account = "user7", .kind = AUDIT_PTZ } },
        { "a week in the past",
          { .n = 100, .from_ms = middle_ms, .to_ms = middle_ms + G_GINT64_CONSTANT(604800000) } },
        { "text, found", { .n = 100, .text = "研和" } },
        { "text, nowhere", { .n = 100, .text = "查无此文" } },
        { "wall and refused", { .n = 100, .wall = "hall", .is_refused_only = TRUE } },
        { "page in the middle", { .n = 100, .after_ms = middle_ms, .after_seq = n / 2 } },
    };
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        double took_ms[ROUNDS], busy_ms[ROUNDS];
        gint64 found = 0;
        for (guint k = 0; k < ROUNDS; k++) {
            g_autoptr(GError) error = NULL;
            gint64 begun_ns = clock_now_ns();
            double begun_s = processor_seconds();
            g_autoptr(AuditPage) page = audit_query_list(db, &lists[i].filter, &error);
            need(page != NULL, error);
            took_ms[k] = seconds_since(begun_ns) * 1000;
            busy_ms[k] = (processor_seconds() - begun_s) * 1000;
            found = page->n_found;
        }
        qsort(took_ms, ROUNDS, sizeof *took_ms, by_value);
        qsort(busy_ms, ROUNDS, sizeof *busy_ms, by_value);
        g_print("list      %-20s %7.2f ms (%.2f of a processor), at most %7.2f ms, "
                "%" G_GINT64_FORMAT " found\n",
                lists[i].name, took_ms[ROUNDS / 2], busy_ms[ROUNDS / 2], took_ms[ROUNDS - 1],
                found);
    }
}

static void verify(sqlite3 *db)
{
    g_autoptr(GError) error = NULL;
    AuditVerdict verdict;
    gint64 begun_ns = clock_now_ns();
    need(audit_store_verify(db, NULL, &verdict, &error), error);
    g_print("verify    the database: %s, %" G_GINT64_FORMAT " rows in %.1f s\n",
            audit_fault_word(verdict.fault), verdict.n_rows, seconds_since(begun_ns));
}

static void export_and_verify(sqlite3 *db, const AuditSigner *signer, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *piece = g_malloc(65536);
    AuditExport export = { 0 };
    FILE *file = fopen(path, "w+");
    gint64 begun_ns = clock_now_ns();
    need(audit_export_write(db, signer, &export, file, NULL, &error), error);
    g_print("export    %.0f MB in %.1f s\n", (double)export.n_bytes / 1e6, seconds_since(begun_ns));
    rewind(file);
    begun_ns = clock_now_ns();
    g_autoptr(AuditFile) reader = audit_file_new(NULL);
    for (gsize n; (n = fread(piece, 1, 65536, file)) > 0;)
        audit_file_feed(reader, piece, n);
    g_print("verify    the file: %s in %.1f s\n", audit_fault_word(audit_file_end(reader)->fault),
            seconds_since(begun_ns));
    fclose(file);
}

int main(int argc, char **argv)
{
    guint n = argc > 1 ? (guint)atoi(argv[1]) : 1000000;
    g_autofree char *folder =
        argc > 2 ? g_strdup(argv[2]) : g_dir_make_tmp("bench-audit-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "audit.db", NULL);
    g_autofree char *key_path = g_build_filename(folder, "audit.key", NULL);
    g_autofree char *file = g_build_filename(folder, "audit.ndjson", NULL);
    g_autoptr(GError) error = NULL;
    gboolean is_new;
    sqlite3 *db = sql_open_beside(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);
    need(db != NULL, error);
    need(sql_run(db,
                 "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536",
                 &error) &&
             schema_apply(db, &error),
         error);
    g_autoptr(AuditKey) key = audit_key_open(key_path, &is_new, &error);
    need(key != NULL, error);
    AuditSigner signer = { key, "红塔区综治中心" };
    append(db, &signer, n);
    sql_close(db, TRUE);
    db = sql_open_beside(path, SQLITE_OPEN_READONLY, &error);
    need(db != NULL, error);
    list(db, n);
    verify(db);
    export_and_verify(db, &signer, file);
    sql_close(db, FALSE);
    g_unlink(path);
    g_unlink(key_path);
    g_unlink(file);
    return 0;
}
