/* briefings.c - scheduled briefings: made, frozen, shown, kept */
#include "wallctl/briefings.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/briefing_paper.h"
#include "wallctl/briefing_plan.h"
#include "wallctl/model/calendar.h"
#include "wallctl/scene_open.h"
#include "wallctl/store/briefing_store.h"

#include <string.h>

#define MAX_KEPT    400   /* in memory; the database has all */
#define MAX_WAIT_MS 30000 /* the wall clock may jump */
#define MINUTE_MS   G_GINT64_CONSTANT(60000)
#define LAYOUT      "4"
#define PREFIX      "briefing:"

struct Briefings {
    BriefingsEnv env;
    GPtrArray *papers; /* Json, newest first */
    GPtrArray *making; /* Making */
    guint timer;
};

/* One that is being read. */
typedef struct {
    Briefings *briefings; /* NULL: they are gone */
    Config *config;
    Json *paper;
    PeriodKind kind;
    gint32 last_day;
    gint64 now_ms;
    gboolean is_shown;
    BriefingMade done; /* or NULL */
    gpointer user;
} Making;

/* --- a paper -----------------------------------------------------------------------------------
 */

static const char *text_of(Json *paper, const char *key)
{
    const char *text = json_object_get_string(json_object_object_get(paper, key));
    return text ? text : "";
}

static gint64 number_of(Json *paper, const char *key)
{
    return json_object_get_int64(json_object_object_get(paper, key));
}

Json *briefings_find(const Briefings *briefings, const char *id)
{
    for (guint i = 0; i < briefings->papers->len; i++) {
        Json *paper = g_ptr_array_index(briefings->papers, i);
        if (strcmp(text_of(paper, "id"), id) == 0)
            return paper;
    }
    return NULL;
}

static const char *kind_word(BriefingKind kind)
{
    return period_word(briefing_period(kind));
}

static const char *compared(BriefingKind kind)
{
    return kind == BRIEFING_DAY ? "较前一日" : kind == BRIEFING_WEEK ? "较前一周" : "较前一月";
}

/* "daily-20250522-0900": two of one minute are one. Caller frees. */
static char *dup_id(const char *config, gint64 now_ms)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_offset(CALENDAR_OFFSET_MIN * 60);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_ms / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    g_autofree char *time = g_date_time_format(local, "%Y%m%d-%H%M");
    return g_strconcat(config, "-", time, NULL);
}

static Json *new_paper(const BriefingConfig *briefing, const Config *config, gint32 last_day,
                       gint64 now_ms, gint64 until_ms, gboolean is_scheduled)
{
    PeriodKind kind = briefing_period(briefing->kind);
    g_autofree char *id = dup_id(briefing->id, now_ms);
    g_autofree char *period = period_dup_text(kind, period_to(kind, last_day));
    Json *paper = json_object_new_object();
    json_add_string(paper, "id", id);
    json_add_string(paper, "config", briefing->id);
    json_add_string(paper, "name", briefing->name);
    json_add_string(paper, "kind", kind_word(briefing->kind));
    json_add_string(paper, "wall", briefing->wall);
    json_add_string(paper, "period", period);
    json_add_string(paper, "compared", compared(briefing->kind));
    json_add_string(paper, "site", config->site_name);
    json_add_int(paper, "made_ms", now_ms);
    json_add_int(paper, "until_ms", until_ms);
    json_add_bool(paper, "scheduled", is_scheduled);
    return paper;
}

/* --- on the wall -------------------------------------------------------------------------------
 */

static void put_boards(const Briefings *briefings, Json *paper)
{
    for (guint i = 0; i < BRIEFING_BOARDS; i++) {
        g_autofree char *name =
            g_strconcat(PREFIX, text_of(paper, "id"), briefing_board_parts[i], NULL);
        BoardData *data = briefing_paper_board(paper, i);
        board_book_put(briefings->env.book, name, data->spec.title,
                       controller_config(briefings->env.controller)->cases.region, board_data_draw,
                       data, board_data_free);
    }
}

