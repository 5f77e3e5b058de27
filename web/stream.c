/* stream.c - a moving picture to one viewer: what it cannot take is skipped, never kept
 *
 * The queue holds references to chunks that all viewers share. It is cut back to a key chunk, from
 * which a decoder can begin, when it holds too much or when a newer key chunk comes while an older
 * one still waits: that viewer is a whole group of pictures behind. Texts and the init chunk are
 * never skipped.
 */
#include "web/server_private.h"

#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MAX_QUEUED (1024 * 1024) /* bytes waiting for one viewer */
#define MAX_UNSENT (128 * 1024)  /* bytes in the kernel */

typedef enum { ITEM_TEXT = 1, ITEM_INIT, ITEM_KEY, ITEM_DELTA } ItemKind;

typedef struct {
    ItemKind kind;
    GBytes *bytes;
} Item;

struct WebStream {
    Conn *conn;
    gpointer user;
    GQueue queue; /* Item */
    gsize bytes;
    Item *current; /* being written */
    gsize sent;
    gboolean waits_for_key;
};

static void item_free(gpointer data)
{
    Item *item = data;
    g_bytes_unref(item->bytes);
    g_free(item);
}

static gboolean is_picture(const Item *item)
{
    return item->kind == ITEM_KEY || item->kind == ITEM_DELTA;
}

/* Drops every picture that waits; TRUE if there was one. */
static gboolean drop_pictures(WebStream *stream)
{
    gboolean dropped = FALSE;
    for (GList *l = stream->queue.head, *next; l; l = next) {
        next = l->next;
        Item *item = l->data;
        if (!is_picture(item))
            continue;
        stream->bytes -= g_bytes_get_size(item->bytes);
        item_free(item);
        g_queue_delete_link(&stream->queue, l);
        dropped = TRUE;
    }
    return dropped;
}

static gboolean has_waiting_key(WebStream *stream)
{
    for (GList *l = stream->queue.head; l; l = l->next) {
        if (((Item *)l->data)->kind == ITEM_KEY)
            return TRUE;
    }
    return FALSE;
}

static void push(WebStream *stream, ItemKind kind, GBytes *bytes)
{
    Conn *conn = stream->conn;
    Item *item = g_new(Item, 1);
    *item = (Item) { kind, bytes };
    stream->bytes += g_bytes_get_size(bytes);
    g_queue_push_tail(&stream->queue, item);
    if (conn->is_open)
        lws_callback_on_writable(conn->wsi);
    /* Texts and init chunks cannot be skipped; so many of them unread is no viewer. */
    if (!is_picture(item) && stream->queue.length > 64 && stream->bytes > MAX_QUEUED)
        conn_close(conn, LWS_CLOSE_STATUS_POLICY_VIOLATION, "stream not taken");
}

WebStream *stream_new(Conn *conn, const char *path, GHashTable *query, GError **error)
{
    WebServer *server = conn->server;
    WebStream *stream = g_new0(WebStream, 1);
    stream->conn = conn;
    stream->waits_for_key = TRUE;
    g_queue_init(&stream->queue);
    if (server->streams.open(stream, path, query, conn->caller, error, server->user))
        return stream;
    g_queue_clear_full(&stream->queue, item_free);
    g_free(stream);
    return NULL;
}

void stream_free(WebStream *stream)
{
    if (!stream)
        return;
    WebServer *server = stream->conn->server;
    server->streams.closed(stream, server->user);
    g_queue_clear_full(&stream->queue, item_free);
    g_clear_pointer(&stream->current, item_free);
    g_free(stream);
}

void stream_established(Conn *conn)
{
    conn_limit_unsent(conn, MAX_UNSENT);
    lws_callback_on_writable(conn->wsi);
}

void web_stream_send(WebStream *stream, GBytes *chunk, gboolean is_init, gboolean is_key)
{
    assert_control_thread();
    if (is_init) {
        drop_pictures(stream);
        stream->waits_for_key = TRUE;
        push(stream, ITEM_INIT, chunk);
        return;
    }
    gboolean is_full = stream->bytes + g_bytes_get_size(chunk) > MAX_QUEUED;
    if (is_key ? has_waiting_key(stream) || is_full : is_full) {
        if (drop_pictures(stream))
            log_debug(WEB, "a viewer is slow: skipped to the next key picture");
        stream->waits_for_key = TRUE;
    }
    if (stream->waits_for_key && !is_key) {
        g_bytes_unref(chunk);
        return;
    }
    stream->waits_for_key = FALSE;
    push(stream, is_key ? ITEM_KEY : ITEM_DELTA, chunk);
}

void web_stream_send_text(WebStream *stream, const char *text)
{
    assert_control_thread();
    push(stream, ITEM_TEXT, g_bytes_new(text, strlen(text)));
}

void web_stream_set_user(WebStream *stream, gpointer data)
{
    stream->user = data;
}

gpointer web_stream_get_user(WebStream *stream)
{
    return stream->user;
}

void web_close_streams(WebServer *server)
{
    assert_control_thread();
    for (GList *l = server->conns.head; l; l = l->next) {
        Conn *conn = l->data;
        if (conn->kind != CONN_STREAM || !conn->stream)
            continue;
        g_clear_pointer(&conn->stream, stream_free);
        if (conn->is_open)
            conn_close(conn, LWS_CLOSE_STATUS_GOINGAWAY, "connect again");
        else
            conn_kill(conn);
    }
}

int stream_writable(Conn *conn)
{
    WebStream *stream = conn->stream;
    if (!stream->current) {
        stream->current = g_queue_pop_head(&stream->queue);
        if (!stream->current)
            return 0;
        stream->bytes -= g_bytes_get_size(stream->current->bytes);
    }
    if (!conn_write_message(conn, stream->current->bytes, stream->current->kind != ITEM_TEXT,
                            &stream->sent))
        return -1;
    if (stream->sent == 0)
        g_clear_pointer(&stream->current, item_free);
    lws_callback_on_writable(conn->wsi);
    return 0;
}
