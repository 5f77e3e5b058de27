/* wall.h - what a wall shows: an immutable value with a revision. Pure. [any]
 *
 * A WallContent is the picture part: layout, tiles, windows, running tours. A Wall is the content
 * on air, the content prepared off air (预演), undo and redo, the lock, and the revision.
 * wall_apply() makes the next Wall from a Command or an error, and changes nothing else, so a
 * refused command cannot leave half of itself behind. Walls share the contents that did not change;
 * a content that is in a Wall is never changed again, so anybody may keep a reference to come back
 * to it exactly.
 *
 * All coordinates are wall pixels: one plane over all screens of the wall, bezels included, edges
 * even.
 *
 * Numbering: cells are 1..N without gaps and run over the areas in the order of their position (top
 * first, then left; the area of the whole wall before a screen's at the same place), inside an area
 * in reading order. The same arrangement has the same numbers whatever the way to it, so a screen
 * that gets more cells moves the numbers of the screens after it. Windows keep their number from
 * open to close; a new one takes the lowest free number from 901.
 */
#ifndef WALLCTL_MODEL_WALL_H
#define WALLCTL_MODEL_WALL_H

#include "wallctl/model/geometry.h"

#include <glib.h>

#define WALL_MAX_CELLS    900
#define WALL_FIRST_WINDOW 901 /* windows are numbered 901..999, cells 1..900 */
#define WALL_MAX_WINDOWS  99
#define WALL_MIN_WINDOW   64 /* px, wide and high */
#define WALL_UNDO_DEPTH   100
#define WALL_MAX_TOURS    32 /* running at once on one wall */
#define WALL_MAX_LEVELS   16 /* scenes opened over each other */

/* Labels of levels begin with what they show. */
#define LEVEL_CASE     "case:"
#define LEVEL_PRESET   "preset:"
#define LEVEL_WHISTLE  "whistle:"
#define LEVEL_BRIEFING "briefing:"
#define LEVEL_ALARM    "alarm:"

/* Whole picture with bars; fill and cut; distort. */
typedef enum { FIT_CONTAIN = 1, FIT_COVER, FIT_STRETCH } Fit;
typedef enum { STREAM_AUTO = 1, STREAM_MAIN, STREAM_SUB } StreamChoice;

typedef struct {
    guint number; /* what the operator calls it; unique in its content */
    Rect rect;    /* wall px */
    int z;        /* cells 0, windows 1.. without gaps in stacking order */
    char *camera; /* camera id, or NULL when empty */
    StreamChoice stream;
    Fit fit;
    FRect crop;     /* of the camera's picture: digital zoom, ROI window */
    guint rotation; /* 0, 90, 180, 270 clockwise */
    /* Revision of the last command that moved it or changed how it shows what. A tour that puts
     * its next camera here leaves this alone. A changed z does not count. */
    guint64 touched;
} Tile;

/* One layout applied to the whole wall (screen NULL) or to one screen. Every cell is in one area.
 * When a screen gets its own layout, the area of the whole wall loses the cells that reach into the
 * screen, and its rect shrinks to those that are left. */
typedef struct {
    char *screen;
    char *layout;
    Rect rect;
    guint first, count; /* tile numbers first..first+count-1 */
} LayoutArea;

/* A tour that runs: its definition lives in the configuration or the store, by id. The tiles are
 * the definition's when it starts; they follow their place when numbers move, and their pictures
 * into a new layout. So the next step's placements are made for these tiles, in this order. No two
 * runs share a tile; a scene tour has none here, uses the whole wall and runs alone. */
typedef struct {
    char *id;
    guint step; /* camera tour: index of the camera that the shown step began at (tour_pick);
                   scene tour: index of the preset */
    guint n_tiles;
    guint *tiles;
    gboolean is_paused; /* by a person */
    gboolean yields;    /* held back by an alarm; resumes by itself */
    gint64 left_ms;     /* dwell left of this step, as of the last save or pause */
} TourRun;

