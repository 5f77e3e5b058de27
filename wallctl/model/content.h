/* content.h - edits of a private WallContent; only for wall_apply() and its helpers in this folder.
 *
 * wall_apply() edits a copy and throws it away when an edit fails, so edits may fail half-way.
 */
#ifndef WALLCTL_MODEL_CONTENT_H
#define WALLCTL_MODEL_CONTENT_H

#include "wallctl/model/command.h"

/* The command's effect on content: tiles, windows, layout, recall, tours. *touched as wall_apply().
 */
gboolean content_edit(WallContent *content, const Command *command, const WallLimits *limits,
                      guint *touched, GError **error);

/* One step of a camera tour; also used to keep the preview in step with the air. */
gboolean content_step_tour(WallContent *content, const Command *command, const WallLimits *limits,
                           GError **error);

/* after replaces before in revision: says so on everything that differs. */
void content_mark_changes(const WallContent *before, WallContent *after, guint64 revision,
                          gboolean by_tour);

/* level.c: OPEN and BACK. */
Wall *level_open(Wall *now, const Command *command, GError **error);
Wall *level_back(Wall *now, const Command *command, GError **error);

/* arrange.c: LAYOUT, RECALL and a scene tour's content. */
gboolean content_layout(WallContent *content, const Command *command, const WallLimits *limits,
                        GError **error);
gboolean content_recall(WallContent *content, const Command *command, const WallLimits *limits,
                        GError **error);

/* wall_assign() that also tells where each tile went (map[old number] = new number, untouched when
 * left out). Empty tiles of content's tours get a cell too, after those with a camera. */
void content_assign(const WallContent *content, const Tile *old_tiles, guint n_old, Tile *cells,
                    guint n_cells, guint *map);

/* Tile by number, or NULL with WALL_ERROR_NOT_FOUND that says which there are. */
Tile *content_find(WallContent *content, guint number, GError **error);

/* Puts a camera into a tile; another one than before starts with its whole, upright picture. */
void tile_set_camera(Tile *tile, const char *camera);

/* Camera, stream, fit, crop and rotation of one tile into another one. */
void tile_copy_picture(Tile *to, const Tile *from);
gboolean tile_same_picture(const Tile *a, const Tile *b);

/* An empty cell or window with the defaults. Borrowed until the next change. */
Tile *content_add_tile(WallContent *content, guint number, Rect rect, int z);
void content_remove_window(WallContent *content, guint number);
guint content_n_cells(const WallContent *content);
guint content_free_window(const WallContent *content); /* 0: none is left */

TourRun *content_tour(WallContent *content, const char *id);
TourRun *content_add_tour(WallContent *content, const char *id, const guint *tiles, guint n_tiles);
void content_stop_tour(WallContent *content, const char *id);
void content_stop_tours_of(WallContent *content, guint number);
void content_clear_tours(WallContent *content);

void tile_clear(Tile *tile);
void area_clear(LayoutArea *area);

#endif
