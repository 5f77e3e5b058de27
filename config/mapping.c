/* mapping.c - one record through a mapping: what is kept becomes an event, or nothing does
 *
 * The order is the promise: conditions first, then the named values, then what follows from them, then
 * privacy over everything that was kept, then the event as a whole. What is not named is never read.
 */
#include "config/mapping_private.h"

#include "wallctl/model/privacy.h"

#include <string.h>

#define SEQUENCE_DIGITS 20
#define LEAST_DIGITS    6    /* a shorter number is nobody's */
#define SHORT_LATIN     6    /* bytes */
#define MAX_CLEAN       4096 /* texts remembered */

/* "PLATFORM PLACE: TEXT". The record's values are never in it. */
static gboolean refuse(Run *run, Target culprit, Refused code, GError **error, const char *format,
                       ...) G_GNUC_PRINTF(5, 6);
static gboolean refuse(Run *run, Target culprit, Refused code, GError **error, const char *format,
                       ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    run->culprit = culprit;
    g_set_error(error, EVENT_ERROR, code, "%s%s%s: %s", run->mapping->platform, culprit ? " " : "",
                culprit ? target_name(culprit) : "", text);
    return FALSE;
}

/* --- conditions --------------------------------------------------------------------------------
 */

static gboolean holds(const Condition *condition, Json *record)
{
    Json *value = pointer_read(record, condition->pointer);
    const char *text = scalar_text(value);
    if (!condition->words)
        return value && (text || !json_object_is_type(value, json_type_string));
    return text && g_hash_table_contains(condition->words, text);
}

static gboolean check_conditions(Run *run, GError **error)
{
    const Mapping *m = run->mapping;
    for (guint i = 0; i < m->only->len + m->refuse->len; i++) {
        gboolean is_only = i < m->only->len;
        const Condition *condition =
            is_only ? m->only->pdata[i] : m->refuse->pdata[i - m->only->len];
        if (holds(condition, run->record) == is_only)
            continue;
        run->condition = condition->pointer;
        return refuse(run, 0, REFUSED_CLASSIFICATION, error, "%s is not let in: \"%s\"",
                      condition->pointer, is_only ? "only" : "refuse");
    }
    return TRUE;
}

/* --- values ------------------------------------------------------------------------------------
 */

static void mark(Run *run, Target target, MappedWhy why, gboolean is_ours)
{
    guint64 bit = G_GUINT64_CONSTANT(1) << target;
    run->why[target] = why;
    run->ours = is_ours ? run->ours | bit : run->ours & ~bit;
}

/* All texts at and below json that can tell somebody: two characters and more, of digits six. */
static void collect(Json *json, GPtrArray *texts)
{
    if (json_object_is_type(json, json_type_object)) {
        json_object_object_foreach (json, name, member) {
            (void)name;
            collect(member, texts);
        }
        return;
    }
    if (json_object_is_type(json, json_type_array)) {
        for (gsize i = 0; i < json_object_array_length(json); i++)
            collect(json_object_array_get_idx(json, i), texts);
        return;
    }
    if (json_object_is_type(json, json_type_boolean) || !scalar_text(json))
        return;
    g_autofree char *text = g_strstrip(g_strdup(scalar_text(json)));
    gsize len = strlen(text);
    gboolean is_number = strspn(text, "0123456789") == len;
    if (is_number ? len >= LEAST_DIGITS : g_utf8_strlen(text, -1) >= 2)
        g_ptr_array_add(texts, g_steal_pointer(&text));
}

