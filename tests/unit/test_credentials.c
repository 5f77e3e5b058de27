/* test_credentials.c - passwords from a file of their own; no message repeats what stands in it */
#include "config/credentials.h"

#include <glib/gstdio.h>
#include <string.h>

#define CANARY "hunter2-canary"

typedef struct {
    const char *name, *text;
    guint mode;
    const char *expected; /* faults; "" if the file is good. %s is the path */
} CredentialCase;

#define ACCEPTED                                                                                   \
    "is refused; accepted: {\"user\": \"...\", \"password\": \"...\"} for a camera, "              \
    "{\"token\": \"...\"} for a source, and nothing else\n"
#define PASSWORD "\"password\" is missing or refused; accepted: text of 0 to 256 bytes\n"

static const CredentialCase cases[] = {
    { "good", "// gates\n{\"gate\": {\"user\": \"admin\", \"password\": \"" CANARY "\"},}", 0600,
      "" },
    { "empty", "{}", 0400, "" },
    { "empty password", "{\"gate\": {\"user\": \"admin\", \"password\": \"\"}}", 0600, "" },
    { "group reads", "{}", 0640,
      "t: c.json: mode 0640 lets others read the passwords; accepted: 0600 (mend it with: chmod "
      "600 '%s')\n" },
    { "world reads, and broken", "{\"" CANARY, 0604,
      "t: c.json: mode 0604 lets others read the passwords; accepted: 0600 (mend it with: chmod "
      "600 '%s')\n" },
    { "unquoted password", "{\"gate\": {\"user\": \"admin\",\n \"password\": " CANARY "}}", 0600,
      "t: c.json: line 2, column 14: is not valid JSON (what stands there is not shown)\n" },
    { "password twice", "{\"" CANARY "\": 1, \"" CANARY "\": 2}", 0600,
      "t: c.json: line 1, column 23: is not valid JSON (what stands there is not shown)\n" },
    { "array", "[\"" CANARY "\"]", 0600,
      "t: c.json: is refused; accepted: an object of at most 8192 references\n" },
    { "entry is text", "{\"gate\": \"admin:" CANARY "\"}", 0600, "t: c.json: gate: " ACCEPTED },
    { "reference with password",
      "{\"ok\": {\"user\": \"a\", \"password\": \"b\"}, \"admin:" CANARY "\": {}}", 0600,
      "t: c.json: entry 2: the reference is refused; accepted: 1 to 64 of A-Z a-z 0-9 . _ -\n" },
    { "no password", "{\"gate\": {\"user\": \"admin\"}}", 0600, "t: c.json: gate: " PASSWORD },
    { "password is number", "{\"gate\": {\"user\": \"admin\", \"password\": 12345}}", 0600,
      "t: c.json: gate: " PASSWORD },
    { "misspelt", "{\"gate\": {\"user\": \"admin\", \"pasword\": \"" CANARY "\"}}", 0600,
      "t: c.json: gate: " PASSWORD },
    { "one more member",
      "{\"gate\": {\"user\": \"admin\", \"password\": \"x\", \"old\": \"" CANARY "\"}}", 0600,
      "t: c.json: gate: " ACCEPTED },
    { "empty user", "{\"gate\": {\"user\": \"\", \"password\": \"" CANARY "\"}}", 0600,
      "t: c.json: gate: \"user\" is missing or refused; accepted: text of 1 to 128 bytes\n" },
    { "token", "{\"yzz\": {\"token\": \"0123456789abcdef\"}}", 0600, "" },
    { "short token", "{\"yzz\": {\"token\": \"" CANARY "\"}}", 0600,
      "t: c.json: yzz: \"token\" is missing or refused; accepted: text of 16 to 256 bytes\n" },
    { "token and password", "{\"yzz\": {\"token\": \"0123456789abcdef\", \"password\": \"x\"}}",
      0600, "t: c.json: yzz: \"user\" is missing or refused; accepted: text of 1 to 128 bytes\n" },
    { "all faults",
      "{\"a\": 1, \"b\": {\"user\": \"x\"}, \"c\": {\"user\": \"x\", \"password\": \"y\"}}", 0600,
      "t: c.json: a: " ACCEPTED "t: c.json: b: " PASSWORD },
};

typedef struct {
    char *dir, *path;
} Files;

static void set_up(Files *files)
{
    g_autoptr(GError) error = NULL;
    files->dir = g_dir_make_tmp("wallctl-credentials-XXXXXX", &error);
    g_assert_no_error(error);
    files->path = g_build_filename(files->dir, "c.json", NULL);
}

static void tear_down(Files *files)
{
    g_remove(files->path);
    g_assert_cmpint(g_rmdir(files->dir), ==, 0);
    g_free(files->path);
    g_free(files->dir);
}

