/* why.c - why a tile shows what it shows: right, address, session, RTP, key frame, decode, tile */
#include "wallctl/why.h"

#include "wallctl/api_status.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/secret.h"

typedef struct {
    Json *steps;
    char *verdict, *verdict_en;
    gboolean is_over;
} Chain;

static void add_step(Chain *chain, const char *step, gboolean is_good, const char *text,
                     const char *text_en)
{
    if (chain->is_over)
        return;
    Json *item = json_object_new_object();
    json_add_string(item, "step", step);
    json_add_bool(item, "is_good", is_good);
    json_add_string(item, "text", text);
    json_add_string(item, "text_en", text_en);
    json_object_array_add(chain->steps, item);
    if (is_good)
        return;
    chain->is_over = TRUE;
    chain->verdict = g_strdup(text);
    chain->verdict_en = g_strdup(text_en);
}

static const struct {
    FeedFault fault;
    const char *text, *text_en;
} fault_texts[] = {
    { FAULT_UNREACHABLE, "网络不通，或摄像机不接受连接",
      "the network or the port does not answer" },
    { FAULT_NO_ANSWER, "已连上，但摄像机不应答", "connected, but the camera does not answer" },
    { FAULT_CREDENTIALS, "账号或密码被摄像机拒绝", "the camera refuses user or password" },
    { FAULT_NOT_FOUND, "摄像机没有这一路码流，请核对地址",
      "the camera has no such stream: check the address" },
    { FAULT_BUSY, "摄像机会话已满", "the camera has no session left" },
    { FAULT_TLS, "加密证书不可信或握手失败",
      "the certificate is not trusted, or the handshake failed" },
    { FAULT_CODEC, "视频编码不支持", "the video cannot be decoded" },
    { FAULT_NO_KEYFRAME, "一直没有关键帧（检查 GOP 设置）",
      "no key frame came: check the GOP setting" },
    { FAULT_NO_DATA, "会话已建立，但没有收到数据（UDP 可能被防火墙拦截，可改用 TCP）",
      "the session stands, but nothing has come: over UDP a firewall may be in the way, try TCP" },
    { FAULT_SILENT, "曾经在线，已收不到数据", "was live, nothing is received any more" },
    { FAULT_CLOSED, "摄像机断开了会话", "the camera ended the session" },
    { FAULT_PLACE, "摄像机的地址不在允许的网段里，没有连接：请核对地址，或改 site.camera_networks",
      "the camera's address is not where cameras may be, nothing was connected: check it, or "
      "site.camera_networks" },
    { FAULT_REDIRECTED, "摄像机把连接转向别的地址，没有跟去：请核对地址，或检查这台设备",
      "the camera refers to another address, which is not followed: check its address, and the "
      "device" },
    { FAULT_NO_ACCOUNT, "没有可用的摄像机账号：凭据文件打不开，没有连接",
      "no account to be used: the file of credentials cannot be opened, nothing was connected" },
    { FAULT_PROTOCOL, "摄像机的应答不合规范", "the camera's answers are not RTSP as it should be" },
};

/* What failed last, how often, and when it is tried again. */
static void add_failure(Chain *chain, const FeedInfo *info)
{
    const char *text = "会话未建立", *text_en = "no session";
    for (gsize i = 0; i < G_N_ELEMENTS(fault_texts); i++) {
        if (fault_texts[i].fault != info->fault)
            continue;
        text = fault_texts[i].text;
        text_en = fault_texts[i].text_en;
    }
    g_autofree char *detail = secret_redact(info->text);
    GString *more = g_string_new(NULL), *more_en = g_string_new(NULL);
    if (info->tries) {
        g_string_append_printf(more, "第 %u 次，", info->tries);
        g_string_append_printf(more_en, "try %u, ", info->tries);
    }
    if (info->next_try_ns) {
        gint64 wait_s = MAX(0, (info->next_try_ns - clock_now_ns()) / NS_PER_SEC);
        g_string_append_printf(more, "%" G_GINT64_FORMAT " 秒后再试", wait_s);
        g_string_append_printf(more_en, "next in %" G_GINT64_FORMAT " s", wait_s);
    } else {
        g_string_append(more, "正在再试");
        g_string_append(more_en, "trying again now");
    }
    g_autofree char *whole = g_strdup_printf("%s（%s；%s）", text, more->str, detail);
    g_autofree char *whole_en = g_strdup_printf("%s (%s; %s)", text_en, more_en->str, detail);
    if (info->fault == FAULT_NO_DATA)
        add_step(chain, "session", TRUE, "会话能够建立", "a session can be had");
    add_step(chain, info->fault == FAULT_NO_DATA ? "rtp" : "session", FALSE, whole, whole_en);
    g_string_free(more, TRUE);
    g_string_free(more_en, TRUE);
}

