/* mapping_report.c - tells field by field what became of a record
 *
 * A value is shown only where it is kept, so a report can be read aloud: of what is dropped it says the
 * place and the reason. Of a record that is refused nothing is kept, and no value is shown.
 */
#include "config/mapping_private.h"

#include "wallctl/base/instant.h"

#include <string.h>

const char *mapped_word(Mapped outcome)
{
    static const char *const words[] = { "", "kept", "dropped", "refused" };
    g_assert(outcome >= 1 && outcome < G_N_ELEMENTS(words));
    return words[outcome];
}

const char *mapped_why_word(MappedWhy why)
{
    static const char *const words[WHY_LAST + 1] = {
        [WHY_READ] = "read",         [WHY_FIXED] = "fixed",         [WHY_ELSE] = "else",
        [WHY_SET] = "set",           [WHY_ENVELOPE] = "envelope",   [WHY_REDACTED] = "redacted",
        [WHY_MISSING] = "missing",   [WHY_UNFIT] = "unfit",         [WHY_PRIVATE] = "private",
        [WHY_PERSONAL] = "personal", [WHY_TAKEN_OUT] = "taken_out", [WHY_UNNAMED] = "unnamed",
        [WHY_ASSERTED] = "asserted", [WHY_CONDITION] = "condition", [WHY_UNKNOWN] = "unknown",
        [WHY_CHECK] = "check",
    };
    g_assert(why >= 1 && why <= WHY_LAST);
    return words[why];
}

static void row_free(MappingRow *row)
{
    g_free(row->pointer);
    g_free(row->target);
    g_free(row->value);
    g_free(row);
}

GPtrArray *mapping_report_rows(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
}

void mapping_report_clear(MappingReport *report)
{
    g_clear_pointer(&report->rows, g_ptr_array_unref);
    *report = (MappingReport) { 0 };
}

/* Takes pointer and value. */
static void add_row(GPtrArray *rows, char *pointer, const char *target, Mapped outcome,
                    MappedWhy why, char *value)
{
    MappingRow *row = g_new0(MappingRow, 1);
    *row = (MappingRow) { pointer, g_strdup(target), value, outcome, why };
    g_ptr_array_add(rows, row);
}

/* Is place among the first n of them? */
static gboolean is_asked(const GPtrArray *pointers, const char *place, guint n)
{
    for (guint i = 0; i < n; i++) {
        if (strcmp(pointers->pdata[i], place) == 0)
            return TRUE;
    }
    return FALSE;
}

static char *dup_pointers(const Run *run, Target target)
{
    g_autoptr(GPtrArray) pointers = g_ptr_array_new();
    if (run->mapping->values[target] && run->why[target] != WHY_SET && run->why[target] != WHY_ELSE)
        value_list_pointers(run->mapping->values[target], pointers);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < pointers->len; i++) {
        if (!is_asked(pointers, pointers->pdata[i], i))
            g_string_append_printf(text, "%s%s", text->len ? " " : "", (char *)pointers->pdata[i]);
    }
    return g_strdup(text->str);
}

static char *dup_shown(const Run *run, Json *fields, Target target)
{
    static const char *const classes[] = { "", "public", "internal", "confidential" };
    const Event *event = run->event;
    switch (target) {
    case TARGET_TIME:
        return instant_format(event->time_ms, run->context->zone_minutes);
    case TARGET_TYPE:
        return g_strdup(event_type_word(event->type));
    case TARGET_SEVERITY:
        return g_strdup_printf("%u", event->severity);
    case TARGET_CLASSIFICATION:
        return g_strdup(classes[event->classification]);
    default:
        break;
    }
    if (!target_is_field(target))
        return g_strdup(target_text(event, target));
    if (field_row((Field)target)->kind == KIND_TIME)
        return instant_format(fields_number(&event->fields, (Field)target),
                              run->context->zone_minutes);
    return g_strdup(json_object_get_string(json_object_object_get(fields, target_name(target))));
}

