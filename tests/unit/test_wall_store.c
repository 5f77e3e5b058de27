/* test_wall_store.c - walls, presets and tours come back from the disk as they were, also after
 * kill -9 */
#include "wallctl/store/wall_store.h"

#include "../support/wait_until.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/sql.h"

#include "crash_child.h"
#include "wall_script.h"

#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>

#define CRASH_ROUNDS 30

typedef struct {
    char *folder, *path;
    Store *store;
    guint n_done, n_errors, n_behind;
    int last_code;
} Fixture;

static void note_done(gpointer data, const GError *error, gpointer user)
{
    Fixture *f = user;
    f->n_done++;
    f->n_errors += error ? 1 : 0;
    f->last_code = error ? error->code : 0;
}

static void note_news(const char *trouble, gboolean is_behind, gpointer user)
{
    ((Fixture *)user)->n_behind += is_behind ? 1 : 0;
}

static void open_store(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    f->store = store_open(f->path, &error);
    g_assert_no_error(error);
    store_watch(f->store, note_news, f);
}

static void reopen_store(Fixture *f)
{
    store_close(f->store);
    post_drain();
    open_store(f);
}

static void set_up(Fixture *f, gconstpointer user)
{
    f->folder = g_dir_make_tmp("wallctl-walls-XXXXXX", NULL);
    f->path = g_build_filename(f->folder, "wallctl.db", NULL);
    open_store(f);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    store_close(f->store);
    post_drain();
    g_autoptr(GDir) dir = g_dir_open(f->folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(f->folder, name, NULL);
        g_unlink(child);
    }
    g_rmdir(f->folder);
    g_free(f->path);
    g_free(f->folder);
}

static void save(Fixture *f, Wall *wall)
{
    guint n = f->n_done + 1;
    wall_store_save(f->store, wall, note_done, f);
    WAIT_UNTIL(f->n_done == n);
    g_assert_cmpint(f->last_code, ==, 0);
}

static Wall *load(Fixture *f, const char *id)
{
    g_autoptr(GError) error = NULL;
    Wall *wall = wall_store_load(f->store, id, &error);
    g_assert_no_error(error);
    return wall;
}

static gboolean run_text(sqlite3 *db, gpointer data, GError **error)
{
    return sql_run(db, data, error);
}

static void run_sql(Fixture *f, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(store_run_now(f->store, run_text, (gpointer)sql, &error));
    g_assert_no_error(error);
}

typedef struct {
    const char *sql; /* NULL: rows changed since the connection was opened */
    gint64 value;
} IntJob;

static gboolean get_int_job(sqlite3 *db, gpointer data, GError **error)
{
    IntJob *job = data;
    if (job->sql)
        return sql_get_int(db, job->sql, &job->value, error);
    job->value = sqlite3_total_changes64(db);
    return TRUE;
}

static gint64 get_int(Fixture *f, const char *sql)
{
    IntJob job = { sql, -1 };
    g_assert_true(store_run_now(f->store, get_int_job, &job, NULL));
    return job.value;
}

/* All of a content: marks and what is left of a tour's dwell, too. */
static void assert_same_content(const WallContent *a, const WallContent *b)
{
    g_assert_true((a == NULL) == (b == NULL));
    if (!a)
        return;
    g_assert_true(wall_content_equal(a, b));
    g_autoptr(Json) x = wall_content_to_json(a);
    g_autoptr(Json) y = wall_content_to_json(b);
    g_autofree char *p = json_dup_text(x), *q = json_dup_text(y);
    g_assert_cmpstr(p, ==, q);
}

static void assert_same_list(const GPtrArray *a, const GPtrArray *b)
{
    g_assert_cmpuint(a->len, ==, b->len);
    for (guint i = 0; i < a->len; i++)
        assert_same_content(g_ptr_array_index(a, i), g_ptr_array_index(b, i));
}

