/* camera_sim_main.c - the program camera-sim: simulated cameras as a process
 *
 * Cameras come from files (--camera, --config), from stamped test clips (--stamped) and from drawn
 * scenes (--scenes). When all are there it prints one line, "camera-sim: serving N cameras at
 * rtsp://127.0.0.1:PORT/", and serves until SIGTERM or SIGINT; faults are switched by lines on a
 * control socket or standard input (sim_control.h).
 */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib-unix.h>
#include <libavutil/log.h>

#include "tests/support/camera_sim.h"
#include "tests/support/scenes.h"
#include "tests/support/sim_config.h"
#include "tests/support/sim_control.h"
#include "tests/support/sim_onvif.h"
#include "tests/support/stamped_clip.h"
#include "wallctl/base/error.h"

enum { MAX_STAMPED = 10000, STAMPED_LOOP_S = 2 };

typedef struct {
    gint port, onvif, stamped, fps, gop, kbps;
    char **cameras, **faults;
    char *config, *size, *main_size, *codec, *cache, *control, *defaults;
    gboolean has_scenes, has_b_frames, dies_with_parent;
} Arguments;

/* ---- clips to be made ---- */

/* One camera whose clips are made by a worker; spec gets the paths. */
typedef struct {
    const char *cache;
    guint number; /* scene, or stamped source */
    gboolean is_scene;
    ClipSpec main_clip, sub_clip; /* stamped */
    SimCameraSpec *spec;
    GError *error;
} ClipJob;

static void make_clips(ClipJob *job)
{
    if (job->is_scene) {
        scenes_render(job->cache, job->number, &job->spec->main_file, &job->spec->sub_file,
                      &job->error);
        return;
    }
    job->spec->sub_file =
        stamped_clip(job->cache, (guint16)job->number, &job->sub_clip, &job->error);
    if (!job->error)
        job->spec->main_file =
            stamped_clip(job->cache, (guint16)job->number, &job->main_clip, &job->error);
}

static void clip_job_free(ClipJob *job)
{
    g_clear_error(&job->error);
    g_free(job);
}

typedef struct {
    GPtrArray *jobs;
    gint next; /* atomic */
} ClipWork;

static gpointer work(gpointer user)
{
    ClipWork *shared = user;
    guint i;
    while ((i = (guint)g_atomic_int_add(&shared->next, 1)) < shared->jobs->len)
        make_clips(shared->jobs->pdata[i]);
    return NULL;
}

