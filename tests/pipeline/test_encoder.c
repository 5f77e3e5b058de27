/* test_encoder.c - a canvas becomes H.264 that starts anywhere it says, and costs nothing while
 * nothing changes */
#include "board.h"
#include "pipelines/encoder.h"
#include "pipelines/media_log.h"
#include "tests/support/sanitizer.h"
#include "wallctl/base/error.h"

#include <libavcodec/avcodec.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#define WATCHDOG_MS 10000

typedef struct {
    pthread_mutex_t lock;
    GPtrArray *packets; /* lock */
} Tap;

static void free_packet(gpointer packet)
{
    av_packet_free((AVPacket **)&packet);
}

static void tap_init(Tap *tap)
{
    pthread_mutex_init(&tap->lock, NULL);
    tap->packets = g_ptr_array_new_with_free_func(free_packet);
}

static void tap_clear(Tap *tap)
{
    g_ptr_array_unref(tap->packets);
    pthread_mutex_destroy(&tap->lock);
}

static void on_packet(const AVPacket *packet, gpointer user)
{
    Tap *tap = user;
    pthread_mutex_lock(&tap->lock);
    g_ptr_array_add(tap->packets, av_packet_clone(packet));
    pthread_mutex_unlock(&tap->lock);
}

static guint tap_count(Tap *tap)
{
    pthread_mutex_lock(&tap->lock);
    guint n = tap->packets->len;
    pthread_mutex_unlock(&tap->lock);
    return n;
}

static const AVPacket *tap_get(Tap *tap, guint i)
{
    pthread_mutex_lock(&tap->lock);
    const AVPacket *packet = g_ptr_array_index(tap->packets, i);
    pthread_mutex_unlock(&tap->lock);
    return packet;
}

static gboolean is_key(const AVPacket *packet)
{
    return (packet->flags & AV_PKT_FLAG_KEY) != 0;
}

typedef struct {
    Tap *tap;
    guint n;
} Count;

static gboolean has_count(gpointer user)
{
    Count *count = user;
    return tap_count(count->tap) >= count->n;
}

static void wait_packets(Tap *tap, guint n)
{
    Count count = { tap, n };
    if (!wait_until(has_count, &count, WATCHDOG_MS))
        g_error("%u packets instead of %u after %d ms", tap_count(tap), n, WATCHDOG_MS);
}

/* Bit n is set for NAL unit type n. */
static guint32 nal_types(const AVPacket *packet)
{
    guint32 types = 0;
    for (int i = 0; i + 3 < packet->size; i++) {
        if (packet->data[i] == 0 && packet->data[i + 1] == 0 && packet->data[i + 2] == 1)
            types |= 1u << (packet->data[i + 3] & 31);
    }
    return types;
}

/* Decodes all packets kept so far; *luma is that of the last picture's middle. */
static guint decode(Tap *tap, AVCodecContext *decoder, int *luma)
{
    AVFrame *picture = av_frame_alloc();
    guint n = 0;
    for (guint i = 0; i < tap_count(tap); i++) {
        g_assert_cmpint(avcodec_send_packet(decoder, tap_get(tap, i)), ==, 0);
        while (avcodec_receive_frame(decoder, picture) == 0) {
            n++;
            *luma =
                picture->data[0][picture->height / 2 * picture->linesize[0] + picture->width / 2];
        }
    }
    av_frame_free(&picture);
    return n;
}

static AVCodecContext *new_decoder(void)
{
    const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_H264);
    AVCodecContext *decoder = avcodec_alloc_context3(codec);
    decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
    decoder->thread_count = 1;
    g_assert_cmpint(avcodec_open2(decoder, codec, NULL), ==, 0);
    return decoder;
}

typedef struct {
    Tap *tap;
    AVCodecContext *decoder;
    guint fed;
    int luma, wanted;
} Watch;

static gboolean shows_luma(gpointer user)
{
    Watch *watch = user;
    AVFrame *picture = av_frame_alloc();
    for (; watch->fed < tap_count(watch->tap); watch->fed++) {
        g_assert_cmpint(avcodec_send_packet(watch->decoder, tap_get(watch->tap, watch->fed)), ==,
                        0);
        if (avcodec_receive_frame(watch->decoder, picture) == 0)
            watch->luma = picture->data[0][0];
    }
    av_frame_free(&picture);
    return ABS(watch->luma - watch->wanted) <= 4;
}

