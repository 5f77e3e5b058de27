/* api.h - what the paths of /api/v1 mean, for HTTP, WebSocket and UNIX socket alike. docs/api.md
 * describes them. [control] */
#ifndef WALLCTL_API_H
#define WALLCTL_API_H

#include "wallctl/audit.h"
#include "wallctl/audit_papers.h"
#include "wallctl/audit_views.h"
#include "wallctl/av_control.h"
#include "wallctl/briefings.h"
#include "wallctl/case_scene.h"
#include "wallctl/cases.h"
#include "wallctl/controller.h"
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
#include "wallctl/sources.h"
#include "wallctl/stills.h"
#include "wallctl/store/reader.h"
#include "wallctl/supervisor.h"
#include "wallctl/tickers.h"
#include "wallctl/tours.h"
#include "wallctl/vault.h"
#include "wallctl/visitor.h"
#include "wallctl/whistles.h"
#include "web/server.h"

typedef void (*ReloadDone)(const Faults *faults, gpointer data);

/* What the paths act upon. outputs is replaced by a reload, hence a getter. */
typedef struct {
    Controller *controller;
    FeedPool *feeds;
    TourClock *tours;
    Supervisor *supervisor;
    Visitor *visitor;
    Tickers *tickers;
    Director *director;
    Rules *rules;
    CaseScenes *scenes;
    Whistles *whistles;
    Cases *cases;
    Sources *sources;
    Orders *orders;
    Links *links;
    Store *store;   /* may be NULL */
    Reader *reader; /* the same */
    Audit *audit;   /* the same */
    AuditViews *views;
    AuditPapers *papers;
    Briefings *briefings;
    Nightly *nightly;
    Vault *vault;
    People *people;
    Health *health;
    Online *online;
    Machine *machine;
    AvControl *av;
    Patrol *patrol;
    Stills *stills;
    OnvifSearch *onvif;
    WorkPool *work;                                               /* probing, pictures as files */
    void (*publish)(const char *name, Json *data, gpointer user); /* to the consoles; takes data */
    Outputs *(*outputs)(gpointer user);
    WebServer *(*web)(gpointer user);
    Https *(*https)(gpointer user);
    /* Reads the file on a worker; done runs on [control] later: faults is empty when it was taken
     * over, else nothing changed. FALSE with an error when no worker is free. */
    gboolean (*reload)(ReloadDone done, gpointer data, gpointer user, GError **error);
    gint64 started_unix_ms;
    gpointer user;
} ApiEnv;

typedef struct Api Api;

Api *api_new(const ApiEnv *env);
void api_free(Api *api);

void api_handle(WebRequest *request, const WebRequestInfo *info, gpointer api); /* WebHandler */
gboolean api_stream_open(WebStream *stream, const char *path, GHashTable *query, Caller *caller,
                         GError **error, gpointer api);
gboolean api_stream_may_stay(WebStream *stream, Caller *caller, gpointer api);
void api_stream_closed(WebStream *stream, gpointer api);

#endif
