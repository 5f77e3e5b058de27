/* door.c - who knocks with a wrong token waits */
#include "web/door.h"

#include "wallctl/base/clock.h"

typedef struct {
    guint failures;
    gint64 last_ns, until_ns;
} Knock;

struct Door {
    GHashTable *knocks; /* char * -> Knock */
};

guint door_wait_s(Door *door, const char *address)
{
    const Knock *knock = g_hash_table_lookup(door->knocks, address);
    gint64 left_ns = knock ? knock->until_ns - clock_now_ns() : 0;
    return left_ns > 0 ? (guint)((left_ns + NS_PER_SEC - 1) / NS_PER_SEC) : 0;
}

static gboolean is_stale(const Knock *knock)
{
    return clock_now_ns() - knock->last_ns > DOOR_FORGET_S * NS_PER_SEC;
}

gboolean door_knows(const Door *door, const char *address)
{
    const Knock *knock = g_hash_table_lookup(door->knocks, address);
    return knock && !is_stale(knock);
}

static void forget_oldest(Door *door)
{
    GHashTableIter iter;
    gpointer address, value, oldest = NULL;
    gint64 oldest_ns = G_MAXINT64;
    g_hash_table_iter_init(&iter, door->knocks);
    while (g_hash_table_iter_next(&iter, &address, &value)) {
        const Knock *knock = value;
        if (knock->last_ns < oldest_ns) {
            oldest_ns = knock->last_ns;
            oldest = address;
        }
    }
    if (oldest)
        g_hash_table_remove(door->knocks, oldest);
}

void door_failed(Door *door, const char *address)
{
    Knock *knock = g_hash_table_lookup(door->knocks, address);
    if (!knock) {
        if (g_hash_table_size(door->knocks) >= DOOR_MAX_ADDRESSES)
            forget_oldest(door);
        knock = g_new0(Knock, 1);
        knock->last_ns = clock_now_ns();
        g_hash_table_insert(door->knocks, g_strdup(address), knock);
    }
    knock->failures = is_stale(knock) ? 1 : knock->failures + 1;
    knock->last_ns = clock_now_ns();
    if (knock->failures <= DOOR_FREE_FAILURES)
        return;
    guint doublings = MIN(knock->failures - DOOR_FREE_FAILURES - 1, 5u);
    knock->until_ns = knock->last_ns + MIN(1 << doublings, DOOR_MAX_WAIT_S) * NS_PER_SEC;
}

void door_passed(Door *door, const char *address)
{
    g_hash_table_remove(door->knocks, address);
}

Door *door_new(void)
{
    Door *door = g_new0(Door, 1);
    door->knocks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return door;
}

void door_free(Door *door)
{
    if (!door)
        return;
    g_hash_table_unref(door->knocks);
    g_free(door);
}
