/* test_scene.c - what one screen shows of a wall, in which order, and what is left out */
#include "tests/unit/wall_script.h"

#include "wallctl/model/scene.h"

/* "3@0,0,960,540=a" per tile from the bottom; 'w' after a window's number. */
static char *dump_scene(const Scene *scene)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < scene->n_tiles; i++) {
        const SceneTile *tile = &scene->tiles[i];
        g_string_append_printf(out, "%s%u%s@%d,%d,%d,%d=%s", i ? " " : "", tile->number,
                               tile->is_window ? "w" : "", tile->rect.x, tile->rect.y, tile->rect.w,
                               tile->rect.h, tile->camera ? tile->camera : "-");
    }
    return g_string_free(out, FALSE);
}

static const struct {
    const char *name, *script;
    char screen;
    const char *scene;
} rows[] = {
    { "empty", "restore", 'L', "" },
    { "left", "layout 2x1; show 1 a; show 2 b", 'L', "1@0,0,1920,1080=a" },
    { "right", "layout 2x1; show 1 a; show 2 b", 'R', "2@0,0,1920,1080=b" },
    { "cell-over-both", "layout 1x1; show 1 a", 'R', "1@-1920,0,3840,1080=a" },
    { "window-over-both", "layout 2x1; window-open 1820,100,200,200 c", 'L',
      "1@0,0,1920,1080=- 901w@1820,100,200,200=c" },
    { "window-over-both/right", "layout 2x1; window-open 1820,100,200,200 c", 'R',
      "2@0,0,1920,1080=- 901w@-100,100,200,200=c" },
    { "z-order",
      "layout 2x1; window-open 0,0,100,100 a; window-open 50,50,100,100 b; window-raise 901", 'L',
      "1@0,0,1920,1080=- 902w@50,50,100,100=b 901w@0,0,100,100=a" },
    { "covered/cell-by-window", "layout 4x1; show 1 a; show 2 b; window-open 0,0,960,1080 c", 'L',
      "2@960,0,960,1080=b 901w@0,0,960,1080=c" },
    { "covered/almost", "layout 4x1; show 1 a; window-open 0,0,960,1078 c", 'L',
      "1@0,0,960,1080=a 2@960,0,960,1080=- 901w@0,0,960,1078=c" },
    { "covered/window-by-window",
      "layout 2x1; window-open 100,100,100,100 a; window-open 0,0,400,400 b", 'L',
      "1@0,0,1920,1080=- 902w@0,0,400,400=b" },
    { "covered/not-from-below",
      "layout 2x1; window-open 0,0,400,400 b; window-open 100,100,100,100 a", 'L',
      "1@0,0,1920,1080=- 901w@0,0,400,400=b 902w@100,100,100,100=a" },
    { "covered/equal-windows", "layout 2x1; window-open 0,0,64,64 a; window-open 0,0,64,64 b", 'L',
      "1@0,0,1920,1080=- 902w@0,0,64,64=b" },
    { "covered/on-this-screen-only",
      "layout 2x1; window-open 1000,0,1840,1080 a; "
      "window-open 1920,0,1920,1080 b",
      'R', "902w@0,0,1920,1080=b" },
    { "covered/on-this-screen-only/left",
      "layout 2x1; window-open 1000,0,1840,1080 a; "
      "window-open 1920,0,1920,1080 b",
      'L', "1@0,0,1920,1080=- 901w@1000,0,1840,1080=a" },
    { "maximised/hides-cells", "layout 2x2 L; show 3 c; maximise 3", 'L', "3@0,0,1920,1080=c" },
    { "maximised/under-windows", "layout 2x2 L; show 3 c; window-open 0,0,64,64 w; maximise 3", 'L',
      "3@0,0,1920,1080=c 901w@0,0,64,64=w" },
    { "maximised/other-screen-stays", "layout 2x2 L; layout 2x1 R; maximise 3", 'R',
      "5@0,0,960,1080=- 6@960,0,960,1080=-" },
    { "maximised/over-both-screens", "layout 2x2; show 4 d; maximise 4", 'L', "4@0,0,3840,1080=d" },
    { "maximised/window-over-all",
      "layout 2x2 L; window-open 0,0,64,64 w; window-open 0,0,640,360 x; maximise 901", 'L',
      "901w@0,0,1920,1080=w" },
    { "maximised/empty-cell", "layout 2x2 L; show 1 a; maximise 2", 'L', "2@0,0,1920,1080=-" },
};

static void test_row(gconstpointer data)
{
    guint at = GPOINTER_TO_UINT(data);
    g_auto(Played) p = play(rows[at].script);
    gboolean is_left = rows[at].screen == 'L';
    g_autoptr(Scene) scene = scene_new(p.wall->air, p.wall->revision, is_left ? "L" : "R",
                                       is_left ? SCREEN_L : SCREEN_R);
    g_autofree char *text = dump_scene(scene);
    g_assert_cmpstr(text, ==, rows[at].scene);
    g_assert_cmpuint(scene->revision, ==, p.wall->revision);
    g_assert_cmpstr(scene->screen, ==, is_left ? "L" : "R");
    g_assert_cmpint(scene->width, ==, 1920);
    g_assert_cmpint(scene->height, ==, 1080);
    g_assert_cmpuint(scene->n_notices, ==, 0);
}

static void test_picture(void)
{
    g_auto(Played) p = play("layout 1x1; show 1 a fit=cover stream=main rotation=270 "
                            "crop=0.5,0,0.5,1");
    g_autoptr(Scene) scene = scene_new(p.wall->air, 7, "L", SCREEN_L);
    g_autoptr(Scene) again = scene_ref(scene);
    g_assert_cmpint(again->tiles[0].fit, ==, FIT_COVER);
    g_assert_cmpint(again->tiles[0].stream, ==, STREAM_MAIN);
    g_assert_cmpuint(again->tiles[0].rotation, ==, 270);
    g_assert_true(frect_equal(again->tiles[0].crop, (FRect) { 0.5, 0, 0.5, 1 }));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = g_strconcat("/scene/", rows[i].name, NULL);
        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/scene/picture", test_picture);
    return g_test_run();
}