static void assert_same_wall(const Wall *a, const Wall *b)
{
    g_assert_nonnull(b);
    g_assert_cmpstr(a->id, ==, b->id);
    g_assert_cmpuint(a->revision, ==, b->revision);
    g_assert_cmpint(a->is_locked, ==, b->is_locked);
    g_assert_cmpstr(a->locked_by, ==, b->locked_by);
    assert_same_content(a->air, b->air);
    assert_same_content(a->preview, b->preview);
    assert_same_list(a->undo, b->undo);
    assert_same_list(a->redo, b->redo);
    g_assert_cmpstr(a->label, ==, b->label);
    g_assert_cmpuint(a->below->len, ==, b->below->len);
    for (guint i = 0; i < a->below->len; i++) {
        const WallLevel *x = g_ptr_array_index(a->below, i), *y = g_ptr_array_index(b->below, i);
        g_assert_cmpstr(x->label, ==, y->label);
        assert_same_content(x->content, y->content);
        assert_same_list(x->undo, y->undo);
        assert_same_list(x->redo, y->redo);
    }
}

static Wall *apply(Wall *wall, const char *line)
{
    g_autoptr(Command) command = script_command(line, NULL);
    g_autoptr(GError) error = NULL;
    Wall *next = wall_apply(wall, command, &script_limits, NULL, &error);
    g_assert_no_error(error);
    wall_unref(wall);
    return next;
}

/* A wall of 8x8 tiles with 100 undo steps. */
static Wall *full_wall(void)
{
    g_auto(Played) played = play("layout 8x8");
    Wall *wall = wall_ref(played.wall);
    for (guint i = 0; i < 64 + WALL_UNDO_DEPTH; i++) {
        g_autofree char *line = g_strdup_printf("show %u %c", 1 + i % 64, 'a' + (i + i / 64) % 26);
        wall = apply(wall, line);
    }
    g_assert_cmpuint(wall->undo->len, ==, WALL_UNDO_DEPTH);
    return wall;
}

/* walls */

static const char *const scripts[] = {
    "layout 1x1",
    "layout 2x2; show 1 a; show 2 b; swap 1 2; adjust 1 fit=cover rotation=90 crop=0.1,0.2,0.3,0.4",
    "layout 2x2 L; layout 3x3 R; show 5 c; maximise 5; undo; redo",
    "layout 4x4; show 1 a; show 2 b; undo; undo",
    "layout 2x2; show 1 a; prepare on; preview: layout 3x3; preview: show 2 b; lock",
    "layout 2x2; window-open 100,100,640,360 x; window-open 1800,200,640,360 y; window-raise 901",
    "layout 2x2; tour-start night 1=a 2=b; tour-step night 1 1=c 2=d; tour-pause night; bob: lock",
    "layout 2x2; show 1 a; save; clear 0; scene-start day; scene-step day 3",
    "layout 2x2; show 1 a; undo; show 1 b; undo; redo; undo; redo; take",
    "layout 1x1; show 1 z; save; layout 2x2; show 1 a; undo; open case:1; show 1 c; undo; open "
    "case:2; "
    "show 1 d",
    "layout 2x1; save; tour-start t 2=b; open case:1 4200; back; open case:2 300",
};

static void test_round_trip(Fixture *f, gconstpointer user)
{
    g_auto(Played) played = play(user);
    save(f, played.wall);
    reopen_store(f);
    g_autoptr(Wall) back = load(f, "w");
    assert_same_wall(played.wall, back);
    /* And from there: commands, undo to the bottom. */
    Wall *mine = wall_ref(played.wall);
    while (mine->undo->len > 0 && !mine->is_locked) {
        mine = apply(mine, "undo");
        back = apply(g_steal_pointer(&back), "undo");
        save(f, back);
    }
    reopen_store(f);
    g_autoptr(Wall) again = load(f, "w");
    assert_same_wall(mine, again);
    wall_unref(mine);
}

static void test_never_saved(Fixture *f, gconstpointer user)
{
    g_assert_null(load(f, "w"));
}

