/* audit_key.c - the key pair that signs the register */
#include "wallctl/store/audit_key.h"

#include "wallctl/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_BYTES (2 * crypto_sign_SEEDBYTES + 1) /* the seed in hex, and a newline */

G_STATIC_ASSERT(AUDIT_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT(AUDIT_SIGNATURE_BYTES == crypto_sign_BYTES);

struct AuditKey {
    gint refs;
    guint8 public_key[crypto_sign_PUBLICKEYBYTES];
    guint8 *secret; /* crypto_sign_SECRETKEYBYTES of sodium_malloc() */
};

static AuditKey *new_of_seed(const guint8 *seed)
{
    AuditKey *key = g_new0(AuditKey, 1);
    key->refs = 1;
    key->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    g_assert(key->secret);
    crypto_sign_seed_keypair(key->public_key, key->secret, seed);
    sodium_mprotect_readonly(key->secret);
    return key;
}

static void refuse(GError **error, const char *path, int code)
{
    const char *text = g_strerror(code);
    wall_error_set(error, WALL_ERROR_UNAVAILABLE, "%s: the register's key cannot be used: %s",
                   "%s：登记簿的签名密钥不能用：%s", path, text);
}

static AuditKey *read_key(int fd, const char *path, GError **error)
{
    char line[LINE_BYTES + 1];
    guint8 seed[crypto_sign_SEEDBYTES];
    struct stat info;
    gsize len = 0;
    AuditKey *key = NULL;
    if (fstat(fd, &info) != 0) {
        refuse(error, path, errno);
        return NULL;
    }
    if (info.st_mode & (S_IRWXG | S_IRWXO)) {
        wall_error_set(error, WALL_ERROR_DENIED,
                       "%s: the register's key must be readable by its owner only: chmod 0400",
                       "%s：登记簿的签名密钥只准属主读取，请 chmod 0400", path);
        return NULL;
    }
    gssize n = read(fd, line, sizeof line);
    if (n < 0)
        refuse(error, path, errno);
    else if (n != LINE_BYTES || line[n - 1] != '\n' ||
             sodium_hex2bin(seed, sizeof seed, line, LINE_BYTES - 1, NULL, &len, NULL) != 0 ||
             len != sizeof seed)
        wall_error_set(error, WALL_ERROR_INVALID,
                       "%s: this is no key of the register; put a copy of it back, or move the "
                       "file away so that a new key is made",
                       "%s：不是登记簿的签名密钥；请放回备份，或移走该文件以生成新密钥", path);
    else
        key = new_of_seed(seed);
    sodium_memzero(line, sizeof line);
    sodium_memzero(seed, sizeof seed);
    return key;
}

/* Under another name first, and linked: a power cut leaves a whole key or none. */
static gboolean write_key(const char *path, GError **error)
{
    g_autofree char *half = g_strconcat(path, ".new", NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    char line[LINE_BYTES + 1];
    guint8 seed[crypto_sign_SEEDBYTES];
    randombytes_buf(seed, sizeof seed);
    sodium_bin2hex(line, sizeof line, seed, sizeof seed);
    line[LINE_BYTES - 1] = '\n';
    unlink(half);
    int fd = open(half, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    gboolean is_good = fd >= 0 && write(fd, line, LINE_BYTES) == LINE_BYTES && fsync(fd) == 0 &&
                       link(half, path) == 0;
    if (!is_good)
        refuse(error, path, errno);
    if (fd >= 0)
        close(fd);
    unlink(half);
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir >= 0) {
        fsync(dir);
        close(dir);
    }
    sodium_memzero(line, sizeof line);
    sodium_memzero(seed, sizeof seed);
    return is_good;
}

AuditKey *audit_key_open(const char *path, gboolean *is_new, GError **error)
{
    if (sodium_init() < 0)
        g_error("libsodium does not start");
    *is_new = FALSE;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        if (!write_key(path, error))
            return NULL;
        *is_new = TRUE;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (fd < 0) {
        refuse(error, path, errno);
        return NULL;
    }
    AuditKey *key = read_key(fd, path, error);
    close(fd);
    return key;
}

AuditKey *audit_key_ref(AuditKey *key)
{
    g_atomic_int_inc(&key->refs);
    return key;
}

void audit_key_unref(AuditKey *key)
{
    if (!key || !g_atomic_int_dec_and_test(&key->refs))
        return;
    sodium_free(key->secret);
    g_free(key);
}

const guint8 *audit_key_public(const AuditKey *key)
{
    return key->public_key;
}

void audit_key_sign(const AuditKey *key, const guint8 *bytes, gsize n,
                    guint8 signature[AUDIT_SIGNATURE_BYTES])
{
    crypto_sign_detached(signature, NULL, bytes, n, key->secret);
}

gboolean audit_key_verify(const guint8 public_key[AUDIT_PUBLIC_BYTES], const guint8 *bytes, gsize n,
                          const guint8 signature[AUDIT_SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, bytes, n, public_key) == 0;
}
