/* sim_sender.h - one medium to one client: RTP packets and RTCP sender reports as bytes. [sim] */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_SENDER_H
#define WALLCTL_TESTS_SUPPORT_SIM_SENDER_H

#include <glib.h>
#include <netinet/in.h>

#include "tests/support/sim_camera.h"

/* Packets leave the functions below in interleaved framing ('$', channel, length of 16 bits) for
 * both transports. */
enum { SIM_FRAMING = 4 };

typedef struct {
    gboolean is_set_up, is_udp;
    guint8 rtp_channel, rtcp_channel;
    struct sockaddr_in rtp, rtcp; /* the client's, for UDP */
    guint32 ssrc, ticks_base;
    guint16 seq; /* of the next packet */
    guint32 packets, octets;
    gint64 next_report_ns;
    guint32 random; /* of loss and garbage */
} SimSender;

/* seed: the same one loses the same packets. */
void sim_sender_init(SimSender *sender, guint32 seed);

/* RTP time of a tick count since the epoch. */
guint32 sim_sender_time(const SimSender *sender, gint64 ticks);

/* Appends the packets of a unit to out; returns how many the fault "loss" took. */
guint sim_sender_unit(SimSender *sender, const SimPush *push, const SimFaults *faults,
                      GByteArray *out);

/* Leaves out a unit: the receiver sees the gap. */
void sim_sender_skip(SimSender *sender, const SimPush *push);

/* Appends a sender report when one is due: with the first packet, then every 5 s. */
void sim_sender_report(SimSender *sender, const SimStream *stream, guint medium, gint64 now_ns,
                       GByteArray *out);

#endif
