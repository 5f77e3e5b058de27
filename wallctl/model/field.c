/* field.c - what an event may say: the rows, and values that keep to them */
#include "wallctl/model/field.h"

#include "wallctl/base/error.h"
#include "wallctl/base/instant.h"

#include <string.h>

#define WORDS(...) ((const char *const[]) { __VA_ARGS__, NULL })
#define MAX_COUNT  1000000

static const FieldRow rows[FIELD_LAST + 1] = {
    [FIELD_CATEGORY] = { "category", KIND_CODE, 1, 32, .zh = "类别" },
    [FIELD_SCALE] = { "scale", KIND_WORD, .words = WORDS("individual", "group", "large-group"),
                      .zh = "规模" },
    [FIELD_LEVEL] = { "level", KIND_WORD, .words = WORDS("extra", "major", "larger", "general"),
                      .zh = "等级" },
    [FIELD_RISK] = { "risk", KIND_WORD, .words = WORDS("high", "mid", "low"), .zh = "风险" },
    [FIELD_SENSITIVITY] = { "sensitivity", KIND_WORD,
                            .words = WORDS("normal", "family", "minor", "dv", "health", "labour"),
                            .zh = "敏感类别" },
    [FIELD_REGION] = { "region", KIND_DIGITS, 2, 15, .zh = "区划" },
    [FIELD_PLACE] = { "place", KIND_CODE, 1, 64, .zh = "地点" },
    [FIELD_PLACE_KIND] = { "place_kind", KIND_TEXT, 1, 16, .zh = "场所类型" },
    [FIELD_LON] = { "lon", KIND_FIXED, -180000000, 180000000, 1000000, .zh = "经度" },
    [FIELD_LAT] = { "lat", KIND_FIXED, -90000000, 90000000, 1000000, .zh = "纬度" },
    [FIELD_PARTY_COUNT] = { "party_count", KIND_INT, 0, MAX_COUNT, .zh = "涉及人数" },
    [FIELD_LEAD_ORG] = { "lead_org", KIND_TEXT, 1, 40, .zh = "牵头单位" },
    [FIELD_FROM_ORG] = { "from_org", KIND_TEXT, 1, 64, .zh = "发出单位" },
    [FIELD_TO_ORG] = { "to_org", KIND_TEXT, 1, 64, .zh = "承办单位" },
    [FIELD_ORGS] = { "orgs", KIND_TEXT, 1, 400, .zh = "报到单位" },
    [FIELD_OWNER_TITLE] = { "owner_title", KIND_TEXT, 1, 40, .zh = "包保职务" },
    [FIELD_DUE] = { "due", KIND_TIME, .zh = "办结期限" },
    [FIELD_ACK_DUE] = { "ack_due", KIND_TIME, .zh = "接单期限" },
    [FIELD_ARRIVE_DUE] = { "arrive_due", KIND_TIME, .zh = "到场期限" },
    [FIELD_OCCURRED] = { "occurred", KIND_TIME, .zh = "发生时间" },
    [FIELD_SUPERVISE] = { "supervise", KIND_INT, 1, 3, .zh = "督办级别" },
    [FIELD_DOC_NO] = { "doc_no", KIND_TEXT, 1, 64, .zh = "文号" },
    [FIELD_ORDER_KIND] = { "order_kind", KIND_WORD,
                           .words = WORDS("dispatch", "accept", "supervise", "appraise", "verify",
                                          "assign", "supervise-notice", "risk-letter"),
                           .zh = "单据" },
    [FIELD_OUTCOME] = { "outcome", KIND_WORD,
                        .words = WORDS("settled", "failed", "withdrawn", "litigation"),
                        .zh = "结果" },
    [FIELD_SATISFACTION] = { "satisfaction", KIND_INT, 1, 5, .zh = "满意度" },
    [FIELD_REASON] = { "reason", KIND_CODE, 1, 32, .zh = "原因" },
    [FIELD_MERGED_INTO] = { "merged_into", KIND_CODE, 1, 64, .zh = "并入" },
    [FIELD_IS_PRIVATE] = { "is_private", KIND_BOOL, .zh = "不公开" },
    [FIELD_ROOM] = { "room", KIND_TEXT, 1, 32, .zh = "调解室" },
    [FIELD_CAMERA] = { "camera", KIND_CODE, 1, 64, .zh = "摄像机" },
    [FIELD_CHANNEL] = { "channel", KIND_CODE, 1, 32, .zh = "来路" },
    [FIELD_METRIC] = { "metric", KIND_CODE, 1, 48, .zh = "指标" },
    [FIELD_VALUE] = { "value", KIND_FIXED, -1000000000000000, 1000000000000000, 1000,
                      .zh = "数值" },
    [FIELD_PRESET] = { "preset", KIND_TEXT, 1, 64, .zh = "预置位" },
    [FIELD_NOTE] = { "note", KIND_TEXT, 1, 500, .zh = "摘要" },
    [FIELD_WALL] = { "wall", KIND_CODE, 1, 64, .zh = "大屏墙" },
    [FIELD_SCENE] = { "scene", KIND_TEXT, 1, 80, .zh = "打开的画面" },
};

