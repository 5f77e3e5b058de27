/* display_painter.h - brings I420 pictures into an SDL window: by the graphics card, or by libyuv
 * where there is none.
 *
 * Mesa's OpenGL without a card takes a whole core for 1080p at 25 fps, SDL's own software renderer
 * half a core; converting straight into the window's memory takes a fraction of that. For the
 * display's process.
 */
#ifndef WALLCTL_PIPELINES_DISPLAY_PAINTER_H
#define WALLCTL_PIPELINES_DISPLAY_PAINTER_H

#include <SDL.h>
#include <glib.h>

typedef struct Painter Painter;

/* For pictures of width x height, planes without padding, shown turned clockwise by rotation (0,
 * 90, 180, 270) and as large as they fit. NULL: see SDL_GetError(). */
Painter *painter_new(SDL_Window *window, int width, int height, guint rotation);

void painter_take(Painter *painter, const guint8 *picture); /* copies it */
void painter_present(
    Painter *painter); /* once more after the window was uncovered or changed its size */

/* How it paints, for people. Caller frees. */
char *painter_dup_words(const Painter *painter);

#endif
