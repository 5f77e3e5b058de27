/* test_display.c - a canvas in a window of a real X server (Xvfb), and what happens when child or
 * server die */
#include "board.h"
#include "pipelines/display_link.h"
#include "pipelines/display_output.h"
#include "pipelines/media_log.h"
#include "tests/support/sanitizer.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WATCHDOG_MS 15000
#define SCREEN_W    800
#define SCREEN_H    600

static char *self;
static gboolean has_sdl;

/* An X server without hardware. Its screen is a file in XWD form, so nothing has to be asked of it.
 */
typedef struct {
    GPid pid;
    char *dir;
} Xvfb;

/* In the new process: an aborted test leaves no server behind. */
static void end_with_us(gpointer user)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static gboolean xvfb_start(Xvfb *xvfb)
{
    g_autofree char *path = g_find_program_in_path("Xvfb");
    if (!path)
        return FALSE;
    xvfb->dir = g_dir_make_tmp("wallctl-xvfb-XXXXXX", NULL);
    const char *argv[] = { path,        "-displayfd", "1",      "-screen", "0",        "800x600x24",
                           "-nolisten", "tcp",        "-fbdir", xvfb->dir, "-noreset", NULL };
    int out;
    g_autoptr(GError) error = NULL;
    g_spawn_async_with_pipes(NULL, (char **)argv, NULL,
                             G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, end_with_us,
                             NULL, &xvfb->pid, NULL, &out, NULL, &error);
    g_assert_no_error(error);
    char number[16] = "";
    gsize len = 0;
    while (len + 1 < sizeof number && read(out, number + len, 1) == 1 && number[len] != '\n')
        len++;
    number[len] = 0;
    close(out);
    g_assert_cmpuint(len, >, 0);
    g_autofree char *display = g_strconcat(":", number, NULL);
    g_setenv("DISPLAY", display, TRUE);
    return TRUE;
}

static void xvfb_stop(Xvfb *xvfb)
{
    if (xvfb->pid) {
        kill(xvfb->pid, SIGKILL);
        waitpid(xvfb->pid, NULL, 0);
    }
    g_autofree char *file = g_build_filename(xvfb->dir, "Xvfb_screen0", NULL);
    g_unlink(file);
    g_rmdir(xvfb->dir);
    g_free(xvfb->dir);
    g_unsetenv("DISPLAY");
}

static guint32 be32(const char *p)
{
    return GUINT32_FROM_BE(*(const guint32 *)(gconstpointer)p);
}

typedef struct {
    int r, g, b;
} Colour;

static Colour pixel(const Xvfb *xvfb, int x, int y)
{
    g_autofree char *file = g_build_filename(xvfb->dir, "Xvfb_screen0", NULL);
    g_autofree char *data = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(file, &data, &size, NULL));
    gsize begin = be32(data) + be32(data + 76) * 12; /* header, colour map */
    gsize at = begin + (gsize)y * be32(data + 48) + (gsize)x * 4;
    g_assert_cmpuint(be32(data + 44), ==, 32);
    g_assert_cmpuint(at + 4, <=, size);
    const guint8 *bgrx = (const guint8 *)data + at;
    return (Colour) { bgrx[2], bgrx[1], bgrx[0] };
}

typedef struct {
    const Xvfb *xvfb;
    int x, y;
    Colour wanted, seen;
} Look;

static gboolean has_colour(gpointer user)
{
    Look *look = user;
    look->seen = pixel(look->xvfb, look->x, look->y);
    return ABS(look->seen.r - look->wanted.r) <= 14 && ABS(look->seen.g - look->wanted.g) <= 14 &&
           ABS(look->seen.b - look->wanted.b) <= 14;
}

static void wait_colour(const Xvfb *xvfb, int x, int y, Colour wanted)
{
    Look look = { xvfb, x, y, wanted, { 0, 0, 0 } };
    if (!wait_until(has_colour, &look, WATCHDOG_MS))
        g_error("at %d,%d: %d %d %d instead of %d %d %d", x, y, look.seen.r, look.seen.g,
                look.seen.b, wanted.r, wanted.g, wanted.b);
}

typedef struct {
    DisplayOutput *output;
    DisplayState state;
} Wanted;

