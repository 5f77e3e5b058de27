/* intake.c - how fast events become durable cases, how fast lists come back, and what kill -9 leaves
 *
 * Figures are printed one a line. Fill and lists run on the same file: cases live their five steps in
 * waves, as they come from a platform, so that each event meets a case of long ago.
 */
#include "case_rig.h"

#include "../support/remove_tree.h"
#include "../support/wait_until.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/case_query.h"
#include "wallctl/store/rollup.h"
#include "wallctl/store/sql.h"

#include <stdlib.h>
#include <sys/stat.h>

typedef struct {
    guint64 n_cases;
    guint batch, n_queries, crash_rounds;
    char *folder;
} Options;

typedef struct {
    Store *store;
    CasePolicy *policy;
    guint n_waiting;
    guint64 n_taken;
    GArray *acks_ns; /* how long each batch waited for its acknowledgement */
} Intake;

typedef struct {
    Intake *intake;
    gint64 start_ns;
} Sent;

/* Three days for every case that is still open. */
static guint one_clock(const Case *c, gint64 now_ms, Deadline out[DEADLINE_MAX], gpointer user)
{
    static DeadlineRule rule = { .kind = (char *)"finish", .name = (char *)"办结" };
    out[0] = (Deadline) { .rule = &rule, .start_ms = c->opened_ms };
    out[0].due_ms = c->opened_ms + 3 * G_GINT64_CONSTANT(86400000);
    out[0].done_ms = case_state_is_open(c->state) ? 0 : c->last->time_ms;
    return 1;
}

static void note_taken(const TakenBatch *batch, const GError *error, gpointer user)
{
    Sent *sent = user;
    g_assert_no_error(error);
    gint64 took_ns = clock_now_ns() - sent->start_ns;
    g_array_append_val(sent->intake->acks_ns, took_ns);
    sent->intake->n_waiting--;
    sent->intake->n_taken += batch->taken->len;
    g_free(sent);
}

/* One batch is written while the next one collects. */
static void send_batch(Intake *intake, GPtrArray *events)
{
    Sent *sent = g_new(Sent, 1);
    *sent = (Sent) { intake, clock_now_ns() };
    case_store_take(intake->store, events, intake->policy, note_taken, sent);
    intake->n_waiting++;
    WAIT_UNTIL(intake->n_waiting < 2);
}

static int compare_ns(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return x < y ? -1 : x > y;
}

static double percentile_ms(GArray *times, guint percent)
{
    if (times->len == 0)
        return 0;
    g_array_sort(times, compare_ns);
    guint i = MIN(times->len - 1, times->len * percent / 100);
    return (double)g_array_index(times, gint64, i) / NS_PER_MS;
}

static gint64 opened_of(guint64 n_case, guint64 n_cases)
{
    return RIG_DAY_0 + (gint64)(n_case * (365 * G_GUINT64_CONSTANT(86400000) / n_cases));
}

/* A wave: one step of a stretch of cases; stretches overlap, so that the file grows as it does in use. */
static void fill(Intake *intake, const Options *options)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    const guint64 stretch = MAX(options->n_cases / 200, 100);
    GPtrArray *events = rig_events_new();
    for (guint64 wave = 0; wave * stretch < options->n_cases + RIG_LIFE * stretch; wave++) {
        for (guint step = 0; step < RIG_LIFE && step <= wave; step++) {
            for (guint64 i = 0; i < stretch; i++) {
                guint64 n = (wave - step) * stretch + i;
                gboolean stays_open = n % 20 == 0 && step >= 3;
                if (n >= options->n_cases || stays_open)
                    continue;
                g_ptr_array_add(events,
                                rig_life_event(n, step, opened_of(n, options->n_cases), rand));
                if (events->len < options->batch)
                    continue;
                send_batch(intake, g_steal_pointer(&events));
                events = rig_events_new();
            }
        }
    }
    send_batch(intake, events);
    WAIT_UNTIL(intake->n_waiting == 0);
}

static void measure_fill(Intake *intake, const Options *options)
{
    gint64 start = clock_now_ns();
    fill(intake, options);
    double seconds = (double)(clock_now_ns() - start) / NS_PER_SEC;
    g_print("intake: %" G_GUINT64_FORMAT " events of %" G_GUINT64_FORMAT
            " cases in batches of %u: %.0f durable events/s (%.1f s), batch acknowledged p50 %.1f "
            "ms, p95 %.1f ms, p99 %.1f ms\n",
            intake->n_taken, options->n_cases, options->batch, (double)intake->n_taken / seconds,
            seconds, percentile_ms(intake->acks_ns, 50), percentile_ms(intake->acks_ns, 95),
            percentile_ms(intake->acks_ns, 99));
}

