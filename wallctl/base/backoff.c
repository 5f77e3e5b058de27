/* backoff.c - waiting times between tries */
#include "wallctl/base/backoff.h"

void backoff_init(Backoff *backoff, guint first_ms, guint limit_ms)
{
    *backoff = (Backoff) { .first_ms = first_ms, .limit_ms = limit_ms };
}

guint backoff_next_ms(Backoff *backoff)
{
    guint64 wait = (guint64)backoff->first_ms << MIN(backoff->tries, 16u);
    wait = MIN(wait, backoff->limit_ms);
    if (backoff->tries < G_MAXUINT)
        backoff->tries++;
    return (guint)((double)wait * g_random_double_range(0.75, 1.25));
}

void backoff_reset(Backoff *backoff)
{
    backoff->tries = 0;
}