/* BoardMaker: "briefing:ID" or "briefing:ID:funnel" on a wall that was loaded. */
static gboolean make_board(const char *name, gpointer user, GError **error)
{
    const Briefings *briefings = user;
    g_auto(GStrv) parts = g_strsplit(name + strlen(PREFIX), ":", 2);
    Json *paper = parts[0] ? briefings_find(briefings, parts[0]) : NULL;
    const char *part = strchr(name + strlen(PREFIX), ':');
    for (guint i = 0; paper && i < BRIEFING_BOARDS; i++) {
        if (strcmp(part ? part : "", briefing_board_parts[i]) != 0)
            continue;
        put_boards(briefings, paper);
        return TRUE;
    }
    wall_error_set(error, WALL_ERROR_NOT_FOUND,
                   "board '%s': no such briefing; 'wallctl briefing list' lists them",
                   "没有研判画面“%s”；wallctl briefing list 列出已有的", name);
    return FALSE;
}

static void show(const Briefings *briefings, Json *paper)
{
    g_autofree char *label = g_strconcat(LEVEL_BRIEFING, text_of(paper, "id"), NULL);
    char *sources[BRIEFING_BOARDS];
    g_autoptr(GError) error = NULL;
    put_boards(briefings, paper);
    for (guint i = 0; i < BRIEFING_BOARDS; i++)
        sources[i] =
            g_strconcat(BOARD_PREFIX PREFIX, text_of(paper, "id"), briefing_board_parts[i], NULL);
    const char *wall = text_of(paper, "wall");
    g_autoptr(Command) command =
        scene_open_command(briefings->env.controller, wall, label, LAYOUT,
                           (const char *const *)sources, BRIEFING_BOARDS, "briefing", &error);
    if (command) {
        command->by_tour = TRUE; /* the schedule's, whoever has locked the wall */
        controller_run(briefings->env.controller, wall, command, NULL, NULL, &error);
    }
    if (error)
        log_warning(BOARD, "%s is not shown on %s: %s", text_of(paper, "id"), wall, error->message);
    for (guint i = 0; i < BRIEFING_BOARDS; i++)
        g_free(sources[i]);
}

/* Scenes whose time is over go; returns when the next one's is. */
static gint64 close_scenes(const Briefings *briefings, gint64 now_ms)
{
    gint64 next_ms = G_MAXINT64;
    for (guint i = 0; i < briefings->papers->len; i++) {
        Json *paper = g_ptr_array_index(briefings->papers, i);
        const char *id = text_of(paper, "wall");
        g_autofree char *label = g_strconcat(LEVEL_BRIEFING, text_of(paper, "id"), NULL);
        const Wall *wall = controller_wall(briefings->env.controller, id);
        if (!wall || !wall_has_level(wall, label))
            continue;
        gint64 until_ms = number_of(paper, "until_ms");
        if (until_ms > now_ms) {
            next_ms = MIN(next_ms, until_ms);
            continue;
        }
        g_autoptr(Command) command = command_new(COMMAND_BACK, "briefing");
        command->name = g_steal_pointer(&label);
        command->by_tour = TRUE;
        controller_run(briefings->env.controller, id, command, NULL, NULL, NULL);
    }
    return next_ms;
}

/* --- making ------------------------------------------------------------------------------------
 */

static gboolean read_paper(sqlite3 *db, gpointer data, GError **error)
{
    const Making *making = data;
    return briefing_paper_read(db, making->paper, making->config, making->kind, making->last_day,
                               making->now_ms, error);
}

static void free_making(gpointer data)
{
    Making *making = data;
    if (making->briefings)
        g_ptr_array_remove(making->briefings->making, making);
    json_object_put(making->paper);
    config_unref(making->config);
    g_free(making);
}

static void set_timer(Briefings *briefings);