static void test_only_new_contents(Fixture *f, gconstpointer user)
{
    g_autoptr(Wall) wall = full_wall();
    save(f, wall);
    g_assert_cmpint(get_int(f, "SELECT count(*) FROM wall_content"), ==, WALL_UNDO_DEPTH + 1);
    for (guint round = 0; round < 2; round++) {
        gint64 before = get_int(f, NULL);
        wall = apply(g_steal_pointer(&wall), round ? "show 3 z" : "show 3 y");
        save(f, wall);
        /* One content in, the oldest one out, the wall's row. */
        g_assert_cmpint(get_int(f, NULL) - before, ==, 3);
        before = get_int(f, NULL);
        wall = apply(g_steal_pointer(&wall), "undo");
        save(f, wall);
        g_assert_cmpint(get_int(f, NULL) - before, <=, 3);
        /* The same after a restart. */
        reopen_store(f);
        g_autoptr(Wall) back = load(f, "w");
        assert_same_wall(wall, back);
        wall_unref(g_steal_pointer(&wall));
        wall = g_steal_pointer(&back);
    }
    g_autoptr(Wall) fresh = wall_new("w", wall->revision + 1, wall_content_new());
    save(f, fresh);
    g_assert_cmpint(get_int(f, "SELECT count(*) FROM wall_content"), ==, 1);
}

static void test_several_walls(Fixture *f, gconstpointer user)
{
    g_auto(Played) played = play("layout 2x2; show 1 a; show 2 b");
    g_autoptr(Wall) other =
        wall_new("other", 40, wall_content_ref(played.wall->air)); /* shares a content */
    save(f, played.wall);
    save(f, other);
    g_autoptr(Wall) emptied = wall_new("w", 50, wall_content_new());
    save(f, emptied);
    reopen_store(f);
    g_autoptr(Wall) one = load(f, "w");
    g_autoptr(Wall) two = load(f, "other");
    assert_same_wall(emptied, one);
    assert_same_wall(other, two);
    g_assert_cmpint(get_int(f, "SELECT count(*) FROM wall_content"), ==, 2);
}

/* Saved without having been loaded first, over what is there. */
static void test_save_without_load(Fixture *f, gconstpointer user)
{
    g_auto(Played) first = play("layout 2x2; show 1 a; show 2 b");
    g_auto(Played) second = play("layout 3x3; show 1 c");
    save(f, first.wall);
    reopen_store(f);
    save(f, second.wall);
    reopen_store(f);
    g_autoptr(Wall) back = load(f, "w");
    assert_same_wall(second.wall, back);
}

static gint n_at_gate; /* atomic */

static gboolean wait_at_gate(sqlite3 *db, gpointer data, GError **error)
{
    g_atomic_int_inc(&n_at_gate);
    pthread_mutex_lock(data);
    pthread_mutex_unlock(data);
    return TRUE;
}

static void test_saves_coalesce(Fixture *f, gconstpointer user)
{
    /* static: jobs that wait here may outlive the test, until its store is closed */
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    Wall *wall = full_wall();
    save(f, wall);
    gint64 before = get_int(f, NULL);
    f->n_done = 0;
    pthread_mutex_lock(&gate);
    g_assert_true(store_submit(f->store, wait_at_gate, &gate, NULL, NULL, NULL, NULL));
    for (guint i = 0; i < 50; i++) {
        wall = apply(wall, i % 2 ? "show 1 x" : "show 1 y");
        wall_store_save(f->store, wall, note_done, f);
    }
    pthread_mutex_unlock(&gate);
    WAIT_UNTIL(f->n_done == 50);
    g_assert_cmpuint(f->n_errors, ==, 0);
    /* At most one save can have begun together with the gate; the rest are one: 50 contents in, 50
     * out, two rows. */
    g_assert_cmpint(get_int(f, NULL) - before, <=, 50 + 50 + 2);
    reopen_store(f);
    g_autoptr(Wall) back = load(f, "w");
    assert_same_wall(wall, back);
    wall_unref(wall);
}

