/* look.c - what is drawn of a tile besides its picture: slate, name strip, age plate */
#include "pipelines/look.h"

#include "pipelines/slate.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

#include <string.h>

/* Counted: a draw job may outlive its Look. */
typedef struct {
    gint refs;
    gint slate_done; /* atomic: number of the newest slate that is drawn */
    Overlay *slate, *label, *stale;
} LookOverlays;

struct Look {
    WorkPool *draw;
    int width, height, screen_height;
    LookOverlays *overlays;
    char *slate_key, *label_key;
    guint stale_age; /* s, drawn */
    gint64 next_try_ns,
        next_unix_ms; /* converted once: two clocks read again would differ by a millisecond */
    gint slates;      /* submitted so far */
};

typedef enum { DRAW_SLATE = 1, DRAW_BOARD, DRAW_LABEL, DRAW_STALE } DrawKind;

typedef struct {
    DrawKind kind;
    LookOverlays *overlays;
    int width, height, screen_height;
    TileCover cover;
    Sign sign;
    guint number, age_s;
    gint slate_number;
    char *name, *region, *mark;
    SlateText text;
    BoardPage *board;
} DrawJob;

static void overlays_unref(LookOverlays *overlays)
{
    if (!g_atomic_int_dec_and_test(&overlays->refs))
        return;
    overlay_unref(overlays->slate);
    overlay_unref(overlays->label);
    overlay_unref(overlays->stale);
    g_free(overlays);
}

/* Between head and foot; the ground that it stands on goes on above and below. */
static Bitmap *draw_page(const DrawJob *job)
{
    int height = job->height - job->cover.head - job->cover.foot;
    g_autoptr(Bitmap) page = board_page_draw(job->board, job->width, height, job->screen_height);
    if (!page || height == job->height)
        return g_steal_pointer(&page);
    Bitmap *whole = bitmap_new(job->width, job->height);
    for (guint i = 0; i < G_N_ELEMENTS(whole->plane); i++) {
        gboolean is_half = i == 1 || i == 2;
        int rows = is_half ? whole->height / 2 : whole->height;
        int last = (is_half ? page->height / 2 : page->height) - 1;
        int head = is_half ? job->cover.head / 2 : job->cover.head;
        for (int y = 0; y < rows; y++)
            memcpy(whole->plane[i] + y * whole->stride[i],
                   page->plane[i] + CLAMP(y - head, 0, last) * page->stride[i],
                   (gsize)(is_half ? whole->width / 2 : whole->width));
    }
    whole->is_opaque = page->is_opaque;
    return whole;
}

static void run_job(gpointer data)
{
    DrawJob *job = data;
    if (job->kind == DRAW_SLATE) {
        SlateSpec spec = { job->width,      job->height,     job->screen_height,
                           job->sign,       job->number,     job->name,
                           job->text.cause, job->text.since, job->text.next };
        overlay_put(job->overlays->slate, draw_slate(&spec));
        g_atomic_int_set(&job->overlays->slate_done, job->slate_number);
    } else if (job->kind == DRAW_BOARD) {
        overlay_put(job->overlays->slate, draw_page(job));
        g_atomic_int_set(&job->overlays->slate_done, job->slate_number);
    } else if (job->kind == DRAW_LABEL) {
        LabelSpec spec = { job->width, job->screen_height, job->region, job->name, job->mark };
        overlay_put(job->overlays->label, draw_label(&spec));
    } else {
        overlay_put(job->overlays->stale, draw_stale(job->width, job->screen_height, job->age_s));
    }
}

static void free_job(gpointer data)
{
    DrawJob *job = data;
    overlays_unref(job->overlays);
    slate_text_clear(&job->text);
    board_page_unref(job->board);
    g_free(job->name);
    g_free(job->region);
    g_free(job->mark);
    g_free(job);
}

static DrawJob *make_job(const Look *look, DrawKind kind)
{
    DrawJob *job = g_new0(DrawJob, 1);
    job->kind = kind;
    job->overlays = look->overlays;
    g_atomic_int_inc(&look->overlays->refs);
    job->width = look->width;
    job->height = look->height;
    job->screen_height = look->screen_height;
    return job;
}

/* What a slate or a label says now is drawn, not what it said meanwhile: overlay is the key. */
static gboolean submit(const Look *look, const Overlay *overlay, DrawJob *job)
{
    static LogPacer pacer; /* [control], as all looks: a full queue concerns all tiles */
    guint held;
    g_autoptr(GError) error = NULL;
    if (work_submit_newest(look->draw, overlay, run_job, job, free_job, &error))
        return TRUE;
    if (log_pacer_pass(&pacer, 10000, &held))
        log_warning(WALL, "a tile text is not drawn yet: %s (%u more of these)", error->message,
                    held);
    return FALSE;
}

Sign sign_of_feed(const Camera *camera, const FeedInfo *info)
{
    if (!camera)
        return SIGN_GONE;
    if (!info)
        return SIGN_CONNECTING;
    if (info->reel.is_mask_failed)
        return SIGN_MASK_FAILED;
    Sign sign = slate_sign(info->state, info->fault);
    return sign == SIGN_NONE ? SIGN_WAIT_KEYFRAME
                             : sign; /* under a live picture: seen only before the first one */
}

