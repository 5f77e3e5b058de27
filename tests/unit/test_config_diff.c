/* test_config_diff.c - what a reload touches, member by member */
#include "config/config.h"

#include <glib/gstdio.h>
#include <string.h>

/* One value of a configuration that is otherwise the same before and after. */
typedef struct {
    const char *name;
    const char *before, *after;       /* members of the configuration */
    const char *changed, *relabelled; /* ids with a space behind each */
    const char *flags; /* letters of "wolhr": walls, outputs, listen, limits ("h"), restart */
} DiffCase;

#define CAMERA(MEMBERS)                                                                            \
    "\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/a\"" MEMBERS              \
    "}, {\"id\": \"b\", \"name\": \"b\", \"sub\": \"rtsp://h/b\"}]"
#define NO_CHANGE     CAMERA("")
#define SCREEN        "\"screens\": [{\"x\": 0, \"y\": 0, \"width\": 640, \"height\": 480}]"
#define WALL(MEMBERS) "\"walls\": [{\"id\": \"w\", \"name\": \"w\"" MEMBERS "}]"

static const DiffCase cases[] = {
    { "nothing", NO_CHANGE, NO_CHANGE, "", "", "" },
    { "comment", NO_CHANGE, "/* new */ " NO_CHANGE, "", "", "" },
    { "camera new", NO_CHANGE,
      "\"cameras\": [{\"id\": \"a\", \"name\": \"a\", \"main\": \"rtsp://h/a\"}, {\"id\": \"b\", "
      "\"name\": \"b\", "
      "\"sub\": \"rtsp://h/b\"}, {\"id\": \"c\", \"name\": \"c\", \"main\": \"rtsp://h/c\"}]",
      "c ", "", "" },
    { "camera gone", NO_CHANGE,
      "\"cameras\": [{\"id\": \"b\", \"name\": \"b\", \"sub\": \"rtsp://h/b\", \"number\": 2}]",
      "a ", "", "" },
    { "address", NO_CHANGE, CAMERA(", \"sub\": \"rtsp://h/s\""), "a ", "", "" },
    { "transport", NO_CHANGE, CAMERA(", \"transport\": \"udp\""), "a ", "", "" },
    { "keep-alive", NO_CHANGE, CAMERA(", \"keep_alive\": \"off\""), "a ", "", "" },
    { "latency", NO_CHANGE, CAMERA(", \"latency_ms\": 300"), "a ", "", "" },
    { "sessions", NO_CHANGE, CAMERA(", \"sessions\": 1"), "a ", "", "" },
    { "audio", NO_CHANGE, CAMERA(", \"audio\": true"), "a ", "", "" },
    { "certificate", NO_CHANGE, CAMERA(", \"tls_verify\": false"), "a ", "", "" },
    { "region name", NO_CHANGE, CAMERA(", \"region_name\": \"x\""), "", "a ", "" },
    { "number", NO_CHANGE, CAMERA(", \"number\": 9"), "", "a ", "" },
    { "stall", NO_CHANGE, CAMERA(", \"stall_ms\": 3000"), "", "a ", "" },
    { "label", NO_CHANGE, CAMERA(", \"label\": \"off\""), "", "a ", "" },
    { "public", NO_CHANGE, CAMERA(", \"public\": true"), "", "a ", "" },
    { "public boards", NO_CHANGE, NO_CHANGE ", \"privacy\": {\"public_boards\": [\"opened\"]}", "",
      "", "" },
    { "watermark on the wall", NO_CHANGE, NO_CHANGE ", \"privacy\": {\"watermark_wall\": true}", "",
      "", "o" },
    { "watermark on RTSP", NO_CHANGE, NO_CHANGE ", \"privacy\": {\"watermark_rtsp\": false}", "",
      "", "o" },
    { "watermark text", NO_CHANGE, NO_CHANGE ", \"privacy\": {\"watermark_text\": \"x\"}", "", "",
      "" },
    { "content of a screen",
      WALL(", \"grid\": {\"columns\": 1, \"rows\": 1, \"width\": 640, \"height\": 480}"),
      WALL(
          ", \"grid\": {\"columns\": 1, \"rows\": 1, \"width\": 640, \"height\": 480, \"content\": "
          "\"public\"}"),
      "", "", "" },
    { "mask", NO_CHANGE, CAMERA(", \"masks\": [{\"points\": [[0, 0], [1, 0], [1, 1]]}]"), "", "a ",
      "" },
    { "mask moved", CAMERA(", \"masks\": [{\"points\": [[0, 0], [1, 0], [1, 1]]}]"),
      CAMERA(", \"masks\": [{\"points\": [[0, 0], [1, 0], [1, 0.9]]}]"), "", "a ", "" },
    { "default for cameras", NO_CHANGE, NO_CHANGE ", \"feeds\": {\"transport\": \"udp\"}", "a b ",
      "", "" },
    { "networks of cameras", NO_CHANGE,
      NO_CHANGE ", \"site\": {\"camera_networks\": [\"10.0.0.0/8\"]}", "a b ", "", "" },
    { "ports of cameras", NO_CHANGE ", \"site\": {\"camera_ports\": [554]}",
      NO_CHANGE ", \"site\": {\"camera_ports\": [554, 322]}", "a b ", "", "" },
    { "default stall", NO_CHANGE, NO_CHANGE ", \"feeds\": {\"stall_ms\": 2500}", "", "a b ", "" },
    { "wall name", WALL(", " SCREEN), "\"walls\": [{\"id\": \"w\", \"name\": \"v\", " SCREEN "}]",
      "", "", "w" },
    { "wall gap", WALL(", " SCREEN), WALL(", \"gap_px\": 4, " SCREEN), "", "", "w" },
    { "wall background", WALL(", " SCREEN), WALL(", \"background\": \"#000000\", " SCREEN), "", "",
      "w" },
    { "wall clock", WALL(", " SCREEN), WALL(", \"clock\": false, " SCREEN), "", "", "w" },
    { "screens", WALL(", " SCREEN),
      WALL(", \"grid\": {\"columns\": 1, \"rows\": 1, \"width\": 640, \"height\": 482}"), "", "",
      "w" },
    { "two screens", WALL(", " SCREEN),
      WALL(", \"grid\": {\"columns\": 2, \"rows\": 1, \"width\": 640, \"height\": 480}"), "", "",
      "w" },
    { "contact", "\"contacts\": []",
      "\"contacts\": [{\"region\": \"53\", \"name\": \"x\", \"phone\": \"110\"}]", "", "", "" },
    { "first layout", WALL(", " SCREEN), WALL(", \"layout\": \"4\", " SCREEN), "", "", "" },
    { "site name", "\"site\": {}", "\"site\": {\"name\": \"x\"}", "", "", "w" },
    { "log level", "\"site\": {}", "\"site\": {\"log_level\": \"debug\"}", "", "", "" },
    { "fps", "\"canvas\": {}", "\"canvas\": {\"fps\": 30}", "", "", "w" },
    { "output new", "\"outputs\": []", "\"outputs\": [{\"kind\": \"display\", \"id\": \"o\"}]", "",
      "", "o" },
    { "output bit rate", "\"outputs\": [{\"kind\": \"rtsp\", \"id\": \"o\", \"path\": \"/x\"}]",
      "\"outputs\": [{\"kind\": \"rtsp\", \"id\": \"o\", \"path\": \"/x\", \"bitrate_kbps\": 500}]",
      "", "", "o" },
    { "output fullscreen", "\"outputs\": [{\"kind\": \"display\", \"id\": \"o\"}]",
      "\"outputs\": [{\"kind\": \"display\", \"id\": \"o\", \"fullscreen\": true}]", "", "", "o" },
    { "https host", "\"listen\": {}", "\"listen\": {\"https_host\": \"0.0.0.0\"}", "", "", "l" },
    { "https port", "\"listen\": {}", "\"listen\": {\"https_port\": 8444}", "", "", "l" },
    { "names", "\"listen\": {}", "\"listen\": {\"names\": [\"wall.example\"]}", "", "", "" },
    { "http port", "\"listen\": {}", "\"listen\": {\"http_port\": 8081}", "", "", "l" },
    { "rtsp host", "\"listen\": {}", "\"listen\": {\"rtsp_host\": \"0.0.0.0\"}", "", "", "l" },
    { "socket", "\"site\": {}", "\"site\": {\"socket_path\": \"/run/x\"}", "", "", "l" },
    { "connect rate", "\"feeds\": {}", "\"feeds\": {\"connect_per_s\": 2}", "", "", "h" },
    { "warm limit", "\"feeds\": {}", "\"feeds\": {\"warm_limit\": 2}", "", "", "h" },
    { "decode threads", "\"canvas\": {}", "\"canvas\": {\"decode_threads\": 2}", "", "", "h" },
    { "state_dir", "\"site\": {}", "\"site\": {\"state_dir\": \"/x\"}", "", "", "r" },
    { "presets, tours and layouts", NO_CHANGE,
      NO_CHANGE ", \"layouts\": [{\"id\": \"x\", \"grid\": [1, 1]}], \"presets\": [{\"name\": "
                "\"p\", \"layout\": \"x\"}], "
                "\"tours\": [{\"id\": \"t\", \"name\": \"t\", \"presets\": [\"p\"]}]",
      "", "", "" },
};

