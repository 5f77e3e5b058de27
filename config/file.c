/* file.c - whole files into memory, with bounds */
#include "config/file.h"

#include "wallctl/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean fail_errno(const char *path, GError **error)
{
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "cannot read %s: %s", path,
                g_strerror(errno));
    return FALSE;
}

/* FALSE with an error if the file does not hold what stat said. */
static gboolean read_all(int fd, char *text, gsize size, const char *path, GError **error)
{
    gsize done = 0;
    while (done < size) {
        gssize n = read(fd, text + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(path, error);
        if (n == 0) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                        "%s became shorter while it was read", path);
            return FALSE;
        }
        done += (gsize)n;
    }
    return TRUE;
}

static char *read_open(int fd, const char *path, gsize max_bytes, gsize *len, guint *mode,
                       GError **error)
{
    struct stat status;
    if (fstat(fd, &status) < 0) {
        fail_errno(path, error);
        return NULL;
    }
    if (!S_ISREG(status.st_mode)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s is not a regular file", path);
        return NULL;
    }
    gsize size = (gsize)status.st_size;
    if (size > max_bytes) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT,
                    "%s has %" G_GSIZE_FORMAT " bytes; accepted: at most %" G_GSIZE_FORMAT, path,
                    size, max_bytes);
        return NULL;
    }
    g_autofree char *text = g_malloc0(size + 1);
    if (!read_all(fd, text, size, path, error))
        return NULL;
    *len = size;
    if (mode)
        *mode = status.st_mode & 07777;
    return g_steal_pointer(&text);
}

char *file_read(const char *path, gsize max_bytes, gsize *len, guint *mode, GError **error)
{
    int fd = open(path,
                  O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO without a writer must not hold us */
    if (fd < 0) {
        fail_errno(path, error);
        return NULL;
    }
    char *text = read_open(fd, path, max_bytes, len, mode, error);
    close(fd);
    return text;
}
