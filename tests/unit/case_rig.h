/* case_rig.h - random events, a store to take them, and what must hold of it afterwards: for the tests
 * of the case store and the intake benchmark */
#ifndef WALLCTL_TESTS_UNIT_CASE_RIG_H
#define WALLCTL_TESTS_UNIT_CASE_RIG_H

#include "wallctl/store/case_store.h"

#define RIG_DAY_0 G_GINT64_CONSTANT(1747843200000) /* 2025-05-22T00:00:00+08:00 */

/* --- events ------------------------------------------------------------------------------------
 */

extern const char *const rig_categories[11], *const rig_levels[4], *const rig_risks[3];

const char *rig_pick(GRand *rand, const char *const *words, guint n);
#define RIG_PICK(rand, words) rig_pick(rand, words, G_N_ELEMENTS(words))

Event *rig_event(EventType type, const char *code, gint64 time_ms, const char *id);
void rig_text(Event *event, Field field, const char *text);
void rig_number(Event *event, Field field, gint64 number);

/* Any event, sensible or not; many at the same time, so that sequences and ids decide. */
Event *rig_random_event(GRand *rand, guint n_cases, guint number);

/* Step i of an ordinary life: five events from the report to the end. */
#define RIG_LIFE 5
Event *rig_life_event(guint64 n_case, guint step, gint64 opened_ms, GRand *rand);

GPtrArray *rig_events_new(void);

/* --- a store in a folder of its own ------------------------------------------------------------
 */

typedef struct {
    char *folder, *path;
    Store *store;
    CasePolicy *policy;
    guint n_done;
} StoreRig;

void store_rig_init(StoreRig *rig, CaseClocks clocks); /* NULL: no deadlines */
void store_rig_clear(StoreRig *rig);
void store_rig_open(StoreRig *rig); /* the same file again */
void store_rig_close(StoreRig *rig);

/* Takes the events and waits until they are durable. */
void store_rig_take(StoreRig *rig, GPtrArray *events);

/* StoreDone that counts in n_done; an error ends the test. */
void store_rig_done(gpointer data, const GError *error, gpointer rig);

/* --- asking ------------------------------------------------------------------------------------
 */

gint64 rig_get_int(Store *store, const char *sql);
void rig_run_sql(Store *store, const char *sql);
gboolean rig_run_job(sqlite3 *db, gpointer sql, GError **error); /* the same inside a job */

/* A StoreFunc or ReaderFunc: data is a GString of SQL; instead of it comes the first column of each
 * row, apart by ", ". */
gboolean rig_join_rows(sqlite3 *db, gpointer data, GError **error);

/* --- what must hold ----------------------------------------------------------------------------
 */

/* SQL that counts once more, from the rows that they count, and says how many counters differ. Caller
 * frees. */
char *rig_dup_counter_sql(void);

gboolean rig_is_chain_whole(Store *store);
void rig_assert_consistent(Store *store);

/* --- kill -9 -----------------------------------------------------------------------------------
 */

/* A child takes batches of 50 as fast as the disk lets it and reports each that was acknowledged, by
 * its number, until it is killed. Batch b brings step s of case b * 50 / 5 + ..., so what must be there
 * follows from the number alone. */
#define RIG_CRASH_BATCH 50

GPtrArray *rig_crash_batch(guint64 number);
void rig_take_lives(StoreRig *rig, guint n_batches); /* the first so many, one after the other */

/* What the child runs: main() with "--take-for-ever PATH FROM". */
int rig_take_for_ever(const char *path, guint64 from);

/* Batches below the result were acknowledged. */
guint64 rig_crash_once(const char *path, guint64 from, guint n_reports, guint delay_us);

/* All that was acknowledged is there, and whole batches only. Returns how many batches are there. */
guint64 rig_assert_survived(Store *store, guint64 acked);

#endif
