/* presenter.c - brings a wall's content to its screens
 *
 * Everything here is a function of three things: the content asked for, what the feeds can deliver,
 * and the time since the change. bind_tiles() turns the first two into views and looks; commit()
 * makes stages of them. Both run again whenever a feed has news, so a stream that becomes usable
 * later (the main stream behind a large tile, a camera that returns) needs no path of its own.
 */
#include "pipelines/presenter.h"

#include "pipelines/look.h"
#include "pipelines/notice_board.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define WAIT_MS       150 /* a warm stream needs one burst decode; more than that nobody waits for */
#define DEMOTE_FACTOR 0.8 /* a tile keeps its main stream until it is clearly too small for it */
#define TIMER_MS      200
#define LOOK_MS       8

typedef struct {
    char *id;
    Rect rect; /* wall px */
    Canvas *canvas;
    Scene *scene;
    NoticeBoard *board;
    guint64 stage, shown; /* ids: committed last; on glass */
} ScreenRun;

/* A tile of the content on one screen, kept from change to change while number, screen and size
 * stay. */
typedef struct {
    guint screen, number;
    SceneTile scene; /* camera borrowed from the scene that bind_tiles() saw last */
    Look *look;
    Profile wanted, shown;
    View *view[PROFILE_SUB + 1]; /* by Profile; NULL where not needed */
    gboolean is_used, is_empty;
} TileRun;

struct Presenter {
    PresenterEnv env;
    Config *config;
    char *wall_id, *wall_name, *owner;
    int gap_px;
    guint32 background;
    gboolean has_clock;
    GArray *screens;         /* ScreenRun */
    GPtrArray *tiles;        /* TileRun */
    GHashTable *warm_groups; /* group -> GStrv of camera ids */
    WallContent *content;
    guint64 revision, committed_revision, on_glass;
    gboolean is_pending; /* a change waits for its pictures */
    gint64 pending_ns;
    guint timer, wait_timer, poke, listener;
    guint n_empty; /* as last reported */
};

static void free_tile(gpointer data)
{
    TileRun *tile = data;
    g_clear_pointer(&tile->view[PROFILE_MAIN], view_unref);
    g_clear_pointer(&tile->view[PROFILE_SUB], view_unref);
    look_free(tile->look);
    g_free(tile);
}

static void clear_screen(gpointer data)
{
    ScreenRun *screen = data;
    canvas_free(screen->canvas);
    scene_unref(screen->scene);
    notice_board_free(screen->board);
    g_free(screen->id);
}

static ScreenRun *screen_at(Presenter *presenter, guint index)
{
    return &g_array_index(presenter->screens, ScreenRun, index);
}

/* ---- drawing
 * --------------------------------------------------------------------------------------------------------
 */

static void update_clock(Presenter *presenter)
{
    g_autoptr(GDateTime) now =
        presenter->has_clock ? g_date_time_new_from_unix_local(clock_unix_ms() / 1000) : NULL;
    g_autofree char *text = now ? g_date_time_format(now, "%Y-%m-%d %H:%M:%S") : NULL;
    g_autofree char *name =
        *presenter->config->site_name
            ? g_strdup_printf("%s · %s", presenter->config->site_name, presenter->wall_name)
            : g_strdup(presenter->wall_name);
    for (guint i = 0; i < presenter->screens->len; i++)
        notice_board_set_clock(screen_at(presenter, i)->board, name, text);
}

/* ---- choosing streams
 * -----------------------------------------------------------------------------------------------
 */

static Profile other_profile(Profile profile)
{
    return profile == PROFILE_MAIN ? PROFILE_SUB : PROFILE_MAIN;
}

static Profile choose_profile(const Presenter *presenter, const SceneTile *scene,
                              const Camera *camera, const TileRun *before)
{
    if (scene->stream == STREAM_MAIN || scene->stream == STREAM_SUB)
        return feed_pool_profile(camera, scene->stream == STREAM_MAIN ? PROFILE_MAIN : PROFILE_SUB);
    double height = (scene->rotation % 180 ? scene->rect.w : scene->rect.h) / scene->crop.h;
    double limit = presenter->config->promote_height_px;
    if (before && before->wanted == PROFILE_MAIN)
        limit *= DEMOTE_FACTOR;
    return feed_pool_profile(camera, height >= limit ? PROFILE_MAIN : PROFILE_SUB);
}

