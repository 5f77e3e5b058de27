/* test_scenes.c - the drawn scenes: named, distinct, moving, closed loops; their clips are what
 * cameras send */
#include <glib.h>
#include <glib/gstdio.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scene_list.h"
#include "tests/support/scenes.h"
#include "wallctl/base/error.h"

static void test_names(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_assert_cmpuint(scenes_count(), ==, 16);
    for (guint i = 0; i < scenes_count(); i++) {
        g_assert_true(g_hash_table_add(seen, (gpointer)scene_id(i)));
        g_assert_true(g_hash_table_add(seen, (gpointer)scene_name(i)));
        g_assert_cmpuint(strspn(scene_id(i), "abcdefghijklmnopqrstuvwxyz-"), ==,
                         strlen(scene_id(i)));
        g_assert_true(g_utf8_validate(scene_name(i), -1, NULL));
        g_assert_cmpint(g_utf8_strlen(scene_name(i), -1), >=, 4);
        g_assert_true(g_utf8_validate(scene_place_kind(i), -1, NULL));
        g_assert_cmpuint(strspn(scene_region(i), "0123456789"), ==, 9);
        g_assert_true(g_str_has_prefix(scene_region(i), "530402"));
        g_assert_cmpuint(strlen(scene_region(i)), ==, 9);
        g_assert_cmpfloat(scene_lon(i), >, 102.2);
        g_assert_cmpfloat(scene_lon(i), <, 102.8);
        g_assert_cmpfloat(scene_lat(i), >, 24.1);
        g_assert_cmpfloat(scene_lat(i), <, 24.6);
    }
}

enum { WIDTH = 320, HEIGHT = 180 };

typedef struct {
    guint8 bytes[WIDTH * HEIGHT * 4];
} Picture;

static void take(const SceneDrawing *drawing, Stage *stage, gpointer scene, float time,
                 Picture *picture)
{
    stage_begin(stage, time);
    drawing->move(stage, scene, time);
    cairo_surface_t *surface = stage_end(stage);
    if (drawing->finish) {
        cairo_t *cr = cairo_create(surface);
        drawing->finish(stage, scene, cr, time);
        cairo_destroy(cr);
    }
    cairo_surface_flush(surface);
    memcpy(picture->bytes, cairo_image_surface_get_data(surface), sizeof picture->bytes);
}

/* Mean difference of green. */
static double difference(const Picture *a, const Picture *b)
{
    double sum = 0;
    for (gsize i = 1; i < sizeof a->bytes; i += 4)
        sum += abs(a->bytes[i] - b->bytes[i]);
    return sum / (WIDTH * HEIGHT);
}

/* Mean and spread of green: not black, not white, not empty. */
static void assert_has_content(const Picture *picture)
{
    double sum = 0, squares = 0;
    for (gsize i = 1; i < sizeof picture->bytes; i += 4) {
        sum += picture->bytes[i];
        squares += (double)picture->bytes[i] * picture->bytes[i];
    }
    double mean = sum / (WIDTH * HEIGHT), variance = squares / (WIDTH * HEIGHT) - mean * mean;
    g_assert_cmpfloat(mean, >, 15);
    g_assert_cmpfloat(mean, <, 215);
    g_assert_cmpfloat(variance, >, 15 * 15);
}

static void test_loop(gconstpointer data)
{
    const SceneDrawing *drawing = data;
    g_autofree Picture *first = g_new(Picture, 1), *last = g_new(Picture, 1);
    g_autoptr(Stage) stage = stage_new(WIDTH, HEIGHT);
    gpointer scene = drawing->build(stage);
    take(drawing, stage, scene, 0, first);
    assert_has_content(first);
    double moved = 0;
    for (int i = 1; i < 8; i++) {
        take(drawing, stage, scene, (float)i / 8, last);
        moved = MAX(moved, difference(first, last));
    }
    g_assert_cmpfloat(moved, >, 0.02);
    take(drawing, stage, scene, 1, last);
    take(drawing, stage, scene, 1, last); /* water moves in every second frame */
    double gap = difference(first, last);
    g_test_message("moved %.3f, gap %.3f", moved, gap);
    g_assert_cmpfloat(gap, <, 0.1 * moved + 0.01);
}

