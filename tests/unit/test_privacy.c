/* test_privacy.c - the finder against tables, and measured on a corpus of invented sentences
 *
 * In the corpus {phone|13800138000} is what must go; a line without one must stay as it is. A place
 * counts as found only if all of it goes; what else of the line goes with it is counted, too. The
 * figures in docs/zh/隐私.md come from here: meson test test_privacy --verbose
 */
#include "wallctl/model/privacy.h"

#include <locale.h>
#include <string.h>

/* --- tables ------------------------------------------------------------------------------------
 */

static const struct {
    const char *text, *clean;
} rows[] = {
    /* one place in each way of writing */
    { "电话13800138000", "电话［电话］" },
    { "138 0013 8000", "［电话］" },
    { "１３８－００１３－８０００。", "［电话］。" },
    { "一三八零零一三八零零零", "［电话］" },
    { "幺三八 〇〇幺三 八〇〇〇", "［电话］" },
    { "+86 13800138000", "［电话］" },
    { "138\xe2\x80\x8b"
      "0013\xe2\x80\x8b"
      "8000",
      "［电话］" }, /* zero width space */
    { "（0877）2012345转801", "［电话］" },
    { "电话：2012345", "电话：［电话］" },
    { "138****8000", "［电话］" },
    { "手机尾号8000", "手机尾号［电话］" },
    { "400-820-8820", "［电话］" },
    { "身份证号530402199001011237", "身份证号［证件］" },
    { "53040219900101123X", "［证件］" },
    { "５３０４０２１９９００１０１１２３ｘ", "［证件］" },
    { "530402 19900101 1237", "［证件］" },
    { "530402820101123", "［证件］" }, /* 15 digits */
    { "身份证530402202501011237", "身份证［证件］" },
    { "护照E12345678", "护照［证件］" },
    { "云F·A1234", "［车牌］" },
    { "云FD12345，云F12345", "［车牌］，［车牌］" },
    { "雲F12345", "［车牌］" },
    { "云 f a1234", "［车牌］" },
    { "6222 0212 3456 7890 123", "［卡号］" },
    { "6222021234567890123", "［卡号］" },
    { "zhang.san@example.com", "［邮箱］" },
    { "微信号wxid_a8f3k2", "微信号［账号］" },
    { "QQ：123456789", "QQ：［账号］" },
    { "玉兴路23号3栋2单元501室漏水", "［地址］漏水" },
    { "大营村三组12号", "［地址］" },
    { "当事人李建国来访", "当事人［姓名］来访" },
    { "我叫欧阳小明", "我叫［姓名］" },
    { "當事人陳志強，電話：13800138000", "當事人［姓名］，電話：［电话］" },
    { "姓名：张伟，男", "姓名：［姓名］，男" },
    { "王小红 13800138000", "［姓名］ ［电话］" },
    { "李强、王芳反映", "［姓名］、［姓名］反映" },
    { "王强与李娜因琐事争执", "［姓名］与［姓名］因琐事争执" },
    { "拨打13800138000一直打不通", "拨打［电话］一直打不通" }, /* 一 is no digit here */
    { "13800138000二〇二五年来电", "［电话］二〇二五年来电" },
    { "车是云F12345两厢的", "车是［车牌］两厢的" },
    /* what stays */
    { "", "" },
    { "张某某与李某发生口角", "张某某与李某发生口角" },
    { "HT20250522-0231", "HT20250522-0231" },
    { "530402005001", "530402005001" },
    { "530402001201001", "530402001201001" },
    { "530402202505220231", "530402202505220231" },
    { "2025-05-22T09:14:03.000+08:00", "2025-05-22T09:14:03.000+08:00" },
    { "1747876443000", "1747876443000" },
    { "2025052200", "2025052200" },
    { "一、二、三、四组", "一、二、三、四组" },
    { "0871-12345", "0871-12345" },
    { "请拨打12345或110", "请拨打12345或110" },
    { "192.168.100.10", "192.168.100.10" },
    { "5c0f9f0e-13a8-4138-8013-138001380000", "5c0f9f0e-13a8-4138-8013-138001380000" },
    { "13 800 138 000元", "13 800 138 000元" },
    { "102.543210,24.351234", "102.543210,24.351234" },
    { "玉综治〔2025〕13号文件", "玉综治〔2025〕13号文件" },
    { "劳动争议·研和街道", "劳动争议·研和街道" },
    { "红塔大道12号杆", "红塔大道12号杆" },
    /* what is no UTF-8 */
    { "电话\xff"
      "13800138000",
      "电话\xef\xbf\xbd［电话］" },
};

static void test_row(gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user), n;
    g_autofree char *clean = privacy_redact(rows[i].text, &n);
    g_assert_cmpstr(clean, ==, rows[i].clean);
    g_assert_cmpint(privacy_finds(rows[i].text), ==, n > 0);
    g_autofree char *again = privacy_redact(clean, &n);
    g_assert_cmpstr(again, ==, clean);
    g_assert_cmpuint(n, ==, 0);
}

/* Where it is said to be is where it is, by kind, in order. */
static void test_list(void)
{
    g_autoptr(GArray) spans = privacy_list("电话13800138000，车牌云F12345");
    g_assert_cmpuint(spans->len, ==, 2);
    const PrivateSpan *phone = &g_array_index(spans, PrivateSpan, 0);
    const PrivateSpan *plate = &g_array_index(spans, PrivateSpan, 1);
    g_assert_cmpuint(phone->kind, ==, PRIVATE_PHONE);
    g_assert_cmpuint(phone->from, ==, strlen("电话"));
    g_assert_cmpuint(phone->to, ==, strlen("电话13800138000"));
    g_assert_cmpuint(plate->kind, ==, PRIVATE_PLATE);
    g_assert_cmpuint(plate->from, ==, strlen("电话13800138000，车牌"));
    for (guint kind = 1; kind <= PRIVATE_LAST; kind++)
        g_assert_false(privacy_finds(private_mark((PrivateKind)kind)));
}

