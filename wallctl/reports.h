/* reports.h - what happens at this site that platforms above want to know: cameras that go and come
 * back, scenes that are shown. [control]
 *
 * A camera is told of when it has been without a picture for its offline_ms, and when it has been
 * back for a while: not at every lost packet. Only cameras that somebody looks at, or that are kept
 * warm, are known; after a start each of them is told of once. A scene (case, preset, whistle,
 * briefing) is told of when it is on glass, and so is the wall when its last scene is closed; what is
 * in the single tiles is nobody's business above.
 */
#ifndef WALLCTL_REPORTS_H
#define WALLCTL_REPORTS_H

#include "wallctl/controller.h"
#include "wallctl/model/event.h"

typedef struct Reports Reports;

typedef struct {
    Controller *controller;
    FeedPool *feeds;
    void (*send)(Event *event, gpointer user); /* takes event */
    gpointer user;
} ReportsEnv;

Reports *reports_new(const ReportsEnv *env);
void reports_free(Reports *reports);

/* This revision of the wall is on glass. */
void reports_presented(Reports *reports, const char *wall, guint64 revision);

#endif
