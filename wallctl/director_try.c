/* director_try.c - rules in other hands than events': what an event or a plan would do, by the same rules
 * on copies, and plans that people run
 */
#include "wallctl/director_private.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

static AlarmSet *copy_alarms(const AlarmSet *alarms)
{
    AlarmSet *copy = alarm_set_new();
    g_autoptr(Faults) faults = faults_new("", 1);
    for (guint i = 0; i < alarm_set_count(alarms); i++) {
        g_autoptr(Json) json = alarm_to_json(alarm_set_at(alarms, i));
        alarm_set_restore(copy, alarm_from_json(json, faults));
    }
    return copy;
}

/* The label of the scene that the rule opens, or NULL. */
static char *scene_label(const LinkageRule *rule, const Case *c)
{
    if (rule->preset)
        return g_strconcat(LEVEL_PRESET, rule->preset, NULL);
    return rule->opens_case && c ? g_strconcat(LEVEL_CASE, c->code, NULL) : NULL;
}

static Json *orders_json(const LinkageRule *rule, const Case *c)
{
    Json *list = json_object_new_array();
    for (guint i = 0; c && i < rule->n_orders; i++) {
        Json *order = json_object_new_object();
        json_add_string(order, "kind", rule->orders[i].kind);
        json_add_string(order, "to", rule->orders[i].to);
        json_object_array_add(list, order);
    }
    return list;
}

static Json *firing_json(const LinkageRule *rule, const Case *c, RaiseOutcome outcome,
                         const Alarm *alarm)
{
    static const char *const outcomes[] = { "", "new", "joined", "silent", "refused" };
    static const char *const severities[] = { "", "none", "blue", "yellow", "orange", "red" };
    Json *json = json_object_new_object(), *cameras = json_object_new_array();
    json_add_string(json, "rule", rule->id);
    json_add_string(json, "name", rule->name);
    json_add_string(json, "outcome", outcomes[outcome]);
    json_add_string(json, "alarm", alarm ? alarm->id : NULL);
    json_add_string(json, "severity", alarm ? severities[alarm->severity] : NULL);
    for (guint i = 0; alarm && alarm->cameras[i]; i++)
        json_object_array_add(cameras, json_object_new_string(alarm->cameras[i]));
    json_add(json, "cameras", cameras);
    g_autofree char *opens = scene_label(rule, c);
    json_add_string(json, "opens", opens);
    json_add_string(json, "ptz_preset", rule->ptz_preset);
    json_add(json, "orders", orders_json(rule, c));
    json_add_string(json, "procedure", rule->procedure);
    return json;
}

/* The alarm tiles of one wall as they would be. */
static Json *stand_json(const Director *director, const Stand *stand, AlarmSet *alarms,
                        gint64 now_ms)
{
    const WallConfig *wall = config_wall(controller_config(director->env.controller), stand->wall);
    gboolean is_flood;
    alarm_set_rate(alarms, now_ms, &is_flood);
    AlarmSlot slots[SLOTS_MAX] = { 0 };
    for (guint i = 0; i < SLOTS_MAX; i++)
        slots[i] = (AlarmSlot) { g_strdup(stand->slots[i].alarm), g_strdup(stand->slots[i].camera),
                                 stand->slots[i].since_ms };
    director_arbitrate(director, alarms, is_flood, wall, slots, now_ms);
    Json *list = json_object_new_array();
    for (guint i = 0; i < wall->n_alarm_tiles && i < SLOTS_MAX; i++) {
        Json *spot = json_object_new_object();
        json_add_int(spot, "tile", wall->alarm_tiles[i]);
        json_add_string(spot, "camera", slots[i].camera);
        json_add_string(spot, "alarm", slots[i].alarm);
        json_object_array_add(list, spot);
    }
    slots_clear(slots, SLOTS_MAX);
    return list;
}

static Json *spots_json(const Director *director, AlarmSet *alarms, gint64 now_ms)
{
    Json *spots = json_object_new_object();
    for (guint i = 0; i < director->stands->len; i++) {
        const Stand *stand = g_ptr_array_index(director->stands, i);
        json_add(spots, stand->wall, stand_json(director, stand, alarms, now_ms));
    }
    return spots;
}

/* --- an event ----------------------------------------------------------------------------------
 */

