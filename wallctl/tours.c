/* tours.c - the clock of running tours */
#include "wallctl/tours.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/calendar.h"

#include <string.h>

#define TICK_MS       100
#define LOOK_AHEAD_NS (8 * NS_PER_SEC) /* connect, key frame of a 4 s GOP, and a second try */
#define SCHEDULE_NS   (10 * NS_PER_SEC)

typedef struct {
    char *wall, *tour;
    gint64 deadline_ns; /* 0 while paused */
    gboolean is_warmed; /* the next step's cameras were asked for */
    guint next;         /* where the next step begins */
    guint shown_step;
    GPtrArray *skipped; /* camera ids of the last pick */
    gboolean is_seen;   /* mark of tour_clock_sync() */
} TourTimer;

struct TourClock {
    Controller *controller;
    FeedPool *feeds;
    GPtrArray *timers;
    GHashTable *scheduled; /* tour id: its schedule was on at the last look */
    gint64 schedule_ns;
    guint source;
    gboolean looks_ahead;
};

static void free_timer(gpointer data)
{
    TourTimer *timer = data;
    g_ptr_array_unref(timer->skipped);
    g_free(timer->wall);
    g_free(timer->tour);
    g_free(timer);
}

static TourTimer *find_timer(const TourClock *clock, const char *wall, const char *tour)
{
    for (guint i = 0; i < clock->timers->len; i++) {
        TourTimer *timer = g_ptr_array_index(clock->timers, i);
        if (strcmp(timer->wall, wall) == 0 && strcmp(timer->tour, tour) == 0)
            return timer;
    }
    return NULL;
}

static const TourRun *find_run(const WallContent *content, const char *tour)
{
    for (guint i = 0; i < content->n_tours; i++) {
        if (strcmp(content->tours[i].id, tour) == 0)
            return &content->tours[i];
    }
    return NULL;
}

typedef struct {
    TourClock *clock;
    GPtrArray *skipped;
} Usable;

/* A camera whose feed has failed is skipped; one that was not opened yet gets its chance. */
static gboolean is_usable(const char *camera, gpointer user)
{
    Usable *usable = user;
    const Camera *known = config_camera(feed_pool_config(usable->clock->feeds), camera);
    gboolean is_good = known != NULL;
    if (known) {
        const Feed *sub =
            feed_pool_find(usable->clock->feeds, camera, feed_pool_profile(known, PROFILE_SUB));
        FeedState state = sub ? feed_state(sub) : FEED_IDLE;
        is_good = state != FEED_RETRYING && state != FEED_REFUSED && state != FEED_STALLED;
    }
    if (!is_good)
        g_ptr_array_add(usable->skipped, g_strdup(camera));
    return is_good;
}

static guint pick(TourClock *clock, const Tour *tour, guint from, int *out, GPtrArray *skipped)
{
    g_ptr_array_set_size(skipped, 0);
    Usable usable = { clock, skipped };
    return tour_pick(tour, from, is_usable, &usable, out);
}

/* The camera index at which the pick for `from` really begins: the first one it shows. */
static guint first_shown(const Tour *tour, const int *picked, guint from)
{
    for (guint i = 0; i < tour->n_tiles; i++) {
        if (picked[i] >= 0)
            return (guint)picked[i];
    }
    return from;
}

static void warm(TourClock *clock, TourTimer *timer, const Tour *tour)
{
    g_autofree char *group = g_strdup_printf("tour:%s", tour->id);
    g_autoptr(GPtrArray) cameras = g_ptr_array_new();
    if (tour->n_cameras && clock->looks_ahead) {
        /* One step and as many again: a camera that turns out dead has a warm successor. */
        for (guint i = 0; i < MIN(2 * tour->n_tiles, tour->n_cameras); i++)
            g_ptr_array_add(cameras, tour->cameras[(timer->next + i) % tour->n_cameras]);
    } else if (tour->n_presets && clock->looks_ahead) {
        const StoredPreset *preset =
            library_preset(controller_library(clock->controller), timer->wall,
                           tour->presets[timer->next % tour->n_presets]);
        for (guint i = 0; preset && i < preset->content->n_tiles; i++) {
            if (preset->content->tiles[i].camera)
                g_ptr_array_add(cameras, preset->content->tiles[i].camera);
        }
    }
    presenter_warm(controller_presenter(clock->controller, timer->wall), group,
                   (const char *const *)cameras->pdata, cameras->len);
    timer->is_warmed = TRUE;
}

