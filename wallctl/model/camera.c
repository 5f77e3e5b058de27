/* camera.c - what we know of a camera */
#include "wallctl/model/camera.h"

#include <string.h>

const char *camera_address(const Camera *camera, Profile profile)
{
    const char *first = profile == PROFILE_MAIN ? camera->main : camera->sub;
    const char *other = profile == PROFILE_MAIN ? camera->sub : camera->main;
    return first ? first : other;
}

gboolean camera_has_both(const Camera *camera)
{
    return camera->main && camera->sub && strcmp(camera->main, camera->sub) != 0;
}

gboolean camera_same_session(const Camera *a, const Camera *b)
{
    return g_strcmp0(a->main, b->main) == 0 && g_strcmp0(a->sub, b->sub) == 0 &&
           g_strcmp0(a->credential, b->credential) == 0 && a->transport == b->transport &&
           a->keep_alive == b->keep_alive && a->has_audio_wanted == b->has_audio_wanted &&
           a->tls_verify == b->tls_verify && a->latency_ms == b->latency_ms &&
           a->sessions == b->sessions;
}

static gboolean same_masks(const Camera *a, const Camera *b)
{
    if (a->n_masks != b->n_masks)
        return FALSE;
    for (guint i = 0; i < a->n_masks; i++) {
        const Mask *x = &a->masks[i], *y = &b->masks[i];
        if (x->mode != y->mode || x->n_points != y->n_points ||
            memcmp(x->point, y->point, x->n_points * sizeof x->point[0]) != 0)
            return FALSE;
    }
    return TRUE;
}

gboolean camera_equal(const Camera *a, const Camera *b)
{
    return camera_same_session(a, b) && strcmp(a->id, b->id) == 0 && a->number == b->number &&
           strcmp(a->name, b->name) == 0 && strcmp(a->region, b->region) == 0 &&
           strcmp(a->region_name, b->region_name) == 0 && strcmp(a->gbid, b->gbid) == 0 &&
           strcmp(a->place, b->place) == 0 && strcmp(a->place_kind, b->place_kind) == 0 &&
           strcmp(a->groups, b->groups) == 0 && a->has_position == b->has_position &&
           a->lon == b->lon && a->lat == b->lat && a->stall_ms == b->stall_ms &&
           a->offline_ms == b->offline_ms && a->label == b->label && a->is_public == b->is_public &&
           quality_limits_equal(&a->quality, &b->quality) && same_masks(a, b);
}

Camera *camera_new(void)
{
    Camera *camera = g_new0(Camera, 1);
    camera->id = g_strdup("");
    camera->name = g_strdup("");
    camera->region = g_strdup("");
    camera->region_name = g_strdup("");
    camera->gbid = g_strdup("");
    camera->place = g_strdup("");
    camera->place_kind = g_strdup("");
    camera->groups = g_strdup("");
    camera->transport = TRANSPORT_TCP;
    camera->keep_alive = KEEP_ALIVE_AUTO;
    camera->tls_verify = TRUE;
    camera->sessions = 2;
    camera->latency_ms = 200;
    camera->stall_ms = 2000;
    camera->offline_ms = 10000;
    camera->label = LABEL_BOTTOM_LEFT;
    camera->quality = quality_limits_default;
    return camera;
}

void camera_free(Camera *camera)
{
    if (!camera)
        return;
    g_free(camera->id);
    g_free(camera->name);
    g_free(camera->region);
    g_free(camera->region_name);
    g_free(camera->gbid);
    g_free(camera->place);
    g_free(camera->place_kind);
    g_free(camera->groups);
    g_free(camera->main);
    g_free(camera->sub);
    g_free(camera->credential);
    g_free(camera->masks);
    g_strfreev(camera->pinyin);
    g_free(camera->search);
    g_free(camera);
}