static void test_queue_full(Fixture *f, gconstpointer user)
{
    /* static: jobs that wait here may outlive the test, until its store is closed */
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    g_auto(Played) played = play("layout 2x2; show 1 a");
    save(f, played.wall);
    f->n_done = 0;
    g_atomic_int_set(&n_at_gate, 0);
    pthread_mutex_lock(&gate);
    store_submit(f->store, wait_at_gate, &gate, NULL, NULL, NULL, NULL);
    WAIT_UNTIL(g_atomic_int_get(&n_at_gate) == 1); /* it takes no more jobs until it is let in */
    for (guint i = 0; i < 2048; i++)
        store_submit(f->store, wait_at_gate, &gate, NULL, NULL, NULL, NULL);
    wall_store_save(f->store, played.wall, note_done, f);
    g_assert_cmpuint(f->n_done, ==, 0); /* never inside the call */
    WAIT_UNTIL(f->n_done == 1);
    g_assert_cmpint(f->last_code, ==, WALL_ERROR_LIMIT);
    pthread_mutex_unlock(&gate);
    WAIT_UNTIL(f->n_behind == 1);
}

static void test_damaged_rows(Fixture *f, gconstpointer user)
{
    g_auto(Played) played = play("layout 2x2; show 1 a; show 2 b; show 3 c");
    save(f, played.wall);
    run_sql(f, "UPDATE wall_content SET json = '{\"tiles\": 7}' WHERE seq = (SELECT undo ->> "
               "'$[1]' FROM wall)");
    reopen_store(f);
    g_autoptr(Wall) back = load(f, "w");
    assert_same_content(played.wall->air, back->air);
    g_assert_cmpuint(back->undo->len, ==, played.wall->undo->len - 1);
    assert_same_content(g_ptr_array_index(played.wall->undo, 2), g_ptr_array_index(back->undo, 1));

    run_sql(f, "UPDATE wall_content SET json = '[' WHERE seq = (SELECT air FROM wall)");
    gint64 before = get_int(f, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(wall_store_load(f->store, "w", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "wall \"w\""));
    g_assert_cmpint(get_int(f, NULL), ==, before);
}

/* The owner saves everything again once it is told to, and that is then on disk. */
static void test_lost_file(Fixture *f, gconstpointer user)
{
    g_autoptr(Wall) wall = full_wall();
    save(f, wall);
    reopen_store(f);
    g_autoptr(Wall) loaded = load(f, "w");
    FILE *file = fopen(f->path, "r+");
    g_autofree char *junk = g_strnfill(16384, 'x');
    fwrite(junk, 1, 16384, file);
    fclose(file);
    guint n = f->n_done + 1;
    wall_store_save(f->store, loaded, note_done, f);
    WAIT_UNTIL(f->n_behind == 1 && f->n_done == n); /* the news comes first */
    save(f, loaded);
    reopen_store(f);
    g_autoptr(Wall) back = load(f, "w");
    assert_same_wall(wall, back);
}

/* presets and tours */

static void wait_for(Fixture *f, int code)
{
    guint n = f->n_done;
    WAIT_UNTIL(f->n_done > n);
    g_assert_cmpint(f->last_code, ==, code);
}

static GPtrArray *load_presets(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *presets = wall_store_load_presets(f->store, &error);
    g_assert_no_error(error);
    return presets;
}

static char *list_presets(Fixture *f)
{
    g_autoptr(GPtrArray) presets = load_presets(f);
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < presets->len; i++) {
        const StoredPreset *preset = g_ptr_array_index(presets, i);
        g_autofree char *content = dump_content(preset->content);
        g_string_append_printf(list, "%s/%s/%s=%s|", preset->wall, preset->name,
                               preset->screen ? preset->screen : "", content);
    }
    return g_string_free(list, FALSE);
}

