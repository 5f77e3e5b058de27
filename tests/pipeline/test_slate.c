/* test_slate.c - every cause has its words, times are local and carry a date when it is not today's
 */
#include "pipelines/slate.h"

#define NOW 1795244645000 /* 2026-11-21 15:04:05 in Shanghai */

static const struct {
    const char *name;
    SlateFacts facts;
    const char *cause, *since, *next;
} rows[] = {
    { "nothing", { SIGN_CONNECTING, CAUSE_NONE, 0, 0, NULL, -1, -1 }, NULL, NULL, NULL },
    { "zeroed cause",
      { .sign = SIGN_OFFLINE, .since_unix_ms = -1, .next_unix_ms = -1 },
      NULL,
      NULL,
      NULL },
    { "no answer",
      { SIGN_OFFLINE, CAUSE_NO_ANSWER, 0, 0, NULL, NOW - 43000, NOW + 12000 },
      "摄像机无应答",
      "15:03:22 起",
      "15:04:17 重试" },
    { "refused",
      { SIGN_OFFLINE, CAUSE_REFUSED, 0, 0, NULL, -1, -1 },
      "网络不通：连接被拒绝",
      NULL,
      NULL },
    { "unreachable",
      { SIGN_OFFLINE, CAUSE_UNREACHABLE, 0, 0, NULL, -1, -1 },
      "网络不通：主机不可达",
      NULL,
      NULL },
    { "host name",
      { SIGN_OFFLINE, CAUSE_HOST_NAME, 0, 0, NULL, -1, -1 },
      "网络不通：域名无法解析",
      NULL,
      NULL },
    { "tls", { SIGN_OFFLINE, CAUSE_TLS, 0, 0, NULL, -1, -1 }, "TLS 证书不可信", NULL, NULL },
    { "401",
      { SIGN_CREDENTIALS, CAUSE_CREDENTIALS, 401, 0, NULL, -1, -1 },
      "密码被摄像机拒绝（401）",
      NULL,
      NULL },
    { "no status",
      { SIGN_CREDENTIALS, CAUSE_CREDENTIALS, 0, 0, NULL, -1, -1 },
      "密码被摄像机拒绝",
      NULL,
      NULL },
    { "no account",
      { SIGN_CREDENTIALS, CAUSE_NO_CREDENTIALS, 0, 0, NULL, -1, -1 },
      "未配置账号密码",
      NULL,
      NULL },
    { "403",
      { SIGN_CREDENTIALS, CAUSE_FORBIDDEN, 403, 0, NULL, -1, -1 },
      "账号没有权限（403）",
      NULL,
      NULL },
    { "404",
      { SIGN_OFFLINE, CAUSE_NOT_FOUND, 404, 0, NULL, -1, -1 },
      "地址无此码流（404）",
      NULL,
      NULL },
    { "503", { SIGN_OFFLINE, CAUSE_BUSY, 503, 0, NULL, -1, -1 }, "会话数已满（503）", NULL, NULL },
    { "453", { SIGN_OFFLINE, CAUSE_BUSY, 453, 0, NULL, -1, -1 }, "会话数已满（453）", NULL, NULL },
    { "500",
      { SIGN_OFFLINE, CAUSE_STATUS, 500, 0, NULL, -1, -1 },
      "摄像机报错（500）",
      NULL,
      NULL },
    { "protocol",
      { SIGN_OFFLINE, CAUSE_PROTOCOL, 0, 0, NULL, -1, -1 },
      "应答无法识别",
      NULL,
      NULL },
    { "closed",
      { SIGN_OFFLINE, CAUSE_CLOSED, 0, 0, NULL, -1, -1 },
      "摄像机断开了连接",
      NULL,
      NULL },
    { "no video",
      { SIGN_CODEC, CAUSE_NO_VIDEO, 0, 0, NULL, -1, -1 },
      "码流中没有视频",
      NULL,
      NULL },
    { "no data",
      { SIGN_OFFLINE, CAUSE_NO_DATA, 0, 0, NULL, -1, -1 },
      "已连接，收不到数据",
      NULL,
      NULL },
    { "no keyframe",
      { SIGN_WAIT_KEYFRAME, CAUSE_NO_KEYFRAME, 0, 0, NULL, -1, -1 },
      "收不到关键帧",
      NULL,
      NULL },
    { "stalled",
      { SIGN_OFFLINE, CAUSE_NO_PICTURE, 0, 10, NULL, -1, -1 },
      "连续 10 秒无画面",
      NULL,
      NULL },
    { "stalled for unknown",
      { SIGN_OFFLINE, CAUSE_NO_PICTURE, 0, 0, NULL, -1, -1 },
      "收不到画面",
      NULL,
      NULL },
    { "codec",
      { SIGN_CODEC, CAUSE_CODEC, 0, 0, "H.263", -1, -1 },
      "编码 H.263 不支持",
      NULL,
      NULL },
    { "codec unknown",
      { SIGN_CODEC, CAUSE_CODEC, 0, 0, "", -1, -1 },
      "不是 H.264 或 H.265",
      NULL,
      NULL },
    { "size",
      { SIGN_CODEC, CAUSE_SIZE, 0, 0, "7680x4320", -1, -1 },
      "画面 7680x4320 过大",
      NULL,
      NULL },
    { "damaged",
      { SIGN_OFFLINE, CAUSE_DAMAGED, 0, 0, NULL, -1, -1 },
      "码流损坏，无法解码",
      NULL,
      NULL },
    { "mask", { SIGN_MASK_FAILED, CAUSE_NONE, 0, 0, NULL, -1, -1 }, "画面不显示", NULL, NULL },
    { "gone", { SIGN_GONE, CAUSE_NONE, 0, 0, NULL, -1, -1 }, "不在当前配置中", NULL, NULL },
    { "yesterday",
      { SIGN_OFFLINE, CAUSE_NONE, 0, 0, NULL, NOW - 16 * 3600 * 1000, -1 },
      NULL,
      "11-20 23:04:05 起",
      NULL },
    { "past midnight",
      { SIGN_OFFLINE, CAUSE_NONE, 0, 0, NULL, -1, NOW + 9 * 3600 * 1000 },
      NULL,
      NULL,
      "11-22 00:04:05 重试" },
    { "same day last year",
      { SIGN_OFFLINE, CAUSE_NONE, 0, 0, NULL, NOW - G_GINT64_CONSTANT(365) * 86400 * 1000, -1 },
      NULL,
      "2025-11-21 15:04:05 起",
      NULL },
    { "no time at all",
      { SIGN_OFFLINE, CAUSE_NONE, 0, 0, NULL, G_MAXINT64, G_MAXINT64 },
      NULL,
      NULL,
      NULL },
};

