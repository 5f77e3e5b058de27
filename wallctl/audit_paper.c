/* audit_paper.c - what goes to an inspection on paper */
#include "wallctl/audit_paper.h"

#include "wallctl/base/csv_cell.h"
#include "wallctl/model/calendar.h"

/* The server's Content-Security-Policy knows this text by its SHA-256 (web/server.c). */
static const char style[] =
    "@page{size:A4 landscape;margin:12mm}body{font-family:'Noto Sans CJK SC','Source Han Sans "
    "SC',sans-serif;color:#000;background:#fff;margin:0 auto;max-width:273mm;font-size:9pt;"
    "line-height:1.4}h1{font-size:18pt;text-align:center;margin:4mm 0 1mm}p{margin:1mm 0}"
    "p.head{text-align:center}table{border-collapse:collapse;width:100%;margin:3mm 0}th,td{border:"
    ".2mm solid #000;padding:1mm 1.5mm;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#f2f2f2;font-weight:normal}thead{display:table-header-group}tr{break-inside:"
    "avoid}td.n{text-align:right;white-space:nowrap}footer{margin-top:8mm}@media print{th{"
    "background:none}}";

const char *paper_content_type(PaperKind kind)
{
    return kind == PAPER_CSV ? "text/csv; charset=utf-8" : "text/html; charset=utf-8";
}

/* --- cells ---------------------------------------------------------------------------------------
 */

/* "2025-05-22 09:14:03", local; "" for 0. Caller frees. */
static char *time_text(gint64 ms)
{
    g_autoptr(GDateTime) time = ms ? calendar_local(ms) : NULL;
    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : g_strdup("");
}

static void add_escaped(GString *out, const char *text)
{
    g_autofree char *safe = g_markup_escape_text(text, -1);
    g_string_append(out, safe);
}

static void add_row(GString *out, PaperKind kind, const char *cell, const char *const *texts)
{
    if (kind == PAPER_HTML)
        g_string_append(out, "<tr>");
    for (guint i = 0; texts[i]; i++) {
        if (kind == PAPER_CSV) {
            csv_cell_add(out, texts[i]);
            g_string_append(out, texts[i + 1] ? "," : "\r\n");
            continue;
        }
        g_string_append_printf(out, "<%s>", cell);
        add_escaped(out, texts[i]);
        g_string_append_printf(out, "</%s>", cell);
    }
    if (kind == PAPER_HTML)
        g_string_append(out, "</tr>\n");
}

static void add_page_head(GString *out, const char *title, const char *site, const char *below)
{
    g_string_append(out, "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
                         "<title>");
    add_escaped(out, title);
    g_string_append_printf(out, "</title><style>%s</style></head><body>\n<p class=\"head\">",
                           style);
    add_escaped(out, site);
    g_string_append(out, "</p><h1>");
    add_escaped(out, title);
    g_string_append(out, "</h1><p class=\"head\">");
    add_escaped(out, below);
    g_string_append(out, "</p>\n");
}

static void add_table_head(GString *out, PaperKind kind, const char *const *headings)
{
    if (kind == PAPER_CSV) {
        g_string_append(out, "\xEF\xBB\xBF");
        add_row(out, kind, "th", headings);
        return;
    }
    g_string_append(out, "<table><thead>");
    add_row(out, kind, "th", headings);
    g_string_append(out, "</thead><tbody>\n");
}

/* --- the access register -------------------------------------------------------------------------
 */

gboolean register_paper_has(AuditKind kind)
{
    switch (kind) {
    case AUDIT_VIEW:
    case AUDIT_VIEW_END:
    case AUDIT_SNAPSHOT:
    case AUDIT_EXPORT:
    case AUDIT_PTZ:
    case AUDIT_UNMASK:
    case AUDIT_EVIDENCE:
    case AUDIT_APPROVAL:
        return TRUE;
    default:
        return FALSE;
    }
}

void register_paper_begin(GString *out, const RegisterPaper *paper)
{
    static const char *const headings[] = { "序号", "时间",       "调用人员姓名", "单位",
                                            "账号", "事由",       "内容",         "摄像机",
                                            "结果", "类别",       "墙",           "窗格",
                                            "来源", "时长（秒）", "登记簿号",     NULL };
    if (paper->kind == PAPER_HTML) {
        g_autofree char *from = time_text(paper->from_ms), *to = time_text(paper->to_ms);
        g_autofree char *made = time_text(paper->made_ms);
        g_autofree char *below = g_strdup_printf("%s 至 %s　　打印时间 %s", *from ? from : "最早",
                                                 *to ? to : "现在", made);
        add_page_head(out, "视频图像信息调用登记簿", paper->site, below);
    }
    add_table_head(out, paper->kind, headings);
}

/* "研和路口（gate-2）". Caller frees. */
static char *camera_text(const Config *config, const char *id)
{
    const Camera *camera = config && *id ? config_camera(config, id) : NULL;
    return camera ? g_strdup_printf("%s（%s）", camera->name, id) : g_strdup(id);
}

static char *number_text(gint64 number)
{
    return number ? g_strdup_printf("%" G_GINT64_FORMAT, number) : g_strdup("");
}