static gboolean take_value(Run *run, Target target, GError **error)
{
    const Value *value = run->mapping->values[target];
    Given given = value_read(value, run->record, run->context, run->personal);
    g_autoptr(Json) json = given.json;
    if (json && target_take(run->event, target, json)) {
        mark(run, target, given.why, given.is_ours);
        return TRUE;
    }
    mark(run, target, json ? WHY_UNFIT : given.why, FALSE);
    if (value->otherwise == ELSE_WORD) {
        g_autoptr(Json) word = json_dup_scalar(value->word);
        target_take(run->event, target, word);
        mark(run, target, WHY_ELSE, TRUE);
    }
    if (value->otherwise != ELSE_REJECT)
        return TRUE;
    return refuse(run, target, target_refused(target), error, "%s (%s)",
                  run->why[target] == WHY_MISSING ? "nothing stands there"
                                                  : "what stands there fits no rule",
                  value->place);
}

static gboolean take_values(Run *run, GError **error)
{
    for (guint i = 0; i < run->mapping->drop_assert->len; i++)
        collect(pointer_read(run->record, run->mapping->drop_assert->pdata[i]), run->personal);
    for (Target i = 1; i < N_TARGETS; i++) {
        if (run->mapping->values[i] && !take_value(run, i, error))
            return FALSE;
    }
    return TRUE;
}

static void take_text(Run *run, Target target, char **to, const char *from)
{
    if (**to || !*from)
        return;
    g_free(*to);
    *to = g_strdup(from);
    mark(run, target, WHY_ENVELOPE, FALSE);
}

/* What the mapping leaves out, and what every event has. */
static gboolean fill_rest(Run *run, GError **error)
{
    Event *event = run->event;
    const Event *envelope = run->envelope;
    g_free(event->source);
    event->source = g_strdup(envelope ? envelope->source : run->context->source);
    if (envelope) {
        take_text(run, TARGET_ID, &event->id, envelope->id);
        take_text(run, TARGET_SUBJECT, &event->subject, envelope->subject);
        take_text(run, TARGET_SEQUENCE, &event->sequence, envelope->sequence);
        take_text(run, TARGET_CORRELATION, &event->correlation, envelope->correlation);
        event->classification = MAX(event->classification, envelope->classification);
        event->severity = event->severity ? event->severity : envelope->severity;
    }
    if (envelope && !run->mapping->values[TARGET_TYPE]) {
        event->type = envelope->type;
        mark(run, TARGET_TYPE, event->type ? WHY_ENVELOPE : WHY_MISSING, TRUE);
    }
    if (envelope && !run->mapping->values[TARGET_TIME]) {
        event->time_ms = envelope->time_ms;
        mark(run, TARGET_TIME, WHY_ENVELOPE, TRUE);
    }
    if (!event->type || event->type >= EVENT_WALL_SCENE)
        return refuse(run, TARGET_TYPE, REFUSED_UNMAPPED, error, "nothing says what it is");
    if (!why_is_kept(run->why[TARGET_TIME]))
        return refuse(run, TARGET_TIME, REFUSED_TIME, error, "nothing says when it was");
    if (!*event->id)
        return refuse(run, TARGET_ID, REFUSED_ATTRIBUTE, error, "nothing says which it is");
    return TRUE;
}

/* --- what follows from the fields --------------------------------------------------------------
 */

static gboolean has_word(const Fields *fields, const When *when)
{
    if (!fields_has(fields, when->field))
        return FALSE;
    FieldKind kind = field_row(when->field)->kind;
    gint64 number = fields_number(fields, when->field);
    if (kind <= KIND_TEXT)
        return g_hash_table_contains(when->words, fields_text(fields, when->field));
    if (kind == KIND_BOOL)
        return g_hash_table_contains(when->words, number ? "true" : "false");
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);
    return g_hash_table_contains(when->words, text);
}

static void drop_field(Run *run, Field field, MappedWhy why)
{
    Fields *fields = &run->event->fields;
    if (fields_has(fields, field) && field_row(field)->kind <= KIND_TEXT)
        g_free(fields->value[field].text);
    fields->value[field].number = 0;
    fields->has &= ~(G_GUINT64_CONSTANT(1) << field);
    run->why[field] = why;
}

