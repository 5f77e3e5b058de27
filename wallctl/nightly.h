/* nightly.h - what is done once a night: what is no longer kept is deleted, and the database is copied.
 * [control]
 *
 * At cases.night_at, local time; a night on which the program did not run is made up soon after the
 * start, one that failed (a full disk) is tried again half an hour later. Deletion runs in short jobs
 * between those of the intake, the copy on a thread of its own with the lowest priority. First deletion,
 * then the copy: what was deleted is in older copies only, which go one by one as new ones come.
 *
 * Copies lie in STATE/backup as wallctl-2025-05-22.db, the newest cases.backup_keep of them. None is
 * made where it would leave less room than it takes: the disk is the intake's first.
 */
#ifndef WALLCTL_NIGHTLY_H
#define WALLCTL_NIGHTLY_H

#include "config/config.h"
#include "wallctl/base/json.h"
#include "wallctl/store/reader.h"
#include "wallctl/store/retention.h"

typedef struct Nightly Nightly;

typedef struct {
    Store *store;
    Reader *reader;
    const char *path;    /* of the database; borrowed until nightly_free() */
    const AuditKey *key; /* signs the register's new beginning; NULL: it is not cut. The same */
    /* "retention.done" with the report; takes data. */
    void (*event)(const char *name, Json *data, gpointer user);
    /* What has gone from the database: who holds it in memory lets go of it. report is borrowed. */
    void (*deleted)(const RetentionReport *report, gpointer user);
    gpointer user;
} NightlyEnv;

Nightly *nightly_new(const NightlyEnv *env, Config *config);
void nightly_free(Nightly *nightly); /* before reader and store; ends a copy that is being made */
void nightly_reload(Nightly *nightly, Config *config);

/* Deletes now. WALL_ERROR_LIMIT while a run is under way. */
gboolean nightly_run(Nightly *nightly, GError **error);

/* What a run would delete now. report is borrowed; NULL with an error. FALSE with WALL_ERROR_LIMIT
 * while the thread has enough to do, then done does not run. */
typedef void (*NightlyCounted)(const RetentionReport *report, const GError *error, gpointer user);
gboolean nightly_count(Nightly *nightly, NightlyCounted done, gpointer user, GError **error);

/* {"night_at", "next_ms", "is_running", "days": {class: n}, "backup_keep", "reports": [...]}. */
Json *nightly_state(const Nightly *nightly);

/* What the options mean for each class of data. Pure. */
RetentionPolicy nightly_policy(const CaseConfig *cases);

/* The first time after last_ms that is this minute of a local day, Unix ms. Pure. */
gint64 nightly_due_ms(gint64 last_ms, guint minute);

#endif
