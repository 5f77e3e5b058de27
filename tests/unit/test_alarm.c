/* test_alarm.c - alarms from the first event to the answer, and what a rule calls up: tables */
#include "wallctl/model/alarm.h"

#include "wallctl/base/error.h"

#include <string.h>

/* "case=HT1 cat=labour place=p1 camera=c1 cor=x region=530402 lon=102.5 lat=24.3 level=major risk=high
 * sens=family n=17": n is the severity number. */
static Event *read_event(const char *text)
{
    static guint serial;
    Event *event = event_new();
    event->type = EVENT_CASE_REPORTED;
    g_free(event->id);
    event->id = g_strdup_printf("e%u", ++serial);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    static const struct {
        const char *name;
        Field field;
    } names[] = {
        { "cat", FIELD_CATEGORY },     { "place", FIELD_PLACE },     { "camera", FIELD_CAMERA },
        { "region", FIELD_REGION },    { "level", FIELD_LEVEL },     { "risk", FIELD_RISK },
        { "sens", FIELD_SENSITIVITY }, { "kind", FIELD_PLACE_KIND },
    };
    for (guint i = 0; words[i]; i++) {
        g_auto(GStrv) pair = g_strsplit(words[i], "=", 2);
        if (!pair[0] || !pair[1])
            continue;
        for (guint k = 0; k < G_N_ELEMENTS(names); k++) {
            if (strcmp(pair[0], names[k].name) == 0)
                g_assert_true(fields_set_text(&event->fields, names[k].field, pair[1], NULL));
        }
        if (strcmp(pair[0], "case") == 0) {
            g_free(event->subject);
            event->subject = g_strdup(pair[1]);
        } else if (strcmp(pair[0], "cor") == 0) {
            g_free(event->correlation);
            event->correlation = g_strdup(pair[1]);
        } else if (strcmp(pair[0], "lon") == 0 || strcmp(pair[0], "lat") == 0) {
            gint64 value = (gint64)(g_ascii_strtod(pair[1], NULL) * 1e6 + 0.5);
            g_assert_true(fields_set_number(
                &event->fields, pair[0][1] == 'o' ? FIELD_LON : FIELD_LAT, value, NULL));
        } else if (strcmp(pair[0], "n") == 0) {
            event->severity = (guint)g_ascii_strtoull(pair[1], NULL, 10);
        }
    }
    return event;
}

/* --- alarms ------------------------------------------------------------------------------------
 */

/* Everything in the set: "a1 raised yellow 2 c1,c2; a2 ...". */
static char *dump(const AlarmSet *set)
{
    static const char *const colours[] = { "-", "none", "blue", "yellow", "orange", "red" };
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < alarm_set_count(set); i++) {
        const Alarm *alarm = alarm_set_at(set, i);
        g_autofree char *cameras = g_strjoinv(",", alarm->cameras);
        g_string_append_printf(out, "%s%s %s %s %u %s", i ? "; " : "", alarm->id,
                               alarm_state_word(alarm->state), colours[alarm->severity],
                               alarm->n_events, cameras);
    }
    return g_string_free(out, FALSE);
}

/* One step: seconds, what happens, what comes of it, and the set afterwards. Rules: A as it comes (group
 * 120 s, escalation 300 s), H holds 30 s, N groups within 200 m; "A+A" are two rules for one event. "run"
 * is a plan by hand, "tick" gives who changes, with ! where those above are told. */
typedef struct {
    int at_s;
    const char *does, *outcome, *set;
} Step;

