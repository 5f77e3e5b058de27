/* test_preview.c - browsers get an init segment, a key fragment and then every picture; or JPEGs at
 * their own pace */
#include "board.h"
#include "pipelines/media_log.h"
#include "pipelines/preview_output.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <turbojpeg.h>

#define WATCHDOG_MS 10000
#define WIDTH       320
#define HEIGHT      192

typedef struct {
    Preview *preview;
    guint id;
    guint chunks, inits, keys, after_last_init;
    gboolean is_first_init, is_key_after_init, remove_at_once;
    GByteArray *bytes; /* since the last init segment */
    gint64 last_tick;
    int luma; /* of the last JPEG */
} Viewer;

static void on_chunk(GBytes *chunk, gboolean is_init, gboolean is_key, gint64 tick_ns,
                     gpointer user)
{
    Viewer *viewer = user;
    if (viewer->chunks == 0)
        viewer->is_first_init = is_init;
    if (is_init) {
        g_byte_array_set_size(viewer->bytes, 0);
        viewer->after_last_init = 0;
    } else if (viewer->after_last_init++ == 0) {
        viewer->is_key_after_init = is_key;
    }
    viewer->chunks++;
    viewer->inits += is_init;
    viewer->keys += is_key;
    viewer->last_tick = tick_ns;
    gsize size;
    const guint8 *data = g_bytes_get_data(chunk, &size);
    g_byte_array_append(viewer->bytes, data, (guint)size);
    if (viewer->remove_at_once) {
        preview_remove(viewer->preview, viewer->id);
        viewer->id = 0;
    }
}

static void on_jpeg(GBytes *chunk, gboolean is_init, gboolean is_key, gint64 tick_ns, gpointer user)
{
    Viewer *viewer = user;
    gsize size;
    const guint8 *data = g_bytes_get_data(chunk, &size);
    guint8 bgrx[WIDTH * HEIGHT * 4];
    tjhandle jpeg = tjInitDecompress();
    g_assert_cmpint(tjDecompress2(jpeg, data, size, bgrx, WIDTH, 0, HEIGHT, TJPF_BGRX, 0), ==, 0);
    tjDestroy(jpeg);
    viewer->chunks++;
    viewer->luma = bgrx[(HEIGHT / 2 * WIDTH + WIDTH / 2) * 4 + 1];
    viewer->last_tick = tick_ns;
    g_assert_true(is_key);
    g_assert_false(is_init);
}

