/* fuzz_config.c - any text gives a whole Config or at least one fault, and no file is opened */
#include "config/config.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What everybody relies on. */
static void check(const Config *config)
{
    g_assert_cmpuint(config->n_walls, >, 0);
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        g_assert_true(config_camera(config, camera->id) == camera);
        g_assert_true(config_camera_number(config, camera->number) == camera);
        g_assert_nonnull(camera_address(camera, PROFILE_SUB));
    }
    for (guint i = 0; i < config->n_walls; i++) {
        g_assert_cmpuint(config->walls[i].n_screens, >, 0);
        g_assert_nonnull(layout_set_find(config->layouts, config->walls[i].layout));
    }
    for (guint i = 0; i < config->n_outputs; i++)
        g_assert_nonnull(config_wall(config, config->outputs[i].wall));
    for (guint i = 0; i < config->n_tours; i++)
        g_assert_cmpuint(tour_steps(config->tours[i]), >, 0);
    g_autoptr(ConfigDiff) diff = config_diff(config, config);
    g_assert_cmpuint(diff->cameras_changed->len + diff->cameras_relabelled->len, ==, 0);
    g_assert_false(diff->walls_changed || diff->outputs_changed || diff->listen_changed ||
                   diff->limits_changed || diff->restart_needed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Faults) faults = faults_new("fuzz", 50);
    g_autoptr(Config) config = config_parse((const char *)data, size, "fuzz", NULL, faults);
    g_assert_true((config == NULL) == (faults_count(faults) > 0));
    g_autofree char *text = faults_dup_text(faults);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    if (config)
        check(config);
    return 0;
}
