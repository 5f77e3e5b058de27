/* test_wall_walk.c - random commands on a wall: whatever comes, the rules of wall.h hold
 *
 * The same walk each time; the environment's WALLCTL_SEED and WALLCTL_STEPS give others.
 */
#include "tests/unit/wall_script.h"

#include "wallctl/store/wall_store.h"

#define STEPS 20000

static GRand *chance;

static guint below(guint n)
{
    return (guint)g_rand_int_range(chance, 0, (gint32)n);
}

static gboolean one_in(guint n)
{
    return below(n) == 0;
}

/* Mostly a camera, now and then one that does not exist. */
static char *random_camera(void)
{
    return one_in(30) ? g_strdup("gone") : g_strdup_printf("%c", 'a' + (int)below(26));
}

/* Mostly a tile that exists. */
static guint random_tile(const WallContent *content)
{
    if (content->n_tiles == 0 || one_in(20))
        return below(1002);
    return content->tiles[below(content->n_tiles)].number;
}

static Rect random_rect(void)
{
    return (Rect) { (int)below(3900) - 20, (int)below(1100) - 10, (int)below(1500),
                    (int)below(900) };
}

static void random_picture(Command *c)
{
    c->has |= (CommandHas)below(16);
    c->stream = (StreamChoice)below(5);
    c->fit = (Fit)below(5);
    c->rotation = 90 * below(5);
    double x = below(90) / 100.0, y = below(90) / 100.0;
    c->crop = (FRect) { x, y, (1 + below(100)) / 100.0, (1 - y) / (1 + below(3)) };
}

static void random_layout(Command *c)
{
    guint columns = 1 + below(5), rows = 1 + below(4);
    script_screen(c, one_in(3) ? "L" : one_in(2) ? "R" : NULL);
    c->name = g_strdup_printf("%ux%u", columns, rows);
    c->n_cells = columns * rows;
    c->cells = grid_cells(c->area, columns, rows);
}

static void random_placements(Command *c, const WallContent *content, const TourRun *run)
{
    guint n = run ? run->n_tiles : 1 + below(3);
    c->placements = g_new0(Placement, n);
    c->n_placements = n;
    for (guint i = 0; i < n; i++) {
        c->placements[i].tile = run ? run->tiles[i] : random_tile(content);
        c->placements[i].camera = one_in(5) ? NULL : random_camera();
    }
}

static void random_tour(Command *c, const WallContent *content, WallContent *saved)
{
    const TourRun *run = NULL;
    if (c->kind != COMMAND_TOUR_START && content->n_tours > 0 && !one_in(10))
        run = &content->tours[below(content->n_tours)];
    c->name = run ? g_strdup(run->id) : g_strdup_printf("t%u", below(6));
    c->by_tour = one_in(2) && c->kind != COMMAND_TOUR_START;
    c->step = below(9);
    c->left_ms = below(30000);
    if (c->kind != COMMAND_TOUR_START && c->kind != COMMAND_TOUR_STEP)
        return;
    if (saved && (run ? run->n_tiles == 0 : one_in(4)))
        c->content = wall_content_ref(saved);
    else
        random_placements(c, content, run && run->n_tiles > 0 ? run : NULL);
}

