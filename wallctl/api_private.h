/* api_private.h - what the files of the API share. [control] */
#ifndef WALLCTL_API_PRIVATE_H
#define WALLCTL_API_PRIVATE_H

#include "wallctl/api.h"

struct Api {
    ApiEnv env;
};

/* What a request leaves in the register (api_record.h). */
typedef struct {
    AuditKind kind;
    gboolean is_refused; /* the handler has answered, and nothing was carried out */
    gboolean is_written;
    guint tile;         /* that a picture was taken of; 0: the request names what it is about */
    const char *camera; /* in that tile, or of the path; NULL. Borrowed from the configuration */
    const Approval *approval; /* that it was given out under; NULL: it needs none. Borrowed */
} ApiRecord;

/* One request on its way through a route. A handler replies and returns TRUE, or sets the error
 * that is replied. */
typedef struct {
    const ApiEnv *env;
    WebRequest *request;
    const WebRequestInfo *info;
    char **part;       /* of the path below /api/v1/ */
    ApiRecord *record; /* NULL: what it does is not for the register */
} ApiCall;

/* FALSE with NOT_FOUND unless part[1] names a wall. */
gboolean api_need_wall(const ApiCall *call, GError **error);

/* NULL with NOT_FOUND also for a camera that the caller may not see. Borrowed. */
const Camera *api_need_camera(const ApiCall *call, const char *id, GError **error);

/* The body as an object (an empty body is an empty object), or an error. Caller owns. */
Json *api_parse_body(const WebRequestInfo *info, GError **error);

/* FALSE unless parts are a path that takes two people (api_approvals.h), and one that this caller has the
 * right to: NOT_FOUND, DENIED. */
gboolean api_takes_two(const Caller *caller, char **parts, GError **error);

/* Answers 200 once all that was handed to the store so far is on disk: who has the answer finds the
 * same wall after a power cut. A disk that fails, or takes more than a second, is the store's
 * trouble: answered all the same. Takes json. */
void api_reply_saved(const ApiCall *call, Json *json);

/* The same with another status, and without a row of the register. */
void api_reply_saved_as(const ApiCall *call, guint status, Json *json);

/* A whole number of the query; *value stays as it is when it is not given. FALSE with an error for
 * what is none, or larger than max. */
gboolean api_query_number(const ApiCall *call, const char *key, guint64 max, guint64 *value,
                          GError **error);

/* FALSE with all faults in one INVALID error when there are any. */
gboolean api_take_faults(const Faults *faults, GError **error);

#endif
