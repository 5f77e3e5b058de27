/* test_wall.c - contents as values: copy, equality, rects on glass, cut, check; walls share them */
#include "tests/unit/wall_script.h"

#define RICH                                                                                       \
    "layout 2x2 L; layout 3x1 R; show 1 a fit=cover rotation=90; show 7 b crop=0,0,0.5,0.5; "      \
    "window-open 1900,0,64,64 c; window-open 2000,0,640,360 d; tour-start t 2=e 3=f; "             \
    "tour-start u 5=g; tour-pause u; maximise 6"

static void test_copy_is_equal_and_private(void)
{
    g_auto(Played) p = play(RICH);
    const WallContent *air = p.wall->air;
    g_autoptr(WallContent) copy = wall_content_copy(air);
    g_assert_true(wall_content_equal(copy, air));
    g_assert_cmpint(copy->refs, ==, 1);
    g_assert_cmpuint(copy->structure_touched, ==, air->structure_touched);
    for (guint i = 0; i < copy->n_tiles; i++)
        g_assert_cmpuint(copy->tiles[i].touched, ==, air->tiles[i].touched);
    g_assert_true(copy->tiles[0].camera != air->tiles[0].camera);
    g_assert_true(copy->tours[0].tiles != air->tours[0].tiles);
}

/* Each member counts, but for touched marks and the time left. */
static void test_equal_sees_each_member(void)
{
    g_auto(Played) p = play(RICH);
    for (guint change = 0; change < 21; change++) {
        g_autoptr(WallContent) c = wall_content_copy(p.wall->air);
        gboolean stays_equal = FALSE;
        Tile *tile = &c->tiles[6];
        TourRun *run = &c->tours[0];
        switch (change) {
        case 0:
            g_free(tile->camera);
            tile->camera = g_strdup("z");
            break;
        case 1:
            g_clear_pointer(&tile->camera, g_free);
            break;
        case 2:
            tile->rect.x += 2;
            break;
        case 3:
            tile->rect.h += 2;
            break;
        case 4:
            tile->stream = STREAM_SUB;
            break;
        case 5:
            tile->fit = FIT_STRETCH;
            break;
        case 6:
            tile->crop.w = 0.25;
            break;
        case 7:
            tile->rotation = 180;
            break;
        case 8:
            tile->z = 5;
            break;
        case 9:
            c->tiles[c->n_tiles - 1].number++;
            break;
        case 10:
            c->maximised = 0;
            break;
        case 11:
            g_free(c->areas[0].screen);
            c->areas[0].screen = NULL;
            break;
        case 12:
            c->areas[1].rect.w -= 2;
            break;
        case 13:
            c->areas[1].first++;
            break;
        case 14:
            run->step++;
            break;
        case 15:
            run->is_paused = !run->is_paused;
            break;
        case 16:
            run->yields = !run->yields;
            break;
        case 17:
            run->tiles[0]++;
            break;
        case 18:
            run->left_ms += 500;
            stays_equal = TRUE;
            break;
        case 19:
            tile->touched++;
            stays_equal = TRUE;
            break;
        case 20:
            c->structure_touched++;
            stays_equal = TRUE;
            break;
        }
        if (wall_content_equal(c, p.wall->air) != stays_equal)
            g_error("change %u: equal is %d", change, !stays_equal);
    }
}

static void test_rect_on_glass(void)
{
    static const struct {
        const char *script;
        guint tile;
        Rect rect;
    } rows[] = {
        { "layout 2x2", 2, { 1920, 0, 1920, 540 } },
        { "layout 2x2; maximise 2", 2, { 0, 0, 3840, 1080 } },
        { "layout 2x2; maximise 2", 3, { 0, 540, 1920, 540 } },
        { "layout 1x1 L; layout 2x1 R; maximise 3", 3, { 1920, 0, 1920, 1080 } },
        { "layout 4x1; layout 2x1 R; maximise 2", 2, { 0, 0, 1920, 1080 } },
        { "layout 1x1 L; layout 1x1 R; window-open 2000,0,64,64; maximise 901",
          901,
          { 1920, 0, 1920, 1080 } },
        { "layout 1x1 L; layout 1x1 R; window-open 1800,0,200,64; maximise 901",
          901,
          { 0, 0, 1920, 1080 } },
        { "layout 1x1 R; window-open 0,0,64,64; maximise 901", 901, { 1920, 0, 1920, 1080 } },
        { "window-open 0,0,64,64; maximise 901", 901, { 0, 0, 64, 64 } },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Played) p = play(rows[i].script);
        Rect r = wall_tile_rect(p.wall->air, wall_tile(p.wall->air, rows[i].tile));
        if (!rect_equal(r, rows[i].rect))
            g_error("%s: tile %u at %d,%d of %dx%d", rows[i].script, rows[i].tile, r.x, r.y, r.w,
                    r.h);
    }
}

