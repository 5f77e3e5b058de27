/* director_actions.c - what a rule does beside alarm tiles and banners: scenes, cameras that turn, orders,
 * and what those above are told
 */
#include "wallctl/director_private.h"

#include "wallctl/base/log.h"

#include <string.h>

/* --- scenes ------------------------------------------------------------------------------------
 */

static Command *preset_command(const char *preset)
{
    Command *command = command_new(COMMAND_OPEN, "alarm");
    command->name = g_strconcat(LEVEL_PRESET, preset, NULL);
    return command;
}

/* The scene that the rule opens; NULL: none, or it cannot be opened. */
static Command *scene_command(const Director *director, const LinkageRule *rule, Case *c)
{
    g_autoptr(GError) error = NULL;
    if (rule->preset)
        return preset_command(rule->preset);
    if (!rule->opens_case || !c || !director->env.scenes)
        return NULL;
    Command *command = case_scenes_open(director->env.scenes, NULL, c, "alarm", &error);
    if (!command)
        log_warning(ALARM, "rule %s: %s", rule->id, error->message);
    return command;
}

static const char *scene_wall(const Director *director)
{
    const Controller *controller = director->env.controller;
    return controller_count(controller) > 0 ? controller_wall_id(controller, 0) : NULL;
}

/* Another alarm that is on the wall has opened this scene, or shares it. */
static gboolean is_shared(const Director *director, const Alarm *but, const char *label)
{
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        const Alarm *alarm = alarm_set_at(director->alarms, i);
        if (alarm != but && alarm_is_on_wall(alarm) && strcmp(alarm->scene, label) == 0)
            return TRUE;
    }
    return FALSE;
}

static void set_scene(Alarm *alarm, const char *label)
{
    g_free(alarm->scene);
    alarm->scene = g_strdup(label);
}

/* What a person has opened is not ours to close. */
static void open_scene(const Director *director, Alarm *alarm, const LinkageRule *rule, Case *c)
{
    const char *wall = scene_wall(director);
    g_autoptr(Command) command = wall && !*alarm->scene ? scene_command(director, rule, c) : NULL;
    g_autoptr(GError) error = NULL;
    if (!command)
        return;
    command->by_tour = TRUE;
    gboolean is_open =
        wall_has_level(controller_wall(director->env.controller, wall), command->name);
    if (is_open && is_shared(director, alarm, command->name))
        set_scene(alarm, command->name);
    if (is_open)
        return;
    if (director->env.tours)
        tour_clock_prepare(director->env.tours, wall, command);
    if (controller_run(director->env.controller, wall, command, NULL, NULL, &error))
        set_scene(alarm, command->name);
    else
        log_warning(ALARM, "%s: rule %s: %s", alarm->id, rule->id, error->message);
}

static void close_scene(const Director *director, Alarm *alarm)
{
    g_autofree char *label = g_steal_pointer(&alarm->scene);
    alarm->scene = g_strdup("");
    const char *wall = scene_wall(director);
    if (!wall || is_shared(director, alarm, label) ||
        !wall_level_is_untouched(controller_wall(director->env.controller, wall), label))
        return;
    g_autoptr(Command) command = command_new(COMMAND_BACK, "alarm");
    command->name = g_steal_pointer(&label);
    command->by_tour = TRUE;
    controller_run(director->env.controller, wall, command, NULL, NULL, NULL);
}

void director_close_scenes(Director *director)
{
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        Alarm *alarm = alarm_set_edit(director->alarms, alarm_set_at(director->alarms, i)->id);
        if (!*alarm->scene || alarm_is_on_wall(alarm))
            continue;
        close_scene(director, alarm);
        director_save(director, alarm);
    }
}

void director_forget_scenes(Director *director, const char *wall_id)
{
    const char *wall = scene_wall(director);
    if (!wall || strcmp(wall, wall_id) != 0)
        return;
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        Alarm *alarm = alarm_set_edit(director->alarms, alarm_set_at(director->alarms, i)->id);
        if (!*alarm->scene ||
            wall_has_level(controller_wall(director->env.controller, wall), alarm->scene))
            continue;
        set_scene(alarm, "");
        director_save(director, alarm);
    }
}

/* --- events ------------------------------------------------------------------------------------
 */

static Event *new_event(EventType type, const Alarm *alarm, gint64 now_ms)
{
    static guint64 serial;
    g_autofree char *id =
        g_strdup_printf("%s-%" G_GINT64_FORMAT "-%" G_GUINT64_FORMAT, alarm->id, now_ms, ++serial);
    Event *event = event_new_own(type, id, alarm->case_code, now_ms);
    if (*alarm->region)
        fields_set_text(&event->fields, FIELD_REGION, alarm->region, NULL);
    return event;
}

void director_tell_upwards(const Director *director, const Alarm *alarm, gint64 now_ms)
{
    static const guint numbers[] = { [SEVERITY_NONE] = 9,
                                     [SEVERITY_BLUE] = 9,
                                     [SEVERITY_YELLOW] = 13,
                                     [SEVERITY_ORANGE] = 17,
                                     [SEVERITY_RED] = 21 };
    log_warning(ALARM, "%s: nobody has answered it for %u s", alarm->id,
                alarm->escalate_s * alarm->n_escalated);
    if (!director->env.send)
        return;
    Event *event = new_event(EVENT_ALARM_RAISED, alarm, now_ms);
    event->severity = numbers[alarm->severity];
    if (*alarm->category)
        fields_set_text(&event->fields, FIELD_CATEGORY, alarm->category, NULL);
    director->env.send(event, director->env.user);
}

/* Cameras turn by themselves where the platform above carries it out: GB/T 28181 or the maker's. */
static void turn_cameras(const Director *director, const Alarm *alarm, const LinkageRule *rule,
                         const char *const *cameras, guint n, gint64 now_ms)
{
    for (guint i = 0; director->env.send && rule->ptz_preset && i < n; i++) {
        Event *event = new_event(EVENT_CAMERA_PRESET, alarm, now_ms);
        fields_set_text(&event->fields, FIELD_CAMERA, cameras[i], NULL);
        fields_set_text(&event->fields, FIELD_PRESET, rule->ptz_preset, NULL);
        director->env.send(event, director->env.user);
    }
}

static void issue_orders(const Director *director, const Alarm *alarm, const LinkageRule *rule)
{
    for (guint i = 0; *alarm->case_code && director->env.order && i < rule->n_orders; i++)
        director->env.order(alarm->case_code, rule->orders[i].kind, rule->orders[i].to,
                            director->env.user);
}

void director_act(Director *director, const char *alarm_id, const LinkageRule *rule, Case *c,
                  const char *const *cameras, guint n, gint64 now_ms)
{
    Alarm *alarm = alarm_set_edit(director->alarms, alarm_id);
    if (!alarm_list_add(&alarm->acted, rule->id))
        return;
    open_scene(director, alarm, rule, c);
    turn_cameras(director, alarm, rule, cameras, n, now_ms);
    issue_orders(director, alarm, rule);
    director_save(director, alarm);
}
