/* alarm.c - alarms from the first event to the answer */
#include "wallctl/model/alarm.h"

#include "wallctl/base/error.h"
#include "wallctl/model/category.h"

#include <string.h>

struct AlarmSet {
    GPtrArray *alarms; /* Alarm, in the order of raising */
    GArray *raised;    /* gint64: when, for the rate */
    guint64 next_id;
    gboolean is_flood;
};

static const char *const state_words[] = {
    [ALARM_RAISED] = "raised",       [ALARM_SNOOZED] = "snoozed",
    [ALARM_EXPIRED] = "expired",     [ALARM_ACKNOWLEDGED] = "acknowledged",
    [ALARM_FORWARDED] = "forwarded", [ALARM_CLEARED] = "cleared",
};

const char *alarm_state_word(AlarmState state)
{
    g_assert(state >= ALARM_RAISED && state <= ALARM_CLEARED);
    return state_words[state];
}

AlarmState alarm_state_from_word(const char *word)
{
    for (guint i = ALARM_RAISED; i <= ALARM_CLEARED; i++) {
        if (strcmp(state_words[i], word) == 0)
            return (AlarmState)i;
    }
    return 0;
}

static void alarm_comment_free(gpointer data)
{
    AlarmComment *comment = data;
    g_free(comment->by);
    g_free(comment->text);
    g_free(comment);
}

Alarm *alarm_new(void)
{
    Alarm *alarm = g_new0(Alarm, 1);
    char **texts[] = { &alarm->id,          &alarm->rule,        &alarm->case_code,
                       &alarm->correlation, &alarm->spot,        &alarm->category,
                       &alarm->region,      &alarm->answered_by, &alarm->forwarded_to,
                       &alarm->procedure,   &alarm->run_by,      &alarm->scene };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    alarm->comments = g_ptr_array_new_with_free_func(alarm_comment_free);
    alarm->cameras = g_new0(char *, 1);
    alarm->acted = g_new0(char *, 1);
    alarm->left = g_new0(char *, 1);
    alarm->state = ALARM_RAISED;
    alarm->severity = SEVERITY_BLUE;
    return alarm;
}

void alarm_free(Alarm *alarm)
{
    if (!alarm)
        return;
    char *texts[] = { alarm->id,           alarm->rule,      alarm->case_code, alarm->correlation,
                      alarm->spot,         alarm->category,  alarm->region,    alarm->answered_by,
                      alarm->forwarded_to, alarm->procedure, alarm->run_by,    alarm->scene,
                      alarm->last_event };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(alarm->comments);
    g_strfreev(alarm->cameras);
    g_strfreev(alarm->acted);
    g_strfreev(alarm->left);
    g_free(alarm);
}

AlarmSet *alarm_set_new(void)
{
    AlarmSet *set = g_new0(AlarmSet, 1);
    set->alarms = g_ptr_array_new_with_free_func((GDestroyNotify)alarm_free);
    set->raised = g_array_new(FALSE, FALSE, sizeof(gint64));
    set->next_id = 1;
    return set;
}

void alarm_set_free(AlarmSet *set)
{
    if (!set)
        return;
    g_ptr_array_unref(set->alarms);
    g_array_unref(set->raised);
    g_free(set);
}

void alarm_set_restore(AlarmSet *set, Alarm *alarm)
{
    guint64 number = g_ascii_strtoull(alarm->id + 1, NULL, 10);
    set->next_id = MAX(set->next_id, number + 1);
    g_ptr_array_add(set->alarms, alarm);
    if (!*alarm->run_by)
        g_array_append_val(set->raised, alarm->raised_ms);
}

guint alarm_set_count(const AlarmSet *set)
{
    return set->alarms->len;
}

const Alarm *alarm_set_at(const AlarmSet *set, guint index)
{
    return g_ptr_array_index(set->alarms, index);
}

static Alarm *find(const AlarmSet *set, const char *id)
{
    for (guint i = 0; i < set->alarms->len; i++) {
        Alarm *alarm = g_ptr_array_index(set->alarms, i);
        if (strcmp(alarm->id, id) == 0)
            return alarm;
    }
    return NULL;
}