static gboolean is_live(Presenter *presenter, const Camera *camera, Profile profile)
{
    const Feed *feed = feed_pool_find(presenter->env.feeds, camera->id, profile);
    return feed && feed_state(feed) == FEED_LIVE;
}

/* A stream of its own is in trouble, not the whole camera: the other one may do better. */
static gboolean is_failing(const Feed *feed, FeedFault fault)
{
    FeedState state = feed_state(feed);
    gboolean is_stream_fault = fault != FAULT_UNREACHABLE && fault != FAULT_CREDENTIALS &&
                               fault != FAULT_TLS && fault != FAULT_NONE;
    return state == FEED_STALLED ||
           ((state == FEED_RETRYING || state == FEED_REFUSED) && is_stream_fault);
}

/* The other stream bridges the time until the wanted one is live if it is open anyway, and stands
 * in for it when it fails. It is not opened for a start: that would be twice the sessions when a
 * wall comes up. */
static gboolean has_bridge(Presenter *presenter, const TileRun *tile, const Camera *camera)
{
    if (!camera_has_both(camera) || tile->scene.stream != STREAM_AUTO ||
        is_live(presenter, camera, tile->wanted))
        return FALSE;
    const Feed *other =
        feed_pool_find(presenter->env.feeds, camera->id, other_profile(tile->wanted));
    Feed *wanted = feed_pool_find(presenter->env.feeds, camera->id, tile->wanted);
    if (other && feed_is_started(other))
        return TRUE;
    FeedInfo info;
    if (wanted)
        feed_get_info(wanted, &info);
    return wanted && is_failing(wanted, info.fault);
}

static void add_want(GArray *wants, const char *camera, Profile profile, WantLevel level)
{
    FeedWant want = { camera, profile, level };
    g_array_append_val(wants, want);
}

/* Shown streams first, larger tiles first; then what may come next. */
static void set_wants(Presenter *presenter)
{
    g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(FeedWant));
    for (guint i = 0; i < presenter->tiles->len; i++) {
        const TileRun *tile = g_ptr_array_index(presenter->tiles, i);
        const Camera *camera =
            tile->scene.camera ? config_camera(presenter->config, tile->scene.camera) : NULL;
        if (!camera)
            continue;
        add_want(wants, camera->id, tile->wanted, WANT_SHOWN);
        if (has_bridge(presenter, tile, camera))
            add_want(wants, camera->id, other_profile(tile->wanted), WANT_SHOWN);
    }
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, presenter->warm_groups);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        for (char **id = value; *id; id++) {
            const Camera *camera = config_camera(presenter->config, *id);
            if (camera)
                add_want(wants, camera->id, feed_pool_profile(camera, PROFILE_SUB), WANT_WARM);
        }
    }
    feed_pool_want(presenter->env.feeds, presenter->owner, (const FeedWant *)(gpointer)wants->data,
                   wants->len);
}

static TileRun *find_tile(Presenter *presenter, guint screen, guint number)
{
    for (guint i = 0; i < presenter->tiles->len; i++) {
        TileRun *tile = g_ptr_array_index(presenter->tiles, i);
        if (tile->screen == screen && tile->number == number)
            return tile;
    }
    return NULL;
}

static TileRun *use_tile(Presenter *presenter, guint screen, const SceneTile *scene)
{
    TileRun *tile = find_tile(presenter, screen, scene->number);
    /* Another camera has a look of its own: the former one's name is still on glass. */
    if (tile && (tile->scene.rect.w != scene->rect.w || tile->scene.rect.h != scene->rect.h ||
                 g_strcmp0(tile->scene.camera, scene->camera) != 0)) {
        look_free(tile->look);
        tile->look = NULL;
    }
    if (!tile) {
        tile = g_new0(TileRun, 1);
        tile->screen = screen;
        tile->number = scene->number;
        g_ptr_array_add(presenter->tiles, tile);
    }
    if (!tile->look)
        tile->look = look_new(presenter->env.draw, scene->rect.w, scene->rect.h,
                              screen_at(presenter, screen)->rect.h);
    return tile;
}

static void set_view(Presenter *presenter, TileRun *tile, const Camera *camera, Profile profile)
{
    Feed *feed = camera ? feed_pool_find(presenter->env.feeds, camera->id, profile) : NULL;
    View *view = NULL;
    if (feed && feed_is_started(feed)) {
        ViewSpec spec = { tile->scene.rect.w, tile->scene.rect.h, tile->scene.fit, tile->scene.crop,
                          tile->scene.rotation };
        view = feed_view(feed, &spec);
    }
    View *old = tile->view[profile];
    tile->view[profile] = view;
    view_unref(old);
}

