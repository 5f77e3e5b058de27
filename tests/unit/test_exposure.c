/* test_exposure.c - what a screen may show: of single sources, of scenes, and what is written down as seen */
#include "tests/unit/wall_script.h"

#include "wallctl/model/exposure.h"

#include <string.h>

static const Exposure internal = { CONTENT_INTERNAL, FALSE }, hall = { CONTENT_PUBLIC, FALSE },
                      visited = { CONTENT_INTERNAL, TRUE }, visited_hall = { CONTENT_PUBLIC, TRUE };

/* p is a public camera, q a public board; of all else nobody has said anything. */
static SourceClass class_of(const char *source, gconstpointer user)
{
    g_assert_nonnull(source);
    if (*source == 'q')
        return SOURCE_PUBLIC_BOARD;
    return *source == 'p' ? SOURCE_PUBLIC_CAMERA : SOURCE_INTERNAL;
}

static void test_cover(void)
{
    static const struct {
        const Exposure *exposure;
        SourceClass source;
        Cover cover;
    } rows[] = {
        { &internal, SOURCE_INTERNAL, COVER_NONE },
        { &internal, SOURCE_PUBLIC_CAMERA, COVER_NONE },
        { &internal, SOURCE_PUBLIC_BOARD, COVER_NONE },
        { &hall, SOURCE_INTERNAL, COVER_INTERNAL },
        { &hall, SOURCE_PUBLIC_CAMERA, COVER_NONE },
        { &hall, SOURCE_PUBLIC_BOARD, COVER_NONE },
        { &visited, SOURCE_INTERNAL, COVER_VISITOR },
        { &visited, SOURCE_PUBLIC_CAMERA, COVER_VISITOR },
        { &visited, SOURCE_PUBLIC_BOARD, COVER_NONE },
        { &visited_hall, SOURCE_INTERNAL, COVER_VISITOR },
        { &visited_hall, SOURCE_PUBLIC_CAMERA, COVER_VISITOR },
        { &visited_hall, SOURCE_PUBLIC_BOARD, COVER_NONE },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %u", i);
        g_assert_cmpint(exposure_cover(rows[i].exposure, rows[i].source), ==, rows[i].cover);
    }
}

static void test_notices(void)
{
    static const struct {
        const Exposure *exposure;
        gboolean has_banners;
    } rows[] = {
        { &internal, TRUE }, { &hall, FALSE }, { &visited, FALSE }, { &visited_hall, FALSE }
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(exposure_has_notice(rows[i].exposure, NOTICE_BANNER), ==,
                        rows[i].has_banners);
        g_assert_true(exposure_has_notice(rows[i].exposure, NOTICE_TICKER));
    }
}

/* "1=a 2=[internal] 3=- 901=[visitor]" */
static char *dump(const Scene *scene)
{
    static const char *const covers[] = { "", "[internal]", "[visitor]" };
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < scene->n_tiles; i++) {
        const SceneTile *tile = &scene->tiles[i];
        g_assert_true(tile->cover == COVER_NONE || tile->camera == NULL);
        g_string_append_printf(out, "%s%u=%s", i ? " " : "", tile->number,
                               tile->cover    ? covers[tile->cover]
                               : tile->camera ? tile->camera
                                              : "-");
    }
    return g_string_free(out, FALSE);
}

static void test_scene(void)
{
    static const struct {
        const Exposure *exposure;
        const char *script, *scene;
    } rows[] = {
        { &internal, "layout 2x2 L; show 1 a; show 2 p; show 3 c", "1=a 2=p 3=c 4=-" },
        { &hall, "layout 2x2 L; show 1 a; show 2 p; show 3 c; show 4 q",
          "1=[internal] 2=p 3=[internal] 4=q" },
        { &visited, "layout 2x2 L; show 1 a; show 2 p; show 4 q",
          "1=[visitor] 2=[visitor] 3=- 4=q" },
        { &hall, "layout 2x2 L; show 1 a; maximise 1", "1=[internal]" },
        { &visited, "layout 1x1; show 1 q; window-open 1820,100,200,200 a", "1=q 901=[visitor]" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %u: %s", i, rows[i].script);
        g_auto(Played) played = play(rows[i].script);
        g_autoptr(Scene) scene = scene_new(played.wall->air, 1, "L", SCREEN_L);
        scene_expose(scene, rows[i].exposure, class_of, NULL);
        g_autofree char *text = dump(scene);
        g_assert_cmpstr(text, ==, rows[i].scene);
    }
}

static char *dump_sources(const WallContent *content)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < content->n_tiles; i++)
        g_string_append_printf(out, "%s%u=%s", i ? " " : "", content->tiles[i].number,
                               content->tiles[i].camera ? content->tiles[i].camera : "-");
    return g_string_free(out, FALSE);
}

/* What at least one screen shows was seen. */
static void test_seen(void)
{
    static const struct {
        const Exposure *left, *right;
        const char *script, *seen;
    } rows[] = {
        { &internal, &internal, "layout 2x1; show 1 a; show 2 b", "1=a 2=b" },
        { &internal, &hall, "layout 2x1; show 1 a; show 2 b", "1=a 2=-" },
        { &internal, &hall, "layout 1x1; show 1 a", "1=a" },
        { &visited, &hall, "layout 1x1; show 1 a", "1=-" },
        { &visited, &hall, "layout 1x1; show 1 q", "1=q" },
        { &visited, &internal, "layout 2x1; show 1 p; show 2 p; window-open 1820,100,200,200 a",
          "1=- 2=p 901=a" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %u: %s", i, rows[i].script);
        g_auto(Played) played = play(rows[i].script);
        WallContent *air = played.wall->air;
        const Rect screens[] = { SCREEN_L, SCREEN_R };
        const Exposure exposures[] = { *rows[i].left, *rows[i].right };
        g_autoptr(WallContent) seen =
            wall_content_exposed(air, screens, exposures, 2, class_of, NULL);
        g_autofree char *text = dump_sources(seen);
        g_assert_cmpstr(text, ==, rows[i].seen);
        g_autofree char *before = dump_sources(air);
        g_assert_cmpint(seen == air, ==, strcmp(before, text) == 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exposure/cover", test_cover);
    g_test_add_func("/exposure/notices", test_notices);
    g_test_add_func("/exposure/scene", test_scene);
    g_test_add_func("/exposure/seen", test_seen);
    return g_test_run();
}
