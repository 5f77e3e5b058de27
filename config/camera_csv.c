/* camera_csv.c - many cameras from one table
 *
 * Cells go through the same option rows as the members of a camera in JSON. What looks like a
 * formula is text here; nothing is ever evaluated.
 */
#include "config/camera_csv.h"

#include "config/camera_entry.h"
#include "config/csv.h"
#include "config/file.h"

#include <string.h>

typedef enum { COLUMN_OPTION = 1, COLUMN_LON, COLUMN_LAT } ColumnKind;

typedef struct {
    const char *key, *zh;
    ColumnKind kind;
} Column;

static const Column columns[] = {
    { "id", "编号", COLUMN_OPTION },
    { "number", "序号", COLUMN_OPTION },
    { "name", "名称", COLUMN_OPTION },
    { "region", "行政区划", COLUMN_OPTION },
    { "gbid", "国标编号", COLUMN_OPTION },
    { "place", "地点", COLUMN_OPTION },
    { "place_kind", "场所类型", COLUMN_OPTION },
    { "groups", "分组", COLUMN_OPTION },
    { "lon", "经度", COLUMN_LON },
    { "lat", "纬度", COLUMN_LAT },
    { "main", "主码流", COLUMN_OPTION },
    { "sub", "子码流", COLUMN_OPTION },
    { "credential", "凭据", COLUMN_OPTION },
    { "template", "厂商模板", COLUMN_OPTION },
    { "host", "地址", COLUMN_OPTION },
    { "channel", "通道", COLUMN_OPTION },
};

typedef struct {
    const char *prefix; /* before "row 17" */
    const FeedsEntry *defaults;
    Faults *faults;
    Lost *lost;                          /* may be NULL */
    const Column *column[CSV_MAX_CELLS]; /* of each cell; NULL: ignored */
    const Option *option[CSV_MAX_CELLS]; /* where the cell goes; NULL for lon and lat */
    guint n_columns;
    GHashTable *ids;     /* id -> row */
    GHashTable *numbers; /* number -> row */
    GPtrArray *cameras;
    GArray *rows;
} Table;

static char *dup_row_place(const Table *table, guint row)
{
    return g_strdup_printf("%srow %u", table->prefix, row);
}

/* --- header ------------------------------------------------------------------------------------
 */

static const Column *find_column(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        if (g_ascii_strcasecmp(columns[i].key, name) == 0 || strcmp(columns[i].zh, name) == 0)
            return &columns[i];
    }
    return NULL;
}

gboolean camera_csv_column(const char *name, const char **key, const char **zh)
{
    const Column *column = find_column(name);
    if (column) {
        *key = column->key;
        *zh = column->zh;
    }
    return column != NULL;
}

static void refuse_column(Table *table, const char *name, const char *place)
{
    const char *known[2 * G_N_ELEMENTS(columns)];
    g_autoptr(GString) list = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        known[2 * i] = columns[i].key;
        known[2 * i + 1] = columns[i].zh;
        g_string_append_printf(list, "%s %s, ", columns[i].key, columns[i].zh);
    }
    g_autofree char *shown = dup_quoted(name);
    const char *nearest = nearest_name(name, known, G_N_ELEMENTS(known));
    if (nearest)
        faults_add(table->faults, place, "unknown column %s; did you mean \"%s\"?", shown, nearest);
    else
        faults_add(table->faults, place,
                   "unknown column %s; accepted: %sor #NAME for one to be ignored", shown,
                   list->str);
}

static gboolean has_column(const Table *table, const char *key)
{
    for (guint i = 0; i < table->n_columns; i++) {
        if (table->column[i] && strcmp(table->column[i]->key, key) == 0)
            return TRUE;
    }
    return FALSE;
}

