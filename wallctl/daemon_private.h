/* daemon_private.h - the running program's parts, as its own files see them. [control] */
#ifndef WALLCTL_DAEMON_PRIVATE_H
#define WALLCTL_DAEMON_PRIVATE_H

#include "wallctl/api.h"
#include "wallctl/audit.h"
#include "wallctl/audit_papers.h"
#include "wallctl/audit_views.h"
#include "wallctl/av_control.h"
#include "wallctl/boards.h"
#include "wallctl/briefings.h"
#include "wallctl/case_scene.h"
#include "wallctl/cases.h"
#include "wallctl/controller.h"
#include "wallctl/daemon.h"
#include "wallctl/deadlines.h"
#include "wallctl/director.h"
#include "wallctl/health.h"
#include "wallctl/https.h"
#include "wallctl/links.h"
#include "wallctl/machine.h"
#include "wallctl/nightly.h"
#include "wallctl/online.h"
#include "wallctl/onvif_search.h"
#include "wallctl/orders.h"
#include "wallctl/outputs.h"
#include "wallctl/patrol.h"
#include "wallctl/people.h"
#include "wallctl/reports.h"
#include "wallctl/sources.h"
#include "wallctl/stills.h"
#include "wallctl/store/reader.h"
#include "wallctl/store/state_lock.h"
#include "wallctl/supervisor.h"
#include "wallctl/tickers.h"
#include "wallctl/tours.h"
#include "wallctl/vault.h"
#include "wallctl/visitor.h"
#include "wallctl/whistles.h"
#include "web/server.h"

typedef struct {
    const DaemonOptions *options;
    GMainLoop *loop;
    Config *config;
    guint64 reloads, taken; /* begun; the newest one that was taken over */
    StateLock *lock;        /* of the folder that the database lies in */
    Store *store;
    char *database; /* its path */
    Reader *reader;
    Audit *audit;
    AuditViews *views;
    AuditPapers *papers;
    WorkPool *draw, *work, *look;
    Health *health;
    Online *online;
    Machine *machine;
    AvControl *av;
    Patrol *patrol;
    Stills *stills;
    OnvifSearch *onvif;
    FeedPool *feeds;
    Visitor *visitor;
    Vault *vault;
    Controller *controller;
    TourClock *tours;
    Supervisor *supervisor;
    Outputs *outputs;
    BoardBook *book;
    Tickers *tickers;
    Rules *rules;
    Director *director;
    Sources *sources;
    Cases *cases;
    Deadlines *deadlines;
    Orders *orders;
    Boards *boards;
    CaseScenes *scenes;
    Whistles *whistles;
    Links *links;
    Briefings *briefings;
    Nightly *nightly;
    Reports *reports;
    Intake *intake;
    People *people;
    Api *api;
    WebServer *web;
    Https *https;
    gboolean is_stopping; /* posts that are still on their way must not touch what is gone */
    int status;
} Daemon;

/* To every console. Takes data; user is the Daemon. */
void daemon_publish(const char *name, Json *data, gpointer user);

/* Everything between an event that comes in and a wall that answers it; controller, feeds, tours, book,
 * store and reader are there. FALSE: daemon_close_cases() frees what was made. */
gboolean daemon_open_cases(Daemon *daemon, GError **error);
void daemon_close_cases(Daemon *daemon);

/* ApiEnv.reload; user is the Daemon. */
gboolean daemon_reload(ReloadDone done, gpointer data, gpointer user, GError **error);

/* The command line wins over the file; before anybody else sees the Config. */
void daemon_apply_overrides(const DaemonOptions *options, Config *config);

#endif
