/* watermark.h - whose picture this is and of when: a faint line of text, four times over a picture, so that a part
 * that is cut out, or photographed from a monitor, still has it.
 *
 * Drawn on a [worker] when the text changes (once a minute), at the size of a body text: readable in a
 * phone's photo of a wall. Blending it costs what its strokes cover, not what the picture measures. Masks
 * lie below it: it goes onto composed pictures only.
 */
#ifndef WALLCTL_PIPELINES_WATERMARK_H
#define WALLCTL_PIPELINES_WATERMARK_H

#include "pipelines/overlay.h"
#include "wallctl/base/work.h"

#define WATERMARK_PLACES 4

typedef struct Watermark Watermark; /* counted */

/* [control] For pictures of width x height. */
Watermark *watermark_new(WorkPool *draw, int width, int height);
Watermark *watermark_ref(Watermark *mark); /* [any] */
void watermark_unref(Watermark *mark);     /* NULL: nothing */

void watermark_set(Watermark *mark, const char *text); /* [control] */

/* [any] Rises with each text that is drawn; 0: none so far. */
guint64 watermark_serial(const Watermark *mark);
Overlay *watermark_overlay(Watermark *mark); /* borrowed: for a Stage */

/* [any] Onto a picture that nobody else holds. */
void watermark_stamp(Watermark *mark, Frame *picture);

/* A copy of picture from pool, which has its size, with the mark on it. Caller owns. */
Frame *watermark_copy(Watermark *mark, const Frame *picture, FramePool *pool);

/* Where copy `index` begins; even. line: of another text that shares the picture, 0 is the first one. */
void watermark_place(guint index, guint line, int width, int height, int *x, int *y);

/* [worker] Pure: same value in, same pixels out. NULL for no text. */
Bitmap *draw_watermark(int width, int height, const char *text);
void watermark_blend(Frame *picture, const Bitmap *bitmap, guint line);

#endif
