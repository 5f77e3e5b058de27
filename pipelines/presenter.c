/* presenter.c - brings a wall's content to its screens
 *
 * Everything here is a function of three things: the content asked for, what the feeds can deliver,
 * and the time since the change. The tile set turns the first two into views and looks; commit()
 * makes stages of them. Both run again whenever a feed has news.
 */
#include "pipelines/presenter.h"

#include "pipelines/notice_board.h"
#include "pipelines/tile_set.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"
#include "wallctl/model/calendar.h"

#include <string.h>

#define WAIT_MS  150 /* a warm stream needs one burst decode; more than that nobody waits for */
#define TIMER_MS 200
#define LOOK_MS  8

#define VISITOR_SIGN                                                                               \
    "参观模式" /* beside the clock: whoever works here knows why the wall is covered */

typedef struct {
    char *id;
    Rect rect; /* wall px */
    Canvas *canvas;
    Partials *partials;
    NoticeBoard *board;
    Watermark *mark;
    Exposure exposure;
    gint64 covered_ns;    /* what was composed before this tick shows what is covered now */
    guint64 stage, shown; /* ids: committed last; on glass */
} ScreenRun;

struct Presenter {
    PresenterEnv env;
    Config *config;
    char *wall_name, *wall_id;
    int gap_px;
    gboolean has_clock;
    GArray *screens; /* ScreenRun */
    TileSet *tiles;
    WallContent *content;
    guint64 revision, committed_revision, on_glass;
    gboolean is_pending; /* a change waits for its pictures */
    gboolean is_urgent;  /* something is to be covered: it waits for nothing */
    gint64 pending_ns;
    guint timer, wait_timer, poke, listener, board_listener;
    guint n_empty; /* as last reported */
};

static void clear_screen(gpointer data)
{
    ScreenRun *screen = data;
    canvas_free(screen->canvas);
    partials_free(screen->partials);
    notice_board_free(screen->board);
    watermark_unref(screen->mark);
    g_free(screen->id);
}

static ScreenRun *screen_at(const Presenter *presenter, guint index)
{
    return &g_array_index(presenter->screens, ScreenRun, index);
}

static void update_watermark(Presenter *presenter)
{
    const Config *config = presenter->config;
    g_autoptr(GDateTime) now = calendar_local(clock_unix_ms());
    g_autofree char *minute = now ? g_date_time_format(now, "%Y-%m-%d %H:%M") : NULL;
    g_autofree char *text =
        g_strdup_printf("%s · %s · %s", presenter->wall_id, minute ? minute : "",
                        *config->watermark_text ? config->watermark_text : config->site_name);
    for (guint i = 0; i < presenter->screens->len; i++)
        watermark_set(screen_at(presenter, i)->mark, text);
}

static void update_clock(Presenter *presenter)
{
    g_autoptr(GDateTime) now = presenter->has_clock ? calendar_local(clock_unix_ms()) : NULL;
    g_autofree char *text = now ? g_date_time_format(now, "%Y-%m-%d %H:%M:%S") : NULL;
    g_autofree char *name =
        *presenter->config->site_name
            ? g_strdup_printf("%s · %s", presenter->config->site_name, presenter->wall_name)
            : g_strdup(presenter->wall_name);
    g_autofree char *visited = g_strdup_printf(VISITOR_SIGN " · %s", name);
    for (guint i = 0; i < presenter->screens->len; i++) {
        const ScreenRun *screen = screen_at(presenter, i);
        if (!screen->exposure.is_visitor)
            notice_board_set_clock(screen->board, name, text);
        else if (text)
            notice_board_set_clock(screen->board, visited, text);
        else
            notice_board_set_clock(screen->board, "", VISITOR_SIGN);
    }
}

/* What is written on boards keeps clear of banners, clock and ticker. */
static void update_looks(Presenter *presenter)
{
    for (guint i = 0; i < tile_set_count(presenter->tiles); i++) {
        TileRun *tile = tile_set_at(presenter->tiles, i);
        const ScreenRun *screen = screen_at(presenter, tile->screen);
        tile_run_set_cover(tile, notice_board_cover(screen->board, tile->scene.rect));
    }
    tile_set_update_looks(presenter->tiles);
}

/* ---- going on air */

