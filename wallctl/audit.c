/* audit.c - the register of who looked at what: checkpoints, what it says of itself, and when it is full */
#include "wallctl/audit.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/audit_writer.h"

#include <string.h>

#define LOOK_S   20
#define HOUR_MS  G_GINT64_CONSTANT(3600000)
#define KEY_FILE "audit.key"

struct Audit {
    guint refs; /* checkpoints under way hold it */
    AuditEnv env;
    AuditKey *key;
    AuditWriter *writer;
    guint timer;
    gint64 checkpoint_ms; /* of the newest one */
    gint64 asked_hour;
    char *trouble; /* NULL: rows go to disk */
    gboolean was_writable;
    guint lost, lost_ever;
};

static void unref(Audit *audit)
{
    if (--audit->refs > 0)
        return;
    audit_key_unref(audit->key);
    g_free(audit->trouble);
    g_free(audit);
}

/* --- telling -------------------------------------------------------------------------------------
 */

static void tell(Audit *audit)
{
    if (audit->env.event)
        audit->env.event("audit.state", audit_state(audit), audit->env.user);
}

static void add_own(Audit *audit, gboolean is_refused, const char *content)
{
    AuditRow row = audit_row_for(NULL, AUDIT_SYSTEM);
    row.content = content;
    row.is_refused = is_refused;
    audit_add(audit, &row);
}

static void tell_lost(Audit *audit)
{
    g_autofree char *content =
        g_strdup_printf("数据库长时间不可写，有 %u 条记录没有登记", audit->lost);
    log_error(AUDIT, "%u rows of the register were lost while the disk failed", audit->lost);
    audit->lost = 0;
    add_own(audit, TRUE, content);
}

static void on_written(const GError *trouble, gboolean is_foreign, gpointer user)
{
    Audit *audit = user;
    gboolean is_writable = audit_is_writable(audit);
    gboolean is_news =
        (trouble != NULL) != (audit->trouble != NULL) || is_writable != audit->was_writable;
    if (trouble && !audit->trouble)
        log_error(AUDIT, "the register is not written, rows wait: %s", trouble->message);
    g_free(audit->trouble);
    audit->trouble = trouble ? g_strdup(trouble->message) : NULL;
    audit->was_writable = is_writable;
    if (is_foreign) {
        log_error(AUDIT, "the register was altered from outside while in use");
        add_own(audit, TRUE, "登记簿在运行中被外部改动");
    }
    if (!trouble && audit->lost)
        tell_lost(audit);
    if (is_news)
        tell(audit);
}

/* --- checkpoints ---------------------------------------------------------------------------------
 */

/* A line of its own: the log is where a forger of the database does not come. */
static void log_checkpoint(const AuditMark *mark)
{
    g_autofree char *hash = audit_hex_dup(mark->end.hash, AUDIT_HASH_BYTES);
    log_info(AUDIT,
             "checkpoint %" G_GINT64_FORMAT ": row %" G_GINT64_FORMAT " of the register is %s",
             mark->number, mark->end.seq, hash);
}

static void on_checkpoint(gpointer data, const GError *error, gpointer user)
{
    const AuditMark *mark = data;
    Audit *audit = user;
    if (error) {
        audit->asked_hour = 0; /* the next look asks again */
    } else {
        log_checkpoint(mark);
        audit->checkpoint_ms = mark->made_ms;
    }
    unref(audit);
}

static void sign(Audit *audit, const char *cause)
{
    audit->refs++;
    audit_writer_checkpoint(audit->writer, cause, on_checkpoint, audit);
}

static gboolean on_look(gpointer user)
{
    Audit *audit = user;
    gint64 hour = clock_unix_ms() / HOUR_MS;
    if (hour == audit->asked_hour)
        return G_SOURCE_CONTINUE;
    audit->asked_hour = hour;
    sign(audit, "hour");
    return G_SOURCE_CONTINUE;
}

void audit_checkpoint(Audit *audit, const char *cause, StoreDone done, gpointer user)
{
    assert_control_thread();
    audit_writer_checkpoint(audit->writer, cause, done, user);
}

/* --- public --------------------------------------------------------------------------------------
 */

