/* bundle.c - texts as files of one .tar.gz */
#include "wallctl/bundle.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

struct Bundle {
    struct archive *archive;
    GByteArray *bytes;
    char *folder;
    gboolean has_failed;
};

static la_ssize_t on_bytes(struct archive *archive, void *user, const void *data, size_t len)
{
    Bundle *bundle = user;
    g_byte_array_append(bundle->bytes, data, (guint)len);
    return (la_ssize_t)len;
}

static void bundle_free(Bundle *bundle)
{
    archive_write_free(bundle->archive);
    g_clear_pointer(&bundle->bytes, g_byte_array_unref);
    g_free(bundle->folder);
    g_free(bundle);
}

static void set_error(const Bundle *bundle, GError **error)
{
    const char *text = archive_error_string(bundle->archive);
    wall_error_set(error, WALL_ERROR_INTERNAL, "the bundle cannot be written: %s",
                   "诊断包写不出来：%s", text ? text : "libarchive");
}

Bundle *bundle_new(const char *folder, GError **error)
{
    Bundle *bundle = g_new0(Bundle, 1);
    bundle->archive = archive_write_new();
    bundle->bytes = g_byte_array_new();
    bundle->folder = g_strdup(folder);
    if (archive_write_add_filter_gzip(bundle->archive) == ARCHIVE_OK &&
        archive_write_set_format_ustar(bundle->archive) == ARCHIVE_OK &&
        archive_write_open(bundle->archive, bundle, NULL, on_bytes, NULL) == ARCHIVE_OK)
        return bundle;
    set_error(bundle, error);
    bundle_free(bundle);
    return NULL;
}

void bundle_add(Bundle *bundle, const char *name, const char *text)
{
    if (bundle->has_failed)
        return;
    g_autofree char *path = g_strconcat(bundle->folder, "/", name, NULL);
    gsize len = strlen(text);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (la_int64_t)len);
    archive_entry_set_mtime(entry, clock_unix_ms() / 1000, 0);
    bundle->has_failed = archive_write_header(bundle->archive, entry) != ARCHIVE_OK ||
                         archive_write_data(bundle->archive, text, len) != (la_ssize_t)len;
    archive_entry_free(entry);
}

GBytes *bundle_end(Bundle *bundle, GError **error)
{
    GBytes *bytes = NULL;
    if (!bundle->has_failed && archive_write_close(bundle->archive) == ARCHIVE_OK)
        bytes = g_byte_array_free_to_bytes(g_steal_pointer(&bundle->bytes));
    else
        set_error(bundle, error);
    bundle_free(bundle);
    return bytes;
}
