/* patrol.c - cameras that nobody looks at are looked at in turn by the diagnosis
 *
 * They are taken in the order of the configuration, round after round: the next one is due or none is. One whose visit
 * was broken off comes first when it is calm again.
 */
#include "wallctl/patrol.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define STEP_MS    500
#define LOOKS      3   /* of one visit: what the diagnosis needs to believe a fault */
#define MOST_S     15  /* a camera that gives no picture by then is passed over */
#define USUAL_S    8   /* of one visit, to know how long a round can take */
#define MOST_SKIPS 200 /* cameras passed over in one step */
#define OWNER      "patrol"

/* The pictures are for the figures alone, which are taken before this is scaled. */
static const ViewSpec spec = {
    .width = 64, .height = 36, .fit = FIT_STRETCH, .crop = { 0, 0, 1, 1 }
};

typedef struct {
    char *camera;
    Profile profile;
    View *view; /* NULL: its feed is not there yet */
    gint64 began_ns;
    guint64 looks; /* that it had before */
} PatrolVisit;

struct Patrol {
    PatrolEnv env;
    guint every_min, at_once;
    GPtrArray *visits;
    GQueue again;        /* char *: broken off */
    GHashTable *visited; /* camera -> when, gint64 * */
    guint next;          /* index of the configuration */
    guint timer;
    gboolean is_resting; /* not calm */
    guint64 n_looked, n_failed;
};

static void free_visit(gpointer data)
{
    PatrolVisit *visit = data;
    g_clear_pointer(&visit->view, view_unref);
    g_free(visit->camera);
    g_free(visit);
}

static void want(Patrol *patrol)
{
    g_autofree FeedWant *wants = g_new0(FeedWant, patrol->visits->len);
    for (guint i = 0; i < patrol->visits->len; i++) {
        const PatrolVisit *visit = patrol->visits->pdata[i];
        wants[i] = (FeedWant) { visit->camera, visit->profile, WANT_PATROL };
    }
    feed_pool_want(patrol->env.feeds, OWNER, wants, patrol->visits->len);
}

static void note_visited(Patrol *patrol, const char *camera)
{
    gint64 now = clock_now_ns();
    g_hash_table_replace(patrol->visited, g_strdup(camera), g_memdup2(&now, sizeof now));
}

/* --- a visit -------------------------------------------------------------------------------------------------------
 */

static void begin(Patrol *patrol, const Camera *camera)
{
    PatrolVisit *visit = g_new0(PatrolVisit, 1);
    *visit = (PatrolVisit) { .camera = g_strdup(camera->id),
                             .profile = feed_pool_profile(camera, PROFILE_SUB),
                             .began_ns = clock_now_ns(),
                             .looks = health_looks(patrol->env.health, camera->id) };
    g_ptr_array_add(patrol->visits, visit);
}

/* TRUE: it is over. */
static gboolean go_on(Patrol *patrol, PatrolVisit *visit)
{
    Feed *feed = feed_pool_find(patrol->env.feeds, visit->camera, visit->profile);
    if (feed && feed_is_started(feed) && !visit->view)
        visit->view = feed_view(feed, &spec);
    gboolean is_done = health_looks(patrol->env.health, visit->camera) >= visit->looks + LOOKS;
    if (!is_done && clock_now_ns() - visit->began_ns < MOST_S * NS_PER_SEC)
        return FALSE;
    patrol->n_looked += is_done;
    patrol->n_failed += !is_done;
    note_visited(patrol, visit->camera);
    health_rest(patrol->env.health, visit->camera);
    return TRUE;
}

static void break_off(Patrol *patrol)
{
    for (guint i = 0; i < patrol->visits->len; i++)
        g_queue_push_tail(&patrol->again,
                          g_strdup(((PatrolVisit *)patrol->visits->pdata[i])->camera));
    g_ptr_array_set_size(patrol->visits, 0);
    want(patrol);
}

/* --- whose turn it is ----------------------------------------------------------------------------------------------
 */

