/* outputs.c - where walls go: RTSP paths, monitors, browsers */
#include "wallctl/outputs.h"

#include "pipelines/display_output.h"
#include "pipelines/rtsp_output.h"
#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <string.h>

#define PREVIEW_KBPS 2500
#define LOOK_MS      500
#define SLOW_FPS     4 /* of the previews of regions that have no encoder */

typedef struct {
    char *wall, *screen, *region; /* region "": of all that is shown */
    Partials *partials;           /* NULL with region "" */
    gboolean is_video;
    Preview *preview;
} PreviewRun;

typedef struct {
    const OutputConfig *config;
    DisplayOutput *display;
    gboolean is_served; /* RTSP path is there */
    char *trouble;
    char *told; /* state as it was told last */
} OutputRun;

struct Outputs {
    Controller *controller;
    OutputsEvent event;
    gpointer user;
    Config *config; /* keeps OutputConfig alive */
    RtspServer *rtsp;
    GPtrArray *runs;     /* OutputRun */
    GPtrArray *previews; /* PreviewRun */
    guint timer;
    gint64 next_try_ns;
    Backoff backoff;
};

static void free_run(gpointer data)
{
    OutputRun *run = data;
    display_output_free(run->display);
    g_free(run->trouble);
    g_free(run->told);
    g_free(run);
}

static void free_preview(gpointer data)
{
    PreviewRun *run = data;
    preview_free(run->preview);
    if (run->partials)
        partials_release(run->partials, run->region);
    g_free(run->wall);
    g_free(run->screen);
    g_free(run->region);
    g_free(run);
}

static void set_trouble(OutputRun *run, const char *text)
{
    if (g_strcmp0(run->trouble, text) == 0)
        return;
    if (text)
        log_warning(OUTPUT, "%s: %s", run->config->id, text);
    g_free(run->trouble);
    run->trouble = g_strdup(text);
}

static Canvas *canvas_of(Outputs *outputs, const char *wall, const char *screen)
{
    Presenter *presenter = controller_presenter(outputs->controller, wall);
    return presenter ? presenter_canvas(presenter, screen) : NULL;
}

static Watermark *mark_of(Outputs *outputs, const char *wall, const char *screen)
{
    Presenter *presenter = controller_presenter(outputs->controller, wall);
    return presenter ? presenter_watermark(presenter, screen) : NULL;
}

static void start_rtsp(Outputs *outputs, OutputRun *run)
{
    g_autoptr(GError) error = NULL;
    if (!outputs->rtsp)
        outputs->rtsp =
            rtsp_server_new(outputs->config->rtsp_host, outputs->config->rtsp_port, &error);
    Canvas *canvas = canvas_of(outputs, run->config->wall, run->config->screen);
    EncoderForm form = { .bitrate_kbps = run->config->bitrate_kbps, .fps = outputs->config->fps };
    if (outputs->config->watermark_rtsp)
        form.mark = mark_of(outputs, run->config->wall, run->config->screen);
    if (outputs->rtsp && canvas)
        run->is_served = rtsp_server_add(outputs->rtsp, run->config->path, canvas, &form, &error);
    if (run->is_served)
        log_info(OUTPUT, "%s: rtsp://%s:%u%s", run->config->id, outputs->config->rtsp_host,
                 rtsp_server_port(outputs->rtsp), run->config->path);
    set_trouble(run, error ? error->message : NULL);
}

static void start_output(Outputs *outputs, OutputRun *run, const char *program)
{
    if (run->config->kind == OUTPUT_RTSP) {
        start_rtsp(outputs, run);
        return;
    }
    Canvas *canvas = canvas_of(outputs, run->config->wall, run->config->screen);
    const WallConfig *wall = config_wall(outputs->config, run->config->wall);
    const Screen *screen = wall ? wall_config_screen(wall, run->config->screen) : NULL;
    if (canvas && screen)
        run->display = display_output_new(program, canvas, wall->name, run->config->connector,
                                          run->config->is_fullscreen, screen->rotation);
}

/* The form of the screen's RTSP output where it has one: the same form is encoded once for both. */
static guint preview_kbps(const Outputs *outputs, const WallConfig *wall, const Screen *screen)
{
    for (guint i = 0; i < outputs->config->n_outputs; i++) {
        const OutputConfig *output = &outputs->config->outputs[i];
        if (output->kind == OUTPUT_RTSP && strcmp(output->wall, wall->id) == 0 &&
            wall_config_screen(wall, output->screen) == screen)
            return output->bitrate_kbps;
    }
    return PREVIEW_KBPS;
}

