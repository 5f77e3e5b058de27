/* request.c - one request and its one answer, the same over HTTP and over the WebSocket */
#include "web/server_private.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

struct WebRequest {
    guint refs;
    Conn *conn; /* NULL when the client is gone */
    Json *id;   /* WebSocket */
    gboolean is_answered;
    WebAnswered answered; /* NULL: nobody waits for the answer but the client */
    gpointer user;
    GDestroyNotify free_user;
};

WebRequest *request_new(Conn *conn, Json *ws_id)
{
    WebRequest *request = g_new0(WebRequest, 1);
    request->refs = 1;
    request->conn = conn;
    request->id = ws_id;
    conn->server->stats.requests++;
    return request;
}

WebRequest *web_request_ref(WebRequest *request)
{
    assert_control_thread();
    request->refs++;
    return request;
}

void web_request_unref(WebRequest *request)
{
    assert_control_thread();
    if (!request || --request->refs > 0)
        return;
    if (request->free_user)
        request->free_user(request->user);
    json_object_put(request->id);
    g_free(request);
}

void request_detach(WebRequest *request)
{
    request->conn = NULL;
}

gboolean web_request_is_answered(const WebRequest *request)
{
    return request->is_answered;
}

void web_request_watch(WebRequest *request, WebAnswered answered, gpointer user,
                       GDestroyNotify free_user)
{
    g_assert(!request->is_answered && !request->answered);
    request->answered = answered;
    request->user = user;
    request->free_user = free_user;
}

Conn *request_conn(const WebRequest *request)
{
    return request->conn;
}

void request_run(WebRequest *request, const WebRequestInfo *info)
{
    WebServer *server = request->conn->server;
    guint refs = request->refs;
    server->handler(request, info, server->user);
    if (request->is_answered || request->refs > refs)
        return;
    log_error(WEB, "%s %s: the handler neither answered nor kept the request", info->method,
              info->path);
    web_reply_json(request, 500, request_error_json("internal", "no answer"));
}

/* TRUE if the answer can still reach somebody. */
static gboolean begin_answer(WebRequest *request, guint status)
{
    assert_control_thread();
    g_assert(!request->is_answered);
    request->is_answered = TRUE;
    if (request->answered)
        request->answered(status, request->user);
    return request->conn != NULL;
}

void web_reply_json(WebRequest *request, guint status, Json *json)
{
    g_autoptr(Json) owned = json;
    if (!begin_answer(request, status))
        return;
    char *text = json_dup_text(json);
    GBytes *body = g_bytes_new_take(text, strlen(text));
    if (request->conn->kind == CONN_EVENTS)
        events_reply(request->conn, request->id, status, NULL, body);
    else
        http_reply(request->conn, status, "application/json", body, NULL);
}

void web_reply_bytes(WebRequest *request, guint status, const char *content_type, GBytes *body)
{
    if (!begin_answer(request, status)) {
        g_bytes_unref(body);
        return;
    }
    if (request->conn->kind == CONN_EVENTS)
        events_reply(request->conn, request->id, status, content_type, body);
    else
        http_reply(request->conn, status, content_type, body, NULL);
}

Json *request_error_json(const char *word, const char *message)
{
    Json *error = json_object_new_object();
    json_add_string(error, "code", word);
    json_add_string(error, "message", message);
    Json *body = json_object_new_object();
    json_add(body, "error", error);
    return body;
}

guint request_error_status(const GError *error)
{
    if (error->domain != WALL_ERROR)
        return 500;
    switch ((WallError)error->code) {
    case WALL_ERROR_INVALID:
        return 400;
    case WALL_ERROR_DENIED:
        return 403;
    case WALL_ERROR_NOT_FOUND:
        return 404;
    case WALL_ERROR_STALE:
        return 409;
    case WALL_ERROR_LOCKED:
        return 423;
    case WALL_ERROR_LIMIT:
        return 429;
    case WALL_ERROR_UNSUPPORTED:
        return 501;
    case WALL_ERROR_UNAVAILABLE:
        return 503;
    case WALL_ERROR_INTERNAL:
        return 500;
    }
    return 500;
}

Json *web_error_json(const GError *error)
{
    const char *word = error->domain == WALL_ERROR ? wall_error_word(error->code) : "internal";
    Json *json = request_error_json(word, error->message);
    json_add_string(json_object_object_get(json, "error"), "message_zh", wall_error_zh(error));
    return json;
}

void web_reply_error(WebRequest *request, const GError *error)
{
    web_reply_json(request, request_error_status(error), web_error_json(error));
}