/* The member under test, and a wall and cameras where it brings none. */
static Config *parse(const char *members)
{
    gboolean has_wall = strstr(members, "\"walls\"") != NULL,
             has_cameras = strstr(members, "\"cameras\"") != NULL;
    g_autofree char *text = g_strdup_printf("{%s%s%s%s%s}", members, has_wall ? "" : ", ",
                                            has_wall ? "" : WALL(", " SCREEN),
                                            has_cameras ? "" : ", ", has_cameras ? "" : NO_CHANGE);
    g_autoptr(Faults) faults = faults_new("t", 10);
    Config *config = config_parse(text, strlen(text), "t", NULL, faults);
    g_autofree char *lines = faults_dup_text(faults);
    g_assert_cmpstr(lines, ==, "");
    return config;
}

static char *dup_ids(GPtrArray *ids)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(text, "%s ", (char *)g_ptr_array_index(ids, i));
    return g_string_free(text, FALSE);
}

static void check_diff(const Config *before, const Config *after, const DiffCase *c)
{
    g_autoptr(ConfigDiff) diff = config_diff(before, after);
    g_autofree char *changed = dup_ids(diff->cameras_changed);
    g_autofree char *relabelled = dup_ids(diff->cameras_relabelled);
    g_assert_cmpstr(changed, ==, c->changed);
    g_assert_cmpstr(relabelled, ==, c->relabelled);
    g_assert_cmpint(diff->walls_changed, ==, strchr(c->flags, 'w') != NULL);
    g_assert_cmpint(diff->outputs_changed, ==, strchr(c->flags, 'o') != NULL);
    g_assert_cmpint(diff->listen_changed, ==, strchr(c->flags, 'l') != NULL);
    g_assert_cmpint(diff->limits_changed, ==, strchr(c->flags, 'h') != NULL);
    g_assert_cmpint(diff->restart_needed, ==, strchr(c->flags, 'r') != NULL);
}

