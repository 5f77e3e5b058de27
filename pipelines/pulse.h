/* pulse.h - an overlay that alternates between two drawn states: what nobody has acknowledged yet
 *
 * Both states are drawn once; a beat only swaps which of them is newest. PULSE_MS is half a period,
 * so a pulse blinks once a second at most: slower than what is dangerous to anybody and calm enough
 * for a room. All pulses of a process beat together (pulse_is_dim()).
 */
#ifndef WALLCTL_PIPELINES_PULSE_H
#define WALLCTL_PIPELINES_PULSE_H

#include "pipelines/overlay.h"

#define PULSE_MS 500

typedef struct Pulse Pulse; /* counted */

Pulse *pulse_new(void);
Pulse *pulse_ref(Pulse *pulse);
void pulse_unref(Pulse *pulse);

/* [any] What is shown; borrowed, lives as long as the pulse. */
Overlay *pulse_overlay(Pulse *pulse);

/* [any] Takes both; dim NULL: it stands still. */
void pulse_put(Pulse *pulse, Bitmap *bright, Bitmap *dim);

/* [any] Shows this state; nothing happens when it is shown already or the pulse stands still. */
void pulse_beat(Pulse *pulse, gboolean is_dim);

/* The state that all pulses have at a time of clock_now_ns(). */
gboolean pulse_is_dim(gint64 now_ns);

#endif
