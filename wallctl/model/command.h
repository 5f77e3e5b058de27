/* command.h - everything a person, a tour or a rule can ask of a wall, and the rule that carries it out. Pure. [any]
 *
 * A Command is plain data. The controller resolves names (a layout to rectangles, a preset to a content) before
 * wall_apply(), because this folder knows no files and no layouts.
 */
#ifndef WALLCTL_MODEL_COMMAND_H
#define WALLCTL_MODEL_COMMAND_H

#include "wallctl/model/wall.h"

#include <glib.h>

typedef enum {
    COMMAND_SHOW = 1,     /* tile, camera, stream?, fit?, crop?, rotation?: put a camera into a tile */
    COMMAND_CLEAR,        /* tile; 0 = every tile */
    COMMAND_SWAP,         /* tile, other */
    COMMAND_ADJUST,       /* tile, stream?, fit?, crop?, rotation?: how a tile shows its camera */
    COMMAND_MAXIMISE,     /* tile */
    COMMAND_RESTORE,      /* end maximising */
    COMMAND_WINDOW_OPEN,  /* rect, camera?: a free window on top; the answer names its number */
    COMMAND_WINDOW_MOVE,  /* tile, rect: move and size */
    COMMAND_WINDOW_RAISE, /* tile: to the top */
    COMMAND_WINDOW_CLOSE, /* tile */
    COMMAND_LAYOUT,       /* cells, area, screen?, name: keeps as many cameras in place as possible */
    COMMAND_RECALL,       /* content (a preset), screen?: whole wall or one screen of it */
    COMMAND_PREPARE,      /* start (a copy of what is on air) or drop the preview */
    COMMAND_TAKE,         /* preview goes on air as a whole */
    COMMAND_UNDO,
    COMMAND_REDO,
    COMMAND_LOCK,
    COMMAND_UNLOCK,
    COMMAND_TOUR_START,   /* name, tiles, step content */
    COMMAND_TOUR_STOP,    /* name */
    COMMAND_TOUR_PAUSE,   /* name */
    COMMAND_TOUR_RESUME,  /* name */
    COMMAND_TOUR_STEP,    /* name, step: show that step's placements (by the tour clock or by hand) */
    COMMAND_LAST = COMMAND_TOUR_STEP
} CommandKind;

/* Which optional members of a Command are given. */
typedef enum {
    COMMAND_HAS_STREAM = 1 << 0,
    COMMAND_HAS_FIT = 1 << 1,
    COMMAND_HAS_CROP = 1 << 2,
    COMMAND_HAS_ROTATION = 1 << 3,
    COMMAND_HAS_BASE = 1 << 4, /* base is given: refuse when stale. Local tools may leave it out. */
} CommandHas;

typedef struct {
    guint tile;
    char *camera; /* NULL clears */
} Placement;

typedef struct {
    CommandKind kind;
    CommandHas has;
    guint64 base;         /* the revision the sender saw */
    gboolean is_preview;  /* acts on the preview instead of on air */
    gboolean by_tour;     /* by a tour's clock: no undo step, never stale, does not mark tiles touched */
    char *actor;          /* who, for the lock and the journal; never NULL after command_new() */
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
    gboolean is_override; /* UNLOCK by someone else than the owner */
    /* resolved by the controller */
    Rect area;            /* LAYOUT: the rect that the layout fills; RECALL of one screen: that screen */
    guint n_cells;
    Rect *cells;          /* LAYOUT, in wall px, in reading order */
    WallContent *content; /* RECALL, TOUR_STEP of a whole scene */
    guint n_placements;
    Placement *placements; /* TOUR_START and TOUR_STEP */
    guint step;
    gint64 left_ms;       /* TOUR_*: dwell of the step */
} Command;

Command *command_new(CommandKind kind, const char *actor);
void command_free(Command *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Command, command_free)

const char *command_word(CommandKind kind); /* "show", "window-open" ... borrowed */
CommandKind command_from_word(const char *word); /* 0 if unknown */

/* What a wall may hold; asked by wall_apply(). */
typedef struct {
    Rect bounds;                                                /* union of the wall's screens */
    gboolean (*has_camera)(const char *id, gconstpointer user); /* NULL: every id is accepted */
    gconstpointer user;
} WallLimits;

/* The next Wall (caller owns it), or NULL with WALL_ERROR_{INVALID,NOT_FOUND,STALE,LOCKED,LIMIT} and nothing
 * changed. *touched (may be NULL) gets the tile number that the command is about (a new window's number). A
 * command that would change nothing returns the same Wall with a new reference and the same revision.
 * Stale: base is older than the last operator change of the tile that the command touches, or of the structure
 * when it touches that; commands on different tiles do not disturb each other. */
Wall *wall_apply(Wall *now, const Command *command, const WallLimits *limits, guint *touched, GError **error);

/* Puts cameras of old tiles into new cells: same number first when its rect is (nearly) the same place, then by
 * nearest centre, larger first; what does not fit is left out in number order from the end. Used by LAYOUT. */
void wall_assign(const Tile *old_tiles, guint n_old, Tile *cells, guint n_cells);

#endif
