/* test_audit_row.c - what may be written into the register: bounded, on one line, nobody's number in it */
#include "wallctl/model/audit.h"

#include "wallctl/model/privacy.h"

#include <string.h>

static void test_words(void)
{
    for (guint kind = 1; kind <= AUDIT_KIND_LAST; kind++) {
        const char *word = audit_kind_word(kind);
        g_assert_nonnull(word);
        g_assert_nonnull(audit_kind_name(kind));
        g_assert_cmpuint(audit_kind_from_word(word), ==, kind);
    }
    g_assert_null(audit_kind_word(0));
    g_assert_null(audit_kind_word(AUDIT_KIND_LAST + 1));
    g_assert_cmpuint(audit_kind_from_word(""), ==, 0);
    g_assert_cmpuint(audit_kind_from_word("View"), ==, 0);
}

static const struct {
    AuditText column;
    const char *text, *clean;
} rows[] = {
    { AUDIT_TEXT_CONTENT, "实时画面 研和路口", "实时画面 研和路口" },
    { AUDIT_TEXT_CONTENT, "第一行\n第二行\t\x01", "第一行 第二行  " },
    { AUDIT_TEXT_CONTENT, "坏\xff字节", "坏\xef\xbf\xbd字节" },
    { AUDIT_TEXT_REASON, "来电13800138000求助", "来电［电话］求助" },
    { AUDIT_TEXT_REASON, "核实530402199001011237", "核实［证件］" },
    { AUDIT_TEXT_REASON, "当事人李建国来访", "当事人［姓名］来访" },
    { AUDIT_TEXT_OBJECT, "HT20250522-0231", "HT20250522-0231" },
    { AUDIT_TEXT_OBJECT, "case:530402001-20250522-0231", "case:530402001-20250522-0231" },
    { AUDIT_TEXT_OBJECT, "13800138000.mp4", "［电话］.mp4" },
    /* who looked stays, by name; but a number that was typed into the wrong field does not */
    { AUDIT_TEXT_NAME, "李建国", "李建国" },
    { AUDIT_TEXT_NAME, "李建国13800138000", "李建国［电话］" },
    { AUDIT_TEXT_UNIT, "玉兴路23号综治中心", "玉兴路23号综治中心" },
    { AUDIT_TEXT_ACCOUNT, "zhang.san", "zhang.san" },
    { AUDIT_TEXT_ACCOUNT, "530402199001011237", "［证件］" },
    { AUDIT_TEXT_ACCOUNT, "１３８００１３８０００", "［电话］" },
    { AUDIT_TEXT_ADDRESS, "192.168.110.203", "192.168.110.203" },
    { AUDIT_TEXT_CAMERA, "gate-2", "gate-2" },
};

static void test_clean(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *text[AUDIT_N_TEXTS] = { NULL };
        AuditRow row = { .kind = AUDIT_VIEW };
        text[rows[i].column] = rows[i].text;
        audit_row_set_texts(&row, text);
        g_autofree AuditRow *clean = audit_row_clean(&row, 7);
        g_autofree char *shown =
            g_strescape(rows[i].text, NULL); /* what is no text breaks the report */
        g_test_message("%s", shown);
        g_assert_cmpstr(audit_row_text(clean, rows[i].column), ==, rows[i].clean);
        g_assert_cmpint(clean->at_ms, ==, 7);
    }
}

/* A number anywhere in any text of any length is in none of what is kept, the places where texts are cut
 * included. */
static void test_canary(void)
{
    static const char *const canaries[] = { "13987654321", "530402198811223344" };
    for (guint column = 0; column < AUDIT_N_TEXTS; column++) {
        if (column == AUDIT_TEXT_ADDRESS || column == AUDIT_TEXT_VIA)
            continue; /* made by the program */
        for (guint before = 0; before < 4200; before += before < 30 ? 1 : 61) {
            g_autoptr(GString) text = g_string_new(NULL);
            const char *texts[AUDIT_N_TEXTS] = { NULL };
            AuditRow row = { .kind = AUDIT_COMMAND };
            for (guint i = 0; i < before; i++)
                g_string_append(text, "查");
            g_string_append(text, canaries[before % 2]);
            g_string_append(text, "看");
            texts[column] = text->str;
            audit_row_set_texts(&row, texts);
            g_autofree AuditRow *clean = audit_row_clean(&row, 1);
            const char *kept = audit_row_text(clean, column);
            g_assert_null(strstr(kept, canaries[before % 2]));
            g_assert_null(strstr(kept, "1398765"));
            g_assert_null(strstr(kept, "530402198"));
            g_assert_true(g_utf8_validate(kept, -1, NULL));
            g_assert_cmpint(g_utf8_strlen(kept, -1), <=, 1024);
        }
    }
}

static void test_who(void)
{
    AuditRow nobody = audit_row_for(NULL, AUDIT_SYSTEM);
    g_assert_cmpstr(audit_row_text(&nobody, AUDIT_TEXT_VIA), ==, "system");
    g_assert_cmpstr(audit_row_text(&nobody, AUDIT_TEXT_ACCOUNT), ==, "");
    g_autoptr(Caller) caller = caller_new_local("root");
    AuditRow row = audit_row_for(caller, AUDIT_COMMAND);
    g_assert_cmpstr(row.account, ==, "local");
    g_assert_cmpstr(row.via, ==, "local");
    g_assert_cmpuint(row.kind, ==, AUDIT_COMMAND);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit-row/words", test_words);
    g_test_add_func("/audit-row/clean", test_clean);
    g_test_add_func("/audit-row/canary", test_canary);
    g_test_add_func("/audit-row/who", test_who);
    return g_test_run();
}