static PreviewRun *find_preview(const Outputs *outputs, const char *wall, const char *screen,
                                const char *region)
{
    for (guint i = 0; i < outputs->previews->len; i++) {
        PreviewRun *run = g_ptr_array_index(outputs->previews, i);
        if (strcmp(run->wall, wall) == 0 && strcmp(run->screen, screen) == 0 &&
            strcmp(run->region, region) == 0)
            return run;
    }
    return NULL;
}

/* How many regions have one now, and how many of these have an encoder. */
static guint count_partials(const Outputs *outputs, guint *n_videos)
{
    guint n = 0;
    *n_videos = 0;
    for (guint i = 0; i < outputs->previews->len; i++) {
        const PreviewRun *run = g_ptr_array_index(outputs->previews, i);
        n += run->partials != NULL;
        *n_videos += run->partials && run->is_video;
    }
    return n;
}

/* The canvas that the preview is of. */
static Canvas *take_canvas(Outputs *outputs, PreviewRun *run, GError **error)
{
    guint n_videos, n = count_partials(outputs, &n_videos);
    run->is_video = TRUE;
    if (!*run->region)
        return canvas_of(outputs, run->wall, run->screen);
    if (n >= OUTPUTS_PARTIALS) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%u regions look at walls already: try again later",
                       "正在看大屏的区划已有 %u 个，请稍后再试", n);
        return NULL;
    }
    run->is_video = n_videos < OUTPUTS_PARTIAL_VIDEOS;
    run->partials =
        presenter_partials(controller_presenter(outputs->controller, run->wall), run->screen);
    return partials_get(run->partials, run->region,
                        run->is_video ? outputs->config->fps : SLOW_FPS);
}

static PreviewRun *new_preview(Outputs *outputs, const WallConfig *wall, const Screen *screen,
                               const char *region, GError **error)
{
    PreviewRun *run = g_new0(PreviewRun, 1);
    run->wall = g_strdup(wall->id);
    run->screen = g_strdup(screen->id);
    run->region = g_strdup(region);
    Canvas *canvas = take_canvas(outputs, run, error);
    if (!canvas) {
        free_preview(run);
        return NULL;
    }
    run->preview = preview_new(canvas, outputs->config->fps, preview_kbps(outputs, wall, screen));
    Watermark *mark = mark_of(outputs, wall->id, screen->id);
    if (mark)
        preview_set_watermark(run->preview, mark);
    g_ptr_array_add(outputs->previews, run);
    return run;
}

Preview *outputs_preview(Outputs *outputs, const char *wall_id, const char *screen_id,
                         const char *region, GError **error)
{
    const WallConfig *wall = config_wall(outputs->config, wall_id);
    const Screen *screen = wall ? wall_config_screen(wall, screen_id) : NULL;
    if (!screen || !canvas_of(outputs, wall->id, screen->id)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND,
                    "no such wall, screen or kind of preview");
        return NULL;
    }
    PreviewRun *run = find_preview(outputs, wall->id, screen->id, region);
    if (!run)
        run = new_preview(outputs, wall, screen, region, error);
    return run ? run->preview : NULL;
}

PreviewKind outputs_preview_kind(const Outputs *outputs, const Preview *preview, PreviewKind kind)
{
    for (guint i = 0; i < outputs->previews->len; i++) {
        const PreviewRun *run = g_ptr_array_index(outputs->previews, i);
        if (run->preview == preview && !run->is_video)
            return PREVIEW_JPEG;
    }
    return kind;
}

/* A region that nobody of looks any more costs nothing. */
static void end_idle_partials(Outputs *outputs)
{
    for (guint i = outputs->previews->len; i > 0; i--) {
        const PreviewRun *run = g_ptr_array_index(outputs->previews, i - 1);
        if (run->partials && preview_is_idle(run->preview))
            g_ptr_array_remove_index(outputs->previews, i - 1);
    }
}

static const char *display_word(DisplayState state)
{
    switch (state) {
    case DISPLAY_STARTING:
        return "starting";
    case DISPLAY_ON:
        return "on";
    case DISPLAY_NONE:
        return "none";
    case DISPLAY_RETRYING:
        return "retrying";
    case DISPLAY_UNSUPPORTED:
        return "unsupported";
    }
    return "";
}

