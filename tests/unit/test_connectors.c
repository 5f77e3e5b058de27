/* test_connectors.c - every template with its samples: what comes out, what is dropped, and that the
 * persons who are planted in the samples are nowhere in it
 *
 * samples/PLATFORM/expected.json says for each record of each sample the event or why it is refused,
 * and what is dropped and why. WALLCTL_UPDATE=1 writes it anew.
 */
#include "config/case_data.h"
#include "config/file.h"
#include "config/mapping_records.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW_MS      G_GINT64_CONSTANT(1767110400000) /* 2025-12-31T00:00:00+08:00 */
#define MAX_BYTES   (1024 * 1024)
#define LEAST_FILES 5 /* samples of a platform */

static CaseData *data;
static GStrv canaries;
static char *source_dir;

/* Where the sample's site lies. */
static const struct {
    const char *platform, *region;
} platforms[] = {
    { "yunzongzhi", "530402" },   { "yunzongzhi-public", "530402" },
    { "yunzhitiao", "5329" },     { "yuepingan", "441502" },
    { "dali", "5329" },           { "shehuizhilitong", "5329" },
    { "hotline12345", "530402" }, { "police-nonpolice", "421202" },
    { "xinfang", "420704" },      { "liuyanban", "420704" },
    { "qingzhihang", "420583" },  { "grid", "421081" },
    { "wage", "441502" },         { "generic-json", "530402" },
    { "generic-csv", "530402" },
};

