/* whistles.c - open whistles: their clocks, their scene, and who is missing
 *
 * A Follow is what was last read of one case. Reads for it come one after another; what happens
 * meanwhile makes one more. One timer for all beats once a second while there is any.
 */
#include "wallctl/whistles.h"

#include "pipelines/pulse.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/roster.h"
#include "wallctl/scene_open.h"
#include "wallctl/store/case_query.h"

#include <string.h>

#define BEAT_MS            1000
#define AGAIN_MS           30000 /* a missed clock that is not in the database yet is told again */
#define MAX_FOLLOWS        64
#define MAX_OVERLAYS       2 /* rosters at the edge of a wall */
#define ACTOR              "whistle"
#define SEVERITY_OF_MISSED 21 /* red: linkage.h */

typedef struct {
    WhistleSettled done;
    gpointer user;
} Waiter;

typedef struct {
    char *code;
    Case *c;                /* NULL: not read yet */
    StoredWhistle *whistle; /* the newest; NULL: there is none */
    gboolean is_reading, is_stale;
    gboolean opens, closes; /* what has happened since the last read asks for it */
    GHashTable *told;       /* id of an event -> gint64 *: when it was put, clock_now_ns() */
    GArray *waiters;        /* Waiter */
} Follow;

struct Whistles {
    WhistlesEnv env;
    GHashTable *follows; /* code -> Follow */
    GPtrArray *reads;    /* Read: on their way */
    guint timer;
};

/* One case on its way from the database. */
typedef struct {
    Whistles *whistles; /* [control]; NULL: they are gone */
    char *code;         /* NULL: the codes of all that are open */
    Case *c;
    StoredWhistle *whistle;
    GPtrArray *codes;
    /* of whistles_open() */
    char *wall;
    Caller *caller;
    WhistleScene done;
    gpointer user;
} Read;

static void answer_waiters(const Follow *follow)
{
    for (guint i = 0; i < follow->waiters->len; i++) {
        const Waiter *waiter = &g_array_index(follow->waiters, Waiter, i);
        waiter->done(waiter->user);
    }
    g_array_set_size(follow->waiters, 0);
}

static void free_follow(gpointer data)
{
    Follow *follow = data;
    answer_waiters(follow);
    g_array_unref(follow->waiters);
    if (follow->c)
        case_unref(follow->c);
    stored_whistle_free(follow->whistle);
    g_hash_table_unref(follow->told);
    g_free(follow->code);
    g_free(follow);
}

static gboolean is_open(const Follow *follow)
{
    return follow->whistle && !follow->whistle->ended_ms && follow->c &&
           case_state_is_open(follow->c->state);
}

static int compare_follows(const void *a, const void *b)
{
    const Follow *x = *(const Follow *const *)a, *y = *(const Follow *const *)b;
    gint64 newer = y->whistle->raised_ms - x->whistle->raised_ms;
    return newer ? (newer > 0 ? 1 : -1) : strcmp(x->code, y->code);
}

/* Newest first. Caller frees the array. */
static GPtrArray *open_ones(const Whistles *whistles)
{
    GPtrArray *open = g_ptr_array_new();
    GHashTableIter iter;
    gpointer follow;
    g_hash_table_iter_init(&iter, whistles->follows);
    while (g_hash_table_iter_next(&iter, NULL, &follow)) {
        if (is_open(follow))
            g_ptr_array_add(open, follow);
    }
    if (open->len > 1)
        qsort(open->pdata, open->len, sizeof(gpointer), compare_follows);
    return open;
}

/* --- telling -----------------------------------------------------------------------------------
 */

/* The moment and the office make the id: however often it is told, it is one event. */
static void tell_missed(Whistles *whistles, const Follow *follow, const WhistleOrg *org,
                        const char *reason, gint64 due_ms)
{
    static const Field copied[] = { FIELD_CATEGORY, FIELD_REGION, FIELD_SENSITIVITY };
    static const Field numbers[] = { FIELD_LON, FIELD_LAT };
    g_autofree char *id = g_strdup_printf("whistle-%s-%" G_GINT64_FORMAT "-%s-%s", follow->code,
                                          follow->whistle->raised_ms, org->org, reason);
    const gint64 *last_ns = g_hash_table_lookup(follow->told, id);
    gint64 now_ns = clock_now_ns();
    if (last_ns && now_ns - *last_ns < AGAIN_MS * NS_PER_MS)
        return;
    g_hash_table_replace(follow->told, g_strdup(id), g_memdup2(&now_ns, sizeof now_ns));
    Event *event = cases_event_new(EVENT_WHISTLE_MISSED, id, follow->code);
    event->time_ms = MAX(due_ms, follow->whistle->raised_ms);
    event->severity = SEVERITY_OF_MISSED;
    fields_set_text(&event->fields, FIELD_TO_ORG, org->org, NULL);
    fields_set_text(&event->fields, FIELD_REASON, reason, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(copied); i++) {
        if (fields_has(&follow->c->fields, copied[i]))
            fields_set_text(&event->fields, copied[i], fields_text(&follow->c->fields, copied[i]),
                            NULL);
    }
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (fields_has(&follow->c->fields, numbers[i]))
            fields_set_number(&event->fields, numbers[i],
                              fields_number(&follow->c->fields, numbers[i]), NULL);
    }
    log_warning(ALARM, "whistle %s: an office has missed its time (%s)", follow->code, reason);
    cases_put(whistles->env.cases, event);
}