/* A long text costs in proportion to its length; a minute is far beyond that. */
static void test_long(void)
{
    static const char *const parts[] = { "1 3 8 ", "一二三四五六七", "5304021990", "村民",
                                         "云F",    "路号栋" };
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        GString *text = g_string_new(NULL);
        while (text->len < 65536)
            g_string_append(text, parts[i]);
        g_test_timer_start();
        g_autofree char *clean = privacy_redact(text->str, NULL);
        double s = g_test_timer_elapsed();
        g_test_message("64 KiB of \"%s\": %.3f s", parts[i], s);
        g_assert_cmpfloat(s, <, 60);
        g_assert_cmpuint(strlen(clean), <=, 4 * text->len);
        g_string_free(text, TRUE);
    }
}

/* --- corpus ------------------------------------------------------------------------------------
 */

typedef struct {
    char kind[16];
    gsize from, to; /* bytes of the plain text */
} Secret;

#define MAX_SECRETS 16

/* Plain text of a line; its secrets. Caller frees. */
static char *read_line(const char *line, Secret secrets[MAX_SECRETS], guint *n)
{
    GString *plain = g_string_new(NULL);
    *n = 0;
    while (*line) {
        if (*line != '{') {
            g_string_append_c(plain, *line++);
            continue;
        }
        const char *bar = strchr(line, '|'), *end = strchr(line, '}');
        g_assert_true(bar && end && bar < end && *n < MAX_SECRETS);
        Secret *secret = &secrets[(*n)++];
        g_assert_cmpint(bar - line - 1, <, (int)sizeof(secret->kind));
        g_strlcpy(secret->kind, line + 1, (gsize)(bar - line));
        secret->from = plain->len;
        g_string_append_len(plain, bar + 1, end - bar - 1);
        secret->to = plain->len;
        line = end + 1;
    }
    return g_string_free(plain, FALSE);
}

/* Is every byte of it in a span? */
static gboolean is_covered(const GArray *spans, const Secret *secret)
{
    gsize at = secret->from;
    for (guint i = 0; i < spans->len; i++) {
        const PrivateSpan *span = &g_array_index(spans, PrivateSpan, i);
        if (span->from <= at && span->to > at)
            at = span->to;
    }
    return at >= secret->to;
}

typedef struct {
    const char *kind;
    guint floor; /* of found, in tenths of a percent */
    guint n, n_found;
} Measure;

typedef struct {
    Measure measures[8];
    guint n_sentences, n_clean, n_touched;
} Figures;

static void measure_line(Figures *figures, const char *line)
{
    Secret secrets[MAX_SECRETS];
    guint n;
    g_autofree char *plain = read_line(line, secrets, &n);
    g_autoptr(GArray) spans = privacy_list(plain);
    g_autofree char *clean = privacy_redact(plain, NULL);
    g_autofree char *again = privacy_redact(clean, NULL);
    g_assert_cmpstr(again, ==, clean);
    if (n == 0) {
        figures->n_clean++;
        if (spans->len > 0) {
            figures->n_touched++;
            g_test_message("touched: %s -> %s", plain, clean);
        }
        return;
    }
    figures->n_sentences++;
    for (guint i = 0; i < n; i++) {
        Measure *measure = figures->measures;
        while (strcmp(measure->kind, secrets[i].kind) != 0)
            measure++;
        gboolean is_found = is_covered(spans, &secrets[i]);
        measure->n++;
        measure->n_found += is_found ? 1 : 0;
        if (!is_found)
            g_test_message("%s missed: %s -> %s", measure->kind, line, clean);
    }
}

static void test_corpus(void)
{
    Figures figures = { .measures = { { "phone", 990 },
                                      { "id", 990 },
                                      { "plate", 990 },
                                      { "card", 990 },
                                      { "mail", 990 },
                                      { "account", 990 },
                                      { "address", 980 },
                                      { "name", 980 } } };
    g_autofree char *path =
        g_test_build_filename(G_TEST_DIST, "unit/data/privacy_corpus.txt", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        if (*lines[i])
            measure_line(&figures, lines[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(figures.measures); i++) {
        const Measure *measure = &figures.measures[i];
        g_test_message("%s: %u of %u found, %.2f %%", measure->kind, measure->n_found, measure->n,
                       100.0 * measure->n_found / measure->n);
    }
    g_test_message("sentences: %u; clean sentences: %u, touched: %u", figures.n_sentences,
                   figures.n_clean, figures.n_touched);
    g_assert_cmpuint(figures.n_sentences, >=, 500);
    g_assert_cmpuint(figures.n_clean, >=, 200);
    g_assert_cmpuint(figures.n_touched * 100, <=, figures.n_clean);
    for (guint i = 0; i < G_N_ELEMENTS(figures.measures); i++) {
        const Measure *measure = &figures.measures[i];
        g_assert_cmpuint(measure->n, >, 0);
        g_assert_cmpuint(measure->n_found * 1000, >=, measure->n * measure->floor);
    }
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "C.UTF-8"); /* what was missed can be read */
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/privacy/row/%u", i);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/privacy/list", test_list);
    g_test_add_func("/privacy/long", test_long);
    g_test_add_func("/privacy/corpus", test_corpus);
    return g_test_run();
}
