/* intake_http.c - the webhook: POST /v1/events, one event a request, answered once it is durable
 *
 * CloudEvents HTTP binding 1.0.2, structured and binary mode, and a platform's own JSON; web hooks
 * 1.0.2 for the OPTIONS handshake. libwebsockets keeps headers that it does not know in the order
 * they came and gives the first of a name, so an attribute is taken once whatever is sent; names
 * that are no attribute known here are not looked at.
 */
#include "web/server_private.h"

#include "wallctl/base/post.h"

#include <string.h>

#define MAX_DELIVERIES 512 /* requests that wait for their answer: 32 MiB of bodies */
#define MAX_ATTRIBUTE  1024
#define MAX_ORIGIN     253

gboolean intake_http_is(const Conn *conn)
{
    return g_strcmp0(conn->path, INTAKE_PATH) == 0;
}

/* A header that libwebsockets has no number for; name with its colon. NULL if absent or too long.
 * Caller frees. */
static char *dup_custom(Conn *conn, const char *name)
{
    int name_len = (int)strlen(name);
    int len = lws_hdr_custom_length(conn->wsi, name, name_len);
    if (len < 0 || len > MAX_ATTRIBUTE)
        return NULL;
    g_autofree char *value = g_malloc0((gsize)len + 1);
    if (lws_hdr_custom_copy(conn->wsi, value, len + 1, name, name_len) < 0)
        return NULL;
    return g_strstrip(g_steal_pointer(&value));
}

static gboolean is_type(const char *given, const char *type)
{
    gsize len = strlen(type);
    if (!given || g_ascii_strncasecmp(given, type, len) != 0)
        return FALSE;
    const char *rest = given + len + strspn(given + len, " \t");
    return *rest == 0 || *rest == ';';
}

/* --- what is let in -------------------------------------------------------------------------- */

static const char *refuse(guint *status, guint number, const char **word, const char *code,
                          const char *message)
{
    *status = number;
    *word = code;
    return message;
}

const char *intake_http_fault(Conn *conn, gboolean is_whole, guint64 len, guint *status,
                              const char **word)
{
    gboolean is_handshake = strcmp(conn->method, "OPTIONS") == 0;
    if (!conn->server->intake)
        return refuse(status, 404, word, "not_found", "this server takes no events");
    if (!is_whole)
        return refuse(status, 404, word, "not_found", "events are sent to " INTAKE_PATH);
    if (!is_handshake && strcmp(conn->method, "POST") != 0) {
        http_add_header(conn, "allow:", "POST, OPTIONS");
        return refuse(status, 405, word, "invalid", "events are sent by POST");
    }
    if (len > INTAKE_MAX_BYTES) {
        intake_refused(conn->server->intake, NULL, "too_large");
        return refuse(status, 413, word, "limit", "an event has at most 64 KiB");
    }
    if (is_handshake)
        return NULL;
    const char *fault = intake_admit(conn, status, word);
    if (fault)
        return fault;
    g_autofree char *type = http_header(conn, WSI_TOKEN_HTTP_CONTENT_TYPE);
    if (is_type(type, "application/cloudevents-batch+json"))
        return refuse(status, 415, word, "invalid",
                      "batches are not taken: send each event by itself, as "
                      "application/cloudevents+json");
    if (!is_type(type, "application/cloudevents+json") && !is_type(type, "application/json"))
        return refuse(status, 415, word, "invalid",
                      "Content-Type: application/cloudevents+json, or application/json with or "
                      "without ce- headers, is accepted");
    if (conn->server->deliveries >= MAX_DELIVERIES) {
        http_add_header(conn, "retry-after:", "1");
        return refuse(status, 429, word, "limit", "too many events wait to be stored");
    }
    return intake_gate_fault(conn, status, word);
}

/* --- binary mode ----------------------------------------------------------------------------- */

static int hex_of(char c)
{
    return g_ascii_xdigit_value(c);
}

