/* test_rules.c - rules that people save: checked like the file's, in front of them, kept */
#include "wallctl/rules.h"

#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <glib/gstdio.h>
#include <string.h>

#define CAM(ID) "{\"id\": \"" ID "\", \"name\": \"" ID "\", \"main\": \"rtsp://10.0.0.1/" ID "\"}"
#define FILE_RULES                                                                                 \
    "\"linkage\": [{\"id\": \"first\", \"name\": \"甲\", \"when\": {}}, {\"id\": \"second\", "    \
    "\"name\": \"乙\", \"when\": {}, \"priority\": 7}]"

static Config *make_config(const char *cameras)
{
    g_autofree char *text = g_strdup_printf(
        "{\"cameras\": [%s], \"walls\": [{\"id\": \"main\", \"name\": \"主墙\", \"layout\": \"4\", "
        "\"screens\": [{\"x\": 0, \"y\": 0, \"width\": 1920, \"height\": 1080}]}], " FILE_RULES "}",
        cameras);
    g_autoptr(Faults) faults = faults_new("t", 20);
    Config *config = config_parse(text, strlen(text), "t", NULL, faults);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    return config;
}

typedef struct {
    char *folder, *path;
    Store *store;
    Config *config;
    Rules *rules;
} Fixture;

static void open_rules(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    f->store = store_open(f->path, &error);
    g_assert_no_error(error);
    f->rules = rules_new(f->config, f->store, &error);
    g_assert_no_error(error);
}

static void close_rules(Fixture *f)
{
    g_clear_pointer(&f->rules, rules_free);
    store_close(f->store);
    post_drain();
}

static void set_up(Fixture *f, gconstpointer user)
{
    f->folder = g_dir_make_tmp("wallctl-rules-XXXXXX", NULL);
    f->path = g_build_filename(f->folder, "wallctl.db", NULL);
    f->config = make_config(CAM("a") ", " CAM("b"));
    open_rules(f);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    close_rules(f);
    config_unref(f->config);
    g_autoptr(GDir) dir = g_dir_open(f->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(f->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(f->folder);
    g_free(f->folder);
    g_free(f->path);
}

static gboolean put(Fixture *f, const char *id, const char *text, GError **error)
{
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, NULL);
    return rules_put(f->rules, id, json, "张(调度员)", error);
}

/* "first second/7": those in force in their order, with priorities that are not 100. */
static void assert_in_force(const Fixture *f, const char *wanted)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < rules_count(f->rules); i++) {
        const LinkageRule *rule = rules_at(f->rules, i);
        g_string_append_printf(text, "%s%s", i ? " " : "", rule->id);
        if (rule->priority != 100)
            g_string_append_printf(text, "/%u", rule->priority);
        g_assert_true(rules_find(f->rules, rule->id) == rule);
    }
    g_assert_cmpstr(text->str, ==, wanted);
    g_string_free(text, TRUE);
}

static void test_order(Fixture *f, gconstpointer user)
{
    assert_in_force(f, "first second/7");
    g_assert_true(put(f, "zeta", "{\"name\": \"z\", \"by_hand\": true}", NULL));
    g_assert_true(put(f, "alpha", "{\"id\": \"alpha\", \"name\": \"a\", \"when\": {}}", NULL));
    assert_in_force(f, "first second/7 alpha zeta");
    g_assert_true(put(f, "first", "{\"name\": \"新\", \"when\": {}, \"priority\": 3}", NULL));
    assert_in_force(f, "first/3 second/7 alpha zeta"); /* in the place of the file's */
    g_autoptr(GError) error = NULL;
    g_assert_true(rules_delete(f->rules, "first", NULL));
    assert_in_force(f, "first second/7 alpha zeta");
    g_assert_false(rules_delete(f->rules, "first", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_DENIED);
    g_clear_error(&error);
    g_assert_false(rules_delete(f->rules, "nobody", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
}

static void test_kept(Fixture *f, gconstpointer user)
{
    g_assert_true(put(f, "mine", "{\"name\": \"我\", \"when\": {}, \"cameras\": [\"b\"]}", NULL));
    g_assert_true(put(f, "gone", "{\"name\": \"x\", \"when\": {}}", NULL));
    g_assert_true(rules_delete(f->rules, "gone", NULL));
    close_rules(f);
    open_rules(f);
    assert_in_force(f, "first second/7 mine");
    g_autoptr(Json) one = rules_one_state(f->rules, "mine");
    g_autofree char *text = json_dup_text(one);
    g_assert_nonnull(strstr(text, "\"origin\":\"saved\""));
    g_assert_nonnull(strstr(text, "张(调度员)"));
}

/* Its camera goes: it is out of force and says why; the camera comes back: it is in force again. */
static void test_reload(Fixture *f, gconstpointer user)
{
    g_assert_true(put(f, "second", "{\"name\": \"我\", \"when\": {}, \"cameras\": [\"b\"]}", NULL));
    Config *less = make_config(CAM("a"));
    rules_reload(f->rules, less);
    assert_in_force(f, "first");
    g_autoptr(Json) one = rules_one_state(f->rules, "second");
    g_autofree char *text = json_dup_text(one);
    g_assert_nonnull(strstr(text, "\"in_force\":false"));
    g_assert_nonnull(strstr(text, "there is no camera \\\"b\\\""));
    rules_reload(f->rules, f->config);
    assert_in_force(f, "first second");
    config_unref(less);
}

static const struct {
    const char *name, *rule, *says;
} refused[] = {
    { "no-name", "{\"when\": {}}", "rule.name: is missing" },
    { "no-when", "{\"name\": \"n\"}", "rule: needs \"when\"" },
    { "unknown-key", "{\"name\": \"n\", \"when\": {}, \"sond\": 1}", "did you mean \"sound\"?" },
    { "unknown-camera", "{\"name\": \"n\", \"when\": {}, \"cameras\": [\"q\"]}",
      "rule.cameras[0]: there is no camera \"q\"" },
    { "unknown-source", "{\"name\": \"n\", \"when\": {\"sources\": [\"q\"]}}",
      "rule.when.sources[0]: there is no source \"q\"" },
    { "two-scenes", "{\"name\": \"n\", \"when\": {}, \"preset\": \"p\", \"opens_case\": true}",
      "both fill the wall" },
    { "other-id", "{\"id\": \"other\", \"name\": \"n\", \"when\": {}}", "rule.id: differs" },
    { "all-at-once", "{\"name\": \"n\", \"when\": {\"types\": [\"x\"]}, \"sound\": 9}",
      "rule.sound: 9 is out of range" },
};

static void test_refused(Fixture *f, gconstpointer user)
{
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", refused[i].name);
        g_assert_false(put(f, "r", refused[i].rule, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, refused[i].says));
    }
    assert_in_force(f, "first second/7");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add("/rules/order", Fixture, NULL, set_up, test_order, tear_down);
    g_test_add("/rules/kept", Fixture, NULL, set_up, test_kept, tear_down);
    g_test_add("/rules/reload", Fixture, NULL, set_up, test_reload, tear_down);
    g_test_add("/rules/refused", Fixture, NULL, set_up, test_refused, tear_down);
    return g_test_run();
}
