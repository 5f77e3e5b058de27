/* test_clip_file.c - a clip is what the camera sent, byte by byte; its copy is masked */
#include "pipelines/clip_file.h"

#include "pipelines/decode.h"
#include "pipelines/media_log.h"
#include "tests/pipeline/units.h"
#include "tests/support/remove_tree.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <glib/gstdio.h>
#include <string.h>

#define FRAME_NS (NS_PER_SEC / 25)

static char *folder;

static ClipSpec clip_of(ClipCodec codec, gboolean b_frames)
{
    return (ClipSpec) { .codec = codec,
                        .width = 320,
                        .height = 180,
                        .fps = 25,
                        .frames = 20,
                        .gop = 10,
                        .bitrate_kbps = 300,
                        .b_frames = b_frames };
}

/* As the receive side gives them, from second 1000 on; the camera's clock is another. */
static PacketList *list_of(GPtrArray *units, enum AVCodecID codec, guint rounds)
{
    PacketList *list = packet_list_new(codec);
    for (guint i = 0; i < rounds * units->len; i++) {
        AVPacket *packet = av_packet_clone(g_ptr_array_index(units, i % units->len));
        packet->pts = 1000 * NS_PER_SEC + i * FRAME_NS + (i % 3) * NS_PER_MS;
        packet->dts = 5 * NS_PER_SEC + i * FRAME_NS;
        g_ptr_array_add(list->packets, packet);
    }
    return list;
}

