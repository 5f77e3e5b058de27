/* audit.c - one row of the register of who looked at what */
#include "wallctl/model/audit.h"

#include "wallctl/model/privacy.h"

#include <string.h>

static const struct {
    const char *word, *name;
} kinds[AUDIT_KIND_LAST + 1] = {
    [AUDIT_SIGN_IN] = { "sign_in", "登录" },
    [AUDIT_SIGN_OUT] = { "sign_out", "退出" },
    [AUDIT_SIGN_IN_REFUSED] = { "sign_in_refused", "登录被拒" },
    [AUDIT_VIEW] = { "view", "查看" },
    [AUDIT_VIEW_END] = { "view_end", "结束查看" },
    [AUDIT_SNAPSHOT] = { "snapshot", "截图" },
    [AUDIT_EXPORT] = { "export", "导出" },
    [AUDIT_PTZ] = { "ptz", "云台控制" },
    [AUDIT_UNMASK] = { "unmask", "解除遮挡" },
    [AUDIT_COMMAND] = { "command", "墙面操作" },
    [AUDIT_SETTINGS] = { "settings", "修改设置" },
    [AUDIT_ACCOUNT] = { "account", "账号管理" },
    [AUDIT_TOKEN] = { "token", "令牌管理" },
    [AUDIT_VISITOR] = { "visitor", "参观模式" },
    [AUDIT_EVIDENCE] = { "evidence", "取证" },
    [AUDIT_APPROVAL] = { "approval", "审批" },
    [AUDIT_ALARM] = { "alarm", "告警处置" },
    [AUDIT_CASE] = { "case", "案件办理" },
    [AUDIT_RETENTION] = { "retention", "到期删除" },
    [AUDIT_SYSTEM] = { "system", "系统" },
};

#define SEARCHED 4 /* times the length that is kept */

/* Of a colleague's own name only numbers go; ids of ours are of a form that can hold nothing else. */
typedef enum { ID = 1, NUMBERS, FREE } Rule;

/* max: characters. */
static const struct {
    const char *key;
    gsize offset;
    guint max;
    Rule rule;
} texts[AUDIT_N_TEXTS] = {
    [AUDIT_TEXT_ACCOUNT] = { "account", offsetof(AuditRow, account), 64, NUMBERS },
    [AUDIT_TEXT_NAME] = { "name", offsetof(AuditRow, name), 64, NUMBERS },
    [AUDIT_TEXT_UNIT] = { "unit", offsetof(AuditRow, unit), 128, NUMBERS },
    [AUDIT_TEXT_ADDRESS] = { "address", offsetof(AuditRow, address), 64, ID },
    [AUDIT_TEXT_VIA] = { "via", offsetof(AuditRow, via), 16, ID },
    [AUDIT_TEXT_WALL] = { "wall", offsetof(AuditRow, wall), 64, NUMBERS },
    [AUDIT_TEXT_CAMERA] = { "camera", offsetof(AuditRow, camera), 64, NUMBERS },
    [AUDIT_TEXT_OBJECT] = { "object", offsetof(AuditRow, object), 128, FREE },
    [AUDIT_TEXT_REASON] = { "reason", offsetof(AuditRow, reason), 256, FREE },
    [AUDIT_TEXT_CONTENT] = { "content", offsetof(AuditRow, content), 1024, FREE },
};

const char *audit_kind_word(AuditKind kind)
{
    return kind >= 1 && kind <= AUDIT_KIND_LAST ? kinds[kind].word : NULL;
}

const char *audit_kind_name(AuditKind kind)
{
    return kind >= 1 && kind <= AUDIT_KIND_LAST ? kinds[kind].name : NULL;
}

AuditKind audit_kind_from_word(const char *word)
{
    for (guint kind = 1; kind <= AUDIT_KIND_LAST; kind++) {
        if (strcmp(kinds[kind].word, word) == 0)
            return kind;
    }
    return 0;
}

const char *audit_text_key(AuditText text)
{
    g_assert(text < AUDIT_N_TEXTS);
    return texts[text].key;
}

static const char **slot_of(AuditRow *row, AuditText text)
{
    return (const char **)(gpointer)((char *)row + texts[text].offset);
}

const char *audit_row_text(const AuditRow *row, AuditText text)
{
    g_assert(text < AUDIT_N_TEXTS);
    const char *value = *slot_of((AuditRow *)row, text);
    return value ? value : "";
}