const Alarm *alarm_set_find(const AlarmSet *set, const char *id)
{
    return find(set, id);
}

Alarm *alarm_set_edit(AlarmSet *set, const char *id)
{
    return find(set, id);
}

gboolean alarm_list_add(char ***list, const char *text)
{
    guint n = g_strv_length(*list);
    if (g_strv_contains((const char *const *)*list, text))
        return FALSE;
    *list = g_renew(char *, *list, n + 2);
    (*list)[n] = g_strdup(text);
    (*list)[n + 1] = NULL;
    return TRUE;
}

gboolean alarm_has_left(const Alarm *alarm, const char *place)
{
    return g_strv_contains((const char *const *)alarm->left, place);
}

gboolean alarm_is_on_wall(const Alarm *alarm)
{
    return alarm->state == ALARM_RAISED;
}

static gboolean is_open(const Alarm *alarm)
{
    return alarm->state == ALARM_RAISED || alarm->state == ALARM_SNOOZED;
}

/* --- what belongs together ---------------------------------------------------------------------
 */

static const char *text_or_empty(const Fields *fields, Field field)
{
    const char *text = fields_text(fields, field);
    return text ? text : "";
}

static const char *spot_of(const Fields *fields)
{
    const char *camera = fields_text(fields, FIELD_CAMERA);
    if (camera)
        return camera;
    return linkage_is_sensitive(fields) ? "" : text_or_empty(fields, FIELD_PLACE);
}

static gboolean is_near(const Alarm *alarm, const Fields *fields)
{
    return alarm->group_m > 0 && alarm->has_position && fields_has(fields, FIELD_LON) &&
           fields_has(fields, FIELD_LAT) &&
           linkage_distance_m(alarm->lon, alarm->lat, fields_number(fields, FIELD_LON),
                              fields_number(fields, FIELD_LAT)) <= alarm->group_m;
}

static gboolean same_text(const char *a, const char *b)
{
    return *a && strcmp(a, b) == 0;
}

/* The same case or correlation always; the same spot, or so near, only with the same category and
 * within the time. */
static gboolean belongs(const Alarm *alarm, const Event *event, const Fields *fields, gint64 now_ms)
{
    if (same_text(alarm->case_code, event->subject) ||
        same_text(alarm->correlation, event->correlation))
        return TRUE;
    if (now_ms > alarm->last_ms + (gint64)alarm->group_s * 1000 ||
        strcmp(alarm->category, text_or_empty(fields, FIELD_CATEGORY)) != 0)
        return FALSE;
    return same_text(alarm->spot, spot_of(fields)) || is_near(alarm, fields);
}

/* One that is open, or that was answered so lately that the same need not ring again. */
static Alarm *find_same(const AlarmSet *set, const Event *event, const Fields *fields,
                        gint64 now_ms)
{
    for (guint i = set->alarms->len; i > 0; i--) {
        Alarm *alarm = g_ptr_array_index(set->alarms, i - 1);
        gboolean is_fresh =
            is_open(alarm) || now_ms <= alarm->last_ms + (gint64)alarm->group_s * 1000;
        if (is_fresh && !*alarm->run_by && alarm->state != ALARM_CLEARED &&
            belongs(alarm, event, fields, now_ms))
            return alarm;
    }
    return NULL;
}

/* --- raising -----------------------------------------------------------------------------------
 */

static void set_text(char **place, const char *text)
{
    g_free(*place);
    *place = g_strdup(text);
}