/* FALSE if no camera can come of the table. */
static gboolean read_header(Table *table, GPtrArray *cells, guint row)
{
    g_autofree char *place = dup_row_place(table, row);
    for (guint i = 0; i < cells->len; i++) {
        const char *name = g_ptr_array_index(cells, i);
        const Column *column = find_column(name);
        if (column && has_column(table, column->key)) {
            faults_add(table->faults, place, "column %s appears twice", column->key);
            column = NULL;
        } else if (!column && *name && *name != '#') {
            refuse_column(table, name, place);
        }
        table->option[i] = column ? options_find(&table_cameras, column->key) : NULL;
        table->column[table->n_columns++] = column;
    }
    if (!has_column(table, "name")) {
        faults_add(table->faults, place,
                   "there is no column name (名称); accepted: a first row that names the columns");
        return FALSE;
    }
    if (!has_column(table, "id") && !has_column(table, "gbid")) {
        faults_add(table->faults, place, "there is neither a column id (编号) nor gbid (国标编号)");
        return FALSE;
    }
    if (!has_column(table, "main") && !has_column(table, "sub") && !has_column(table, "template")) {
        faults_add(table->faults, place,
                   "there is neither a column main (主码流), sub (子码流) nor template (厂商模板)");
        return FALSE;
    }
    return TRUE;
}

/* --- rows --------------------------------------------------------------------------------------
 */

static gboolean read_degrees(const char *key, const char *text, double limit, double *out,
                             const Where *where)
{
    char *end;
    double value = g_ascii_strtod(text, &end);
    /* strtod knows words for what is no number, and hexadecimal. */
    if (end == text || *end || strspn(text, "0123456789.+-eE") != strlen(text) ||
        !(value >= -limit && value <= limit)) {
        g_autofree char *shown = dup_quoted(text);
        where_fault(where, key, "%s is refused; accepted: degrees from %g to %g", shown, -limit,
                    limit);
        return FALSE;
    }
    *out = value;
    return TRUE;
}

/* "" if the table has no such column or the row no such cell. */
static const char *get_cell(const Table *table, GPtrArray *cells, const char *key)
{
    for (guint i = 0; i < cells->len && i < table->n_columns; i++) {
        if (table->column[i] && strcmp(table->column[i]->key, key) == 0)
            return g_ptr_array_index(cells, i);
    }
    return "";
}

static void read_cells(const Table *table, GPtrArray *cells, CameraEntry *entry, const Where *where)
{
    Camera *camera = &entry->camera;
    gboolean lon_is_good = FALSE, lat_is_good = FALSE;
    for (guint i = 0; i < cells->len && i < table->n_columns; i++) {
        const Column *column = table->column[i];
        const char *text = g_ptr_array_index(cells, i);
        if (!column || !*text)
            continue;
        if (column->kind == COLUMN_LON)
            lon_is_good = read_degrees("lon", text, 180, &camera->lon, where);
        else if (column->kind == COLUMN_LAT)
            lat_is_good = read_degrees("lat", text, 90, &camera->lat, where);
        else
            option_set_text(table->option[i], text, entry, where);
    }
    camera->has_position = lon_is_good && lat_is_good;
    gboolean has_lon = *get_cell(table, cells, "lon") != 0;
    gboolean has_lat = *get_cell(table, cells, "lat") != 0;
    if (has_lon != has_lat)
        where_fault(where, has_lon ? "lat" : "lon",
                    "is missing; accepted: both lon and lat, or none");
}

/* Names another row with the same id or number. */
static void check_unique(Table *table, const Camera *camera, guint row, const Where *where)
{
    gpointer other = g_hash_table_lookup(table->ids, camera->id);
    if (other)
        where_fault(where, "id", "\"%s\" is that of row %u, too", camera->id,
                    GPOINTER_TO_UINT(other));
    else if (*camera->id)
        g_hash_table_insert(table->ids, g_strdup(camera->id), GUINT_TO_POINTER(row));
    if (!camera->number)
        return;
    other = g_hash_table_lookup(table->numbers, GUINT_TO_POINTER(camera->number));
    if (other)
        where_fault(where, "number", "%u is that of row %u, too", camera->number,
                    GPOINTER_TO_UINT(other));
    else
        g_hash_table_insert(table->numbers, GUINT_TO_POINTER(camera->number),
                            GUINT_TO_POINTER(row));
}