static void put_preset(Fixture *f, const char *wall, const char *name, const char *screen,
                       const char *script)
{
    g_auto(Played) played = play(script);
    StoredPreset *preset = stored_preset_new(wall, name, screen, played.wall->air);
    wall_store_save_preset(f->store, preset, note_done, f);
    stored_preset_free(preset);
    wait_for(f, 0);
}

static void test_presets(Fixture *f, gconstpointer user)
{
    put_preset(f, "w", "防汛", NULL, "layout 2x1; show 1 a");
    put_preset(f, "w", "夜间", "R", "layout 1x1 R; show 1 b");
    put_preset(f, "v", "防汛", NULL, "layout 1x1; show 1 c");
    put_preset(f, "w", "防汛", NULL, "layout 2x1; show 2 d"); /* again: replaced */
    wall_store_rename_preset(f->store, "w", "夜间", "白天", note_done, f);
    wait_for(f, 0);
    wall_store_rename_preset(f->store, "w", "夜间", "傍晚", note_done, f);
    wait_for(f, WALL_ERROR_NOT_FOUND);
    wall_store_rename_preset(f->store, "w", "白天", "防汛", note_done, f);
    wait_for(f, WALL_ERROR_INVALID);
    wall_store_delete_preset(f->store, "v", "夜间", note_done, f);
    wait_for(f, WALL_ERROR_NOT_FOUND);
    reopen_store(f);
    g_autofree char *all = list_presets(f);
    g_assert_cmpstr(all, ==, "v/防汛/=1x1: c|w/白天/R=1x1 R: b|w/防汛/=2x1: - d|");
    wall_store_delete_preset(f->store, "w", "防汛", note_done, f);
    wait_for(f, 0);
    wall_store_delete_preset(f->store, "v", "防汛", note_done, f);
    wait_for(f, 0);
    g_autofree char *rest = list_presets(f);
    g_assert_cmpstr(rest, ==, "w/白天/R=1x1 R: b|");
    run_sql(f, "UPDATE preset SET json = 'x'");
    g_autofree char *none = list_presets(f);
    g_assert_cmpstr(none, ==, "");
}

static Tour *sample_tour(const char *id, gboolean is_scene_tour)
{
    Tour *tour = tour_new();
    g_free(tour->id);
    tour->id = g_strdup(id);
    g_free(tour->name);
    tour->name = g_strdup("夜间轮巡");
    g_free(tour->wall);
    tour->wall = g_strdup("w");
    tour->dwell_ms = 8000;
    char ***list = is_scene_tour ? &tour->presets : &tour->cameras;
    *list = g_new0(char *, 3);
    for (guint i = 0; i < 3; i++)
        (*list)[i] = g_strdup_printf("项%u", i);
    *(is_scene_tour ? &tour->n_presets : &tour->n_cameras) = 3;
    if (is_scene_tour)
        return tour;
    static const guint tiles[] = { 2, 5, 901 };
    static const TourSchedule schedules[] = { { 31, 480, 1080 }, { 127, 1320, 360 } };
    tour->tiles = g_memdup2(tiles, sizeof tiles);
    tour->n_tiles = G_N_ELEMENTS(tiles);
    tour->schedules = g_memdup2(schedules, sizeof schedules);
    tour->n_schedules = G_N_ELEMENTS(schedules);
    return tour;
}