static Alarm *new_alarm(AlarmSet *set, const LinkageRule *rule, const char *case_code,
                        const Fields *fields, gint64 now_ms)
{
    Alarm *alarm = alarm_new();
    g_free(alarm->id);
    alarm->id = g_strdup_printf("a%" G_GUINT64_FORMAT, set->next_id++);
    set_text(&alarm->rule, rule->id);
    set_text(&alarm->case_code, case_code);
    set_text(&alarm->spot, spot_of(fields));
    set_text(&alarm->category, text_or_empty(fields, FIELD_CATEGORY));
    /* Alarms are told to all: of a sensitive case no place, and no region smaller than may be named. */
    Sensitivity sensitivity = sensitivity_from_word(fields_text(fields, FIELD_SENSITIVITY));
    gboolean is_sensitive = linkage_is_sensitive(fields);
    g_autofree char *region = region_dup_shown(text_or_empty(fields, FIELD_REGION), sensitivity);
    set_text(&alarm->region, region);
    set_text(&alarm->procedure, rule->procedure ? rule->procedure : "");
    alarm->has_position =
        !is_sensitive && fields_has(fields, FIELD_LON) && fields_has(fields, FIELD_LAT);
    if (alarm->has_position) {
        alarm->lon = fields_number(fields, FIELD_LON);
        alarm->lat = fields_number(fields, FIELD_LAT);
    }
    alarm->priority = rule->priority;
    alarm->sound = rule->sound;
    alarm->preempts = rule->preempts;
    alarm->has_banner = rule->has_banner;
    alarm->raised_ms = alarm->last_ms = now_ms;
    alarm->hold_until_ms = rule->hold_s ? now_ms + (gint64)rule->hold_s * 1000 : 0;
    alarm->escalate_s = rule->escalate_s;
    alarm->escalate_at_ms = rule->escalate_s ? now_ms + (gint64)rule->escalate_s * 1000 : 0;
    alarm->group_s = rule->group_s;
    alarm->group_m = rule->group_m;
    return alarm;
}

/* Cameras that a further event calls up come after those that are there. */
static void add_cameras(Alarm *alarm, const char *const *cameras, guint n)
{
    guint n_now = g_strv_length(alarm->cameras);
    for (guint i = 0; i < n && n_now < LINKAGE_MAX_CAMERAS; i++)
        n_now += alarm_list_add(&alarm->cameras, cameras[i]) ? 1 : 0;
}

/* An event that fires several rules is one event. */
static void count(Alarm *alarm, const Event *event)
{
    g_autofree char *name = g_strdup_printf("%s %s", event->source, event->id);
    if (g_strcmp0(alarm->last_event, name) == 0)
        return;
    g_free(alarm->last_event);
    alarm->last_event = g_steal_pointer(&name);
    alarm->n_events++;
}

static void join(Alarm *alarm, const LinkageRule *rule, Severity severity, gint64 now_ms)
{
    alarm->last_ms = now_ms;
    alarm->severity = MAX(alarm->severity, severity);
    alarm->priority = MAX(alarm->priority, rule->priority);
    alarm->sound = MAX(alarm->sound, rule->sound);
    alarm->preempts = alarm->preempts || rule->preempts;
    alarm->has_banner = alarm->has_banner || rule->has_banner;
    if (!*alarm->procedure && rule->procedure)
        set_text(&alarm->procedure, rule->procedure);
    if (alarm->hold_until_ms && rule->hold_s)
        alarm->hold_until_ms = MAX(alarm->hold_until_ms, now_ms + (gint64)rule->hold_s * 1000);
}

static guint count_open(const AlarmSet *set)
{
    guint n = 0;
    for (guint i = 0; i < set->alarms->len; i++)
        n += is_open(g_ptr_array_index(set->alarms, i)) ? 1 : 0;
    return n;
}

RaiseOutcome alarm_set_raise(AlarmSet *set, const LinkageRule *rule, const Event *event,
                             const Fields *fields, const char *const *cameras, guint n_cameras,
                             gint64 now_ms, const Alarm **alarm_out)
{
    Severity severity = rule->severity ? rule->severity : linkage_severity(event, fields);
    Alarm *same = find_same(set, event, fields, now_ms);
    *alarm_out = same;
    if (same) {
        join(same, rule, severity, now_ms);
        count(same, event);
        add_cameras(same, cameras, n_cameras);
        return same->state == ALARM_RAISED ? RAISE_JOINED : RAISE_SILENT;
    }
    if (count_open(set) >= ALARM_MAX_OPEN)
        return RAISE_REFUSED;
    Alarm *alarm = new_alarm(set, rule, event->subject, fields, now_ms);
    set_text(&alarm->correlation, event->correlation);
    alarm->severity = severity;
    count(alarm, event);
    add_cameras(alarm, cameras, n_cameras);
    g_ptr_array_add(set->alarms, alarm);
    g_array_append_val(set->raised, now_ms);
    *alarm_out = alarm;
    return RAISE_NEW;
}