static const struct {
    const char *name;
    Step steps[8];
} tables[] = {
    { "raise",
      { { 0, "A case=HT1 level=larger c1 c2", "new", "a1 raised yellow 1 c1,c2" },
        { 1, "A case=HT2 risk=high", "new", "a1 raised yellow 1 c1,c2; a2 raised red 1 " } } },
    { "same-case-joins",
      { { 0, "A case=HT1 level=general c1", "new", "a1 raised blue 1 c1" },
        { 9999, "A case=HT1 level=major c2 c1", "joined", "a1 raised orange 2 c1,c2" },
        { 9999, "A case=HT1 level=general", "joined", "a1 raised orange 3 c1,c2" } } },
    { "same-spot-within-time",
      { { 0, "A camera=k1 cat=hazard", "new", "a1 raised blue 1 " },
        { 120, "A camera=k1 cat=hazard", "joined", "a1 raised blue 2 " },
        { 240, "A camera=k1 cat=hazard", "joined", "a1 raised blue 3 " },
        { 361, "A camera=k1 cat=hazard", "new", "a1 raised blue 3 ; a2 raised blue 1 " } } },
    { "other-category-is-other",
      { { 0, "A place=p1 cat=hazard", "new", "a1 raised blue 1 " },
        { 1, "A place=p1 cat=labour", "new", "a1 raised blue 1 ; a2 raised blue 1 " } } },
    { "several-sources-by-correlation",
      { { 0, "A case=HT1 cor=x cat=hazard", "new", "a1 raised blue 1 " },
        { 500, "A case=WX7 cor=x cat=other", "joined", "a1 raised blue 2 " } } },
    { "several-sources-by-distance",
      { { 0, "N case=HT1 cat=hazard lon=102.543 lat=24.351", "new", "a1 raised blue 1 " },
        { 60, "N case=WX7 cat=hazard lon=102.5445 lat=24.351", "joined", "a1 raised blue 2 " },
        { 60, "N case=WX8 cat=hazard lon=102.547 lat=24.351", "new",
          "a1 raised blue 2 ; a2 raised blue 1 " } } },
    { "nothing-in-common",
      { { 0, "A", "new", "a1 raised blue 1 " },
        { 1, "A", "new", "a1 raised blue 1 ; a2 raised blue 1 " } } },
    { "acknowledge",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 5, "ack a1", "ok", "a1 acknowledged blue 1 " },
        { 6, "ack a1", "invalid", "a1 acknowledged blue 1 " },
        { 6, "ack a9", "not_found", "a1 acknowledged blue 1 " },
        { 7, "A case=HT1", "silent", "a1 acknowledged blue 2 " }, /* debounced */
        { 900, "tick", "", "a1 acknowledged blue 2 " },
        { 901, "A case=HT1", "new", "a1 acknowledged blue 2 ; a2 raised blue 1 " } } },
    { "forward",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 5, "forward a1", "ok", "a1 forwarded blue 1 " } } },
    { "snooze",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 5, "snooze a1 60", "ok", "a1 snoozed blue 1 " },
        { 6, "A case=HT1", "silent", "a1 snoozed blue 2 " },
        { 64, "tick", "", "a1 snoozed blue 2 " },
        { 65, "tick", "a1", "a1 raised blue 2 " },
        { 66, "snooze a1 0", "invalid", "a1 raised blue 2 " } } },
    { "escalates",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 299, "tick", "", "a1 raised blue 1 " },
        { 300, "tick", "a1!", "a1 raised yellow 1 " },
        { 600, "tick", "a1!", "a1 raised orange 1 " },
        { 99999, "tick", "a1!", "a1 raised red 1 " }, /* the machine slept */
        { 100299, "tick", "a1!", "a1 raised red 1 " } } },
    { "answered-does-not-escalate",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 299, "ack a1", "ok", "a1 acknowledged blue 1 " },
        { 300, "tick", "", "a1 acknowledged blue 1 " } } },
    { "escalates-while-snoozed",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 1, "snooze a1 400", "ok", "a1 snoozed blue 1 " },
        { 300, "tick", "a1!", "a1 snoozed yellow 1 " },
        { 401, "tick", "a1", "a1 raised yellow 1 " } } }, /* told once */
    { "one-event-two-rules",
      { { 0, "A+A case=HT1 c1", "joined", "a1 raised blue 1 c1" },
        { 1, "A+A case=HT1 c2", "joined", "a1 raised blue 2 c1,c2" } } },
    { "plan",
      { { 0, "run case=HT1 c1", "ok", "a1 raised blue 0 c1" },
        { 1, "run case=HT1 c1", "invalid", "a1 raised blue 0 c1" },           /* it runs already */
        { 2, "A case=HT1", "new", "a1 raised blue 0 c1; a2 raised blue 1 " }, /* by itself */
        { 3, "ack a2", "ok", "a1 raised blue 0 c1; a2 acknowledged blue 1 " },
        { 900, "tick", "", "a1 raised blue 0 c1; a2 acknowledged blue 1 " }, /* no escalation */
        { 901, "ack a1", "ok", "a1 acknowledged blue 0 c1; a2 acknowledged blue 1 " },
        { 902, "run case=HT1 c1", "ok",
          "a1 acknowledged blue 0 c1; a2 acknowledged blue 1 ; a3 raised blue 0 c1" },
        { 903, "clear case=HT1", "1",
          "a1 acknowledged blue 0 c1; a2 acknowledged blue 1 ; a3 cleared blue 0 c1" } } },
    { "plan-without-case",
      { { 0, "run c1", "ok", "a1 raised blue 0 c1" },
        { 1, "run c1", "invalid", "a1 raised blue 0 c1" },
        { 2, "run case=HT1", "ok", "a1 raised blue 0 c1; a2 raised blue 0 " } } },
    { "hold",
      { { 0, "H case=HT1", "new", "a1 raised blue 1 " },
        { 20, "H case=HT1", "joined", "a1 raised blue 2 " },
        { 49, "tick", "", "a1 raised blue 2 " },
        { 50, "tick", "a1", "a1 expired blue 2 " },
        { 60, "H case=HT1", "silent", "a1 expired blue 3 " },
        { 61, "ack a1", "ok", "a1 acknowledged blue 3 " } } },
    { "cleared",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 1, "A camera=k1 cat=hazard", "new", "a1 raised blue 1 ; a2 raised blue 1 " },
        { 9, "clear camera=k1 cat=hazard", "1", "a1 raised blue 1 ; a2 cleared blue 1 " },
        { 9, "clear camera=k1 cat=hazard", "0", "a1 raised blue 1 ; a2 cleared blue 1 " },
        { 10, "A camera=k1 cat=hazard", "new",
          "a1 raised blue 1 ; a2 cleared blue 1 ; a3 raised blue 1 " },
        { 9999, "clear case=HT1", "1",
          "a1 cleared blue 1 ; a2 cleared blue 1 ; a3 raised blue 1 " } } },
    { "worsens",
      { { 0, "A case=HT1 risk=mid", "new", "a1 raised orange 1 " },
        { 1, "A case=HT2", "new", "a1 raised orange 1 ; a2 raised blue 1 " },
        { 2, "worsen case=HT1", "1", "a1 raised red 1 ; a2 raised blue 1 " },
        { 3, "worsen case=HT1", "0", "a1 raised red 1 ; a2 raised blue 1 " },
        { 4, "ack a2", "ok", "a1 raised red 1 ; a2 acknowledged blue 1 " },
        { 5, "worsen case=HT2", "0", "a1 raised red 1 ; a2 acknowledged blue 1 " } } },
    { "forget",
      { { 0, "A case=HT1", "new", "a1 raised blue 1 " },
        { 0, "A case=HT2", "new", "a1 raised blue 1 ; a2 raised blue 1 " },
        { 5, "ack a1", "ok", "a1 acknowledged blue 1 ; a2 raised blue 1 " },
        { 5, "forget", "", "a1 acknowledged blue 1 ; a2 raised blue 1 " },
        { 6, "forget", "", "a2 raised blue 1 " } } },
};

