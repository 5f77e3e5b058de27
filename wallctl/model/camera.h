/* camera.h - what we know of a camera; immutable once its Config is built. Pure value. [any] */
#ifndef WALLCTL_MODEL_CAMERA_H
#define WALLCTL_MODEL_CAMERA_H

#include "wallctl/model/diagnosis.h"
#include "wallctl/model/mask.h"

#include <glib.h>

typedef enum { PROFILE_MAIN = 1, PROFILE_SUB } Profile;
typedef enum { TRANSPORT_TCP = 1, TRANSPORT_UDP } Transport;
typedef enum {
    KEEP_ALIVE_AUTO = 1,
    KEEP_ALIVE_OPTIONS,
    KEEP_ALIVE_GET_PARAMETER,
    KEEP_ALIVE_OFF
} KeepAlive;
typedef enum {
    LABEL_BOTTOM_LEFT = 1,
    LABEL_BOTTOM_RIGHT,
    LABEL_TOP_LEFT,
    LABEL_TOP_RIGHT,
    LABEL_OFF
} LabelPlace;

typedef struct {
    char *id;          /* [A-Za-z0-9._-]{1,64}, unique */
    guint number;      /* what an operator types; unique, >= 1; position in the file unless given */
    char *name;        /* "研和路口" */
    char *region;      /* code of 2..15 digits, or "" */
    char *region_name; /* shown dim before the name; "" if unknown */
    char *gbid;        /* 20 digits, or "" */
    char *place;       /* free word for the place, or "" */
    char *place_kind;  /* "路口", "水库" ..., or "" */
    char *groups;      /* "防汛|校园周边", or "" */
    double lon, lat;   /* WGS-84 degrees, valid if has_position */
    gboolean has_position;

    char *
        main; /* rtsp(s) address without user part; NULL if the camera has one stream only in sub */
    char *sub;        /* or NULL; at least one of the two is set */
    char *credential; /* reference into Credentials, or NULL */
    Transport transport;
    KeepAlive keep_alive;
    gboolean has_audio_wanted; /* receive audio too (for clips and programme) */
    gboolean tls_verify;       /* rtsps: check the certificate */
    guint sessions;            /* RTSP sessions the camera stands at once, default 2 */
    guint latency_ms;          /* jitter buffer, default 200 */
    guint stall_ms;            /* no decoded frame for this long: greyed with age; default 2000 */
    guint offline_ms;          /* ... for this long: slate; default 10000 */
    LabelPlace label;
    gboolean is_public;    /* may be seen on a screen of a hall */
    QualityLimits quality; /* what is held to be wrong with its picture */
    guint n_masks;
    Mask *masks;
    /* What a configuration makes of the above when it is read (camera_search.h); NULL before. */
    char **pinyin; /* of the name, as pinyin_readings() */
    char *search;  /* what it is found by */
} Camera;

/* The address of a profile, falling back to the other one; never NULL. Borrowed. */
const char *camera_address(const Camera *camera, Profile profile);

/* Does the camera have two different streams? */
gboolean camera_has_both(const Camera *camera);

Camera *camera_new(void); /* with the defaults above and empty strings */
void camera_free(Camera *camera);
gboolean camera_equal(const Camera *a, const Camera *b);

/* Would a changed value need a new RTSP session (address, credential, transport ...)? Masks and names do not. */
gboolean camera_same_session(const Camera *a, const Camera *b);

#endif