/* Encoders use one thread each: as many at once as there are processors. */
static gboolean make_all_clips(GPtrArray *jobs, GError **error)
{
    ClipWork shared = { .jobs = jobs };
    guint n = MIN(g_get_num_processors(), jobs->len);
    g_autofree GThread **threads = g_new(GThread *, n);
    for (guint i = 0; i < n; i++)
        threads[i] = g_thread_new("clips", work, &shared);
    for (guint i = 0; i < n; i++)
        g_thread_join(threads[i]);
    for (guint i = 0; i < jobs->len; i++) {
        ClipJob *job = jobs->pdata[i];
        if (job->error) {
            g_propagate_error(error, g_steal_pointer(&job->error));
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean read_size(const char *text, ClipSpec *clip, GError **error)
{
    char rest;
    if (sscanf(text, "%dx%d%c", &clip->width, &clip->height, &rest) == 2 && clip->width >= 64 &&
        clip->width <= 8192 && clip->height >= 64 && clip->height <= 8192 && clip->width % 2 == 0 &&
        clip->height % 2 == 0)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "size '%s': WIDTHxHEIGHT, even, from 64 to 8192, is accepted", text);
    return FALSE;
}

static gboolean read_codec(const char *text, ClipCodec *codec, GError **error)
{
    if (!text || g_str_equal(text, "h264"))
        *codec = CLIP_H264;
    else if (g_str_equal(text, "h265"))
        *codec = CLIP_H265;
    else if (g_str_equal(text, "h263"))
        *codec = CLIP_H263;
    else
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "codec '%s': h264, h265 or h263 is accepted", text);
    return *codec != 0;
}

/* 500 kbit/s at 640x360p25, more for more pixels and pictures. */
static guint usual_kbps(const ClipSpec *clip)
{
    return MAX(100, (guint)(500.0 * clip->width * clip->height * clip->fps / (640 * 360 * 25)));
}

static gboolean read_stamped(const Arguments *arguments, ClipSpec *main_clip, ClipSpec *sub_clip,
                             GError **error)
{
    ClipSpec clip = { .fps = (guint)arguments->fps,
                      .gop = (guint)arguments->gop,
                      .b_frames = arguments->has_b_frames };
    if (arguments->fps < 1 || arguments->fps > 120 || arguments->gop < 1 || arguments->gop > 1000 ||
        arguments->stamped > MAX_STAMPED || arguments->kbps < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "accepted: --stamped up to %d, --fps 1 to 120, --gop 1 to 1000, --kbps from 0",
                    MAX_STAMPED);
        return FALSE;
    }
    guint least = STAMPED_LOOP_S * clip.fps;
    clip.frames = (least + clip.gop - 1) / clip.gop * clip.gop;
    if (!read_codec(arguments->codec, &clip.codec, error))
        return FALSE;
    *main_clip = *sub_clip = clip;
    const char *size = arguments->size ? arguments->size : "640x360";
    if (!read_size(size, sub_clip, error) ||
        !read_size(arguments->main_size ? arguments->main_size : size, main_clip, error))
        return FALSE;
    sub_clip->bitrate_kbps = arguments->kbps ? (guint)arguments->kbps : usual_kbps(sub_clip);
    main_clip->bitrate_kbps = arguments->main_size ? usual_kbps(main_clip) : sub_clip->bitrate_kbps;
    return TRUE;
}

static gboolean add_job(GPtrArray *jobs, GPtrArray *specs, ClipJob template, char *id,
                        const char *defaults, GError **error)
{
    SimCameraSpec *spec = g_new0(SimCameraSpec, 1);
    spec->id = id;
    g_ptr_array_add(specs, spec);
    ClipJob *job = g_new(ClipJob, 1);
    *job = template;
    job->spec = spec;
    g_ptr_array_add(jobs, job);
    return !defaults || sim_camera_spec_read(spec, defaults, error);
}

static gboolean collect_drawn(const Arguments *arguments, GPtrArray *specs, GError **error)
{
    g_autofree char *usual = g_build_filename(g_get_user_cache_dir(), "wallctl", "clips", NULL);
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)clip_job_free);
    ClipJob job = { .cache = arguments->cache ? arguments->cache : usual };
    if (!read_stamped(arguments, &job.main_clip, &job.sub_clip, error))
        return FALSE;
    for (gint i = 1; i <= arguments->stamped; i++) {
        job.number = (guint)i;
        if (!add_job(jobs, specs, job, g_strdup_printf("cam-%d", i), arguments->defaults, error))
            return FALSE;
    }
    job.is_scene = TRUE;
    for (guint i = 0; arguments->has_scenes && i < scenes_count(); i++) {
        job.number = i;
        if (!add_job(jobs, specs, job, g_strdup(scene_id(i)), arguments->defaults, error))
            return FALSE;
    }
    return make_all_clips(jobs, error);
}

/* ---- start ---- */

static GPtrArray *collect(const Arguments *arguments, GError **error)
{
    g_autoptr(GPtrArray) specs =
        g_ptr_array_new_with_free_func((GDestroyNotify)sim_camera_spec_free);
    for (guint i = 0; arguments->cameras && arguments->cameras[i]; i++) {
        SimCameraSpec *spec = sim_camera_spec_new(arguments->cameras[i], error);
        if (!spec)
            return NULL;
        g_ptr_array_add(specs, spec);
    }
    if (arguments->config && !sim_config_read(arguments->config, specs, error))
        return NULL;
    if (!collect_drawn(arguments, specs, error))
        return NULL;
    if (specs->len == 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "no camera: give --camera, --config, --stamped or --scenes (see --help)");
        return NULL;
    }
    return g_steal_pointer(&specs);
}

