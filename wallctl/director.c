/* director.c - alarms and what is seen of them
 *
 * One function, update(), makes everything that is seen from the alarms as they are: it runs after
 * every event, answer and tick, and giving the same twice changes nothing.
 */
#include "wallctl/director_private.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/category.h"
#include "wallctl/store/alarm_store.h"

#include <string.h>

#define KEPT_MS       (24 * 3600 * G_GINT64_CONSTANT(1000)) /* answered alarms in the list */
#define MAX_TIMER_MS  60000
#define SUPERVISION_S 600

static void free_stand(gpointer data)
{
    Stand *stand = data;
    slots_clear(stand->slots, SLOTS_MAX);
    g_hash_table_unref(stand->yielding);
    g_free(stand->wall);
    g_free(stand);
}

static void free_saying(gpointer data)
{
    Saying *saying = data;
    g_free(saying->id);
    g_free(saying->text);
    g_free(saying);
}

static Stand *find_stand(const Director *director, const char *wall)
{
    for (guint i = 0; i < director->stands->len; i++) {
        Stand *stand = g_ptr_array_index(director->stands, i);
        if (strcmp(stand->wall, wall) == 0)
            return stand;
    }
    return NULL;
}

/* --- keeping -----------------------------------------------------------------------------------
 */

void director_save(const Director *director, const Alarm *alarm)
{
    if (!director->env.store)
        return;
    g_autoptr(Json) json = alarm_to_json(alarm);
    StoredAlarm *stored = stored_alarm_new(alarm->id);
    char **texts[] = { &stored->case_code, &stored->rule, &stored->state, &stored->acked_by,
                       &stored->json };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*texts[i]);
    stored->case_code = g_strdup(alarm->case_code);
    stored->rule = g_strdup(alarm->rule);
    stored->state = g_strdup(alarm_state_word(alarm->state));
    stored->acked_by = g_strdup(alarm->answered_by);
    stored->json = json_dup_text(json);
    stored->priority = alarm->priority;
    stored->severity = alarm->severity;
    stored->raised_ms = alarm->raised_ms;
    stored->acked_ms = alarm->answered_ms;
    stored->snooze_ms = alarm->snooze_until_ms;
    alarm_store_put(director->env.store, stored, NULL, NULL);
    stored_alarm_free(stored);
}

static gboolean load(Director *director, GError **error)
{
    g_autoptr(GPtrArray) stored =
        director->env.store ? alarm_store_load(director->env.store, error) : g_ptr_array_new();
    if (!stored)
        return FALSE;
    for (guint i = 0; i < stored->len; i++) {
        const StoredAlarm *row = g_ptr_array_index(stored, i);
        g_autoptr(Faults) faults = faults_new(row->id, 8);
        g_autoptr(Json) json = json_parse(row->json, strlen(row->json), 0, JSON_STRICT, NULL);
        Alarm *alarm = json ? alarm_from_json(json, faults) : NULL;
        if (alarm)
            alarm_set_restore(director->alarms, alarm);
        else
            log_error(ALARM, "%s: cannot be read back and is left out", row->id);
    }
    return TRUE;
}

static Json *alarm_json(const Director *director, const Alarm *alarm)
{
    Json *json = alarm_to_json(alarm);
    char *title, *place;
    director_words(director, alarm, &title, &place);
    json_add_string(json, "title", title);
    json_add_string(json, "place", place);
    g_free(title);
    g_free(place);
    return json;
}

/* The card of a case is as bad as its worst alarm. */
static void tell_scene(const Director *director, const char *code)
{
    Severity worst = SEVERITY_NONE;
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        const Alarm *alarm = alarm_set_at(director->alarms, i);
        if (alarm_is_on_wall(alarm) && strcmp(alarm->case_code, code) == 0)
            worst = MAX(worst, alarm->severity);
    }
    if (*code && director->env.scenes)
        case_scenes_set_alarm(director->env.scenes, code, worst);
}

void director_tell(const Director *director, const char *name, const Alarm *alarm)
{
    tell_scene(director, alarm->case_code);
    director->env.event(name, alarm_json(director, alarm), director->env.user);
    director_save(director, alarm);
}

/* --- everything that is seen -------------------------------------------------------------------
 */

static gboolean on_timer(gpointer user);