static void apply_set(Run *run, const SetRule *rule)
{
    for (guint i = 0; i < rule->when->len; i++) {
        if (!has_word(&run->event->fields, &g_array_index(rule->when, When, i)))
            return;
    }
    fields_merge(&run->event->fields, &rule->to);
    for (guint i = 1; i <= FIELD_LAST; i++) {
        if (fields_has(&rule->to, (Field)i))
            mark(run, i, WHY_SET, TRUE);
        else if ((rule->taken_out >> i & 1) && fields_has(&run->event->fields, (Field)i))
            drop_field(run, (Field)i, WHY_TAKEN_OUT);
    }
}

/* What the site's tables do not know does not come in. */
static gboolean check_tables(Run *run, GError **error)
{
    const MappingContext *context = run->context;
    const char *category = fields_text(&run->event->fields, FIELD_CATEGORY);
    const char *region = fields_text(&run->event->fields, FIELD_REGION);
    const Category *known =
        category && context->categories ? category_find(context->categories, category) : NULL;
    if (category && context->categories && (!known || known->is_refused)) {
        run->why[FIELD_CATEGORY] = WHY_UNKNOWN;
        return refuse(run, FIELD_CATEGORY, known ? REFUSED_CLASSIFICATION : REFUSED_FIELD, error,
                      known ? "this category may not come in" : "there is no such category here");
    }
    if (region && context->regions && !region_around(context->regions, region)) {
        run->why[FIELD_REGION] = WHY_UNKNOWN;
        return refuse(run, FIELD_REGION, REFUSED_REGION, error, "there is no such region here");
    }
    return TRUE;
}

/* --- privacy -----------------------------------------------------------------------------------
 */

/* Is value in text? A short Latin one (LI, M2) only as a word of its own: it is in every code. */
static gboolean holds_value(const char *text, const char *value)
{
    gsize len = strlen(value);
    gboolean is_word = len < SHORT_LATIN && g_str_is_ascii(value);
    for (const char *at = strstr(text, value); at; at = strstr(at + 1, value)) {
        gboolean is_inside = (at > text && g_ascii_isalnum(at[-1])) || g_ascii_isalnum(at[len]);
        if (!is_word || !is_inside)
            return TRUE;
    }
    return FALSE;
}

