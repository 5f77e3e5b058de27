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
    { "board", "看板", "board" },
    { "no_board", "看板已撤下", "board withdrawn" },
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
    { "place", "地址不在允许网段", "address not allowed" },
    { "redirected", "被转向别的地址", "redirected elsewhere" },
    { "no_account", "没有可用账号", "no account" },
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
    { "camera.quality", "画面质量", "picture" },
    { "black", "黑屏", "black" },
    { "frozen", "画面冻结", "frozen" },
    { "dark", "过暗", "too dark" },
    { "bright", "过亮", "too bright" },
    { "low_contrast", "对比度低", "low contrast" },
    { "blur", "模糊", "blurred" },
    { "colour_cast", "偏色", "colour cast" },
    { "noise", "噪声", "noise" },
    { "covered", "遮挡", "covered" },
    { "tour.changed", "轮巡", "tour" },
    { "presets.changed", "预案", "presets" },
    { "load.changed", "负载", "load" },
    { "rule.changed", "联动规则", "linkage rule" },
    { "cold", "未接收", "not received" },
    { "offline", "离线", "offline" },
    { "dispatch", "派单", "dispatch" },
    { "accept", "接单", "accept" },
    { "supervise", "督办单", "supervise" },
    { "appraise", "评单", "appraise" },
    { "verify", "核单", "verify" },
    { "assign", "交办单", "assign" },
    { "supervise-notice", "督办提示单", "supervision notice" },
    { "risk-letter", "风险预警函", "risk letter" },
    { "config.reloaded", "配置已重新载入", "configuration reloaded" },
    { "output.state", "输出", "output" },
    { "store.state", "存储", "store" },
    { "retention.done", "到期数据清理", "retention" },
    { "cases", "案件", "cases" },
    { "event-bodies", "事件内容", "event bodies" },
    { "events", "事件编号", "event keys" },
    { "transitions", "流转记录", "transitions" },
    { "orders", "单据", "orders" },
    { "outbox", "已送出的上报", "sent reports" },
    { "briefings", "研判画面", "briefings" },
    { "audit", "调用登记簿", "register" },
    { "clock", "每夜", "nightly" },
    { "asked", "人工", "by hand" },
    { "open", "打开画面", "open a scene" },
    { "back", "返回画面", "back" },
    { "spotlight", "告警画面", "alarm cameras" },
    { "visitor-on", "进入参观模式", "visitor mode begins" },
    { "visitor-off", "退出参观模式", "visitor mode ends" },
    { "wall.visitor", "参观模式", "visitor mode" },
    { "private", "仅内部可见", "internal only" },
    { "alarm.raised", "告警", "alarm" },
    { "alarm.changed", "告警变化", "alarm changed" },
    { "case.changed", "案件", "case" },
    { "cases.changed", "案件（多件）", "cases" },
    { "case.deadline", "办结期限", "deadline" },
    { "order.issued", "开单", "order issued" },
    { "order.accepted", "接单", "order accepted" },
    { "order.done", "单据办结", "order done" },
    { "order.overdue", "逾期未接单", "order not accepted in time" },
    { "dispatch", "派单", "dispatch" },
    { "accept", "接单", "acceptance" },
    { "supervise", "督办单", "supervision" },
    { "appraise", "评单", "appraisal" },
    { "verify", "核单", "verification" },
    { "assign", "交办单", "assignment" },
    { "supervise-notice", "督办提示单", "notice of supervision" },
    { "risk-letter", "风险预警函", "letter of risk" },
    { "source.state", "事件来源", "source" },
    { "link.state", "连接", "link" },
    { "link.dial", "主动连接", "dialled" },
    { "link.folder", "目录", "folder" },
    { "link.upstream", "上报", "upstream" },
    { "link.idle", "未连接", "idle" },
    { "link.connecting", "连接中", "connecting" },
    { "link.open", "正常", "open" },
    { "link.waiting", "等待重试", "waiting" },
    { "link.refused", "不能使用", "refused" },
    { "refused.malformed", "格式错误", "malformed" },
    { "refused.too_large", "超过 64 KiB", "too large" },
    { "refused.attribute", "信封属性", "attribute" },
    { "refused.type", "类型", "type" },
    { "refused.time", "时间", "time" },
    { "refused.classification", "密级或警务", "classification" },
    { "refused.field", "字段", "field" },
    { "refused.unmapped", "没有对应", "unmapped" },
    { "refused.region", "区划", "region" },
    { "refused.privacy", "个人信息", "privacy" },
    { "refused.source", "冒用来源", "another's source" },
    { "refused.conflict", "同号不同文", "conflict" },
    { "red", "红 ▲ 特别重大", "red" },
    { "orange", "橙 ◆ 重大", "orange" },
    { "yellow", "黄 ■ 较大", "yellow" },
    { "blue", "蓝 ● 一般", "blue" },
    { "raised", "待处置", "raised" },
    { "snoozed", "已暂缓", "snoozed" },
    { "expired", "到时撤下，未处置", "expired" },
    { "acknowledged", "已确认", "acknowledged" },
    { "forwarded", "已转交", "forwarded" },
    { "cleared", "已解除", "cleared" },
    { "heard", "正常", "heard" },
    { "waiting", "尚无消息", "waiting" },
    { "new", "新告警", "new" },
    { "joined", "并入已有告警", "joined" },
    { "reported", "线索", "reported" },
    { "registered", "登记受理", "registered" },
    { "mediating", "先行调解", "mediating" },
    { "assessed", "风险研判", "assessed" },
    { "dispatched", "分类流转", "dispatched" },
    { "accepted", "已接单", "accepted" },
    { "handling", "办理中", "handling" },
    { "resolved", "案结", "resolved" },
    { "verifying", "回访", "verifying" },
    { "declined", "不予受理", "declined" },
    { "litigation", "导入诉讼", "litigation" },
    { "suspended", "中止", "suspended" },
    { "merged", "并案", "merged" },
    { "withdrawn", "撤回", "withdrawn" },
    { "whistle.changed", "吹哨", "whistle" },
    { "called", "待响应", "called" },
    { "responded", "已响应", "responded" },
    { "arrived", "已到达", "arrived" },
    { "missed-ack", "▲ 未响应，超时", "no answer in time" },
    { "missed-arrival", "▲ 未到达，超时", "not there in time" },
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

const char *word_zh(const char *word)
{
    for (gsize i = 0; word && i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].zh;
    }
    return word ? word : "";
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