/* A name under the clock goes to the top of its tile. */
static LabelPlace clear_of_clock(const ScreenRun *screen, LabelPlace place, Rect tile)
{
    gboolean is_bottom = place == LABEL_BOTTOM_LEFT || place == LABEL_BOTTOM_RIGHT;
    Rect strip = { tile.x, tile.y + tile.h - screen->rect.h / 25, tile.w, screen->rect.h / 25 };
    if (!is_bottom || !rect_intersects(strip, notice_board_clock_corner(screen->board)))
        return place;
    return place == LABEL_BOTTOM_LEFT ? LABEL_TOP_LEFT : LABEL_TOP_RIGHT;
}

static void fill_tile(const Presenter *presenter, const ScreenRun *screen, const TileRun *tile,
                      StageTile *out)
{
    tile_run_fill(tile, out);
    Rect r = out->rect;
    out->label_place = clear_of_clock(screen, out->label_place, r);
    out->gap_right = !out->is_window && r.x + r.w < screen->rect.w ? presenter->gap_px : 0;
    out->gap_bottom = !out->is_window && r.y + r.h < screen->rect.h ? presenter->gap_px : 0;
}

/* Over everything. */
static void fill_watermark(const ScreenRun *screen, StageNotice *out)
{
    for (guint i = 0; i < WATERMARK_PLACES; i++) {
        out[i] = (StageNotice) { .overlay = overlay_ref(watermark_overlay(screen->mark)) };
        watermark_place(i, 0, screen->rect.w, screen->rect.h, &out[i].x, &out[i].y);
    }
}

static Stage *make_stage(const Presenter *presenter, guint index)
{
    const ScreenRun *screen = screen_at(presenter, index);
    guint first, n = tile_set_on_screen(presenter->tiles, index, &first);
    guint n_notices = notice_board_count(screen->board);
    gboolean has_mark = presenter->config->watermark_wall;
    Stage *stage = stage_new(presenter->revision, n, n_notices + (has_mark ? WATERMARK_PLACES : 0));
    if (has_mark)
        fill_watermark(screen, stage->notices + n_notices);
    for (guint i = 0; i < n; i++)
        fill_tile(presenter, screen, tile_set_at(presenter->tiles, first + i), &stage->tiles[i]);
    notice_board_fill(screen->board, stage->notices);
    return stage;
}

static void commit(Presenter *presenter)
{
    guint n = presenter->screens->len;
    g_autofree Stage **stages = g_new(Stage *, n);
    for (guint s = 0; s < n; s++)
        stages[s] = make_stage(presenter, s);
    /* All screens must have theirs before the tick comes, also when this thread is held up between
     * two of them. */
    gint64 from = canvas_next_tick(presenter->config->fps, n > 1 ? 5 * NS_PER_MS : NS_PER_MS);
    for (guint s = 0; s < n; s++) {
        ScreenRun *screen = screen_at(presenter, s);
        screen->stage = stages[s]->id;
        if (presenter->is_urgent)
            screen->covered_ns = from;
        partials_show(screen->partials, stages[s], from);
        canvas_show(screen->canvas, stages[s], from);
    }
    presenter->is_pending = presenter->is_urgent = FALSE;
    presenter->committed_revision = presenter->revision;
    if (presenter->wait_timer)
        g_source_remove(presenter->wait_timer);
    presenter->wait_timer = 0;
}

static gboolean is_worth_waiting(const Presenter *presenter)
{
    if (presenter->is_urgent || clock_now_ns() - presenter->pending_ns >= WAIT_MS * NS_PER_MS)
        return FALSE;
    for (guint i = 0; i < tile_set_count(presenter->tiles); i++) {
        if (tile_run_is_worth_waiting(tile_set_at(presenter->tiles, i)))
            return TRUE;
    }
    return FALSE;
}

/* Pictures tell of themselves; that a slate is drawn is looked up. */
static gboolean on_wait(gpointer user);

static void try_commit(Presenter *presenter)
{
    if (!is_worth_waiting(presenter))
        commit(presenter);
    else if (!presenter->wait_timer)
        presenter->wait_timer = g_timeout_add(LOOK_MS, on_wait, presenter);
}

static gboolean on_wait(gpointer user)
{
    Presenter *presenter = user;
    presenter->wait_timer = 0;
    if (presenter->is_pending)
        try_commit(presenter);
    return G_SOURCE_REMOVE;
}

/* ---- on glass */

static gboolean is_empty(const TileRun *tile, gint64 now)
{
    return tile->scene.camera && !tile_run_has_live_picture(tile, now);
}

