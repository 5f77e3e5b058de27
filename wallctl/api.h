/* api.h - what the paths of /api/v1 mean, for HTTP, WebSocket and UNIX socket alike. docs/api.md
 * describes them. [control] */
#ifndef WALLCTL_API_H
#define WALLCTL_API_H

#include "wallctl/controller.h"
#include "wallctl/outputs.h"
#include "wallctl/supervisor.h"
#include "wallctl/tours.h"
#include "web/server.h"

typedef void (*ReloadDone)(const Faults *faults, gpointer data);

/* What the paths act upon. outputs is replaced by a reload, hence a getter. */
typedef struct {
    Controller *controller;
    FeedPool *feeds;
    TourClock *tours;
    Supervisor *supervisor;
    Store *store;   /* may be NULL */
    WorkPool *work; /* probing, pictures as files */
    Outputs *(*outputs)(gpointer user);
    WebServer *(*web)(gpointer user);
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
gboolean api_stream_open(WebStream *stream, const char *path, GHashTable *query, gpointer api);
void api_stream_closed(WebStream *stream, gpointer api);

#endif
