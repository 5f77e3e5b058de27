/* test_intake_folder.c - files of events on a real disk: what is taken, refused, kept, moved */
#include "intake_app.h"

#include "../support/wait_until.h"

#include "wallctl/base/post.h"
#include "wallctl/intake_folder.h"
#include "wallctl/intake_reader.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCHDOG_S 20
#define EVENT                                                                                      \
    "{\"specversion\":\"1.0\",\"id\":\"e%u\",\"source\":\"/s\",\"type\":\"t\",\"data\":{}}\n"

typedef struct {
    Inbox *inbox;
    WorkPool *pool;
    IntakeFolder *folder;
    char *path;
    guint good, bad; /* files */
    char *text;      /* of the newest news */
} World;

static void on_news(const char *file, gboolean is_well, const char *text, gpointer user)
{
    World *world = user;
    *(is_well ? &world->good : &world->bad) += 1;
    g_free(world->text);
    world->text = g_strdup(text);
}

static char *below(World *world, const char *name)
{
    return g_build_filename(world->path, name, NULL);
}

/* As a diode's far end does it: under another name, then renamed. */
static void drop(World *world, const char *name, const char *text, gssize len)
{
    g_autofree char *hidden = below(world, ".part"), *whole = below(world, name);
    g_assert_true(g_file_set_contents(hidden, text, len, NULL));
    g_assert_cmpint(g_rename(hidden, whole), ==, 0);
}

static void drop_events(World *world, const char *name, guint n)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, EVENT, i);
    drop(world, name, text->str, (gssize)text->len);
    g_string_free(text, TRUE);
}

static gboolean exists(World *world, const char *name)
{
    g_autofree char *path = below(world, name);
    struct stat status;
    return lstat(path, &status) == 0;
}

