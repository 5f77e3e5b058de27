/* test_config_files.c - a configuration with the files that it names, and those that the repository
 * carries */
#include "config/config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define CAM(ID) "{\"id\": \"" ID "\", \"name\": \"" ID "\", \"main\": \"rtsp://10.0.0.1/" ID "\"}"
#define WALLS                                                                                        \
    "\"walls\": [{\"id\": \"main\", \"name\": \"主墙\", \"layout\": \"4\", \"screens\": [{\"x\": " \
    "0, "                                                                                            \
    "\"y\": 0, \"width\": 1920, \"height\": 1080}]}]"
#define BASE  "\"cameras\": [" CAM("a") ", " CAM("b") ", " CAM("gate-3") "], " WALLS
#define NAMES "1 to 64 characters without control characters"

/* Without the source that stands before each line. */
static char *dup_lines(const Faults *faults)
{
    g_autofree char *text = faults_dup_text(faults);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);
    for (char **line = lines; *line && **line; line++) {
        g_assert_true(g_str_has_prefix(*line, "t: "));
        g_string_append_printf(out, "%s\n", *line + 3);
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    char *dir;
} Files;

static void files_set_up(Files *files, gconstpointer user)
{
    g_autoptr(GError) error = NULL;
    files->dir = g_dir_make_tmp("wallctl-config-XXXXXX", &error);
    g_assert_no_error(error);
}

