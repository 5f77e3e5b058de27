/* seal.c - small secrets at rest: libsodium's secretbox and a key file */
#include "wallctl/base/seal.h"

#include "wallctl/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct SealKey {
    guint8 key[crypto_secretbox_KEYBYTES];
};

static SealKey *fail(const char *path, int code, const char *what, GError **error)
{
    g_set_error(error, WALL_ERROR, code, "%s: %s", path, what);
    return NULL;
}

static SealKey *key_new(void)
{
    if (sodium_init() < 0)
        g_error("libsodium does not initialise");
    SealKey *key = sodium_malloc(sizeof *key);
    g_assert(key);
    return key;
}

gboolean seal_sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean is_synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return is_synced;
}

SealKey *seal_key_make(const char *path, uid_t uid, gid_t gid, GError **error)
{
    g_autofree char *part = g_strconcat(path, ".part", NULL);
    g_autoptr(SealKey) key = key_new();
    g_unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0)
        return fail(part, WALL_ERROR_UNAVAILABLE, g_strerror(errno), error);
    crypto_secretbox_keygen(key->key);
    gboolean is_written = fchown(fd, uid, gid) == 0 &&
                          write(fd, key->key, sizeof key->key) == sizeof key->key && fsync(fd) == 0;
    close(fd);
    if (is_written && g_rename(part, path) == 0 && seal_sync_folder(path))
        return g_steal_pointer(&key);
    fail(path, WALL_ERROR_UNAVAILABLE, g_strerror(errno), error);
    g_unlink(part);
    return NULL;
}

static SealKey *read_key(int fd, const char *path, gboolean is_guarded, GError **error)
{
    struct stat info;
    g_autoptr(SealKey) key = key_new();
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return fail(path, WALL_ERROR_UNAVAILABLE, "is no file", error);
    if (!is_guarded && (info.st_mode & 077))
        return fail(path, WALL_ERROR_UNAVAILABLE, "others can read it; chmod 0400 it", error);
    if (info.st_size != sizeof key->key || read(fd, key->key, sizeof key->key) != sizeof key->key)
        return fail(path, WALL_ERROR_UNAVAILABLE, "is not a key of 32 bytes", error);
    return g_steal_pointer(&key);
}

SealKey *seal_key_read(const char *path, gboolean is_guarded, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return fail(path, errno == ENOENT ? WALL_ERROR_NOT_FOUND : WALL_ERROR_UNAVAILABLE,
                    g_strerror(errno), error);
    SealKey *key = read_key(fd, path, is_guarded, error);
    close(fd);
    return key;
}

SealKey *seal_key_open(const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "seal.key", NULL);
    g_autoptr(GError) failed = NULL;
    SealKey *key = seal_key_read(path, FALSE, &failed);
    if (key)
        return key;
    if (g_error_matches(failed, WALL_ERROR, WALL_ERROR_NOT_FOUND))
        return seal_key_make(path, (uid_t)-1, (gid_t)-1, error);
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
}

void seal_key_free(SealKey *key)
{
    sodium_free(key);
}

/* A hash with a name of its own: what is known of it says nothing about the key. */
char *seal_key_dup_id(const SealKey *key)
{
    static const char name[] = "wallctl seal key id";
    guint8 hash[SEAL_KEY_ID / 2 > crypto_generichash_BYTES_MIN ? SEAL_KEY_ID / 2
                                                               : crypto_generichash_BYTES_MIN];
    char *id = g_malloc(SEAL_KEY_ID + 1);
    crypto_generichash(hash, sizeof hash, (const guint8 *)name, sizeof name, key->key,
                       sizeof key->key);
    sodium_bin2hex(id, SEAL_KEY_ID + 1, hash, SEAL_KEY_ID / 2);
    return id;
}

GBytes *seal(const SealKey *key, const void *data, gsize len)
{
    gsize whole = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + len;
    guint8 *out = g_malloc(whole);
    randombytes_buf(out, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, data, len, out, key->key);
    return g_bytes_new_take(out, whole);
}

guint8 *seal_open(const SealKey *key, GBytes *sealed, gsize *len)
{
    gsize whole;
    const guint8 *in = g_bytes_get_data(sealed, &whole);
    const gsize around = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (whole < around)
        return NULL;
    guint8 *out = g_malloc(whole - around + 1);
    if (crypto_secretbox_open_easy(out, in + crypto_secretbox_NONCEBYTES,
                                   whole - crypto_secretbox_NONCEBYTES, in, key->key) != 0) {
        g_free(out);
        return NULL;
    }
    *len = whole - around;
    out[*len] = 0;
    return out;
}
