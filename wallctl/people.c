/* people.c - who is at the door of this daemon */
#include "wallctl/people.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/password.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define FIRST_ID      "admin"
#define FOREIGN_MS    (60 * 1000)
#define FOREIGN_BYTES 100

static SessionRules rules_of(const Config *config)
{
    return (SessionRules) { (gint64)config->idle_min * 60 * 1000,
                            (gint64)config->session_h * 3600 * 1000 };
}

/* --- the first administrator -------------------------------------------------------------------
 */

static gboolean write_first(const char *path, const Secret *password, GError **error)
{
    g_autofree char *text = g_strdup_printf("%s\n%s\n", FIRST_ID, secret_get(password));
    g_unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    gboolean is_written = fd >= 0 && write(fd, text, strlen(text)) == (gssize)strlen(text);
    if (!is_written)
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: %s", path, g_strerror(errno));
    if (fd >= 0)
        close(fd);
    secret_wipe(text, strlen(text));
    return is_written;
}

/* A site without any account gets one, whose password only who can read the state folder learns. */
static gboolean make_first(People *people, const Config *config, GError **error)
{
    if (accounts_count(people->accounts) > 0)
        return TRUE;
    g_autoptr(Secret) password = password_make();
    g_autofree char *hash = password_hash(password, error);
    if (!hash || !write_first(people->first_path, password, error))
        return FALSE;
    g_autoptr(Account) account = g_new0(Account, 1);
    account->refs = 1;
    account->id = g_strdup(FIRST_ID);
    account->name = g_strdup("系统管理员");
    account->unit = g_strdup(config->site_name);
    account->region = g_strdup("");
    account->roles = 1u << ROLE_SYSADMIN | 1u << ROLE_DEVICE_ADMIN;
    if (!accounts_put(people->accounts, account, error))
        return FALSE;
    accounts_set_password(people->accounts, FIRST_ID, hash, TRUE);
    log_info(MAIN, "no accounts yet: '%s' was made, its one-time password is in %s", FIRST_ID,
             people->first_path);
    return TRUE;
}

/* --- the gate ----------------------------------------------------------------------------------
 */

static Caller *local_caller(guint32 uid)
{
    g_autofree char *user = uid ? g_strdup_printf("uid %u", uid) : g_strdup("root");
    return caller_new_local(user);
}

static Caller *identify(const WebKnock *knock, gpointer user)
{
    People *people = user;
    if (!knock->bearer && !knock->cookie)
        return knock->is_local ? local_caller(knock->uid) : NULL;
    Caller *caller = knock->bearer
                         ? sessions_by_token(people->sessions, knock->bearer, knock->address)
                         : sessions_by_cookie(people->sessions, knock->cookie);
    people->n_strangers += !caller;
    return caller;
}

static Caller *refresh(const Caller *caller, gpointer user)
{
    People *people = user;
    return caller->kind == CALLER_LOCAL ? caller_ref((Caller *)caller)
                                        : sessions_refresh(people->sessions, caller);
}

/* The first one of a minute is told at once, the others are counted with the next: a page can ask often. */
static void on_foreign(const Caller *caller, const char *address, const char *origin, gpointer user)
{
    People *people = user;
    guint held = 0;
    if (!log_pacer_pass(&people->foreign, FOREIGN_MS, &held))
        return;
    g_autofree char *name = g_utf8_make_valid(origin, (gssize)strnlen(origin, FOREIGN_BYTES));
    g_autofree char *more = held ? g_strdup_printf("（此前另有 %u 次）", held) : g_strdup("");
    g_autofree char *content = g_strdup_printf("别处的网页要操作控制台：%s%s", name, more);
    log_warning(WEB, "a page of %s was refused, from %s (%u more before)", name, address, held);
    AuditRow row = { .account = "" };
    if (caller)
        row = audit_row_for(caller, AUDIT_SYSTEM);
    row.kind = AUDIT_SYSTEM;
    row.address = address;
    row.via = "web";
    row.content = content;
    row.is_refused = TRUE;
    audit_add(people->audit, &row);
}

WebGate people_gate(People *people, Audit *audit)
{
    people->audit = audit;
    return (WebGate) { identify, refresh, people, on_foreign };
}

/* --- all of it ---------------------------------------------------------------------------------
 */

static void on_sessions(gpointer user)
{
    People *people = user;
    const AccountRecord *first = accounts_find(people->accounts, FIRST_ID);
    if (people->first_path &&
        (!first || !first->is_one_time || first->password_ms != people->first_ms)) {
        g_unlink(people->first_path);
        g_clear_pointer(&people->first_path, g_free);
    }
    people->changed(people->user);
}

void people_reload(People *people, const Config *config)
{
    SessionRules rules = rules_of(config);
    sessions_set_rules(people->sessions, &rules);
}

static gboolean open_all(People *people, Store *store, const Config *config, const char *state_dir,
                         GError **error)
{
    SessionRules rules = rules_of(config);
    if (sodium_init() < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "libsodium has no source of random numbers");
        return FALSE;
    }
    people->key = seal_key_open(state_dir, error);
    if (!people->key)
        return FALSE;
    people->accounts = accounts_new(store, error);
    if (!people->accounts || !make_first(people, config, error))
        return FALSE;
    const AccountRecord *first = accounts_find(people->accounts, FIRST_ID);
    people->first_ms = first ? first->password_ms : 0;
    people->sessions = sessions_new(store, people->accounts, &rules, on_sessions, people, error);
    if (!people->sessions)
        return FALSE;
    people->sign_in = sign_in_new(people->accounts, people->key);
    people->approvals = approvals_new();
    return TRUE;
}

People *people_new(Store *store, const Config *config, const char *state_dir,
                   void (*changed)(gpointer user), gpointer user, GError **error)
{
    People *people = g_new0(People, 1);
    people->changed = changed;
    people->user = user;
    people->first_path = g_build_filename(state_dir, "first-login.txt", NULL);
    if (open_all(people, store, config, state_dir, error))
        return people;
    people_free(people);
    return NULL;
}

void people_stop(People *people)
{
    g_clear_pointer(&people->sign_in, sign_in_free);
}

void people_free(People *people)
{
    if (!people)
        return;
    approvals_free(people->approvals);
    sign_in_free(people->sign_in);
    sessions_free(people->sessions);
    accounts_free(people->accounts);
    seal_key_free(people->key);
    g_free(people->first_path);
    g_free(people);
}
