/* sources.c - where events come from */
#include "wallctl/sources.h"

#include "config/source_claim.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/privacy.h"
#include "wallctl/store/alarm_store.h"

#include <string.h>

#define LOOK_MS 1000
#define SAVE_MS 5000

#define MAX_NAMED 3 /* silent sources in one line on the wall */

typedef struct {
    char *id;
    gint64 heard_ms;   /* our clock; 0: never */
    gint64 started_ms; /* since when we wait for it */
    gint64 lag_ms;     /* of the newest event: its time until it came */
    guint64 n_ok, n_duplicate, n_anomaly;
    GHashTable *refused; /* word -> count */
    char *cursor;
    gboolean is_silent, is_unsaved;
} SourceRun;

struct Sources {
    SourcesEnv env;
    Config *config;
    GPtrArray *runs; /* SourceRun, one a source of the configuration */
    guint timer;
    gint64 saved_ms;
    LogPacer pacer, claim_pacer;
};

static void free_run(gpointer data)
{
    SourceRun *run = data;
    g_hash_table_unref(run->refused);
    g_free(run->cursor);
    g_free(run->id);
    g_free(run);
}

static SourceRun *find_run(const Sources *sources, const char *id)
{
    for (guint i = 0; id && i < sources->runs->len; i++) {
        SourceRun *run = g_ptr_array_index(sources->runs, i);
        if (strcmp(run->id, id) == 0)
            return run;
    }
    return NULL;
}

static const SourceConfig *find_config(const Sources *sources, const char *id)
{
    for (guint i = 0; i < sources->config->n_sources; i++) {
        if (strcmp(sources->config->sources[i].id, id) == 0)
            return &sources->config->sources[i];
    }
    return NULL;
}

const char *sources_of_token(Sources *sources, const char *token)
{
    g_autoptr(Secret) given = secret_new(token, strlen(token));
    const char *found = NULL;
    for (guint i = 0; i < sources->config->n_sources; i++) {
        const SourceConfig *source = &sources->config->sources[i];
        const Credential *credential =
            source->token ? credentials_find(sources->config->credentials, source->token) : NULL;
        if (credential && secret_equal(credential->password, given))
            found = source->id; /* no early end: the time must not tell which one fits */
    }
    return found;
}

/* --- reading -----------------------------------------------------------------------------------
 */

/* A number of an event or a case has a digit or a letter of ours; a bare name has not. */
static gboolean is_number(const char *key)
{
    gboolean has_any = *key == 0;
    for (const char *c = key; *c; c++)
        has_any = has_any || g_ascii_isalnum(*c);
    return has_any;
}

