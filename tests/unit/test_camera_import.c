/* test_camera_import.c - a new table of cameras: what changes, what is wrong with it, how it is written */
#include "config/camera_import.h"

#include "wallctl/base/error.h"

#include <glib/gstdio.h>
#include <string.h>

#define HEAD "id,name,main,lon,lat,credential\n"

typedef struct {
    char *dir, *table;
    Config *config;
} Rig;

static void put(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static Rig rig_new(const char *tables)
{
    Rig rig = { .dir = g_dir_make_tmp("wallctl-import-XXXXXX", NULL) };
    rig.table = g_build_filename(rig.dir, "cameras.csv", NULL);
    put(rig.dir, "cameras.csv", HEAD "a,Gate,rtsp://192.0.2.1/a,,,\nb,Dam,rtsp://192.0.2.1/b,,,\n");
    g_autofree char *text = g_strdup_printf(
        "{\"walls\": [{\"id\": \"main\", \"name\": \"Main\", \"grid\": {\"columns\": 1, \"rows\": "
        "1, \"width\": 640, \"height\": 360}}], \"presets\": [{\"name\": \"p\", \"layout\": \"1\", "
        "\"cameras\": [\"own\"]}], \"cameras\": [{\"id\": \"own\", \"number\": 900, \"name\": "
        "\"Own\", \"main\": \"rtsp://192.0.2.1/own\"}], \"camera_csv_bad_rows\": \"skip\"%s}",
        tables);
    put(rig.dir, "wall.json", text);
    g_autofree char *path = g_build_filename(rig.dir, "wall.json", NULL);
    g_autoptr(Faults) faults = faults_new("wall.json", 10);
    rig.config = config_load(path, faults);
    g_autofree char *lines = faults_dup_text(faults);
    g_assert_cmpstr(lines, ==, "");
    return rig;
}

static void rig_clear(Rig *rig)
{
    config_unref(rig->config);
    g_autofree char *path = g_build_filename(rig->dir, "wall.json", NULL);
    g_remove(path);
    g_remove(rig->table);
    g_assert_cmpint(g_rmdir(rig->dir), ==, 0);
    g_free(rig->dir);
    g_free(rig->table);
}

static CameraImport *try(const Rig *rig, const char *text)
{
    g_autoptr(GError) error = NULL;
    CameraImport *import = camera_import_try(rig->config, "", text, strlen(text), &error);
    g_assert_no_error(error);
    return import;
}

static char *told(GPtrArray *cameras)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < cameras->len; i++)
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               ((ImportCamera *)g_ptr_array_index(cameras, i))->id);
    return g_string_free(text, FALSE);
}

static const struct {
    const char *text, *added, *changed, *removed;
} changes[] = {
    { HEAD "a,Gate,rtsp://192.0.2.1/a,,,\nb,Dam,rtsp://192.0.2.1/b,,,\n", "", "", "" },
    { HEAD "a,Gate,rtsp://192.0.2.1/a,,,\n", "", "", "b" },
    { HEAD "a,Gate 2,rtsp://192.0.2.1/a,,,\nb,Dam,rtsp://192.0.2.1/other,,,\n", "", "a b", "" },
    { HEAD "a,Gate,rtsp://192.0.2.1/a,,,\nb,Dam,rtsp://192.0.2.1/b,102,24,\n"
           "c,New,rtsp://192.0.2.1/c,,,\n",
      "c", "b", "" },
    { HEAD, "", "", "a b" },
};

static void test_changes(void)
{
    Rig rig = rig_new(", \"camera_csv\": [\"cameras.csv\"]");
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        CameraImport *import = try(&rig, changes[i].text);
        g_autofree char *added = told(import->added), *changed = told(import->changed),
                        *removed = told(import->removed);
        g_assert_cmpuint(import->n_faults, ==, 0);
        g_assert_cmpstr(added, ==, changes[i].added);
        g_assert_cmpstr(changed, ==, changes[i].changed);
        g_assert_cmpstr(removed, ==, changes[i].removed);
        g_assert_true(import->is_writable);
        camera_import_free(import);
    }
    rig_clear(&rig);
}

