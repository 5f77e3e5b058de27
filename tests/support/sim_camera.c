/* sim_camera.c - a camera's two streams: which media unit is due when, under which faults
 *
 * The time line begins at the epoch and never stops; a stream that nobody plays costs nothing and
 * is sought to the present when somebody does.
 */
#include "tests/support/sim_camera.h"

#include <string.h>
#include <time.h>

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

/* After a standstill (the process was stopped) units older than this are skipped, as a camera's
 * encoder would have. */
#define CATCH_UP_NS (200 * NS_PER_MS)

gint64 sim_now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (gint64)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

gboolean sim_camera_id_is_valid(const char *id)
{
    gsize length = strlen(id);
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(id[i]) && !strchr("._-", id[i]))
            return FALSE;
    }
    return length > 0 && length <= 64;
}

SimCamera *sim_camera_new(const char *id, gint64 epoch_ns, SimTrack *const video[SIM_STREAMS],
                          SimTrack *const audio[SIM_STREAMS], const CameraSimOptions *options)
{
    static const char *const names[SIM_STREAMS] = { "main", "sub" };
    SimCamera *camera = g_new0(SimCamera, 1);
    camera->id = g_strdup(id);
    camera->epoch_ns = epoch_ns;
    camera->max_sessions = options->max_sessions;
    camera->timeout_s = options->timeout_s ? options->timeout_s : 60;
    camera->send_buffer_bytes =
        options->send_buffer_bytes ? options->send_buffer_bytes : 512 * 1024;
    if (options->user) {
        const char *password = options->password ? options->password : "";
        camera->account.user = g_strdup(options->user);
        camera->account.password = secret_new(password, strlen(password));
        camera->account.kind = options->auth ? options->auth : CAMERA_SIM_AUTH_DIGEST;
    }
    for (guint i = 0; i < SIM_STREAMS; i++) {
        SimStream *stream = &camera->streams[i];
        stream->camera = camera;
        stream->name = names[i];
        stream->video = sim_track_ref(video[i]);
        stream->audio = audio[i] ? sim_track_ref(audio[i]) : NULL;
        stream->playing = g_ptr_array_new();
        stream->cursors[SIM_VIDEO].track = stream->video;
        stream->cursors[SIM_AUDIO].track = stream->audio;
    }
    return camera;
}

void sim_camera_free(SimCamera *camera)
{
    for (guint i = 0; i < SIM_STREAMS; i++) {
        sim_track_unref(camera->streams[i].video);
        sim_track_unref(camera->streams[i].audio);
        g_ptr_array_unref(camera->streams[i].playing);
    }
    sim_account_clear(&camera->account);
    g_free(camera->id);
    g_free(camera);
}

guint sim_camera_sessions(const SimCamera *camera)
{
    return camera->streams[SIM_MAIN].count.sessions + camera->streams[SIM_SUB].count.sessions;
}

static void cursor_set(SimCursor *cursor, const SimTrack *track, SimPosition at, gint64 epoch_ns)
{
    cursor->track = track;
    cursor->at = at;
    cursor->due_ns = track ? epoch_ns + sim_track_time_ns(track, at) : G_MAXINT64;
}

void sim_stream_seek(SimStream *stream, gint64 now_ns)
{
    gint64 epoch_ns = stream->camera->epoch_ns;
    for (guint i = 0; i < SIM_MEDIA; i++) {
        SimCursor *cursor = &stream->cursors[i];
        SimPosition at = { 0 };
        if (cursor->track)
            at = sim_track_position(cursor->track, now_ns - epoch_ns);
        cursor_set(cursor, cursor->track, at, epoch_ns);
    }
}

gint64 sim_stream_due_ns(const SimStream *stream)
{
    return MIN(stream->cursors[SIM_VIDEO].due_ns, stream->cursors[SIM_AUDIO].due_ns);
}

/* The fault "resize" comes and goes at a key frame of the other picture, as when an encoder starts
 * anew. */
