/* packet_ring.h - the last seconds of each open stream as the camera sent them, in memory: what a clip begins with.
 *
 * Nothing older than the given seconds is kept, nothing before a key frame, and all streams together never more than the
 * given bytes: over that the oldest group of pictures of any stream goes first. Nothing is written to a disk here.
 * All rings share one lock, held for a few pointers only. [any] unless marked.
 */
#ifndef WALLCTL_PIPELINES_PACKET_RING_H
#define WALLCTL_PIPELINES_PACKET_RING_H

#include <glib.h>
#include <libavcodec/avcodec.h>

typedef struct PacketRings PacketRings;
typedef struct PacketRing PacketRing; /* of one stream; lives as long as its PacketRings */
typedef struct PacketTake PacketTake; /* what is being taken out of one ring */

#define PACKET_RING_MAX_S 60

PacketRings *packet_rings_new(void);

/* When nothing pushes any more and every take has ended. */
void packet_rings_free(PacketRings *rings);

/* seconds 0: nothing is kept. What is too much goes at once. */
void packet_rings_set_limits(PacketRings *rings, guint seconds, gsize max_bytes);

/* [control] The ring of this name, made if there is none. Borrowed. */
PacketRing *packet_rings_get(PacketRings *rings, const char *name);

/* [control] Regularly: what has become too old goes, also of streams that send nothing any more. */
void packet_rings_sweep(PacketRings *rings);

/* [stream] Keeps a reference; packet is as receive.h gives it: pts is its arrival by clock_now_ns(). */
void packet_ring_push(PacketRing *ring, const AVPacket *packet, enum AVCodecID codec);

typedef struct {
    guint streams;    /* that have something */
    guint packets;    /* in rings */
    gsize bytes;      /* in rings and in takes; a packet in both counts twice */
    gint64 oldest_ns; /* arrival of the oldest packet; 0: there is none */
} PacketRingStats;

void packet_rings_get_stats(PacketRings *rings, PacketRingStats *stats);

/* What a take has come to. */
typedef struct {
    gint64 first_ns, last_ns; /* arrivals; 0: nothing yet */
    guint packets;
    gboolean
        is_cut; /* takes no more: out of memory (packet_rings_set_limits()), or the stream changed its codec */
} PacketTakeState;

/* Takes everything that arrives until to_ns, and of the past from the last key frame at or before from_ns; if that is not
 * there any more, from the first key frame that is. It counts among the bytes of all rings. Ended by packet_take_end(). */
PacketTake *packet_ring_take(PacketRing *ring, gint64 from_ns, gint64 to_ns);
void packet_take_get_state(PacketTake *take, PacketTakeState *state);

/* Packets of one stream in the order received, from a key frame on. */
typedef struct {
    enum AVCodecID codec;
    GPtrArray *packets; /* AVPacket, not to be changed */
    gboolean is_cut;
} PacketList;

/* Frees the take. Caller owns the list: packet_list_free(). */
PacketList *packet_take_end(PacketTake *take);

PacketList *packet_list_new(enum AVCodecID codec);
void packet_list_free(PacketList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketList, packet_list_free)

#endif
