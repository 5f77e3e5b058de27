/* alarm_json.c - alarms as JSON: one form for the store and the API */
#include "wallctl/model/alarm.h"

#include <stddef.h>
#include <string.h>

/* One row a member. */
typedef enum { IS_TEXT = 1, IS_COUNT, IS_TIME, IS_FLAG, IS_LIST } MemberKind;

#define MAX_LIST 1000

typedef struct {
    const char *name;
    MemberKind kind;
    gsize offset;
} Member;

#define MEMBER(kind, name, member)                                                                 \
    {                                                                                              \
        name, kind, offsetof(Alarm, member)                                                        \
    }

static const Member members[] = {
    MEMBER(IS_TEXT, "id", id),
    MEMBER(IS_TEXT, "rule", rule),
    MEMBER(IS_TEXT, "case", case_code),
    MEMBER(IS_TEXT, "correlation", correlation),
    MEMBER(IS_TEXT, "spot", spot),
    MEMBER(IS_TEXT, "category", category),
    MEMBER(IS_TEXT, "region", region),
    MEMBER(IS_TIME, "lon", lon),
    MEMBER(IS_TIME, "lat", lat),
    MEMBER(IS_FLAG, "has_position", has_position),
    MEMBER(IS_COUNT, "priority", priority),
    MEMBER(IS_COUNT, "sound", sound),
    MEMBER(IS_FLAG, "preempts", preempts),
    MEMBER(IS_FLAG, "banner", has_banner),
    MEMBER(IS_COUNT, "events", n_events),
    MEMBER(IS_COUNT, "escalated", n_escalated),
    MEMBER(IS_TIME, "raised_ms", raised_ms),
    MEMBER(IS_TIME, "last_ms", last_ms),
    MEMBER(IS_TIME, "answered_ms", answered_ms),
    MEMBER(IS_TEXT, "answered_by", answered_by),
    MEMBER(IS_TEXT, "forwarded_to", forwarded_to),
    MEMBER(IS_TEXT, "procedure", procedure),
    MEMBER(IS_TIME, "snooze_until_ms", snooze_until_ms),
    MEMBER(IS_TIME, "hold_until_ms", hold_until_ms),
    MEMBER(IS_TIME, "escalate_at_ms", escalate_at_ms),
    MEMBER(IS_COUNT, "escalate_s", escalate_s),
    MEMBER(IS_COUNT, "group_s", group_s),
    MEMBER(IS_COUNT, "group_m", group_m),
    MEMBER(IS_TEXT, "run_by", run_by),
    MEMBER(IS_TEXT, "scene", scene),
    MEMBER(IS_FLAG, "supervised", is_supervised),
    MEMBER(IS_FLAG, "whistled", is_whistled),
    MEMBER(IS_TIME, "due_ms", due_ms),
    MEMBER(IS_LIST, "cameras", cameras),
    MEMBER(IS_LIST, "acted", acted),
    MEMBER(IS_LIST, "left", left),
};

static const char *const severity_words[] = { "", "none", "blue", "yellow", "orange", "red" };

static Json *list_json(char *const *list)
{
    Json *json = json_object_new_array();
    for (guint i = 0; list[i]; i++)
        json_object_array_add(json, json_object_new_string(list[i]));
    return json;
}

static Json *comments_json(const GPtrArray *comments)
{
    Json *json = json_object_new_array();
    for (guint i = 0; i < comments->len; i++) {
        const AlarmComment *comment = g_ptr_array_index(comments, i);
        Json *item = json_object_new_object();
        json_add_string(item, "by", comment->by);
        json_add_int(item, "at_ms", comment->at_ms);
        json_add_string(item, "text", comment->text);
        json_object_array_add(json, item);
    }
    return json;
}

