/* linkage_section.c - linkage rules of a configuration */
#include "config/builder.h"
#include "config/rule.h"

#include <string.h>

#define MAX_RULES  500
#define MAX_WORDS  200
#define MAX_ORDERS 8

static gboolean has(Json *object, const char *key)
{
    return json_object_object_get_ex(object, key, NULL);
}

/* The words must be values that the field can have. */
static void check_words(Builder *builder, Field field, char **words, const char *key,
                        const char *place)
{
    for (guint i = 0; words[i]; i++) {
        Fields fields = { 0 };
        g_autoptr(GError) error = NULL;
        if (!fields_set_text(&fields, field, words[i], &error)) {
            g_autofree char *item_place = g_strdup_printf("%s.%s[%u]", place, key, i);
            g_autofree char *shown = dup_quoted(words[i]);
            faults_add(builder->faults, item_place, "%s: %s", shown, error->message);
        }
        fields_clear(&fields);
    }
}

static void read_conditions(Builder *builder, Json *when, const char *place, Filter *filter)
{
    static const struct {
        const char *key;
        Field field;
        gboolean is_prefix;
    } keys[] = {
        { "category", FIELD_CATEGORY, FALSE },
        { "level", FIELD_LEVEL, FALSE },
        { "risk", FIELD_RISK, FALSE },
        { "region", FIELD_REGION, TRUE },
    };
    filter->conditions = g_new0(FilterCondition, G_N_ELEMENTS(keys));
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        char **words = read_words(builder, when, keys[i].key, place, MAX_WORDS);
        if (!words)
            continue;
        check_words(builder, keys[i].field, words, keys[i].key, place);
        filter->conditions[filter->n_conditions++] =
            (FilterCondition) { keys[i].field, words, keys[i].is_prefix };
    }
}

static void read_when(Builder *builder, Json *object, const char *place, Filter *filter)
{
    Json *when = NULL;
    if (!json_get_object(object, "when", &when, builder->faults, place))
        return;
    g_autofree char *when_place = place_of(place, "when");
    WhenEntry entry = { 0 };
    options_set_defaults(&table_when, &entry);
    options_read(&table_when, when, &entry, &(Where) { builder->faults, when_place, FALSE });
    filter->types = read_event_types(builder, when, "types", when_place);
    filter->sources = read_words(builder, when, "sources", when_place, MAX_WORDS);
    filter->min_severity = entry.min_severity;
    if (entry.hours)
        hours_minutes(entry.hours, &filter->start_minute, &filter->end_minute);
    options_clear(&table_when, &entry);
    guint n;
    g_autofree guint *days = read_numbers(builder, when, "days", when_place, 1, 7, &n);
    for (guint i = 0; i < n; i++)
        filter->weekdays |= days[i] > 0 ? 1u << (days[i] - 1) : 0;
    read_conditions(builder, when, when_place, filter);
}

static void read_order(Builder *builder, Json *object, const char *place, guint index,
                       gpointer user)
{
    static const char *const known[] = { "kind", "to" };
    LinkageOrder *order = &((LinkageRule *)user)->orders[index];
    const char *kind = NULL, *to = NULL;
    json_refuse_unknown(object, known, G_N_ELEMENTS(known), builder->faults, place);
    json_get_string(object, "kind", &kind, builder->faults, place);
    json_get_string(object, "to", &to, builder->faults, place);
    Where where = { builder->faults, place, FALSE };
    Fields fields = { 0 };
    g_autoptr(GError) error = NULL;
    if (!kind || !to)
        where_fault(&where, kind ? "to" : "kind", "is missing; an order needs both");
    else if (!fields_set_text(&fields, FIELD_ORDER_KIND, kind, &error) ||
             !fields_set_text(&fields, FIELD_TO_ORG, to, &error))
        faults_add(builder->faults, place, "%s", error->message);
    fields_clear(&fields);
    *order = (LinkageOrder) { g_strdup(kind), g_strdup(to) };
}

static void read_orders(Builder *builder, Json *object, const char *place, LinkageRule *rule)
{
    g_autofree char *orders_place = place_of(place, "orders");
    Json *array = read_array(builder, object, "orders", place, MAX_ORDERS, &rule->n_orders);
    rule->orders = g_new0(LinkageOrder, rule->n_orders);
    if (array)
        read_objects(builder, array, orders_place, NULL, read_order, rule);
}

static void read_one(Builder *builder, Json *object, const char *place, LinkageRule *rule)
{
    options_read(&table_linkage, object, rule, &(Where) { builder->faults, place, FALSE });
    if (rule->by_hand && has(object, "when"))
        faults_add(builder->faults, place,
                   "\"when\" and \"by_hand\" exclude each other; accepted: one of them");
    if (!rule->by_hand && !has(object, "when"))
        faults_add(builder->faults, place, "needs \"when\"; {} fits every event");
    read_when(builder, object, place, &rule->filter);
    rule->cameras = read_words(builder, object, "cameras", place, MAX_WORDS);
    read_orders(builder, object, place, rule);
    rule->text = json_dup_text(object);
}

static void read_rule(Builder *builder, Json *object, const char *place, guint index, gpointer user)
{
    read_one(builder, object, place, builder->config->rules[index]);
}

static LinkageRule *new_rule(void)
{
    LinkageRule *rule = linkage_rule_new();
    options_set_defaults(&table_linkage, rule);
    return rule;
}

LinkageRule *config_read_rule(Config *config, Json *json, Faults *faults)
{
    Builder builder = { .config = config, .faults = faults };
    guint n_before = faults_count(faults);
    LinkageRule *rule = new_rule();
    lost_init(&builder.cameras, "id");
    read_one(&builder, json, "rule", rule);
    check_rule(&builder, rule, "rule");
    lost_clear(&builder.cameras);
    if (faults_count(faults) > n_before)
        g_clear_pointer(&rule, linkage_rule_free);
    return rule;
}

void read_linkage(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "linkage", "", MAX_RULES, &config->n_rules);
    config->rules = g_new0(LinkageRule *, config->n_rules);
    for (guint i = 0; i < config->n_rules; i++)
        config->rules[i] = new_rule();
    if (array)
        read_objects(builder, array, "linkage", NULL, read_rule, NULL);
}
