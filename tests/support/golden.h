/* golden.h - a picture against a stored one, with a stated tolerance.
 *
 * Stored pictures are tests/golden/NAME.png. Fonts of another version move an edge by a pixel, so
 * pictures are compared as averages over cells of 8x8 px: all cells together may differ by
 * GOLDEN_MEAN and the worst by GOLDEN_CELL (of 255, any channel). A missing character, another
 * colour or another sign is far beyond both. A mismatch leaves NAME.actual.png and NAME.diff.png in
 * the build folder under tests/golden/ and fails the test; with WALLCTL_UPDATE=1 in the environment
 * the stored picture is rewritten instead.
 */
#ifndef WALLCTL_TESTS_SUPPORT_GOLDEN_H
#define WALLCTL_TESTS_SUPPORT_GOLDEN_H

#include <cairo.h>
#include <glib.h>

#define GOLDEN_MEAN 1.5
#define GOLDEN_CELL 40.0

/* Fails the running g_test, with a message saying where to look, if actual (RGB24) is not the
 * stored picture. */
void golden_check(const char *name, cairo_surface_t *actual);

/* How much two pictures differ; both are 255 for pictures of different sizes. RGB24. */
void golden_difference(cairo_surface_t *a, cairo_surface_t *b, double *mean, double *worst_cell);

/* An I420 picture, BT.709 limited, as RGB24; plane[3] is its alpha over background (0xRRGGBB), or
 * NULL. Caller owns. */
cairo_surface_t *golden_from_planes(const guint8 *const plane[4], const int stride[4], int width,
                                    int height, guint32 background);

#endif
