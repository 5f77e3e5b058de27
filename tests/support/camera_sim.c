/* camera_sim.c - simulated cameras: files to sources, sources to cameras, cameras to the server
 *
 * A file is read once; cameras share its packets. Cameras begin at different places of their loops,
 * so that neither their frames nor their key frames come at the same moment, as with real ones.
 */
#include "tests/support/camera_sim.h"

#include <math.h>
#include <pthread.h>

#include "tests/support/sim_server.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#define GOLDEN_RATIO 0.6180339887498949

struct CameraSim {
    SimServer *server;
    pthread_mutex_t lock;
    GHashTable *tracks; /* lock: "video:PATH", "audio:PATH", "tone:HZ" -> SimTrack */
    guint n_cameras;    /* lock */
};

/* Borrowed, or NULL. */
static SimTrack *read_file(CameraSim *sim, const char *path, gboolean wants_audio, SimTrack **audio,
                           GError **error)
{
    g_autofree char *video_key = g_strconcat("video:", path, NULL);
    g_autofree char *audio_key = g_strconcat("audio:", path, NULL);
    SimTrack *video = g_hash_table_lookup(sim->tracks, video_key);
    *audio = wants_audio ? g_hash_table_lookup(sim->tracks, audio_key) : NULL;
    if (video && (*audio || !wants_audio))
        return video;
    if (!sim_source_read(path, wants_audio, &video, audio, error))
        return NULL;
    g_hash_table_replace(sim->tracks, g_steal_pointer(&video_key), video);
    if (*audio)
        g_hash_table_replace(sim->tracks, g_steal_pointer(&audio_key), *audio);
    return video;
}

/* Borrowed, or NULL. */
static SimTrack *make_tone(CameraSim *sim, guint hz, GError **error)
{
    g_autofree char *key = g_strdup_printf("tone:%u", hz);
    SimTrack *tone = g_hash_table_lookup(sim->tracks, key);
    if (tone)
        return tone;
    tone = sim_source_tone(hz, error);
    if (tone)
        g_hash_table_replace(sim->tracks, g_steal_pointer(&key), tone);
    return tone;
}

static SimCamera *make_camera(CameraSim *sim, const char *id, const char *const paths[SIM_STREAMS],
                              const CameraSimOptions *options, GError **error)
{
    SimTrack *video[SIM_STREAMS], *audio[SIM_STREAMS];
    for (guint i = 0; i < SIM_STREAMS; i++) {
        video[i] = read_file(sim, paths[i], options->has_file_audio, &audio[i], error);
        if (!video[i])
            return NULL;
        if (options->tone_hz && !options->has_file_audio)
            audio[i] = make_tone(sim, options->tone_hz, error);
        if (options->tone_hz && !audio[i])
            return NULL;
    }
    const SimTrack *main_video = video[SIM_MAIN];
    gint64 loop_ns = (gint64)((double)main_video->loop_num / main_video->loop_den * NS_PER_SEC);
    double place = fmod(sim->n_cameras++ * GOLDEN_RATIO, 1);
    return sim_camera_new(id, sim_now_ns() - (gint64)(place * loop_ns), video, audio, options);
}

gboolean camera_sim_add(CameraSim *sim, const char *id, const char *main_file, const char *sub_file,
                        const CameraSimOptions *options, GError **error)
{
    if (!sim_camera_id_is_valid(id)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "camera '%s': an id is 1 to 64 letters, digits, '.', '_' and '-'", id);
        return FALSE;
    }
    const CameraSimOptions none = { 0 };
    const char *const paths[SIM_STREAMS] = { main_file, sub_file ? sub_file : main_file };
    pthread_mutex_lock(&sim->lock);
    SimCamera *camera = make_camera(sim, id, paths, options ? options : &none, error);
    pthread_mutex_unlock(&sim->lock);
    if (camera)
        return sim_server_add(sim->server, camera, error);
    g_prefix_error(error, "camera '%s': ", id);
    return FALSE;
}

guint16 camera_sim_port(const CameraSim *sim)
{
    return sim_server_port(sim->server);
}

char *camera_sim_dup_uri(const CameraSim *sim, const char *id, const char *stream)
{
    return g_strdup_printf("rtsp://127.0.0.1:%u/%s/%s", camera_sim_port(sim), id, stream);
}

char **camera_sim_list(CameraSim *sim)
{
    return sim_server_list(sim->server);
}

gboolean camera_sim_set_fault(CameraSim *sim, const char *target, const char *spec, GError **error)
{
    SimFaults faults;
    return sim_faults_parse(spec, &faults, error) &&
           sim_server_set_fault(sim->server, target, &faults, error);
}

gboolean camera_sim_get_stats(CameraSim *sim, const char *target, CameraSimStats *stats)
{
    return sim_server_get_stats(sim->server, target, stats);
}

gint64 camera_sim_push_ns(const CameraSimStats *stats, guint frame, gint64 now_ns)
{
    double frame_ns = (double)stats->fps_den / stats->fps_num * NS_PER_SEC;
    double loops =
        floor(((double)(now_ns - stats->epoch_ns) / frame_ns - frame) / stats->loop_frames);
    return stats->epoch_ns + (gint64)((loops * stats->loop_frames + frame) * frame_ns);
}

CameraSim *camera_sim_new(guint16 port, GError **error)
{
    SimServer *server = sim_server_new(port, error);
    if (!server)
        return NULL;
    CameraSim *sim = g_new0(CameraSim, 1);
    sim->server = server;
    pthread_mutex_init(&sim->lock, NULL);
    sim->tracks =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)sim_track_unref);
    return sim;
}

void camera_sim_free(CameraSim *sim)
{
    if (!sim)
        return;
    sim_server_free(sim->server);
    g_hash_table_unref(sim->tracks);
    pthread_mutex_destroy(&sim->lock);
    g_free(sim);
}
