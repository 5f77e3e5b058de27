/* fuzz_command.c - any text as commands, one a line, on a wall: refused, or the rules hold */
#include "web/protocol.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const WallLimits limits = { .bounds = { 0, 0, 3840, 1080 } };

/* A small part of what the controller does: names become cells, contents and placements. */
static void resolve(Command *command, Wall *wall)
{
    static const Rect halves[] = { { 0, 0, 960, 1080 }, { 960, 0, 960, 1080 } };
    command->area = command->screen ? (Rect) { 0, 0, 1920, 1080 } : limits.bounds;
    if (command->kind == COMMAND_LAYOUT) {
        command->n_cells = G_N_ELEMENTS(halves);
        command->cells = g_memdup2(halves, sizeof halves);
    } else if (command->kind == COMMAND_RECALL && wall->undo->len > 0) {
        command->content = wall_content_ref(wall->undo->pdata[0]);
    } else if (command->kind == COMMAND_TOUR_START || command->kind == COMMAND_TOUR_STEP) {
        command->n_placements = 1;
        command->placements = g_new0(Placement, 1);
        command->placements[0].tile = 1 + command->step % 3;
        command->placements[0].camera = g_strdup("c");
    }
}

static void check(const Wall *wall)
{
    g_autoptr(GError) error = NULL;
    wall_content_check(wall->air, &error);
    g_assert_no_error(error);
    g_autoptr(Json) json = wall_to_json(wall);
    g_autofree char *text = json_dup_text(json);
    g_autoptr(Json) again = json_parse(text, strlen(text), 1 << 22, JSON_STRICT, &error);
    g_assert_no_error(error);
    g_assert_nonnull(again);
}

/* Out and in again is the same command. */
static void check_round_trip(const Command *command)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = command_to_json(command);
    g_autoptr(Command) back = command_from_json(json, "fuzz", &error);
    g_assert_no_error(error);
    g_autoptr(Json) json_back = command_to_json(back);
    g_autofree char *text = json_dup_text(json);
    g_autofree char *text_back = json_dup_text(json_back);
    g_assert_cmpstr(text, ==, text_back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 32);
    g_autoptr(Wall) wall = wall_new("fuzz", 0, wall_content_new());
    for (char **line = lines; *line; line++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) json = json_parse(*line, strlen(*line), 0, JSON_STRICT, NULL);
        if (!json)
            continue;
        g_autoptr(Command) command = command_from_json(json, "fuzz", &error);
        g_assert_true((command == NULL) == (error != NULL));
        if (!command) {
            g_assert_true(g_utf8_validate(error->message, -1, NULL));
            continue;
        }
        check_round_trip(command);
        resolve(command, wall);
        Wall *next = wall_apply(wall, command, &limits, NULL, &error);
        g_assert_true((next == NULL) == (error != NULL));
        if (!next)
            continue;
        wall_unref(wall);
        wall = next;
        check(wall);
    }
    return 0;
}