static void viewer_add(Viewer *viewer, Preview *preview, PreviewKind kind, guint fps)
{
    *viewer = (Viewer) { .preview = preview, .bytes = g_byte_array_new() };
    g_autoptr(GError) error = NULL;
    viewer->id =
        preview_add(preview, kind, fps, kind == PREVIEW_MP4 ? on_chunk : on_jpeg, viewer, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(viewer->id, !=, 0);
}

static void viewer_clear(Viewer *viewer)
{
    if (viewer->id)
        preview_remove(viewer->preview, viewer->id);
    g_byte_array_unref(viewer->bytes);
}

typedef struct {
    const guint8 *data;
    gsize size, at;
} Reader;

static int read_some(void *user, uint8_t *buffer, int size)
{
    Reader *reader = user;
    gsize n = MIN((gsize)size, reader->size - reader->at);
    memcpy(buffer, reader->data + reader->at, n);
    reader->at += n;
    return n > 0 ? (int)n : AVERROR_EOF;
}

/* What a player makes of the bytes: the number of pictures, the last one's luma, and that their
 * times follow each other. */
static guint play(const GByteArray *bytes, int *luma)
{
    Reader reader = { bytes->data, bytes->len, 0 };
    AVFormatContext *input = avformat_alloc_context();
    input->pb = avio_alloc_context(av_malloc(4096), 4096, 0, &reader, read_some, NULL, NULL);
    g_assert_cmpint(avformat_open_input(&input, NULL, av_find_input_format("mp4"), NULL), ==, 0);
    AVCodecContext *decoder = avcodec_alloc_context3(NULL);
    avcodec_parameters_to_context(decoder, input->streams[0]->codecpar);
    g_assert_cmpint(avcodec_open2(decoder, avcodec_find_decoder(AV_CODEC_ID_H264), NULL), ==, 0);
    AVPacket *packet = av_packet_alloc();
    AVFrame *picture = av_frame_alloc();
    guint n = 0;
    gint64 next = AV_NOPTS_VALUE;
    while (av_read_frame(input, packet) >= 0) {
        if (next != AV_NOPTS_VALUE)
            g_assert_cmpint(packet->pts, ==, next);
        next = packet->pts + packet->duration;
        g_assert_cmpint(avcodec_send_packet(decoder, packet), ==, 0);
        while (avcodec_receive_frame(decoder, picture) == 0) {
            n++;
            *luma = picture->data[0][picture->height / 2 * picture->linesize[0]];
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    av_frame_free(&picture);
    avcodec_free_context(&decoder);
    AVIOContext *io = input->pb;
    avformat_close_input(&input);
    av_freep(&io->buffer);
    avio_context_free(&io);
    return n;
}

typedef struct {
    Viewer *viewer;
    guint chunks, keys;
    int luma;
    gint64 after_tick;
} Want;

static gboolean is_there(gpointer user)
{
    const Want *want = user;
    return want->viewer->chunks >= want->chunks && want->viewer->keys >= want->keys &&
           want->viewer->last_tick > want->after_tick &&
           (want->luma == 0 || ABS(want->viewer->luma - want->luma) <= 4);
}

#define WAIT(...)                                                                                  \
    do {                                                                                           \
        Want want = { __VA_ARGS__ };                                                               \
        g_assert_true(wait_until(is_there, &want, WATCHDOG_MS));                                   \
    } while (0)

static void test_mp4(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 25);
    Preview *preview = preview_new(board.canvas, 25, 1000);
    g_assert_null(preview_mime(preview));
    Viewer viewer;
    viewer_add(&viewer, preview, PREVIEW_MP4, 0);
    WAIT(.viewer = &viewer, .chunks = 2);
    g_assert_true(viewer.is_first_init);
    g_assert_true(viewer.is_key_after_init);
    gint64 sum = 0;
    for (int i = 0; i < 10; i++) {
        gint64 start = clock_now_ns();
        board_paint(&board, (guint8)(60 + i * 12), 128, 128);
        WAIT(.viewer = &viewer, .after_tick = start);
        sum += clock_now_ns() - start;
    }
    g_test_message("from change to fragment on [control]: %.1f ms on average", (double)sum / 10e6);
    int luma;
    g_assert_cmpuint(play(viewer.bytes, &luma), ==, viewer.after_last_init);
    g_assert_cmpint(ABS(luma - (60 + 9 * 12)), <=, 3);
    viewer_clear(&viewer);
    preview_free(preview);
    board_clear(&board);
}

/* The type names the profile that is in the init segment's avcC box. */
static void test_mime(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 25);
    Preview *preview = preview_new(board.canvas, 25, 1000);
    Viewer viewer;
    viewer_add(&viewer, preview, PREVIEW_MP4, 0);
    WAIT(.viewer = &viewer, .chunks = 2);
    const guint8 *avcc = memmem(viewer.bytes->data, viewer.bytes->len, "avcC", 4);
    g_assert_nonnull(avcc);
    g_assert_cmpint(avcc[4], ==, 1);
    g_assert_cmpint(avcc[5], ==, 0x42);
    g_assert_cmpint(avcc[6] & 0xC0, ==, 0xC0);
    g_autofree char *mime =
        g_strdup_printf("video/mp4; codecs=\"avc1.%02X%02X%02X\"", avcc[5], avcc[6], avcc[7]);
    g_assert_cmpstr(preview_mime(preview), ==, mime);
    viewer_clear(&viewer);
    preview_free(preview);
    board_clear(&board);
}

/* Who comes later begins with init and key as well; the first one does not notice. Encoding ends
 * with the last. */
static void test_later_viewer(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 25);
    Preview *preview = preview_new(board.canvas, 25, 1000);
    Viewer first, second;
    viewer_add(&first, preview, PREVIEW_MP4, 0);
    WAIT(.viewer = &first, .chunks = 3);
    viewer_add(&second, preview, PREVIEW_MP4, 0);
    WAIT(.viewer = &second, .chunks = 2);
    g_assert_true(second.is_first_init);
    g_assert_true(second.is_key_after_init);
    g_assert_cmpuint(first.inits, ==, 1);
    viewer_clear(&first);
    board_paint(&board, 180, 128, 128);
    WAIT(.viewer = &second, .after_tick = clock_now_ns());
    int luma;
    g_assert_cmpuint(play(second.bytes, &luma), ==, second.after_last_init);

    EncoderForm form = { .bitrate_kbps = 1000, .fps = 25 };
    Encoder *encoder = encoder_get(board.canvas, &form, NULL); /* the one that the preview uses */
    EncoderStats before, after;
    viewer_clear(&second);
    encoder_get_stats(encoder, &before);
    g_assert_cmpuint(before.packets, >, 0);
    board_paint(&board, 50, 128, 128);
    Viewer jpeg;
    viewer_add(&jpeg, preview, PREVIEW_JPEG, 25);
    WAIT(.viewer = &jpeg, .luma = 40); /* luma 50 of limited range */
    encoder_get_stats(encoder, &after);
    g_assert_cmpuint(before.submitted, ==, after.submitted);
    viewer_clear(&jpeg);
    encoder_unref(encoder);
    preview_free(preview);
    board_clear(&board);
}

