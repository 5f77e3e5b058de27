/* briefing_print.c - a frozen briefing as CSV and as a page to print */
#include "wallctl/briefing_paper.h"
#include "wallctl/base/csv_cell.h"
#include "wallctl/model/wording.h"

/* Lists of a paper, in the order in which they are read. */
static const struct {
    const char *key, *title;
} parts[] = { { "figures", "指标" },
              { "stages", "案件流程" },
              { "five", "五情" },
              { "places", "在办案件分布" } };

static const char *text_of(Json *object, const char *key)
{
    const char *text = json_object_get_string(json_object_object_get(object, key));
    return text ? text : "";
}

static gint64 number_of(Json *object, const char *key)
{
    return json_object_get_int64(json_object_object_get(object, key));
}

static gboolean has(Json *object, const char *key)
{
    return json_object_object_get_ex(object, key, NULL);
}

/* "2025-05-22 09:00", local. Caller frees. */
static char *dup_time(gint64 ms)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_offset(8 * 3600);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    return g_date_time_format(local, "%Y-%m-%d %H:%M");
}

/* --- CSV ---------------------------------------------------------------------------------------
 */

static void add_cell(GString *csv, const char *text, gboolean is_last)
{
    csv_cell_add(csv, text);
    g_string_append(csv, is_last ? "\r\n" : ",");
}

static void add_number(GString *csv, Json *item, const char *key, gboolean is_last)
{
    if (has(item, key))
        g_string_append_printf(csv, "%" G_GINT64_FORMAT, number_of(item, key));
    g_string_append(csv, is_last ? "\r\n" : ",");
}

char *briefing_paper_csv(Json *paper)
{
    GString *csv = g_string_new("\xEF\xBB\xBF");
    g_autofree char *made = dup_time(number_of(paper, "made_ms"));
    static const char *const headings[] = { "部分", "名称",       "单位",      "数值",
                                            "分母", "对比期数值", "对比期分母" };
    add_cell(csv, text_of(paper, "name"), FALSE);
    add_cell(csv, text_of(paper, "site"), FALSE);
    add_cell(csv, text_of(paper, "period"), FALSE);
    add_cell(csv, text_of(paper, "compared"), FALSE);
    add_cell(csv, made, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(headings); i++)
        add_cell(csv, headings[i], i + 1 == G_N_ELEMENTS(headings));
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        Json *list = json_object_object_get(paper, parts[i].key);
        for (gsize k = 0; k < json_object_array_length(list); k++) {
            Json *item = json_object_array_get_idx(list, k);
            add_cell(csv, parts[i].title, FALSE);
            add_cell(csv, text_of(item, "name"), FALSE);
            add_cell(csv, text_of(item, "unit"), FALSE);
            add_number(csv, item, "value", FALSE);
            add_number(csv, item, "whole", FALSE);
            add_number(csv, item, "before", FALSE);
            add_number(csv, item, "before_whole", TRUE);
        }
    }
    return g_string_free(csv, FALSE);
}

/* --- a page ------------------------------------------------------------------------------------
 */

static const char style[] =
    "@page{size:A4;margin:18mm}body{font-family:'Noto Sans CJK SC','Source Han Sans SC',sans-serif;"
    "color:#000;margin:0 auto;max-width:174mm;font-size:11pt}h1{font-size:20pt;text-align:center;"
    "margin:0 0 2mm}p{text-align:center;margin:0 0 4mm}h2{font-size:13pt;margin:6mm 0 2mm}"
    "table{border-collapse:collapse;width:100%}th,td{border:.3mm solid #000;padding:1.5mm 2mm;"
    "text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}tr{break-inside:"
    "avoid}";

/* "99.44 % (708 / 712)", "12 条". Caller frees. */
static char *dup_value(Json *item, const char *value_key, const char *whole_key)
{
    if (!has(item, value_key))
        return g_strdup("—");
    guint64 value = (guint64)MAX(number_of(item, value_key), 0);
    guint64 whole = (guint64)MAX(number_of(item, whole_key), 0);
    g_autofree char *count = wording_count(value);
    if (!has(item, whole_key))
        return g_strconcat(count, " ", text_of(item, "unit"), NULL);
    g_autofree char *rate = wording_rate(value, whole);
    g_autofree char *all = wording_count(whole);
    return g_strdup_printf("%s（%s / %s）", rate, count, all);
}

static void add_escaped(GString *html, const char *before, const char *text, const char *after)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append(html, before);
    g_string_append(html, escaped);
    g_string_append(html, after);
}

static void add_table(GString *html, Json *list, const char *title, const char *compared)
{
    if (json_object_array_length(list) == 0)
        return;
    gboolean has_before = has(json_object_array_get_idx(list, 0), "before");
    add_escaped(html, "<h2>", title, "</h2>\n<table><tr><th>名称</th><th>数值</th>");
    if (has_before)
        add_escaped(html, "<th>对比期（", compared, "）</th>");
    g_string_append(html, "</tr>\n");
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i);
        g_autofree char *value = dup_value(item, "value", "whole");
        g_autofree char *before = dup_value(item, "before", "before_whole");
        add_escaped(html, "<tr><td>", text_of(item, "name"), "</td>");
        add_escaped(html, "<td class=n>", value, "</td>");
        if (has_before)
            add_escaped(html, "<td class=n>", before, "</td>");
        g_string_append(html, "</tr>\n");
    }
    g_string_append(html, "</table>\n");
}

char *briefing_paper_html(Json *paper)
{
    GString *html = g_string_new("<!DOCTYPE html>\n<html lang=zh-CN><head><meta charset=utf-8>");
    g_autofree char *made = dup_time(number_of(paper, "made_ms"));
    add_escaped(html, "<title>", text_of(paper, "id"), "</title><style>");
    g_string_append(html, style);
    add_escaped(html, "</style></head><body>\n<h1>", text_of(paper, "name"), "</h1>\n");
    add_escaped(html, "<p>", text_of(paper, "site"), " · ");
    add_escaped(html, "", text_of(paper, "period"), " · 数据截至 ");
    add_escaped(html, "", made, "</p>\n");
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        add_table(html, json_object_object_get(paper, parts[i].key), parts[i].title,
                  text_of(paper, "compared"));
    g_string_append(html, "</body></html>\n");
    return g_string_free(html, FALSE);
}
