/* mapping_value.c - one value of a mapping file: where it is read, what is done to it, where it goes
 *
 * A value that does not fit is no value: the caller decides by the file's "else". Nothing of the record
 * reaches a message.
 */
#include "config/mapping_private.h"

#include "wallctl/base/instant.h"

#include <string.h>

#define MAX_POINTERS   8
#define MAX_ATTRIBUTE  256 /* bytes of an id, subject ... */
#define MAX_JOIN_CHARS 8
#define BLACKED        "［隐去］"

static const struct {
    const char *name;
    Refused refused;
} attributes[N_TARGETS - TARGET_ID] = {
    { "id", REFUSED_ATTRIBUTE },       { "time", REFUSED_TIME },
    { "type", REFUSED_UNMAPPED },      { "subject", REFUSED_ATTRIBUTE },
    { "sequence", REFUSED_ATTRIBUTE }, { "correlation", REFUSED_ATTRIBUTE },
    { "severity", REFUSED_ATTRIBUTE }, { "classification", REFUSED_CLASSIFICATION },
};

const char *target_name(Target target)
{
    return target_is_field(target) ? field_row((Field)target)->name
                                   : attributes[target - TARGET_ID].name;
}

Refused target_refused(Target target)
{
    if (target == FIELD_REGION)
        return REFUSED_REGION;
    return target_is_field(target) ? REFUSED_FIELD : attributes[target - TARGET_ID].refused;
}

/* --- pointers ----------------------------------------------------------------------------------
 */

const char *pointer_fault(const char *pointer)
{
    if (*pointer != '/' || strlen(pointer) > 256)
        return "is not a pointer; accepted: a path from the record's top like /case/no (RFC 6901)";
    for (const char *c = strchr(pointer, '~'); c; c = strchr(c + 1, '~')) {
        if (c[1] != '0' && c[1] != '1')
            return "has a '~' that is neither ~0 (for ~) nor ~1 (for /)";
    }
    return NULL;
}

Json *pointer_read(Json *record, const char *pointer)
{
    Json *value = NULL;
    return json_pointer_get(record, pointer, &value) == 0 ? value : NULL;
}

gboolean pointer_is_below(const char *pointer, const char *place)
{
    gsize len = strlen(place);
    return strncmp(pointer, place, len) == 0 && (pointer[len] == 0 || pointer[len] == '/');
}

/* --- targets -----------------------------------------------------------------------------------
 */

static gboolean take_text(char **out, const char *text)
{
    if (!text || strlen(text) > MAX_ATTRIBUTE)
        return FALSE;
    for (const char *c = text; *c; c++) {
        if ((guchar)*c < 0x20 || *c == 0x7f)
            return FALSE;
    }
    g_free(*out);
    *out = g_strdup(text);
    return TRUE;
}

static gboolean take_type(Event *event, const char *text)
{
    EventType type = text ? event_type_from_word(text) : 0;
    if (type == 0 || type >= EVENT_WALL_SCENE)
        return FALSE;
    event->type = type;
    return TRUE;
}

static gboolean take_classification(Event *event, const char *text)
{
    static const char *const words[] = { "public", "internal", "confidential" };
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_strcmp0(text, words[i]) == 0) {
            event->classification = (DataClass)(CLASS_PUBLIC + i);
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean take_severity(Event *event, const char *text)
{
    guint64 number;
    if (!text || !g_ascii_string_to_unsigned(text, 10, 1, 24, &number, NULL))
        return FALSE;
    event->severity = (guint)number;
    return TRUE;
}

/* Between what platforms write and what the field is: "12" for 12, 530402 for "530402". */
static Json *convert(const FieldRow *row, Json *json)
{
    const char *text = scalar_text(json);
    gint64 whole;
    double number;
    gboolean is_text = json_object_is_type(json, json_type_string);
    if (!text)
        return NULL;
    if (row->kind == KIND_INT && is_text)
        return g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &whole, NULL)
                   ? json_object_new_int64(whole)
                   : NULL;
    if (row->kind == KIND_FIXED && is_text)
        return read_number(text, &number) ? json_object_new_double(number) : NULL;
    if (row->kind == KIND_BOOL && is_text && strcmp(text, "true") == 0)
        return json_object_new_boolean(TRUE);
    if (row->kind == KIND_BOOL && is_text && strcmp(text, "false") == 0)
        return json_object_new_boolean(FALSE);
    if (row->kind <= KIND_TEXT && json_object_is_type(json, json_type_int))
        return json_object_new_string(text);
    return json_object_get(json);
}

