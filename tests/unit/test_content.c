/* test_content.c - a wall's content from JSON: what is read, and what is refused with which words
 */
#include "tests/unit/wall_script.h"

#include "wallctl/store/wall_store.h"

#define AREA  "\"areas\":[{\"layout\":\"1\",\"rect\":[0,0,640,360],\"tiles\":1}]"
#define RECT  "\"rect\":[0,0,640,360]"
#define TILE  "{\"tile\":1," RECT "}"
#define TILES "\"tiles\":[" TILE "]"

static WallContent *parse(const char *text, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    return wall_content_from_json(json, faults, "content");
}

static const struct {
    const char *name, *json, *fault;
} refused[] = {
    { "no-object", "[]", "t: content: accepted: an object" },
    { "unknown", "{\"tile\":[]}", "t: content: unknown key \"tile\"; did you mean \"tiles\"?" },
    { "tiles-without-area", "{" TILES "}", "t: content: the areas hold 0 tiles, the wall has 1" },
    { "area-without-tiles", "{" AREA "}", "t: content: the areas hold 1 tiles, the wall has 0" },
    { "tile-no-object", "{" AREA ",\"tiles\":[3]}", "t: content.tiles[0]: accepted: an object" },
    { "rect-three", "{" AREA ",\"tiles\":[{\"tile\":1,\"rect\":[0,0,640]}]}",
      "t: content.tiles[0].rect: [...] is not accepted; accepted: [x, y, width, height], whole "
      "numbers in px" },
    { "rect-fraction", "{" AREA ",\"tiles\":[{\"tile\":1,\"rect\":[0,0,640,360.5]}]}",
      "t: content.tiles[0].rect: [...] is not accepted; accepted: [x, y, width, height], whole "
      "numbers in px" },
    { "rect-huge", "{" AREA ",\"tiles\":[{\"tile\":1,\"rect\":[0,0,640,2147483648]}]}",
      "t: content.tiles[0].rect: [...] is not accepted; accepted: [x, y, width, height], whole "
      "numbers in px" },
    { "rect-odd", "{" AREA ",\"tiles\":[{\"tile\":1,\"rect\":[1,0,640,360]}]}",
      "t: content: tile 1: rect 1,0 of 640x360: edges must be even, sides at least 2 px" },
    { "rect-missing", "{" AREA ",\"tiles\":[{\"tile\":1}]}",
      "t: content: tile 1: rect 0,0 of 0x0: edges must be even, sides at least 2 px" },
    { "camera-empty", "{" AREA ",\"tiles\":[{\"tile\":1," RECT ",\"camera\":\"\"}]}",
      "t: content.tiles[0].camera: \"\" is not accepted; accepted: 1 to 64 bytes of text" },
    { "crop", "{" AREA ",\"tiles\":[{\"tile\":1," RECT ",\"crop\":[0,0,2,1]}]}",
      "t: content.tiles[0].crop: [...] is not accepted; accepted: [x, y, width, height] as "
      "fractions inside 0 to "
      "1, at least 0.01 wide and high" },
    { "rotation", "{" AREA ",\"tiles\":[{\"tile\":1," RECT ",\"rotation\":45}]}",
      "t: content.tiles[0].rotation: 45 is not accepted; accepted: 0, 90, 180, 270" },
    { "stream", "{" AREA ",\"tiles\":[{\"tile\":1," RECT ",\"stream\":\"big\"}]}",
      "t: content.tiles[0].stream: \"big\" is not accepted; accepted: auto, main, sub" },
    { "fit", "{" AREA ",\"tiles\":[{\"tile\":1," RECT ",\"fit\":\"big\"}]}",
      "t: content.tiles[0].fit: \"big\" is not accepted; accepted: contain, cover, stretch" },
    { "number-gap", "{" AREA ",\"tiles\":[{\"tile\":2," RECT "}]}",
      "t: content: tile 2 at place 1: cells are numbered from 1 without gaps, windows after them "
      "from 901 in rising order" },
    { "window-small", "{\"tiles\":[{\"tile\":901,\"z\":1,\"rect\":[0,0,62,64]}]}",
      "t: content: tile 901: rect 0,0 of 62x64: edges must be even, sides at least 64 px" },
    { "window-z", "{\"tiles\":[{\"tile\":901,\"z\":2," RECT "}]}",
      "t: content: tile 901: z 2: cells have 0, windows 1 to 1, each once" },
    { "maximised", "{" AREA "," TILES ",\"maximised\":2}",
      "t: content: maximised: tile 2 does not exist" },
    { "tour-nameless", "{" AREA "," TILES ",\"tours\":[{\"tiles\":[1]}]}",
      "t: content.tours[0]: tour is missing" },
    { "tour-tile", "{" AREA "," TILES ",\"tours\":[{\"tour\":\"t\",\"tiles\":[2]}]}",
      "t: content: tour 't': tile 2 does not exist or has another tour" },
    { "tour-tile-text", "{" AREA "," TILES ",\"tours\":[{\"tour\":\"t\",\"tiles\":[\"1\"]}]}",
      "t: content.tours[0].tiles: entry 0: accepted: a tile number" },
    { "tour-tile-twice", "{" AREA "," TILES ",\"tours\":[{\"tour\":\"t\",\"tiles\":[1,1]}]}",
      "t: content: tour 't': names tile 1 twice" },
    { "tours-share",
      "{" AREA "," TILES ",\"tours\":[{\"tour\":\"t\",\"tiles\":[1]},{\"tour\":\"u\",\"tiles\":"
      "[1]}]}",
      "t: content: tour 'u': tile 1 does not exist or has another tour" },
};

