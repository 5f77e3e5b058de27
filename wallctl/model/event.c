/* event.c - events from CloudEvents envelopes and back */
#include "wallctl/model/event.h"

#include "wallctl/base/error.h"
#include "wallctl/base/instant.h"

#include <string.h>

#define MAX_TEXT       256 /* bytes of id, source, subject, sequence */
#define MAX_ATTRIBUTES 64
#define PREFIX         "org.wallctl."
#define SUFFIX         ".v1"

G_DEFINE_QUARK(wallctl - event - error - quark, event_error)

static const char *const type_words[EVENT_LAST + 1] = {
    [EVENT_CASE_REPORTED] = "case.reported",
    [EVENT_CASE_REGISTERED] = "case.registered",
    [EVENT_CASE_DECLINED] = "case.declined",
    [EVENT_CASE_MEDIATING] = "case.mediating",
    [EVENT_CASE_ASSESSED] = "case.assessed",
    [EVENT_CASE_DISPATCHED] = "case.dispatched",
    [EVENT_CASE_ACCEPTED] = "case.accepted",
    [EVENT_CASE_HANDLING] = "case.handling",
    [EVENT_CASE_RETURNED] = "case.returned",
    [EVENT_CASE_TRANSFERRED] = "case.transferred",
    [EVENT_CASE_ESCALATED] = "case.escalated",
    [EVENT_CASE_LITIGATED] = "case.litigated",
    [EVENT_CASE_SUSPENDED] = "case.suspended",
    [EVENT_CASE_RESUMED] = "case.resumed",
    [EVENT_CASE_SUPERVISED] = "case.supervised",
    [EVENT_CASE_WHISTLED] = "case.whistled",
    [EVENT_CASE_RESOLVED] = "case.resolved",
    [EVENT_CASE_REVISITED] = "case.revisited",
    [EVENT_CASE_CLOSED] = "case.closed",
    [EVENT_CASE_REOPENED] = "case.reopened",
    [EVENT_CASE_MERGED] = "case.merged",
    [EVENT_CASE_WITHDRAWN] = "case.withdrawn",
    [EVENT_CASE_UPDATED] = "case.updated",
    [EVENT_ORDER_ISSUED] = "order.issued",
    [EVENT_ORDER_ACCEPTED] = "order.accepted",
    [EVENT_ORDER_DONE] = "order.done",
    [EVENT_ORDER_OVERDUE] = "order.overdue",
    [EVENT_WHISTLE_ACKNOWLEDGED] = "whistle.acknowledged",
    [EVENT_WHISTLE_ARRIVED] = "whistle.arrived",
    [EVENT_WHISTLE_MISSED] = "whistle.missed",
    [EVENT_WHISTLE_ENDED] = "whistle.ended",
    [EVENT_CLUE_REPORTED] = "clue.reported",
    [EVENT_ALARM_RAISED] = "alarm.raised",
    [EVENT_ALARM_CLEARED] = "alarm.cleared",
    [EVENT_CAMERA_ONLINE] = "camera.online",
    [EVENT_CAMERA_OFFLINE] = "camera.offline",
    [EVENT_CAMERA_ALARM] = "camera.alarm",
    [EVENT_STAT_SNAPSHOT] = "stat.snapshot",
    [EVENT_SOURCE_BEAT] = "source.beat",
    [EVENT_WALL_SCENE] = "wall.scene",
    [EVENT_WALL_TILE] = "wall.tile",
    [EVENT_WALL_VISITOR] = "wall.visitor",
    [EVENT_CAMERA_PRESET] = "camera.preset",
};

const char *event_type_word(EventType type)
{
    g_assert(type >= 1 && type <= EVENT_LAST);
    return type_words[type];
}

EventType event_type_from_word(const char *word)
{
    for (guint i = 1; i <= EVENT_LAST; i++) {
        if (strcmp(type_words[i], word) == 0)
            return (EventType)i;
    }
    return 0;
}

gboolean event_type_is_case(EventType type)
{
    return type <= EVENT_CASE_LAST;
}

const char *refused_word(int code)
{
    static const char *const words[REFUSED_LAST + 1] = {
        [REFUSED_MALFORMED] = "malformed", [REFUSED_TOO_LARGE] = "too_large",
        [REFUSED_ATTRIBUTE] = "attribute", [REFUSED_TYPE] = "type",
        [REFUSED_TIME] = "time",           [REFUSED_CLASSIFICATION] = "classification",
        [REFUSED_FIELD] = "field",         [REFUSED_UNMAPPED] = "unmapped",
        [REFUSED_REGION] = "region",       [REFUSED_PRIVACY] = "privacy",
        [REFUSED_SOURCE] = "source",
    };
    return code >= 1 && code <= REFUSED_LAST ? words[code] : "malformed";
}