static void look_for_missed(Whistles *whistles, const Follow *follow)
{
    const Config *config = controller_config(whistles->env.controller);
    WhistleClocks clocks = roster_clocks(config, follow->whistle);
    gint64 now_ms = clock_unix_ms();
    for (guint i = 0; i < follow->whistle->orgs->len; i++) {
        const WhistleOrg *org = &g_array_index(follow->whistle->orgs, WhistleOrg, i);
        WhistleMissed missed = whistle_missed(&clocks, org->acked_ms, org->arrived_ms, now_ms);
        if (missed.ack && !org->ack_missed_ms)
            tell_missed(whistles, follow, org, WHISTLE_REASON_ACK, clocks.ack_due_ms);
        if (missed.arrival && !org->arrival_missed_ms)
            tell_missed(whistles, follow, org, WHISTLE_REASON_ARRIVAL, clocks.arrive_due_ms);
    }
}

/* --- on the wall -------------------------------------------------------------------------------
 */

static gboolean is_overlaid(const Whistles *whistles)
{
    return controller_config(whistles->env.controller)->cases.whistle_show == WHISTLE_OVERLAY;
}

static gboolean is_shown(const Whistles *whistles, const char *code)
{
    g_autofree char *board = g_strconcat(BOARD_PREFIX LEVEL_WHISTLE, code, NULL);
    Controller *controller = whistles->env.controller;
    for (guint i = 0; i < controller_count(controller); i++) {
        const Wall *wall = controller_wall(controller, controller_wall_id(controller, i));
        for (guint k = 0; k < wall->air->n_tiles; k++) {
            if (g_strcmp0(wall->air->tiles[k].camera, board) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

/* Or would be after a way back. */
static gboolean is_wanted(const Whistles *whistles, const char *code)
{
    return is_shown(whistles, code) || scene_is_open(whistles->env.controller, LEVEL_WHISTLE, code);
}

static void put_roster(const Whistles *whistles, const Follow *follow)
{
    roster_put(whistles->env.book, controller_config(whistles->env.controller), follow->whistle,
               follow->c, clock_unix_ms(), clock_now_ns() / (BEAT_MS * NS_PER_MS) % 2 != 0);
}

/* Cards and roster are put first: a wall takes no board that does not exist. */
static Command *scene_of(const Whistles *whistles, const char *wall, const Follow *follow,
                         const char *actor, GError **error)
{
    const Config *config = controller_config(whistles->env.controller);
    const char *cameras[LINKAGE_MAX_CAMERAS] = { NULL };
    guint n = case_scene_cameras(config, follow->c, cameras);
    g_autofree char *label = g_strconcat(LEVEL_WHISTLE, follow->code, NULL);
    g_autofree char *roster = g_strconcat(BOARD_PREFIX, label, NULL);
    g_autofree char *card = g_strconcat(BOARD_PREFIX LEVEL_CASE, follow->code, NULL);
    /* A banner may cover the upper edge: what has its heading there stands in the lower rows. */
    const char *by_views[][6] = {
        { BOARD_PREFIX "map", BOARD_PREFIX "deadlines", roster, card },
        { cameras[0], BOARD_PREFIX "map", roster, card },
        { cameras[0], cameras[1], roster, card },
        { cameras[0], cameras[1], roster, card, BOARD_PREFIX "map", cameras[2] },
    };
    case_scenes_keep(whistles->env.scenes, follow->c);
    put_roster(whistles, follow);
    return scene_open_command(whistles->env.controller, wall, label, n < 3 ? "4" : "1+5",
                              by_views[n], n < 3 ? 4 : 6, actor, error);
}

static void open_scene(const Whistles *whistles, const Follow *follow)
{
    Controller *controller = whistles->env.controller;
    const Config *config = controller_config(controller);
    g_autoptr(GError) error = NULL;
    if (config->cases.whistle_show != WHISTLE_SCENE || !config->words ||
        controller_count(controller) == 0)
        return;
    const char *wall = controller_wall_id(controller, 0);
    g_autoptr(Command) command = scene_of(whistles, wall, follow, ACTOR, &error);
    if (command) {
        command->by_tour = TRUE; /* also over a locked wall */
        tour_clock_prepare(whistles->env.tours, wall, command);
        controller_run(controller, wall, command, NULL, NULL, &error);
    }
    if (error)
        log_warning(ALARM, "whistle %s: its scene does not open: %s", follow->code, error->message);
}

static void close_scene(const Whistles *whistles, const Follow *follow)
{
    Controller *controller = whistles->env.controller;
    for (guint i = 0; i < controller_count(controller); i++) {
        const char *wall = controller_wall_id(controller, i);
        g_autoptr(Command) command = command_new(COMMAND_BACK, ACTOR);
        command->name = g_strconcat(LEVEL_WHISTLE, follow->code, NULL);
        command->by_tour = TRUE;
        if (wall_has_level(controller_wall(controller, wall), command->name))
            controller_run(controller, wall, command, NULL, NULL, NULL);
    }
}

/* The rosters of the newest whistles at the edge of every wall, if the site wants them there. */
static void set_overlays(const Whistles *whistles)
{
    Controller *controller = whistles->env.controller;
    const char *boards[MAX_OVERLAYS + 1] = { NULL };
    g_autoptr(GPtrArray) open = open_ones(whistles);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; is_overlaid(whistles) && i < open->len && i < MAX_OVERLAYS; i++) {
        char *name =
            g_strconcat(BOARD_PREFIX LEVEL_WHISTLE, ((const Follow *)open->pdata[i])->code, NULL);
        g_ptr_array_add(names, name);
        boards[i] = name;
    }
    for (guint i = 0; i < controller_count(controller); i++)
        controller_set_boards(controller, controller_wall_id(controller, i), boards);
}

/* --- reading -----------------------------------------------------------------------------------
 */

static gboolean on_beat(gpointer user);

static void set_timer(Whistles *whistles)
{
    gboolean is_needed = g_hash_table_size(whistles->follows) > 0;
    if (is_needed && !whistles->timer)
        whistles->timer = g_timeout_add(BEAT_MS, on_beat, whistles);
    if (!is_needed)
        g_clear_handle_id(&whistles->timer, g_source_remove);
}

/* [reader] */
static gboolean read_case(sqlite3 *db, gpointer data, GError **error)
{
    Read *read = data;
    g_autoptr(GError) cause = NULL;
    read->c = case_query_get(db, read->code, &cause);
    if (!cause)
        read->whistle = whistle_store_get(db, read->code, &cause);
    if (cause)
        g_propagate_error(error, g_steal_pointer(&cause));
    return cause == NULL;
}

/* [reader] */
static gboolean read_codes(sqlite3 *db, gpointer data, GError **error)
{
    Read *read = data;
    g_autoptr(GPtrArray) list = whistle_store_list(db, NULL, TRUE, MAX_FOLLOWS, error);
    if (!list)
        return FALSE;
    read->codes = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < list->len; i++)
        g_ptr_array_add(read->codes, g_strdup(((const StoredWhistle *)list->pdata[i])->case_code));
    return TRUE;
}

static void free_read(gpointer data)
{
    Read *read = data;
    if (read->whistles)
        g_ptr_array_remove_fast(read->whistles->reads, read);
    if (read->c)
        case_unref(read->c);
    if (read->codes)
        g_ptr_array_unref(read->codes);
    stored_whistle_free(read->whistle);
    g_free(read->code);
    g_free(read->wall);
    caller_unref(read->caller);
    g_free(read);
}

static Read *new_read(Whistles *whistles, const char *code)
{
    Read *read = g_new0(Read, 1);
    read->whistles = whistles;
    read->code = g_strdup(code);
    g_ptr_array_add(whistles->reads, read);
    return read;
}

static void start_read(Whistles *whistles, Follow *follow);

static void settle(Whistles *whistles, Follow *follow)
{
    gboolean opens = follow->opens, closes = follow->closes;
    follow->opens = follow->closes = FALSE;
    if (follow->whistle)
        whistles->env.event("whistle.changed",
                            roster_json(controller_config(whistles->env.controller),
                                        follow->whistle, follow->c, is_open(follow)),
                            whistles->env.user);
    if (follow->whistle && (is_open(follow) || is_wanted(whistles, follow->code)))
        put_roster(whistles, follow);
    if (is_open(follow)) {
        if (opens)
            open_scene(whistles, follow);
        look_for_missed(whistles, follow);
    } else if (closes) {
        close_scene(whistles, follow);
    }
    set_overlays(whistles);
}

static void on_read(gpointer data, const GError *error, gpointer user)
{
    Read *read = data;
    Follow *follow =
        read->whistles ? g_hash_table_lookup(read->whistles->follows, read->code) : NULL;
    if (!follow)
        return;
    follow->is_reading = FALSE;
    if (error) {
        log_warning(ALARM, "whistle %s: %s", read->code, error->message);
        follow->is_stale = TRUE; /* the next beat reads again */
        answer_waiters(follow);
        return;
    }
    if (follow->c)
        case_unref(follow->c);
    stored_whistle_free(follow->whistle);
    follow->c = g_steal_pointer(&read->c);
    follow->whistle = g_steal_pointer(&read->whistle);
    if (follow->is_stale)
        start_read(read->whistles, follow);
    else {
        settle(read->whistles, follow);
        answer_waiters(follow);
    }
}

static void start_read(Whistles *whistles, Follow *follow)
{
    follow->is_stale = follow->is_reading;
    if (follow->is_reading)
        return;
    follow->is_reading = TRUE;
    reader_submit(whistles->env.reader, read_case, new_read(whistles, follow->code), free_read,
                  on_read, NULL);
}

static Follow *follow_case(Whistles *whistles, const char *code)
{
    Follow *follow = g_hash_table_lookup(whistles->follows, code);
    if (follow)
        return follow;
    if (g_hash_table_size(whistles->follows) >= MAX_FOLLOWS) {
        log_error(ALARM, "whistle %s: %d are open already, this one's clocks are not watched", code,
                  MAX_FOLLOWS);
        return NULL;
    }
    follow = g_new0(Follow, 1);
    follow->code = g_strdup(code);
    follow->waiters = g_array_new(FALSE, FALSE, sizeof(Waiter));
    follow->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(whistles->follows, g_strdup(code), follow);
    set_timer(whistles);
    return follow;
}

static void follow_again(Whistles *whistles, const char *code)
{
    Follow *follow = follow_case(whistles, code);
    if (follow)
        start_read(whistles, follow);
}

static void on_codes(gpointer data, const GError *error, gpointer user)
{
    Read *read = data;
    if (!read->whistles)
        return;
    if (error) {
        log_error(ALARM, "open whistles cannot be read: %s", error->message);
        return;
    }
    for (guint i = 0; i < read->codes->len; i++)
        follow_again(read->whistles, g_ptr_array_index(read->codes, i));
}

/* --- time --------------------------------------------------------------------------------------
 */

static gboolean on_beat(gpointer user)
{
    Whistles *whistles = user;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, whistles->follows);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Follow *follow = value;
        if (follow->is_reading)
            continue;
        if (follow->is_stale) {
            start_read(whistles, follow);
        } else if (is_open(follow)) {
            if (is_overlaid(whistles) || is_shown(whistles, follow->code))
                put_roster(whistles, follow);
            look_for_missed(whistles, follow);
        } else if (!is_wanted(whistles, follow->code)) {
            g_hash_table_iter_remove(&iter);
        }
    }
    if (g_hash_table_size(whistles->follows) > 0)
        return G_SOURCE_CONTINUE;
    whistles->timer = 0;
    return G_SOURCE_REMOVE;
}