void audit_row_set_texts(AuditRow *row, const char *const text[AUDIT_N_TEXTS])
{
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        *slot_of(row, i) = text[i];
}

/* --- what may be written -------------------------------------------------------------------------
 */

/* One line: a control character would forge a line in a list or a log. */
static void flatten(char *text)
{
    for (char *p = text; *p; p++) {
        if ((guchar)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    }
}

static gboolean is_number(PrivateKind kind)
{
    return kind == PRIVATE_PHONE || kind == PRIVATE_ID || kind == PRIVATE_CARD;
}

/* Of a colleague's own name, unit or account only what is no name goes. Caller frees. */
static char *without_numbers(const char *text)
{
    g_autoptr(GArray) spans = privacy_list(text);
    GString *kept = g_string_new(NULL);
    gsize at = 0;
    for (guint i = 0; i < spans->len; i++) {
        const PrivateSpan *span = &g_array_index(spans, PrivateSpan, i);
        if (!is_number(span->kind))
            continue;
        g_string_append_len(kept, text + at, (gssize)(span->from - at));
        g_string_append(kept, private_mark(span->kind));
        at = span->to;
    }
    g_string_append(kept, text + at);
    return g_string_free(kept, FALSE);
}

static char *cut(const char *text, guint max)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    if (g_utf8_strlen(valid, -1) <= max)
        return g_steal_pointer(&valid);
    *g_utf8_offset_to_pointer(valid, max - 1) = '\0';
    return g_strconcat(valid, "…", NULL);
}

static gboolean is_plain(const char *text)
{
    guint digits = 0;
    for (const char *p = text; *p; p++) {
        if (!g_ascii_isalnum(*p) && !strchr("._-:", *p))
            return FALSE;
        digits += g_ascii_isdigit(*p) != 0;
    }
    return digits < 7;
}

/* A longer text is cut before it is searched, which costs, and again behind what can be a number that
 * the first cut has gone through. */
static char *clean(const char *text, AuditText column)
{
    guint max = texts[column].max;
    gsize len = strnlen(text, (gsize)max * SEARCHED * 6);
    /* Ids are most of what comes, and have nothing to search in. */
    if (len <= max && is_plain(text))
        return g_strdup(text);
    g_autofree char *begin = g_strndup(text, len);
    g_autofree char *searched = cut(begin, max * SEARCHED);
    flatten(searched);
    g_autofree char *clear = texts[column].rule == FREE      ? privacy_redact(searched, NULL)
                             : texts[column].rule == NUMBERS ? without_numbers(searched)
                                                             : g_strdup(searched);
    return cut(clear, max);
}

/* One block: the row and its texts behind it. */
static AuditRow *pack(const AuditRow *row, const char *const text[AUDIT_N_TEXTS])
{
    gsize size = sizeof *row;
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        size += strlen(text[i]) + 1;
    AuditRow *copy = g_malloc(size);
    *copy = *row;
    char *to = (char *)(copy + 1);
    for (guint i = 0; i < AUDIT_N_TEXTS; i++) {
        *slot_of(copy, i) = to;
        to = g_stpcpy(to, text[i]) + 1;
    }
    return copy;
}

AuditRow *audit_row_copy(const AuditRow *row)
{
    const char *text[AUDIT_N_TEXTS];
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        text[i] = audit_row_text(row, i);
    return pack(row, text);
}

AuditRow *audit_row_clean(const AuditRow *row, gint64 now_ms)
{
    g_assert(audit_kind_word(row->kind));
    char *text[AUDIT_N_TEXTS];
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        text[i] = clean(audit_row_text(row, i), i);
    AuditRow *copy = pack(row, (const char *const *)text);
    copy->at_ms = row->at_ms ? row->at_ms : now_ms;
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        g_free(text[i]);
    return copy;
}

AuditRow audit_row_for(const Caller *caller, AuditKind kind)
{
    static const char *const vias[] = {
        [CALLER_LOCAL] = "local", [CALLER_SESSION] = "web", [CALLER_TOKEN] = "token"
    };
    if (!caller)
        return (AuditRow) { .kind = kind, .via = "system" };
    return (AuditRow) { .kind = kind,
                        .account = caller->id,
                        .name = caller->name,
                        .unit = caller->unit,
                        .address = caller->address,
                        .via = vias[caller->kind],
                        .reason = caller->reason };
}