static const Alarm *find_run(const AlarmSet *set, const char *rule, const char *case_code)
{
    for (guint i = 0; i < set->alarms->len; i++) {
        const Alarm *alarm = g_ptr_array_index(set->alarms, i);
        if (*alarm->run_by && is_open(alarm) && strcmp(alarm->rule, rule) == 0 &&
            strcmp(alarm->case_code, case_code) == 0)
            return alarm;
    }
    return NULL;
}

const Alarm *alarm_set_run(AlarmSet *set, const LinkageRule *rule, const char *case_code,
                           const Fields *fields, const char *const *cameras, guint n_cameras,
                           const char *actor, gint64 now_ms, GError **error)
{
    const Alarm *running = find_run(set, rule->id, case_code);
    if (running) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "plan '%s' runs already as alarm %s: acknowledge that first",
                       "预案“%s”正在执行（告警 %s），请先确认结束", rule->id, running->id);
        return NULL;
    }
    if (count_open(set) >= ALARM_MAX_OPEN) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%d alarms are open already: answer some first",
                       "已有 %d 个告警未处置，请先处置", ALARM_MAX_OPEN);
        return NULL;
    }
    Alarm *alarm = new_alarm(set, rule, case_code, fields, now_ms);
    alarm->severity = rule->severity ? rule->severity : SEVERITY_BLUE;
    alarm->escalate_s = 0;
    alarm->escalate_at_ms = 0;
    set_text(&alarm->run_by, *actor ? actor : "?");
    add_cameras(alarm, cameras, n_cameras);
    g_ptr_array_add(set->alarms, alarm);
    return alarm;
}

/* --- answers -----------------------------------------------------------------------------------
 */

static void set_answer(Alarm *alarm, AlarmState state, const char *actor, gint64 now_ms)
{
    alarm->state = state;
    alarm->answered_ms = now_ms;
    alarm->last_ms = MAX(alarm->last_ms, now_ms);
    alarm->escalate_at_ms = 0;
    set_text(&alarm->answered_by, actor);
}

const Alarm *alarm_set_answer(AlarmSet *set, const char *id, AnswerKind kind, const char *actor,
                              gint64 until_ms, const char *to, gint64 now_ms, GError **error)
{
    Alarm *alarm = find(set, id);
    if (!alarm) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no alarm '%s'", "没有告警“%s”", id);
        return NULL;
    }
    if (!is_open(alarm) && alarm->state != ALARM_EXPIRED) {
        wall_error_set(error, WALL_ERROR_INVALID, "alarm %s is %s already", "告警 %s 已处置（%s）",
                       id, state_words[alarm->state]);
        return NULL;
    }
    if (kind == ANSWER_SNOOZE) {
        if (until_ms <= now_ms) {
            wall_error_set(error, WALL_ERROR_INVALID, "alarm %s: snooze ends in the past",
                           "告警 %s：暂缓时间已过", id);
            return NULL;
        }
        alarm->state = ALARM_SNOOZED;
        alarm->snooze_until_ms = until_ms;
        return alarm;
    }
    if (kind == ANSWER_FORWARD) {
        if (!alarm_text_check(to, "the alarm is not forwarded", "没有转交", error))
            return NULL;
        set_text(&alarm->forwarded_to, to);
    }
    set_answer(alarm, kind == ANSWER_FORWARD ? ALARM_FORWARDED : ALARM_ACKNOWLEDGED, actor, now_ms);
    return alarm;
}

void alarm_set_clear(AlarmSet *set, const Event *event, const Fields *fields, gint64 now_ms,
                     GPtrArray *changed)
{
    for (guint i = 0; i < set->alarms->len; i++) {
        Alarm *alarm = g_ptr_array_index(set->alarms, i);
        gboolean may_end = is_open(alarm) || alarm->state == ALARM_EXPIRED;
        if (!may_end || !belongs(alarm, event, fields, alarm->last_ms))
            continue;
        set_answer(alarm, ALARM_CLEARED, event->source, now_ms);
        g_ptr_array_add(changed, alarm);
    }
}