static void files_tear_down(Files *files, gconstpointer user)
{
    g_autoptr(GDir) dir = g_dir_open(files->dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(files->dir, name, NULL);
        g_assert_cmpint(g_remove(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(files->dir), ==, 0);
    g_free(files->dir);
}

static void write_file(const Files *files, const char *name, const char *text, guint mode)
{
    g_autofree char *path = g_build_filename(files->dir, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, (int)mode), ==, 0);
}

static Config *load(const Files *files, Faults *faults)
{
    g_autofree char *path = g_build_filename(files->dir, "wallctl.json", NULL);
    return config_load(path, faults);
}

static void test_missing_file(Files *files, gconstpointer user)
{
    g_autoptr(Faults) faults = faults_new("t", 10);
    g_assert_null(load(files, faults));
    g_autofree char *expected =
        g_strdup_printf("t: cannot read %s/wallctl.json: No such file or directory", files->dir);
    g_assert_cmpstr(faults_get(faults, 0), ==, expected);
}

static void test_pipe(Files *files, gconstpointer user)
{
    g_autofree char *path = g_build_filename(files->dir, "wallctl.json", NULL);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    g_autoptr(Faults) faults = faults_new("t", 10);
    g_assert_null(load(files, faults));
    g_autofree char *expected = g_strdup_printf("t: %s is not a regular file", path);
    g_assert_cmpstr(faults_get(faults, 0), ==, expected);
}

static void test_named_files(Files *files, gconstpointer user)
{
    write_file(
        files, "regions.csv",
        "code,name,level,parent\n530402,红塔区,county,5304\n530402008,研和街道,township,530402\n",
        0644);
    write_file(files, "cameras.csv",
               "编号,名称,主码流,行政区划,凭据\ngate-1,一号门,rtsp://10.0.0.1/1,530402008005,gate\n"
               "gate-2,二号门,rtsp://10.0.0.2/1,53,\n",
               0644);
    write_file(files, "secret.json", "{\"gate\": {\"user\": \"admin\", \"password\": \"hunter2\"}}",
               0600);
    write_file(
        files, "wallctl.json",
        "{" BASE
        ", \"regions\": \"regions.csv\", \"camera_csv\": [\"cameras.csv\"], \"credentials\": "
        "\"secret.json\"}",
        0644);
    g_autoptr(Faults) faults = faults_new("t", 10);
    g_autoptr(Config) config = load(files, faults);
    g_autofree char *lines = faults_dup_text(faults);
    g_assert_cmpstr(lines, ==, "");
    g_assert_cmpuint(config->cameras->len, ==, 5);
    const Camera *gate = config_camera(config, "gate-1");
    g_assert_cmpuint(gate->number, ==, 4);
    g_assert_cmpstr(gate->region_name, ==,
                    "研和街道"); /* the village is not in the table, its street is */
    g_assert_cmpstr(config_camera(config, "gate-2")->region_name, ==, "");
    g_assert_cmpstr(credentials_find(config->credentials, "gate")->user, ==, "admin");
}

static void test_faults_of_files(Files *files, gconstpointer user)
{
    write_file(files, "regions.csv", "code,name\n5304x2,红塔区\n53,\n53,云南省\n53,云南\n", 0644);
    write_file(
        files, "cameras.csv",
        "id,name,main,credential\na,一号门,rtsp://h/1,\ng,g,rtsp://h/2,gate\nh,h,http://h/,\n",
        0644);
    write_file(files, "wallctl.json",
               "{" BASE
               ", \"regions\": \"regions.csv\", \"camera_csv\": [\"cameras.csv\", \"none.csv\"]}",
               0644);
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_assert_null(load(files, faults));
    g_autofree char *lines = dup_lines(faults);
    g_autofree char *expected = g_strdup_printf(
        "cameras.csv: row 4, column main: \"http://h/\" does not begin with rtsp:// or rtsps://\n"
        "camera_csv[1]: cannot read %s/none.csv: No such file or directory\n"
        "regions.csv: row 2, column code: \"5304x2\" is refused; accepted: 2 to 15 digits\n"
        "regions.csv: row 3, column name: \"\" is refused; accepted: " NAMES "\n"
        "regions.csv: row 5, column code: \"53\" is in the table already\n"
        "cameras.csv: row 2, column id: \"a\" is the id of another camera before it\n"
        "cameras.csv: row 3, column credential: there is no \"gate\" in the credential file\n",
        files->dir);
    g_assert_cmpstr(lines, ==, expected);
}

static void test_skipped_rows(Files *files, gconstpointer user)
{
    write_file(files, "cameras.csv",
               "id,name,main\ng,g,rtsp://h/2\nh,h,http://h/\n,i,rtsp://h/\nk,k,rtsp://h/k\n", 0644);
    write_file(files, "wallctl.json",
               "{" BASE ", \"camera_csv\": [\"cameras.csv\"], \"camera_csv_bad_rows\": \"skip\"}",
               0644);
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autoptr(Config) config = load(files, faults);
    g_autofree char *lines = dup_lines(faults);
    g_assert_cmpstr(lines, ==, "");
    g_assert_cmpuint(config->cameras->len, ==, 5);
    g_assert_nonnull(config_camera(config, "k"));
    g_assert_null(config_camera(config, "h"));
}

static void test_skip_needs_a_table(Files *files, gconstpointer user)
{
    write_file(files, "cameras.csv", "number,main\n1,rtsp://h/2\n", 0644);
    write_file(files, "wallctl.json",
               "{" BASE ", \"camera_csv\": [\"cameras.csv\"], \"camera_csv_bad_rows\": \"skip\"}",
               0644);
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_assert_null(load(files, faults));
    g_autofree char *lines = dup_lines(faults);
    g_assert_cmpstr(lines, ==,
                    "camera_csv[0]: cameras.csv: row 1: there is no column name (名称); accepted: "
                    "a first row that names "
                    "the columns\n");
}

static void test_credentials_mode(Files *files, gconstpointer user)
{
    write_file(files, "secret.json", "{}", 0644);
    write_file(files, "wallctl.json", "{" BASE ", \"credentials\": \"secret.json\"}", 0644);
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_assert_null(load(files, faults));
    g_autofree char *expected = g_strdup_printf("t: secret.json: mode 0644 lets others read the "
                                                "passwords; accepted: 0600 (mend it with: chmod "
                                                "600 '%s/secret.json')",
                                                files->dir);
    g_assert_cmpstr(faults_get(faults, 0), ==, expected);
    g_assert_cmpuint(faults_count(faults), ==, 1);
}

/* What names a camera of a bad row, or of a table that is not there, is no fault of its own. */
static void test_names_of_bad_rows(Files *files, gconstpointer user)
{
    static const char preset[] =
        ", \"presets\": [{\"name\": \"p\", \"layout\": \"4\", \"cameras\": [\"h\", \"zz\"]}], ";
    static const struct {
        const char *tables, *expected;
    } cases[] = {
        { "\"camera_csv\": [\"cameras.csv\"]",
          "cameras.csv: row 2, column main: \"http://h/\" does not begin with rtsp:// or rtsps://\n"
          "presets[0].cameras[1]: there is no camera \"zz\"\n" },
        { "\"camera_csv\": [7]",
          "camera_csv[0]: 7 is refused; accepted: the path of a file, relative to this one\n" },
    };
    write_file(files, "cameras.csv", "id,name,main\nh,h,http://h/\n", 0644);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat("{" BASE, preset, cases[i].tables, "}", NULL);
        write_file(files, "wallctl.json", text, 0644);
        g_autoptr(Faults) faults = faults_new("t", 20);
        g_assert_null(load(files, faults));
        g_autofree char *lines = dup_lines(faults);
        g_assert_cmpstr(lines, ==, cases[i].expected);
    }
}