static const struct {
    const char *text;
    guint row;
    const char *column, *value, *zh;
} faults[] = {
    { HEAD "a,Gate,http://x,,,\n", 2, "main", "http://x", "不接受" },
    { HEAD "a,Gate,rtsp://u:secret@192.0.2.1/,,,\n", 2, "main", "", "不接受" },
    { HEAD "a,Gate,rtsp://169.254.169.254/,,,\n", 2, "main", "rtsp://169.254.169.254/",
      "不在允许的摄像机网段或端口里" },
    { HEAD "a,,rtsp://192.0.2.1/,,,\n", 2, "name", "", "没有填" },
    { HEAD "a,Gate,,,,\n", 2, "main", "", "没有填" },
    { HEAD "a,Gate,rtsp://192.0.2.1/,200,24,\n", 2, "lon", "200", "不接受" },
    { HEAD "a,Gate,rtsp://192.0.2.1/,102,,\n", 2, "lat", "", "没有填" },
    { HEAD "a,Gate,rtsp://192.0.2.1/,,,secret\n", 2, "credential", "", "凭据文件里没有这个引用名" },
    { HEAD "a,Gate,rtsp://192.0.2.1/,,,\na,Dam,rtsp://192.0.2.1/,,,\n", 3, "id", "a",
      "与第 2 行重复" },
    { HEAD "own,Gate,rtsp://192.0.2.1/,,,\n", 2, "id", "own", "编号已被配置里别的摄像机占用" },
    { "id,number,name,main\na,900,Gate,rtsp://192.0.2.1/\n", 2, "number", "900",
      "序号已被别的摄像机占用" },
    { HEAD "a,Gate,rtsp://192.0.2.1/,,,,\n", 2, "", "", "这一行的格子比表头多" },
    { HEAD "a,\"Gate,rtsp://192.0.2.1/\n", 2, "", "", "引号没有闭合" },
    { HEAD "a,Ga\"te,rtsp://192.0.2.1/\n", 2, "", "", "引号写在了格子中间" },
    { "id,nmae,main\n", 1, "", "", "不认识的列名" },
    { "id,id,name,main\n", 1, "", "", "这一列出现了两次" },
    { "id,name\n", 1, "", "", "没有“主码流”“子码流”列，也没有“厂商模板”列" },
    { "", 0, "", "", "表格是空的" },
    { "\xff\xfe", 0, "", "", "文件是 UTF-16 编码" },
    { "PK\x03\x04xl/workbook.xml", 0, "", "",
      "这是 Excel 工作簿（.xlsx、.xls）或压缩包，请在 Excel 里“另存为” CSV 再导入" },
    { "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 0, "", "",
      "这是网页或 SVG 图形，不是 CSV 表格" },
    { "\x89PNG\r\n\x1a\n", 0, "", "", "这是图片或 PDF，不是 CSV 表格" },
};

static void test_faults(void)
{
    Rig rig = rig_new(", \"camera_csv\": [\"cameras.csv\"]");
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        CameraImport *import = try(&rig, faults[i].text);
        g_test_message("%" G_GSIZE_FORMAT ": %u faults", i, import->n_faults);
        g_assert_cmpuint(import->faults->len, >=, 1);
        const ImportFault *fault = g_ptr_array_index(import->faults, 0);
        g_test_message("%s / %s", fault->text, fault->accepted);
        g_assert_cmpuint(fault->row, ==, faults[i].row);
        g_assert_cmpstr(fault->column, ==, faults[i].column);
        g_assert_cmpstr(fault->value, ==, faults[i].value);
        g_assert_cmpstr(fault->text_zh, ==, faults[i].zh);
        g_assert_null(strstr(fault->text, "secret@"));
        g_assert_cmpuint(import->added->len + import->changed->len + import->removed->len, ==, 0);
        camera_import_free(import);
    }
    rig_clear(&rig);
}