static char *dup_text(const char *path, gsize *len)
{
    g_autoptr(GError) error = NULL;
    char *text = file_read(path, MAX_BYTES, len, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static Mapping *load(const char *path)
{
    g_autoptr(Faults) faults = faults_new(path, 20);
    Mapping *mapping = mapping_load(path, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    return mapping;
}

static void assert_no_canary(const char *text, const char *what)
{
    for (guint i = 0; canaries[i]; i++) {
        if (*canaries[i] && strstr(text, canaries[i])) {
            g_test_message("%s: canary %u is in: %s", what, i, text);
            g_test_fail();
        }
    }
}

/* --- one record --------------------------------------------------------------------------------
 */

static Json *dropped_of(const MappingReport *report)
{
    Json *dropped = json_object_new_object();
    for (guint i = 0; i < report->rows->len; i++) {
        const MappingRow *row = report->rows->pdata[i];
        g_assert_true((row->outcome == MAPPED_KEPT) == (row->value != NULL));
        if (row->outcome == MAPPED_KEPT || row->why == WHY_MISSING)
            continue;
        g_autofree char *key = *row->target && *row->pointer
                                   ? g_strdup_printf("%s > %s", row->pointer, row->target)
                                   : g_strconcat(row->pointer, row->target, NULL);
        json_add_string(dropped, key, mapped_why_word(row->why));
    }
    return dropped;
}

static Json *outcome_of(const Mapping *mapping, Json *record, const char *region, const Secret *key)
{
    MappingContext context = { .now_ms = NOW_MS,
                               .zone_minutes = 480,
                               .source = "/530402/test",
                               .regions = data->regions,
                               .site_region = region,
                               .categories = data->categories,
                               .token_key = key };
    MappingReport report = { .rows = mapping_report_rows() };
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) event = mapping_apply(mapping, record, NULL, &context, &report, &error);
    Json *outcome = json_object_new_object();
    g_assert_true((event == NULL) == (error != NULL));
    if (event) {
        json_add(outcome, "event", event_to_json(event, 480));
    } else {
        g_assert_true(error->domain == EVENT_ERROR);
        assert_no_canary(error->message, "message");
        json_add_string(outcome, "refused", refused_word(error->code));
    }
    json_add(outcome, "dropped", dropped_of(&report));
    for (guint i = 0; i < report.rows->len; i++) {
        const MappingRow *row = report.rows->pdata[i];
        assert_no_canary(row->value ? row->value : "", "report");
        assert_no_canary(row->pointer, "report");
    }
    mapping_report_clear(&report);
    return outcome;
}

static Json *outcomes_of(const Mapping *mapping, const char *region, const char *path)
{
    gsize len;
    g_autofree char *text = dup_text(path, &len);
    g_autoptr(GError) error = NULL;
    g_autoptr(Records) records = records_new(text, len, mapping_info(mapping)->format,
                                             mapping_info(mapping)->max_bytes, &error);
    g_assert_no_error(error);
    g_autoptr(Secret) key = secret_new("key of the test", 15);
    Json *outcomes = json_object_new_array();
    Json *next;
    guint number;
    while (records_next(records, &next, &number, &error)) {
        g_autoptr(Json) record = next;
        g_assert_no_error(error);
        json_object_array_add(outcomes, outcome_of(mapping, record, region, key));
    }
    return outcomes;
}

/* --- a platform --------------------------------------------------------------------------------
 */

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *list_samples(const char *dir)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) open = g_dir_open(dir, 0, &error);
    g_assert_no_error(error);
    const char *name;
    while ((name = g_dir_read_name(open))) {
        if (strcmp(name, "expected.json") != 0)
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

static gboolean has_canary(const char *text)
{
    guint n = 0;
    for (guint i = 0; canaries[i]; i++)
        n += *canaries[i] && strstr(text, canaries[i]);
    return n >= 5;
}

static void test_platform(gconstpointer user)
{
    guint at = GPOINTER_TO_UINT(user);
    const char *platform = platforms[at].platform;
    g_autofree char *file = g_strdup_printf("%s/connectors/%s.json", source_dir, platform);
    g_autofree char *dir = g_strdup_printf("%s/connectors/samples/%s", source_dir, platform);
    g_autofree char *golden = g_build_filename(dir, "expected.json", NULL);
    g_autoptr(Mapping) mapping = load(file);
    g_assert_cmpstr(mapping_info(mapping)->platform, ==, platform);
    g_assert_nonnull(strstr(mapping_info(mapping)->about, "emplate")); /* never "certified" */
    g_autoptr(GPtrArray) names = list_samples(dir);
    g_assert_cmpuint(names->len, >=, LEAST_FILES);
    g_autoptr(Json) all = json_object_new_object();
    guint n_kept = 0, n_refused = 0, n_planted = 0;
    for (guint i = 0; i < names->len; i++) {
        gsize len;
        g_autofree char *path = g_build_filename(dir, names->pdata[i], NULL);
        g_autofree char *sample = dup_text(path, &len);
        Json *outcomes = outcomes_of(mapping, platforms[at].region, path);
        for (gsize k = 0; k < json_object_array_length(outcomes); k++) {
            Json *event = json_object_object_get(json_object_array_get_idx(outcomes, k), "event");
            n_kept += event != NULL;
            n_refused += event == NULL;
            n_planted += event != NULL && has_canary(sample);
        }
        json_add(all, names->pdata[i], outcomes);
    }
    g_autofree char *shown = g_strdup_printf(
        "%s\n",
        json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                                                JSON_C_TO_STRING_NOSLASHESCAPE));
    assert_no_canary(shown, platform);
    if (g_getenv("WALLCTL_UPDATE"))
        g_assert_true(g_file_set_contents(golden, shown, -1, NULL));
    gsize len;
    g_autofree char *expected = dup_text(golden, &len);
    g_assert_cmpstr(shown, ==, expected);
    g_assert_cmpuint(n_kept, >=, 4);
    g_assert_cmpuint(n_refused, >=, 1);
    g_assert_cmpuint(n_planted, >=, 1); /* kept, and yet nobody in it */
}

/* Each file of the folder is in the list above. */
static void test_complete(void)
{
    g_autofree char *dir = g_build_filename(source_dir, "connectors", NULL);
    g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
    const char *name;
    guint n = 0;
    while ((name = g_dir_read_name(open)))
        n += g_str_has_suffix(name, ".json");
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(platforms));
}

/* Every word of the tables is a category of the site's own table that may come in. */
static void test_categories(void)
{
    static const char *const tables[] = { "dispute-category.csv", "petition-category.csv" };
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        gsize len;
        g_autofree char *path = g_build_filename(source_dir, "tables", tables[i], NULL);
        g_autofree char *text = dup_text(path, &len);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (guint k = 1; lines[k] && *lines[k]; k++) {
            const char *code = strchr(lines[k], ',') + 1;
            if (!category_may_come_in(data->categories, code)) {
                g_test_message("%s: %s", tables[i], lines[k]);
                g_test_fail();
            }
        }
    }
}

/* --- the tutorial: a platform that no code knows -----------------------------------------------
 */

/* The fenced blocks of the page whose first line is "```LANGUAGE NAME", by NAME. */
static GHashTable *code_blocks(const char *page)
{
    GHashTable *blocks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) parts = g_strsplit(page, "\n```", -1);
    for (guint i = 1; parts[i]; i += 2) {
        const char *body = strchr(parts[i], '\n');
        const char *name = strchr(parts[i], ' ');
        if (body && name && name < body)
            g_hash_table_insert(blocks, g_strndup(name + 1, (gsize)(body - name - 1)),
                                g_strconcat(body + 1, "\n", NULL));
    }
    return blocks;
}

