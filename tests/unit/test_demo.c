/* test_demo.c - the sample configuration shows the cameras that camera-sim draws, and says the same
 * of them */
#include "config/config.h"
#include "tests/support/scenes.h"

#include <glib/gstdio.h>

#define SIMULATOR "rtsp://127.0.0.1:8555"

/* A file of the sample's folder, in one of its own: ./start makes what lies beside it. */
static char *copy(const char *source, const char *dir, const char *name)
{
    g_autofree char *from = g_build_filename(source, "config", name, NULL), *text = NULL;
    char *to = g_build_filename(dir, name, NULL);
    gsize size;
    g_assert_true(g_file_get_contents(from, &text, &size, NULL));
    g_assert_true(g_file_set_contents(to, text, (gssize)size, NULL));
    return to;
}

static void test_cameras(void)
{
    const char *source = g_getenv("WALLCTL_SOURCE");
    if (!source) {
        g_test_skip("WALLCTL_SOURCE is not set");
        return;
    }
    /* Tokens as ./start makes them, where systemd would put them. */
    g_autofree char *dir = g_dir_make_tmp("demo-XXXXXX", NULL);
    g_autofree char *secrets = g_build_filename(dir, "wallctl-cameras", NULL);
    GString *tokens = g_string_new(NULL);
    static const char *const ids[] = { "yunzongzhi", "public", "hotline", "grid", "centre" };
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
        g_string_append_printf(tokens, "%c\"%s\":{\"token\":\"token-of-this-test-%s\"}",
                               i ? ',' : '{', ids[i], ids[i]);
    g_string_append_c(tokens, '}');
    g_assert_true(
        g_file_set_contents_full(secrets, tokens->str, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_string_free(tokens, TRUE);
    g_setenv("CREDENTIALS_DIRECTORY", dir, TRUE);
    g_autofree char *data = g_build_filename(source, "config", NULL);
    config_set_data_dir(data); /* as the daemon of a build does */
    g_autofree char *path = copy(source, dir, "wallctl.json");
    g_autofree char *regions = copy(source, dir, "regions.csv");
    g_autofree char *masks = g_build_filename(dir, "masks.json", NULL);
    g_assert_true(g_file_set_contents(masks, "{}", -1, NULL));
    g_autoptr(Faults) faults = faults_new("wallctl.json", 20);
    g_autoptr(Config) config = config_load(path, faults);
    g_assert_cmpstr(faults_get(faults, 0), ==, NULL);
    g_assert_cmpuint(config->cameras->len, ==, scenes_count());
    g_unlink(secrets);
    g_unlink(path);
    g_unlink(regions);
    g_unlink(masks);
    g_rmdir(dir);
    g_assert_cmpuint(config_wall(config, "main")->n_initial, ==, scenes_count() + 6); /* boards */
    for (guint i = 0; i < scenes_count(); i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        g_autofree char *main = g_strdup_printf(SIMULATOR "/%s/main", scene_id(i));
        g_autofree char *sub = g_strdup_printf(SIMULATOR "/%s/sub", scene_id(i));
        g_assert_cmpstr(camera->id, ==, scene_id(i));
        g_assert_cmpstr(camera->name, ==, scene_name(i));
        g_assert_cmpstr(camera->region, ==, scene_region(i));
        g_assert_cmpstr(camera->region_name, !=, "");
        g_assert_cmpstr(camera->place_kind, ==, scene_place_kind(i));
        g_assert_true(camera->has_position);
        g_assert_cmpfloat(camera->lon, ==, scene_lon(i));
        g_assert_cmpfloat(camera->lat, ==, scene_lat(i));
        g_assert_cmpstr(camera->main, ==, main);
        g_assert_cmpstr(camera->sub, ==, sub);
        g_assert_cmpstr(config_wall(config, "main")->initial[i], ==, scene_id(i));
        const Contact *contact =
            contact_of_region(config->contacts, config->n_contacts, camera->region);
        g_assert_nonnull(contact);
        g_assert_cmpstr(contact->region, ==, camera->region);
        g_assert_true(g_str_has_prefix(contact->phone, "0877-0000")); /* nobody has such a number */
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/demo/cameras", test_cameras);
    return g_test_run();
}