static void add_targets(GPtrArray *rows, const Run *run, gboolean is_good)
{
    g_autoptr(Json) fields = fields_to_json(&run->event->fields);
    for (guint i = 0; i < N_TARGETS - 1; i++) {
        /* The event's attributes first: they are what a reader looks for. */
        Target target = (TARGET_ID - 1 + i) % (N_TARGETS - 1) + 1;
        MappedWhy why = run->why[target];
        gboolean is_kept = why_is_kept(why), is_culprit = !is_good && run->culprit == target;
        if (!is_culprit && (!why || (is_kept && !is_good)))
            continue;
        if (is_culprit && (is_kept || !why))
            why = why ? WHY_CHECK : WHY_MISSING;
        add_row(rows, dup_pointers(run, target), target_name(target),
                is_culprit ? MAPPED_REFUSED
                : is_kept  ? MAPPED_KEPT
                           : MAPPED_DROPPED,
                why, is_kept && is_good ? dup_shown(run, fields, target) : NULL);
    }
}

static gboolean is_read(const GPtrArray *pointers, const char *place)
{
    for (guint i = 0; i < pointers->len; i++) {
        if (pointer_is_below(pointers->pdata[i], place))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_asserted(const Mapping *mapping, const char *place)
{
    for (guint i = 0; i < mapping->drop_assert->len; i++) {
        if (pointer_is_below(place, mapping->drop_assert->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

static char *dup_escaped(const char *name)
{
    g_autoptr(GString) text = g_string_new(name);
    g_string_replace(text, "~", "~0", 0);
    g_string_replace(text, "/", "~1", 0);
    return g_strdup(text->str);
}

/* What the record has and the mapping does not read, member by member; a list counts as one. */
static void add_unread(GPtrArray *rows, const Run *run, const GPtrArray *pointers, Json *object,
                       const char *place)
{
    json_object_object_foreach (object, name, member) {
        g_autofree char *escaped = dup_escaped(name);
        g_autofree char *at = g_strconcat(place, "/", escaped, NULL);
        gboolean is_personal = is_asserted(run->mapping, at);
        if (!is_personal && is_asked(pointers, at, pointers->len))
            continue;
        if (!is_personal && json_object_is_type(member, json_type_object))
            add_unread(rows, run, pointers, member, at);
        else if (is_personal || !is_read(pointers, at))
            add_row(rows, g_steal_pointer(&at), "", MAPPED_DROPPED,
                    is_personal ? WHY_ASSERTED : WHY_UNNAMED, NULL);
    }
}

static void add_rows(GPtrArray *rows, const Run *run, gboolean is_good)
{
    const Mapping *m = run->mapping;
    g_autoptr(GPtrArray) pointers = g_ptr_array_new();
    if (run->condition)
        add_row(rows, g_strdup(run->condition), "", MAPPED_REFUSED, WHY_CONDITION, NULL);
    else if (!is_good && !run->culprit)
        add_row(rows, g_strdup(""), "", MAPPED_REFUSED, WHY_CHECK, NULL);
    add_targets(rows, run, is_good);
    for (Target i = 1; i < N_TARGETS; i++) {
        if (m->values[i])
            value_list_pointers(m->values[i], pointers);
    }
    for (guint i = 0; i < m->only->len; i++)
        g_ptr_array_add(pointers, ((Condition *)m->only->pdata[i])->pointer);
    for (guint i = 0; i < m->refuse->len; i++)
        g_ptr_array_add(pointers, ((Condition *)m->refuse->pdata[i])->pointer);
    if (json_object_is_type(run->record, json_type_object))
        add_unread(rows, run, pointers, run->record, "");
}

void report_fill(MappingReport *report, const Run *run, gboolean is_good)
{
    for (Target i = 1; i < N_TARGETS; i++) {
        report->n_kept += is_good && why_is_kept(run->why[i]);
        report->n_dropped += run->why[i] > WHY_MISSING;
    }
    report->n_private += run->n_private;
    if (report->rows)
        add_rows(report->rows, run, is_good);
}
