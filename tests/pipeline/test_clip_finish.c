/* test_clip_finish.c - copies of a camera's pictures: what details are left for the public, where the watermark stands and of
 * when it is; and that a copy can be read back to make another one of it
 */
#include "pipelines/clip_file.h"
#include "pipelines/clip_read.h"

#include "pipelines/decode.h"
#include "pipelines/h264.h"
#include "pipelines/watermark.h"
#include "tests/support/remove_tree.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/geometry.h"

#include <glib/gstdio.h>
#include <string.h>

#define WIDTH  1280
#define HEIGHT 720
#define DAY_MS G_GINT64_CONSTANT(1764000000000)
#define CORNER 8 /* px in which nothing is looked at: filters reach over edges */
#define UNSEEN 6 /* steps of luma */

static char *folder;

/* --- details -------------------------------------------------------------------------------------
 */

/* Bars as those of a plate's strokes: `width` px dark, as many bright, beginning with either. */
static Frame *bars(int width, gboolean begins_dark)
{
    Frame *frame = frame_new(WIDTH, HEIGHT);
    frame_fill(frame, 128, 128, 128);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++)
            frame->plane[0][(gsize)y * frame->stride[0] + x] =
                (x / width % 2 == 0) == begins_dark ? 40 : 216;
    }
    return frame;
}

static int difference(const Frame *a, const Frame *b)
{
    int most = 0;
    for (int y = CORNER; y < HEIGHT - CORNER; y++) {
        for (int x = CORNER; x < WIDTH - CORNER; x++) {
            int one = a->plane[0][(gsize)y * a->stride[0] + x];
            most = MAX(most, ABS(one - b->plane[0][(gsize)y * b->stride[0] + x]));
        }
    }
    return most;
}

static void test_details(void)
{
    static const struct {
        EvidenceCover cover;
        int width;
        gboolean is_seen; /* which of the two pictures it was */
    } rows[] = {
        { 0, 2, TRUE },
        { EVIDENCE_REDUCE, 2, FALSE },
        { EVIDENCE_REDUCE, 32, TRUE },
        { EVIDENCE_BLUR, 2, FALSE },
        { EVIDENCE_BLUR, 8, FALSE },
        { EVIDENCE_BLUR, 128, TRUE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        ClipLook look = { .cover = rows[i].cover };
        ClipFinish *finish = clip_finish_new(&look, WIDTH, HEIGHT, &error);
        g_assert_no_error(error);
        g_autoptr(Frame) a = bars(rows[i].width, TRUE), b = bars(rows[i].width, FALSE);
        g_autoptr(Frame) of_a = clip_finish_run(finish, a, 0), of_b = clip_finish_run(finish, b, 0);
        int seen = difference(of_a, of_b);
        g_test_message("cover %d, bars of %d px: %d steps of luma", rows[i].cover, rows[i].width,
                       seen);
        g_assert_true(rows[i].is_seen ? seen > 60 : seen <= UNSEEN);
        g_assert_cmpint(difference(a, b), >, 60); /* as they were */
        clip_finish_free(finish);
    }
}

/* Small pictures, as of a second stream, lose as much of theirs. */
static void test_small(void)
{
    const struct {
        int width, height;
    } sizes[] = { { 352, 288 }, { 64, 64 }, { 16, 16 } };
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        for (EvidenceCover cover = 1; cover <= EVIDENCE_COVER_LAST; cover++) {
            g_autoptr(GError) error = NULL;
            ClipLook look = { .cover = cover, .who = "zhang", .what = "ev-bcdfghjkmn" };
            g_autoptr(Frame) picture = frame_new(sizes[i].width, sizes[i].height);
            frame_fill(picture, 100, 128, 128);
            ClipFinish *finish = clip_finish_new(&look, picture->width, picture->height, &error);
            g_assert_no_error(error);
            g_autoptr(Frame) copy = clip_finish_run(finish, picture, 0);
            g_assert_cmpint(copy->width, ==, picture->width);
            clip_finish_free(finish);
        }
    }
}

/* --- the watermark -------------------------------------------------------------------------------
 */

static guint bright_in(const Frame *frame, Rect rect)
{
    guint n = 0;
    for (int y = rect.y; y < rect.y + rect.h; y++) {
        for (int x = rect.x; x < rect.x + rect.w; x++)
            n += frame->plane[0][(gsize)y * frame->stride[0] + x] > 40;
    }
    return n;
}

static gboolean is_same(const Frame *a, const Frame *b)
{
    for (int y = 0; y < HEIGHT; y++) {
        if (memcmp(a->plane[0] + (gsize)y * a->stride[0], b->plane[0] + (gsize)y * b->stride[0],
                   WIDTH))
            return FALSE;
    }
    return TRUE;
}

