/* alarm_store.h - the open alarms of the wall, so that a restart shows what it showed, and the health
 * of the sources */
#ifndef WALLCTL_STORE_ALARM_STORE_H
#define WALLCTL_STORE_ALARM_STORE_H

#include "wallctl/store/store.h"

/* Texts are "" and times 0 where nothing is known. json: whatever else the director wants back. */
typedef struct {
    char *id, *case_code, *group, *rule;
    gint64 priority;
    guint severity;
    char *state; /* word of the director: "raised", "acked", "snoozed" ... */
    gint64 raised_ms, acked_ms, snooze_ms;
    char *acked_by;
    char *json;
} StoredAlarm;

StoredAlarm *stored_alarm_new(const char *id);
void stored_alarm_free(StoredAlarm *alarm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoredAlarm, stored_alarm_free)

/* [control] Copies; a put of the same alarm that still waits is replaced by this one. done may be
 * NULL. */
void alarm_store_put(Store *store, const StoredAlarm *alarm, StoreDone done, gpointer user);
void alarm_store_delete(Store *store, const char *id, StoreDone done, gpointer user);

/* Before the loop: oldest first. StoredAlarm; caller owns. */
GPtrArray *alarm_store_load(Store *store, GError **error);

/* A source as it was last seen. */
typedef struct {
    char *id, *platform, *mapping_sha256;
    char *cursor; /* where to go on at the peer; "" if it has none */
    gint64 last_seen_ms, lag_ms;
    gint64 n_ok;
    char *refused; /* JSON object: reason to count */
} SourceHealth;

SourceHealth *source_health_new(const char *id);
void source_health_free(SourceHealth *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SourceHealth, source_health_free)

/* [control] As alarm_store_put(). A cursor must not run ahead of what was taken: put it from the done
 * of case_store_take(). */
void source_store_put(Store *store, const SourceHealth *source, StoreDone done, gpointer user);
GPtrArray *source_store_load(Store *store, GError **error); /* SourceHealth, by id; caller owns */

#endif