static void add_rtsp(const Outputs *outputs, const OutputRun *run, Json *item)
{
    json_add_string(item, "state", run->is_served ? "on" : "retrying");
    json_add_string(item, "detail", run->trouble);
    g_autofree char *address = g_strdup_printf("rtsp://%s:%u%s", outputs->config->rtsp_host,
                                               outputs->rtsp ? rtsp_server_port(outputs->rtsp)
                                                             : outputs->config->rtsp_port,
                                               run->config->path);
    json_add_string(item, "address", address);
    json_add_int(item, "clients", outputs->rtsp ? rtsp_server_clients(outputs->rtsp) : 0);
}

static void add_display(const OutputRun *run, Json *item)
{
    const char *detail = NULL;
    DisplayStats stats = { 0 };
    DisplayState state = run->display ? display_output_state(run->display, &detail) : DISPLAY_NONE;
    if (run->display)
        display_output_get_stats(run->display, &stats);
    json_add_string(item, "state", display_word(state));
    json_add_string(item, "detail", detail);
    json_add_int(item, "restarts", stats.restarts);
}

static Json *run_json(const Outputs *outputs, const OutputRun *run)
{
    Json *item = json_object_new_object();
    json_add_string(item, "id", run->config->id);
    json_add_string(item, "wall", run->config->wall);
    json_add_string(item, "kind", run->config->kind == OUTPUT_RTSP ? "rtsp" : "display");
    if (run->config->kind == OUTPUT_RTSP)
        add_rtsp(outputs, run, item);
    else
        add_display(run, item);
    return item;
}

Json *outputs_state(Outputs *outputs)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < outputs->runs->len; i++)
        json_object_array_add(list, run_json(outputs, g_ptr_array_index(outputs->runs, i)));
    return list;
}

static void tell_changes(Outputs *outputs)
{
    for (guint i = 0; i < outputs->runs->len; i++) {
        OutputRun *run = g_ptr_array_index(outputs->runs, i);
        g_autoptr(Json) state = run_json(outputs, run);
        char *text = json_dup_text(state);
        if (run->told && strcmp(run->told, text) != 0)
            outputs->event("output.state", g_steal_pointer(&state), outputs->user);
        g_free(run->told);
        run->told = text;
    }
}

/* A port that was in use may be free by now. */
static void retry_rtsp(Outputs *outputs)
{
    gint64 now = clock_now_ns();
    gboolean has_trouble = FALSE;
    for (guint i = 0; i < outputs->runs->len; i++) {
        OutputRun *run = g_ptr_array_index(outputs->runs, i);
        if (run->config->kind != OUTPUT_RTSP || run->is_served)
            continue;
        has_trouble = TRUE;
        if (now >= outputs->next_try_ns)
            start_rtsp(outputs, run);
    }
    if (has_trouble && now >= outputs->next_try_ns)
        outputs->next_try_ns = now + backoff_next_ms(&outputs->backoff) * NS_PER_MS;
}

static gboolean on_timer(gpointer user)
{
    Outputs *outputs = user;
    retry_rtsp(outputs);
    end_idle_partials(outputs);
    tell_changes(outputs);
    return G_SOURCE_CONTINUE;
}

Outputs *outputs_new(Controller *controller, const char *program, OutputsEvent event, gpointer user)
{
    Outputs *outputs = g_new0(Outputs, 1);
    outputs->controller = controller;
    outputs->event = event;
    outputs->user = user;
    outputs->config = config_ref(controller_config(controller));
    outputs->runs = g_ptr_array_new_with_free_func(free_run);
    outputs->previews = g_ptr_array_new_with_free_func(free_preview);
    backoff_init(&outputs->backoff, 1000, 30000);
    for (guint i = 0; i < outputs->config->n_outputs; i++) {
        OutputRun *run = g_new0(OutputRun, 1);
        run->config = &outputs->config->outputs[i];
        g_ptr_array_add(outputs->runs, run);
        start_output(outputs, run, program);
    }
    tell_changes(outputs);
    outputs->timer = g_timeout_add(LOOK_MS, on_timer, outputs);
    return outputs;
}

void outputs_free(Outputs *outputs)
{
    if (!outputs)
        return;
    g_source_remove(outputs->timer);
    g_ptr_array_unref(outputs->previews);
    g_ptr_array_unref(outputs->runs);
    rtsp_server_free(outputs->rtsp);
    config_unref(outputs->config);
    g_free(outputs);
}
