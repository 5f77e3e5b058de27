/* fuzz_content.c - any text as a wall's content: a fault, or a content that keeps every rule, comes
 * back from JSON as it was, and can be cut, put on air and drawn */
#include "wallctl/model/command.h"
#include "wallctl/model/scene.h"
#include "wallctl/store/wall_store.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Rect screen = { 0, 0, 1920, 1080 };

static void recall(WallContent *content, const char *screen_id)
{
    WallLimits limits = { .bounds = { 0, 0, 3840, 1080 } };
    g_autoptr(GError) error = NULL;
    g_autoptr(Wall) wall = wall_new("fuzz", 0, wall_content_new());
    g_autoptr(Command) command = command_new(COMMAND_RECALL, "fuzz");
    command->content = wall_content_ref(content);
    command->screen = g_strdup(screen_id);
    command->area = screen;
    g_autoptr(Wall) next = wall_apply(wall, command, &limits, NULL, &error);
    g_assert_true((next == NULL) == (error != NULL));
    if (next)
        g_assert_true(wall_content_check(next->air, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Json) json = json_parse((const char *)data, size, 0, JSON_STRICT, NULL);
    if (!json)
        return 0;
    g_autoptr(Faults) faults = faults_new("fuzz", 4);
    g_autoptr(WallContent) content = wall_content_from_json(json, faults, "content");
    g_assert_true((content == NULL) == (faults_count(faults) > 0));
    if (!content)
        return 0;
    g_assert_true(wall_content_check(content, NULL));
    g_autoptr(Json) out = wall_content_to_json(content);
    g_autoptr(WallContent) back = wall_content_from_json(out, faults, "again");
    g_assert_nonnull(back);
    g_assert_true(wall_content_equal(back, content));
    g_autoptr(WallContent) cut = wall_content_cut(content, "1", screen);
    if (cut)
        g_assert_true(wall_content_check(cut, NULL));
    recall(content, NULL);
    recall(content, "1");
    g_autoptr(Scene) scene = scene_new(content, 1, "1", screen);
    g_assert_cmpuint(scene->n_tiles, <=, content->n_tiles);
    return 0;
}