gboolean target_take(Event *event, Target target, Json *json)
{
    const char *text = scalar_text(json);
    switch (target) {
    case TARGET_ID:
        return take_text(&event->id, text);
    case TARGET_SUBJECT:
        return take_text(&event->subject, text);
    case TARGET_SEQUENCE:
        return take_text(&event->sequence, text);
    case TARGET_CORRELATION:
        return take_text(&event->correlation, text);
    case TARGET_TIME:
        return text && instant_parse(text, &event->time_ms);
    case TARGET_TYPE:
        return take_type(event, text);
    case TARGET_SEVERITY:
        return take_severity(event, text);
    case TARGET_CLASSIFICATION:
        return take_classification(event, text);
    default: {
        g_autoptr(Json) converted = convert(field_row((Field)target), json);
        return converted && fields_set_json(&event->fields, (Field)target, converted, NULL);
    }
    }
}

const char *target_text(const Event *event, Target target)
{
    switch (target) {
    case TARGET_ID:
        return event->id;
    case TARGET_SUBJECT:
        return event->subject;
    case TARGET_SEQUENCE:
        return event->sequence;
    case TARGET_CORRELATION:
        return event->correlation;
    case TARGET_TIME:
    case TARGET_TYPE:
    case TARGET_SEVERITY:
    case TARGET_CLASSIFICATION:
        return NULL;
    default:
        return field_row((Field)target)->kind <= KIND_TEXT
                   ? fields_text(&event->fields, (Field)target)
                   : NULL;
    }
}

void word_check(Target target, Json *word, const char *place, Faults *faults)
{
    g_autoptr(Event) event = event_new();
    if (target_take(event, target, word))
        return;
    g_autofree char *shown = json_dup_shown(word);
    if (target == TARGET_TYPE) {
        const char *names[EVENT_WALL_SCENE];
        for (guint i = 1; i < EVENT_WALL_SCENE; i++)
            names[i - 1] = event_type_word((EventType)i);
        const char *text = scalar_text(word);
        const char *near = text ? nearest_name(text, names, EVENT_WALL_SCENE - 1) : NULL;
        faults_add(faults, place, "%s is no event that comes in; %s%s", shown,
                   near ? "did you mean " : "accepted: case.reported and the others",
                   near ? near : "");
        return;
    }
    g_autoptr(GError) error = NULL;
    if (target_is_field(target))
        fields_set_json(&event->fields, (Field)target, word, &error);
    const char *accepted = error ? strstr(error->message, "accepted") : NULL;
    faults_add(faults, place, "%s does not fit %s; %s", shown, target_name(target),
               accepted                          ? accepted
               : target == TARGET_CLASSIFICATION ? "accepted: public, internal, confidential"
                                                 : "accepted: what the attribute may be");
}

/* --- compile -----------------------------------------------------------------------------------
 */

void value_free(Value *value)
{
    if (!value)
        return;
    g_free(value->place);
    json_object_put(value->fixed);
    json_object_put(value->word);
    g_clear_pointer(&value->first, g_ptr_array_unref);
    g_strfreev(value->pointers);
    g_free(value->with);
    step_clear(&value->step);
    g_free(value);
}

static void add_pointer(Compile *c, GPtrArray *pointers, Json *json, const char *place)
{
    const char *text =
        json_object_is_type(json, json_type_string) ? json_object_get_string(json) : "";
    const char *fault = pointer_fault(text);
    g_autofree char *shown = json ? json_dup_shown(json) : g_strdup("null");
    if (fault)
        faults_add(c->faults, place, "%s %s", shown, fault);
    g_ptr_array_add(pointers, g_strdup(text));
}

static void compile_join(Compile *c, Value *value, Json *object, GPtrArray *pointers,
                         const char *place)
{
    Json *join = NULL;
    const char *with = "-";
    g_autofree char *at = place_below(place, "join");
    if (!json_get_array(object, "join", &join, c->faults, place))
        return;
    gsize n = json_object_array_length(join);
    if (n < 2 || n > MAX_POINTERS)
        faults_add(c->faults, at, "joins %zu places; accepted: 2 to %d", n, MAX_POINTERS);
    for (gsize i = 0; i < n; i++)
        add_pointer(c, pointers, json_object_array_get_idx(join, i), at);
    if (json_get_string(object, "with", &with, c->faults, place) &&
        g_utf8_strlen(with, -1) > MAX_JOIN_CHARS)
        faults_add(c->faults, place, "\"with\" is too long; accepted: at most %d characters",
                   MAX_JOIN_CHARS);
    value->with = g_strdup(with);
}