static void write_file(const char *path, const char *text, guint mode)
{
    g_assert_true(
        g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, (int)mode, NULL));
    g_assert_cmpint(g_chmod(path, (int)mode), ==, 0);
}

static void test_case(gconstpointer user)
{
    const CredentialCase *c = user;
    Files files;
    set_up(&files);
    write_file(files.path, c->text, c->mode);
    g_autoptr(Faults) faults = faults_new("t", 10);
    Credentials *credentials = credentials_load(files.path, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_auto(GStrv) parts = g_strsplit(c->expected, "%s", 2);
    g_autofree char *expected = g_strjoinv(files.path, parts);
    g_assert_cmpstr(text, ==, expected);
    g_assert_null(strstr(text, CANARY));
    g_assert_true((credentials == NULL) == (*c->expected != 0));
    credentials_unref(credentials);
    tear_down(&files);
}

static void test_find(void)
{
    Files files;
    set_up(&files);
    write_file(files.path,
               "{\"a\": {\"user\": \"u\", \"password\": \"p\\u0041\"}, \"b\": {\"user\": \"u\", "
               "\"password\": \"pA\"}, "
               "\"c\": {\"user\": \"u\", \"password\": \"pB\"}, \"d\": {\"user\": \"v\", "
               "\"password\": \"pA\"}}",
               0600);
    g_autoptr(Faults) faults = faults_new("t", 10);
    Credentials *credentials = credentials_load(files.path, faults);
    g_assert_nonnull(credentials);
    Credentials *second = credentials_ref(credentials);
    credentials_unref(credentials);
    const Credential *a = credentials_find(second, "a"), *b = credentials_find(second, "b");
    g_assert_cmpstr(a->user, ==, "u");
    g_assert_cmpstr(secret_get(a->password), ==, "pA");
    g_assert_true(credential_equal(a, b));
    g_assert_false(credential_equal(a, credentials_find(second, "c")));
    g_assert_false(credential_equal(a, credentials_find(second, "d")));
    g_assert_false(credential_equal(a, NULL));
    g_assert_true(credential_equal(NULL, NULL));
    g_assert_null(credentials_find(second, "e"));
    credentials_unref(second);
    tear_down(&files);
}

static void test_missing(void)
{
    g_autoptr(Faults) faults = faults_new("t", 10);
    g_assert_null(credentials_load("/nonexistent/c.json", faults));
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "t: c.json: cannot read /nonexistent/c.json: No such file or directory");
    Credentials *none = credentials_load(NULL, faults);
    g_assert_nonnull(none);
    g_assert_null(credentials_find(none, "a"));
    credentials_unref(none);
    g_assert_cmpuint(faults_count(faults), ==, 1);
}

/* systemd's file wins over the one in the configuration, and its mode is systemd's business. */
static void test_systemd(void)
{
    Files files;
    set_up(&files);
    g_autofree char *path = g_build_filename(files.dir, "wallctl-cameras", NULL);
    write_file(path, "{\"gate\": {\"user\": \"systemd\", \"password\": \"x\"}}", 0440);
    write_file(files.path, "{\"gate\": {\"user\": \"file\", \"password\": \"x\"}}", 0600);
    g_setenv("CREDENTIALS_DIRECTORY", files.dir, TRUE);
    g_autoptr(Faults) faults = faults_new("t", 10);
    Credentials *credentials = credentials_load(files.path, faults);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    g_assert_cmpstr(credentials_find(credentials, "gate")->user, ==, "systemd");
    credentials_unref(credentials);
    g_assert_cmpint(g_remove(path), ==, 0);
    credentials = credentials_load(files.path, faults);
    g_assert_cmpstr(credentials_find(credentials, "gate")->user, ==, "file");
    credentials_unref(credentials);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    tear_down(&files);
}

/* More entries than guarded pages would allow are a fault, not an abort. */
static void test_too_many(void)
{
    Files files;
    set_up(&files);
    g_autoptr(GString) text = g_string_new("{");
    for (guint i = 0; i < 8193; i++)
        g_string_append_printf(text, "%s\"r%u\": {\"user\": \"u\", \"password\": \"p\"}",
                               i ? ", " : "", i);
    g_string_append(text, "}");
    write_file(files.path, text->str, 0600);
    g_autoptr(Faults) faults = faults_new("t", 10);
    g_assert_null(credentials_load(files.path, faults));
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "t: c.json: is refused; accepted: an object of at most 8192 references");
    tear_down(&files);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/credentials/file/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/credentials/find", test_find);
    g_test_add_func("/credentials/missing", test_missing);
    g_test_add_func("/credentials/systemd", test_systemd);
    g_test_add_func("/credentials/too many", test_too_many);
    return g_test_run();
}
