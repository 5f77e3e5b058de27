/* health.c - looks at the pictures of the cameras on the walls
 *
 * [control] asks each feed for a picture, [decode] hands over a reference of it, the worker makes it small and
 * measures, and what came out is posted back. A Lens is what the three share: one camera's stream, with the small
 * picture before. All its jobs run on the one worker, so it needs no lock.
 */
#include "wallctl/health.h"

#include "pipelines/quality.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>
#include <time.h>

#define LOOK_MS 1000
/* A camera in a tour comes back every few minutes: what was wrong then and is wrong now has lasted. */
#define MOST_GAP_NS (600 * NS_PER_SEC)
#define FORGET_NS   (900 * NS_PER_SEC)

typedef struct {
    gint refs;
    Health *health; /* [control]; NULL: nobody listens any more */
    WorkPool *pool;
    char *camera;
    Profile profile;
    const Camera *of;    /* to see that masks may have changed; never read through */
    QualityMeter *meter; /* [worker] */
} Lens;

typedef struct {
    char *camera;
    Lens *lens;
    Diagnosis diagnosis;
    QualityFigures figures;
    gint64 looked_ns, looked_unix_ms, since_unix_ms;
    guint64 looks;
} Watched;

struct Health {
    HealthEnv env;
    GHashTable *watched; /* camera -> Watched */
    guint timer;
    guint64 looks;
    gint64 spent_ns; /* of the worker, in all */
    gint64 patience_ns;
};

/* A picture on its way through the worker. */
typedef struct {
    Lens *lens;
    AVFrame *picture;
    gint64 arrival_ns, spent_ns;
    QualityFigures figures;
} Look;

static Lens *lens_ref(Lens *lens)
{
    g_atomic_int_inc(&lens->refs);
    return lens;
}

static void lens_unref(gpointer data)
{
    Lens *lens = data;
    if (!g_atomic_int_dec_and_test(&lens->refs))
        return;
    quality_meter_free(lens->meter);
    g_free(lens->camera);
    g_free(lens);
}

static void free_look(gpointer data)
{
    Look *look = data;
    if (!look)
        return;
    av_frame_free(&look->picture);
    lens_unref(look->lens);
    g_free(look);
}

static void clear_lens(Watched *watched)
{
    if (watched->lens)
        watched->lens->health = NULL;
    g_clear_pointer(&watched->lens, lens_unref);
}

static void free_watched(gpointer data)
{
    Watched *watched = data;
    clear_lens(watched);
    g_free(watched->camera);
    g_free(watched);
}

/* --- what is told ------------------------------------------------------------------------------------------------
 */

static Json *faults_json(guint faults)
{
    Json *list = json_object_new_array();
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (faults >> kind & 1)
            json_object_array_add(list, json_object_new_string(quality_word(kind)));
    }
    return list;
}

/* A wall's label has room for one word, and only what makes the picture worthless is worth it. */
static const char *mark_of(guint faults)
{
    static const QualityKind marked[] = { QUALITY_BLACK, QUALITY_FROZEN, QUALITY_COVERED };
    for (guint i = 0; i < G_N_ELEMENTS(marked); i++) {
        if (faults >> marked[i] & 1)
            return quality_name(marked[i]);
    }
    return NULL;
}

static void set_mark(Health *health, const char *camera, const char *mark)
{
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = feed_pool_find(health->env.feeds, camera, profile);
        if (feed)
            feed_set_mark(feed, mark);
    }
}

static void tell(Health *health, const char *camera, guint faults, gint64 since_unix_ms)
{
    Json *list = faults_json(faults);
    log_info(FEED, "%s: picture: %s", camera,
             faults ? json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN) : "good");
    set_mark(health, camera, mark_of(faults));
    Json *data = json_object_new_object();
    json_add_string(data, "id", camera);
    json_add(data, "faults", list);
    json_add_int(data, "since", since_unix_ms);
    health->env.event("camera.quality", data, health->env.user);
}