/* The door for events that come in our own form: what a mapping does for the others. */
static gboolean check_texts(Event *event, GError **error)
{
    const char *keys[] = { event->id, event->source, event->subject, event->sequence,
                           event->correlation };
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (!is_number(keys[i]) || privacy_finds(keys[i])) {
            g_set_error(error, EVENT_ERROR, REFUSED_PRIVACY,
                        "an attribute holds what points at a person");
            return FALSE;
        }
    }
    for (guint field = 1; field <= FIELD_LAST; field++) {
        FieldKind kind = field_row((Field)field)->kind;
        const char *text = kind == KIND_TEXT || kind == KIND_CODE
                               ? fields_text(&event->fields, (Field)field)
                               : NULL;
        if (!text || !privacy_finds(text))
            continue;
        if (field == FIELD_NOTE) {
            g_autofree char *clean = privacy_redact(text, NULL);
            if (fields_set_text(&event->fields, FIELD_NOTE, clean, NULL))
                continue;
        }
        g_set_error(error, EVENT_ERROR, REFUSED_PRIVACY, "data.%s holds what points at a person",
                    field_row((Field)field)->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean check_words(const Sources *sources, Event *event, GError **error)
{
    const CaseData *words = sources->config->words;
    const char *code = fields_text(&event->fields, FIELD_CATEGORY);
    const char *region = fields_text(&event->fields, FIELD_REGION);
    if (!words)
        return TRUE;
    const Category *category = code ? category_find(words->categories, code) : NULL;
    if (code && !category) {
        g_set_error(error, EVENT_ERROR, REFUSED_FIELD,
                    "data.category is refused; accepted: the codes of data/categories.csv");
        return FALSE;
    }
    if (category && category->is_refused) {
        g_set_error(error, EVENT_ERROR, REFUSED_CLASSIFICATION,
                    "events of this category do not come in");
        return FALSE;
    }
    if (region && !region_around(words->regions, region)) {
        g_set_error(error, EVENT_ERROR, REFUSED_REGION,
                    "data.region is refused; accepted: a code inside the regions of this site");
        return FALSE;
    }
    Sensitivity own = sensitivity_from_word(fields_text(&event->fields, FIELD_SENSITIVITY));
    Sensitivity strict = category ? sensitivity_stricter(category->sensitivity, own) : own;
    if (strict && strict != own && strict != SENSITIVITY_NORMAL)
        fields_set_text(&event->fields, FIELD_SENSITIVITY, sensitivity_word(strict), NULL);
    return TRUE;
}

static Event *map_record(const Sources *sources, const SourceConfig *source, Json *record,
                         const Event *envelope, gint64 now_ms, GError **error)
{
    const CaseData *words = sources->config->words;
    MappingContext context = { .now_ms = now_ms,
                               .zone_minutes = CALENDAR_OFFSET_MIN,
                               .source = source->uri,
                               .regions = words ? words->regions : NULL,
                               .site_region = sources->config->cases.region,
                               .categories = words ? words->categories : NULL };
    return mapping_apply(source->mapping, record, envelope, &context, NULL, error);
}

/* Nobody is to speak, or to be taken, for us or for another platform. The value is not repeated. */
static gboolean check_source(Sources *sources, const SourceConfig *source, const Event *event,
                             GError **error)
{
    g_autofree char *ours = g_strdup_printf("/%s" EVENT_OWN_SOURCE, sources->config->cases.region);
    const SourceConfig *claimant;
    if (strcmp(event->source, EVENT_OWN_SOURCE) == 0 || strcmp(event->source, ours) == 0) {
        g_set_error(error, EVENT_ERROR, REFUSED_SOURCE,
                    "\"source\" is refused: it is our own (source 属性是本系统自己的)");
        return FALSE;
    }
    if (source_may_use(sources->config, source, event->source, &claimant))
        return TRUE;
    guint held;
    if (log_pacer_pass(&sources->claim_pacer, 10000, &held))
        log_warning(INTAKE, "%s: sends under a \"source\" that %s%s (%u more since the last line)",
                    source->id,
                    claimant ? "belongs to " : "is neither its uri nor in its speaks_for",
                    claimant ? claimant->id : "", held);
    g_set_error(error, EVENT_ERROR, REFUSED_SOURCE, "\"source\" is refused: %s",
                claimant ? "it is another platform's (source 属性是别的来源的)"
                         : "this source may not use it (本来源不能用这个 source 属性)");
    return FALSE;
}

static Event *read_canonical(Json *json, gint64 now_ms, GError **error)
{
    g_autoptr(Event) event = event_from_json(json, now_ms, NULL, error);
    return event && check_texts(event, error) ? g_steal_pointer(&event) : NULL;
}

/* Beats come in our own form from everybody. */
static Event *read_envelope(const Sources *sources, const SourceConfig *source, Json *json,
                            gint64 now_ms, GError **error)
{
    const char *type = NULL;
    g_autoptr(Event) envelope = event_new();
    if (!source->mapping)
        return read_canonical(json, now_ms, error);
    if (!event_read_envelope(envelope, json, now_ms, &type, error))
        return NULL;
    if (strcmp(type, "org.wallctl.source.beat.v1") == 0)
        return read_canonical(json, now_ms, error);
    Json *data = NULL;
    if (!json_object_object_get_ex(json, "data", &data) ||
        !json_object_is_type(data, json_type_object)) {
        g_set_error(error, EVENT_ERROR, REFUSED_MALFORMED, "\"data\" is not a JSON object");
        return NULL;
    }
    return map_record(sources, source, data, envelope, now_ms, error);
}

static Event *read_text(const Sources *sources, const SourceConfig *source, IntakeForm form,
                        GBytes *text, GError **error)
{
    gsize len;
    const char *bytes = g_bytes_get_data(text, &len);
    g_autoptr(GError) cause = NULL;
    g_autoptr(Json) json =
        json_parse(bytes ? bytes : "", len, INTAKE_MAX_BYTES, JSON_STRICT, &cause);
    gint64 now_ms = clock_unix_ms();
    if (!json) {
        gboolean is_large = g_error_matches(cause, WALL_ERROR, WALL_ERROR_LIMIT);
        g_set_error(error, EVENT_ERROR, is_large ? REFUSED_TOO_LARGE : REFUSED_MALFORMED, "%s",
                    is_large ? "the event is larger than 64 KiB" : "the text is no JSON");
        return NULL;
    }
    if (form == INTAKE_ENVELOPE)
        return read_envelope(sources, source, json, now_ms, error);
    if (source->mapping)
        return map_record(sources, source, json, NULL, now_ms, error);
    g_set_error(error, EVENT_ERROR, REFUSED_UNMAPPED,
                "this source has no mapping: send CloudEvents in the canonical form");
    return NULL;
}

Event *sources_read(Sources *sources, const char *id, IntakeForm form, GBytes *text, GError **error)
{
    assert_control_thread();
    const SourceConfig *source = find_config(sources, id);
    SourceRun *run = find_run(sources, id);
    if (!source || !run) {
        g_set_error(error, EVENT_ERROR, REFUSED_UNMAPPED, "this source is not configured any more");
        return NULL;
    }
    run->heard_ms = clock_unix_ms();
    run->is_unsaved = TRUE;
    g_autoptr(GError) cause = NULL;
    g_autoptr(Event) event = read_text(sources, source, form, text, &cause);
    if (event && check_source(sources, source, event, &cause) &&
        check_words(sources, event, &cause))
        return g_steal_pointer(&event);
    sources_refused(sources, id, refused_word(cause->code));
    g_propagate_error(error, g_steal_pointer(&cause));
    return NULL;
}

/* --- counting ----------------------------------------------------------------------------------
 */

void sources_refused(Sources *sources, const char *id, const char *word)
{
    SourceRun *run = find_run(sources, id);
    guint held;
    if (log_pacer_pass(&sources->pacer, 10000, &held))
        log_warning(INTAKE, "%s: refused: %s (%u more since the last line)", id ? id : "unknown",
                    word, held);
    if (!run)
        return;
    gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(run->refused, word));
    g_hash_table_replace(run->refused, g_strdup(word), GSIZE_TO_POINTER(n + 1));
    run->is_unsaved = TRUE;
}

void sources_taken(Sources *sources, const char *id, const Event *event, TakenStatus status)
{
    SourceRun *run = find_run(sources, id);
    if (!run)
        return;
    run->is_unsaved = TRUE;
    run->lag_ms = MAX(clock_unix_ms() - event->time_ms, 0);
    run->n_ok += status == TAKEN_APPLIED || status == TAKEN_NOTED;
    run->n_duplicate += status == TAKEN_DUPLICATE;
    run->n_anomaly += status == TAKEN_ANOMALY;
    if (status == TAKEN_CONFLICT)
        sources_refused(sources, id, "conflict");
    if (*event->sequence && strcmp(event->sequence, run->cursor) > 0) {
        g_free(run->cursor);
        run->cursor = g_strdup(event->sequence);
    }
}

const char *sources_cursor(Sources *sources, const char *id)
{
    const SourceRun *run = find_run(sources, id);
    return run ? run->cursor : "";
}

static Json *refused_json(const SourceRun *run)
{
    Json *json = json_object_new_object();
    GHashTableIter iter;
    gpointer word, n;
    g_hash_table_iter_init(&iter, run->refused);
    while (g_hash_table_iter_next(&iter, &word, &n))
        json_add_int(json, word, (gint64)GPOINTER_TO_SIZE(n));
    return json;
}

Json *sources_state(Sources *sources)
{
    static const char *const transports[] = { "", "connect", "dial", "folder" };
    Json *list = json_object_new_array();
    for (guint i = 0; i < sources->runs->len; i++) {
        const SourceRun *run = g_ptr_array_index(sources->runs, i);
        const SourceConfig *source = find_config(sources, run->id);
        Json *item = json_object_new_object();
        json_add_string(item, "id", run->id);
        json_add_string(item, "name", source->name);
        json_add_string(item, "mapping", source->mapping_name);
        json_add_string(item, "transport", transports[source->transport]);
        json_add_string(item, "state",
                        run->is_silent  ? "silent"
                        : run->heard_ms ? "heard"
                                        : "waiting");
        if (run->heard_ms) {
            json_add_int(item, "last_ms", run->heard_ms);
            json_add_int(item, "lag_ms", run->lag_ms);
        }
        json_add_int(item, "ok", (gint64)run->n_ok);
        json_add_int(item, "duplicate", (gint64)run->n_duplicate);
        json_add_int(item, "anomaly", (gint64)run->n_anomaly);
        json_add(item, "refused", refused_json(run));
        json_object_array_add(list, item);
    }
    return list;
}

/* --- time --------------------------------------------------------------------------------------
 */

static char *dup_clock(gint64 ms)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(ms / 1000);
    return g_date_time_format(time, "%H:%M");
}

