/* sealed_file.c - a file of secrets as it lies on the disk: sealed, of no use without its key */
#include "config/sealed_file.h"

#include "wallctl/base/error.h"
#include "wallctl/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC        "wallctl-sealed 1 "
#define SYSTEMD_NAME "wallctl-key"
#define N_PLACES     3

/* --- the text ----------------------------------------------------------------------------------
 */

gboolean sealed_text_is_plain(const char *text, gsize len)
{
    gsize at = 0;
    while (at < len && g_ascii_isspace(text[at]))
        at++;
    return at < len && strchr("{[\"/", text[at]);
}

char *sealed_text_dup_key_id(const char *text, gsize len)
{
    const gsize head = strlen(MAGIC);
    if (len <= head + SEAL_KEY_ID || memcmp(text, MAGIC, head) != 0 ||
        text[head + SEAL_KEY_ID] != '\n')
        return NULL;
    for (gsize i = 0; i < SEAL_KEY_ID; i++) {
        if (!g_ascii_isxdigit(text[head + i]))
            return NULL;
    }
    return g_strndup(text + head, SEAL_KEY_ID);
}

/* g_base64_decode() takes anything; what is not written as we write it was altered. */
static GBytes *decode(const char *text, gsize len)
{
    gsize n = len;
    while (n > 0 && text[n - 1] == '\n')
        n--;
    g_autofree char *copy = g_strndup(text, n);
    gsize size = 0;
    guint8 *data = g_base64_decode(copy, &size);
    g_autofree char *again = g_base64_encode(data, size);
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, size);
    return strcmp(copy, again) == 0 ? g_steal_pointer(&bytes) : NULL;
}

char *sealed_text_open(const SealKey *key, const char *text, gsize len, gsize *opened)
{
    g_autofree char *id = sealed_text_dup_key_id(text, len);
    if (!id)
        return NULL;
    const gsize head = strlen(MAGIC) + SEAL_KEY_ID + 1;
    g_autoptr(GBytes) box = decode(text + head, len - head);
    return box ? (char *)seal_open(key, box, opened) : NULL;
}

static char *dup_sealed(const SealKey *key, const char *text, gsize len)
{
    g_autofree char *id = seal_key_dup_id(key);
    g_autoptr(GBytes) box = seal(key, text, len);
    gsize size;
    const guint8 *data = g_bytes_get_data(box, &size);
    g_autofree char *base64 = g_base64_encode(data, size);
    return g_strconcat(MAGIC, id, "\n", base64, "\n", NULL);
}

/* --- its key -----------------------------------------------------------------------------------
 */

/* Where a key may lie; NULL where there is no such place. Caller frees. */
static char *dup_place(const char *path, guint i)
{
    const char *directory = g_getenv("CREDENTIALS_DIRECTORY");
    if (i == 0)
        return directory ? g_build_filename(directory, SYSTEMD_NAME, NULL) : NULL;
    return g_strconcat(path, i == 1 ? ".key" : ".key.new", NULL);
}

/* The key of that id; NULL with all that was wrong with those that are there. */
static SealKey *find_key(const char *path, const char *id, char **place, GError **error)
{
    g_autoptr(GString) wrong = g_string_new(NULL);
    for (guint i = 0; i < N_PLACES; i++) {
        g_autofree char *candidate = dup_place(path, i);
        g_autoptr(GError) failed = NULL;
        g_autoptr(SealKey) key = candidate ? seal_key_read(candidate, i == 0, &failed) : NULL;
        g_autofree char *has = key ? seal_key_dup_id(key) : NULL;
        if (has && strcmp(has, id) == 0) {
            if (place)
                *place = g_steal_pointer(&candidate);
            return g_steal_pointer(&key);
        }
        if (key)
            g_string_append_printf(wrong, "; %s is key %s", candidate, has);
        else if (failed && !g_error_matches(failed, WALL_ERROR, WALL_ERROR_NOT_FOUND))
            g_string_append_printf(wrong, "; %s", failed->message);
    }
    wall_error_set(
        error, WALL_ERROR_NOT_FOUND,
        "%s is sealed with key %s, which is not there (%s.key, or systemd's wallctl-key)%s",
        "凭据文件 %s 是用密钥 %s 密封的，找不到这把密钥（%s.key，或 systemd 的 wallctl-key）%s",
        path, id, path, wrong->str);
    return NULL;
}

char *sealed_file_open(const char *path, const char *text, gsize len, gsize *opened,
                       char **key_path, GError **error)
{
    g_autofree char *id = sealed_text_dup_key_id(text, len), *place = NULL;
    g_autoptr(SealKey) key = id ? find_key(path, id, &place, error) : NULL;
    if (id && !key)
        return NULL;
    char *plain = key ? sealed_text_open(key, text, len, opened) : NULL;
    if (!plain)
        wall_error_set(error, WALL_ERROR_INVALID,
                       "%s is damaged: it is not as it was sealed; put back a copy, or set the "
                       "passwords again",
                       "凭据文件 %s 已损坏（与密封时不一致），请从备份恢复，或重新设置密码", path);
    else if (key_path)
        *key_path = g_steal_pointer(&place);
    return plain;
}