/* --- lists ---------------------------------------------------------------------------------------
 */

typedef struct {
    gboolean is_done;
    guint n_rows;
    gint64 next_ms, next_seq;
} Answer;

static void note_page(const CasePage *page, const GError *error, gpointer user)
{
    Answer *answer = user;
    g_assert_no_error(error);
    answer->is_done = TRUE;
    answer->n_rows = page->rows->len;
    answer->next_ms = page->has_more ? page->next_ms : 0;
    answer->next_seq = page->has_more ? page->next_seq : 0;
}

/* What a console asks for: each condition in a third of the lists. */
static void random_filter(GRand *rand, CaseFilter *filter, char region[16], char code[32],
                          guint64 n_cases)
{
    static const int digits[] = { 6, 9, 12 };
    *filter = (CaseFilter) { .order = g_rand_int_range(rand, 0, 3) ? CASES_BY_OPENED : CASES_BY_DUE,
                             .n = 50 };
    g_snprintf(region, 16, "530402%03d%03d", g_rand_int_range(rand, 0, 11),
               g_rand_int_range(rand, 0, 10));
    region[digits[g_rand_int_range(rand, 0, 3)]] = 0;
    g_snprintf(code, 32, "HT20250522-%05u", (guint)(g_rand_double(rand) * (double)n_cases / 100));
    gboolean asks[7];
    for (guint i = 0; i < G_N_ELEMENTS(asks); i++)
        asks[i] = g_rand_int_range(rand, 0, 3) == 0;
    filter->region = asks[0] ? region : NULL;
    filter->category = asks[1] ? RIG_PICK(rand, rig_categories) : NULL;
    filter->level = asks[2] ? RIG_PICK(rand, rig_levels) : NULL;
    filter->risk = asks[3] ? RIG_PICK(rand, rig_risks) : NULL;
    filter->is_open_only = asks[4];
    filter->states = asks[5] ? 1u << g_rand_int_range(rand, 1, CASE_CLOSED + 1) : 0;
    filter->code = asks[6] && g_rand_boolean(rand) ? code : NULL;
}

static double list_once(Reader *reader, CaseFilter *filter, Answer *answer)
{
    *answer = (Answer) { 0 };
    gint64 start = clock_now_ns();
    case_query_list_async(reader, filter, note_page, answer);
    WAIT_UNTIL(answer->is_done);
    return (double)(clock_now_ns() - start) / NS_PER_MS;
}

static void show_slow(const CaseFilter *filter, double ms, guint n_rows)
{
    g_print("  slow: %.0f ms, %u rows: order %d region %s category %s level %s risk %s open %d "
            "states %x code %s\n",
            ms, n_rows, filter->order, filter->region, filter->category, filter->level,
            filter->risk, filter->is_open_only, filter->states, filter->code);
}

static void measure_lists(Reader *reader, const Options *options, const char *when)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(2);
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
    guint n_rows = 0;
    for (guint i = 0; i < options->n_queries; i++) {
        CaseFilter filter;
        Answer answer;
        char region[16], code[32];
        random_filter(rand, &filter, region, code, options->n_cases);
        for (guint page = 0; page < 2; page++) {
            double ms = list_once(reader, &filter, &answer);
            gint64 ns = (gint64)(ms * NS_PER_MS);
            g_array_append_val(times, ns);
            n_rows += answer.n_rows;
            if (ms > 50)
                show_slow(&filter, ms, answer.n_rows);
            if (!answer.next_seq)
                break;
            filter.after_ms = answer.next_ms;
            filter.after_seq = answer.next_seq;
        }
    }
    g_print("lists, %s: %u pages, %u rows: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, worst %.1f ms\n",
            when, times->len, n_rows, percentile_ms(times, 50), percentile_ms(times, 95),
            percentile_ms(times, 99), percentile_ms(times, 100));
}

/* --- start and counters --------------------------------------------------------------------------
 */

static void measure_open(const char *path)
{
    gint64 start = clock_now_ns();
    g_autoptr(GError) error = NULL;
    Store *store = store_open(path, &error);
    g_assert_no_error(error);
    g_print("start: opened in %.0f ms\n", (double)(clock_now_ns() - start) / NS_PER_MS);
    store_close(store);
    struct stat info;
    if (stat(path, &info) == 0)
        g_print("file: %.0f MB\n", (double)info.st_size / 1e6);
}

