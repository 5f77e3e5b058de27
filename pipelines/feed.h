/* feed.h - one stream of one camera, from address to views: connects, watches, tries again for ever. [control] unless marked.
 *
 * "Live" means that pictures are decoded (units received, while nobody looks), never that a connection stands.
 */
#ifndef WALLCTL_PIPELINES_FEED_H
#define WALLCTL_PIPELINES_FEED_H

#include "config/config.h"
#include "pipelines/receive.h"
#include "pipelines/reel.h"
#include "pipelines/view.h"

typedef enum {
    FEED_IDLE = 1,      /* not started */
    FEED_CONNECTING,    /* waits for its turn, or for the first unit */
    FEED_WAIT_KEYFRAME, /* units come, nothing to begin with yet */
    FEED_LIVE,
    FEED_STALLED,  /* was live, nothing for stall_ms */
    FEED_RETRYING, /* waits for the next try; fault says why */
    FEED_REFUSED,  /* credentials, codec, place: tried again slowly, a person must act */
} FeedState;

const char *feed_state_word(FeedState state); /* "wait_keyframe"; borrowed */

typedef struct Feed Feed;

/* What a feed needs from its pool. */
typedef struct {
    DecodePool *decoders;
    gboolean (*may_connect)(gpointer user);     /* takes a token of the connect rate */
    void (*changed)(Feed *feed, gpointer user); /* state or facts changed: look again */
    gpointer user;
} FeedEnv;

typedef struct {
    FeedState state;
    FeedFault fault;      /* of the last failure; FAULT_NONE while all is well */
    char text[160];       /* for a log or a technician, English */
    gint64 since_unix_ms; /* of this state */
    gint64 lost_unix_ms;  /* since when there is no live picture; 0 while live */
    gint64 next_try_ns;   /* RETRYING, REFUSED; else 0 */
    guint tries;          /* failures in a row */
    guint64 sessions;     /* sessions begun, total */
    gboolean is_playing;  /* the camera has agreed to send */
    ReelFacts reel;
    double fps, kbps; /* over the last seconds */
    const char *mark; /* feed_set_mark() */
    char audio[24];   /* codec of the camera's audio, "" unknown or none */
} FeedInfo;

/* Opens nothing until feed_start(). config keeps camera alive. */
Feed *feed_new(const FeedEnv *env, Config *config, const Camera *camera, Profile profile);
void feed_free(Feed *feed); /* views that are still held keep their last picture */

void feed_start(Feed *feed);
void feed_stop(Feed *feed);
gboolean feed_is_started(const Feed *feed);
gboolean feed_has_session(const Feed *feed); /* a session is open or being opened */

/* Regularly, every 100 ms or so: watchdog, next try, rates. */
void feed_poll(Feed *feed);

/* New values of the same camera whose session may stay. */
void feed_set_camera(Feed *feed, Config *config, const Camera *camera);

/* Try again now: the operator asked, or the network came back. */
void feed_retry_now(Feed *feed);

const Camera *feed_camera(const Feed *feed);
Profile feed_profile(const Feed *feed);
FeedState feed_state(const Feed *feed);
void feed_get_info(Feed *feed, FeedInfo *info);

/* A view with the camera's masks. Caller owns the reference. */
View *feed_view(Feed *feed, const ViewSpec *spec);
void feed_set_effort(Feed *feed, DecodeEffort effort, gboolean may_save);

/* As reel_ask_picture(). */
void feed_ask_picture(Feed *feed, ReelPicture func, gpointer user, GDestroyNotify free_user);

/* What is wrong with the picture, for the tiles' labels: a short word of static text, or NULL. In FeedInfo. */
void feed_set_mark(Feed *feed, const char *mark);

/* [stream] Units and audio as received, for clips and the programme; one tap at a time. audio needs the camera's "audio". */
typedef struct {
    void (*unit)(const AVPacket *packet, enum AVCodecID codec, gpointer user);
    void (*audio)(const guint8 *data, gsize len, const char *encoding, guint clock_rate,
                  gint64 pts_ns, gpointer user);
    gpointer user;
} FeedTap;
void feed_set_tap(Feed *feed,
                  const FeedTap *tap); /* NULL takes it off; returns when no call is under way */

#endif