static gboolean has_state(gpointer user)
{
    const Wanted *wanted = user;
    return display_output_state(wanted->output, NULL) == wanted->state;
}

static void wait_state(DisplayOutput *output, DisplayState state)
{
    Wanted wanted = { output, state };
    const char *detail;
    if (!wait_until(has_state, &wanted, WATCHDOG_MS))
        g_error("state %d (%s) instead of %d", display_output_state(output, &detail), detail,
                state);
}

/* Our first child process that is a display; 0: there is none. */
static pid_t display_pid(void)
{
    g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
    for (const char *name; (name = g_dir_read_name(proc));) {
        g_autofree char *stat_path = g_build_filename("/proc", name, "stat", NULL);
        g_autofree char *line_path = g_build_filename("/proc", name, "cmdline", NULL);
        g_autofree char *stat = NULL, *line = NULL;
        gsize size = 0;
        int parent = 0;
        if (!g_ascii_isdigit(*name) || !g_file_get_contents(stat_path, &stat, NULL, NULL) ||
            !g_file_get_contents(line_path, &line, &size, NULL) ||
            sscanf(strrchr(stat, ')') + 1, " %*c %d", &parent) != 1 || parent != getpid())
            continue;
        if (size > strlen(line) + 1 && strcmp(line + strlen(line) + 1, DISPLAY_COMMAND) == 0)
            return atoi(name);
    }
    return 0;
}

typedef struct {
    Xvfb xvfb;
    Board board;
    DisplayOutput *output;
} Fixture;

static gboolean start(Fixture *fixture, const char *connector, gboolean is_fullscreen,
                      guint rotation)
{
    *fixture = (Fixture) { 0 };
    if (!has_sdl) {
        g_test_skip("built without SDL2");
        return FALSE;
    }
    if (!xvfb_start(&fixture->xvfb)) {
        g_test_skip("Xvfb is not installed");
        return FALSE;
    }
    board_init(&fixture->board, 320, 192, 25);
    fixture->output = display_output_new(self, fixture->board.canvas, "测试墙", connector,
                                         is_fullscreen, rotation);
    return TRUE;
}

static void stop(Fixture *fixture)
{
    display_output_free(fixture->output);
    g_assert_cmpint(display_pid(), ==, 0);
    board_clear(&fixture->board);
    xvfb_stop(&fixture->xvfb);
}

static void test_shows(void)
{
    static const struct {
        guint8 y, u, v;
        Colour colour;
    } rows[] = { { 63, 102, 240, { 255, 0, 0 } }, { 173, 42, 26, { 0, 255, 0 } },
                 { 32, 240, 118, { 0, 0, 255 } }, { 235, 128, 128, { 255, 255, 255 } },
                 { 16, 128, 128, { 0, 0, 0 } },   { 126, 128, 128, { 128, 128, 128 } } };
    Fixture fixture;
    if (!start(&fixture, "", FALSE, 0))
        return;
    wait_state(fixture.output, DISPLAY_ON);
    const char *detail;
    display_output_state(fixture.output, &detail);
    g_test_message("%s", detail);
    g_assert_nonnull(strstr(detail, "800x600"));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        board_paint(&fixture.board, rows[i].y, rows[i].u, rows[i].v);
        wait_colour(&fixture.xvfb, SCREEN_W / 2, SCREEN_H / 2, rows[i].colour);
    }
    DisplayStats stats;
    display_output_get_stats(fixture.output, &stats);
    g_assert_cmpuint(stats.shown, >=, G_N_ELEMENTS(rows));
    g_test_message("from tick to display %.1f ms", (double)stats.delay_ns / 1e6);
    stop(&fixture);
}

/* The whole screen, the picture as large as it fits, black at the sides. */
static void test_fullscreen(void)
{
    Fixture fixture;
    if (!start(&fixture, "1", TRUE, 0))
        return;
    board_paint(&fixture.board, 235, 128, 128);
    Colour white = { 255, 255, 255 }, black = { 0, 0, 0 };
    wait_colour(&fixture.xvfb, 2, SCREEN_H / 2, white);
    wait_colour(&fixture.xvfb, SCREEN_W - 3, SCREEN_H / 2, white);
    wait_colour(&fixture.xvfb, SCREEN_W / 2, 65, white); /* 800x480 in the middle of 600 */
    wait_colour(&fixture.xvfb, SCREEN_W / 2, 55, black);
    stop(&fixture);
}

