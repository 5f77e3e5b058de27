/* test_event.c - times, fields and envelopes: what comes in, what is refused and under which word */
#include "wallctl/model/event.h"

#include "wallctl/base/instant.h"

#include <string.h>

#define NOW_MS G_GINT64_CONSTANT(1747876500000) /* 2025-05-22T09:15:00+08:00 */

/* --- times -------------------------------------------------------------------------------------
 */

static const struct {
    const char *text;
    gint64 ms; /* -1: refused */
} times[] = {
    { "2025-05-22T09:14:03+08:00", 1747876443000 },
    { "2025-05-22T01:14:03Z", 1747876443000 },
    { "2025-05-21T20:44:03-04:30", 1747876443000 },
    { "2025-05-22T09:14:03.25+08:00", 1747876443250 },
    { "2025-05-22T09:14:03.123456789+08:00", 1747876443123 },
    { "2024-02-29T00:00:00+08:00", 1709136000000 },
    { "1970-01-01T00:00:00Z", 0 },
    { "2016-12-31T23:59:60Z", 1483228800000 },
    { "2025-05-22T09:14:03", -1 },
    { "2025-05-22 09:14:03+08:00", -1 },
    { "2025-05-22T09:14:03+0800", -1 },
    { "2025-05-22T09:14:03+08", -1 },
    { "2025-05-22T09:14:03+08:00 ", -1 },
    { "2025-05-22T09:14:03.+08:00", -1 },
    { "2025-05-22T09:14:03.1234567890+08:00", -1 },
    { "2025-05-22T09:14:61+08:00", -1 },
    { "2025-05-22T24:00:00+08:00", -1 },
    { "2025-02-29T00:00:00+08:00", -1 },
    { "2025-13-01T00:00:00+08:00", -1 },
    { "2025-00-01T00:00:00+08:00", -1 },
    { "2025-05-22T09:14:03z", -1 },
    { "2025-05-22T09:14:03+25:00", -1 },
    { "0000-05-22T09:14:03Z", -1 },
    { "1969-12-31T23:59:59Z", -1 },
    { "2100-01-01T00:00:00Z", -1 },
    { "20250522T091403Z", -1 },
    { "2025-05-22T09:14:03\xef\xbc\x9a", -1 },
    { "1747876443000", -1 },
    { "", -1 },
};

static void test_times(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        gint64 ms = -1;
        gboolean is_good = instant_parse(times[i].text, &ms);
        if (is_good != (times[i].ms >= 0) || ms != times[i].ms)
            g_test_message("%s: %" G_GINT64_FORMAT, times[i].text, ms);
        g_assert_cmpint(ms, ==, times[i].ms);
        g_assert_cmpint(is_good, ==, times[i].ms >= 0);
    }
}