static void add_session(Chain *chain, const FeedInfo *info)
{
    gboolean is_connecting = info->state == FEED_CONNECTING && info->reel.units == 0;
    if (info->state == FEED_RETRYING || info->state == FEED_REFUSED ||
        (is_connecting && info->fault != FAULT_NONE))
        add_failure(chain, info);
    else if (is_connecting && info->sessions == 0)
        add_step(chain, "session", FALSE, "排队等待连接", "waits for its turn to connect");
    else if (is_connecting && !info->is_playing)
        add_step(chain, "session", FALSE, "正在连接，摄像机尚未应答",
                 "connecting, the camera has not answered so far");
    else
        add_step(chain, "session", TRUE, "会话已建立", "a session is open");
    if (is_connecting)
        add_step(chain, "rtp", FALSE, "尚未收到视频数据", "nothing has come so far");
}

static void add_stream(Chain *chain, const FeedInfo *info, const Camera *camera)
{
    const ReelFacts *reel = &info->reel;
    g_autofree char *rate = g_strdup_printf("%.1f 帧/秒，%.0f kbit/s", info->fps, info->kbps);
    g_autofree char *rate_en = g_strdup_printf("%.1f fps, %.0f kbit/s", info->fps, info->kbps);
    gint64 age_ms = reel->last_unit_ns ? (clock_now_ns() - reel->last_unit_ns) / NS_PER_MS : -1;
    if (age_ms > camera->stall_ms) {
        g_autofree char *text = g_strdup_printf("%.1f 秒未收到数据", (double)age_ms / 1000);
        g_autofree char *text_en =
            g_strdup_printf("nothing received for %.1f s", (double)age_ms / 1000);
        add_step(chain, "rtp", FALSE, text, text_en);
    }
    add_step(chain, "rtp", TRUE, rate, rate_en);
    if (reel->keys == 0)
        add_step(chain, "keyframe", FALSE, "有数据，但一直没有关键帧（检查 GOP 设置）",
                 "data, but no key frame so far: check the GOP setting");
    g_autofree char *gop = reel->gop_frames ? g_strdup_printf("关键帧间隔 %u 帧", reel->gop_frames)
                                            : g_strdup("已收到关键帧");
    g_autofree char *gop_en = reel->gop_frames
                                  ? g_strdup_printf("a key frame every %u frames", reel->gop_frames)
                                  : g_strdup("key frame received");
    add_step(chain, "keyframe", TRUE, gop, gop_en);
}

static void add_decode(Chain *chain, const FeedInfo *info)
{
    const ReelFacts *reel = &info->reel;
    if (reel->is_mask_failed)
        add_step(chain, "mask", FALSE, "隐私遮挡无法生效，画面不予显示",
                 "a privacy mask cannot be applied: no picture is shown");
    if (*reel->trouble)
        add_step(chain, "decode", FALSE, reel->trouble, reel->trouble);
    if (reel->pictures == 0)
        add_step(chain, "decode", FALSE, "尚未解出画面", "no picture decoded yet");
    g_autofree char *text =
        g_strdup_printf("%s %d×%d，解码 %.1f 毫秒/帧", avcodec_get_name(reel->codec), reel->width,
                        reel->height, (double)reel->decode_ns / NS_PER_MS);
    g_autofree char *text_en =
        g_strdup_printf("%s %dx%d, %.1f ms a picture", avcodec_get_name(reel->codec), reel->width,
                        reel->height, (double)reel->decode_ns / NS_PER_MS);
    add_step(chain, "decode", TRUE, text, text_en);
}

/* Last: the picture is on the wall, as it is. */
static void add_quality(Chain *chain, const ApiEnv *env, const Camera *camera)
{
    gint64 since_unix_ms;
    guint faults = health_faults(env->health, camera->id, &since_unix_ms);
    if (!faults)
        return;
    GString *names = g_string_new(""), *words = g_string_new("");
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (!(faults >> kind & 1))
            continue;
        g_string_append_printf(names, "%s%s", names->len ? "、" : "", quality_name(kind));
        g_string_append_printf(words, "%s%s", words->len ? ", " : "", quality_word(kind));
    }
    gint64 minutes = MAX(0, (clock_unix_ms() - since_unix_ms) / 60000);
    g_autofree char *text = g_strdup_printf(
        "画面质量：%s（已 %" G_GINT64_FORMAT " 分钟），请检查摄像机", names->str, minutes);
    g_autofree char *text_en = g_strdup_printf(
        "picture: %s (for %" G_GINT64_FORMAT " min): look after the camera", words->str, minutes);
    add_step(chain, "quality", FALSE, text, text_en);
    g_string_free(names, TRUE);
    g_string_free(words, TRUE);
}