const FieldRow *field_row(Field field)
{
    g_assert(field >= 1 && field <= FIELD_LAST);
    return &rows[field];
}

Field field_from_name(const char *name)
{
    for (guint i = 1; i <= FIELD_LAST; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return (Field)i;
    }
    return 0;
}

static gboolean is_text(const FieldRow *row)
{
    return row->kind == KIND_WORD || row->kind == KIND_CODE || row->kind == KIND_DIGITS ||
           row->kind == KIND_TEXT;
}

void fields_clear(Fields *fields)
{
    for (guint i = 1; i <= FIELD_LAST; i++) {
        if (is_text(&rows[i]) && fields_has(fields, (Field)i))
            g_free(fields->value[i].text);
    }
    *fields = (Fields) { 0 };
}

void fields_copy(Fields *to, const Fields *from)
{
    *to = *from;
    for (guint i = 1; i <= FIELD_LAST; i++) {
        if (is_text(&rows[i]) && fields_has(from, (Field)i))
            to->value[i].text = g_strdup(from->value[i].text);
    }
}

const char *fields_text(const Fields *fields, Field field)
{
    return fields_has(fields, field) ? fields->value[field].text : NULL;
}

gint64 fields_number(const Fields *fields, Field field)
{
    return fields_has(fields, field) ? fields->value[field].number : 0;
}

/* --- checks ------------------------------------------------------------------------------------
 */

