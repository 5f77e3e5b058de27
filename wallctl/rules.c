/* rules.c - the linkage rules and plans that are in force */
#include "wallctl/rules.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/rule_store.h"

#include <string.h>

#define MAX_SAVED 200

typedef struct {
    StoredRule *stored;
    LinkageRule *rule; /* NULL: out of force ... */
    char *fault;       /* ... because of this */
} Saved;

struct Rules {
    Config *config;
    Store *store;
    GPtrArray *saved;    /* Saved, by id */
    GPtrArray *in_force; /* const LinkageRule */
};

static void free_saved(gpointer data)
{
    Saved *saved = data;
    stored_rule_free(saved->stored);
    linkage_rule_free(saved->rule);
    g_free(saved->fault);
    g_free(saved);
}

static void on_written(gpointer data, const GError *error, gpointer user)
{
    if (error)
        log_error(STORE, "a linkage rule is not saved: %s", error->message);
}

static Saved *find_saved(const Rules *rules, const char *id)
{
    for (guint i = 0; i < rules->saved->len; i++) {
        Saved *saved = g_ptr_array_index(rules->saved, i);
        if (strcmp(saved->stored->id, id) == 0)
            return saved;
    }
    return NULL;
}

static const LinkageRule *find_of_file(const Rules *rules, const char *id)
{
    for (guint i = 0; i < rules->config->n_rules; i++) {
        if (strcmp(rules->config->rules[i]->id, id) == 0)
            return rules->config->rules[i];
    }
    return NULL;
}

/* Saved ones that fit the configuration are in force. */
static void check_saved(const Rules *rules, Saved *saved)
{
    const char *text = saved->stored->json;
    g_autoptr(Faults) faults = faults_new("", 20);
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, NULL);
    g_clear_pointer(&saved->rule, linkage_rule_free);
    g_clear_pointer(&saved->fault, g_free);
    if (json)
        saved->rule = config_read_rule(rules->config, json, faults);
    if (saved->rule)
        return;
    saved->fault = json ? g_strchomp(faults_dup_text(faults)) : g_strdup("cannot be read back");
    log_warning(ALARM, "rule %s is out of force: %s", saved->stored->id, saved->fault);
}

static void order_rules(Rules *rules)
{
    g_ptr_array_set_size(rules->in_force, 0);
    for (guint i = 0; i < rules->config->n_rules; i++) {
        LinkageRule *rule = rules->config->rules[i];
        const Saved *saved = find_saved(rules, rule->id);
        if (!saved || saved->rule)
            g_ptr_array_add(rules->in_force, saved ? saved->rule : rule);
    }
    for (guint i = 0; i < rules->saved->len; i++) {
        const Saved *saved = g_ptr_array_index(rules->saved, i);
        if (saved->rule && !find_of_file(rules, saved->stored->id))
            g_ptr_array_add(rules->in_force, saved->rule);
    }
}

guint rules_count(const Rules *rules)
{
    return rules->in_force->len;
}

const LinkageRule *rules_at(const Rules *rules, guint index)
{
    return g_ptr_array_index(rules->in_force, index);
}

const LinkageRule *rules_find(const Rules *rules, const char *id)
{
    for (guint i = 0; i < rules->in_force->len; i++) {
        const LinkageRule *rule = g_ptr_array_index(rules->in_force, i);
        if (strcmp(rule->id, id) == 0)
            return rule;
    }
    return NULL;
}

/* --- changes -----------------------------------------------------------------------------------
 */

static int compare_saved(gconstpointer a, gconstpointer b)
{
    const Saved *x = *(Saved *const *)a, *y = *(Saved *const *)b;
    return strcmp(x->stored->id, y->stored->id);
}

/* The rule's id is that of its path. */
static Json *with_id(Json *json, const char *id, Faults *faults)
{
    const char *own = id;
    Json *copy = NULL;
    if (json_get_string(json, "id", &own, faults, "rule") && strcmp(own, id) != 0)
        faults_add(faults, "rule.id",
                   "differs from the id in the path; accepted: the same, or none");
    if (json_object_deep_copy(json, &copy, NULL) == 0)
        json_object_object_add(copy, "id", json_object_new_string(id));
    return copy;
}

static gboolean refuse(const Faults *faults, GError **error)
{
    g_autofree char *text = g_strchomp(faults_dup_text(faults));
    g_autofree char *zh = g_strconcat("规则有错，没有保存：\n", text, NULL);
    wall_error_set_literal(error, WALL_ERROR_INVALID, text, zh);
    return FALSE;
}

