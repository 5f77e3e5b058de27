/* sample.c - a random sample that anybody can draw again */
#include "wallctl/model/sample.h"

#include <sodium.h>
#include <string.h>

typedef struct {
    guint64 mark;
    char *name;
} Drawn;

struct Sample {
    guint8 key[crypto_shorthash_KEYBYTES];
    guint n;
    GArray *drawn; /* Drawn, smallest mark first, at most n */
};

static void clear_drawn(gpointer data)
{
    g_free(((Drawn *)data)->name);
}

Sample *sample_new(guint64 seed, guint n)
{
    Sample *sample = g_new0(Sample, 1);
    guint64 key = GUINT64_TO_LE(seed);
    memcpy(sample->key, &key, sizeof key);
    sample->n = n;
    sample->drawn = g_array_new(FALSE, FALSE, sizeof(Drawn));
    g_array_set_clear_func(sample->drawn, clear_drawn);
    return sample;
}

static gboolean is_before(const Drawn *drawn, guint64 mark, const char *name)
{
    return drawn->mark < mark || (drawn->mark == mark && strcmp(drawn->name, name) < 0);
}

void sample_feed(Sample *sample, const char *name)
{
    guint8 hash[crypto_shorthash_BYTES];
    guint64 mark;
    crypto_shorthash(hash, (const guint8 *)name, strlen(name), sample->key);
    memcpy(&mark, hash, sizeof mark);
    mark = GUINT64_FROM_LE(mark);
    guint place = sample->drawn->len;
    while (place > 0 && !is_before(&g_array_index(sample->drawn, Drawn, place - 1), mark, name))
        place--;
    if (place >= sample->n)
        return;
    Drawn drawn = { mark, g_strdup(name) };
    g_array_insert_val(sample->drawn, place, drawn);
    if (sample->drawn->len > sample->n)
        g_array_set_size(sample->drawn, sample->n);
}

GPtrArray *sample_end(Sample *sample)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < sample->drawn->len; i++)
        g_ptr_array_add(names, g_steal_pointer(&g_array_index(sample->drawn, Drawn, i).name));
    g_array_unref(sample->drawn);
    g_free(sample);
    return names;
}
