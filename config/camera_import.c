/* camera_import.c - a new table of cameras, held against the configuration before it takes the place of the old one */
#include "config/camera_import.h"

#include "config/camera_entry.h"
#include "config/csv.h"
#include "config/file.h"
#include "wallctl/base/error.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE    "import" /* of Faults: what its lines begin with */
#define MAX_VALUE 60       /* characters */

/* --- faults ------------------------------------------------------------------------------------
 */

/* What the messages of the table's reader mean, in the words of who made the table. */
static const struct {
    const char *fragment, *zh;
} meanings[] = {
    { "is missing", "没有填" },
    { "is the id of another camera", "编号已被配置里别的摄像机占用" },
    { "is the number of camera", "序号已被别的摄像机占用" },
    { "is the gbid of camera", "国标编号已被别的摄像机占用" },
    { "unknown column", "不认识的列名" },
    { "appears twice", "这一列出现了两次" },
    { "there is no column name", "没有“名称”列" },
    { "there is neither a column id", "没有“编号”列，也没有“国标编号”列" },
    { "there is neither a column main", "没有“主码流”“子码流”列，也没有“厂商模板”列" },
    { "has more cells", "这一行的格子比表头多" },
    { "a quote stands inside", "引号写在了格子中间" },
    { "is not closed", "引号没有闭合" },
    { "the table is empty", "表格是空的" },
    { "an Excel workbook",
      "这是 Excel 工作簿（.xlsx、.xls）或压缩包，请在 Excel 里“另存为” CSV 再导入" },
    { "a web page", "这是网页或 SVG 图形，不是 CSV 表格" },
    { "a picture", "这是图片或 PDF，不是 CSV 表格" },
    { "is UTF-16", "文件是 UTF-16 编码" },
    { "neither UTF-8 nor GB18030", "文件编码不对，有认不出的字节" },
    { "there is no camera", "这里还在用表格里已经没有的摄像机" },
    { "in the credential file", "凭据文件里没有这个引用名" },
    { "is a token", "这个凭据是令牌，摄像机要用户名和密码" },
    { "goes with \"template\"", "要和“厂商模板”一起填" },
    { "makes the addresses", "填了厂商模板，就不要再填码流地址" },
    { "is not above stall_ms", "不大于 stall_ms" },
    { ", where no camera may be", "不在允许的摄像机网段或端口里" },
};

static char *dup_meaning(const char *text)
{
    const char *other = strstr(text, "is that of row ");
    guint row;
    if (other && sscanf(other, "is that of row %u", &row) == 1)
        return g_strdup_printf("与第 %u 行重复", row);
    for (gsize i = 0; i < G_N_ELEMENTS(meanings); i++) {
        if (strstr(text, meanings[i].fragment))
            return g_strdup(meanings[i].zh);
    }
    return g_strdup("不接受");
}

static char *dup_accepted_zh(const char *column, const char *text, const Networks *networks)
{
    if (strstr(text, "leads to port "))
        return networks_dup_accepted_ports_zh(networks);
    if (strstr(text, ", where no camera may be"))
        return networks_dup_accepted_zh(networks);
    const Option *option = options_find(&table_cameras, column);
    if (strcmp(column, "main") == 0 || strcmp(column, "sub") == 0)
        return g_strdup("rtsp:// 或 rtsps:// 地址，不含用户名和密码");
    if (strcmp(column, "lon") == 0)
        return g_strdup("-180 至 180 的度数，与纬度一起填");
    if (strcmp(column, "lat") == 0)
        return g_strdup("-90 至 90 的度数，与经度一起填");
    if (option && option->type == OPTION_INT)
        return g_strdup_printf("%" G_GINT64_FORMAT " 至 %" G_GINT64_FORMAT " 的整数", option->min,
                               option->max);
    return g_strdup(option && option->rule ? option->rule->accepted_zh : "");
}

static void free_fault(gpointer data)
{
    ImportFault *fault = data;
    g_free(fault->column);
    g_free(fault->column_zh);
    g_free(fault->place);
    g_free(fault->value);
    g_free(fault->text);
    g_free(fault->text_zh);
    g_free(fault->accepted);
    g_free(fault->accepted_zh);
    g_free(fault);
}