static char *report(World *world, const char *name)
{
    g_autofree char *path = below(world, name);
    char *text = NULL;
    WAIT_UNTIL(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void world_init(World *world, IntakeResult result)
{
    *world = (World) { .inbox = inbox_new(result),
                       .pool = work_pool_new("test", 2, 16, 0),
                       .path = g_dir_make_tmp("wallctl-folder-XXXXXX", NULL) };
}

static void start(World *world)
{
    world->folder = intake_folder_new(world->inbox->intake, world->pool, world->path, "ferry", 1,
                                      on_news, world);
}

static void remove_all(const char *path)
{
    g_autoptr(GDir) dir =
        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        remove_all(inner);
    }
    g_remove(path);
}

static void world_clear(World *world)
{
    intake_folder_free(world->folder);
    work_pool_free(world->pool);
    post_drain();
    inbox_free(world->inbox);
    remove_all(world->path);
    g_free(world->path);
    g_free(world->text);
}

/* --- files ----------------------------------------------------------------------------------- */

static void test_ndjson(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    drop_events(&world, "b.ndjson", 3000);
    drop(&world, "a.ndjson", "\xef\xbb\xbf{\"caseNo\":\"1\"}\r\n\n  \n{\"caseNo\":\"2\"}", -1);
    start(&world);
    WAIT_UNTIL(world.good == 1);
    g_assert_cmpuint(world.inbox->received, ==, 2); /* in the order of names */
    g_assert_cmpstr(world.inbox->last_text, ==, "{\"caseNo\":\"2\"}");
    g_assert_cmpstr(world.inbox->last_peer, ==, "a.ndjson:4");
    g_assert_cmpstr(world.inbox->last_source, ==, "ferry");
    g_assert_cmpint(world.inbox->last_form, ==, INTAKE_RECORD);
    WAIT_UNTIL(world.good == 2);
    g_assert_cmpuint(world.inbox->received, ==, 3002);
    g_assert_cmpint(world.inbox->last_form, ==, INTAKE_ENVELOPE);
    g_autofree char *text = report(&world, "done/b.ndjson.report.txt");
    g_assert_cmpstr(text, ==,
                    "b.ndjson: 3000 applied, 0 duplicate, 0 anomaly, 0 noted, 0 refused\n");
    g_assert_true(exists(&world, "done/a.ndjson"));
    g_assert_false(exists(&world, "a.ndjson"));
    /* What appears while we watch, long before the rescan of a site; the same name again. */
    world.inbox->result = INTAKE_DUPLICATE;
    drop_events(&world, "b.ndjson", 5);
    WAIT_UNTIL(world.good == 3);
    g_autofree char *again = report(&world, "done/b.ndjson.2.report.txt");
    g_assert_cmpstr(again, ==, "b.ndjson: 0 applied, 5 duplicate, 0 anomaly, 0 noted, 0 refused\n");
    world_clear(&world);
}

static void test_csv(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    drop(&world, "a.csv", "编号,标题\r\nHT-1,\"一, \"\"二\"\"\"\r\n\r\nHT-2,三,四\r\nHT-3\r\n", -1);
    start(&world);
    WAIT_UNTIL(world.bad == 1);
    g_assert_cmpuint(world.inbox->received, ==, 2);
    g_assert_cmpstr(world.inbox->last_text, ==, "{\"编号\":\"HT-3\"}");
    g_assert_cmpint(world.inbox->last_form, ==, INTAKE_RECORD);
    g_autofree char *text = report(&world, "failed/a.csv.report.txt");
    g_assert_cmpstr(text, ==,
                    "a.csv: 2 applied, 0 duplicate, 0 anomaly, 0 noted, 1 refused\n"
                    "line 4: refused: more cells than columns\n");
    /* GB18030: 编号,标题 \n HT-4,三 */
    drop(&world, "b.csv", "\xb1\xe0\xba\xc5,\xb1\xea\xcc\xe2\nHT-4,\xc8\xfd\n", -1);
    WAIT_UNTIL(world.good == 1);
    g_assert_cmpstr(world.inbox->last_text, ==, "{\"编号\":\"HT-4\",\"标题\":\"三\"}");
    world_clear(&world);
}

static void test_names(void)
{
    static const struct {
        const char *name;
        gboolean is_taken;
    } rows[] = {
        { "a.ndjson", TRUE },   { "a.csv", TRUE },          { "A.CSV", TRUE },
        { ".a.ndjson", FALSE }, { "a.ndjson.part", FALSE }, { "a.csv.tmp", FALSE },
        { "a.json", FALSE },    { ".csv", FALSE },          { "csv", FALSE },
        { "a.ndjson~", FALSE }, { "done", FALSE },          { "", FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(intake_reader_takes(rows[i].name), ==, rows[i].is_taken);
    }
}

/* Files that are refused whole, each with a message. */
static void test_refused_files(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    g_autofree char *fifo = below(&world, "1.ndjson"), *link = below(&world, "2.ndjson");
    g_autofree char *dir = below(&world, "3.csv"), *big = below(&world, "4.ndjson");
    g_autofree char *table = below(&world, "5.csv");
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
    g_assert_cmpint(g_mkdir(dir, 0700), ==, 0);
    int fd = g_creat(big, 0600); /* sparse */
    g_assert_cmpint(ftruncate(fd, 1024 * 1024 * 1024), ==, 0);
    close(fd);
    fd = g_creat(table, 0600);
    g_assert_cmpint(ftruncate(fd, 1024 * 1024 * 1024), ==, 0);
    close(fd);
    drop(&world, "6.csv", "", 0);
    drop(&world, "7.csv", "a,a\n1,2\n", -1);
    drop(&world, "8.csv", "a,\n1,2\n", -1);
    drop(&world, "9.csv", "a\n\xff\xff\xff\n", -1);
    drop_events(&world, "z.ndjson", 1);
    static const struct {
        const char *name, *part;
    } rows[] = {
        { "1.ndjson", "refused: is no regular file" },
        { "2.ndjson", "refused: is a link" },
        { "3.csv", "refused: is no regular file" },
        { "4.ndjson", "refused: has 1024 MiB; accepted: at most 256 MiB" },
        { "5.csv", "refused: has 1024 MiB; accepted: at most 32 MiB" },
        { "6.csv", "refused: has no row that names its columns" },
        { "7.csv", "refused: column 2 has no name, or that of another" },
        { "8.csv", "refused: column 2 has no name, or that of another" },
        { "9.csv", "refused: " },
    };
    start(&world);
    WAIT_UNTIL(world.bad == G_N_ELEMENTS(rows) && world.good == 1);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *moved = g_strconcat("failed/", rows[i].name, NULL);
        g_autofree char *name = g_strconcat(moved, ".report.txt", NULL);
        g_autofree char *text = report(&world, name);
        g_test_message("%s", text);
        g_assert_nonnull(strstr(text, rows[i].part));
        g_assert_true(exists(&world, moved));
        g_assert_false(exists(&world, rows[i].name));
    }
    g_assert_cmpuint(world.inbox->received, ==, 1);
    g_assert_true(g_file_test("/etc/passwd", G_FILE_TEST_EXISTS));
    world_clear(&world);
}

static void test_refused_lines(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    GString *text = g_string_new("{\"n\":1}\n{\"name\":\"\xff\"}\n");
    for (int i = 0; i < 1000000; i++)
        g_string_append_c(text, 'x');
    g_string_append(text, "\nnot json\n");
    g_string_append_printf(text, "%*s\n", INTAKE_MAX_BYTES - 100, "{\"n\":5}");
    for (int i = 0; i < INTAKE_MAX_BYTES + 1; i++)
        g_string_append_c(text, 'y');
    drop(&world, "a.ndjson", text->str, (gssize)text->len);
    g_string_free(text, TRUE);
    start(&world);
    WAIT_UNTIL(world.bad == 1);
    g_autofree char *lines = report(&world, "failed/a.ndjson.report.txt");
    g_assert_cmpstr(lines, ==,
                    "a.ndjson: 2 applied, 0 duplicate, 0 anomaly, 0 noted, 4 refused\n"
                    "line 2: refused: not UTF-8\n"
                    "line 3: refused: longer than 64 KiB\n"
                    "line 4: refused: malformed\n"
                    "line 6: refused: longer than 64 KiB\n");
    g_assert_cmpuint(inbox_refused(world.inbox, "too_large"), ==, 2);
    g_assert_cmpuint(inbox_refused(world.inbox, "malformed"), ==, 1);
    world_clear(&world);
}

/* A report is bounded. */
static void test_all_refused(void)
{
    World world;
    world_init(&world, INTAKE_REFUSED);
    drop_events(&world, "a.ndjson", 1500);
    start(&world);
    WAIT_UNTIL(world.bad == 1);
    g_autofree char *text = report(&world, "failed/a.ndjson.report.txt");
    g_assert_true(g_str_has_suffix(text, "line 1000: refused: no reason given\nand 500 more\n"));
    world_clear(&world);
}

/* --- flow ------------------------------------------------------------------------------------ */

/* Moved only when everything is answered; what is read ahead is bounded. */
static void test_waits_for_answers(void)
{
    World world;
    world_init(&world, 0);
    drop_events(&world, "a.ndjson", 10000);
    start(&world);
    WAIT_UNTIL(world.inbox->kept->len >= INTAKE_MAX_WAITING / 4);
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_cmpuint(world.inbox->kept->len, <=, INTAKE_MAX_WAITING);
    while (world.inbox->received < 10000) {
        inbox_answer_all(world.inbox, INTAKE_APPLIED);
        turn();
    }
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_true(exists(&world, "a.ndjson"));
    inbox_answer_all(world.inbox, INTAKE_NOTED);
    WAIT_UNTIL(world.good == 1);
    g_assert_true(exists(&world, "done/a.ndjson"));
    world_clear(&world);
}

/* Nothing can be stored: the file stays, and is read again from its beginning. */
static void test_unavailable(void)
{
    World world;
    world_init(&world, INTAKE_UNAVAILABLE);
    drop_events(&world, "a.ndjson", 10);
    start(&world);
    WAIT_UNTIL(world.inbox->received > 0);
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_true(exists(&world, "a.ndjson"));
    g_assert_cmpuint(world.good + world.bad, ==, 0);
    world.inbox->result = INTAKE_DUPLICATE;
    WAIT_UNTIL(world.good == 1);
    g_assert_cmpstr(world.text, ==, "0 applied, 10 duplicate, 0 anomaly, 0 noted, 0 refused");
    intake_set_gate(world.inbox->intake, INTAKE_CLOSED);
    guint before = world.inbox->received;
    drop_events(&world, "b.ndjson", 10);
    for (int i = 0; i < 2000; i++)
        turn();
    g_assert_cmpuint(world.inbox->received, ==, before);
    intake_set_gate(world.inbox->intake, INTAKE_FULL);
    for (int i = 0; i < 2000; i++)
        turn();
    intake_set_gate(world.inbox->intake, INTAKE_OPEN);
    WAIT_UNTIL(world.good == 2);
    world_clear(&world);
}

/* Somebody writes on after the rename: refused, because its end is not known. */
static void test_never_ends(void)
{
    World world;
    world_init(&world, 0);
    drop_events(&world, "a.ndjson", 3000);
    start(&world);
    WAIT_UNTIL(world.inbox->kept->len > 0);
    g_autofree char *path = below(&world, "a.ndjson");
    int fd = open(path, O_WRONLY | O_APPEND);
    world.inbox->result = INTAKE_APPLIED;
    gint64 until = g_get_monotonic_time() + WATCHDOG_S * G_USEC_PER_SEC;
    while (world.bad == 0) {
        g_assert_cmpint(write(fd, "{}\n", 3), ==, 3);
        inbox_answer_all(world.inbox, INTAKE_APPLIED);
        turn();
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
    close(fd);
    g_assert_nonnull(strstr(world.text, "changed while it was read"));
    g_assert_true(exists(&world, "failed/a.ndjson"));
    g_assert_cmpuint(world.inbox->received, <=, 3000);
    world_clear(&world);
}

static void test_trouble(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    g_assert_cmpint(g_rmdir(world.path), ==, 0);
    start(&world);
    WAIT_UNTIL(world.bad == 1);
    g_assert_nonnull(world.text);
    for (int i = 0; i < 10; i++)
        turn();
    g_assert_cmpuint(world.bad, ==, 1); /* said once */
    g_assert_cmpint(g_mkdir(world.path, 0700), ==, 0);
    drop_events(&world, "a.ndjson", 1);
    WAIT_UNTIL(world.good == 1);
    world_clear(&world);
}

/* A file that cannot be moved away is read once, not again and again. */
static void test_stuck(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    drop(&world, "done", "a file, where a folder is needed", -1);
    drop_events(&world, "a.ndjson", 3);
    start(&world);
    WAIT_UNTIL(world.bad == 1);
    drop_events(&world, "b.ndjson", 3);
    WAIT_UNTIL(world.bad == 2);
    for (int i = 0; i < 3000; i++)
        turn();
    g_assert_cmpuint(world.inbox->received, ==, 6);
    world_clear(&world);
}

/* The folder goes while a file is read, while its events wait. */
static void test_free(void)
{
    for (int i = 0; i < 20; i++) {
        World world;
        world_init(&world, i % 2 ? INTAKE_APPLIED : 0);
        drop_events(&world, "a.ndjson", 2000);
        start(&world);
        for (int k = 0; k < i; k++)
            turn();
        world_clear(&world);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/intake/folder/ndjson", test_ndjson);
    g_test_add_func("/intake/folder/csv", test_csv);
    g_test_add_func("/intake/folder/names", test_names);
    g_test_add_func("/intake/folder/refused-files", test_refused_files);
    g_test_add_func("/intake/folder/refused-lines", test_refused_lines);
    g_test_add_func("/intake/folder/all-refused", test_all_refused);
    g_test_add_func("/intake/folder/waits-for-answers", test_waits_for_answers);
    g_test_add_func("/intake/folder/unavailable", test_unavailable);
    g_test_add_func("/intake/folder/never-ends", test_never_ends);
    g_test_add_func("/intake/folder/trouble", test_trouble);
    g_test_add_func("/intake/folder/stuck", test_stuck);
    g_test_add_func("/intake/folder/free", test_free);
    return g_test_run();
}
