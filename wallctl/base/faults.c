/* faults.c - all that is wrong with one input, collected and reported together */
#include "wallctl/base/faults.h"

#include <string.h>

struct Faults {
    char *source;
    GPtrArray *lines;
    guint limit, count;
};

static guint edit_distance(const char *a, const char *b)
{
    gsize n = strlen(b);
    g_autofree guint *row = g_new(guint, n + 1);
    for (gsize j = 0; j <= n; j++)
        row[j] = (guint)j;
    for (gsize i = 1; a[i - 1]; i++) {
        guint diagonal = row[0];
        row[0] = (guint)i;
        for (gsize j = 1; j <= n; j++) {
            guint above = row[j];
            guint change = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = MIN(change, MIN(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[n];
}

const char *nearest_name(const char *name, const char *const *known, gsize n_known)
{
    gsize len = strlen(name);
    if (len > 64)
        return NULL;
    const char *best = NULL;
    /* One letter for another is no misspelling. */
    guint best_distance = len < 2 ? 0 : (guint)MAX(len / 3, 1u) + 1;
    for (gsize i = 0; i < n_known; i++) {
        guint distance = edit_distance(name, known[i]);
        if (distance < best_distance) {
            best = known[i];
            best_distance = distance;
        }
    }
    return best;
}

void faults_add(Faults *faults, const char *place, const char *format, ...)
{
    if (faults->count++ >= faults->limit)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *raw = g_strdup_vprintf(format, args);
    va_end(args);
    /* "%.20s" may cut a letter in two. */
    g_autofree char *text = g_utf8_make_valid(raw, -1);
    g_ptr_array_add(faults->lines, *place
                                       ? g_strdup_printf("%s: %s: %s", faults->source, place, text)
                                       : g_strdup_printf("%s: %s", faults->source, text));
}

gboolean faults_has(const Faults *faults, const char *place)
{
    gsize skipped = strlen(faults->source) + strlen(": "), len = strlen(place);
    for (guint i = 0; i < faults->lines->len; i++) {
        const char *line = (const char *)g_ptr_array_index(faults->lines, i) + skipped;
        if (strncmp(line, place, len) == 0 && strchr(":.[,", line[len]) && line[len])
            return TRUE;
    }
    return FALSE;
}

guint faults_count(const Faults *faults)
{
    return faults->count;
}

const char *faults_get(const Faults *faults, guint index)
{
    return index < faults->lines->len ? g_ptr_array_index(faults->lines, index) : NULL;
}

char *faults_dup_text(const Faults *faults)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < faults->lines->len; i++)
        g_string_append_printf(text, "%s\n", (char *)g_ptr_array_index(faults->lines, i));
    if (faults->count > faults->lines->len)
        g_string_append_printf(text, "%s: and %u more\n", faults->source,
                               faults->count - faults->lines->len);
    return g_string_free(text, FALSE);
}

Faults *faults_new(const char *source, guint limit)
{
    Faults *faults = g_new0(Faults, 1);
    faults->source = g_strdup(source);
    faults->lines = g_ptr_array_new_with_free_func(g_free);
    faults->limit = limit;
    return faults;
}

void faults_free(Faults *faults)
{
    if (!faults)
        return;
    g_free(faults->source);
    g_ptr_array_unref(faults->lines);
    g_free(faults);
}
