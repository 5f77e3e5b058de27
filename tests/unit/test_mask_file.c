/* test_mask_file.c - privacy masks as JSON, the file they are kept in, and two people who draw at once */
#include "config/mask_file.h"

#include "wallctl/base/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SQUARE "{\"mode\":\"black\",\"points\":[[0.1,0.1],[0.5,0.1],[0.5,0.5],[0.1,0.5]]}"
#define MOSAIC "{\"mode\":\"mosaic\",\"points\":[[0.6,0.6],[0.9,0.6],[0.75,0.9]]}"

typedef struct {
    char *dir, *path, *file;
} Rig;

static void put(const char *path, const char *text)
{
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* "own" is masked in the configuration, "bare" is not; masks: of the file, NULL for none. */
static Rig rig_new(const char *masks)
{
    Rig rig = { .dir = g_dir_make_tmp("wallctl-masks-XXXXXX", NULL) };
    rig.path = g_build_filename(rig.dir, "wall.json", NULL);
    rig.file = g_build_filename(rig.dir, "masks.json", NULL);
    g_autofree char *text = g_strdup_printf(
        "{\"walls\": [{\"id\": \"main\", \"name\": \"Main\", \"grid\": {\"columns\": 1, \"rows\": "
        "1, "
        "\"width\": 640, \"height\": 360}}], \"cameras\": [{\"id\": \"own\", \"name\": \"Own\", "
        "\"main\": \"rtsp://192.0.2.1/own\", \"masks\": [" SQUARE
        "]}, {\"id\": \"bare\", \"name\": "
        "\"Bare\", \"main\": \"rtsp://192.0.2.1/bare\"}]%s}",
        masks ? ", \"camera_masks\": \"masks.json\"" : "");
    put(rig.path, text);
    if (masks)
        put(rig.file, masks);
    return rig;
}

static void rig_clear(Rig *rig)
{
    g_remove(rig->path);
    g_remove(rig->file);
    g_assert_cmpint(g_rmdir(rig->dir), ==, 0);
    g_free(rig->dir);
    g_free(rig->path);
    g_free(rig->file);
}

/* What is wrong, or NULL with the configuration. */
static char *load(const Rig *rig, Config **config)
{
    g_autoptr(Faults) faults = faults_new("", 10);
    *config = config_load(rig->path, faults);
    return faults_count(faults) ? g_strchomp(faults_dup_text(faults)) : NULL;
}

/* The masks of a camera as text. */
static char *masks_of(const Rig *rig, const char *id)
{
    g_autoptr(Config) config = NULL;
    g_autofree char *wrong = load(rig, &config);
    g_assert_cmpstr(wrong, ==, NULL);
    const Camera *camera = config_camera(config, id);
    g_autoptr(Json) json = masks_to_json(camera->masks, camera->n_masks);
    return json_dup_text(json);
}

static char *revision_of(const Rig *rig, const char *id)
{
    g_autoptr(Config) config = NULL;
    g_autofree char *wrong = load(rig, &config);
    const Camera *camera = config_camera(config, id);
    return masks_dup_revision(camera->masks, camera->n_masks);
}

/* "" or the code of the refusal. */
static const char *draw(const Rig *rig, const char *id, const char *base, const char *text,
                        guint *n_before)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Faults) faults = faults_new("", 10);
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, NULL);
    guint n;
    g_autofree Mask *masks = masks_read(json, "masks", &n, faults);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    gboolean is_written = mask_file_replace(rig->path, id, base, masks, n, n_before, &error);
    g_assert_true(is_written == (error == NULL));
    if (error)
        g_assert_nonnull(wall_error_zh(error));
    return error ? wall_error_word(error->code) : "";
}

