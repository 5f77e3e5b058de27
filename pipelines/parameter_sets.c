/* parameter_sets.c - SPS and PPS (VPS too) from the SDP's fmtp line */
#include "pipelines/parameter_sets.h"

#define MAX_BYTES 4096

GBytes *parameter_sets_from_sprop(const char *const *lists, guint n_lists)
{
    static const guint8 start_code[] = { 0, 0, 0, 1 };
    g_autoptr(GByteArray) out = g_byte_array_new();
    for (guint i = 0; i < n_lists; i++) {
        g_auto(GStrv) parts = lists[i] ? g_strsplit(lists[i], ",", 16) : NULL;
        for (guint j = 0; parts && parts[j]; j++) {
            gsize len = 0;
            g_autofree guint8 *unit = *parts[j] ? g_base64_decode(parts[j], &len) : NULL;
            if (len < 2 || out->len + len > MAX_BYTES)
                continue;
            g_byte_array_append(out, start_code, sizeof start_code);
            g_byte_array_append(out, unit, (guint)len);
        }
    }
    return out->len ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}
