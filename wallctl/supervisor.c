/* supervisor.c - admission control: sheds work in a declared order before the wall stutters, and
 * takes it back */
#include "wallctl/supervisor.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

#include <stdio.h>
#include <sys/resource.h>

#define LOOK_MS        500
#define CALM_LOOKS     10u  /* 5 s */
#define EARLY_LOOKS    20u  /* pressure so soon after a step down: it was too early */
#define MAX_CALM_LOOKS 240u /* 2 min */
#define SETTLE_LOOKS   1u   /* a step shows its effect on what waits before decoders that late */
#define LOW_RATE_SHARE 2    /* output at fps / 2 */
/* Pictures of a camera that comes on glass are decoded from the kept GOP at once: work by choice that ends soon. */
#define BURST_NS (2 * NS_PER_SEC)

struct Supervisor {
    Controller *controller;
    FeedPool *feeds;
    TourClock *tours;
    void (*event)(const char *, Json *, gpointer);
    gpointer user;
    LoadState state;
    guint source;
    LoadSample sample;
    gint64 last_ns, last_cpu_ns, changed_unix_ms;
    guint64 last_busy, last_total, last_late;
};

const char *load_level_word(LoadLevel level)
{
    static const char *const words[] = { "normal", "no_loop_filter", "no_look_ahead", "key_frames",
                                         "low_rate" };
    return (guint)level < G_N_ELEMENTS(words) ? words[level] : "";
}

LoadState load_next(LoadState state, const LoadSample *sample)
{
    gboolean is_urgent = sample->late_ticks > 2 || sample->slack < 0.2;
    gboolean is_pressed = is_urgent || sample->behind > 0;
    gboolean is_calm = sample->backlog < 8 && sample->late_ticks == 0 && sample->slack > 0.5;
    state.needed = MAX(state.needed, CALM_LOOKS);
    if (is_pressed && state.early) {
        state.needed = MIN(state.needed * 2, MAX_CALM_LOOKS);
        state.early = 0;
    }
    if (state.early && --state.early == 0)
        state.needed = MAX(state.needed / 2, CALM_LOOKS); /* the last step down held */
    if (is_pressed && state.level < LOAD_LOW_RATE && (is_urgent || !state.settling)) {
        state.level++;
        state.settling = SETTLE_LOOKS;
    } else {
        state.settling -= state.settling > 0;
    }
    if (!is_calm) {
        state.calm = 0;
        return state;
    }
    state.calm++;
    if (state.level == LOAD_NORMAL) {
        if (state.calm > MAX_CALM_LOOKS)
            state.needed = CALM_LOOKS;
        return state;
    }
    if (state.calm < state.needed)
        return state;
    state.level--;
    state.calm = 0;
    state.early = EARLY_LOOKS;
    return state;
}

void load_add_feed(LoadSample *sample, const ReelFacts *facts, gint64 now_ns)
{
    if (now_ns - facts->looked_ns < BURST_NS)
        return;
    sample->backlog += facts->waiting;
    sample->behind += facts->waiting > 5;
}

static void sum_feed(Feed *feed, gpointer user)
{
    FeedInfo info;
    feed_get_info(feed, &info);
    load_add_feed(user, &info.reel, clock_now_ns());
}

/* Busy and total jiffies of the machine; zero where /proc is not there. */
static void read_machine(guint64 *busy, guint64 *total)
{
    *busy = *total = 0;
    FILE *file = fopen("/proc/stat", "re");
    if (!file)
        return;
    unsigned long long v[8] = { 0 };
    if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1], &v[2], &v[3],
               &v[4], &v[5], &v[6], &v[7]) == 8) {
        for (int i = 0; i < 8; i++)
            *total += v[i];
        *busy = *total - v[3] - v[4];
    }
    fclose(file);
}

