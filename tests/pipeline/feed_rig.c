/* feed_rig.c - what tests of feeds stand on */
#include "tests/pipeline/feed_rig.h"

#include "pipelines/reaper.h"
#include "tests/pipeline/units.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"

#include <glib/gstdio.h>

const ClipSpec feed_rig_small = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
const ClipSpec feed_rig_large = { CLIP_H264, 640, 360, 25, 20, 10, 500, FALSE };

static gboolean may_connect(gpointer user)
{
    return ((FeedRig *)user)->may_connect;
}

static void on_changed(Feed *feed, gpointer user)
{
    assert_control_thread();
    ((FeedRig *)user)->changes++;
}

static char *clip_path(const ClipSpec *spec)
{
    g_autofree char *cache = clip_cache_dir();
    g_autoptr(GError) error = NULL;
    char *path = stamped_clip(cache, 1, spec, &error);
    g_assert_no_error(error);
    return path;
}

void feed_rig_add_camera(FeedRig *rig, const char *id, const ClipSpec *main_clip,
                         const CameraSimOptions *options)
{
    g_autofree char *main_path = clip_path(main_clip), *sub_path = clip_path(&feed_rig_small);
    g_autoptr(GError) error = NULL;
    camera_sim_add(rig->sim, id, main_path, main_clip->codec == CLIP_H263 ? NULL : sub_path,
                   options, &error);
    g_assert_no_error(error);
}

void feed_rig_configure(FeedRig *rig, const char *const (*cameras)[2], guint n)
{
    g_autofree char *dir = g_dir_make_tmp("wallctl-feed-XXXXXX", NULL);
    g_autofree char *secrets = g_build_filename(dir, "secrets.json", NULL);
    g_autofree char *path = g_build_filename(dir, "wallctl.json", NULL);
    const char good[] = "{\"good\":{\"user\":\"admin\",\"password\":\"pa ss:w@rd\"},"
                        "\"bad\":{\"user\":\"admin\",\"password\":\"wrong\"}}";
    g_file_set_contents_full(secrets, good, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
    GString *text = g_string_new("{\"site\":{\"camera_networks\":[\"127.0.0.1\"]},"
                                 "\"credentials\":\"secrets.json\",\"cameras\":[");
    for (guint i = 0; i < n; i++) {
        g_autofree char *members = g_strdup_printf(cameras[i][1], camera_sim_port(rig->sim));
        g_string_append_printf(text, "%s{\"id\":\"%s\",\"name\":\"%s\",%s}", i ? "," : "",
                               cameras[i][0], cameras[i][0], members);
    }
    g_string_append(text, "],\"walls\":[{\"id\":\"w\",\"name\":\"w\",\"grid\":{\"columns\":1,"
                          "\"rows\":1,\"width\":640,\"height\":360},\"layout\":\"1\"}]}");
    g_file_set_contents(path, text->str, -1, NULL);
    g_string_free(text, TRUE);
    g_autoptr(Faults) faults = faults_new("test", 20);
    Config *config = config_load(path, faults);
    g_autofree char *why = faults_dup_text(faults);
    if (!config)
        g_error("%s", why);
    if (rig->config)
        config_unref(rig->config);
    rig->config = config;
    g_remove(secrets);
    g_remove(path);
    g_rmdir(dir);
}

void feed_rig_init(FeedRig *rig)
{
    g_autoptr(GError) error = NULL;
    *rig = (FeedRig) { .may_connect = TRUE, .decoders = decode_pool_new(2) };
    rig->sim = camera_sim_new(0, &error);
    g_assert_no_error(error);
}

void feed_rig_clear(FeedRig *rig)
{
    config_unref(rig->config);
    decode_pool_free(rig->decoders);
    reaper_wait(10000);
    post_drain();
    camera_sim_free(rig->sim);
}

Feed *feed_rig_open(FeedRig *rig, const char *id, Profile profile)
{
    const Camera *camera = config_camera(rig->config, id);
    g_assert_nonnull(camera);
    const FeedEnv env = { rig->decoders, may_connect, on_changed, rig };
    return feed_new(&env, rig->config, camera, profile);
}

void feed_rig_set_fault(FeedRig *rig, const char *id, const char *fault)
{
    g_autoptr(GError) error = NULL;
    camera_sim_set_fault(rig->sim, id, fault, &error);
    g_assert_no_error(error);
}

FeedInfo feed_rig_info(Feed *feed)
{
    FeedInfo info;
    feed_get_info(feed, &info);
    return info;
}

gint64 since_ms(gint64 from_ns)
{
    return (clock_now_ns() - from_ns) / NS_PER_MS;
}

gboolean feed_rig_wait(Feed *feed, FeedState state, guint limit_ms)
{
    for (gint64 begin = clock_now_ns(); since_ms(begin) < limit_ms; g_usleep(2000)) {
        feed_poll(feed);
        post_drain();
        if (feed_state(feed) == state)
            return TRUE;
    }
    return FALSE;
}

View *feed_rig_look(Feed *feed, int width, int height)
{
    const ViewSpec spec = { width, height, FIT_CONTAIN, FRECT_FULL, 0 };
    return feed_view(feed, &spec);
}
