/* scene.h - what one screen shows: resolved rectangles in z-order and nothing a canvas does not
 * need. Pure. [any]
 *
 * Every tile is opaque, empty ones and pictures with bars too, because slates and bars fill them.
 * The order from the bottom: cells by number, the maximised cell, windows by z, the maximised
 * window.
 */
#ifndef WALLCTL_MODEL_SCENE_H
#define WALLCTL_MODEL_SCENE_H

#include "wallctl/model/wall.h"

/* Why a tile's source is not shown here (exposure.h). */
typedef enum {
    COVER_NONE,
    COVER_INTERNAL, /* a public screen, and nobody has said that this is public */
    COVER_VISITOR   /* visitor mode is on */
} Cover;

typedef struct {
    guint number; /* tile number, for labels, presented and why */
    Rect rect;    /* screen px; may reach over the screen's edge: a window that spans screens */
    char *camera; /* or NULL: an empty tile, or a covered one */
    Cover cover;  /* a plate stands there instead of what the wall holds */
    StreamChoice stream;
    Fit fit;
    FRect crop;
    guint rotation;
    gboolean is_window;
} SceneTile;

/* Text on top of everything: alarm banner, ticker. */
typedef enum { NOTICE_BANNER = 1, NOTICE_TICKER } NoticeKind;
typedef enum {
    SEVERITY_NONE = 1,
    SEVERITY_BLUE,
    SEVERITY_YELLOW,
    SEVERITY_ORANGE,
    SEVERITY_RED
} Severity;

typedef struct {
    char *id;     /* stays the same while the notice changes */
    char *region; /* of what it tells; "": not known; NULL: whoever sees the wall may read it */
    NoticeKind kind;
    Severity severity;
    char *text; /* banner: what; ticker: its line */
    /* Banners only; texts may be NULL. */
    char *place;      /* where */
    char *time;       /* "15:04" */
    char *countdown;  /* "剩 23 分" */
    gboolean is_over; /* the countdown is past */
    gboolean is_new;  /* nobody has acknowledged it: its block pulses */
} Notice;

void notice_clear(Notice *notice); /* frees the texts */

typedef struct {
    gint refs;
    guint64 revision;
    char *screen;
    int width, height;
    guint n_tiles, n_notices;
    SceneTile *tiles; /* bottom first */
    Notice *notices;
} Scene;

/* The part of content that lies on a screen whose rect in wall px is `screen`. A tile of which one
 * tile above covers all that lies on the screen is left out: nothing is decoded for what nobody
 * sees. Caller owns the result. */
Scene *scene_new(const WallContent *content, guint64 revision, const char *screen_id, Rect screen);
Scene *scene_ref(Scene *scene);
void scene_unref(Scene *scene);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_unref)

#endif