/* --- one look ----------------------------------------------------------------------------------------------------
 */

static void take_look(gpointer data)
{
    Look *look = data;
    Health *health = look->lens->health;
    Watched *watched = health ? g_hash_table_lookup(health->watched, look->lens->camera) : NULL;
    const Camera *camera =
        watched ? config_camera(feed_pool_config(health->env.feeds), watched->camera) : NULL;
    if (!camera || !camera->quality.is_on)
        return;
    health->looks++;
    watched->looks++;
    health->spent_ns += look->spent_ns;
    watched->looked_ns = clock_now_ns();
    watched->looked_unix_ms = clock_unix_ms();
    watched->figures = look->figures;
    gboolean is_changed = diagnosis_step(&watched->diagnosis, &camera->quality, &look->figures,
                                         look->arrival_ns, MAX(MOST_GAP_NS, health->patience_ns));
    if (!is_changed) {
        set_mark(health, watched->camera,
                 mark_of(watched->diagnosis.faults)); /* feeds come and go */
        return;
    }
    watched->since_unix_ms = watched->looked_unix_ms;
    tell(health, watched->camera, watched->diagnosis.faults, watched->since_unix_ms);
}

static gint64 cpu_now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (gint64)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

/* [worker] A picture that cannot be scaled or masked is not on a wall either, and says so there. */
static void measure(gpointer data)
{
    Look *look = *(Look **)data;
    gint64 start = cpu_now_ns();
    if (!quality_meter_run(look->lens->meter, look->picture, &look->figures, NULL))
        return;
    av_frame_free(&look->picture);
    look->spent_ns = cpu_now_ns() - start;
    *(Look **)data = NULL;
    post_control(take_look, look, free_look);
}

static void free_job(gpointer data)
{
    free_look(*(Look **)data);
    g_free(data);
}

/* [decode] */
static void on_picture(const AVFrame *picture, gint64 arrival_ns, gpointer user)
{
    Lens *lens = user;
    Look *look = g_new0(Look, 1);
    look->lens = lens_ref(lens);
    look->picture = av_frame_clone(picture);
    look->arrival_ns = arrival_ns;
    Look **job = g_new(Look *, 1);
    *job = look;
    if (look->picture)
        work_submit_newest(lens->pool, lens, measure, job, free_job, NULL);
    else
        free_job(job);
}

/* --- who is looked at --------------------------------------------------------------------------------------------
 */

static gboolean is_shown(Feed *feed)
{
    FeedInfo info;
    if (!feed || feed_state(feed) != FEED_LIVE)
        return FALSE;
    feed_get_info(feed, &info);
    return info.reel.views > 0;
}

static void set_lens(Health *health, Watched *watched, const Camera *camera, Profile profile)
{
    Lens *lens = watched->lens;
    if (lens && lens->profile == profile && lens->of == camera)
        return;
    clear_lens(watched);
    watched->lens = lens = g_new0(Lens, 1);
    *lens = (Lens) { 1,
                     health,
                     health->env.pool,
                     g_strdup(camera->id),
                     profile,
                     camera,
                     quality_meter_new(camera->masks, camera->n_masks) };
}

static void ask(Feed *feed, gpointer user)
{
    Health *health = user;
    const Camera *camera = feed_camera(feed);
    if (!camera->quality.is_on || !is_shown(feed))
        return;
    /* The small stream costs less, and a fault of the lens is in both. */
    if (feed_profile(feed) == PROFILE_MAIN &&
        is_shown(feed_pool_find(health->env.feeds, camera->id, PROFILE_SUB)))
        return;
    Watched *watched = g_hash_table_lookup(health->watched, camera->id);
    if (!watched) {
        watched = g_new0(Watched, 1);
        watched->camera = g_strdup(camera->id);
        watched->looked_ns = clock_now_ns();
        g_hash_table_insert(health->watched, watched->camera, watched);
    }
    set_lens(health, watched, camera, feed_profile(feed));
    feed_ask_picture(feed, on_picture, lens_ref(watched->lens), lens_unref);
}

