/* gst_tests.h - GStreamer in g_test programs, after g_test_init(). */
#ifndef WALLCTL_TESTS_PIPELINE_GST_TESTS_H
#define WALLCTL_TESTS_PIPELINE_GST_TESTS_H

#include "pipelines/gate.h"
#include "pipelines/receive.h"

#include <gst/gst.h>

/* g_test ends the program at any library's warning. GStreamer warns of what bad cameras say, and its rtspsrc complains of
 * itself when it is stopped in the middle of a connect (gst_event_set_seqnum: seqnum != GST_SEQNUM_INVALID); what is said
 * elsewhere is our mistake. */
static inline void gst_tests_init(void)
{
    static const char *const ours[] = { "wallctl", "GLib", "GLib-GObject", "GLib-GIO" };
    g_log_set_always_fatal(G_LOG_FATAL_MASK);
    for (gsize i = 0; i < G_N_ELEMENTS(ours); i++)
        g_log_set_fatal_mask(ours[i],
                             G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
    receive_init(); /* as the daemon does */
    g_autoptr(Networks) networks = networks_new();
    networks_add(networks, "127.0.0.0/8"); /* where the simulator is */
    networks_add(networks, "255.255.255.255");
    gate_set_networks(networks);
    gst_init(NULL, NULL);
}

#endif
