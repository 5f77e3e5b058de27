/* sim_sender.c - one medium to one client: RTP packets and RTCP sender reports as bytes
 *
 * The payload is shared by all sessions; per packet only the twelve bytes of the header are made
 * here.
 */
#include "tests/support/sim_sender.h"

#include <string.h>

#include <libavutil/intreadwrite.h>
#include <libavutil/mathematics.h>

#include "wallctl/base/clock.h"

#define REPORT_EVERY_NS (5 * NS_PER_SEC)
#define NTP_UNIX_OFFSET G_GINT64_CONSTANT(2208988800)

enum { RTP_VERSION = 0x80, RTCP_SR = 200, RTCP_SDES = 202, SDES_CNAME = 1 };

void sim_sender_init(SimSender *sender, guint32 seed)
{
    *sender = (SimSender) {
        .ssrc = g_random_int(),
        .ticks_base = g_random_int(),
        .seq = (guint16)g_random_int(),
        .random = seed ? seed : 1,
    };
}

guint32 sim_sender_time(const SimSender *sender, gint64 ticks)
{
    return sender->ticks_base + (guint32)ticks;
}

static guint8 *append(GByteArray *out, guint8 channel, gsize size)
{
    gsize start = out->len;
    g_byte_array_set_size(out, (guint)(start + SIM_FRAMING + size));
    guint8 *to = out->data + start;
    to[0] = '$';
    to[1] = channel;
    AV_WB16(to + 2, size);
    return to + SIM_FRAMING;
}

/* Noise behind the first two bytes, so that depayloaders still take it for a picture. */
static void spoil(guint8 *payload, gsize size, guint32 *random)
{
    for (gsize i = 2; i < size; i++)
        payload[i] = (guint8)(sim_random(random) >> 13);
}

guint sim_sender_unit(SimSender *sender, const SimPush *push, const SimFaults *faults,
                      GByteArray *out)
{
    guint lost = 0;
    guint32 time = sim_sender_time(sender, push->ticks);
    guint32 threshold = (guint32)(faults->loss_percent / 100 * G_MAXUINT32);
    for (guint i = 0; i < push->unit->n_packets; i++) {
        const SimPacket *packet = &push->track->packets[push->unit->first_packet + i];
        guint16 seq = sender->seq++;
        if (threshold && sim_random(&sender->random) <= threshold) {
            lost++;
            continue;
        }
        guint8 *to = append(out, sender->rtp_channel, SIM_RTP_HEADER + packet->size);
        to[0] = RTP_VERSION;
        to[1] = packet->marker_and_type;
        AV_WB16(to + 2, seq);
        AV_WB32(to + 4, time);
        AV_WB32(to + 8, sender->ssrc);
        memcpy(to + SIM_RTP_HEADER, push->track->payload + packet->offset, packet->size);
        if (faults->garbage && push->medium == SIM_VIDEO)
            spoil(to + SIM_RTP_HEADER, packet->size, &sender->random);
        sender->packets++;
        sender->octets += packet->size;
    }
    return lost;
}

void sim_sender_skip(SimSender *sender, const SimPush *push)
{
    sender->seq = (guint16)(sender->seq + push->unit->n_packets);
}

/* Wall-clock time in the 32.32 format of NTP. */
static guint64 ntp_now(gint offset_s)
{
    gint64 us = g_get_real_time();
    gint64 seconds = us / G_USEC_PER_SEC + NTP_UNIX_OFFSET + offset_s;
    guint64 fraction = ((guint64)(us % G_USEC_PER_SEC) << 32) / G_USEC_PER_SEC;
    return (guint64)seconds << 32 | fraction;
}

void sim_sender_report(SimSender *sender, const SimStream *stream, guint medium, gint64 now_ns,
                       GByteArray *out)
{
    if (now_ns < sender->next_report_ns)
        return;
    sender->next_report_ns = now_ns + REPORT_EVERY_NS;
    const SimTrack *track = stream->cursors[medium].track;
    gint64 ticks = av_rescale(now_ns - stream->camera->epoch_ns, track->clock_rate, NS_PER_SEC);
    static const char name[] = "camera-sim";
    gsize name_size = sizeof name - 1;
    gsize text_size = 2 + name_size + 1; /* type, length, name and an end mark */
    gsize sdes_size = 8 + (text_size + 3) / 4 * 4;
    guint8 *to = append(out, sender->rtcp_channel, 28 + sdes_size);
    memset(to, 0, 28 + sdes_size);
    to[0] = RTP_VERSION;
    to[1] = RTCP_SR;
    AV_WB16(to + 2, 6);
    AV_WB32(to + 4, sender->ssrc);
    AV_WB64(to + 8, ntp_now(stream->faults.wrong_clock_s));
    AV_WB32(to + 16, sim_sender_time(sender, ticks));
    AV_WB32(to + 20, sender->packets);
    AV_WB32(to + 24, sender->octets);
    to += 28;
    to[0] = RTP_VERSION | 1;
    to[1] = RTCP_SDES;
    AV_WB16(to + 2, sdes_size / 4 - 1);
    AV_WB32(to + 4, sender->ssrc);
    to[8] = SDES_CNAME;
    to[9] = (guint8)name_size;
    memcpy(to + 10, name, name_size);
}
