/* crash_child.h - this test program again, killed in the midst of what it writes */
#ifndef WALLCTL_TESTS_UNIT_CRASH_CHILD_H
#define WALLCTL_TESTS_UNIT_CRASH_CHILD_H

#include <glib.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* argv[0] should be /proc/self/exe. The child writes growing guint64 to its output, one a report; it
 * is killed delay_us after n_reports of them. The last report, or from when none came. */
static inline guint64 crash_child(char **argv, guint64 from, guint n_reports, guint delay_us)
{
    GPid pid;
    int out;
    g_autoptr(GError) error = NULL;
    g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                             &out, NULL, &error);
    g_assert_no_error(error);
    guint64 report = from, last = from;
    guint n = 0;
    while (read(out, &report, sizeof report) == sizeof report) {
        g_assert_cmpuint(report, >=, last);
        last = report;
        if (++n == n_reports) {
            g_usleep(delay_us); /* a moment at random: that is the test */
            kill(pid, SIGKILL);
        }
    }
    close(out);
    int status = 0;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    g_assert_cmpuint(n, >=, n_reports);
    return last;
}

#endif
