/* token.h - what somebody asks for who makes a token for a machine. Pure. [any] */
#ifndef WALLCTL_MODEL_TOKEN_H
#define WALLCTL_MODEL_TOKEN_H

#include "wallctl/base/faults.h"
#include "wallctl/base/json.h"
#include "wallctl/model/right.h"

#define TOKEN_MAX_DAYS  730
#define TOKEN_SOME_DAYS 365 /* when nothing is said */

typedef struct {
    RightSet rights;
    const char *region; /* "": the whole site; borrowed from the JSON */
    guint days;
} TokenRequest;

/* {"rights":["wall.view"],"region"?,"days"?}; FALSE with faults. */
gboolean token_request_read(Json *json, TokenRequest *request, Faults *faults);

#endif