static Encoder *get(Board *board, int width, int height)
{
    EncoderForm form = { .bitrate_kbps = 2000, .fps = 25, .width = width, .height = height };
    g_autoptr(GError) error = NULL;
    Encoder *encoder = encoder_get(board->canvas, &form, &error);
    g_assert_no_error(error);
    return encoder;
}

static void test_first_packet(void)
{
    Board board;
    Tap tap;
    board_init(&board, 320, 192, 25);
    tap_init(&tap);
    Encoder *encoder = get(&board, 0, 0);
    guint id = encoder_add_sink(encoder, on_packet, &tap);
    Watch watch = { &tap, new_decoder(), 0, -1, 100 }; /* before that the background may be seen */
    g_assert_true(wait_until(shows_luma, &watch, WATCHDOG_MS));
    encoder_remove_sink(encoder, id);
    avcodec_free_context(&watch.decoder);

    const AVPacket *packet = tap_get(&tap, 0);
    g_assert_true(is_key(packet));
    g_assert_cmphex(nal_types(packet) & (1u << 7 | 1u << 8 | 1u << 5), ==,
                    1u << 7 | 1u << 8 | 1u << 5);
    AVCodecContext *decoder = new_decoder();
    int luma;
    g_assert_cmpuint(decode(&tap, decoder, &luma), ==,
                     tap_count(&tap)); /* no delay: each packet gives its picture */
    g_assert_cmpint(ABS(luma - 100), <=, 3);
    g_assert_cmpint(decoder->width, ==, 320);
    g_assert_cmpint(decoder->height, ==, 192);
    g_assert_cmpint(decoder->profile, ==, FF_PROFILE_H264_CONSTRAINED_BASELINE);
    g_assert_cmpint(decoder->color_range, ==, AVCOL_RANGE_MPEG);
    g_assert_cmpint(decoder->colorspace, ==, AVCOL_SPC_BT709);
    g_assert_cmpint(decoder->color_primaries, ==, AVCOL_PRI_BT709);
    g_assert_cmpint(decoder->color_trc, ==, AVCOL_TRC_BT709);
    g_assert_cmpint(decoder->has_b_frames, ==, 0);
    avcodec_free_context(&decoder);
    encoder_unref(encoder);
    board_clear(&board);
    tap_clear(&tap);
}

static gboolean has_ticked(gpointer user)
{
    CanvasStats stats;
    canvas_get_stats(user, &stats);
    return stats.ticks >= 10;
}

static void test_nobody_attached(void)
{
    Board board;
    board_init(&board, 320, 192, 25);
    Encoder *encoder = get(&board, 0, 0);
    board_paint(&board, 50, 128, 128);
    g_assert_true(wait_until(has_ticked, board.canvas, WATCHDOG_MS));
    EncoderStats stats;
    encoder_get_stats(encoder, &stats);
    g_assert_cmpuint(stats.submitted, ==, 0);
    encoder_unref(encoder);
    board_clear(&board);
}

/* Nothing changes: a refresh a second, a key frame every two. Before that the first picture, the
 * first scene's key frame and its echo may come. */
static void test_static(void)
{
    Board board;
    Tap tap;
    board_init(&board, 320, 192, 25);
    tap_init(&tap);
    Encoder *encoder = get(&board, 0, 0);
    guint id = encoder_add_sink(encoder, on_packet, &tap);
    guint first = 1;
    do
        wait_packets(&tap, ++first);
    while (tap_get(&tap, first - 1)->pts - tap_get(&tap, first - 2)->pts < NS_PER_SEC / 2);
    g_assert_cmpuint(first, <=, 6);
    wait_packets(&tap, first + 4);
    encoder_remove_sink(encoder, id);
    gint64 last_key = -1;
    for (guint i = 0; i < first + 4; i++) {
        const AVPacket *packet = tap_get(&tap, i);
        g_assert_cmpint(packet->dts, ==, packet->pts);
        if (i >= first) {
            gint64 gap = packet->pts - tap_get(&tap, i - 1)->pts;
            g_assert_cmpint(gap, >=, NS_PER_SEC);
            g_assert_cmpint(gap, <=, NS_PER_SEC + 500 * NS_PER_MS);
        }
        if (is_key(packet)) {
            if (last_key >= 0)
                g_assert_cmpint(packet->pts - last_key, <=, 2 * NS_PER_SEC + 500 * NS_PER_MS);
            last_key = packet->pts;
        }
    }
    encoder_unref(encoder);
    board_clear(&board);
    tap_clear(&tap);
}

