/* seal.c - small secrets at rest: libsodium's secretbox and a key file */
#include "wallctl/seal.h"

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

static gboolean fail(const char *path, const char *what, GError **error)
{
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: %s", path, what);
    return FALSE;
}

static gboolean make(const char *path, SealKey *key, GError **error)
{
    g_autofree char *part = g_strconcat(path, ".part", NULL);
    g_unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0)
        return fail(part, g_strerror(errno), error);
    crypto_secretbox_keygen(key->key);
    gboolean is_written = write(fd, key->key, sizeof key->key) == sizeof key->key && fsync(fd) == 0;
    close(fd);
    if (is_written && g_rename(part, path) == 0)
        return TRUE;
    fail(path, g_strerror(errno), error);
    g_unlink(part);
    return FALSE;
}

static gboolean read_key(int fd, const char *path, SealKey *key, GError **error)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return fail(path, "is no file", error);
    if (info.st_mode & 077)
        return fail(path, "others can read it; chmod 0400 it", error);
    if (read(fd, key->key, sizeof key->key) != sizeof key->key || info.st_size != sizeof key->key)
        return fail(path, "is not a key of 32 bytes", error);
    return TRUE;
}

SealKey *seal_key_open(const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "seal.key", NULL);
    SealKey *key = sodium_malloc(sizeof *key);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    gboolean is_good = fd >= 0           ? read_key(fd, path, key, error)
                       : errno == ENOENT ? make(path, key, error)
                                         : fail(path, g_strerror(errno), error);
    if (fd >= 0)
        close(fd);
    if (is_good)
        return key;
    sodium_free(key);
    return NULL;
}

void seal_key_free(SealKey *key)
{
    sodium_free(key);
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