static void measure(Supervisor *supervisor)
{
    LoadSample *sample = &supervisor->sample;
    *sample = (LoadSample) { .slack = 1 };
    feed_pool_foreach(supervisor->feeds, sum_feed, sample);
    guint64 late = 0;
    for (guint w = 0; w < controller_count(supervisor->controller); w++) {
        Presenter *presenter = controller_presenter(supervisor->controller,
                                                    controller_wall_id(supervisor->controller, w));
        for (guint s = 0; s < presenter_screens(presenter); s++) {
            CanvasStats stats;
            canvas_get_stats(presenter_canvas_at(presenter, s, NULL), &stats);
            late += stats.late;
            sample->slack = MIN(sample->slack, stats.slack);
        }
    }
    sample->late_ticks = late > supervisor->last_late ? late - supervisor->last_late : 0;
    supervisor->last_late = late;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    gint64 cpu_ns = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * NS_PER_SEC +
                    (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
    gint64 now = clock_now_ns();
    guint64 busy, total;
    read_machine(&busy, &total);
    if (supervisor->last_ns && now > supervisor->last_ns) {
        sample->cpu = (double)(cpu_ns - supervisor->last_cpu_ns) /
                      (double)(now - supervisor->last_ns) / g_get_num_processors();
        if (total > supervisor->last_total)
            sample->machine =
                (double)(busy - supervisor->last_busy) / (double)(total - supervisor->last_total);
    }
    supervisor->last_ns = now;
    supervisor->last_cpu_ns = cpu_ns;
    supervisor->last_busy = busy;
    supervisor->last_total = total;
}

typedef struct {
    LoadLevel level;
    int least_height, most_height; /* of shown views */
} Shedding;

static void measure_height(Feed *feed, gpointer user)
{
    Shedding *shedding = user;
    FeedInfo info;
    feed_get_info(feed, &info);
    if (!info.reel.view_height)
        return;
    shedding->least_height = shedding->least_height
                                 ? MIN(shedding->least_height, info.reel.view_height)
                                 : info.reel.view_height;
    shedding->most_height = MAX(shedding->most_height, info.reel.view_height);
}

/* Key frames only where the picture is smallest; when all tiles are equal every second one, by the
 * camera's number, so that the wall as a whole stays alive. */
static void shed_feed(Feed *feed, gpointer user)
{
    const Shedding *shedding = user;
    FeedInfo info;
    feed_get_info(feed, &info);
    gboolean is_small = shedding->least_height < shedding->most_height
                            ? info.reel.view_height <= shedding->least_height
                            : feed_camera(feed)->number % 2 == 0;
    gboolean is_key_only = shedding->level >= LOAD_KEY_FRAMES && info.reel.view_height && is_small;
    feed_set_effort(feed, is_key_only ? DECODE_KEY_ONLY : DECODE_FULL,
                    shedding->level >= LOAD_NO_LOOP_FILTER);
}

static void apply(Supervisor *supervisor)
{
    Shedding shedding = { .level = supervisor->state.level };
    feed_pool_foreach(supervisor->feeds, measure_height, &shedding);
    feed_pool_foreach(supervisor->feeds, shed_feed, &shedding);
    tour_clock_set_look_ahead(supervisor->tours, supervisor->state.level < LOAD_NO_LOOK_AHEAD);
    guint fps = controller_config(supervisor->controller)->fps;
    if (supervisor->state.level >= LOAD_LOW_RATE)
        fps = MAX(1u, fps / LOW_RATE_SHARE);
    for (guint w = 0; w < controller_count(supervisor->controller); w++) {
        Presenter *presenter = controller_presenter(supervisor->controller,
                                                    controller_wall_id(supervisor->controller, w));
        presenter_set_fps(presenter, fps);
    }
}

static gboolean on_look(gpointer user)
{
    Supervisor *supervisor = user;
    measure(supervisor);
    LoadLevel before = supervisor->state.level;
    supervisor->state = load_next(supervisor->state, &supervisor->sample);
    apply(supervisor); /* each time: feeds come and go */
    if (supervisor->state.level == before)
        return G_SOURCE_CONTINUE;
    supervisor->changed_unix_ms = clock_unix_ms();
    const LoadSample *sample = &supervisor->sample;
    const char *what = supervisor->state.level > before ? "sheds work" : "takes work back";
    if (supervisor->state.level > before)
        log_warning(LOAD,
                    "%s: %s (machine %.0f %%, slack %.0f %%, %u units wait, %" G_GUINT64_FORMAT
                    " late ticks)",
                    what, load_level_word(supervisor->state.level), sample->machine * 100,
                    sample->slack * 100, sample->backlog, sample->late_ticks);
    else
        log_info(LOAD, "%s: %s", what, load_level_word(supervisor->state.level));
    supervisor->event("load.changed", supervisor_state(supervisor), supervisor->user);
    return G_SOURCE_CONTINUE;
}

gboolean supervisor_is_calm(const Supervisor *supervisor)
{
    return supervisor->state.level == LOAD_NORMAL && supervisor->state.calm >= CALM_LOOKS;
}

LoadLevel supervisor_level(const Supervisor *supervisor)
{
    return supervisor->state.level;
}

Json *supervisor_state(const Supervisor *supervisor)
{
    Json *state = json_object_new_object();
    json_add_int(state, "level", supervisor->state.level);
    json_add_string(state, "word", load_level_word(supervisor->state.level));
    json_add_double(state, "cpu", supervisor->sample.cpu);
    json_add_double(state, "machine", supervisor->sample.machine);
    json_add_double(state, "slack", supervisor->sample.slack);
    json_add_int(state, "backlog", supervisor->sample.backlog);
    if (supervisor->changed_unix_ms)
        json_add_int(state, "since", supervisor->changed_unix_ms);
    return state;
}

Supervisor *supervisor_new(Controller *controller, FeedPool *feeds, TourClock *tours,
                           void (*event)(const char *, Json *, gpointer), gpointer user)
{
    Supervisor *supervisor = g_new0(Supervisor, 1);
    supervisor->controller = controller;
    supervisor->feeds = feeds;
    supervisor->tours = tours;
    supervisor->event = event;
    supervisor->user = user;
    supervisor->source = g_timeout_add(LOOK_MS, on_look, supervisor);
    return supervisor;
}

void supervisor_free(Supervisor *supervisor)
{
    if (!supervisor)
        return;
    g_source_remove(supervisor->source);
    g_free(supervisor);
}
