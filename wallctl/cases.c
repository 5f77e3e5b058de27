/* cases.c - events in batches into the database, and what comes of them */
#include "wallctl/cases.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MAX_BATCH 2000
#define FULL_AT   20000 /* events that wait: nobody is read any more ... */
#define OPEN_AT   5000  /* ... until so many are left */
#define MAX_TOLD  50    /* cases of one batch that are told one by one */

/* Who waits for an event's fate. */
typedef struct {
    IntakeMessage *message; /* NULL: our own */
    char *source;           /* id; NULL: our own */
    CasesPut done;          /* of our own; may be NULL */
    gpointer user;
} Waiting;

typedef struct {
    Cases *cases;
    GArray *waiting; /* Waiting, one an event */
} Batch;

struct Cases {
    CasesEnv env;
    Config *config;
    CasePolicy *policy;
    Intake *intake;
    GPtrArray *events; /* that wait, with ... */
    GArray *waiting;   /* ... those who wait for them */
    guint flush;       /* idle source */
    gboolean is_writing, is_full;
    char *trouble;
    Batch *batch; /* in writing */
};

/* --- deadlines ---------------------------------------------------------------------------------
 */

static guint list_clocks(const Case *c, gint64 now_ms, Deadline out[DEADLINE_MAX], gpointer user)
{
    const Config *config = user;
    const DeadlinePolicy *policy = case_data_policy(config->words, config->cases.deadlines);
    return deadline_list(policy, c, config->words->calendar, now_ms, out);
}

static void unref_config(gpointer config)
{
    config_unref(config);
}

static CasePolicy *make_policy(Config *config)
{
    CaseRules rules = { config->cases.needs_revisit };
    return config->words ? case_policy_new(&rules, list_clocks, config_ref(config), unref_config)
                         : case_policy_new(&rules, NULL, NULL, NULL);
}

/* --- batches -----------------------------------------------------------------------------------
 */

static void clear_waiting(gpointer data)
{
    g_free(((Waiting *)data)->source);
}

static GArray *new_waiting(void)
{
    GArray *waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
    g_array_set_clear_func(waiting, clear_waiting);
    return waiting;
}

static GPtrArray *new_events(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
}

static void set_gate(Cases *cases)
{
    if (!cases->intake)
        return;
    cases->is_full =
        cases->events->len >= FULL_AT || (cases->is_full && cases->events->len > OPEN_AT);
    intake_set_gate(cases->intake, cases->trouble   ? INTAKE_CLOSED
                                   : cases->is_full ? INTAKE_FULL
                                                    : INTAKE_OPEN);
}

/* Nothing of it is stored. */
static void answer_all(GArray *waiting, GPtrArray *events, const char *reason)
{
    g_autoptr(GError) error = NULL;
    wall_error_set_literal(&error, WALL_ERROR_UNAVAILABLE, reason, NULL);
    for (guint i = 0; i < waiting->len; i++) {
        const Waiting *who = &g_array_index(waiting, Waiting, i);
        const Event *event = g_ptr_array_index(events, i);
        if (who->message)
            intake_reply(who->message, INTAKE_UNAVAILABLE, event->source, event->id, reason);
        if (who->done)
            who->done(NULL, error, who->user);
    }
}

static void on_taken(const TakenBatch *taken, const GError *error, gpointer user);

static gboolean on_flush(gpointer user)
{
    Cases *cases = user;
    cases->flush = 0;
    if (cases->is_writing || cases->events->len == 0)
        return G_SOURCE_REMOVE;
    GPtrArray *events = new_events();
    Batch *batch = g_new(Batch, 1);
    *batch = (Batch) { cases, new_waiting() };
    guint n = MIN(cases->events->len, MAX_BATCH);
    for (guint i = 0; i < n; i++) {
        g_ptr_array_add(events, g_steal_pointer(&cases->events->pdata[i]));
        Waiting *who = &g_array_index(cases->waiting, Waiting, i);
        g_array_append_val(batch->waiting, *who);
        who->source = NULL;
    }
    g_ptr_array_remove_range(cases->events, 0, n);
    g_array_remove_range(cases->waiting, 0, n);
    cases->is_writing = TRUE;
    cases->batch = batch;
    set_gate(cases);
    case_store_take(cases->env.store, events, cases->policy, on_taken, batch);
    return G_SOURCE_REMOVE;
}

