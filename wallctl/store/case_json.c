/* case_json.c - a Case as JSON text, and back */
#include "wallctl/store/case_json.h"

#include "wallctl/base/error.h"
#include "wallctl/store/record.h"

#include <string.h>

#define TYPE_PREFIX "case."

/* Member and place of each count of a Case. */
static const struct {
    const char *key;
    gsize offset;
} counts[] = {
    { "severity", offsetof(Case, severity) },       { "supervise", offsetof(Case, supervise) },
    { "n_whistles", offsetof(Case, n_whistles) },   { "n_returned", offsetof(Case, n_returned) },
    { "n_escalated", offsetof(Case, n_escalated) }, { "n_reopened", offsetof(Case, n_reopened) },
    { "n_events", offsetof(Case, n_events) },
};

/* --- out ---------------------------------------------------------------------------------------
 */

static Json *last_to_json(const Event *last)
{
    Json *json = json_object_new_object();
    json_add_string(json, "source", last->source);
    json_add_string(json, "id", last->id);
    json_add_string(json, "type", event_type_word(last->type));
    json_add_int(json, "time_ms", last->time_ms);
    json_add_string(json, "sequence", last->sequence);
    json_add_string(json, "correlation", last->correlation);
    json_add_int(json, "severity", last->severity);
    json_add_int(json, "class", last->classification);
    return json;
}

static Json *times_to_json(const Case *c)
{
    Json *json = json_object_new_object();
    for (guint i = 1; i <= EVENT_CASE_LAST; i++) {
        if (c->at_ms[i])
            json_add_int(json, event_type_word((EventType)i) + strlen(TYPE_PREFIX), c->at_ms[i]);
    }
    return json;
}

static void add_pair(Json *list, gint64 first, gint64 second)
{
    Json *pair = json_object_new_array();
    json_object_array_add(pair, json_object_new_int64(first));
    json_object_array_add(pair, json_object_new_int64(second));
    json_object_array_add(list, pair);
}

static Json *pauses_to_json(const Case *c)
{
    Json *json = json_object_new_array();
    for (guint i = 0; i < c->n_pauses; i++)
        add_pair(json, c->pauses[i].from_ms, c->pauses[i].to_ms);
    return json;
}

static Json *visits_to_json(const Case *c)
{
    Json *json = json_object_new_array();
    for (guint i = 0; i < c->n_visits; i++)
        add_pair(json, c->visits[i].at_ms, c->visits[i].mark);
    return json;
}

char *case_to_text(const Case *c)
{
    g_autoptr(Json) json = json_object_new_object();
    json_add_string(json, "code", c->code);
    json_add_string(json, "state", case_state_word(c->state));
    if (c->resumes_to)
        json_add_string(json, "resumes_to", case_state_word(c->resumes_to));
    json_add_int(json, "class", c->classification);
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        guint count = G_STRUCT_MEMBER(guint, c, counts[i].offset);
        if (count)
            json_add_int(json, counts[i].key, count);
    }
    if (c->is_revisited)
        json_add_bool(json, "is_revisited", TRUE);
    json_add_int(json, "opened_ms", c->opened_ms);
    json_add(json, "at", times_to_json(c));
    if (c->n_pauses)
        json_add(json, "pauses", pauses_to_json(c));
    if (c->n_visits)
        json_add(json, "visits", visits_to_json(c));
    json_add(json, "last", last_to_json(c->last));
    json_add(json, "fields", fields_to_json(&c->fields));
    return json_dup_text(json);
}

/* --- in ----------------------------------------------------------------------------------------
 */

gboolean fields_from_object(Fields *fields, Json *object, GError **error)
{
    json_object_object_foreach (object, name, value) {
        Field field = field_from_name(name);
        if (!field) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "\"%s\" is no field", name);
            return FALSE;
        }
        if (!fields_set_json(fields, field, value, error))
            return FALSE;
    }
    return TRUE;
}

static char *take_text(Json *json, const char *key, Faults *faults, const char *place)
{
    const char *text = "";
    json_get_string(json, key, &text, faults, place);
    return g_strdup(text);
}

static EventType take_type(const char *prefix, const char *name, Faults *faults, const char *place)
{
    g_autofree char *word = g_strconcat(prefix, name, NULL);
    EventType type = event_type_from_word(word);
    if (type == 0 || !event_type_is_case(type)) {
        faults_add(faults, place, "%s is no event of a case", name);
        return EVENT_CASE_UPDATED;
    }
    return type;
}