static guint read_cameras(char **words, const char *cameras[8])
{
    guint n = 0;
    for (guint i = 1; words[i]; i++) {
        if (!strchr(words[i], '='))
            cameras[n++] = words[i];
    }
    return n;
}

static char *raise_it(AlarmSet *set, const char *does, gint64 now_ms)
{
    static const char *const outcomes[] = { "", "new", "joined", "silent", "refused" };
    g_autoptr(Event) event = read_event(does);
    LinkageRule *rule = linkage_rule_new();
    rule->hold_s = does[0] == 'H' ? 30 : 0;
    rule->group_m = does[0] == 'N' ? 200 : 0;
    g_auto(GStrv) words = g_strsplit(does, " ", -1);
    const char *cameras[8];
    guint n = read_cameras(words, cameras);
    const Alarm *alarm;
    RaiseOutcome outcome =
        alarm_set_raise(set, rule, event, &event->fields, cameras, n, now_ms, &alarm);
    if (does[1] == '+')
        outcome = alarm_set_raise(set, rule, event, &event->fields, cameras, n, now_ms, &alarm);
    g_assert_cmpint(alarm == NULL, ==, outcome == RAISE_REFUSED);
    linkage_rule_free(rule);
    return g_strdup(outcomes[outcome]);
}

static char *run_plan(AlarmSet *set, const char *does, gint64 now_ms)
{
    g_autoptr(Event) event = read_event(does);
    g_autoptr(GError) error = NULL;
    LinkageRule *rule = linkage_rule_new();
    g_auto(GStrv) words = g_strsplit(does, " ", -1);
    const char *cameras[8];
    guint n = read_cameras(words, cameras);
    const Alarm *alarm = alarm_set_run(set, rule, event->subject, &event->fields, cameras, n,
                                       "张(调度员)", now_ms, &error);
    g_assert_cmpint(alarm == NULL, ==, error != NULL);
    if (alarm)
        g_assert_cmpstr(alarm->run_by, ==, "张(调度员)");
    linkage_rule_free(rule);
    return g_strdup(error ? wall_error_word(error->code) : "ok");
}

