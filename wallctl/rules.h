/* rules.h - the linkage rules and plans that are in force: the configuration's, and those that people
 * have saved, which win over the configuration's of the same id. [control]
 *
 * The order: the configuration's, a saved one in the place of the one that it replaces; then the other
 * saved ones by id. A saved rule that the present configuration does not bear (its camera is gone) is
 * kept and out of force; its fault is shown.
 */
#ifndef WALLCTL_RULES_H
#define WALLCTL_RULES_H

#include "config/config.h"
#include "wallctl/store/store.h"

typedef struct Rules Rules;

/* With what the store has; store may be NULL: nothing is kept then. */
Rules *rules_new(Config *config, Store *store, GError **error);
void rules_free(Rules *rules);
void rules_reload(Rules *rules, Config *config);

/* Those in force, in their order; borrowed until the next put, delete or reload. */
guint rules_count(const Rules *rules);
const LinkageRule *rules_at(const Rules *rules, guint index);
const LinkageRule *rules_find(const Rules *rules, const char *id); /* NULL: there is none */

/* json: as in the configuration; its "id" may be left out. FALSE with INVALID and all faults, or
 * LIMIT. */
gboolean rules_put(Rules *rules, const char *id, Json *json, const char *actor, GError **error);

/* The configuration's rule of that id is in force again. NOT_FOUND, or DENIED for one of the file. */
gboolean rules_delete(Rules *rules, const char *id, GError **error);

/* {"rules":[{"id","name","origin":"file"|"saved","replaces","in_force","fault"?,"by_hand",
 * "changed_ms"?,"changed_by"?,"rule":{as written}}]}. Caller owns. */
Json *rules_state(const Rules *rules);
Json *rules_one_state(const Rules *rules, const char *id); /* NULL: there is none */

void rules_save_all(Rules *rules); /* the store was behind */

#endif
