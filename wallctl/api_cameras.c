/* api_cameras.c - cameras as they are looked for, the regions they are listed in, and what is received of them
 *
 * What is compared was made when the configuration was read (camera_search.h): 20,000 cameras are gone
 * through in a few milliseconds.
 */
#include "wallctl/api_cameras.h"

#include "config/camera_search.h"
#include "wallctl/api_status.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/sight.h"

#include <string.h>

#define MAX_CAMERAS 1000 /* an answer; offset asks for more */

/* --- GET cameras -------------------------------------------------------------------------------
 */

typedef struct {
    const char *region, *kind, *group; /* NULL: any */
    char **words;                      /* ended by NULL */
    guint number;                      /* when the query is one */
    gboolean has_online, is_online;
} CameraFilter;

static const char *query_text(const ApiCall *call, const char *key)
{
    return call->info->query ? g_hash_table_lookup(call->info->query, key) : NULL;
}

static gboolean read_filter(const ApiCall *call, CameraFilter *filter, GError **error)
{
    const char *find = query_text(call, "find"), *online = query_text(call, "online");
    guint64 number = 0;
    *filter = (CameraFilter) { .region = query_text(call, "region"),
                               .kind = query_text(call, "kind"),
                               .group = query_text(call, "group"),
                               .has_online = online != NULL,
                               .is_online = g_strcmp0(online, "1") == 0 };
    if (online && strcmp(online, "0") != 0 && strcmp(online, "1") != 0) {
        wall_error_set(error, WALL_ERROR_INVALID, "online: '%.20s' is refused; accepted: 0, 1",
                       "online 只能是 0 或 1，不能是“%.20s”", online);
        return FALSE;
    }
    filter->words = camera_search_words(find ? find : "");
    if (find && g_ascii_string_to_unsigned(find, 10, 1, G_MAXUINT, &number, NULL))
        filter->number = (guint)number;
    return TRUE;
}

static gboolean fits(const ApiCall *call, const CameraFilter *filter, const Camera *camera)
{
    return sight_may(call->info->caller, camera) &&
           (!filter->region || g_str_has_prefix(camera->region, filter->region)) &&
           (!filter->kind || strcmp(camera->place_kind, filter->kind) == 0) &&
           (!filter->group || camera_in_group(camera, filter->group)) &&
           camera_matches(camera, filter->words) &&
           (!filter->has_online ||
            filter->is_online == (strcmp(camera_state(call->env, camera), "live") == 0));
}

/* Those that fit, the one whose number was asked for first. Borrowed cameras; caller owns. */
static GPtrArray *find_cameras(const ApiCall *call, const CameraFilter *filter)
{
    const Config *config = controller_config(call->env->controller);
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < config->cameras->len; i++) {
        Camera *camera = g_ptr_array_index(config->cameras, i);
        if (fits(call, filter, camera))
            g_ptr_array_insert(found, camera->number == filter->number ? 0 : -1, camera);
    }
    return found;
}

gboolean api_get_cameras(ApiCall *call, GError **error)
{
    guint64 offset = 0, limit = MAX_CAMERAS;
    CameraFilter filter;
    if (!api_query_number(call, "offset", G_MAXUINT32, &offset, error) ||
        !api_query_number(call, "limit", MAX_CAMERAS, &limit, error) ||
        !read_filter(call, &filter, error))
        return FALSE;
    g_autoptr(GPtrArray) found = find_cameras(call, &filter);
    g_strfreev(filter.words);
    Json *json = json_object_new_object(), *list = json_object_new_array();
    for (guint64 i = offset; i < found->len && i < offset + limit; i++)
        json_object_array_add(list,
                              camera_json(call->env, g_ptr_array_index(found, (guint)i), FALSE));
    json_add_int(json, "total", found->len);
    json_add(json, "cameras", list);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

/* --- GET regions -------------------------------------------------------------------------------
 */

typedef struct {
    guint cameras, live; /* in it and all that lies inside it */
} Count;

static void count_camera(const ApiCall *call, GHashTable *by_code, GHashTable *counts,
                         const Camera *camera)
{
    gboolean is_live = strcmp(camera_state(call->env, camera), "live") == 0;
    for (const char *code = camera->region; code;) {
        const CameraRegion *region = g_hash_table_lookup(by_code, code);
        Count *count = g_hash_table_lookup(counts, code);
        if (!count) {
            count = g_new0(Count, 1);
            g_hash_table_insert(counts, region->code, count);
        }
        count->cameras++;
        count->live += is_live;
        code = region->parent;
    }
}

static Json *region_json(const CameraRegion *region, const Count *count)
{
    Json *json = json_object_new_object();
    json_add_string(json, "code", region->code);
    json_add_string(json, "name", region->name);
    if (region->parent)
        json_add_string(json, "parent", region->parent);
    json_add(json, "pinyin", json_texts(region->pinyin));
    if (region->has_place)
        json_add_position(json, "position", region->lon / 1e6, region->lat / 1e6);
    json_add_int(json, "cameras", count->cameras);
    json_add_int(json, "live", count->live);
    return json;
}

gboolean api_get_regions(ApiCall *call, GError **error)
{
    const Config *config = controller_config(call->env->controller);
    g_autoptr(GHashTable) by_code = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < config->regions->len; i++) {
        CameraRegion *region = g_ptr_array_index(config->regions, i);
        g_hash_table_insert(by_code, region->code, region);
    }
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        if (sight_may(call->info->caller, camera))
            count_camera(call, by_code, counts, camera);
    }
    Json *json = json_object_new_object(), *list = json_object_new_array();
    for (guint i = 0; i < config->regions->len; i++) {
        const CameraRegion *region = g_ptr_array_index(config->regions, i);
        const Count *count = g_hash_table_lookup(counts, region->code);
        if (count)
            json_object_array_add(list, region_json(region, count));
    }
    json_add(json, "regions", list);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

