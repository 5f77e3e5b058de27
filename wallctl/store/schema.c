/* schema.c - the tables, and how a file comes to have them
 *
 * A step is never changed after a release: what comes later is a new step.
 */
#include "wallctl/store/schema.h"

#include "wallctl/base/error.h"
#include "wallctl/store/sql.h"

#define APPLICATION_ID 0x57414c4c /* "WALL": tells our files from another program's */
#define QUICK_PAGES    16384 /* larger files are not read through at start: it would take seconds */

static const char *const steps[] = {
    /* 1: walls, presets, tours. undo and redo are lists of wall_content.seq, oldest first. */
    "CREATE TABLE wall_content(seq INTEGER PRIMARY KEY, wall TEXT NOT NULL, json TEXT NOT NULL) "
    "STRICT;"
    "CREATE INDEX wall_content_of_wall ON wall_content(wall, seq);"
    "CREATE TABLE wall("
    "  id TEXT PRIMARY KEY, revision INTEGER NOT NULL,"
    "  air INTEGER NOT NULL REFERENCES wall_content(seq), preview INTEGER REFERENCES "
    "wall_content(seq),"
    "  undo TEXT NOT NULL, redo TEXT NOT NULL,"
    "  is_locked INTEGER NOT NULL, locked_by TEXT, saved_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE preset("
    "  wall TEXT NOT NULL, name TEXT NOT NULL, screen TEXT, json TEXT NOT NULL, changed_ms INTEGER "
    "NOT NULL,"
    "  PRIMARY KEY(wall, name)) STRICT;"
    "CREATE TABLE tour(id TEXT PRIMARY KEY, json TEXT NOT NULL, changed_ms INTEGER NOT NULL) "
    "STRICT;",
    /* 2: events, cases, counters, orders, whistles, alarms, sources, what goes out. No table and no
     * column for citizens. Words are those of the model's tables; times are Unix ms, NULL: not yet.
     *
     * Of case_ the columns are for lists; json is the whole value. Rows are found by indices that begin
     * with what a list is asked for and go on with its order (case_query.c); (region, category, level,
     * risk) ride along so that most rows which do not fit are never read. */
    "CREATE TABLE inbox("
    "  seq INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,"
    "  subject TEXT NOT NULL, time_ms INTEGER NOT NULL, recorded_ms INTEGER NOT NULL,"
    "  sequence TEXT NOT NULL, region TEXT, class INTEGER NOT NULL,"
    "  body TEXT," /* NULL: no longer kept */
    "  sha256 BLOB NOT NULL, status TEXT NOT NULL, UNIQUE(source, id)) STRICT;"
    "CREATE INDEX inbox_subject ON inbox(subject, time_ms) WHERE subject <> '';"
    "CREATE INDEX inbox_recorded ON inbox(recorded_ms);"
    "CREATE INDEX inbox_kept ON inbox(recorded_ms) WHERE body IS NOT NULL;"
    "CREATE TABLE case_("
    "  seq INTEGER PRIMARY KEY, code TEXT NOT NULL, state TEXT NOT NULL, is_open INTEGER NOT NULL,"
    "  category TEXT, scale TEXT, level TEXT, risk TEXT, sensitivity TEXT, region TEXT, place TEXT,"
    "  lon INTEGER, lat INTEGER, party_count INTEGER, lead_org TEXT, owner_title TEXT, channel "
    "TEXT,"
    "  supervise INTEGER NOT NULL, severity INTEGER NOT NULL, classification INTEGER NOT NULL,"
    "  opened_ms INTEGER NOT NULL, registered_ms INTEGER, resolved_ms INTEGER, closed_ms INTEGER,"
    "  due_ms INTEGER, n_whistles INTEGER NOT NULL, n_returned INTEGER NOT NULL,"
    "  n_escalated INTEGER NOT NULL, n_reopened INTEGER NOT NULL, n_events INTEGER NOT NULL,"
    "  rev INTEGER NOT NULL, changed_ms INTEGER NOT NULL, json TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX case_code ON case_(code);"
    "CREATE INDEX case_opened ON case_(opened_ms, region, category, level, risk);"
    "CREATE INDEX case_region ON case_(region, opened_ms, category, level, risk);"
    "CREATE INDEX case_category ON case_(category, opened_ms, region, level, risk);"
    "CREATE INDEX case_state ON case_(state, opened_ms);"
    "CREATE INDEX case_open ON case_(opened_ms, region, category, level, risk, state, due_ms) "
    "WHERE is_open = 1;"
    "CREATE INDEX case_due ON case_(due_ms, region, category, level, risk, state, is_open) "
    "WHERE due_ms IS NOT NULL;"
    "CREATE INDEX case_sensitive ON case_(sensitivity, region) WHERE sensitivity IS NOT NULL;"
    "CREATE INDEX case_over ON case_(changed_ms) WHERE is_open = 0;"
    "CREATE TABLE transition("
    "  seq INTEGER PRIMARY KEY, case_code TEXT NOT NULL, event_seq INTEGER NOT NULL,"
    "  from_state TEXT NOT NULL, to_state TEXT NOT NULL, action TEXT NOT NULL,"
    "  at_ms INTEGER NOT NULL, recorded_ms INTEGER NOT NULL, doc_no TEXT NOT NULL,"
    "  prev_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE INDEX transition_case ON transition(case_code);"
    "CREATE TABLE chain_end(which TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL) "
    "STRICT;"
    "INSERT INTO chain_end VALUES('base', 0, zeroblob(32)), ('head', 0, zeroblob(32));"
    "CREATE TRIGGER transition_update BEFORE UPDATE ON transition BEGIN"
    "  SELECT RAISE(ABORT, 'transition is append-only'); END;"
    "CREATE TRIGGER transition_delete BEFORE DELETE ON transition"
    "  WHEN OLD.seq > (SELECT seq FROM chain_end WHERE which = 'base') BEGIN"
    "  SELECT RAISE(ABORT, 'transition is append-only'); END;"
    "CREATE TABLE rollup(metric TEXT NOT NULL, day INTEGER NOT NULL, region TEXT NOT NULL,"
    "  value INTEGER NOT NULL, PRIMARY KEY(metric, day, region)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE figure(metric TEXT NOT NULL, region TEXT NOT NULL, day INTEGER NOT NULL,"
    "  value INTEGER NOT NULL, time_ms INTEGER NOT NULL, sequence TEXT NOT NULL,"
    "  source TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(metric, region, day))"
    "  STRICT, WITHOUT ROWID;"
    "CREATE TABLE work_order("
    "  no TEXT PRIMARY KEY, case_code TEXT NOT NULL, kind TEXT NOT NULL, from_org TEXT NOT NULL,"
    "  to_org TEXT NOT NULL, issued_ms INTEGER, ack_due_ms INTEGER, due_ms INTEGER,"
    "  accepted_ms INTEGER, done_ms INTEGER, result TEXT NOT NULL) STRICT;"
    "CREATE INDEX work_order_case ON work_order(case_code);"
    "CREATE INDEX work_order_done ON work_order(done_ms);"
    "CREATE TABLE order_number(kind TEXT NOT NULL, year INTEGER NOT NULL, last INTEGER NOT NULL,"
    "  PRIMARY KEY(kind, year)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE whistle("
    "  case_code TEXT NOT NULL, raised_ms INTEGER NOT NULL, ack_due_ms INTEGER,"
    "  arrive_due_ms INTEGER, by_org TEXT NOT NULL, orgs TEXT NOT NULL,"
    "  PRIMARY KEY(case_code, raised_ms)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX whistle_raised ON whistle(raised_ms);"
    "CREATE TABLE whistle_answer("
    "  case_code TEXT NOT NULL, org TEXT NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL,"
    "  PRIMARY KEY(case_code, org, kind, at_ms)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE alarm("
    "  id TEXT PRIMARY KEY, case_code TEXT NOT NULL, grp TEXT NOT NULL, rule TEXT NOT NULL,"
    "  priority INTEGER NOT NULL, severity INTEGER NOT NULL, state TEXT NOT NULL,"
    "  raised_ms INTEGER NOT NULL, acked_ms INTEGER, acked_by TEXT NOT NULL, snooze_ms INTEGER,"
    "  json TEXT NOT NULL) STRICT;"
    "CREATE TABLE source("
    "  id TEXT PRIMARY KEY, platform TEXT NOT NULL, mapping_sha256 TEXT NOT NULL,"
    "  cursor TEXT NOT NULL, last_seen_ms INTEGER, lag_ms INTEGER NOT NULL, n_ok INTEGER NOT NULL,"
    "  refused TEXT NOT NULL) STRICT;"
    "CREATE TABLE outbox("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT, peer TEXT NOT NULL, key TEXT NOT NULL,"
    "  body TEXT NOT NULL, created_ms INTEGER NOT NULL, tries INTEGER NOT NULL, sent_ms INTEGER)"
    "  STRICT;"
    "CREATE INDEX outbox_waiting ON outbox(peer, key, seq) WHERE sent_ms IS NULL;"
    "CREATE INDEX outbox_sent ON outbox(sent_ms) WHERE sent_ms IS NOT NULL;",
    /* 3: scenes opened over a wall: label of what is on air, and what lies below (JSON). Clocks. */
    "ALTER TABLE wall ADD COLUMN label TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE wall ADD COLUMN below TEXT NOT NULL DEFAULT '[]';"
    /* And what retention did when. */
    "CREATE TABLE retention_report("
    "  started_ms INTEGER PRIMARY KEY, ended_ms INTEGER, cause TEXT NOT NULL,"
    "  deleted TEXT NOT NULL, fault TEXT, copy TEXT, copy_bytes INTEGER NOT NULL,"
    "  chain_head TEXT) STRICT;"
    /* Clocks of cases: what was told of each (deadline_store.h). */
    "CREATE TABLE deadline("
    "  case_code TEXT NOT NULL, kind TEXT NOT NULL, due_ms INTEGER NOT NULL,"
    "  warned INTEGER NOT NULL, breached_ms INTEGER, mark_ms INTEGER,"
    "  PRIMARY KEY(case_code, kind)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX deadline_mark ON deadline(mark_ms) WHERE mark_ms IS NOT NULL;"
    "ALTER TABLE case_ ADD COLUMN supervised_ms INTEGER;"
    "CREATE INDEX case_supervised ON case_(supervised_ms, region, category, level, risk) WHERE "
    "supervise > 0 AND is_open = 1;"
    "CREATE INDEX case_resolved ON case_(resolved_ms) WHERE resolved_ms IS NOT NULL;"
    /* Orders: their mark (1 to 5), and when it was told that nobody took one over in time. */
    "ALTER TABLE work_order ADD COLUMN score INTEGER;"
    "ALTER TABLE work_order ADD COLUMN overdue_ms INTEGER;"
    "CREATE INDEX work_order_waiting ON work_order(ack_due_ms) WHERE accepted_ms IS NULL AND "
    "done_ms IS NULL AND overdue_ms IS NULL AND ack_due_ms IS NOT NULL;"
    "CREATE INDEX work_order_issued ON work_order(issued_ms);"
    /* Revisits (回访): who was drawn, by which seed, and what came of it. No word of the person. */
    "CREATE TABLE revisit("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, case_code TEXT NOT NULL, seed INTEGER NOT NULL,"
    "  planned_ms INTEGER NOT NULL, done_ms INTEGER, method TEXT NOT NULL DEFAULT '',"
    "  satisfaction INTEGER, is_reopened INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX revisit_case ON revisit(case_code);"
    "CREATE INDEX revisit_open ON revisit(id) WHERE done_ms IS NULL;"
    /* Briefings as they were frozen. */
    "CREATE TABLE briefing(id TEXT PRIMARY KEY, config TEXT NOT NULL, made_ms INTEGER NOT NULL,"
    "  json TEXT NOT NULL) STRICT;"
    "CREATE INDEX briefing_made ON briefing(made_ms);"
    "CREATE TABLE ticker(wall TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    /* linkage rules that people have saved: they win over the configuration's of the same id */
    "CREATE TABLE linkage_rule("
    "  id TEXT PRIMARY KEY, json TEXT NOT NULL, changed_ms INTEGER NOT NULL,"
    "  changed_by TEXT NOT NULL) STRICT;",
    /* 3: accounts of staff, their sessions, tokens of machines. Of passwords, cookies and tokens only hashes
     * are here; totp is sealed with a key that lies beside the database (seal.h). */
    "CREATE TABLE account("
    "  id TEXT PRIMARY KEY, json TEXT NOT NULL, password TEXT, is_one_time INTEGER NOT NULL,"
    "  password_ms INTEGER NOT NULL, totp BLOB, changed_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE session("
    "  hash BLOB PRIMARY KEY, account TEXT NOT NULL, address TEXT NOT NULL, reason TEXT NOT NULL,"
    "  began_ms INTEGER NOT NULL, active_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE token("
    "  id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, json TEXT NOT NULL, made_ms INTEGER NOT "
    "NULL,"
    "  ends_ms INTEGER NOT NULL) STRICT;",
    /* 5: the register of who looked at what (audit_store.h). Lists go newest first by time, within
     * what they are asked for. */
    "CREATE TABLE audit("
    "  seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,"
    "  account TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, address TEXT NOT NULL,"
    "  via TEXT NOT NULL, wall TEXT NOT NULL, camera TEXT NOT NULL, object TEXT NOT NULL,"
    "  reason TEXT NOT NULL, content TEXT NOT NULL, tile INTEGER NOT NULL,"
    "  seconds INTEGER NOT NULL, is_refused INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE INDEX audit_time ON audit(at_ms);"
    "CREATE INDEX audit_kind ON audit(kind, at_ms);"
    "CREATE INDEX audit_account ON audit(account, at_ms) WHERE account <> '';"
    "CREATE INDEX audit_camera ON audit(camera, at_ms) WHERE camera <> '';"
    "CREATE INDEX audit_object ON audit(object, at_ms) WHERE object <> '';"
    "CREATE TABLE audit_end("
    "  which TEXT PRIMARY KEY, number INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,"
    "  count INTEGER NOT NULL, made_ms INTEGER NOT NULL, site TEXT NOT NULL, public_key BLOB,"
    "  signature BLOB) STRICT;"
    "INSERT INTO audit_end(which, number, seq, hash, count, made_ms, site) VALUES"
    "  ('base', 0, 0, zeroblob(32), 0, 0, ''), ('head', 0, 0, zeroblob(32), 0, 0, '');"
    "CREATE TABLE audit_checkpoint("
    "  number INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL,"
    "  count INTEGER NOT NULL, made_ms INTEGER NOT NULL, site TEXT NOT NULL, cause TEXT NOT NULL,"
    "  public_key BLOB NOT NULL, signature BLOB NOT NULL) STRICT;"
    /* REPLACE deletes without asking the trigger of DELETE: so numbers only grow. */
    "CREATE TRIGGER audit_insert BEFORE INSERT ON audit"
    "  WHEN EXISTS(SELECT 1 FROM audit WHERE seq >= NEW.seq) BEGIN"
    "  SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN"
    "  SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_delete BEFORE DELETE ON audit"
    "  WHEN OLD.seq > (SELECT seq FROM audit_end WHERE which = 'base') BEGIN"
    "  SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_checkpoint_insert BEFORE INSERT ON audit_checkpoint"
    "  WHEN EXISTS(SELECT 1 FROM audit_checkpoint WHERE number >= NEW.number) BEGIN"
    "  SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;"
    "CREATE TRIGGER audit_checkpoint_update BEFORE UPDATE ON audit_checkpoint BEGIN"
    "  SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;"
    "CREATE TRIGGER audit_checkpoint_delete BEFORE DELETE ON audit_checkpoint BEGIN"
    "  SELECT RAISE(ABORT, 'audit_checkpoint is append-only'); END;",
    /* 6: minutes of cameras by day and region: watched, online, with which fault of the picture (JSON). */
    "CREATE TABLE online_day("
    "  day INTEGER NOT NULL, region TEXT NOT NULL, watched INTEGER NOT NULL, online INTEGER NOT "
    "NULL,"
    "  faults TEXT NOT NULL, PRIMARY KEY(day, region)) STRICT, WITHOUT ROWID;",
    /* 7: visitor mode (visitor_store.h): where it is on (JSON), what ends it. */
    "CREATE TABLE visitor("
    "  id INTEGER PRIMARY KEY CHECK (id = 1), walls TEXT NOT NULL, pin TEXT,"
    "  failures INTEGER NOT NULL, until_ms INTEGER NOT NULL) STRICT;",
    /* 8: clips and pictures that were saved, and what became of them (evidence.h). The files lie elsewhere. */
    "CREATE TABLE evidence("
    "  id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, camera TEXT NOT NULL,"
    "  camera_name TEXT NOT NULL, region TEXT NOT NULL, stream TEXT NOT NULL,"
    "  case_code TEXT NOT NULL, owner TEXT NOT NULL, owner_name TEXT NOT NULL,"
    "  unit TEXT NOT NULL, reason TEXT NOT NULL, before_s INTEGER NOT NULL,"
    "  after_s INTEGER NOT NULL, asked_ms INTEGER NOT NULL, from_ms INTEGER NOT NULL,"
    "  to_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, hold_reason TEXT NOT NULL,"
    "  hold_by TEXT NOT NULL, fault TEXT NOT NULL, fault_zh TEXT NOT NULL,"
    "  manifest TEXT NOT NULL, signature TEXT NOT NULL, deleting_ms INTEGER NOT NULL,"
    "  deleted_ms INTEGER NOT NULL, deleted_by TEXT NOT NULL, deleted_why TEXT NOT NULL) STRICT;",
    /* 9: copies for the public: of which evidence, covered how. */
    "ALTER TABLE evidence ADD COLUMN source TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE evidence ADD COLUMN cover TEXT NOT NULL DEFAULT '';",
};