static void test_times_back(void)
{
    static const struct {
        gint64 ms;
        int offset;
        const char *text;
    } rows[] = {
        { 1747876443000, 480, "2025-05-22T09:14:03+08:00" },
        { 1747876443007, 0, "2025-05-22T01:14:03.007+00:00" },
        { 1747876443000, -270, "2025-05-21T20:44:03-04:30" },
        { 0, 0, "1970-01-01T00:00:00+00:00" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = instant_format(rows[i].ms, rows[i].offset);
        g_assert_cmpstr(text, ==, rows[i].text);
        gint64 ms;
        g_assert_true(instant_parse(text, &ms));
        g_assert_cmpint(ms, ==, rows[i].ms);
    }
}

/* --- fields ------------------------------------------------------------------------------------
 */

/* One member in, the canonical form out; NULL: refused. */
static const struct {
    const char *in, *out;
} values[] = {
    { "{\"category\":\"labour\"}", "same" },
    { "{\"category\":\"\"}", NULL },
    { "{\"category\":\"劳动\"}", NULL },
    { "{\"category\":7}", NULL },
    { "{\"scale\":\"group\"}", "same" },
    { "{\"scale\":\"Group\"}", NULL },
    { "{\"level\":\"larger\"}", "same" },
    { "{\"level\":null}", NULL },
    { "{\"risk\":\"mid\"}", "same" },
    { "{\"risk\":{\"of\":\"mid\"}}", NULL },
    { "{\"region\":\"530402005\"}", "same" },
    { "{\"region\":530402005}", NULL }, /* codes are text: 53 is not 053 */
    { "{\"region\":\"5\"}", NULL },
    { "{\"region\":\"5304020050010010\"}", NULL },
    { "{\"region\":\"530402x05\"}", NULL },
    { "{\"lon\":102.543}", "same" },
    { "{\"lon\":-180}", "same" },
    { "{\"lon\":180.1}", NULL },
    { "{\"lon\":\"102.5\"}", NULL },
    { "{\"lat\":1e300}", NULL },
    { "{\"party_count\":12}", "same" },
    { "{\"party_count\":0}", "same" },
    { "{\"party_count\":-1}", NULL },
    { "{\"party_count\":12.5}", NULL },
    { "{\"party_count\":\"12\"}", NULL },
    { "{\"party_count\":1000001}", NULL },
    { "{\"to_org\":\"人社局\"}", "same" },
    { "{\"to_org\":\"人社局\\u0007\"}", NULL },
    { "{\"to_org\":\"人社\\u202e局\"}", NULL },
    { "{\"to_org\":[\"人社局\"]}", NULL },
    { "{\"due\":\"2025-06-11T23:59:59+08:00\"}", "{\"due\":\"2025-06-11T15:59:59+00:00\"}" },
    { "{\"due\":\"2025-06-11 23:59:59\"}", NULL },
    { "{\"due\":1749657599}", NULL },
    { "{\"supervise\":3}", "same" },
    { "{\"supervise\":4}", NULL },
    { "{\"is_private\":true}", "same" },
    { "{\"is_private\":1}", NULL },
    { "{\"value\":99.44}", "same" },
    { "{\"value\":712}", "same" },
    { "{\"order_kind\":\"risk-letter\"}", "same" },
    { "{\"satisfaction\":6}", NULL },
};

static void test_fields(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(Json) in = json_parse(values[i].in, strlen(values[i].in), 0, JSON_STRICT, NULL);
        g_assert_nonnull(in);
        Fields fields = { 0 };
        g_autoptr(GError) error = NULL;
        gboolean is_good = TRUE;
        json_object_object_foreach (in, name, value)
            is_good = fields_set_json(&fields, field_from_name(name), value, &error);
        g_autoptr(Json) out = fields_to_json(&fields);
        g_autofree char *text = json_dup_text(out), *same = json_dup_text(in);
        g_test_message("%s", values[i].in);
        g_assert_cmpint(is_good, ==, values[i].out != NULL);
        if (values[i].out)
            g_assert_cmpstr(text, ==, strcmp(values[i].out, "same") == 0 ? same : values[i].out);
        else
            g_assert_nonnull(strstr(error->message, "accepted: "));
        fields_clear(&fields);
    }
}

/* A wrong value may be somebody's number: it stays out of the message. */
static void test_not_repeated(void)
{
    Fields fields = { 0 };
    for (guint field = 1; field <= FIELD_LAST; field++) {
        g_autoptr(GError) error = NULL;
        const char *canary = "13800138000\n张三";
        g_assert_false(fields_set_text(&fields, field, canary, &error));
        g_assert_null(strstr(error->message, "13800138000"));
        g_assert_cmpint(field_from_name(field_row(field)->name), ==, field);
    }
}

static void test_merge(void)
{
    Fields a = { 0 }, b = { 0 }, c;
    g_assert_true(fields_set_text(&a, FIELD_RISK, "low", NULL));
    g_assert_true(fields_set_text(&a, FIELD_TO_ORG, "住建局", NULL));
    g_assert_true(fields_set_number(&a, FIELD_PARTY_COUNT, 3, NULL));
    g_assert_true(fields_set_text(&b, FIELD_RISK, "high", NULL));
    g_assert_true(fields_set_number(&b, FIELD_PARTY_COUNT, 12, NULL));
    fields_copy(&c, &a);
    fields_merge(&c, &b);
    g_assert_cmpstr(fields_text(&c, FIELD_RISK), ==, "high");
    g_assert_cmpstr(fields_text(&c, FIELD_TO_ORG), ==, "住建局");
    g_assert_cmpint(fields_number(&c, FIELD_PARTY_COUNT), ==, 12);
    g_assert_cmpstr(fields_text(&a, FIELD_RISK), ==, "low");
    g_assert_null(fields_text(&c, FIELD_ROOM));
    fields_clear(&a);
    fields_clear(&b);
    fields_clear(&c);
}

/* --- envelopes ---------------------------------------------------------------------------------
 */

#define GOOD                                                                                       \
    "\"specversion\":\"1.0\",\"id\":\"yzz-2025-0522-000231\",\"source\":\"/530402/yunzongzhi\","   \
    "\"type\":\"org.wallctl.case.dispatched.v1\",\"subject\":\"HT20250522-0231\","                 \
    "\"time\":\"2025-05-22T09:14:03+08:00\""

