/* pulse.c - an overlay that alternates between two drawn states
 *
 * A drawing may arrive from its [worker] while [control] beats: the lock keeps a state of the former
 * drawing from being put over the new one.
 */
#include "pipelines/pulse.h"

#include "wallctl/base/clock.h"

#include <pthread.h>

struct Pulse {
    gint refs;
    Overlay *shown;
    pthread_mutex_t lock;
    Bitmap *state[2]; /* lock; bright, dim (NULL: stands still) */
    gboolean is_dim;  /* lock */
};

Pulse *pulse_new(void)
{
    Pulse *pulse = g_new0(Pulse, 1);

    pulse->refs = 1;
    pulse->shown = overlay_new();
    pthread_mutex_init(&pulse->lock, NULL);
    return pulse;
}

Pulse *pulse_ref(Pulse *pulse)
{
    g_atomic_int_inc(&pulse->refs);
    return pulse;
}

void pulse_unref(Pulse *pulse)
{
    if (!pulse || !g_atomic_int_dec_and_test(&pulse->refs))
        return;
    overlay_unref(pulse->shown);
    bitmap_unref(pulse->state[0]);
    bitmap_unref(pulse->state[1]);
    pthread_mutex_destroy(&pulse->lock);
    g_free(pulse);
}

Overlay *pulse_overlay(Pulse *pulse)
{
    return pulse->shown;
}

/* Under the lock. */
static void show_state(Pulse *pulse)
{
    Bitmap *bitmap = pulse->state[pulse->is_dim && pulse->state[1] != NULL];

    overlay_put(pulse->shown, bitmap ? bitmap_ref(bitmap) : NULL);
}

void pulse_put(Pulse *pulse, Bitmap *bright, Bitmap *dim)
{
    pthread_mutex_lock(&pulse->lock);
    Bitmap *old[2] = { pulse->state[0], pulse->state[1] };
    pulse->state[0] = bright;
    pulse->state[1] = dim;
    show_state(pulse);
    pthread_mutex_unlock(&pulse->lock);
    bitmap_unref(old[0]);
    bitmap_unref(old[1]);
}

void pulse_beat(Pulse *pulse, gboolean is_dim)
{
    pthread_mutex_lock(&pulse->lock);
    gboolean is_changed = pulse->is_dim != is_dim;
    pulse->is_dim = is_dim;
    if (is_changed && pulse->state[1])
        show_state(pulse);
    pthread_mutex_unlock(&pulse->lock);
}

gboolean pulse_is_dim(gint64 now_ns)
{
    return now_ns / (PULSE_MS * NS_PER_MS) % 2 != 0;
}
