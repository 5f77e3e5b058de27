/* lobby.h - what has connected to the TLS port, until its first bytes say what it is. [control]
 *
 * libwebsockets gets a connection only when a TLS hello waits to be read. So who connects and says
 * nothing costs a descriptor for LOBBY_PATIENCE_S and no more; hellos, which cost a signature each,
 * are let in a few at a turn of the loop; and plain HTTP, which a person gets who leaves the
 * "https" out, is answered with the way to go.
 */
#ifndef WALLCTL_WEB_LOBBY_H
#define WALLCTL_WEB_LOBBY_H

#include <glib.h>

#define LOBBY_PATIENCE_S  10
#define LOBBY_MAX_WAITING 512 /* then the oldest that has said nothing is closed */

typedef struct Lobby Lobby;

/* Takes fd. */
typedef void (*LobbyReady)(int fd, gpointer user);

/* Does this site go by that Host header, for who came to this descriptor? */
typedef gboolean (*LobbyKnows)(const char *host, int fd, gpointer user);

Lobby *lobby_new(LobbyReady ready, LobbyKnows knows, gpointer user);
void lobby_take(Lobby *lobby, int fd); /* takes fd: connected, non-blocking */
guint lobby_waiting(const Lobby *lobby);
void lobby_free(Lobby *lobby);

/* The answer to plain HTTP: a redirection to the same place by https when the head names a host
 * that we go by, else a refusal in words. len bytes of the request's begin. [any] Caller frees. */
char *lobby_dup_answer(const char *head, gsize len, LobbyKnows knows, int fd, gpointer user);

#endif