static char *answer(AlarmSet *set, char **words, gint64 now_ms)
{
    g_autoptr(GError) error = NULL;
    AnswerKind kind = words[0][0] == 'a'   ? ANSWER_ACKNOWLEDGE
                      : words[0][0] == 's' ? ANSWER_SNOOZE
                                           : ANSWER_FORWARD;
    gint64 until_ms = words[2] ? now_ms + (gint64)g_ascii_strtoll(words[2], NULL, 10) * 1000 : 0;
    const Alarm *alarm =
        alarm_set_answer(set, words[1], kind, "张(调度员)", until_ms, "研和街道", now_ms, &error);
    g_assert_cmpint(alarm == NULL, ==, error != NULL);
    if (kind != ANSWER_SNOOZE && alarm)
        g_assert_cmpstr(alarm->answered_by, ==, "张(调度员)");
    return g_strdup(error ? wall_error_word(error->code) : "ok");
}

static char *run(AlarmSet *set, const char *does, gint64 now_ms)
{
    g_auto(GStrv) words = g_strsplit(does, " ", -1);
    if (g_ascii_isupper(does[0]))
        return raise_it(set, does, now_ms);
    if (strcmp(words[0], "tick") == 0) {
        g_autoptr(GPtrArray) changed = g_ptr_array_new(), told = g_ptr_array_new();
        gint64 next_ms = alarm_set_tick(set, now_ms, changed, told);
        g_assert_cmpint(next_ms, >, now_ms);
        return g_strconcat(changed->len ? ((const Alarm *)changed->pdata[0])->id : "",
                           told->len ? "!" : "", NULL);
    }
    if (strcmp(words[0], "run") == 0)
        return run_plan(set, does, now_ms);
    if (strcmp(words[0], "forget") == 0) {
        alarm_set_forget(set, now_ms);
        return g_strdup("");
    }
    if (strcmp(words[0], "worsen") == 0) {
        g_autoptr(Event) event = read_event(does);
        g_autoptr(GPtrArray) changed = g_ptr_array_new();
        alarm_set_worsen(set, event->subject, changed);
        return g_strdup_printf("%u", changed->len);
    }
    if (strcmp(words[0], "clear") == 0) {
        g_autoptr(Event) event = read_event(does);
        g_autoptr(GPtrArray) changed = g_ptr_array_new();
        alarm_set_clear(set, event, &event->fields, now_ms, changed);
        return g_strdup_printf("%u", changed->len);
    }
    return answer(set, words, now_ms);
}

