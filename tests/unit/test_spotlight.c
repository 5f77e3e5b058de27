/* test_spotlight.c - alarm cameras over the wall: where they are seen, and that the wall stays */
#include "wallctl/model/spotlight.h"

#include "tests/unit/wall_script.h"

/* Slots "2=x 3=y 4=-": tile and camera. */
static const struct {
    const char *name, *script, *slots, *seen, *in;
} rows[] = {
    { "none", "layout 2x2; show 1 a", "2=-", "2x2: a - - -", "0" },
    { "over-tiles", "layout 2x2; show 1 a; show 2 b", "2=x 3=y", "2x2: a x y -", "2 3" },
    { "second-only", "layout 2x2; show 2 b", "2=- 3=y", "2x2: - b y -", "0 3" },
    { "no-such-tile", "layout 1x1; show 1 a", "2=x", "1x1: a; w999: x", "999" },
    { "two-windows", "layout 1x1; show 1 a", "2=x 3=y", "1x1: a; w999: x; w998: y", "999 998" },
    { "boards-beside-others", "layout 1x1; show 1 a", "2=x 0=board1 0=board2",
      "1x1: a; w999: x; w998: board1; w997: board2", "999 998 997" },
    { "behind-maximised", "layout 2x2; show 1 a; show 2 b; maximise 1", "2=x",
      "2x2: a b - -; w999: x; max 1", "999" },
    { "is-maximised", "layout 2x2; show 1 a; maximise 2", "2=x", "2x2: a x - -; max 2", "2" },
    { "other-screen-maximised", "layout 2x1 L; layout 2x1 R; maximise 1", "3=x",
      "2x1 L: - -; 2x1 R: x -; max 1", "3" },
    { "same-tile-twice", "layout 2x2", "2=x 2=y", "2x2: - x - -; w999: y", "2 999" },
    { "over-peoples-windows", "layout 1x1; window-open 0,0,640,360 a", "2=x",
      "1x1: -; w901: a; w999: x", "999" },
    { "with-a-tour", "layout 2x1; tour-start t 2=b", "2=x", "2x1: - x; tour t/0 2", "2" },
};

static guint read_slots(char **parts, Spot *spots)
{
    guint n = 0;
    for (; parts[n]; n++) {
        char *equals = strchr(parts[n], '=');
        *equals = 0;
        spots[n] = (Spot) { .tile = (guint)atoi(parts[n]),
                            .camera = equals[1] == '-' ? NULL : equals + 1,
                            .is_board = g_str_has_prefix(equals + 1, "board"),
                            .seen_in = 7 };
    }
    return n;
}

static void test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_auto(Played) played = play(rows[i].script);
    g_assert_no_error(played.error);
    g_auto(GStrv) parts = g_strsplit(rows[i].slots, " ", -1);
    Spot spots[8];
    guint n = read_slots(parts, spots);
    g_autofree char *before = dump_content(played.wall->air);
    g_autoptr(WallContent) seen = wall_content_spotlit(played.wall->air, BOUNDS, spots, n);
    g_autofree char *text = dump_content(seen), *after = dump_content(played.wall->air);
    g_assert_cmpstr(text, ==, rows[i].seen);
    g_assert_cmpstr(before, ==, after);
    GString *in = g_string_new(NULL);
    for (guint k = 0; k < n; k++)
        g_string_append_printf(in, "%s%u", k ? " " : "", spots[k].seen_in);
    g_assert_cmpstr(in->str, ==, rows[i].in);
    g_string_free(in, TRUE);
    g_autoptr(GError) wrong = NULL;
    wall_content_check(seen, &wrong);
    g_assert_no_error(wrong);
    for (guint k = 0; k < seen->n_tiles; k++)
        g_assert_true(rect_contains(BOUNDS, seen->tiles[k].rect));
}

/* A tile that people have zoomed and turned shows the alarm's camera whole and upright. */
static void test_whole_picture(void)
{
    g_auto(Played) played =
        play("layout 2x1; show 2 a fit=cover rotation=90 crop=0.1,0.1,0.5,0.5 stream=sub");
    Spot spot = { 2, "x", 0 };
    g_autoptr(WallContent) seen = wall_content_spotlit(played.wall->air, BOUNDS, &spot, 1);
    const Tile *tile = wall_tile(seen, 2);
    g_assert_cmpuint(tile->rotation, ==, 0);
    g_assert_true(frect_equal(tile->crop, FRECT_FULL));
    g_assert_cmpint(tile->stream, ==, STREAM_AUTO);
    g_assert_cmpint(tile->fit, ==, FIT_COVER); /* belongs to the tile */
}

/* 1920x1080: the clock has the lowest 54 px; two banners end at 194. */
static void test_places(void)
{
    static const struct {
        guint w, h;
        Rect board, cameras[3];
    } walls[] = {
        { 1920,
          1080,
          { 1438, 210, 480, 270 },
          { { 1438, 482, 480, 270 }, { 1438, 754, 480, 270 }, { 956, 482, 480, 270 } } },
        { 5760,
          2160,
          { 4318, 428, 1440, 810 },
          { { 4318, 1240, 1440, 810 }, { 2876, 1240, 1440, 810 }, { 1434, 1240, 1440, 810 } } },
    };
    for (guint i = 0; i < G_N_ELEMENTS(walls); i++) {
        Rect bounds = { 0, 0, (int)walls[i].w, (int)walls[i].h };
        g_auto(Played) played = play("layout 1x1");
        Spot spots[] = {
            { 5, "x", 0 }, { 6, "y", 0 }, { 7, "z", 0 }, { .camera = "board:b", .is_board = TRUE }
        };
        g_autoptr(WallContent) seen =
            wall_content_spotlit(played.wall->air, bounds, spots, G_N_ELEMENTS(spots));
        for (guint k = 0; k < 4; k++) {
            Rect wanted = k < 3 ? walls[i].cameras[k] : walls[i].board;
            Rect is = wall_tile(seen, spots[k].seen_in)->rect;
            g_assert_cmpint(is.x, ==, wanted.x);
            g_assert_cmpint(is.y, ==, wanted.y);
            g_assert_cmpint(is.w, ==, wanted.w);
            g_assert_cmpint(is.h, ==, wanted.h);
        }
    }
}

static void test_many_windows(void)
{
    g_auto(Played) played = play("layout 1x1");
    Spot spots[64];
    for (guint i = 0; i < 64; i++)
        spots[i] = (Spot) { 5, "x", 0 };
    g_autoptr(WallContent) seen = wall_content_spotlit(played.wall->air, BOUNDS, spots, 64);
    guint n_seen = 0;
    for (guint i = 0; i < 64; i++)
        n_seen += spots[i].seen_in != 0;
    g_assert_cmpuint(n_seen, >=, 4); /* four columns of 960 px; what has no room is left out */
    g_assert_cmpuint(seen->n_tiles, ==, 1 + n_seen);
    g_autoptr(GError) wrong = NULL;
    wall_content_check(seen, &wrong);
    g_assert_no_error(wrong);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/spotlight/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/spotlight/whole-picture", test_whole_picture);
    g_test_add_func("/spotlight/places", test_places);
    g_test_add_func("/spotlight/many-windows", test_many_windows);
    return g_test_run();
}
