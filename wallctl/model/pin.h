/* pin.h - the number that ends visitor mode: which ones are accepted, and how often one may try. Pure. [any] */
#ifndef WALLCTL_MODEL_PIN_H
#define WALLCTL_MODEL_PIN_H

#include <glib.h>

#define PIN_MIN_DIGITS 6
#define PIN_MAX_DIGITS 12

/* FALSE with WALL_ERROR_INVALID, which never repeats the number: not 6 to 12 digits, or one that everybody
 * tries first (one digit again and again, digits in a row, a short pattern repeated). */
gboolean pin_check(const char *pin, GError **error);

/* How long nobody may try after so many wrong ones in a row, in seconds. */
guint pin_wait_s(guint failures);

#endif