/* The words say where cameras may be, in both languages. */
static void test_networks(void)
{
    Rig rig = rig_new(", \"camera_csv\": [\"cameras.csv\"], \"site\": {\"camera_networks\": "
                      "[\"192.0.2.0/24\"], \"camera_ports\": [554]}");
    static const struct {
        const char *address, *text, *accepted, *zh;
    } rows[] = {
        { "rtsp://198.51.100.1/",
          "\"rtsp://198.51.100.1/\" leads to 198.51.100.1, where no camera may be",
          "addresses in site.camera_networks: 192.0.2.0/24",
          "site.camera_networks 里的网段：192.0.2.0/24" },
        { "rtsp://192.0.2.1:22/",
          "\"rtsp://192.0.2.1:22/\" leads to port 22, where no camera may be",
          "ports in site.camera_ports: 554", "site.camera_ports 里的端口：554" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf(HEAD "a,Gate,%s,,,\n", rows[i].address);
        CameraImport *import = try(&rig, text);
        g_assert_cmpuint(import->faults->len, ==, 1);
        const ImportFault *fault = g_ptr_array_index(import->faults, 0);
        g_assert_cmpstr(fault->column, ==, "main");
        g_assert_cmpstr(fault->text, ==, rows[i].text);
        g_assert_cmpstr(fault->accepted, ==, rows[i].accepted);
        g_assert_cmpstr(fault->accepted_zh, ==, rows[i].zh);
        camera_import_free(import);
    }
    rig_clear(&rig);
}

static void test_elsewhere(void)
{
    Rig rig = rig_new(", \"camera_csv\": [\"cameras.csv\"], \"tours\": [{\"id\": \"t\", \"name\": "
                      "\"t\", \"tiles\": [1], \"cameras\": [\"b\"]}]");
    CameraImport *import = try(&rig, HEAD "a,Gate,rtsp://192.0.2.1/a,,,\n");
    g_assert_cmpuint(import->faults->len, ==, 1);
    const ImportFault *fault = g_ptr_array_index(import->faults, 0);
    g_assert_cmpstr(fault->place, ==, "tours[0].cameras[0]");
    g_assert_cmpstr(fault->text_zh, ==, "这里还在用表格里已经没有的摄像机");
    camera_import_free(import);
    rig_clear(&rig);
}

static void test_written(void)
{
    static const char text[] = HEAD "c,New,rtsp://192.0.2.1/c,,,\n";
    Rig rig = rig_new(", \"camera_csv\": [\"cameras.csv\"]");
    CameraImport *import = try(&rig, text);
    g_autoptr(GError) error = NULL;
    g_assert_cmpint(g_chmod(rig.table, 0600), ==, 0);
    g_assert_false(camera_import_write(import, "", text, strlen(text), &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_STALE);
    g_clear_error(&error);
    g_assert_true(camera_import_write(import, import->base, text, strlen(text), &error));
    g_autofree char *lies_there = NULL;
    g_assert_true(g_file_get_contents(rig.table, &lies_there, NULL, NULL));
    g_assert_cmpstr(lies_there, ==, text);
    GStatBuf status;
    g_assert_cmpint(g_stat(rig.table, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_false(camera_import_write(import, import->base, text, strlen(text), &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_STALE);
    camera_import_free(import);
    rig_clear(&rig);
}

static void test_which(void)
{
    static const struct {
        const char *tables, *file;
        int code; /* 0: it is found */
    } cases[] = {
        { "", "", WALL_ERROR_NOT_FOUND },
        { ", \"camera_csv\": [\"cameras.csv\"]", "cameras.csv", 0 },
        { ", \"camera_csv\": [\"cameras.csv\"]", "../wall.json", WALL_ERROR_INVALID },
        { ", \"camera_csv\": [\"cameras.csv\"]", "wall.json", WALL_ERROR_INVALID },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Rig rig = rig_new(cases[i].tables);
        g_autoptr(GError) error = NULL;
        CameraImport *import =
            camera_import_try(rig.config, cases[i].file, HEAD, strlen(HEAD), &error);
        if (cases[i].code)
            g_assert_error(error, WALL_ERROR, cases[i].code);
        else
            g_assert_nonnull(import);
        camera_import_free(import);
        rig_clear(&rig);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/import/changes", test_changes);
    g_test_add_func("/import/faults", test_faults);
    g_test_add_func("/import/networks", test_networks);
    g_test_add_func("/import/elsewhere", test_elsewhere);
    g_test_add_func("/import/written", test_written);
    g_test_add_func("/import/which", test_which);
    return g_test_run();
}