static void test_tours(Fixture *f, gconstpointer user)
{
    Tour *cameras = sample_tour("a", FALSE), *scenes = sample_tour("b", TRUE),
         *gone = sample_tour("c", TRUE);
    wall_store_save_tour(f->store, scenes, note_done, f);
    wall_store_save_tour(f->store, gone, note_done, f);
    wall_store_save_tour(f->store, cameras, NULL, NULL);
    wall_store_delete_tour(f->store, "c", note_done, f);
    wall_store_delete_tour(f->store, "d", note_done, f);
    WAIT_UNTIL(f->n_done == 4);
    g_assert_cmpuint(f->n_errors, ==, 1);
    g_assert_cmpint(f->last_code, ==, WALL_ERROR_NOT_FOUND);
    reopen_store(f);
    g_autoptr(GPtrArray) tours = wall_store_load_tours(f->store, NULL);
    g_assert_cmpuint(tours->len, ==, 2);
    g_assert_true(tour_equal(g_ptr_array_index(tours, 0), cameras));
    g_assert_true(tour_equal(g_ptr_array_index(tours, 1), scenes));
    static const char *const wrong[] = {
        "7",
        "{}",
        "{\"id\": \"a\", \"tiles\": [0]}",
        "{\"id\": \"a\", \"cameras\": [1]}",
        "{\"id\": \"a\", \"dwell_ms\": 1}",
        "{\"id\": \"a\", \"schedules\": [{\"weekdays\": 128}]}",
        "[",
    };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *sql =
            g_strdup_printf("UPDATE tour SET json = '%s' WHERE id = 'a'", wrong[i]);
        run_sql(f, sql);
        g_autoptr(GPtrArray) rest = wall_store_load_tours(f->store, NULL);
        g_assert_cmpuint(rest->len, ==, 1);
        g_assert_true(tour_equal(g_ptr_array_index(rest, 0), scenes));
    }
    tour_free(cameras);
    tour_free(scenes);
    tour_free(gone);
}

/* kill -9: at revision r, tile 1 shows letter(r), and each undo step the letter before */

static char letter(guint64 revision)
{
    return (char)('a' + revision % 26);
}

typedef struct {
    Store *store;
    Wall *wall;
    guint n_waiting;
} Saver;

typedef struct {
    Saver *saver;
    guint64 revision;
} Report;

static void report_durable(gpointer data, const GError *error, gpointer user)
{
    Report *report = user;
    g_assert_no_error(error);
    report->saver->n_waiting--;
    if (write(STDOUT_FILENO, &report->revision, sizeof report->revision) != sizeof report->revision)
        _exit(1);
    g_free(report);
}

/* The child: changes the wall as fast as the disk lets it, until it is killed. */
static int save_for_ever(const char *path)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    g_autoptr(GError) error = NULL;
    Saver saver = { .store = store_open(path, &error) };
    g_assert_no_error(error);
    saver.wall = wall_store_load(saver.store, "w", &error);
    g_assert_no_error(error);
    while (saver.wall->revision < G_MAXINT64) {
        g_autofree char *line = g_strdup_printf("show 1 %c", letter(saver.wall->revision + 1));
        saver.wall = apply(saver.wall, line);
        Report *report = g_new(Report, 1);
        *report = (Report) { &saver, saver.wall->revision };
        wall_store_save(saver.store, saver.wall, report_durable, report);
        saver.n_waiting++;
        while (saver.n_waiting >= 4)
            g_main_context_iteration(NULL, TRUE);
    }
    return 1;
}

/* Lets a child save until it has reported n revisions, kills it in the midst; the last report. */
static guint64 crash_once(const char *path, guint n_reports, guint delay_us)
{
    char *argv[] = { (char *)"/proc/self/exe", (char *)"--save-for-ever", (char *)path, NULL };
    return crash_child(argv, 0, n_reports, delay_us);
}

