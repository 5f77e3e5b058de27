/* api_metrics.c - figures for Prometheus: what the parts of the daemon count, as one text
 *
 * Only numbers, and labels that are ids and words of ours: no name, no address, nothing of a case. How many
 * series there are is bounded by the configuration: cameras have series of their own up to metrics.cameras of
 * them, the first ones of the file, so that a tour through twenty thousand does not leave as many behind.
 */
#include "wallctl/api_metrics.h"

#include "pipelines/reaper.h"
#include "wallctl/api_status.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/exposition.h"
#include "wallctl/base/log.h"

#include <string.h>

static double of(Json *object, const char *key)
{
    return json_object_get_double(json_object_object_get(object, key));
}

static const char *text_of(Json *object, const char *key)
{
    const char *text = json_object_get_string(json_object_object_get(object, key));
    return text ? text : "";
}

/* --- the program and its machine -----------------------------------------------------------------------------------
 */

static void add_program(Exposition *out, const ApiEnv *env)
{
    exposition_family(out, "wallctl_build_info", EXPOSE_GAUGE, "Version of wallctl, as a label.");
    exposition_add(out, 1, "version", WALLCTL_VERSION, NULL);
    exposition_one(out, "process_start_time_seconds", EXPOSE_GAUGE, "Unix time of the start.",
                   (double)env->started_unix_ms / 1000);
    exposition_family(out, "wallctl_log_lines_total", EXPOSE_COUNTER,
                      "Lines written to the log, by level.");
    for (LogLevel level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++)
        exposition_add(out, (double)log_count(level), "level", log_level_word(level), NULL);
}

static void add_clock(Exposition *out, const MachineFacts *facts)
{
    if (!facts->is_clock_known)
        return;
    exposition_one(out, "wallctl_clock_synchronised", EXPOSE_GAUGE,
                   "1 while the kernel's clock follows a time server.",
                   facts->is_clock_synchronised);
    exposition_one(out, "wallctl_clock_offset_seconds", EXPOSE_GAUGE,
                   "Offset of the machine's clock as the kernel knows it.", facts->clock_offset_s);
    exposition_one(out, "wallctl_clock_max_error_seconds", EXPOSE_GAUGE,
                   "The most that the machine's clock may be wrong.", facts->clock_error_s);
}

static void add_machine(Exposition *out, const MachineFacts *facts)
{
    if (!facts->looked_unix_ms)
        return;
    exposition_one(out, "process_cpu_seconds_total", EXPOSE_COUNTER,
                   "Processor time used by the daemon, user and system.", facts->cpu_s);
    exposition_one(out, "process_resident_memory_bytes", EXPOSE_GAUGE, "Memory in use.",
                   (double)facts->resident_bytes);
    exposition_one(out, "process_open_fds", EXPOSE_GAUGE, "Open file descriptors.", facts->files);
    exposition_one(out, "process_max_fds", EXPOSE_GAUGE, "Most open file descriptors allowed.",
                   facts->max_files);
    exposition_one(out, "process_threads", EXPOSE_GAUGE, "Threads.", facts->threads);
    exposition_one(out, "wallctl_database_bytes", EXPOSE_GAUGE,
                   "Size of the database with its write-ahead log.", (double)facts->database_bytes);
    if (facts->disk_bytes >= 0) {
        exposition_one(out, "wallctl_disk_free_bytes", EXPOSE_GAUGE,
                       "Room left for the daemon on the disk that the state lies on.",
                       (double)facts->disk_free_bytes);
        exposition_one(out, "wallctl_disk_size_bytes", EXPOSE_GAUGE,
                       "Size of the disk that the state lies on.", (double)facts->disk_bytes);
    }
    add_clock(out, facts);
}

static void add_load(Exposition *out, const ApiEnv *env)
{
    g_autoptr(Json) load = supervisor_state(env->supervisor);
    exposition_one(out, "wallctl_load_level", EXPOSE_GAUGE,
                   "What is left out under load: 0 nothing, 4 half the output rate.",
                   of(load, "level"));
    exposition_one(out, "wallctl_machine_busy_ratio", EXPOSE_GAUGE,
                   "Busy share of all cores, by everybody.", of(load, "machine"));
    exposition_one(out, "wallctl_decode_waiting_units", EXPOSE_GAUGE,
                   "Received pictures that wait for a decoder.", of(load, "backlog"));
}

