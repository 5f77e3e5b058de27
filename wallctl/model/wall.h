/* wall.h - what a wall shows: an immutable value with a revision. Pure. [any]
 *
 * A WallContent is the picture part: layout, tiles, windows, running tours. A Wall is the content on air, the
 * content prepared off air (预演), undo and redo, the lock, and the revision. wall_apply() makes the next Wall
 * from a Command or an error, and changes nothing else, so a refused command cannot leave half of itself behind.
 *
 * All coordinates are wall pixels: one plane over all screens of the wall, bezels included, edges even.
 */
#ifndef WALLCTL_MODEL_WALL_H
#define WALLCTL_MODEL_WALL_H

#include "wallctl/model/geometry.h"

#include <glib.h>

#define WALL_MAX_CELLS    900
#define WALL_FIRST_WINDOW 901 /* windows are numbered 901..999, cells 1..900 */
#define WALL_MAX_WINDOWS  99
#define WALL_UNDO_DEPTH   100
#define WALL_MAX_TOURS    32 /* running at once on one wall */

typedef enum { FIT_CONTAIN = 1, FIT_COVER, FIT_STRETCH } Fit; /* whole picture with bars; fill and cut; distort */
typedef enum { STREAM_AUTO = 1, STREAM_MAIN, STREAM_SUB } StreamChoice;

typedef struct {
    guint number;       /* what the operator calls it; unique in its content */
    Rect rect;          /* wall px */
    int z;              /* cells 0, windows 1.. in stacking order */
    char *camera;       /* camera id, or NULL when empty */
    StreamChoice stream;
    Fit fit;
    FRect crop;         /* of the camera's picture: digital zoom, ROI window */
    guint rotation;     /* 0, 90, 180, 270 clockwise */
    guint64 touched;    /* revision of the last operator command that changed it (not a tour) */
} Tile;

/* One layout applied to the whole wall (screen NULL) or to one screen. */
typedef struct {
    char *screen;
    char *layout;
    Rect rect;
    guint first, count; /* tile numbers first..first+count-1 */
} LayoutArea;

/* A tour that runs: its definition lives in the configuration or the store, by id. */
typedef struct {
    char *id;
    guint step;         /* the step that is shown */
    gboolean is_paused;
    gboolean yields;    /* held back by an alarm; resumes by itself */
    gint64 left_ms;     /* dwell left of this step, as of the last save or pause */
} TourRun;

typedef struct {
    gint refs;
    guint n_areas, n_tiles, n_tours;
    LayoutArea *areas;
    Tile *tiles;        /* sorted by number */
    TourRun *tours;
    guint maximised;    /* tile number that covers its area, or 0 */
    guint64 structure_touched; /* revision of the last command that changed areas, windows or everything */
} WallContent;

typedef struct {
    gint refs;
    char *id;
    guint64 revision;
    WallContent *air;
    WallContent *preview; /* prepared off air, or NULL */
    GPtrArray *undo;      /* WallContent, oldest first, at most WALL_UNDO_DEPTH */
    GPtrArray *redo;
    gboolean is_locked;
    char *locked_by;      /* actor, or NULL */
} Wall;

WallContent *wall_content_ref(WallContent *content);
void wall_content_unref(WallContent *content);
gboolean wall_content_equal(const WallContent *a, const WallContent *b); /* ignores touched marks and left_ms */

/* A private, changeable copy with refs 1: wall_apply() and loaders edit it, then it is never changed again. */
WallContent *wall_content_copy(const WallContent *content);
WallContent *wall_content_new(void); /* empty: no areas, no tiles */

/* Tile by number, or NULL. Borrowed. */
const Tile *wall_tile(const WallContent *content, guint number);

/* Rect on glass, maximising considered: the maximised tile has its area's rect. */
Rect wall_tile_rect(const WallContent *content, const Tile *tile);

Wall *wall_new(const char *id, guint64 revision, WallContent *air); /* takes air */
Wall *wall_ref(Wall *wall);
void wall_unref(Wall *wall);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wall, wall_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WallContent, wall_content_unref)

#endif