gboolean rules_put(Rules *rules, const char *id, Json *json, const char *actor, GError **error)
{
    assert_control_thread();
    g_autoptr(Faults) faults = faults_new("body", 50);
    g_autoptr(Json) whole = with_id(json, id, faults);
    LinkageRule *rule = config_read_rule(rules->config, whole, faults);
    if (faults_count(faults) > 0) {
        linkage_rule_free(rule);
        return refuse(faults, error);
    }
    Saved *saved = find_saved(rules, id);
    if (!saved && rules->saved->len >= MAX_SAVED) {
        linkage_rule_free(rule);
        wall_error_set(error, WALL_ERROR_LIMIT, "%d rules are saved already: delete one first",
                       "已存了 %d 条规则，先删一条", MAX_SAVED);
        return FALSE;
    }
    if (saved)
        g_ptr_array_remove(rules->saved, saved);
    saved = g_new0(Saved, 1);
    saved->stored = stored_rule_new(id, rule->text, actor);
    saved->stored->changed_ms = clock_unix_ms();
    saved->rule = rule;
    g_ptr_array_add(rules->saved, saved);
    g_ptr_array_sort(rules->saved, compare_saved);
    if (rules->store)
        rule_store_put(rules->store, saved->stored, on_written, NULL);
    order_rules(rules);
    return TRUE;
}

gboolean rules_delete(Rules *rules, const char *id, GError **error)
{
    assert_control_thread();
    Saved *saved = find_saved(rules, id);
    if (!saved && find_of_file(rules, id)) {
        wall_error_set(error, WALL_ERROR_DENIED,
                       "rule '%s' comes from the configuration file: change it there",
                       "规则“%s”来自配置文件，请在文件里改", id);
        return FALSE;
    }
    if (!saved) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no saved rule '%s'", "没有保存的规则“%s”", id);
        return FALSE;
    }
    if (rules->store)
        rule_store_delete(rules->store, id, on_written, NULL);
    g_ptr_array_remove(rules->saved, saved);
    order_rules(rules);
    return TRUE;
}

/* --- what there is -----------------------------------------------------------------------------
 */

static Json *rule_json(const Rules *rules, const Saved *saved, const LinkageRule *of_file)
{
    const LinkageRule *rule = saved ? saved->rule : of_file;
    const char *text = saved ? saved->stored->json : of_file->text;
    Json *json = json_object_new_object();
    json_add_string(json, "id", saved ? saved->stored->id : of_file->id);
    json_add_string(json, "name", rule ? rule->name : "");
    json_add_string(json, "origin", saved ? "saved" : "file");
    json_add_bool(json, "replaces", saved && find_of_file(rules, saved->stored->id));
    json_add_bool(json, "in_force", rule != NULL);
    json_add_string(json, "fault", saved ? saved->fault : NULL);
    json_add_bool(json, "by_hand", rule && rule->by_hand);
    if (saved) {
        json_add_int(json, "changed_ms", saved->stored->changed_ms);
        json_add_string(json, "changed_by", saved->stored->changed_by);
    }
    json_add(json, "rule", json_parse(text, strlen(text), 0, JSON_STRICT, NULL));
    return json;
}

Json *rules_one_state(const Rules *rules, const char *id)
{
    const Saved *saved = find_saved(rules, id);
    const LinkageRule *of_file = find_of_file(rules, id);
    return saved || of_file ? rule_json(rules, saved, of_file) : NULL;
}

Json *rules_state(const Rules *rules)
{
    Json *state = json_object_new_object(), *list = json_object_new_array();
    for (guint i = 0; i < rules->config->n_rules; i++)
        json_object_array_add(list, rules_one_state(rules, rules->config->rules[i]->id));
    for (guint i = 0; i < rules->saved->len; i++) {
        const Saved *saved = g_ptr_array_index(rules->saved, i);
        if (!find_of_file(rules, saved->stored->id))
            json_object_array_add(list, rule_json(rules, saved, NULL));
    }
    json_add(state, "rules", list);
    return state;
}

void rules_save_all(Rules *rules)
{
    for (guint i = 0; rules->store && i < rules->saved->len; i++) {
        const Saved *saved = g_ptr_array_index(rules->saved, i);
        rule_store_put(rules->store, saved->stored, on_written, NULL);
    }
}

/* --- start, reload, stop -----------------------------------------------------------------------
 */

void rules_reload(Rules *rules, Config *config)
{
    Config *old = rules->config;
    rules->config = config_ref(config);
    for (guint i = 0; i < rules->saved->len; i++)
        check_saved(rules, g_ptr_array_index(rules->saved, i));
    order_rules(rules);
    if (old)
        config_unref(old);
}

Rules *rules_new(Config *config, Store *store, GError **error)
{
    Rules *rules = g_new0(Rules, 1);
    rules->store = store;
    rules->saved = g_ptr_array_new_with_free_func(free_saved);
    rules->in_force = g_ptr_array_new();
    g_autoptr(GPtrArray) stored =
        store ? rule_store_load(store, error) : g_ptr_array_new_with_free_func(NULL);
    if (!stored) {
        rules_free(rules);
        return NULL;
    }
    for (guint i = 0; i < stored->len; i++) {
        Saved *saved = g_new0(Saved, 1);
        saved->stored = g_steal_pointer(&stored->pdata[i]);
        g_ptr_array_add(rules->saved, saved);
    }
    rules_reload(rules, config);
    return rules;
}

void rules_free(Rules *rules)
{
    if (!rules)
        return;
    g_ptr_array_unref(rules->in_force);
    g_ptr_array_unref(rules->saved);
    if (rules->config)
        config_unref(rules->config);
    g_free(rules);
}
