/* order_form.c - a work order as a page to print */
#include "wallctl/order_form.h"

#include "pipelines/draw_qr.h"

#include <string.h>

/* The server's Content-Security-Policy knows this text by its SHA-256 (web/server.c). */
static const char style[] =
    "@page{size:A4;margin:20mm}body{font-family:'Noto Serif CJK SC','Noto Sans CJK "
    "SC',serif;color:#000;background:#fff;max-width:170mm;margin:10mm auto;font-size:12pt;"
    "line-height:1.6}h1{font-size:24pt;text-align:center;letter-spacing:.2em;margin:0}"
    "header{position:relative;padding:0 32mm;min-height:30mm}header p{text-align:center;margin:2mm}"
    ".qr{position:absolute;right:0;top:0;width:28mm;height:28mm}.code{font-family:monospace;"
    "font-size:10pt}table{border-collapse:collapse;width:100%;margin:4mm 0}th,td{border:.3mm solid "
    "#000;padding:2mm;text-align:left;font-weight:normal;vertical-align:top}th{width:24mm;"
    "white-space:nowrap;background:#f2f2f2}.sign td{height:26mm;vertical-align:bottom;"
    "text-align:right}footer{font-size:9pt;color:#444;border-top:.3mm solid #000;margin-top:6mm}"
    "@media print{body{margin:0}th{background:none}}";

/* What is asked of the one who gets it. */
static const struct {
    const char *kind, *task;
} tasks[] = {
    { "dispatch", "请在接单期限前接单，在办结期限前办结并反馈结果。" },
    { "accept", "本单位已接单，按期办理。" },
    { "supervise", "该案件已超时限，请立即办理，说明原因，并在办结期限前办结。" },
    { "appraise", "请对办理过程和结果作出评价。" },
    { "verify", "请核实办理结果；回访当事人后方可销号。" },
    { "assign", "请按职责分工办理，在办结期限前反馈结果。" },
    { "supervise-notice", "该案件临近或已超时限，请抓紧办理。" },
    { "risk-letter", "该案件存在风险，请研判并落实防范措施。" },
};

static void add_row(GString *html, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    g_autofree char *safe = g_markup_escape_text(value, -1);
    g_string_append_printf(html, "<tr><th>%s</th><td colspan=\"3\">%s</td></tr>\n", name, safe);
}

static void add_pair(GString *html, const char *name_a, const char *a, const char *name_b,
                     const char *b)
{
    g_autofree char *safe_a = g_markup_escape_text(a ? a : "", -1);
    g_autofree char *safe_b = g_markup_escape_text(b ? b : "", -1);
    g_string_append_printf(html, "<tr><th>%s</th><td>%s</td><th>%s</th><td>%s</td></tr>\n", name_a,
                           safe_a, name_b, safe_b);
}

/* "2025年5月22日 09:14"; "" for 0. Caller frees. */
static char *time_text(gint64 ms)
{
    if (!ms)
        return g_strdup("");
    g_autoptr(GTimeZone) zone = g_time_zone_new_offset(CALENDAR_OFFSET_MIN * 60);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    return g_date_time_format(local, "%Y年%-m月%-d日 %H:%M");
}

static const char *word_of(const Case *c, Field field, const char *const pairs[])
{
    const char *word = fields_text(&c->fields, field);
    for (guint i = 0; word && pairs[i]; i += 2) {
        if (strcmp(pairs[i], word) == 0)
            return pairs[i + 1];
    }
    return "";
}

static void add_case(GString *html, const OrderForm *form)
{
    static const char *const levels[] = { "extra", "特别重大", "major", "重大", "larger",
                                          "较大",  "general",  "一般",  NULL };
    static const char *const risks[] = { "high", "高", "mid", "中", "low", "低", NULL };
    const Case *c = form->c;
    const char *category = fields_text(&c->fields, FIELD_CATEGORY);
    const char *region = fields_text(&c->fields, FIELD_REGION);
    const char *sensitivity = fields_text(&c->fields, FIELD_SENSITIVITY);
    g_autofree char *title =
        title_public(form->words->categories, form->words->regions, category ? category : "",
                     region ? region : "", sensitivity_from_word(sensitivity ? sensitivity : ""));
    g_autofree char *opened = time_text(c->opened_ms);
    add_row(html, "案件", title);
    add_pair(html, "等级", word_of(c, FIELD_LEVEL, levels), "风险", word_of(c, FIELD_RISK, risks));
    add_pair(html, "受理时间", opened, "当前环节",
             vocabulary_state_name(form->vocabulary, c->state));
    add_row(html, "包保职务", fields_text(&c->fields, FIELD_OWNER_TITLE));
}

static void add_order(GString *html, const StoredOrder *order)
{
    static const char *const outcomes[] = { "settled",   "化解", "failed",     "未化解",
                                            "withdrawn", "撤回", "litigation", "导入诉讼" };
    const char *outcome = "", *task = "";
    for (guint i = 0; i < G_N_ELEMENTS(outcomes); i += 2)
        outcome = strcmp(outcomes[i], order->result) == 0 ? outcomes[i + 1] : outcome;
    for (guint i = 0; i < G_N_ELEMENTS(tasks); i++)
        task = strcmp(tasks[i].kind, order->kind) == 0 ? tasks[i].task : task;
    g_autofree char *issued = time_text(order->issued_ms), *ack = time_text(order->ack_due_ms);
    g_autofree char *due = time_text(order->due_ms), *accepted = time_text(order->accepted_ms);
    g_autofree char *done = time_text(order->done_ms);
    g_autofree char *score = order->score ? g_strdup_printf("%u（满分 5）", order->score) : NULL;
    add_pair(html, "发出单位", order->from_org, "承办单位", order->to_org);
    add_pair(html, "签发时间", issued, "接单期限", ack);
    add_pair(html, "接单时间", accepted, "办结期限", due);
    add_row(html, "要求", task);
    add_pair(html, "办结时间", done, "结果", outcome);
    add_row(html, "评分", score);
}

char *order_form_html(const OrderForm *form)
{
    const StoredOrder *order = form->order;
    g_autofree char *name =
        g_markup_escape_text(vocabulary_order_name(form->vocabulary, order->kind), -1);
    g_autofree char *site = g_markup_escape_text(form->site, -1);
    g_autofree char *no = g_markup_escape_text(order->no, -1);
    g_autofree char *code = g_markup_escape_text(order->case_code, -1);
    g_autofree char *qr = qr_svg(order->case_code);
    GString *html = g_string_new("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head>"
                                 "<meta charset=\"utf-8\">");
    g_string_append_printf(html,
                           "<title>%s</title><style>%s</style></head><body>\n<header>%s<p>%s</p>"
                           "<h1>%s</h1><p>%s</p><p class=\"code\">一案一码 %s</p></header>\n"
                           "<table>\n",
                           no, style, qr, site, name, no, code);
    if (form->c)
        add_case(html, form);
    add_order(html, order);
    g_string_append(html,
                    "<tr class=\"sign\"><td colspan=\"2\">签发（盖章）　　　年　　月　　日</td>"
                    "<td colspan=\"2\">承办（盖章）　　　年　　月　　日</td></tr>\n</table>\n"
                    "<footer>本单不含当事人信息。二维码只有案件编号。</footer>\n"
                    "</body></html>\n");
    return g_string_free(html, FALSE);
}