static char *path_of(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

/* --- NAL units -----------------------------------------------------------------------------------
 */

static void add_nal(GPtrArray *nals, const guint8 *data, gsize len)
{
    while (len > 0 &&
           data[len - 1] == 0) /* trailing zeros belong to the byte stream, not to the unit */
        len--;
    g_ptr_array_add(nals, g_bytes_new(data, len));
}

static GPtrArray *new_nals(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

static GPtrArray *nals_of_stream(const AVPacket *packet)
{
    GPtrArray *nals = new_nals();
    gssize begin = -1;
    for (gssize i = 0; i + 3 <= packet->size; i++) {
        if (packet->data[i] || packet->data[i + 1] || packet->data[i + 2] != 1)
            continue;
        if (begin >= 0)
            add_nal(nals, packet->data + begin, (gsize)(i - begin));
        begin = i + 3;
        i += 2;
    }
    if (begin >= 0)
        add_nal(nals, packet->data + begin, (gsize)(packet->size - begin));
    return nals;
}

static GPtrArray *nals_of_file(const AVPacket *packet)
{
    GPtrArray *nals = new_nals();
    for (gsize at = 0; at + 4 <= (gsize)packet->size;) {
        gsize len = (gsize)packet->data[at] << 24 | (gsize)packet->data[at + 1] << 16 |
                    (gsize)packet->data[at + 2] << 8 | packet->data[at + 3];
        g_assert_cmpuint(at + 4 + len, <=, packet->size);
        add_nal(nals, packet->data + at + 4, len);
        at += 4 + len;
    }
    return nals;
}

static void check_same(const AVPacket *sent, const AVPacket *kept)
{
    g_autoptr(GPtrArray) a = nals_of_stream(sent), b = nals_of_file(kept);
    g_assert_cmpuint(a->len, ==, b->len);
    g_assert_cmpuint(a->len, >, 0);
    for (guint i = 0; i < a->len; i++)
        g_assert_true(g_bytes_equal(g_ptr_array_index(a, i), g_ptr_array_index(b, i)));
}

static AVFormatContext *open_file(const char *path)
{
    AVFormatContext *file = NULL;
    int failed = avformat_open_input(&file, path, NULL, NULL);
    g_assert_cmpint(failed, ==, 0);
    failed = avformat_find_stream_info(file, NULL);
    g_assert_cmpint(failed, >=, 0);
    g_assert_cmpuint(file->nb_streams, ==, 1);
    return file;
}

/* --- tests ---------------------------------------------------------------------------------------
 */

static void test_faithful(gconstpointer data)
{
    ClipCodec codec = (ClipCodec)GPOINTER_TO_INT(data);
    enum AVCodecID id = codec == CLIP_H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
    ClipSpec spec = clip_of(codec, FALSE);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    g_autoptr(PacketList) list = list_of(units, id, 3);
    g_autofree char *path = path_of("faithful.mp4");
    g_autoptr(GError) error = NULL;
    ClipFacts facts;
    gboolean is_written = clip_file_write(list, path, NULL, &facts, &error);
    g_assert_no_error(error);
    g_assert_true(is_written);
    g_assert_cmpint(facts.width, ==, 320);
    g_assert_cmpint(facts.height, ==, 180);
    g_assert_cmpuint(facts.frames, ==, 60);
    g_assert_cmpint(facts.duration_ms, ==, 59 * 40);
    g_assert_cmpstr(facts.codec, ==, codec == CLIP_H265 ? "hevc" : "h264");
    g_assert_cmpint(facts.first_ns, ==, 1000 * NS_PER_SEC);
    GStatBuf info;
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0600);
    AVFormatContext *file = open_file(path);
    /* The last picture has its time, too: players that heed the edit list show it. */
    const AVStream *stream = file->streams[0];
    g_assert_cmpint(av_rescale_q(stream->duration, stream->time_base, (AVRational) { 1, 1000 }), ==,
                    60 * 40);
    AVPacket *packet = av_packet_alloc();
    guint n = 0;
    for (; av_read_frame(file, packet) >= 0; n++) {
        const AVPacket *sent = g_ptr_array_index(list->packets, n);
        check_same(sent, packet);
        g_assert_cmpint(packet->flags & AV_PKT_FLAG_KEY, ==, sent->flags & AV_PKT_FLAG_KEY);
        g_assert_cmpint(packet->pts * 25, ==, (gint64)n * file->streams[0]->time_base.den);
        av_packet_unref(packet);
    }
    g_assert_cmpuint(n, ==, 60);
    av_packet_free(&packet);
    avformat_close_input(&file);
    /* It is made once: nothing that lies there is overwritten. */
    is_written = clip_file_write(list, path, NULL, &facts, &error);
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_false(is_written);
    g_remove(path);
}

/* Pictures that come out of their order are shown in it, and decoded before. */
static void test_b_frames(void)
{
    ClipSpec spec = clip_of(CLIP_H264, TRUE);
    g_autoptr(GPtrArray) units = stamped_units(2, &spec);
    g_autoptr(PacketList) list = list_of(units, AV_CODEC_ID_H264, 1);
    /* I P B B P B B ...: as cameras with two of them send. */
    for (guint i = 1; i < list->packets->len; i++) {
        AVPacket *packet = g_ptr_array_index(list->packets, i);
        int later = i % 10 == 0 ? 0 : i % 3 == 1 ? 2 : -1;
        packet->dts = 5 * NS_PER_SEC + ((gint64)i + later) * FRAME_NS;
    }
    g_autofree char *path = path_of("b.mp4");
    g_autoptr(GError) error = NULL;
    ClipFacts facts;
    g_assert_true(clip_file_write(list, path, NULL, &facts, &error));
    AVFormatContext *file = open_file(path);
    AVPacket *packet = av_packet_alloc();
    gint64 last = G_MININT64;
    for (guint n = 0; av_read_frame(file, packet) >= 0; n++) {
        check_same(g_ptr_array_index(list->packets, n), packet);
        g_assert_cmpint(packet->dts, >, last);
        g_assert_cmpint(packet->pts, >=, packet->dts);
        last = packet->dts;
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    avformat_close_input(&file);
    g_remove(path);
}

/* The camera came back after ten seconds with a clock that begins at 0: the clip says how long it was away. */
static void test_gap(void)
{
    ClipSpec spec = clip_of(CLIP_H264, FALSE);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    g_autoptr(PacketList) list = list_of(units, AV_CODEC_ID_H264, 2);
    for (guint i = units->len; i < list->packets->len; i++) {
        AVPacket *packet = g_ptr_array_index(list->packets, i);
        packet->pts += 10 * NS_PER_SEC;
        packet->dts -= 6 * NS_PER_SEC;
    }
    g_autofree char *path = path_of("gap.mp4");
    g_autoptr(GError) error = NULL;
    ClipFacts facts;
    g_assert_true(clip_file_write(list, path, NULL, &facts, &error));
    g_assert_cmpint(facts.duration_ms, >=, 11500);
    g_assert_cmpint(facts.duration_ms, <=, 11600);
    g_remove(path);
}

static const ClipLook plain;

static void test_refused(void)
{
    ClipSpec spec = clip_of(CLIP_H264, FALSE);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    g_autofree char *path = path_of("refused.mp4");
    ClipFacts facts;
    g_autoptr(PacketList) empty = packet_list_new(AV_CODEC_ID_H264);
    g_autoptr(GError) error = NULL;
    g_assert_false(clip_file_write(empty, path, NULL, &facts, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_null(clip_view_encode(empty, &plain, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    g_autoptr(PacketList) list = list_of(units, AV_CODEC_ID_H264, 1);
    g_ptr_array_remove_index(list->packets, 0);
    g_assert_false(clip_file_write(list, path, NULL, &facts, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_clear_error(&error);
    /* Bytes that only look like a key packet. */
    g_autoptr(PacketList) junk = packet_list_new(AV_CODEC_ID_H264);
    AVPacket *packet = av_packet_alloc();
    av_new_packet(packet, 64);
    memset(packet->data, 0x55, 64);
    packet->flags = AV_PKT_FLAG_KEY;
    g_ptr_array_add(junk->packets, packet);
    g_assert_false(clip_file_write(junk, path, NULL, &facts, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    g_remove(path);
    g_autoptr(PacketList) good = list_of(units, AV_CODEC_ID_H264, 1);
    g_assert_false(clip_file_write(good, "/proc/none/clip.mp4", NULL, &facts, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_clear_error(&error);
    g_autoptr(GCancellable) cancel = g_cancellable_new();
    g_cancellable_cancel(cancel);
    g_assert_false(clip_file_write(good, path, cancel, &facts, &error));
    g_remove(path);
}

/* --- the copy ------------------------------------------------------------------------------------
 */

/* The upper half, black. */
static Mask upper_half(void)
{
    return (Mask) { .mode = MASK_BLACK,
                    .n_points = 4,
                    .point = { { 0, 0 }, { 1, 0 }, { 1, 0.5 }, { 0, 0.5 } } };
}

static void check_masked(const AVFrame *picture, gboolean is_masked)
{
    guint bright = 0;
    for (int y = 0; y < picture->height / 2; y++) {
        for (int x = 0; x < picture->width; x++)
            bright += picture->data[0][(gsize)y * picture->linesize[0] + x] > 24;
    }
    g_assert_true(is_masked == (bright == 0));
    guint below = 0;
    for (int y = picture->height * 3 / 4; y < picture->height; y++) {
        for (int x = 0; x < picture->width; x++)
            below += picture->data[0][(gsize)y * picture->linesize[0] + x] > 24;
    }
    g_assert_cmpuint(below, >, 0);
}

static void test_masked(gconstpointer data)
{
    ClipCodec codec = (ClipCodec)GPOINTER_TO_INT(data);
    enum AVCodecID id = codec == CLIP_H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
    ClipSpec spec = clip_of(codec, FALSE);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    g_autoptr(PacketList) list = list_of(units, id, 2);
    Mask mask = upper_half();
    for (guint n_masks = 0; n_masks < 2; n_masks++) {
        ClipLook look = { .masks = &mask, .n_masks = n_masks };
        g_autoptr(GError) error = NULL;
        g_autoptr(PacketList) view = clip_view_encode(list, &look, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(view->packets->len, ==, 40);
        Decoder *decoder = decoder_new(AV_CODEC_ID_H264, &error);
        for (guint i = 0; i < view->packets->len; i++) {
            const AVFrame *picture;
            g_assert_true(
                decoder_run(decoder, g_ptr_array_index(view->packets, i), &picture, &error));
            check_masked(picture, n_masks == 1);
        }
        decoder_free(decoder);
        g_autofree char *path = path_of("view.mp4");
        ClipFacts facts;
        g_assert_true(clip_file_write(view, path, NULL, &facts, &error));
        g_assert_cmpint(facts.duration_ms, ==, 39 * 40);
        g_remove(path);
    }
}

/* Fail closed: a mask that cannot be drawn means that there is no copy. */
static void test_mask_fails(void)
{
    ClipSpec spec = clip_of(CLIP_H264, FALSE);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    g_autoptr(PacketList) list = list_of(units, AV_CODEC_ID_H264, 1);
    Mask mask = { .mode = MASK_BLACK, .n_points = 2 };
    ClipLook look = { .masks = &mask, .n_masks = 1 };
    g_autoptr(GError) error = NULL;
    g_assert_null(clip_view_encode(list, &look, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INTERNAL);
    g_clear_error(&error);
    gint64 at_ns;
    int width, height;
    g_assert_null(clip_picture(list, &look, &at_ns, &width, &height, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INTERNAL);
}

static void test_picture(void)
{
    ClipSpec spec = clip_of(CLIP_H264, FALSE);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    g_autoptr(PacketList) list = list_of(units, AV_CODEC_ID_H264, 1);
    g_autoptr(GError) error = NULL;
    gint64 at_ns = 0;
    int width, height;
    g_autoptr(GBytes) file = clip_picture(list, &plain, &at_ns, &width, &height, &error);
    g_assert_no_error(error);
    g_assert_cmpint(width, ==, 320);
    g_assert_cmpint(height, ==, 180);
    g_assert_cmpint(at_ns, ==, ((AVPacket *)g_ptr_array_index(list->packets, 19))->pts);
    gsize len;
    const guint8 *bytes = g_bytes_get_data(file, &len);
    g_assert_cmpuint(len, >, 1000);
    g_assert_true(bytes[0] == 0xff && bytes[1] == 0xd8);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    log_set_level(LOG_LEVEL_ERROR);
    media_log_init();
    folder = g_dir_make_tmp("wallctl-clip-XXXXXX", NULL);
    g_test_add_data_func("/clip-file/faithful/h264", GINT_TO_POINTER(CLIP_H264), test_faithful);
    g_test_add_data_func("/clip-file/faithful/h265", GINT_TO_POINTER(CLIP_H265), test_faithful);
    g_test_add_func("/clip-file/b-frames", test_b_frames);
    g_test_add_func("/clip-file/gap", test_gap);
    g_test_add_func("/clip-file/refused", test_refused);
    g_test_add_data_func("/clip-file/masked/h264", GINT_TO_POINTER(CLIP_H264), test_masked);
    g_test_add_data_func("/clip-file/masked/h265", GINT_TO_POINTER(CLIP_H265), test_masked);
    g_test_add_func("/clip-file/mask-fails", test_mask_fails);
    g_test_add_func("/clip-file/picture", test_picture);
    int status = g_test_run();
    remove_tree(folder);
    g_free(folder);
    return status;
}