static void set_timer(Director *director, gint64 next_ms, gint64 now_ms)
{
    g_clear_handle_id(&director->timer, g_source_remove);
    if (next_ms == G_MAXINT64)
        return;
    gint64 wait_ms = CLAMP(next_ms - now_ms, 1, MAX_TIMER_MS); /* the wall clock may jump */
    director->timer = g_timeout_add((guint)wait_ms, on_timer, director);
}

static void tell_changes(Director *director, GPtrArray *changed, GPtrArray *escalated,
                         gint64 now_ms)
{
    for (guint i = 0; i < changed->len; i++)
        director_tell(director, "alarm.changed", g_ptr_array_index(changed, i));
    for (guint i = 0; i < escalated->len; i++) {
        const Alarm *alarm = g_ptr_array_index(escalated, i);
        if (alarm->state != ALARM_EXPIRED)
            director_tell_upwards(director, alarm, now_ms);
    }
}

void director_update(Director *director)
{
    gint64 now_ms = clock_unix_ms();
    g_autoptr(GPtrArray) changed = g_ptr_array_new(), escalated = g_ptr_array_new();
    gint64 next_ms = alarm_set_tick(director->alarms, now_ms, changed, escalated);
    tell_changes(director, changed, escalated, now_ms);
    director_close_scenes(director);
    next_ms = MIN(next_ms, director_show_notices(director, now_ms));
    for (guint i = 0; i < director->stands->len; i++)
        next_ms =
            MIN(next_ms,
                director_update_stand(director, g_ptr_array_index(director->stands, i), now_ms));
    alarm_set_forget(director->alarms, now_ms - KEPT_MS);
    set_timer(director, next_ms, now_ms);
}

static gboolean on_timer(gpointer user)
{
    Director *director = user;
    director->timer = 0;
    director_update(director);
    return G_SOURCE_REMOVE;
}

static gboolean on_soon(gpointer user)
{
    Director *director = user;
    director->soon = 0;
    director_update(director);
    return G_SOURCE_REMOVE;
}

/* Once for all that comes in one round of the loop. */
static void update_soon(Director *director)
{
    if (!director->soon)
        director->soon = g_idle_add_full(G_PRIORITY_DEFAULT, on_soon, director, NULL);
}

/* A camera that comes or goes may change who has which tile. */
static void on_feed(Feed *feed, gpointer user)
{
    Director *director = user;
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        const Alarm *alarm = alarm_set_at(director->alarms, i);
        if (alarm_is_on_wall(alarm) &&
            g_strv_contains((const char *const *)alarm->cameras, feed_camera(feed)->id)) {
            update_soon(director);
            return;
        }
    }
}

/* --- events ------------------------------------------------------------------------------------
 */

void director_fields(const Event *event, const Case *c, Fields *fields)
{
    if (!c) {
        fields_copy(fields, &event->fields);
        return;
    }
    fields_copy(fields, &c->fields);
    sensitivity_merge(fields, &event->fields);
}

static void fire(Director *director, const LinkageRule *rule, const Event *event,
                 const Fields *fields, Case *c, gint64 due_ms)
{
    gint64 now_ms = clock_unix_ms();
    const Config *config = controller_config(director->env.controller);
    const char *cameras[LINKAGE_MAX_CAMERAS];
    guint n = linkage_pick(rule, fields, config->cameras, cameras);
    const Alarm *alarm;
    RaiseOutcome outcome =
        alarm_set_raise(director->alarms, rule, event, fields, cameras, n, now_ms, &alarm);
    if (outcome == RAISE_REFUSED) {
        log_error(ALARM, "rule %s: %d alarms are open already, this one is not raised", rule->id,
                  ALARM_MAX_OPEN);
        return;
    }
    alarm_set_edit(director->alarms, alarm->id)->due_ms = due_ms;
    director_tell(director, outcome == RAISE_NEW ? "alarm.raised" : "alarm.changed", alarm);
    if (outcome == RAISE_NEW)
        log_info(ALARM, "%s: rule %s, %u cameras", alarm->id, rule->id, n);
    if (outcome == RAISE_NEW || outcome == RAISE_JOINED)
        director_act(director, alarm->id, rule, c, cameras, n, now_ms);
}