/* --- cameras -------------------------------------------------------------------------------------------------------
 */

typedef struct {
    const char *camera, *stream;
    double is_live, fps, rate, tries, sessions, frames, pictures, damaged, dropped, bytes, decode_s,
        picture_age_s; /* -1: no picture */
} FeedFigures;

static const struct {
    const char *name;
    ExpositionKind kind;
    gsize offset;
    const char *help;
} feed_rows[] = {
#define ROW(NAME, KIND, MEMBER, HELP)                                                              \
    {                                                                                              \
        "wallctl_camera_" NAME, EXPOSE_##KIND, offsetof(FeedFigures, MEMBER), HELP                 \
    }
    ROW("live", GAUGE, is_live, "1 while pictures come."),
    ROW("fps", GAUGE, fps, "Pictures a second, received, over the last seconds."),
    ROW("bytes_per_second", GAUGE, rate, "Bytes received a second, over the last seconds."),
    ROW("failed_tries", GAUGE, tries, "Failures to connect in a row."),
    ROW("sessions_total", COUNTER, sessions, "Sessions begun: more than one is a reconnect."),
    ROW("frames_total", COUNTER, frames, "Pictures received in this session."),
    ROW("decoded_frames_total", COUNTER, pictures, "Pictures decoded in this session."),
    ROW("damaged_frames_total", COUNTER, damaged, "Pictures that did not decode."),
    ROW("dropped_frames_total", COUNTER, dropped, "Pictures skipped because decoding fell behind."),
    ROW("received_bytes_total", COUNTER, bytes, "Bytes of pictures received."),
    ROW("decode_seconds", GAUGE, decode_s, "Processor time of one picture, moving average."),
    ROW("picture_age_seconds", GAUGE, picture_age_s,
        "Age of the newest decoded picture; only while somebody looks."),
#undef ROW
};

static void read_feed(GArray *list, Feed *feed, const Camera *camera, Profile profile)
{
    FeedInfo info;
    feed_get_info(feed, &info);
    gboolean has_age = info.reel.views > 0 && info.reel.last_picture_ns;
    FeedFigures figures = {
        .camera = camera->id,
        .stream = profile == PROFILE_MAIN ? "main" : "sub",
        .is_live = info.state == FEED_LIVE,
        .fps = info.fps,
        .rate = info.kbps * 1000 / 8,
        .tries = info.tries,
        .sessions = (double)info.sessions,
        .frames = (double)info.reel.units,
        .pictures = (double)info.reel.pictures,
        .damaged = (double)info.reel.damaged,
        .dropped = (double)info.reel.dropped,
        .bytes = (double)info.reel.bytes,
        .decode_s = (double)info.reel.decode_ns / NS_PER_SEC,
        .picture_age_s =
            has_age ? (double)(clock_now_ns() - info.reel.last_picture_ns) / NS_PER_SEC : -1,
    };
    g_array_append_val(list, figures);
}

static void add_cameras(Exposition *out, const ApiEnv *env)
{
    const Config *config = controller_config(env->controller);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(FeedFigures));
    for (guint i = 0; i < config->cameras->len && i < config->metrics_cameras; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
            Feed *feed = feed_pool_find(env->feeds, camera->id, profile);
            if (feed)
                read_feed(list, feed, camera, profile);
        }
    }
    for (gsize row = 0; row < G_N_ELEMENTS(feed_rows); row++) {
        exposition_family(out, feed_rows[row].name, feed_rows[row].kind, feed_rows[row].help);
        for (guint i = 0; i < list->len; i++) {
            const FeedFigures *figures = &g_array_index(list, FeedFigures, i);
            double value = G_STRUCT_MEMBER(double, figures, feed_rows[row].offset);
            if (value >= 0)
                exposition_add(out, value, "camera", figures->camera, "stream", figures->stream,
                               NULL);
        }
    }
}

static void count_state(Feed *feed, gpointer user)
{
    ((guint *)user)[feed_state(feed)]++;
}