static void test_table(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    AlarmSet *set = alarm_set_new();
    for (guint i = 0; i < 8 && tables[row].steps[i].does; i++) {
        const Step *step = &tables[row].steps[i];
        g_autofree char *outcome = run(set, step->does, step->at_s * 1000);
        g_autofree char *text = dump(set);
        g_test_message("%d s: %s", step->at_s, step->does);
        g_assert_cmpstr(outcome, ==, step->outcome);
        g_assert_cmpstr(text, ==, step->set);
    }
    alarm_set_free(set);
}

static void test_flood(void)
{
    AlarmSet *set = alarm_set_new();
    gboolean is_flood;
    for (guint i = 0; i < 10; i++)
        g_free(run(set, "A", i * 1000));
    g_free(run(set, "run", 10000)); /* a plan is no flood */
    g_assert_cmpuint(alarm_set_rate(set, 10000, &is_flood), ==, 10);
    g_assert_false(is_flood);
    g_free(run(set, "A", 10000));
    g_assert_cmpuint(alarm_set_rate(set, 10000, &is_flood), ==, 11);
    g_assert_true(is_flood);
    g_assert_cmpuint(alarm_set_rate(set, 604000, &is_flood), ==, 6); /* five have left the window */
    g_assert_true(is_flood);
    g_assert_cmpuint(alarm_set_rate(set, 605000, &is_flood), ==, 5);
    g_assert_false(is_flood);
    alarm_set_free(set);
}

static void test_limit(void)
{
    AlarmSet *set = alarm_set_new();
    for (guint i = 0; i < ALARM_MAX_OPEN; i++)
        g_free(run(set, "A", 0));
    g_autofree char *outcome = run(set, "A", 0);
    g_assert_cmpstr(outcome, ==, "refused");
    g_free(run(set, "ack a1", 1));
    g_autofree char *again = run(set, "A", 2);
    g_assert_cmpstr(again, ==, "new");
    alarm_set_free(set);
}

/* What an alarm tells of where it is. */
static const struct {
    const char *name, *event;
    const char *region, *spot;
    gboolean has_position;
} wheres[] = {
    { "labour", "sens=labour", "530402005001", "p1", TRUE },
    { "nothing-said", "cat=land", "530402005001", "p1", TRUE },
    { "family", "sens=family", "530402005", "", FALSE },
    { "minor", "sens=minor cat=land", "530402", "", FALSE },
    { "violence-before-a-camera", "sens=dv camera=c1", "530402", "c1", FALSE },
};

static void test_where(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    AlarmSet *set = alarm_set_new();
    g_autofree char *line = g_strdup_printf(
        "A case=HT1 region=530402005001 place=p1 lon=102.5 lat=24.3 %s", wheres[i].event);
    g_free(run(set, line, 1));
    const Alarm *alarm = alarm_set_at(set, 0);
    g_assert_cmpstr(alarm->region, ==, wheres[i].region);
    g_assert_cmpstr(alarm->spot, ==, wheres[i].spot);
    g_assert_cmpint(alarm->has_position, ==, wheres[i].has_position);
    g_assert_cmpint(alarm->lon != 0 || alarm->lat != 0, ==, wheres[i].has_position);
    alarm_set_free(set);
}