static const struct {
    const char *text, *fault;
} inputs[] = {
    { "[" SQUARE "," MOSAIC "]", "" },
    { "[]", "" },
    { "5", "masks: 5 is not an array; accepted: [...]" },
    { "{}", "masks: {...} is not an array; accepted: [...]" },
    { "[7]", "masks[0]: 7 is not an object; accepted: {...}" },
    { "[" SQUARE ",{\"points\":[[0,0],[1,0]]}]",
      "masks[1].points: 2 points are refused; accepted: 3 to 64" },
    { "[{\"points\":[[0,0],[1,0],[1,1.01]]}]",
      "masks[0].points[2]: is refused; accepted: [0 to 1, 0 to 1]" },
    { "[{\"points\":[[0,0],[1,0],[1]]}]",
      "masks[0].points[2]: is refused; accepted: [0 to 1, 0 to 1]" },
    { "[{\"points\":[[0,0],[0.5,0.5],[1,1]]}]",
      "masks[0].points: cover nothing; accepted: a polygon with an area" },
    { "[{\"mode\":\"blur\",\"points\":[[0,0],[1,0],[1,1]]}]",
      "masks[0].mode: \"blur\" is refused; accepted: black, mosaic" },
};

static void test_read(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(inputs); i++) {
        g_autoptr(Faults) faults = faults_new("", 10);
        g_autoptr(Json) json =
            json_parse(inputs[i].text, strlen(inputs[i].text), 0, JSON_STRICT, NULL);
        guint n;
        g_autofree Mask *masks = masks_read(json, "masks", &n, faults);
        g_autofree char *text = g_strchomp(faults_dup_text(faults));
        const char *told = g_str_has_prefix(text, ": ") ? text + 2 : text;
        g_assert_cmpstr(told, ==, inputs[i].fault);
        if (*inputs[i].fault)
            continue;
        g_autoptr(Json) again = masks_to_json(masks, n);
        g_autofree char *same = json_dup_text(again);
        g_assert_cmpstr(same, ==, inputs[i].text);
    }
}

/* 32 masks and 64 points are taken, one more of either is not. */
static void test_most(void)
{
    for (guint more = 0; more < 2; more++) {
        g_autoptr(Json) masks = json_object_new_array(), points = json_object_new_array();
        for (guint i = 0; i < MASK_MAX + more; i++)
            json_object_array_add(masks, json_tokener_parse(SQUARE));
        for (guint i = 0; i < MASK_MAX_POINTS + more; i++) {
            Json *point = json_object_new_array();
            json_object_array_add(point, json_object_new_double(i / 100.0));
            json_object_array_add(point, json_object_new_double(i % 2));
            json_object_array_add(points, point);
        }
        g_autoptr(Json) one = json_object_new_array();
        Json *mask = json_object_new_object();
        json_object_object_add(mask, "points", json_object_get(points));
        json_object_array_add(one, mask);
        Json *inputs_of[] = { masks, one };
        for (gsize i = 0; i < G_N_ELEMENTS(inputs_of); i++) {
            g_autoptr(Faults) faults = faults_new("", 10);
            guint n;
            g_autofree Mask *read = masks_read(inputs_of[i], "masks", &n, faults);
            g_assert_cmpuint(faults_count(faults) > 0, ==, more);
        }
    }
}

