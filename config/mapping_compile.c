/* mapping_compile.c - a mapping file, and those it extends, to a Mapping; all faults at once
 *
 * A file is compiled over the one that it extends: what it names replaces, and what protects (only,
 * refuse, drop_assert, set) is added, so that an extension can make the door narrower and never wider.
 */
#include "config/mapping_private.h"

#include "config/file.h"
#include "config/rule.h"

#include <string.h>

#define MAX_FILE_BYTES (1024 * 1024)
#define MAX_DEPTH      4
#define SUFFIX         ".json"

const MappingInfo *mapping_info(const Mapping *mapping)
{
    return &mapping->info;
}

Mapping *mapping_ref(Mapping *mapping)
{
    g_atomic_int_inc(&mapping->refs);
    return mapping;
}

static void condition_free(Condition *condition)
{
    g_free(condition->pointer);
    g_clear_pointer(&condition->words, g_hash_table_unref);
    g_free(condition);
}

static void when_clear(When *when)
{
    g_clear_pointer(&when->words, g_hash_table_unref);
}

static void set_rule_free(SetRule *rule)
{
    g_array_unref(rule->when);
    fields_clear(&rule->to);
    g_free(rule);
}

void mapping_unref(Mapping *mapping)
{
    if (!mapping || !g_atomic_int_dec_and_test(&mapping->refs))
        return;
    for (Target i = 1; i < N_TARGETS; i++)
        value_free(mapping->values[i]);
    g_ptr_array_unref(mapping->drop_assert);
    g_ptr_array_unref(mapping->only);
    g_ptr_array_unref(mapping->refuse);
    g_ptr_array_unref(mapping->sets);
    g_free(mapping->platform);
    g_free(mapping->name);
    g_free(mapping->about);
    g_free(mapping->sha256);
    g_free(mapping);
}

static Mapping *mapping_new(void)
{
    Mapping *mapping = g_new0(Mapping, 1);
    mapping->refs = 1;
    mapping->drop_assert = g_ptr_array_new_with_free_func(g_free);
    mapping->only = g_ptr_array_new_with_free_func((GDestroyNotify)condition_free);
    mapping->refuse = g_ptr_array_new_with_free_func((GDestroyNotify)condition_free);
    mapping->sets = g_ptr_array_new_with_free_func((GDestroyNotify)set_rule_free);
    mapping->about = g_strdup("");
    mapping->info.format = MAPPING_JSON;
    mapping->info.max_bytes = EVENT_MAX_BYTES;
    return mapping;
}

static char *find_file(const char *const *dirs, const char *folder, const char *file)
{
    for (guint i = 0; dirs[i]; i++) {
        g_autofree char *path = g_build_filename(dirs[i], folder, file, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&path);
    }
    return NULL;
}

char *mapping_find(const char *const *dirs, const char *name)
{
    g_autofree char *file = g_strconcat(name, SUFFIX, NULL);
    return find_file(dirs, "connectors", file);
}

char *compile_read(Compile *compile, const char *folder, const char *file, gsize *len,
                   const char *place)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    if (compile->beside && strcmp(folder, "connectors") == 0)
        path = find_file((const char *const[]) { compile->beside, NULL }, "", file);
    if (!path)
        path = find_file(compile->dirs, folder, file);
    if (!path) {
        faults_add(compile->faults, place, "there is no %s/%s", folder, file);
        return NULL;
    }
    char *text = file_read(path, MAX_FILE_BYTES, len, NULL, &error);
    if (text)
        g_checksum_update(compile->sum, (const guchar *)text, (gssize)*len);
    else
        faults_add(compile->faults, place, "%s", error->message);
    return text;
}

char *place_below(const char *place, const char *key)
{
    return *place ? g_strconcat(place, ".", key, NULL) : g_strdup(key);
}

static char *place_of_item(const char *prefix, const char *key, gsize index)
{
    g_autofree char *place = place_below(prefix, key);
    return g_strdup_printf("%s[%zu]", place, index);
}

/* --- members -----------------------------------------------------------------------------------
 */

static void take_text(Compile *c, Json *top, const char *key, const TextRule *rule, char **out,
                      const char *prefix)
{
    const char *text;
    g_autofree char *place = place_below(prefix, key);
    if (!json_get_string(top, key, &text, c->faults, prefix))
        return;
    if (!*text || !rule->fits(text))
        faults_add(c->faults, place, "is refused; accepted: %s", rule->accepted);
    g_free(*out);
    *out = g_strdup(text);
}

