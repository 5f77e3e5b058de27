/* av_commands.h - what a line of a room control system asks for, carried out like a request to the API: with the
 * rights of its token, through the controller, in the register. [control]
 */
#ifndef WALLCTL_AV_COMMANDS_H
#define WALLCTL_AV_COMMANDS_H

#include "wallctl/audit.h"
#include "wallctl/audit_views.h"
#include "wallctl/controller.h"
#include "wallctl/people.h"
#include "wallctl/supervisor.h"
#include "web/av_text.h"

typedef struct {
    Controller *controller;
    FeedPool *feeds;
    Supervisor *supervisor;
    Store *store; /* may be NULL */
    Audit *audit; /* the same */
    AuditViews *views;
    People *people;
} AvEnv;

/* All that a token can give here: looking and operating. Visitors' mode, locks of others, settings and cases stay
 * with people. */
#define AV_RIGHTS                                                                                  \
    (1u << RIGHT_STATUS_READ | 1u << RIGHT_WALL_VIEW | 1u << RIGHT_WALL_OPERATE |                  \
     1u << RIGHT_CAMERA_LIST | 1u << RIGHT_CAMERA_VIEW)

/* Who the configuration says comes from this address; NULL with DENIED when the token is gone or over. Caller owns. */
Caller *av_caller(const AvEnv *env, const char *address, GError **error);

/* A request for a wall or its state: lines with their ends are added to out, the last one is OK ... or ERR .... Verbs
 * of the connection (SUBSCRIBE ... BYE) are not for here. */
void av_run(const AvEnv *env, const AvRequest *request, const char *address, GString *out);

/* An event of the daemon (web_publish()) as a line for who has subscribed; FALSE: not for this one. */
gboolean av_add_event(const AvEnv *env, const Caller *caller, const char *name, Json *data,
                      GString *out);

/* "ERR denied ..." */
void av_add_error(GString *out, const GError *error);

#endif
