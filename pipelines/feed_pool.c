/* feed_pool.c - all feeds of the process: who is wanted, who stays warm, who may connect now */
#include "pipelines/feed_pool.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define POLL_MS 100

typedef struct {
    Feed *feed;
    WantLevel level;       /* strongest want of now, 0: none */
    guint rank;            /* least rank of its wants: importance */
    gboolean is_allowed;   /* within the warm limit */
    gint64 last_wanted_ns; /* for the warm time after the last want */
} Entry;

typedef struct {
    char *camera;
    Profile profile;
    WantLevel level;
} Want;

typedef struct {
    guint id;
    FeedPoolChanged changed;
    gpointer user;
} Listener;

struct FeedPool {
    Config *config;
    DecodePool *decoders;
    GHashTable *entries; /* key -> Entry */
    GHashTable *wants;   /* owner -> GArray of Want */
    GArray *listeners;
    guint last_listener, timer;
    double tokens;
    gint64 tokens_ns;
    guint warm_refused;
};

static char *make_key(const char *camera, Profile profile)
{
    return g_strdup_printf("%s/%u", camera, profile);
}

static void free_entry(gpointer data)
{
    Entry *entry = data;
    feed_free(entry->feed);
    g_free(entry);
}

static void clear_want(gpointer data)
{
    g_free(((Want *)data)->camera);
}

/* A bucket that holds one second of the connect rate: many cameras after a power cut come one by
 * one. */
static gboolean may_connect(gpointer user)
{
    FeedPool *pool = user;
    gint64 now = clock_now_ns();
    double rate = pool->config->connect_per_s;
    pool->tokens = MIN(rate, pool->tokens + (double)(now - pool->tokens_ns) / NS_PER_SEC * rate);
    pool->tokens_ns = now;
    if (pool->tokens < 1)
        return FALSE;
    pool->tokens -= 1;
    return TRUE;
}

static void on_changed(Feed *feed, gpointer user)
{
    FeedPool *pool = user;
    for (guint i = 0; i < pool->listeners->len; i++) {
        Listener listener = g_array_index(pool->listeners, Listener, i);
        listener.changed(feed, listener.user);
    }
}

Profile feed_pool_profile(const Camera *camera, Profile profile)
{
    if (camera_has_both(camera))
        return profile;
    return camera->sub ? PROFILE_SUB : PROFILE_MAIN;
}

Feed *feed_pool_find(FeedPool *pool, const char *camera, Profile profile)
{
    g_autofree char *key = make_key(camera, profile);
    Entry *entry = g_hash_table_lookup(pool->entries, key);
    return entry ? entry->feed : NULL;
}

/* Sessions of the camera that are open through feeds other than `except`. */
static guint other_sessions(FeedPool *pool, const Camera *camera, const Feed *except)
{
    guint n = 0;
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        const Feed *feed = feed_pool_find(pool, camera->id, profile);
        n += feed && feed != except && feed_is_started(feed);
    }
    return n;
}

static Entry *ensure_entry(FeedPool *pool, const Camera *camera, Profile profile)
{
    g_autofree char *key = make_key(camera->id, profile);
    Entry *entry = g_hash_table_lookup(pool->entries, key);
    if (!entry) {
        FeedEnv env = { pool->decoders, may_connect, on_changed, pool };
        entry = g_new0(Entry, 1);
        entry->rank = G_MAXUINT;
        entry->feed = feed_new(&env, pool->config, camera, profile);
        g_hash_table_insert(pool->entries, g_steal_pointer(&key), entry);
    }
    return entry;
}

static void apply_want(FeedPool *pool, const Want *want, guint rank, gint64 now)
{
    const Camera *camera = config_camera(pool->config, want->camera);
    if (!camera)
        return;
    Entry *entry = ensure_entry(pool, camera, feed_pool_profile(camera, want->profile));
    entry->level = MAX(entry->level, want->level);
    entry->rank = MIN(entry->rank, rank);
    if (want->level > WANT_PATROL)
        entry->last_wanted_ns = now;
}