/* On black, as a mask is: it stands at its four places and nowhere else, and says another second each second. */
static void test_mark(void)
{
    g_autoptr(GError) error = NULL;
    ClipLook look = { .who = "zhang",
                      .what = "ev-bcdfghjkmn",
                      .unix_less_mono_ns = DAY_MS * NS_PER_MS };
    ClipFinish *finish = clip_finish_new(&look, WIDTH, HEIGHT, &error);
    g_autoptr(Frame) black = frame_new(WIDTH, HEIGHT);
    frame_fill(black, 16, 128, 128);
    g_autoptr(Frame) first = clip_finish_run(finish, black, 0);
    guint all = bright_in(first, (Rect) { 0, 0, WIDTH, HEIGHT }), inside = 0;
    for (guint i = 0; i < WATERMARK_PLACES; i++) {
        int x, y;
        watermark_place(i, 0, WIDTH, HEIGHT, &x, &y);
        guint here = bright_in(first, (Rect) { x, y, WIDTH * 44 / 100, HEIGHT / 20 });
        g_assert_cmpuint(here, >, 300);
        inside += here;
    }
    g_assert_cmpuint(all, ==, inside);
    g_assert_cmpuint(bright_in(black, (Rect) { 0, 0, WIDTH, HEIGHT }), ==, 0);
    g_autoptr(Frame) soon = clip_finish_run(finish, black, 999 * NS_PER_MS);
    g_autoptr(Frame) later = clip_finish_run(finish, black, NS_PER_SEC);
    g_assert_true(is_same(first, soon));
    g_assert_false(is_same(first, later));
    clip_finish_free(finish);
    /* The same value, the same pixels; another person, other ones. */
    finish = clip_finish_new(&look, WIDTH, HEIGHT, &error);
    g_autoptr(Frame) again = clip_finish_run(finish, black, 0);
    g_assert_true(is_same(first, again));
    clip_finish_free(finish);
    look.who = "li";
    finish = clip_finish_new(&look, WIDTH, HEIGHT, &error);
    g_autoptr(Frame) other = clip_finish_run(finish, black, 0);
    g_assert_false(is_same(first, other));
    clip_finish_free(finish);
}

/* --- reading back --------------------------------------------------------------------------------
 */

#define PICTURES 30

static PacketList *encoded(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(H264) h264 = h264_new(320, 180, 25, 800, &error);
    PacketList *list = packet_list_new(AV_CODEC_ID_H264);
    for (guint i = 0; i < PICTURES; i++) {
        g_autoptr(Frame) frame = frame_new(320, 180);
        frame_fill(frame, (guint8)(40 + 5 * i), 128, 128);
        gint64 at_ns = 10 * NS_PER_SEC + i * NS_PER_SEC / 25;
        AVPacket *packet = av_packet_clone(h264_encode(h264, frame, at_ns, i % 10 == 0, &error));
        g_assert_no_error(error);
        packet->pts = packet->dts = at_ns;
        g_ptr_array_add(list->packets, packet);
    }
    return list;
}

static GBytes *written(const PacketList *list)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, "view.mp4", NULL);
    ClipFacts facts;
    char *data;
    gsize len;
    g_assert_true(clip_file_write(list, path, NULL, &facts, &error));
    g_assert_true(g_file_get_contents(path, &data, &len, NULL));
    g_remove(path);
    return g_bytes_new_take(data, len);
}

static void test_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PacketList) list = encoded();
    g_autoptr(GBytes) file = written(list);
    g_autoptr(PacketList) read = clip_read_mp4(file, DAY_MS * NS_PER_MS, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(read->packets->len, ==, PICTURES);
    Decoder *decoder = decoder_new(AV_CODEC_ID_H264, &error);
    for (guint i = 0; i < PICTURES; i++) {
        const AVPacket *packet = g_ptr_array_index(read->packets, i);
        const AVFrame *picture;
        g_assert_cmpint(ABS(packet->pts - DAY_MS * NS_PER_MS - i * NS_PER_SEC / 25), <, NS_PER_MS);
        g_assert_true(((packet->flags & AV_PKT_FLAG_KEY) != 0) == (i % 10 == 0));
        g_assert_true(decoder_run(decoder, packet, &picture, &error));
        g_assert_cmpint(ABS(picture->data[0][1000] - (40 + 5 * (int)i)), <, 6);
    }
    decoder_free(decoder);
}

/* Cut off, altered, of something else: an error, and no more than that. */
static void test_read_damaged(void)
{
    g_autoptr(PacketList) list = encoded();
    g_autoptr(GBytes) file = written(list);
    gsize len;
    const guint8 *data = g_bytes_get_data(file, &len);
    g_autoptr(GRand) rand = g_rand_new_with_seed(20250522);
    for (guint i = 0; i < 200; i++) {
        g_autofree guint8 *bad = g_memdup2(data, len);
        gsize most = i % 2 ? len : (gsize)g_rand_int_range(rand, 0, (gint32)len);
        for (guint n = 0; n < i % 5; n++)
            bad[g_rand_int_range(rand, 0, 1200)] ^= (guint8)g_rand_int_range(rand, 1, 255);
        g_autoptr(GBytes) bytes = g_bytes_new(bad, most);
        g_autoptr(GError) error = NULL;
        g_autoptr(PacketList) read = clip_read_mp4(bytes, 0, &error);
        g_assert_true((read == NULL) == (error != NULL));
    }
    static const char *const others[] = { "", "not a film at all", "\xff\xd8\xff\xe0 a picture" };
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new(others[i], strlen(others[i]));
        g_autoptr(GError) error = NULL;
        g_assert_null(clip_read_mp4(bytes, 0, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    av_log_set_level(AV_LOG_QUIET);
    folder = g_dir_make_tmp("wallctl-clip-XXXXXX", NULL);
    g_test_add_func("/clip-finish/details", test_details);
    g_test_add_func("/clip-finish/small", test_small);
    g_test_add_func("/clip-finish/mark", test_mark);
    g_test_add_func("/clip-finish/read", test_read);
    g_test_add_func("/clip-finish/read-damaged", test_read_damaged);
    int failed = g_test_run();
    remove_tree(folder);
    g_free(folder);
    return failed;
}