/* Each change comes out, in order and soon; timestamps are those of ticks. */
static void test_changes(void)
{
    Board board;
    Tap tap;
    board_init(&board, 320, 192, 25);
    tap_init(&tap);
    Encoder *encoder = get(&board, 0, 0);
    guint id = encoder_add_sink(encoder, on_packet, &tap);
    Watch watch = { &tap, new_decoder(), 0, -1, 100 };
    g_assert_true(wait_until(shows_luma, &watch, WATCHDOG_MS));
    gint64 sum = 0;
    for (int i = 0; i < 20; i++) {
        watch.wanted = 40 + (i * 37) % 180;
        gint64 start = clock_now_ns();
        board_paint(&board, (guint8)watch.wanted, 128, 128);
        g_assert_true(wait_until(shows_luma, &watch, WATCHDOG_MS));
        sum += clock_now_ns() - start;
    }
    g_test_message("from change to decoded packet: %.1f ms on average (half a tick is 20)",
                   (double)sum / 20e6);
    encoder_remove_sink(encoder, id);
    for (guint i = 1; i < tap_count(&tap); i++) {
        g_assert_cmpint(tap_get(&tap, i)->pts, >, tap_get(&tap, i - 1)->pts);
        g_assert_cmpint(tap_get(&tap, i)->pts % (40 * NS_PER_MS), ==, 0);
    }
    avcodec_free_context(&watch.decoder);
    encoder_unref(encoder);
    board_clear(&board);
    tap_clear(&tap);
}

static void test_key_at_new_scene(void)
{
    Board board;
    Tap tap;
    board_init(&board, 320, 192, 25);
    tap_init(&tap);
    Encoder *encoder = get(&board, 0, 0);
    guint id = encoder_add_sink(encoder, on_packet, &tap);
    Watch watch = { &tap, new_decoder(), 0, -1, 100 };
    g_assert_true(wait_until(shows_luma, &watch, WATCHDOG_MS));
    for (int i = 0; i < 3;
         i++) { /* faster than the limit for requests: a scene change is not a request */
        guint before = tap_count(&tap);
        watch.wanted = 60 + i * 50;
        board_paint(&board, (guint8)watch.wanted, 128, 128);
        board_next_scene(&board);
        g_assert_true(wait_until(shows_luma, &watch, WATCHDOG_MS));
        gboolean has_key = FALSE;
        for (guint k = before; k < tap_count(&tap); k++)
            has_key |= is_key(tap_get(&tap, k));
        g_assert_true(has_key);
    }
    encoder_remove_sink(encoder, id);
    avcodec_free_context(&watch.decoder);
    encoder_unref(encoder);
    board_clear(&board);
    tap_clear(&tap);
}

/* Requests become at most two key frames a second, also while nothing changes. */
static void test_requests(void)
{
    Board board;
    Tap tap;
    board_init(&board, 320, 192, 25);
    tap_init(&tap);
    Encoder *encoder = get(&board, 0, 0);
    guint id = encoder_add_sink(encoder, on_packet, &tap);
    Watch watch = { &tap, new_decoder(), 0, -1, 100 };
    g_assert_true(wait_until(shows_luma, &watch, WATCHDOG_MS));
    guint seen = tap_count(&tap), keys = 0, others = 0;
    gint64 last = -1;
    while (keys < 4) {
        encoder_request_key(encoder);
        g_usleep(2000);
        for (; seen < tap_count(&tap) && keys < 4; seen++) {
            const AVPacket *packet = tap_get(&tap, seen);
            others += !is_key(packet);
            if (!is_key(packet))
                continue;
            if (last >= 0) {
                g_assert_cmpint(packet->pts - last, >=, 460 * NS_PER_MS); /* a tick of rounding */
                g_assert_cmpint(packet->pts - last, <=, 900 * NS_PER_MS);
            }
            last = packet->pts;
            keys++;
        }
    }
    encoder_remove_sink(encoder, id);
    g_assert_cmpuint(others, <=, 5); /* each key frame has its echo and no more */
    avcodec_free_context(&watch.decoder);
    encoder_unref(encoder);
    board_clear(&board);
    tap_clear(&tap);
}