static void flush_soon(Cases *cases)
{
    if (!cases->flush && !cases->is_writing)
        cases->flush = g_idle_add_full(G_PRIORITY_DEFAULT, on_flush, cases, NULL);
}

static void add(Cases *cases, Event *event, Waiting who)
{
    g_ptr_array_add(cases->events, event);
    g_array_append_val(cases->waiting, who);
    set_gate(cases);
    flush_soon(cases);
}

/* --- what comes of them ------------------------------------------------------------------------
 */

static IntakeResult result_of(TakenStatus status)
{
    switch (status) {
    case TAKEN_APPLIED:
        return INTAKE_APPLIED;
    case TAKEN_ANOMALY:
        return INTAKE_ANOMALY;
    case TAKEN_DUPLICATE:
        return INTAKE_DUPLICATE;
    case TAKEN_NOTED:
        return INTAKE_NOTED;
    default:
        return INTAKE_REFUSED;
    }
}

/* code -> TakenCase, borrowed from the batch. */
static GHashTable *cases_by_code(const TakenBatch *batch)
{
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < batch->cases->len; i++) {
        TakenCase *taken = g_ptr_array_index(batch->cases, i);
        const Case *c = taken->now ? taken->now : taken->before;
        g_hash_table_insert(table, c->code, taken);
    }
    return table;
}

static void tell_case(const Cases *cases, const TakenCase *taken)
{
    const Case *c = taken->now;
    Json *data = json_object_new_object();
    json_add_string(data, "case", c->code);
    json_add_string(data, "state", case_state_word(c->state));
    json_add_string(data, "category", fields_text(&c->fields, FIELD_CATEGORY));
    const char *region = fields_text(&c->fields, FIELD_REGION);
    const char *sensitivity = fields_text(&c->fields, FIELD_SENSITIVITY);
    g_autofree char *shown =
        region ? region_dup_shown(region, sensitivity_from_word(sensitivity)) : NULL;
    json_add_string(data, "region", shown);
    json_add_bool(data, "new", taken->before == NULL);
    if (taken->due_ms)
        json_add_int(data, "due_ms", taken->due_ms);
    json_add_int(data, "rev", taken->rev);
    cases->env.event("case.changed", data, cases->env.user);
}

static void tell_cases(const Cases *cases, const TakenBatch *batch)
{
    for (guint i = 0; i < batch->cases->len; i++) {
        const TakenCase *taken = g_ptr_array_index(batch->cases, i);
        if (taken->now)
            cases->env.changed(taken->now, cases->env.user);
    }
    for (guint i = 0; i < batch->cases->len && batch->cases->len <= MAX_TOLD; i++) {
        const TakenCase *taken = g_ptr_array_index(batch->cases, i);
        if (taken->now)
            tell_case(cases, taken);
    }
    if (batch->cases->len <= MAX_TOLD)
        return;
    Json *data = json_object_new_object();
    json_add_int(data, "n", batch->cases->len);
    cases->env.event("cases.changed", data, cases->env.user);
}

/* To all who make something of an event that is durable and fits. its: what it changed, or NULL. */
static void pass_on(const Cases *cases, const Event *event, const Waiting *who,
                    const TakenCase *its)
{
    director_take(cases->env.director, event, who->source ? who->source : "", its ? its->now : NULL,
                  its ? its->due_ms : 0);
    cases->env.taken(event, who->source == NULL, its ? its->now : NULL, cases->env.user);
}