/* --- public ------------------------------------------------------------------------------------
 */

static gboolean is_about_whistle(EventType type)
{
    return type == EVENT_CASE_WHISTLED ||
           (type >= EVENT_WHISTLE_ACKNOWLEDGED && type <= EVENT_WHISTLE_ENDED);
}

void whistles_take(Whistles *whistles, const Event *event, gboolean is_own, Case *c)
{
    assert_control_thread();
    if (is_own && is_about_whistle(event->type))
        whistles->env.report(event_copy(event), whistles->env.user);
    gboolean is_known = g_hash_table_contains(whistles->follows, event->subject);
    if (!is_about_whistle(event->type) && !(c && is_known))
        return;
    Follow *follow = follow_case(whistles, event->subject);
    if (!follow)
        return;
    if (event->type == EVENT_CASE_WHISTLED && event->classification != CLASS_CONFIDENTIAL)
        follow->opens = TRUE;
    if (event->type == EVENT_WHISTLE_ENDED || (c && !case_state_is_open(c->state)))
        follow->closes = TRUE;
    start_read(whistles, follow);
}

void whistles_wait(Whistles *whistles, const char *case_code, WhistleSettled done, gpointer user)
{
    assert_control_thread();
    Follow *follow = g_hash_table_lookup(whistles->follows, case_code);
    Waiter waiter = { done, user };
    if (follow && follow->is_reading)
        g_array_append_val(follow->waiters, waiter);
    else
        done(user);
}

