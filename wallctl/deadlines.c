/* deadlines.c - watches the clocks of open cases
 *
 * One look at the database at a time, on [store] and by the index of next marks; the timer is set to
 * the next mark that is known. A case that changes may have a sooner one: then we look again within
 * a second, however many cases change. While a platform tells of old days (its first connection, a
 * backlog after an outage) a case whose end is still on its way must not pass for a missed one.
 */
#include "wallctl/deadlines.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/linkage.h"
#include "wallctl/store/deadline_store.h"

#include <string.h>

#define SOON_MS     1000    /* after a change */
#define LATEST_MS   60000   /* the clock may be set */
#define AGAIN_MS    5000    /* after an error */
#define LATE_MS     3600000 /* told so long afterwards: history, of which more is on its way ... */
#define QUIET_MS    3000    /* ... until nothing of it has come for so long ... */
#define PATIENCE_MS 600000  /* ... but clocks do not wait for it for ever */
#define RUNS_MS     600000  /* a line in the ticker */
#define MAX_LINES   5
#define RED         21 /* severitynumber */

typedef struct {
    char *code, *text;
    gint64 until_ms;
} Line;

struct Deadlines {
    DeadlinesEnv env;
    Config *config;
    guint timer;
    gint64 timer_ms;             /* when it goes off */
    gint64 history_ms, quiet_ms; /* since when history comes in, until when it is waited for */
    GArray *lines;               /* Line, of the ticker, oldest first */
    struct Look *look;
};

/* A look and what follows from it. Lives until its last answer is here. */
typedef struct Look {
    Deadlines *deadlines; /* NULL: they are gone */
    guint n_pending;      /* answers to come */
    gint64 next_ms;
    gboolean is_touched; /* meanwhile */
} Look;

/* One event of a clock that was missed, on its way into the database. */
typedef struct {
    Look *look;
    Event *event;       /* copy, to report */
    DeadlineNews *news; /* of the first event of a clock, else NULL */
} Put;

static void set_timer(Deadlines *deadlines, gint64 wait_ms);

/* --- telling -----------------------------------------------------------------------------------
 */

static void tell(const Deadlines *deadlines, const DeadlineNews *news)
{
    Json *data = json_object_new_object();
    json_add_string(data, "code", news->c->code);
    json_add_string(data, "kind", news->kind);
    json_add_string(data, "name", news->name);
    json_add_int(data, "used", news->used);
    json_add_int(data, "due_ms", news->due_ms);
    deadlines->env.event("case.deadline", data, deadlines->env.user);
}

static void clear_line(gpointer data)
{
    g_free(((Line *)data)->code);
    g_free(((Line *)data)->text);
}

static void show_lines(Deadlines *deadlines, gint64 now_ms)
{
    g_autoptr(GString) text = g_string_new(NULL);
    while (deadlines->lines->len > 0 &&
           (g_array_index(deadlines->lines, Line, 0).until_ms <= now_ms ||
            deadlines->lines->len > MAX_LINES))
        g_array_remove_index(deadlines->lines, 0);
    for (guint i = 0; i < deadlines->lines->len; i++)
        g_string_append_printf(text, "%s%s", i ? "　　" : "",
                               g_array_index(deadlines->lines, Line, i).text);
    director_set_ticker(deadlines->env.director, text->len ? text->str : NULL);
}

