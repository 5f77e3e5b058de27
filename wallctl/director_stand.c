/* director_stand.c - the alarm tiles of a wall, and the tours that yield to them */
#include "wallctl/director_private.h"

#include "wallctl/base/log.h"

#include <string.h>

/* --- alarm tiles -------------------------------------------------------------------------------
 */

static char *tile_place(const char *wall, guint tile)
{
    return g_strdup_printf("%s/%u", wall, tile);
}

GArray *director_claims(const AlarmSet *alarms, const char *wall)
{
    GArray *claims = g_array_new(FALSE, FALSE, sizeof(SlotClaim));
    for (guint i = 0; i < alarm_set_count(alarms); i++) {
        const Alarm *alarm = alarm_set_at(alarms, i);
        SlotClaim claim = { alarm->id,
                            alarm->priority,
                            alarm->preempts,
                            alarm->severity,
                            alarm->raised_ms,
                            g_strv_length(alarm->cameras),
                            (const char *const *)alarm->cameras };
        if (alarm_is_on_wall(alarm) && claim.n_cameras > 0 && !alarm_has_left(alarm, wall))
            g_array_append_val(claims, claim);
    }
    return claims;
}

const char *director_camera_word(const Director *director, const char *camera)
{
    const Camera *known = config_camera(controller_config(director->env.controller), camera);
    if (!known)
        return "offline";
    Feed *feed = feed_pool_find(director->env.feeds, camera, feed_pool_profile(known, PROFILE_SUB));
    FeedInfo info = { .state = FEED_IDLE };
    if (feed)
        feed_get_info(feed, &info);
    if (info.state == FEED_IDLE || info.state == FEED_LIVE)
        return info.state == FEED_LIVE ? "live" : "cold";
    /* A fault stays while the camera is tried again: tiles do not change hands at every try. */
    return info.fault == FAULT_NONE ? "connecting" : "offline";
}

static gboolean is_offline(const char *camera, gconstpointer user)
{
    return strcmp(director_camera_word(user, camera), "offline") == 0;
}

/* A tile that a person has taken back is lent again when an alarm is raised after that. */
static gboolean is_closed(const AlarmSet *alarms, const char *wall, guint tile)
{
    g_autofree char *place = tile_place(wall, tile);
    gboolean is_taken = FALSE;
    for (guint i = 0; i < alarm_set_count(alarms); i++) {
        const Alarm *alarm = alarm_set_at(alarms, i);
        if (!alarm_is_on_wall(alarm))
            continue;
        if (!alarm_has_left(alarm, place))
            return FALSE;
        is_taken = TRUE;
    }
    return is_taken;
}

/* The open slots side by side; those that are closed are free. */
static guint pack(const AlarmSet *alarms, const WallConfig *wall, AlarmSlot *slots,
                  AlarmSlot packed[SLOTS_MAX], guint at[SLOTS_MAX])
{
    guint n = 0;
    for (guint i = 0; i < wall->n_alarm_tiles && i < SLOTS_MAX; i++) {
        if (is_closed(alarms, wall->id, wall->alarm_tiles[i])) {
            slots_clear(&slots[i], 1);
            continue;
        }
        packed[n] = slots[i];
        slots[i] = (AlarmSlot) { 0 };
        at[n++] = i;
    }
    return n;
}

gint64 director_arbitrate(const Director *director, const AlarmSet *alarms, gboolean is_flood,
                          const WallConfig *wall, AlarmSlot slots[SLOTS_MAX], gint64 now_ms)
{
    AlarmSlot packed[SLOTS_MAX];
    guint at[SLOTS_MAX];
    guint n_tiles = MIN(wall->n_alarm_tiles, SLOTS_MAX);
    slots_clear(slots + n_tiles, SLOTS_MAX - n_tiles);
    guint n = pack(alarms, wall, slots, packed, at);
    SlotRules rules = { .n_slots = n,
                        .dwell_ms = (gint64)wall->alarm_dwell_s * 1000,
                        .flood_slots = wall->alarm_flood_tiles,
                        .is_flood = is_flood,
                        .is_offline = is_offline,
                        .user = director };
    g_autoptr(GArray) claims = director_claims(alarms, wall->id);
    gint64 next_ms = slots_arbitrate(packed, &rules, (const SlotClaim *)(gpointer)claims->data,
                                     claims->len, now_ms);
    for (guint i = 0; i < n; i++)
        slots[at[i]] = packed[i];
    return next_ms;
}

