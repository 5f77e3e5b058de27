/* fuzz_sprop.c - any text of an SDP as parameter sets: bounded Annex B or nothing. A line feed
 * parts the lists. */
#include "pipelines/parameter_sets.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const guint8 start_code[] = { 0, 0, 0, 1 };
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) lists = g_strsplit(text, "\n", 3);
    g_autoptr(GBytes) sets =
        parameter_sets_from_sprop((const char *const *)lists, g_strv_length(lists));
    if (!sets)
        return 0;
    gsize len;
    const guint8 *bytes = g_bytes_get_data(sets, &len);
    g_assert_cmpuint(len, >=, sizeof start_code + 2);
    g_assert_cmpuint(len, <=, 4096 + sizeof start_code);
    g_assert_cmpint(memcmp(bytes, start_code, sizeof start_code), ==, 0);
    return 0;
}
