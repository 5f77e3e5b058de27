/* scenes.c - sixteen drawn camera views of a district: which they are, and their clips
 *
 * A frame is drawn once and encoded twice. A clip in the cache is used as it is; SCENES_VERSION in
 * its name retires it when a drawing changes.
 */
#include "tests/support/scenes.h"

#include "tests/support/clip_picture.h"
#include "tests/support/clip_writer.h"
#include "tests/support/scene_list.h"
#include "wallctl/base/error.h"

enum { SCENES_VERSION = 3, FPS = 25, FRAMES = 200, GOP = 50 };

static const ClipSpec main_spec = { CLIP_H264, 1280, 720, FPS, FRAMES, GOP, 2000, FALSE };
static const ClipSpec sub_spec = { CLIP_H264, 640, 360, FPS, FRAMES, GOP, 500, FALSE };

typedef struct {
    const char *id, *name, *region, *place_kind;
    double lon, lat;
    const SceneDrawing *drawing;
} Scene;

static const Scene scenes[] = {
    { "yanhe-crossroads", "研和路口", "530402008", "路口", 102.5105, 24.2688, &scene_crossroads },
    { "chunhe-dam", "春和水库大坝", "530402005", "水库", 102.5212, 24.4015, &scene_dam },
    { "dayingjie-square", "大营街文化广场", "530402007", "广场", 102.4893, 24.3302, &scene_square },
    { "yuxing-hall", "玉兴政务服务大厅", "530402001", "服务大厅", 102.5462, 24.3524, &scene_hall },
    { "beicheng-market", "北城农贸市场", "530402004", "市场", 102.5391, 24.4206, &scene_market },
    { "liqi-school", "李棋中心小学", "530402006", "学校", 102.5698, 24.3721, &scene_school },
    { "yudai-bridge", "玉带大桥", "530402003", "桥梁", 102.5316, 24.3587, &scene_bridge },
    { "xiaoshiqiao-road", "小石桥盘山公路", "530402201", "公路", 102.5872, 24.2169,
      &scene_mountain_road },
    { "fenghuang-station", "凤凰客运站", "530402002", "车站", 102.5287, 24.3406,
      &scene_bus_station },
    { "gaocang-site", "高仓安置房工地", "530402009", "工地", 102.5641, 24.3108, &scene_site },
    { "beicheng-greenhouses", "北城蔬菜大棚", "530402004", "农田", 102.5517, 24.4323,
      &scene_farmland },
    { "luohe-lookout", "洛河森林瞭望塔", "530402202", "林区", 102.3985, 24.3046, &scene_lookout },
    { "fenghuang-parking", "凤凰停车场", "530402002", "停车场", 102.5331, 24.3352, &scene_parking },
    { "liqi-sluice", "李棋水闸", "530402006", "水闸", 102.5786, 24.3803, &scene_sluice },
    { "xiaoshiqiao-village", "小石桥村口", "530402201", "村口", 102.5804, 24.2251, &scene_village },
    { "yuxing-street", "玉兴老街", "530402001", "街道", 102.5439, 24.3489, &scene_night_street },
};

guint scenes_count(void)
{
    return G_N_ELEMENTS(scenes);
}

static const Scene *scene_at(guint i)
{
    g_assert(i < G_N_ELEMENTS(scenes));
    return &scenes[i];
}

const char *scene_id(guint i)
{
    return scene_at(i)->id;
}

const char *scene_name(guint i)
{
    return scene_at(i)->name;
}

const char *scene_region(guint i)
{
    return scene_at(i)->region;
}

const char *scene_place_kind(guint i)
{
    return scene_at(i)->place_kind;
}

double scene_lon(guint i)
{
    return scene_at(i)->lon;
}

double scene_lat(guint i)
{
    return scene_at(i)->lat;
}

static cairo_surface_t *draw_frame(const SceneDrawing *drawing, Stage *stage, gpointer scene,
                                   float time)
{
    stage_begin(stage, time);
    drawing->move(stage, scene, time);
    cairo_surface_t *surface = stage_end(stage);
    if (drawing->finish) {
        cairo_t *cr = cairo_create(surface);
        drawing->finish(stage, scene, cr, time);
        cairo_destroy(cr);
    }
    return surface;
}

static gboolean add(ClipWriter *writer, const ClipPicture *picture, GError **error)
{
    return clip_writer_add(writer, clip_picture_get_planes(picture),
                           clip_picture_get_strides(picture), error);
}

static gboolean render(const SceneDrawing *drawing, const char *main_path, const char *sub_path,
                       GError **error)
{
    g_autoptr(ClipWriter) main_writer = clip_writer_new(main_path, &main_spec, error);
    g_autoptr(ClipWriter) sub_writer =
        main_writer ? clip_writer_new(sub_path, &sub_spec, error) : NULL;
    if (!sub_writer)
        return FALSE;
    g_autoptr(ClipPicture) picture = clip_picture_new(main_spec.width, main_spec.height);
    g_autoptr(ClipPicture) small = clip_picture_new(sub_spec.width, sub_spec.height);
    g_autoptr(Stage) stage = stage_new(main_spec.width, main_spec.height);
    gpointer scene = drawing->build(stage);
    for (guint n = 0; n < FRAMES; n++) {
        clip_picture_take(picture, draw_frame(drawing, stage, scene, (float)n / FRAMES));
        clip_picture_scale(small, picture);
        if (!add(main_writer, picture, error) || !add(sub_writer, small, error))
            return FALSE;
    }
    return clip_writer_finish(sub_writer, error) && clip_writer_finish(main_writer, error);
}

gboolean scenes_render(const char *cache_dir, guint i, char **main_path, char **sub_path,
                       GError **error)
{
    const Scene *scene = scene_at(i);
    if (g_mkdir_with_parents(cache_dir, 0755) != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: cannot be made: %s", cache_dir,
                    g_strerror(errno));
        return FALSE;
    }
    g_autofree char *large =
        g_strdup_printf("%s/%s-main-v%d.mp4", cache_dir, scene->id, SCENES_VERSION);
    g_autofree char *small =
        g_strdup_printf("%s/%s-sub-v%d.mp4", cache_dir, scene->id, SCENES_VERSION);
    gboolean is_cached =
        g_file_test(large, G_FILE_TEST_EXISTS) && g_file_test(small, G_FILE_TEST_EXISTS);
    if (!is_cached && !render(scene->drawing, large, small, error)) {
        g_prefix_error(error, "scene %s: ", scene->id);
        return FALSE;
    }
    *main_path = g_steal_pointer(&large);
    *sub_path = g_steal_pointer(&small);
    return TRUE;
}
