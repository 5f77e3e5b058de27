/* test_assign.c - which camera goes where when the layout changes */
#include "tests/unit/wall_script.h"

static const FRect one[] = { { 0, 0, 1, 1 } };
static const FRect two[] = { { 0, 0, .5, 1 }, { .5, 0, .5, 1 } };
static const FRect four[] = {
    { 0, 0, .5, .5 }, { .5, 0, .5, .5 }, { 0, .5, .5, .5 }, { .5, .5, .5, .5 }
};
static const FRect nine[] = {
    { 0, 0, 1 / 3., 1 / 3. },           { 1 / 3., 0, 1 / 3., 1 / 3. },
    { 2 / 3., 0, 1 / 3., 1 / 3. },      { 0, 1 / 3., 1 / 3., 1 / 3. },
    { 1 / 3., 1 / 3., 1 / 3., 1 / 3. }, { 2 / 3., 1 / 3., 1 / 3., 1 / 3. },
    { 0, 2 / 3., 1 / 3., 1 / 3. },      { 1 / 3., 2 / 3., 1 / 3., 1 / 3. },
    { 2 / 3., 2 / 3., 1 / 3., 1 / 3. },
};
/* 1+5: a large one and five around it */
static const FRect six[] = {
    { 0, 0, 2 / 3., 2 / 3. },           { 2 / 3., 0, 1 / 3., 1 / 3. },
    { 2 / 3., 1 / 3., 1 / 3., 1 / 3. }, { 0, 2 / 3., 1 / 3., 1 / 3. },
    { 1 / 3., 2 / 3., 1 / 3., 1 / 3. }, { 2 / 3., 2 / 3., 1 / 3., 1 / 3. },
};
/* a large one with a small one in its corner */
static const FRect pip[] = { { 0, 0, 1, 1 }, { .7, .7, .3, .3 } };
/* a small one in the corner before a large one */
static const FRect mixed[] = { { 0, 0, .3, .3 }, { 0, 0, .9, .9 } };

#define SET(s) s, G_N_ELEMENTS(s)

static const struct {
    const char *name;
    const FRect *from;
    guint n_from;
    const char *cameras; /* '-' is empty */
    const FRect *to;
    guint n_to;
    const char *expected;
} rows[] = {
    { "same", SET(four), "abcd", SET(four), "abcd" },
    { "same-with-gap", SET(four), "a-c-", SET(four), "a-c-" },
    { "one-to-four", SET(one), "a", SET(four), "a---" },
    { "four-to-one", SET(four), "abcd", SET(one), "a" },
    { "four-to-one/first-empty", SET(four), "-bcd", SET(one), "b" },
    { "four-to-nine", SET(four), "abcd", SET(nine), "a-b---c-d" },
    { "nine-to-four/corners", SET(nine), "a-b---c-d", SET(four), "abcd" },
    { "nine-to-four/last-left-out", SET(nine), "abcdefghi", SET(four), "abdc" },
    { "six-to-four/large-first", SET(six), "abcdef", SET(four), "abdc" },
    { "four-to-six", SET(four), "abcd", SET(six), "ab-c-d" },
    { "nine-to-six/same-place-stays", SET(nine), "a-b--f---", SET(six), "abf---" },
    { "two-to-four", SET(two), "ab", SET(four), "ab--" },
    { "four-to-two/all-of-one-side", SET(four), "a-c-", SET(two), "ac" },
    { "one-to-pip/same-place", SET(one), "a", SET(pip), "a-" },
    { "pip-to-two", SET(pip), "ab", SET(two), "ab" },
    { "larger-first", SET(mixed), "ab", SET(two), "ba" },
    { "empty", SET(four), "----", SET(nine), "---------" },
};

static void test_row(gconstpointer data)
{
    guint at = GPOINTER_TO_UINT(data);
    Tile old_tiles[16] = { 0 }, cells[16] = { 0 };
    for (guint i = 0; i < rows[at].n_from; i++) {
        old_tiles[i].number = i + 1;
        old_tiles[i].rect = rect_of_fraction(rows[at].from[i], SCREEN_L);
        if (rows[at].cameras[i] != '-')
            old_tiles[i].camera = g_strndup(&rows[at].cameras[i], 1);
        old_tiles[i].rotation = 90;
        old_tiles[i].fit = FIT_COVER;
        old_tiles[i].stream = STREAM_MAIN;
        old_tiles[i].crop = (FRect) { 0.5, 0.5, 0.5, 0.5 };
    }
    for (guint i = 0; i < rows[at].n_to; i++) {
        cells[i].number = i + 1;
        cells[i].rect = rect_of_fraction(rows[at].to[i], SCREEN_L);
    }
    wall_assign(old_tiles, rows[at].n_from, cells, rows[at].n_to);
    GString *got = g_string_new(NULL);
    for (guint i = 0; i < rows[at].n_to; i++) {
        g_string_append(got, cells[i].camera ? cells[i].camera : "-");
        if (cells[i].camera) {
            g_assert_cmpuint(cells[i].rotation, ==, 90);
            g_assert_cmpint(cells[i].fit, ==, FIT_COVER);
            g_assert_cmpint(cells[i].stream, ==, STREAM_MAIN);
            g_assert_cmpfloat(cells[i].crop.x, ==, 0.5);
        }
    }
    g_assert_cmpstr(got->str, ==, rows[at].expected);
    g_string_free(got, TRUE);
    for (guint i = 0; i < 16; i++) {
        g_free(old_tiles[i].camera);
        g_free(cells[i].camera);
    }
}

/* No camera is lost while there is room, none doubled: all pairs of grids. */
static void test_nothing_lost(void)
{
    for (guint from = 1; from <= 8; from++)
        for (guint to = 1; to <= 8; to++) {
            g_autofree Rect *a = grid_cells(SCREEN_L, from, from);
            g_autofree Rect *b = grid_cells(SCREEN_L, to, to);
            guint n = from * from, m = to * to, seen = 0;
            Tile old_tiles[64] = { 0 }, cells[64] = { 0 };
            for (guint i = 0; i < n; i++)
                old_tiles[i] =
                    (Tile) { .number = i + 1, .rect = a[i], .camera = g_strdup_printf("%u", i) };
            for (guint i = 0; i < m; i++)
                cells[i] = (Tile) { .number = i + 1, .rect = b[i] };
            wall_assign(old_tiles, n, cells, m);
            g_autoptr(GHashTable) cameras = g_hash_table_new(g_str_hash, g_str_equal);
            for (guint i = 0; i < m; i++)
                if (cells[i].camera) {
                    g_assert_true(g_hash_table_add(cameras, cells[i].camera));
                    g_assert_cmpint(atoi(cells[i].camera), <, (int)MIN(n, m));
                    seen++;
                }
            g_assert_cmpuint(seen, ==, MIN(n, m));
            for (guint i = 0; i < 64; i++) {
                g_free(old_tiles[i].camera);
                g_free(cells[i].camera);
            }
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = g_strconcat("/assign/", rows[i].name, NULL);
        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/assign/nothing-lost", test_nothing_lost);
    return g_test_run();
}