static void test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_auto(SlateText) text = { NULL };

    slate_text(&rows[i].facts, NOW, &text);
    g_assert_cmpstr(text.cause, ==, rows[i].cause);
    g_assert_cmpstr(text.since, ==, rows[i].since);
    g_assert_cmpstr(text.next, ==, rows[i].next);
}

static void test_every_cause_is_short(void)
{
    for (SlateCause cause = CAUSE_NETWORK; cause <= CAUSE_DAMAGED; cause++) {
        SlateFacts facts = { SIGN_OFFLINE, cause, 0, 0, NULL, -1, -1 };
        g_auto(SlateText) text = { NULL };
        slate_text(&facts, NOW, &text);
        g_assert_nonnull(text.cause);
        g_assert_cmpint(g_utf8_strlen(text.cause, -1), <=, 16);
    }
}

static void test_feed_states(void)
{
    static const struct {
        FeedState state;
        FeedFault fault;
        Sign sign;
        SlateCause cause;
    } cases[] = {
        { FEED_IDLE, FAULT_NONE, SIGN_CONNECTING, CAUSE_NONE },
        { FEED_CONNECTING, FAULT_NONE, SIGN_CONNECTING, CAUSE_NONE },
        { FEED_CONNECTING, FAULT_UNREACHABLE, SIGN_OFFLINE, CAUSE_NETWORK },
        { FEED_CONNECTING, FAULT_CREDENTIALS, SIGN_CREDENTIALS, CAUSE_CREDENTIALS },
        { FEED_WAIT_KEYFRAME, FAULT_NONE, SIGN_WAIT_KEYFRAME, CAUSE_NONE },
        { FEED_LIVE, FAULT_NONE, SIGN_NONE, CAUSE_NONE },
        { FEED_STALLED, FAULT_NONE, SIGN_OFFLINE, CAUSE_NONE },
        { FEED_STALLED, FAULT_SILENT, SIGN_OFFLINE, CAUSE_NO_PICTURE },
        { FEED_RETRYING, FAULT_NO_ANSWER, SIGN_OFFLINE, CAUSE_NO_ANSWER },
        { FEED_RETRYING, FAULT_NO_DATA, SIGN_OFFLINE, CAUSE_NO_DATA },
        { FEED_RETRYING, FAULT_NOT_FOUND, SIGN_OFFLINE, CAUSE_NOT_FOUND },
        { FEED_RETRYING, FAULT_BUSY, SIGN_OFFLINE, CAUSE_BUSY },
        { FEED_RETRYING, FAULT_TLS, SIGN_OFFLINE, CAUSE_TLS },
        { FEED_RETRYING, FAULT_NO_KEYFRAME, SIGN_OFFLINE, CAUSE_NO_KEYFRAME },
        { FEED_RETRYING, FAULT_CLOSED, SIGN_OFFLINE, CAUSE_CLOSED },
        { FEED_RETRYING, FAULT_PROTOCOL, SIGN_OFFLINE, CAUSE_PROTOCOL },
        { FEED_REFUSED, FAULT_CREDENTIALS, SIGN_CREDENTIALS, CAUSE_CREDENTIALS },
        { FEED_REFUSED, FAULT_CODEC, SIGN_CODEC, CAUSE_CODEC },
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(slate_sign(cases[i].state, cases[i].fault), ==, cases[i].sign);
        g_assert_cmpint(slate_cause(cases[i].fault), ==, cases[i].cause);
    }
    g_assert_cmpint(slate_cause((FeedFault)99), ==, CAUSE_NONE);
}

int main(int argc, char **argv)
{
    g_setenv("TZ", "America/New_York", TRUE); /* China time is shown all the same */
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/slate/feed-states", test_feed_states);
    g_test_add_func("/slate/every-cause-is-short", test_every_cause_is_short);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/slate/text/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