int schema_version(void)
{
    return G_N_ELEMENTS(steps);
}

/* After a failed read. */
static SchemaState unreadable(sqlite3 *db)
{
    int code = sqlite3_errcode(db);
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? SCHEMA_DAMAGED : SCHEMA_UNREADABLE;
}

static SchemaState check_pages(sqlite3 *db, GError **error)
{
    gint64 pages;
    if (!sql_get_int(db, "PRAGMA page_count", &pages, error))
        return unreadable(db);
    if (pages > QUICK_PAGES)
        return SCHEMA_GOOD;
    g_autoptr(SqlStatement) query = sql_prepare(db, "PRAGMA quick_check(1)", error);
    gboolean has_row;
    if (!query || !sql_step(query, &has_row, error))
        return unreadable(db);
    const char *result = has_row ? (const char *)sqlite3_column_text(query, 0) : "no answer";
    if (g_strcmp0(result, "ok") == 0)
        return SCHEMA_GOOD;
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the file is damaged: %s", result);
    return SCHEMA_DAMAGED;
}

SchemaState schema_check(sqlite3 *db, GError **error)
{
    gint64 version, application, tables;
    if (!sql_get_int(db, "PRAGMA user_version", &version, error) ||
        !sql_get_int(db, "PRAGMA application_id", &application, error) ||
        !sql_get_int(db, "SELECT count(*) FROM sqlite_schema", &tables, error))
        return unreadable(db);
    if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
                    "the file is a database of another program");
        return SCHEMA_FOREIGN;
    }
    if (version < 0 || version > schema_version()) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
                    "the file was written by a newer wallctl (schema %" G_GINT64_FORMAT
                    ", this one knows %d)",
                    version, schema_version());
        return SCHEMA_FOREIGN;
    }
    return check_pages(db, error);
}

static gboolean apply_step(sqlite3 *db, int step, GError **error)
{
    g_autofree char *sql = g_strdup_printf("BEGIN IMMEDIATE; %s PRAGMA application_id = %d;"
                                           "PRAGMA user_version = %d; COMMIT",
                                           steps[step], APPLICATION_ID, step + 1);
    if (sql_run(db, sql, error))
        return TRUE;
    g_prefix_error(error, "schema step %d: ", step + 1);
    if (!sqlite3_get_autocommit(db))
        sql_run(db, "ROLLBACK", NULL);
    return FALSE;
}

gboolean schema_apply(sqlite3 *db, GError **error)
{
    gint64 version;
    if (!sql_get_int(db, "PRAGMA user_version", &version, error))
        return FALSE;
    for (int step = (int)version; step < schema_version(); step++) {
        if (!apply_step(db, step, error))
            return FALSE;
    }
    return TRUE;
}