static const struct {
    const char *name, *text;
    Refused refused; /* 0: taken */
} envelopes[] = {
    { "good", "{" GOOD "}", 0 },
    { "whole",
      "{" GOOD ",\"datacontenttype\":\"application/json\",\"regioncode\":\"530402005\","
      "\"partitionkey\":\"HT20250522-0231\",\"sequence\":\"000000000231\",\"severitynumber\":13,"
      "\"dataclassification\":\"internal\",\"dataregulation\":\"PIPL\",\"data\":{\"category\":"
      "\"labour\",\"level\":\"larger\",\"risk\":\"mid\",\"to_org\":\"人社局\",\"due\":"
      "\"2025-06-11T23:59:59+08:00\",\"party_count\":12}}",
      0 },
    { "unknown-extension", "{" GOOD ",\"vendorx\":true}", 0 },
    { "unknown-field", "{" GOOD ",\"data\":{\"partyName\":\"张三\"}}", 0 },
    { "charset", "{" GOOD ",\"datacontenttype\":\"application/json; charset=utf-8\"}", 0 },
    { "no-object", "[1]", REFUSED_MALFORMED },
    { "data-list", "{" GOOD ",\"data\":[]}", REFUSED_MALFORMED },
    { "data-text", "{" GOOD ",\"data\":\"x\"}", REFUSED_MALFORMED },
    { "base64", "{" GOOD ",\"data_base64\":\"eA==\"}", REFUSED_MALFORMED },
    { "no-id",
      "{\"specversion\":\"1.0\",\"source\":\"/x\",\"type\":\"org.wallctl.source.beat.v1\"}",
      REFUSED_ATTRIBUTE },
    { "empty-id", "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/x\",\"type\":\"t\"}",
      REFUSED_ATTRIBUTE },
    { "id-number", "{\"specversion\":\"1.0\",\"id\":7,\"source\":\"/x\",\"type\":\"t\"}",
      REFUSED_ATTRIBUTE },
    { "id-control", "{\"specversion\":\"1.0\",\"id\":\"a\\nb\",\"source\":\"/x\",\"type\":\"t\"}",
      REFUSED_ATTRIBUTE },
    { "version", "{\"specversion\":\"0.3\",\"id\":\"a\",\"source\":\"/x\",\"type\":\"t\"}",
      REFUSED_ATTRIBUTE },
    { "name-upper", "{" GOOD ",\"regionCode\":\"53\"}", REFUSED_ATTRIBUTE },
    { "name-long", "{" GOOD ",\"abcdefghijklmnopqrstu\":\"53\"}", REFUSED_ATTRIBUTE },
    { "value-object", "{" GOOD ",\"vendorx\":{}}", REFUSED_ATTRIBUTE },
    { "content", "{" GOOD ",\"datacontenttype\":\"text/xml\"}", REFUSED_ATTRIBUTE },
    { "severity", "{" GOOD ",\"severitynumber\":25}", REFUSED_ATTRIBUTE },
    { "restricted", "{" GOOD ",\"dataclassification\":\"restricted\"}", REFUSED_CLASSIFICATION },
    { "unknown-class", "{" GOOD ",\"dataclassification\":\"secret\"}", REFUSED_CLASSIFICATION },
    { "class-case", "{" GOOD ",\"dataclassification\":\"Public\"}", REFUSED_CLASSIFICATION },
    { "region", "{" GOOD ",\"regioncode\":\"x\"}", REFUSED_REGION },
    { "field", "{" GOOD ",\"data\":{\"party_count\":\"many\"}}", REFUSED_FIELD },
    { "type",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/"
      "x\",\"type\":\"org.wallctl.case.solved.v1\","
      "\"time\":\"2025-05-22T09:14:03+08:00\"}",
      REFUSED_TYPE },
    { "type-of-ours",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/"
      "x\",\"type\":\"org.wallctl.wall.scene.v1\","
      "\"time\":\"2025-05-22T09:14:03+08:00\"}",
      REFUSED_TYPE },
    { "no-time",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/x\",\"subject\":\"a\",\"type\":"
      "\"org.wallctl.case.closed.v1\"}",
      REFUSED_ATTRIBUTE },
    { "no-zone",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/x\",\"subject\":\"a\",\"type\":"
      "\"org.wallctl.case.closed.v1\",\"time\":\"2025-05-22T09:14:03\"}",
      REFUSED_TIME },
    { "future",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/x\",\"subject\":\"a\",\"type\":"
      "\"org.wallctl.case.closed.v1\",\"time\":\"2025-05-22T09:20:01+08:00\"}",
      REFUSED_TIME },
    { "a-bit-ahead",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/x\",\"subject\":\"a\",\"type\":"
      "\"org.wallctl.case.closed.v1\",\"time\":\"2025-05-22T09:20:00+08:00\"}",
      0 },
    { "no-subject-ahead",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/x\",\"type\":"
      "\"org.wallctl.case.closed.v1\",\"time\":\"2025-05-22T09:14:03Z\"}",
      REFUSED_TIME },
    { "subject-words",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/x\",\"subject\":\"张三 "
      "的案子\",\"type\":"
      "\"org.wallctl.case.closed.v1\",\"time\":\"2025-05-22T09:14:03+08:00\"}",
      REFUSED_ATTRIBUTE },
    { "stat-without-value",
      "{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/x\",\"type\":"
      "\"org.wallctl.stat.snapshot.v1\",\"time\":\"2025-05-22T09:14:03+08:00\",\"data\":{"
      "\"metric\":"
      "\"mood\"}}",
      REFUSED_FIELD },
};

