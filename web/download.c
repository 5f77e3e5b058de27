/* download.c - a large answer of the daemon over its UNIX socket, straight into a file
 *
 * Plain HTTP: over the WebSocket an answer is one message and in memory as a whole.
 */
#include "web/download.h"

#include "wallctl/base/error.h"
#include "web/client.h"

#include <gio/gunixsocketaddress.h>
#include <stdio.h>
#include <string.h>

#define PIECE       65536
#define MAX_REFUSAL 65536
#define MAX_HEADERS 64

typedef struct {
    guint status;
    guint64 length;
} Head;

/* One line without its end; NULL with an error when the answer is over. Caller frees. */
static char *read_line(GDataInputStream *in, GError **error)
{
    char *line = g_data_input_stream_read_line(in, NULL, NULL, error);
    if (!line && error && !*error)
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the daemon closed the connection");
    return line;
}

static gboolean read_head(GDataInputStream *in, Head *head, GError **error)
{
    static const char name[] = "content-length:";
    gboolean has_length = FALSE;
    g_autofree char *first = read_line(in, error);
    if (!first)
        return FALSE;
    gboolean is_http = sscanf(first, "HTTP/1.%*1[01] %3u", &head->status) == 1;
    for (guint i = 0; is_http && i < MAX_HEADERS; i++) {
        g_autofree char *line = read_line(in, error);
        if (!line)
            return FALSE;
        if (!*line && has_length)
            return TRUE;
        if (g_ascii_strncasecmp(line, name, strlen(name)) == 0)
            has_length = g_ascii_string_to_unsigned(g_strstrip(line + strlen(name)), 10, 0,
                                                    G_MAXINT64, &head->length, NULL);
        else if (!*line)
            break;
    }
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the answer is not understood");
    return FALSE;
}

static gboolean copy_body(GInputStream *in, guint64 length, GOutputStream *out, gint64 *n_bytes,
                          GError **error)
{
    g_autofree char *piece = g_malloc(PIECE);
    for (guint64 left = length; left > 0;) {
        gssize n = g_input_stream_read(in, piece, MIN(left, PIECE), NULL, error);
        if (n == 0)
            g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                        "the answer ends %" G_GUINT64_FORMAT " bytes too early", left);
        if (n <= 0 || !g_output_stream_write_all(out, piece, (gsize)n, NULL, NULL, error))
            return FALSE;
        left -= (guint64)n;
        *n_bytes += n;
    }
    return TRUE;
}

static void read_refusal(GInputStream *in, const Head *head, GError **error)
{
    g_autofree char *text = g_malloc(MAX_REFUSAL);
    gsize n = 0;
    g_input_stream_read_all(in, text, MIN(head->length, MAX_REFUSAL), &n, NULL, NULL);
    g_autoptr(Json) body = json_parse(text, n, 0, JSON_STRICT, NULL);
    web_client_refusal(body, head->status, error);
}

gboolean web_download(const char *socket_path, const char *path, guint timeout_s,
                      GOutputStream *out, gint64 *n_bytes, GError **error)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(socket_path);
    g_socket_client_set_timeout(client, timeout_s);
    *n_bytes = 0;
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, error);
    if (!connection)
        return FALSE;
    g_autofree char *request =
        g_strdup_printf("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    GOutputStream *to = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    if (!g_output_stream_write_all(to, request, strlen(request), NULL, NULL, error))
        return FALSE;
    g_autoptr(GDataInputStream) in =
        g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
    g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
    Head head = { 0 };
    if (!read_head(in, &head, error))
        return FALSE;
    if (head.status != 200) {
        read_refusal(G_INPUT_STREAM(in), &head, error);
        return FALSE;
    }
    return copy_body(G_INPUT_STREAM(in), head.length, out, n_bytes, error);
}