/* Turned clockwise, what is left comes to the top. */
static void test_rotation(void)
{
    Fixture fixture;
    if (!start(&fixture, "", TRUE, 90))
        return;
    Bitmap *bitmap = bitmap_new(320, 192);
    memset(bitmap->plane[3], 255, (gsize)bitmap->stride[3] * 192);
    for (int y = 0; y < 192; y++)
        memset(bitmap->plane[0] + y * bitmap->stride[0], 235, 160);
    bitmap->is_opaque = TRUE;
    overlay_put(fixture.board.colour, bitmap);
    wait_colour(&fixture.xvfb, SCREEN_W / 2, 20, (Colour) { 255, 255, 255 });
    wait_colour(&fixture.xvfb, SCREEN_W / 2, SCREEN_H - 20, (Colour) { 0, 0, 0 });
    wait_colour(&fixture.xvfb, SCREEN_W / 2 - 160, 20, (Colour) { 255, 255, 255 }); /* 360x600 */
    wait_colour(&fixture.xvfb, SCREEN_W / 2 - 200, 20, (Colour) { 0, 0, 0 });
    stop(&fixture);
}

static void test_connectors(void)
{
    static const struct {
        const char *name;
        DisplayState state;
    } rows[] = { { "HDMI-9", DISPLAY_NONE },
                 { "2", DISPLAY_NONE },
                 { "0", DISPLAY_NONE },
                 { "screen", DISPLAY_ON } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Fixture fixture;
        if (!start(&fixture, rows[i].name, TRUE, 0))
            return;
        wait_state(fixture.output, rows[i].state);
        const char *detail;
        display_output_state(fixture.output, &detail);
        g_test_message("%s: %s", rows[i].name, detail);
        if (rows[i].state == DISPLAY_NONE)
            g_assert_nonnull(strstr(detail, rows[i].name));
        stop(&fixture);
    }
}

static void test_child_killed(void)
{
    Fixture fixture;
    if (!start(&fixture, "", FALSE, 0))
        return;
    wait_state(fixture.output, DISPLAY_ON);
    pid_t first = display_pid();
    g_assert_cmpint(first, >, 0);
    kill(first, SIGKILL);
    wait_state(fixture.output, DISPLAY_RETRYING);
    const char *detail;
    display_output_state(fixture.output, &detail);
    g_assert_nonnull(strstr(detail, "signal 9"));
    wait_state(fixture.output, DISPLAY_ON);
    g_assert_cmpint(display_pid(), !=, first);
    wait_colour(&fixture.xvfb, SCREEN_W / 2, SCREEN_H / 2,
                (Colour) { 98, 98, 98 }); /* the present picture, unchanged */
    DisplayStats stats;
    display_output_get_stats(fixture.output, &stats);
    g_assert_cmpuint(stats.restarts, ==, 1);
    stop(&fixture);
}

static gboolean has_ticked(gpointer user)
{
    CanvasStats stats;
    canvas_get_stats(((gpointer *)user)[0], &stats);
    return stats.changed >= GPOINTER_TO_SIZE(((gpointer *)user)[1]);
}

/* A child that does nothing holds three pictures and no more; the canvas goes on, and the end comes
 * in time. */
static void test_child_stopped(void)
{
    Fixture fixture;
    if (!start(&fixture, "", FALSE, 0))
        return;
    wait_state(fixture.output, DISPLAY_ON);
    kill(display_pid(), SIGSTOP);
    for (guint8 i = 0; i < 20; i++) {
        CanvasStats before;
        canvas_get_stats(fixture.board.canvas, &before);
        board_paint(&fixture.board, (guint8)(40 + i), 128, 128);
        gpointer want[2] = { fixture.board.canvas, GSIZE_TO_POINTER(before.changed + 1) };
        g_assert_true(wait_until(has_ticked, want, WATCHDOG_MS));
    }
    CanvasStats stats;
    DisplayStats display;
    canvas_get_stats(fixture.board.canvas, &stats);
    display_output_get_stats(fixture.output, &display);
    g_assert_cmpuint(stats.no_surface, ==, 0);
    g_assert_cmpuint(display.skipped, >=, 10);
    gint64 start_ns = clock_now_ns();
    stop(&fixture);
    g_assert_cmpint(clock_now_ns() - start_ns, <, PATIENCE * 3 * NS_PER_SEC);
}