static void change_picture(SimStream *stream)
{
    const SimCamera *camera = stream->camera;
    SimCursor *cursor = &stream->cursors[SIM_VIDEO];
    const SimStream *other =
        &camera->streams[stream == &camera->streams[SIM_MAIN] ? SIM_SUB : SIM_MAIN];
    const SimTrack *wanted = stream->faults.resize ? other->video : stream->video;
    if (wanted == cursor->track)
        return;
    /* The same moment may be a few ns apart on two time lines. */
    SimPosition at = sim_track_position(wanted, MAX(cursor->due_ns - camera->epoch_ns - 1000, 0));
    if (wanted->units[at.index].is_key)
        cursor_set(cursor, wanted, at, camera->epoch_ns);
}

gboolean sim_stream_take_due(SimStream *stream, gint64 now_ns, SimPush *push)
{
    if (sim_stream_due_ns(stream) > now_ns)
        return FALSE;
    change_picture(stream);
    guint medium = stream->cursors[SIM_AUDIO].due_ns < stream->cursors[SIM_VIDEO].due_ns
                       ? SIM_AUDIO
                       : SIM_VIDEO;
    SimCursor *cursor = &stream->cursors[medium];
    gint64 late_ns = now_ns - cursor->due_ns;
    if (late_ns < 0)
        return FALSE;
    const SimUnit *unit = &cursor->track->units[cursor->at.index];
    *push = (SimPush) {
        .medium = medium,
        .track = cursor->track,
        .unit = unit,
        .ticks = sim_track_ticks(cursor->track, cursor->at),
        .is_muted = stream->faults.hang || stream->faults.silent || late_ns > CATCH_UP_NS,
        .is_key_held = stream->faults.no_idr && medium == SIM_VIDEO && unit->is_key,
    };
    stream->late_max_ns = MAX(stream->late_max_ns, late_ns);
    cursor_set(cursor, cursor->track, sim_track_next(cursor->track, cursor->at),
               stream->camera->epoch_ns);
    return TRUE;
}

gboolean sim_stream_can_have(const SimStream *stream, const SimFaults *faults, GError **error)
{
    const SimStream *streams = stream->camera->streams;
    const SimTrack *main_video = streams[SIM_MAIN].video, *sub_video = streams[SIM_SUB].video;
    if (!faults->resize ||
        (main_video != sub_video && g_str_equal(main_video->encoding, sub_video->encoding)))
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "camera '%s': fault 'resize' wants different files of one codec for main and sub",
                stream->camera->id);
    return FALSE;
}

char *sim_stream_dup_sdp(const SimStream *stream)
{
    GString *sdp = g_string_new(NULL);
    g_string_append_printf(sdp,
                           "v=0\r\n"
                           "o=- %u 1 IN IP4 127.0.0.1\r\n"
                           "s=%s/%s\r\n"
                           "c=IN IP4 0.0.0.0\r\n"
                           "t=0 0\r\n"
                           "a=tool:camera-sim\r\n"
                           "a=range:npt=now-\r\n"
                           "a=control:*\r\n",
                           g_str_hash(stream->camera->id), stream->camera->id, stream->name);
    const SimTrack *tracks[SIM_MEDIA] = { stream->video, stream->audio };
    for (guint i = 0; i < SIM_MEDIA; i++) {
        if (tracks[i])
            g_string_append_printf(sdp, "%sa=control:trackID=%u\r\n", tracks[i]->sdp, i);
    }
    return g_string_free(sdp, FALSE);
}

void sim_stream_get_stats(SimStream *stream, CameraSimStats *stats)
{
    const SimTrack *video = stream->video;
    const SimCamera *camera = stream->camera;
    *stats = stream->count;
    stats->frame = (guint64)((double)(sim_now_ns() - camera->epoch_ns) * video->fps_num /
                             video->fps_den / NS_PER_SEC);
    stats->epoch_ns = camera->epoch_ns;
    stats->fps_num = video->fps_num;
    stats->fps_den = video->fps_den;
    stats->loop_frames = video->n_units;
    stats->late_max_us = (guint)MIN(stream->late_max_ns / 1000, G_MAXUINT);
    stream->late_max_ns = 0;
    g_autofree char *fault = sim_faults_dup_text(&stream->faults);
    g_strlcpy(stats->fault, fault, sizeof stats->fault);
}