static void report(Presenter *presenter, gint64 tick_ns)
{
    g_autoptr(GArray) empty = g_array_new(FALSE, FALSE, sizeof(guint));
    gint64 now = clock_now_ns();
    for (guint i = 0; i < tile_set_count(presenter->tiles); i++) {
        const TileRun *tile = tile_set_at(presenter->tiles, i);
        if (is_empty(tile, now))
            g_array_append_val(empty, tile->scene.number);
    }
    presenter->n_empty = empty->len;
    presenter->env.presented(presenter, presenter->on_glass, tick_ns,
                             (const guint *)(gpointer)empty->data, empty->len, presenter->env.user);
}

static void on_shown(Canvas *canvas, guint64 stage_id, gint64 tick_ns, guint n_empty, gpointer user)
{
    Presenter *presenter = user;
    gboolean is_complete = TRUE;
    for (guint s = 0; s < presenter->screens->len; s++) {
        ScreenRun *screen = screen_at(presenter, s);
        if (screen->canvas == canvas)
            screen->shown = stage_id;
        is_complete &= screen->shown >= screen->stage && screen->stage > 0;
    }
    if (!is_complete || presenter->is_pending ||
        presenter->on_glass == presenter->committed_revision)
        return;
    presenter->on_glass = presenter->committed_revision;
    report(presenter, tick_ns);
}

/* ---- news */

static guint count_empty(const Presenter *presenter)
{
    guint n = 0;
    gint64 now = clock_now_ns();
    for (guint i = 0; i < tile_set_count(presenter->tiles); i++)
        n += is_empty(tile_set_at(presenter->tiles, i), now);
    return n;
}

/* The scene is on glass, and a tile that was empty then has its picture now. */
static void report_fuller(Presenter *presenter)
{
    if (!presenter->is_pending && presenter->on_glass == presenter->revision &&
        count_empty(presenter) < presenter->n_empty)
        report(presenter, clock_now_ns());
}

static gboolean on_poke(gpointer user)
{
    Presenter *presenter = user;
    presenter->poke = 0;
    if (!presenter->content)
        return G_SOURCE_REMOVE;
    gboolean is_changed = tile_set_bind(presenter->tiles);
    update_looks(presenter);
    if (presenter->is_pending)
        try_commit(presenter);
    else if (is_changed)
        commit(presenter);
    report_fuller(presenter);
    return G_SOURCE_REMOVE;
}

static void poke(Presenter *presenter)
{
    if (!presenter->poke)
        presenter->poke = g_idle_add_full(G_PRIORITY_DEFAULT, on_poke, presenter, NULL);
}

static void on_feed(Feed *feed, gpointer user)
{
    poke(user);
}

static void on_board(gpointer user)
{
    poke(user);
}

static gboolean on_timer(gpointer user)
{
    Presenter *presenter = user;
    update_clock(presenter);
    update_watermark(presenter);
    update_looks(presenter);
    report_fuller(presenter); /* a picture may come after the last news of its camera */
    return G_SOURCE_CONTINUE;
}

/* ---- public */

static void unref_scene(gpointer data)
{
    scene_unref(data);
}

static SourceClass class_of(const char *source, gconstpointer config)
{
    return config_source_class(config, source);
}

/* Is anything on air, or about to be, that may not be seen any more? */
static gboolean shows_covered(const Presenter *presenter)
{
    for (guint i = 0; i < tile_set_count(presenter->tiles); i++) {
        const TileRun *tile = tile_set_at(presenter->tiles, i);
        const ScreenRun *screen = screen_at(presenter, tile->screen);
        if (tile->scene.camera &&
            exposure_cover(&screen->exposure, class_of(tile->scene.camera, presenter->config)))
            return TRUE;
    }
    return FALSE;
}

static void show_content(Presenter *presenter, WallContent *content, guint64 revision)
{
    WallContent *old = presenter->content;
    presenter->content = wall_content_ref(content);
    wall_content_unref(old);
    presenter->revision = revision;
    g_autoptr(GPtrArray) scenes = g_ptr_array_new_with_free_func(unref_scene);
    for (guint s = 0; s < presenter->screens->len; s++) {
        const ScreenRun *screen = screen_at(presenter, s);
        Scene *scene = scene_new(content, revision, screen->id, screen->rect);
        scene_expose(scene, &screen->exposure, class_of, presenter->config);
        g_ptr_array_add(scenes, scene);
    }
    presenter->is_urgent |= shows_covered(presenter);
    presenter->is_pending = TRUE;
    presenter->pending_ns = clock_now_ns();
    tile_set_show(presenter->tiles, presenter->config, scenes);
    update_looks(presenter);
    try_commit(presenter);
}

