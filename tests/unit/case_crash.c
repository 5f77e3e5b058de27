/* case_crash.c - a child that is killed while it writes */
#include "case_rig.h"
#include "crash_child.h"

#include <sys/prctl.h>

GPtrArray *rig_crash_batch(guint64 number)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)number);
    GPtrArray *events = rig_events_new();
    for (guint i = 0; i < RIG_CRASH_BATCH; i++)
        g_ptr_array_add(events, rig_life_event(number / RIG_LIFE * RIG_CRASH_BATCH + i,
                                               (guint)(number % RIG_LIFE), RIG_DAY_0, rand));
    return events;
}

void rig_take_lives(StoreRig *rig, guint n_batches)
{
    for (guint i = 0; i < n_batches; i++)
        store_rig_take(rig, rig_crash_batch(i));
}

typedef struct {
    guint64 acked;
    guint n_waiting;
} Crash;

static void report(const TakenBatch *batch, const GError *error, gpointer user)
{
    Crash *crash = user;
    g_assert_no_error(error);
    for (guint i = 0; i < batch->taken->len; i++) {
        TakenStatus status = g_array_index(batch->taken, Taken, i).status;
        g_assert_true(status == TAKEN_APPLIED || status == TAKEN_DUPLICATE);
    }
    crash->n_waiting--;
    crash->acked++;
    if (write(STDOUT_FILENO, &crash->acked, sizeof crash->acked) != sizeof crash->acked)
        _exit(1);
}

int rig_take_for_ever(const char *path, guint64 from)
{
    static const CaseRules rules = { FALSE };
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    g_autoptr(GError) error = NULL;
    Store *store = store_open(path, &error);
    g_assert_no_error(error);
    g_autoptr(CasePolicy) policy = case_policy_new(&rules, NULL, NULL, NULL);
    Crash crash = { from, 0 };
    for (guint64 number = from; number < G_MAXINT64; number++) {
        case_store_take(store, rig_crash_batch(number), policy, report, &crash);
        crash.n_waiting++;
        while (crash.n_waiting >= 4)
            g_main_context_iteration(NULL, TRUE);
    }
    return 1;
}

guint64 rig_crash_once(const char *path, guint64 from, guint n_reports, guint delay_us)
{
    g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, from);
    char *argv[] = { (char *)"/proc/self/exe", (char *)"--take-for-ever", (char *)path, number,
                     NULL };
    return crash_child(argv, from, n_reports, delay_us);
}

guint64 rig_assert_survived(Store *store, guint64 acked)
{
    guint64 n_events = (guint64)rig_get_int(store, "SELECT count(*) FROM inbox");
    g_assert_cmpuint(n_events % RIG_CRASH_BATCH, ==, 0);
    guint64 n_batches = n_events / RIG_CRASH_BATCH;
    g_assert_cmpuint(n_batches, >=, acked);
    g_assert_cmpint(rig_get_int(store, "SELECT sum(n_events) FROM case_"), ==, n_events);
    g_assert_cmpint(rig_get_int(store, "SELECT count(*) FROM transition"), ==, n_events);
    g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM case_ WHERE n_events <> %d AND "
                                           "code < 'HT20250522-%07" G_GUINT64_FORMAT "'",
                                           RIG_LIFE, n_batches / RIG_LIFE * RIG_CRASH_BATCH);
    g_assert_cmpint(rig_get_int(store, sql), ==, 0);
    return n_batches;
}