/* "即将到期：劳动争议 · 研和街道，办结期限 5月25日 23:59" */
static void add_line(Deadlines *deadlines, const DeadlineNews *news, gint64 now_ms)
{
    const Fields *fields = &news->c->fields;
    const char *category = fields_text(fields, FIELD_CATEGORY);
    const char *region = fields_text(fields, FIELD_REGION);
    const char *sensitivity = fields_text(fields, FIELD_SENSITIVITY);
    const CaseData *words = deadlines->config->words;
    if (!words || news->c->classification == CLASS_CONFIDENTIAL)
        return;
    g_autofree char *title =
        title_public(words->categories, words->regions, category ? category : "",
                     region ? region : "", sensitivity_from_word(sensitivity ? sensitivity : ""));
    g_autoptr(GTimeZone) zone = g_time_zone_new_offset(CALENDAR_OFFSET_MIN * 60);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(news->due_ms / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    Line line = { .code = g_strdup(news->c->code), .until_ms = now_ms + RUNS_MS };
    line.text = g_strdup_printf("即将到期：%s，%s期限 %d月%d日 %02d:%02d", title, news->name,
                                g_date_time_get_month(local), g_date_time_get_day_of_month(local),
                                g_date_time_get_hour(local), g_date_time_get_minute(local));
    g_array_append_val(deadlines->lines, line);
}

/* What is missed is told by its banner. */
static void drop_lines(Deadlines *deadlines, const char *code)
{
    for (guint i = deadlines->lines->len; i > 0; i--) {
        if (strcmp(g_array_index(deadlines->lines, Line, i - 1).code, code) == 0)
            g_array_remove_index(deadlines->lines, i - 1);
    }
}

/* --- missed ------------------------------------------------------------------------------------
 */

static Event *new_event(EventType type, const char *what, const DeadlineNews *news)
{
    g_autofree char *id = g_strdup_printf("%s-%s-%" G_GINT64_FORMAT "-%s", what, news->kind,
                                          news->due_ms, news->c->code);
    Event *event = cases_event_new(type, id, news->c->code);
    event->classification = news->c->classification;
    return event;
}

static DeadlineNews *copy_news(const DeadlineNews *news)
{
    DeadlineNews *copy = g_memdup2(news, sizeof *news);
    copy->c = case_ref(news->c);
    copy->kind = g_strdup(news->kind);
    copy->name = g_strdup(news->name);
    return copy;
}

static void free_put(Put *put)
{
    event_free(put->event);
    if (put->news) {
        case_unref(put->news->c);
        g_free(put->news->kind);
        g_free(put->news->name);
        g_free(put->news);
    }
    g_free(put);
}

static void end_answer(Look *look, const GError *error)
{
    if (error)
        look->next_ms = MAX(look->next_ms, clock_unix_ms() + AGAIN_MS);
    if (--look->n_pending > 0)
        return;
    Deadlines *deadlines = look->deadlines;
    gint64 next_ms =
        look->is_touched ? MIN(look->next_ms, clock_unix_ms() + SOON_MS) : look->next_ms;
    g_free(look);
    if (!deadlines)
        return;
    deadlines->look = NULL;
    gint64 now_ms = clock_unix_ms();
    show_lines(deadlines, now_ms);
    if (deadlines->lines->len > 0)
        next_ms = MIN(next_ms, g_array_index(deadlines->lines, Line, 0).until_ms);
    set_timer(deadlines, CLAMP(next_ms - now_ms, 1, LATEST_MS));
}

/* The database knows that it is told. */
static void on_marked(gpointer data, const GError *error, gpointer user)
{
    Put *put = user;
    Look *look = put->look;
    if (look->deadlines && !error)
        tell(look->deadlines, put->news);
    free_put(put);
    end_answer(look, error);
}

static void on_put(const Taken *fate, const GError *error, gpointer user)
{
    Put *put = user;
    Look *look = put->look;
    Deadlines *deadlines = look->deadlines;
    if (deadlines && fate && fate->status == TAKEN_APPLIED)
        deadlines->env.report(g_steal_pointer(&put->event), deadlines->env.user);
    if (deadlines && fate && put->news) {
        deadline_store_missed(deadlines->env.store, put->news, on_marked, put);
        return;
    }
    free_put(put);
    end_answer(look, error);
}

/* Takes event. */
static void put_event(Look *look, Event *event, const DeadlineNews *news)
{
    Put *put = g_new(Put, 1);
    *put = (Put) { look, event_copy(event), news ? copy_news(news) : NULL };
    look->n_pending++;
    cases_put_then(look->deadlines->env.cases, event, on_put, put);
}

static void supervise(Look *look, const DeadlineNews *news)
{
    Event *event = new_event(EVENT_CASE_SUPERVISED, "missed", news);
    event->severity = MAX(RED, news->c->severity);
    fields_set_number(&event->fields, FIELD_SUPERVISE, MIN(news->c->supervise + 1, 3), NULL);
    log_info(ALARM, "%s: %s is over time, 督办", news->c->code, news->kind);
    put_event(look, event, news);
    if (!news->escalates)
        return;
    g_autoptr(Event) up = new_event(EVENT_CASE_ESCALATED, "escalated", news);
    const CaseRules *rules = case_policy_rules(cases_policy(look->deadlines->env.cases));
    g_autoptr(Case) next = case_apply(news->c, up, rules, NULL);
    if (next) /* who is suspended or resolved does not go up */
        put_event(look, g_steal_pointer(&up), NULL);
}

/* --- looking -----------------------------------------------------------------------------------
 */

static void on_looked(const DeadlineLook *found, const GError *error, gpointer user)
{
    Look *look = user;
    Deadlines *deadlines = look->deadlines;
    gint64 now_ms = clock_unix_ms();
    look->next_ms = found ? found->next_ms : now_ms + AGAIN_MS;
    for (guint i = 0; deadlines && found && i < found->news->len; i++) {
        const DeadlineNews *news = g_ptr_array_index(found->news, i);
        if (news->mark == DEADLINE_MISSED) {
            drop_lines(deadlines, news->c->code);
            supervise(look, news);
            continue;
        }
        tell(deadlines, news);
        if (news->mark == 80)
            add_line(deadlines, news, now_ms);
    }
    end_answer(look, error);
}

static gboolean on_timer(gpointer user)
{
    Deadlines *deadlines = user;
    deadlines->timer = 0;
    if (deadlines->look)
        return G_SOURCE_REMOVE; /* its end sets the timer */
    gint64 now_ms = clock_now_ns() / NS_PER_MS;
    if (now_ms < MIN(deadlines->quiet_ms, deadlines->history_ms + PATIENCE_MS)) {
        set_timer(deadlines, deadlines->quiet_ms - now_ms);
        return G_SOURCE_REMOVE;
    }
    deadlines->look = g_new(Look, 1);
    *deadlines->look = (Look) { deadlines, 1, 0, FALSE };
    deadline_store_look(deadlines->env.store, cases_policy(deadlines->env.cases), on_looked,
                        deadlines->look);
    return G_SOURCE_REMOVE;
}

static void set_timer(Deadlines *deadlines, gint64 wait_ms)
{
    g_clear_handle_id(&deadlines->timer, g_source_remove);
    deadlines->timer_ms = clock_now_ns() / NS_PER_MS + wait_ms;
    deadlines->timer = g_timeout_add((guint)wait_ms, on_timer, deadlines);
}

void deadlines_touch(Deadlines *deadlines, gint64 event_ms)
{
    assert_control_thread();
    gint64 now_ms = clock_now_ns() / NS_PER_MS;
    if (clock_unix_ms() - event_ms > LATE_MS) {
        if (now_ms > deadlines->quiet_ms)
            deadlines->history_ms = now_ms;
        deadlines->quiet_ms = now_ms + QUIET_MS;
    }
    if (deadlines->look)
        deadlines->look->is_touched = TRUE;
    else if (deadlines->timer_ms > now_ms + SOON_MS)
        set_timer(deadlines, SOON_MS);
}

/* --- public ------------------------------------------------------------------------------------
 */

void deadlines_reload(Deadlines *deadlines, Config *config)
{
    config_ref(config);
    config_unref(deadlines->config);
    deadlines->config = config;
    deadlines_touch(deadlines, clock_unix_ms());
}

Deadlines *deadlines_new(const DeadlinesEnv *env, Config *config)
{
    Deadlines *deadlines = g_new0(Deadlines, 1);
    deadlines->env = *env;
    deadlines->config = config_ref(config);
    deadlines->lines = g_array_new(FALSE, FALSE, sizeof(Line));
    g_array_set_clear_func(deadlines->lines, clear_line);
    set_timer(deadlines, SOON_MS);
    return deadlines;
}

void deadlines_free(Deadlines *deadlines)
{
    if (!deadlines)
        return;
    g_clear_handle_id(&deadlines->timer, g_source_remove);
    if (deadlines->look)
        deadlines->look->deadlines = NULL;
    g_array_unref(deadlines->lines);
    config_unref(deadlines->config);
    g_free(deadlines);
}