/* The page names every field, attribute, type and reason that a file can have to do with. */
static void check_names(const char *page)
{
    for (guint i = 1; i <= FIELD_LAST; i++) {
        g_autofree char *name = g_strdup_printf("`%s`", field_row((Field)i)->name);
        g_assert_nonnull(strstr(page, name));
    }
    for (guint i = 1; i < EVENT_WALL_SCENE; i++)
        g_assert_nonnull(strstr(page, strchr(event_type_word((EventType)i), '.') + 1));
    for (guint i = REFUSED_MALFORMED; i <= REFUSED_LAST; i++) {
        g_autofree char *word = g_strdup_printf("`%s`", refused_word((int)i));
        if (i != REFUSED_TYPE) /* only events of our own form have that */
            g_assert_nonnull(strstr(page, word));
    }
}

static void test_tutorial(void)
{
    gsize len;
    g_autofree char *path = g_build_filename(source_dir, "..", "docs", "zh", "对接教程.md", NULL);
    g_autofree char *page = dup_text(path, &len);
    check_names(page);
    g_autoptr(GHashTable) blocks = code_blocks(page);
    g_autofree char *dir = g_dir_make_tmp("wallctl-tutorial-XXXXXX", NULL);
    const char *mapping_text = g_hash_table_lookup(blocks, "pinganxiangzhen.json");
    const char *sample = g_hash_table_lookup(blocks, "sample.json");
    const char *expected = g_hash_table_lookup(blocks, "event.json");
    g_assert_nonnull(mapping_text);
    g_assert_nonnull(sample);
    g_assert_nonnull(expected);
    /* Beside the shipped ones: it uses their tables, and is in no list of ours. */
    g_autoptr(Faults) faults = faults_new("pinganxiangzhen.json", 20);
    g_autoptr(Mapping) mapping = mapping_compile(
        mapping_text, strlen(mapping_text), (const char *const[]) { source_dir, NULL }, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    g_assert_cmpstr(mapping_info(mapping)->platform, ==, "pinganxiangzhen");

    g_autofree char *sample_path = g_build_filename(dir, "sample.json", NULL);
    g_assert_true(g_file_set_contents(sample_path, sample, -1, NULL));
    g_autoptr(Json) outcomes = outcomes_of(mapping, "530402", sample_path);
    g_assert_cmpuint(json_object_array_length(outcomes), ==, 3);
    g_autoptr(Json) wanted = json_parse(expected, strlen(expected), 0, JSON_STRICT, NULL);
    g_assert_nonnull(wanted);
    Json *first = json_object_array_get_idx(outcomes, 0);
    if (!json_object_equal(json_object_object_get(first, "event"), wanted)) {
        g_test_message("%s", json_object_to_json_string_ext(first, JSON_C_TO_STRING_PRETTY));
        g_test_fail();
    }
    /* The two records after it are, as the page says, refused and kept without the office's text. */
    Json *second = json_object_array_get_idx(outcomes, 1);
    g_assert_cmpstr(json_object_get_string(json_object_object_get(second, "refused")), ==,
                    "privacy");
    Json *third = json_object_array_get_idx(outcomes, 2), *third_dropped;
    g_assert_nonnull(json_object_object_get(third, "event"));
    g_assert_true(json_object_object_get_ex(third, "dropped", &third_dropped));
    g_assert_cmpstr(
        json_object_get_string(json_object_object_get(third_dropped, "/办理单位 > to_org")), ==,
        "private");
    g_assert_cmpint(g_remove(sample_path), ==, 0);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    const char *root = g_getenv("WALLCTL_SOURCE");
    g_assert_nonnull(root);
    source_dir = g_build_filename(root, "config", NULL);
    g_autofree char *path = g_build_filename(source_dir, "connectors/samples/canaries.txt", NULL);
    gsize len;
    g_autofree char *text = dup_text(path, &len);
    canaries = g_strsplit(text, "\n", -1);
    g_autoptr(Faults) faults = faults_new("data", 20);
    data = case_data_load((const char *const[]) { source_dir, NULL }, NULL, faults);
    g_assert_nonnull(data);
    for (guint i = 0; i < G_N_ELEMENTS(platforms); i++) {
        g_autofree char *name = g_strdup_printf("/connectors/%s", platforms[i].platform);
        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_platform);
    }
    g_test_add_func("/connectors/complete", test_complete);
    g_test_add_func("/connectors/categories", test_categories);
    g_test_add_func("/connectors/tutorial", test_tutorial);
    int status = g_test_run();
    case_data_unref(data);
    g_strfreev(canaries);
    g_free(source_dir);
    return status;
}