/* A second sink begins with a key frame of its own; taking one away leaves the other alone. */
static void test_second_sink(void)
{
    Board board;
    Tap one, two;
    board_init(&board, 320, 192, 25);
    tap_init(&one);
    tap_init(&two);
    Encoder *encoder = get(&board, 0, 0);
    guint first = encoder_add_sink(encoder, on_packet, &one);
    wait_packets(&one, 2);
    guint second = encoder_add_sink(encoder, on_packet, &two);
    wait_packets(&two, 1);
    g_assert_true(is_key(tap_get(&two, 0)));
    encoder_remove_sink(encoder, first);
    guint frozen = tap_count(&one), before = tap_count(&two);
    board_paint(&board, 200, 128, 128);
    wait_packets(&two, before + 1);
    g_assert_cmpuint(tap_count(&one), ==, frozen);
    encoder_remove_sink(encoder, second);
    encoder_remove_sink(encoder, second); /* not there any more: nothing happens */
    encoder_unref(encoder);
    board_clear(&board);
    tap_clear(&one);
    tap_clear(&two);
}

static void test_shared_by_form(void)
{
    Board board;
    board_init(&board, 320, 192, 25);
    Encoder *own = get(&board, 0, 0), *same = get(&board, 320, 192), *small = get(&board, 160, 96);
    g_assert_true(own == same);
    g_assert_true(own != small);
    int width, height;
    encoder_get_size(own, &width, &height);
    g_assert_cmpint(width, ==, 320);
    g_assert_cmpint(height, ==, 192);
    encoder_unref(same);
    encoder_unref(own);
    Tap tap;
    tap_init(&tap);
    guint id = encoder_add_sink(small, on_packet, &tap);
    Watch watch = { &tap, new_decoder(), 0, -1, 100 };
    g_assert_true(wait_until(shows_luma, &watch, WATCHDOG_MS));
    g_assert_cmpint(watch.decoder->width, ==, 160);
    g_assert_cmpint(watch.decoder->height, ==, 96);
    encoder_remove_sink(small, id);
    encoder_unref(small);
    avcodec_free_context(&watch.decoder);
    board_clear(&board);
    tap_clear(&tap);
}

static void test_wrong_forms(void)
{
    static const struct {
        const char *name;
        EncoderForm form;
    } rows[] = {
        { "odd", { 2000, 25, 161, 96 } },
        { "larger than the canvas", { 2000, 25, 640, 384 } },
        { "one side only", { 2000, 25, 160, 0 } },
        { "tiny", { 2000, 25, 8, 8 } },
        { "negative", { 2000, 25, -2, -2 } },
        { "no rate", { 2000, 0, 0, 0 } },
        { "no bits", { 0, 25, 0, 0 } },
        { "all the bits", { G_MAXUINT, 25, 0, 0 } },
    };
    Board board;
    board_init(&board, 320, 192, 25);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        if (encoder_get(board.canvas, &rows[i].form, &error) ||
            !g_error_matches(error, WALL_ERROR, WALL_ERROR_INVALID)) {
            g_test_message("%s: not refused", rows[i].name);
            g_test_fail();
        }
    }
    board_clear(&board);
}

/* ---- an encoder that fails: in a process of its own that runs out of memory for a while */

/* Enough for everything but x264's some 30 MB for 1080p. */
#define SPARE_BYTES (12 << 20)
#define LAST_LUMA   150