static void test_envelope(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Json) json =
        json_parse(envelopes[i].text, strlen(envelopes[i].text), 0, JSON_STRICT, NULL);
    g_assert_nonnull(json);
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) event = event_from_json(json, NOW_MS, NULL, &error);
    if (envelopes[i].refused) {
        g_assert_null(event);
        g_test_message("%s", error->message);
        g_assert_cmpstr(refused_word(error->code), ==, refused_word((int)envelopes[i].refused));
        g_assert_true(error->domain == EVENT_ERROR);
        return;
    }
    g_assert_no_error(error);
    g_autoptr(Json) out = event_to_json(event, 480);
    g_autoptr(Event) again = event_from_json(out, NOW_MS, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(event_compare(event, again), ==, 0);
    g_autoptr(Json) out_again = event_to_json(again, 480);
    g_autofree char *a = json_dup_text(out), *b = json_dup_text(out_again);
    g_assert_cmpstr(a, ==, b);
    g_assert_null(strstr(a, "张三"));
}

static void test_dropped(void)
{
    const char *text = "{" GOOD ",\"data\":{\"risk\":\"high\",\"phone\":\"13800138000\",\"x\":{}}}";
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, NULL);
    guint n_dropped = 0;
    g_autoptr(Event) event = event_from_json(json, NOW_MS, &n_dropped, NULL);
    g_assert_cmpuint(n_dropped, ==, 2);
    g_assert_cmpstr(fields_text(&event->fields, FIELD_RISK), ==, "high");
}

static void test_order(void)
{
    static const struct {
        gint64 a_ms, b_ms;
        const char *a, *b; /* sequence/source/id */
        int order;
    } rows[] = {
        { 1, 2, "9/s/z", "1/s/a", -1 }, { 2, 2, "002/s/z", "010/s/a", -1 },
        { 2, 2, "/s/z", "1/s/a", -1 },  { 2, 2, "1/s/a", "1/s/b", -1 },
        { 2, 2, "1/r/b", "1/s/a", -1 }, { 2, 2, "1/s/a", "1/s/a", 0 },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) p = g_strsplit(rows[i].a, "/", 3), q = g_strsplit(rows[i].b, "/", 3);
        Event a = { .time_ms = rows[i].a_ms, .sequence = p[0], .source = p[1], .id = p[2] };
        Event b = { .time_ms = rows[i].b_ms, .sequence = q[0], .source = q[1], .id = q[2] };
        int there = event_compare(&a, &b), back = event_compare(&b, &a);
        g_assert_cmpint((there > 0) - (there < 0), ==, rows[i].order);
        g_assert_cmpint((back > 0) - (back < 0), ==, -rows[i].order);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event/times", test_times);
    g_test_add_func("/event/times-back", test_times_back);
    g_test_add_func("/event/fields", test_fields);
    g_test_add_func("/event/not-repeated", test_not_repeated);
    g_test_add_func("/event/merge", test_merge);
    for (guint i = 0; i < G_N_ELEMENTS(envelopes); i++) {
        g_autofree char *path = g_strdup_printf("/event/envelope/%s", envelopes[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_envelope);
    }
    g_test_add_func("/event/dropped", test_dropped);
    g_test_add_func("/event/order", test_order);
    return g_test_run();
}
