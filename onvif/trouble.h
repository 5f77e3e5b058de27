/* trouble.h - why a device gives nothing for the wall, as a value with words. [any] */
#ifndef WALLCTL_ONVIF_TROUBLE_H
#define WALLCTL_ONVIF_TROUBLE_H

#include <glib.h>

typedef enum {
    ONVIF_WELL = 1,
    ONVIF_UNREACHABLE, /* nobody takes the connection */
    ONVIF_SLOW,        /* no whole answer in time */
    ONVIF_LOGIN,       /* it wants a user and a password, and none were tried */
    ONVIF_DENIED,      /* those that were tried are refused */
    ONVIF_REDIRECTED,  /* it sends one to another address; detail: which */
    ONVIF_TOO_LARGE,
    ONVIF_MALFORMED, /* detail: where */
    ONVIF_ENTITIES,  /* a document type: an entity bomb, or the door for one */
    ONVIF_OUTSIDE,   /* an address outside the camera networks or ports; detail: which */
    ONVIF_FOREIGN,   /* an address that is not its own; detail: which */
    ONVIF_REFUSED,   /* it answers with a fault; detail: its words */
    ONVIF_NO_STREAM, /* no profile, or none has an address */
    ONVIF_NO_H264,   /* neither H.264 nor H.265; detail: what there is */
    ONVIF_STOPPED,   /* the search was ended, or took too long */
    N_ONVIF_TROUBLES
} OnvifTroubleKind;

typedef struct {
    OnvifTroubleKind kind;
    char *detail; /* one line; "" where there is none */
} OnvifTrouble;

/* Takes the place of what was there. Always FALSE, for who returns it. */
gboolean onvif_trouble_set(OnvifTrouble *trouble, OnvifTroubleKind kind, const char *detail);
void onvif_trouble_clear(OnvifTrouble *trouble);

/* "unreachable" ...: stable, for programs. */
const char *onvif_trouble_word(OnvifTroubleKind kind);

/* What happened and what to do. Caller frees. */
char *onvif_trouble_dup_text(const OnvifTrouble *trouble);
char *onvif_trouble_dup_zh(const OnvifTrouble *trouble);

#endif
