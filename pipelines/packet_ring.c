/* packet_ring.c - the last seconds of each open stream as the camera sent them, in memory
 *
 * A ring goes by whole groups of pictures: what follows a key frame is of no use without it. So a
 * stream whose groups are longer than the limit has nothing most of the time, and a clip of it begins
 * with its next key frame. Packets are shared with the reel's own group; what is thrown away is freed
 * after the lock.
 */
#include "pipelines/packet_ring.h"

#include "wallctl/base/clock.h"

#include <pthread.h>

/* AVPacket, AVBuffer and the places in our lists. */
#define PACKET_COST 320

struct PacketRings {
    pthread_mutex_t lock;
    GHashTable *rings; /* name -> PacketRing; lock */
    GPtrArray *takes;  /* PacketTake under way; lock */
    gint64 limit_ns;   /* lock; 0: nothing is kept */
    gsize max_bytes;   /* lock */
    gsize bytes;       /* lock */
};

struct PacketRing {
    PacketRings *all;
    enum AVCodecID codec; /* of what is in it */
    GQueue packets;       /* AVPacket, oldest first; the first one is a key */
};

struct PacketTake {
    PacketRing *ring;
    gint64 to_ns;
    gsize bytes;
    PacketList *list;
};

static gsize cost_of(const AVPacket *packet)
{
    return (gsize)packet->size + PACKET_COST;
}

static gboolean is_key(const AVPacket *packet)
{
    return (packet->flags & AV_PKT_FLAG_KEY) != 0;
}

static void free_packet(gpointer data)
{
    AVPacket *packet = data;
    av_packet_free(&packet);
}

/* --- lock is held --------------------------------------------------------------------------------
 */

static void drop_first(PacketRing *ring, GPtrArray *dropped)
{
    AVPacket *packet = g_queue_pop_head(&ring->packets);
    ring->all->bytes -= cost_of(packet);
    g_ptr_array_add(dropped, packet);
}

static void drop_group(PacketRing *ring, GPtrArray *dropped)
{
    do
        drop_first(ring, dropped);
    while (!g_queue_is_empty(&ring->packets) && !is_key(g_queue_peek_head(&ring->packets)));
}

static void drop_old(PacketRing *ring, gint64 now_ns, GPtrArray *dropped)
{
    const AVPacket *first;
    while ((first = g_queue_peek_head(&ring->packets)) && now_ns - first->pts > ring->all->limit_ns)
        drop_group(ring, dropped);
}

static PacketRing *oldest_ring(PacketRings *all)
{
    PacketRing *oldest = NULL;
    gint64 oldest_ns = G_MAXINT64;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, all->rings);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const AVPacket *first = g_queue_peek_head(&((PacketRing *)value)->packets);
        if (first && first->pts < oldest_ns) {
            oldest = value;
            oldest_ns = first->pts;
        }
    }
    return oldest;
}

/* Until so many bytes more have room, or nothing is left that may go. */
static void make_room(PacketRings *all, gsize bytes, GPtrArray *dropped)
{
    PacketRing *ring;
    while (all->bytes + bytes > all->max_bytes && (ring = oldest_ring(all)))
        drop_group(ring, dropped);
}

static void add_to_take(PacketTake *take, const AVPacket *packet)
{
    AVPacket *copy = av_packet_clone(packet);
    if (!copy) {
        take->list->is_cut = TRUE;
        return;
    }
    g_ptr_array_add(take->list->packets, copy);
    take->bytes += cost_of(packet);
    take->ring->all->bytes += cost_of(packet);
}

/* What is gathered now goes before what is kept in case of need. */
static void feed_takes(PacketRing *ring, const AVPacket *packet, enum AVCodecID codec,
                       GPtrArray *dropped)
{
    PacketRings *all = ring->all;
    for (guint i = 0; i < all->takes->len; i++) {
        PacketTake *take = g_ptr_array_index(all->takes, i);
        if (take->ring != ring || take->list->is_cut || packet->pts > take->to_ns)
            continue;
        gboolean is_first = take->list->packets->len == 0;
        if (is_first && !is_key(packet))
            continue;
        if (is_first)
            take->list->codec = codec;
        if (take->list->codec != codec) {
            take->list->is_cut = TRUE;
            continue;
        }
        make_room(all, cost_of(packet), dropped);
        if (all->bytes + cost_of(packet) > all->max_bytes)
            take->list->is_cut = TRUE;
        else
            add_to_take(take, packet);
    }
}

/* --- public --------------------------------------------------------------------------------------
 */

void packet_ring_push(PacketRing *ring, const AVPacket *packet, enum AVCodecID codec)
{
    PacketRings *all = ring->all;
    g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(free_packet);
    pthread_mutex_lock(&all->lock);
    feed_takes(ring, packet, codec, dropped);
    if (codec != ring->codec) {
        while (!g_queue_is_empty(&ring->packets))
            drop_first(ring, dropped);
        ring->codec = codec;
    }
    drop_old(ring, packet->pts, dropped);
    gboolean is_wanted = all->limit_ns > 0 && (is_key(packet) || !g_queue_is_empty(&ring->packets));
    AVPacket *copy = is_wanted ? av_packet_clone(packet) : NULL;
    if (copy) {
        g_queue_push_tail(&ring->packets, copy);
        all->bytes += cost_of(copy);
        make_room(all, 0, dropped);
    }
    pthread_mutex_unlock(&all->lock);
}

