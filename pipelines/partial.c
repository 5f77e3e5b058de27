/* partial.c - a screen as somebody may see it who may not see all of it */
#include "pipelines/partial.h"

#include "pipelines/compose.h"
#include "pipelines/draw.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/region.h"

#include <string.h>

#define MAX_SLATES 64 /* sizes that are kept; more are drawn again */
#define CAUSE      "属于其他辖区"
#define ENDING_MS  1000 /* longer than any tick */

typedef struct {
    char *region;
    Canvas *canvas;
    guint refs, max_fps;
} Part;

typedef struct {
    int width, height;
    Overlay *overlay;
} Slate;

struct Partials {
    WorkPool *draw;
    char *name;
    int width, height;
    guint fps;
    guint32 background;
    Stage *stage;              /* of the whole screen; NULL before the first */
    GPtrArray *parts, *ending; /* Part */
    guint timer;
    GArray *slates; /* Slate */
};

struct PartialShot {
    Stage *stage; /* of the whole screen */
    char *region;
    int width, height;
    guint32 background;
};

/* --- what is not to be seen ------------------------------------------------------------------------
 */

typedef Overlay *(*SlateOf)(int width, int height, gpointer user); /* new reference */

static gboolean is_seen(const char *of, const char *region)
{
    return !of || region_is_inside(of, region);
}

static void copy_tile(const StageTile *tile, StageTile *out)
{
    *out = *tile;
    out->region = g_strdup(tile->region);
    out->view = tile->view ? view_ref(tile->view) : NULL;
    out->slate = tile->slate ? overlay_ref(tile->slate) : NULL;
    out->stale = tile->stale ? overlay_ref(tile->stale) : NULL;
    out->label = tile->label ? overlay_ref(tile->label) : NULL;
}

/* Its place and its edges, and nothing of what is in it. */
static void cover_tile(const StageTile *tile, Overlay *slate, StageTile *out)
{
    *out = (StageTile) { .number = tile->number,
                         .rect = tile->rect,
                         .slate = slate,
                         .label_place = LABEL_OFF,
                         .is_window = tile->is_window,
                         .gap_right = tile->gap_right,
                         .gap_bottom = tile->gap_bottom };
}

/* The screen for who may see the region. Caller owns. */
static Stage *cover_stage(const Stage *stage, const char *region, SlateOf slate_of, gpointer user)
{
    Stage *covered = stage_new(stage->revision, stage->n_tiles, stage->n_notices);
    for (guint i = 0; i < stage->n_tiles; i++) {
        const StageTile *tile = &stage->tiles[i];
        if (is_seen(tile->region, region))
            copy_tile(tile, &covered->tiles[i]);
        else
            cover_tile(tile, slate_of(tile->rect.w, tile->rect.h, user), &covered->tiles[i]);
    }
    covered->n_notices = 0;
    for (guint i = 0; i < stage->n_notices; i++) {
        const StageNotice *notice = &stage->notices[i];
        if (!is_seen(notice->region, region))
            continue;
        StageNotice *out = &covered->notices[covered->n_notices++];
        *out = *notice;
        out->overlay = notice->overlay ? overlay_ref(notice->overlay) : NULL;
        out->region = g_strdup(notice->region);
    }
    return covered;
}

static Bitmap *draw_cover(int width, int height, int screen_height)
{
    const SlateSpec spec = { .width = width,
                             .height = height,
                             .screen_height = screen_height,
                             .sign = SIGN_NO_RIGHT,
                             .cause = CAUSE };
    return draw_slate(&spec);
}

/* --- slates ----------------------------------------------------------------------------------------
 */

typedef struct {
    Overlay *overlay;
    int width, height, screen_height;
} SlateJob;

static void draw_slate_job(gpointer data)
{
    const SlateJob *job = data;
    overlay_put(job->overlay, draw_cover(job->width, job->height, job->screen_height));
}

static void free_slate_job(gpointer data)
{
    SlateJob *job = data;
    overlay_unref(job->overlay);
    g_free(job);
}

static void clear_slate(gpointer data)
{
    overlay_unref(((Slate *)data)->overlay);
}

/* Until it is drawn the tile is plain. */
static Overlay *slate_of_size(int width, int height, gpointer user)
{
    Partials *partials = user;
    for (guint i = 0; i < partials->slates->len; i++) {
        const Slate *slate = &g_array_index(partials->slates, Slate, i);
        if (slate->width == width && slate->height == height)
            return overlay_ref(slate->overlay);
    }
    if (partials->slates->len == MAX_SLATES)
        g_array_set_size(partials->slates, 0);
    Overlay *overlay = overlay_new();
    SlateJob *job = g_new(SlateJob, 1);
    *job = (SlateJob) { overlay_ref(overlay), width, height, partials->height };
    g_autoptr(GError) error = NULL;
    if (work_submit(partials->draw, draw_slate_job, job, free_slate_job, &error)) {
        Slate slate = { width, height, overlay_ref(overlay) };
        g_array_append_val(partials->slates, slate);
    } else {
        log_warning(WALL, "a slate is not drawn: %s", error->message);
    }
    return overlay;
}

