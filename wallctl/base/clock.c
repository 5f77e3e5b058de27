/* clock.c - the only source of time, so that tests can step it */
#include "wallctl/base/clock.h"

#include <time.h>

static gint64 test_now_ns = -1;
static gint64 test_unix_ms = -1;

gint64 clock_now_ns(void)
{
    gint64 fixed = __atomic_load_n(&test_now_ns, __ATOMIC_RELAXED);
    if (fixed >= 0)
        return fixed;
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (gint64)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

gint64 clock_unix_ms(void)
{
    gint64 fixed = __atomic_load_n(&test_unix_ms, __ATOMIC_RELAXED);
    if (fixed >= 0)
        return fixed;
    return g_get_real_time() / 1000;
}

void clock_set_for_test(gint64 now_ns, gint64 unix_ms)
{
    __atomic_store_n(&test_now_ns, now_ns, __ATOMIC_RELAXED);
    __atomic_store_n(&test_unix_ms, unix_ms, __ATOMIC_RELAXED);
}
