/* test_secret.c - secrets are kept and compared whole, and what is printed holds none */
#include "wallctl/base/secret.h"

#include <string.h>

typedef struct {
    const char *name, *text, *expected;
} RedactCase;

static const RedactCase cases[] = {
    { "nothing", "gate-2: live, 1920x1080 at 25 fps", "gate-2: live, 1920x1080 at 25 fps" },
    { "empty", "", "" },
    { "address without user", "rtsp://10.0.0.2:554/main?x=1", "rtsp://10.0.0.2:554/main?x=1" },
    { "user and password", "open rtsp://admin:hunter2@10.0.0.2/main: refused",
      "open rtsp://***@10.0.0.2/main: refused" },
    { "user only", "rtsp://admin@10.0.0.2/", "rtsp://***@10.0.0.2/" },
    { "at sign in the password", "rtsp://admin:hun@ter2@10.0.0.2/", "rtsp://***@10.0.0.2/" },
    { "two addresses", "rtsp://a:b@h1/ http://c:d@h2/", "rtsp://***@h1/ http://***@h2/" },
    { "other scheme", "nats://user:hunter2@broker", "nats://***@broker" },
    { "in quotes", "\"rtsp://a:hunter2@h/x\"", "\"rtsp://***@h/x\"" },
    { "at sign in the path", "rtsp://h/a@b", "rtsp://h/a@b" },
    { "password=", "user=admin password=hunter2 x", "user=admin password=*** x" },
    { "Password:", "Password: hunter2", "Password: ***" },
    { "query", "/live?user=a&passwd=hunter2&x=1", "/live?user=a&passwd=***&x=1" },
    { "json", "{\"user\": \"a\", \"password\": \"hunter 2\"}",
      "{\"user\": \"a\", \"password\": \"***\"}" },
    { "single quotes", "pwd='hunter 2' x", "pwd='***' x" },
    { "open quote", "password=\"hunter2", "password=\"***" },
    { "gstreamer", "user-pw=hunter2", "user-pw=***" },
    { "digest", "Digest username=\"a\", response=\"0123abcd\", qop=auth",
      "Digest username=\"a\", response=\"***\", qop=auth" },
    { "token", "token=abc.def;", "token=***;" },
    { "part of a word", "forgotpassword=x keyword", "forgotpassword=x keyword" },
    { "word without value", "the password is wrong", "the password is wrong" },
    { "empty value", "password=", "password=" },
    { "chinese", "密码 password=你好 完", "密码 password=*** 完" },
};

static void test_redact(gconstpointer user)
{
    const RedactCase *c = user;
    g_autofree char *text = secret_redact(c->text);
    g_assert_cmpstr(text, ==, c->expected);
    g_autofree char *again = secret_redact(text);
    g_assert_cmpstr(again, ==, c->expected); /* what is clean stays as it is */
}

static void test_keep(void)
{
    char text[] = "hunter2, and more";
    g_autoptr(Secret) secret = secret_new(text, 7);
    secret_wipe(text, sizeof text);
    for (gsize i = 0; i < sizeof text; i++)
        g_assert_cmpint(text[i], ==, 0);
    g_assert_cmpstr(secret_get(secret), ==, "hunter2");
    Secret *second = secret_ref(secret);
    secret_unref(second);
    g_assert_cmpstr(secret_get(secret), ==, "hunter2");
    secret_unref(NULL);
}

static void test_equal(void)
{
    g_autoptr(Secret) a = secret_new("hunter2", 7), b = secret_new("hunter2", 7);
    g_autoptr(Secret) shorter = secret_new("hunter", 6), other = secret_new("hunter3", 7),
                      empty = secret_new("", 0);
    g_assert_true(secret_equal(a, a));
    g_assert_true(secret_equal(a, b));
    g_assert_false(secret_equal(a, shorter));
    g_assert_false(secret_equal(a, other));
    g_assert_false(secret_equal(a, empty));
    g_assert_false(secret_equal(a, NULL));
    g_assert_false(secret_equal(NULL, a));
    g_assert_true(secret_equal(NULL, NULL));
    g_assert_cmpstr(secret_get(empty), ==, "");
}

/* A read behind the secret's end meets a guard page, not the next secret. */
static void test_guarded(void)
{
    if (g_test_subprocess()) {
        g_autoptr(Secret) secret = secret_new("hunter2", 7);
        const volatile char *text = secret_get(secret);
        char sum = 0;
        for (gsize i = 0; i < 65536; i++)
            sum = (char)(sum + text[i]);
        g_print("%d", sum);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stdout_unmatched("*hunter2*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/secret/redact/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_redact);
    }
    g_test_add_func("/secret/keep", test_keep);
    g_test_add_func("/secret/equal", test_equal);
    g_test_add_func("/secret/guarded", test_guarded);
    return g_test_run();
}