static Event *last_from_json(Json *json, const char *code, Faults *faults)
{
    Event *last = g_new0(Event, 1);
    gint64 severity = 0, class = CLASS_INTERNAL;
    const char *type = "";
    last->source = take_text(json, "source", faults, "last");
    last->id = take_text(json, "id", faults, "last");
    last->sequence = take_text(json, "sequence", faults, "last");
    last->correlation = take_text(json, "correlation", faults, "last");
    last->subject = g_strdup(code);
    json_get_int(json, "time_ms", 0, G_MAXINT64, &last->time_ms, faults, "last");
    json_get_int(json, "severity", 0, 24, &severity, faults, "last");
    json_get_int(json, "class", CLASS_PUBLIC, CLASS_CONFIDENTIAL, &class, faults, "last");
    json_get_string(json, "type", &type, faults, "last");
    last->type = take_type("", type, faults, "last.type");
    last->severity = (guint)severity;
    last->classification = (DataClass) class;
    return last;
}

static void times_from_json(Case *c, Json *json, Faults *faults)
{
    json_object_object_foreach (json, name, value) {
        (void)value;
        EventType type = take_type(TYPE_PREFIX, name, faults, "at");
        json_get_int(json, name, 0, G_MAXINT64, &c->at_ms[type], faults, "at");
    }
}

static gboolean take_pair(Json *list, guint index, const char *place, gint64 *first, gint64 *second,
                          Faults *faults)
{
    Json *pair = json_object_array_get_idx(list, index);
    if (!json_object_is_type(pair, json_type_array) || json_object_array_length(pair) != 2) {
        faults_add(faults, place, "%u is not a pair of numbers", index);
        return FALSE;
    }
    *first = json_object_get_int64(json_object_array_get_idx(pair, 0));
    *second = json_object_get_int64(json_object_array_get_idx(pair, 1));
    return TRUE;
}

static void pauses_from_json(Case *c, Json *json, Faults *faults)
{
    c->n_pauses = (guint)json_object_array_length(json);
    c->pauses = g_new0(Pause, c->n_pauses);
    for (guint i = 0; i < c->n_pauses; i++)
        take_pair(json, i, "pauses", &c->pauses[i].from_ms, &c->pauses[i].to_ms, faults);
}

static void visits_from_json(Case *c, Json *json, Faults *faults)
{
    c->n_visits = (guint)json_object_array_length(json);
    c->visits = g_new0(Visit, c->n_visits);
    for (guint i = 0; i < c->n_visits; i++) {
        if (take_pair(json, i, "visits", &c->visits[i].at_ms, &c->visits[i].mark, faults) &&
            (c->visits[i].mark < 0 || c->visits[i].mark > 5))
            faults_add(faults, "visits", "the mark of %u is refused; accepted: 0 to 5", i);
    }
}

static CaseState take_state(Json *json, const char *key, Faults *faults)
{
    const char *word = NULL;
    if (!json_get_string(json, key, &word, faults, ""))
        return CASE_NONE;
    CaseState state = case_state_from_word(word);
    if (state == CASE_NONE)
        faults_add(faults, key, "is no state");
    return state;
}

static void case_from_json(Case *c, Json *json, Faults *faults)
{
    Json *at = NULL, *pauses = NULL, *visits = NULL, *last = NULL, *fields = NULL;
    gint64 class = CLASS_INTERNAL;
    c->code = take_text(json, "code", faults, "");
    c->state = take_state(json, "state", faults);
    c->resumes_to = take_state(json, "resumes_to", faults);
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        gint64 count = 0;
        json_get_int(json, counts[i].key, 0, G_MAXUINT, &count, faults, "");
        G_STRUCT_MEMBER(guint, c, counts[i].offset) = (guint)count;
    }
    json_get_int(json, "class", CLASS_PUBLIC, CLASS_CONFIDENTIAL, &class, faults, "");
    c->classification = (DataClass) class;
    json_get_bool(json, "is_revisited", &c->is_revisited, faults, "");
    json_get_int(json, "opened_ms", 0, G_MAXINT64, &c->opened_ms, faults, "");
    if (json_get_object(json, "at", &at, faults, ""))
        times_from_json(c, at, faults);
    if (json_get_array(json, "pauses", &pauses, faults, ""))
        pauses_from_json(c, pauses, faults);
    if (json_get_array(json, "visits", &visits, faults, ""))
        visits_from_json(c, visits, faults);
    if (json_get_object(json, "last", &last, faults, ""))
        c->last = last_from_json(last, c->code, faults);
    g_autoptr(GError) cause = NULL;
    if (json_get_object(json, "fields", &fields, faults, "") &&
        !fields_from_object(&c->fields, fields, &cause))
        faults_add(faults, "fields", "%s", cause->message);
    if (c->state == CASE_NONE || !c->last)
        faults_add(faults, "", "the state or the last event is missing");
}

Case *case_from_text(const char *text, GError **error)
{
    g_autoptr(Json) json = record_parse(text, error);
    if (!json)
        return NULL;
    g_autoptr(Faults) faults = faults_new("case", 1);
    g_autoptr(Case) c = g_new0(Case, 1);
    c->refs = 1;
    if (json_object_is_type(json, json_type_object))
        case_from_json(c, json, faults);
    else
        faults_add(faults, "", "is not an object");
    if (faults_count(faults) == 0)
        return g_steal_pointer(&c);
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s", faults_get(faults, 0));
    return NULL;
}