/* Comes back from the disk as it was; numbers go on after it. */
static void test_restore(void)
{
    AlarmSet *set = alarm_set_new();
    g_free(run(
        set, "A case=HT1 cor=x cat=labour region=530402 lon=102.5 lat=24.3 level=major c1 c2", 7));
    g_free(run(set, "snooze a1 60", 9));
    Alarm *open = alarm_set_edit(set, "a1");
    g_assert_true(alarm_list_add(&open->left, "main/3"));
    g_assert_false(alarm_list_add(&open->left, "main/3"));
    g_assert_true(alarm_list_add(&open->acted, "whistle"));
    open->due_ms = 77;
    g_autoptr(Json) json = alarm_to_json(alarm_set_at(set, 0));
    g_autoptr(Faults) faults = faults_new("alarm", 8);
    Alarm *alarm = alarm_from_json(json, faults);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    g_autoptr(Json) again = alarm_to_json(alarm);
    g_autofree char *a = json_dup_text(json), *b = json_dup_text(again);
    g_assert_cmpstr(a, ==, b);
    g_assert_true(alarm_has_left(alarm, "main/3"));
    g_assert_false(alarm_has_left(alarm, "main"));
    g_assert_cmpstr(alarm->acted[0], ==, "whistle");
    g_assert_cmpint(alarm->due_ms, ==, 77);
    alarm_set_free(set);
    set = alarm_set_new();
    alarm_set_restore(set, alarm);
    g_autofree char *joined = run(set, "A case=HT1", 5000);
    g_autofree char *new = run(set, "A case=HT2", 5000);
    g_assert_cmpstr(joined, ==, "silent");
    g_autofree char *text = dump(set);
    g_assert_cmpstr(text, ==, "a1 snoozed orange 2 c1,c2; a2 raised blue 1 ");
    alarm_set_free(set);
}

