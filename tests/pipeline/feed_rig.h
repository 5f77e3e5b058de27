/* feed_rig.h - what tests of feeds stand on: a simulator, a configuration as the daemon reads it, decoders */
#ifndef WALLCTL_TESTS_PIPELINE_FEED_RIG_H
#define WALLCTL_TESTS_PIPELINE_FEED_RIG_H

#include "pipelines/feed.h"
#include "tests/support/camera_sim.h"
#include "tests/support/stamped_clip.h"

typedef struct {
    CameraSim *sim;
    Config *config;
    DecodePool *decoders;
    gboolean may_connect;
    guint changes;
} FeedRig;

/* 320x180, what every camera has as its sub stream; 640x360. */
extern const ClipSpec feed_rig_small, feed_rig_large;

void feed_rig_init(FeedRig *rig);
void feed_rig_clear(FeedRig *rig);

/* Of the simulator. */
void feed_rig_add_camera(FeedRig *rig, const char *id, const ClipSpec *main_clip,
                         const CameraSimOptions *options);
void feed_rig_set_fault(FeedRig *rig, const char *id, const char *fault);

/* cameras: members of the objects, by id; "%u" is the simulator's port. Credentials "good" (admin, "pa ss:w@rd") and "bad". */
void feed_rig_configure(FeedRig *rig, const char *const (*cameras)[2], guint n);

/* A feed of a configured camera, not started. Caller frees. */
Feed *feed_rig_open(FeedRig *rig, const char *id, Profile profile);
FeedInfo feed_rig_info(Feed *feed);
View *feed_rig_look(Feed *feed, int width, int height);

/* Serves [control] and polls the feed until it has the state. */
gboolean feed_rig_wait(Feed *feed, FeedState state, guint limit_ms);

gint64 since_ms(gint64 from_ns);

#endif