static void test_refused(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Faults) faults = faults_new("t", 8);
    g_assert_null(parse(refused[i].json, faults));
    g_assert_cmpstr(faults_get(faults, 0), ==, refused[i].fault);
}

static void test_too_many(void)
{
    GString *text = g_string_new("{" AREA ",\"tiles\":[" TILE);
    for (guint i = 0; i < 1000; i++)
        g_string_append(text, "," TILE);
    g_string_append(text, "]}");
    g_autoptr(Faults) faults = faults_new("t", 8);
    g_assert_null(parse(text->str, faults));
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "t: content.tiles: 1001 entries: accepted: at most 999");
    g_string_free(text, TRUE);
}

static void test_least(void)
{
    g_autoptr(Faults) faults = faults_new("t", 8);
    g_autoptr(WallContent) empty = parse("{}", faults);
    g_assert_cmpuint(empty->n_tiles, ==, 0);
    g_autoptr(WallContent) one = parse("{" AREA "," TILES "}", faults);
    g_assert_cmpint(one->tiles[0].fit, ==, FIT_CONTAIN);
    g_assert_cmpint(one->tiles[0].stream, ==, STREAM_AUTO);
    g_assert_true(frect_equal(one->tiles[0].crop, FRECT_FULL));
    g_assert_cmpuint(faults_count(faults), ==, 0);
}

static void test_text(void)
{
    g_auto(Played) p =
        play("layout 2x1; show 1 a fit=cover crop=0.1,0.2,0.3,0.4 rotation=90; "
             "window-open 0,0,64,64 b; tour-start t 2=c; tour-pause t 1234; maximise 1");
    g_autoptr(Json) json = wall_content_to_json(p.wall->air);
    g_autofree char *text = json_dup_text(json);
    g_assert_cmpstr(
        text, ==,
        "{\"areas\":[{\"layout\":\"2x1\",\"rect\":[0,0,3840,1080],\"tiles\":2}],"
        "\"tiles\":[{\"tile\":1,\"rect\":[0,0,1920,1080],\"camera\":\"a\",\"fit\":\"cover\","
        "\"crop\":[0.1,0.2,0.3,0.4],\"rotation\":90,\"touched\":2},"
        "{\"tile\":2,\"rect\":[1920,0,1920,1080],\"camera\":\"c\",\"touched\":4},"
        "{\"tile\":901,\"z\":1,\"rect\":[0,0,64,64],\"camera\":\"b\",\"touched\":3}],"
        "\"tours\":[{\"tour\":\"t\",\"step\":0,\"left_ms\":1234,\"paused\":true,\"tiles\":[2]}],"
        "\"maximised\":1,\"touched\":6}");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *name = g_strconcat("/content/refused/", refused[i].name, NULL);
        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/content/too-many", test_too_many);
    g_test_add_func("/content/least", test_least);
    g_test_add_func("/content/text", test_text);
    return g_test_run();
}