static void compile_else(Compile *c, Value *value, Json *object, Target target, const char *place)
{
    Json *word;
    if (!json_object_object_get_ex(object, "else", &word))
        return;
    const char *text =
        json_object_is_type(word, json_type_string) ? json_object_get_string(word) : "";
    if (strcmp(text, "reject") == 0) {
        value->otherwise = ELSE_REJECT;
    } else if (strcmp(text, "drop") == 0) {
        value->otherwise = ELSE_DROP;
    } else {
        g_autofree char *at = place_below(place, "else");
        value->otherwise = ELSE_WORD;
        value->word = json_object_get(word);
        word_check(target, word, at, c->faults);
    }
}

static gboolean has(Json *object, const char *key)
{
    return json_object_object_get_ex(object, key, NULL);
}

static void compile_step(Compile *c, Value *value, Json *object, Target target, const char *place)
{
    guint n = 0;
    for (guint i = 0; i < n_transforms; i++) {
        if (!has(object, transforms[i].name))
            continue;
        if (n++ == 0) {
            value->step.kind = &transforms[i];
            transforms[i].compile(c, &value->step, object, target, place);
        }
    }
    if (n > 1)
        faults_add(c->faults, place, "has %u transforms; accepted: one", n);
    if (has(object, "const") && n > 0)
        faults_add(c->faults, place, "\"const\" takes no transform");
    if ((has(object, "zone") || has(object, "day_end")) && !has(object, "date"))
        faults_add(c->faults, place, "\"zone\" and \"day_end\" go with \"date\"");
    if (target == FIELD_NOTE && !has(object, "redact"))
        faults_add(c->faults, place, "the field note needs \"redact\": true");
}

static void refuse_keys(Compile *c, Json *object, const char *place)
{
    static const char *const others[] = {
        "at", "join", "with", "const", "else", "zone", "day_end"
    };
    const char *names[32];
    guint n = 0;
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        names[n++] = others[i];
    for (guint i = 0; i < n_transforms; i++)
        names[n++] = transforms[i].name;
    json_refuse_unknown(object, names, n, c->faults, place);
}

static void compile_object(Compile *c, Value *value, Json *object, Target target, const char *place)
{
    g_autoptr(GPtrArray) pointers = g_ptr_array_new();
    refuse_keys(c, object, place);
    if (has(object, "at") + has(object, "join") + has(object, "const") != 1)
        faults_add(c->faults, place, "needs one of \"at\", \"join\" and \"const\"");
    if (has(object, "at"))
        add_pointer(c, pointers, json_object_object_get(object, "at"), place);
    compile_join(c, value, object, pointers, place);
    if (has(object, "with") && !has(object, "join"))
        faults_add(c->faults, place, "\"with\" goes with \"join\"");
    Json *fixed = json_object_object_get(object, "const");
    if (has(object, "const"))
        word_check(target, fixed, place, c->faults);
    value->fixed = json_object_get(fixed);
    g_ptr_array_add(pointers, NULL);
    value->pointers = (GStrv)g_ptr_array_steal(pointers, NULL);
    compile_step(c, value, object, target, place);
    compile_else(c, value, object, target, place);
}

/* Only the last one's "else" can come to pass; it is that of all. */
static void compile_first(Compile *c, Value *value, Json *list, Target target, const char *place)
{
    gsize n = json_object_array_length(list);
    value->first = g_ptr_array_new_with_free_func((GDestroyNotify)value_free);
    if (n < 1 || n > MAX_POINTERS)
        faults_add(c->faults, place, "tries %zu values; accepted: 1 to %d", n, MAX_POINTERS);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *at = g_strdup_printf("%s[%zu]", place, i);
        Json *item = json_object_array_get_idx(list, i);
        if (json_object_is_type(item, json_type_array))
            faults_add(c->faults, at, "is a list in a list");
        else if (i + 1 < n && json_object_is_type(item, json_type_object) && has(item, "else"))
            faults_add(c->faults, at, "\"else\" belongs to the last one");
        else
            g_ptr_array_add(value->first, value_compile(c, item, target, at));
    }
    if (value->first->len == 0)
        return;
    const Value *last = value->first->pdata[value->first->len - 1];
    value->otherwise = last->otherwise;
    value->word = json_object_get(last->word);
}

