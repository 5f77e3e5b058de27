/* units.h - the access units of a clip as the receive side gives them, for tests of decoding */
#ifndef WALLCTL_TESTS_PIPELINE_UNITS_H
#define WALLCTL_TESTS_PIPELINE_UNITS_H

#include "tests/support/stamp.h"
#include "tests/support/stamped_clip.h"

#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>

static inline char *clip_cache_dir(void)
{
    const char *given = g_getenv("WALLCTL_CLIP_CACHE"), *build = g_getenv("WALLCTL_BUILD");
    char *dir = given ? g_strdup(given)
                      : g_build_filename(build ? build : g_get_tmp_dir(), "clip-cache", NULL);
    g_mkdir_with_parents(dir, 0755);
    return dir;
}

static inline void free_unit(gpointer data)
{
    AVPacket *packet = data;
    av_packet_free(&packet);
}

/* Annex B, parameter sets in key units, pts -1. Caller owns the array of AVPacket. */
static inline GPtrArray *read_units(const char *path)
{
    AVFormatContext *file = NULL;
    int failed = avformat_open_input(&file, path, NULL, NULL);
    g_assert_cmpint(failed, ==, 0);
    failed = avformat_find_stream_info(file, NULL);
    g_assert_cmpint(failed, >=, 0);
    gboolean is_h265 = file->streams[0]->codecpar->codec_id == AV_CODEC_ID_HEVC;
    AVBSFContext *filter = NULL;
    failed = av_bsf_alloc(av_bsf_get_by_name(is_h265 ? "hevc_mp4toannexb" : "h264_mp4toannexb"),
                          &filter);
    g_assert_cmpint(failed, ==, 0);
    avcodec_parameters_copy(filter->par_in, file->streams[0]->codecpar);
    failed = av_bsf_init(filter);
    g_assert_cmpint(failed, ==, 0);
    GPtrArray *units = g_ptr_array_new_with_free_func(free_unit);
    AVPacket *packet = av_packet_alloc();
    while (av_read_frame(file, packet) >= 0) {
        if (packet->stream_index != 0) {
            av_packet_unref(packet);
            continue;
        }
        failed = av_bsf_send_packet(filter, packet);
        g_assert_cmpint(failed, ==, 0);
        while (av_bsf_receive_packet(filter, packet) >= 0) {
            AVPacket *unit = av_packet_alloc();
            av_packet_move_ref(unit, packet);
            unit->pts = unit->dts = -1;
            g_ptr_array_add(units, unit);
        }
    }
    av_packet_free(&packet);
    av_bsf_free(&filter);
    avformat_close_input(&file);
    g_assert_cmpuint(units->len, >, 0);
    return units;
}

/* A stamped clip's units: frame i of `source` is number i. */
static inline GPtrArray *stamped_units(guint16 source, const ClipSpec *spec)
{
    g_autofree char *cache = clip_cache_dir();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = stamped_clip(cache, source, spec, &error);
    g_assert_no_error(error);
    return read_units(path);
}

static inline Stamp stamp_of(const guint8 *luma, int stride, int width, int height)
{
    Stamp stamp = { 0 };
    gboolean is_torn = TRUE;
    gboolean is_read = stamp_read(luma, stride, width, height, &stamp, &is_torn);
    g_assert_true(is_read);
    g_assert_false(is_torn);
    return stamp;
}

#endif
