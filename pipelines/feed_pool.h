/* feed_pool.h - all feeds of the process: who is wanted, who stays warm, who may connect now. [control]
 *
 * Walls, tours and rules say what they want; a feed is open while anyone wants it, stays received for warm_keep_ms after
 * that, and at most warm_limit feeds are received without being shown. One feed per camera and profile, whoever looks.
 */
#ifndef WALLCTL_PIPELINES_FEED_POOL_H
#define WALLCTL_PIPELINES_FEED_POOL_H

#include "pipelines/feed.h"

typedef struct FeedPool FeedPool;

typedef enum {
    WANT_PATROL =
        1, /* looked at by the diagnosis alone: is closed at once, and for whoever else wants the camera */
    WANT_WARM,
    WANT_SHOWN
} WantLevel;

typedef struct {
    const char *camera;
    Profile profile;
    WantLevel level;
} FeedWant;

typedef struct {
    guint feeds, sessions, live, connecting, retrying, refused, warm;
    guint warm_refused;  /* wants that the warm limit turned down */
    double decode_cores; /* sum of decode cost per second, in cores */
} FeedPoolStats;

/* Runs on [control] after a feed's state or facts changed. Must not call feed_pool_want() or feed_pool_reload() itself:
 * feeds are being walked. */
typedef void (*FeedPoolChanged)(Feed *feed, gpointer user);

FeedPool *feed_pool_new(Config *config);
void feed_pool_free(FeedPool *pool);

guint feed_pool_listen(FeedPool *pool, FeedPoolChanged changed, gpointer user);
void feed_pool_unlisten(FeedPool *pool, guint id);

/* Replaces everything that owner wants, in falling importance; n 0 withdraws. Unknown cameras are passed over. The camera's
 * sub stream is meant when it has only one. */
void feed_pool_want(FeedPool *pool, const char *owner, const FeedWant *wants, guint n);

/* NULL when not open. Borrowed until the next iteration of the loop. */
Feed *feed_pool_find(FeedPool *pool, const char *camera, Profile profile);

/* The profile under which a camera's stream of this choice is kept: cameras with one stream have one feed. */
Profile feed_pool_profile(const Camera *camera, Profile profile);

/* After a reload: sessions of changed cameras restart, the others go on. */
void feed_pool_reload(FeedPool *pool, Config *config);

void feed_pool_foreach(FeedPool *pool, void (*func)(Feed *feed, gpointer user), gpointer user);
void feed_pool_get_stats(FeedPool *pool, FeedPoolStats *stats);
DecodePool *feed_pool_decoders(FeedPool *pool);
Config *feed_pool_config(FeedPool *pool); /* borrowed */

#endif
