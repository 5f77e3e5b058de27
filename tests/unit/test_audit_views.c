/* test_audit_views.c - what is seen on a wall leaves one row when it comes and one when it goes */
#include "audit_rig.h"

#include "../support/wait_until.h"
#include "wallctl/audit_views.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

typedef struct {
    AuditRig rig;
    Config *config;
    Audit *audit;
    AuditViews *views;
} Fixture;

static const char config_text[] =
    "{\"site\": {\"name\": \"试点\"}, \"walls\": [{\"id\": \"hall\", \"name\": \"大厅\", "
    "\"screens\": [{\"id\": \"left\", \"x\": 0, \"y\": 0, \"width\": 1920, \"height\": "
    "1080}]}], \"cameras\": ["
    "{\"id\": \"a\", \"name\": \"东门\", \"main\": \"rtsp://192.0.2.1/a\"},"
    "{\"id\": \"b\", \"name\": \"西门\", \"main\": \"rtsp://192.0.2.1/b\"},"
    "{\"id\": \"c\", \"name\": \"南门\", \"main\": \"rtsp://192.0.2.1/c\"}]}";

static void set_up(Fixture *f, gconstpointer user)
{
    g_autoptr(Faults) faults = faults_new("test", 10);
    g_autoptr(GError) error = NULL;
    audit_rig_init(&f->rig);
    f->config = config_parse(config_text, strlen(config_text), "test", NULL, faults);
    g_autofree char *wrong = faults_dup_text(faults);
    g_assert_cmpstr(wrong, ==, "");
    AuditEnv env = { .store = f->rig.store.store, .folder = f->rig.store.folder };
    clock_set_for_test(NS_PER_SEC, RIG_DAY_0);
    f->audit = audit_new(&env, f->config, &error);
    g_assert_no_error(error);
    f->views = audit_views_new(f->audit);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    audit_views_free(f->views);
    audit_free(f->audit);
    config_unref(f->config);
    audit_rig_clear(&f->rig);
    post_drain();
    clock_set_for_test(-1, -1);
}

/* tiles: "a b" puts cameras into tiles 1, 2 ...; "-" is empty; "T:a" is filled by tour T. */
static WallContent *content_of(const char *tiles)
{
    g_auto(GStrv) parts = g_strsplit(tiles, " ", -1);
    WallContent *content = wall_content_new();
    content->n_tiles = *tiles ? g_strv_length(parts) : 0;
    content->tiles = g_new0(Tile, content->n_tiles);
    for (guint i = 0; i < content->n_tiles; i++) {
        const char *camera = g_str_has_prefix(parts[i], "T:") ? parts[i] + 2 : parts[i];
        content->tiles[i].number = i + 1;
        content->tiles[i].camera = strcmp(camera, "-") == 0 ? NULL : g_strdup(camera);
        if (camera != parts[i]) {
            content->n_tours = 1;
            content->tours = g_new0(TourRun, 1);
            content->tours[0].id = g_strdup("T");
            content->tours[0].n_tiles = 1;
            content->tours[0].tiles = g_new(guint, 1);
            content->tours[0].tiles[0] = i + 1;
        }
    }
    return content;
}

static void show(Fixture *f, const char *tiles, const char *label, const char *actor)
{
    g_autoptr(WallContent) content = tiles ? content_of(tiles) : NULL;
    audit_views_shown(f->views, f->config, "hall", content, label, actor);
}

static gint64 waiting(Fixture *f)
{
    g_autoptr(Json) state = audit_state(f->audit);
    return json_object_get_int64(json_object_object_get(state, "waiting"));
}

/* Rows of views since the last call: "view 1 a; view_end 2 b 30". */
static char *rows_since(Fixture *f, gint64 *seq)
{
    GString *sql = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_string_printf(sql,
                    "SELECT kind || ' ' || tile || ' ' || camera || CASE kind WHEN 'view_end' THEN "
                    "' ' || seconds ELSE '' END || CASE via WHEN 'system' THEN '' ELSE ' by ' || "
                    "account END FROM audit WHERE kind LIKE 'view%%' AND seq > %" G_GINT64_FORMAT
                    " ORDER BY seq",
                    *seq);
    WAIT_UNTIL(waiting(f) == 0);
    g_assert_true(store_run_now(f->rig.store.store, rig_join_rows, sql, &error));
    *seq = rig_get_int(f->rig.store.store, "SELECT max(seq) FROM audit");
    return g_string_free(sql, FALSE);
}