static gboolean add_camera(CameraSim *sim, const SimCameraSpec *spec, GError **error)
{
    CameraSimOptions options = sim_camera_spec_options(spec);
    return camera_sim_add(sim, spec->id, spec->main_file, spec->sub_file, &options, error) &&
           (!spec->fault || camera_sim_set_fault(sim, spec->id, spec->fault, error));
}

/* TARGET=SPEC */
static gboolean set_faults(CameraSim *sim, char **faults, GError **error)
{
    for (guint i = 0; faults && faults[i]; i++) {
        char *equals = strchr(faults[i], '=');
        g_autofree char *target = equals ? g_strndup(faults[i], (gsize)(equals - faults[i])) : NULL;
        if (!equals) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "--fault '%s' is not TARGET=SPEC",
                        faults[i]);
            return FALSE;
        }
        if (!camera_sim_set_fault(sim, target, equals + 1, error))
            return FALSE;
    }
    return TRUE;
}

/* What the cameras are goes to *out. */
static CameraSim *start(const Arguments *arguments, GPtrArray **out, GError **error)
{
    if (arguments->port < 0 || arguments->port > G_MAXUINT16) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "port %d is outside 0 to 65535",
                    arguments->port);
        return NULL;
    }
    /* The port first: making clips takes time, and would be for nothing if it is taken. */
    g_autoptr(CameraSim) sim = camera_sim_new((guint16)arguments->port, error);
    g_autoptr(GPtrArray) specs = sim ? collect(arguments, error) : NULL;
    for (guint i = 0; specs && i < specs->len; i++) {
        if (!add_camera(sim, specs->pdata[i], error))
            return NULL;
    }
    if (!specs || !set_faults(sim, arguments->faults, error))
        return NULL;
    *out = g_steal_pointer(&specs);
    return g_steal_pointer(&sim);
}

/* The pictures matter more: without the port they go on. */
static SimOnvif *start_onvif(const Arguments *arguments, const CameraSim *sim, GPtrArray *specs)
{
    if (arguments->onvif < 0 || arguments->onvif > G_MAXUINT16)
        return NULL;
    g_autoptr(GError) error = NULL;
    SimOnvif *onvif = sim_onvif_new((guint16)arguments->onvif, camera_sim_port(sim), specs, &error);
    if (onvif)
        printf("camera-sim: ONVIF at 127.0.0.1:%u\n", sim_onvif_port(onvif));
    else
        fprintf(stderr, "camera-sim: no ONVIF: %s\n", error->message);
    return onvif;
}

static void announce(CameraSim *sim)
{
    g_auto(GStrv) streams = camera_sim_list(sim);
    printf("camera-sim: serving %u cameras at rtsp://127.0.0.1:%u/\n", g_strv_length(streams) / 2,
           camera_sim_port(sim));
    fflush(stdout);
}

