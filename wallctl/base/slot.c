/* slot.c - a mailbox of one: the newest value wins */
#include "wallctl/base/slot.h"

void slot_init(Slot *slot, GDestroyNotify unref)
{
    pthread_mutex_init(&slot->lock, NULL);
    slot->value = NULL;
    slot->unref = unref;
}

void slot_put(Slot *slot, void *value)
{
    pthread_mutex_lock(&slot->lock);
    void *old = slot->value;
    slot->value = value;
    pthread_mutex_unlock(&slot->lock);
    if (old)
        slot->unref(old); /* outside the lock: freeing a picture takes time */
}

void *slot_take(Slot *slot)
{
    pthread_mutex_lock(&slot->lock);
    void *value = slot->value;
    slot->value = NULL;
    pthread_mutex_unlock(&slot->lock);
    return value;
}

void slot_clear(Slot *slot)
{
    slot_put(slot, NULL);
    pthread_mutex_destroy(&slot->lock);
}
