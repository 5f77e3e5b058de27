/* camera_search.c - what cameras are found by, and the tree of regions they are listed in */
#include "config/camera_search.h"

#include "config/pinyin.h"

#include <string.h>

/* --- search ------------------------------------------------------------------------------------
 */

static void append_line(GString *search, const char *text)
{
    if (!*text)
        return;
    g_autofree char *low = g_utf8_strdown(text, -1);
    g_string_append(search, low);
    g_string_append_c(search, '\n');
}

static void append_readings(GString *search, char *const *readings)
{
    for (; *readings; readings++) {
        g_autofree char *joined = pinyin_joined(*readings), *initials = pinyin_initials(*readings);
        append_line(search, joined);
        append_line(search, initials);
    }
}

/* A county has some hundred names of regions for its thousands of cameras. */
static char *const *region_readings(GHashTable *known, const char *name)
{
    char **readings = g_hash_table_lookup(known, name);
    if (!readings) {
        readings = pinyin_readings(name);
        g_hash_table_insert(known, (gpointer)name, readings);
    }
    return readings;
}

void camera_search_prepare(GPtrArray *cameras)
{
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_strfreev);
    g_autoptr(GString) search = g_string_new(NULL);
    for (guint i = 0; i < cameras->len; i++) {
        Camera *camera = g_ptr_array_index(cameras, i);
        camera->pinyin = pinyin_readings(camera->name);
        g_string_truncate(search, 0);
        append_line(search, camera->name);
        append_readings(search, camera->pinyin);
        append_line(search, camera->region_name);
        append_readings(search, region_readings(known, camera->region_name));
        append_line(search, camera->id);
        g_string_append_printf(search, "#%u\n", camera->number);
        append_line(search, camera->region);
        append_line(search, camera->gbid);
        append_line(search, camera->place);
        append_line(search, camera->place_kind);
        append_line(search, camera->groups);
        camera->search = g_strndup(search->str, search->len);
    }
}

char **camera_search_words(const char *text)
{
    g_autofree char *low = g_utf8_strdown(text, -1);
    g_autoptr(GString) typed = g_string_new(low);
    g_string_replace(typed, "ü", "v", 0);
    g_auto(GStrv) parts = g_strsplit_set(typed->str, " \t\r\n", -1);
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    for (char **part = parts; *part; part++) {
        if (**part)
            g_strv_builder_add(words, *part);
    }
    return g_strv_builder_end(words);
}

gboolean camera_matches(const Camera *camera, char *const *words)
{
    for (; *words; words++) {
        if (!strstr(camera->search, *words))
            return FALSE;
    }
    return TRUE;
}

gboolean camera_in_group(const Camera *camera, const char *group)
{
    gsize len = strlen(group);
    for (const char *at = camera->groups; len && *at; at += strcspn(at, "|"), at += *at == '|') {
        if (strncmp(at, group, len) == 0 && (at[len] == 0 || at[len] == '|'))
            return TRUE;
    }
    return FALSE;
}

/* --- regions -----------------------------------------------------------------------------------
 */

void camera_region_free(CameraRegion *region)
{
    g_free(region->code);
    g_free(region->name);
    g_free(region->parent);
    g_strfreev(region->pinyin);
    g_free(region);
}

/* known: its row in the table of regions, for its place; NULL if there is none. */
static CameraRegion *region_new(const char *code, const char *name, const char *parent,
                                const Region *known)
{
    CameraRegion *region = g_new0(CameraRegion, 1);
    *region =
        (CameraRegion) { g_strdup(code), g_strdup(name), g_strdup(parent), pinyin_readings(name) };
    if (known && known->has_place) {
        region->has_place = TRUE;
        region->lon = known->lon;
        region->lat = known->lat;
    }
    return region;
}

static int by_code(gconstpointer a, gconstpointer b)
{
    const CameraRegion *const *x = a, *const *y = b;
    return strcmp((*x)->code, (*y)->code);
}

void camera_regions_make(GPtrArray *cameras, RegionTree *tree, GPtrArray *regions)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(cameras, i);
        if (g_hash_table_contains(known, camera->region))
            continue;
        const Region *found = tree && *camera->region ? region_find(tree, camera->region) : NULL;
        const Region *around =
            tree && !found && *camera->region ? region_around(tree, camera->region) : NULL;
        CameraRegion *region = region_new(camera->region, found ? found->name : camera->region_name,
                                          found    ? found->parent
                                          : around ? around->code
                                                   : NULL,
                                          found);
        g_ptr_array_add(regions, region);
        g_hash_table_add(known, region->code);
        while (region->parent && !g_hash_table_contains(known, region->parent)) {
            const Region *outer = region_find(tree, region->parent);
            region = region_new(outer->code, outer->name, outer->parent, outer);
            g_ptr_array_add(regions, region);
            g_hash_table_add(known, region->code);
        }
    }
    g_ptr_array_sort(regions, by_code);
}
