/* test_presenter.c - a wall from real RTSP input: the right picture in the right tile, changes without torn or empty tiles */
#include "tests/support/wall_rig.h"
#include "wallctl/base/clock.h"

static WallRig *start(const WallRigSpec *spec)
{
    g_autoptr(GError) error = NULL;
    WallRig *rig = wall_rig_new(spec, &error);
    g_assert_no_error(error);
    g_assert_true(wall_rig_wait_presented(rig, 15000, 0));
    return rig;
}

typedef struct {
    guint n;
    guint source[64]; /* expected, by tile - 1; 0: no picture */
} Expected;

/* Every tile of the newest picture shows what it should, untorn. */
static gboolean shows_all(WallRig *rig, gpointer user)
{
    const Expected *expected = user;
    g_autoptr(Frame) picture = canvas_ref_picture(presenter_canvas(rig->presenter, NULL));
    for (guint i = 0; picture && i < expected->n; i++) {
        Stamp stamp = { 0 };
        gboolean is_torn = FALSE;
        gboolean is_read = wall_rig_read(rig, picture, i + 1, &stamp, &is_torn);
        g_assert_false(is_torn);
        if (is_read != (expected->source[i] > 0) ||
            (is_read && stamp.source != expected->source[i]))
            return FALSE;
    }
    return picture != NULL;
}

static void test_right_tile(void)
{
    WallRigSpec spec = { .cameras = 4, .width = 1280, .height = 720, .layout = "4" };
    WallRig *rig = start(&spec);
    Expected expected = { 4, { 1, 2, 3, 4 } };
    g_assert_true(wall_rig_run(rig, 2000, shows_all, &expected));
    wall_rig_free(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/presenter/right_tile", test_right_tile);
    return g_test_run();
}