static gboolean tells_personal(const Run *run, const char *text)
{
    for (guint i = 0; i < run->personal->len; i++) {
        if (holds_value(text, run->personal->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

/* privacy_finds(), which reads a text with all its patterns, and the same offices come with every
 * event: what was found clean is remembered by the thread, up to a bound. A short number is nobody's. */
static gboolean is_private(const char *text)
{
    static GPrivate clean_texts = G_PRIVATE_INIT((GDestroyNotify)g_hash_table_unref);
    gsize len = strlen(text);
    if (len < LEAST_DIGITS && strspn(text, "0123456789") == len)
        return FALSE;
    GHashTable *clean = g_private_get(&clean_texts);
    if (!clean) {
        clean = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_private_set(&clean_texts, clean);
    }
    if (g_hash_table_contains(clean, text))
        return FALSE;
    if (privacy_finds(text))
        return TRUE;
    if (g_hash_table_size(clean) >= MAX_CLEAN)
        g_hash_table_remove_all(clean);
    g_hash_table_add(clean, g_strdup(text));
    return FALSE;
}

/* A figure with as many digits as a phone is read as one, too. NULL: there is nothing to look at. */
static char *dup_looked_at(const Run *run, Target target)
{
    if (target != FIELD_VALUE || !fields_has(&run->event->fields, FIELD_VALUE))
        return g_strdup(target_text(run->event, target));
    gint64 whole = fields_number(&run->event->fields, FIELD_VALUE) / field_row(FIELD_VALUE)->scale;
    return g_strdup_printf("%" G_GINT64_FORMAT, ABS(whole));
}

/* Of one kept text. FALSE: the event is refused. */
static gboolean check_text(Run *run, Target target, GError **error)
{
    g_autofree char *text = dup_looked_at(run, target);
    if (!text || !*text || (run->ours >> target & 1))
        return TRUE;
    if (tells_personal(run, text)) {
        run->why[target] = WHY_PERSONAL;
        return refuse(run, target, REFUSED_PRIVACY, error,
                      "holds what stands at a place that drop_assert names");
    }
    if (!is_private(text))
        return TRUE;
    if (!target_is_field(target)) {
        run->why[target] = WHY_PRIVATE;
        return refuse(run, target, REFUSED_PRIVACY, error, "looks like a citizen's data");
    }
    drop_field(run, (Field)target, WHY_PRIVATE);
    run->n_private++;
    return TRUE;
}

static gboolean check_privacy(Run *run, GError **error)
{
    for (Target i = 1; i < N_TARGETS; i++) {
        if (!check_text(run, i, error))
            return FALSE;
    }
    const char *source = run->envelope ? run->envelope->source : "";
    if (is_private(source) || tells_personal(run, source))
        return refuse(run, 0, REFUSED_PRIVACY, error, "\"source\" looks like a citizen's data");
    return TRUE;
}

/* --- the event as a whole ----------------------------------------------------------------------
 */

/* Sequences are compared byte by byte: 9 has to come before 10. */
static void pad_sequence(Event *event)
{
    gsize len = strlen(event->sequence);
    if (len == 0 || len >= SEQUENCE_DIGITS || strspn(event->sequence, "0123456789") != len)
        return;
    char *padded = g_strdup_printf("%.*s%s", (int)(SEQUENCE_DIGITS - len), "00000000000000000000",
                                   event->sequence);
    g_free(event->sequence);
    event->sequence = padded;
}

static gboolean finish(Run *run, GError **error)
{
    g_autoptr(GError) cause = NULL;
    if (run->why[TARGET_SEQUENCE] == WHY_READ)
        pad_sequence(run->event);
    if (event_check(run->event, run->context->now_ms, &cause))
        return TRUE;
    if (cause->code == REFUSED_TIME)
        run->why[TARGET_TIME] = WHY_CHECK;
    return refuse(run, cause->code == REFUSED_TIME ? TARGET_TIME : 0, (Refused)cause->code, error,
                  "%s", cause->message);
}

static gboolean run_all(Run *run, GError **error)
{
    if (!json_object_is_type(run->record, json_type_object))
        return refuse(run, 0, REFUSED_MALFORMED, error, "the record is not an object");
    if (!check_conditions(run, error) || !take_values(run, error) || !fill_rest(run, error))
        return FALSE;
    for (guint i = 0; i < run->mapping->sets->len; i++)
        apply_set(run, run->mapping->sets->pdata[i]);
    return check_tables(run, error) && check_privacy(run, error) && finish(run, error);
}

Event *mapping_apply(const Mapping *mapping, Json *record, const Event *envelope,
                     const MappingContext *context, MappingReport *report, GError **error)
{
    g_autoptr(Event) event = event_new();
    g_autoptr(GPtrArray) personal = g_ptr_array_new_with_free_func(g_free);
    Run run = { .mapping = mapping,
                .record = record,
                .context = context,
                .envelope = envelope,
                .event = event,
                .personal = personal };
    gboolean is_good = run_all(&run, error);
    if (report)
        report_fill(report, &run, is_good);
    return is_good ? g_steal_pointer(&event) : NULL;
}

Event *mapping_apply_body(const Mapping *mapping, Json *body, const MappingContext *context,
                          MappingReport *report, GError **error)
{
    if (!json_object_object_get_ex(body, "specversion", NULL))
        return mapping_apply(mapping, body, NULL, context, report, error);
    g_autoptr(Event) envelope = event_new();
    const char *type;
    if (!event_read_envelope(envelope, body, context->now_ms, &type, error))
        return NULL;
    return mapping_apply(mapping, json_object_object_get(body, "data"), envelope, context, report,
                         error);
}