static const struct {
    const char *name;
    struct {
        const char *tiles, *label, *actor, *rows;
    } steps[6];
} tables[] = {
    { "come-and-go",
      { { "a -", "", "start", "view 1 a" },
        { "a b", "", "zhang", "view 2 b by zhang" },
        { "a b", "", "zhang", "" },
        { "- b", "", "li", "view_end 1 a 30 by li" },
        { NULL, "", "reload", "view_end 2 b 30" } } },
    { "moved",
      { { "a -", "", "zhang", "view 1 a by zhang" },
        { "- a", "", "zhang", "view 2 a by zhang, view_end 1 a 10 by zhang" } } },
    { "boards-are-not-cameras", { { "board:cases a", "", "zhang", "view 2 a by zhang" } } },
    { "tour",
      { { "T:a", "", "zhang", "view 0 a by zhang" },
        { "T:b", "", "tour", "view 0 b" },
        { "T:a", "", "tour", "" },
        { "T:b", "", "tour", "" },
        { "b", "", "zhang",
          "view 1 b by zhang, view_end 0 a 40 by zhang, view_end 0 b 30 by zhang" } } },
    { "alarm",
      { { "a", "", "zhang", "view 1 a by zhang" },
        { "c", "", "alarm", "view 1 c, view_end 1 a 10" },
        { "a", "", "alarm", "view 1 a, view_end 1 c 10" } } },
};

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Rows of one change have no order among them. */
static char *sorted(const char *rows)
{
    g_auto(GStrv) parts = g_strsplit(rows, ", ", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (guint i = 0; parts[i]; i++)
        g_ptr_array_add(list, parts[i]);
    g_ptr_array_sort(list, by_text);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (char *)list->pdata[i]);
    return g_string_free(text, FALSE);
}

static void test_rows(Fixture *f, gconstpointer data)
{
    guint table = GPOINTER_TO_UINT(data);
    gint64 seq = 0;
    for (guint i = 0; i < G_N_ELEMENTS(tables[table].steps) && tables[table].steps[i].actor; i++) {
        clock_set_for_test(NS_PER_SEC, RIG_DAY_0 + (i + 1) * 10000);
        show(f, tables[table].steps[i].tiles, tables[table].steps[i].label,
             tables[table].steps[i].actor);
        g_autofree char *rows = rows_since(f, &seq), *got = sorted(rows);
        g_autofree char *wanted = sorted(tables[table].steps[i].rows);
        g_assert_cmpstr(got, ==, wanted);
    }
}

#define COUNT(f, condition)                                                                        \
    rig_get_int((f)->rig.store.store, "SELECT count(*) FROM audit WHERE " condition)

static void test_words(Fixture *f, gconstpointer user)
{
    gint64 seq = 0;
    g_autoptr(Caller) caller = caller_new_token("desk", "", 0, "192.0.2.9");
    audit_views_know(f->views, caller);
    show(f, "a", "", caller->id);
    show(f, "b", "case:HT20250522-0231", "alarm");
    guint viewer = audit_views_open(f->views, caller, "hall", "left");
    g_assert_cmpuint(audit_views_count(f->views), ==, 2);
    clock_set_for_test(NS_PER_SEC, RIG_DAY_0 + 61000);
    audit_views_close(f->views, viewer);
    audit_views_close(f->views, viewer);
    g_free(rows_since(f, &seq));
    g_assert_cmpint(COUNT(f,
                          "kind = 'view' AND account = 'token:desk' AND via = 'token' AND "
                          "address = '192.0.2.9' AND camera = 'a' AND content = '实时画面：东门'"),
                    ==, 1);
    g_assert_cmpint(COUNT(f, "kind = 'view' AND object = 'HT20250522-0231' AND camera = 'b' AND "
                             "reason = '告警联动'"),
                    ==, 1);
    g_assert_cmpint(COUNT(f, "kind = 'view_end' AND account = 'token:desk' AND seconds = 61 AND "
                             "content = '预览屏“left”'"),
                    ==, 1);
}

/* At the stop everything ends. */
static void test_stop(Fixture *f, gconstpointer user)
{
    gint64 seq = 0;
    show(f, "a b c", "", "zhang");
    audit_views_open(f->views, NULL, "hall", "left");
    audit_views_free(f->views);
    f->views = audit_views_new(f->audit);
    g_free(rows_since(f, &seq));
    g_assert_cmpint(COUNT(f, "kind = 'view'"), ==, 4);
    g_assert_cmpint(COUNT(f, "kind = 'view_end'"), ==, 4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    log_set_level((LogLevel)0);
    post_init();
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *path = g_strconcat("/audit-views/rows/", tables[i].name, NULL);
        g_test_add(path, Fixture, GUINT_TO_POINTER(i), set_up, test_rows, tear_down);
    }
    g_test_add("/audit-views/words", Fixture, NULL, set_up, test_words, tear_down);
    g_test_add("/audit-views/stop", Fixture, NULL, set_up, test_stop, tear_down);
    return g_test_run();
}