/* A viewer may go while it is given something; nothing more comes. */
static void test_remove_within(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 25);
    Preview *preview = preview_new(board.canvas, 25, 1000);
    Viewer staying, going;
    viewer_add(&going, preview, PREVIEW_MP4, 0);
    viewer_add(&staying, preview, PREVIEW_MP4, 0);
    going.remove_at_once = TRUE;
    WAIT(.viewer = &staying, .chunks = 3);
    g_assert_cmpuint(going.chunks, ==, 1);
    staying.remove_at_once = TRUE; /* the last one takes the encoder with it */
    board_paint(&board, 50, 128, 128);
    guint before = staying.chunks;
    WAIT(.viewer = &staying, .chunks = before + 1);
    g_assert_cmpuint(staying.id, ==, 0);
    viewer_clear(&going);
    viewer_clear(&staying);
    preview_free(preview);
    board_clear(&board);
}

static gboolean never(gpointer user)
{
    return FALSE;
}

/* [control] is busy for longer than the queue is long: what did not fit is left out up to a key
 * fragment. */
static void test_slow_control(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 50);
    Preview *preview = preview_new(board.canvas, 50, 1000);
    Viewer viewer;
    viewer_add(&viewer, preview, PREVIEW_MP4, 0);
    WAIT(.viewer = &viewer, .chunks = 2);
    EncoderForm form = { .bitrate_kbps = 1000, .fps = 50 };
    Encoder *encoder = encoder_get(board.canvas, &form, NULL);
    EncoderStats start, stats;
    encoder_get_stats(encoder, &start);
    guint before = viewer.chunks;
    int i = 0;
    do { /* posts are not served here */
        board_paint(&board, (guint8)(60 + i++ % 100), 128, 128);
        g_usleep(10000);
        encoder_get_stats(encoder, &stats);
    } while (stats.packets < start.packets + 80);
    post_drain();
    g_assert_cmpuint(viewer.chunks - before, >=, 50);
    g_assert_cmpuint(viewer.chunks - before, <=, 52);
    guint keys = viewer.keys;
    WAIT(.viewer = &viewer, .keys = keys + 1);
    int luma;
    g_assert_cmpuint(play(viewer.bytes, &luma), ==,
                     viewer.after_last_init); /* no error on the way, no picture missing */
    viewer_clear(&viewer);
    encoder_unref(encoder);
    preview_free(preview);
    board_clear(&board);
}

