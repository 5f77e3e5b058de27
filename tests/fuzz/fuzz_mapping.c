/* fuzz_mapping.c - any text as a mapping file, and behind a line "----" any text as records: faults, a
 * refusal, or an event that the canonical form takes and in which no planted person is */
#include "config/mapping_records.h"

#include <stdint.h>
#include <string.h>

#define NOW_MS  G_GINT64_CONSTANT(1767110400000)
#define PLANTED "Zyxwvu"
#define DIVIDER "\n----\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_event(const Event *event)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = event_to_json(event, 480);
    g_autofree char *text = json_dup_text(json);
    g_autoptr(Json) again = json_parse(text, strlen(text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    g_autoptr(Event) back = event_from_json(again, NOW_MS, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(event_compare(event, back), ==, 0);
    g_autoptr(Json) json_back = event_to_json(back, 480);
    g_autofree char *text_back = json_dup_text(json_back);
    g_assert_cmpstr(text, ==, text_back);
}

static void check_report(const MappingReport *report, gboolean is_good)
{
    for (guint i = 0; i < report->rows->len; i++) {
        const MappingRow *row = report->rows->pdata[i];
        g_assert_true((row->value != NULL) == (row->outcome == MAPPED_KEPT));
        g_assert_true(is_good ? row->outcome != MAPPED_REFUSED : row->outcome != MAPPED_KEPT);
        g_assert_nonnull(mapped_why_word(row->why));
    }
}

static void apply(const Mapping *mapping, Json *record, const RegionTree *tree)
{
    g_autoptr(GError) error = NULL;
    MappingContext context = { .now_ms = NOW_MS,
                               .zone_minutes = 480,
                               .source = "/fuzz",
                               .regions = tree,
                               .site_region = "53" };
    MappingReport report = { .rows = mapping_report_rows() };
    g_autoptr(Event) event = mapping_apply_body(mapping, record, &context, &report, &error);
    g_assert_true((event == NULL) == (error != NULL));
    if (event)
        check_event(event);
    else
        g_assert_true(error->domain == EVENT_ERROR && g_utf8_validate(error->message, -1, NULL));
    g_assert_true(!error || !strstr(error->message, PLANTED));
    check_report(&report, event != NULL);
    mapping_report_clear(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Region rows[] = { { .code = "530402", .name = "红塔区" } };
    g_autofree char *text = g_strndup((const char *)data, size);
    char *records_text = strstr(text, DIVIDER);
    if (records_text) {
        *records_text = 0;
        records_text += strlen(DIVIDER);
    }
    g_autoptr(Faults) faults = faults_new("fuzz", 50);
    g_autoptr(Mapping) mapping = mapping_compile(text, strlen(text), NULL, faults);
    g_assert_true((mapping == NULL) == (faults_count(faults) > 0));
    g_autofree char *shown = faults_dup_text(faults);
    g_assert_true(g_utf8_validate(shown, -1, NULL));
    if (!mapping || !records_text)
        return 0;
    const MappingInfo *info = mapping_info(mapping);
    g_autoptr(RegionTree) tree = region_tree_new(rows, G_N_ELEMENTS(rows));
    g_autoptr(Records) records =
        records_new(records_text, strlen(records_text), info->format, info->max_bytes, NULL);
    Json *next;
    guint number;
    for (;;) {
        g_autoptr(GError) unread = NULL;
        if (!records || !records_next(records, &next, &number, &unread))
            return 0;
        g_autoptr(Json) record = next;
        g_assert_true((record == NULL) == (unread != NULL));
        if (record)
            apply(mapping, record, tree);
    }
}
