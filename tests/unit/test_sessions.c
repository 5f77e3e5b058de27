/* test_sessions.c - sessions and tokens over time, passwords, one-time codes, sealed secrets */
#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"
#include "wallctl/one_time_code.h"
#include "wallctl/password.h"
#include "wallctl/base/seal.h"
#include "wallctl/sessions.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#define START_MS G_GINT64_CONSTANT(1747612800000)
#define MINUTE   (60 * 1000)

typedef struct {
    char *dir, *path;
    Store *store;
    Accounts *accounts;
    Sessions *sessions;
    guint changes;
} Fixture;

static void on_changed(gpointer user)
{
    ((Fixture *)user)->changes++;
}

static Account *person(const char *id, Role role)
{
    Account *account = g_new0(Account, 1);
    *account = (Account) { .refs = 1,
                           .id = g_strdup(id),
                           .name = g_strdup("张三"),
                           .unit = g_strdup("中心"),
                           .region = g_strdup(""),
                           .roles = 1u << role };
    return account;
}

static void add(Fixture *fixture, const char *id, Role role)
{
    g_autoptr(Account) account = person(id, role);
    g_assert_true(accounts_put(fixture->accounts, account, NULL));
    accounts_set_password(fixture->accounts, id, "$hash", FALSE);
}

static void open_all(Fixture *fixture)
{
    static const SessionRules rules = { 30 * MINUTE, 12 * 60 * MINUTE };
    g_autoptr(GError) error = NULL;
    fixture->store = store_open(fixture->path, &error);
    g_assert_no_error(error);
    fixture->accounts = accounts_new(fixture->store, &error);
    g_assert_no_error(error);
    fixture->sessions =
        sessions_new(fixture->store, fixture->accounts, &rules, on_changed, fixture, &error);
    g_assert_no_error(error);
}

static void close_all(Fixture *fixture)
{
    sessions_free(fixture->sessions);
    accounts_free(fixture->accounts);
    store_close(fixture->store); /* all that was submitted is on disk */
    post_drain();
}

