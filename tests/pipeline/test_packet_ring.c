/* test_packet_ring.c - how long packets stay, which go first, and what a take gets of them */
#include "pipelines/packet_ring.h"

#include "wallctl/base/clock.h"

#define BYTES 1000
#define COST  (BYTES + 320) /* what a packet counts for */
#define MANY  (1000 * COST)

static gint64 now_s(double seconds)
{
    return (gint64)(seconds * NS_PER_SEC);
}

/* At this second; every eighth is a key where `number` counts from one. */
static void push(PacketRing *ring, double at_s, gboolean is_key)
{
    AVPacket *packet = av_packet_alloc();
    int failed = av_new_packet(packet, BYTES);
    g_assert_cmpint(failed, ==, 0);
    packet->pts = packet->dts = now_s(at_s);
    packet->flags = is_key ? AV_PKT_FLAG_KEY : 0;
    clock_set_for_test(packet->pts, 0);
    packet_ring_push(ring, packet, AV_CODEC_ID_H264);
    av_packet_free(&packet);
}

/* Groups of four packets a second, from one second to another. */
static void push_groups(PacketRing *ring, guint from_s, guint to_s)
{
    for (guint second = from_s; second < to_s; second++) {
        for (guint i = 0; i < 4; i++)
            push(ring, second + i * 0.25, i == 0);
    }
}

static PacketRingStats stats_of(PacketRings *rings)
{
    PacketRingStats stats;
    packet_rings_get_stats(rings, &stats);
    return stats;
}

static PacketTakeState state_of(PacketTake *take)
{
    PacketTakeState state;
    packet_take_get_state(take, &state);
    return state;
}

static void test_age(void)
{
    PacketRings *rings = packet_rings_new();
    PacketRing *ring = packet_rings_get(rings, "a/main");
    g_assert_true(ring == packet_rings_get(rings, "a/main"));
    push(ring, 99, TRUE);
    g_assert_cmpuint(stats_of(rings).packets, ==, 0); /* nothing was asked for */
    packet_rings_set_limits(rings, 5, MANY);
    push(ring, 99.5, FALSE);
    g_assert_cmpuint(stats_of(rings).packets, ==, 0); /* nothing to begin with */
    push_groups(ring, 100, 104);
    g_assert_cmpuint(stats_of(rings).packets, ==, 16);
    push_groups(ring, 104, 110); /* the newest is of 109.75 */
    g_assert_cmpint(stats_of(rings).oldest_ns, ==, now_s(105));
    g_assert_cmpuint(stats_of(rings).packets, ==, 20);
    g_assert_cmpuint(stats_of(rings).bytes, ==, 20 * COST);
    /* The camera sends nothing any more. */
    clock_set_for_test(now_s(112), 0);
    packet_rings_sweep(rings);
    g_assert_cmpint(stats_of(rings).oldest_ns, ==, now_s(107));
    clock_set_for_test(now_s(120), 0);
    packet_rings_sweep(rings);
    g_assert_cmpuint(stats_of(rings).bytes, ==, 0);
    g_assert_cmpuint(stats_of(rings).streams, ==, 0);
    push_groups(ring, 121, 123);
    packet_rings_set_limits(rings, 0, MANY);
    g_assert_cmpuint(stats_of(rings).bytes, ==, 0);
    packet_rings_free(rings);
}

/* A group that is longer than what may be kept goes as a whole; the next key frame begins anew. */
static void test_long_group(void)
{
    PacketRings *rings = packet_rings_new();
    PacketRing *ring = packet_rings_get(rings, "a/main");
    packet_rings_set_limits(rings, 5, MANY);
    push(ring, 10, TRUE);
    for (guint i = 1; i <= 7; i++)
        push(ring, 10 + i, FALSE);
    g_assert_cmpuint(stats_of(rings).packets, ==, 0);
    push(ring, 18, TRUE);
    push(ring, 19, FALSE);
    g_assert_cmpuint(stats_of(rings).packets, ==, 2);
    packet_rings_free(rings);
}

/* Over the limit of bytes the oldest group of any camera goes, so that all lose the same time. */
static void test_bytes(void)
{
    PacketRings *rings = packet_rings_new();
    PacketRing *a = packet_rings_get(rings, "a/main"), *b = packet_rings_get(rings, "b/main");
    packet_rings_set_limits(rings, 60, 20 * COST);
    for (guint second = 100; second < 120; second++) {
        push_groups(a, second, second + 1);
        push_groups(b, second, second + 1);
        g_assert_cmpuint(stats_of(rings).bytes, <=, 20 * COST);
    }
    g_assert_cmpuint(stats_of(rings).streams, ==, 2);
    g_assert_cmpint(stats_of(rings).oldest_ns, >=, now_s(117));
    packet_rings_set_limits(rings, 60, 8 * COST);
    g_assert_cmpuint(stats_of(rings).bytes, <=, 8 * COST);
    packet_rings_free(rings);
}

static gint64 pts_at(const PacketList *list, guint i)
{
    return ((const AVPacket *)g_ptr_array_index(list->packets, i))->pts;
}

