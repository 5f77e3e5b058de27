/* stage.h - a Scene bound to what draws it: views of feeds, slates, labels. Immutable once built, counted. */
#ifndef WALLCTL_PIPELINES_STAGE_H
#define WALLCTL_PIPELINES_STAGE_H

#include "pipelines/overlay.h"
#include "pipelines/view.h"
#include "wallctl/model/camera.h"

typedef struct {
    guint number;   /* tile number */
    char *region;   /* of what it shows; "": not known; NULL: whoever sees the wall may see it */
    Rect rect;      /* screen px, may reach over the edge */
    View *view;     /* or NULL */
    Overlay *slate; /* under the picture, fills rect; never NULL for a tile */
    Overlay *stale; /* drawn centred over a greyed picture */
    Overlay *label;
    LabelPlace label_place;
    gboolean is_window; /* gets a border */
    int gap_right,
        gap_bottom; /* px at these edges drawn as background: cells keep sizes that scale cheaply */
    gint64 stale_ns;   /* a picture older than this is greyed ... */
    gint64 offline_ns; /* ... and older than this not drawn at all: the slate is seen */
} StageTile;

typedef struct {
    Overlay *overlay;
    char *region;                     /* as of a tile */
    int x, y;                         /* screen px, even; for a ticker the left edge of its strip */
    int width;                        /* ticker: visible width; 0 = the bitmap's own */
    int scroll_px;                    /* ticker: px a tick (even), 0 = stands still */
    gboolean from_right, from_bottom; /* x, y count from that edge to the bitmap's edge */
} StageNotice;

typedef struct {
    gint refs;
    guint64 id;       /* unique in the process */
    guint64 revision; /* of the wall */
    guint n_tiles, n_notices;
    StageTile *tiles; /* bottom first */
    StageNotice *notices;
} Stage;

Stage *stage_new(guint64 revision, guint n_tiles,
                 guint n_notices); /* refs 1, zeroed tiles: the builder fills them */
Stage *stage_ref(Stage *stage);
void stage_unref(Stage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_unref)

#endif