PacketRing *packet_rings_get(PacketRings *all, const char *name)
{
    pthread_mutex_lock(&all->lock);
    PacketRing *ring = g_hash_table_lookup(all->rings, name);
    if (!ring) {
        ring = g_new0(PacketRing, 1);
        ring->all = all;
        g_queue_init(&ring->packets);
        g_hash_table_insert(all->rings, g_strdup(name), ring);
    }
    pthread_mutex_unlock(&all->lock);
    return ring;
}

void packet_rings_sweep(PacketRings *all)
{
    gint64 now_ns = clock_now_ns();
    g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(free_packet);
    GHashTableIter iter;
    gpointer value;
    pthread_mutex_lock(&all->lock);
    g_hash_table_iter_init(&iter, all->rings);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        drop_old(value, now_ns, dropped);
    make_room(all, 0, dropped);
    pthread_mutex_unlock(&all->lock);
}

void packet_rings_set_limits(PacketRings *all, guint seconds, gsize max_bytes)
{
    g_assert(seconds <= PACKET_RING_MAX_S);
    pthread_mutex_lock(&all->lock);
    all->limit_ns = seconds > 0 ? seconds * NS_PER_SEC : -1; /* -1: also what has just come goes */
    all->max_bytes = max_bytes;
    pthread_mutex_unlock(&all->lock);
    packet_rings_sweep(all);
}

void packet_rings_get_stats(PacketRings *all, PacketRingStats *stats)
{
    *stats = (PacketRingStats) { 0 };
    GHashTableIter iter;
    gpointer value;
    pthread_mutex_lock(&all->lock);
    stats->bytes = all->bytes;
    g_hash_table_iter_init(&iter, all->rings);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const PacketRing *ring = value;
        const AVPacket *first = ring->packets.head ? ring->packets.head->data : NULL;
        stats->packets += ring->packets.length;
        stats->streams += first != NULL;
        if (first && (stats->oldest_ns == 0 || first->pts < stats->oldest_ns))
            stats->oldest_ns = first->pts;
    }
    pthread_mutex_unlock(&all->lock);
}

PacketTake *packet_ring_take(PacketRing *ring, gint64 from_ns, gint64 to_ns)
{
    PacketRings *all = ring->all;
    g_autoptr(GPtrArray) dropped = g_ptr_array_new_with_free_func(free_packet);
    PacketTake *take = g_new0(PacketTake, 1);
    take->ring = ring;
    take->to_ns = to_ns;
    take->list = packet_list_new(AV_CODEC_ID_NONE);
    pthread_mutex_lock(&all->lock);
    take->list->codec = ring->codec;
    const GList *begin = ring->packets.head;
    for (const GList *l = begin; l; l = l->next) {
        const AVPacket *packet = l->data;
        if (packet->pts > from_ns)
            break;
        if (is_key(packet))
            begin = l;
    }
    for (const GList *l = begin; l && !take->list->is_cut; l = l->next) {
        if (((const AVPacket *)l->data)->pts <= to_ns)
            add_to_take(take, l->data);
    }
    g_ptr_array_add(all->takes, take);
    make_room(all, 0, dropped); /* the same packets, no longer ours to drop */
    pthread_mutex_unlock(&all->lock);
    return take;
}

void packet_take_get_state(PacketTake *take, PacketTakeState *state)
{
    PacketRings *all = take->ring->all;
    *state = (PacketTakeState) { 0 };
    pthread_mutex_lock(&all->lock);
    const GPtrArray *packets = take->list->packets;
    state->packets = packets->len;
    state->is_cut = take->list->is_cut;
    if (packets->len) {
        state->first_ns = ((const AVPacket *)g_ptr_array_index(packets, 0))->pts;
        state->last_ns = ((const AVPacket *)g_ptr_array_index(packets, packets->len - 1))->pts;
    }
    pthread_mutex_unlock(&all->lock);
}

PacketList *packet_take_end(PacketTake *take)
{
    PacketRings *all = take->ring->all;
    pthread_mutex_lock(&all->lock);
    g_ptr_array_remove_fast(all->takes, take);
    all->bytes -= take->bytes;
    pthread_mutex_unlock(&all->lock);
    PacketList *list = take->list;
    g_free(take);
    return list;
}

PacketList *packet_list_new(enum AVCodecID codec)
{
    PacketList *list = g_new0(PacketList, 1);
    list->codec = codec;
    list->packets = g_ptr_array_new_with_free_func(free_packet);
    return list;
}

void packet_list_free(PacketList *list)
{
    if (!list)
        return;
    g_ptr_array_unref(list->packets);
    g_free(list);
}

static void free_ring(gpointer data)
{
    PacketRing *ring = data;
    g_queue_clear_full(&ring->packets, free_packet);
    g_free(ring);
}

PacketRings *packet_rings_new(void)
{
    PacketRings *all = g_new0(PacketRings, 1);
    pthread_mutex_init(&all->lock, NULL);
    all->limit_ns = -1;
    all->rings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_ring);
    all->takes = g_ptr_array_new();
    return all;
}

void packet_rings_free(PacketRings *all)
{
    if (!all)
        return;
    g_assert(all->takes->len == 0);
    g_ptr_array_unref(all->takes);
    g_hash_table_unref(all->rings);
    pthread_mutex_destroy(&all->lock);
    g_free(all);
}
