/* diff.c - what a reload has to touch
 *
 * Layouts, presets and tours are looked up when they are used, so a change of them touches nothing
 * that runs.
 */
#include "config/config.h"

#include <string.h>

static const Credential *credential_of(const Config *config, const Camera *camera)
{
    return credentials_of_camera(config->credentials, camera->id, camera->credential);
}

/* With other networks every session begins anew: a name's address is judged when one connects. */
static void compare_camera(ConfigDiff *diff, const Config *before, const Config *after,
                           const Camera *old, const Camera *new)
{
    if (!camera_same_session(old, new) || !networks_equal(before->networks, after->networks) ||
        !credential_equal(credential_of(before, old), credential_of(after, new)))
        g_ptr_array_add(diff->cameras_changed, g_strdup(new->id));
    else if (!camera_equal(old, new))
        g_ptr_array_add(diff->cameras_relabelled, g_strdup(new->id));
}

static void compare_cameras(ConfigDiff *diff, const Config *before, const Config *after)
{
    for (guint i = 0; i < after->cameras->len; i++) {
        const Camera *new = g_ptr_array_index(after->cameras, i);
        const Camera *old = config_camera(before, new->id);
        if (old)
            compare_camera(diff, before, after, old, new);
        else
            g_ptr_array_add(diff->cameras_changed, g_strdup(new->id));
    }
    for (guint i = 0; i < before->cameras->len; i++) {
        const Camera *old = g_ptr_array_index(before->cameras, i);
        if (!config_camera(after, old->id))
            g_ptr_array_add(diff->cameras_changed, g_strdup(old->id));
    }
}

static gboolean same_screen(const Screen *a, const Screen *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0 &&
           rect_equal(a->rect, b->rect) && a->rotation == b->rotation;
}

static gboolean same_wall(const WallConfig *a, const WallConfig *b)
{
    if (strcmp(a->id, b->id) != 0 || strcmp(a->name, b->name) != 0 || a->gap_px != b->gap_px ||
        a->background != b->background || a->has_clock != b->has_clock ||
        a->n_screens != b->n_screens)
        return FALSE;
    for (guint i = 0; i < a->n_screens; i++) {
        if (!same_screen(&a->screens[i], &b->screens[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean same_walls(const Config *a, const Config *b)
{
    if (a->n_walls != b->n_walls || a->fps != b->fps || strcmp(a->site_name, b->site_name) != 0)
        return FALSE;
    for (guint i = 0; i < a->n_walls; i++) {
        if (!same_wall(&a->walls[i], &b->walls[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean same_outputs(const Config *a, const Config *b)
{
    if (a->n_outputs != b->n_outputs)
        return FALSE;
    for (guint i = 0; i < a->n_outputs; i++) {
        const OutputConfig *x = &a->outputs[i], *y = &b->outputs[i];
        if (x->kind != y->kind || strcmp(x->id, y->id) != 0 || strcmp(x->wall, y->wall) != 0 ||
            strcmp(x->screen, y->screen) != 0 || strcmp(x->connector, y->connector) != 0 ||
            x->is_fullscreen != y->is_fullscreen || strcmp(x->path, y->path) != 0 ||
            x->bitrate_kbps != y->bitrate_kbps)
            return FALSE;
    }
    return TRUE;
}

ConfigDiff *config_diff(const Config *before, const Config *after)
{
    ConfigDiff *diff = g_new0(ConfigDiff, 1);
    diff->cameras_changed = g_ptr_array_new_with_free_func(g_free);
    diff->cameras_relabelled = g_ptr_array_new_with_free_func(g_free);
    compare_cameras(diff, before, after);
    diff->walls_changed = !same_walls(before, after);
    diff->outputs_changed = !same_outputs(before, after) ||
                            before->watermark_wall != after->watermark_wall ||
                            before->watermark_rtsp != after->watermark_rtsp;
    diff->listen_changed =
        strcmp(before->http_host, after->http_host) != 0 || before->http_port != after->http_port ||
        strcmp(before->https_host, after->https_host) != 0 ||
        before->https_port != after->https_port ||
        strcmp(before->rtsp_host, after->rtsp_host) != 0 || before->rtsp_port != after->rtsp_port ||
        strcmp(before->socket_path, after->socket_path) != 0;
    diff->limits_changed = before->connect_per_s != after->connect_per_s ||
                           before->warm_limit != after->warm_limit ||
                           before->warm_keep_ms != after->warm_keep_ms ||
                           before->promote_height_px != after->promote_height_px ||
                           before->decode_threads != after->decode_threads;
    diff->restart_needed = strcmp(before->state_dir, after->state_dir) != 0;
    return diff;
}

void config_diff_free(ConfigDiff *diff)
{
    if (!diff)
        return;
    g_ptr_array_unref(diff->cameras_changed);
    g_ptr_array_unref(diff->cameras_relabelled);
    g_free(diff);
}
