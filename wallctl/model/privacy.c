/* privacy.c - finds what points at a citizen in Chinese text, and takes it out
 *
 * The text is folded to one plain form first, so that a rule need not know the ways of writing a
 * digit; the folded text remembers where each byte came from. Then the rules run one after the other,
 * and what one has taken is closed to those behind it.
 */
#include "wallctl/model/privacy.h"

#include "wallctl/model/privacy_rules.h"

#include <string.h>

static const struct {
    const char *word, *mark;
} kinds[PRIVATE_LAST + 1] = {
    [PRIVATE_PHONE] = { "phone", "［电话］" },     [PRIVATE_ID] = { "id", "［证件］" },
    [PRIVATE_PLATE] = { "plate", "［车牌］" },     [PRIVATE_CARD] = { "card", "［卡号］" },
    [PRIVATE_MAIL] = { "mail", "［邮箱］" },       [PRIVATE_ACCOUNT] = { "account", "［账号］" },
    [PRIVATE_ADDRESS] = { "address", "［地址］" }, [PRIVATE_NAME] = { "name", "［姓名］" },
};

const char *private_word(PrivateKind kind)
{
    return kinds[kind].word;
}

const char *private_mark(PrivateKind kind)
{
    return kinds[kind].mark;
}

/* --- folding -----------------------------------------------------------------------------------
 */

/* Of the words in the rules, traditional and simplified by turns. */
static const char script[] = "電电話话號号碼码證证車车單单棟栋樓楼張张陳陈劉刘楊杨趙赵黃黄吳吴馬马"
                             "羅罗鄭郑謝谢韓韩馮冯鄧邓許许"
                             "呂吕蘇苏盧卢蔣蒋賈贾葉叶閻阎餘余鍾钟薑姜範范譚谭鄒邹陸陆孫孙龍龙萬万"
                             "錢钱湯汤賴赖龔龚龐庞蘭兰顏颜"
                             "嚴严溫温蘆芦韋韦畢毕聶聂叢丛齊齐莊庄塗涂關关費费紀纪項项陽阳衛卫魯鲁"
                             "閔闵華华婁娄藍蓝饒饶銀银帳帐"
                             "賬账戶户當当訴诉舉举報报聯联係系繫系絡络業业東东長长師师鄰邻對对務务"
                             "債债權权監监護护傷伤駕驾駛驶"
                             "員员購购買买賣卖區区園园廣广場场廈厦層层門门衚胡衕同組组隊队營营壩坝"
                             "灣湾溝沟這这裡里裏里現现標标"
                             "與与將将讓让給给親亲婦妇倆俩騰腾岡冈崗岗籤签請请領领來来從从為为於于"
                             "稱称說说寫写網网雲云鄂鄂貴贵"
                             "遼辽魯鲁贛赣陝陕蒙蒙蘇苏寧宁瓊琼粵粤閩闽晉晋護护續续費费鋪铺閣阁櫃柜"
                             "醫医駐驻爺爷媽妈歐欧實实蕭萧"
                             "偉伟強强軍军麗丽傑杰國国紅红飛飞鵬鹏輝辉曉晓軒轩鳳凤艷艳濤涛寶宝鴻鸿"
                             "興兴進进禮礼義义賢贤順顺慶庆榮荣潔洁"
                             "潤润鈺钰銘铭鋒锋鋼钢錦锦嬌娇瑩莹潁颖聰聪詩诗靜静愛爱學学開开啟启傳传"
                             "維维紹绍繼继勝胜財财誠诚勵励";

static const char han_digits[] = "零0〇0幺1一1二2三3四4五5六6七7八8九9壹1贰2叁3肆4伍5陆6柒7捌8玖9";

static GHashTable *pairs_new(const char *text)
{
    GHashTable *pairs = g_hash_table_new(NULL, NULL);
    for (const char *c = text; *c;
         c = g_utf8_find_next_char(g_utf8_find_next_char(c, NULL), NULL)) {
        gunichar to = g_utf8_get_char(g_utf8_next_char(c));
        g_hash_table_insert(pairs, GUINT_TO_POINTER(g_utf8_get_char(c)), GUINT_TO_POINTER(to));
    }
    return pairs;
}

typedef struct {
    GHashTable *script, *digits;
    GRegex **patterns; /* one a rule */
} Rules;

