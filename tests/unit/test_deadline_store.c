/* test_deadline_store.c - clocks of cases under the shipped policies: each mark is found at its second,
 * told once, also over a restart, after late events and changed due times */
#include "case_rig.h"

#include "../support/wait_until.h"
#include "config/case_data.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/instant.h"
#include "wallctl/base/post.h"
#include "wallctl/store/deadline_store.h"

typedef struct {
    StoreRig rig;
    CaseData *words;
    const DeadlinePolicy *deadlines;
    guint n_events;
    GString *told; /* "finish:50@05-24T00:00 " */
    gint64 next_ms;
    gboolean is_looked;
    guint n_news, n_marked;
} Fixture;

static guint list_clocks(const Case *c, gint64 now_ms, Deadline out[DEADLINE_MAX], gpointer user)
{
    const Fixture *f = user;
    return deadline_list(f->deadlines, c, f->words->calendar, now_ms, out);
}

static void set_up(Fixture *f, gconstpointer user)
{
    static const CaseRules loose = { FALSE };
    g_autofree char *config = g_build_filename(g_getenv("WALLCTL_SOURCE"), "config", NULL);
    const char *dirs[] = { config, NULL };
    g_autoptr(Faults) faults = faults_new("config", 50);
    f->words = case_data_load(dirs, NULL, faults);
    g_assert_nonnull(f->words);
    store_rig_init(&f->rig, NULL);
    case_policy_unref(f->rig.policy);
    f->rig.policy = case_policy_new(&loose, list_clocks, f, NULL);
    f->told = g_string_new(NULL);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    store_rig_clear(&f->rig);
    clock_set_for_test(-1, -1);
    case_data_unref(f->words);
    g_string_free(f->told, TRUE);
}

static gint64 at(const char *local)
{
    g_autofree char *text = g_strconcat("2025-", local, "+08:00", NULL);
    gint64 ms = -1;
    g_assert_true(instant_parse(text, &ms));
    return ms;
}

static void set_clock(gint64 unix_ms)
{
    clock_set_for_test(1, unix_ms);
}

/* --- events --------------------------------------------------------------------------------------
 */

/* "registered 05-22T09:00:00 level=general": of case A. */
static void take_text(Fixture *f, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    g_autofree char *word = g_strconcat("case.", parts[0], NULL);
    g_autofree char *id = g_strdup_printf("e%u", ++f->n_events);
    Event *event = rig_event(event_type_from_word(word), "A", at(parts[1]), id);
    for (guint i = 2; parts[i]; i++) {
        g_auto(GStrv) pair = g_strsplit(parts[i], "=", 2);
        Field field = field_from_name(pair[0]);
        if (field_row(field)->kind == KIND_TIME)
            rig_number(event, field, at(pair[1]));
        else
            rig_text(event, field, pair[1]);
    }
    GPtrArray *events = rig_events_new();
    g_ptr_array_add(events, event);
    store_rig_take(&f->rig, events);
}

/* --- looking -------------------------------------------------------------------------------------
 */

static void on_marked(gpointer data, const GError *error, gpointer user)
{
    g_assert_no_error(error);
    ((Fixture *)user)->n_marked++;
}

static void note(Fixture *f, const DeadlineNews *news)
{
    /* To the minute: a day ends at 23:59:59. */
    g_autofree char *time = instant_format(clock_unix_ms() + 30000, CALENDAR_OFFSET_MIN);
    g_string_append_printf(f->told, "%s:%u%s@%.11s ", news->kind, news->mark,
                           news->escalates ? "^" : "", time + strlen("2025-"));
    g_assert_cmpuint(news->used, >=, news->mark);
}

static void on_looked(const DeadlineLook *look, const GError *error, gpointer user)
{
    Fixture *f = user;
    g_assert_no_error(error);
    f->n_marked = f->n_news = 0;
    for (guint i = 0; i < look->news->len; i++) {
        const DeadlineNews *news = g_ptr_array_index(look->news, i);
        note(f, news);
        if (news->mark != DEADLINE_MISSED)
            continue;
        f->n_news++;
        deadline_store_missed(f->rig.store, news, on_marked, f);
    }
    f->next_ms = look->next_ms;
    f->is_looked = TRUE;
}

static void look(Fixture *f)
{
    f->is_looked = FALSE;
    deadline_store_look(f->rig.store, f->rig.policy, on_looked, f);
    WAIT_UNTIL(f->is_looked && f->n_marked == f->n_news);
}

/* From one mark to the next, as the daemon's timer does. */
static void run_until(Fixture *f, gint64 end_ms)
{
    for (;;) {
        look(f);
        gint64 now_ms = clock_unix_ms();
        g_assert_cmpint(f->next_ms, >, now_ms);
        set_clock(MIN(f->next_ms, end_ms));
        if (f->next_ms > end_ms)
            return;
    }
}

/* --- table ---------------------------------------------------------------------------------------
 */

/* Steps divided by "; ": an event of case A; "at TIME": the clock is set; "until TIME": looks from mark to
 * mark; "look"; "restart"; "policy NAME": another one counts, and all cases are reckoned anew. */
