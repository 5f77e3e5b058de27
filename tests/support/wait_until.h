/* wait_until.h - runs the main loop until something holds, under a watchdog */
#ifndef TESTS_SUPPORT_WAIT_UNTIL_H
#define TESTS_SUPPORT_WAIT_UNTIL_H

#include <glib.h>

#define WAIT_WATCHDOG_MS 60000

static inline gboolean wait_give_up(gpointer user)
{
    g_error("watchdog: %s", (const char *)user);
    return G_SOURCE_REMOVE;
}

static inline gboolean wait_look_again(gpointer user)
{
    return G_SOURCE_CONTINUE;
}

/* Looked at after every event and every 10 ms. */
#define WAIT_UNTIL(condition)                                                                      \
    do {                                                                                           \
        guint watchdog = g_timeout_add(WAIT_WATCHDOG_MS, wait_give_up, (gpointer) #condition);     \
        guint ticks = g_timeout_add(10, wait_look_again, NULL);                                    \
        while (!(condition))                                                                       \
            g_main_context_iteration(NULL, TRUE);                                                  \
        g_source_remove(ticks);                                                                    \
        g_source_remove(watchdog);                                                                 \
    } while (0)

#endif
