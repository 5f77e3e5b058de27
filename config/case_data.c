/* case_data.c - the words, terms and tables of the field, read from data files */
#include "config/case_data_private.h"

#include "config/csv_rows.h"
#include "config/file.h"
#include "config/regions.h"
#include "config/rule.h"

#include <string.h>

#define MAX_FAULTS 20 /* told of one file */

/* --- tables ------------------------------------------------------------------------------------
 */

static void clear_category(gpointer row)
{
    g_free((char *)((Category *)row)->code);
    g_free((char *)((Category *)row)->name);
}

static gboolean has_category(const GArray *rows, const char *code)
{
    for (guint i = 0; i < rows->len; i++) {
        if (strcmp(g_array_index(rows, Category, i).code, code) == 0)
            return TRUE;
    }
    return FALSE;
}

static void read_category(const char *const *cells, const Where *where, gpointer user)
{
    GArray *rows = user;
    g_autofree char *shown_code = dup_quoted(cells[0]);
    Category row = { .sensitivity = sensitivity_from_word(cells[2]),
                     .is_refused = strcmp(cells[3], "yes") == 0 };
    if (!field_text_fits(FIELD_CATEGORY, cells[0], NULL)) {
        where_fault(where, "code", "%s is refused; accepted: 1 to 32 letters, digits and . _ : / -",
                    shown_code);
    } else if (has_category(rows, cells[0])) {
        where_fault(where, "code", "%s is in the table already", shown_code);
    } else if (!rule_name.fits(cells[1])) {
        where_fault(where, "name", "refused; accepted: %s", rule_name.accepted);
    } else if (!row.sensitivity) {
        g_autofree char *shown = dup_quoted(cells[2]);
        where_fault(where, "sensitivity",
                    "%s is refused; accepted: normal, family, minor, dv, health, labour", shown);
    } else if (!row.is_refused && strcmp(cells[3], "no") != 0) {
        g_autofree char *shown = dup_quoted(cells[3]);
        where_fault(where, "is_refused", "%s is refused; accepted: yes, no", shown);
    } else {
        row.code = g_strdup(cells[0]);
        row.name = g_strdup(cells[1]);
        g_array_append_val(rows, row);
    }
}

CategoryTable *categories_parse(const char *text, gsize len, Faults *faults)
{
    static const char *const columns[] = { "code", "name", "sensitivity", "is_refused", NULL };
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Category));
    g_array_set_clear_func(rows, clear_category);
    if (!csv_read_rows(text, len, "", columns, 4, read_category, rows, faults))
        return NULL;
    return category_table_new((const Category *)rows->data, rows->len);
}

static void read_day(const char *const *cells, const Where *where, gpointer user)
{
    gboolean is_workday = strcmp(cells[1], "workday") == 0;
    if (!is_workday && strcmp(cells[1], "holiday") != 0) {
        g_autofree char *shown = dup_quoted(cells[1]);
        where_fault(where, "kind", "%s is refused; accepted: holiday, workday", shown);
    } else if (!calendar_set(user, cells[0], is_workday)) {
        g_autofree char *shown = dup_quoted(cells[0]);
        where_fault(where, "day",
                    "%s is refused; accepted: a day like 2025-10-01 that has no entry yet", shown);
    }
}

gboolean calendar_parse(const char *text, gsize len, Calendar *calendar, Faults *faults)
{
    static const char *const columns[] = { "day", "kind", "name", NULL };
    return csv_read_rows(text, len, "", columns, 3, read_day, calendar, faults);
}

/* --- files -------------------------------------------------------------------------------------
 */

/* One file at a time: its own faults become those of all, with its name in front. */
typedef struct {
    const char *const *dirs;
    Faults *all;
    CaseData *data;
    Faults *faults; /* of the file at hand */
} Loading;

static char *dup_path(const Loading *loading, const char *name)
{
    for (guint i = 0; loading->dirs[i]; i++) {
        g_autofree char *path = g_build_filename(loading->dirs[i], name, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&path);
    }
    return NULL;
}

static void tell(Loading *loading)
{
    for (guint i = 0; faults_get(loading->faults, i); i++)
        faults_add(loading->all, "", "%s", faults_get(loading->faults, i));
    g_clear_pointer(&loading->faults, faults_free);
}

/* The text of the file, NULL with a fault. Afterwards tell(). */
static char *read_text(Loading *loading, const char *path, const char *name, gsize *len)
{
    g_autoptr(GError) error = NULL;
    loading->faults = faults_new(name, MAX_FAULTS);
    char *text = path ? file_read(path, CASE_DATA_MAX_BYTES, len, NULL, &error) : NULL;
    if (!path)
        faults_add(loading->faults, "", "is in none of the data folders");
    else if (!text)
        faults_add(loading->faults, "", "%s", error->message);
    return text;
}

static void load_categories(Loading *loading)
{
    gsize len;
    g_autofree char *path = dup_path(loading, "data/categories.csv");
    g_autofree char *text = read_text(loading, path, "data/categories.csv", &len);
    if (text)
        loading->data->categories = categories_parse(text, len, loading->faults);
    tell(loading);
}

