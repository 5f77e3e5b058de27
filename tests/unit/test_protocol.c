/* test_protocol.c - commands and walls as JSON: every op both ways, and what is refused with which
 * words */
#include "tests/unit/wall_script.h"

#include "web/protocol.h"

static Command *parse(const char *text, GError **error)
{
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, error);
    g_assert_nonnull(json);
    return command_from_json(json, "ann", error);
}

/* As sent, and as written back. */
static const char *const accepted[] = {
    "{\"op\":\"show\",\"tile\":3,\"camera\":\"gate\"}",
    "{\"op\":\"show\",\"tile\":999,\"camera\":\"gate\",\"stream\":\"main\",\"fit\":\"cover\","
    "\"crop\":[0.25,0,0.5,1],\"rotation\":270,\"preview\":true,\"revision\":17}",
    "{\"op\":\"clear\",\"tile\":0}",
    "{\"op\":\"clear\",\"tile\":12,\"revision\":0}",
    "{\"op\":\"swap\",\"tile\":1,\"other\":2}",
    "{\"op\":\"adjust\",\"tile\":1,\"fit\":\"stretch\"}",
    "{\"op\":\"adjust\",\"tile\":1,\"crop\":[0,0,1,1],\"rotation\":0}",
    "{\"op\":\"maximise\",\"tile\":4,\"preview\":true}",
    "{\"op\":\"restore\"}",
    "{\"op\":\"window-open\",\"rect\":[0,0,640,360]}",
    "{\"op\":\"window-open\",\"camera\":\"gate\",\"stream\":\"sub\",\"rect\":[-5,3,640,360]}",
    "{\"op\":\"window-move\",\"tile\":901,\"rect\":[0,0,640,360]}",
    "{\"op\":\"window-raise\",\"tile\":901}",
    "{\"op\":\"window-close\",\"tile\":901}",
    "{\"op\":\"layout\",\"layout\":\"1+5\"}",
    "{\"op\":\"layout\",\"layout\":\"4\",\"screen\":\"2\",\"preview\":true}",
    "{\"op\":\"recall\",\"preset\":\"早会\",\"screen\":\"2\"}",
    "{\"op\":\"prepare\"}",
    "{\"op\":\"prepare\",\"on\":false}",
    "{\"op\":\"take\",\"revision\":9223372036854775807}",
    "{\"op\":\"undo\"}",
    "{\"op\":\"redo\"}",
    "{\"op\":\"lock\"}",
    "{\"op\":\"unlock\"}",
    "{\"op\":\"lock\",\"override\":true}",
    "{\"op\":\"unlock\",\"override\":true}",
    "{\"op\":\"tour-start\",\"tour\":\"night\"}",
    "{\"op\":\"tour-stop\",\"tour\":\"night\"}",
    "{\"op\":\"tour-pause\",\"tour\":\"night\"}",
    "{\"op\":\"tour-resume\",\"tour\":\"night\"}",
    "{\"op\":\"tour-step\",\"tour\":\"night\"}",
    "{\"op\":\"tour-step\",\"tour\":\"night\",\"step\":3}",
    "{\"op\":\"open\",\"case\":\"HT20250522-0231\"}",
    "{\"op\":\"open\",\"preset\":\"早会\"}",
    "{\"op\":\"open\",\"whistle\":\"HT20250522-0231\"}",
    "{\"op\":\"back\"}",
    "{\"op\":\"back\",\"label\":\"case:HT20250522-0231\"}",
};

static void test_accepted(void)
{
    gboolean seen[COMMAND_LAST + 1] = { FALSE };
    for (guint i = 0; i < G_N_ELEMENTS(accepted); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Command) command = parse(accepted[i], &error);
        g_assert_no_error(error);
        g_assert_cmpstr(command->actor, ==, "ann");
        g_assert_false(command->by_tour);
        g_autoptr(Json) json = command_to_json(command);
        g_autofree char *text = json_dup_text(json);
        g_assert_cmpstr(text, ==, accepted[i]);
        seen[command->kind] = TRUE;
    }
    for (int kind = 1; kind <= COMMAND_LAST; kind++)
        g_assert_true(seen[kind]);
}

