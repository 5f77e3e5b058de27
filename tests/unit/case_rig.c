/* case_rig.c - random events and a store that takes them */
#include "case_rig.h"

#include "../support/remove_tree.h"
#include "../support/wait_until.h"
#include "wallctl/base/post.h"
#include "wallctl/store/sql.h"

Event *rig_event(EventType type, const char *code, gint64 time_ms, const char *id)
{
    Event *event = event_new();
    event->type = type;
    event->time_ms = time_ms;
    g_free(event->source);
    g_free(event->id);
    g_free(event->subject);
    event->source = g_strdup("/530402/yunzongzhi");
    event->id = g_strdup(id);
    event->subject = g_strdup(code);
    return event;
}

void rig_text(Event *event, Field field, const char *text)
{
    g_autoptr(GError) error = NULL;
    fields_set_text(&event->fields, field, text, &error);
    g_assert_no_error(error);
}

void rig_number(Event *event, Field field, gint64 number)
{
    g_autoptr(GError) error = NULL;
    fields_set_number(&event->fields, field, number, &error);
    g_assert_no_error(error);
}

const char *rig_pick(GRand *rand, const char *const *words, guint n)
{
    return words[g_rand_int_range(rand, 0, (gint32)n)];
}

static const char *const rig_regions[] = { "530402001001", "530402001002", "530402005003", "530402",
                                           "441502007009" };
const char *const rig_categories[] = { "family",  "neighbour", "housing", "contract",
                                       "labour",  "medical",   "traffic", "property",
                                       "consume", "land",      "other" };
const char *const rig_levels[] = { "extra", "major", "larger", "general" };
const char *const rig_risks[] = { "high", "mid", "low" };
static const char *const rig_channels[] = { "counter", "hotline", "grid", "police" };

Event *rig_random_event(GRand *rand, guint n_cases, guint number)
{
    static const EventType others[] = { EVENT_CLUE_REPORTED, EVENT_STAT_SNAPSHOT,
                                        EVENT_ORDER_ISSUED, EVENT_WHISTLE_ARRIVED,
                                        EVENT_CAMERA_OFFLINE };
    static const char *const outcomes[] = { "settled", "failed" };
    static const char *const kinds[] = { "normal", "family", "minor", "dv", "health", "labour" };
    EventType type = (EventType)g_rand_int_range(rand, 1, EVENT_CASE_LAST + 1);
    if (g_rand_int_range(rand, 0, 4) == 0)
        type = EVENT_CASE_REPORTED;
    if (g_rand_int_range(rand, 0, 10) == 0)
        type = others[g_rand_int_range(rand, 0, G_N_ELEMENTS(others))];
    g_autofree char *code = g_strdup_printf("HT%d", g_rand_int_range(rand, 0, (gint32)n_cases));
    g_autofree char *id = g_strdup_printf("e%u", number);
    gint64 time_ms = RIG_DAY_0 + g_rand_int_range(rand, 0, 40) * G_GINT64_CONSTANT(7200000);
    Event *event = rig_event(type, code, time_ms, id);
    event->classification = (DataClass)g_rand_int_range(rand, CLASS_PUBLIC, CLASS_CONFIDENTIAL + 1);
    event->severity = (guint)g_rand_int_range(rand, 0, 25);
    if (g_rand_boolean(rand)) {
        g_free(event->sequence);
        event->sequence = g_strdup_printf("%03d", g_rand_int_range(rand, 0, 1000));
    }
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_REGION, RIG_PICK(rand, rig_regions));
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_CATEGORY, RIG_PICK(rand, rig_categories));
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_SENSITIVITY, RIG_PICK(rand, kinds));
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_LEVEL, RIG_PICK(rand, rig_levels));
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_RISK, RIG_PICK(rand, rig_risks));
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_CHANNEL, RIG_PICK(rand, rig_channels));
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_OUTCOME, RIG_PICK(rand, outcomes));
    if (g_rand_boolean(rand))
        rig_number(event, FIELD_SATISFACTION, g_rand_int_range(rand, 1, 6));
    if (g_rand_boolean(rand))
        rig_number(event, FIELD_SUPERVISE, g_rand_int_range(rand, 1, 4));
    if (g_rand_boolean(rand)) {
        rig_number(event, FIELD_LON, g_rand_int_range(rand, 102000000, 103000000));
        rig_number(event, FIELD_LAT, g_rand_int_range(rand, 24000000, 25000000));
    }
    if (g_rand_boolean(rand))
        rig_text(event, FIELD_DOC_NO, "派单〔2025〕7号");
    if (type == EVENT_CASE_MERGED)
        rig_text(event, FIELD_MERGED_INTO, "HT-main");
    if (type == EVENT_STAT_SNAPSHOT) {
        rig_text(event, FIELD_METRIC, "mood");
        rig_number(event, FIELD_VALUE, g_rand_int_range(rand, 0, 100000));
    }
    return event;
}

