/* test_sealed.c - the sealed file of credentials: what is on the disk, what is damaged, keys that change, cuts in between */
#include "config/credential_file.h"
#include "config/sealed_file.h"
#include "wallctl/base/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define CANARY "hunter2-canary"
#define TOKEN  "canary-token-0815"
#define PLAIN                                                                                      \
    "// gates\n{\"gate\": {\"user\": \"admin\", \"password\": \"" CANARY                           \
    "\"}, \"yzz\": {\"token\": \"" TOKEN "\"},}"

typedef struct {
    char *dir, *path, *key, *begun;
} Files;

static void write_file(const char *path, const void *data, gsize len, guint mode)
{
    g_unlink(path);
    g_assert_true(g_file_set_contents_full(path, data, (gssize)len, G_FILE_SET_CONTENTS_NONE,
                                           (int)mode, NULL));
    g_assert_cmpint(g_chmod(path, (int)mode), ==, 0);
}

static void set_up(Files *files)
{
    g_autoptr(GError) error = NULL;
    files->dir = g_dir_make_tmp("wallctl-sealed-XXXXXX", &error);
    g_assert_no_error(error);
    files->path = g_build_filename(files->dir, "c.json", NULL);
    files->key = g_strconcat(files->path, ".key", NULL);
    files->begun = g_strconcat(files->path, ".key.new", NULL);
    write_file(files->path, PLAIN, strlen(PLAIN), 0600);
}