typedef struct {
    gint refs;
    guint n_areas, n_tiles, n_tours;
    LayoutArea *areas; /* in the order of their numbers */
    Tile *tiles;       /* sorted by number */
    TourRun *tours;
    guint maximised; /* tile number that covers its area, or 0 */
    /* Revision of the last command that changed areas, maximising, or which tiles there are. */
    guint64 structure_touched;
} WallContent;

/* A scene that lies under another one: the wall as it was when a case, a whistle or a briefing was
 * opened over it, with its own undo and redo, so that the way back is exact whatever was done above.
 * Shared: never changed. */
typedef struct {
    gint refs;
    char *label; /* "case:HT20250522-0231"; "" for the wall itself, which is always the lowest */
    WallContent *content;
    GPtrArray *undo, *redo;
} WallLevel;

typedef struct {
    gint refs;
    char *id;
    guint64 revision;
    WallContent *air;
    WallContent *preview; /* prepared off air, or NULL */
    GPtrArray *undo; /* WallContent, oldest first, at most WALL_UNDO_DEPTH; shared: never changed */
    GPtrArray *redo; /* the same; the last one is what REDO gives */
    char *label;     /* of what is on air, as WallLevel.label */
    GPtrArray *below; /* WallLevel, lowest first; at most WALL_MAX_LEVELS; shared: never changed */
    gboolean is_locked;
    char *locked_by; /* actor, or NULL */
} Wall;

WallContent *wall_content_ref(WallContent *content);
void wall_content_unref(WallContent *content);
/* Same picture and same tours? Ignores touched marks and left_ms. */
gboolean wall_content_equal(const WallContent *a, const WallContent *b);

/* A private, changeable copy with refs 1: wall_apply() and loaders edit it, then it is never
 * changed again. */
WallContent *wall_content_copy(const WallContent *content);
WallContent *wall_content_new(void); /* empty: no areas, no tiles */

/* What of content lies wholly on the screen whose rect is `screen`: a preset of one screen. Cells
 * are numbered from 1, windows from 901, tours come along when all their tiles do. NULL when no
 * cell lies there. Caller owns the result. */
WallContent *wall_content_cut(const WallContent *content, const char *screen_id, Rect screen);

/* Do all rules above hold (for contents that come from outside)? FALSE with WALL_ERROR_INVALID. */
gboolean wall_content_check(const WallContent *content, GError **error);

/* Tile by number, or NULL. Borrowed. */
const Tile *wall_tile(const WallContent *content, guint number);
gboolean tile_is_window(const Tile *tile);

/* Rect on glass, maximising considered: the maximised tile has the rect of its area; a maximised
 * window that of the area under its centre. */
Rect wall_tile_rect(const WallContent *content, const Tile *tile);

/* The tour that fills this tile, or NULL. Borrowed. */
const TourRun *wall_tile_tour(const WallContent *content, guint number);

Wall *wall_new(const char *id, guint64 revision, WallContent *air); /* takes air */
Wall *wall_ref(Wall *wall);
void wall_unref(Wall *wall);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wall, wall_unref)

/* Takes the contents and stacks. */
WallLevel *wall_level_new(const char *label, WallContent *content, GPtrArray *undo,
                          GPtrArray *redo);
WallLevel *wall_level_ref(WallLevel *level);
void wall_level_unref(WallLevel *level);

/* The same, one revision later: what lies over it has changed. Caller owns the result. */
Wall *wall_next(const Wall *now);

/* Is a scene with this label open, on air or below? */
gboolean wall_has_level(const Wall *wall, const char *label);

/* Is it open, and as it was opened? What can be undone in it, a person has changed. */
gboolean wall_level_is_untouched(const Wall *wall, const char *label);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WallContent, wall_content_unref)

/* Words of the API and the store: "contain", "auto" ... borrowed; 0 if unknown. */
const char *fit_word(Fit fit);
Fit fit_from_word(const char *word);
const char *stream_word(StreamChoice stream);
StreamChoice stream_from_word(const char *word);

#endif