Event *rig_life_event(guint64 n_case, guint step, gint64 opened_ms, GRand *rand)
{
    static const EventType steps[RIG_LIFE] = { EVENT_CASE_REPORTED, EVENT_CASE_REGISTERED,
                                               EVENT_CASE_DISPATCHED, EVENT_CASE_RESOLVED,
                                               EVENT_CASE_CLOSED };
    g_autofree char *code = g_strdup_printf("HT20250522-%07" G_GUINT64_FORMAT, n_case);
    g_autofree char *id = g_strdup_printf("yzz-%07" G_GUINT64_FORMAT "-%u", n_case, step);
    Event *event = rig_event(steps[step], code, opened_ms + step * 86400000, id);
    if (step == 0) {
        g_autofree char *region =
            g_strdup_printf("530402%03u%03u", (guint)(n_case * 7 % 11), (guint)(n_case * 13 % 10));
        rig_text(event, FIELD_REGION, region);
        rig_text(event, FIELD_CATEGORY, RIG_PICK(rand, rig_categories));
        rig_text(event, FIELD_CHANNEL, RIG_PICK(rand, rig_channels));
        guint level = (guint)(4 * g_rand_double(rand) + 4 * g_rand_double(rand));
        rig_text(event, FIELD_LEVEL, rig_levels[MIN(3, level)]);
        rig_number(event, FIELD_PARTY_COUNT, g_rand_int_range(rand, 1, 60));
        if (n_case % 50 == 7)
            rig_text(event, FIELD_SENSITIVITY, n_case % 100 == 7 ? "minor" : "family");
    } else if (step == 1) {
        rig_text(event, FIELD_RISK, RIG_PICK(rand, rig_risks));
        rig_text(event, FIELD_LEAD_ORG, "研和街道综治中心");
    } else if (step == 2) {
        rig_text(event, FIELD_TO_ORG, "人社局");
        rig_text(event, FIELD_DOC_NO, "派单〔2025〕231号");
    } else if (step == 3) {
        rig_text(event, FIELD_OUTCOME, "settled");
    }
    return event;
}

GPtrArray *rig_events_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
}

/* --- a store ------------------------------------------------------------------------------------
 */

void store_rig_open(StoreRig *rig)
{
    g_autoptr(GError) error = NULL;
    rig->store = store_open(rig->path, &error);
    g_assert_no_error(error);
}

void store_rig_close(StoreRig *rig)
{
    store_close(g_steal_pointer(&rig->store));
    post_drain();
}

void store_rig_init(StoreRig *rig, CaseClocks clocks)
{
    static const CaseRules rules = { FALSE };
    rig->folder = g_dir_make_tmp("wallctl-store-XXXXXX", NULL);
    rig->path = g_build_filename(rig->folder, "wallctl.db", NULL);
    rig->policy = case_policy_new(&rules, clocks, NULL, NULL);
    store_rig_open(rig);
}

void store_rig_clear(StoreRig *rig)
{
    if (rig->store)
        store_rig_close(rig);
    case_policy_unref(rig->policy);
    remove_tree(rig->folder);
    g_free(rig->path);
    g_free(rig->folder);
}

void store_rig_done(gpointer data, const GError *error, gpointer rig)
{
    g_assert_no_error(error);
    ((StoreRig *)rig)->n_done++;
}

static void note_taken(const TakenBatch *batch, const GError *error, gpointer rig)
{
    store_rig_done(NULL, error, rig);
}

void store_rig_take(StoreRig *rig, GPtrArray *events)
{
    guint n = rig->n_done + 1;
    case_store_take(rig->store, events, rig->policy, note_taken, rig);
    WAIT_UNTIL(rig->n_done == n);
}

/* --- asking ------------------------------------------------------------------------------------
 */

typedef struct {
    const char *sql;
    gint64 value;
} RigInt;

static gboolean rig_get_int_job(sqlite3 *db, gpointer data, GError **error)
{
    RigInt *job = data;
    return sql_get_int(db, job->sql, &job->value, error);
}

gint64 rig_get_int(Store *store, const char *sql)
{
    RigInt job = { sql, -1 };
    g_autoptr(GError) error = NULL;
    store_run_now(store, rig_get_int_job, &job, &error);
    g_assert_no_error(error);
    return job.value;
}

gboolean rig_run_job(sqlite3 *db, gpointer sql, GError **error)
{
    return sql_run(db, sql, error);
}

void rig_run_sql(Store *store, const char *sql)
{
    g_autoptr(GError) error = NULL;
    store_run_now(store, rig_run_job, (gpointer)sql, &error);
    g_assert_no_error(error);
}

gboolean rig_join_rows(sqlite3 *db, gpointer data, GError **error)
{
    GString *text = data;
    g_autofree char *sql = g_strdup(text->str);
    g_string_truncate(text, 0);
    g_autoptr(SqlStatement) query = sql_prepare(db, sql, error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error) && has_row)
        g_string_append_printf(text, "%s%s", text->len ? ", " : "", sqlite3_column_text(query, 0));
    return query != NULL;
}