/* Compiled once, never freed: shared by all threads, which GRegex allows. */
static const Rules *rules_get(void)
{
    static gsize once;
    static Rules rules;
    if (g_once_init_enter(&once)) {
        rules.script = pairs_new(script);
        rules.digits = pairs_new(han_digits);
        rules.patterns = g_new0(GRegex *, n_private_rules);
        for (guint i = 0; i < n_private_rules; i++) {
            g_autoptr(GError) error = NULL;
            rules.patterns[i] = g_regex_new(private_rules[i].pattern,
                                            G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
            if (!rules.patterns[i])
                g_error("privacy rule %u: %s", i, error->message);
        }
        g_once_init_leave(&once, 1);
    }
    return &rules;
}

static gunichar lookup(GHashTable *pairs, gunichar c)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(pairs, GUINT_TO_POINTER(c)));
}

static gboolean is_invisible(gunichar c)
{
    return g_unichar_type(c) == G_UNICODE_FORMAT || g_unichar_ismark(c) || c == 0x20e3;
}

static gunichar fold(const Rules *rules, gunichar c)
{
    if (c < 0x80)
        return c < ' ' ? ' ' : c;
    if (c >= 0xff01 && c <= 0xff5e)
        return c - 0xff01 + '!';
    if (g_unichar_isspace(c))
        return ' ';
    if (g_unichar_type(c) == G_UNICODE_DASH_PUNCTUATION || c == 0x2212)
        return '-';
    if (c == 0x2022 || c == 0x30fb || c == 0x2027 || c == 0x2219 || c == 0xff65 || c == 0x22c5)
        return 0xb7; /* middle dot */
    if (c >= 0x2460 && c <= 0x2468)
        return c - 0x2460 + '1'; /* circled digits */
    gint value = g_unichar_digit_value(c);
    if (value >= 0)
        return '0' + (gunichar)value;
    gunichar plain = lookup(rules->script, c);
    return plain ? plain : c;
}

typedef struct {
    gunichar c;
    guint from; /* byte of the text */
} Place;

#define SHORTEST_RUN 4 /* of Chinese digits: 二〇二五, but not 三三两两 in a name */

static gboolean is_between_digits(gunichar c)
{
    return c == ' ' || c == '-' || c == ',' || c == 0xb7 || c == 0x3001;
}

/* Chinese digits in a run of digits become digits. A single 三 in 三组 or 张三 does not. FALSE: there
 * are none. */
static gboolean fold_digits(const Rules *rules, Place *places, guint n)
{
    gboolean is_changed = FALSE;
    guint end;
    for (guint begin = 0; begin < n; begin = MAX(end, begin + 1)) {
        guint n_digits = 0;
        end = begin;
        for (guint i = begin; i < n; i++) {
            if (places[i].c < 0x80 ? g_ascii_isdigit((char)places[i].c)
                                   : lookup(rules->digits, places[i].c) != 0) {
                n_digits++;
                end = i + 1;
            } else if (i != end || i == begin || !is_between_digits(places[i].c)) {
                break;
            }
        }
        for (guint i = begin; n_digits >= SHORTEST_RUN && i < end; i++) {
            gunichar digit = lookup(rules->digits, places[i].c);
            is_changed = is_changed || digit;
            places[i].c = digit ? digit : places[i].c;
        }
    }
    return is_changed;
}

/* --- finding -----------------------------------------------------------------------------------
 */

typedef struct {
    const char *original;
    Place *places;
    guint n;
    GString *text; /* of the places */
    guint *at;     /* index of the place of each byte of text */
    GArray *spans;
} Search;

static void search_begin(Search *search)
{
    search->text = g_string_sized_new(search->n);
    search->at = g_new(guint, 4 * (gsize)search->n + 1);
    for (guint i = 0; i < search->n; i++) {
        gsize byte = search->text->len;
        g_string_append_unichar(search->text, search->places[i].c);
        for (; byte < search->text->len; byte++)
            search->at[byte] = i;
    }
}

static void search_end(Search *search)
{
    g_string_free(search->text, TRUE);
    g_free(search->at);
}