static gboolean is_seen(const Case *c, const Caller *caller)
{
    const char *region = fields_text(&c->fields, FIELD_REGION);
    return caller_sees_region(caller, region ? region : "");
}

const StoredWhistle *whistles_find(const Whistles *whistles, const char *case_code,
                                   const Caller *caller)
{
    const Follow *follow = g_hash_table_lookup(whistles->follows, case_code);
    return follow && is_open(follow) && is_seen(follow->c, caller) ? follow->whistle : NULL;
}

Json *whistles_state(const Whistles *whistles, const Caller *caller)
{
    const Config *config = controller_config(whistles->env.controller);
    Json *state = json_object_new_object(), *list = json_object_new_array();
    g_autoptr(GPtrArray) open = open_ones(whistles);
    for (guint i = 0; i < open->len; i++) {
        const Follow *follow = open->pdata[i];
        if (is_seen(follow->c, caller))
            json_object_array_add(list, roster_json(config, follow->whistle, follow->c, TRUE));
    }
    json_add(state, "whistles", list);
    return state;
}

static void on_read_to_open(gpointer data, const GError *error, gpointer user)
{
    Read *read = data;
    g_autoptr(GError) own = NULL;
    g_autoptr(Command) command = NULL;
    if (!read->whistles)
        g_set_error_literal(&own, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the program is stopping");
    else if (!error && (!read->c || !is_seen(read->c, read->caller) || !read->whistle))
        wall_error_set(&own, WALL_ERROR_NOT_FOUND, "no whistle was raised for such a case",
                       "这个案件没有吹过哨");
    else if (!error) {
        Follow *follow = follow_case(read->whistles, read->code);
        const Follow shown = { .code = read->code, .c = read->c, .whistle = read->whistle };
        command = scene_of(read->whistles, read->wall, &shown, read->caller->id, &own);
        if (follow)
            start_read(read->whistles, follow);
    }
    read->done(command, error ? error : own, read->user);
}

void whistles_open(Whistles *whistles, const char *wall, const char *case_code, Caller *caller,
                   WhistleScene done, gpointer user)
{
    assert_control_thread();
    Read *read = new_read(whistles, case_code);
    read->wall = g_strdup(wall);
    read->caller = caller_ref(caller);
    read->done = done;
    read->user = user;
    reader_submit(whistles->env.reader, read_case, read, free_read, on_read_to_open, NULL);
}

/* Scenes that are open over the walls have their roster again, also of a whistle that has ended. */
static void follow_levels(Whistles *whistles)
{
    Controller *controller = whistles->env.controller;
    for (guint i = 0; i < controller_count(controller); i++) {
        const Wall *wall = controller_wall(controller, controller_wall_id(controller, i));
        if (g_str_has_prefix(wall->label, LEVEL_WHISTLE))
            follow_again(whistles, wall->label + strlen(LEVEL_WHISTLE));
        for (guint k = 0; k < wall->below->len; k++) {
            const WallLevel *level = wall->below->pdata[k];
            if (g_str_has_prefix(level->label, LEVEL_WHISTLE))
                follow_again(whistles, level->label + strlen(LEVEL_WHISTLE));
        }
    }
}

Whistles *whistles_new(const WhistlesEnv *env)
{
    Whistles *whistles = g_new0(Whistles, 1);
    whistles->env = *env;
    whistles->follows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_follow);
    whistles->reads = g_ptr_array_new();
    follow_levels(whistles);
    reader_submit(env->reader, read_codes, new_read(whistles, NULL), free_read, on_codes, NULL);
    return whistles;
}

void whistles_free(Whistles *whistles)
{
    if (!whistles)
        return;
    for (guint i = 0; i < whistles->reads->len; i++)
        ((Read *)whistles->reads->pdata[i])->whistles = NULL;
    g_clear_handle_id(&whistles->timer, g_source_remove);
    g_ptr_array_unref(whistles->reads);
    g_hash_table_unref(whistles->follows);
    g_free(whistles);
}
