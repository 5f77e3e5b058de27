/* ring.c - the last events as ready text, by sequence number */
#include "web/ring.h"

struct EventRing {
    guint size; /* of items */
    EventItem *items;
    gsize bytes, max_bytes;
    guint64 oldest, next; /* held: oldest..next-1, each at its number modulo size */
};

static void drop_oldest(EventRing *ring)
{
    EventItem *item = &ring->items[ring->oldest % ring->size];
    ring->bytes -= g_bytes_get_size(item->text);
    g_clear_pointer(&item->text, g_bytes_unref);
    g_clear_pointer(&item->region, g_free);
    g_clear_pointer(&item->unit, g_free);
    ring->oldest++;
}

EventRing *event_ring_new(guint max_events, gsize max_bytes, guint64 first)
{
    g_assert(max_events > 0);
    EventRing *ring = g_new0(EventRing, 1);
    ring->size = max_events;
    ring->items = g_new0(EventItem, max_events);
    ring->max_bytes = max_bytes;
    ring->oldest = ring->next = first;
    return ring;
}

void event_ring_free(EventRing *ring)
{
    if (!ring)
        return;
    while (ring->oldest < ring->next)
        drop_oldest(ring);
    g_free(ring->items);
    g_free(ring);
}

guint64 event_ring_next(const EventRing *ring)
{
    return ring->next;
}

void event_ring_push(EventRing *ring, GBytes *text, Right right, const char *region,
                     const char *unit)
{
    gsize size = g_bytes_get_size(text);
    while (ring->oldest < ring->next &&
           (ring->next - ring->oldest >= ring->size || ring->bytes + size > ring->max_bytes))
        drop_oldest(ring);
    ring->items[ring->next % ring->size] =
        (EventItem) { text, right, g_strdup(region), g_strdup(unit) };
    ring->bytes += size;
    ring->next++;
}

guint64 event_ring_oldest(const EventRing *ring)
{
    return ring->oldest;
}

const EventItem *event_ring_get(const EventRing *ring, guint64 number)
{
    if (number < ring->oldest || number >= ring->next)
        return NULL;
    return &ring->items[number % ring->size];
}