static void unwarm(TourClock *clock, const TourTimer *timer)
{
    g_autofree char *group = g_strdup_printf("tour:%s", timer->tour);
    Presenter *presenter = controller_presenter(clock->controller, timer->wall);
    if (presenter)
        presenter_warm(presenter, group, NULL, 0);
}

/* Puts the pictures of the step that begins at timer->next into command. */
static void fill_step(TourClock *clock, TourTimer *timer, const Tour *tour, const TourRun *run,
                      Command *command)
{
    command->left_ms = tour->dwell_ms;
    if (tour->n_presets) {
        command->step = timer->next % tour->n_presets;
        const StoredPreset *preset = library_preset(controller_library(clock->controller),
                                                    timer->wall, tour->presets[command->step]);
        if (preset)
            command->content = wall_content_ref(preset->content);
        timer->next = (command->step + 1) % tour->n_presets;
        return;
    }
    g_autofree int *picked = g_new(int, tour->n_tiles);
    guint after = pick(clock, tour, timer->next, picked, timer->skipped);
    command->step = first_shown(tour, picked, timer->next);
    command->n_placements = MIN(run->n_tiles, tour->n_tiles);
    command->placements = g_new0(Placement, command->n_placements);
    for (guint i = 0; i < command->n_placements; i++) {
        command->placements[i].tile = run->tiles[i];
        command->placements[i].camera = picked[i] >= 0 ? g_strdup(tour->cameras[picked[i]]) : NULL;
    }
    timer->next = after;
}

static void step(TourClock *clock, TourTimer *timer)
{
    const Tour *tour = library_tour(controller_library(clock->controller), timer->tour);
    const Wall *wall = controller_wall(clock->controller, timer->wall);
    const TourRun *run = wall ? find_run(wall->air, timer->tour) : NULL;
    if (!tour || !run)
        return;
    g_autoptr(Command) command = command_new(COMMAND_TOUR_STEP, "tour");
    command->name = g_strdup(tour->id);
    command->by_tour = TRUE;
    command->has |= COMMAND_HAS_STEP;
    fill_step(clock, timer, tour, run, command);
    timer->is_warmed = FALSE;
    timer->deadline_ns = clock_now_ns() + (gint64)tour->dwell_ms * NS_PER_MS;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = g_strdup(timer->wall);
    if ((command->content || command->n_placements) &&
        !controller_run(clock->controller, id, command, NULL, NULL, &error))
        log_warning(TOUR, "%s: step %u: %s", tour->id, command->step, error->message);
}