void register_paper_row(GString *out, const RegisterPaper *paper, guint number, gint64 seq,
                        const AuditRow *row)
{
    g_autofree char *order = number_text(number), *at = time_text(row->at_ms);
    g_autofree char *camera = camera_text(paper->config, audit_row_text(row, AUDIT_TEXT_CAMERA));
    g_autofree char *tile = number_text(row->tile), *seconds = number_text(row->seconds);
    g_autofree char *place = number_text(seq);
    const char *cells[] = { order,
                            at,
                            audit_row_text(row, AUDIT_TEXT_NAME),
                            audit_row_text(row, AUDIT_TEXT_UNIT),
                            audit_row_text(row, AUDIT_TEXT_ACCOUNT),
                            audit_row_text(row, AUDIT_TEXT_REASON),
                            audit_row_text(row, AUDIT_TEXT_CONTENT),
                            camera,
                            row->is_refused ? "拒绝" : "成功",
                            audit_kind_name(row->kind),
                            audit_row_text(row, AUDIT_TEXT_WALL),
                            tile,
                            audit_row_text(row, AUDIT_TEXT_ADDRESS),
                            seconds,
                            place,
                            NULL };
    add_row(out, paper->kind, "td", cells);
}

void register_paper_end(GString *out, const RegisterPaper *paper, guint n_rows)
{
    if (paper->kind == PAPER_HTML)
        g_string_append_printf(out,
                               "</tbody></table>\n<p>共 %u 条。</p><footer>核对人（签字）："
                               "　　　　　　　　　　日期：　　　　年　　月　　日</footer>\n"
                               "</body></html>\n",
                               n_rows);
}

/* --- the filing list -----------------------------------------------------------------------------
 */

static char *position_text(const Camera *camera)
{
    return camera->has_position ? g_strdup_printf("%.6f, %.6f", camera->lon, camera->lat)
                                : g_strdup("");
}

static const char *kind_of(const Camera *camera)
{
    return camera->place_kind && *camera->place_kind ? camera->place_kind : "未分类";
}

/* "路口 12、水库 3". Caller frees. */
static char *sums_text(const Config *config)
{
    g_autoptr(GPtrArray) kinds = g_ptr_array_new();
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < config->cameras->len; i++) {
        const char *kind = kind_of(g_ptr_array_index(config->cameras, i));
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, kind));
        if (n == 0)
            g_ptr_array_add(kinds, (gpointer)kind);
        g_hash_table_insert(counts, (gpointer)kind, GUINT_TO_POINTER(n + 1));
    }
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < kinds->len; i++) {
        const char *kind = g_ptr_array_index(kinds, i);
        g_string_append_printf(text, "%s%s %u", i ? "、" : "", kind,
                               GPOINTER_TO_UINT(g_hash_table_lookup(counts, kind)));
    }
    return g_string_free(text, FALSE);
}

char *filing_paper(const Config *config, PaperKind kind, gint64 made_ms)
{
    static const char *const headings[] = { "序号", "名称",     "编号", "国标编码",
                                            "区划", "安装位置", "类型", "经纬度",
                                            "数量", "存储期限", NULL };
    GString *out = g_string_new(NULL);
    g_autofree char *made = time_text(made_ms), *sums = sums_text(config);
    if (kind == PAPER_HTML) {
        g_autofree char *below =
            g_strdup_printf("共 %u 台（%s）　　制表时间 %s", config->cameras->len, sums, made);
        add_page_head(out, "公共安全视频图像信息系统备案清单", config->site_name, below);
    }
    add_table_head(out, kind, headings);
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        g_autofree char *number = number_text(i + 1), *position = position_text(camera);
        const char *cells[] = { number,
                                camera->name,
                                camera->id,
                                camera->gbid,
                                camera->region_name && *camera->region_name ? camera->region_name
                                                                            : camera->region,
                                camera->place,
                                kind_of(camera),
                                position,
                                "1",
                                "本系统不存储录像",
                                NULL };
        add_row(out, kind, "td", cells);
    }
    if (kind == PAPER_HTML)
        g_string_append(out, "</tbody></table>\n<footer>填报单位（盖章）：　　　　　　　　日期："
                             "　　　　年　　月　　日</footer>\n</body></html>\n");
    return g_string_free(out, FALSE);
}

/* --- the certificate of a deletion ---------------------------------------------------------------
 */

char *deletion_paper_html(const DeletionPaper *paper)
{
    static const char *const headings[] = { "数据", "条数", "最早", "最晚", NULL };
    g_autofree char *begun = time_text(paper->begun_ms), *ended = time_text(paper->ended_ms);
    g_autofree char *made = time_text(paper->made_ms);
    g_autofree char *below = g_strdup_printf("删除时间 %s 至 %s", begun, ended);
    GString *out = g_string_new(NULL);
    add_page_head(out, "数据删除证明", paper->site, below);
    add_table_head(out, PAPER_HTML, headings);
    for (guint i = 0; i < paper->n_items; i++) {
        const DeletedItem *item = &paper->items[i];
        g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, item->n);
        g_autofree char *from = time_text(item->from_ms), *to = time_text(item->to_ms);
        const char *cells[] = { item->what, n, from, to, NULL };
        add_row(out, PAPER_HTML, "td", cells);
    }
    g_string_append(out, "</tbody></table>\n<p>依据：");
    add_escaped(out, paper->basis);
    g_string_append(out, "</p><p>执行：");
    add_escaped(out, paper->by);
    g_string_append(out, "</p><p>删除方式：");
    add_escaped(out, paper->method
                         ? paper->method
                         : "从数据库及其日志中覆盖清除，不可恢复；较早的备份随轮换到期删除");
    g_string_append(out, "。</p><p>校验：");
    add_escaped(out, paper->seal);
    g_string_append(out, "</p><p>制证时间：");
    add_escaped(out, made);
    g_string_append(out, "</p><footer>单位（盖章）：　　　　　　　　　　经办人：　　　　　　　"
                         "　　监督人：</footer>\n</body></html>\n");
    return g_string_free(out, FALSE);
}