/* "row 17, column main: TEXT" or "row 17: TEXT" behind the table's name: the text, else NULL. */
static const char *read_place(const char *line, ImportFault *fault)
{
    char column[32] = "";
    int len = 0;
    if (sscanf(line, "row %u, column %31[a-z_]: %n", &fault->row, column, &len) != 2 || !len) {
        len = 0;
        *column = 0;
        if (sscanf(line, "row %u: %n", &fault->row, &len) != 1 || !len) {
            fault->row = 0;
            return NULL;
        }
    }
    const char *key, *zh;
    fault->column = g_strdup(column);
    fault->column_zh = g_strdup(camera_csv_column(column, &key, &zh) ? zh : column);
    return line + len;
}

static ImportFault *read_fault(const char *line, const char *file, const Networks *networks)
{
    ImportFault *fault = g_new0(ImportFault, 1);
    line += strlen(SOURCE ": ");
    g_autofree char *prefix = g_strconcat(file, ": ", NULL);
    gboolean is_table = g_str_has_prefix(line, prefix);
    const char *text = is_table ? read_place(line + strlen(prefix), fault) : NULL;
    if (!text && is_table)
        text = line + strlen(prefix);
    const char *colon = text ? NULL : strstr(line, ": ");
    fault->place = colon ? g_strndup(line, (gsize)(colon - line)) : g_strdup("");
    if (!text)
        text = colon ? colon + strlen(": ") : line;
    const char *accepted = strstr(text, "; accepted: ");
    fault->text = accepted ? g_strndup(text, (gsize)(accepted - text)) : g_strdup(text);
    fault->text_zh = dup_meaning(text);
    fault->accepted = g_strdup(accepted ? accepted + strlen("; accepted: ") : "");
    fault->accepted_zh = dup_accepted_zh(fault->column ? fault->column : "", text, networks);
    fault->value = g_strdup("");
    if (!fault->column) {
        fault->column = g_strdup("");
        fault->column_zh = g_strdup("");
    }
    return fault;
}

/* Whoever pastes a password does it into an address or beside it. */
static gboolean may_be_secret(const char *column, const char *value)
{
    return strcmp(column, "credential") == 0 || strchr(value, '@');
}

static void take_values(GPtrArray *faults, GPtrArray *cells, GPtrArray *columns, guint row)
{
    for (guint i = 0; i < faults->len; i++) {
        ImportFault *fault = g_ptr_array_index(faults, i);
        for (guint c = 0; fault->row == row && c < cells->len && c < columns->len; c++) {
            const char *key = g_ptr_array_index(columns, c), *value = g_ptr_array_index(cells, c);
            if (g_strcmp0(key, fault->column) != 0 || may_be_secret(key, value))
                continue;
            g_free(fault->value);
            fault->value = g_utf8_substring(value, 0, MIN(g_utf8_strlen(value, -1), MAX_VALUE));
        }
    }
}

/* What stands in the cells that faults are about. */
static void add_values(GPtrArray *faults, const char *text, gsize len)
{
    gsize utf8_len = 0;
    char *utf8 = csv_dup_utf8(text, len, &utf8_len, NULL);
    if (!utf8)
        return;
    g_autoptr(Csv) csv = csv_new(utf8, utf8_len);
    g_autoptr(GPtrArray) cells = g_ptr_array_new(), columns = g_ptr_array_new();
    guint row;
    const char *fault;
    if (!csv_next(csv, cells, &row, &fault))
        return;
    for (guint i = 0; i < cells->len; i++) {
        const char *key = NULL, *zh;
        camera_csv_column(g_ptr_array_index(cells, i), &key, &zh);
        g_ptr_array_add(columns, (gpointer)key);
    }
    while (csv_next(csv, cells, &row, &fault))
        take_values(faults, cells, columns, row);
}

static void take_faults(CameraImport *import, const Faults *faults, const Networks *networks,
                        const char *text, gsize len)
{
    import->n_faults = faults_count(faults);
    for (guint i = 0; faults_get(faults, i); i++)
        g_ptr_array_add(import->faults, read_fault(faults_get(faults, i), import->file, networks));
    if (import->faults->len > 0)
        add_values(import->faults, text, len);
}

/* --- what changes ------------------------------------------------------------------------------
 */

static void free_camera(gpointer data)
{
    ImportCamera *camera = data;
    g_free(camera->id);
    g_free(camera->name);
    g_free(camera);
}

static void add_camera(GPtrArray *list, const Camera *camera)
{
    ImportCamera *item = g_new(ImportCamera, 1);
    *item = (ImportCamera) { g_strdup(camera->id), g_strdup(camera->name), camera->number };
    g_ptr_array_add(list, item);
}