static gboolean sum_rollups(sqlite3 *db, gpointer data, GError **error)
{
    gint64 start = clock_now_ns(), n = 0;
    gint32 day = (gint32)((RIG_DAY_0 + 28800000) / 86400000);
    for (guint i = 0; i < 100; i++) {
        if (!rollup_sum(db, "opened", "530402", day + (gint32)i, day + (gint32)i + 30, &n, error))
            return FALSE;
    }
    g_print("counters: sum of a month over a county %.2f ms\n",
            (double)(clock_now_ns() - start) / 100 / NS_PER_MS);
    start = clock_now_ns();
    gint64 faults;
    g_autofree char *counters = rig_dup_counter_sql();
    if (!sql_get_int(db, counters, &faults, error))
        return FALSE;
    g_print("counters: %" G_GINT64_FORMAT " differ from SQL (checked in %.1f s)\n", faults,
            (double)(clock_now_ns() - start) / NS_PER_SEC);
    return TRUE;
}

static void bench(const Options *options)
{
    static const CaseRules rules = { FALSE };
    g_autofree char *path = g_build_filename(options->folder, "wallctl.db", NULL);
    g_autoptr(GError) error = NULL;
    Intake intake = { .acks_ns = g_array_new(FALSE, FALSE, sizeof(gint64)) };
    intake.policy = case_policy_new(&rules, one_clock, NULL, NULL);
    intake.store = store_open(path, &error);
    g_assert_no_error(error);
    if (rig_get_int(intake.store, "SELECT count(*) FROM (SELECT 1 FROM case_ LIMIT 1)") == 0)
        measure_fill(&intake, options);
    Reader *reader = reader_open(path, &error);
    g_assert_no_error(error);
    measure_lists(reader, options, "first");
    measure_lists(reader, options, "again");
    g_assert_true(store_run_now(intake.store, sum_rollups, NULL, NULL));
    g_print("chain: %s\n", rig_is_chain_whole(intake.store) ? "whole" : "BROKEN");
    reader_close(reader);
    store_close(intake.store);
    post_drain();
    case_policy_unref(intake.policy);
    g_array_unref(intake.acks_ns);
    measure_open(path);
}

static void crash(const Options *options)
{
    g_autofree char *path = g_build_filename(options->folder, "crash.db", NULL);
    g_autoptr(GError) error = NULL;
    guint64 n_batches = 0, n_events = 0;
    for (guint round = 0; round < options->crash_rounds; round++) {
        guint64 acked = rig_crash_once(path, n_batches, (guint)g_random_int_range(1, 30),
                                       (guint)g_random_int_range(0, 8000));
        Store *store = store_open(path, &error);
        g_assert_no_error(error);
        n_batches = rig_assert_survived(store, acked);
        /* Looked through as a whole each twentieth time, and an empty one to go on with. */
        gboolean is_looked_through = round % 20 == 19 || round + 1 == options->crash_rounds;
        if (is_looked_through)
            rig_assert_consistent(store);
        store_close(store);
        post_drain();
        if (!is_looked_through)
            continue;
        n_events += n_batches * RIG_CRASH_BATCH;
        n_batches = 0;
        g_unlink(path);
    }
    g_print("kill -9: %u rounds, %" G_GUINT64_FORMAT
            " events: nothing acknowledged lost, nothing doubled, chain and counters whole\n",
            options->crash_rounds, n_events);
}

int main(int argc, char **argv)
{
    gint64 n_cases = 100000, batch = 500, n_queries = 1000, rounds = 0;
    g_autofree char *folder = NULL;
    const GOptionEntry entries[] = {
        { "cases", 'n', 0, G_OPTION_ARG_INT64, &n_cases, "cases, five events each (100000)", "N" },
        { "batch", 'b', 0, G_OPTION_ARG_INT64, &batch, "events a batch (500)", "N" },
        { "queries", 'q', 0, G_OPTION_ARG_INT64, &n_queries, "lists (1000)", "N" },
        { "kill", 'k', 0, G_OPTION_ARG_INT64, &rounds, "only kill -9, so often", "N" },
        { "folder", 'f', 0, G_OPTION_ARG_FILENAME, &folder,
          "where the file is kept for a later run", "PATH" },
        { NULL }
    };
    if (argc == 4 && strcmp(argv[1], "--take-for-ever") == 0) {
        post_init();
        return rig_take_for_ever(argv[2], g_ascii_strtoull(argv[3], NULL, 10));
    }
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        g_printerr("%s\n", error->message);
        return 64;
    }
    post_init();
    log_set_level(LOG_LEVEL_ERROR);
    Options options = { (guint64)MAX(n_cases, 1), (guint)MAX(batch, 1), (guint)MAX(n_queries, 0),
                        (guint)MAX(rounds, 0), folder };
    if (!folder)
        options.folder = g_dir_make_tmp("wallctl-intake-XXXXXX", NULL);
    if (options.crash_rounds)
        crash(&options);
    else
        bench(&options);
    if (!folder) {
        remove_tree(options.folder);
        g_free(options.folder);
    }
    return 0;
}