static void test_kill(Fixture *f, gconstpointer user)
{
    g_auto(Played) played = play("layout 4x4; show 1 c; show 2 z");
    Wall *wall = wall_ref(played.wall);
    while (wall->undo->len < WALL_UNDO_DEPTH) {
        g_autofree char *line = g_strdup_printf("show 1 %c", letter(wall->revision + 1));
        wall = apply(wall, line);
    }
    save(f, wall);
    guint64 before = wall->revision;
    wall_unref(wall);
    store_close(g_steal_pointer(&f->store));
    for (guint round = 0; round < CRASH_ROUNDS; round++) {
        guint64 reported = crash_once(f->path, (guint)g_test_rand_int_range(1, 60),
                                      (guint)g_test_rand_int_range(0, 4000));
        open_store(f);
        g_autoptr(Wall) back = load(f, "w");
        g_assert_cmpuint(back->revision, >=, reported);
        g_assert_cmpuint(back->revision, >, before);
        before = back->revision;
        g_autoptr(GError) error = NULL;
        wall_content_check(back->air, &error);
        g_assert_no_error(error);
        g_assert_cmpint(wall_tile(back->air, 1)->camera[0], ==, letter(back->revision));
        g_assert_cmpint(wall_tile(back->air, 2)->camera[0], ==, 'z');
        g_assert_cmpuint(back->undo->len, ==, WALL_UNDO_DEPTH);
        for (guint i = 1; i <= back->undo->len && back->revision - i > 3; i++) {
            const WallContent *step = g_ptr_array_index(back->undo, back->undo->len - i);
            g_assert_cmpint(wall_tile(step, 1)->camera[0], ==, letter(back->revision - i));
        }
        g_assert_cmpint(
            get_int(f, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
            ==, 1);
        g_assert_cmpint(get_int(f, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
        store_close(g_steal_pointer(&f->store));
        post_drain();
    }
    open_store(f);
}

/* With -m perf: how long a save takes until it is durable. */
static void test_speed(Fixture *f, gconstpointer user)
{
    Wall *wall = full_wall();
    gint64 start = clock_now_ns();
    save(f, wall);
    g_test_message("first save, 64 tiles, 100 undo steps: %.2f ms",
                   (double)(clock_now_ns() - start) / NS_PER_MS);
    gint64 total = 0, worst = 0, on_control = 0;
    const guint n = 200;
    for (guint i = 0; i < n; i++) {
        wall = apply(wall, i % 2 ? "show 1 x" : "show 1 y");
        start = clock_now_ns();
        guint expected = f->n_done + 1;
        wall_store_save(f->store, wall, note_done, f);
        on_control += clock_now_ns() - start;
        WAIT_UNTIL(f->n_done == expected);
        gint64 took = clock_now_ns() - start;
        total += took;
        worst = MAX(worst, took);
    }
    g_test_message("next saves: mean %.2f ms, worst %.2f ms, of it on [control] %.3f ms",
                   (double)total / n / NS_PER_MS, (double)worst / NS_PER_MS,
                   (double)on_control / n / NS_PER_MS);
    reopen_store(f);
    start = clock_now_ns();
    g_autoptr(Wall) back = load(f, "w");
    g_test_message("load: %.2f ms", (double)(clock_now_ns() - start) / NS_PER_MS);
    assert_same_wall(wall, back);
    wall_unref(wall);
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level(LOG_LEVEL_ERROR);
    if (argc == 3 && strcmp(argv[1], "--save-for-ever") == 0)
        return save_for_ever(argv[2]);
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
    for (guint i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *path = g_strdup_printf("/wall-store/round-trip/%u", i);
        g_test_add(path, Fixture, scripts[i], set_up, test_round_trip, tear_down);
    }
    ADD("/wall-store/never-saved", test_never_saved);
    ADD("/wall-store/only-new-contents", test_only_new_contents);
    ADD("/wall-store/several-walls", test_several_walls);
    ADD("/wall-store/save-without-load", test_save_without_load);
    ADD("/wall-store/saves-coalesce", test_saves_coalesce);
    ADD("/wall-store/queue-full", test_queue_full);
    ADD("/wall-store/damaged-rows", test_damaged_rows);
    ADD("/wall-store/lost-file", test_lost_file);
    ADD("/wall-store/presets", test_presets);
    ADD("/wall-store/tours", test_tours);
    ADD("/wall-store/kill", test_kill);
    if (g_test_perf())
        ADD("/wall-store/speed", test_speed);
    return g_test_run();
}