static void load_regions(Loading *loading, const char *file)
{
    gsize len;
    g_autofree char *path = file ? g_strdup(file) : dup_path(loading, "regions.csv");
    g_autofree char *name = file ? g_path_get_basename(file) : g_strdup("regions.csv");
    g_autofree char *text = read_text(loading, path, name, &len);
    g_autoptr(Regions) regions = text ? regions_parse(text, len, "", loading->faults) : NULL;
    if (regions)
        loading->data->regions = region_tree_ref(regions_tree(regions));
    tell(loading);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of the files of all folders: "liubu.json", sorted, each once. */
static GPtrArray *file_names(const Loading *loading, const char *folder, const char *ending)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; loading->dirs[i]; i++) {
        g_autofree char *path = g_build_filename(loading->dirs[i], folder, NULL);
        g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
        for (const char *name; dir && (name = g_dir_read_name(dir));) {
            if (*name != '.' && g_str_has_suffix(name, ending) &&
                !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
                g_ptr_array_add(names, g_strdup(name));
        }
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

typedef void (*ReadFile)(Loading *loading, const char *id, const char *text, gsize len);

static void read_calendar(Loading *loading, const char *id, const char *text, gsize len)
{
    calendar_parse(text, len, loading->data->calendar, loading->faults);
}

static void read_vocabulary(Loading *loading, const char *id, const char *text, gsize len)
{
    Vocabulary *vocabulary = vocabulary_parse(id, text, len, loading->faults);
    if (vocabulary)
        g_ptr_array_add(loading->data->vocabularies, vocabulary);
}

static void read_policy(Loading *loading, const char *id, const char *text, gsize len)
{
    PolicyFile *file = policy_parse(id, text, len, loading->faults);
    if (file)
        g_ptr_array_add(loading->data->policies, file);
}

static void load_folder(Loading *loading, const char *folder, const char *ending, ReadFile read)
{
    g_autoptr(GPtrArray) names = file_names(loading, folder, ending);
    if (names->len == 0)
        faults_add(loading->all, folder, "no %s file in any of the data folders", ending);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *place = g_build_filename(folder, name, NULL);
        g_autofree char *path = dup_path(loading, place);
        g_autofree char *id = g_strndup(name, strlen(name) - strlen(ending));
        gsize len;
        g_autofree char *text = read_text(loading, path, place, &len);
        if (text)
            read(loading, id, text, len);
        tell(loading);
    }
}

/* --- all of it ---------------------------------------------------------------------------------
 */

char **case_data_dirs(const char *config_file, const char *data_dir, const char *installed)
{
    char **dirs = g_new0(char *, 3);
    dirs[0] = data_dir && *data_dir ? g_strdup(data_dir) : g_path_get_dirname(config_file);
    dirs[1] = g_strdup(installed);
    return dirs;
}

CaseData *case_data_load(const char *const *dirs, const char *regions_file, Faults *faults)
{
    guint n_before = faults_count(faults);
    g_autoptr(CaseData) data = g_new0(CaseData, 1);
    data->refs = 1;
    data->calendar = calendar_new();
    data->vocabularies = g_ptr_array_new_with_free_func((GDestroyNotify)vocabulary_unref);
    data->policies = g_ptr_array_new_with_free_func((GDestroyNotify)policy_file_free);
    Loading loading = { dirs, faults, data, NULL };
    load_categories(&loading);
    load_regions(&loading, regions_file);
    load_folder(&loading, "calendar", ".csv", read_calendar);
    load_folder(&loading, "vocabularies", ".json", read_vocabulary);
    load_folder(&loading, "deadlines", ".json", read_policy);
    return faults_count(faults) == n_before ? g_steal_pointer(&data) : NULL;
}

CaseData *case_data_ref(CaseData *data)
{
    g_atomic_int_inc(&data->refs);
    return data;
}

void case_data_unref(CaseData *data)
{
    if (!data || !g_atomic_int_dec_and_test(&data->refs))
        return;
    category_table_unref(data->categories);
    region_tree_unref(data->regions);
    calendar_free(data->calendar);
    g_ptr_array_unref(data->vocabularies);
    g_ptr_array_unref(data->policies);
    g_free(data);
}

const Vocabulary *case_data_vocabulary(const CaseData *data, const char *id)
{
    for (guint i = 0; i < data->vocabularies->len; i++) {
        const Vocabulary *vocabulary = g_ptr_array_index(data->vocabularies, i);
        if (strcmp(vocabulary_id(vocabulary), id) == 0)
            return vocabulary;
    }
    return NULL;
}

const DeadlinePolicy *case_data_policy(const CaseData *data, const char *id)
{
    for (guint i = 0; i < data->policies->len; i++) {
        const PolicyFile *file = g_ptr_array_index(data->policies, i);
        if (strcmp(file->id, id) == 0)
            return &file->policy;
    }
    return NULL;
}