static int by_importance(gconstpointer a, gconstpointer b)
{
    const Entry *x = *(Entry *const *)a, *y = *(Entry *const *)b;
    if (x->level != y->level)
        return x->level > y->level ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->last_wanted_ns < y->last_wanted_ns) - (x->last_wanted_ns > y->last_wanted_ns);
}

static GPtrArray *entries_by_importance(FeedPool *pool)
{
    GPtrArray *order = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, pool->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(order, value);
    g_ptr_array_sort(order, by_importance);
    return order;
}

/* May the camera be asked for one session more? The patrol's makes way. */
static gboolean has_room(FeedPool *pool, const Entry *entry)
{
    const Camera *camera = feed_camera(entry->feed);
    if (other_sessions(pool, camera, entry->feed) < camera->sessions)
        return TRUE;
    Profile other = feed_profile(entry->feed) == PROFILE_MAIN ? PROFILE_SUB : PROFILE_MAIN;
    g_autofree char *key = make_key(camera->id, other);
    const Entry *patrolled = g_hash_table_lookup(pool->entries, key);
    if (entry->level == WANT_PATROL || !patrolled || patrolled->level != WANT_PATROL)
        return FALSE;
    feed_stop(patrolled->feed);
    return TRUE;
}

/* Starts and stops feeds so that what is wanted is open, within the warm limit and each camera's
 * session budget. */
static void settle(FeedPool *pool)
{
    gint64 now = clock_now_ns(), keep_ns = (gint64)pool->config->warm_keep_ms * NS_PER_MS;
    g_autoptr(GPtrArray) order = entries_by_importance(pool);
    guint warm = 0;
    pool->warm_refused = 0;
    for (guint i = 0; i < order->len; i++) {
        Entry *entry = g_ptr_array_index(order, i);
        gboolean is_kept =
            entry->level || (feed_is_started(entry->feed) && now - entry->last_wanted_ns < keep_ns);
        gboolean is_warm = entry->level != WANT_SHOWN && entry->level != WANT_PATROL;
        if (is_kept && is_warm && ++warm > pool->config->warm_limit) {
            pool->warm_refused += entry->level == WANT_WARM;
            is_kept = FALSE;
        }
        entry->is_allowed = is_kept;
        if (!is_kept)
            feed_stop(entry->feed);
    }
    for (guint i = 0; i < order->len; i++) {
        Entry *entry = g_ptr_array_index(order, i);
        if (entry->level && entry->is_allowed && !feed_is_started(entry->feed) &&
            has_room(pool, entry))
            feed_start(entry->feed);
    }
}

/* Feeds that are closed and unwanted are forgotten; outside of any iteration over them. */
static gboolean is_unused(gpointer key, gpointer value, gpointer user)
{
    const Entry *entry = value;
    return !entry->level && !feed_is_started(entry->feed);
}

static void recount(FeedPool *pool)
{
    gint64 now = clock_now_ns();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, pool->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        ((Entry *)value)->level = 0;
        ((Entry *)value)->rank = G_MAXUINT;
    }
    g_hash_table_iter_init(&iter, pool->wants);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const GArray *wants = value;
        for (guint i = 0; i < wants->len; i++)
            apply_want(pool, &g_array_index(wants, Want, i), i, now);
    }
    settle(pool);
}

void feed_pool_want(FeedPool *pool, const char *owner, const FeedWant *wants, guint n)
{
    assert_control_thread();
    GArray *copy = g_array_new(FALSE, FALSE, sizeof(Want));
    g_array_set_clear_func(copy, clear_want);
    for (guint i = 0; i < n; i++) {
        Want want = { g_strdup(wants[i].camera), wants[i].profile, wants[i].level };
        g_array_append_val(copy, want);
    }
    if (n)
        g_hash_table_insert(pool->wants, g_strdup(owner), copy);
    else
        g_hash_table_remove(pool->wants, owner);
    if (!n)
        g_array_unref(copy);
    recount(pool);
}

