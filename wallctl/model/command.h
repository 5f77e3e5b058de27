/* command.h - everything a person, a tour or a rule can ask of a wall, and the rule that carries it
 * out. Pure. [any]
 *
 * A Command is plain data. The controller resolves names (a layout to rectangles, a preset to a
 * content) before wall_apply(), because this folder knows no files and no layouts.
 *
 * Rules of wall_apply():
 * - Order of checks: lock, stale, then the command itself. The first that fails is the answer.
 * - Revision: one more for every real change (also of lock and preview); a command that changes
 *   nothing gives the same Wall.
 * - Stale, when base is given: refused if what the command touches was changed after base.
 *     show, clear n, adjust, swap, window-move/-raise/-close    their tiles
 *     maximise                                                  its tile and the structure
 *     restore, layout                                           the structure
 *     clear 0, recall, undo, redo                               everything on air (or prepared)
 *     take                                                      everything on air and prepared
 *     prepare off                                               everything prepared
 *     tour-start, tour-step                                     its tiles; a scene tour: everything
 *     window-open, prepare on, lock, unlock, tour-stop/-pause/-resume, open, back   nothing
 *   The structure is areas, maximising and which tiles there are. Commands on different tiles do
 * not disturb each other. A tile is touched when it moves or shows something else; a tour that
 * shows its next camera does not count. A base newer than the wall is stale too.
 * - Lock: while locked, only the owner's commands, tours and alarms (by_tour), prepare and commands
 *   on the preview are carried out. Unlock by somebody else needs is_override; lock with it takes
 *   the lock over (接管), so that nobody gets in between.
 * - Undo: every command on air that changes the content, tours included, puts the former content on
 *   the undo stack and empties redo; take too. Preview edits, lock, and what happens by_tour do
 *   not. Undo gives back the whole content: cameras, windows, layout, maximised tile, tours as they
 *   ran; preview and lock stay.
 * - Preview: the first command with is_preview makes it (a copy of what is on air). prepare on when
 *   there is one changes nothing. take drops it.
 * - show puts another camera in with its whole picture upright on the automatic stream; fit belongs
 *   to the tile and stays. Only the members that are given differ from that.
 * - clear 0 empties windows too (they stay open) and stops the tours.
 * - maximise of a second tile replaces the first. A maximised cell lies over all cells it covers
 * and under the windows, a maximised window over all. layout and recall end it.
 * - Windows lie wholly inside the wall, at least 64x64 px; edges are rounded to even pixels.
 * - A layout for the whole wall closes windows that lie outside it (its size changed); one for a
 *   screen displaces each cell that reaches into the screen. Displaced cameras move by
 * wall_assign().
 * - recall takes a preset as it was saved, its tours too. With screen, only what lies wholly on
 * that screen is taken and given; windows that reach over its edge stay.
 * - A tour owns its tiles against other tours, not against people: what a person shows there stays
 *   until the tour's next step; pause the tour to keep it. In a new layout its tiles go where their
 *   pictures go; it stops when one of its tiles goes away. stop leaves what is shown. Steps of a
 *   camera tour reach the preview too, so that a later take does not set the tour back.
 * - open lays a scene over what is on air, which waits below with its own undo and redo, its tours
 *   standing where they stood; back brings it back exactly. A label that is open already comes up
 *   again as it was left; its content is not replaced. back with a label takes that scene away
 *   wherever it lies; what lies above stays. Edits, undo and presets act on the scene on air only.
 */
#ifndef WALLCTL_MODEL_COMMAND_H
#define WALLCTL_MODEL_COMMAND_H

#include "wallctl/model/caller.h"
#include "wallctl/model/wall.h"

#include <glib.h>

typedef enum {
    COMMAND_SHOW = 1,     /* tile, camera, stream?, fit?, crop?, rotation? */
    COMMAND_CLEAR,        /* tile; 0 = every tile */
    COMMAND_SWAP,         /* tile, other */
    COMMAND_ADJUST,       /* tile, stream?, fit?, crop?, rotation?: how a tile shows its camera */
    COMMAND_MAXIMISE,     /* tile */
    COMMAND_RESTORE,      /* end maximising */
    COMMAND_WINDOW_OPEN,  /* rect, camera?, stream?, fit?, crop?, rotation?: a free window on top */
    COMMAND_WINDOW_MOVE,  /* tile, rect: move and size */
    COMMAND_WINDOW_RAISE, /* tile: to the top */
    COMMAND_WINDOW_CLOSE, /* tile */
    COMMAND_LAYOUT,       /* cells, area, screen?, name */
    COMMAND_RECALL,       /* content (a preset), name, screen? with area */
    COMMAND_PREPARE,      /* is_on: start (a copy of what is on air) or drop the preview */
    COMMAND_TAKE,         /* preview goes on air as a whole */
    COMMAND_UNDO,
    COMMAND_REDO,
    COMMAND_LOCK,        /* is_override */
    COMMAND_UNLOCK,      /* is_override */
    COMMAND_TOUR_START,  /* name, step, left_ms, and all tiles as placements, or content */
    COMMAND_TOUR_STOP,   /* name */
    COMMAND_TOUR_PAUSE,  /* name, left_ms; by_tour: an alarm makes it yield instead */
    COMMAND_TOUR_RESUME, /* name; by_tour: ends yielding only */
    COMMAND_TOUR_STEP,   /* name, step, left_ms, placements or content; by the clock or by hand */
    COMMAND_OPEN,        /* name (label), content: a scene over the wall; lefts for its tours */
    COMMAND_BACK,        /* name? (label): closes that scene, or the one on air */
    COMMAND_LAST = COMMAND_BACK
} CommandKind;

