/* trouble.c - why a device gives nothing for the wall, as a value with words */
#include "onvif/trouble.h"

#include <string.h>

typedef struct {
    const char *word, *en, *zh; /* a "%s" is the detail */
} Words;

static const Words words[N_ONVIF_TROUBLES] = {
    [ONVIF_WELL] = { "well", "", "" },
    [ONVIF_UNREACHABLE] = { "unreachable", "cannot be reached: %s",
                            "连接不上：%s。请检查供电、网线和地址" },
    [ONVIF_SLOW] = { "slow", "gave no whole answer in time",
                     "在时限内没有答完，已放弃。设备太忙或线路太差，请稍后再试" },
    [ONVIF_LOGIN] = { "login", "wants a user and a password", "需要账号和密码" },
    [ONVIF_DENIED] = { "denied", "refuses this user and password",
                       "账号或密码被摄像机拒绝。请核对密码，并确认摄像机里已启用 ONVIF 用户" },
    [ONVIF_REDIRECTED] = { "redirected", "redirects to %s, which is not followed",
                           "要求转到别的地址（%s），不予跟随" },
    [ONVIF_TOO_LARGE] = { "too_large", "its answer is longer than 1 MiB", "答复超过 1 MB，已中断" },
    [ONVIF_MALFORMED] = { "malformed", "its answer cannot be read (%s)",
                          "答复不合格式（%s），读不懂" },
    [ONVIF_ENTITIES] = { "entities",
                         "its answer has a document type or entities, which are refused",
                         "答复里有 DOCTYPE 或实体声明（可能是攻击），已拒绝" },
    [ONVIF_OUTSIDE] = { "outside",
                        "%s is not where cameras may be (site.camera_networks, site.camera_ports)",
                        "给出的地址 %s "
                        "不在允许的摄像机网段或端口里（site.camera_networks、site.camera_ports）" },
    [ONVIF_FOREIGN] = { "foreign", "names %s, which is not its own address",
                        "给出的地址 %s 不是它自己的，不予使用。请检查摄像机的网络设置" },
    [ONVIF_REFUSED] = { "refused", "refuses: %s", "摄像机拒绝：%s" },
    [ONVIF_NO_STREAM] = { "no_stream", "has no profile with a stream address",
                          "没有可用的码流配置" },
    [ONVIF_NO_H264] = { "no_h264", "has neither H.264 nor H.265, but: %s",
                        "没有 H.264 或 H.265 码流，只有：%s。请在摄像机里改编码格式" },
    [ONVIF_STOPPED] = { "stopped",
                        "was not asked to the end: the search was stopped or took too long",
                        "没有问完：搜索已停止或超时" },
};

gboolean onvif_trouble_set(OnvifTrouble *trouble, OnvifTroubleKind kind, const char *detail)
{
    char *text = g_strdup(detail); /* may be that of trouble */
    onvif_trouble_clear(trouble);
    *trouble = (OnvifTrouble) { kind, text };
    return FALSE;
}

void onvif_trouble_clear(OnvifTrouble *trouble)
{
    g_clear_pointer(&trouble->detail, g_free);
}

const char *onvif_trouble_word(OnvifTroubleKind kind)
{
    return words[kind].word;
}

static char *dup_filled(const char *form, const char *detail)
{
    const char *hole = strstr(form, "%s");
    if (!hole)
        return g_strdup(form);
    g_autofree char *before = g_strndup(form, (gsize)(hole - form));
    return g_strconcat(before, detail ? detail : "", hole + 2, NULL);
}

char *onvif_trouble_dup_text(const OnvifTrouble *trouble)
{
    return dup_filled(words[trouble->kind].en, trouble->detail);
}

char *onvif_trouble_dup_zh(const OnvifTrouble *trouble)
{
    return dup_filled(words[trouble->kind].zh, trouble->detail);
}