static gboolean is_code(const char *value)
{
    for (const char *c = value; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr("._:/-", *c))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_plain(const char *value)
{
    if (!g_utf8_validate(value, -1, NULL))
        return FALSE;
    for (const char *c = value; *c; c = g_utf8_next_char(c)) {
        if (!g_unichar_isprint(g_utf8_get_char(c)))
            return FALSE;
    }
    return TRUE;
}

static gboolean fits_length(const FieldRow *row, const char *value)
{
    glong n = g_utf8_strlen(value, -1);
    return n >= row->min && n <= row->max;
}

static gboolean fits_text(const FieldRow *row, const char *value)
{
    switch (row->kind) {
    case KIND_WORD:
        return g_strv_contains(row->words, value);
    case KIND_CODE:
        return is_code(value) && fits_length(row, value);
    case KIND_DIGITS:
        return strspn(value, "0123456789") == strlen(value) && fits_length(row, value);
    default:
        return is_plain(value) && fits_length(row, value);
    }
}

static char *dup_accepted(const FieldRow *row)
{
    switch (row->kind) {
    case KIND_WORD: {
        g_autofree char *all = g_strjoinv(", ", (char **)row->words);
        return g_strdup(all);
    }
    case KIND_CODE:
        return g_strdup_printf("%d to %d letters, digits and . _ : / -", (int)row->min,
                               (int)row->max);
    case KIND_DIGITS:
        return g_strdup_printf("%d to %d digits", (int)row->min, (int)row->max);
    case KIND_TEXT:
        return g_strdup_printf("%d to %d printable characters", (int)row->min, (int)row->max);
    case KIND_TIME:
        return g_strdup("a time with a zone, like 2025-05-22T09:14:03+08:00");
    case KIND_BOOL:
        return g_strdup("true or false");
    case KIND_FIXED:
        return g_strdup_printf("a number from %g to %g", (double)row->min / (double)row->scale,
                               (double)row->max / (double)row->scale);
    default:
        return g_strdup_printf("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                               row->min, row->max);
    }
}

/* The value itself is not repeated: what stands in a wrong place may be somebody's phone number. */
static gboolean refuse(const FieldRow *row, GError **error)
{
    g_autofree char *accepted = dup_accepted(row);
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: the value is refused; accepted: %s",
                row->name, accepted);
    return FALSE;
}

gboolean fields_set_text(Fields *fields, Field field, const char *value, GError **error)
{
    const FieldRow *row = field_row(field);
    if (!is_text(row) || !fits_text(row, value))
        return refuse(row, error);
    if (fields_has(fields, field))
        g_free(fields->value[field].text);
    fields->value[field].text = g_strdup(value);
    fields->has |= G_GUINT64_CONSTANT(1) << field;
    return TRUE;
}

gboolean fields_set_number(Fields *fields, Field field, gint64 value, GError **error)
{
    const FieldRow *row = field_row(field);
    gint64 min = row->min, max = row->max;
    if (row->kind == KIND_TIME) {
        min = INSTANT_MIN_MS;
        max = INSTANT_MAX_MS - 1;
    } else if (row->kind == KIND_BOOL) {
        min = 0;
        max = 1;
    }
    if (is_text(row) || value < min || value > max)
        return refuse(row, error);
    fields->value[field].number = value;
    fields->has |= G_GUINT64_CONSTANT(1) << field;
    return TRUE;
}

/* --- JSON --------------------------------------------------------------------------------------
 */

static gboolean set_fixed(Fields *fields, Field field, Json *value, GError **error)
{
    const FieldRow *row = field_row(field);
    double number = json_object_get_double(value) * (double)row->scale;
    double limit = (double)MAX(ABS(row->min), ABS(row->max)) + 1;
    if (!(number > -limit && number < limit))
        return refuse(row, error);
    gint64 whole = (gint64)(number < 0 ? number - 0.5 : number + 0.5);
    return fields_set_number(fields, field, whole, error);
}

gboolean fields_set_json(Fields *fields, Field field, Json *value, GError **error)
{
    const FieldRow *row = field_row(field);
    gint64 time_ms;
    switch (json_object_get_type(value)) {
    case json_type_string:
        if (row->kind == KIND_TIME && instant_parse(json_object_get_string(value), &time_ms))
            return fields_set_number(fields, field, time_ms, error);
        return fields_set_text(fields, field, json_object_get_string(value), error);
    case json_type_int:
        if (row->kind == KIND_FIXED)
            return set_fixed(fields, field, value, error);
        if (row->kind == KIND_INT)
            return fields_set_number(fields, field, json_object_get_int64(value), error);
        return refuse(row, error);
    case json_type_double:
        return row->kind == KIND_FIXED ? set_fixed(fields, field, value, error)
                                       : refuse(row, error);
    case json_type_boolean:
        return row->kind == KIND_BOOL
                   ? fields_set_number(fields, field, json_object_get_boolean(value), error)
                   : refuse(row, error);
    default:
        return refuse(row, error);
    }
}

/* Written digit by digit: 102.543 and not 102.54300000000001. */
static Json *new_fixed(gint64 number, gint64 scale)
{
    int n_digits = 0;
    for (gint64 rest = scale; rest > 1; rest /= 10)
        n_digits++;
    gint64 size = ABS(number);
    if (size % scale == 0)
        return json_object_new_int64(number / scale);
    g_autofree char *text =
        g_strdup_printf("%s%" G_GINT64_FORMAT ".%0*" G_GINT64_FORMAT, number < 0 ? "-" : "",
                        size / scale, n_digits, size % scale);
    while (g_str_has_suffix(text, "0"))
        text[strlen(text) - 1] = 0;
    return json_object_new_double_s((double)number / (double)scale, text);
}

static void add_number(Json *object, const FieldRow *row, gint64 number)
{
    if (row->kind == KIND_TIME) {
        g_autofree char *text = instant_format(number, 0);
        json_add_string(object, row->name, text);
    } else if (row->kind == KIND_BOOL) {
        json_add_bool(object, row->name, number != 0);
    } else if (row->kind == KIND_FIXED) {
        json_add(object, row->name, new_fixed(number, row->scale));
    } else {
        json_add_int(object, row->name, number);
    }
}

Json *fields_to_json(const Fields *fields)
{
    Json *object = json_object_new_object();
    for (guint i = 1; i <= FIELD_LAST; i++) {
        if (!fields_has(fields, (Field)i))
            continue;
        if (is_text(&rows[i]))
            json_add_string(object, rows[i].name, fields->value[i].text);
        else
            add_number(object, &rows[i], fields->value[i].number);
    }
    return object;
}

void fields_merge(Fields *fields, const Fields *newer)
{
    for (guint i = 1; i <= FIELD_LAST; i++) {
        if (!fields_has(newer, (Field)i))
            continue;
        if (is_text(&rows[i])) {
            if (fields_has(fields, (Field)i))
                g_free(fields->value[i].text);
            fields->value[i].text = g_strdup(newer->value[i].text);
        } else {
            fields->value[i].number = newer->value[i].number;
        }
        fields->has |= G_GUINT64_CONSTANT(1) << i;
    }
}