/* Since when nothing has come, as far as we know: before our start nobody listened. */
static gint64 quiet_since_ms(const SourceRun *run)
{
    return MAX(run->heard_ms, run->started_ms);
}

/* One line for all that are silent: when the network fails, all of them are. */
static void say_silent(const Sources *sources)
{
    g_autoptr(GString) names = g_string_new(NULL);
    g_autofree char *text = NULL;
    guint n = 0;
    for (guint i = 0; i < sources->runs->len; i++) {
        const SourceRun *run = g_ptr_array_index(sources->runs, i);
        if (!run->is_silent || ++n > MAX_NAMED)
            continue;
        g_autofree char *since = dup_clock(quiet_since_ms(run));
        g_string_append_printf(names, "%s“%s”自 %s", n > 1 ? "、" : "",
                               find_config(sources, run->id)->name, since);
    }
    if (n > MAX_NAMED)
        text = g_strdup_printf("来源%s 等 %u 个没有消息", names->str, n);
    else if (n > 0)
        text = g_strdup_printf("来源%s 起没有消息", names->str);
    sources->env.say("sources", text, sources->env.user);
}

static void look(const Sources *sources, SourceRun *run, gint64 now_ms, gboolean *is_changed)
{
    const SourceConfig *source = find_config(sources, run->id);
    gint64 quiet_ms = now_ms - quiet_since_ms(run);
    gboolean is_silent = source->silent_s && quiet_ms > (gint64)source->silent_s * 1000;
    if (is_silent == run->is_silent)
        return;
    run->is_silent = is_silent;
    *is_changed = TRUE;
    if (is_silent)
        log_warning(INTAKE, "%s: nothing heard for %u s", run->id, source->silent_s);
    else
        log_info(INTAKE, "%s: heard again", run->id);
    Json *data = json_object_new_object();
    json_add_string(data, "id", run->id);
    json_add_bool(data, "silent", is_silent);
    sources->env.event("source.state", data, sources->env.user);
}