static void test_diff(gconstpointer user)
{
    const DiffCase *c = user;
    g_autoptr(Config) before = parse(c->before), after = parse(c->after);
    check_diff(before, after, c);
}

/* A new password restarts the sessions of those cameras that use it, and of no others. */
static void test_password(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("wallctl-diff-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *path = g_build_filename(dir, "c.json", NULL);
    const char *text = "{\"credentials\": \"c.json\", " WALL(
        ", " SCREEN) ", \"cameras\": [{\"id\": \"a\", \"name\": \"a\", "
                     "\"main\": \"rtsp://h/a\", \"credential\": \"x\"}, {\"id\": \"b\", \"name\": "
                     "\"b\", \"main\": "
                     "\"rtsp://h/b\", \"credential\": \"y\"}, {\"id\": \"c\", \"name\": \"c\", "
                     "\"main\": "
                     "\"rtsp://h/c\"}]}";
    const char *secrets[] = {
        "{\"x\": {\"user\": \"u\", \"password\": \"1\"}, \"y\": {\"user\": \"u\", \"password\": "
        "\"1\"}}",
        "{\"x\": {\"user\": \"u\", \"password\": \"2\"}, \"y\": {\"user\": \"u\", \"password\": "
        "\"1\"}}",
    };
    Config *configs[2];
    for (guint i = 0; i < 2; i++) {
        g_assert_true(
            g_file_set_contents_full(path, secrets[i], -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
        g_autoptr(Faults) faults = faults_new("t", 10);
        configs[i] = config_parse(text, strlen(text), "t", dir, faults);
        g_assert_cmpstr(faults_get(faults, 0), ==, NULL);
    }
    check_diff(configs[0], configs[1], &(DiffCase) { "", "", "", "a ", "", "" });
    config_unref(configs[0]);
    config_unref(configs[1]);
    g_remove(path);
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/config-diff/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_diff);
    }
    g_test_add_func("/config-diff/password", test_password);
    return g_test_run();
}