void alarm_set_worsen(AlarmSet *set, const char *case_code, GPtrArray *changed)
{
    for (guint i = 0; i < set->alarms->len; i++) {
        Alarm *alarm = g_ptr_array_index(set->alarms, i);
        if (!is_open(alarm) || alarm->severity >= SEVERITY_RED ||
            !same_text(alarm->case_code, case_code))
            continue;
        alarm->severity++;
        g_ptr_array_add(changed, alarm);
    }
}

/* --- time --------------------------------------------------------------------------------------
 */

static gboolean tick(Alarm *alarm, gint64 now_ms, gboolean *has_escalated)
{
    gboolean is_changed = FALSE;
    *has_escalated = FALSE;
    if (alarm->state == ALARM_SNOOZED && now_ms >= alarm->snooze_until_ms) {
        alarm->state = ALARM_RAISED;
        is_changed = TRUE;
    }
    if (is_open(alarm) && alarm->escalate_at_ms && now_ms >= alarm->escalate_at_ms) {
        alarm->n_escalated++;
        alarm->severity = MIN(alarm->severity + 1, SEVERITY_RED);
        alarm->escalate_at_ms += (gint64)alarm->escalate_s * 1000;
        if (alarm->escalate_at_ms <= now_ms) /* the machine slept: once is enough */
            alarm->escalate_at_ms = now_ms + (gint64)alarm->escalate_s * 1000;
        is_changed = *has_escalated = TRUE;
    }
    if (alarm->state == ALARM_RAISED && alarm->hold_until_ms && now_ms >= alarm->hold_until_ms) {
        alarm->state = ALARM_EXPIRED;
        alarm->escalate_at_ms = 0;
        is_changed = TRUE;
    }
    return is_changed;
}

static gint64 next_of(const Alarm *alarm)
{
    gint64 next_ms = G_MAXINT64;
    if (alarm->state == ALARM_SNOOZED)
        next_ms = alarm->snooze_until_ms;
    if (alarm->state == ALARM_RAISED && alarm->hold_until_ms)
        next_ms = alarm->hold_until_ms;
    if (is_open(alarm) && alarm->escalate_at_ms)
        next_ms = MIN(next_ms, alarm->escalate_at_ms);
    return next_ms;
}

gint64 alarm_set_tick(AlarmSet *set, gint64 now_ms, GPtrArray *changed, GPtrArray *escalated)
{
    gint64 next_ms = G_MAXINT64;
    for (guint i = 0; i < set->alarms->len; i++) {
        Alarm *alarm = g_ptr_array_index(set->alarms, i);
        gboolean has_escalated;
        if (tick(alarm, now_ms, &has_escalated) && changed)
            g_ptr_array_add(changed, alarm);
        if (has_escalated && escalated)
            g_ptr_array_add(escalated, alarm);
        next_ms = MIN(next_ms, next_of(alarm));
    }
    return next_ms;
}

void alarm_set_forget(AlarmSet *set, gint64 before_ms)
{
    for (guint i = set->alarms->len; i > 0; i--) {
        const Alarm *alarm = g_ptr_array_index(set->alarms, i - 1);
        if (!is_open(alarm) && alarm->last_ms < before_ms)
            g_ptr_array_remove_index(set->alarms, i - 1);
    }
}

guint alarm_set_rate(AlarmSet *set, gint64 now_ms, gboolean *is_flood)
{
    guint n_old = 0;
    while (n_old < set->raised->len &&
           g_array_index(set->raised, gint64, n_old) <= now_ms - FLOOD_WINDOW_MS)
        n_old++;
    if (n_old > 0)
        g_array_remove_range(set->raised, 0, n_old);
    guint n = set->raised->len;
    set->is_flood = n > FLOOD_BEGINS || (set->is_flood && n > FLOOD_ENDS);
    *is_flood = set->is_flood;
    return n;
}
