/* case_data_terms.c - a deadline policy from its file
 *
 *   { "name": "孝感", "about": "...",
 *     "rules": [ { "kind": "finish", "name": "办结", "when": { "level": ["general"] },
 *                  "from": ["case.registered", "case.reopened"], "until": ["case.resolved"],
 *                  "days": 3 }, ... ] }
 *
 * A term is one of minutes, hours, days, workdays, months. escalated: times that the case was
 * escalated. takes_given: what the platform gives as due counts instead. escalates: a case that
 * misses it goes one level up. Of each kind the first rule that fits counts.
 */
#include "config/case_data_private.h"

#include "config/rule.h"

#include <string.h>

#define MAX_RULES 64

static const struct {
    const char *key;
    TermUnit unit;
    gint64 max;
} terms[] = {
    { "minutes", TERM_MINUTES, 100000 }, { "hours", TERM_HOURS, 10000 },
    { "days", TERM_DAYS, 3660 },         { "workdays", TERM_WORKDAYS, 2600 },
    { "months", TERM_MONTHS, 120 },
};

static void clear_rule(gpointer item)
{
    DeadlineRule *rule = item;
    g_free(rule->kind);
    g_free(rule->name);
    filter_clear(&rule->filter);
}

void policy_file_free(PolicyFile *file)
{
    if (!file)
        return;
    g_free(file->id);
    g_free(file->name);
    deadline_policy_clear(&file->policy);
    g_free(file);
}

static char *dup_text(Json *object, const char *key, const TextRule *rule, Faults *faults,
                      const char *place)
{
    const char *text = "";
    g_autofree char *at = *place ? g_strconcat(place, ".", key, NULL) : g_strdup(key);
    json_get_string(object, key, &text, faults, place);
    if (!rule->fits(text) && !faults_has(faults, at))
        faults_add(faults, at, "accepted: %s", rule->accepted);
    return g_strdup(text);
}

static void read_term(Json *object, DeadlineRule *rule, Faults *faults, const char *place)
{
    guint n = 0;
    for (guint i = 0; i < G_N_ELEMENTS(terms); i++) {
        gint64 amount;
        gint64 min = terms[i].unit == TERM_DAYS ? 0 : 1; /* 0 days: the same day */
        if (!json_object_object_get_ex(object, terms[i].key, NULL))
            continue;
        n++;
        if (json_get_int(object, terms[i].key, min, terms[i].max, &amount, faults, place)) {
            rule->amount = (guint)amount;
            rule->unit = terms[i].unit;
        }
    }
    if (n != 1)
        faults_add(faults, place,
                   "%u terms; accepted: one of minutes, hours, days, workdays, months", n);
}

/* Bits of events of a case. */
static guint read_events(Json *object, const char *key, Faults *faults, const char *place)
{
    guint bits = 0;
    g_autofree char *at = g_strconcat(place, ".", key, NULL);
    g_autofree const char **words = json_dup_texts(object, key, faults, place);
    if (!words && !faults_has(faults, at))
        faults_add(faults, at, "is missing");
    for (guint i = 0; words && words[i]; i++) {
        EventType type = event_type_from_word(words[i]);
        if (!type || type > EVENT_CASE_LAST)
            faults_add(faults, at, "\"%s\" is no event of a case", words[i]);
        else
            bits |= 1u << type;
    }
    return bits;
}

/* A word of a condition that the field could never hold would make a rule that never fits. */
static void check_word(Field field, const char *word, Faults *faults, const char *at)
{
    g_autoptr(GError) error = NULL;
    if (!field_text_fits(field, word, &error))
        faults_add(faults, at, "\"%s\": %s", word, error->message);
}