Value *value_compile(Compile *compile, Json *json, Target target, const char *place)
{
    Value *value = g_new0(Value, 1);
    value->place = g_strdup(place);
    gboolean is_needed = target == TARGET_ID || target == TARGET_TIME || target == TARGET_TYPE ||
                         target == TARGET_SUBJECT || target == TARGET_CLASSIFICATION;
    value->otherwise = is_needed ? ELSE_REJECT : ELSE_DROP;
    if (json_object_is_type(json, json_type_array)) {
        compile_first(compile, value, json, target, place);
        return value;
    }
    g_autoptr(Json) object = NULL;
    if (json_object_is_type(json, json_type_object)) {
        object = json_object_get(json);
    } else { /* "/path" is short for {"at": "/path"} */
        object = json_object_new_object();
        json_add(object, "at", json_object_get(json));
    }
    compile_object(compile, value, object, target, place);
    return value;
}

void value_list_pointers(const Value *value, GPtrArray *pointers)
{
    for (guint i = 0; value->first && i < value->first->len; i++)
        value_list_pointers(value->first->pdata[i], pointers);
    for (guint i = 0; value->pointers && value->pointers[i]; i++)
        g_ptr_array_add(pointers, value->pointers[i]);
}

Json *json_dup_scalar(Json *json)
{
    Json *copy = NULL;
    json_object_deep_copy(json, &copy, NULL);
    return copy;
}

/* --- read --------------------------------------------------------------------------------------
 */

/* The one value, or the texts of all joined; NULL if one is missing. Caller owns. */
static Json *read_source(const Value *value, Json *record)
{
    if (!value->pointers[1]) {
        Json *found = pointer_read(record, value->pointers[0]);
        return scalar_text(found) ? json_object_get(found) : NULL;
    }
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; value->pointers[i]; i++) {
        const char *text = scalar_text(pointer_read(record, value->pointers[i]));
        if (!text)
            return NULL;
        g_string_append_printf(joined, "%s%s", i ? value->with : "", text);
    }
    return json_object_new_string(joined->str);
}

/* The text for the transform. A complaint that names its writer is not lost for it: what drop_assert
 * finds is taken out of the note first, whole, so that the redactor leaves no half of a name. */
static char *dup_input(const Value *value, const char *source, const GPtrArray *personal)
{
    if (!value->step.kind->is_redacting)
        return g_strstrip(g_strdup(source));
    g_autoptr(GString) text = g_string_new(source);
    for (guint i = 0; i < personal->len; i++)
        g_string_replace(text, personal->pdata[i], BLACKED, 0);
    return g_strdup(text->str);
}

static Given read_first(const Value *value, Json *record, const MappingContext *context,
                        const GPtrArray *personal)
{
    Given given = { .why = WHY_MISSING };
    gboolean is_unfit = FALSE;
    for (guint i = 0; i < value->first->len && !given.json; i++) {
        given = value_read(value->first->pdata[i], record, context, personal);
        is_unfit |= given.why == WHY_UNFIT;
    }
    if (!given.json && is_unfit)
        given.why = WHY_UNFIT;
    return given;
}

Given value_read(const Value *value, Json *record, const MappingContext *context,
                 const GPtrArray *personal)
{
    if (value->first)
        return read_first(value, record, context, personal);
    if (value->fixed)
        return (Given) { json_dup_scalar(value->fixed), WHY_FIXED, TRUE };
    g_autoptr(Json) source = read_source(value, record);
    if (!source)
        return (Given) { .why = WHY_MISSING };
    const Transform *transform = value->step.kind;
    if (!transform)
        return (Given) { g_steal_pointer(&source), WHY_READ, FALSE };
    g_autofree char *text = dup_input(value, scalar_text(source), personal);
    Json *json = *text ? transform->apply(&value->step, text, context) : NULL;
    MappedWhy why = !json ? WHY_UNFIT : transform->is_redacting ? WHY_REDACTED : WHY_READ;
    return (Given) { json, why, json && transform->is_ours };
}
