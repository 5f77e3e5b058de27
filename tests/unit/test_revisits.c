/* test_revisits.c - satisfied revisits of all revisits: exact for whatever order the events come in, and
 * however often, also of cases that are closed */
#include "case_rig.h"

#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

static const CaseRules loose = { FALSE };

static void set_up(StoreRig *rig, gconstpointer user)
{
    store_rig_init(rig, NULL);
}

static void tear_down(StoreRig *rig, gconstpointer user)
{
    store_rig_clear(rig);
}

/* --- any order, any repetition -------------------------------------------------------------------
 */

#define VISIT_CASES 6
#define VISIT_DAYS  12
#define MAX_VISITS  160

/* Cases that come to their end, some of them twice, with revisits at any time: before the end, after it,
 * on one day, with a mark and without one. */
static guint visit_events(GRand *rand, Event *events[MAX_VISITS])
{
    static const EventType steps[] = { EVENT_CASE_REGISTERED, EVENT_CASE_RESOLVED,
                                       EVENT_CASE_CLOSED,     EVENT_CASE_REOPENED,
                                       EVENT_CASE_RESOLVED,   EVENT_CASE_CLOSED };
    guint n = 0;
    for (guint k = 0; k < VISIT_CASES; k++) {
        guint n_steps = (guint)g_rand_int_range(rand, 1, G_N_ELEMENTS(steps) + 1);
        guint n_visits = (guint)g_rand_int_range(rand, 0, 20);
        g_autofree char *code = g_strdup_printf("HT%u", k);
        for (guint i = 0; i < n_steps + n_visits; i++) {
            gboolean is_step = i < n_steps;
            guint hours = is_step ? i * 24 : (guint)g_rand_int_range(rand, 0, VISIT_DAYS * 24);
            g_autofree char *id = g_strdup_printf("%s-%u", code, i);
            Event *event = rig_event(is_step ? steps[i] : EVENT_CASE_REVISITED, code,
                                     RIG_DAY_0 + hours * G_GINT64_CONSTANT(3600000), id);
            if (i == 0)
                rig_text(event, FIELD_REGION, k % 2 ? "530402005201" : "530402008202");
            if (!is_step && g_rand_int_range(rand, 0, 5) > 0)
                rig_number(event, FIELD_SATISFACTION, g_rand_int_range(rand, 1, 6));
            if (!is_step && g_rand_int_range(rand, 0, 20) == 0)
                rig_text(event, FIELD_SENSITIVITY, "minor");
            events[n++] = event;
        }
    }
    return n;
}

static void give_in_any_order(StoreRig *rig, GRand *rand, Event *const *events, guint n)
{
    guint order[2 * MAX_VISITS];
    for (guint i = 0; i < 2 * n; i++) /* each at least once, as many again from anywhere */
        order[i] = i < n ? i : (guint)g_rand_int_range(rand, 0, (gint32)n);
    for (guint i = 2 * n - 1; i > 0; i--) {
        guint k = (guint)g_rand_int_range(rand, 0, (gint32)i + 1), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    for (guint i = 0; i < 2 * n;) {
        GPtrArray *batch = rig_events_new();
        guint end = i + (guint)g_rand_int_range(rand, 1, 30);
        for (; i < MIN(end, 2 * n); i++)
            g_ptr_array_add(batch, event_copy(events[order[i]]));
        store_rig_take(rig, batch);
    }
}

/* The events that fit, in their own order, say how often each mark was given on each day. */
static void expect_marks(Event *const *events, guint n, gint64 marks[VISIT_DAYS][6])
{
    for (guint k = 0; k < VISIT_CASES; k++) {
        const Event *mine[MAX_VISITS];
        gboolean fits[MAX_VISITS];
        guint n_mine = 0;
        g_autofree char *code = g_strdup_printf("HT%u", k);
        for (guint i = 0; i < n; i++) {
            if (strcmp(events[i]->subject, code) == 0)
                mine[n_mine++] = events[i];
        }
        case_unref(case_fold(mine, n_mine, &loose, fits));
        for (guint i = 0; i < n_mine; i++) {
            if (fits[i] && mine[i]->type == EVENT_CASE_REVISITED)
                marks[(mine[i]->time_ms - RIG_DAY_0) / 86400000]
                     [fields_number(&mine[i]->fields, FIELD_SATISFACTION)]++;
        }
    }
}

static gint64 counted(StoreRig *rig, const char *metric, guint day)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT coalesce(sum(value), 0) FROM rollup WHERE metric = '%s' AND day = %d", metric,
        (int)((RIG_DAY_0 + 28800000) / 86400000) + (int)day);
    return rig_get_int(rig->store, sql);
}

