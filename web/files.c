/* files.c - the page's files, read once into memory */
#include "web/files.h"

#include "wallctl/base/error.h"

#include <string.h>

#define MAX_BYTES (64 * 1024 * 1024)
#define MAX_FILES 4096
#define MAX_DEPTH 8
#define PACKED    ".gz"
#define FOR_GOOD  "/assets/"

struct PageFiles {
    GHashTable *by_path; /* "/app.js" -> PageFile */
    gsize bytes;
};

static const struct {
    const char *suffix, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".jpg", "image/jpeg" },
    { ".webp", "image/webp" },
    { ".ico", "image/x-icon" },
    { ".woff2", "font/woff2" },
    { ".json", "application/json" },
    { ".map", "application/json" },
    { ".webmanifest", "application/manifest+json" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".mp3", "audio/mpeg" },
    { ".ogg", "audio/ogg" },
    { ".wav", "audio/wav" },
    { ".wasm", "application/wasm" },
};

static void page_file_free(gpointer data)
{
    PageFile *file = data;
    g_bytes_unref(file->body);
    g_free(file->etag);
    g_free(file);
}

static const char *type_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_str_has_suffix(name, types[i].suffix))
            return types[i].type;
    }
    return "application/octet-stream";
}

/* Takes body. */
static void put(PageFiles *files, const char *path, const char *type, GBytes *body)
{
    PageFile *file = g_new0(PageFile, 1);
    g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, body);
    file->etag = g_strdup_printf("\"%.32s\"", sum);
    file->body = body;
    file->type = type;
    file->is_for_good = g_str_has_prefix(path, FOR_GOOD);
    g_hash_table_replace(files->by_path, g_strdup(path), file);
}

static gboolean load_file(PageFiles *files, const char *disk_path, const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize len;
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(disk_path, &text, &len, &cause)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s", cause->message);
        return FALSE;
    }
    files->bytes += len;
    if (files->bytes > MAX_BYTES || g_hash_table_size(files->by_path) >= MAX_FILES) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT,
                    "%s: the page's folder holds more than %d MiB or %d files", disk_path,
                    MAX_BYTES >> 20, MAX_FILES);
        return FALSE;
    }
    put(files, path, type_of(path), g_bytes_new_take(g_steal_pointer(&text), len));
    return TRUE;
}

static gboolean load_dir(PageFiles *files, const char *disk_path, const char *path, guint depth,
                         GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GDir) dir = g_dir_open(disk_path, 0, &cause);
    if (!dir) {
        gboolean is_missing = g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT);
        g_set_error(error, WALL_ERROR, is_missing ? WALL_ERROR_NOT_FOUND : WALL_ERROR_UNAVAILABLE,
                    "%s", cause->message);
        return FALSE;
    }
    const char *name;
    while ((name = g_dir_read_name(dir))) {
        if (*name == '.' || !g_utf8_validate(name, -1, NULL))
            continue;
        g_autofree char *below = g_build_filename(disk_path, name, NULL);
        g_autofree char *child = g_strdup_printf("%s/%s", path, name);
        gboolean is_dir = g_file_test(below, G_FILE_TEST_IS_DIR);
        if (is_dir && depth < MAX_DEPTH) {
            if (!load_dir(files, below, child, depth + 1, error))
                return FALSE;
        } else if (!is_dir && !load_file(files, below, child, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Finds the packed forms of what was read. */
static void pair(PageFiles *files)
{
    GHashTableIter iter;
    gpointer path, data;
    g_hash_table_iter_init(&iter, files->by_path);
    while (g_hash_table_iter_next(&iter, &path, &data)) {
        PageFile *whole = data;
        g_autofree char *name = g_strconcat(path, PACKED, NULL);
        PageFile *packed = g_hash_table_lookup(files->by_path, name);
        if (!packed)
            continue;
        whole->has_packed = packed->is_packed = TRUE;
        packed->type = whole->type;
    }
}

PageFiles *page_files_load(const char *dir, GError **error)
{
    PageFiles *files = g_new0(PageFiles, 1);
    files->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, page_file_free);
    if (!dir || load_dir(files, dir, "", 0, error)) {
        pair(files);
        return files;
    }
    page_files_free(files);
    return NULL;
}

void page_files_put(PageFiles *files, const char *path, const char *type, GBytes *body)
{
    if (body)
        put(files, path, type, g_bytes_ref(body));
    else
        g_hash_table_remove(files->by_path, path);
}

void page_files_free(PageFiles *files)
{
    if (!files)
        return;
    g_hash_table_unref(files->by_path);
    g_free(files);
}

/* "br, gzip;q=0.8" does, "gzip;q=0" does not. */
static gboolean takes_gzip(const char *accepted)
{
    g_auto(GStrv) words = g_strsplit(accepted ? accepted : "", ",", 32);
    for (char **word = words; *word; word++) {
        g_auto(GStrv) parts = g_strsplit(*word, ";", 2);
        if (!parts[0] || g_ascii_strcasecmp(g_strstrip(parts[0]), "gzip") != 0)
            continue;
        const char *q = parts[1] ? strstr(parts[1], "q=") : NULL;
        return !q || g_ascii_strtod(q + 2, NULL) > 0;
    }
    return FALSE;
}

const PageFile *page_files_find(const PageFiles *files, const char *path, const char *accepted)
{
    g_autofree char *name =
        g_strconcat(path, g_str_has_suffix(path, "/") ? "index.html" : "", NULL);
    const PageFile *whole = g_hash_table_lookup(files->by_path, name);
    if (!whole || whole->is_packed || !whole->has_packed || !takes_gzip(accepted))
        return whole && !whole->is_packed ? whole : NULL;
    g_autofree char *packed = g_strconcat(name, PACKED, NULL);
    return g_hash_table_lookup(files->by_path, packed);
}