static void test_members(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Command) c = parse(accepted[1], &error);
    g_assert_cmpint(c->kind, ==, COMMAND_SHOW);
    g_assert_cmpuint(c->tile, ==, 999);
    g_assert_cmpstr(c->camera, ==, "gate");
    g_assert_cmpint(c->stream, ==, STREAM_MAIN);
    g_assert_cmpint(c->fit, ==, FIT_COVER);
    g_assert_true(frect_equal(c->crop, (FRect) { 0.25, 0, 0.5, 1 }));
    g_assert_cmpuint(c->rotation, ==, 270);
    g_assert_true(c->is_preview);
    g_assert_cmpuint(c->base, ==, 17);
    g_assert_cmpint(c->has, ==,
                    COMMAND_HAS_STREAM | COMMAND_HAS_FIT | COMMAND_HAS_CROP | COMMAND_HAS_ROTATION |
                        COMMAND_HAS_BASE);
    g_autoptr(Command) plain = parse("{\"op\":\"prepare\",\"on\":true}", &error);
    g_assert_true(plain->is_on);
    g_assert_cmpint(plain->has, ==, 0);
}

#define OPS                                                                                        \
    "show, clear, swap, adjust, maximise, restore, window-open, window-move, window-raise, "       \
    "window-close, layout, recall, prepare, take, undo, redo, lock, unlock, tour-start, "          \
    "tour-stop, tour-pause, tour-resume, tour-step, open, back"

static const struct {
    const char *name, *json, *message;
} refused[] = {
    { "no-object", "[]", "command: accepted: an object like {\"op\":\"undo\"}" },
    { "no-op", "{}", "command: op: is missing; it says what to do: show, layout, undo ..." },
    { "op-number", "{\"op\":3}", "command: op: 3 is not text; accepted: text in double quotes" },
    { "op-near", "{\"op\":\"maximize\"}",
      "command: op: \"maximize\" is not known; did you mean \"maximise\"?" },
    { "op-far", "{\"op\":\"explode\"}", "command: op: \"explode\" is not known; accepted: " OPS },
    { "member-near", "{\"op\":\"show\",\"tile\":1,\"camra\":\"gate\",\"camera\":\"a\"}",
      "command: unknown key \"camra\"; did you mean \"camera\"?" },
    { "member-of-another-op", "{\"op\":\"undo\",\"tile\":1}",
      "command: unknown key \"tile\"; accepted: op, revision" },
    { "name", "{\"op\":\"recall\",\"name\":\"x\",\"preset\":\"x\"}",
      "command: unknown key \"name\"; accepted: op, preset, screen, preview, revision" },
    { "missing", "{\"op\":\"show\"}",
      "command: tile: is missing; 'show' needs it\n"
      "command: camera: is missing; 'show' needs it" },
    { "adjust-nothing", "{\"op\":\"adjust\",\"tile\":1}",
      "command: 'adjust' needs one or more of stream, fit, crop, rotation" },
    { "tile-zero", "{\"op\":\"show\",\"tile\":0,\"camera\":\"a\"}",
      "command: tile: 0 is out of range; accepted: 1 to 999" },
    { "tile-negative", "{\"op\":\"clear\",\"tile\":-1}",
      "command: tile: -1 is out of range; accepted: 0 to 999" },
    { "tile-text", "{\"op\":\"clear\",\"tile\":\"1\"}",
      "command: tile: \"1\" is not a whole number; accepted: 0 to 999 without fraction or "
      "exponent" },
    { "tile-null", "{\"op\":\"clear\",\"tile\":null}",
      "command: tile: null is not a whole number; accepted: 0 to 999 without fraction or "
      "exponent" },
    { "camera-empty", "{\"op\":\"show\",\"tile\":1,\"camera\":\"\"}",
      "command: camera: \"\" is not accepted; accepted: 1 to 64 bytes of text" },
    { "two-wrong", "{\"op\":\"adjust\",\"tile\":1,\"fit\":\"big\",\"rotation\":45}",
      "command: fit: \"big\" is not accepted; accepted: contain, cover, stretch\n"
      "command: rotation: 45 is not accepted; accepted: 0, 90, 180, 270" },
    { "stream", "{\"op\":\"adjust\",\"tile\":1,\"stream\":\"both\"}",
      "command: stream: \"both\" is not accepted; accepted: auto, main, sub" },
    { "crop-outside", "{\"op\":\"adjust\",\"tile\":1,\"crop\":[0.6,0,0.5,1]}",
      "command: crop: [...] is not accepted; accepted: [x, y, width, height] as fractions inside "
      "0 to 1, at least 0.01 wide and high" },
    { "rect-text", "{\"op\":\"window-open\",\"rect\":\"0,0,64,64\"}",
      "command: rect: \"0,0,64,64\" is not accepted; accepted: [x, y, width, height], whole "
      "numbers in px" },
    { "rect-huge", "{\"op\":\"window-open\",\"rect\":[0,0,4294967360,64]}",
      "command: rect: [...] is not accepted; accepted: [x, y, width, height], whole numbers in "
      "px" },
    { "preview-word", "{\"op\":\"restore\",\"preview\":\"yes\"}",
      "command: preview: \"yes\" is not a truth value; accepted: true or false" },
    { "preview-of-undo", "{\"op\":\"undo\",\"preview\":true}",
      "command: unknown key \"preview\"; accepted: op, revision" },
    { "revision-negative", "{\"op\":\"undo\",\"revision\":-1}",
      "command: revision: -1 is out of range; accepted: 0 to 9223372036854775807" },
    { "open-what", "{\"op\":\"open\"}", "command: 'open' needs one of case, whistle, preset" },
    { "open-both", "{\"op\":\"open\",\"case\":\"a\",\"preset\":\"b\"}",
      "command: 'open' needs one of case, whistle, preset" },
    { "open-two", "{\"op\":\"open\",\"whistle\":\"a\",\"preset\":\"b\"}",
      "command: 'open' needs one of case, whistle, preset" },
    { "actor", "{\"op\":\"unlock\",\"actor\":\"bob\"}",
      "command: unknown key \"actor\"; accepted: op, override, revision" },
};