/* Each file says for itself what it is. */
static void compile_names(Compile *c, Mapping *mapping, Json *top, const char *prefix)
{
    static const char *const needed[] = { "platform", "name", "version" };
    gint64 version = 0;
    for (guint i = 0; i < G_N_ELEMENTS(needed); i++) {
        if (!json_object_object_get_ex(top, needed[i], NULL))
            faults_add(c->faults, prefix, "\"%s\" is missing", needed[i]);
    }
    take_text(c, top, "platform", &rule_id, &mapping->platform, prefix);
    take_text(c, top, "name", &rule_name, &mapping->name, prefix);
    json_get_int(top, "version", 1, 1000000, &version, c->faults, prefix);
    mapping->info.version = (guint)version;
    const char *about;
    if (json_get_string(top, "about", &about, c->faults, prefix)) {
        g_free(mapping->about);
        mapping->about = g_strdup(about);
    }
}

static void compile_accept(Compile *c, Mapping *mapping, Json *top, const char *prefix)
{
    static const char *const known[] = { "format", "max_bytes" };
    Json *accept;
    g_autofree char *place = place_below(prefix, "accept");
    if (!json_get_object(top, "accept", &accept, c->faults, prefix))
        return;
    json_refuse_unknown(accept, known, G_N_ELEMENTS(known), c->faults, place);
    const char *format = NULL;
    gint64 max_bytes = (gint64)mapping->info.max_bytes;
    if (json_get_string(accept, "format", &format, c->faults, place)) {
        mapping->info.format = strcmp(format, "csv") == 0 ? MAPPING_CSV : MAPPING_JSON;
        if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0)
            faults_add(c->faults, place, "\"format\" is refused; accepted: json, csv");
    }
    json_get_int(accept, "max_bytes", 256, EVENT_MAX_BYTES, &max_bytes, c->faults, place);
    mapping->info.max_bytes = (gsize)max_bytes;
}

static void compile_target(Compile *c, Mapping *mapping, Target target, Json *json,
                           const char *place)
{
    value_free(mapping->values[target]);
    mapping->values[target] = json ? value_compile(c, json, target, place) : NULL;
}

static void compile_attributes(Compile *c, Mapping *mapping, Json *top, const char *prefix)
{
    for (Target i = TARGET_ID; i < N_TARGETS; i++) {
        Json *json;
        g_autofree char *place = place_below(prefix, target_name(i));
        if (json_object_object_get_ex(top, target_name(i), &json))
            compile_target(c, mapping, i, json, place);
    }
}

static void list_fields(const char *names[FIELD_LAST])
{
    for (guint i = 1; i <= FIELD_LAST; i++)
        names[i - 1] = field_row((Field)i)->name;
}

/* The field, or 0 with a fault that names the nearest. */
static Field find_field(Compile *c, const char *name, const char *place)
{
    Field field = field_from_name(name);
    if (field)
        return field;
    const char *names[FIELD_LAST];
    list_fields(names);
    g_autoptr(Json) text = json_object_new_string(name);
    g_autofree char *shown = json_dup_shown(text);
    const char *near = nearest_name(name, names, FIELD_LAST);
    faults_add(c->faults, place, "there is no field %s; %s%s", shown,
               near ? "did you mean " : "accepted: those of docs/zh/对接教程.md", near ? near : "");
    return 0;
}

static void compile_fields(Compile *c, Mapping *mapping, Json *top, const char *prefix)
{
    Json *fields;
    g_autofree char *place = place_below(prefix, "fields");
    if (!json_get_object(top, "fields", &fields, c->faults, prefix))
        return;
    json_object_object_foreach (fields, name, json) {
        Field field = find_field(c, name, place);
        g_autofree char *at = place_below(place, name);
        if (field)
            compile_target(c, mapping, field, json, at);
    }
}

static void compile_drop_assert(Compile *c, Mapping *mapping, Json *top, const char *prefix)
{
    Json *list;
    if (!json_get_array(top, "drop_assert", &list, c->faults, prefix))
        return;
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i);
        const char *text =
            json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";
        const char *fault = pointer_fault(text);
        g_autofree char *place = place_of_item(prefix, "drop_assert", i);
        if (fault)
            faults_add(c->faults, place, "%s", fault);
        else
            g_ptr_array_add(mapping->drop_assert, g_strdup(text));
    }
}

static void compile_conditions(Compile *c, GPtrArray *out, Json *top, const char *key,
                               const char *prefix)
{
    static const char *const known[] = { "at", "is" };
    Json *list;
    if (!json_get_array(top, key, &list, c->faults, prefix))
        return;
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i);
        g_autofree char *place = place_of_item(prefix, key, i);
        const char *at = "";
        if (!json_object_is_type(item, json_type_object)) {
            faults_add(c->faults, place,
                       "is not {\"at\": POINTER} or {\"at\": POINTER, \"is\": [WORD ...]}");
            continue;
        }
        json_refuse_unknown(item, known, G_N_ELEMENTS(known), c->faults, place);
        json_get_string(item, "at", &at, c->faults, place);
        const char *fault = pointer_fault(at);
        if (fault)
            faults_add(c->faults, place, "\"at\" %s", fault);
        Condition *condition = g_new0(Condition, 1);
        condition->pointer = g_strdup(at);
        condition->words = words_of_array(item, "is", place, c->faults);
        g_ptr_array_add(out, condition);
    }
}