/* --- writing -----------------------------------------------------------------------------------
 */

static gboolean fail(const char *path, GError **error)
{
    int cause = errno;
    wall_error_set(error, WALL_ERROR_UNAVAILABLE,
                   "%s cannot be written: %s; it has to lie where this program may write",
                   "%s 写不进去：%s。凭据文件要放在服务可写的文件夹里（如 /var/lib/wallctl）", path,
                   g_strerror(cause));
    return FALSE;
}

int sealed_file_lock(const char *path, GError **error)
{
    g_autofree char *name = g_strconcat(path, ".lock", NULL);
    struct stat of;
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        fail(path, error);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    /* Made by root at a terminal, the daemon still has to open it. */
    if (geteuid() == 0 && stat(path, &of) == 0 && fchown(fd, of.st_uid, of.st_gid) != 0) {
        fail(path, error);
        close(fd);
        return -1;
    }
    return fd;
}

void sealed_file_unlock(int lock)
{
    close(lock);
}

static gboolean write_all(int fd, const char *data, gsize len)
{
    for (gsize done = 0; done < len;) {
        gssize n = write(fd, data + done, len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        done += (gsize)n;
    }
    return fsync(fd) == 0;
}

/* What the disk still has of a file that nobody can open any more: worth a try, no more can be said of flash. */
static void overwrite(int fd)
{
    static const char zeros[4096];
    struct stat info;
    if (fstat(fd, &info) != 0 || info.st_nlink > 0)
        return;
    for (off_t at = 0; at < info.st_size; at += (off_t)sizeof zeros) {
        gsize n = MIN(sizeof zeros, (gsize)(info.st_size - at));
        if (pwrite(fd, zeros, n, at) != (gssize)n)
            return;
    }
    fsync(fd);
}

/* In the place of a file that there is, with its owner. */
static gboolean replace(const char *path, const char *text, GError **error)
{
    g_autofree char *part = g_strconcat(path, ".part", NULL);
    struct stat of;
    int old = open(path, O_RDWR | O_CLOEXEC);
    if (stat(path, &of) != 0) {
        if (old >= 0)
            close(old);
        return fail(path, error);
    }
    g_unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    gboolean is_written = fd >= 0 && fchown(fd, of.st_uid, of.st_gid) == 0 &&
                          write_all(fd, text, strlen(text)) && g_rename(part, path) == 0 &&
                          seal_sync_folder(path);
    if (!is_written)
        fail(path, error);
    if (fd >= 0)
        close(fd);
    if (is_written && old >= 0)
        overwrite(old);
    else if (!is_written)
        g_unlink(part);
    if (old >= 0)
        close(old);
    return is_written;
}

/* A change of keys that a power cut ended: the file has the new one already. */
static gboolean settle(const char *path, const char *key_path, GError **error)
{
    g_autofree char *settled = dup_place(path, 1), *begun = dup_place(path, 2);
    if (g_strcmp0(key_path, begun) != 0)
        return TRUE;
    return (g_rename(begun, settled) == 0 && seal_sync_folder(path)) || fail(settled, error);
}

/* A plain file is sealed with systemd's key where there is one, else with the one beside it. */
static SealKey *first_key(const char *path, uid_t uid, gid_t gid, GError **error)
{
    for (guint i = 0; i < 2; i++) {
        g_autofree char *place = dup_place(path, i);
        g_autoptr(GError) failed = NULL;
        SealKey *key = place ? seal_key_read(place, i == 0, &failed) : NULL;
        if (key)
            return key;
        if (failed && !g_error_matches(failed, WALL_ERROR, WALL_ERROR_NOT_FOUND)) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return NULL;
        }
    }
    g_autofree char *place = dup_place(path, 1);
    return seal_key_make(place, uid, gid, error);
}

static SealKey *choose_key(const char *path, const char *before, gsize before_len,
                           gboolean is_new_key, GError **error)
{
    struct stat of;
    if (stat(path, &of) != 0) {
        fail(path, error);
        return NULL;
    }
    g_autofree char *id = sealed_text_dup_key_id(before, before_len), *place = NULL;
    g_autoptr(SealKey) key = id ? find_key(path, id, &place, error) : NULL;
    if (id && (!key || !settle(path, place, error)))
        return NULL;
    if (is_new_key) {
        g_autofree char *begun = dup_place(path, 2);
        return seal_key_make(begun, of.st_uid, of.st_gid, error);
    }
    return key ? g_steal_pointer(&key) : first_key(path, of.st_uid, of.st_gid, error);
}

gboolean sealed_file_write(const char *path, const char *before, gsize before_len, const char *text,
                           gsize len, gboolean is_new_key, GError **error)
{
    g_autoptr(SealKey) key = choose_key(path, before, before_len, is_new_key, error);
    if (!key)
        return FALSE;
    g_autofree char *sealed = dup_sealed(key, text, len);
    g_autofree char *begun = dup_place(path, 2);
    return replace(path, sealed, error) && settle(path, is_new_key ? begun : NULL, error);
}