static void start(Fixture *fixture)
{
    *fixture = (Fixture) { 0 };
    clock_set_for_test(0, START_MS);
    fixture->dir = g_dir_make_tmp("wallctl-sessions-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->dir, "wallctl.db", NULL);
    open_all(fixture);
    add(fixture, "root-admin", ROLE_SYSADMIN);
    add(fixture, "zhang", ROLE_DISPATCHER);
}

static void stop(Fixture *fixture)
{
    close_all(fixture);
    g_unlink(fixture->path);
    g_rmdir(fixture->dir);
    g_free(fixture->path);
    g_free(fixture->dir);
    clock_set_for_test(-1, -1);
}

static gboolean is_known(Fixture *fixture, const Secret *cookie)
{
    g_autoptr(Caller) caller = sessions_by_cookie(fixture->sessions, secret_get(cookie));
    return caller != NULL;
}

static void test_times(void)
{
    Fixture f;
    start(&f);
    g_autoptr(Secret) cookie = sessions_begin(f.sessions, "zhang", "10.0.0.1", "巡查");
    g_assert_cmpuint(strlen(secret_get(cookie)), >=, 43);
    g_autoptr(Caller) caller = sessions_by_cookie(f.sessions, secret_get(cookie));
    g_assert_cmpstr(caller->id, ==, "zhang");
    g_assert_cmpstr(caller->reason, ==, "巡查");
    g_assert_null(strstr(secret_get(cookie), caller->session));
    clock_set_for_test(0, START_MS + 30 * MINUTE);
    g_assert_true(is_known(&f, cookie));
    clock_set_for_test(0, START_MS + 30 * MINUTE + 1);
    g_assert_false(is_known(&f, cookie)); /* idle */
    clock_set_for_test(0, START_MS);
    gint64 at = START_MS;
    for (int i = 0; i < 36; i++) { /* somebody is there all the time */
        at += 20 * MINUTE;
        sessions_touch(f.sessions, caller);
        clock_set_for_test(0, at);
        g_assert_true(is_known(&f, cookie));
        sessions_touch(f.sessions, caller);
    }
    g_assert_cmpint(sessions_ends_ms(f.sessions, caller), ==, START_MS + 12 * 60 * MINUTE);
    clock_set_for_test(0, START_MS + 12 * 60 * MINUTE + 1);
    g_assert_false(is_known(&f, cookie)); /* whatever happens */
    stop(&f);
}

static void test_ends(void)
{
    Fixture f;
    start(&f);
    g_autoptr(Secret) first = sessions_begin(f.sessions, "zhang", "10.0.0.1", "");
    g_autoptr(Secret) second = sessions_begin(f.sessions, "zhang", "10.0.0.2", "");
    g_autoptr(Secret) other = sessions_begin(f.sessions, "root-admin", "10.0.0.3", "");
    g_autoptr(Caller) caller = sessions_by_cookie(f.sessions, secret_get(second));
    sessions_end_account(f.sessions, "zhang", caller);
    g_assert_false(is_known(&f, first));
    g_assert_true(is_known(&f, second) && is_known(&f, other));
    /* A change of roles holds for the session that is there. */
    g_autoptr(Account) changed = person("zhang", ROLE_LEADER);
    g_assert_true(accounts_put(f.accounts, changed, NULL));
    g_autoptr(Caller) now = sessions_refresh(f.sessions, caller);
    g_assert_true(caller_may(now, RIGHT_WALL_OVERRIDE));
    guint before = f.changes;
    changed->is_disabled = TRUE;
    g_assert_true(accounts_put(f.accounts, changed, NULL));
    g_assert_cmpuint(f.changes, >, before);
    g_assert_false(is_known(&f, second));
    g_assert_null(sessions_refresh(f.sessions, caller));
    g_assert_true(is_known(&f, other));
    accounts_set_password(f.accounts, "root-admin", "$other", FALSE);
    g_assert_false(is_known(&f, other));
    /* The one that was used longest ago makes room. */
    changed->is_disabled = FALSE;
    g_assert_true(accounts_put(f.accounts, changed, NULL));
    g_autoptr(Secret) oldest = sessions_begin(f.sessions, "zhang", "10.0.0.1", "");
    for (int i = 0; i < SESSIONS_PER_ACCOUNT; i++) {
        clock_set_for_test(0, START_MS + 1 + i);
        secret_unref(sessions_begin(f.sessions, "zhang", "10.0.0.1", ""));
    }
    g_assert_false(is_known(&f, oldest));
    g_assert_cmpuint(sessions_count(f.sessions), ==, SESSIONS_PER_ACCOUNT);
    stop(&f);
}

static void test_restart(void)
{
    Fixture f;
    start(&f);
    g_autoptr(Secret) cookie = sessions_begin(f.sessions, "zhang", "10.0.0.1", "巡查");
    TokenRecord record = { .id = (char *)"desk",
                           .rights = 1u << RIGHT_WALL_VIEW,
                           .region = (char *)"530402",
                           .made_by = (char *)"root-admin",
                           .ends_ms = START_MS + 1000 };
    g_autoptr(GError) error = NULL;
    g_autoptr(Secret) token = sessions_add_token(f.sessions, &record, &error);
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(secret_get(token), "wct_"));
    g_assert_null(sessions_add_token(f.sessions, &record, NULL)); /* the name is taken */
    close_all(&f);
    open_all(&f);
    g_assert_true(is_known(&f, cookie));
    g_autoptr(Caller) caller = sessions_by_token(f.sessions, secret_get(token), "10.0.0.9");
    g_assert_cmpstr(caller->id, ==, "token:desk");
    g_assert_cmpstr(caller->region, ==, "530402");
    g_assert_true(caller_may(caller, RIGHT_WALL_VIEW) && !caller_may(caller, RIGHT_WALL_OPERATE));
    g_assert_null(sessions_by_token(f.sessions, secret_get(cookie), "10.0.0.9"));
    g_assert_null(sessions_by_cookie(f.sessions, secret_get(token)));
    clock_set_for_test(0, START_MS + 1000);
    g_assert_null(sessions_by_token(f.sessions, secret_get(token), "10.0.0.9"));
    g_assert_null(sessions_refresh(f.sessions, caller));
    g_assert_true(sessions_delete_token(f.sessions, "desk"));
    g_assert_false(sessions_delete_token(f.sessions, "desk"));
    stop(&f);
}

static void test_last_admin(void)
{
    Fixture f;
    start(&f);
    g_autoptr(GError) error = NULL;
    g_assert_false(accounts_delete(f.accounts, "root-admin", &error));
    g_clear_error(&error);
    g_autoptr(Account) lesser = person("root-admin", ROLE_AUDITOR);
    g_assert_false(accounts_put(f.accounts, lesser, &error));
    g_clear_error(&error);
    g_autoptr(Account) without = person("second", ROLE_SYSADMIN); /* has no password yet */
    g_assert_true(accounts_put(f.accounts, without, NULL));
    g_assert_false(accounts_delete(f.accounts, "root-admin", &error));
    g_clear_error(&error);
    accounts_set_password(f.accounts, "second", "$hash", TRUE);
    g_assert_true(accounts_delete(f.accounts, "root-admin", NULL));
    g_assert_null(accounts_find(f.accounts, "root-admin"));
    stop(&f);
}