static void test_jpeg(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 25);
    Preview *preview = preview_new(board.canvas, 25, 1000);
    Viewer viewer;
    viewer_add(&viewer, preview, PREVIEW_JPEG, 10);
    WAIT(.viewer = &viewer, .chunks = 1,
         .luma = 98); /* luma 100 of limited range is 97.8 of full range */
    guint still = viewer.chunks;
    wait_until(never, NULL, 400);
    g_assert_cmpuint(viewer.chunks, ==, still); /* nothing changed */
    board_paint(&board, 235, 128, 128);
    WAIT(.viewer = &viewer, .luma = 255);
    Viewer late;
    viewer_add(&late, preview, PREVIEW_JPEG, 5); /* gets what is there, though nothing changes */
    WAIT(.viewer = &late, .luma = 255);
    viewer_clear(&late);
    viewer_clear(&viewer);
    preview_free(preview);
    board_clear(&board);
}

static gboolean repaint(gpointer user)
{
    static guint8 luma = 20;
    luma = luma > 220 ? 20 : (guint8)(luma + 5);
    board_paint(user, luma, 128, 128);
    return G_SOURCE_CONTINUE;
}

/* Nobody gets more than it asked for, and the fast one does not wait for the slow one: a second in
 * which it got twice as many comes, on a machine that is busy it is not the first. */
static void test_jpeg_pace(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 25);
    Preview *preview = preview_new(board.canvas, 25, 1000);
    Viewer fast, slow;
    viewer_add(&fast, preview, PREVIEW_JPEG, 20);
    viewer_add(&slow, preview, PREVIEW_JPEG, 5);
    guint source = g_timeout_add(20, repaint, &board);
    WAIT(.viewer = &slow, .chunks = 1);
    guint n_fast, n_slow;
    gint64 start_ns = clock_now_ns();
    do {
        g_assert_cmpint(clock_now_ns() - start_ns, <, WATCHDOG_MS * NS_PER_MS);
        guint fast_before = fast.chunks, slow_before = slow.chunks;
        gint64 second_ns = clock_now_ns();
        WAIT(.viewer = &slow, .chunks = slow_before + 5);
        gint64 took_ms = (clock_now_ns() - second_ns) / NS_PER_MS;
        n_fast = fast.chunks - fast_before;
        n_slow = slow.chunks - slow_before;
        g_test_message("fast %u, slow %u in %d ms", n_fast, n_slow, (int)took_ms);
        g_assert_cmpint(n_fast, <=, took_ms / 50 + 2);
        g_assert_cmpint(n_slow, <=, took_ms / 200 + 2);
    } while (n_fast < 2 * n_slow);
    g_source_remove(source);
    viewer_clear(&fast);
    viewer_clear(&slow);
    preview_free(preview);
    board_clear(&board);
}

/* A preview that ends leaves posts and jobs on their way alone. */
static void test_free_in_flight(void)
{
    Board board;
    board_init(&board, WIDTH, HEIGHT, 25);
    for (int i = 0; i < 10; i++) {
        Preview *preview = preview_new(board.canvas, 25, 1000);
        Viewer mp4, jpeg;
        viewer_add(&mp4, preview, PREVIEW_MP4, 0);
        viewer_add(&jpeg, preview, PREVIEW_JPEG, 25);
        WAIT(.viewer = &jpeg, .chunks = 1);
        repaint(&board);
        g_usleep((gulong)i * 5000); /* without serving posts: something is there to be taken */
        guint had = mp4.chunks + jpeg.chunks;
        preview_free(preview);
        post_drain();
        g_assert_cmpuint(mp4.chunks + jpeg.chunks, ==, had);
        mp4.id = jpeg.id = 0;
        viewer_clear(&mp4);
        viewer_clear(&jpeg);
    }
    board_clear(&board);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    media_log_init();
    g_test_add_func("/preview/mp4", test_mp4);
    g_test_add_func("/preview/mime", test_mime);
    g_test_add_func("/preview/later_viewer", test_later_viewer);
    g_test_add_func("/preview/remove_within", test_remove_within);
    g_test_add_func("/preview/slow_control", test_slow_control);
    g_test_add_func("/preview/jpeg", test_jpeg);
    g_test_add_func("/preview/jpeg_pace", test_jpeg_pace);
    g_test_add_func("/preview/free_in_flight", test_free_in_flight);
    return g_test_run();
}
