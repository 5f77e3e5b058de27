/* fuzz_credentials.c - a file of credentials, plain or sealed: no crash, no text of it in a fault, and nothing that was not sealed
 * with the key opens
 */
#include "config/credentials.h"
#include "config/sealed_file.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static SealKey *fuzz_key(void)
{
    static SealKey *key;
    if (key)
        return key;
    g_autofree char *folder = g_dir_make_tmp("wallctl-fuzz-XXXXXX", NULL);
    key = seal_key_open(folder, NULL);
    g_assert_nonnull(key);
    g_autofree char *path = g_build_filename(folder, "seal.key", NULL);
    g_unlink(path);
    g_rmdir(folder);
    return key;
}

static void open_sealed(const char *text, gsize len)
{
    gsize opened = 0;
    char *plain = sealed_text_open(fuzz_key(), text, len, &opened);
    g_assert_null(plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(Faults) faults = faults_new("f", 5);
    Credentials *credentials = credentials_parse((const char *)data, size, "c.json", faults);
    g_assert_true((credentials == NULL) == (faults_count(faults) > 0));
    g_autofree char *said = faults_dup_text(faults);
    g_assert_null(strstr(said, "hunter 2!")); /* no reference may be like that */
    credentials_unref(credentials);
    sealed_text_is_plain((const char *)data, size);
    open_sealed((const char *)data, size);
    g_autofree char *id = seal_key_dup_id(fuzz_key());
    g_autofree char *under = g_strconcat("wallctl-sealed 1 ", id, "\n", text, NULL);
    open_sealed(under, strlen(under));
    return 0;
}
