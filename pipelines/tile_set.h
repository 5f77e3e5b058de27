/* tile_set.h - the tiles of a wall's screens, and what they and those to come want of the feed pool. [control]
 *
 * A tile is kept from change to change while number and screen stay, so its stream choice has a past and its picture goes on.
 */
#ifndef WALLCTL_PIPELINES_TILE_SET_H
#define WALLCTL_PIPELINES_TILE_SET_H

#include "pipelines/tile_run.h"

typedef struct TileSet TileSet;

/* owner: under which name the pool keeps the wants, unique. */
TileSet *tile_set_new(FeedPool *feeds, WorkPool *draw, BoardBook *boards, const char *owner);
void tile_set_free(TileSet *set); /* withdraws what it wants */

/* What is to be seen from now on, and bound to the feeds. scenes: Scene, one a screen; takes a reference of the array. */
void tile_set_show(TileSet *set, Config *config, GPtrArray *scenes);

/* Follows the feeds as they are now. TRUE: a tile is to show another view than before. */
gboolean tile_set_bind(TileSet *set);

/* Cameras to be received although not shown, in falling importance; replaces the group's former ones. In effect with the next
 * tile_set_bind(). */
void tile_set_warm(TileSet *set, const char *group, const char *const *cameras, guint n);

void tile_set_update_looks(TileSet *set);

guint tile_set_count(const TileSet *set); /* by screen, bottom first */
TileRun *tile_set_at(const TileSet *set, guint index);

/* How many tiles a screen shows, bottom first; the first one's index is *first. */
guint tile_set_on_screen(const TileSet *set, guint screen, guint *first);

#endif