/* Words, who and when; also to one that is answered. What may be a person's is refused by its kind, and nothing is kept. */
static void test_comments(void)
{
    static const struct {
        const char *text, *said, *said_zh; /* NULL: kept */
    } texts[] = {
        { " 已到现场，人已散开 ", NULL, NULL },
        { "水位 3.2 米，已通知水务站，2 小时后再看", NULL, NULL },
        { "联系人电话13800138000", "phone", "电话" },
        { "身份证530402199001011234", "id", "证件" },
        { "车牌云F12345", "plate", "车牌" },
        { "当事人张建国，电话13800138000，张建国", "name", "姓名" },
        { "", "1 to 200 characters", "1–200" },
        { "  ", "1 to 200 characters", "1–200" },
        { "两\n行", "1 to 200 characters", "1–200" },
        { "\xff", "1 to 200 characters", "1–200" },
        { "看不见的\xe2\x80\xae字", "1 to 200 characters", "1–200" },
    };
    AlarmSet *set = alarm_set_new();
    g_free(run(set, "A case=HT1 level=major c1", 7));
    const Alarm *alarm = alarm_set_find(set, "a1");
    g_autoptr(GError) error = NULL;
    guint n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        gboolean is_kept =
            alarm_set_comment(set, "a1", "li", texts[i].text, 9000 + (gint64)i, &error) != NULL;
        g_assert_cmpint(is_kept, ==, texts[i].said == NULL);
        n += is_kept;
        g_assert_cmpuint(alarm->comments->len, ==, n);
        if (is_kept)
            continue;
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, texts[i].said));
        g_assert_nonnull(strstr(wall_error_zh(error), texts[i].said_zh));
        g_assert_null(strstr(error->message, "138"));
        g_assert_null(strstr(wall_error_zh(error), "张建国"));
        g_clear_error(&error);
    }
    const AlarmComment *first = g_ptr_array_index(alarm->comments, 0);
    g_assert_cmpstr(first->text, ==, "已到现场，人已散开");
    g_assert_cmpstr(first->by, ==, "li");
    g_assert_cmpint(first->at_ms, ==, 9000);
    g_autofree char *longest = g_strnfill(ALARM_MAX_COMMENT_CHARS, 'a');
    g_autofree char *longer = g_strconcat(longest, "a", NULL);
    g_assert_null(alarm_set_comment(set, "a1", "li", longer, 1, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    g_free(run(set, "ack a1", 60)); /* answered: still */
    while (alarm->comments->len < ALARM_MAX_COMMENTS)
        g_assert_nonnull(alarm_set_comment(set, "a1", "li", longest, 1, NULL));
    g_assert_null(alarm_set_comment(set, "a1", "li", "no more", 1, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_clear_error(&error);
    g_assert_null(alarm_set_comment(set, "a9", "li", "x", 1, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_autoptr(Json) json = alarm_to_json(alarm);
    g_autoptr(Faults) faults = faults_new("alarm", 8);
    Alarm *again = alarm_from_json(json, faults);
    g_autoptr(Json) same = alarm_to_json(again);
    g_autofree char *a = json_dup_text(json), *b = json_dup_text(same);
    g_assert_cmpstr(a, ==, b);
    g_assert_cmpuint(again->comments->len, ==, ALARM_MAX_COMMENTS);
    alarm_free(again);
    alarm_set_free(set);
}

static void test_wrong_json(void)
{
    static const char *const wrong[] = {
        "[]",
        "{}",
        "{\"id\":\"b1\"}",
        "{\"id\":\"a1\",\"state\":\"x\"}",
        "{\"id\":\"a1\",\"comments\":[1]}",
        "{\"id\":\"a1\",\"comments\":[{\"by\":1}]}",
        "{\"id\":\"a1\",\"severity\":\"pink\"}",
        "{\"id\":\"a1\",\"cameras\":{}}",
        "{\"id\":\"a1\",\"events\":-1}",
    };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(Json) json = json_parse(wrong[i], strlen(wrong[i]), 0, JSON_STRICT, NULL);
        g_autoptr(Faults) faults = faults_new("alarm", 8);
        g_assert_null(alarm_from_json(json, faults));
        g_assert_cmpuint(faults_count(faults), >, 0);
    }
}

/* --- rules -------------------------------------------------------------------------------------
 */

static const struct {
    const char *event;
    Severity severity;
} severities[] = {
    { "", SEVERITY_BLUE },
    { "level=extra", SEVERITY_RED },
    { "level=major", SEVERITY_ORANGE },
    { "level=larger", SEVERITY_YELLOW },
    { "level=general", SEVERITY_BLUE },
    { "risk=high", SEVERITY_RED },
    { "risk=mid", SEVERITY_ORANGE },
    { "level=larger risk=high", SEVERITY_YELLOW }, /* the level is the official word */
    { "n=21 level=general", SEVERITY_RED },
    { "n=17", SEVERITY_ORANGE },
    { "n=13", SEVERITY_YELLOW },
    { "n=9", SEVERITY_BLUE },
    { "n=8 level=major", SEVERITY_ORANGE },
};

static void test_severity(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(severities); i++) {
        g_autoptr(Event) event = read_event(severities[i].event);
        g_test_message("%s", severities[i].event);
        g_assert_cmpint(linkage_severity(event, &event->fields), ==, severities[i].severity);
    }
}

/* Cameras of the tests: id, place, kind, region, lon. They stand on the parallel 24.351; a millidegree
 * of longitude is 101.3 m there. */
static const struct {
    const char *id, *place, *kind, *region;
    double lon; /* 0: no position */
} stock[] = {
    { "far", "p9", "路口", "530402005", 102.560 }, { "b", "p1", "路口", "530402005", 102.5445 },
    { "a", "p1", "学校", "530402005", 102.5435 },  { "c", "p2", "路口", "530402006", 102.5440 },
    { "d", "", "路口", "530402005001", 0 },
};

static GPtrArray *cameras(void)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)camera_free);
    for (guint i = 0; i < G_N_ELEMENTS(stock); i++) {
        Camera *camera = camera_new();
        g_free(camera->id);
        g_free(camera->place);
        g_free(camera->place_kind);
        g_free(camera->region);
        camera->id = g_strdup(stock[i].id);
        camera->place = g_strdup(stock[i].place);
        camera->place_kind = g_strdup(stock[i].kind);
        camera->region = g_strdup(stock[i].region);
        camera->has_position = stock[i].lon > 0;
        camera->lon = stock[i].lon;
        camera->lat = 24.351;
        g_ptr_array_add(list, camera);
    }
    return list;
}

#define HERE "lon=102.543 lat=24.351 "