/* An area is as large as it was asked for, not as its cells: margins belong to it. */
static void test_area_keeps_its_rect(void)
{
    g_auto(Played) p = play("restore");
    g_autoptr(Command) layout = script_command("layout 1x1 L", NULL);
    layout->cells[0] = (Rect) { 480, 270, 960, 540 };
    g_autoptr(Command) other = script_command("layout 1x1 R", NULL);
    g_autoptr(Command) maximise = script_command("maximise 1", NULL);
    g_autoptr(Wall) left = wall_apply(p.wall, layout, &script_limits, NULL, NULL);
    g_autoptr(Wall) both = wall_apply(left, other, &script_limits, NULL, NULL);
    g_autoptr(Wall) full = wall_apply(both, maximise, &script_limits, NULL, NULL);
    g_assert_true(rect_equal(wall_tile_rect(full->air, wall_tile(full->air, 1)), SCREEN_L));
}

static void test_tile_lookup(void)
{
    g_auto(Played) p = play("layout 2x2; window-open 0,0,64,64; window-open 0,0,64,64; "
                            "window-close 901");
    for (guint number = 0; number <= 1000; number++) {
        const Tile *tile = wall_tile(p.wall->air, number);
        gboolean exists = (number >= 1 && number <= 4) || number == 902;
        g_assert_cmpint(tile != NULL, ==, exists);
        if (tile)
            g_assert_cmpuint(tile->number, ==, number);
    }
    g_autoptr(WallContent) empty = wall_content_new();
    g_assert_null(wall_tile(empty, 1));
}

static void test_tour_of_tile(void)
{
    g_auto(Played) p = play("layout 3x1; tour-start t 1=a; tour-start u 3=b");
    g_assert_cmpstr(wall_tile_tour(p.wall->air, 1)->id, ==, "t");
    g_assert_null(wall_tile_tour(p.wall->air, 2));
    g_assert_cmpstr(wall_tile_tour(p.wall->air, 3)->id, ==, "u");
    g_auto(Played) scene = play("layout 3x1; save; scene-start s");
    g_assert_cmpstr(wall_tile_tour(scene.wall->air, 2)->id, ==, "s");
}

static void test_cut(void)
{
    static const struct {
        const char *script;
        Rect screen;
        const char *cut; /* NULL: nothing there */
    } rows[] = {
        { "layout 2x1; show 2 b", { 1920, 0, 1920, 1080 }, "2x1 X: b" },
        { "layout 1x1", { 1920, 0, 1920, 1080 }, NULL },
        { "window-open 0,0,64,64", { 0, 0, 1920, 1080 }, NULL },
        { RICH, { 0, 0, 1920, 1080 }, "2x2 X: a e f -; tour t/0 2,3" },
        { RICH, { 1920, 0, 1920, 1080 }, "3x1 X: g - b; w901: d; tour u/0 paused 1" },
        { "layout 1x1 L; layout 1x1 R; window-open 0,0,64,64 a; window-open 2000,0,64,64 b; "
          "window-open 0,0,64,64 c; window-open 0,0,64,64 d; window-raise 901",
          { 0, 0, 1920, 1080 },
          "1x1 X: -; w902: c; w903: d; w901: a" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Played) p = play(rows[i].script);
        g_autoptr(WallContent) cut = wall_content_cut(p.wall->air, "X", rows[i].screen);
        g_autofree char *text = cut ? dump_content(cut) : NULL;
        g_assert_cmpstr(text, ==, rows[i].cut);
        if (cut)
            g_assert_true(wall_content_check(cut, NULL));
    }
}