/* --- set ---------------------------------------------------------------------------------------
 */

static gboolean can_be_asked(Field field)
{
    FieldKind kind = field_row(field)->kind;
    return kind != KIND_TIME && kind != KIND_FIXED;
}

static void compile_when(Compile *c, SetRule *rule, Json *when, const char *place)
{
    json_object_object_foreach (when, name, words) {
        Field field = find_field(c, name, place);
        g_autofree char *at = place_below(place, name);
        if (!field)
            continue;
        if (!can_be_asked(field))
            faults_add(c->faults, at, "times and decimals are not compared with words");
        gsize n = json_object_is_type(words, json_type_array) ? json_object_array_length(words) : 0;
        for (gsize i = 0; i < n; i++)
            word_check(field, json_object_array_get_idx(words, i), at, c->faults);
        When item = { field, words_of_array(when, name, place, c->faults) };
        g_array_append_val(rule->when, item);
    }
    if (json_object_object_length(when) == 0)
        faults_add(c->faults, place, "names no field");
}

static void compile_to(Compile *c, SetRule *rule, Json *to, const char *place)
{
    g_autoptr(Event) event = event_new();
    json_object_object_foreach (to, name, word) {
        Field field = find_field(c, name, place);
        g_autofree char *at = place_below(place, name);
        if (!field)
            continue;
        if (!word)
            rule->taken_out |= G_GUINT64_CONSTANT(1) << field;
        else if (!target_take(event, field, word))
            word_check(field, word, at, c->faults);
    }
    fields_copy(&rule->to, &event->fields);
    if (json_object_object_length(to) == 0)
        faults_add(c->faults, place, "names no field");
}

static void compile_set(Compile *c, Mapping *mapping, Json *top, const char *prefix)
{
    static const char *const known[] = { "when", "set" };
    Json *list;
    if (!json_get_array(top, "set", &list, c->faults, prefix))
        return;
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i), *when = NULL, *to = NULL;
        g_autofree char *place = place_of_item(prefix, "set", i);
        if (!json_object_is_type(item, json_type_object)) {
            faults_add(c->faults, place, "is not {\"when\": {...}, \"set\": {...}}");
            continue;
        }
        json_refuse_unknown(item, known, G_N_ELEMENTS(known), c->faults, place);
        json_get_object(item, "when", &when, c->faults, place);
        json_get_object(item, "set", &to, c->faults, place);
        if (!when || !to) {
            faults_add(c->faults, place, "needs \"when\" and \"set\"");
            continue;
        }
        SetRule *rule = g_new0(SetRule, 1);
        rule->when = g_array_new(FALSE, TRUE, sizeof(When));
        g_array_set_clear_func(rule->when, (GDestroyNotify)when_clear);
        g_ptr_array_add(mapping->sets, rule);
        g_autofree char *at_when = place_below(place, "when");
        g_autofree char *at_set = place_below(place, "set");
        compile_when(c, rule, when, at_when);
        compile_to(c, rule, to, at_set);
    }
}

/* --- the file ----------------------------------------------------------------------------------
 */

static void compile_text(Compile *c, Mapping *mapping, const char *text, gsize len,
                         const char *prefix);

