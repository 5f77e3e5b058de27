/* alarm_comment.c - what people write about an alarm, looked through for what points at citizens */
#include "wallctl/model/alarm.h"

#include "wallctl/base/error.h"
#include "wallctl/model/privacy.h"

#include <string.h>

/* "phone, name" and "电话、姓名", each kind once; what was found stays out. */
static void name_kinds(const GArray *spans, GString *en, GString *zh)
{
    gboolean is_told[PRIVATE_LAST + 1] = { FALSE };
    const gsize bracket = strlen("［");
    for (guint i = 0; i < spans->len; i++) {
        PrivateKind kind = g_array_index(spans, PrivateSpan, i).kind;
        const char *mark = private_mark(kind);
        if (is_told[kind])
            continue;
        is_told[kind] = TRUE;
        g_string_append_printf(en, "%s%s", en->len ? ", " : "", private_word(kind));
        g_string_append_printf(zh, "%s%.*s", zh->len ? "、" : "", (int)(strlen(mark) - 2 * bracket),
                               mark + bracket);
    }
}

gboolean alarm_text_check(const char *text, const char *refusal, const char *refusal_zh,
                          GError **error)
{
    g_autoptr(GArray) spans = privacy_list(text);
    if (spans->len == 0)
        return TRUE;
    g_autoptr(GString) en = g_string_new(NULL);
    g_autoptr(GString) zh = g_string_new(NULL);
    name_kinds(spans, en, zh);
    g_autofree char *said = g_strdup_printf("%s: it may tell who somebody is (%s); write what "
                                            "happens and which office, not who",
                                            refusal, en->str);
    g_autofree char *said_zh =
        g_strdup_printf("%s：里面像是有%s。只写情况、写单位，不写是谁", refusal_zh, zh->str);
    wall_error_set_literal(error, WALL_ERROR_INVALID, said, said_zh);
    return FALSE;
}

static gboolean is_seen(const char *text)
{
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        if (!g_unichar_isprint(g_utf8_get_char(at)))
            return FALSE;
    }
    return TRUE;
}

static gboolean check(const char *text, GError **error)
{
    glong length = g_utf8_validate(text, -1, NULL) ? g_utf8_strlen(text, -1) : -1;
    if (length >= 1 && length <= ALARM_MAX_COMMENT_CHARS && is_seen(text))
        return alarm_text_check(text, "the comment is not kept", "备注没有保存", error);
    wall_error_set(error, WALL_ERROR_INVALID,
                   "the comment is not kept; accepted: 1 to %d characters in one line",
                   "备注没有保存：请写 1–%d 个字，不换行", ALARM_MAX_COMMENT_CHARS);
    return FALSE;
}

void alarm_add_comment(Alarm *alarm, const char *by, const char *text, gint64 at_ms)
{
    AlarmComment *comment = g_new(AlarmComment, 1);
    *comment = (AlarmComment) { .by = g_strdup(by), .text = g_strdup(text), .at_ms = at_ms };
    g_ptr_array_add(alarm->comments, comment);
}

const Alarm *alarm_set_comment(AlarmSet *set, const char *id, const char *actor, const char *text,
                               gint64 now_ms, GError **error)
{
    g_autofree char *line = g_strstrip(g_strdup(text));
    Alarm *alarm = alarm_set_edit(set, id);
    if (!alarm) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no alarm '%s'", "没有告警“%s”", id);
        return NULL;
    }
    if (!check(line, error))
        return NULL;
    if (alarm->comments->len >= ALARM_MAX_COMMENTS) {
        wall_error_set(error, WALL_ERROR_LIMIT, "alarm %s has %d comments: no more are kept",
                       "告警 %s 已有 %d 条备注，不能再加", id, ALARM_MAX_COMMENTS);
        return NULL;
    }
    alarm_add_comment(alarm, actor, line, now_ms);
    return alarm;
}