static void break_content(WallContent *c, guint how)
{
    switch (how) {
    case 0:
        c->tiles[0].number = 0;
        break;
    case 1:
        c->tiles[1].number = 1;
        break;
    case 2:
        c->tiles[8].number = 901;
        break;
    case 3:
        c->tiles[8].number = 1000;
        break;
    case 4:
        c->tiles[7].number = 900;
        break;
    case 5:
        c->tiles[0].rect.x = 1;
        break;
    case 6:
        c->tiles[0].rect.w = 0;
        break;
    case 7:
        c->tiles[7].rect.h = 62;
        break;
    case 8:
        c->tiles[0].z = 1;
        break;
    case 9:
        c->tiles[7].z = 2;
        break;
    case 10:
        c->tiles[7].z = 0;
        break;
    case 11:
        c->tiles[8].z = 64;
        break;
    case 12:
        c->tiles[0].stream = 0;
        break;
    case 13:
        c->tiles[0].fit = 4;
        break;
    case 14:
        c->tiles[0].crop.x = 0.5;
        break;
    case 15:
        c->tiles[0].rotation = 45;
        break;
    case 16:
        c->areas[0].count--;
        break;
    case 17:
        c->areas[1].first = 1;
        break;
    case 18:
        c->areas[1].rect.w = 0;
        break;
    case 19:
        g_clear_pointer(&c->areas[1].layout, g_free);
        break;
    case 20:
        c->areas[1].count = 0;
        break;
    case 21:
        c->maximised = 12;
        break;
    case 22:
        c->tours[0].tiles[0] = 5;
        break;
    case 23:
        c->tours[0].tiles[0] = 3;
        break;
    case 24:
        c->tours[0].tiles[0] = 77;
        break;
    case 25:
        c->tours[1].id[0] = 't';
        break;
    case 26:
        c->tours[1].n_tiles = 0;
        break;
    }
}

static void test_check(void)
{
    g_auto(Played) p = play(RICH);
    g_assert_true(wall_content_check(p.wall->air, NULL));
    for (guint how = 0; how <= 26; how++) {
        g_autoptr(WallContent) content = wall_content_copy(p.wall->air);
        g_autoptr(GError) error = NULL;
        break_content(content, how);
        if (wall_content_check(content, &error))
            g_error("fault %u passes", how);
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
}

/* A command keeps what it does not change by reference, and leaves the former wall alone. */
static void test_walls_share(void)
{
    g_auto(Played) p = play("layout 2x1; show 1 a; prepare on; preview: show 2 b");
    g_autofree char *before = dump_content(p.wall->air);
    g_autoptr(Command) show = script_command("show 2 c", NULL);
    g_autoptr(Wall) next = wall_apply(p.wall, show, &script_limits, NULL, NULL);
    g_assert_true(next->preview == p.wall->preview);
    g_assert_true(next->undo->pdata[next->undo->len - 1] == p.wall->air);
    g_assert_true(next->undo->pdata[0] == p.wall->undo->pdata[0]);
    g_autofree char *after = dump_content(p.wall->air);
    g_assert_cmpstr(after, ==, before);

    g_autoptr(Command) edit = script_command("preview: show 1 d", NULL);
    g_autoptr(Wall) edited = wall_apply(next, edit, &script_limits, NULL, NULL);
    g_assert_true(edited->air == next->air);
    g_assert_true(edited->undo == next->undo);
    /* The chain of walls may go in any order. */
    g_clear_pointer(&next, wall_unref);
    g_assert_cmpstr(wall_tile(edited->air, 2)->camera, ==, "c");
}

static void test_words(void)
{
    for (int i = 1; i <= 3; i++) {
        g_assert_cmpint(fit_from_word(fit_word((Fit)i)), ==, i);
        g_assert_cmpint(stream_from_word(stream_word((StreamChoice)i)), ==, i);
    }
    g_assert_cmpint(fit_from_word("nope"), ==, 0);
    g_assert_cmpint(stream_from_word(NULL), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall/copy-is-equal-and-private", test_copy_is_equal_and_private);
    g_test_add_func("/wall/equal-sees-each-member", test_equal_sees_each_member);
    g_test_add_func("/wall/rect-on-glass", test_rect_on_glass);
    g_test_add_func("/wall/area-keeps-its-rect", test_area_keeps_its_rect);
    g_test_add_func("/wall/tile-lookup", test_tile_lookup);
    g_test_add_func("/wall/tour-of-tile", test_tour_of_tile);
    g_test_add_func("/wall/cut", test_cut);
    g_test_add_func("/wall/check", test_check);
    g_test_add_func("/wall/walls-share", test_walls_share);
    g_test_add_func("/wall/words", test_words);
    return g_test_run();
}