static void save(Sources *sources, SourceRun *run)
{
    const SourceConfig *source = find_config(sources, run->id);
    SourceHealth *health = source_health_new(run->id);
    char **texts[] = { &health->platform, &health->mapping_sha256, &health->cursor,
                       &health->refused };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*texts[i]);
    g_autoptr(Json) refused = refused_json(run);
    health->platform = g_strdup(source->mapping_name ? source->mapping_name : "");
    health->mapping_sha256 = g_strdup(source->mapping ? mapping_info(source->mapping)->sha256 : "");
    health->cursor = g_strdup(run->cursor);
    health->refused = json_dup_text(refused);
    health->last_seen_ms = run->heard_ms;
    health->lag_ms = run->lag_ms;
    health->n_ok = (gint64)run->n_ok;
    source_store_put(sources->env.store, health, NULL, NULL);
    source_health_free(health);
    run->is_unsaved = FALSE;
}

static gboolean on_timer(gpointer user)
{
    Sources *sources = user;
    gint64 now_ms = clock_unix_ms();
    gboolean is_time = now_ms - sources->saved_ms >= SAVE_MS || now_ms < sources->saved_ms;
    gboolean is_changed = FALSE;
    for (guint i = 0; i < sources->runs->len; i++) {
        SourceRun *run = g_ptr_array_index(sources->runs, i);
        look(sources, run, now_ms, &is_changed);
        if (is_time && run->is_unsaved && sources->env.store)
            save(sources, run);
    }
    if (is_changed)
        say_silent(sources);
    if (is_time)
        sources->saved_ms = now_ms;
    return G_SOURCE_CONTINUE;
}