static void read_when(Json *object, Filter *filter, Faults *faults, const char *place)
{
    Json *when;
    if (!json_get_object(object, "when", &when, faults, place))
        return;
    g_autofree char *at = g_strconcat(place, ".when", NULL);
    g_autoptr(GArray) conditions = g_array_new(FALSE, FALSE, sizeof(FilterCondition));
    json_object_object_foreach (when, key, value) {
        Field field = field_from_name(key);
        g_autofree char *key_at = g_strconcat(at, ".", key, NULL);
        if (!field) {
            faults_add(faults, key_at, "is no field of a case");
            continue;
        }
        g_autofree const char **words = json_dup_texts(when, key, faults, at);
        for (guint i = 0; words && words[i]; i++)
            check_word(field, words[i], faults, key_at);
        FilterCondition condition = { field, g_strdupv((char **)words), field == FIELD_REGION };
        if (words)
            g_array_append_val(conditions, condition);
    }
    filter->n_conditions = conditions->len;
    filter->conditions = (FilterCondition *)g_array_free(g_steal_pointer(&conditions), FALSE);
}

static void read_rule(Json *object, DeadlineRule *rule, Faults *faults, const char *place)
{
    static const char *const known[] = { "kind",    "name",  "when",        "escalated", "from",
                                         "until",   "hours", "days",        "workdays",  "months",
                                         "minutes", "about", "takes_given", "escalates" };
    json_refuse_unknown(object, known, G_N_ELEMENTS(known), faults, place);
    const char *about;
    gint64 level = -1;
    json_get_string(object, "about", &about, faults, place);
    json_get_int(object, "escalated", 0, 9, &level, faults, place);
    json_get_bool(object, "takes_given", &rule->takes_given, faults, place);
    json_get_bool(object, "escalates", &rule->escalates, faults, place);
    rule->kind = dup_text(object, "kind", &rule_id, faults, place);
    rule->name = dup_text(object, "name", &rule_name, faults, place);
    rule->level = (gint32)level;
    rule->from = read_events(object, "from", faults, place);
    rule->until = read_events(object, "until", faults, place);
    read_when(object, &rule->filter, faults, place);
    read_term(object, rule, faults, place);
}

static GArray *read_rules(Json *top, Faults *faults)
{
    GArray *rules = g_array_new(FALSE, TRUE, sizeof(DeadlineRule));
    g_array_set_clear_func(rules, clear_rule);
    Json *array;
    if (!json_get_array(top, "rules", &array, faults, "")) {
        if (!faults_has(faults, "rules"))
            faults_add(faults, "rules", "is missing");
        return rules;
    }
    gsize n = json_object_array_length(array);
    if (n == 0 || n > MAX_RULES) {
        faults_add(faults, "rules", "%zu rules; accepted: 1 to %d", n, MAX_RULES);
        return rules;
    }
    for (gsize i = 0; i < n; i++) {
        g_autofree char *place = g_strdup_printf("rules[%zu]", i);
        Json *object = json_object_array_get_idx(array, i);
        if (!json_object_is_type(object, json_type_object)) {
            faults_add(faults, place, "accepted: an object");
            continue;
        }
        DeadlineRule rule = { 0 };
        read_rule(object, &rule, faults, place);
        g_array_append_val(rules, rule);
    }
    return rules;
}

PolicyFile *policy_parse(const char *id, const char *text, gsize len, Faults *faults)
{
    static const char *const known[] = { "name", "about", "rules" };
    g_autoptr(Json) top = case_data_parse(text, len, faults);
    if (!top)
        return NULL;
    guint n_before = faults_count(faults);
    const char *about;
    json_refuse_unknown(top, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(top, "about", &about, faults, "");
    g_autofree char *name = dup_text(top, "name", &rule_name, faults, "");
    g_autoptr(GArray) rules = read_rules(top, faults);
    if (faults_count(faults) > n_before)
        return NULL;
    PolicyFile *file = g_new0(PolicyFile, 1);
    file->id = g_strdup(id);
    file->name = g_steal_pointer(&name);
    file->policy.n_rules = rules->len;
    file->policy.rules = (DeadlineRule *)g_array_free(g_steal_pointer(&rules), FALSE);
    return file;
}
