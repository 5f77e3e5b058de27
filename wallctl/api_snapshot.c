/* api_snapshot.c - what a screen shows now, or one tile of it, as a file: encoded on a worker */
#include "wallctl/api_snapshot.h"

#include "pipelines/blend.h"
#include "pipelines/picture_file.h"
#include "pipelines/watermark.h"
#include "wallctl/api_record.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/model/calendar.h"
#include "wallctl/sight.h"

#include <string.h>

typedef struct {
    WebRequest *request;
    Frame *frame;      /* NULL: composed of the shot first */
    PartialShot *shot; /* or NULL */
    Rect part;         /* of the frame */
    char *mark;        /* whose it is, of which wall, when */
    guint line;        /* below the wall's own mark, where it has one */
    gboolean is_png;
    GBytes *file;
    GError *error;
} Snapshot;

static void free_snapshot(gpointer data)
{
    Snapshot *shot = data;
    web_request_unref(shot->request);
    frame_unref(shot->frame);
    partial_shot_free(shot->shot);
    g_free(shot->mark);
    g_clear_pointer(&shot->file, g_bytes_unref);
    g_clear_error(&shot->error);
    g_free(shot);
}

static void answer_snapshot(gpointer data)
{
    Snapshot *shot = data;
    if (shot->file)
        web_reply_bytes(shot->request, 200, shot->is_png ? "image/png" : "image/jpeg",
                        g_steal_pointer(&shot->file));
    else
        web_reply_error(shot->request, shot->error);
}

static void encode_snapshot(gpointer data)
{
    Snapshot *shot = data;
    Rect part = shot->part;
    if (!shot->frame)
        shot->frame = partial_shot_compose(shot->shot);
    FramePool *pool = frame_pool_new(part.w, part.h, 0);
    g_autoptr(Frame) marked = frame_pool_get(pool);
    g_autoptr(Bitmap) mark = draw_watermark(part.w, part.h, shot->mark);
    blend_copy(marked, (Rect) { 0, 0, part.w, part.h }, shot->frame, -part.x, -part.y);
    watermark_blend(marked, mark, shot->line);
    shot->file = shot->is_png ? picture_to_png(marked, &shot->error)
                              : picture_to_jpeg(marked, 90, &shot->error);
    frame_pool_unref(pool); /* goes with its last picture */
    post_control(answer_snapshot, shot, free_snapshot);
}

char *api_dup_mark(const ApiCall *call)
{
    const char *what = call->record->camera ? call->record->camera : call->part[1];
    g_autoptr(GDateTime) now = calendar_local(clock_unix_ms());
    g_autofree char *time = now ? g_date_time_format(now, "%Y-%m-%d %H:%M:%S") : NULL;
    return g_strdup_printf("%s · %s · %s", call->info->caller->id, what, time ? time : "");
}

/* The part of the screen that is asked for: all of it, or what is seen of one tile. A tile that is just
 * changing is none: it would go into the register under a camera that is not in the picture yet. */
static gboolean find_part(ApiCall *call, Presenter *presenter, Rect whole, Rect *part,
                          GError **error)
{
    const guint64 all = G_MAXUINT64;
    guint64 number = all;
    TileInfo info;
    *part = whole;
    if (!api_query_number(call, "tile", WALL_FIRST_WINDOW + WALL_MAX_WINDOWS - 1, &number, error))
        return FALSE;
    if (number == all)
        return TRUE;
    if (!presenter_tile(presenter, (guint)number, &info) ||
        strcmp(info.screen, call->part[3]) != 0 ||
        rect_is_empty(rect_intersect(info.rect, whole))) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "tile %u is not seen on screen '%s'",
                       "看不到窗格 %u：它不在屏“%s”上，或被遮住了", (guint)number, call->part[3]);
        return FALSE;
    }
    if (presenter_on_glass(presenter) <
        controller_wall(call->env->controller, call->part[1])->revision) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "tile %u is just changing; try again",
                       "窗格 %u 正在换画面，请再试一次", (guint)number);
        return FALSE;
    }
    const Camera *camera =
        info.camera ? config_camera(controller_config(call->env->controller), info.camera) : NULL;
    if (camera && !sight_may(call->info->caller, camera)) {
        wall_error_set(error, WALL_ERROR_DENIED, "the camera of tile %u may not be viewed",
                       "无权查看窗格 %u 的摄像机", (guint)number);
        return FALSE;
    }
    call->record->tile = (guint)number;
    call->record->camera = camera ? camera->id : NULL;
    *part = rect_intersect(info.rect, whole);
    return TRUE;
}

gboolean api_reply_picture(const ApiEnv *env, WebRequest *request, const ApiPicture *picture,
                           GError **error)
{
    Snapshot *shot = g_new0(Snapshot, 1);
    *shot = (Snapshot) { .request = web_request_ref(request),
                         .frame = picture->frame ? frame_ref(picture->frame) : NULL,
                         .shot = picture->shot,
                         .part = picture->part,
                         .mark = g_strdup(picture->mark),
                         .line = picture->line,
                         .is_png = picture->is_png };
    /* Freed by the post; here only when the queue is full, which frees nothing itself. */
    if (work_submit(env->work, encode_snapshot, shot, NULL, error))
        return TRUE;
    shot->shot = NULL; /* still the caller's */
    free_snapshot(shot);
    return FALSE;
}

/* The screen as this caller may see it: in ->frame the picture that is there, else ->shot the one to be composed. FALSE
 * with an error when there is none yet. */
static gboolean take_screen(const ApiCall *call, Presenter *presenter, ApiPicture *picture,
                            GError **error)
{
    const char *region = sight_region(controller_config(call->env->controller), call->info->caller);
    if (*region)
        picture->shot = partials_shot(presenter_partials(presenter, call->part[3]), region);
    else
        picture->frame = presenter_ref_picture(presenter, call->part[3]);
    if (picture->frame || picture->shot)
        return TRUE;
    wall_error_set(error, WALL_ERROR_UNAVAILABLE, "nothing is composed yet; try again",
                   "画面还没有合成好，请再试一次");
    return FALSE;
}

gboolean api_get_screen_picture(ApiCall *call, GError **error)
{
    gboolean is_png = strcmp(call->part[4], "snapshot.png") == 0;
    if (!is_png && strcmp(call->part[4], "snapshot.jpg") != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND,
                    "'%s': accepted are snapshot.png and snapshot.jpg", call->part[4]);
        return FALSE;
    }
    Presenter *presenter = controller_presenter(call->env->controller, call->part[1]);
    Canvas *canvas = presenter ? presenter_canvas(presenter, call->part[3]) : NULL;
    if (!canvas) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no screen '%s' on wall '%s'",
                       "没有屏“%s”（墙“%s”）", call->part[3], call->part[1]);
        return FALSE;
    }
    if (!api_need_register(call->env, error))
        return FALSE;
    Rect whole = { 0 };
    canvas_get_size(canvas, &whole.w, &whole.h);
    ApiPicture picture = { .line = presenter_watermark(presenter, call->part[3]) == NULL,
                           .is_png = is_png };
    if (!find_part(call, presenter, whole, &picture.part, error) ||
        !take_screen(call, presenter, &picture, error))
        return FALSE;
    g_autofree char *mark = api_dup_mark(call);
    picture.mark = mark;
    gboolean is_taken = api_reply_picture(call->env, call->request, &picture, error);
    frame_unref(picture.frame);
    if (!is_taken)
        partial_shot_free(picture.shot);
    return is_taken;
}