void audit_add(Audit *audit, const AuditRow *row)
{
    if (!audit)
        return;
    assert_control_thread();
    if (audit_writer_waiting(audit->writer) >= AUDIT_MOST) {
        audit->lost++;
        audit->lost_ever++;
        return;
    }
    audit_writer_add(audit->writer, audit_row_clean(row, clock_unix_ms()));
    if (audit->was_writable && !audit_is_writable(audit)) {
        audit->was_writable = FALSE;
        log_error(AUDIT,
                  "%d rows of the register wait for the disk: no picture is given out "
                  "until they are written",
                  AUDIT_FULL);
        tell(audit);
    }
}

gboolean audit_is_writable(const Audit *audit)
{
    return !audit || audit_writer_waiting(audit->writer) < AUDIT_FULL;
}

AuditKey *audit_key(const Audit *audit)
{
    return audit->key;
}

Json *audit_state(const Audit *audit)
{
    const AuditState *state = audit_writer_state(audit->writer);
    g_autofree char *key = audit_hex_dup(audit_key_public(audit->key), AUDIT_PUBLIC_BYTES);
    Json *json = json_object_new_object();
    json_add_bool(json, "is_writable", audit_is_writable(audit));
    json_add_int(json, "waiting", audit_writer_waiting(audit->writer));
    json_add_int(json, "lost", audit->lost_ever);
    json_add_string(json, "trouble", audit->trouble);
    json_add_int(json, "rows", state->head.seq - state->base.seq);
    json_add_int(json, "seq", state->head.seq);
    json_add_int(json, "checkpoints", state->n_checkpoints);
    json_add_time(json, "checkpoint_ms", audit->checkpoint_ms);
    json_add_string(json, "key", key);
    return json;
}

void audit_reload(Audit *audit, const Config *config)
{
    audit_writer_set_site(audit->writer, config->site_name);
}

/* --- start ---------------------------------------------------------------------------------------
 */

typedef struct {
    const AuditKey *key;
    AuditState state;
    AuditVerdict verdict;
} Look;

static gboolean look_at_register(sqlite3 *db, gpointer data, GError **error)
{
    Look *look = data;
    return audit_store_state(db, &look->state, error) &&
           audit_store_check(db, audit_key_public(look->key), &look->verdict, error);
}

/* What is found now would be covered by the next signature: it has to be said in the register itself. */
static void tell_start(Audit *audit, const Look *look, gboolean is_new_key)
{
    g_autofree char *content = NULL;
    gboolean is_empty = !look->state.is_signed;
    if (look->verdict.fault == AUDIT_OTHER_KEY)
        content = g_strdup("启动：签名密钥不是登记簿原来的那一把");
    else if (look->verdict.fault)
        content = g_strdup_printf("启动：登记簿被改动过（%s，第 %" G_GINT64_FORMAT " 条）",
                                  audit_fault_zh(look->verdict.fault), look->verdict.seq);
    else if (is_empty && !is_new_key)
        content = g_strdup("启动：登记簿是空的，而签名密钥早已存在");
    gboolean is_bad = content != NULL;
    if (is_bad)
        log_error(AUDIT, "the register is not as it was left: %s (row %" G_GINT64_FORMAT ")",
                  is_empty ? "it is empty" : audit_fault_en(look->verdict.fault),
                  look->verdict.seq);
    add_own(audit, is_bad, is_bad ? content : "启动 " WALLCTL_VERSION);
}

Audit *audit_new(const AuditEnv *env, const Config *config, GError **error)
{
    assert_control_thread();
    g_autofree char *path = g_build_filename(env->folder, KEY_FILE, NULL);
    gboolean is_new_key;
    g_autoptr(AuditKey) key = audit_key_open(path, &is_new_key, error);
    Look look = { .key = key };
    if (!key || !store_run_now(env->store, look_at_register, &look, error))
        return NULL;
    Audit *audit = g_new0(Audit, 1);
    audit->refs = 1;
    audit->env = *env;
    audit->env.folder = NULL; /* borrowed for the call */
    audit->key = audit_key_ref(key);
    audit->was_writable = TRUE;
    audit->asked_hour = clock_unix_ms() / HOUR_MS;
    audit->writer =
        audit_writer_new(env->store, key, config->site_name, &look.state, on_written, audit);
    tell_start(audit, &look, is_new_key);
    sign(audit, "start");
    audit->timer = g_timeout_add_seconds(LOOK_S, on_look, audit);
    return audit;
}

void audit_free(Audit *audit)
{
    if (!audit)
        return;
    assert_control_thread();
    g_clear_handle_id(&audit->timer, g_source_remove);
    add_own(audit, FALSE, "停止");
    sign(audit, "stop");
    audit_writer_free(audit->writer);
    unref(audit);
}
