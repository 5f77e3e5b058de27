/* reports.c - what happens at this site that platforms above want to know */
#include "wallctl/reports.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/presence.h"

#include <string.h>

#define LOOK_MS   1000
#define ONLINE_NS (3 * NS_PER_SEC)

struct Reports {
    ReportsEnv env;
    GHashTable *cameras; /* id -> Presence * */
    GHashTable *scenes;  /* wall -> label that was on glass last */
    guint listener, timer;
    guint64 serial;
};

static Event *new_event(Reports *reports, EventType type, const char *subject)
{
    gint64 now_ms = clock_unix_ms();
    g_autofree char *id =
        g_strdup_printf("r-%" G_GINT64_FORMAT "-%" G_GUINT64_FORMAT, now_ms, ++reports->serial);
    return event_new_own(type, id, subject ? subject : "", now_ms);
}

/* --- cameras -----------------------------------------------------------------------------------
 */

/* Any stream of it that is live will do; without one, any that has failed. */
static PresenceState state_of(const Reports *reports, const char *id, FeedFault *fault)
{
    PresenceState state = PRESENCE_UNKNOWN;
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = feed_pool_find(reports->env.feeds, id, profile);
        FeedInfo info = { .state = FEED_IDLE };
        if (feed)
            feed_get_info(feed, &info);
        if (info.state == FEED_LIVE)
            return PRESENCE_ONLINE;
        if (info.state != FEED_IDLE && info.fault != FAULT_NONE) {
            state = PRESENCE_OFFLINE;
            *fault = info.fault;
        }
    }
    return state;
}

static void on_feed(Feed *feed, gpointer user)
{
    const Reports *reports = user;
    const char *id = feed_camera(feed)->id;
    FeedFault fault = FAULT_NONE;
    PresenceState state = state_of(reports, id, &fault);
    Presence *presence = g_hash_table_lookup(reports->cameras, id);
    if (!presence) {
        presence = g_new0(Presence, 1);
        g_hash_table_insert(reports->cameras, g_strdup(id), presence);
    }
    presence_see(presence, state, clock_now_ns());
}

static void tell_camera(Reports *reports, const Camera *camera, PresenceState state)
{
    FeedFault fault = FAULT_NONE;
    state_of(reports, camera->id, &fault);
    gboolean is_offline = state == PRESENCE_OFFLINE;
    Event *event =
        new_event(reports, is_offline ? EVENT_CAMERA_OFFLINE : EVENT_CAMERA_ONLINE, NULL);
    fields_set_text(&event->fields, FIELD_CAMERA, camera->id, NULL);
    fields_set_text(&event->fields, FIELD_REGION, camera->region, NULL);
    if (is_offline && fault != FAULT_NONE)
        fields_set_text(&event->fields, FIELD_REASON, feed_fault_word(fault), NULL);
    reports->env.send(event, reports->env.user);
}

static gboolean on_timer(gpointer user)
{
    Reports *reports = user;
    gint64 now_ns = clock_now_ns();
    GHashTableIter iter;
    gpointer id, presence;
    g_hash_table_iter_init(&iter, reports->cameras);
    while (g_hash_table_iter_next(&iter, &id, &presence)) {
        const Camera *camera = config_camera(controller_config(reports->env.controller), id);
        if (!camera) { /* no longer in the configuration */
            g_hash_table_iter_remove(&iter);
            continue;
        }
        PresenceState state =
            presence_tell(presence, now_ns, camera->offline_ms * NS_PER_MS, ONLINE_NS);
        if (state != PRESENCE_UNKNOWN)
            tell_camera(reports, camera, state);
    }
    return G_SOURCE_CONTINUE;
}

/* --- scenes ------------------------------------------------------------------------------------
 */

void reports_presented(Reports *reports, const char *id, guint64 revision)
{
    assert_control_thread();
    const Wall *wall = controller_wall(reports->env.controller, id);
    if (!wall || wall->revision != revision) /* there is a newer one: that will be told */
        return;
    const char *last = g_hash_table_lookup(reports->scenes, id);
    gboolean is_news = last && strcmp(last, wall->label) != 0;
    if (!last || is_news)
        g_hash_table_replace(reports->scenes, g_strdup(id), g_strdup(wall->label));
    if (!is_news)
        return;
    gboolean is_case = g_str_has_prefix(wall->label, LEVEL_CASE);
    const char *code = is_case ? wall->label + strlen(LEVEL_CASE) : NULL;
    Event *event = new_event(reports, EVENT_WALL_SCENE, code);
    fields_set_text(&event->fields, FIELD_WALL, id, NULL);
    if (*wall->label)
        fields_set_text(&event->fields, FIELD_SCENE, wall->label, NULL);
    reports->env.send(event, reports->env.user);
}

/* --- start, stop -------------------------------------------------------------------------------
 */

Reports *reports_new(const ReportsEnv *env)
{
    Reports *reports = g_new0(Reports, 1);
    reports->env = *env;
    reports->cameras = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    reports->scenes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < controller_count(env->controller); i++) {
        const char *wall = controller_wall_id(env->controller, i);
        /* What lay open when the program stopped was told then. */
        g_hash_table_insert(reports->scenes, g_strdup(wall),
                            g_strdup(controller_wall(env->controller, wall)->label));
    }
    reports->listener = feed_pool_listen(env->feeds, on_feed, reports);
    reports->timer = g_timeout_add(LOOK_MS, on_timer, reports);
    return reports;
}

void reports_free(Reports *reports)
{
    if (!reports)
        return;
    feed_pool_unlisten(reports->env.feeds, reports->listener);
    g_clear_handle_id(&reports->timer, g_source_remove);
    g_hash_table_unref(reports->cameras);
    g_hash_table_unref(reports->scenes);
    g_free(reports);
}
