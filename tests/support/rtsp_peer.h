/* rtsp_peer.h - a bare RTSP client over one TCP connection, for tests that look at single requests
 * and packets.
 *
 * It does what it is told and nothing by itself: no authentication, no keep-alive, no receiver
 * reports. Blocking, with time limits; one thread at a time.
 */
#ifndef WALLCTL_TESTS_SUPPORT_RTSP_PEER_H
#define WALLCTL_TESTS_SUPPORT_RTSP_PEER_H

#include <glib.h>

typedef struct RtspPeer RtspPeer;

/* What stands for an answer that did not come. */
enum { RTSP_PEER_SILENCE = 0, RTSP_PEER_CLOSED = -1 };

/* Connects to 127.0.0.1:port; receive_buffer 0: the system's. Aborts when nobody listens. */
RtspPeer *rtsp_peer_new(guint16 port, int receive_buffer);
void rtsp_peer_free(RtspPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtspPeer, rtsp_peer_free)

/* Sends bytes as they are. */
void rtsp_peer_send(RtspPeer *peer, const void *data, gsize size);

/* Sends a request with the next CSeq and the session's id; headers are whole lines with CR LF, ""
 * for none. */
void rtsp_peer_ask(RtspPeer *peer, const char *method, const char *uri, const char *headers);

/* The status of the next answer, RTSP_PEER_SILENCE after timeout_ms, or RTSP_PEER_CLOSED. Packets
 * before it are kept. */
int rtsp_peer_status(RtspPeer *peer, guint timeout_ms);

/* ask and status with a limit of 5 s. */
int rtsp_peer_request(RtspPeer *peer, const char *method, const char *uri, const char *headers);

/* Head and body of the last answer. Borrowed until the next one. */
const char *rtsp_peer_answer(const RtspPeer *peer);

/* SETUP of track 0 (and 1 with audio) over this connection, then PLAY: the first status that is not
 * 200, or 200. */
int rtsp_peer_play(RtspPeer *peer, const char *uri, gboolean with_audio);

typedef struct {
    guint8 channel;
    guint8 type; /* RTP payload type, or RTCP packet type on odd channels */
    gboolean is_marked;
    guint16 seq;
    guint32 time;
    const guint8 *data; /* the whole packet; borrowed until the next call */
    gsize size;
    gint64 came_ns;
} RtspPacket;

/* The next packet: TRUE, or FALSE after timeout_ms or when the connection is closed
 * (rtsp_peer_is_closed). */
gboolean rtsp_peer_packet(RtspPeer *peer, RtspPacket *packet, guint timeout_ms);
gboolean rtsp_peer_is_closed(const RtspPeer *peer);

#endif
