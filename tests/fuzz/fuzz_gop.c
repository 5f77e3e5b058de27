/* fuzz_gop.c - any bytes from a camera as an access unit: no read outside of it, and no key frame
 * without a NAL unit that is one */
#include "pipelines/gop.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same question the slow way: NAL units one after the other until the first that is a slice. */
static gboolean is_key_slowly(const guint8 *data, gsize size, gboolean is_h265,
                              gboolean *has_parameters)
{
    *has_parameters = FALSE;
    for (gsize i = 2; i + 1 < size; i++) {
        if (data[i - 2] != 0 || data[i - 1] != 0 || data[i] != 1)
            continue;
        guint type = is_h265 ? data[i + 1] >> 1 & 0x3f : data[i + 1] & 0x1f;
        *has_parameters |= type == (is_h265 ? 33 : 7);
        if (is_h265 ? type < 32 : type >= 1 && type <= 5)
            return is_h265 ? type >= 16 && type <= 21 : type == 5;
    }
    return FALSE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree guint8 *exact = g_malloc(size ? size : 1);
    if (size)
        memcpy(exact, data, size);
    for (int is_h265 = 0; is_h265 < 2; is_h265++) {
        gboolean has_parameters, expected_parameters;
        gboolean is_key = gop_is_key(exact, size, is_h265, &has_parameters);
        g_assert_cmpint(is_key, ==, is_key_slowly(exact, size, is_h265, &expected_parameters));
        g_assert_cmpint(has_parameters, ==, expected_parameters);
    }
    return 0;
}