static void settle(Cases *cases, const Batch *batch, const TakenBatch *taken)
{
    g_autoptr(GHashTable) by_code = cases_by_code(taken);
    for (guint i = 0; i < taken->events->len; i++) {
        const Event *event = g_ptr_array_index(taken->events, i);
        const Taken *fate = &g_array_index(taken->taken, Taken, i);
        const Waiting *who = &g_array_index(batch->waiting, Waiting, i);
        if (who->source)
            sources_taken(cases->env.sources, who->source, event, fate->status);
        if (who->message)
            intake_reply(who->message, result_of(fate->status), event->source, event->id,
                         fate->why);
        if (fate->status == TAKEN_APPLIED || fate->status == TAKEN_NOTED)
            pass_on(cases, event, who, g_hash_table_lookup(by_code, event->subject));
        if (who->done)
            who->done(fate, NULL, who->user);
    }
    tell_cases(cases, taken);
}

static void on_taken(const TakenBatch *taken, const GError *error, gpointer user)
{
    Batch *batch = user;
    Cases *cases = batch->cases;
    if (error) {
        log_error(INTAKE, "%u events are not taken: %s", batch->waiting->len, error->message);
        answer_all(batch->waiting, taken->events, "the database does not write");
    } else if (cases) {
        settle(cases, batch, taken);
    } else {
        answer_all(batch->waiting, taken->events, "the program is stopping");
    }
    g_array_unref(batch->waiting);
    g_free(batch);
    if (!cases)
        return;
    cases->batch = NULL;
    cases->is_writing = FALSE;
    set_gate(cases);
    if (cases->events->len > 0)
        flush_soon(cases);
}

/* --- public ------------------------------------------------------------------------------------
 */

void cases_receive(Cases *cases, IntakeMessage *message)
{
    assert_control_thread();
    g_autoptr(GError) error = NULL;
    const char *source = intake_message_source(message);
    Event *event = sources_read(cases->env.sources, source, intake_message_form(message),
                                intake_message_text(message), &error);
    if (event)
        add(cases, event, (Waiting) { .message = message, .source = g_strdup(source) });
    else
        intake_reply(message, INTAKE_REFUSED, NULL, NULL, error->message);
}

void cases_put(Cases *cases, Event *event)
{
    assert_control_thread();
    add(cases, event, (Waiting) { NULL });
}

void cases_put_then(Cases *cases, Event *event, CasesPut done, gpointer user)
{
    assert_control_thread();
    add(cases, event, (Waiting) { .done = done, .user = user });
}

CasePolicy *cases_policy(Cases *cases)
{
    return cases->policy;
}

Event *cases_event_new(EventType type, const char *id, const char *case_code)
{
    return event_new_own(type, id, case_code, clock_unix_ms());
}

void cases_set_intake(Cases *cases, Intake *intake)
{
    cases->intake = intake;
    set_gate(cases);
}

void cases_set_trouble(Cases *cases, const char *trouble)
{
    g_free(cases->trouble);
    cases->trouble = g_strdup(trouble);
    g_autofree char *text =
        trouble ? g_strdup_printf("%s：事件暂不接收，恢复后自动继续", trouble) : NULL;
    director_say(cases->env.director, "store", SEVERITY_ORANGE, text);
    set_gate(cases);
}

void cases_reload(Cases *cases, Config *config)
{
    assert_control_thread();
    config_ref(config);
    if (cases->config)
        config_unref(cases->config);
    cases->config = config;
    if (cases->policy)
        case_policy_unref(cases->policy);
    cases->policy = make_policy(config);
    if (config->words)
        case_store_due_all(cases->env.store, cases->policy, NULL, NULL);
}

Cases *cases_new(const CasesEnv *env, Config *config)
{
    Cases *cases = g_new0(Cases, 1);
    cases->env = *env;
    cases->events = new_events();
    cases->waiting = new_waiting();
    cases_reload(cases, config);
    return cases;
}

void cases_free(Cases *cases)
{
    if (!cases)
        return;
    g_clear_handle_id(&cases->flush, g_source_remove);
    answer_all(cases->waiting, cases->events, "the program is stopping");
    if (cases->batch)
        cases->batch->cases = NULL; /* its outcome is still on the way */
    g_array_unref(cases->waiting);
    g_ptr_array_unref(cases->events);
    case_policy_unref(cases->policy);
    config_unref(cases->config);
    g_free(cases->trouble);
    g_free(cases);
}