gboolean director_ends_alarms(const Event *event, const Case *c)
{
    return event->type == EVENT_ALARM_CLEARED ||
           (event_type_is_case(event->type) && c && !case_state_is_open(c->state));
}

static void clear(Director *director, const Event *event, const Fields *fields)
{
    g_autoptr(GPtrArray) changed = g_ptr_array_new();
    alarm_set_clear(director->alarms, event, fields, clock_unix_ms(), changed);
    for (guint i = 0; i < changed->len; i++)
        director_tell(director, "alarm.changed", g_ptr_array_index(changed, i));
}

/* Its countdown and its mark go on with the case, also when no rule is about the event. */
static void follow_case(Director *director, const Case *c, gint64 due_ms)
{
    for (guint i = 0; i < alarm_set_count(director->alarms); i++) {
        Alarm *alarm = alarm_set_edit(director->alarms, alarm_set_at(director->alarms, i)->id);
        gboolean is_supervised = alarm->is_supervised || c->supervise;
        gboolean is_whistled = c->n_whistles > 0;
        if (strcmp(alarm->case_code, c->code) != 0 ||
            (alarm->due_ms == due_ms && alarm->is_supervised == is_supervised &&
             alarm->is_whistled == is_whistled))
            continue;
        alarm->due_ms = due_ms;
        alarm->is_supervised = is_supervised;
        alarm->is_whistled = is_whistled;
        director_save(director, alarm);
    }
}

/* A whistle's clock was missed: the alarm of its case is worse than it was. */
static void worsen(Director *director, const Event *event)
{
    g_autoptr(GPtrArray) changed = g_ptr_array_new();
    alarm_set_worsen(director->alarms, event->subject, changed);
    for (guint k = 0; k < changed->len; k++)
        director_tell(director, "alarm.changed", g_ptr_array_index(changed, k));
}

void director_take(Director *director, const Event *event, const char *source, Case *c,
                   gint64 due_ms)
{
    assert_control_thread();
    const Rules *rules = director->env.rules;
    gint64 now_ms = clock_unix_ms();
    Fields fields;
    director_fields(event, c, &fields);
    if (event->type == EVENT_WHISTLE_MISSED)
        worsen(director, event);
    if (director_ends_alarms(event, c))
        clear(director, event, &fields);
    else if (event->classification != CLASS_CONFIDENTIAL) { /* counted, never shown by itself */
        gboolean has_fired = FALSE;
        for (guint i = 0; i < rules_count(rules); i++) {
            const LinkageRule *rule = rules_at(rules, i);
            if (rule->by_hand || linkage_is_late(rule, event, now_ms) ||
                !filter_fits(&rule->filter, event, source, &fields))
                continue;
            fire(director, rule, event, &fields, c, due_ms);
            has_fired = TRUE;
        }
        if (!has_fired && event->type == EVENT_CASE_SUPERVISED)
            fire(director, director->supervision, event, &fields, c, due_ms);
    }
    if (c)
        follow_case(director, c, due_ms);
    fields_clear(&fields);
    update_soon(director);
}

gboolean director_answer(Director *director, const char *id, AnswerKind kind, const char *actor,
                         gint64 until_ms, const char *to, GError **error)
{
    assert_control_thread();
    const Alarm *alarm =
        alarm_set_answer(director->alarms, id, kind, actor, until_ms, to, clock_unix_ms(), error);
    if (!alarm)
        return FALSE;
    director_tell(director, "alarm.changed", alarm);
    update_soon(director);
    return TRUE;
}

gboolean director_comment(Director *director, const char *id, const char *actor, const char *text,
                          GError **error)
{
    assert_control_thread();
    const Alarm *alarm =
        alarm_set_comment(director->alarms, id, actor, text, clock_unix_ms(), error);
    if (alarm)
        director_tell(director, "alarm.changed", alarm);
    return alarm != NULL;
}

void director_touched(Director *director, const char *wall, guint tile)
{
    Stand *stand = find_stand(director, wall);
    const WallConfig *config = config_wall(controller_config(director->env.controller), wall);
    gboolean is_changed = FALSE;
    for (guint i = 0; stand && i < config->n_alarm_tiles && i < SLOTS_MAX; i++) {
        const AlarmSlot *slot = &stand->slots[i];
        if (!slot->alarm || (tile != 0 && config->alarm_tiles[i] != tile))
            continue;
        director_take_back(director, stand, slot->alarm, config->alarm_tiles[i]);
        is_changed = TRUE;
    }
    if (is_changed)
        update_soon(director);
}