/* --- start, reload, stop -----------------------------------------------------------------------
 */

static SourceRun *new_run(const char *id)
{
    SourceRun *run = g_new0(SourceRun, 1);
    run->id = g_strdup(id);
    run->cursor = g_strdup("");
    run->started_ms = clock_unix_ms();
    run->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return run;
}

void sources_reload(Sources *sources, Config *config)
{
    assert_control_thread();
    config_ref(config);
    if (sources->config)
        config_unref(sources->config);
    sources->config = config;
    for (guint i = sources->runs->len; i > 0; i--) {
        const SourceRun *run = g_ptr_array_index(sources->runs, i - 1);
        if (!find_config(sources, run->id))
            g_ptr_array_remove_index(sources->runs, i - 1);
    }
    for (guint i = 0; i < config->n_sources; i++) {
        if (!find_run(sources, config->sources[i].id))
            g_ptr_array_add(sources->runs, new_run(config->sources[i].id));
    }
    say_silent(sources); /* names may have changed */
}

static void restore_refused(SourceRun *run, const char *text)
{
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, NULL);
    struct json_object_iter reason;
    if (!json_object_is_type(json, json_type_object))
        return;
    json_object_object_foreachC (json, reason)
        g_hash_table_replace(run->refused, g_strdup(reason.key),
                             GSIZE_TO_POINTER((gsize)json_object_get_int64(reason.val)));
}

static gboolean load(Sources *sources, GError **error)
{
    g_autoptr(GPtrArray) stored =
        sources->env.store ? source_store_load(sources->env.store, error) : g_ptr_array_new();
    if (!stored)
        return FALSE;
    for (guint i = 0; i < stored->len; i++) {
        const SourceHealth *health = g_ptr_array_index(stored, i);
        SourceRun *run = find_run(sources, health->id);
        if (!run)
            continue;
        run->heard_ms = health->last_seen_ms;
        run->lag_ms = health->lag_ms;
        run->n_ok = (guint64)health->n_ok;
        restore_refused(run, health->refused);
        g_free(run->cursor);
        run->cursor = g_strdup(health->cursor);
    }
    return TRUE;
}

Sources *sources_new(const SourcesEnv *env, Config *config, GError **error)
{
    Sources *sources = g_new0(Sources, 1);
    sources->env = *env;
    sources->runs = g_ptr_array_new_with_free_func(free_run);
    sources_reload(sources, config);
    if (!load(sources, error)) {
        sources_free(sources);
        return NULL;
    }
    sources->timer = g_timeout_add(LOOK_MS, on_timer, sources);
    return sources;
}

void sources_free(Sources *sources)
{
    if (!sources)
        return;
    g_clear_handle_id(&sources->timer, g_source_remove);
    for (guint i = 0; sources->env.store && i < sources->runs->len; i++) {
        SourceRun *run = g_ptr_array_index(sources->runs, i);
        if (run->is_unsaved)
            save(sources, run);
    }
    g_ptr_array_unref(sources->runs);
    config_unref(sources->config);
    g_free(sources);
}