/* An attribute's value as the binding writes it into a header: quotes taken off, %XX decoded once.
 * NULL if that gives no UTF-8. Caller frees. */
static char *dup_decoded(const char *value)
{
    gsize len = strlen(value);
    gboolean is_quoted = len >= 2 && value[0] == '"' && value[len - 1] == '"';
    g_autoptr(GString) plain = g_string_new(NULL);
    for (gsize i = is_quoted ? 1 : 0; i < len - (is_quoted ? 1 : 0); i++) {
        if (is_quoted && value[i] == '\\' && i + 2 < len) {
            g_string_append_c(plain, value[++i]);
        } else if (value[i] == '%') {
            int high = hex_of(value[i + 1]), low = high < 0 ? -1 : hex_of(value[i + 2]);
            if (low < 0 || high * 16 + low == 0)
                return NULL;
            g_string_append_c(plain, (char)(high * 16 + low));
            i += 2;
        } else {
            g_string_append_c(plain, value[i]);
        }
    }
    if (!g_utf8_validate(plain->str, (gssize)plain->len, NULL))
        return NULL;
    return g_strdup(plain->str);
}

/* Attributes and extensions that an event may have: CloudEvents 1.0.2 and its documented
 * extensions, and regioncode. */
static const char *const attributes[] = {
    "specversion",  "id",          "source",         "type",           "subject",
    "time",         "dataschema",  "sequence",       "sequencetype",   "partitionkey",
    "severitytext", "expirytime",  "recordedtime",   "correlationid",  "causationid",
    "dataref",      "traceparent", "tracestate",     "sampledrate",    "dataclassification",
    "datacategory", "regioncode",  "dataregulation", "severitynumber",
};

/* Integers are text in a header; this one is a number in JSON. */
static void add_attribute(Json *envelope, const char *name, const char *value)
{
    guint64 number;
    if (strcmp(name, "severitynumber") == 0 &&
        g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT32, &number, NULL))
        json_add_int(envelope, name, (gint64)number);
    else
        json_add_string(envelope, name, value);
}

/* The envelope of the ce- headers; *envelope stays NULL when there are none. FALSE: one of them
 * cannot be read. */
static gboolean read_attributes(Conn *conn, Json **envelope)
{
    g_autoptr(Json) found = json_object_new_object();
    for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++) {
        g_autofree char *header = g_strdup_printf("ce-%s:", attributes[i]);
        if (lws_hdr_custom_length(conn->wsi, header, (int)strlen(header)) < 0)
            continue;
        g_autofree char *value = dup_custom(conn, header);
        g_autofree char *plain = value ? dup_decoded(value) : NULL;
        if (!plain)
            return FALSE;
        add_attribute(found, attributes[i], plain);
    }
    if (json_object_object_length(found) > 0)
        *envelope = g_steal_pointer(&found);
    return TRUE;
}

/* --- requests -------------------------------------------------------------------------------- */

static void answer_error(Conn *conn, guint status, const char *word, const char *message)
{
    conn->server->stats.refused++;
    intake_refused(conn->server->intake, conn->source, "malformed");
    g_autoptr(Json) json = request_error_json(word, message);
    char *text = json_dup_text(json);
    http_reply(conn, status, "application/json", g_bytes_new_take(text, strlen(text)), NULL);
}

static guint status_of(IntakeResult result)
{
    switch (result) {
    case INTAKE_APPLIED:
    case INTAKE_DUPLICATE:
        return 200;
    case INTAKE_ANOMALY:
    case INTAKE_NOTED:
        return 202;
    case INTAKE_REFUSED:
        return 422;
    case INTAKE_UNAVAILABLE:
        return 503;
    }
    return 500;
}