static const struct {
    const char *name, *policy, *steps, *told;
} rows[] = {
    { "three days", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; until 06-30T00:00:00",
      "finish:50@05-24T00:00 finish:80@05-25T04:48 finish:100@05-26T00:00 " },
    { "twenty days", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=larger; until 07-30T00:00:00",
      "finish:50@06-01T12:00 finish:80@06-07T19:12 finish:100@06-12T00:00 " },
    { "done in time", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; until 05-25T12:00:00; "
      "resolved 05-25T12:00:00; until 07-30T00:00:00",
      "finish:50@05-24T00:00 finish:80@05-25T04:48 " },
    { "nobody looked for a week", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; at 05-30T00:00:00; look; look",
      "finish:100@05-30T00:00 " },
    { "between two marks only the higher", "xiaogan",
      "at 05-25T12:00:00; registered 05-22T00:00:00 level=general; look; look",
      "finish:80@05-25T12:00 " },
    { "restart", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; until 05-25T12:00:00; restart; "
      "look; until 05-26T12:00:00; restart; look; until 06-26T00:00:00",
      "finish:50@05-24T00:00 finish:80@05-25T04:48 finish:100@05-26T00:00 " },
    { "a late event changes nothing", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; until 05-26T12:00:00; "
      "reported 05-21T00:00:00; mediating 05-22T01:00:00; look",
      "finish:50@05-24T00:00 finish:80@05-25T04:48 finish:100@05-26T00:00 " },
    { "a late event says that it was done", "xiaogan",
      "at 05-25T20:00:00; registered 05-22T00:00:00 level=general; look; resolved "
      "05-23T00:00:00; until 06-26T00:00:00",
      "finish:80@05-25T20:00 " },
    { "due is put off", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; until 05-25T05:00:00; "
      "updated 05-25T05:00:00 due=06-10T23:59:59; until 07-01T00:00:00",
      "finish:50@05-24T00:00 finish:80@05-25T04:48 finish:50@06-01T00:00 "
      "finish:80@06-07T00:00 finish:100@06-11T00:00 " },
    { "put off after it was missed", "xiaogan",
      "at 05-27T00:00:00; registered 05-22T00:00:00 level=general; look; "
      "updated 05-27T00:00:00 due=06-10T23:59:59; until 07-01T00:00:00",
      "finish:100@05-27T00:00 finish:50@06-01T00:00 finish:80@06-07T00:00 "
      "finish:100@06-11T00:00 " },
    { "suspended", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; until 05-24T12:00:00; "
      "suspended 05-24T12:00:00; until 06-03T12:00:00; resumed 06-03T12:00:00; until "
      "07-01T00:00:00",
      "finish:50@05-24T00:00 finish:80@06-04T04:48 finish:100@06-05T00:00 " },
    { "not taken over, then missed as a whole", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; dispatched 05-22T00:00:00; "
      "until 05-23T12:00:00; accepted 05-23T12:00:00; until 06-01T00:00:00",
      "accept:50@05-22T12:00 accept:80@05-22T19:12 accept:100@05-23T00:00 "
      "finish:50@05-24T00:00 finish:80@05-25T04:48 finish:100@05-26T00:00 " },
    { "same day, one month, three months, then the city", "zhijiang",
      "at 05-22T00:00:00; registered 05-22T00:00:00; until 05-23T00:00:00; escalated "
      "05-23T00:00:00; until 06-24T00:00:00; escalated 06-24T00:00:00; until 09-25T00:00:00; "
      "escalated 09-25T00:00:00; until 12-31T00:00:00",
      "finish:50^@05-22T12:00 finish:80^@05-22T19:12 finish:100^@05-23T00:00 "
      "finish:50^@06-08T00:00 finish:80^@06-17T14:24 finish:100^@06-24T00:00 "
      "finish:50^@08-09T12:00 finish:80^@09-06T09:36 finish:100^@09-25T00:00 " },
    { "petition: 15 days to route, 60 to finish", "xinfang",
      "at 05-22T00:00:00; registered 05-22T00:00:00; until 06-10T00:00:00; dispatched "
      "06-10T00:00:00; accepted 06-10T00:00:01; until 08-01T00:00:00",
      "route:50@05-30T00:00 route:80@06-03T19:12 route:100@06-07T00:00 "
      "finish:50@06-21T12:00 finish:80@07-09T19:12 finish:100@07-22T00:00 " },
    { "petition: thirty days more", "xinfang",
      "at 05-22T00:00:00; registered 05-22T00:00:00; dispatched 05-22T00:00:00; accepted "
      "05-22T00:00:01; until 07-15T00:00:00; updated 07-15T00:00:00 reason=extended; "
      "until 09-01T00:00:00",
      "finish:50@06-21T12:00 finish:80@07-09T19:12 finish:80@08-02T19:12 "
      "finish:100@08-21T00:00 " },
    { "petition: five workdays over 国庆", "xinfang",
      "at 09-29T00:00:00; registered 09-29T00:00:00; dispatched 09-29T00:00:00; returned "
      "09-29T00:00:00; dispatched 09-29T00:00:01; until 10-14T00:00:00",
      "accept:50@09-29T12:00 accept:80@09-29T19:12 accept:100@09-30T00:00 "
      "objection:50@10-06T12:00 objection:80@10-11T00:00 objection:100@10-14T00:00 " },
    { "wages: six workdays over 国庆", "default",
      "at 09-26T10:00:00; registered 09-26T10:00:00 category=labour channel=wage; until "
      "11-01T00:00:00",
      "finish:50@10-04T05:00 finish:80@10-08T21:12 finish:100@10-12T00:00 " },
    { "another policy", "xiaogan",
      "at 05-22T00:00:00; registered 05-22T00:00:00 level=general; until 05-24T12:00:00; policy "
      "yunmeng; look; until 06-30T00:00:00",
      "finish:50@05-24T00:00 finish:100@05-24T12:00 " },
};