static void test_passwords(void)
{
    static const struct {
        const char *text;
        gboolean is_good;
    } rows[] = {
        { "", FALSE },
        { "短", FALSE },
        { "Tr0ub4dor", FALSE },
        { "1234567890", FALSE },
        { "password123", FALSE },
        { "Password1234!", FALSE },
        { "qwertyuiop[]", FALSE },
        { "aaaaaaaaaaaaaaaa", FALSE },
        { "zhangsan2025", FALSE },
        /* Top of Chinese lists of stolen passwords, and what people of a centre think of first. */
        { "a123456789", FALSE },
        { "woaini1314", FALSE },
        { "woaini5201314", FALSE },
        { "woaiwojia123", FALSE },
        { "woaizhongguo1949", FALSE },
        { "nishizhu250", FALSE },
        { "1qaz2wsx3edc", FALSE },
        { "Admin@123456", FALSE },
        { "Huawei12#$", FALSE },
        { "zhzx2025admin", FALSE },
        { "Hongtaqu2025", FALSE },
        { "hongtaquzongzhi", FALSE },
        { "htqzzzx2025", FALSE },
        { "ZhangSan@2025", FALSE },
        { "correct horse battery staple", TRUE },
        { "研和街道的石榴花开了五朵", TRUE },
        { "x9K#mq2vLp4w", TRUE },
    };
    const char *const about[] = { "zs01", "张三", "红塔区综治中心", NULL };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Secret) password = secret_new(rows[i].text, strlen(rows[i].text));
        g_autoptr(GError) error = NULL;
        gboolean is_good = password_check(password, about, &error);
        g_test_message("%s: %s", rows[i].text, error ? error->message : "taken");
        g_assert_cmpint(is_good, ==, rows[i].is_good);
        g_assert_true(is_good || !*rows[i].text || !strstr(error->message, rows[i].text));
    }
    g_autofree char *long_text = g_strnfill(PASSWORD_MAX_BYTES + 1, 'x');
    g_autoptr(Secret) too_long = secret_new(long_text, strlen(long_text));
    g_assert_false(password_check(too_long, about, NULL));
    g_autoptr(Secret) made = password_make(), again = password_make();
    g_assert_true(password_check(made, about, NULL));
    g_assert_false(secret_equal(made, again));
    g_autofree char *hash = password_hash(made, NULL);
    g_assert_true(g_str_has_prefix(hash, "$argon2id$v=19$m=47104,t=2,p=1$")); /* 46 MiB */
    g_assert_true(password_fits(made, hash));
    g_assert_false(password_fits(again, hash));
    g_assert_false(password_fits(made, "$argon2id$nonsense"));
}

/* RFC 6238, appendix B, the last six digits. */
static void test_codes(void)
{
    static const struct {
        gint64 at_s;
        const char *code;
    } rows[] = {
        { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
        { 1234567890, "005924" }, { 2000000000, "279037" },
    };
    const guint8 *seed = (const guint8 *)"12345678901234567890";
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint64 step = code_step(seed, rows[i].code, rows[i].at_s * 1000, 0);
        g_assert_cmpuint(step, ==, rows[i].at_s / 30);
        g_assert_cmpuint(code_step(seed, rows[i].code, rows[i].at_s * 1000, step), ==,
                         0); /* once only */
        g_assert_cmpuint(code_step(seed, rows[i].code, (rows[i].at_s + 30) * 1000, 0), ==, step);
        g_assert_cmpuint(code_step(seed, rows[i].code, (rows[i].at_s + 90) * 1000, 0), ==, 0);
    }
    g_assert_cmpuint(code_step(seed, "28708", 59000, 0), ==, 0);
    g_assert_cmpuint(code_step(seed, "2870822", 59000, 0), ==, 0);
    g_assert_cmpuint(code_step(seed, "28708x", 59000, 0), ==, 0);
    g_autofree char *address = code_address(seed, "红塔区综治中心", "zhang");
    g_assert_nonnull(strstr(address, "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"));
    g_assert_true(g_str_is_ascii(address));
}

static void test_seal(void)
{
    g_autofree char *dir = g_dir_make_tmp("wallctl-seal-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "seal.key", NULL);
    g_autoptr(GError) error = NULL;
    SealKey *key = seal_key_open(dir, &error);
    g_assert_no_error(error);
    g_autoptr(GBytes) sealed = seal(key, "canary", 6);
    g_assert_cmpint(
        GPOINTER_TO_INT(g_strstr_len(g_bytes_get_data(sealed, NULL),
                                     (gssize)g_bytes_get_size(sealed), "canary") != NULL),
        ==, 0);
    SealKey *same = seal_key_open(dir, &error);
    gsize len = 0;
    g_autofree guint8 *open = seal_open(same, sealed, &len);
    g_assert_cmpmem(open, len, "canary", 6);
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
    bytes[30] ^= 1;
    g_autoptr(GBytes) altered = g_bytes_new(bytes, g_bytes_get_size(sealed));
    g_assert_null(seal_open(same, altered, &len));
    g_autoptr(GBytes) tiny = g_bytes_new("x", 1);
    g_assert_null(seal_open(same, tiny, &len));
    seal_key_free(key);
    seal_key_free(same);
    g_assert_cmpint(g_chmod(path, 0644), ==, 0);
    g_assert_null(seal_key_open(dir, &error));
    g_assert_nonnull(strstr(error->message, "chmod 0400"));
    g_unlink(path);
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_assert_cmpint(sodium_init(), >=, 0);
    g_test_add_func("/sessions/times", test_times);
    g_test_add_func("/sessions/ends", test_ends);
    g_test_add_func("/sessions/restart", test_restart);
    g_test_add_func("/sessions/last_admin", test_last_admin);
    g_test_add_func("/sessions/passwords", test_passwords);
    g_test_add_func("/sessions/codes", test_codes);
    g_test_add_func("/sessions/seal", test_seal);
    return g_test_run();
}
