/* reel_rig.h - what tests of a reel stand on: a reel with its pool, units of stamped clips, views that are looked at
 *
 * Nothing here depends on how fast the machine is: tests wait for a state.
 */
#ifndef WALLCTL_TESTS_PIPELINE_REEL_RIG_H
#define WALLCTL_TESTS_PIPELINE_REEL_RIG_H

#include "pipelines/reel.h"
#include "tests/support/stamp.h"
#include "tests/support/stamped_clip.h"

#include <pthread.h>

typedef struct {
    DecodePool *pool;
    Reel *reel;
    gint news; /* atomic */
    gint64 tick;
} Rig;

/* 320x180, a key frame every 10 of 20. */
extern const ClipSpec small, small_h265;

void rig_init(Rig *rig, guint threads);
void rig_clear(Rig *rig);
ReelFacts facts_of(Rig *rig);

/* Unit i of the endless loop of units; flags are added to its own. */
void push_at(Rig *rig, GPtrArray *units, guint i, int flags, gint64 arrival_ns);
void push(Rig *rig, GPtrArray *units, guint from, guint to);

View *new_view(Rig *rig, int width, int height);

/* The stamp for the next tick; source 0: no picture. *serial counts the pictures that were scaled. */
Stamp look(Rig *rig, View *view, guint64 *serial);

/* By clock_now_ns(), how long a test waits for anything. */
gint64 deadline(void);

/* Looks at the view until it shows frame of source; pictures on the way must be whole. */
gboolean wait_shows(Rig *rig, View *view, guint16 source, guint16 frame);
gboolean wait_pictures(Rig *rig, guint64 n);
gboolean has_pictures(Rig *rig, guint64 n); /* as many and no more */
gboolean wait_quiet(Rig *rig);              /* nothing waits, nothing runs */
gboolean wait_trouble(Rig *rig, gboolean has_trouble);

typedef struct {
    Strand strand; /* first */
    pthread_mutex_t gate;
    gint runs;
} Block;

/* The pool's only thread does nothing else until block_end(). */
void block_begin(Block *block, Rig *rig);
void block_end(Block *block);

/* What main() of each of these tests begins with. */
void reel_rig_init(int *argc, char ***argv);

#endif