static void test_take(void)
{
    PacketRings *rings = packet_rings_new();
    PacketRing *a = packet_rings_get(rings, "a/main"), *b = packet_rings_get(rings, "b/main");
    packet_rings_set_limits(rings, 30, MANY);
    push_groups(a, 100, 110);
    push_groups(b, 100, 110);
    PacketTake *take = packet_ring_take(a, now_s(105.6), now_s(111.3));
    g_assert_cmpint(state_of(take).first_ns, ==, now_s(105));
    g_assert_cmpint(state_of(take).last_ns, ==, now_s(109.75));
    push_groups(a, 110, 115);
    push_groups(b, 110, 115);
    g_assert_cmpint(state_of(take).last_ns, ==, now_s(111.25));
    g_assert_false(state_of(take).is_cut);
    g_autoptr(PacketList) list = packet_take_end(take);
    g_assert_cmpint((int)list->codec, ==, AV_CODEC_ID_H264);
    g_assert_cmpuint(list->packets->len, ==, 26);
    for (guint i = 0; i < list->packets->len; i++)
        g_assert_cmpint(pts_at(list, i), ==, now_s(105 + i * 0.25));
    /* Only what the rings hold counts afterwards. */
    g_assert_cmpuint(stats_of(rings).bytes, ==, 120 * COST);
    packet_rings_free(rings);
}

/* What lies further back than is kept begins with what is kept; what is still to come with its first key. */
static void test_take_beginning(void)
{
    PacketRings *rings = packet_rings_new();
    PacketRing *a = packet_rings_get(rings, "a/main"), *b = packet_rings_get(rings, "b/main");
    packet_rings_set_limits(rings, 5, MANY);
    push_groups(a, 100, 110);
    PacketTake *early = packet_ring_take(a, now_s(90), now_s(109));
    g_assert_cmpint(state_of(early).first_ns, ==, now_s(105));
    g_assert_cmpint(state_of(early).last_ns, ==, now_s(109));
    packet_list_free(packet_take_end(early));
    PacketTake *empty = packet_ring_take(b, now_s(100), now_s(120));
    g_assert_cmpint(state_of(empty).first_ns, ==, 0);
    push(b, 110.5, FALSE);
    g_assert_cmpuint(state_of(empty).packets, ==, 0);
    push_groups(b, 111, 112);
    g_assert_cmpint(state_of(empty).first_ns, ==, now_s(111));
    packet_list_free(packet_take_end(empty));
    packet_rings_free(rings);
}

/* A take goes before what is only kept; when nothing is left to give up it ends. */
static void test_take_memory(void)
{
    PacketRings *rings = packet_rings_new();
    PacketRing *a = packet_rings_get(rings, "a/main"), *b = packet_rings_get(rings, "b/main");
    packet_rings_set_limits(rings, 60, 24 * COST);
    push_groups(a, 100, 103);
    push_groups(b, 100, 103);
    PacketTake *take = packet_ring_take(a, now_s(100), now_s(200));
    g_assert_cmpuint(state_of(take).packets, ==, 12);
    for (guint second = 103; second < 110 && !state_of(take).is_cut; second++) {
        push_groups(a, second, second + 1);
        g_assert_cmpuint(stats_of(rings).bytes, <=, 24 * COST);
    }
    g_assert_true(state_of(take).is_cut);
    guint n = state_of(take).packets;
    g_assert_cmpuint(n, >=, 20);
    push_groups(a, 110, 111);
    g_assert_cmpuint(state_of(take).packets, ==, n);
    g_autoptr(PacketList) list = packet_take_end(take);
    g_assert_true(list->is_cut);
    packet_rings_set_limits(rings, 0, MANY);
    g_assert_cmpuint(stats_of(rings).bytes, ==, 0);
    packet_rings_free(rings);
}

static void test_other_codec(void)
{
    PacketRings *rings = packet_rings_new();
    PacketRing *ring = packet_rings_get(rings, "a/main");
    packet_rings_set_limits(rings, 60, MANY);
    push_groups(ring, 100, 102);
    PacketTake *take = packet_ring_take(ring, now_s(100), now_s(200));
    AVPacket *packet = av_packet_alloc();
    int failed = av_new_packet(packet, BYTES);
    g_assert_cmpint(failed, ==, 0);
    packet->pts = now_s(102);
    packet->flags = AV_PKT_FLAG_KEY;
    packet_ring_push(ring, packet, AV_CODEC_ID_HEVC);
    av_packet_free(&packet);
    g_assert_true(state_of(take).is_cut);
    g_assert_cmpuint(state_of(take).packets, ==, 8);
    g_assert_cmpuint(stats_of(rings).packets, ==, 1);
    g_autoptr(PacketList) list = packet_take_end(take);
    g_assert_cmpint((int)list->codec, ==, AV_CODEC_ID_H264);
    packet_rings_free(rings);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packet-ring/age", test_age);
    g_test_add_func("/packet-ring/long-group", test_long_group);
    g_test_add_func("/packet-ring/bytes", test_bytes);
    g_test_add_func("/packet-ring/take", test_take);
    g_test_add_func("/packet-ring/take-beginning", test_take_beginning);
    g_test_add_func("/packet-ring/take-memory", test_take_memory);
    g_test_add_func("/packet-ring/other-codec", test_other_codec);
    return g_test_run();
}
