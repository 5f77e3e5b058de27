/* watermark.c - whose picture this is and of when */
#include "pipelines/watermark.h"

#include "pipelines/blend.h"
#include "pipelines/draw_sheet.h"
#include "pipelines/draw_text.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define STRENGTH                                                                                   \
    0.30 /* read at a glance where one looks for it, and stamps of test pictures below it, too */
#define MAX_WIDTH 0.44 /* of the picture: two stand side by side */

struct Watermark {
    gint refs;
    WorkPool *draw;
    int width, height;
    char *text; /* [control] drawn, or about to be */
    Overlay *overlay;
};

typedef struct {
    Overlay *overlay;
    int width, height;
    char *text;
} Job;

/* --- drawing -----------------------------------------------------------------------------------
 */

Bitmap *draw_watermark(int width, int height, const char *text)
{
    if (!text || !*text)
        return NULL;
    double size = body_size(height), rim = size * 0.2;
    g_autoptr(Text) line = text_fit(text,
                                    &(TextStyle) { .size = size,
                                                   .colour = COLOUR_BRIGHT,
                                                   .max_width = width * MAX_WIDTH,
                                                   .has_halo = TRUE },
                                    label_size(height) / 2);
    cairo_t *cr = sheet_begin(even_up(line->width + 2 * rim), even_up(line->height + 2 * rim));
    cairo_push_group(cr);
    text_draw(line, cr, rim, rim);
    cairo_pop_group_to_source(cr);
    cairo_paint_with_alpha(cr, STRENGTH);
    return sheet_end(cr);
}

/* Left and right in turn, a quarter of the height apart; clear of the corners, where clock and names are. */
void watermark_place(guint index, guint line, int width, int height, int *x, int *y)
{
    int step = height / WATERMARK_PLACES;
    *x = (index % 2 ? width * 53 / 100 : width * 3 / 100) & ~1;
    *y = (step * (int)index + step / 2 + (int)line * height / 22) & ~1;
}

void watermark_blend(Frame *picture, const Bitmap *bitmap, guint line)
{
    const Rect all = { 0, 0, picture->width, picture->height };
    for (guint i = 0; bitmap && i < WATERMARK_PLACES; i++) {
        int x, y;
        watermark_place(i, line, picture->width, picture->height, &x, &y);
        blend_bitmap(picture, all, bitmap, x, y);
    }
}

/* --- one that changes --------------------------------------------------------------------------
 */

static void draw_job(gpointer data)
{
    const Job *job = data;
    overlay_put(job->overlay, draw_watermark(job->width, job->height, job->text));
}

static void free_job(gpointer data)
{
    Job *job = data;
    overlay_unref(job->overlay);
    g_free(job->text);
    g_free(job);
}

void watermark_set(Watermark *mark, const char *text)
{
    assert_control_thread();
    if (g_strcmp0(mark->text, text) == 0)
        return;
    g_autoptr(GError) error = NULL;
    Job *job = g_new(Job, 1);
    *job = (Job) { overlay_ref(mark->overlay), mark->width, mark->height, g_strdup(text) };
    if (!work_submit_newest(mark->draw, mark->overlay, draw_job, job, free_job, &error)) {
        log_warning(WALL, "the watermark is not drawn yet: %s", error->message);
        return;
    }
    g_free(mark->text);
    mark->text = g_strdup(text);
}

guint64 watermark_serial(const Watermark *mark)
{
    return overlay_serial(mark->overlay);
}

Overlay *watermark_overlay(Watermark *mark)
{
    return mark->overlay;
}

void watermark_stamp(Watermark *mark, Frame *picture)
{
    guint64 serial;
    g_autoptr(Bitmap) bitmap = overlay_ref_newest(mark->overlay, &serial);
    watermark_blend(picture, bitmap, 0);
}

Frame *watermark_copy(Watermark *mark, const Frame *picture, FramePool *pool)
{
    Frame *copy = frame_pool_get(pool);
    blend_copy(copy, (Rect) { 0, 0, copy->width, copy->height }, picture, 0, 0);
    copy->arrival_ns = picture->arrival_ns;
    copy->serial = picture->serial;
    copy->revision = picture->revision;
    watermark_stamp(mark, copy);
    return copy;
}

Watermark *watermark_new(WorkPool *draw, int width, int height)
{
    Watermark *mark = g_new0(Watermark, 1);
    *mark = (Watermark) {
        .refs = 1, .draw = draw, .width = width, .height = height, .overlay = overlay_new()
    };
    return mark;
}

Watermark *watermark_ref(Watermark *mark)
{
    g_atomic_int_inc(&mark->refs);
    return mark;
}

void watermark_unref(Watermark *mark)
{
    if (!mark || !g_atomic_int_dec_and_test(&mark->refs))
        return;
    overlay_unref(mark->overlay);
    g_free(mark->text);
    g_free(mark);
}