static void compare(CameraImport *import, const Config *now, const Config *then)
{
    for (guint i = 0; i < then->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(then->cameras, i);
        const Camera *old = config_camera(now, camera->id);
        if (!old)
            add_camera(import->added, camera);
        else if (!camera_equal(old, camera))
            add_camera(import->changed, camera);
    }
    for (guint i = 0; i < now->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(now->cameras, i);
        if (!config_camera(then, camera->id))
            add_camera(import->removed, camera);
    }
}

/* --- import ------------------------------------------------------------------------------------
 */

static const char *choose_table(const Config *now, const char *file, GError **error)
{
    char **tables = now->camera_tables;
    if (!tables) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND,
                       "the configuration has no table of cameras; write \"camera_csv\": "
                       "[\"cameras.csv\"] into %s and reload it",
                       "配置里没有摄像机表：请在 %s 里写 \"camera_csv\": "
                       "[\"cameras.csv\"]，建好这个文件，再重新载入",
                       now->path);
        return NULL;
    }
    for (char **table = tables; *table; table++) {
        if (*file ? strcmp(*table, file) == 0 : !tables[1])
            return *table;
    }
    g_autofree char *list = g_strjoinv(", ", tables);
    wall_error_set(error, WALL_ERROR_INVALID, "file: accepted is one of %s",
                   "请指明导入到哪个摄像机表：%s", list);
    return NULL;
}

char *camera_import_dup_path(const Config *now, const char *file, const char **table,
                             GError **error)
{
    g_autofree char *base_dir = g_path_get_dirname(now->path);
    *table = choose_table(now, file, error);
    return *table ? g_canonicalize_filename(*table, base_dir) : NULL;
}

/* What lies at path now. */
static char *dup_sum(const char *path)
{
    gsize len = 0;
    g_autofree char *text = file_read(path, CAMERA_CSV_MAX_BYTES, &len, NULL, NULL);
    return text ? g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, len)
                : g_strdup("");
}

CameraImport *camera_import_try(const Config *now, const char *file, const char *text, gsize len,
                                GError **error)
{
    const char *table;
    char *path = camera_import_dup_path(now, file, &table, error);
    if (!path)
        return NULL;
    CameraImport *import = g_new0(CameraImport, 1);
    import->file = g_strdup(table);
    import->path = path;
    import->base = dup_sum(import->path);
    g_autofree char *folder = g_path_get_dirname(import->path);
    import->is_writable = g_access(folder, W_OK) == 0;
    import->added = g_ptr_array_new_with_free_func(free_camera);
    import->changed = g_ptr_array_new_with_free_func(free_camera);
    import->removed = g_ptr_array_new_with_free_func(free_camera);
    import->faults = g_ptr_array_new_with_free_func(free_fault);
    g_autoptr(Faults) faults = faults_new(SOURCE, CAMERA_IMPORT_MAX_FAULTS);
    CameraTable instead = { table, text, len };
    g_autoptr(Config) then = config_load_with(now->path, &instead, faults);
    take_faults(import, faults, now->networks, text, len);
    if (then) {
        import->n_cameras = then->cameras->len;
        compare(import, now, then);
    }
    return import;
}

void camera_import_free(CameraImport *import)
{
    if (!import)
        return;
    g_free(import->file);
    g_free(import->path);
    g_free(import->base);
    g_ptr_array_unref(import->added);
    g_ptr_array_unref(import->changed);
    g_ptr_array_unref(import->removed);
    g_ptr_array_unref(import->faults);
    g_free(import);
}

gboolean camera_import_write(const CameraImport *import, const char *base, const char *text,
                             gsize len, GError **error)
{
    static GMutex one; /* looking and writing belong together */
    g_autoptr(GMutexLocker) lock = g_mutex_locker_new(&one);
    g_autofree char *lies_there = dup_sum(import->path);
    if (strcmp(lies_there, base) != 0) {
        wall_error_set(error, WALL_ERROR_STALE, "%s was changed meanwhile; look at it again",
                       "%s 刚被别人改过，没有导入。请重新预览", import->file);
        return FALSE;
    }
    struct stat status;
    int mode = g_stat(import->path, &status) == 0 ? (int)(status.st_mode & 0777) : 0640;
    g_autoptr(GError) failed = NULL;
    if (g_file_set_contents_full(import->path, text, (gssize)len,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode,
                                 &failed))
        return TRUE;
    wall_error_set(error, WALL_ERROR_UNAVAILABLE,
                   "%s cannot be written: %s; the table has to lie where the service may write",
                   "%s 写不进去：%s。摄像机表要放在服务可写的文件夹里（如 /var/lib/wallctl）",
                   import->path, failed->message);
    return FALSE;
}
