/* draw_chart.h - bars, columns and the stage path, for boards and cards. [worker]
 *
 * Colour never stands alone: a countdown's bar also shrinks with the time and has its words beside
 * it, the present stage is filled and the past ones are not.
 */
#ifndef WALLCTL_PIPELINES_DRAW_CHART_H
#define WALLCTL_PIPELINES_DRAW_CHART_H

#include <cairo.h>
#include <glib.h>

typedef struct {
    double x, y, width, height;
} Box;

/* How much of a term is left. */
typedef struct {
    gint64 left_ms;     /* negative: over */
    guint used;         /* percent of the term; 100 and more: over */
    gboolean is_paused; /* the clock stands */
} Countdown;

#define COUNTDOWN_SOON 80 /* percent used from which a countdown is yellow */

/* "剩 4 小时", "超时 3 小时", "计时中止". Caller frees. */
char *countdown_words(const Countdown *countdown);
guint32 countdown_colour(const Countdown *countdown); /* 0xRRGGBB, of bar and words */

/* Disc, square, triangle: time, little time, over; two bars when the clock stands. */
void countdown_mark(cairo_t *cr, const Countdown *countdown, double cx, double cy, double size);

/* A bar of which `share` (0 to 1) is filled. */
void chart_bar(cairo_t *cr, Box box, double share, guint32 colour);

/* What is left of the term, full again (and red) when it is over. */
void chart_countdown(cairo_t *cr, Box box, const Countdown *countdown);

/* Columns for a row of counts, the newest at the right and brightest. Nothing when all are 0. */
void chart_columns(cairo_t *cr, Box box, const guint64 *values, guint n, guint32 colour);

/* The path of a case: past stages outlined, the present one filled, those to come dim. size: of the
 * names in the segments, 0: without names. */
void chart_stages(cairo_t *cr, Box box, const char *const *names, guint n, guint present,
                  double size);

/* Do all names fit into a path of this size? */
gboolean chart_stages_fit(Box box, const char *const *names, guint n, double size);

#endif