static const struct {
    const char *name, *explicit, *event;
    gboolean of_place;
    guint nearest, radius_m;
    const char *picked;
} picks[] = {
    { "nothing", NULL, HERE, FALSE, 0, 0, "" },
    { "explicit", "x y", HERE, FALSE, 0, 0, "x y" },
    { "nearest-two", NULL, HERE, FALSE, 2, 1000, "a c" },
    { "nearest-within", NULL, HERE, FALSE, 5, 120, "a c" },
    { "nearest-all", NULL, HERE, FALSE, 9, 5000, "a c b far" },
    { "no-position", NULL, "region=530402005", FALSE, 5, 5000, "" },
    { "of-place", NULL, "place=p1", TRUE, 0, 0, "b a" },
    { "of-kind", NULL, "region=530402005 kind=路口", TRUE, 0, 0, "far b d" },
    { "place-then-kind", NULL, "place=p1 region=530402 kind=路口", TRUE, 0, 0, "b a far c d" },
    { "explicit-then-near", "b", HERE, FALSE, 2, 1000, "b a c" },
    { "its-own-camera-first", "b", HERE "camera=c", FALSE, 2, 1000, "c b a" },
    { "unknown-camera", NULL, "camera=zz", FALSE, 0, 0, "" },
    { "family-calls-none", NULL, HERE "place=p1 camera=c sens=family", TRUE, 5, 5000, "" },
    { "minor-explicit-only", "x", HERE "place=p1 sens=minor", TRUE, 5, 5000, "x" },
    { "labour-is-open", NULL, HERE "sens=labour", FALSE, 1, 1000, "a" },
};

static void test_pick(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GPtrArray) list = cameras();
    g_autoptr(Event) event = read_event(picks[i].event);
    LinkageRule *rule = linkage_rule_new();
    rule->cameras = picks[i].explicit ? g_strsplit(picks[i].explicit, " ", -1) : NULL;
    rule->of_place = picks[i].of_place;
    rule->nearest = picks[i].nearest;
    rule->radius_m = picks[i].radius_m;
    const char *out[LINKAGE_MAX_CAMERAS + 1] = { NULL };
    guint n = linkage_pick(rule, &event->fields, list, out);
    out[n] = NULL;
    g_autofree char *text = g_strjoinv(" ", (char **)out);
    g_assert_cmpstr(text, ==, picks[i].picked);
    linkage_rule_free(rule);
}

static void test_distance(void)
{
    /* 汕尾城区's circle of 300 m around the centre; one degree of latitude is 111.2 km */
    g_assert_cmpfloat_with_epsilon(linkage_distance_m(0, 0, 0, 1000000), 111195, 1);
    g_assert_cmpfloat_with_epsilon(linkage_distance_m(102543000, 24351000, 102544000, 24351000),
                                   101.3, 0.1);
    g_assert_cmpfloat(linkage_distance_m(5, 5, 5, 5), ==, 0);
}

static void test_late(void)
{
    static const struct {
        const char *name;
        guint late_s;
        gint64 age_ms;
        gboolean is_late;
    } rows[] = {
        { "just now", 3600, 0, FALSE },           { "ahead of our clock", 3600, -5000, FALSE },
        { "at the limit", 3600, 3600000, FALSE }, { "after it", 3600, 3600001, TRUE },
        { "no limit", 0, 86400000, FALSE },
    };
    g_autoptr(Event) event = event_new();
    event->time_ms = 1747876443000;
    LinkageRule *rule = linkage_rule_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        rule->late_s = rows[i].late_s;
        g_assert_cmpint(linkage_is_late(rule, event, event->time_ms + rows[i].age_ms), ==,
                        rows[i].is_late);
    }
    linkage_rule_free(rule);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(wheres); i++) {
        g_autofree char *path = g_strdup_printf("/alarm/where/%s", wheres[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_where);
    }
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *path = g_strdup_printf("/alarm/%s", tables[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_table);
    }
    g_test_add_func("/alarm/flood", test_flood);
    g_test_add_func("/alarm/limit", test_limit);
    g_test_add_func("/alarm/restore", test_restore);
    g_test_add_func("/alarm/comments", test_comments);
    g_test_add_func("/alarm/wrong-json", test_wrong_json);
    g_test_add_func("/linkage/severity", test_severity);
    for (guint i = 0; i < G_N_ELEMENTS(picks); i++) {
        g_autofree char *path = g_strdup_printf("/linkage/pick/%s", picks[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_pick);
    }
    g_test_add_func("/linkage/late", test_late);
    g_test_add_func("/linkage/distance", test_distance);
    return g_test_run();
}