static Command *random_command(const Wall *wall, WallContent *saved)
{
    static const char *const actors[] = { "ann", "bob", "eve" };
    Command *c = command_new((CommandKind)(1 + below(COMMAND_LAST)), actors[below(3)]);
    const WallContent *content = wall->air;
    if (one_in(4) && (c->kind <= COMMAND_RECALL ||
                      (c->kind >= COMMAND_TOUR_START && c->kind <= COMMAND_TOUR_STEP)))
        c->is_preview = TRUE;
    if (c->is_preview && wall->preview)
        content = wall->preview;
    if (one_in(3)) {
        c->has |= COMMAND_HAS_BASE;
        c->base = wall->revision - MIN(wall->revision, below(6));
    }
    c->tile = random_tile(content);
    c->other = random_tile(content);
    c->rect = random_rect();
    c->is_on = one_in(2);
    c->is_override = one_in(2);
    switch (c->kind) {
    case COMMAND_CLEAR:
        c->tile = one_in(10) ? 0 : c->tile;
        break;
    case COMMAND_SHOW:
    case COMMAND_ADJUST:
    case COMMAND_WINDOW_OPEN:
        c->camera = random_camera();
        if (one_in(2))
            random_picture(c);
        break;
    case COMMAND_LAYOUT:
        random_layout(c);
        break;
    case COMMAND_RECALL:
        c->name = g_strdup("saved");
        c->content = saved ? wall_content_ref(saved) : NULL;
        script_screen(c, one_in(3) ? "L" : one_in(2) ? "R" : NULL);
        break;
    case COMMAND_TOUR_START:
    case COMMAND_TOUR_STOP:
    case COMMAND_TOUR_PAUSE:
    case COMMAND_TOUR_RESUME:
    case COMMAND_TOUR_STEP:
        random_tour(c, content, saved);
        break;
    case COMMAND_OPEN:
        c->name = g_strdup_printf("case:%u", below(6));
        c->content = saved ? wall_content_ref(saved) : NULL;
        break;
    case COMMAND_BACK:
        c->name = one_in(2) ? NULL : g_strdup_printf("case:%u", below(6));
        break;
    default:
        break;
    }
    return c;
}

static void check_content(const WallContent *content)
{
    g_autoptr(GError) error = NULL;
    wall_content_check(content, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < content->n_tiles; i++)
        g_assert_true(rect_contains(BOUNDS, content->tiles[i].rect));
    for (guint i = 0; i < content->n_areas; i++)
        for (guint j = 0; j < content->areas[i].count; j++)
            g_assert_true(rect_contains(content->areas[i].rect,
                                        content->tiles[content->areas[i].first + j - 1].rect));
}

/* The same after a trip through text, touched marks and the time left too. */
static void check_json(const WallContent *content)
{
    g_autoptr(Json) json = wall_content_to_json(content);
    g_autofree char *text = json_dup_text(json);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) parsed = json_parse(text, strlen(text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    g_autoptr(Faults) faults = faults_new("content", 8);
    g_autoptr(WallContent) back = wall_content_from_json(parsed, faults, "");
    g_assert_cmpstr(faults_get(faults, 0), ==, NULL);
    g_assert_true(wall_content_equal(back, content));
    g_autoptr(Json) again = wall_content_to_json(back);
    g_autofree char *text_again = json_dup_text(again);
    g_assert_cmpstr(text_again, ==, text);
}

/* Revisions of marks never lie in the future, and what an operator changed is marked. */
static void check_marks(const Wall *before, const Wall *after, const Command *c)
{
    for (guint i = 0; i < after->air->n_tiles; i++) {
        const Tile *tile = &after->air->tiles[i], *old = wall_tile(before->air, tile->number);
        g_assert_cmpuint(tile->touched, <=, after->revision);
        gboolean is_changed = !old || !rect_equal(old->rect, tile->rect) ||
                              g_strcmp0(old->camera, tile->camera) != 0 || old->fit != tile->fit;
        if (is_changed && !c->by_tour)
            g_assert_cmpuint(tile->touched, ==, after->revision);
        if (!is_changed && old && old->rotation == tile->rotation && old->stream == tile->stream &&
            frect_equal(old->crop, tile->crop))
            g_assert_cmpuint(tile->touched, ==, old->touched);
    }
    g_assert_cmpuint(after->air->structure_touched, <=, after->revision);
}

/* Labels are told apart, the wall itself is the lowest, and only open and back touch what lies below. */
static void check_levels(const Wall *before, const Wall *after, const Command *c)
{
    g_autoptr(GHashTable) labels = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < after->below->len; i++) {
        const WallLevel *level = after->below->pdata[i];
        g_assert_true(g_hash_table_add(labels, level->label));
        g_assert_cmpint(*level->label == 0, ==, i == 0);
    }
    g_assert_true(g_hash_table_add(labels, after->label));
    g_assert_cmpint(*after->label == 0, ==, after->below->len == 0);
    g_assert_cmpuint(after->below->len, <=, WALL_MAX_LEVELS);
    if (c->kind != COMMAND_OPEN && c->kind != COMMAND_BACK)
        g_assert_true(after->below == before->below);
}

