/* pin.c - the number that ends visitor mode: which ones are accepted, and how often one may try
 *
 * Six digits are a million numbers. With the waits below somebody who tries for a whole day comes to some
 * thirty of them.
 */
#include "wallctl/model/pin.h"

#include "wallctl/base/error.h"

#include <string.h>

/* 123456, 987654: each digit one more, or one less, than the one before. */
static gboolean is_run(const char *pin, gsize len)
{
    int step = pin[1] - pin[0];
    if (step != 1 && step != -1)
        return FALSE;
    for (gsize i = 2; i < len; i++) {
        if (pin[i] - pin[i - 1] != step)
            return FALSE;
    }
    return TRUE;
}

/* 111111, 121212, 123123. */
static gboolean is_repeated(const char *pin, gsize len)
{
    for (gsize n = 1; n <= len / 2; n++) {
        if (len % n == 0 && memcmp(pin, pin + n, len - n) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean pin_check(const char *pin, GError **error)
{
    gsize len = strlen(pin);
    if (len < PIN_MIN_DIGITS || len > PIN_MAX_DIGITS || strspn(pin, "0123456789") != len) {
        wall_error_set(error, WALL_ERROR_INVALID, "pin: accepted: %d to %d digits",
                       "PIN 须为 %d 到 %d 位数字", PIN_MIN_DIGITS, PIN_MAX_DIGITS);
        return FALSE;
    }
    if (is_run(pin, len) || is_repeated(pin, len)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "pin: is one of those that are tried first; choose another",
                       "PIN 太容易猜到（连号或重复），请换一个");
        return FALSE;
    }
    return TRUE;
}

guint pin_wait_s(guint failures)
{
    static const guint waits[] = { 0, 0, 0, 5, 15, 300, 600, 1800, 3600 };
    return waits[MIN(failures, G_N_ELEMENTS(waits) - 1)];
}
