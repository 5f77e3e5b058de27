/* probe_remarks.c - what a stream is like, judged for a wall */
#include "pipelines/probe_remarks.h"

#include <libavutil/pixdesc.h>
#include <math.h>

#define MAX_PIXELS     (4096 * 2304)
#define GOP_LIMIT_S    2.2 /* 2 s and a little for a rate that is not exact */
#define RTCP_WAIT_S    7   /* senders report every 5 s */
#define CLOCK_LIMIT_S  30
#define SLOW_FIRST_MS  3000
#define IRREGULAR_GOPS 1.3

static void add(GPtrArray *remarks, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add(GPtrArray *remarks, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(remarks, g_strdup_vprintf(format, args));
    va_end(args);
}

static void judge_codec(const ProbeFindings *found, GPtrArray *remarks)
{
    if (found->video_codec != AV_CODEC_ID_H264 && found->video_codec != AV_CODEC_ID_HEVC)
        add(remarks, "视频编码 %s 不支持：请在摄像机上改为 H.264 或 H.265",
            avcodec_get_name(found->video_codec));
    const AVPixFmtDescriptor *form = found->format >= 0 ? av_pix_fmt_desc_get(found->format) : NULL;
    if (form && (form->comp[0].depth != 8 || form->log2_chroma_w != 1 || form->log2_chroma_h != 1))
        add(remarks, "像素格式 %s 不是 8 位 4:2:0：请关闭 10 位或高色度编码", form->name);
    if (found->is_interlaced)
        add(remarks, "隔行扫描：运动画面有锯齿，请改为逐行");
    if (found->has_b_frames)
        add(remarks, "含 B 帧：画面延迟加大，且浏览器不能播放，请关闭 B 帧（编码档次选 "
                     "Baseline，或 B 帧数设为 0）");
}

static void judge_gop(const ProbeFindings *found, GPtrArray *remarks)
{
    gboolean is_irregular =
        found->n_gops >= 2 &&
        (double)found->longest_gop > IRREGULAR_GOPS * (double)found->shortest_gop + 1;
    if (found->first_key_ms <= 0)
        add(remarks, "%.0f 秒内没有收到关键帧（IDR）：上墙后一直没有画面，请检查编码设置",
            found->watched_s);
    else if (found->n_gops == 0 && found->watched_s > GOP_LIMIT_S)
        add(remarks,
            "%.0f 秒内只有一个关键帧：切换时要等很久，请把关键帧间隔改为 1–2 秒，并关闭 "
            "H.264+/H.265+ 智能编码",
            found->watched_s);
    else if (is_irregular)
        add(remarks, "关键帧间隔不固定（%u 至 %u 帧）：疑为 H.264+/H.265+ 智能编码，请关闭",
            found->shortest_gop, found->longest_gop);
    else if (found->gop_s > GOP_LIMIT_S)
        add(remarks, "关键帧间隔 %.0f 秒：切换时要等很久，请改为 1–2 秒", found->gop_s);
    if (found->first_key_ms > SLOW_FIRST_MS)
        add(remarks, "连接后 %.1f 秒才有第一个关键帧", found->first_key_ms / 1000);
}

static void judge_picture(const ProbeFindings *found, GPtrArray *remarks)
{
    if ((gint64)found->width * found->height > MAX_PIXELS)
        add(remarks, "分辨率 %dx%d 超过 4K：解码负担太重，请降低或改用子码流", found->width,
            found->height);
    if (found->fps > 31)
        add(remarks, "帧率 %.0f 帧/秒高于大屏的 25 帧/秒：多出的帧白白占用解码，请改为 25",
            found->fps);
    else if (found->fps > 0 && found->fps < 5)
        add(remarks, "帧率只有 %.1f 帧/秒：画面不连贯，请改为 12–25", found->fps);
}

static void add_clock(GPtrArray *remarks, double off_s)
{
    const char *side = off_s > 0 ? "快" : "慢";
    double s = fabs(off_s);
    if (s < 120)
        add(remarks, "摄像机时钟%s %.0f 秒：请配置校时（NTP）", side, s);
    else if (s < 2 * 3600)
        add(remarks, "摄像机时钟%s %.0f 分钟：请配置校时（NTP）", side, s / 60);
    else if (s < 2 * 86400)
        add(remarks, "摄像机时钟%s %.0f 小时：请配置校时（NTP）", side, s / 3600);
    else
        add(remarks, "摄像机时钟%s %.0f 天：请配置校时（NTP）", side, s / 86400);
}

static void judge_time(const ProbeFindings *found, GPtrArray *remarks)
{
    if (found->fps > 0 && found->watched_s > 2 && fabs(found->arrival_fps / found->fps - 1) > 0.1)
        add(remarks, "时间戳不准：按时间戳 %.1f 帧/秒，实际收到 %.1f 帧/秒", found->fps,
            found->arrival_fps);
    if (!found->has_rtcp && found->watched_s > RTCP_WAIT_S)
        add(remarks, "没有 RTCP 发送报告：无法核对摄像机时间与丢包");
    else if (found->has_rtcp && fabs(found->clock_off_s) > CLOCK_LIMIT_S)
        add_clock(remarks, found->clock_off_s);
}

static void judge_audio(const ProbeFindings *found, GPtrArray *remarks)
{
    static const enum AVCodecID usual[] = { AV_CODEC_ID_NONE,       AV_CODEC_ID_AAC,
                                            AV_CODEC_ID_PCM_ALAW,   AV_CODEC_ID_PCM_MULAW,
                                            AV_CODEC_ID_ADPCM_G726, AV_CODEC_ID_ADPCM_G726LE,
                                            AV_CODEC_ID_ADPCM_G722, AV_CODEC_ID_OPUS };
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (found->audio_codec == usual[i])
            return;
    }
    add(remarks, "音频编码 %s 少见，可能没有声音：请改为 G.711 或 AAC",
        avcodec_get_name(found->audio_codec));
}

GPtrArray *probe_remarks(const ProbeFindings *found)
{
    GPtrArray *remarks = g_ptr_array_new_with_free_func(g_free);
    judge_codec(found, remarks);
    judge_gop(found, remarks);
    judge_picture(found, remarks);
    judge_time(found, remarks);
    judge_audio(found, remarks);
    return remarks;
}
