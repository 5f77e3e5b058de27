/* test_level.c - scenes opened over the wall: whatever is done above, the way back is exact */
#include "tests/unit/wall_script.h"

/* What is on air and what lies below, as text: "w: 2x2: a b - - | case:1: 1x1: c". */
static char *dump(const Wall *wall)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < wall->below->len; i++) {
        const WallLevel *level = wall->below->pdata[i];
        g_autofree char *content = dump_content(level->content);
        g_string_append_printf(out, "%s%s | ", level->label, content);
    }
    g_autofree char *air = dump_content(wall->air);
    g_string_append_printf(out, "%s%s", wall->label, air);
    return g_string_free(out, FALSE);
}

#define SCENE "layout 1x1; show 1 z; save; layout 2x1; show 1 a; "

static const struct {
    const char *name, *script, *wanted;
    int code; /* the last command's refusal */
} rows[] = {
    { "open", SCENE "open C", "2x1: a - | C1x1: z", 0 },
    { "open-and-back", SCENE "open C; back", "2x1: a -", 0 },
    { "edits-above-stay-above", SCENE "open C; show 1 y; layout 2x2; back", "2x1: a -", 0 },
    { "undo-stops-at-the-scene", SCENE "open C; undo", "2x1: a - | C1x1: z", WALL_ERROR_NOT_FOUND },
    { "undo-of-the-scene", SCENE "open C; show 1 y; show 1 x; undo; undo", "2x1: a - | C1x1: z",
      0 },
    { "undo-goes-on-after", SCENE "open C; show 1 y; back; undo", "2x1: z -", 0 },
    { "redo-goes-on-after", SCENE "undo; open C; show 1 y; back; redo", "2x1: a -", 0 },
    { "nested", SCENE "open C; open D; show 1 d; open E", "2x1: a - | C1x1: z | D1x1: d | E1x1: z",
      0 },
    { "nested-back", SCENE "open C; show 1 c; open D; show 1 d; back", "2x1: a - | C1x1: c", 0 },
    { "nested-back-twice", SCENE "open C; open D; back; back", "2x1: a -", 0 },
    { "back-below", SCENE "open C; open D; show 1 d; back C", "2x1: a - | D1x1: d", 0 },
    { "back-to-the-wall-only", SCENE "open C; open D; back D; back C", "2x1: a -", 0 },
    { "again-is-the-same", SCENE "open C; show 1 c; open C", "2x1: a - | C1x1: c", 0 },
    { "again-comes-up", SCENE "open C; show 1 c; open D; open C", "2x1: a - | D1x1: z | C1x1: c",
      0 },
    { "nothing-open", SCENE "back", "2x1: a -", WALL_ERROR_NOT_FOUND },
    { "not-open", SCENE "open C; back D", "2x1: a - | C1x1: z", WALL_ERROR_NOT_FOUND },
    { "no-label", "layout 1x1; save; open", "1x1: -", WALL_ERROR_INVALID },
    { "unknown-scene", "layout 1x1; open C", "1x1: -", WALL_ERROR_NOT_FOUND },
    { "locked", SCENE "lock; bob: open C", "2x1: a -", WALL_ERROR_LOCKED },
    { "locked-alarm", SCENE "lock; bob: tour: open C", "2x1: a - | C1x1: z", 0 },
    { "tour-stands", SCENE "tour-start t 2=b; open C 4200; back", "2x1: a b; tour t/0 2", 0 },
    { "preview-stays", SCENE "prepare on; open C; preview: show 1 p; back; take", "2x1: p -", 0 },
};

static void test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_auto(Played) played = play(rows[i].script);
    g_autofree char *text = dump(played.wall);
    g_assert_cmpstr(text, ==, rows[i].wanted);
    if (rows[i].code)
        g_assert_error(played.error, WALL_ERROR, rows[i].code);
    else
        g_assert_no_error(played.error);
}

static void test_tour_keeps_its_rest(void)
{
    g_auto(Played) played = play(SCENE "tour-start t 2=b; open C 4200");
    const WallLevel *level = played.wall->below->pdata[0];
    g_assert_cmpint(level->content->tours[0].left_ms, ==, 4200);
    g_auto(Played) back = play(SCENE "tour-start t 2=b; open C 4200; back");
    g_assert_cmpint(back.wall->air->tours[0].left_ms, ==, 4200);
}

static void test_limit(void)
{
    GString *script = g_string_new("layout 1x1; save");
    for (guint i = 0; i < WALL_MAX_LEVELS; i++)
        g_string_append_printf(script, "; open C%u", i);
    g_auto(Played) full = play(script->str);
    g_assert_no_error(full.error);
    g_string_append(script, "; open one-more");
    g_auto(Played) more = play(script->str);
    g_assert_error(more.error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_cmpuint(more.wall->below->len, ==, WALL_MAX_LEVELS);
    g_string_free(script, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/level/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/level/tour-keeps-its-rest", test_tour_keeps_its_rest);
    g_test_add_func("/level/limit", test_limit);
    return g_test_run();
}