Json *director_try(Director *director, const Event *event, const char *source, const Case *c)
{
    const Config *config = controller_config(director->env.controller);
    gint64 now_ms = clock_unix_ms();
    AlarmSet *alarms = copy_alarms(director->alarms);
    Json *result = json_object_new_object(), *fires = json_object_new_array();
    const Rules *rules = director->env.rules;
    Fields fields;
    director_fields(event, c, &fields);
    for (guint i = 0; i < rules_count(rules) && !director_ends_alarms(event, c); i++) {
        const LinkageRule *rule = rules_at(rules, i);
        const char *cameras[LINKAGE_MAX_CAMERAS];
        const Alarm *alarm;
        if (rule->by_hand || event->classification == CLASS_CONFIDENTIAL ||
            !filter_fits(&rule->filter, event, source, &fields))
            continue;
        guint n = linkage_pick(rule, &fields, config->cameras, cameras);
        RaiseOutcome outcome =
            alarm_set_raise(alarms, rule, event, &fields, cameras, n, now_ms, &alarm);
        json_object_array_add(fires, firing_json(rule, c, outcome, alarm));
    }
    fields_clear(&fields);
    json_add(result, "spots", spots_json(director, alarms, now_ms));
    alarm_set_free(alarms);
    json_add(result, "fires", fires);
    return result;
}

/* --- a plan ------------------------------------------------------------------------------------
 */

/* What the rule needs and has not. */
static gboolean check_run(const Director *director, const LinkageRule *rule, const Case *c,
                          GError **error)
{
    Controller *controller = director->env.controller;
    if (!c && (rule->n_orders > 0 || rule->opens_case)) {
        wall_error_set(error, WALL_ERROR_INVALID, "'%s' needs a case: it %s", "“%s”要指明案件：%s",
                       rule->id,
                       rule->opens_case ? "opens it (打开案件)" : "makes out orders (开单)");
        return FALSE;
    }
    if (rule->preset && (controller_count(controller) == 0 ||
                         !library_preset(controller_library(controller),
                                         controller_wall_id(controller, 0), rule->preset))) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "'%s': there is no preset '%s'",
                       "“%s”：没有预案画面“%s”", rule->id, rule->preset);
        return FALSE;
    }
    return TRUE;
}

static Json *problems_json(const Director *director, const Alarm *alarm)
{
    Json *list = json_object_new_array();
    for (guint i = 0; alarm->cameras[i]; i++) {
        if (strcmp(director_camera_word(director, alarm->cameras[i]), "offline") != 0)
            continue;
        g_autofree char *text = g_strdup_printf("摄像机 %s 离线", alarm->cameras[i]);
        json_object_array_add(list, json_object_new_string(text));
    }
    return list;
}

static Json *run_json(const Director *director, const LinkageRule *rule, const Case *c,
                      const Alarm *alarm, gboolean is_dry)
{
    Json *json = json_object_new_object(), *cameras = json_object_new_array();
    g_autofree char *opens = scene_label(rule, c);
    json_add_string(json, "rule", rule->id);
    json_add_string(json, "name", rule->name);
    json_add_bool(json, "dry_run", is_dry);
    json_add_string(json, "alarm", is_dry ? NULL : alarm->id);
    json_add_string(json, "opens", opens);
    for (guint i = 0; alarm->cameras[i]; i++) {
        Json *camera = json_object_new_object();
        json_add_string(camera, "id", alarm->cameras[i]);
        json_add_string(camera, "state", director_camera_word(director, alarm->cameras[i]));
        json_object_array_add(cameras, camera);
    }
    json_add(json, "cameras", cameras);
    json_add_string(json, "ptz_preset", rule->ptz_preset);
    json_add(json, "orders", orders_json(rule, c));
    json_add_string(json, "procedure", rule->procedure);
    json_add(json, "problems", problems_json(director, alarm));
    return json;
}

Json *director_run(Director *director, const char *id, Case *c, const char *actor, gboolean is_dry,
                   GError **error)
{
    assert_control_thread();
    const LinkageRule *rule = rules_find(director->env.rules, id);
    if (!rule) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no linkage rule '%s' is in force",
                       "没有生效的联动规则或预案“%s”", id);
        return NULL;
    }
    if (!check_run(director, rule, c, error))
        return NULL;
    const Config *config = controller_config(director->env.controller);
    const Fields none = { 0 };
    const Fields *fields = c ? &c->fields : &none;
    const char *cameras[LINKAGE_MAX_CAMERAS];
    guint n = linkage_pick(rule, fields, config->cameras, cameras);
    gint64 now_ms = clock_unix_ms();
    AlarmSet *alarms = is_dry ? copy_alarms(director->alarms) : director->alarms;
    const Alarm *alarm =
        alarm_set_run(alarms, rule, c ? c->code : "", fields, cameras, n, actor, now_ms, error);
    Json *json = NULL;
    if (alarm && !is_dry) {
        log_info(ALARM, "%s: %s runs %s, %u cameras", alarm->id, actor, rule->id, n);
        director_act(director, alarm->id, rule, c, cameras, n, now_ms);
        director_tell(director, "alarm.raised", alarm);
        director_update(director);
    }
    if (alarm) {
        json = run_json(director, rule, c, alarm, is_dry);
        json_add(json, "spots", spots_json(director, alarms, now_ms));
    }
    if (is_dry)
        alarm_set_free(alarms);
    return json;
}