/* [worker] */
static Overlay *slate_at_once(int width, int height, gpointer user)
{
    const PartialShot *shot = user;
    Overlay *overlay = overlay_new();
    overlay_put(overlay, draw_cover(width, height, shot->height));
    return overlay;
}

/* --- canvases --------------------------------------------------------------------------------------
 */

static void free_part(gpointer data)
{
    Part *part = data;
    canvas_free(part->canvas);
    g_free(part->region);
    g_free(part);
}

static Part *find_part(const Partials *partials, const char *region)
{
    for (guint i = 0; i < partials->parts->len; i++) {
        Part *part = g_ptr_array_index(partials->parts, i);
        if (strcmp(part->region, region) == 0)
            return part;
    }
    return NULL;
}

static void show_part(Partials *partials, const Part *part, gint64 from_ns)
{
    canvas_show(part->canvas, cover_stage(partials->stage, part->region, slate_of_size, partials),
                from_ns);
}

void partials_show(Partials *partials, Stage *stage, gint64 from_ns)
{
    Stage *old = partials->stage;
    partials->stage = stage_ref(stage);
    stage_unref(old);
    for (guint i = 0; i < partials->parts->len; i++)
        show_part(partials, g_ptr_array_index(partials->parts, i), from_ns);
}

void partials_set_fps(Partials *partials, guint fps)
{
    partials->fps = fps;
    for (guint i = 0; i < partials->parts->len; i++) {
        const Part *part = g_ptr_array_index(partials->parts, i);
        canvas_set_fps(part->canvas, MIN(fps, part->max_fps));
    }
}

Canvas *partials_get(Partials *partials, const char *region, guint max_fps)
{
    assert_control_thread();
    Part *part = find_part(partials, region);
    if (!part) {
        g_autofree char *name = g_strdup_printf("%s for %s", partials->name, region);
        part = g_new(Part, 1);
        *part = (Part) { .region = g_strdup(region), .max_fps = max_fps };
        part->canvas = canvas_new(name, partials->width, partials->height,
                                  MIN(partials->fps, max_fps), partials->background, NULL, NULL);
        g_ptr_array_add(partials->parts, part);
        if (partials->stage)
            show_part(partials, part, 0);
    }
    part->refs++;
    return part->canvas;
}

static gboolean on_ending(gpointer user)
{
    Partials *partials = user;
    partials->timer = 0;
    g_ptr_array_set_size(partials->ending, 0);
    return G_SOURCE_REMOVE;
}

/* Its thread sleeps until its next tick: nobody waits for that here. One that ends meanwhile has all its time. */
static void end_part(Partials *partials, Part *part)
{
    canvas_stop(part->canvas);
    g_ptr_array_add(partials->ending, part);
    g_clear_handle_id(&partials->timer, g_source_remove);
    partials->timer = g_timeout_add(ENDING_MS, on_ending, partials);
}

void partials_release(Partials *partials, const char *region)
{
    assert_control_thread();
    Part *part = find_part(partials, region);
    if (--part->refs > 0)
        return;
    g_ptr_array_remove_fast(partials->parts, part);
    end_part(partials, part);
}

/* --- one picture -----------------------------------------------------------------------------------
 */

PartialShot *partials_shot(const Partials *partials, const char *region)
{
    if (!partials->stage)
        return NULL;
    PartialShot *shot = g_new(PartialShot, 1);
    *shot = (PartialShot) { stage_ref(partials->stage), g_strdup(region), partials->width,
                            partials->height, partials->background };
    return shot;
}

/* The tick before all ticks: views give what the screen shows of them, and keep what comes next for it. */
Frame *partial_shot_compose(const PartialShot *shot)
{
    Composer *composer = composer_new(shot->width, shot->height, shot->background);
    composer_set_stage(composer,
                       cover_stage(shot->stage, shot->region, slate_at_once, (gpointer)shot));
    Frame *picture;
    guint n_empty;
    composer_tick(composer, 0, clock_now_ns(), TRUE, &picture, &n_empty);
    composer_free(composer);
    return picture;
}

void partial_shot_free(PartialShot *shot)
{
    if (!shot)
        return;
    stage_unref(shot->stage);
    g_free(shot->region);
    g_free(shot);
}

/* --- all of them -----------------------------------------------------------------------------------
 */

Partials *partials_new(WorkPool *draw, const char *name, int width, int height, guint fps,
                       guint32 background)
{
    Partials *partials = g_new0(Partials, 1);
    partials->draw = draw;
    partials->name = g_strdup(name);
    partials->width = width;
    partials->height = height;
    partials->fps = fps;
    partials->background = background;
    partials->parts = g_ptr_array_new();
    partials->ending = g_ptr_array_new_with_free_func(free_part);
    partials->slates = g_array_new(FALSE, FALSE, sizeof(Slate));
    g_array_set_clear_func(partials->slates, clear_slate);
    return partials;
}

void partials_free(Partials *partials)
{
    if (!partials)
        return;
    g_clear_handle_id(&partials->timer, g_source_remove);
    g_ptr_array_set_free_func(partials->parts, free_part);
    g_ptr_array_unref(partials->parts); /* joins the canvases first: they hold stages */
    g_ptr_array_unref(partials->ending);
    stage_unref(partials->stage);
    g_array_unref(partials->slates);
    g_free(partials->name);
    g_free(partials);
}
