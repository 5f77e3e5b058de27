/* lost.c - what refused entries of a configuration are called */
#include "config/lost.h"

void lost_add(Lost *lost, const char *name)
{
    if (name && *name)
        g_hash_table_add(lost->names, g_strdup(name));
    else
        lost->is_open = TRUE;
}

void lost_add_entry(Lost *lost, Json *entry)
{
    Json *name = NULL;
    if (json_object_is_type(entry, json_type_object))
        json_object_object_get_ex(entry, lost->key, &name);
    lost_add(lost,
             json_object_is_type(name, json_type_string) ? json_object_get_string(name) : NULL);
}

gboolean lost_may_hold(const Lost *lost, const char *name)
{
    return lost->is_open || g_hash_table_contains(lost->names, name);
}

void lost_init(Lost *lost, const char *key)
{
    *lost = (Lost) { key, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL), FALSE };
}

void lost_clear(Lost *lost)
{
    g_clear_pointer(&lost->names, g_hash_table_unref);
}