static gboolean is_in_chain(const Compile *c, const char *name)
{
    for (guint i = 0; i < c->chain->len; i++) {
        if (strcmp(c->chain->pdata[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

static void compile_extends(Compile *c, Mapping *mapping, Json *top, const char *prefix)
{
    const char *name;
    g_autofree char *place = place_below(prefix, "extends");
    if (!json_get_string(top, "extends", &name, c->faults, prefix))
        return;
    if (!c->dirs || !*name || !rule_id.fits(name)) {
        faults_add(c->faults, place, "is not the name of a mapping file (%s)",
                   c->dirs ? rule_id.accepted : "none, this text is no file");
    } else if (is_in_chain(c, name)) {
        faults_add(c->faults, place, "\"%s\" extends this file already: a circle", name);
    } else if (c->chain->len > MAX_DEPTH) {
        faults_add(c->faults, place, "is too deep; accepted: %d files that extend each other",
                   MAX_DEPTH);
    } else {
        gsize len = 0;
        g_autofree char *file = g_strconcat(name, SUFFIX, NULL);
        g_autofree char *text = compile_read(c, "connectors", file, &len, place);
        g_ptr_array_add(c->chain, g_strdup(name));
        if (text)
            compile_text(c, mapping, text, len, file);
    }
}

static void refuse_keys(Compile *c, Json *top, const char *prefix)
{
    static const char *const names[] = { "platform", "name",   "version",    "about",
                                         "extends",  "accept", "fields",     "only",
                                         "refuse",   "set",    "drop_assert" };
    const char *known[G_N_ELEMENTS(names) + N_TARGETS - TARGET_ID];
    guint n = 0;
    for (; n < G_N_ELEMENTS(names); n++)
        known[n] = names[n];
    for (Target i = TARGET_ID; i < N_TARGETS; i++)
        known[n++] = target_name(i);
    json_refuse_unknown(top, known, n, c->faults, prefix);
}

static void compile_text(Compile *c, Mapping *mapping, const char *text, gsize len,
                         const char *prefix)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) top = json_parse(text, len, MAX_FILE_BYTES, JSON_COMMENTS, &error);
    if (!json_object_is_type(top, json_type_object)) {
        faults_add(c->faults, prefix, "%s", error ? error->message : "is not an object {...}");
        return;
    }
    refuse_keys(c, top, prefix);
    compile_extends(c, mapping, top, prefix);
    compile_names(c, mapping, top, prefix);
    compile_accept(c, mapping, top, prefix);
    compile_attributes(c, mapping, top, prefix);
    compile_fields(c, mapping, top, prefix);
    compile_drop_assert(c, mapping, top, prefix);
    compile_conditions(c, mapping->only, top, "only", prefix);
    compile_conditions(c, mapping->refuse, top, "refuse", prefix);
    compile_set(c, mapping, top, prefix);
}

/* No value may read what drop_assert names: of the whole, with what is extended. */
static void check_drop_assert(Compile *c, const Mapping *mapping)
{
    g_autoptr(GPtrArray) pointers = g_ptr_array_new();
    for (Target i = 1; i < N_TARGETS; i++) {
        g_ptr_array_set_size(pointers, 0);
        if (mapping->values[i])
            value_list_pointers(mapping->values[i], pointers);
        for (guint k = 0; k < pointers->len; k++) {
            for (guint n = 0; n < mapping->drop_assert->len; n++) {
                const char *asserted = mapping->drop_assert->pdata[n];
                if (pointer_is_below(pointers->pdata[k], asserted))
                    faults_add(c->faults, mapping->values[i]->place,
                               "reads %s, which drop_assert forbids (%s)",
                               (char *)pointers->pdata[k], asserted);
            }
        }
    }
}

/* name: of the file, so that a circle is seen; "" for a text. */
static Mapping *compile(const char *text, gsize len, const char *const *dirs, const char *beside,
                        const char *name, Faults *faults)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GHashTable) tables =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    g_autoptr(GPtrArray) chain = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(chain, g_strdup(name));
    Compile c = { dirs, beside, sum, tables, chain, faults };
    guint before = faults_count(faults);
    g_autoptr(Mapping) mapping = mapping_new();
    g_checksum_update(sum, (const guchar *)text, (gssize)len);
    compile_text(&c, mapping, text, len, "");
    check_drop_assert(&c, mapping);
    if (faults_count(faults) > before)
        return NULL;
    mapping->sha256 = g_strdup(g_checksum_get_string(sum));
    mapping->info.platform = mapping->platform;
    mapping->info.name = mapping->name;
    mapping->info.about = mapping->about;
    mapping->info.sha256 = mapping->sha256;
    return g_steal_pointer(&mapping);
}

Mapping *mapping_compile(const char *text, gsize len, const char *const *dirs, Faults *faults)
{
    return compile(text, len, dirs, NULL, "", faults);
}

Mapping *mapping_load_in(const char *path, const char *const *dirs, Faults *faults)
{
    gsize len;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = file_read(path, MAX_FILE_BYTES, &len, NULL, &error);
    if (!text) {
        faults_add(faults, "", "%s", error->message);
        return NULL;
    }
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    if (g_str_has_suffix(name, SUFFIX))
        name[strlen(name) - strlen(SUFFIX)] = 0;
    g_autofree char *own = g_build_filename(folder, "..", NULL);
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_ptr_array_add(all, own);
    for (guint i = 0; dirs && dirs[i]; i++)
        g_ptr_array_add(all, (char *)dirs[i]);
    g_ptr_array_add(all, NULL);
    return compile(text, len, (const char *const *)all->pdata, folder, name, faults);
}

Mapping *mapping_load(const char *path, Faults *faults)
{
    return mapping_load_in(path, NULL, faults);
}