/* The wanted stream once it has a picture; before that, and when it has stalled, the other one if
 * that has. */
static Profile pick(Presenter *presenter, const TileRun *tile, const Camera *camera)
{
    const View *other = tile->view[other_profile(tile->wanted)];
    View *wanted = tile->view[tile->wanted];
    if (!other)
        return tile->wanted;
    gboolean has_wanted =
        wanted && view_newest_ns(wanted) && is_live(presenter, camera, tile->wanted);
    gboolean has_other = view_newest_ns(tile->view[other_profile(tile->wanted)]) &&
                         is_live(presenter, camera, other_profile(tile->wanted));
    return has_wanted || !has_other ? tile->wanted : other_profile(tile->wanted);
}

static void bind_tile(Presenter *presenter, TileRun *tile)
{
    const Camera *camera =
        tile->scene.camera ? config_camera(presenter->config, tile->scene.camera) : NULL;
    gboolean is_bridged = camera && has_bridge(presenter, tile, camera);
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        gboolean is_needed = camera && (profile == tile->wanted || is_bridged);
        set_view(presenter, tile, is_needed ? camera : NULL, profile);
    }
    /* Until the wanted stream has a picture at this size, what is shown stays: no gap. */
    if (camera && !is_bridged && camera_has_both(camera) && tile->view[tile->wanted] &&
        !view_newest_ns(tile->view[tile->wanted]) && tile->shown == other_profile(tile->wanted))
        set_view(presenter, tile, camera, other_profile(tile->wanted));
    tile->shown = camera ? pick(presenter, tile, camera) : tile->wanted;
}

static void bind_tiles(Presenter *presenter)
{
    for (guint i = 0; i < presenter->tiles->len; i++)
        ((TileRun *)g_ptr_array_index(presenter->tiles, i))->is_used = FALSE;
    for (guint s = 0; s < presenter->screens->len; s++) {
        const Scene *scene = screen_at(presenter, s)->scene;
        for (guint i = 0; scene && i < scene->n_tiles; i++) {
            const SceneTile *wanted = &scene->tiles[i];
            TileRun *tile = use_tile(presenter, s, wanted);
            gboolean is_same_camera =
                tile->is_used || g_strcmp0(tile->scene.camera, wanted->camera) == 0;
            const Camera *camera =
                wanted->camera ? config_camera(presenter->config, wanted->camera) : NULL;
            if (camera)
                tile->wanted =
                    choose_profile(presenter, wanted, camera, is_same_camera ? tile : NULL);
            if (!is_same_camera)
                tile->shown = tile->wanted;
            tile->scene = *wanted;
            tile->is_used = TRUE;
        }
    }
    for (guint i = presenter->tiles->len; i > 0; i--) {
        if (!((TileRun *)g_ptr_array_index(presenter->tiles, i - 1))->is_used)
            g_ptr_array_remove_index(presenter->tiles, i - 1);
    }
    set_wants(presenter);
    for (guint i = 0; i < presenter->tiles->len; i++)
        bind_tile(presenter, g_ptr_array_index(presenter->tiles, i));
}

/* ---- what a tile says
 * -----------------------------------------------------------------------------------------------
 */

static void update_look(Presenter *presenter, TileRun *tile)
{
    const char *id = tile->scene.camera;
    const Camera *camera = id ? config_camera(presenter->config, id) : NULL;
    Feed *feed = camera ? feed_pool_find(presenter->env.feeds, id, tile->wanted) : NULL;
    FeedInfo info;
    if (feed)
        feed_get_info(feed, &info);
    View *view = tile->view[tile->shown];
    LookFacts facts = {
        .number = tile->number,
        .camera = camera,
        .sign = !id       ? SIGN_EMPTY
                : !camera ? SIGN_GONE
                          : sign_of_feed(camera, feed ? &info : NULL),
        .fault = feed ? info.fault : FAULT_NONE,
        .since_unix_ms = feed ? info.lost_unix_ms : 0,
        .next_try_ns = feed ? info.next_try_ns : 0,
        .picture_ns = view ? view_newest_ns(view) : 0,
        .mark = feed && info.reel.effort == DECODE_KEY_ONLY ? "降载" : NULL,
    };
    look_update(tile->look, &facts);
}

