/* slate.h - why a tile shows no picture, in words for the people in front of the wall. Pure. [any]
 *
 * Times are given as times of day and not as countdowns: they stay true as long as they are shown,
 * and a wall of dead cameras stands still.
 */
#ifndef WALLCTL_PIPELINES_SLATE_H
#define WALLCTL_PIPELINES_SLATE_H

#include "pipelines/draw.h"
#include "pipelines/feed.h"

typedef enum {
    CAUSE_NONE = 1,
    CAUSE_NETWORK,        /* no connection, not known why */
    CAUSE_NO_ANSWER,      /* nothing came back in time */
    CAUSE_REFUSED,        /* the address answers, the port does not */
    CAUSE_UNREACHABLE,    /* no way to the address */
    CAUSE_HOST_NAME,      /* the name has no address */
    CAUSE_TLS,            /* the certificate is not trusted */
    CAUSE_CREDENTIALS,    /* user or password wrong: 401 */
    CAUSE_NO_CREDENTIALS, /* the camera asks for an account and none is configured */
    CAUSE_FORBIDDEN,      /* the account may not do this: 403 */
    CAUSE_NOT_FOUND,      /* no such stream: 404 */
    CAUSE_BUSY,           /* no session left: 453, 503 */
    CAUSE_STATUS,         /* any other refusal, in status */
    CAUSE_PROTOCOL,       /* the answer is not RTSP */
    CAUSE_CLOSED,         /* the camera ended the session */
    CAUSE_NO_VIDEO,       /* its streams have no picture */
    CAUSE_NO_DATA,        /* the session stands, nothing is sent */
    CAUSE_NO_KEYFRAME,    /* pictures come, but none to begin with */
    CAUSE_NO_PICTURE,     /* nothing decoded for `seconds` */
    CAUSE_CODEC,          /* `detail` is the codec's name */
    CAUSE_SIZE,           /* too large; `detail` is the size */
    CAUSE_DAMAGED,        /* cannot be decoded */
    CAUSE_PLACE,          /* not in site.camera_networks */
    CAUSE_REDIRECTED,     /* the camera refers to another address */
} SlateCause;

typedef struct {
    Sign sign;
    SlateCause cause;
    guint status; /* RTSP status, 0 if there is none */
    guint seconds;
    const char *detail;   /* from the camera: plain text, or NULL */
    gint64 since_unix_ms; /* -1: not known */
    gint64 next_unix_ms;  /* next try; -1: none */
} SlateFacts;

/* The sign of a feed's state. A failed feed keeps its sign while it tries again: slates do not
 * flicker. */
Sign slate_sign(FeedState state, FeedFault fault);

/* What a feed knows about its failure; finer causes come from whoever knows more. */
SlateCause slate_cause(FeedFault fault);

/* Lines for SlateSpec; NULL: nothing to say. slate_text_clear() frees them. */
typedef struct {
    char *cause, *since, *next;
} SlateText;

/* Times are local; the date is added when it is not that of now_unix_ms. */
void slate_text(const SlateFacts *facts, gint64 now_unix_ms, SlateText *text);
void slate_text_clear(SlateText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SlateText, slate_text_clear)

#endif
