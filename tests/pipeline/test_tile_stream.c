/* test_tile_stream.c - which of a camera's streams a tile wants: by its size, its crop, what it had before, what was asked */
#include "pipelines/tile_stream.h"

enum { PROMOTE_PX = 600 };

static char main_address[] = "rtsp://192.0.2.1/main", sub_address[] = "rtsp://192.0.2.1/sub";

typedef struct {
    const char *name;
    int width, height;
    double crop_height;
    guint rotation;
    StreamChoice stream;
    Profile before; /* 0: the camera is new in the tile */
    gboolean has_main, has_sub;
    Profile wanted;
} Row;

/* clang-format off */
static const Row rows[] = {
    { "small", 640, 360, 1, 0, STREAM_AUTO, 0, TRUE, TRUE, PROFILE_SUB },
    { "just-too-small", 1066, 598, 1, 0, STREAM_AUTO, 0, TRUE, TRUE, PROFILE_SUB },
    { "large-enough", 1066, 600, 1, 0, STREAM_AUTO, 0, TRUE, TRUE, PROFILE_MAIN },
    { "keeps-main", 854, 480, 1, 0, STREAM_AUTO, PROFILE_MAIN, TRUE, TRUE, PROFILE_MAIN },
    { "gives-main-up", 850, 478, 1, 0, STREAM_AUTO, PROFILE_MAIN, TRUE, TRUE, PROFILE_SUB },
    { "keeps-sub", 1060, 596, 1, 0, STREAM_AUTO, PROFILE_SUB, TRUE, TRUE, PROFILE_SUB },
    { "looks-at-a-part", 640, 360, 0.5, 0, STREAM_AUTO, 0, TRUE, TRUE, PROFILE_MAIN },
    { "stands-on-its-side", 640, 360, 1, 90, STREAM_AUTO, 0, TRUE, TRUE, PROFILE_MAIN },
    { "stands-on-its-head", 640, 360, 1, 180, STREAM_AUTO, 0, TRUE, TRUE, PROFILE_SUB },
    { "asked-for-main", 160, 90, 1, 0, STREAM_MAIN, 0, TRUE, TRUE, PROFILE_MAIN },
    { "asked-for-sub", 3840, 2160, 1, 0, STREAM_SUB, PROFILE_MAIN, TRUE, TRUE, PROFILE_SUB },
    { "has-main-only", 160, 90, 1, 0, STREAM_SUB, 0, TRUE, FALSE, PROFILE_MAIN },
    { "has-sub-only", 3840, 2160, 1, 0, STREAM_AUTO, 0, FALSE, TRUE, PROFILE_SUB },
};
/* clang-format on */

static void test_wanted(gconstpointer data)
{
    const Row *row = data;
    const Camera camera = { .main = row->has_main ? main_address : NULL,
                            .sub = row->has_sub ? sub_address : NULL };
    const SceneTile tile = { .rect = { 0, 0, row->width, row->height },
                             .crop = { 0, 0, row->crop_height, row->crop_height },
                             .rotation = row->rotation,
                             .stream = row->stream };
    g_assert_cmpint(tile_stream_wanted(&tile, &camera, PROMOTE_PX, row->before), ==, row->wanted);
}

static void test_failing(void)
{
    static const struct {
        FeedState state;
        FeedFault fault;
        guint waiting;
        gboolean is_failing;
    } failing[] = {
        { FEED_LIVE, FAULT_NONE, 0, FALSE },
        { FEED_CONNECTING, FAULT_NO_DATA, 0, FALSE },
        { FEED_STALLED, FAULT_NONE, 0, TRUE },
        { FEED_STALLED, FAULT_NONE, 5, TRUE },
        { FEED_STALLED, FAULT_NONE, 6, FALSE }, /* by our own decoder */
        { FEED_RETRYING, FAULT_NOT_FOUND, 0, TRUE },
        { FEED_RETRYING, FAULT_NO_DATA, 0, TRUE },
        { FEED_RETRYING, FAULT_UNREACHABLE, 0, FALSE }, /* the whole camera */
        { FEED_RETRYING, FAULT_TLS, 0, FALSE },
        { FEED_REFUSED, FAULT_CREDENTIALS, 0, FALSE },
        { FEED_REFUSED, FAULT_CODEC, 0, TRUE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(failing); i++) {
        const FeedInfo info = { .state = failing[i].state,
                                .fault = failing[i].fault,
                                .reel = { .waiting = failing[i].waiting } };
        g_assert_cmpint(tile_stream_is_failing(&info), ==, failing[i].is_failing);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tile_stream/failing", test_failing);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/tile_stream/wanted/%s", rows[i].name);
        g_test_add_data_func(path, &rows[i], test_wanted);
    }
    return g_test_run();
}