/* As the configuration has it, for a map; the same for everybody. */
gboolean api_get_borders(ApiCall *call, GError **error)
{
    static const char none[] = "{\"borders\":[]}";
    const Config *config = controller_config(call->env->controller);
    web_reply_bytes(call->request, 200, "application/json",
                    config->borders ? g_bytes_ref(config->borders)
                                    : g_bytes_new_static(none, strlen(none)));
    return TRUE;
}

/* --- GET feeds ---------------------------------------------------------------------------------
 */

typedef struct {
    const ApiCall *call;
    GHashTable *tiles; /* camera -> array of {wall, tile} */
    Json *list;
} FeedList;

/* Where each camera is shown, on walls that the caller may see. */
static void add_tiles(const ApiCall *call, GHashTable *tiles)
{
    for (guint i = 0; i < controller_count(call->env->controller); i++) {
        const char *id = controller_wall_id(call->env->controller, i);
        const Wall *wall = controller_wall(call->env->controller, id);
        if (!caller_may_wall(call->info->caller, id, RIGHT_WALL_VIEW, clock_unix_ms()))
            continue;
        for (guint t = 0; t < wall->air->n_tiles; t++) {
            const char *camera = wall->air->tiles[t].camera;
            if (!camera)
                continue;
            Json *list = g_hash_table_lookup(tiles, camera);
            if (!list) {
                list = json_object_new_array();
                g_hash_table_insert(tiles, g_strdup(camera), list);
            }
            Json *item = json_object_new_object();
            json_add_string(item, "wall", id);
            json_add_int(item, "tile", wall->air->tiles[t].number);
            json_object_array_add(list, item);
        }
    }
}

static void add_feed(Feed *feed, gpointer user)
{
    FeedList *list = user;
    const Camera *camera = feed_camera(feed);
    if (!sight_may(list->call->info->caller, camera))
        return;
    FeedInfo info;
    feed_get_info(feed, &info);
    Json *json = json_object_new_object(), *tiles = g_hash_table_lookup(list->tiles, camera->id);
    json_add_string(json, "camera", camera->id);
    json_add_int(json, "number", camera->number);
    json_add_string(json, "name", camera->name);
    json_add_string(json, "region_name", camera->region_name);
    json_add_string(json, "stream", feed_profile(feed) == PROFILE_MAIN ? "main" : "sub");
    json_add(json, "tiles", tiles ? json_object_get(tiles) : json_object_new_array());
    json_add(json, "info", feed_info_json(&info));
    Json *quality = health_camera_json(list->call->env->health, camera->id);
    if (quality)
        json_add(json, "quality", quality);
    json_object_array_add(list->list, json);
}

static void put_json(gpointer json)
{
    json_object_put(json);
}

gboolean api_get_feeds(ApiCall *call, GError **error)
{
    g_autoptr(GHashTable) tiles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, put_json);
    add_tiles(call, tiles);
    FeedList list = { call, tiles, json_object_new_array() };
    feed_pool_foreach(call->env->feeds, add_feed, &list);
    Json *json = json_object_new_object();
    json_add(json, "feeds", list.list);
    web_reply_json(call->request, 200, json);
    return TRUE;
}
