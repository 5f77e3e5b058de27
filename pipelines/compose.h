/* compose.h - one picture from a Stage: repaints only what changed. [canvas]
 *
 * Outputs hold pictures for as long as they like, so each tick paints into a free surface. A surface remembers what was
 * painted into it last, tile by tile; only tiles whose content differs from that are painted again. What overlaps is
 * painted bottom up inside the changed rectangle, so transparency is never applied twice.
 */
#ifndef WALLCTL_PIPELINES_COMPOSE_H
#define WALLCTL_PIPELINES_COMPOSE_H

#include "pipelines/frame.h"
#include "pipelines/stage.h"

typedef struct Composer Composer;

typedef enum { COMPOSE_UNCHANGED = 1, COMPOSE_CHANGED, COMPOSE_NO_SURFACE } ComposeResult;

Composer *composer_new(int width, int height, guint32 background);
void composer_free(Composer *composer); /* pictures still held by outputs stay valid */

/* Takes stage and returns the former one (NULL at first): the caller releases it where that costs nothing. */
Stage *composer_set_stage(Composer *composer, Stage *stage);
const Stage *composer_stage(const Composer *composer);

/* The picture for this tick. CHANGED: *out is a new reference to a picture that differs from the last one, or equals it
 * when is_forced. n_empty counts tiles with a view but without a live picture. now_ns decides what is stale. */
ComposeResult composer_tick(Composer *composer, gint64 tick_ns, gint64 now_ns, gboolean is_forced,
                            Frame **out, guint *n_empty);

#endif
