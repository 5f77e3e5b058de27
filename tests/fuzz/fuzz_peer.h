/* fuzz_peer.h - a peer of the real server in the same thread: it sends while the server takes it, and
 * looks whether the server lets go */
#ifndef WALLCTL_TESTS_FUZZ_PEER_H
#define WALLCTL_TESTS_FUZZ_PEER_H

#include "web/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define FUZZ_TURNS        20000
#define FUZZ_QUICK_TURNS  2000
#define FUZZ_SLEEPY_TURNS 500

static inline void fuzz_turns(int n)
{
    for (int i = 0; i < n; i++)
        g_main_context_iteration(NULL, FALSE);
}

/* FALSE: the server has closed. Its answers are thrown away. */
static inline gboolean fuzz_send(int fd, const void *data, gsize len)
{
    gsize done = 0;
    for (int i = 0; i < FUZZ_TURNS && done < len; i++) {
        ssize_t n = send(fd, (const char *)data + done, len - done, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return FALSE;
        done += n > 0 ? (gsize)n : 0;
        char taken[65536];
        if (recv(fd, taken, sizeof(taken), 0) == 0)
            return FALSE;
        g_main_context_iteration(NULL, FALSE);
    }
    return TRUE;
}

/* Most connections are gone at once; one that lingers is ended by the server's tick, and until then
 * the loop must sleep. */
static inline void fuzz_leave(int fd, WebServer *server)
{
    close(fd);
    WebStats stats;
    for (int i = 0; web_get_stats(server, &stats), stats.connections > 0; i++) {
        if (i > FUZZ_QUICK_TURNS + FUZZ_SLEEPY_TURNS) {
            fprintf(stderr, "a connection is stuck, or spins\n");
            abort();
        }
        g_main_context_iteration(NULL, i > FUZZ_QUICK_TURNS);
    }
}

#endif