Event *event_new(void)
{
    Event *event = g_new0(Event, 1);
    event->source = g_strdup("");
    event->id = g_strdup("");
    event->sequence = g_strdup("");
    event->subject = g_strdup("");
    event->correlation = g_strdup("");
    event->classification = CLASS_INTERNAL;
    return event;
}

Event *event_new_own(EventType type, const char *id, const char *subject, gint64 time_ms)
{
    Event *event = event_new();
    g_free(event->source);
    g_free(event->id);
    g_free(event->subject);
    event->source = g_strdup(EVENT_OWN_SOURCE);
    event->id = g_strdup(id);
    event->subject = g_strdup(subject);
    event->type = type;
    event->time_ms = time_ms;
    return event;
}

Event *event_copy(const Event *event)
{
    Event *copy = g_memdup2(event, sizeof *event);
    copy->source = g_strdup(event->source);
    copy->id = g_strdup(event->id);
    copy->sequence = g_strdup(event->sequence);
    copy->subject = g_strdup(event->subject);
    copy->correlation = g_strdup(event->correlation);
    fields_copy(&copy->fields, &event->fields);
    return copy;
}

void event_free(Event *event)
{
    if (!event)
        return;
    g_free(event->source);
    g_free(event->id);
    g_free(event->sequence);
    g_free(event->subject);
    g_free(event->correlation);
    fields_clear(&event->fields);
    g_free(event);
}

/* --- envelope ----------------------------------------------------------------------------------
 */

/* Attribute names are lower-case letters and digits, 1 to 20. */
static gboolean is_attribute_name(const char *name)
{
    gsize len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");
    return len >= 1 && len <= 20 && name[len] == 0;
}

static gboolean check_names(Json *envelope, GError **error)
{
    guint n = 0;
    json_object_object_foreach (envelope, name, value) {
        gboolean is_scalar = !json_object_is_type(value, json_type_object) &&
                             !json_object_is_type(value, json_type_array) &&
                             !json_object_is_type(value, json_type_double);
        if (strcmp(name, "data") == 0)
            continue;
        if (strcmp(name, "data_base64") == 0) {
            g_set_error(error, EVENT_ERROR, REFUSED_MALFORMED,
                        "data_base64 is not accepted; send \"data\" as a JSON object");
            return FALSE;
        }
        if (!is_attribute_name(name) || !is_scalar || ++n > MAX_ATTRIBUTES) {
            g_set_error(
                error, EVENT_ERROR, REFUSED_ATTRIBUTE,
                "attribute %u is refused; accepted: at most %d, names of 1 to 20 lower-case "
                "letters and digits, values text, whole numbers or true and false",
                n, MAX_ATTRIBUTES);
            return FALSE;
        }
    }
    return TRUE;
}

/* A text attribute, or fallback when it is missing (NULL: it is required). Borrowed. */
static gboolean get_text(Json *envelope, const char *key, const char *fallback, const char **out,
                         GError **error)
{
    Json *value = NULL;
    *out = fallback;
    if (!json_object_object_get_ex(envelope, key, &value) && fallback)
        return TRUE;
    if (json_object_is_type(value, json_type_string)) {
        int len = json_object_get_string_len(value);
        *out = json_object_get_string(value);
        gboolean is_plain = TRUE;
        for (const char *c = *out; *c; c++)
            is_plain = is_plain && (guchar)*c >= 0x20 && *c != 0x7f;
        if (len >= 1 && len <= MAX_TEXT && is_plain)
            return TRUE;
    }
    g_set_error(error, EVENT_ERROR, REFUSED_ATTRIBUTE,
                "\"%s\" is %s; accepted: text of 1 to %d bytes without control characters", key,
                value ? "refused" : "missing", MAX_TEXT);
    return FALSE;
}

static gboolean take_text(Json *envelope, const char *key, const char *fallback, char **out,
                          GError **error)
{
    const char *text;
    if (!get_text(envelope, key, fallback, &text, error))
        return FALSE;
    g_free(*out);
    *out = g_strdup(text);
    return TRUE;
}

static gboolean check_ahead(const Event *event, gint64 now_ms, GError **error)
{
    if (event->time_ms <= now_ms + EVENT_MAX_AHEAD_MS)
        return TRUE;
    g_set_error(error, EVENT_ERROR, REFUSED_TIME,
                "\"time\" is %" G_GINT64_FORMAT " s ahead of this machine's clock; accepted: "
                "at most %d s",
                (event->time_ms - now_ms) / 1000, EVENT_MAX_AHEAD_MS / 1000);
    return FALSE;
}