Json *alarm_to_json(const Alarm *alarm)
{
    Json *json = json_object_new_object();
    for (guint i = 0; i < G_N_ELEMENTS(members); i++) {
        const void *place = G_STRUCT_MEMBER_P(alarm, members[i].offset);
        switch (members[i].kind) {
        case IS_TEXT:
            json_add_string(json, members[i].name, *(char *const *)place);
            break;
        case IS_COUNT:
            json_add_int(json, members[i].name, *(const guint *)place);
            break;
        case IS_TIME:
            json_add_int(json, members[i].name, *(const gint64 *)place);
            break;
        case IS_FLAG:
            json_add_bool(json, members[i].name, *(const gboolean *)place);
            break;
        case IS_LIST:
            json_add(json, members[i].name, list_json(*(char **const *)place));
            break;
        }
    }
    json_add(json, "comments", comments_json(alarm->comments));
    json_add_string(json, "state", alarm_state_word(alarm->state));
    json_add_string(json, "severity", severity_words[alarm->severity]);
    return json;
}

static void read_list(Json *json, const char *name, char ***list, Faults *faults)
{
    Json *array = NULL;
    if (!json_get_array(json, name, &array, faults, ""))
        return;
    guint n = (guint)MIN(json_object_array_length(array), MAX_LIST);
    g_strfreev(*list);
    *list = g_new0(char *, n + 1);
    for (guint i = 0; i < n; i++) {
        const char *text = json_object_get_string(json_object_array_get_idx(array, i));
        (*list)[i] = g_strdup(text ? text : "");
    }
}

static void read_member(Alarm *alarm, const Member *member, Json *json, Faults *faults)
{
    void *place = G_STRUCT_MEMBER_P(alarm, member->offset);
    const char *text;
    gint64 number;
    switch (member->kind) {
    case IS_TEXT:
        if (json_get_string(json, member->name, &text, faults, "")) {
            g_free(*(char **)place);
            *(char **)place = g_strdup(text);
        }
        break;
    case IS_COUNT:
        if (json_get_int(json, member->name, 0, G_MAXUINT32, &number, faults, ""))
            *(guint *)place = (guint)number;
        break;
    case IS_TIME:
        json_get_int(json, member->name, G_MININT64, G_MAXINT64, place, faults, "");
        break;
    case IS_FLAG:
        json_get_bool(json, member->name, place, faults, "");
        break;
    case IS_LIST:
        read_list(json, member->name, place, faults);
        break;
    }
}

static void read_comments(Alarm *alarm, Json *json, Faults *faults)
{
    Json *array = NULL;
    if (!json_get_array(json, "comments", &array, faults, ""))
        return;
    gsize n = MIN(json_object_array_length(array), ALARM_MAX_COMMENTS);
    for (gsize i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(array, i);
        const char *by = NULL, *text = NULL;
        gint64 at_ms = 0;
        if (!json_object_is_type(item, json_type_object)) {
            faults_add(faults, "comments", "has a member that is no object");
            return;
        }
        if (json_get_string(item, "by", &by, faults, "comments") &&
            json_get_string(item, "text", &text, faults, "comments") &&
            json_get_int(item, "at_ms", 0, G_MAXINT64, &at_ms, faults, "comments"))
            alarm_add_comment(alarm, by, text, at_ms);
    }
}

static void read_severity(Alarm *alarm, Json *json, Faults *faults)
{
    const char *text;
    if (!json_get_string(json, "severity", &text, faults, ""))
        return;
    for (guint i = SEVERITY_NONE; i <= SEVERITY_RED; i++) {
        if (strcmp(severity_words[i], text) == 0) {
            alarm->severity = (Severity)i;
            return;
        }
    }
    faults_add(faults, "severity", "accepted: none, blue, yellow, orange, red");
}

Alarm *alarm_from_json(Json *json, Faults *faults)
{
    if (!json_object_is_type(json, json_type_object)) {
        faults_add(faults, "", "is no object");
        return NULL;
    }
    Alarm *alarm = alarm_new();
    guint n_before = faults_count(faults);
    for (guint i = 0; i < G_N_ELEMENTS(members); i++)
        read_member(alarm, &members[i], json, faults);
    const char *state;
    if (json_get_string(json, "state", &state, faults, "")) {
        alarm->state = alarm_state_from_word(state);
        if (!alarm->state)
            faults_add(faults, "state", "is unknown");
    }
    read_comments(alarm, json, faults);
    read_severity(alarm, json, faults);
    if (alarm->id[0] != 'a' || faults_count(faults) > n_before) {
        if (alarm->id[0] != 'a')
            faults_add(faults, "id", "accepted: a and a number");
        g_clear_pointer(&alarm, alarm_free);
    }
    return alarm;
}