static void test_refused(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(Command) command = parse(refused[i].json, &error);
    g_assert_null(command);
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, refused[i].message);
}

/* Random commands of each op: out and in again is the same. */

static GRand *chance;

static guint below(guint n)
{
    return (guint)g_rand_int_range(chance, 0, (gint32)n);
}

static char *random_name(void)
{
    static const char *const parts[] = { "a", "路口", "-", "\"", "\\", "\n", "</", "9", " ", "é" };
    GString *name = g_string_new("x");
    for (guint n = below(8); n > 0; n--)
        g_string_append(name, parts[below(G_N_ELEMENTS(parts))]);
    return g_string_free(name, FALSE);
}

static Command *random_command(CommandKind kind)
{
    Command *c = command_new(kind, "ann");
    gboolean has_camera = kind == COMMAND_SHOW || (kind == COMMAND_WINDOW_OPEN && below(2));
    gboolean is_framed =
        kind == COMMAND_SHOW || kind == COMMAND_ADJUST || kind == COMMAND_WINDOW_OPEN;
    c->tile = 1 + below(999);
    c->other = 1 + below(999);
    c->rect =
        (Rect) { (int)below(9000) - 4000, (int)below(99) - 50, (int)below(9000), (int)below(9000) };
    c->camera = has_camera ? random_name() : NULL;
    if (is_framed)
        c->has |= kind == COMMAND_ADJUST ? (CommandHas)(1 + below(15)) : (CommandHas)below(16);
    c->stream = (StreamChoice)(1 + below(3));
    c->fit = (Fit)(1 + below(3));
    c->rotation = 90 * below(4);
    double x = g_rand_double_range(chance, 0, 0.98), y = g_rand_double_range(chance, 0, 0.98);
    c->crop = (FRect) { x, y, g_rand_double_range(chance, 0.01, 1 - x),
                        g_rand_double_range(chance, 0.01, 1 - y) };
    g_autofree char *name = random_name();
    c->name = kind == COMMAND_OPEN ? g_strconcat(below(2) ? LEVEL_CASE : LEVEL_PRESET, name, NULL)
                                   : g_strdup(name);
    c->screen = below(2) ? random_name() : NULL;
    c->is_on = kind != COMMAND_PREPARE || below(2);
    c->is_override = below(2);
    c->is_preview =
        (kind <= COMMAND_RECALL || (kind >= COMMAND_TOUR_START && kind <= COMMAND_TOUR_STEP)) &&
        below(2);
    if (kind == COMMAND_TOUR_STEP && below(2)) {
        c->has |= COMMAND_HAS_STEP;
        c->step = below(900);
    }
    if (below(2)) {
        c->has |= COMMAND_HAS_BASE;
        c->base = ((guint64)g_rand_int(chance) << 31) | g_rand_int(chance);
    }
    return c;
}