static void run_schedule(TourClock *clock)
{
    gint64 now = clock_now_ns();
    if (now < clock->schedule_ns)
        return;
    clock->schedule_ns = now + SCHEDULE_NS;
    g_autoptr(GDateTime) local = calendar_local(clock_unix_ms());
    guint weekday = (guint)g_date_time_get_day_of_week(local) - 1;
    guint minute = (guint)(g_date_time_get_hour(local) * 60 + g_date_time_get_minute(local));
    g_autoptr(GPtrArray) tours = library_tours(controller_library(clock->controller));
    for (guint i = 0; i < tours->len; i++) {
        const Tour *tour = g_ptr_array_index(tours, i);
        gboolean is_due = tour_is_scheduled(tour, weekday, minute);
        gboolean was_due = g_hash_table_contains(clock->scheduled, tour->id);
        const Wall *wall = controller_wall(clock->controller, tour->wall);
        if (is_due == was_due || !wall)
            continue;
        if (is_due)
            g_hash_table_add(clock->scheduled, g_strdup(tour->id));
        else
            g_hash_table_remove(clock->scheduled, tour->id);
        if (is_due == (find_run(wall->air, tour->id) != NULL))
            continue;
        g_autoptr(Command) command =
            command_new(is_due ? COMMAND_TOUR_START : COMMAND_TOUR_STOP, "schedule");
        command->name = g_strdup(tour->id);
        command->by_tour = TRUE;
        g_autoptr(GError) error = NULL;
        if (controller_run(clock->controller, tour->wall, command, NULL, NULL, &error))
            log_info(TOUR, "%s: %s by its schedule", tour->id, is_due ? "started" : "stopped");
        else
            log_warning(TOUR, "%s: its schedule: %s", tour->id, error->message);
    }
}

static gboolean on_tick(gpointer user)
{
    TourClock *clock = user;
    gint64 now = clock_now_ns();
    run_schedule(clock);
    g_autoptr(GPtrArray) due = g_ptr_array_new();
    for (guint i = 0; i < clock->timers->len; i++) {
        TourTimer *timer = g_ptr_array_index(clock->timers, i);
        const Tour *tour = library_tour(controller_library(clock->controller), timer->tour);
        if (!timer->deadline_ns || !tour)
            continue;
        if (!timer->is_warmed && timer->deadline_ns - now < LOOK_AHEAD_NS)
            warm(clock, timer, tour);
        if (now >= timer->deadline_ns)
            g_ptr_array_add(due, timer);
    }
    for (guint i = 0; i < due->len; i++) {
        /* A step's command may end another tour: look again. */
        if (g_ptr_array_find(clock->timers, g_ptr_array_index(due, i), NULL))
            step(clock, g_ptr_array_index(due, i));
    }
    return G_SOURCE_CONTINUE;
}

/* Where the step after the one that is shown begins. */
static guint next_of(TourClock *clock, const Tour *tour, const TourRun *run)
{
    if (tour->n_presets)
        return (run->step + 1) % tour->n_presets;
    g_autofree int *picked = g_new(int, tour->n_tiles);
    g_autoptr(GPtrArray) skipped = g_ptr_array_new_with_free_func(g_free);
    return pick(clock, tour, run->step, picked, skipped);
}

static void sync_run(TourClock *clock, const char *wall, const TourRun *run)
{
    const Tour *tour = library_tour(controller_library(clock->controller), run->id);
    TourTimer *timer = find_timer(clock, wall, run->id);
    gboolean is_new = !timer;
    if (is_new) {
        timer = g_new0(TourTimer, 1);
        timer->wall = g_strdup(wall);
        timer->tour = g_strdup(run->id);
        timer->skipped = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(clock->timers, timer);
    }
    timer->is_seen = TRUE;
    if (tour && (is_new || timer->shown_step != run->step)) {
        timer->next = next_of(clock, tour, run);
        timer->shown_step = run->step;
        if (!is_new) {
            timer->deadline_ns = clock_now_ns() + run->left_ms * NS_PER_MS;
            timer->is_warmed = FALSE;
        }
    }
    if (run->is_paused || run->yields)
        timer->deadline_ns = 0;
    else if (timer->deadline_ns == 0)
        timer->deadline_ns = clock_now_ns() + MAX(run->left_ms, 0) * NS_PER_MS;
}

void tour_clock_sync(TourClock *clock, const char *wall_id)
{
    assert_control_thread();
    const Wall *wall = controller_wall(clock->controller, wall_id);
    for (guint i = 0; i < clock->timers->len; i++)
        ((TourTimer *)g_ptr_array_index(clock->timers, i))->is_seen = FALSE;
    for (guint i = 0; wall && i < wall->air->n_tours; i++)
        sync_run(clock, wall_id, &wall->air->tours[i]);
    for (guint i = clock->timers->len; i > 0; i--) {
        TourTimer *timer = g_ptr_array_index(clock->timers, i - 1);
        if (timer->is_seen || strcmp(timer->wall, wall_id) != 0)
            continue;
        unwarm(clock, timer);
        g_ptr_array_remove_index(clock->timers, i - 1);
    }
}

