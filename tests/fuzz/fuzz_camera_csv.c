/* fuzz_camera_csv.c - any table gives sound cameras of its good rows, and a fault for each of the
 * others */
#include "config/camera_csv.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Faults) faults = faults_new("fuzz", 50);
    g_autoptr(GPtrArray) cameras = camera_csv_parse((const char *)data, size, faults);
    g_assert_true(cameras || faults_count(faults) > 0);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; cameras && i < cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(cameras, i);
        g_assert_true(g_hash_table_add(ids, camera->id));
        g_assert_true(*camera->id && *camera->name);
        g_assert_true(g_utf8_validate(camera->name, -1, NULL));
        g_assert_null(camera_address_fault(camera_address(camera, PROFILE_MAIN)));
        g_assert_null(strchr(camera_address(camera, PROFILE_SUB), '@'));
    }
    return 0;
}
