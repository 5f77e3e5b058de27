/* api_stream.c - pictures of a screen for viewers:
 * /api/v1/walls/WALL/screens/SCREEN/preview?kind=mp4|jpeg */
#include "wallctl/api_private.h"
#include "wallctl/api_record.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/sight.h"

#include <string.h>

#define JPEG_FPS 8

typedef struct {
    WebStream *stream;
    Preview *preview;
    PreviewKind kind;
    guint id;
    gboolean is_announced;
    char *wall, *region; /* region: as sight_region() said */
    guint view;          /* in the register */
} Viewer;

static void viewer_free(Viewer *viewer)
{
    g_free(viewer->wall);
    g_free(viewer->region);
    g_free(viewer);
}

static void announce(Viewer *viewer)
{
    const char *mime = viewer->kind == PREVIEW_MP4 ? preview_mime(viewer->preview) : "image/jpeg";
    if (viewer->is_announced || !mime)
        return;
    viewer->is_announced = TRUE;
    g_autoptr(Json) hello = json_object_new_object();
    json_add_string(hello, "kind", viewer->kind == PREVIEW_MP4 ? "mp4" : "jpeg");
    json_add_string(hello, "mime", mime);
    g_autofree char *text = json_dup_text(hello);
    web_stream_send_text(viewer->stream, text);
}

static void on_chunk(GBytes *chunk, gboolean is_init, gboolean is_key, gint64 tick_ns,
                     gpointer user)
{
    Viewer *viewer = user;
    announce(viewer);
    web_stream_send(viewer->stream, g_bytes_ref(chunk), is_init, is_key);
}

gboolean api_stream_open(WebStream *stream, const char *path, GHashTable *query, Caller *caller,
                         GError **error, gpointer user)
{
    const Api *api = user;
    g_auto(GStrv) part = g_strsplit(path, "/", 9);
    /* "", "api", "v1", "walls", WALL, "screens", SCREEN, "preview" */
    if (g_strv_length(part) != 8 || strcmp(part[3], "walls") != 0 ||
        strcmp(part[5], "screens") != 0 || strcmp(part[7], "preview") != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND, "no WebSocket at this path");
        return FALSE;
    }
    if (!caller_may_wall(caller, part[4], RIGHT_WALL_VIEW, clock_unix_ms())) {
        wall_error_set(error, WALL_ERROR_DENIED, "%s may not see wall %s", "%s 无权查看墙“%s”",
                       caller->id, part[4]);
        return FALSE;
    }
    if (!api_need_register(&api->env, error))
        return FALSE;
    Outputs *outputs = api->env.outputs(api->env.user);
    const char *region = sight_region(controller_config(api->env.controller), caller);
    Preview *preview = outputs_preview(outputs, part[4], part[6], region, error);
    if (!preview)
        return FALSE;
    const char *kind = query ? g_hash_table_lookup(query, "kind") : NULL;
    Viewer *viewer = g_new0(Viewer, 1);
    viewer->wall = g_strdup(part[4]);
    viewer->stream = stream;
    viewer->preview = preview;
    viewer->region = g_strdup(region);
    viewer->kind = outputs_preview_kind(outputs, preview,
                                        g_strcmp0(kind, "jpeg") == 0 ? PREVIEW_JPEG : PREVIEW_MP4);
    viewer->id = preview_add(preview, viewer->kind, JPEG_FPS, on_chunk, viewer, error);
    if (!viewer->id) {
        g_prefix_error(error, "preview of %s: ", part[4]);
        viewer_free(viewer);
        return FALSE;
    }
    if (api->env.views)
        viewer->view = audit_views_open(api->env.views, caller, part[4], part[6]);
    web_stream_set_user(stream, viewer);
    announce(viewer);
    return TRUE;
}

gboolean api_stream_may_stay(WebStream *stream, Caller *caller, gpointer user)
{
    const Viewer *viewer = web_stream_get_user(stream);
    const ApiEnv *env = &((const Api *)user)->env;
    return viewer && caller_may_wall(caller, viewer->wall, RIGHT_WALL_VIEW, clock_unix_ms()) &&
           strcmp(viewer->region, sight_region(controller_config(env->controller), caller)) == 0;
}

void api_stream_closed(WebStream *stream, gpointer user)
{
    Viewer *viewer = web_stream_get_user(stream);
    if (!viewer)
        return;
    const Api *api = user;
    if (api->env.views)
        audit_views_close(api->env.views, viewer->view);
    preview_remove(viewer->preview, viewer->id);
    web_stream_set_user(stream, NULL);
    viewer_free(viewer);
}