static void assert_same(const Command *a, const Command *b)
{
    CommandKind kind = a->kind;
    gboolean has_tile =
        kind < COMMAND_RESTORE ||
        (kind > COMMAND_RESTORE && kind <= COMMAND_WINDOW_CLOSE && kind != COMMAND_WINDOW_OPEN);
    gboolean has_name =
        kind == COMMAND_LAYOUT || kind == COMMAND_RECALL || kind >= COMMAND_TOUR_START;
    g_assert_cmpint(a->kind, ==, b->kind);
    g_assert_cmpint(a->has, ==, b->has);
    g_assert_cmpint(a->is_preview, ==, b->is_preview);
    g_assert_cmpstr(a->camera, ==, b->camera);
    if (has_tile)
        g_assert_cmpuint(a->tile, ==, b->tile);
    if (kind == COMMAND_SWAP)
        g_assert_cmpuint(a->other, ==, b->other);
    if (kind == COMMAND_WINDOW_OPEN || kind == COMMAND_WINDOW_MOVE)
        g_assert_true(rect_equal(a->rect, b->rect));
    if (has_name)
        g_assert_cmpstr(a->name, ==, b->name);
    if (kind == COMMAND_LAYOUT || kind == COMMAND_RECALL)
        g_assert_cmpstr(a->screen, ==, b->screen);
    if (kind == COMMAND_LOCK || kind == COMMAND_UNLOCK)
        g_assert_cmpint(a->is_override, ==, b->is_override);
    g_assert_cmpint(a->is_on, ==, b->is_on);
    if (a->has & COMMAND_HAS_STREAM)
        g_assert_cmpint(a->stream, ==, b->stream);
    if (a->has & COMMAND_HAS_FIT)
        g_assert_cmpint(a->fit, ==, b->fit);
    if (a->has & COMMAND_HAS_CROP)
        g_assert_true(frect_equal(a->crop, b->crop));
    if (a->has & COMMAND_HAS_ROTATION)
        g_assert_cmpuint(a->rotation, ==, b->rotation);
    if (a->has & COMMAND_HAS_STEP)
        g_assert_cmpuint(a->step, ==, b->step);
    if (a->has & COMMAND_HAS_BASE)
        g_assert_cmpuint(a->base, ==, b->base);
}

static void test_round_trip(void)
{
    chance = g_rand_new_with_seed(1);
    for (guint i = 0; i < 5000; i++) {
        g_autoptr(Command) c = random_command((CommandKind)(1 + i % COMMAND_LAST));
        g_autoptr(Json) json = command_to_json(c);
        g_autofree char *text = json_dup_text(json);
        g_autoptr(GError) error = NULL;
        g_autoptr(Command) back = parse(text, &error);
        g_assert_no_error(error);
        assert_same(c, back);
        g_autoptr(Json) again = command_to_json(back);
        g_autofree char *text_again = json_dup_text(again);
        g_assert_cmpstr(text_again, ==, text);
    }
    g_rand_free(chance);
}

