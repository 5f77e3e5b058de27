/* wall_rig.h - a whole wall in a test: stamped simulated cameras, feeds, a presenter and its canvases, no daemon.
 *
 * Lives on the calling thread, which becomes [control]. Labels and clock are off, so that stamps can be read.
 */
#ifndef WALLCTL_TESTS_SUPPORT_WALL_RIG_H
#define WALLCTL_TESTS_SUPPORT_WALL_RIG_H

#include "pipelines/presenter.h"
#include "tests/support/camera_sim.h"
#include "tests/support/stamp.h"

typedef struct {
    guint cameras;       /* "cam-1" ..., source id = number */
    int width, height;   /* of one screen */
    guint columns, rows; /* screens; 0: 1 */
    const char *layout;  /* at the start, cameras in order */
    gboolean has_main;   /* cameras have a 1280x720 main stream besides the 640x360 sub stream */
    guint main_source;   /* added to a camera's number in the stamps of its main stream */
    const char *label;   /* where names stand, as in the configuration; NULL: "off" */
    const char *feeds;   /* extra members of the configuration's "feeds" object, or NULL */
    const char *camera_extra; /* extra members of every camera, or NULL */
    const char *odd_region;   /* of cameras with odd numbers; NULL: none */
    const char *even_region;
    guint16 sim_port;      /* 0: an own simulator in this process; else one that runs there */
    const char *cache_dir; /* stamped clips; NULL: $WALLCTL_CLIP_CACHE or the build folder's */
} WallRigSpec;

typedef struct {
    CameraSim *sim;
    Config *config;
    FeedPool *feeds;
    WorkPool *draw;
    BoardBook *boards;
    Presenter *presenter;
    WallContent *content;
    guint64 revision;  /* of the last wall_rig_show() */
    guint64 presented; /* revision last reported */
    gint64 presented_ns;
    guint presented_empty;
    guint presented_count;
} WallRig;

WallRig *wall_rig_new(const WallRigSpec *spec, GError **error);
void wall_rig_free(WallRig *rig);

enum { WALL_RIG_COLD_MS = 20000 }; /* all cameras are live by then */

WallRig *wall_rig_start(const WallRigSpec *spec); /* or the test fails */
void wall_rig_stop(WallRig *rig);                 /* waits until its pipelines are down */

/* All sub streams of the first n cameras are received and stay so. */
void wall_rig_keep_warm(WallRig *rig, guint n);

/* Layout over the whole wall with these cameras ("cam-3", NULL entries empty) and presents it as the next revision. */
void wall_rig_show(WallRig *rig, const char *layout, const char *const *cameras, guint n);

/* Runs the loop until done(user) or limit_ms is over; FALSE then. */
gboolean wall_rig_run(WallRig *rig, guint limit_ms, gboolean (*done)(WallRig *rig, gpointer user),
                      gpointer user);

/* wall_rig_run() until the last shown revision is on glass with at most n_empty tiles without a picture. */
gboolean wall_rig_wait_presented(WallRig *rig, guint limit_ms, guint n_empty);

/* The stamp in tile `number` of a composed picture of screen 0. */
gboolean wall_rig_read(WallRig *rig, const Frame *picture, guint number, Stamp *stamp,
                       gboolean *is_torn);

#endif