static gboolean is_empty(const TileRun *tile, gint64 now)
{
    if (!tile->scene.camera)
        return FALSE;
    View *view = tile->view[tile->shown];
    gint64 newest = view ? MAX(view_newest_ns(view), view_touched_ns(view)) : 0;
    return !view || !view_newest_ns(view) || now - newest > 2 * NS_PER_SEC;
}

/* ---- going on air
 * ---------------------------------------------------------------------------------------------------
 */

/* A name under the clock goes to the top of its tile. */
static LabelPlace label_place(const Presenter *presenter, const ScreenRun *screen,
                              const Camera *camera, Rect tile)
{
    LabelPlace place = camera->label;
    gboolean is_bottom = place == LABEL_BOTTOM_LEFT || place == LABEL_BOTTOM_RIGHT;
    Rect strip = { tile.x, tile.y + tile.h - screen->rect.h / 25, tile.w, screen->rect.h / 25 };
    if (!is_bottom || !rect_intersects(strip, notice_board_clock_corner(screen->board)))
        return place;
    return place == LABEL_BOTTOM_LEFT ? LABEL_TOP_LEFT : LABEL_TOP_RIGHT;
}

static void fill_tile(const Presenter *presenter, const ScreenRun *screen, const TileRun *tile,
                      StageTile *out)
{
    const Camera *camera =
        tile->scene.camera ? config_camera(presenter->config, tile->scene.camera) : NULL;
    Rect r = tile->scene.rect;
    View *view = tile->view[tile->shown];
    *out = (StageTile) {
        .number = tile->number,
        .rect = r,
        .view = view ? view_ref(view) : NULL,
        .slate = overlay_ref(look_slate(tile->look)),
        .stale = overlay_ref(look_stale(tile->look)),
        .label = camera && camera->label != LABEL_OFF ? overlay_ref(look_label(tile->look)) : NULL,
        .label_place = camera ? label_place(presenter, screen, camera, r) : LABEL_OFF,
        .is_window = tile->scene.is_window,
        .gap_right = !tile->scene.is_window && r.x + r.w < screen->rect.w ? presenter->gap_px : 0,
        .gap_bottom = !tile->scene.is_window && r.y + r.h < screen->rect.h ? presenter->gap_px : 0,
        .stale_ns = (camera ? camera->stall_ms : 2000) * NS_PER_MS,
        .offline_ns = (camera ? camera->offline_ms : 10000) * NS_PER_MS,
    };
}

static Stage *make_stage(Presenter *presenter, guint index)
{
    const ScreenRun *screen = screen_at(presenter, index);
    Stage *stage = stage_new(presenter->revision, screen->scene ? screen->scene->n_tiles : 0,
                             notice_board_count(screen->board));
    for (guint i = 0; i < stage->n_tiles; i++)
        fill_tile(presenter, screen, find_tile(presenter, index, screen->scene->tiles[i].number),
                  &stage->tiles[i]);
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
        screen_at(presenter, s)->stage = stages[s]->id;
        canvas_show(screen_at(presenter, s)->canvas, stages[s], from);
    }
    presenter->is_pending = FALSE;
    presenter->committed_revision = presenter->revision;
    if (presenter->wait_timer)
        g_source_remove(presenter->wait_timer);
    presenter->wait_timer = 0;
}

/* A camera that is live now gives a picture at the new size within a burst decode: worth waiting
 * for. */
static gboolean is_worth_waiting(Presenter *presenter, const TileRun *tile)
{
    View *shown = tile->view[tile->shown];
    if (!tile->scene.camera)
        return !look_is_drawn(tile->look);
    if (shown && view_newest_ns(shown))
        return FALSE;
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = tile->view[profile]
                         ? feed_pool_find(presenter->env.feeds, tile->scene.camera, profile)
                         : NULL;
        FeedInfo info;
        if (!feed)
            continue;
        feed_get_info(feed, &info);
        if (info.state == FEED_LIVE && (info.reel.has_gop || info.reel.pictures) &&
            !*info.reel.trouble)
            return TRUE;
    }
    return !look_is_drawn(tile->look);
}

/* Pictures tell of themselves; that a slate is drawn is looked up. */
static gboolean on_wait(gpointer user);