static gboolean take_time(Event *event, Json *envelope, gint64 now_ms, GError **error)
{
    const char *text;
    if (!get_text(envelope, "time", NULL, &text, error))
        return FALSE;
    if (!instant_parse(text, &event->time_ms)) {
        g_set_error(error, EVENT_ERROR, REFUSED_TIME,
                    "\"time\" is refused; accepted: RFC 3339 with a zone, like "
                    "2025-05-22T09:14:03+08:00");
        return FALSE;
    }
    return check_ahead(event, now_ms, error);
}

static gboolean take_classification(Event *event, Json *envelope, GError **error)
{
    const char *text;
    if (!get_text(envelope, "dataclassification", "internal", &text, error))
        return FALSE;
    if (strcmp(text, "public") == 0)
        event->classification = CLASS_PUBLIC;
    else if (strcmp(text, "internal") == 0)
        event->classification = CLASS_INTERNAL;
    else if (strcmp(text, "confidential") == 0)
        event->classification = CLASS_CONFIDENTIAL;
    else {
        g_set_error(error, EVENT_ERROR, REFUSED_CLASSIFICATION,
                    "\"dataclassification\" is refused; accepted: public, internal, confidential");
        return FALSE;
    }
    return TRUE;
}

static gboolean take_severity(Event *event, Json *envelope, GError **error)
{
    Json *value = NULL;
    if (!json_object_object_get_ex(envelope, "severitynumber", &value))
        return TRUE;
    gint64 number = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : -1;
    if (number < 1 || number > 24) {
        g_set_error(error, EVENT_ERROR, REFUSED_ATTRIBUTE,
                    "\"severitynumber\" is refused; accepted: a whole number from 1 to 24");
        return FALSE;
    }
    event->severity = (guint)number;
    return TRUE;
}

static gboolean check_version(Json *envelope, GError **error)
{
    const char *version, *content;
    if (!get_text(envelope, "specversion", NULL, &version, error) ||
        !get_text(envelope, "datacontenttype", "application/json", &content, error))
        return FALSE;
    if (strcmp(version, "1.0") != 0) {
        g_set_error(error, EVENT_ERROR, REFUSED_ATTRIBUTE,
                    "\"specversion\" is refused; accepted: \"1.0\"");
        return FALSE;
    }
    if (g_ascii_strcasecmp(content, "application/json") != 0 &&
        g_ascii_strncasecmp(content, "application/json;", 17) != 0) {
        g_set_error(error, EVENT_ERROR, REFUSED_ATTRIBUTE,
                    "\"datacontenttype\" is refused; accepted: application/json");
        return FALSE;
    }
    return TRUE;
}

static EventType type_of(const char *text)
{
    gsize len = strlen(text), around = strlen(PREFIX) + strlen(SUFFIX);
    if (len <= around || !g_str_has_prefix(text, PREFIX) || !g_str_has_suffix(text, SUFFIX))
        return 0;
    g_autofree char *word = g_strndup(text + strlen(PREFIX), len - around);
    return event_type_from_word(word);
}

static gboolean take_type(Event *event, const char *text, GError **error)
{
    event->type = type_of(text);
    if (event->type != 0 && event->type < EVENT_WALL_SCENE)
        return TRUE;
    g_set_error(error, EVENT_ERROR, REFUSED_TYPE,
                "\"type\" is refused; accepted: org.wallctl.case.reported.v1 and the others of "
                "docs/events.md");
    return FALSE;
}

gboolean event_read_envelope(Event *event, Json *envelope, gint64 now_ms, const char **type,
                             GError **error)
{
    if (!json_object_is_type(envelope, json_type_object)) {
        g_set_error(error, EVENT_ERROR, REFUSED_MALFORMED, "the event is not a JSON object");
        return FALSE;
    }
    const char *text;
    if (!check_names(envelope, error) || !check_version(envelope, error) ||
        !take_text(envelope, "id", NULL, &event->id, error) ||
        !take_text(envelope, "source", NULL, &event->source, error) ||
        !get_text(envelope, "type", NULL, &text, error) ||
        !take_text(envelope, "subject", "", &event->subject, error) ||
        !take_text(envelope, "sequence", "", &event->sequence, error) ||
        !take_text(envelope, "correlationid", "", &event->correlation, error) ||
        !take_classification(event, envelope, error) || !take_severity(event, envelope, error))
        return FALSE;
    if (type) {
        *type = text;
        event->type = type_of(text);
    } else if (!take_type(event, text, error)) {
        return FALSE;
    }
    return take_time(event, envelope, now_ms, error);
}

