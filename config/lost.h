/* lost.h - what refused entries of a configuration are called. [any]
 *
 * All faults are reported in one run; that a name stands for nothing is none when the entry that
 * bears it was refused itself.
 */
#ifndef WALLCTL_CONFIG_LOST_H
#define WALLCTL_CONFIG_LOST_H

#include "wallctl/base/json.h"

typedef struct {
    const char *key;   /* the member that names an entry: "id" or "name" */
    GHashTable *names; /* set of owned strings */
    gboolean is_open;  /* one or more have no readable name: any unknown name may be theirs */
} Lost;

void lost_init(Lost *lost, const char *key);
void lost_clear(Lost *lost);

void lost_add(Lost *lost, const char *name); /* NULL or "": it has none */
void lost_add_entry(Lost *lost, Json *entry);

gboolean lost_may_hold(const Lost *lost, const char *name);

#endif