void director_take_back(Director *director, const Stand *stand, const char *alarm_id, guint tile)
{
    g_autofree char *place = tile_place(stand->wall, tile);
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        Alarm *alarm = alarm_set_edit(director->alarms, alarm_set_at(director->alarms, i)->id);
        if (!alarm_is_on_wall(alarm))
            continue;
        gboolean is_new = alarm_list_add(&alarm->left, place);
        if (strcmp(alarm->id, alarm_id) == 0)
            is_new = alarm_list_add(&alarm->left, stand->wall) || is_new;
        if (is_new)
            director_save(director, alarm);
    }
}

/* The cameras that are asked for are received before they are seen. */
static void warm(const Director *director, const Stand *stand)
{
    g_autoptr(GArray) claims = director_claims(director->alarms, stand->wall);
    g_autoptr(GPtrArray) cameras = g_ptr_array_new();
    for (guint i = 0; i < claims->len; i++) {
        const SlotClaim *claim = &g_array_index(claims, SlotClaim, i);
        for (guint k = 0; k < claim->n_cameras; k++)
            g_ptr_array_add(cameras, (gpointer)claim->cameras[k]);
    }
    presenter_warm(controller_presenter(director->env.controller, stand->wall), "alarms",
                   (const char *const *)cameras->pdata, cameras->len);
}

static void run_tour_command(const Director *director, const char *wall, CommandKind kind,
                             const char *tour)
{
    g_autoptr(Command) command = command_new(kind, "alarm");
    g_autoptr(GError) error = NULL;
    command->name = g_strdup(tour);
    command->by_tour = TRUE;
    if (director->env.tours)
        tour_clock_prepare(director->env.tours, wall, command);
    if (!controller_run(director->env.controller, wall, command, NULL, NULL, &error))
        log_debug(ALARM, "tour %s: %s", tour, error->message);
}

static gboolean has_lent_tile(const Stand *stand, const WallConfig *wall, const TourRun *run)
{
    for (guint i = 0; i < wall->n_alarm_tiles && i < SLOTS_MAX; i++) {
        for (guint k = 0; k < run->n_tiles && stand->slots[i].alarm; k++) {
            if (run->tiles[k] == wall->alarm_tiles[i])
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean stops_all_tours(const Director *director, const Stand *stand)
{
    for (guint i = 0; i < SLOTS_MAX; i++) {
        const Alarm *alarm =
            stand->slots[i].alarm ? alarm_set_find(director->alarms, stand->slots[i].alarm) : NULL;
        const LinkageRule *rule = alarm ? rules_find(director->env.rules, alarm->rule) : NULL;
        if (rule && rule->stops_tours)
            return TRUE;
    }
    return FALSE;
}

/* Tours whose tiles are lent stand still, and go on where they stood. */
static void hold_tours(const Director *director, Stand *stand, const WallConfig *config)
{
    const Wall *wall = controller_wall(director->env.controller, stand->wall);
    gboolean stops_all = stops_all_tours(director, stand);
    g_autoptr(GPtrArray) hold = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < wall->air->n_tours; i++) {
        const TourRun *run = &wall->air->tours[i];
        if (stops_all || has_lent_tile(stand, config, run))
            g_ptr_array_add(hold, g_strdup(run->id));
    }
    for (guint i = 0; i < hold->len; i++) {
        const char *id = g_ptr_array_index(hold, i);
        if (g_hash_table_add(stand->yielding, g_strdup(id)))
            run_tour_command(director, stand->wall, COMMAND_TOUR_PAUSE, id);
    }
    g_autoptr(GList) held = g_hash_table_get_keys(stand->yielding);
    for (GList *link = held; link; link = link->next) {
        gboolean is_still = FALSE;
        for (guint i = 0; i < hold->len; i++)
            is_still = is_still || strcmp(g_ptr_array_index(hold, i), link->data) == 0;
        if (is_still)
            continue;
        run_tour_command(director, stand->wall, COMMAND_TOUR_RESUME, link->data);
        g_hash_table_remove(stand->yielding, link->data);
    }
}

gint64 director_update_stand(Director *director, Stand *stand, gint64 now_ms)
{
    const WallConfig *wall = config_wall(controller_config(director->env.controller), stand->wall);
    gint64 next_ms = director_arbitrate(director, director->alarms, director->is_flood, wall,
                                        stand->slots, now_ms);
    LayerSpot spots[SLOTS_MAX];
    guint n = 0;
    for (guint i = 0; i < wall->n_alarm_tiles && i < SLOTS_MAX; i++) {
        const AlarmSlot *slot = &stand->slots[i];
        if (slot->alarm)
            spots[n++] = (LayerSpot) { wall->alarm_tiles[i], slot->camera, slot->alarm, 0 };
    }
    warm(director, stand);
    hold_tours(director, stand, wall);
    controller_set_spots(director->env.controller, stand->wall, spots, n);
    return next_ms;
}
