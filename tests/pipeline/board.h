/* board.h - a real canvas that shows one plain colour at a time, for the tests of outputs: they can
 * ask what they see. */
#ifndef WALLCTL_TESTS_PIPELINE_BOARD_H
#define WALLCTL_TESTS_PIPELINE_BOARD_H

#include "pipelines/canvas.h"
#include "pipelines/overlay.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"

#include <string.h>

typedef struct {
    Canvas *canvas;
    Overlay *colour;
    int width, height;
    guint64 revision;
} Board;

static inline void board_paint(Board *board, guint8 y, guint8 u, guint8 v)
{
    Bitmap *bitmap = bitmap_new(board->width, board->height);
    const guint8 values[4] = { y, u, v, 255 };
    for (int i = 0; i < 4; i++) {
        int rows = i == 1 || i == 2 ? board->height / 2 : board->height;
        memset(bitmap->plane[i], values[i], (gsize)bitmap->stride[i] * (gsize)rows);
    }
    bitmap->is_opaque = TRUE;
    overlay_put(board->colour, bitmap);
}

/* Noise, another one for each seed: the dearest picture there is. */
static inline void board_paint_noise(Board *board, guint32 seed)
{
    Bitmap *bitmap = bitmap_new(board->width, board->height);
    guint32 state = seed * 2654435761u + 1;
    for (int y = 0; y < board->height; y++) {
        for (int x = 0; x < board->width; x++) {
            state = state * 1664525u + 1013904223u;
            bitmap->plane[0][y * bitmap->stride[0] + x] = (guint8)(16 + (state >> 24) * 219 / 255);
        }
        memset(bitmap->plane[3] + y * bitmap->stride[3], 255, (gsize)board->width);
    }
    bitmap->is_opaque = TRUE;
    overlay_put(board->colour, bitmap);
}

/* The same picture as a new revision of the wall. */
static inline void board_next_scene(Board *board)
{
    Stage *stage = stage_new(++board->revision, 0, 1);
    stage->notices[0] = (StageNotice) { .overlay = overlay_ref(board->colour) };
    canvas_show(board->canvas, stage, 0);
}

static inline void board_init(Board *board, int width, int height, guint fps)
{
    *board = (Board) { .width = width, .height = height };
    board->canvas = canvas_new("test", width, height, fps, 0, NULL, NULL);
    board->colour = overlay_new();
    board_paint(board, 100, 128, 128);
    board_next_scene(board);
}

static inline void board_clear(Board *board)
{
    canvas_free(board->canvas);
    overlay_unref(board->colour);
    post_drain();
}

/* Serves [control] until done(user) holds; FALSE when it does not within limit_ms. */
static inline gboolean wait_until(gboolean (*done)(gpointer user), gpointer user, guint limit_ms)
{
    gint64 limit = clock_now_ns() + limit_ms * NS_PER_MS;
    while (!done(user)) {
        if (clock_now_ns() > limit)
            return FALSE;
        post_drain();
        g_usleep(1000);
    }
    return TRUE;
}

#endif