/* Bytes from to to of the folded text are rule's, and closed to the rules behind it. */
static void take(Search *search, const PrivateRule *rule, gsize from, gsize to)
{
    memset(search->text->str + from, PRIVACY_TAKEN + (int)rule->kind, to - from);
    if (!rule->kind)
        return;
    const char *last = search->original + search->places[search->at[to - 1]].from;
    PrivateSpan span = { rule->kind, search->places[search->at[from]].from,
                         (gsize)(g_utf8_next_char(last) - search->original) };
    g_array_append_val(search->spans, span);
    for (guint i = search->at[from]; i <= search->at[to - 1]; i++)
        search->places[i].c = PRIVACY_TAKEN + (gunichar)rule->kind;
}

static void run_rule(Search *search, const PrivateRule *rule, GRegex *pattern)
{
    GString *text = search->text;
    gsize start = 0;
    while (start < text->len) {
        g_autoptr(GMatchInfo) match = NULL;
        int from, to;
        if (!g_regex_match_full(pattern, text->str, (gssize)text->len, (int)start, 0, &match, NULL))
            return;
        if (!g_match_info_fetch_pos(match, 1, &from, &to) || from < 0)
            g_match_info_fetch_pos(match, 0, &from, &to);
        if (rule->fits && !rule->fits(text->str, (gsize)from, (gsize)to)) {
            start = (gsize)(g_utf8_next_char(text->str + from) - text->str);
        } else {
            take(search, rule, (gsize)from, (gsize)to);
            start = (gsize)to;
        }
    }
}

static gboolean can_number(gunichar c)
{
    return c < 0x80 ? g_ascii_isalnum((char)c)
                    : g_utf8_strchr("一二三四五六七八九十百零〇两甲乙丙丁", -1, c) != NULL;
}

static void search_all(Search *search, const Rules *rules)
{
    guint n_digits = 0, has = 0;
    for (guint i = 0; i < search->n; i++) {
        gunichar c = search->places[i].c;
        n_digits += c >= '0' && c <= '9' ? 1 : 0;
        has |= (c >= 0x3400 ? PRIVATE_NEEDS_HAN : 0) | (can_number(c) ? PRIVATE_NEEDS_NUMBER : 0);
    }
    search_begin(search);
    for (guint i = 0; i < n_private_rules; i++) {
        const PrivateRule *rule = &private_rules[i];
        if (n_digits >= rule->digits && (has & rule->needs) == rule->needs)
            run_rule(search, rule, rules->patterns[i]);
    }
    search_end(search);
}

static gint compare_spans(gconstpointer a, gconstpointer b)
{
    const PrivateSpan *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

/* Chinese digits are looked at in a second round: in "13800138000一直没人接" 一 is none. */
GArray *privacy_list(const char *text)
{
    const Rules *rules = rules_get();
    g_autofree Place *places = g_new(Place, strlen(text) + 1);
    Search search = { text, places, 0, NULL, NULL, g_array_new(FALSE, FALSE, sizeof(PrivateSpan)) };
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        gunichar plain = g_utf8_get_char(c);
        if (!is_invisible(plain))
            places[search.n++] = (Place) { fold(rules, plain), (guint)(c - text) };
    }
    search_all(&search, rules);
    if (fold_digits(rules, places, search.n))
        search_all(&search, rules);
    g_array_sort(search.spans, compare_spans);
    return search.spans;
}

gboolean privacy_finds(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GArray) spans = privacy_list(valid);
    return spans->len > 0;
}

/* --- redaction ---------------------------------------------------------------------------------
 */

/* Takes text, which has these spans. */
static char *mark_spans(char *text, GArray *spans)
{
    GString *out = g_string_sized_new(strlen(text));
    gsize done = 0;
    for (guint i = 0; i < spans->len; i++) {
        const PrivateSpan *span = &g_array_index(spans, PrivateSpan, i);
        g_string_append_len(out, text + done, (gssize)(span->from - done));
        g_string_append(out, private_mark(span->kind));
        done = span->to;
    }
    g_string_append(out, text + done);
    g_free(text);
    return g_string_free(out, FALSE);
}

/* What is taken out can show what stood behind it, so it is done until nothing is found: that ends,
 * because each round leaves less outside the marks, and makes redacting twice the same as once. */
char *privacy_redact(const char *text, guint *n_found)
{
    char *clean = g_utf8_make_valid(text, -1);
    guint n = 0;
    while (TRUE) {
        g_autoptr(GArray) spans = privacy_list(clean);
        if (spans->len == 0)
            break;
        n += spans->len;
        clean = mark_spans(clean, spans);
    }
    if (n_found)
        *n_found = n;
    return clean;
}