static void on_read(gpointer data, const GError *error, gpointer user)
{
    const Making *making = data;
    Briefings *briefings = making->briefings;
    if (!briefings)
        return;
    if (error) {
        log_error(BOARD, "%s is not made: %s", text_of(making->paper, "id"), error->message);
        if (making->done)
            making->done(NULL, error, making->user);
        return;
    }
    g_ptr_array_insert(briefings->papers, 0, json_object_get(making->paper));
    if (briefings->papers->len > MAX_KEPT)
        g_ptr_array_set_size(briefings->papers, MAX_KEPT);
    briefing_store_put(briefings->env.store, making->paper, NULL, NULL);
    log_info(BOARD, "%s: %s", text_of(making->paper, "id"), text_of(making->paper, "period"));
    if (making->is_shown)
        show(briefings, making->paper);
    Json *news = json_object_new_object();
    json_add_string(news, "id", text_of(making->paper, "id"));
    json_add_string(news, "name", text_of(making->paper, "name"));
    json_add_string(news, "wall", text_of(making->paper, "wall"));
    briefings->env.event("briefing.made", news, briefings->env.user);
    if (making->done)
        making->done(making->paper, NULL, making->user);
    set_timer(briefings);
}

static void make(Briefings *briefings, const BriefingConfig *briefing, gint32 last_day,
                 gint64 until_ms, gboolean is_scheduled, gboolean is_shown, BriefingMade done,
                 gpointer user)
{
    Config *config = controller_config(briefings->env.controller);
    gint64 now_ms = clock_unix_ms();
    Making *making = g_new(Making, 1);
    *making =
        (Making) { .briefings = briefings,
                   .config = config_ref(config),
                   .paper = new_paper(briefing, config, last_day, now_ms, until_ms, is_scheduled),
                   .kind = briefing_period(briefing->kind),
                   .last_day = last_day,
                   .now_ms = now_ms,
                   .is_shown = is_shown,
                   .done = done,
                   .user = user };
    g_ptr_array_add(briefings->making, making);
    reader_submit(briefings->env.reader, read_paper, making, free_making, on_read, NULL);
}

gboolean briefings_make(Briefings *briefings, const char *id, gint32 last_day, gboolean is_shown,
                        BriefingMade done, gpointer user, GError **error)
{
    assert_control_thread();
    const Config *config = controller_config(briefings->env.controller);
    const BriefingConfig *briefing = NULL;
    gint64 now_ms = clock_unix_ms();
    for (guint i = 0; i < config->n_briefings; i++) {
        if (strcmp(config->briefings[i].id, id) == 0)
            briefing = &config->briefings[i];
    }
    if (!briefing) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no briefing '%s' in the configuration",
                       "配置里没有研判画面“%s”", id);
        return FALSE;
    }
    g_autofree char *of_minute = dup_id(id, now_ms);
    if (briefings->making->len > 0 || briefings_find(briefings, of_minute)) {
        wall_error_set(error, WALL_ERROR_LIMIT, "one was made in this minute already",
                       "这一分钟里已经做过一份，请稍后再做");
        return FALSE;
    }
    make(briefings, briefing, last_day ? last_day : briefing_last_day(now_ms),
         now_ms + briefing->shown_minutes * MINUTE_MS, FALSE, is_shown, done, user);
    return TRUE;
}

/* --- the schedule ------------------------------------------------------------------------------
 */

static gboolean is_of_today(Json *paper, const BriefingConfig *briefing, gint32 today)
{
    return strcmp(text_of(paper, "config"), briefing->id) == 0 &&
           json_object_get_boolean(json_object_object_get(paper, "scheduled")) &&
           calendar_day(number_of(paper, "made_ms")) == today;
}

static gboolean is_made_today(const Briefings *briefings, const BriefingConfig *briefing,
                              gint32 today)
{
    for (guint i = 0; i < briefings->papers->len; i++) {
        if (is_of_today(g_ptr_array_index(briefings->papers, i), briefing, today))
            return TRUE;
    }
    for (guint i = 0; i < briefings->making->len; i++) {
        const Making *making = g_ptr_array_index(briefings->making, i);
        if (is_of_today(making->paper, briefing, today))
            return TRUE;
    }
    return FALSE;
}