/* A connection is a descriptor: hundreds of cameras want more than the usual 1024. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static gboolean on_signal(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static gboolean parse(Arguments *a, int *argc, char ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        { "port", 'p', 0, G_OPTION_ARG_INT, &a->port, "TCP port on 127.0.0.1 (8555; 0: any)",
          "PORT" },
        { "onvif", 0, 0, G_OPTION_ARG_INT, &a->onvif,
          "Answers ONVIF, too, at this port of UDP and TCP (0: any)", "PORT" },
        { "camera", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &a->cameras,
          "A camera that plays files; can be repeated", "ID=MAIN[,SUB][,KEY=VALUE...]" },
        { "config", 0, 0, G_OPTION_ARG_FILENAME, &a->config, "Cameras from a JSON file", "FILE" },
        { "stamped", 0, 0, G_OPTION_ARG_INT, &a->stamped,
          "Cameras cam-1 to cam-N with stamped test pictures", "N" },
        { "size", 0, 0, G_OPTION_ARG_STRING, &a->size, "... of this size (640x360)", "WxH" },
        { "main-size", 0, 0, G_OPTION_ARG_STRING, &a->main_size,
          "... and this one as main (as --size)", "WxH" },
        { "fps", 0, 0, G_OPTION_ARG_INT, &a->fps, "... pictures per second (25)", "N" },
        { "gop", 0, 0, G_OPTION_ARG_INT, &a->gop, "... pictures from key frame to key frame (50)",
          "N" },
        { "kbps", 0, 0, G_OPTION_ARG_INT, &a->kbps, "... bit rate (500 for 640x360, more for more)",
          "N" },
        { "codec", 0, 0, G_OPTION_ARG_STRING, &a->codec, "... h264, h265 or h263 (h264)", "NAME" },
        { "b-frames", 0, 0, G_OPTION_ARG_NONE, &a->has_b_frames,
          "... with B-frames, which are wrong for a wall", NULL },
        { "scenes", 0, 0, G_OPTION_ARG_NONE, &a->has_scenes, "The drawn demo scenes as cameras",
          NULL },
        { "options", 0, 0, G_OPTION_ARG_STRING, &a->defaults,
          "Keys for the stamped and drawn cameras", "KEY=VALUE[,...]" },
        { "cache", 0, 0, G_OPTION_ARG_FILENAME, &a->cache,
          "Folder that keeps made clips (user's cache)", "DIR" },
        { "fault", 'f', 0, G_OPTION_ARG_STRING_ARRAY, &a->faults,
          "Starts with a fault; can be repeated", "TARGET=SPEC" },
        { "control", 0, 0, G_OPTION_ARG_FILENAME, &a->control,
          "Takes commands on a UNIX socket; '-': standard input", "PATH" },
        { "die-with-parent", 0, 0, G_OPTION_ARG_NONE, &a->dies_with_parent,
          "Ends when the parent process ends", NULL },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- simulated cameras over RTSP");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context,
                                     "Addresses are rtsp://127.0.0.1:PORT/ID/main and .../ID/sub.\n"
                                     "Keys of a camera: " SIM_CONFIG_KEYS ".\n"
                                     "Faults: none, hang, silent, drop, reboot=S, refuse[=503], "
                                     "not-found, auth-wrong, slow-connect=MS,\n"
                                     "ignore-teardown, ignore-get-parameter, no-idr, resize, "
                                     "garbage, loss=PERCENT, wrong-clock=S; several by commas.\n"
                                     "Control commands: fault TARGET SPEC | stats [TARGET] | list "
                                     "| help. TARGET is ID, ID/main, ID/sub or *.\n");
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc > 1)
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "'%s' is not an option (see --help)",
                    (*argv)[1]);
    return *argc == 1;
}

static void arguments_clear(Arguments *a)
{
    g_strfreev(a->cameras);
    g_strfreev(a->faults);
    char *texts[] = {
        a->config, a->size, a->main_size, a->codec, a->cache, a->control, a->defaults
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arguments, arguments_clear)

static int give_up(const GError *error)
{
    fprintf(stderr, "camera-sim: %s\n", error->message);
    return g_error_matches(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE) ? EX_UNAVAILABLE : EX_USAGE;
}

int main(int argc, char **argv)
{
    g_auto(Arguments) arguments = { .port = 8555, .onvif = -1, .fps = 25, .gop = 50 };
    g_autoptr(GError) error = NULL;
    pid_t parent = getppid();
    if (!parse(&arguments, &argc, &argv, &error))
        return give_up(error);
    if (arguments.dies_with_parent && (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent))
        return EX_UNAVAILABLE;
    av_log_set_level(AV_LOG_ERROR);
    raise_descriptor_limit();
    g_autoptr(GPtrArray) specs = NULL;
    g_autoptr(CameraSim) sim = start(&arguments, &specs, &error);
    if (!sim)
        return give_up(error);
    /* Only now: while clips are being made a signal ends the program at once. */
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGTERM, on_signal, loop);
    g_unix_signal_add(SIGINT, on_signal, loop);
    g_autoptr(SimControl) control = NULL;
    if (arguments.control) {
        control = sim_control_new(sim, arguments.control, &error);
        if (!control)
            return give_up(error);
    }
    announce(sim);
    g_autoptr(SimOnvif) onvif = start_onvif(&arguments, sim, specs);
    fflush(stdout);
    g_main_loop_run(loop);
    return EX_OK;
}
