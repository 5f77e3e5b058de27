/* cli_words.c - the command line's two languages */
#include "wallctl/cli_words.h"

#include "wallctl/base/error.h"

#include <string.h>

static gboolean is_english;

static const struct {
    const char *word, *zh, *en;
} words[] = {
    { "idle", "空闲", "idle" },
    { "connecting", "正在连接", "connecting" },
    { "wait_keyframe", "等待首帧", "waiting for a key frame" },
    { "live", "正常", "live" },
    { "stalled", "画面停滞", "stalled" },
    { "retrying", "离线，重试中", "offline, retrying" },
    { "refused", "被拒绝", "refused" },
    { "empty", "空", "empty" },
    { "gone", "摄像机已删除", "camera removed" },
    { "unreachable", "网络不通", "unreachable" },
    { "no_answer", "摄像机不应答", "no answer" },
    { "credentials", "账号或密码被拒", "credentials refused" },
    { "not_found", "没有这一路码流", "no such stream" },
    { "busy", "摄像机会话已满", "camera busy" },
    { "tls", "加密握手失败", "TLS failed" },
    { "codec", "编码不支持", "codec not supported" },
    { "no_keyframe", "没有关键帧", "no key frame" },
    { "silent", "收不到数据", "silent" },
    { "no_data", "已连接，收不到数据", "connected, no data" },
    { "closed", "会话被断开", "closed by the camera" },
    { "protocol", "应答不合规范", "protocol error" },
    { "on", "在用", "on" },
    { "none", "无", "none" },
    { "starting", "启动中", "starting" },
    { "rtsp", "RTSP", "RTSP" },
    { "display", "显示器", "display" },
    { "main", "主码流", "main" },
    { "sub", "子码流", "sub" },
    { "no_loop_filter", "小画面省去环路滤波", "no loop filter in small pictures" },
    { "no_look_ahead", "轮巡不再预开", "no look-ahead of tours" },
    { "key_frames", "最小的窗格只解关键帧", "key frames only in the smallest tiles" },
    { "low_rate", "输出帧率降低", "lower output rate" },
    { "show", "显示", "show" },
    { "clear", "清空", "clear" },
    { "swap", "交换", "swap" },
    { "adjust", "调整画面", "adjust" },
    { "maximise", "放大", "maximise" },
    { "restore", "还原", "restore" },
    { "window-open", "开窗口", "open a window" },
    { "window-move", "移动窗口", "move a window" },
    { "window-raise", "窗口置顶", "raise a window" },
    { "window-close", "关窗口", "close a window" },
    { "layout", "换布局", "layout" },
    { "recall", "调预案", "recall" },
    { "prepare", "预演", "prepare" },
    { "take", "上墙", "take" },
    { "undo", "撤销", "undo" },
    { "redo", "重做", "redo" },
    { "lock", "锁定", "lock" },
    { "unlock", "解锁", "unlock" },
    { "tour-start", "开始轮巡", "start a tour" },
    { "tour-stop", "停止轮巡", "stop a tour" },
    { "tour-pause", "暂停轮巡", "pause a tour" },
    { "tour-resume", "继续轮巡", "resume a tour" },
    { "tour-step", "轮巡换步", "step a tour" },
    { "wall.changed", "墙面改动", "wall changed" },
    { "wall.presented", "已上墙", "on glass" },
    { "camera.state", "摄像机", "camera" },
    { "tour.changed", "轮巡", "tour" },
    { "presets.changed", "预案", "presets" },
    { "load.changed", "负载", "load" },
    { "config.reloaded", "配置已重新载入", "configuration reloaded" },
    { "output.state", "输出", "output" },
    { "store.state", "存储", "store" },
};

gboolean words_choose(const char *language)
{
    if (language) {
        is_english = strcmp(language, "en") == 0;
        return is_english || strcmp(language, "zh") == 0;
    }
    static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *value = g_getenv(variables[i]);
        if (!value || !*value)
            continue;
        is_english = g_str_has_prefix(value, "en");
        break;
    }
    return TRUE;
}

const char *say(const char *zh, const char *en)
{
    return is_english ? en : zh;
}

const char *say_word(const char *word)
{
    for (gsize i = 0; word && i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].word, word) == 0)
            return say(words[i].zh, words[i].en);
    }
    return word ? word : "";
}

const char *say_error(const GError *error)
{
    const char *zh = wall_error_zh(error);
    return say(zh ? zh : error->message, error->message);
}
