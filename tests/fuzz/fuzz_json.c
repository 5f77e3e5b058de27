/* fuzz_json.c - any bytes give a tree or an error with a place; what we print we read again as the
 * same */
#include "wallctl/base/json.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_flags(const uint8_t *data, size_t size, JsonFlags flags)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_parse((const char *)data, size, 1 << 16, flags, &error);
    g_assert_true((json == NULL) == (error != NULL));
    if (!json) {
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_true(size > 1 << 16 || g_str_has_prefix(error->message, "line "));
        /* A message of json-c's own would mean that our scan let something pass. */
        for (int i = json_tokener_continue; i < json_tokener_error_size; i++)
            g_assert_false(g_str_has_suffix(error->message, json_tokener_error_desc(i)));
        return;
    }
    g_autofree char *text = json_dup_text(json);
    g_autoptr(Json) again = json_parse(text, strlen(text), 1 << 20, JSON_STRICT, &error);
    g_assert_no_error(error);
    g_autofree char *text_again = json_dup_text(again);
    g_assert_cmpstr(text, ==, text_again);
    if (json_object_is_type(json, json_type_object)) {
        g_autoptr(Faults) faults = faults_new("fuzz", 4);
        static const char *const known[] = { "name", "stall_ms" };
        json_refuse_unknown(json, known, G_N_ELEMENTS(known), faults, "");
        gint64 number;
        if (json_get_int(json, "stall_ms", 0, 10, &number, faults, ""))
            g_assert_true(number >= 0 && number <= 10);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_flags(data, size, JSON_STRICT);
    try_flags(data, size, JSON_COMMENTS);
    return 0;
}