static void test_levels(void)
{
    g_auto(Played) p = play("layout 1x1; save; show 1 a; open case:HT1; open preset:x");
    g_autoptr(Json) json = wall_to_json(p.wall);
    g_autofree char *text = json_dup_text(json);
    g_assert_nonnull(strstr(text, "\"undo\":0,\"redo\":0,\"label\":\"preset:x\","
                                  "\"below\":[\"\",\"case:HT1\"]}"));
}

static void test_wall(void)
{
    g_auto(Played) p = play("layout 2x1; show 1 a fit=cover; window-open 0,0,64,64; "
                            "tour-start t 2=c; lock; maximise 1; preview: layout 1x1 R");
    g_autoptr(Json) json = wall_to_json(p.wall);
    g_autofree char *text = json_dup_text(json);
    g_assert_cmpstr(
        text, ==,
        "{\"id\":\"w\",\"revision\":7,"
        "\"areas\":[{\"layout\":\"2x1\",\"rect\":[0,0,3840,1080],\"first\":1,\"count\":2}],"
        "\"tiles\":[{\"tile\":1,\"rect\":[0,0,1920,1080],\"shown\":[0,0,3840,1080],"
        "\"camera\":\"a\",\"stream\":\"auto\",\"fit\":\"cover\",\"crop\":[0,0,1,1],\"rotation\":0,"
        "\"touched\":2},"
        "{\"tile\":2,\"rect\":[1920,0,1920,1080],\"camera\":\"c\",\"stream\":\"auto\","
        "\"fit\":\"contain\",\"crop\":[0,0,1,1],\"rotation\":0,\"tour\":\"t\",\"touched\":4},"
        "{\"tile\":901,\"rect\":[0,0,64,64],\"window\":true,\"z\":1,\"stream\":\"auto\","
        "\"fit\":\"contain\",\"crop\":[0,0,1,1],\"rotation\":0,\"touched\":3}],"
        "\"tours\":[{\"tour\":\"t\",\"step\":0,\"tiles\":[2],\"paused\":false,\"yields\":false,"
        "\"left_ms\":0}],\"maximised\":1,"
        "\"locked\":true,\"locked_by\":\"ann\",\"undo\":5,\"redo\":0,"
        "\"preview\":{\"areas\":[{\"layout\":\"2x1\",\"rect\":[0,0,1920,1080],\"first\":1,"
        "\"count\":1},{\"screen\":\"R\",\"layout\":\"1x1\",\"rect\":[1920,0,1920,1080],"
        "\"first\":2,\"count\":1}],"
        "\"tiles\":[{\"tile\":1,\"rect\":[0,0,1920,1080],\"camera\":\"a\",\"stream\":\"auto\","
        "\"fit\":\"cover\",\"crop\":[0,0,1,1],\"rotation\":0,\"touched\":2},"
        "{\"tile\":2,\"rect\":[1920,0,1920,1080],\"camera\":\"c\",\"stream\":\"auto\","
        "\"fit\":\"contain\",\"crop\":[0,0,1,1],\"rotation\":0,\"tour\":\"t\",\"touched\":4},"
        "{\"tile\":901,\"rect\":[0,0,64,64],\"window\":true,\"z\":1,\"stream\":\"auto\","
        "\"fit\":\"contain\",\"crop\":[0,0,1,1],\"rotation\":0,\"touched\":3}],"
        "\"tours\":[{\"tour\":\"t\",\"step\":0,\"tiles\":[2],\"paused\":false,\"yields\":false,"
        "\"left_ms\":0}],\"maximised\":0}}");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/protocol/accepted", test_accepted);
    g_test_add_func("/protocol/members", test_members);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *name = g_strconcat("/protocol/refused/", refused[i].name, NULL);
        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/protocol/round-trip", test_round_trip);
    g_test_add_func("/protocol/wall", test_wall);
    g_test_add_func("/protocol/levels", test_levels);
    return g_test_run();
}