void director_wall_changed(Director *director, const char *wall)
{
    director_forget_scenes(director, wall);
}

void director_say(Director *director, const char *id, Severity severity, const char *text)
{
    assert_control_thread();
    for (guint i = 0; i < director->sayings->len; i++) {
        if (strcmp(((Saying *)g_ptr_array_index(director->sayings, i))->id, id) == 0) {
            g_ptr_array_remove_index(director->sayings, i);
            break;
        }
    }
    if (text) {
        Saying *saying = g_new(Saying, 1);
        *saying = (Saying) { g_strdup(id), g_strdup(text), severity };
        g_ptr_array_add(director->sayings, saying);
    }
    update_soon(director);
}

void director_set_ticker(Director *director, const char *text)
{
    assert_control_thread();
    g_free(director->ticker);
    director->ticker = g_strdup(text);
    update_soon(director);
}

Json *director_state(Director *director)
{
    Json *state = json_object_new_object(), *list = json_object_new_array();
    for (guint i = 0; i < alarm_set_count(director->alarms); i++)
        json_object_array_add(list, alarm_json(director, alarm_set_at(director->alarms, i)));
    gboolean is_flood;
    guint rate = alarm_set_rate(director->alarms, clock_unix_ms(), &is_flood);
    json_add(state, "alarms", list);
    json_add_int(state, "rate", rate);
    json_add_bool(state, "flood", is_flood);
    return state;
}

/* --- start, reload, stop -----------------------------------------------------------------------
 */

static void make_stands(Director *director)
{
    for (guint i = director->stands->len; i > 0; i--) {
        const Stand *stand = g_ptr_array_index(director->stands, i - 1);
        if (!controller_wall(director->env.controller, stand->wall))
            g_ptr_array_remove_index(director->stands, i - 1);
    }
    for (guint i = 0; i < controller_count(director->env.controller); i++) {
        const char *wall = controller_wall_id(director->env.controller, i);
        if (find_stand(director, wall))
            continue;
        Stand *stand = g_new0(Stand, 1);
        stand->wall = g_strdup(wall);
        stand->yielding = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_ptr_array_add(director->stands, stand);
    }
}

void director_reload(Director *director)
{
    assert_control_thread();
    make_stands(director);
    update_soon(director);
}

void director_save_all(Director *director)
{
    for (guint i = 0; i < alarm_set_count(director->alarms); i++)
        director_save(director, alarm_set_at(director->alarms, i));
}

/* A red banner for some minutes; a site that wants more has a rule on case.supervised. */
static LinkageRule *new_supervision(void)
{
    LinkageRule *rule = linkage_rule_new();
    g_free(rule->id);
    g_free(rule->name);
    rule->id = g_strdup("supervised");
    rule->name = g_strdup("督办");
    rule->severity = SEVERITY_RED;
    rule->hold_s = SUPERVISION_S;
    rule->escalate_s = 0;
    return rule;
}

Director *director_new(const DirectorEnv *env, GError **error)
{
    Director *director = g_new0(Director, 1);
    director->env = *env;
    director->alarms = alarm_set_new();
    director->supervision = new_supervision();
    director->stands = g_ptr_array_new_with_free_func(free_stand);
    director->sayings = g_ptr_array_new_with_free_func(free_saying);
    if (!load(director, error)) {
        director_free(director);
        return NULL;
    }
    make_stands(director);
    for (guint i = 0; i < alarm_set_count(director->alarms); i++)
        tell_scene(director, alarm_set_at(director->alarms, i)->case_code);
    director->listener = feed_pool_listen(env->feeds, on_feed, director);
    director_update(director);
    return director;
}

void director_free(Director *director)
{
    if (!director)
        return;
    if (director->listener)
        feed_pool_unlisten(director->env.feeds, director->listener);
    g_clear_handle_id(&director->timer, g_source_remove);
    g_clear_handle_id(&director->soon, g_source_remove);
    g_ptr_array_unref(director->sayings);
    g_ptr_array_unref(director->stands);
    linkage_rule_free(director->supervision);
    g_free(director->ticker);
    alarm_set_free(director->alarms);
    g_free(director);
}