static gboolean is_forgotten(gpointer key, gpointer value, gpointer user)
{
    Health *health = user;
    Watched *watched = value;
    const Camera *camera = config_camera(feed_pool_config(health->env.feeds), watched->camera);
    if (camera && camera->quality.is_on &&
        clock_now_ns() - watched->looked_ns < MAX(FORGET_NS, health->patience_ns))
        return FALSE;
    if (watched->diagnosis.faults)
        tell(health, watched->camera, 0, clock_unix_ms());
    return TRUE;
}

static gboolean on_look(gpointer user)
{
    Health *health = user;
    feed_pool_foreach(health->env.feeds, ask, health);
    g_hash_table_foreach_remove(health->watched, is_forgotten, health);
    return G_SOURCE_CONTINUE;
}

/* --- answers -----------------------------------------------------------------------------------------------------
 */

guint health_faults(const Health *health, const char *camera, gint64 *since_unix_ms)
{
    const Watched *watched = g_hash_table_lookup(health->watched, camera);
    if (since_unix_ms)
        *since_unix_ms = watched ? watched->since_unix_ms : 0;
    return watched ? watched->diagnosis.faults : 0;
}

guint64 health_looks(const Health *health, const char *camera)
{
    const Watched *watched = g_hash_table_lookup(health->watched, camera);
    return watched ? watched->looks : 0;
}

void health_set_patience(Health *health, gint64 gap_ns)
{
    health->patience_ns = gap_ns;
}

void health_rest(Health *health, const char *camera)
{
    Watched *watched = g_hash_table_lookup(health->watched, camera);
    if (watched)
        clear_lens(watched);
}

static void add_figure(Json *json, const char *key, double value)
{
    if (value >= 0) /* else not known */
        json_add_double(json, key, (double)(gint64)(value * 100 + 0.5) / 100);
}

Json *health_camera_json(const Health *health, const char *camera)
{
    const Watched *watched = g_hash_table_lookup(health->watched, camera);
    if (!watched || !watched->looked_unix_ms)
        return NULL;
    const QualityFigures *figures = &watched->figures;
    Json *json = json_object_new_object();
    json_add(json, "faults", faults_json(watched->diagnosis.faults));
    if (watched->since_unix_ms)
        json_add_int(json, "since", watched->since_unix_ms);
    json_add_int(json, "looked", watched->looked_unix_ms);
    add_figure(json, "luma", figures->luma);
    add_figure(json, "low", figures->low);
    add_figure(json, "high", figures->high);
    add_figure(json, "sharpness", figures->sharpness);
    add_figure(json, "cast", figures->cast);
    add_figure(json, "noise", figures->noise);
    return json;
}

Json *health_state(const Health *health)
{
    guint n[QUALITY_LAST + 1] = { 0 }, faulty = 0;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, health->watched);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        guint faults = ((const Watched *)value)->diagnosis.faults;
        faulty += faults != 0;
        for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++)
            n[kind] += faults >> kind & 1;
    }
    Json *json = json_object_new_object(), *kinds = json_object_new_object();
    json_add_int(json, "watched", g_hash_table_size(health->watched));
    json_add_int(json, "faulty", faulty);
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (n[kind])
            json_add_int(kinds, quality_word(kind), n[kind]);
    }
    json_add(json, "kinds", kinds);
    json_add_int(json, "looks", (gint64)health->looks);
    json_add_int(json, "look_us",
                 health->looks ? health->spent_ns / 1000 / (gint64)health->looks : 0);
    return json;
}

Health *health_new(const HealthEnv *env)
{
    Health *health = g_new0(Health, 1);
    health->env = *env;
    health->watched = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_watched);
    health->timer = g_timeout_add(LOOK_MS, on_look, health);
    return health;
}

void health_free(Health *health)
{
    if (!health)
        return;
    assert_control_thread();
    g_source_remove(health->timer);
    g_hash_table_unref(health->watched);
    g_free(health);
}