static void run_step(Fixture *f, const char *step)
{
    const char *rest = strchr(step, ' ');
    if (strcmp(step, "look") == 0) {
        look(f);
    } else if (strcmp(step, "restart") == 0) {
        store_rig_close(&f->rig);
        store_rig_open(&f->rig);
    } else if (g_str_has_prefix(step, "at ")) {
        set_clock(at(rest + 1));
    } else if (g_str_has_prefix(step, "until ")) {
        run_until(f, at(rest + 1));
    } else if (g_str_has_prefix(step, "policy ")) {
        f->deadlines = case_data_policy(f->words, rest + 1);
        guint n = f->rig.n_done + 1;
        case_store_due_all(f->rig.store, f->rig.policy, store_rig_done, &f->rig);
        WAIT_UNTIL(f->rig.n_done == n);
    } else {
        take_text(f, step);
    }
}

static void test_row(Fixture *f, gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    g_auto(GStrv) steps = g_strsplit(rows[i].steps, "; ", -1);
    f->deadlines = case_data_policy(f->words, rows[i].policy);
    for (guint k = 0; steps[k]; k++)
        run_step(f, steps[k]);
    g_assert_cmpstr(f->told->str, ==, rows[i].told);
}

/* --- what a missed clock leaves, and what stays when the event never gets into the database -------
 */

static void forget(const DeadlineLook *look, const GError *error, gpointer user)
{
    Fixture *f = user;
    f->n_news = look->news->len;
    f->is_looked = TRUE;
}

static void test_unconfirmed(Fixture *f, gconstpointer user)
{
    f->deadlines = case_data_policy(f->words, "xiaogan");
    set_clock(at("05-30T00:00:00"));
    take_text(f, "registered 05-22T00:00:00 level=general");
    for (guint i = 0; i < 2; i++) { /* the program ended before its event was durable: once more */
        f->is_looked = FALSE;
        deadline_store_look(f->rig.store, f->rig.policy, forget, f);
        WAIT_UNTIL(f->is_looked);
        g_assert_cmpuint(f->n_news, ==, 1);
    }
    look(f);
    g_assert_cmpstr(f->told->str, ==, "finish:100@05-30T00:00 ");
    look(f);
    g_assert_cmpint(rig_get_int(f->rig.store,
                                "SELECT count(*) FROM deadline WHERE warned = 100 AND "
                                "breached_ms IS NOT NULL AND mark_ms IS NULL"),
                    ==, 1);
    g_assert_cmpint(f->next_ms, ==, G_MAXINT64);
}

/* --- many ------------------------------------------------------------------------------------------
 */

#define MANY 1000

static void test_many(Fixture *f, gconstpointer user)
{
    f->deadlines = case_data_policy(f->words, "xiaogan");
    set_clock(at("05-22T00:00:00"));
    GPtrArray *events = rig_events_new();
    for (guint i = 0; i < MANY; i++) {
        g_autofree char *code = g_strdup_printf("HT%u", i);
        Event *event = rig_event(EVENT_CASE_REGISTERED, code, at("05-22T00:00:00"), code);
        rig_text(event, FIELD_LEVEL, i % 2 ? "general" : "larger");
        g_ptr_array_add(events, event);
    }
    store_rig_take(&f->rig, events);
    set_clock(at("05-26T00:00:00"));
    guint n_looks = 0;
    do {
        look(f);
        n_looks++;
    } while (f->next_ms <= clock_unix_ms());
    g_auto(GStrv) told = g_strsplit(f->told->str, " ", -1);
    g_assert_cmpuint(g_strv_length(told), ==, MANY / 2 + 1);
    g_assert_cmpuint(n_looks, >=, MANY / 2 / 100); /* none holds the store for long */
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM deadline WHERE warned = 100"),
                    ==, MANY / 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/deadline-store/row/%s", rows[i].name);
        g_test_add(path, Fixture, GUINT_TO_POINTER(i), set_up, test_row, tear_down);
    }
    g_test_add("/deadline-store/unconfirmed", Fixture, NULL, set_up, test_unconfirmed, tear_down);
    g_test_add("/deadline-store/many", Fixture, NULL, set_up, test_many, tear_down);
    return g_test_run();
}