static void walk_board(Chain *chain, const TileInfo *info)
{
    if (!info->board) {
        add_step(chain, "board", FALSE, "看板已撤下：所属案件或配置已不存在",
                 "the board was withdrawn: its case or its configuration is gone");
        return;
    }
    add_step(chain, "board", TRUE, info->board, info->board);
    add_step(chain, "tile", info->is_on_glass, info->is_on_glass ? "看板已上墙" : "看板即将上墙",
             info->is_on_glass ? "on glass" : "about to be on glass");
}

static void walk(Chain *chain, const ApiEnv *env, const char *wall, const Tile *tile)
{
    TileInfo info;
    gboolean is_seen =
        presenter_tile(controller_presenter(env->controller, wall), tile->number, &info);
    const Camera *camera =
        tile->camera ? config_camera(controller_config(env->controller), tile->camera) : NULL;
    if (!tile->camera) {
        add_step(chain, "tile", FALSE, "该窗格没有安排摄像机", "no camera is put into this tile");
        return;
    }
    if (is_seen && info.cover != COVER_NONE) {
        add_step(chain, "cover", FALSE,
                 info.cover == COVER_VISITOR ? "参观模式：只显示公开看板"
                                             : "这块屏只显示公开内容，此画面仅内部可见",
                 info.cover == COVER_VISITOR ? "visitor mode: public boards only"
                                             : "this screen shows what is public; this is not");
        return;
    }
    if (!camera && board_book_is_board(tile->camera) && is_seen) {
        walk_board(chain, &info);
        return;
    }
    if (!camera && !board_book_is_board(tile->camera)) {
        add_step(chain, "address", FALSE, "摄像机已不在配置中",
                 "the camera is no longer in the configuration");
        return;
    }
    /* Until accounts exist everybody who reaches the API may see every camera. */
    add_step(chain, "right", TRUE, "允许查看", "may be viewed");
    if (!is_seen) {
        add_step(chain, "tile", FALSE, "被其他窗口完全遮住", "covered by other windows");
        return;
    }
    add_step(chain, "address", TRUE, camera_address(camera, info.shown),
             camera_address(camera, info.shown));
    if (!info.has_feed || info.feed.state == FEED_IDLE) {
        add_step(chain, "session", FALSE, "等待摄像机的空闲会话",
                 "waits for a free session of the camera");
        return;
    }
    add_session(chain, &info.feed);
    add_stream(chain, &info.feed, camera);
    add_decode(chain, &info.feed);
    add_step(chain, "tile", info.is_on_glass, info.is_on_glass ? "画面已上墙" : "画面即将上墙",
             info.is_on_glass ? "on glass" : "about to be on glass");
    add_quality(chain, env, camera);
}

Json *why_json(const ApiEnv *env, const char *wall_id, guint number, const Caller *caller,
               GError **error)
{
    const Wall *wall = controller_wall(env->controller, wall_id);
    const Tile *tile = wall ? wall_tile(wall->air, number) : NULL;
    if (!tile) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no tile %u on wall '%s'",
                       "没有窗格 %u（墙“%s”）", number, wall_id ? wall_id : "");
        return NULL;
    }
    if (!source_is_seen(env, tile->camera, caller)) {
        wall_error_set(error, WALL_ERROR_DENIED, "the camera of tile %u may not be viewed",
                       "无权查看窗格 %u 的摄像机", number);
        return NULL;
    }
    Chain chain = { .steps = json_object_new_array() };
    walk(&chain, env, wall->id, tile);
    Json *json = json_object_new_object();
    json_add_int(json, "tile", number);
    json_add_string(json, "camera", tile->camera);
    json_add_bool(json, "is_good", !chain.is_over);
    json_add(json, "steps", chain.steps);
    json_add_string(json, "verdict", chain.verdict ? chain.verdict : "正常");
    json_add_string(json, "verdict_en", chain.verdict_en ? chain.verdict_en : "all is well");
    g_free(chain.verdict);
    g_free(chain.verdict_en);
    return json;
}
