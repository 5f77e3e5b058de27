/* state_lock.c - one daemon a state folder */
#include "wallctl/store/state_lock.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct StateLock {
    int fd;
};

/* The process that has the folder's lock, as proc(5) lists it:
 * "1: FLOCK  ADVISORY  WRITE 1234 fe:01:5678 0 EOF". 0: not known (it may be in another container). */
static int find_owner(int fd)
{
    g_autofree char *text = NULL;
    struct stat info;
    if (fstat(fd, &info) != 0 || !g_file_get_contents("/proc/locks", &text, NULL, NULL))
        return 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        int pid;
        guint major, minor;
        guint64 inode;
        if (sscanf(lines[i], "%*u: FLOCK ADVISORY WRITE %d %x:%x:%" G_GUINT64_FORMAT, &pid, &major,
                   &minor, &inode) == 4 &&
            inode == info.st_ino)
            return MAX(pid, 0);
    }
    return 0;
}

static void refuse(int fd, const char *folder, GError **error)
{
    int pid = find_owner(fd);
    g_autofree char *who = pid ? g_strdup_printf(" (process %d)", pid) : g_strdup("");
    g_set_error(error, WALL_ERROR, WALL_ERROR_LOCKED,
                "%s: another wallctl uses this state folder%s; stop it, or set site.state_dir to "
                "another path",
                folder, who);
}

StateLock *state_lock_take(const char *folder, GError **error)
{
    g_mkdir_with_parents(folder, 0700);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "%s: %s; check the folder and its rights", folder, g_strerror(errno));
        return NULL;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            refuse(fd, folder, error);
            close(fd);
            return NULL;
        }
        log_warning(STORE, "%s: cannot be locked (%s): see to it that no second wallctl uses it",
                    folder, g_strerror(errno));
    }
    StateLock *lock = g_new(StateLock, 1);
    lock->fd = fd;
    return lock;
}

void state_lock_free(StateLock *lock)
{
    if (!lock)
        return;
    close(lock->fd);
    g_free(lock);
}
