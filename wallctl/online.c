/* online.c - which cameras are online, by region, counted by the minute */
#include "wallctl/online.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/calendar.h"

#include <string.h>

#define MINUTE_S     60
#define SAVE_MINUTES 5

typedef enum { UNASKED = 1, ONLINE, OFFLINE } State;

struct Online {
    OnlineEnv env;
    gint32 day;
    GPtrArray *rows;       /* OnlineRow of the day */
    GHashTable *by_region; /* region -> OnlineRow, borrowed */
    guint timer, minutes;
};

static void free_row(gpointer data)
{
    online_row_free(data);
}

static void free_now(gpointer data)
{
    online_now_free(data);
}

void online_now_free(OnlineNow *now)
{
    g_free(now->region);
    g_free(now->name);
    g_free(now);
}

/* A camera that is connected to for the first time is not offline yet. */
static State state_of(const Online *online, const Camera *camera)
{
    State state = UNASKED;
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = feed_pool_find(online->env.feeds, camera->id, profile);
        if (!feed || !feed_is_started(feed))
            continue;
        FeedInfo info;
        feed_get_info(feed, &info);
        if (info.state == FEED_LIVE)
            return ONLINE;
        if (info.state == FEED_STALLED || info.state == FEED_RETRYING ||
            info.state == FEED_REFUSED || info.tries)
            state = OFFLINE;
    }
    return state;
}

/* --- the day -----------------------------------------------------------------------------------------------------
 */

static OnlineRow *ensure_row(Online *online, const char *region)
{
    OnlineRow *row = g_hash_table_lookup(online->by_region, region);
    if (!row) {
        row = online_row_new(region);
        g_ptr_array_add(online->rows, row);
        g_hash_table_insert(online->by_region, row->region, row);
    }
    return row;
}

static void count_camera(Online *online, const Camera *camera)
{
    State state = state_of(online, camera);
    if (state == UNASKED)
        return;
    OnlineRow *row = ensure_row(online, camera->region);
    row->watched++;
    row->online += state == ONLINE;
    guint faults = state == ONLINE ? health_faults(online->env.health, camera->id, NULL) : 0;
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++)
        row->faults[kind] += faults >> kind & 1;
}

static void save(Online *online)
{
    if (online->env.store && online->rows->len > 0)
        online_store_save(online->env.store, online->day, online->rows);
}

static void begin_day(Online *online, gint32 day)
{
    online->day = day;
    g_hash_table_remove_all(online->by_region);
    g_ptr_array_set_size(online->rows, 0);
}

static gboolean on_minute(gpointer user)
{
    Online *online = user;
    gint32 day = calendar_day(clock_unix_ms());
    if (day != online->day) {
        save(online);
        begin_day(online, day);
    }
    const Config *config = feed_pool_config(online->env.feeds);
    for (guint i = 0; i < config->cameras->len; i++)
        count_camera(online, g_ptr_array_index(config->cameras, i));
    if (++online->minutes % SAVE_MINUTES == 0)
        save(online);
    return G_SOURCE_CONTINUE;
}

/* --- now ---------------------------------------------------------------------------------------------------------
 */

static int by_region(gconstpointer a, gconstpointer b)
{
    const OnlineNow *x = *(OnlineNow *const *)a, *y = *(OnlineNow *const *)b;
    return strcmp(x->region, y->region);
}

GPtrArray *online_now(const Online *online, gboolean (*is_seen)(const Camera *, gpointer),
                      gpointer user)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(free_now);
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    const Config *config = feed_pool_config(online->env.feeds);
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        if (!is_seen(camera, user))
            continue;
        OnlineNow *now = g_hash_table_lookup(known, camera->region);
        if (!now) {
            now = g_new0(OnlineNow, 1);
            now->region = g_strdup(camera->region);
            now->name = g_strdup(camera->region_name);
            g_ptr_array_add(list, now);
            g_hash_table_insert(known, now->region, now);
        }
        State state = state_of(online, camera);
        now->cameras++;
        now->online += state == ONLINE;
        now->offline += state == OFFLINE;
        guint faults = health_faults(online->env.health, camera->id, NULL);
        for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++)
            now->faults[kind] += faults >> kind & 1;
    }
    g_ptr_array_sort(list, by_region);
    return list;
}

gint32 online_today(const Online *online)
{
    return online->day;
}

GPtrArray *online_day(const Online *online)
{
    return online->rows;
}

/* --- life --------------------------------------------------------------------------------------------------------
 */

static gboolean load(sqlite3 *db, gpointer data, GError **error)
{
    Online *online = data;
    GPtrArray *rows = online_store_read(db, online->day, error);
    if (!rows)
        return FALSE;
    g_ptr_array_unref(online->rows);
    online->rows = rows;
    return TRUE;
}

Online *online_new(const OnlineEnv *env)
{
    Online *online = g_new0(Online, 1);
    online->env = *env;
    online->day = calendar_day(clock_unix_ms());
    online->rows = g_ptr_array_new_with_free_func(free_row);
    online->by_region = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GError) error = NULL;
    if (env->store && !store_run_now(env->store, load, online, &error))
        log_warning(STORE, "what was counted of online cameras today cannot be read: %s",
                    error->message);
    for (guint i = 0; i < online->rows->len; i++) {
        OnlineRow *row = g_ptr_array_index(online->rows, i);
        g_hash_table_insert(online->by_region, row->region, row);
    }
    online->timer = g_timeout_add_seconds(MINUTE_S, on_minute, online);
    return online;
}

void online_free(Online *online)
{
    if (!online)
        return;
    assert_control_thread();
    g_source_remove(online->timer);
    save(online);
    g_hash_table_unref(online->by_region);
    g_ptr_array_unref(online->rows);
    g_free(online);
}
