/* health.h - looks at the pictures of the cameras on the walls, once a second, and says what is wrong with them.
 * [control]
 *
 * Only pictures that are decoded anyway are looked at; the figures are taken on a worker of low priority, of which a
 * busy machine takes what it can: the newest picture of each camera waits, no other. A camera that is only received,
 * or not open, is not diagnosed.
 */
#ifndef WALLCTL_HEALTH_H
#define WALLCTL_HEALTH_H

#include "pipelines/feed_pool.h"
#include "wallctl/base/json.h"
#include "wallctl/base/work.h"

typedef struct Health Health;

typedef struct {
    FeedPool *feeds;
    WorkPool *pool; /* one thread, below all others; freed after the feeds are */
    void (*event)(const char *name, Json *data, gpointer user); /* takes data */
    gpointer user;
} HealthEnv;

Health *health_new(const HealthEnv *env);
void health_free(Health *health);

/* Faults of the camera's picture as a set of QualityKind, 0 also when it is not looked at. *since_unix_ms (may be
 * NULL): of the last change. */
guint health_faults(const Health *health, const char *camera, gint64 *since_unix_ms);

/* How many pictures of it were looked at since it began to be; 0 when it is not. */
guint64 health_looks(const Health *health, const char *camera);

/* What lies at most this far apart is held to be one stretch of time, and remembered as long; 0: as always, ten minutes
 * or so. */
void health_set_patience(Health *health, gint64 gap_ns);

/* It is not looked at for a while: what it costs in memory goes, what is known of it stays. */
void health_rest(Health *health, const char *camera);

/* {"faults": ["blur"], "since": ms, "looked": ms, "luma": ...}; NULL when the camera is not looked at. Caller owns. */
Json *health_camera_json(const Health *health, const char *camera);

/* {"watched": 16, "faulty": 1, "kinds": {"blur": 1}, "looks": 1234, "look_us": 280}. Caller owns. */
Json *health_state(const Health *health);

#endif
