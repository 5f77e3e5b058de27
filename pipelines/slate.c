/* slate.c - facts about a tile to short Chinese lines
 *
 * A cause says what was seen, not what to do: the console has room for advice, a tile at five
 * metres does not. Lines stay below fourteen characters, so that they fit into a thirty-sixth of a
 * screen.
 */
#include "pipelines/slate.h"

#include "wallctl/model/calendar.h"

static const char *const cause_words[] = {
    [CAUSE_NONE] = NULL,
    [CAUSE_NETWORK] = "网络不通",
    [CAUSE_NO_ANSWER] = "摄像机无应答",
    [CAUSE_REFUSED] = "网络不通：连接被拒绝",
    [CAUSE_UNREACHABLE] = "网络不通：主机不可达",
    [CAUSE_HOST_NAME] = "网络不通：域名无法解析",
    [CAUSE_TLS] = "TLS 证书不可信",
    [CAUSE_CREDENTIALS] = "密码被摄像机拒绝",
    [CAUSE_NO_CREDENTIALS] = "未配置账号密码",
    [CAUSE_FORBIDDEN] = "账号没有权限",
    [CAUSE_NOT_FOUND] = "地址无此码流",
    [CAUSE_BUSY] = "会话数已满",
    [CAUSE_STATUS] = "摄像机报错",
    [CAUSE_PROTOCOL] = "应答无法识别",
    [CAUSE_CLOSED] = "摄像机断开了连接",
    [CAUSE_NO_VIDEO] = "码流中没有视频",
    [CAUSE_NO_DATA] = "已连接，收不到数据",
    [CAUSE_NO_KEYFRAME] = "收不到关键帧",
    [CAUSE_NO_PICTURE] = "收不到画面",
    [CAUSE_CODEC] = "不是 H.264 或 H.265",
    [CAUSE_SIZE] = "画面尺寸过大",
    [CAUSE_DAMAGED] = "码流损坏，无法解码",
    [CAUSE_PLACE] = "地址不在允许网段",
    [CAUSE_REDIRECTED] = "被转向别的地址",
};

static const SlateCause fault_causes[] = {
    [FAULT_NONE] = CAUSE_NONE,
    [FAULT_UNREACHABLE] = CAUSE_NETWORK,
    [FAULT_NO_ANSWER] = CAUSE_NO_ANSWER,
    [FAULT_CREDENTIALS] = CAUSE_CREDENTIALS,
    [FAULT_NOT_FOUND] = CAUSE_NOT_FOUND,
    [FAULT_BUSY] = CAUSE_BUSY,
    [FAULT_TLS] = CAUSE_TLS,
    [FAULT_CODEC] = CAUSE_CODEC,
    [FAULT_NO_KEYFRAME] = CAUSE_NO_KEYFRAME,
    [FAULT_SILENT] = CAUSE_NO_PICTURE,
    [FAULT_CLOSED] = CAUSE_CLOSED,
    [FAULT_PROTOCOL] = CAUSE_PROTOCOL,
    [FAULT_NO_DATA] = CAUSE_NO_DATA,
    [FAULT_PLACE] = CAUSE_PLACE,
    [FAULT_REDIRECTED] = CAUSE_REDIRECTED,
    [FAULT_NO_ACCOUNT] = CAUSE_NO_CREDENTIALS,
};

SlateCause slate_cause(FeedFault fault)
{
    gboolean is_known = fault >= FAULT_NONE && fault < (int)G_N_ELEMENTS(fault_causes);

    return is_known ? fault_causes[fault] : CAUSE_NONE;
}

static Sign sign_of_fault(FeedFault fault)
{
    switch (fault) {
    case FAULT_CREDENTIALS:
    case FAULT_NO_ACCOUNT:
        return SIGN_CREDENTIALS;
    case FAULT_CODEC:
        return SIGN_CODEC;
    default:
        return SIGN_OFFLINE;
    }
}

Sign slate_sign(FeedState state, FeedFault fault)
{
    switch (state) {
    case FEED_LIVE:
        return SIGN_NONE;
    case FEED_WAIT_KEYFRAME:
        return SIGN_WAIT_KEYFRAME;
    case FEED_STALLED:
        return SIGN_OFFLINE;
    case FEED_RETRYING:
    case FEED_REFUSED:
        return sign_of_fault(fault);
    case FEED_IDLE:
    case FEED_CONNECTING:
    default:
        return fault > FAULT_NONE ? sign_of_fault(fault) : SIGN_CONNECTING;
    }
}

/* What the state itself explains when no cause is given. */
static const char *word_for_sign(Sign sign)
{
    switch (sign) {
    case SIGN_MASK_FAILED:
        return "画面不显示";
    case SIGN_GONE:
        return "不在当前配置中";
    default:
        return NULL;
    }
}

static char *dup_cause(const SlateFacts *facts)
{
    gboolean is_known = facts->cause > CAUSE_NONE && facts->cause <= CAUSE_REDIRECTED;
    const char *word = is_known ? cause_words[facts->cause] : word_for_sign(facts->sign);
    gboolean has_detail = facts->detail && *facts->detail;

    if (facts->cause == CAUSE_NO_PICTURE && facts->seconds > 0)
        return g_strdup_printf("连续 %u 秒无画面", facts->seconds);
    if (facts->cause == CAUSE_CODEC && has_detail)
        return g_strdup_printf("编码 %s 不支持", facts->detail);
    if (facts->cause == CAUSE_SIZE && has_detail)
        return g_strdup_printf("画面 %s 过大", facts->detail);
    if (is_known && facts->status > 0)
        return g_strdup_printf("%s（%u）", word, facts->status);
    return g_strdup(word);
}

/* "15:04:05", "11-20 15:04:05" or "2025-11-20 15:04:05"; NULL for a time that is no time. */
static char *dup_time(gint64 unix_ms, gint64 now_unix_ms)
{
    g_autoptr(GDateTime) time = calendar_local(unix_ms);
    g_autoptr(GDateTime) now = calendar_local(now_unix_ms);

    if (!time || !now)
        return NULL;
    if (g_date_time_get_year(time) != g_date_time_get_year(now))
        return g_date_time_format(time, "%Y-%m-%d %H:%M:%S");
    if (g_date_time_get_day_of_year(time) != g_date_time_get_day_of_year(now))
        return g_date_time_format(time, "%m-%d %H:%M:%S");
    return g_date_time_format(time, "%H:%M:%S");
}

void slate_text(const SlateFacts *facts, gint64 now_unix_ms, SlateText *text)
{
    g_autofree char *since =
        facts->since_unix_ms >= 0 ? dup_time(facts->since_unix_ms, now_unix_ms) : NULL;
    g_autofree char *next =
        facts->next_unix_ms >= 0 ? dup_time(facts->next_unix_ms, now_unix_ms) : NULL;

    *text = (SlateText) {
        .cause = dup_cause(facts),
        .since = since ? g_strdup_printf("%s 起", since) : NULL,
        .next = next ? g_strdup_printf("%s 重试", next) : NULL,
    };
}

void slate_text_clear(SlateText *text)
{
    g_clear_pointer(&text->cause, g_free);
    g_clear_pointer(&text->since, g_free);
    g_clear_pointer(&text->next, g_free);
}