static void add_feeds(Exposition *out, const ApiEnv *env)
{
    const Config *config = controller_config(env->controller);
    FeedPoolStats stats;
    feed_pool_get_stats(env->feeds, &stats);
    exposition_one(out, "wallctl_cameras", EXPOSE_GAUGE, "Cameras of the configuration.",
                   config->cameras->len);
    guint n[FEED_REFUSED + 1] = { 0 };
    feed_pool_foreach(env->feeds, count_state, n);
    exposition_family(out, "wallctl_feeds", EXPOSE_GAUGE, "Streams that are wanted, by state.");
    for (FeedState state = FEED_IDLE; state <= FEED_REFUSED; state++)
        exposition_add(out, n[state], "state", feed_state_word(state), NULL);
    exposition_one(out, "wallctl_feed_sessions", EXPOSE_GAUGE, "Sessions with cameras.",
                   stats.sessions);
    exposition_one(out, "wallctl_feeds_warm", EXPOSE_GAUGE, "Streams received without being shown.",
                   stats.warm);
    exposition_one(out, "wallctl_feeds_warm_refused", EXPOSE_GAUGE,
                   "Streams that the limit of warm ones turns down.", stats.warm_refused);
    exposition_one(out, "wallctl_decode_cores", EXPOSE_GAUGE, "Cores that decoding takes.",
                   stats.decode_cores);
    exposition_one(out, "wallctl_pipelines_stopping", EXPOSE_GAUGE,
                   "Sessions that are being taken down.", reaper_busy());
    exposition_one(out, "wallctl_pipelines_abandoned_total", EXPOSE_COUNTER,
                   "Sessions that could not be taken down.", reaper_abandoned());
}

static void add_quality(Exposition *out, const ApiEnv *env)
{
    g_autoptr(Json) quality = health_state(env->health);
    Json *kinds = json_object_object_get(quality, "kinds");
    exposition_one(out, "wallctl_quality_watched_cameras", EXPOSE_GAUGE,
                   "Cameras whose pictures are looked at.", of(quality, "watched"));
    exposition_one(out, "wallctl_quality_faulty_cameras", EXPOSE_GAUGE,
                   "Cameras whose picture has a fault.", of(quality, "faulty"));
    exposition_family(out, "wallctl_quality_faults", EXPOSE_GAUGE,
                      "Cameras with this fault of the picture.");
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++)
        exposition_add(out, of(kinds, quality_word(kind)), "kind", quality_word(kind), NULL);
    exposition_one(out, "wallctl_quality_looks_total", EXPOSE_COUNTER, "Pictures looked at.",
                   of(quality, "looks"));
}

static void add_patrol(Exposition *out, const ApiEnv *env)
{
    g_autoptr(Json) patrol = patrol_state(env->patrol);
    if (!patrol)
        return;
    exposition_family(out, "wallctl_patrol_visits_total", EXPOSE_COUNTER,
                      "Cameras that nobody looked at and the patrol did, by outcome.");
    exposition_add(out, of(patrol, "looked"), "outcome", "looked", NULL);
    exposition_add(out, of(patrol, "no_picture"), "outcome", "no_picture", NULL);
    exposition_one(out, "wallctl_patrol_resting", EXPOSE_GAUGE,
                   "1 while the patrol waits because the walls need the machine.",
                   json_object_get_boolean(json_object_object_get(patrol, "is_resting")));
}

/* --- walls ---------------------------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    ExpositionKind kind;
    const char *key, *help; /* key: of status.walls[].screens[] */
} screen_rows[] = {
    { "wallctl_ticks_total", EXPOSE_COUNTER, "ticks", "Ticks of a screen." },
    { "wallctl_ticks_late_total", EXPOSE_COUNTER, "late",
      "Ticks that began more than 10 ms after their time." },
    { "wallctl_ticks_skipped_total", EXPOSE_COUNTER, "skipped",
      "Ticks left out because the one before took too long." },
    { "wallctl_pictures_total", EXPOSE_COUNTER, "changed", "Ticks that gave a new picture." },
    { "wallctl_pictures_without_surface_total", EXPOSE_COUNTER, "no_surface",
      "Pictures not made because outputs held every surface." },
    { "wallctl_tick_slack_ratio", EXPOSE_GAUGE, "slack",
      "Share of a tick that is left over, last second." },
};