/* Satisfied revisits of all revisits, whenever they are told, and however often. */
static void test_visits(StoreRig *rig, gconstpointer user)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(GPOINTER_TO_UINT(user));
    Event *events[MAX_VISITS];
    gint64 marks[VISIT_DAYS][6] = { { 0 } };
    guint n = visit_events(rand, events);
    give_in_any_order(rig, rand, events, n);
    expect_marks(events, n, marks);
    for (guint day = 0; day < VISIT_DAYS; day++) {
        gint64 all = 0;
        for (guint mark = 0; mark <= 5; mark++) {
            g_autofree char *metric = g_strdup_printf("satisfaction:%u", mark);
            g_assert_cmpint(counted(rig, metric, day), ==, mark ? marks[day][mark] : 0);
            all += marks[day][mark];
        }
        g_assert_cmpint(counted(rig, "revisited", day), ==, all);
    }
    rig_assert_consistent(rig->store);
    for (guint i = 0; i < n; i++)
        event_free(events[i]);
}

/* 咸安 draws thirty closed cases a month, 凤山 revisits who is content and who is not. */
static void test_visits_of_closed(StoreRig *rig, gconstpointer user)
{
    static const EventType steps[] = { EVENT_CASE_REGISTERED, EVENT_CASE_RESOLVED,
                                       EVENT_CASE_CLOSED, EVENT_CASE_REVISITED,
                                       EVENT_CASE_REVISITED };
    static const guint marks[2][3] = { { 5, 4, 3 }, { 2, 5, 5 } };
    GPtrArray *events = rig_events_new();
    for (guint k = 0; k < 3; k++) {
        g_autofree char *code = g_strdup_printf("HT%u", k);
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
            g_autofree char *id = g_strdup_printf("%u-%u", k, i);
            Event *event = rig_event(steps[i], code, RIG_DAY_0 + i * 86400000, id);
            if (steps[i] == EVENT_CASE_REVISITED)
                rig_number(event, FIELD_SATISFACTION, marks[i - 3][k]);
            g_ptr_array_add(events, event);
        }
    }
    store_rig_take(rig, events);
    g_assert_cmpint(rig_get_int(rig->store, "SELECT count(*) FROM case_ WHERE state = 'closed'"),
                    ==, 3);
    static const char *const satisfied = "SELECT sum(value) FROM rollup WHERE metric IN "
                                         "('satisfaction:4', 'satisfaction:5')";
    g_assert_cmpint(rig_get_int(rig->store, satisfied), ==, 4);
    g_assert_cmpint(counted(rig, "revisited", 3), ==, 3);
    g_assert_cmpint(counted(rig, "revisited", 4), ==, 3);
    rig_assert_consistent(rig->store);
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    g_test_init(&argc, &argv, NULL);
    for (guint i = 1; i <= 20; i++) {
        g_autofree char *path = g_strdup_printf("/revisits/random/%u", i);
        g_test_add(path, StoreRig, GUINT_TO_POINTER(i), set_up, test_visits, tear_down);
    }
    g_test_add("/revisits/closed", StoreRig, NULL, set_up, test_visits_of_closed, tear_down);
    return g_test_run();
}