/* Makes what is due; returns when the next one is. */
static gint64 make_due(Briefings *briefings, gint64 now_ms)
{
    const Config *config = controller_config(briefings->env.controller);
    gint32 today = calendar_day(now_ms);
    gint64 next_ms = G_MAXINT64;
    for (guint i = 0; config->words && i < config->n_briefings; i++) {
        const BriefingConfig *briefing = &config->briefings[i];
        gint64 due_ms = briefing_due_ms(briefing, today);
        gint64 until_ms = due_ms + briefing->shown_minutes * MINUTE_MS;
        next_ms = MIN(next_ms, briefing_next_ms(briefing, now_ms));
        if (now_ms >= due_ms && briefing_falls_on(briefing, today) &&
            !is_made_today(briefings, briefing, today))
            make(briefings, briefing, briefing_last_day(due_ms), until_ms, TRUE, now_ms < until_ms,
                 NULL, NULL);
    }
    return next_ms;
}

static gboolean on_timer(gpointer user)
{
    Briefings *briefings = user;
    briefings->timer = 0;
    set_timer(briefings);
    return G_SOURCE_REMOVE;
}

static void set_timer(Briefings *briefings)
{
    gint64 now_ms = clock_unix_ms();
    gint64 next_ms = MIN(close_scenes(briefings, now_ms), make_due(briefings, now_ms));
    g_clear_handle_id(&briefings->timer, g_source_remove);
    guint wait_ms = (guint)CLAMP(next_ms - now_ms, 1, MAX_WAIT_MS);
    briefings->timer = g_timeout_add(wait_ms, on_timer, briefings);
}

/* --- public ------------------------------------------------------------------------------------
 */

Json *briefings_json(const Briefings *briefings)
{
    static const char *const keys[] = { "id",   "config", "name",    "kind",
                                        "wall", "period", "made_ms", "scheduled" };
    const Config *config = controller_config(briefings->env.controller);
    Json *json = json_object_new_object(), *list = json_object_new_array();
    Json *next = json_object_new_array();
    for (guint i = 0; i < briefings->papers->len; i++) {
        Json *paper = g_ptr_array_index(briefings->papers, i), *item = json_object_new_object();
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++)
            json_add(item, keys[k], json_object_get(json_object_object_get(paper, keys[k])));
        json_object_array_add(list, item);
    }
    for (guint i = 0; i < config->n_briefings; i++) {
        Json *item = json_object_new_object();
        gint64 at_ms = briefing_next_ms(&config->briefings[i], clock_unix_ms());
        json_add_string(item, "config", config->briefings[i].id);
        json_add_string(item, "name", config->briefings[i].name);
        if (at_ms != G_MAXINT64)
            json_add_int(item, "at_ms", at_ms);
        json_object_array_add(next, item);
    }
    json_add(json, "briefings", list);
    json_add(json, "next", next);
    return json;
}

void briefings_forget(Briefings *briefings, gint64 upto_ms)
{
    assert_control_thread();
    for (guint n = briefings->papers->len; n > 0; n--) {
        Json *paper = g_ptr_array_index(briefings->papers, n - 1);
        if (number_of(paper, "made_ms") > upto_ms)
            continue;
        for (guint i = 0; i < BRIEFING_BOARDS; i++) {
            g_autofree char *name =
                g_strconcat(PREFIX, text_of(paper, "id"), briefing_board_parts[i], NULL);
            board_book_drop(briefings->env.book, name);
        }
        g_ptr_array_remove_index(briefings->papers, n - 1);
    }
}

void briefings_reload(Briefings *briefings)
{
    assert_control_thread();
    set_timer(briefings);
}

Briefings *briefings_new(const BriefingsEnv *env, GError **error)
{
    GPtrArray *papers = briefing_store_load(env->store, MAX_KEPT, error);
    if (!papers)
        return NULL;
    Briefings *briefings = g_new0(Briefings, 1);
    briefings->env = *env;
    briefings->papers = papers;
    briefings->making = g_ptr_array_new();
    board_book_set_maker(env->book, PREFIX, make_board, briefings);
    set_timer(briefings);
    return briefings;
}

void briefings_free(Briefings *briefings)
{
    if (!briefings)
        return;
    board_book_set_maker(briefings->env.book, PREFIX, NULL, NULL);
    g_clear_handle_id(&briefings->timer, g_source_remove);
    for (guint i = 0; i < briefings->making->len; i++)
        ((Making *)g_ptr_array_index(briefings->making, i))->briefings = NULL;
    g_ptr_array_unref(briefings->making);
    g_ptr_array_unref(briefings->papers);
    g_free(briefings);
}