/* --- canonical form ----------------------------------------------------------------------------
 */

static gboolean is_case_code(const char *text)
{
    gsize len = strlen(text);
    return len >= 1 && len <= 64 &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

static gboolean take_fields(Event *event, Json *data, guint *n_dropped, GError **error)
{
    json_object_object_foreach (data, name, value) {
        Field field = field_from_name(name);
        if (!field) {
            *n_dropped += 1;
            continue;
        }
        g_autoptr(GError) cause = NULL;
        if (!fields_set_json(&event->fields, field, value, &cause)) {
            g_set_error(error, EVENT_ERROR, REFUSED_FIELD, "data.%s", cause->message);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean event_check(const Event *event, gint64 now_ms, GError **error)
{
    if (!check_ahead(event, now_ms, error))
        return FALSE;
    gboolean needs_case = event->type < EVENT_CLUE_REPORTED;
    if ((needs_case || *event->subject) && !is_case_code(event->subject)) {
        g_set_error(error, EVENT_ERROR, REFUSED_ATTRIBUTE,
                    "\"subject\" is refused; accepted: the case code, 1 to 64 letters, digits and "
                    ". _ -");
        return FALSE;
    }
    if (event->type == EVENT_STAT_SNAPSHOT &&
        (!fields_has(&event->fields, FIELD_METRIC) || !fields_has(&event->fields, FIELD_VALUE))) {
        g_set_error(error, EVENT_ERROR, REFUSED_FIELD, "data needs metric and value");
        return FALSE;
    }
    return TRUE;
}

static gboolean take_region(Event *event, Json *envelope, GError **error)
{
    const char *code;
    g_autoptr(GError) cause = NULL;
    if (!get_text(envelope, "regioncode", "", &code, error))
        return FALSE;
    if (!*code || fields_has(&event->fields, FIELD_REGION) ||
        fields_set_text(&event->fields, FIELD_REGION, code, &cause))
        return TRUE;
    g_set_error(error, EVENT_ERROR, REFUSED_REGION,
                "\"regioncode\" is refused; accepted: 2 to 15 "
                "digits");
    return FALSE;
}

Event *event_from_json(Json *envelope, gint64 now_ms, guint *n_dropped, GError **error)
{
    g_autoptr(Event) event = event_new();
    Json *data = NULL;
    guint dropped = 0;
    if (!event_read_envelope(event, envelope, now_ms, NULL, error))
        return NULL;
    if (json_object_object_get_ex(envelope, "data", &data) &&
        !json_object_is_type(data, json_type_object)) {
        g_set_error(error, EVENT_ERROR, REFUSED_MALFORMED, "\"data\" is not a JSON object");
        return NULL;
    }
    if ((data && !take_fields(event, data, &dropped, error)) ||
        !take_region(event, envelope, error) || !event_check(event, now_ms, error))
        return NULL;
    if (n_dropped)
        *n_dropped = dropped;
    return g_steal_pointer(&event);
}

Json *event_to_json(const Event *event, int offset_minutes)
{
    static const char *const classes[] = { "", "public", "internal", "confidential" };
    Json *json = json_object_new_object();
    g_autofree char *type = g_strconcat(PREFIX, event_type_word(event->type), SUFFIX, NULL);
    g_autofree char *time = instant_format(event->time_ms, offset_minutes);
    json_add_string(json, "specversion", "1.0");
    json_add_string(json, "id", event->id);
    json_add_string(json, "source", event->source);
    json_add_string(json, "type", type);
    if (*event->subject) {
        json_add_string(json, "subject", event->subject);
        json_add_string(json, "partitionkey", event->subject);
    }
    json_add_string(json, "time", time);
    json_add_string(json, "datacontenttype", "application/json");
    if (*event->sequence)
        json_add_string(json, "sequence", event->sequence);
    if (*event->correlation)
        json_add_string(json, "correlationid", event->correlation);
    if (event->severity)
        json_add_int(json, "severitynumber", event->severity);
    json_add_string(json, "dataclassification", classes[event->classification]);
    json_add(json, "data", fields_to_json(&event->fields));
    return json;
}

int event_compare(const Event *a, const Event *b)
{
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    int order = strcmp(a->sequence, b->sequence);
    if (order == 0)
        order = strcmp(a->source, b->source);
    return order ? order : strcmp(a->id, b->id);
}