static gboolean on_poll(gpointer user)
{
    FeedPool *pool = user;
    /* What is shown connects before what is kept warm. */
    g_autoptr(GPtrArray) order = entries_by_importance(pool);
    for (guint i = 0; i < order->len; i++)
        feed_poll(((Entry *)g_ptr_array_index(order, i))->feed);
    recount(pool);
    g_hash_table_foreach_remove(pool->entries, is_unused, NULL);
    return G_SOURCE_CONTINUE;
}

static const Camera *same_session_camera(const Config *before, const Config *after,
                                         const Camera *old)
{
    const Camera *camera = config_camera(after, old->id);
    if (!camera || !camera_same_session(old, camera))
        return NULL;
    const Credential *was =
        credentials_of_camera(before->credentials, camera->id, camera->credential);
    if (!credential_equal(
            was, credentials_of_camera(after->credentials, camera->id, camera->credential)))
        return NULL;
    return camera;
}

void feed_pool_reload(FeedPool *pool, Config *config)
{
    assert_control_thread();
    Config *old = pool->config;
    pool->config = config_ref(config);
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, pool->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Feed *feed = ((Entry *)value)->feed;
        const Camera *camera = same_session_camera(old, config, feed_camera(feed));
        if (camera)
            feed_set_camera(feed, config, camera);
        else
            g_hash_table_iter_remove(
                &iter); /* views keep their last picture until the wall is built anew */
    }
    config_unref(old);
    recount(pool);
}

guint feed_pool_listen(FeedPool *pool, FeedPoolChanged changed, gpointer user)
{
    Listener listener = { ++pool->last_listener, changed, user };
    g_array_append_val(pool->listeners, listener);
    return listener.id;
}

void feed_pool_unlisten(FeedPool *pool, guint id)
{
    for (guint i = 0; i < pool->listeners->len; i++) {
        if (g_array_index(pool->listeners, Listener, i).id == id) {
            g_array_remove_index(pool->listeners, i);
            return;
        }
    }
}

void feed_pool_foreach(FeedPool *pool, void (*func)(Feed *, gpointer), gpointer user)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, pool->entries);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        func(((Entry *)value)->feed, user);
}

static void count_feed(Feed *feed, gpointer user)
{
    FeedPoolStats *stats = user;
    FeedInfo info;
    feed_get_info(feed, &info);
    stats->feeds++;
    stats->sessions += feed_has_session(feed);
    stats->live += info.state == FEED_LIVE;
    stats->connecting += info.state == FEED_CONNECTING || info.state == FEED_WAIT_KEYFRAME;
    stats->retrying += info.state == FEED_RETRYING || info.state == FEED_STALLED;
    stats->refused += info.state == FEED_REFUSED;
    stats->warm += feed_is_started(feed) && info.reel.views == 0;
    if (info.reel.views)
        stats->decode_cores += info.fps * (double)info.reel.decode_ns / NS_PER_SEC;
}

void feed_pool_get_stats(FeedPool *pool, FeedPoolStats *stats)
{
    *stats = (FeedPoolStats) { .warm_refused = pool->warm_refused };
    feed_pool_foreach(pool, count_feed, stats);
}

DecodePool *feed_pool_decoders(FeedPool *pool)
{
    return pool->decoders;
}

Config *feed_pool_config(FeedPool *pool)
{
    return pool->config;
}

FeedPool *feed_pool_new(Config *config)
{
    FeedPool *pool = g_new0(FeedPool, 1);
    pool->config = config_ref(config);
    pool->decoders = decode_pool_new(config->decode_threads);
    pool->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_entry);
    pool->wants =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    pool->listeners = g_array_new(FALSE, FALSE, sizeof(Listener));
    pool->tokens = config->connect_per_s;
    pool->tokens_ns = clock_now_ns();
    pool->timer = g_timeout_add(POLL_MS, on_poll, pool);
    return pool;
}

void feed_pool_free(FeedPool *pool)
{
    if (!pool)
        return;
    assert_control_thread();
    g_source_remove(pool->timer);
    g_array_set_size(pool->listeners, 0);
    g_hash_table_unref(pool->entries);
    g_hash_table_unref(pool->wants);
    g_array_unref(pool->listeners);
    decode_pool_free(pool->decoders);
    config_unref(pool->config);
    g_free(pool);
}
