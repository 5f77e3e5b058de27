/* online.h - which cameras are online, by region: now, and over a day. [control]
 *
 * Counted by the minute from the states of the feeds. A camera that nobody has asked for is neither online nor offline.
 */
#ifndef WALLCTL_ONLINE_H
#define WALLCTL_ONLINE_H

#include "wallctl/health.h"
#include "wallctl/store/online_store.h"

typedef struct Online Online;

typedef struct {
    FeedPool *feeds;
    const Health *health;
    Store *store;
} OnlineEnv;

/* Before the loop runs: takes over what was counted today before a restart. */
Online *online_new(const OnlineEnv *env);
void online_free(Online *online); /* saves */

/* One region now. */
typedef struct {
    char *region, *name; /* name "" if unknown */
    guint cameras, online, offline;
    guint faults[QUALITY_LAST + 1]; /* cameras */
} OnlineNow;

void online_now_free(OnlineNow *now);

/* Of all cameras that is_seen lets through, by the region's code. OnlineNow; caller owns. */
GPtrArray *online_now(const Online *online,
                      gboolean (*is_seen)(const Camera *camera, gpointer user), gpointer user);

gint32 online_today(const Online *online);

/* Rows of today so far, OnlineRow; borrowed, of no order. */
GPtrArray *online_day(const Online *online);

#endif
