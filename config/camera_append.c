/* camera_append.c - rows for further cameras at the end of a table, in the columns that it has */
#include "config/camera_append.h"

#include "config/camera_entry.h"
#include "config/csv.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"

/* In this order where the table is a new one. */
static const char *const usual[] = { "id",     "name", "region", "place",     "place_kind",
                                     "groups", "main", "sub",    "credential" };

static gboolean has_text(GPtrArray *rows, const char *key)
{
    for (guint i = 0; i < rows->len; i++) {
        const char *text = g_hash_table_lookup(rows->pdata[i], key);
        if (text && *text)
            return TRUE;
    }
    return FALSE;
}

static gboolean has_key(GPtrArray *keys, const char *key)
{
    for (guint i = 0; i < keys->len; i++) {
        if (g_strcmp0(keys->pdata[i], key) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The columns' English names, NULL for what is none; is_zh: the table says them in Chinese. Names are static. */
static GPtrArray *read_keys(const char *text, gsize len, gboolean *is_zh)
{
    GPtrArray *keys = g_ptr_array_new();
    char *copy = g_malloc(len + 1);
    memcpy(copy, text, len + 1);
    g_autoptr(Csv) csv = csv_new(copy, len);
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    guint row;
    const char *fault;
    *is_zh = FALSE;
    if (!csv_next(csv, cells, &row, &fault))
        return keys;
    for (guint i = 0; i < cells->len; i++) {
        const char *key = NULL, *zh = NULL;
        if (camera_csv_column(cells->pdata[i], &key, &zh))
            *is_zh |= strcmp(cells->pdata[i], zh) == 0;
        g_ptr_array_add(keys, (gpointer)key);
    }
    return keys;
}

static void add_cell(GString *out, const char *text, gboolean is_first)
{
    if (!is_first)
        g_string_append_c(out, ',');
    if (!strpbrk(text, ",\"\r\n") && *text != ' ' && !g_str_has_suffix(text, " ")) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

/* Where the first row ends that is not blank: before its line end. */
static gsize header_end(const char *text)
{
    gsize at = strspn(text, " \t\r\n");
    gboolean is_quoted = FALSE;
    while (text[at] && (is_quoted || (text[at] != '\r' && text[at] != '\n')))
        is_quoted ^= text[at++] == '"';
    return at;
}

static void add_columns(GString *out, GPtrArray *keys, GPtrArray *rows, gboolean is_zh)
{
    g_autoptr(GString) more = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
        const char *key, *zh;
        if (has_key(keys, usual[i]) || !has_text(rows, usual[i]) ||
            !camera_csv_column(usual[i], &key, &zh))
            continue;
        add_cell(more, is_zh ? zh : key, keys->len == 0);
        g_ptr_array_add(keys, (gpointer)key);
    }
    g_string_insert(out, (gssize)header_end(out->str), more->str);
}

/* The number of the last row that is not blank. */
static guint last_row(const char *text, gsize len)
{
    g_autoptr(Csv) csv = csv_new(g_strndup(text, len), len);
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    guint row = 0;
    const char *fault;
    while (csv_next(csv, cells, &row, &fault))
        continue;
    return row;
}

char *camera_append(const char *text, gsize len, GPtrArray *rows, gsize *out_len, guint *first_row,
                    GError **error)
{
    gsize utf8_len = 0;
    g_autofree char *utf8 = csv_dup_utf8(text, len, &utf8_len, error);
    if (!utf8)
        return NULL;
    gboolean is_zh, is_new = strspn(utf8, " \t\r\n") == utf8_len;
    g_autoptr(GPtrArray) keys = read_keys(utf8, utf8_len, &is_zh);
    GString *out = g_string_new(is_new ? "" : utf8);
    const char *line_end = is_new || strstr(utf8, "\r\n") ? "\r\n" : "\n";
    add_columns(out, keys, rows, is_zh || is_new);
    if (!g_str_has_suffix(out->str, "\n"))
        g_string_append(out, line_end);
    *first_row = last_row(out->str, out->len) + 1;
    for (guint i = 0; i < rows->len; i++) {
        for (guint k = 0; k < keys->len; k++) {
            const char *key = keys->pdata[k];
            const char *cell = key ? g_hash_table_lookup(rows->pdata[i], key) : NULL;
            add_cell(out, cell ? cell : "", k == 0);
        }
        g_string_append(out, line_end);
    }
    /* A spreadsheet takes a table without the mark for one in the local encoding. */
    if (is_new || (len >= strlen(BOM) && memcmp(text, BOM, strlen(BOM)) == 0))
        g_string_prepend(out, BOM);
    *out_len = out->len;
    return g_string_free(out, FALSE);
}