void presenter_show(Presenter *presenter, WallContent *content, guint64 revision)
{
    assert_control_thread();
    show_content(presenter, content, revision);
}

/* While a change waits for its pictures the notices come with it, at the latest after WAIT_MS. */
void presenter_set_notices(Presenter *presenter, const Notice *notices, guint n_notices)
{
    assert_control_thread();
    g_autofree Notice *those = g_new(Notice, n_notices);
    for (guint s = 0; s < presenter->screens->len; s++) {
        const ScreenRun *screen = screen_at(presenter, s);
        guint n = 0;
        for (guint i = 0; i < n_notices; i++) {
            if (exposure_has_notice(&screen->exposure, notices[i].kind))
                those[n++] = notices[i];
        }
        notice_board_set(screen->board, those, n);
    }
    update_looks(presenter);
    if (presenter->content && !presenter->is_pending)
        commit(presenter);
}

void presenter_warm(Presenter *presenter, const char *group, const char *const *cameras, guint n)
{
    assert_control_thread();
    tile_set_warm(presenter->tiles, group, cameras, n);
    poke(presenter);
}

static void make_screens(Presenter *presenter, const WallConfig *wall)
{
    for (guint i = 0; i < wall->n_screens; i++) {
        const Screen *from = &wall->screens[i];
        ScreenRun screen = { .id = g_strdup(from->id),
                             .rect = from->rect,
                             .board =
                                 notice_board_new(presenter->env.draw, from->rect.w, from->rect.h),
                             .mark =
                                 watermark_new(presenter->env.draw, from->rect.w, from->rect.h) };
        g_autofree char *name = g_strdup_printf("%s/%s", wall->id, from->id);
        screen.canvas = canvas_new(name, from->rect.w, from->rect.h, presenter->config->fps,
                                   wall->background, on_shown, presenter);
        screen.partials = partials_new(presenter->env.draw, name, from->rect.w, from->rect.h,
                                       presenter->config->fps, wall->background);
        g_array_append_val(presenter->screens, screen);
    }
}

static void take_settings(Presenter *presenter, Config *config, const WallConfig *wall)
{
    Config *old = presenter->config;
    presenter->config = config_ref(config);
    if (old)
        config_unref(old);
    g_free(presenter->wall_name);
    presenter->wall_name = g_strdup(wall->name);
    presenter->gap_px = wall->gap_px;
    presenter->has_clock = wall->has_clock;
    for (guint i = 0; i < presenter->screens->len; i++)
        screen_at(presenter, i)->exposure.content = wall->screens[i].content;
}

void presenter_set_visitor(Presenter *presenter, const char *screen, gboolean is_visitor)
{
    assert_control_thread();
    for (guint i = 0; i < presenter->screens->len; i++) {
        ScreenRun *run = screen_at(presenter, i);
        if (strcmp(run->id, screen) == 0)
            run->exposure.is_visitor = is_visitor;
    }
    update_clock(presenter);
}

Watermark *presenter_watermark(Presenter *presenter, const char *screen)
{
    for (guint i = 0; !presenter->config->watermark_wall && i < presenter->screens->len; i++) {
        if (!screen || !*screen || strcmp(screen_at(presenter, i)->id, screen) == 0)
            return screen_at(presenter, i)->mark;
    }
    return NULL;
}

Frame *presenter_ref_picture(Presenter *presenter, const char *screen)
{
    for (guint i = 0; i < presenter->screens->len; i++) {
        const ScreenRun *run = screen_at(presenter, i);
        if (screen && *screen && strcmp(run->id, screen) != 0)
            continue;
        Frame *frame = canvas_ref_picture(run->canvas);
        if (frame && frame->arrival_ns >= run->covered_ns)
            return frame;
        frame_unref(frame);
        return NULL;
    }
    return NULL;
}

void presenter_reload(Presenter *presenter, Config *config, const WallConfig *wall)
{
    assert_control_thread();
    take_settings(presenter, config, wall);
    update_clock(presenter);
    update_watermark(presenter);
    if (presenter->content)
        show_content(presenter, presenter->content, presenter->revision); /* notices stay */
}

guint presenter_screens(const Presenter *presenter)
{
    return presenter->screens->len;
}

