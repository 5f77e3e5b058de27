/* clip_finish.c - details and watermark of copies of a camera's pictures
 *
 * A picture loses its details by being made small and large again: what has no pixel of its own any more cannot be brought
 * back by whoever gets the file. Small pictures lose as large a part of theirs.
 */
#include "pipelines/clip_finish.h"

#include "pipelines/blend.h"
#include "pipelines/watermark.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/calendar.h"

#include <libswscale/swscale.h>

#define POOL_KEEP  2
#define LEAST_ROWS 8
#define MARK_ROWS                                                                                  \
    600 /* letters as on a picture of so many rows at least: smaller ones are not read */

/* Rows that are left, and by what the picture is divided at least. Of 720 rows a plate has some 15, a face some 30 where a
 * street is watched: 4 and 8 rows of 180 are neither read nor known again. */
static const struct {
    int rows, divisor;
} covers[] = { [EVIDENCE_REDUCE] = { 180, 4 }, [EVIDENCE_BLUR] = { 45, 16 } };

struct ClipFinish {
    const ClipLook *look;
    FramePool *pool;
    Frame *small;                 /* NULL: all details stay */
    struct SwsContext *down, *up; /* to small and back */
    Bitmap *mark;
    gint64 second; /* of mark, Unix s */
};

static gboolean begin_cover(ClipFinish *finish, int width, int height, GError **error)
{
    int divisor = covers[finish->look->cover].divisor;
    int rows = MAX(LEAST_ROWS, MIN(covers[finish->look->cover].rows, height / divisor) & ~1);
    int columns = MAX(LEAST_ROWS, (int)((gint64)width * rows / height) & ~1);
    const enum AVPixelFormat form = AV_PIX_FMT_YUV420P;
    finish->small = frame_new(columns, rows);
    finish->down =
        sws_getContext(width, height, form, columns, rows, form, SWS_AREA, NULL, NULL, NULL);
    finish->up =
        sws_getContext(columns, rows, form, width, height, form, SWS_BILINEAR, NULL, NULL, NULL);
    if (finish->down && finish->up)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL, "%dx%d cannot be made %dx%d", width, height,
                columns, rows);
    return FALSE;
}

static void scale(struct SwsContext *sws, const Frame *from, Frame *to)
{
    sws_scale(sws, (const guint8 *const *)from->plane, from->stride, 0, from->height, to->plane,
              to->stride);
}

static void update_mark(ClipFinish *finish, const Frame *picture, gint64 arrival_ns)
{
    gint64 second = (arrival_ns + finish->look->unix_less_mono_ns) / NS_PER_SEC;
    if (!finish->look->who || (finish->mark && second == finish->second))
        return;
    g_autoptr(GDateTime) time = calendar_local(second * 1000);
    g_autofree char *clock = time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : g_strdup("");
    g_autofree char *text =
        g_strdup_printf("%s · %s · %s", finish->look->who, clock, finish->look->what);
    g_clear_pointer(&finish->mark, bitmap_unref);
    finish->mark = draw_watermark(picture->width, MAX(picture->height, MARK_ROWS), text);
    finish->second = second;
}

Frame *clip_finish_run(ClipFinish *finish, const Frame *picture, gint64 arrival_ns)
{
    Frame *copy = frame_pool_get(finish->pool);
    if (finish->small) {
        scale(finish->down, picture, finish->small);
        scale(finish->up, finish->small, copy);
    } else {
        blend_copy(copy, (Rect) { 0, 0, copy->width, copy->height }, picture, 0, 0);
    }
    update_mark(finish, picture, arrival_ns);
    watermark_blend(copy, finish->mark, 0);
    return copy;
}

ClipFinish *clip_finish_new(const ClipLook *look, int width, int height, GError **error)
{
    ClipFinish *finish = g_new0(ClipFinish, 1);
    finish->look = look;
    finish->pool = frame_pool_new(width, height, POOL_KEEP);
    if (!look->cover || begin_cover(finish, width, height, error))
        return finish;
    clip_finish_free(finish);
    return NULL;
}

void clip_finish_free(ClipFinish *finish)
{
    if (!finish)
        return;
    sws_freeContext(finish->down);
    sws_freeContext(finish->up);
    g_clear_pointer(&finish->small, frame_unref);
    g_clear_pointer(&finish->mark, bitmap_unref);
    frame_pool_unref(finish->pool);
    g_free(finish);
}
