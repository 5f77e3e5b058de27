/* sim_fault.h - what is wrong with a simulated camera: a value, read from text. [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_FAULT_H
#define WALLCTL_TESTS_SUPPORT_SIM_FAULT_H

#include <glib.h>

/* Zeroed: nothing is wrong. The meaning of each is told at camera_sim_set_fault(). */
typedef struct {
    gboolean hang, silent, refuse, refuse_503, not_found, auth_wrong;
    gboolean ignore_teardown, ignore_get_parameter;
    gboolean no_idr, resize, garbage;
    double loss_percent;
    gint slow_connect_ms;
    gint wrong_clock_s;
    /* done once, when set */
    gboolean drop;
    gint reboot_s;
} SimFaults;

/* Reads "none" or a list by commas ("loss=1,wrong-clock=-30"). WALL_ERROR_INVALID names what is
 * wrong and accepted. */
gboolean sim_faults_parse(const char *spec, SimFaults *faults, GError **error);

/* The lasting faults as text that sim_faults_parse() reads; "none". Caller frees. */
char *sim_faults_dup_text(const SimFaults *faults);

/* The next number of a fixed sequence, 0 .. 2^32-1; *state must not be 0. */
guint32 sim_random(guint32 *state);

#endif