static gint64 left_of(const TourTimer *timer, const TourRun *run)
{
    return timer && timer->deadline_ns ? MAX(0, (timer->deadline_ns - clock_now_ns()) / NS_PER_MS)
                                       : run->left_ms;
}

/* A scene is laid over the wall: its tours stand with what is left of their steps. */
static void fill_lefts(TourClock *clock, const Wall *now, Command *command)
{
    command->n_lefts = now->air->n_tours;
    command->lefts = g_new(gint64, now->air->n_tours);
    for (guint i = 0; i < now->air->n_tours; i++) {
        const TourRun *run = &now->air->tours[i];
        command->lefts[i] = left_of(find_timer(clock, now->id, run->id), run);
    }
}

void tour_clock_prepare(TourClock *clock, const char *wall, Command *command)
{
    const Wall *now = controller_wall(clock->controller, wall);
    if (now && command->kind == COMMAND_OPEN) {
        fill_lefts(clock, now, command);
        return;
    }
    if (!command->name ||
        (command->kind != COMMAND_TOUR_STEP && command->kind != COMMAND_TOUR_PAUSE))
        return;
    TourTimer *timer = now ? find_timer(clock, now->id, command->name) : NULL;
    const TourRun *run = now ? find_run(now->air, command->name) : NULL;
    const Tour *tour = library_tour(controller_library(clock->controller), command->name);
    if (!timer || !run || !tour)
        return;
    if (command->kind == COMMAND_TOUR_PAUSE) {
        command->left_ms = left_of(timer, run);
        return;
    }
    if (command->has & COMMAND_HAS_STEP)
        timer->next = command->step;
    fill_step(clock, timer, tour, run, command);
}

void tour_clock_set_look_ahead(TourClock *clock, gboolean is_on)
{
    if (clock->looks_ahead == is_on)
        return;
    clock->looks_ahead = is_on;
    for (guint i = 0; i < clock->timers->len; i++) {
        TourTimer *timer = g_ptr_array_index(clock->timers, i);
        timer->is_warmed = FALSE;
        if (!is_on)
            unwarm(clock, timer);
    }
}

Json *tour_clock_state(TourClock *clock, const char *wall, const char *tour)
{
    const TourTimer *timer = find_timer(clock, wall, tour);
    if (!timer)
        return NULL;
    Json *state = json_object_new_object();
    if (timer->deadline_ns)
        json_add_int(state, "left_ms", MAX(0, (timer->deadline_ns - clock_now_ns()) / NS_PER_MS));
    Json *skipped = json_object_new_array();
    for (guint i = 0; i < timer->skipped->len; i++)
        json_object_array_add(skipped,
                              json_object_new_string(g_ptr_array_index(timer->skipped, i)));
    json_add(state, "skipped", skipped);
    return state;
}

TourClock *tour_clock_new(Controller *controller, FeedPool *feeds)
{
    TourClock *clock = g_new0(TourClock, 1);
    clock->controller = controller;
    clock->feeds = feeds;
    clock->looks_ahead = TRUE;
    clock->timers = g_ptr_array_new_with_free_func(free_timer);
    clock->scheduled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    clock->source = g_timeout_add(TICK_MS, on_tick, clock);
    for (guint i = 0; i < controller_count(controller); i++)
        tour_clock_sync(clock, controller_wall_id(controller, i));
    return clock;
}

void tour_clock_free(TourClock *clock)
{
    if (!clock)
        return;
    g_source_remove(clock->source);
    g_ptr_array_unref(clock->timers);
    g_hash_table_unref(clock->scheduled);
    g_free(clock);
}
