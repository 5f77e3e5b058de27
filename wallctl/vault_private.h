/* vault_private.h - what the files of the vault share. [control] */
#ifndef WALLCTL_VAULT_PRIVATE_H
#define WALLCTL_VAULT_PRIVATE_H

#include "wallctl/base/work.h"
#include "wallctl/evidence_folder.h"
#include "wallctl/vault.h"

/* Jobs under way hold it beyond vault_free(). */
struct Vault {
    guint refs;
    gboolean is_closed;
    VaultEnv env;
    Config *config;
    PacketRings *rings;
    WorkPool *pool;
    GCancellable *cancel;
    GHashTable *items;     /* id -> Evidence */
    GPtrArray *recordings; /* vault_record.c */
    guint record_timer, look_timer, listener;
    gboolean is_looked; /* the folder is there, and what was begun and not finished is gone */
    gint64 free_bytes;
    char *fault, *fault_zh; /* of the folder; NULL: fit */
};

Vault *vault_ref(Vault *vault);
void vault_unref(Vault *vault);

gboolean vault_is_on(const Vault *vault);

/* Into the database, and told to the consoles. */
void vault_changed(Vault *vault, const Evidence *evidence);

/* A row of the register. caller NULL: the program itself, on behalf of the owner. */
void vault_note(Vault *vault, const Evidence *evidence, const Caller *caller, AuditKind kind,
                const char *reason, const char *content, gboolean is_refused);

/* NULL with NOT_FOUND, or INVALID where it has no files. */
Evidence *vault_need_kept(Vault *vault, const char *id, GError **error);

void vault_fail(Vault *vault, Evidence *evidence, const GError *error);

void vault_set_busy(GError **error); /* what the worker had no room or no time for */

/* vault_save.c. Takes over list: what a camera sent. Its end is told as of vault_ask(). */
void vault_save(Vault *vault, Evidence *evidence, PacketList *list);
void vault_fail_offline(Vault *vault, Evidence *evidence); /* the camera sent nothing */

/* vault_record.c. Is anything saved at all, with this reason? Errors: as vault_ask(). */
gboolean vault_check_ready(Vault *vault, const char *reason, GError **error);
char *vault_new_id(const Vault *vault); /* caller frees */

/* While it is on what a feed receives goes into its ring. */
void vault_tap(Feed *feed, gpointer vault);
void vault_tap_all(Vault *vault);
void vault_stop_recording(Vault *vault);

#endif
