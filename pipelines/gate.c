/* gate.c - connections to cameras go where "site.camera_networks" allows, and nowhere else */
#include "pipelines/gate.h"

#include <pthread.h>
#include <string.h>

#define MAX_REFUSED 4096 /* names that are remembered */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Networks *current;         /* lock */
static GHashTable *refused_names; /* lock; name -> address */

typedef struct {
    GResolver parent;
    GResolver *inner;
} Gate;

typedef struct {
    GResolverClass parent;
} GateClass;

static GType gate_resolver_get_type(void);
G_DEFINE_TYPE(Gate, gate_resolver, G_TYPE_RESOLVER)

static Networks *ref_networks(void)
{
    pthread_mutex_lock(&lock);
    if (!current)
        current = networks_new();
    Networks *networks = networks_ref(current);
    pthread_mutex_unlock(&lock);
    return networks;
}

/* address NULL: the name has one that may be used. */
static void note(const char *name, const char *address)
{
    pthread_mutex_lock(&lock);
    if (!refused_names)
        refused_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!address)
        g_hash_table_remove(refused_names, name);
    else if (g_hash_table_size(refused_names) < MAX_REFUSED)
        g_hash_table_replace(refused_names, g_strdup(name), g_strdup(address));
    pthread_mutex_unlock(&lock);
}

/* What a name was found to be; NULL with an error when none of it is left. */
static GList *pass(const char *name, GList *found, GError **error)
{
    if (!found)
        return NULL;
    g_autoptr(Networks) networks = ref_networks();
    g_autofree char *refused = NULL;
    GList *left = networks_filter(networks, found, &refused);
    note(name, refused);
    if (!left)
        networks_refuse(networks, name, refused, error);
    return left;
}

static GList *lookup(GResolver *resolver, const char *name, GCancellable *cancel, GError **error)
{
    GResolver *inner = ((Gate *)resolver)->inner;
    return pass(name, g_resolver_lookup_by_name(inner, name, cancel, error), error);
}

static GList *lookup_with_flags(GResolver *resolver, const char *name,
                                GResolverNameLookupFlags flags, GCancellable *cancel,
                                GError **error)
{
    GResolver *inner = ((Gate *)resolver)->inner;
    return pass(name, g_resolver_lookup_by_name_with_flags(inner, name, flags, cancel, error),
                error);
}

static void lookup_async(GResolver *resolver, const char *name, GCancellable *cancel,
                         GAsyncReadyCallback func, gpointer user)
{
    g_resolver_lookup_by_name_async(((Gate *)resolver)->inner, name, cancel, func, user);
}

static void lookup_with_flags_async(GResolver *resolver, const char *name,
                                    GResolverNameLookupFlags flags, GCancellable *cancel,
                                    GAsyncReadyCallback func, gpointer user)
{
    g_resolver_lookup_by_name_with_flags_async(((Gate *)resolver)->inner, name, flags, cancel, func,
                                               user);
}

static GList *lookup_finish(GResolver *resolver, GAsyncResult *result, GError **error)
{
    return g_resolver_lookup_by_name_finish(((Gate *)resolver)->inner, result, error);
}

static GList *lookup_with_flags_finish(GResolver *resolver, GAsyncResult *result, GError **error)
{
    return g_resolver_lookup_by_name_with_flags_finish(((Gate *)resolver)->inner, result, error);
}

/* Nothing here asks for services, records, or the names of addresses. */
static void gate_resolver_class_init(GateClass *class)
{
    GResolverClass *resolver = (GResolverClass *)class;
    resolver->lookup_by_name = lookup;
    resolver->lookup_by_name_async = lookup_async;
    resolver->lookup_by_name_finish = lookup_finish;
    resolver->lookup_by_name_with_flags = lookup_with_flags;
    resolver->lookup_by_name_with_flags_async = lookup_with_flags_async;
    resolver->lookup_by_name_with_flags_finish = lookup_with_flags_finish;
}

static void gate_resolver_init(Gate *gate)
{
    gate->inner = g_resolver_get_default();
}

gboolean gate_may_open(const char *address)
{
    g_autoptr(Networks) networks = ref_networks();
    g_autofree char *fault = networks_dup_fault(networks, address);
    return !fault;
}

char *gate_dup_fault(const char *address)
{
    g_autoptr(Networks) networks = ref_networks();
    g_autofree char *fault = networks_dup_fault(networks, address), *host = NULL;
    if (fault) {
        char *accepted = strstr(fault, "; accepted");
        return g_strndup(fault, accepted ? (gsize)(accepted - fault) : strlen(fault));
    }
    if (!g_uri_split(address, G_URI_FLAGS_NONE, NULL, NULL, &host, NULL, NULL, NULL, NULL, NULL))
        return NULL;
    pthread_mutex_lock(&lock);
    const char *refused = refused_names ? g_hash_table_lookup(refused_names, host) : NULL;
    char *text = refused ? g_strdup_printf("leads to %s, where no camera may be", refused) : NULL;
    pthread_mutex_unlock(&lock);
    return text;
}

GInetAddress *gate_choose(GList *addresses)
{
    g_autoptr(Networks) networks = ref_networks();
    g_autofree char *refused = NULL;
    GList *left = networks_filter(networks, addresses, &refused);
    GInetAddress *first = left ? g_object_ref(left->data) : NULL;
    g_list_free_full(left, g_object_unref);
    return first;
}

void gate_set_networks(Networks *networks)
{
    pthread_mutex_lock(&lock);
    Networks *old = current;
    current = networks_ref(networks);
    if (refused_names)
        g_hash_table_remove_all(refused_names);
    pthread_mutex_unlock(&lock);
    networks_unref(old);
}

void gate_init(void)
{
    GResolver *gate = g_object_new(gate_resolver_get_type(), NULL);
    g_resolver_set_default(gate);
    g_object_unref(gate);
}