static void try_commit(Presenter *presenter)
{
    gboolean is_over = clock_now_ns() - presenter->pending_ns >= WAIT_MS * NS_PER_MS;
    for (guint i = 0; i < presenter->tiles->len && !is_over; i++) {
        if (is_worth_waiting(presenter, g_ptr_array_index(presenter->tiles, i))) {
            if (!presenter->wait_timer)
                presenter->wait_timer = g_timeout_add(LOOK_MS, on_wait, presenter);
            return;
        }
    }
    commit(presenter);
}

static gboolean on_wait(gpointer user)
{
    Presenter *presenter = user;
    presenter->wait_timer = 0;
    if (presenter->is_pending)
        try_commit(presenter);
    return G_SOURCE_REMOVE;
}

static void report(Presenter *presenter, gint64 tick_ns)
{
    g_autoptr(GArray) empty = g_array_new(FALSE, FALSE, sizeof(guint));
    gint64 now = clock_now_ns();
    for (guint i = 0; i < presenter->tiles->len; i++) {
        TileRun *tile = g_ptr_array_index(presenter->tiles, i);
        tile->is_empty = is_empty(tile, now);
        if (tile->is_empty)
            g_array_append_val(empty, tile->number);
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

/* ---- news
 * -----------------------------------------------------------------------------------------------------------
 */

static gboolean shows_other_view(Presenter *presenter, const TileRun *tile, const View *before)
{
    return tile->view[tile->shown] != before;
}

static gboolean on_poke(gpointer user)
{
    Presenter *presenter = user;
    presenter->poke = 0;
    if (!presenter->content)
        return G_SOURCE_REMOVE;
    /* Views are compared by address: held here, an address cannot be used again meanwhile. */
    g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func((GDestroyNotify)view_unref);
    for (guint i = 0; i < presenter->tiles->len; i++) {
        const TileRun *tile = g_ptr_array_index(presenter->tiles, i);
        g_ptr_array_add(before, tile->view[tile->shown] ? view_ref(tile->view[tile->shown]) : NULL);
    }
    bind_tiles(presenter);
    gboolean is_changed = presenter->tiles->len != before->len;
    guint empty_now = 0;
    gint64 now = clock_now_ns();
    for (guint i = 0; i < presenter->tiles->len; i++) {
        TileRun *tile = g_ptr_array_index(presenter->tiles, i);
        is_changed |=
            i < before->len && shows_other_view(presenter, tile, g_ptr_array_index(before, i));
        update_look(presenter, tile);
        empty_now += is_empty(tile, now);
    }
    if (presenter->is_pending)
        try_commit(presenter);
    else if (is_changed)
        commit(presenter);
    if (!presenter->is_pending && presenter->on_glass == presenter->revision &&
        empty_now < presenter->n_empty)
        report(presenter, now);
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

static gboolean on_timer(gpointer user)
{
    Presenter *presenter = user;
    update_clock(presenter);
    for (guint i = 0; i < presenter->tiles->len; i++)
        update_look(presenter, g_ptr_array_index(presenter->tiles, i));
    return G_SOURCE_CONTINUE;
}

/* ---- public
 * ---------------------------------------------------------------------------------------------------------
 */

static void show_content(Presenter *presenter, WallContent *content, guint64 revision)
{
    WallContent *old = presenter->content;
    presenter->content = wall_content_ref(content);
    wall_content_unref(old);
    presenter->revision = revision;
    g_autoptr(GPtrArray) former = g_ptr_array_new_with_free_func((GDestroyNotify)scene_unref);
    for (guint s = 0; s < presenter->screens->len; s++) {
        ScreenRun *screen = screen_at(presenter, s);
        g_ptr_array_add(former,
                        screen->scene); /* tiles borrow its strings until they are bound anew */
        screen->scene = scene_new(content, revision, screen->id, screen->rect);
    }
    presenter->is_pending = TRUE;
    presenter->pending_ns = clock_now_ns();
    bind_tiles(presenter);
    for (guint i = 0; i < presenter->tiles->len; i++)
        update_look(presenter, g_ptr_array_index(presenter->tiles, i));
    try_commit(presenter);
}

void presenter_show(Presenter *presenter, WallContent *content, guint64 revision,
                    const Notice *notices, guint n_notices)
{
    assert_control_thread();
    for (guint s = 0; s < presenter->screens->len; s++)
        notice_board_set(screen_at(presenter, s)->board, notices, n_notices);
    show_content(presenter, content, revision);
}

void presenter_warm(Presenter *presenter, const char *group, const char *const *cameras, guint n)
{
    assert_control_thread();
    GStrvBuilder *builder = g_strv_builder_new();
    for (guint i = 0; i < n; i++)
        g_strv_builder_add(builder, cameras[i]);
    g_hash_table_insert(presenter->warm_groups, g_strdup(group), g_strv_builder_end(builder));
    g_strv_builder_unref(builder);
    poke(presenter);
}

static void make_screens(Presenter *presenter, const WallConfig *wall)
{
    for (guint i = 0; i < wall->n_screens; i++) {
        const Screen *from = &wall->screens[i];
        ScreenRun screen = { .id = g_strdup(from->id),
                             .rect = from->rect,
                             .board = notice_board_new(presenter->env.draw, from->rect.w,
                                                       from->rect.h) };
        g_autofree char *name = g_strdup_printf("%s/%s", wall->id, from->id);
        screen.canvas = canvas_new(name, from->rect.w, from->rect.h, presenter->config->fps,
                                   presenter->background, on_shown, presenter);
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
    presenter->background = wall->background;
    presenter->has_clock = wall->has_clock;
}

void presenter_reload(Presenter *presenter, Config *config, const WallConfig *wall)
{
    assert_control_thread();
    take_settings(presenter, config, wall);
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

guint64 presenter_on_glass(const Presenter *presenter)
{
    return presenter->on_glass;
}

gboolean presenter_tile(Presenter *presenter, guint number, TileInfo *info)
{
    for (guint i = 0; i < presenter->tiles->len; i++) {
        const TileRun *tile = g_ptr_array_index(presenter->tiles, i);
        if (tile->number != number)
            continue;
        const Camera *camera =
            tile->scene.camera ? config_camera(presenter->config, tile->scene.camera) : NULL;
        *info = (TileInfo) { .number = number,
                             .camera = tile->scene.camera,
                             .wanted = tile->wanted,
                             .shown = tile->shown,
                             .rect = tile->scene.rect,
                             .screen = screen_at(presenter, tile->screen)->id,
                             .is_on_glass = tile->scene.camera && !is_empty(tile, clock_now_ns()) };
        Feed *feed = camera ? feed_pool_find(presenter->env.feeds, camera->id, tile->shown) : NULL;
        info->has_feed = feed != NULL;
        if (feed)
            feed_get_info(feed, &info->feed);
        info->sign = !tile->scene.camera ? SIGN_EMPTY
                     : !camera           ? SIGN_GONE
                                         : sign_of_feed(camera, feed ? &info->feed : NULL);
        return TRUE;
    }
    return FALSE;
}

Presenter *presenter_new(const PresenterEnv *env, Config *config, const WallConfig *wall)
{
    Presenter *presenter = g_new0(Presenter, 1);
    presenter->env = *env;
    presenter->wall_id = g_strdup(wall->id);
    presenter->owner = g_strdup_printf("wall:%s", wall->id);
    presenter->screens = g_array_new(FALSE, TRUE, sizeof(ScreenRun));
    g_array_set_clear_func(presenter->screens, clear_screen);
    presenter->tiles = g_ptr_array_new_with_free_func(free_tile);
    presenter->warm_groups =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
    take_settings(presenter, config, wall);
    make_screens(presenter, wall);
    presenter->listener = feed_pool_listen(env->feeds, on_feed, presenter);
    presenter->timer = g_timeout_add(TIMER_MS, on_timer, presenter);
    return presenter;
}

void presenter_free(Presenter *presenter)
{
    if (!presenter)
        return;
    assert_control_thread();
    feed_pool_unlisten(presenter->env.feeds, presenter->listener);
    feed_pool_want(presenter->env.feeds, presenter->owner, NULL, 0);
    g_source_remove(presenter->timer);
    if (presenter->poke)
        g_source_remove(presenter->poke);
    if (presenter->wait_timer)
        g_source_remove(presenter->wait_timer);
    g_array_unref(presenter->screens); /* joins the canvases first: they hold stages */
    g_ptr_array_unref(presenter->tiles);
    g_hash_table_unref(presenter->warm_groups);
    wall_content_unref(presenter->content);
    config_unref(presenter->config);
    g_free(presenter->wall_id);
    g_free(presenter->wall_name);
    g_free(presenter->owner);
    g_free(presenter);
}