/* A wall has it, a tour will, or it is still warm from one. */
static gboolean is_in_use(const Patrol *patrol, const char *camera)
{
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = feed_pool_find(patrol->env.feeds, camera, profile);
        if (feed && feed_is_started(feed))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_due(const Patrol *patrol, const char *camera)
{
    const gint64 *last = g_hash_table_lookup(patrol->visited, camera);
    return !last || clock_now_ns() - *last >= (gint64)patrol->every_min * 60 * NS_PER_SEC;
}

static const Camera *take_again(Patrol *patrol, const Config *config)
{
    g_autofree char *id = g_queue_pop_head(&patrol->again);
    return id ? config_camera(config, id) : NULL;
}

/* NULL: nobody's. */
static const Camera *take_next(Patrol *patrol)
{
    const Config *config = feed_pool_config(patrol->env.feeds);
    for (guint n = 0; n < MOST_SKIPS && config->cameras->len > 0; n++) {
        const Camera *camera = take_again(patrol, config);
        if (!camera) {
            patrol->next %= config->cameras->len;
            camera = config->cameras->pdata[patrol->next];
            if (!is_due(patrol, camera->id))
                return NULL;
            patrol->next++;
        }
        if (camera->quality.is_on && !is_in_use(patrol, camera->id))
            return camera;
        note_visited(patrol, camera->id);
    }
    return NULL;
}

static gboolean on_step(gpointer user)
{
    Patrol *patrol = user;
    if (!patrol->every_min)
        return G_SOURCE_CONTINUE;
    patrol->is_resting = !supervisor_is_calm(patrol->env.supervisor);
    if (patrol->is_resting) {
        if (patrol->visits->len > 0)
            break_off(patrol);
        return G_SOURCE_CONTINUE;
    }
    gboolean is_changed = FALSE;
    for (guint i = patrol->visits->len; i > 0; i--) {
        if (!go_on(patrol, patrol->visits->pdata[i - 1]))
            continue;
        g_ptr_array_remove_index_fast(patrol->visits, i - 1);
        is_changed = TRUE;
    }
    const Camera *camera;
    while (patrol->visits->len < patrol->at_once && (camera = take_next(patrol))) {
        begin(patrol, camera);
        is_changed = TRUE;
        want(patrol); /* at once: the same camera must not be found free again */
    }
    if (is_changed)
        want(patrol);
    return G_SOURCE_CONTINUE;
}

/* --- public --------------------------------------------------------------------------------------------------------
 */

Json *patrol_state(const Patrol *patrol)
{
    if (!patrol->every_min)
        return NULL;
    Json *json = json_object_new_object();
    json_add_int(json, "every_min", patrol->every_min);
    json_add_int(json, "visiting", patrol->visits->len);
    json_add_int(json, "looked", (gint64)patrol->n_looked);
    json_add_int(json, "no_picture", (gint64)patrol->n_failed);
    json_add_bool(json, "is_resting", patrol->is_resting);
    return json;
}

/* What was wrong at one visit and is wrong at the next has lasted, however long a round takes. */
static void take_config(Patrol *patrol, const Config *config)
{
    patrol->every_min = config->patrol_every_min;
    patrol->at_once = config->patrol_at_once;
    guint round_s = config->cameras->len * USUAL_S / patrol->at_once;
    gint64 gap_ns = (gint64)MAX(patrol->every_min * 60, round_s) * NS_PER_SEC;
    health_set_patience(patrol->env.health, patrol->every_min ? gap_ns * 5 / 2 : 0);
}

void patrol_reload(Patrol *patrol, const Config *config)
{
    assert_control_thread();
    g_ptr_array_set_size(patrol->visits, 0);
    want(patrol);
    g_hash_table_remove_all(patrol->visited); /* cameras may have gone */
    take_config(patrol, config);
}

Patrol *patrol_new(const PatrolEnv *env, const Config *config)
{
    Patrol *patrol = g_new0(Patrol, 1);
    patrol->env = *env;
    patrol->visits = g_ptr_array_new_with_free_func(free_visit);
    patrol->visited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&patrol->again);
    take_config(patrol, config);
    patrol->timer = g_timeout_add(STEP_MS, on_step, patrol);
    return patrol;
}

void patrol_free(Patrol *patrol)
{
    if (!patrol)
        return;
    assert_control_thread();
    g_source_remove(patrol->timer);
    g_ptr_array_set_size(patrol->visits, 0);
    want(patrol);
    g_ptr_array_unref(patrol->visits);
    g_queue_clear_full(&patrol->again, g_free);
    g_hash_table_unref(patrol->visited);
    g_free(patrol);
}
