/* fuzz_evidence.c - any text as a manifest that lies in the evidence folder: refused with nothing taken over, or taken over, and
 * then what is written of it anew is read as the same */
#include "wallctl/model/evidence.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ID "ev-bcdfghjkmn"

static void check_taken(const Evidence *evidence)
{
    for (guint i = 0; i < evidence->files->len; i++) {
        const EvidenceFile *file = &g_array_index(evidence->files, EvidenceFile, i);
        g_assert_cmpint(file->role, >, 0);
        g_assert_cmpint(file->role, <=, EVIDENCE_ROLE_LAST);
        g_assert_cmpuint(strlen(file->sha256), ==, 64);
        g_assert_cmpint(file->bytes, >=, 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(Evidence) evidence = evidence_new(ID);
    g_autoptr(GError) error = NULL;
    evidence->kind = EVIDENCE_CLIP;
    gboolean is_read = evidence_read_manifest(evidence, text, &error);
    g_assert_true(is_read == (error == NULL));
    if (!is_read) {
        g_assert_cmpuint(evidence->files->len, ==, 0);
        return 0;
    }
    check_taken(evidence);
    g_autofree char *first = evidence_dup_manifest(evidence, "试点", "wallctl");
    g_autoptr(Evidence) again = evidence_new(ID);
    again->kind = EVIDENCE_CLIP;
    g_assert_true(evidence_read_manifest(again, first, NULL));
    g_autofree char *second = evidence_dup_manifest(again, "试点", "wallctl");
    g_assert_cmpstr(first, ==, second);
    return 0;
}
