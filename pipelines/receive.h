/* receive.h - one RTSP session as a GStreamer pipeline of its own: whole access units out, news about it in.
 *
 * rtspsrc never reconnects and is silent for 26 s on a hung server, so watching and trying again is the feed's business.
 * Stopping goes through the reaper: a camera that ignores TEARDOWN must not hold [control].
 */
#ifndef WALLCTL_PIPELINES_RECEIVE_H
#define WALLCTL_PIPELINES_RECEIVE_H

#include "config/credentials.h"
#include "wallctl/model/camera.h"

#include <glib.h>
#include <libavcodec/avcodec.h>

/* Why a session ended or cannot be used; the slate's words follow from it. */
typedef enum {
    FAULT_NONE = 1,
    FAULT_UNREACHABLE, /* refused, no route, name unknown, time-out of the connect */
    FAULT_NO_ANSWER,   /* connected, but the camera does not answer */
    FAULT_CREDENTIALS, /* 401, 403 */
    FAULT_NOT_FOUND,   /* 404: no such stream */
    FAULT_BUSY,        /* 453, 503: too many sessions */
    FAULT_TLS,         /* certificate refused, handshake failed */
    FAULT_CODEC,       /* no video that we can decode */
    FAULT_NO_KEYFRAME, /* units arrive, but none to begin with */
    FAULT_SILENT,      /* was live, nothing comes any more */
    FAULT_CLOSED,      /* the camera ended the session */
    FAULT_PROTOCOL,    /* anything else the camera did wrong */
    FAULT_NO_DATA,     /* PLAY is answered, but nothing comes: UDP behind a firewall, for one */
    FAULT_PLACE,       /* the address, or what its name stands for, is not where cameras may be */
    FAULT_REDIRECTED,  /* the camera refers to another address, to which nobody goes */
    FAULT_NO_ACCOUNT, /* its account is not there to be used: the file of credentials cannot be opened */
} FeedFault;

const char *feed_fault_word(FeedFault fault); /* "credentials" ... for the API. Borrowed. */

typedef struct Receive Receive; /* counted: its stream threads and posts hold references */

typedef struct {
    /* [stream] One access unit, Annex B, parameter sets in every key unit; borrowed. pts is its arrival by clock_now_ns(), dts
     * its media time. AV_PKT_FLAG_CORRUPT: something was lost before or in it. */
    void (*packet)(const AVPacket *packet, gpointer user);
    /* [stream] Once per (new) video caps, before its first packet. */
    void (*codec)(enum AVCodecID codec, gpointer user);
    /* [stream] Encoded audio as received (payload of one RTP frame), only when asked for. May be NULL. */
    void (*audio)(const guint8 *data, gsize len, const char *encoding, guint clock_rate,
                  gint64 pts_ns, gpointer user);
    /* [control] The session is over or of no use; called at most once. text is for the log, without secrets. */
    void (*failed)(FeedFault fault, const char *text, gpointer user);
    void (*unref)(gpointer user); /* [any] when nothing will be called any more */
} ReceiveHandler;

typedef struct {
    const char *name; /* for the log: "gate-2/sub" */
    const char *address;
    const Credential *credential; /* or NULL */
    Transport transport;
    KeepAlive keep_alive;
    gboolean has_audio, tls_verify;
    guint latency_ms;
} ReceiveSpec;

/* Once, before the process has threads: how GIO reaches cameras. */
void receive_init(void);

/* [control] Starts at once. user is released by handler->unref. */
Receive *receive_start(const ReceiveSpec *spec, const ReceiveHandler *handler, gpointer user);

/* [control] No callback comes after this; the pipeline is taken down elsewhere. Releases the caller's reference. */
void receive_stop(Receive *receive);

/* [control] The camera has agreed to send. */
gboolean receive_is_playing(const Receive *receive);

/* [any] What the SDP told: audio codec name or NULL (borrowed while the session lasts). */
const char *receive_audio_codec(Receive *receive);

#endif