static void update_slate(Look *look, const LookFacts *facts)
{
    gint64 now_ms = clock_unix_ms();
    if (facts->next_try_ns != look->next_try_ns) {
        look->next_try_ns = facts->next_try_ns;
        look->next_unix_ms = now_ms + (facts->next_try_ns - clock_now_ns()) / NS_PER_MS;
    }
    SlateFacts why = {
        .sign = facts->sign,
        .cause = slate_cause(facts->fault),
        .since_unix_ms = facts->since_unix_ms > 0 ? facts->since_unix_ms : -1,
        .next_unix_ms = facts->next_try_ns ? look->next_unix_ms : -1,
    };
    g_auto(SlateText) text = { 0 };
    slate_text(&why, now_ms, &text);
    const char *name = facts->camera ? facts->camera->name : NULL;
    g_autofree char *key = g_strdup_printf(
        "%u|%u|%s|%s|%s|%s", facts->sign, facts->number, name ? name : "",
        text.cause ? text.cause : "", text.since ? text.since : "", text.next ? text.next : "");
    if (g_strcmp0(key, look->slate_key) == 0)
        return;
    DrawJob *job = make_job(look, DRAW_SLATE);
    job->sign = facts->sign;
    job->number = facts->number;
    job->name = g_strdup(name);
    job->slate_number = ++look->slates;
    job->text = text;
    text = (SlateText) { 0 };
    if (submit(look, look->overlays->slate, job)) {
        g_free(look->slate_key);
        look->slate_key = g_steal_pointer(&key);
    }
}

static void update_board(Look *look, BoardPage *board, TileCover cover)
{
    g_autofree char *key = g_strdup_printf("board|%" G_GUINT64_FORMAT "|%d|%d",
                                           board_page_serial(board), cover.head, cover.foot);
    if (g_strcmp0(key, look->slate_key) == 0)
        return;
    DrawJob *job = make_job(look, DRAW_BOARD);
    job->board = board_page_ref(board);
    job->cover = cover;
    job->slate_number = ++look->slates;
    if (submit(look, look->overlays->slate, job)) {
        g_free(look->slate_key);
        look->slate_key = g_steal_pointer(&key);
    }
}

static void update_label(Look *look, const LookFacts *facts)
{
    const Camera *camera = facts->camera;
    if (!camera || camera->label == LABEL_OFF)
        return;
    g_autofree char *key = g_strdup_printf("%s|%s|%s", camera->region_name, camera->name,
                                           facts->mark ? facts->mark : "");
    if (g_strcmp0(key, look->label_key) == 0)
        return;
    DrawJob *job = make_job(look, DRAW_LABEL);
    job->name = g_strdup(camera->name);
    job->region = g_strdup(camera->region_name);
    job->mark = g_strdup(facts->mark);
    if (submit(look, look->overlays->label, job)) {
        g_free(look->label_key);
        look->label_key = g_steal_pointer(&key);
    }
}

/* Only while it can be seen: from stall_ms to offline_ms without a picture. */
static void update_stale(Look *look, const LookFacts *facts)
{
    if (!facts->camera || facts->picture_ns == 0)
        return;
    gint64 age_ms = (clock_now_ns() - facts->picture_ns) / NS_PER_MS;
    if (age_ms < facts->camera->stall_ms && look->stale_age) { /* the next time begins anew */
        look->stale_age = 0;
        overlay_put(look->overlays->stale, NULL);
    }
    if (age_ms < facts->camera->stall_ms || age_ms > facts->camera->offline_ms)
        return;
    guint age_s = (guint)(age_ms / 1000);
    if (age_s == look->stale_age)
        return;
    DrawJob *job = make_job(look, DRAW_STALE);
    job->age_s = age_s;
    if (submit(look, look->overlays->stale, job))
        look->stale_age = age_s;
}

void look_update(Look *look, const LookFacts *facts)
{
    if (facts->board)
        update_board(look, facts->board, facts->cover);
    else
        update_slate(look, facts);
    update_label(look, facts);
    update_stale(look, facts);
}

gboolean look_is_drawn(const Look *look)
{
    return g_atomic_int_get(&look->overlays->slate_done) == look->slates;
}

Overlay *look_slate(Look *look)
{
    return look->overlays->slate;
}

Overlay *look_label(Look *look)
{
    return look->overlays->label;
}

Overlay *look_stale(Look *look)
{
    return look->overlays->stale;
}

Look *look_new(WorkPool *draw, int width, int height, int screen_height)
{
    Look *look = g_new0(Look, 1);
    look->draw = draw;
    look->width = width;
    look->height = height;
    look->screen_height = screen_height;
    look->overlays = g_new0(LookOverlays, 1);
    look->overlays->refs = 1;
    look->overlays->slate = overlay_new();
    look->overlays->label = overlay_new();
    look->overlays->stale = overlay_new();
    return look;
}

void look_free(Look *look)
{
    if (!look)
        return;
    overlays_unref(look->overlays);
    g_free(look->slate_key);
    g_free(look->label_key);
    g_free(look);
}