Canvas *presenter_canvas_at(Presenter *presenter, guint index, const char **screen)
{
    if (index >= presenter->screens->len)
        return NULL;
    if (screen)
        *screen = screen_at(presenter, index)->id;
    return screen_at(presenter, index)->canvas;
}

Canvas *presenter_canvas(Presenter *presenter, const char *screen)
{
    for (guint i = 0; i < presenter->screens->len; i++) {
        if (!screen || !*screen || strcmp(screen_at(presenter, i)->id, screen) == 0)
            return screen_at(presenter, i)->canvas;
    }
    return NULL;
}

Partials *presenter_partials(Presenter *presenter, const char *screen)
{
    for (guint i = 0; i < presenter->screens->len; i++) {
        if (!screen || !*screen || strcmp(screen_at(presenter, i)->id, screen) == 0)
            return screen_at(presenter, i)->partials;
    }
    return NULL;
}

void presenter_set_fps(Presenter *presenter, guint fps)
{
    for (guint i = 0; i < presenter->screens->len; i++) {
        canvas_set_fps(screen_at(presenter, i)->canvas, fps);
        partials_set_fps(screen_at(presenter, i)->partials, fps);
    }
}

guint64 presenter_on_glass(const Presenter *presenter)
{
    return presenter->on_glass;
}

static const TileRun *find_tile(const Presenter *presenter, guint number)
{
    const TileRun *covered = NULL;
    for (guint i = 0; i < tile_set_count(presenter->tiles); i++) {
        const TileRun *tile = tile_set_at(presenter->tiles, i);
        if (tile->scene.number != number)
            continue;
        if (tile->scene.cover == COVER_NONE)
            return tile;
        covered = tile;
    }
    return covered;
}

gboolean presenter_tile(Presenter *presenter, guint number, TileInfo *info)
{
    const TileRun *tile = find_tile(presenter, number);
    if (!tile)
        return FALSE;
    const BoardPage *page = board_book_find(presenter->env.boards, tile->scene.camera);
    *info = (TileInfo) { .number = number,
                         .board = page ? board_page_title(page) : NULL,
                         .camera = tile->scene.camera,
                         .wanted = tile->wanted,
                         .shown = tile->shown,
                         .rect = tile->scene.rect,
                         .screen = screen_at(presenter, tile->screen)->id,
                         .cover = tile->scene.cover,
                         .is_on_glass = tile_run_has_live_picture(tile, clock_now_ns()) };
    info->has_feed = tile_run_get_feed(tile, tile->shown, &info->feed);
    info->sign = tile_run_sign(tile, info->has_feed ? &info->feed : NULL);
    return TRUE;
}

Presenter *presenter_new(const PresenterEnv *env, Config *config, const WallConfig *wall)
{
    g_autofree char *owner = g_strdup_printf("wall:%s", wall->id);
    Presenter *presenter = g_new0(Presenter, 1);
    presenter->env = *env;
    presenter->screens = g_array_new(FALSE, TRUE, sizeof(ScreenRun));
    g_array_set_clear_func(presenter->screens, clear_screen);
    presenter->tiles = tile_set_new(env->feeds, env->draw, env->boards, owner);
    presenter->config = config_ref(config);
    make_screens(presenter, wall);
    take_settings(presenter, config, wall);
    presenter->wall_id = g_strdup(wall->id);
    update_clock(presenter); /* a wall without cameras may never get a second stage */
    update_watermark(presenter);
    presenter->listener = feed_pool_listen(env->feeds, on_feed, presenter);
    if (env->boards)
        presenter->board_listener = board_book_listen(env->boards, on_board, presenter);
    presenter->timer = g_timeout_add(TIMER_MS, on_timer, presenter);
    return presenter;
}

void presenter_free(Presenter *presenter)
{
    if (!presenter)
        return;
    assert_control_thread();
    feed_pool_unlisten(presenter->env.feeds, presenter->listener);
    if (presenter->env.boards)
        board_book_unlisten(presenter->env.boards, presenter->board_listener);
    g_source_remove(presenter->timer);
    if (presenter->poke)
        g_source_remove(presenter->poke);
    if (presenter->wait_timer)
        g_source_remove(presenter->wait_timer);
    g_array_unref(presenter->screens); /* joins the canvases first: they hold stages */
    tile_set_free(presenter->tiles);
    wall_content_unref(presenter->content);
    config_unref(presenter->config);
    g_free(presenter->wall_name);
    g_free(presenter->wall_id);
    g_free(presenter);
}
