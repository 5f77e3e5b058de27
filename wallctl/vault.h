/* vault.h - clips and pictures of cameras that people save: from the request to the proof of deletion. [control]
 *
 * Off unless the configuration's "evidence" gives a folder and seconds. Then the last seconds of each open stream are kept in
 * memory (packet_ring.h); nothing is written before somebody asks, with a reason. What is saved:
 *
 * - a clip: the camera's own packets, remuxed (sealed: original.mp4), and a copy to be looked at that is masked as the camera
 *   is and encoded anew (view.mp4). The copy is what everybody gets who may see the camera.
 *
 * - a picture: masked; an unmasked one is never stored.
 *
 * - a copy of one of these for the public: as a whole without details, and marked as such.
 *
 * All but the original have the watermark: who took it, when it is of, its number.
 * Each has an owner and an expiry. When it has expired, or when a second person deletes it, the files are overwritten and
 * removed; the row stays for as long as the register does, and a certificate can be printed from it. A hold keeps it.
 * Every step is in the register. Files are written and read on a worker of its own; [control] never waits for the disk.
 */
#ifndef WALLCTL_VAULT_H
#define WALLCTL_VAULT_H

#include "pipelines/feed_pool.h"
#include "wallctl/audit.h"
#include "wallctl/model/caller.h"
#include "wallctl/model/evidence.h"

typedef struct Vault Vault;

typedef struct {
    FeedPool *feeds;
    Store *store;
    Audit *audit; /* signs manifests; may not be NULL */
    /* "evidence.state" when one changes; takes data. */
    void (*event)(const char *name, Json *data, gpointer user);
    gpointer user;
} VaultEnv;

#define VAULT_MAX_AFTER_S 300
#define VAULT_MAX_AT_ONCE 8  /* that are being recorded */
#define VAULT_SNAPSHOT_S  15 /* a camera that has to be opened first may take so long */

Vault *vault_new(const VaultEnv *env, Config *config, GError **error);

/* Before the feeds, the register and the store; ends what is being recorded or written: that is a failed one afterwards. */
void vault_free(Vault *vault);
void vault_reload(Vault *vault, Config *config);

/* Everything once more into a database that has lost it (store.h: is_behind). */
void vault_save_all(Vault *vault);

typedef struct {
    EvidenceKind kind;
    const Camera *camera;
    guint before_s, after_s;
    const char *case_code; /* "" none; exists */
    const char *reason;
    gint64 at_ns; /* when it was asked for, by clock_now_ns() */
    Caller *caller;
} VaultAsk;

/* Begins to record. The value is borrowed until the loop runs on; its end is told by "evidence.state". Errors: UNSUPPORTED
 * while it is off, UNAVAILABLE for a folder that is not fit, LIMIT, INVALID for what cannot be asked for. */
const Evidence *vault_ask(Vault *vault, const VaultAsk *ask, GError **error);

/* Could it be asked for? As vault_ask(), without doing it. */
gboolean vault_check(Vault *vault, const VaultAsk *ask, GError **error);

/* Begins to make a copy for the public of a masked copy that is kept: evidence of its own, whose end is told as of vault_ask().
 * It goes when what it is made of would have gone. Errors: as vault_ask(), NOT_FOUND, and INVALID where there is no masked
 * copy. Borrowed as there. */
const Evidence *vault_publish(Vault *vault, const char *id, EvidenceCover cover, const char *reason,
                              Caller *caller, GError **error);

/* A reason is there, is short, and points at no citizen; else INVALID. */
gboolean vault_check_reason(const char *reason, GError **error);

const Evidence *vault_find(const Vault *vault, const char *id); /* NULL; borrowed */

/* In no order. */
void vault_foreach(const Vault *vault, void (*func)(const Evidence *evidence, gpointer user),
                   gpointer user);

/* A legal hold: it does not expire and is not deleted before it is lifted (reason NULL). */
gboolean vault_hold(Vault *vault, const char *id, const char *reason, const Caller *caller,
                    GError **error);

/* Begins to delete before the time. Refused (DENIED) to its owner: who took it does not make it disappear alone. */
gboolean vault_delete(Vault *vault, const char *id, const char *reason, const Caller *caller,
                      GError **error);

/* faults: texts "NAME: what", empty if all is as it was saved; NULL with an error. Runs once, later; not after FALSE. */
typedef void (*VaultVerified)(const GPtrArray *faults, const GError *error, gpointer user);
gboolean vault_verify(Vault *vault, const char *id, VaultVerified done, gpointer user,
                      GError **error);

/* file is borrowed, NULL with an error. Runs once, later; not after FALSE. */
typedef void (*VaultFetched)(GBytes *file, const GError *error, gpointer user);
gboolean vault_fetch(Vault *vault, const char *id, EvidenceRole role, VaultFetched done,
                     gpointer user, GError **error);

/* The certificate of a deletion as a page to print; NULL with NOT_FOUND if it was not deleted. Caller frees. */
char *vault_certificate(const Vault *vault, const char *id, GError **error);

/* {"is_on", "seconds", "streams", "bytes", "max_bytes", "kept", "recording", "free_bytes", "fault"?}. Caller owns. */
Json *vault_state(const Vault *vault);

/* What the minute's clock does: begins to delete what has expired, forgets what was deleted long ago. For tests. */
void vault_sweep(Vault *vault);

#endif
