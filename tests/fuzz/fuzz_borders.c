/* fuzz_borders.c - any text as outlines of regions: JSON of lines on the globe, or faults */
#include "config/borders.h"
#include "wallctl/base/json.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Faults) faults = faults_new("fuzz", 50);
    g_autoptr(GBytes) kept = borders_parse((const char *)data, size, "", faults);
    g_assert_true((kept != NULL) == (faults_count(faults) == 0));
    if (!kept)
        return 0;
    gsize len;
    const char *text = g_bytes_get_data(kept, &len);
    g_autoptr(Json) json = json_parse(text, len, 0, JSON_STRICT, NULL);
    g_assert_nonnull(json);
    Json *borders = json_object_object_get(json, "borders");
    for (gsize i = 0; i < json_object_array_length(borders); i++) {
        Json *lines = json_object_object_get(json_object_array_get_idx(borders, i), "lines");
        for (gsize k = 0; k < json_object_array_length(lines); k++)
            g_assert_cmpuint(json_object_array_length(json_object_array_get_idx(lines, k)), >=, 2);
    }
    return 0;
}