static void add_walls(Exposition *out, const ApiEnv *env)
{
    g_autoptr(Caller) caller = caller_new_local("metrics");
    g_autoptr(Json) json = walls_json(env, caller);
    Json *walls = json_object_object_get(json, "walls");
    for (gsize row = 0; row < G_N_ELEMENTS(screen_rows); row++) {
        exposition_family(out, screen_rows[row].name, screen_rows[row].kind, screen_rows[row].help);
        for (gsize w = 0; w < json_object_array_length(walls); w++) {
            Json *wall = json_object_array_get_idx(walls, w);
            Json *screens = json_object_object_get(wall, "screens");
            for (gsize s = 0; s < json_object_array_length(screens); s++) {
                Json *screen = json_object_array_get_idx(screens, s);
                exposition_add(out, of(screen, screen_rows[row].key), "wall", text_of(wall, "id"),
                               "screen", text_of(screen, "id"), NULL);
            }
        }
    }
    exposition_family(out, "wallctl_wall_revisions_pending", EXPOSE_GAUGE,
                      "Changes of a wall that are not on glass yet.");
    for (gsize w = 0; w < json_object_array_length(walls); w++) {
        Json *wall = json_object_array_get_idx(walls, w);
        exposition_add(out, MAX(0, of(wall, "revision") - of(wall, "on_glass")), "wall",
                       text_of(wall, "id"), NULL);
    }
}

static void add_outputs(Exposition *out, const ApiEnv *env)
{
    static const struct {
        const char *name;
        ExpositionKind kind;
        const char *key, *help;
    } rows[] = {
        { "wallctl_output_up", EXPOSE_GAUGE, NULL,
          "1 while the output works, or where there is nothing to show it on." },
        { "wallctl_output_clients", EXPOSE_GAUGE, "clients", "Who takes the output." },
        { "wallctl_output_restarts_total", EXPOSE_COUNTER, "restarts",
          "How often the window's process was begun anew." },
    };
    g_autoptr(Json) outputs = outputs_state(env->outputs(env->user));
    for (gsize row = 0; row < G_N_ELEMENTS(rows); row++) {
        exposition_family(out, rows[row].name, rows[row].kind, rows[row].help);
        for (gsize i = 0; i < json_object_array_length(outputs); i++) {
            Json *output = json_object_array_get_idx(outputs, i);
            const char *state = text_of(output, "state");
            gboolean is_up = strcmp(state, "on") == 0 || strcmp(state, "none") == 0;
            if (!rows[row].key || json_object_object_get(output, rows[row].key))
                exposition_add(out, rows[row].key ? of(output, rows[row].key) : is_up, "output",
                               text_of(output, "id"), "kind", text_of(output, "kind"), NULL);
        }
    }
}

/* --- clients and people --------------------------------------------------------------------------------------------
 */

static void add_clients(Exposition *out, const ApiEnv *env)
{
    WebStats web = { 0 };
    if (env->web(env->user))
        web_get_stats(env->web(env->user), &web);
    exposition_family(out, "wallctl_clients", EXPOSE_GAUGE, "Open connections, by what they are.");
    exposition_add(out, web.connections, "kind", "all", NULL);
    exposition_add(out, web.event_clients, "kind", "events", NULL);
    exposition_add(out, web.viewers, "kind", "preview", NULL);
    exposition_add(out, web.intake_peers, "kind", "intake", NULL);
    exposition_one(out, "wallctl_requests_total", EXPOSE_COUNTER, "Requests to the API.",
                   web.requests);
    exposition_one(out, "wallctl_requests_refused_total", EXPOSE_COUNTER,
                   "Requests and connections that were refused before they were understood.",
                   (double)web.refused);
    exposition_one(out, "wallctl_sent_bytes_total", EXPOSE_COUNTER, "Bytes sent to clients.",
                   (double)web.bytes_out);
}

static void add_people(Exposition *out, const People *people)
{
    static const char *const results[] = {
        "", "ok", "denied", "code_needed", "wait", "unavailable"
    };
    exposition_family(out, "wallctl_sign_ins_total", EXPOSE_COUNTER,
                      "Attempts to sign in, by how they ended; wait: not even tried.");
    for (SignInResult result = SIGN_IN_OK; result <= SIGN_IN_UNAVAILABLE; result++)
        exposition_add(out, (double)sign_in_count(people->sign_in, result), "result",
                       results[result], NULL);
    exposition_one(out, "wallctl_strangers_total", EXPOSE_COUNTER,
                   "Requests with a token or cookie that is nobody's, or not any more.",
                   (double)people->n_strangers);
    exposition_one(out, "wallctl_sessions", EXPOSE_GAUGE, "People who are signed in.",
                   sessions_count(people->sessions));
}