static void tear_down(Files *files)
{
    g_autoptr(GDir) dir = g_dir_open(files->dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(files->dir, name, NULL);
        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_assert_cmpint(g_rmdir(files->dir), ==, 0);
    g_free(files->dir);
    g_free(files->path);
    g_free(files->key);
    g_free(files->begun);
}

static GBytes *content(const char *path)
{
    char *text;
    gsize len;
    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    return g_bytes_new_take(text, len);
}

static void put_back(const char *path, GBytes *bytes, guint mode)
{
    gsize len;
    gconstpointer data = g_bytes_get_data(bytes, &len);
    write_file(path, data, len, mode);
}

static guint mode_of(const char *path)
{
    struct stat info;
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    return info.st_mode & 0777;
}

/* No file of the folder has it, whatever its name. */
static void assert_clean(const Files *files)
{
    g_autoptr(GDir) dir = g_dir_open(files->dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(files->dir, name, NULL);
        g_autoptr(GBytes) bytes = content(path);
        gsize len;
        const char *data = g_bytes_get_data(bytes, &len);
        g_assert_null(g_strstr_len(data, (gssize)len, "canary"));
        g_assert_null(g_strstr_len(data, (gssize)len, "gate"));
    }
}

static void seal_it(const Files *files)
{
    g_autoptr(GError) error = NULL;
    gboolean was_plain = FALSE;
    g_assert_true(credential_file_seal(files->path, &was_plain, &error));
    g_assert_no_error(error);
    g_assert_true(was_plain);
}

static Credentials *load(const Files *files)
{
    g_autoptr(Faults) faults = faults_new("t", 10);
    Credentials *credentials = credentials_load(files->path, faults);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    g_assert_nonnull(credentials);
    return credentials;
}

static void assert_opens(const Files *files, const char *name, const char *password)
{
    Credentials *credentials = load(files);
    g_assert_null(credentials_trouble(credentials));
    g_assert_cmpint(credentials_state(credentials), ==, CREDENTIALS_SEALED);
    g_assert_cmpstr(secret_get(credentials_find(credentials, name)->password), ==, password);
    credentials_unref(credentials);
}

/* An empty set, and a message that names the file; never a fault, for the wall would not start. */
static void assert_broken(const Files *files, const char *message)
{
    Credentials *credentials = load(files);
    g_assert_cmpint(credentials_state(credentials), ==, CREDENTIALS_BROKEN);
    const GError *trouble = credentials_trouble(credentials);
    g_assert_nonnull(strstr(trouble->message, files->path));
    g_assert_nonnull(strstr(wall_error_zh(trouble) ? wall_error_zh(trouble) : "", files->path));
    if (!strstr(trouble->message, message))
        g_error("'%s' is not in: %s", message, trouble->message);
    g_assert_null(credentials_find(credentials, "gate"));
    g_assert_null(credentials_of_camera(credentials, "cam-1", "gate"));
    credentials_unref(credentials);
}

static void test_seal(void)
{
    Files files;
    set_up(&files);
    Credentials *before = load(&files);
    g_assert_cmpint(credentials_state(before), ==, CREDENTIALS_PLAIN);
    credentials_unref(before);
    g_chmod(files.path, 0644); /* also one that nobody could have started with */
    seal_it(&files);
    assert_clean(&files);
    g_assert_cmpuint(mode_of(files.path), ==, 0600);
    g_assert_cmpuint(mode_of(files.key), ==, 0400);
    assert_opens(&files, "gate", CANARY);
    assert_opens(&files, "yzz", TOKEN);
    g_autoptr(GBytes) sealed = content(files.path);
    g_autoptr(GError) error = NULL;
    gboolean was_plain = TRUE;
    g_assert_true(credential_file_seal(files.path, &was_plain, &error));
    g_assert_false(was_plain);
    g_autoptr(GBytes) again = content(files.path);
    g_assert_true(g_bytes_equal(sealed, again));
    tear_down(&files);
}

static void test_faulty_plain(void)
{
    Files files;
    set_up(&files);
    const char *bad = "{\"gate\": {\"user\": \"admin\", \"pasword\": \"" CANARY "\"}}";
    write_file(files.path, bad, strlen(bad), 0600);
    g_autoptr(GError) error = NULL;
    gboolean was_plain;
    g_assert_false(credential_file_seal(files.path, &was_plain, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "gate"));
    g_assert_null(strstr(error->message, CANARY));
    g_autoptr(GBytes) left = content(files.path);
    g_assert_cmpmem(g_bytes_get_data(left, NULL), g_bytes_get_size(left), bad, strlen(bad));
    g_clear_error(&error);
    g_autofree char *nothing = g_build_filename(files.dir, "nothing", NULL);
    g_assert_false(credential_file_seal(nothing, &was_plain, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    tear_down(&files);
}

static gboolean put(const Files *files, const char *name, const char *user, const char *text,
                    GError **error)
{
    g_autoptr(Secret) secret = secret_new(text, strlen(text));
    gboolean was_there;
    return credential_file_put(files->path, name, user, secret, &was_there, error);
}

static void test_entries(void)
{
    Files files;
    set_up(&files);
    g_autoptr(GError) error = NULL;
    g_assert_true(put(&files, "@cam-1", "root", "canary-own \"quoted\"", &error)); /* seals it */
    assert_clean(&files);
    assert_opens(&files, "gate", CANARY);
    assert_opens(&files, "@cam-1", "canary-own \"quoted\"");
    Credentials *credentials = load(&files);
    const Credential *own = credentials_of_camera(credentials, "cam-1", "gate");
    g_assert_cmpstr(own->user, ==, "root");
    g_assert_cmpstr(credentials_of_camera(credentials, "cam-2", "gate")->user, ==, "admin");
    g_assert_null(credentials_of_camera(credentials, "cam-2", NULL));
    credentials_unref(credentials);
    g_assert_true(put(&files, "gate", "admin", "canary-next", &error));
    assert_opens(&files, "gate", "canary-next");
    g_assert_true(put(&files, "yzz", NULL, "canary-token-4711", &error));
    assert_opens(&files, "yzz", "canary-token-4711");
    for (guint i = 0; i < 3; i++) {
        static const char *const bad[][3] = { { "yzz", NULL, "short" },
                                              { "a b", "u", CANARY },
                                              { "@cam-1", NULL, "canary-token-4711" } };
        g_assert_false(put(&files, bad[i][0], bad[i][1], bad[i][2], &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_assert_null(strstr(error->message, "canary"));
        g_clear_error(&error);
    }
    g_autoptr(Json) info = credential_file_look(files.path, &error);
    g_assert_cmpstr(json_object_to_json_string(json_object_object_get(info, "names")), ==,
                    "[ \"gate\", \"@cam-1\" ]");
    g_assert_null(strstr(json_object_to_json_string(info), "canary"));
    g_assert_true(credential_file_remove(files.path, "@cam-1", &error));
    g_assert_false(credential_file_remove(files.path, "@cam-1", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    credentials = load(&files);
    g_assert_cmpstr(credentials_of_camera(credentials, "cam-1", "gate")->user, ==, "admin");
    credentials_unref(credentials);
    tear_down(&files);
}

/* Every byte that is another, and every length that is shorter: a state, never a fault, and never half of it. */
static void test_damage(void)
{
    Files files;
    set_up(&files);
    seal_it(&files);
    g_autoptr(GBytes) sealed = content(files.path);
    gsize len;
    const char *data = g_bytes_get_data(sealed, &len);
    g_autofree char *copy = g_memdup2(data, len);
    for (gsize i = 0; i < len; i++) {
        copy[i] ^= 1;
        write_file(files.path, copy, len, 0600);
        if (i + 1 < len) /* what ends the last line says nothing */
            assert_broken(&files, "");
        copy[i] ^= 1;
        write_file(files.path, copy, i, 0600);
        if (i + 1 < len)
            assert_broken(&files, "");
    }
    assert_opens(&files, "gate", CANARY); /* only the end of its last line is missing */
    put_back(files.path, sealed, 0600);
    assert_opens(&files, "gate", CANARY);
    tear_down(&files);
}

static void test_keys(void)
{
    Files files;
    set_up(&files);
    seal_it(&files);
    g_autoptr(GBytes) key = content(files.key);
    g_assert_cmpint(g_unlink(files.key), ==, 0);
    assert_broken(&files, "which is not there");
    g_autoptr(GError) error = NULL;
    g_assert_false(put(&files, "gate", "admin", "other", &error)); /* nothing is lost by it */
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_assert_false(g_file_test(files.key, G_FILE_TEST_EXISTS));
    write_file(files.key, "0123456789abcdef0123456789abcdef", 32, 0400);
    assert_broken(&files, "c.json.key is key ");
    write_file(files.key, "0123", 4, 0400);
    assert_broken(&files, "is not a key of 32 bytes");
    put_back(files.key, key, 0444);
    assert_broken(&files, "others can read it");
    put_back(files.key, key, 0400);
    assert_opens(&files, "gate", CANARY);
    /* systemd's key: whatever its mode, and it is the first that is asked. */
    g_autofree char *systemd = g_build_filename(files.dir, "wallctl-key", NULL);
    g_assert_cmpint(g_rename(files.key, systemd), ==, 0);
    g_chmod(systemd, 0440);
    g_setenv("CREDENTIALS_DIRECTORY", files.dir, TRUE);
    assert_opens(&files, "gate", CANARY);
    g_assert_true(put(&files, "gate", "admin", "by systemd", &error));
    g_assert_false(g_file_test(files.key, G_FILE_TEST_EXISTS));
    assert_opens(&files, "gate", "by systemd");
    gboolean was_systemd = FALSE;
    g_assert_true(credential_file_rotate(files.path, &was_systemd, &error));
    g_assert_true(was_systemd);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    assert_opens(&files, "gate", "by systemd"); /* by the new one, which lies beside it */
    tear_down(&files);
}

static void test_rotate(void)
{
    Files files;
    set_up(&files);
    g_autoptr(GError) error = NULL;
    gboolean was_systemd;
    g_assert_false(credential_file_rotate(files.path, &was_systemd, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID); /* is plain */
    g_clear_error(&error);
    seal_it(&files);
    g_autoptr(GBytes) key = content(files.key);
    g_autoptr(GBytes) sealed = content(files.path);
    g_assert_true(credential_file_rotate(files.path, &was_systemd, &error));
    g_assert_false(was_systemd);
    g_autoptr(GBytes) next = content(files.key);
    g_autoptr(GBytes) resealed = content(files.path);
    g_assert_false(g_bytes_equal(key, next));
    g_assert_false(g_file_test(files.begun, G_FILE_TEST_EXISTS));
    assert_opens(&files, "gate", CANARY);
    put_back(files.key, key, 0400);
    assert_broken(&files, "which is not there"); /* the old key is of no use */
    /* The power goes when the new key is there, and the file is the old one. */
    put_back(files.path, sealed, 0600);
    put_back(files.begun, next, 0400);
    assert_opens(&files, "gate", CANARY);
    /* ... and when the file is the new one, and the new key is not in its place yet. */
    put_back(files.path, resealed, 0600);
    assert_opens(&files, "gate", CANARY);
    g_assert_true(put(&files, "gate", "admin", "after the cut", &error));
    g_assert_false(g_file_test(files.begun, G_FILE_TEST_EXISTS));
    g_autoptr(GBytes) settled = content(files.key);
    g_assert_true(g_bytes_equal(settled, next));
    assert_opens(&files, "gate", "after the cut");
    tear_down(&files);
}

#define WRITERS 8

typedef struct {
    const Files *files;
    guint n;
} Writer;

static gpointer write_one(gpointer user)
{
    const Writer *writer = user;
    g_autofree char *name = g_strdup_printf("@cam-%u", writer->n);
    g_autoptr(GError) error = NULL;
    g_assert_true(put(writer->files, name, "u", name, &error));
    return NULL;
}

/* Nobody's change is lost to another's. */
static void test_at_once(void)
{
    Files files;
    Writer writers[WRITERS];
    GThread *threads[WRITERS];
    set_up(&files);
    for (guint i = 0; i < WRITERS; i++) {
        writers[i] = (Writer) { &files, i };
        threads[i] = g_thread_new("writer", write_one, &writers[i]);
    }
    for (guint i = 0; i < WRITERS; i++)
        g_thread_join(threads[i]);
    for (guint i = 0; i < WRITERS; i++) {
        g_autofree char *name = g_strdup_printf("@cam-%u", i);
        assert_opens(&files, name, name);
    }
    assert_opens(&files, "gate", CANARY);
    tear_down(&files);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_test_add_func("/sealed/seal", test_seal);
    g_test_add_func("/sealed/faulty plain", test_faulty_plain);
    g_test_add_func("/sealed/entries", test_entries);
    g_test_add_func("/sealed/damage", test_damage);
    g_test_add_func("/sealed/keys", test_keys);
    g_test_add_func("/sealed/rotate", test_rotate);
    g_test_add_func("/sealed/at once", test_at_once);
    return g_test_run();
}