static void count_frames(const char *path, int width, int height)
{
    AVFormatContext *demuxer = NULL;
    AVPacket *packet = av_packet_alloc();
    guint packets = 0, keys = 0;
    g_assert_cmpint(avformat_open_input(&demuxer, path, NULL, NULL), ==, 0);
    const AVCodecParameters *codec = demuxer->streams[0]->codecpar;
    g_assert_cmpint(codec->codec_id, ==, AV_CODEC_ID_H264);
    g_assert_cmpint(codec->width, ==, width);
    g_assert_cmpint(codec->height, ==, height);
    for (; av_read_frame(demuxer, packet) == 0; packets++) {
        gboolean is_key = packet->flags & AV_PKT_FLAG_KEY;
        g_assert_cmpint(is_key, ==, packets % 50 == 0);
        g_assert_cmpint(packet->pts, ==, packet->dts);
        keys += (guint)is_key;
        av_packet_unref(packet);
    }
    g_assert_cmpuint(packets, ==, 200);
    g_assert_cmpuint(keys, ==, 4);
    av_packet_free(&packet);
    avformat_close_input(&demuxer);
}

static guint find_scene(const char *id)
{
    for (guint i = 0; i < scenes_count(); i++)
        if (g_str_equal(scene_id(i), id))
            return i;
    g_assert_not_reached();
}

static void test_render(void)
{
    g_autofree char *dir = g_dir_make_tmp("wallctl-scenes-XXXXXX", NULL);
    g_autofree char *cache = g_build_filename(dir, "clips", NULL), *large = NULL, *small = NULL;
    g_autoptr(GError) error = NULL;
    guint parking = find_scene("fenghuang-parking");
    g_assert_true(scenes_render(cache, parking, &large, &small, &error));
    g_assert_no_error(error);
    count_frames(large, 1280, 720);
    count_frames(small, 640, 360);

    /* What is in the cache is taken as it is. */
    g_autofree char *large_again = NULL, *small_again = NULL, *kept = NULL;
    g_assert_true(g_file_set_contents(large, "kept", -1, NULL));
    g_assert_true(scenes_render(cache, parking, &large_again, &small_again, &error));
    g_assert_cmpstr(large, ==, large_again);
    g_assert_cmpstr(small, ==, small_again);
    g_assert_true(g_file_get_contents(large, &kept, NULL, NULL));
    g_assert_cmpstr(kept, ==, "kept");

    g_unlink(large);
    g_unlink(small);
    g_assert_cmpint(g_rmdir(cache), ==, 0);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

static void test_bad_cache(void)
{
    char *large = NULL, *small = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_false(scenes_render("/dev/null/clips", 0, &large, &small, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "/dev/null/clips"));
    g_assert_null(large);
    g_assert_null(small);
}

static const struct {
    const char *name;
    const SceneDrawing *drawing;
} drawings[] = {
    { "crossroads", &scene_crossroads },   { "dam", &scene_dam },
    { "square", &scene_square },           { "hall", &scene_hall },
    { "market", &scene_market },           { "school", &scene_school },
    { "bridge", &scene_bridge },           { "mountain-road", &scene_mountain_road },
    { "bus-station", &scene_bus_station }, { "site", &scene_site },
    { "farmland", &scene_farmland },       { "lookout", &scene_lookout },
    { "parking", &scene_parking },         { "sluice", &scene_sluice },
    { "village", &scene_village },         { "night-street", &scene_night_street },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenes/names", test_names);
    for (guint i = 0; i < G_N_ELEMENTS(drawings); i++) {
        g_autofree char *path = g_strdup_printf("/scenes/loop/%s", drawings[i].name);
        g_test_add_data_func(path, drawings[i].drawing, test_loop);
    }
    g_test_add_func("/scenes/render", test_render);
    g_test_add_func("/scenes/bad-cache", test_bad_cache);
    return g_test_run();
}
