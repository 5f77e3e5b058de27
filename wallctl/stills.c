/* stills.c - one picture of one camera, as it may be seen */
#include "wallctl/stills.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#define STEP_MS  50
#define FRESH_NS (2 * NS_PER_SEC) /* a picture that arrived before is not one of now */

typedef struct {
    char *camera, *name, *owner; /* the last: of its wants */
    Profile profile;
    View *view; /* NULL: its feed is not there yet */
    gint64 asked_ns;
    StillTaken done;
    gpointer user;
} Still;

struct Stills {
    FeedPool *feeds;
    GPtrArray *waiting; /* Still */
    guint64 last;
    guint timer;
};

static void free_still(gpointer data)
{
    Still *still = data;
    g_clear_pointer(&still->view, view_unref);
    g_free(still->camera);
    g_free(still->name);
    g_free(still->owner);
    g_free(still);
}

static gboolean is_live(Stills *stills, const Camera *camera, Profile profile)
{
    Feed *feed = feed_pool_find(stills->feeds, camera->id, profile);
    return feed && feed_state(feed) == FEED_LIVE;
}

static void want(Stills *stills, const Still *still)
{
    feed_pool_want(stills->feeds, still->owner,
                   &(FeedWant) { still->camera, still->profile, WANT_SHOWN }, 1);
}

static void finish(Stills *stills, guint index, Frame *picture, const GError *error)
{
    Still *still = g_ptr_array_steal_index_fast(stills->waiting, index);
    feed_pool_want(stills->feeds, still->owner, NULL, 0);
    still->done(picture, error, still->user);
    free_still(still);
}

/* Masks that were drawn since it was asked for are in it, too. */
static void renew_view(Stills *stills, Still *still, const Camera *camera)
{
    static const ViewSpec spec = {
        .width = STILL_WIDTH, .height = STILL_HEIGHT, .fit = FIT_CONTAIN, .crop = { 0, 0, 1, 1 }
    };
    if (still->view && !view_has_masks(still->view, camera->masks, camera->n_masks))
        g_clear_pointer(&still->view, view_unref);
    Feed *feed = feed_pool_find(stills->feeds, still->camera, still->profile);
    if (!still->view && feed && feed_is_started(feed))
        still->view = feed_view(feed, &spec);
}

/* NULL: none so far. */
static Frame *ref_picture(const Still *still)
{
    Rect inside;
    Frame *frame = still->view ? view_ref_for_tick(still->view, clock_now_ns(), &inside) : NULL;
    if (frame && frame->arrival_ns >= still->asked_ns - FRESH_NS)
        return frame;
    frame_unref(frame);
    return NULL;
}

static gboolean has_failed(Stills *stills, const Still *still)
{
    const Feed *feed = feed_pool_find(stills->feeds, still->camera, still->profile);
    return feed && (feed_state(feed) == FEED_RETRYING || feed_state(feed) == FEED_REFUSED);
}

/* The other stream may be there when this one is not; once. */
static gboolean turn_to_other(Stills *stills, Still *still, const Camera *camera)
{
    if (!camera_has_both(camera) || still->profile != PROFILE_MAIN)
        return FALSE;
    still->profile = PROFILE_SUB;
    g_clear_pointer(&still->view, view_unref);
    want(stills, still);
    return TRUE;
}

/* TRUE: it is over. */
static gboolean go_on(Stills *stills, guint index)
{
    Still *still = g_ptr_array_index(stills->waiting, index);
    const Camera *camera = config_camera(feed_pool_config(stills->feeds), still->camera);
    g_autoptr(GError) error = NULL;
    g_autoptr(Frame) picture = NULL;
    if (!camera) {
        wall_error_set(&error, WALL_ERROR_NOT_FOUND, "no camera '%s'", "没有摄像机“%s”",
                       still->camera);
    } else {
        renew_view(stills, still, camera);
        picture = ref_picture(still);
        gboolean is_late = clock_now_ns() - still->asked_ns >= STILLS_WAIT_S * NS_PER_SEC;
        if (!picture && !is_late &&
            (!has_failed(stills, still) || turn_to_other(stills, still, camera)))
            return FALSE;
        if (!picture)
            wall_error_set(&error, WALL_ERROR_UNAVAILABLE,
                           "camera %s sends no picture now; try again when it is online",
                           "摄像机“%s”现在没有画面，等它在线后再取", still->name);
    }
    finish(stills, index, picture, error);
    return TRUE;
}

static gboolean on_step(gpointer user)
{
    Stills *stills = user;
    for (guint i = stills->waiting->len; i-- > 0;)
        go_on(stills, i);
    if (stills->waiting->len > 0)
        return G_SOURCE_CONTINUE;
    stills->timer = 0;
    return G_SOURCE_REMOVE;
}

gboolean stills_take(Stills *stills, const Camera *camera, StillTaken done, gpointer user,
                     GError **error)
{
    assert_control_thread();
    if (stills->waiting->len >= STILLS_AT_ONCE) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%d are being taken already: try again soon",
                       "正在取的画面已有 %d 张，请稍后再试", STILLS_AT_ONCE);
        return FALSE;
    }
    Profile main = feed_pool_profile(camera, PROFILE_MAIN);
    Profile sub = feed_pool_profile(camera, PROFILE_SUB);
    Still *still = g_new0(Still, 1);
    *still =
        (Still) { .camera = g_strdup(camera->id),
                  .name = g_strdup(camera->name),
                  .owner = g_strdup_printf("still %" G_GUINT64_FORMAT, ++stills->last),
                  .profile =
                      !is_live(stills, camera, main) && is_live(stills, camera, sub) ? sub : main,
                  .asked_ns = clock_now_ns(),
                  .done = done,
                  .user = user };
    g_ptr_array_add(stills->waiting, still);
    want(stills, still);
    if (!stills->timer)
        stills->timer = g_timeout_add(STEP_MS, on_step, stills);
    return TRUE;
}

Stills *stills_new(FeedPool *feeds)
{
    assert_control_thread();
    Stills *stills = g_new0(Stills, 1);
    stills->feeds = feeds;
    stills->waiting = g_ptr_array_new();
    return stills;
}

void stills_free(Stills *stills)
{
    if (!stills)
        return;
    assert_control_thread();
    g_autoptr(GError) error = NULL;
    wall_error_set_literal(&error, WALL_ERROR_UNAVAILABLE, "the program is being stopped",
                           "程序正在停止");
    g_clear_handle_id(&stills->timer, g_source_remove);
    while (stills->waiting->len > 0)
        finish(stills, 0, NULL, error);
    g_ptr_array_unref(stills->waiting);
    g_free(stills);
}