static void check_undo(Wall *wall)
{
    g_autoptr(Command) undo = command_new(COMMAND_UNDO, "ann");
    g_autoptr(Command) redo = command_new(COMMAND_REDO, "ann");
    undo->by_tour = redo->by_tour = TRUE; /* whoever holds the lock */
    if (wall->undo->len == 0)
        return;
    g_autoptr(Wall) back = wall_apply(wall, undo, &script_limits, NULL, NULL);
    g_assert_true(wall_content_equal(back->air, wall->undo->pdata[wall->undo->len - 1]));
    g_autoptr(Wall) forth = wall_apply(back, redo, &script_limits, NULL, NULL);
    g_assert_true(wall_content_equal(forth->air, wall->air));
    g_assert_cmpuint(forth->undo->len, ==, wall->undo->len);
    g_assert_cmpuint(forth->redo->len, ==, wall->redo->len);
    for (guint i = 0; i < wall->redo->len; i++)
        g_assert_true(forth->redo->pdata[i] == wall->redo->pdata[i]);
}

static void test_walk(void)
{
    const char *steps_text = g_getenv("WALLCTL_STEPS"), *seed_text = g_getenv("WALLCTL_SEED");
    guint steps = steps_text ? (guint)atoi(steps_text) : STEPS, n_done = 0;
    chance = g_rand_new_with_seed(seed_text ? (guint32)atoi(seed_text) : 1);
    guint done[COMMAND_LAST + 1] = { 0 };
    g_autoptr(Wall) wall = wall_new("w", 0, wall_content_new());
    g_autoptr(WallContent) saved = NULL;
    for (guint step = 0; step < steps; step++) {
        g_autoptr(Command) c = random_command(wall, saved);
        g_autoptr(GError) error = NULL;
        g_autoptr(WallContent) copy = wall_content_copy(wall->air);
        guint64 revision = wall->revision;
        guint n_undo = wall->undo->len;
        Wall *next = wall_apply(wall, c, &script_limits, NULL, &error);
        /* The former wall never changes, refused or not. */
        g_assert_true(wall_content_equal(wall->air, copy));
        g_assert_cmpuint(wall->revision, ==, revision);
        g_assert_cmpuint(wall->undo->len, ==, n_undo);
        g_assert_true((next == NULL) == (error != NULL));
        if (!next) {
            g_assert_true(error->domain == WALL_ERROR);
            continue;
        }
        if (next == wall) {
            wall_unref(next);
            continue;
        }
        g_assert_cmpuint(next->revision, ==, revision + 1);
        g_assert_cmpuint(next->undo->len, <=, WALL_UNDO_DEPTH);
        g_assert_cmpuint(next->redo->len, <=, WALL_UNDO_DEPTH);
        check_content(next->air);
        if (next->preview)
            check_content(next->preview);
        check_marks(wall, next, c);
        check_levels(wall, next, c);
        if (step % 10 == 0) {
            check_json(next->air);
            check_undo(next);
        }
        wall_unref(wall);
        wall = next;
        done[c->kind]++;
        n_done++;
        if (one_in(40)) {
            g_clear_pointer(&saved, wall_content_unref);
            saved = wall_content_ref(wall->air);
        }
    }
    g_test_message("%u of %u commands changed the wall", n_done, steps);
    for (int kind = 1; kind <= COMMAND_LAST && steps >= STEPS; kind++)
        if (done[kind] == 0)
            g_error("the walk never did %s", command_word((CommandKind)kind));
    g_rand_free(chance);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wall-walk/random", test_walk);
    return g_test_run();
}