/* The file is the last word for the cameras in it; those that are not here keep their masks. */
static void test_replace(void)
{
    Rig rig = rig_new("{\"gone\": [" SQUARE "]}");
    g_autofree char *own = masks_of(&rig, "own"), *bare = masks_of(&rig, "bare");
    g_assert_cmpstr(own, ==, "[" SQUARE "]");
    g_assert_cmpstr(bare, ==, "[]");
    g_autofree char *first = revision_of(&rig, "bare"), *of_own = revision_of(&rig, "own");
    g_assert_cmpstr(first, !=, of_own);
    guint n_before = 99;
    g_assert_cmpint(g_chmod(rig.file, 0600), ==, 0);
    g_assert_cmpstr(draw(&rig, "bare", first, "[" MOSAIC "]", &n_before), ==, "");
    g_assert_cmpuint(n_before, ==, 0);
    /* Who has seen no mask may not take one away that another has drawn. */
    g_assert_cmpstr(draw(&rig, "bare", first, "[]", &n_before), ==, "stale");
    g_autofree char *drawn = masks_of(&rig, "bare");
    g_assert_cmpstr(drawn, ==, "[" MOSAIC "]");
    /* Two cameras do not get in each other's way. */
    g_assert_cmpstr(draw(&rig, "own", of_own, "[]", &n_before), ==, "");
    g_assert_cmpuint(n_before, ==, 1);
    g_autofree char *none = masks_of(&rig, "own"), *still = masks_of(&rig, "bare");
    g_assert_cmpstr(none, ==, "[]");
    g_assert_cmpstr(still, ==, "[" MOSAIC "]");
    g_assert_cmpstr(draw(&rig, "nobody", first, "[]", &n_before), ==, "not_found");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(rig.file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==,
                    "{\n  \"gone\": [" SQUARE "],\n  \"bare\": [" MOSAIC "],\n  \"own\": []\n}\n");
    GStatBuf status;
    g_assert_cmpint(g_stat(rig.file, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    rig_clear(&rig);
}

static void test_refused(void)
{
    guint n;
    Rig rig = rig_new(NULL);
    g_autofree char *revision = revision_of(&rig, "own");
    g_assert_cmpstr(draw(&rig, "own", revision, "[]", &n), ==, "unsupported");
    rig_clear(&rig);

    rig = rig_new("{}");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(rig.path, &text, NULL, NULL));
    put(rig.path, "{\"walls\": 5}");
    g_assert_cmpstr(draw(&rig, "own", revision, "[]", &n), ==, "invalid");
    put(rig.path, text);
    g_autofree char *as_it_was = masks_of(&rig, "own");
    g_assert_cmpstr(as_it_was, ==, "[" SQUARE "]");
    if (geteuid() != 0) { /* root writes everywhere */
        g_assert_cmpint(g_chmod(rig.dir, 0500), ==, 0);
        g_assert_cmpstr(draw(&rig, "own", revision, "[]", &n), ==, "unavailable");
        g_assert_cmpint(g_chmod(rig.dir, 0700), ==, 0);
    }
    rig_clear(&rig);
}

static const struct {
    const char *masks, *fault;
} files[] = {
    { "[]", "camera_masks: masks.json: is not an object; accepted: {\"CAMERA\": [masks], ...}, {} "
            "for none" },
    { "{\"own\": 1}", "masks.json: own: 1 is not an array; accepted: [...]" },
    { "{\"gone\": [{}]}", "masks.json: gone[0].points: 0 points are refused; accepted: 3 to 64" },
    { "{\"own\": []", "camera_masks: masks.json: " },
    { "{\"own\": [], \"own\": []}", "camera_masks: masks.json: " },
};

/* A configuration whose masks are in doubt is not taken over: pictures would be seen that may not be. */
static void test_file(void)
{
    Rig rig = rig_new("{}");
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        put(rig.file, files[i].masks);
        g_autoptr(Config) config = NULL;
        g_autofree char *wrong = load(&rig, &config);
        g_assert_nonnull(wrong);
        const char *told = g_str_has_prefix(wrong, ": ") ? wrong + 2 : wrong;
        g_assert_true(g_str_has_prefix(told, files[i].fault));
    }
    g_remove(rig.file);
    g_autoptr(Config) config = NULL;
    g_autofree char *missing = load(&rig, &config);
    g_assert_nonnull(strstr(missing, "camera_masks: cannot read"));
    rig_clear(&rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mask_file/read", test_read);
    g_test_add_func("/mask_file/most", test_most);
    g_test_add_func("/mask_file/replace", test_replace);
    g_test_add_func("/mask_file/refused", test_refused);
    g_test_add_func("/mask_file/file", test_file);
    return g_test_run();
}