static void add_av(Exposition *out, const AvControl *control)
{
    g_autoptr(Json) av = av_control_state(control);
    if (!av)
        return;
    exposition_one(out, "wallctl_av_clients", EXPOSE_GAUGE,
                   "Room control systems that are connected.", of(av, "clients"));
    exposition_one(out, "wallctl_av_lines_total", EXPOSE_COUNTER, "Lines that they have sent.",
                   of(av, "lines"));
    exposition_one(out, "wallctl_av_refused_total", EXPOSE_COUNTER,
                   "Connections to their port that were not let in.", of(av, "refused"));
}

/* --- events, alarms, links -----------------------------------------------------------------------------------------
 */

static void add_refusals(Exposition *out, Json *sources)
{
    exposition_family(out, "wallctl_source_refused_total", EXPOSE_COUNTER,
                      "Events refused, by source and reason.");
    for (gsize i = 0; i < json_object_array_length(sources); i++) {
        Json *source = json_object_array_get_idx(sources, i);
        Json *refused = json_object_object_get(source, "refused");
        struct json_object_iter reason;
        json_object_object_foreachC (refused, reason)
            exposition_add(out, json_object_get_double(reason.val), "source", text_of(source, "id"),
                           "reason", reason.key, NULL);
    }
}

static void add_sources(Exposition *out, const ApiEnv *env)
{
    static const char *const outcomes[] = { "ok", "duplicate", "anomaly" };
    g_autoptr(Json) sources = sources_state(env->sources);
    exposition_family(out, "wallctl_source_events_total", EXPOSE_COUNTER,
                      "Events taken in, by source and outcome.");
    for (gsize i = 0; i < json_object_array_length(sources); i++) {
        Json *source = json_object_array_get_idx(sources, i);
        for (gsize k = 0; k < G_N_ELEMENTS(outcomes); k++)
            exposition_add(out, of(source, outcomes[k]), "source", text_of(source, "id"), "outcome",
                           outcomes[k], NULL);
    }
    add_refusals(out, sources);
    exposition_family(out, "wallctl_source_silent", EXPOSE_GAUGE,
                      "1 while a source has said nothing for longer than it may.");
    for (gsize i = 0; i < json_object_array_length(sources); i++) {
        Json *source = json_object_array_get_idx(sources, i);
        exposition_add(out, strcmp(text_of(source, "state"), "silent") == 0, "source",
                       text_of(source, "id"), NULL);
    }
    exposition_family(out, "wallctl_source_last_event_timestamp_seconds", EXPOSE_GAUGE,
                      "Unix time of the newest event of a source.");
    for (gsize i = 0; i < json_object_array_length(sources); i++) {
        Json *source = json_object_array_get_idx(sources, i);
        if (of(source, "last_ms") > 0)
            exposition_add(out, of(source, "last_ms") / 1000, "source", text_of(source, "id"),
                           NULL);
    }
}

static void add_links(Exposition *out, const ApiEnv *env)
{
    g_autoptr(Json) links = links_state(env->links);
    exposition_family(out, "wallctl_link_up", EXPOSE_GAUGE,
                      "1 while the connection to another platform is open.");
    for (gsize i = 0; i < json_object_array_length(links); i++) {
        Json *link = json_object_array_get_idx(links, i);
        exposition_add(out, strcmp(text_of(link, "state"), "open") == 0, "link",
                       text_of(link, "id"), "kind", text_of(link, "kind"), NULL);
    }
    exposition_family(out, "wallctl_outbox_waiting", EXPOSE_GAUGE,
                      "Reports that a platform above has not taken yet.");
    for (gsize i = 0; i < json_object_array_length(links); i++) {
        Json *link = json_object_array_get_idx(links, i);
        if (json_object_object_get(link, "waiting"))
            exposition_add(out, of(link, "waiting"), "link", text_of(link, "id"), NULL);
    }
}