static void test_server_killed(void)
{
    Fixture fixture;
    if (!start(&fixture, "", FALSE, 0))
        return;
    wait_state(fixture.output, DISPLAY_ON);
    kill(fixture.xvfb.pid, SIGKILL);
    waitpid(fixture.xvfb.pid, NULL, 0);
    fixture.xvfb.pid = 0;
    wait_state(fixture.output, DISPLAY_NONE);
    CanvasStats before;
    canvas_get_stats(fixture.board.canvas, &before);
    gpointer want[2] = { fixture.board.canvas, GSIZE_TO_POINTER(before.changed + 1) };
    board_paint(&fixture.board, 50, 128, 128);
    g_assert_true(wait_until(has_ticked, want, WATCHDOG_MS));
    stop(&fixture);
}

/* Without SDL2 that is a state too. */
static void test_unsupported(void)
{
    if (has_sdl) {
        g_test_skip("built with SDL2");
        return;
    }
    Board board;
    board_init(&board, 320, 192, 25);
    DisplayOutput *output = display_output_new(self, board.canvas, "wall", "", TRUE, 0);
    wait_state(output, DISPLAY_UNSUPPORTED);
    display_output_free(output);
    board_clear(&board);
}

static void test_no_display(void)
{
    if (!has_sdl || g_file_test("/dev/dri", G_FILE_TEST_EXISTS)) {
        g_test_skip("no SDL2, or a graphics card whose console would be taken");
        return;
    }
    g_unsetenv("DISPLAY");
    g_unsetenv("WAYLAND_DISPLAY");
    Board board;
    board_init(&board, 320, 192, 25);
    DisplayOutput *output = display_output_new(self, board.canvas, "wall", "", TRUE, 0);
    wait_state(output, DISPLAY_NONE);
    const char *detail;
    display_output_state(output, &detail);
    g_test_message("%s", detail);
    g_assert_nonnull(strstr(detail, "kmsdrm"));
    display_output_free(output);

    output = display_output_new("/nowhere/wallctl", board.canvas, "wall", "", TRUE, 0);
    wait_state(output, DISPLAY_RETRYING);
    display_output_state(output, &detail);
    g_assert_nonnull(strstr(detail, "/nowhere/wallctl"));
    display_output_free(output);
    board_clear(&board);
}

static void test_child_alone(void)
{
    const char *argv[] = { self, DISPLAY_COMMAND, NULL };
    int status;
    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                               &status, NULL));
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==,
                    has_sdl ? DISPLAY_EXIT_USAGE : DISPLAY_EXIT_UNSUPPORTED);
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], DISPLAY_COMMAND) == 0)
        return display_child_main(argc, argv);
    /* For the children only: what Mesa and libdbus keep for ever would change their exit status. */
    g_setenv("ASAN_OPTIONS", "detect_leaks=0", TRUE);
    g_test_init(&argc, &argv, NULL);
    post_init();
    media_log_init();
    self = g_file_read_link("/proc/self/exe", NULL);
    has_sdl = display_child_main(argc, argv) !=
              DISPLAY_EXIT_UNSUPPORTED; /* refuses these arguments else */
    g_test_add_func("/display/shows", test_shows);
    g_test_add_func("/display/fullscreen", test_fullscreen);
    g_test_add_func("/display/rotation", test_rotation);
    g_test_add_func("/display/connectors", test_connectors);
    g_test_add_func("/display/child_killed", test_child_killed);
    g_test_add_func("/display/child_stopped", test_child_stopped);
    g_test_add_func("/display/server_killed", test_server_killed);
    g_test_add_func("/display/unsupported", test_unsupported);
    g_test_add_func("/display/no_display", test_no_display);
    g_test_add_func("/display/child_alone", test_child_alone);
    int status = g_test_run();
    g_free(self);
    return status;
}
