/* rule_store.h - linkage rules that people have saved. */
#ifndef WALLCTL_STORE_RULE_STORE_H
#define WALLCTL_STORE_RULE_STORE_H

#include "wallctl/store/store.h"

typedef struct {
    char *id;
    char *json; /* as it was given */
    gint64 changed_ms;
    char *changed_by;
} StoredRule;

StoredRule *stored_rule_new(const char *id, const char *json, const char *changed_by);
void stored_rule_free(StoredRule *rule);

/* [control] Copies. done may be NULL. */
void rule_store_put(Store *store, const StoredRule *rule, StoreDone done, gpointer user);
void rule_store_delete(Store *store, const char *id, StoreDone done, gpointer user);

/* Before the loop: StoredRule by id; caller owns. */
GPtrArray *rule_store_load(Store *store, GError **error);

#endif
