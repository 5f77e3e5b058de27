/* audit.h - the register of who looked at what: rows wait here until they are on disk. [control]
 *
 * audit_add() costs microseconds and forgets nothing: a row is handed to the store at once, and kept in
 * memory until the store has it on disk. While the disk fails rows wait, status says so, and they are
 * written when it works again. From AUDIT_FULL rows on audit_is_writable() is FALSE: who gives out
 * pictures has to refuse then. What is added all the same is counted, and the count is written into the
 * register afterwards.
 *
 * A checkpoint is signed each hour, at start and stop, and goes to the log: whoever keeps the log can
 * tell that a register was put back by an older copy.
 */
#ifndef WALLCTL_AUDIT_H
#define WALLCTL_AUDIT_H

#include "config/config.h"
#include "wallctl/base/json.h"
#include "wallctl/store/audit_store.h"
#include "wallctl/store/store.h"

typedef struct Audit Audit;

#define AUDIT_FULL 20000
#define AUDIT_MOST (AUDIT_FULL + 2000) /* rows that still wait then: refusals, ends of views */

typedef struct {
    Store *store;
    const char *folder; /* where the key is kept: audit.key */
    /* "audit.state" when it changes; takes data. */
    void (*event)(const char *name, Json *data, gpointer user);
    gpointer user;
} AuditEnv;

/* Opens or makes the key; looks whether the register is the one that was left. An error: the key cannot
 * be used. */
Audit *audit_new(const AuditEnv *env, const Config *config, GError **error);

/* A last checkpoint; before store_close(), which writes it. */
void audit_free(Audit *audit);
void audit_reload(Audit *audit, const Config *config);

/* Copies and cleans the row (audit_row_clean()). A reply that waits for the store (api_reply_saved())
 * waits for it, too. audit NULL: nothing is kept (tests). */
void audit_add(Audit *audit, const AuditRow *row);

/* Can what is looked at now still be written down? */
gboolean audit_is_writable(const Audit *audit);

/* Signs a checkpoint now. done (may be NULL) as StoreDone, its data is NULL. */
void audit_checkpoint(Audit *audit, const char *cause, StoreDone done, gpointer user);

/* What signs. Borrowed: exports and retention, which run on other threads, take a reference. */
AuditKey *audit_key(const Audit *audit);

/* {"is_writable", "waiting", "lost", "trouble"?, "rows", "seq", "checkpoints", "checkpoint_ms", "key"}. */
Json *audit_state(const Audit *audit);

#endif