/* What the process may map from now on: spare_bytes more than now; negative: as much as before. */
static void limit_memory(gint64 spare_bytes)
{
    g_autofree char *text = NULL;
    g_file_get_contents("/proc/self/statm", &text, NULL, NULL);
    guint64 now = g_ascii_strtoull(text, NULL, 10) * (guint64)sysconf(_SC_PAGESIZE);
    struct rlimit limit;
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = spare_bytes < 0 ? limit.rlim_max : (rlim_t)(now + (guint64)spare_bytes);
    int failed = setrlimit(RLIMIT_AS, &limit);
    g_assert_cmpint(failed, ==, 0);
}

typedef struct {
    Encoder *encoder;
    guint n;
} Restarts;

static gboolean has_restarts(gpointer user)
{
    const Restarts *restarts = user;
    EncoderStats stats;
    encoder_get_stats(restarts->encoder, &stats);
    return stats.restarts >= restarts->n;
}

static void fail_and_recover(void)
{
    mallopt(M_MMAP_THRESHOLD, 128 * 1024); /* else what was freed before serves x264 */
    Board board;
    Tap small_tap, large_tap;
    board_init(&board, 1920, 1080, 25);
    tap_init(&small_tap);
    tap_init(&large_tap);
    Encoder *small = get(&board, 160, 90), *large = get(&board, 0, 0);
    guint small_sink = encoder_add_sink(small, on_packet, &small_tap);
    for (int luma = 50; luma <= LAST_LUMA; luma += 10) { /* all surfaces are there afterwards */
        board_paint(&board, (guint8)luma, 128, 128);
        wait_packets(&small_tap, tap_count(&small_tap) + 1);
    }
    limit_memory(SPARE_BYTES);
    gint64 begin_ns = clock_now_ns();
    guint large_sink = encoder_add_sink(large, on_packet, &large_tap);
    Restarts restarts = { large, 1 };
    g_assert_true(wait_until(has_restarts, &restarts, WATCHDOG_MS));
    guint before = tap_count(&small_tap);
    board_next_scene(&board);
    wait_packets(&small_tap, before + 1);
    restarts.n = 2;
    g_assert_true(wait_until(has_restarts, &restarts, WATCHDOG_MS));
    g_assert_cmpint(clock_now_ns() - begin_ns, >=, 750 * NS_PER_MS); /* 1 s, less a quarter */
    g_assert_cmpuint(tap_count(&large_tap), ==, 0);
    limit_memory(-1);
    wait_packets(&large_tap, 2);
    g_assert_true(is_key(tap_get(&large_tap, 0)));
    AVCodecContext *decoder = new_decoder();
    int luma;
    g_assert_cmpuint(decode(&large_tap, decoder, &luma), >=, 2);
    g_assert_cmpint(ABS(luma - LAST_LUMA), <=, 4);
    avcodec_free_context(&decoder);
    encoder_remove_sink(large, large_sink);
    encoder_remove_sink(small, small_sink);
    encoder_unref(large);
    encoder_unref(small);
    board_clear(&board);
    tap_clear(&small_tap);
    tap_clear(&large_tap);
}

/* It says so, tries again later and later, and is well when there is memory again; the other encoder of the same canvas goes
 * on all the time. */
static void test_starts_again(void)
{
    if (g_test_subprocess()) {
        fail_and_recover();
        return;
    }
    if (HAS_SANITIZER) {
        /* Their allocators end the program when the system gives them nothing. */
        g_test_skip("sanitizers cannot do with little memory");
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr(
        "*warning ENCODER: H.264 encoder for 1920x1080, 25 fps, 2000 kbit/s: *; "
        "starts again in * ms*starts again in * ms*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    media_log_init();
    g_test_add_func("/encoder/first_packet", test_first_packet);
    g_test_add_func("/encoder/nobody_attached", test_nobody_attached);
    g_test_add_func("/encoder/static", test_static);
    g_test_add_func("/encoder/changes", test_changes);
    g_test_add_func("/encoder/key_at_new_scene", test_key_at_new_scene);
    g_test_add_func("/encoder/requests", test_requests);
    g_test_add_func("/encoder/second_sink", test_second_sink);
    g_test_add_func("/encoder/shared_by_form", test_shared_by_form);
    g_test_add_func("/encoder/wrong_forms", test_wrong_forms);
    g_test_add_func("/encoder/starts_again", test_starts_again);
    return g_test_run();
}