/* 20,000 cameras: all are there and found; the time is printed, not judged. */
static void test_many(Files *files, gconstpointer user)
{
    g_autoptr(GString) csv =
        g_string_new("编号,名称,行政区划,国标编号,地点,经度,纬度,主码流,子码流\r\n");
    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(
            csv,
            "cam-%05u,\"研和街道，%u 号\",530402008,530402008013%08u,老街 %u 号,102.%04u,24.%04u,"
            "rtsp://10.%u.%u.%u:554/Streaming/Channels/101,"
            "rtsp://10.%u.%u.%u:554/Streaming/Channels/102\r\n",
            i, i, i, i, i % 10000, i % 10000, i >> 16, (i >> 8) & 255, i & 255, i >> 16,
            (i >> 8) & 255, i & 255);
    write_file(files, "cameras.csv", csv->str, 0644);
    write_file(files, "regions.csv", "code,name\n530402008,研和街道\n", 0644);
    write_file(files, "wallctl.json",
               "{" WALLS ", \"camera_csv\": [\"cameras.csv\"], \"regions\": \"regions.csv\"}",
               0644);
    gint64 t0 = g_get_monotonic_time();
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autoptr(Config) config = load(files, faults);
    gint64 t1 = g_get_monotonic_time();
    g_autofree char *lines = faults_dup_text(faults);
    g_assert_cmpstr(lines, ==, "");
    g_assert_cmpuint(config->cameras->len, ==, 20000);
    for (guint i = 0; i < 20000; i++) {
        char id[16];
        g_snprintf(id, sizeof id, "cam-%05u", i);
        g_assert_true(config_camera(config, id) == g_ptr_array_index(config->cameras, i));
        g_assert_true(config_camera_number(config, i + 1) == g_ptr_array_index(config->cameras, i));
    }
    gint64 t2 = g_get_monotonic_time();
    g_test_message(
        "20000 cameras: %.1f MB, loaded in %.0f ms, each found by id and number in %.2f us",
        (double)csv->len / 1e6, (double)(t1 - t0) / 1e3, (double)(t2 - t1) / 40000);
}

/* --- what the repository carries ---------------------------------------------------------------
 */

static char *dup_source_path(const char *relative)
{
    const char *source = g_getenv("WALLCTL_SOURCE");
    return source ? g_build_filename(source, relative, NULL) : NULL;
}

static Config *load_sample(const char *path)
{
    g_autoptr(Faults) faults = faults_new("sample", 20);
    Config *config = config_load(path, faults);
    g_autofree char *lines = faults_dup_text(faults);
    g_assert_cmpstr(lines, ==, "");
    g_assert_nonnull(config);
    return config;
}

/* As its first lines tell an administrator: the example of the credentials gets its own name and
 * mode. */
static void test_county(Files *files, gconstpointer user)
{
    static const struct {
        const char *from, *to;
        guint mode;
    } copies[] = { { "config/examples/county-2x2.json", "wallctl.json", 0644 },
                   { "config/examples/cameras.csv", "cameras.csv", 0644 },
                   { "config/examples/credentials.json.example", "credentials.json", 0600 } };
    if (!g_getenv("WALLCTL_SOURCE")) {
        g_test_skip("WALLCTL_SOURCE is not set");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(copies); i++) {
        g_autofree char *path = dup_source_path(copies[i].from);
        g_autofree char *text = NULL;
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_autofree char *regions = dup_source_path("config/regions.csv");
        g_auto(GStrv) parts = g_strsplit(text, "../regions.csv", 2);
        g_autofree char *moved = g_strjoinv(regions, parts);
        write_file(files, copies[i].to, moved, copies[i].mode);
    }
    g_autofree char *path = g_build_filename(files->dir, "wallctl.json", NULL);
    g_autoptr(Config) config = load_sample(path);
    g_assert_cmpuint(config->cameras->len, ==, 20);
    g_assert_cmpstr(config_camera(config, "lh-001")->region_name, ==, "洛河彝族乡");
    g_assert_cmpstr(config_camera(config, "xsq-001")->place, ==, "\"彝家小院\"路口");
    g_assert_nonnull(
        credentials_find(config->credentials, config_camera(config, "yh-002")->credential));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("CREDENTIALS_DIRECTORY");
#define WITH_FILES(NAME, FUNC) g_test_add(NAME, Files, NULL, files_set_up, FUNC, files_tear_down)
    WITH_FILES("/config-files/missing", test_missing_file);
    WITH_FILES("/config-files/pipe", test_pipe);
    WITH_FILES("/config-files/named", test_named_files);
    WITH_FILES("/config-files/faults", test_faults_of_files);
    WITH_FILES("/config-files/skipped rows", test_skipped_rows);
    WITH_FILES("/config-files/skip needs a table", test_skip_needs_a_table);
    WITH_FILES("/config-files/credentials mode", test_credentials_mode);
    WITH_FILES("/config-files/names of bad rows", test_names_of_bad_rows);
    WITH_FILES("/config-files/many", test_many);
    WITH_FILES("/config-files/county", test_county);
    return g_test_run();
}
