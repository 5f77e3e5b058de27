/* visitor.c - visitor mode: chosen screens show public boards only, until somebody who knows the PIN ends it
 *
 * The state is one Json list, as it is kept and told: an entry a wall, of which a missing list of screens
 * means all of them.
 */
#include "wallctl/visitor.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/pin.h"
#include "wallctl/password.h"
#include "wallctl/store/visitor_store.h"

#include <string.h>

#define BUSY_S 1

struct Visitor {
    Store *store;
    WorkPool *work;
    VisitorChanged changed;
    gpointer user;
    VisitorRecord record;
    struct Job *job; /* under way, or NULL */
};

typedef struct Job {
    gint refs;        /* the pool's, and the post's */
    Visitor *visitor; /* NULL: it is gone, and has answered */
    Secret *pin;
    char *hash; /* to be held against; NULL: to be made */
    gboolean is_new, fits;
    GError *error;
    PinDone done;
    gpointer user;
} Job;

/* --- where it is on ----------------------------------------------------------------------------
 */

static const char *text_of(Json *object, const char *key)
{
    Json *value = NULL;
    json_object_object_get_ex(object, key, &value);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

static gsize length_of(Json *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static Json *entry_of(const Visitor *visitor, const char *wall, gsize *index)
{
    for (gsize i = 0; i < length_of(visitor->record.walls); i++) {
        Json *entry = json_object_array_get_idx(visitor->record.walls, i);
        if (strcmp(text_of(entry, "wall"), wall) != 0)
            continue;
        if (index)
            *index = i;
        return entry;
    }
    return NULL;
}

static gboolean lists(Json *screens, const char *screen)
{
    for (gsize i = 0; i < length_of(screens); i++) {
        if (g_strcmp0(json_object_get_string(json_object_array_get_idx(screens, i)), screen) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean visitor_is_on(const Visitor *visitor, const char *wall, const char *screen)
{
    Json *entry = entry_of(visitor, wall, NULL), *screens = NULL;
    if (!entry)
        return FALSE;
    return !json_object_object_get_ex(entry, "screens", &screens) || lists(screens, screen);
}

gboolean visitor_has_pin(const Visitor *visitor)
{
    return visitor->record.pin != NULL;
}

static void save(const Visitor *visitor)
{
    if (visitor->store)
        visitor_store_put(visitor->store, &visitor->record);
}

static gboolean is_named(const char *const *screens, const char *screen)
{
    return !screens || g_strv_contains(screens, screen);
}

/* What the wall is to have from now on: all, a list, or (an empty list) nothing. */
static void set_entry(Visitor *visitor, const char *wall, Json *screens, gboolean is_all,
                      const char *actor)
{
    gsize index = 0;
    Json *entry = entry_of(visitor, wall, &index);
    if (!visitor->record.walls)
        visitor->record.walls = json_object_new_array();
    if (!is_all && length_of(screens) == 0) {
        if (entry)
            json_object_array_del_idx(visitor->record.walls, index, 1);
        json_object_put(screens);
        return;
    }
    if (!entry) {
        entry = json_object_new_object();
        json_add_string(entry, "wall", wall);
        json_add_int(entry, "since", clock_unix_ms());
        json_add_string(entry, "by", actor);
        json_object_array_add(visitor->record.walls, entry);
    }
    json_object_object_del(entry, "screens");
    if (is_all)
        json_object_put(screens);
    else
        json_add(entry, "screens", screens);
}

/* Where the wall has it, before or afterwards. */
static gboolean change(Visitor *visitor, const WallConfig *wall, const char *const *screens,
                       gboolean is_on, const char *actor)
{
    Json *list = json_object_new_array();
    Json *entry = entry_of(visitor, wall->id, NULL);
    gboolean was_all = entry && !json_object_object_get_ex(entry, "screens", NULL);
    gboolean is_all = is_on && (!screens || was_all), is_changed = is_all && !was_all;
    for (guint i = 0; i < wall->n_screens; i++) {
        const char *screen = wall->screens[i].id;
        gboolean was = visitor_is_on(visitor, wall->id, screen);
        gboolean is = is_named(screens, screen) ? is_on : was;
        is_changed |= is != was;
        if (is)
            json_object_array_add(list, json_object_new_string(screen));
    }
    is_changed |= !is_on && !screens && entry != NULL;
    set_entry(visitor, wall->id, list, is_all, actor);
    return is_changed;
}

static gboolean change_and_tell(Visitor *visitor, const WallConfig *wall,
                                const char *const *screens, gboolean is_on, const char *actor)
{
    if (!change(visitor, wall, screens, is_on, actor))
        return FALSE;
    save(visitor);
    visitor->changed(wall->id, is_on, actor, visitor->user);
    return TRUE;
}

gboolean visitor_begin(Visitor *visitor, const WallConfig *wall, const char *const *screens,
                       const char *actor)
{
    assert_control_thread();
    return change_and_tell(visitor, wall, screens, TRUE, actor);
}

gboolean visitor_end(Visitor *visitor, const WallConfig *wall, const char *const *screens,
                     const char *actor)
{
    assert_control_thread();
    return change_and_tell(visitor, wall, screens, FALSE, actor);
}

/* --- the PIN -----------------------------------------------------------------------------------
 */

static void unref_job(gpointer data)
{
    Job *job = data;
    if (!g_atomic_int_dec_and_test(&job->refs))
        return;
    secret_unref(job->pin);
    g_free(job->hash);
    g_clear_error(&job->error);
    g_free(job);
}

static guint wait_s(const Visitor *visitor)
{
    gint64 left_ms = visitor->record.until_ms - clock_unix_ms();
    /* A clock that was set back must not lock anybody out for longer. */
    gint64 most_ms = (gint64)pin_wait_s(visitor->record.failures) * 1000;
    return left_ms > 0 ? (guint)((MIN(left_ms, most_ms) + 999) / 1000) : 0;
}

static void count(Visitor *visitor, guint failures)
{
    guint wait = pin_wait_s(failures);
    visitor->record.failures = failures;
    visitor->record.until_ms = wait ? clock_unix_ms() + (gint64)wait * 1000 : 0;
    save(visitor);
}

static PinResult judge(Visitor *visitor, Job *job)
{
    if (job->error)
        return PIN_UNAVAILABLE;
    if (job->is_new) {
        g_free(visitor->record.pin);
        visitor->record.pin = g_steal_pointer(&job->hash);
        count(visitor, 0);
        return PIN_GOOD;
    }
    count(visitor, job->fits ? 0 : visitor->record.failures + 1);
    return job->fits ? PIN_GOOD : PIN_WRONG;
}

static void finish(gpointer data)
{
    Job *job = data;
    Visitor *visitor = job->visitor;
    if (!visitor)
        return;
    visitor->job = NULL;
    PinResult result = judge(visitor, job);
    job->done(result, wait_s(visitor), job->error, job->user);
}

/* [worker] */
static void run(gpointer data)
{
    Job *job = data;
    if (job->is_new)
        job->hash = password_hash(job->pin, &job->error);
    else
        job->fits = password_fits(job->pin, job->hash);
    g_atomic_int_inc(&job->refs);
    post_control(finish, job, unref_job);
}

static void submit(Visitor *visitor, Secret *pin, gboolean is_new, PinDone done, gpointer user)
{
    if (visitor->job) {
        done(PIN_WAIT, BUSY_S, NULL, user);
        return;
    }
    g_autoptr(GError) error = NULL;
    Job *job = g_new(Job, 1);
    *job = (Job) { .refs = 1,
                   .visitor = visitor,
                   .pin = secret_ref(pin),
                   .hash = is_new ? NULL : g_strdup(visitor->record.pin),
                   .is_new = is_new,
                   .done = done,
                   .user = user };
    visitor->job = job;
    if (work_submit(visitor->work, run, job, unref_job, &error))
        return;
    visitor->job = NULL;
    done(PIN_UNAVAILABLE, 0, error, user);
}

void visitor_check_pin(Visitor *visitor, Secret *pin, PinDone done, gpointer user)
{
    assert_control_thread();
    guint wait = wait_s(visitor);
    if (!visitor->record.pin)
        done(PIN_NONE, 0, NULL, user);
    else if (wait)
        done(PIN_WAIT, wait, NULL, user);
    else
        submit(visitor, pin, FALSE, done, user);
}

void visitor_set_pin(Visitor *visitor, Secret *pin, PinDone done, gpointer user)
{
    assert_control_thread();
    submit(visitor, pin, TRUE, done, user);
}

/* --- told --------------------------------------------------------------------------------------
 */

Json *visitor_walls_json(const Visitor *visitor)
{
    return visitor->record.walls ? json_object_get(visitor->record.walls) : json_object_new_array();
}

Json *visitor_json(const Visitor *visitor)
{
    Json *json = json_object_new_object();
    json_add_bool(json, "has_pin", visitor->record.pin != NULL);
    json_add_int(json, "failures", visitor->record.failures);
    json_add_int(json, "wait_s", wait_s(visitor));
    json_add(json, "walls", visitor_walls_json(visitor));
    return json;
}

/* --- life --------------------------------------------------------------------------------------
 */

Visitor *visitor_new(Store *store, WorkPool *work, const Config *config, VisitorChanged changed,
                     gpointer user)
{
    g_autoptr(GError) error = NULL;
    Visitor *visitor = g_new0(Visitor, 1);
    *visitor = (Visitor) { .store = store, .work = work, .changed = changed, .user = user };
    if (store && !visitor_store_load(store, &visitor->record, &error)) {
        log_error(STORE, "whether visitor mode is on cannot be read; everything is covered: %s",
                  error->message);
        visitor_record_clear(&visitor->record);
        for (guint i = 0; i < config->n_walls; i++)
            set_entry(visitor, config->walls[i].id, NULL, TRUE, "start");
    }
    if (length_of(visitor->record.walls))
        log_info(WALL, "visitor mode is on, as before");
    return visitor;
}

void visitor_stop(Visitor *visitor)
{
    assert_control_thread();
    Job *job = g_steal_pointer(&visitor->job);
    if (!job)
        return;
    job->visitor = NULL;
    job->done(PIN_UNAVAILABLE, 0, NULL, job->user);
}

void visitor_free(Visitor *visitor)
{
    if (!visitor)
        return;
    visitor_stop(visitor);
    visitor_record_clear(&visitor->record);
    g_free(visitor);
}
