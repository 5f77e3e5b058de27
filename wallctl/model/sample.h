/* sample.h - a random sample that anybody can draw again (随机回访). Pure. [any]
 *
 * Each name gets a keyed hash (SipHash-2-4, the key made of the seed), and the n smallest are drawn:
 * every name has the same chance, the order in which names come does not matter, and a name that is
 * added or gone changes at most one place.
 */
#ifndef WALLCTL_MODEL_SAMPLE_H
#define WALLCTL_MODEL_SAMPLE_H

#include <glib.h>

typedef struct Sample Sample;

Sample *sample_new(guint64 seed, guint n);
void sample_feed(Sample *sample, const char *name); /* each name once; copied */

/* The names drawn, in the order of the draw; ends the sample. Caller owns. */
GPtrArray *sample_end(Sample *sample);

#endif
