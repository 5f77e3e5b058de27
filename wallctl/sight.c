/* sight.c - may this caller bring those cameras on a wall? */
#include "wallctl/sight.h"

#include "wallctl/base/error.h"

#include <string.h>

gboolean sight_may(const Caller *caller, const Camera *camera)
{
    return caller_sees_region(caller, camera->region);
}

/* A region around the whole site and all its cameras is no limit. */
const char *sight_region(const Config *config, const Caller *caller)
{
    if (!*caller->region)
        return "";
    if (!caller_sees_region(caller, config->cases.region))
        return caller->region;
    for (guint i = 0; i < config->cameras->len; i++) {
        if (!sight_may(caller, g_ptr_array_index(config->cameras, i)))
            return caller->region;
    }
    return "";
}

static gboolean has_camera(const WallContent *content, const char *id)
{
    for (guint i = 0; content && i < content->n_tiles; i++) {
        if (g_strcmp0(content->tiles[i].camera, id) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Boards and cameras that are gone show no picture of a camera. */
static gboolean check_camera(const Config *config, const char *id, const Caller *caller,
                             GError **error)
{
    const Camera *camera = config_camera(config, id);
    if (!camera || sight_may(caller, camera))
        return TRUE;
    wall_error_set(error, WALL_ERROR_DENIED, "%s may not see camera %s", "%s 无权调看摄像机“%s”",
                   caller->id, camera->name);
    return FALSE;
}

static gboolean check_content(const Config *config, const Wall *before, const WallContent *after,
                              const Caller *caller, GError **error)
{
    for (guint i = 0; after && i < after->n_tiles; i++) {
        const char *id = after->tiles[i].camera;
        if (!id || has_camera(before->air, id) || has_camera(before->preview, id))
            continue;
        if (!check_camera(config, id, caller, error))
            return FALSE;
    }
    return TRUE;
}

gboolean sight_check(const Config *config, const Wall *before, const Wall *after,
                     const Caller *caller, GError **error)
{
    if (!caller || !*caller->region || before == after)
        return TRUE;
    return check_content(config, before, after->air, caller, error) &&
           check_content(config, before, after->preview, caller, error);
}

gboolean sight_check_tour(const Config *config, const Tour *tour, const Caller *caller,
                          GError **error)
{
    if (!caller || !*caller->region)
        return TRUE;
    for (guint i = 0; i < tour->n_cameras; i++) {
        if (tour->cameras[i] && !check_camera(config, tour->cameras[i], caller, error))
            return FALSE;
    }
    return TRUE;
}