/* Which optional members of a Command are given. */
typedef enum {
    COMMAND_HAS_STREAM = 1 << 0,
    COMMAND_HAS_FIT = 1 << 1,
    COMMAND_HAS_CROP = 1 << 2,
    COMMAND_HAS_ROTATION = 1 << 3,
    COMMAND_HAS_BASE = 1 << 4, /* refuse when stale. Local tools may leave it out. */
    COMMAND_HAS_STEP =
        1 << 5, /* tour-step: a certain step; without, the controller fills the next */
} CommandHas;

typedef struct {
    guint tile;
    char *camera; /* NULL: the tile keeps its camera, unless another tile of this step shows it */
} Placement;

typedef struct {
    CommandKind kind;
    CommandHas has;
    guint64 base;        /* the revision the sender saw */
    gboolean is_preview; /* acts on the preview instead of on air */
    /* By a tour's clock, its schedule or an alarm: no undo step, never stale, no lock; marks a tile
     * touched only when it moves it. */
    gboolean by_tour;
    char *actor;    /* who, for the lock and the journal; never NULL after command_new() */
    Caller *caller; /* whose rights hold; NULL: the program's own command */
    guint tile, other;
    char *camera;
    StreamChoice stream;
    Fit fit;
    FRect crop;
    guint rotation;
    Rect rect;
    char *name;           /* layout, preset or tour id */
    char *screen;         /* NULL: whole wall */
    gboolean is_on;       /* PREPARE: TRUE begins, FALSE drops */
    gboolean is_override; /* LOCK, UNLOCK by someone else than the owner */
    /* resolved by the controller */
    Rect area; /* LAYOUT: the rect that the layout fills; RECALL of one screen: that screen */
    guint n_cells;
    Rect *cells;          /* LAYOUT, in wall px, in reading order */
    WallContent *content; /* RECALL, and TOUR_START and TOUR_STEP of a scene tour */
    guint n_placements;
    Placement *placements; /* TOUR_START and TOUR_STEP of a camera tour, for TourRun.tiles */
    guint step;            /* as TourRun.step */
    gint64 left_ms;        /* TOUR_START, _STEP: dwell of the step; _PAUSE: what is left of it */
    guint n_lefts;
    gint64 *lefts; /* OPEN: what is left of the steps of the tours on air, in their order */
} Command;

Command *command_new(CommandKind kind,
                     const char *actor); /* is_on TRUE, crop full, the rest zero */
void command_free(Command *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Command, command_free)

const char *command_word(
    CommandKind kind); /* "show", "window-open" ... borrowed; NULL if unknown */
CommandKind command_from_word(const char *word); /* 0 if unknown */

/* What a wall may hold; asked by wall_apply(). */
typedef struct {
    Rect bounds;                                                /* union of the wall's screens */
    gboolean (*has_camera)(const char *id, gconstpointer user); /* NULL: every id is accepted */
    gconstpointer user;
} WallLimits;

/* The next Wall (caller owns it), or NULL with WALL_ERROR_{INVALID,NOT_FOUND,STALE,LOCKED,LIMIT}
 * and nothing changed. *touched (may be NULL) gets the tile number that the command is about (a new
 * window's number; 0 for none). A command that would change nothing returns the same Wall with a
 * new reference and the same revision. */
Wall *wall_apply(Wall *now, const Command *command, const WallLimits *limits, guint *touched,
                 GError **error);

/* Puts pictures of old tiles into new, empty cells: same number first when its rect is nearly the
 * same place, then larger ones first, each to the nearest free centre (the larger cell, then the
 * lower number, when equally near). When there are more cameras than cells, those with the highest
 * numbers are left out. Used by LAYOUT. */
void wall_assign(const Tile *old_tiles, guint n_old, Tile *cells, guint n_cells);

#endif
