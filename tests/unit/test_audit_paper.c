/* test_audit_paper.c - papers for an inspection: no formula, no markup of somebody else's, every column */
#include "wallctl/audit_paper.h"

#include <string.h>

#define AT_MS G_GINT64_CONSTANT(1747876443000) /* 2025-05-22 09:14:03 +08:00 */

/* As a spreadsheet reads it. */
static GPtrArray *read_csv(const char *text)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
    g_assert_true(g_str_has_prefix(text, "\xEF\xBB\xBF"));
    for (const char *p = text + 3; *p;) {
        GString *cell = g_string_new(NULL);
        g_assert_true(*p == '"');
        for (p++; *p != '"' || p[1] == '"'; p++) {
            p += *p == '"';
            g_string_append_c(cell, *p);
        }
        p++;
        g_assert_true(*p == ',' || strncmp(p, "\r\n", 2) == 0);
        p += *p == ',' ? 1 : 2;
        g_ptr_array_add(cells, g_string_free(cell, FALSE));
    }
    return cells;
}

static char *write_register(PaperKind kind, const AuditRow *row)
{
    RegisterPaper paper = { kind, NULL, "红塔区<中心>", AT_MS, 0, AT_MS };
    GString *out = g_string_new(NULL);
    register_paper_begin(out, &paper);
    register_paper_row(out, &paper, 1, 77, row);
    register_paper_end(out, &paper, 1);
    return g_string_free(out, FALSE);
}

static const struct {
    const char *text, *cell;
} cells[] = {
    { "巡查", "巡查" },
    { "=1+1", "'=1+1" },
    { "+86", "'+86" },
    { "-2", "'-2" },
    { "@SUM(A1)", "'@SUM(A1)" },
    { "  =1", "'  =1" },
    { "a=b", "a=b" },
    { "说\"好\"", "说\"好\"" },
    { "\t=1", "'\t=1" },
    { "\n=1", "'\n=1" },
    { "＝1+1", "'＝1+1" },
    { "  ＠SUM(A1)", "'  ＠SUM(A1)" },
    { "a,b\nc", "a,b\nc" },
    { "", "" },
};

static void test_csv(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cells); i++) {
        AuditRow row = { .kind = AUDIT_VIEW, .at_ms = AT_MS, .reason = cells[i].text };
        g_autofree char *text = write_register(PAPER_CSV, &row);
        g_autoptr(GPtrArray) read = read_csv(text);
        g_assert_cmpuint(read->len, ==, 30);
        g_assert_cmpstr(read->pdata[15 + 5], ==, cells[i].cell);
    }
}

static void test_register(void)
{
    static const char *const wanted[] = { "1",         "2025-05-22 09:14:03",
                                          "张三",      "综治中心",
                                          "zhang",     "案件 HT1",
                                          "实时画面",  "gate-2",
                                          "拒绝",      "结束查看",
                                          "hall",      "3",
                                          "192.0.2.7", "35",
                                          "77" };
    AuditRow row = { .kind = AUDIT_VIEW_END,
                     .at_ms = AT_MS,
                     .name = "张三",
                     .unit = "综治中心",
                     .account = "zhang",
                     .reason = "案件 HT1",
                     .content = "实时画面",
                     .camera = "gate-2",
                     .wall = "hall",
                     .tile = 3,
                     .address = "192.0.2.7",
                     .seconds = 35,
                     .is_refused = TRUE };
    g_autofree char *text = write_register(PAPER_CSV, &row);
    g_autoptr(GPtrArray) read = read_csv(text);
    for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
        g_assert_cmpstr(read->pdata[15 + i], ==, wanted[i]);
    static const char *const headings[] = { "序号", "时间", "调用人员姓名", "单位", "账号",
                                            "事由", "内容", "摄像机",       "结果" };
    for (guint i = 0; i < G_N_ELEMENTS(headings); i++)
        g_assert_cmpstr(read->pdata[i], ==, headings[i]);
}

static void test_html(void)
{
    AuditRow row = { .kind = AUDIT_VIEW,
                     .at_ms = AT_MS,
                     .reason = "<script>alert(1)</script>",
                     .content = "\"><img src=x onerror=y>" };
    g_autofree char *text = write_register(PAPER_HTML, &row);
    g_assert_null(strstr(text, "<script"));
    g_assert_null(strstr(text, "<img"));
    g_assert_null(strstr(text, "<中心>"));
    g_assert_nonnull(strstr(text, "&lt;script&gt;"));
    g_assert_nonnull(strstr(text, "视频图像信息调用登记簿"));
    g_assert_nonnull(strstr(text, "size:A4"));
    g_assert_nonnull(strstr(text, "共 1 条"));
}

static void test_filing(void)
{
    static const char config_text[] =
        "{\"site\": {\"name\": \"试点\"}, \"walls\": [{\"id\": \"hall\", \"name\": \"大厅\", "
        "\"screens\": [{\"id\": \"left\", \"x\": 0, \"y\": 0, \"width\": 1920, \"height\": "
        "1080}]}], \"cameras\": ["
        "{\"id\": \"a\", \"name\": \"=东门\", \"main\": \"rtsp://192.0.2.1/a\"},"
        "{\"id\": \"b\", \"name\": \"西门\", \"main\": \"rtsp://192.0.2.1/b\"}]}";
    g_autoptr(Faults) faults = faults_new("test", 10);
    g_autoptr(Config) config = config_parse(config_text, strlen(config_text), "test", NULL, faults);
    g_assert_nonnull(config);
    g_autofree char *csv = filing_paper(config, PAPER_CSV, AT_MS);
    g_autoptr(GPtrArray) read = read_csv(csv);
    g_assert_cmpuint(read->len, ==, 30);
    g_assert_cmpstr(read->pdata[11], ==, "'=东门");
    g_assert_cmpstr(read->pdata[19], ==, "本系统不存储录像");
    g_autofree char *html = filing_paper(config, PAPER_HTML, AT_MS);
    g_assert_nonnull(strstr(html, "共 2 台（未分类 2）"));
}

static void test_deletion(void)
{
    const DeletedItem items[] = { { "事件<内容>", 12, AT_MS, AT_MS }, { "案件", 0, 0, 0 } };
    DeletionPaper paper = { .site = "红塔区",
                            .basis = "保存期满",
                            .by = "系统",
                            .seal = "1:ab",
                            .begun_ms = AT_MS,
                            .ended_ms = AT_MS,
                            .made_ms = AT_MS,
                            .items = items,
                            .n_items = 2 };
    g_autofree char *html = deletion_paper_html(&paper);
    g_assert_nonnull(strstr(html, "数据删除证明"));
    g_assert_nonnull(strstr(html, "事件&lt;内容&gt;</td><td>12</td><td>2025-05-22 09:14:03"));
    g_assert_nonnull(strstr(html, "案件</td><td>0</td><td></td><td></td>"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit-paper/csv", test_csv);
    g_test_add_func("/audit-paper/register", test_register);
    g_test_add_func("/audit-paper/html", test_html);
    g_test_add_func("/audit-paper/filing", test_filing);
    g_test_add_func("/audit-paper/deletion", test_deletion);
    return g_test_run();
}