static void read_row(Table *table, GPtrArray *cells, guint row, const char *fault)
{
    g_autofree char *place = dup_row_place(table, row);
    if (!fault && cells->len > table->n_columns)
        fault = "has more cells than the first row";
    if (fault) {
        faults_add(table->faults, place, "%s", fault);
        if (table->lost)
            table->lost->is_open = TRUE;
        return;
    }
    Where where = { table->faults, place, TRUE };
    guint n_faults = faults_count(table->faults);
    CameraEntry entry;
    camera_entry_init(&entry, table->defaults);
    read_cells(table, cells, &entry, &where);
    Camera *camera = &entry.camera;
    if (!*get_cell(table, cells, "id")) {
        g_free(camera->id);
        camera->id = g_strdup(camera->gbid);
        if (!*get_cell(table, cells, "gbid"))
            where_fault(&where, "id", "is missing; accepted: an id, or a gbid that serves as one");
    }
    if (!*get_cell(table, cells, "name"))
        where_fault(&where, "name", "is missing; accepted: %s",
                    options_find(&table_cameras, "name")->rule->accepted);
    camera_entry_finish(&entry, &where);
    check_unique(table, camera, row, &where);
    const char *id = get_cell(table, cells, "id");
    if (table->lost && faults_count(table->faults) > n_faults)
        lost_add(table->lost, *id ? id : get_cell(table, cells, "gbid"));
    if (faults_count(table->faults) == n_faults) {
        g_ptr_array_add(table->cameras, camera_entry_steal(&entry));
        g_array_append_val(table->rows, row);
    } else {
        camera_entry_clear(&entry);
    }
}

/* --- tables ------------------------------------------------------------------------------------
 */

static gboolean read_table(Table *table, Csv *csv)
{
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    guint row;
    const char *fault;
    if (!csv_next(csv, cells, &row, &fault)) {
        faults_add(table->faults, "",
                   "%sthe table is empty; accepted: a first row that names the columns",
                   table->prefix);
        return FALSE;
    }
    if (fault) {
        g_autofree char *place = dup_row_place(table, row);
        faults_add(table->faults, place, "%s", fault);
        return FALSE;
    }
    if (!read_header(table, cells, row))
        return FALSE;
    while (csv_next(csv, cells, &row, &fault))
        read_row(table, cells, row, fault);
    return TRUE;
}

GPtrArray *camera_csv_read(const char *text, gsize len, const char *prefix,
                           const FeedsEntry *defaults, Faults *faults, Lost *lost, GArray *rows)
{
    if (len > CAMERA_CSV_MAX_BYTES) {
        faults_add(faults, "", "%sthe table has %" G_GSIZE_FORMAT " bytes; accepted: at most %d",
                   prefix, len, CAMERA_CSV_MAX_BYTES);
        return NULL;
    }
    g_autoptr(GError) error = NULL;
    gsize utf8_len = 0;
    char *utf8 = csv_dup_utf8(text, len, &utf8_len, &error);
    if (!utf8) {
        faults_add(faults, "", "%s%s", prefix, error->message);
        return NULL;
    }
    g_autoptr(Csv) csv = csv_new(utf8, utf8_len);
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) cameras = g_ptr_array_new_with_free_func((GDestroyNotify)camera_free);
    Table table = { .prefix = prefix,
                    .defaults = defaults,
                    .faults = faults,
                    .lost = lost,
                    .ids = ids,
                    .numbers = numbers,
                    .cameras = cameras,
                    .rows = rows };
    return read_table(&table, csv) ? g_steal_pointer(&cameras) : NULL;
}

GPtrArray *camera_csv_parse(const char *text, gsize len, Faults *faults)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(guint));
    return camera_csv_read(text, len, "", NULL, faults, NULL, rows);
}

GPtrArray *camera_csv_load(const char *path, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    g_autofree char *text = file_read(path, CAMERA_CSV_MAX_BYTES, &len, NULL, &error);
    if (!text) {
        faults_add(faults, "", "%s", error->message);
        return NULL;
    }
    return camera_csv_parse(text, len, faults);
}