static void on_answered(const IntakeAnswer *answer, gpointer user)
{
    Conn *conn = user;
    g_autoptr(Json) json = json_object_new_object();
    Json *events = json_object_new_array();
    json_object_array_add(events, intake_receipt_json(answer));
    json_add(json, "events", events);
    char *text = json_dup_text(json);
    if (answer->result == INTAKE_UNAVAILABLE)
        http_add_header(conn, "retry-after:", "10");
    http_reply(conn, status_of(answer->result), "application/json",
               g_bytes_new_take(text, strlen(text)), NULL);
}

/* One message a request: there is nothing to hold. */
static void on_hold(gboolean is_held, gpointer user)
{
}

static void deliver(Conn *conn, IntakeForm form, GBytes *text)
{
    static const IntakeCarrier carrier = { on_answered, on_hold };
    conn->server->stats.requests++;
    conn->server->deliveries++;
    conn->delivery =
        intake_link_new(conn->server->intake, conn->source, conn_address(conn), &carrier, conn);
    intake_link_receive(conn->delivery, form, text, NULL);
}

void intake_http_forget(Conn *conn)
{
    if (!conn->delivery)
        return;
    conn->server->deliveries--;
    intake_link_close(g_steal_pointer(&conn->delivery));
}

static gboolean is_host_name(const char *text)
{
    gsize len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:*");
    return len >= 1 && len <= MAX_ORIGIN && text[len] == 0;
}

/* May this origin send here? It may: what it can do without a token is nothing. */
static void shake_hands(Conn *conn)
{
    g_autofree char *origin = dup_custom(conn, "webhook-request-origin:");
    g_autofree char *rate = dup_custom(conn, "webhook-request-rate:");
    http_add_header(conn, "allow:", "POST, OPTIONS");
    if (origin && !is_host_name(origin)) {
        answer_error(conn, 400, "invalid", "WebHook-Request-Origin: a host name is expected");
        return;
    }
    if (origin)
        http_add_header(conn, "webhook-allowed-origin:", origin);
    if (origin && rate) /* no fixed rate: who is too fast is told so by 429 */
        http_add_header(conn, "webhook-allowed-rate:", "*");
    http_reply(conn, 200, NULL, g_bytes_new(NULL, 0), NULL);
}

void intake_http_run(Conn *conn)
{
    g_autoptr(GBytes) body = g_byte_array_free_to_bytes(g_steal_pointer(&conn->body));
    if (strcmp(conn->method, "OPTIONS") == 0) {
        shake_hands(conn);
        return;
    }
    gsize len;
    const char *text = g_bytes_get_data(body, &len);
    if (len == 0 || !g_utf8_validate(text, (gssize)len, NULL)) {
        answer_error(conn, 400, "invalid", "the body is empty, or not UTF-8");
        return;
    }
    g_autofree char *type = http_header(conn, WSI_TOKEN_HTTP_CONTENT_TYPE);
    if (is_type(type, "application/cloudevents+json")) {
        deliver(conn, INTAKE_ENVELOPE, g_steal_pointer(&body));
        return;
    }
    g_autoptr(Json) envelope = NULL;
    if (!read_attributes(conn, &envelope)) {
        answer_error(conn, 400, "invalid",
                     "a ce- header is longer than 1 KiB or not percent-encoded UTF-8");
        return;
    }
    if (!envelope) {
        deliver(conn, INTAKE_RECORD, g_steal_pointer(&body));
        return;
    }
    /* Parsed, not pasted: a body that is no single JSON value could bring attributes of its own. */
    Json *data = json_parse(text, len, INTAKE_MAX_BYTES, JSON_STRICT, NULL);
    if (!data) {
        answer_error(conn, 400, "invalid", "the body is not one JSON value");
        return;
    }
    json_add_string(envelope, "datacontenttype", "application/json");
    json_add(envelope, "data", data);
    char *whole = json_dup_text(envelope);
    deliver(conn, INTAKE_ENVELOPE, g_bytes_new_take(whole, strlen(whole)));
}
