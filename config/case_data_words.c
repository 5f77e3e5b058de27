/* case_data_words.c - a vocabulary from its file
 *
 *   { "name": "六步", "about": "...",
 *     "stages": [ { "name": "登记受理", "states": ["reported", "registered", "declined"] }, ... ],
 *     "orders_name": "五单", "orders": { "dispatch": "派单", ... } }
 */
#include "config/case_data_private.h"

#include "config/rule.h"

#include <string.h>

Json *case_data_parse(const char *text, gsize len, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) top = json_parse(text, len, CASE_DATA_MAX_BYTES, JSON_COMMENTS, &error);
    if (top && json_object_is_type(top, json_type_object))
        return g_steal_pointer(&top);
    faults_add(faults, "", "%s", error ? error->message : "accepted: an object");
    return NULL;
}

const char **json_dup_texts(Json *object, const char *key, Faults *faults, const char *place)
{
    Json *array;
    if (!json_get_array(object, key, &array, faults, place))
        return NULL;
    gsize n = json_object_array_length(array);
    g_autofree const char **texts = g_new0(const char *, n + 1);
    for (gsize i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(array, i);
        if (!json_object_is_type(item, json_type_string)) {
            n = 0;
            break;
        }
        texts[i] = json_object_get_string(item);
    }
    if (n > 0)
        return g_steal_pointer(&texts);
    g_autofree char *at = *place ? g_strconcat(place, ".", key, NULL) : g_strdup(key);
    faults_add(faults, at, "accepted: an array of one or more texts");
    return NULL;
}

gboolean field_text_fits(Field field, const char *text, GError **error)
{
    Fields fields = { 0 };
    gboolean fits = fields_set_text(&fields, field, text, error);
    fields_clear(&fields);
    return fits;
}

/* A name that people read; *out is borrowed. */
static gboolean get_name(Json *object, const char *key, const char **out, Faults *faults,
                         const char *place)
{
    *out = "";
    gboolean is_there = json_get_string(object, key, out, faults, place);
    if (is_there && rule_name.fits(*out))
        return TRUE;
    g_autofree char *at = *place ? g_strconcat(place, ".", key, NULL) : g_strdup(key);
    if (!faults_has(faults, at))
        faults_add(faults, at, "accepted: %s", rule_name.accepted);
    return FALSE;
}

static guint read_states(Json *object, Faults *faults, const char *place)
{
    guint states = 0;
    g_autofree const char **words = json_dup_texts(object, "states", faults, place);
    g_autofree char *at = g_strconcat(place, ".states", NULL);
    if (!words && !faults_has(faults, at))
        faults_add(faults, at, "accepted: an array of one or more texts");
    for (guint i = 0; words && words[i]; i++) {
        CaseState state = case_state_from_word(words[i]);
        if (state == CASE_NONE || (states >> state & 1) != 0)
            faults_add(faults, at, "\"%s\" is no state, or is there already", words[i]);
        states |= 1u << state;
    }
    return states;
}

static guint read_stages(Json *top, CaseStage stages[VOCABULARY_MAX_STAGES], Faults *faults)
{
    static const char *const known[] = { "name", "states" };
    Json *array;
    if (!json_get_array(top, "stages", &array, faults, "")) {
        if (!faults_has(faults, "stages"))
            faults_add(faults, "stages", "is missing");
        return 0;
    }
    gsize n = json_object_array_length(array);
    if (n > VOCABULARY_MAX_STAGES) {
        faults_add(faults, "stages", "more than %d", VOCABULARY_MAX_STAGES);
        return 0;
    }
    for (gsize i = 0; i < n; i++) {
        g_autofree char *place = g_strdup_printf("stages[%zu]", i);
        Json *object = json_object_array_get_idx(array, i);
        if (!json_object_is_type(object, json_type_object)) {
            faults_add(faults, place, "accepted: an object");
            continue;
        }
        json_refuse_unknown(object, known, G_N_ELEMENTS(known), faults, place);
        get_name(object, "name", &stages[i].name, faults, place);
        stages[i].states = read_states(object, faults, place);
    }
    return (guint)n;
}

static GArray *read_orders(Json *top, Faults *faults)
{
    GArray *orders = g_array_new(FALSE, FALSE, sizeof(OrderWord));
    Json *object;
    if (!json_get_object(top, "orders", &object, faults, ""))
        return orders;
    json_object_object_foreach (object, key, value) {
        OrderWord word = { .kind = key };
        if (get_name(object, key, &word.name, faults, "orders"))
            g_array_append_val(orders, word);
    }
    return orders;
}

Vocabulary *vocabulary_parse(const char *id, const char *text, gsize len, Faults *faults)
{
    static const char *const known[] = { "name", "about", "stages", "orders_name", "orders" };
    g_autoptr(Json) top = case_data_parse(text, len, faults);
    if (!top)
        return NULL;
    guint n_before = faults_count(faults);
    json_refuse_unknown(top, known, G_N_ELEMENTS(known), faults, "");
    const char *name, *orders_name = "", *about;
    CaseStage stages[VOCABULARY_MAX_STAGES] = { 0 };
    get_name(top, "name", &name, faults, "");
    json_get_string(top, "about", &about, faults, "");
    json_get_string(top, "orders_name", &orders_name, faults, "");
    guint n_stages = read_stages(top, stages, faults);
    g_autoptr(GArray) orders = read_orders(top, faults);
    if (faults_count(faults) > n_before)
        return NULL;
    g_autoptr(GError) error = NULL;
    Vocabulary *vocabulary = vocabulary_new(id, name, orders_name, stages, n_stages,
                                            (const OrderWord *)orders->data, orders->len, &error);
    if (!vocabulary)
        faults_add(faults, "", "%s", error->message);
    return vocabulary;
}