static void add_alarms(Exposition *out, const ApiEnv *env)
{
    static const char *const severities[] = { "red", "orange", "yellow", "blue", "none" };
    static const char *const states[] = { "raised", "snoozed" };
    g_autoptr(Json) state = director_state(env->director);
    Json *list = json_object_object_get(state, "alarms");
    guint n[G_N_ELEMENTS(severities)][G_N_ELEMENTS(states)] = { 0 };
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *alarm = json_object_array_get_idx(list, i);
        for (gsize k = 0; k < G_N_ELEMENTS(severities); k++) {
            for (gsize s = 0; s < G_N_ELEMENTS(states); s++)
                n[k][s] += strcmp(text_of(alarm, "severity"), severities[k]) == 0 &&
                           strcmp(text_of(alarm, "state"), states[s]) == 0;
        }
    }
    exposition_family(out, "wallctl_alarms", EXPOSE_GAUGE,
                      "Alarms that nobody has answered for good, by severity and state.");
    for (gsize k = 0; k < G_N_ELEMENTS(severities); k++) {
        for (gsize s = 0; s < G_N_ELEMENTS(states); s++)
            exposition_add(out, n[k][s], "severity", severities[k], "state", states[s], NULL);
    }
    exposition_one(out, "wallctl_alarm_flood", EXPOSE_GAUGE,
                   "1 while alarms are shown as a list because there are too many.",
                   json_object_get_boolean(json_object_object_get(state, "flood")));
}

/* --- what is kept --------------------------------------------------------------------------------------------------
 */

static void add_store(Exposition *out, Store *store)
{
    g_autofree char *trouble = store_dup_trouble(store);
    StoreStats stats;
    store_get_stats(store, &stats);
    exposition_one(out, "wallctl_store_good", EXPOSE_GAUGE,
                   "1 while what is to be kept reaches the disk.", trouble == NULL);
    exposition_one(out, "wallctl_store_waiting_jobs", EXPOSE_GAUGE,
                   "Changes that wait for the disk.", stats.waiting);
    exposition_one(out, "wallctl_store_jobs_total", EXPOSE_COUNTER, "Changes handed to the disk.",
                   (double)stats.jobs);
    exposition_one(out, "wallctl_store_failed_batches_total", EXPOSE_COUNTER,
                   "Transactions that failed.", (double)stats.failed_batches);
    exposition_family(out, "wallctl_store_batch_seconds", EXPOSE_HISTOGRAM,
                      "Duration of one transaction, to its fsync.");
    exposition_histogram(out, store_bounds_s, stats.took, STORE_N_BOUNDS, stats.took_s);
}

static void add_audit(Exposition *out, const Audit *register_)
{
    g_autoptr(Json) audit = audit_state(register_);
    exposition_one(out, "wallctl_audit_kept_rows", EXPOSE_GAUGE,
                   "Rows of the register that are kept.", of(audit, "rows"));
    exposition_one(out, "wallctl_audit_rows_total", EXPOSE_COUNTER,
                   "Rows of the register ever written: the number of the newest.",
                   of(audit, "seq"));
    exposition_one(out, "wallctl_audit_waiting_rows", EXPOSE_GAUGE,
                   "Rows of the register that wait for the disk.", of(audit, "waiting"));
    exposition_one(out, "wallctl_audit_lost_rows_total", EXPOSE_COUNTER,
                   "Rows that were lost while the disk failed.", of(audit, "lost"));
    exposition_one(out, "wallctl_audit_writable", EXPOSE_GAUGE,
                   "1 while pictures may be given out, because that can be written down.",
                   json_object_get_boolean(json_object_object_get(audit, "is_writable")));
}

/* --- all of it -----------------------------------------------------------------------------------------------------
 */

char *metrics_dup_text(const ApiEnv *env)
{
    Exposition out = { .text = g_string_sized_new(16384) };
    add_program(&out, env);
    add_machine(&out, machine_facts(env->machine));
    add_load(&out, env);
    add_feeds(&out, env);
    add_cameras(&out, env);
    add_quality(&out, env);
    add_patrol(&out, env);
    add_walls(&out, env);
    add_outputs(&out, env);
    add_clients(&out, env);
    add_people(&out, env->people);
    add_av(&out, env->av);
    add_sources(&out, env);
    add_links(&out, env);
    add_alarms(&out, env);
    if (env->store)
        add_store(&out, env->store);
    if (env->audit)
        add_audit(&out, env->audit);
    return g_string_free(out.text, FALSE);
}

gboolean api_get_metrics(ApiCall *call, GError **error)
{
    char *text = metrics_dup_text(call->env);
    web_reply_bytes(call->request, 200, EXPOSITION_TYPE, g_bytes_new_take(text, strlen(text)));
    return TRUE;
}
