/* send.c - delivers events to a platform above */
#include "web/send.h"

#include "web/intake.h"

#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/json.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <libwebsockets.h>
#include <string.h>

#define FIRST_WAIT_MS  1000
#define MAX_WAIT_MS    30000
#define MAX_RETRY_S    3600
#define MAX_POSTS      4
#define MAX_UNANSWERED SEND_MAX_QUEUED
#define RECEIPT_S      30
#define MEDIA_TYPE     "application/cloudevents+json; charset=utf-8"

typedef struct {
    Send *send;
    guint64 ticket;
    char *key, *source, *id;
    GBytes *text;
    gboolean is_sent; /* under way */
    gint64 sent_ns;
    Wire *post;
} Item;

struct Send {
    WireHub *hub;
    char *uri, *ca_file;
    Secret *token;
    guint ping_s;
    gboolean is_post, has_receipts, is_well, is_gone;
    SendHandler handler;
    gpointer user;
    GQueue items; /* Item, in the order they came */
    guint n_sent;
    Backoff backoff;
    guint wait, tick; /* sources */
    Wire *wire;       /* WebSocket */
    gboolean is_open;
    GByteArray *input;
};

static void pump(Send *send);

static void item_free(gpointer data)
{
    Item *item = data;
    wire_free(item->post);
    g_bytes_unref(item->text);
    g_free(item->key);
    g_free(item->source);
    g_free(item->id);
    g_free(item);
}

static void set_well(Send *send, gboolean is_well, const char *reason)
{
    if (is_well)
        backoff_reset(&send->backoff);
    if (is_well == send->is_well && is_well)
        return;
    send->is_well = is_well;
    send->handler.changed(is_well, reason, send->user);
}

static void finish(Item *item, SendResult result, const char *reason)
{
    Send *send = item->send;
    guint64 ticket = item->ticket;
    send->n_sent -= item->is_sent ? 1 : 0;
    g_queue_remove(&send->items, item);
    item_free(item);
    send->handler.done(ticket, result, reason, send->user);
}

static void give_up(Send *send, const char *reason)
{
    send->is_gone = TRUE;
    set_well(send, FALSE, reason);
    for (Item *item; (item = g_queue_peek_head(&send->items));)
        finish(item, SEND_GONE, reason);
}

/* The first that may go: of several of one key only the oldest. */
static Item *next_item(Send *send)
{
    g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
    for (GList *l = send->items.head; l; l = l->next) {
        Item *item = l->data;
        if (g_hash_table_add(keys, item->key) && !item->is_sent)
            return item;
    }
    return NULL;
}

static void mark(Item *item, gboolean is_sent)
{
    if (item->is_sent == is_sent)
        return;
    item->is_sent = is_sent;
    item->sent_ns = clock_now_ns();
    item->send->n_sent += is_sent ? 1 : -1;
}

static gboolean on_waited(gpointer user)
{
    Send *send = user;
    send->wait = 0;
    pump(send);
    return G_SOURCE_REMOVE;
}

/* Again later: not before what the peer asks for. */
static void wait_for_it(Send *send, const WireEnd *end)
{
    guint wait_ms = MAX(backoff_next_ms(&send->backoff), end->retry_after_s * 1000);
    if (!send->wait)
        send->wait = g_timeout_add(wait_ms, on_waited, send);
    set_well(send, FALSE, end->reason);
}

/* --- POST ------------------------------------------------------------------------------------ */

static void on_posted(const WireEnd *end, gpointer user)
{
    Item *item = user;
    Send *send = item->send;
    guint status = end->status;
    g_autofree char *reason = g_strdup_printf("answered with status %u", status);
    WireEnd what = *end;
    what.reason = status ? reason : end->reason;
    if (status >= 200 && status < 300) {
        set_well(send, TRUE, NULL);
        finish(item, SEND_DELIVERED, NULL);
    } else if (status == 410) {
        give_up(send, reason);
    } else if (status == 400 || status == 413 || status == 415 || status == 422) {
        set_well(send, TRUE, NULL);
        finish(item, SEND_REFUSED, reason);
    } else {
        wait_for_it(send, &what);
        mark(item, FALSE);
        g_clear_pointer(&item->post, wire_free);
    }
    pump(send);
}

static void post(Item *item)
{
    static const WireHandler handler = { .ended = on_posted };
    Send *send = item->send;
    WireTarget target = { send->uri, send->ca_file, send->token, send->ping_s };
    mark(item, TRUE);
    item->post = wire_post(send->hub, &target, MEDIA_TYPE, item->text, &handler, item);
}

/* --- WebSocket ------------------------------------------------------------------------------- */

static gboolean on_tick(gpointer user)
{
    Send *send = user;
    for (GList *l = send->items.head; l; l = l->next) {
        const Item *item = l->data;
        if (item->is_sent && clock_now_ns() - item->sent_ns > RECEIPT_S * NS_PER_SEC) {
            wire_close(send->wire, LWS_CLOSE_STATUS_POLICY_VIOLATION, "no receipt in time");
            break;
        }
    }
    return G_SOURCE_CONTINUE;
}

static void on_opened(gpointer user)
{
    Send *send = user;
    send->is_open = TRUE;
    send->tick = g_timeout_add_seconds(1, on_tick, send);
    set_well(send, TRUE, NULL);
    wire_wake(send->wire);
}

static void on_writable(gpointer user)
{
    Send *send = user;
    Item *item = send->n_sent < MAX_UNANSWERED ? next_item(send) : NULL;
    if (!item)
        return;
    wire_write(send->wire, item->text);
    mark(item, TRUE);
    wire_wake(send->wire);
    if (!send->has_receipts)
        finish(item, SEND_DELIVERED, NULL);
}

static Item *find_sent(Send *send, const char *source, const char *id)
{
    for (GList *l = send->items.head; l; l = l->next) {
        Item *item = l->data;
        if (item->is_sent && strcmp(item->id, id) == 0 && strcmp(item->source, source) == 0)
            return item;
    }
    return NULL;
}

static const char *text_of(Json *object, const char *key)
{
    Json *value = NULL;
    if (!json_object_is_type(object, json_type_object) ||
        !json_object_object_get_ex(object, key, &value) ||
        !json_object_is_type(value, json_type_string))
        return NULL;
    return json_object_get_string(value);
}

static void take_receipt(Send *send, Json *event)
{
    const char *source = text_of(event, "source"), *id = text_of(event, "id");
    const char *status = text_of(event, "status"), *reason = text_of(event, "reason");
    Item *item = source && id && status ? find_sent(send, source, id) : NULL;
    if (!item)
        return;
    if (strcmp(status, "refused") != 0)
        finish(item, SEND_DELIVERED, NULL);
    else if (reason && g_str_has_prefix(reason, "unavailable"))
        wire_close(send->wire, LWS_CLOSE_STATUS_GOINGAWAY, "back later");
    else
        finish(item, SEND_REFUSED, reason ? reason : "refused");
}

static void take_message(Send *send)
{
    g_autoptr(Json) message = json_parse((const char *)send->input->data, send->input->len,
                                         INTAKE_MAX_BYTES, JSON_STRICT, NULL);
    Json *data = NULL, *events = NULL;
    if (g_strcmp0(text_of(message, "type"), INTAKE_RECEIPT_TYPE) != 0 ||
        !json_object_object_get_ex(message, "data", &data) ||
        !json_object_is_type(data, json_type_object) ||
        !json_object_object_get_ex(data, "events", &events) ||
        !json_object_is_type(events, json_type_array))
        return; /* other news of the peer */
    for (gsize i = 0; i < json_object_array_length(events); i++)
        take_receipt(send, json_object_array_get_idx(events, i));
}

static void on_received(const void *data, gsize len, gboolean is_binary, gboolean is_last,
                        gpointer user)
{
    Send *send = user;
    if (is_binary || send->input->len + len > INTAKE_MAX_BYTES) {
        wire_close(send->wire, LWS_CLOSE_STATUS_POLICY_VIOLATION, "receipts are expected");
        return;
    }
    g_byte_array_append(send->input, data, (guint)len);
    if (!is_last)
        return;
    take_message(send);
    g_byte_array_set_size(send->input, 0);
    wire_wake(send->wire);
}

static void hang_up(Send *send)
{
    g_clear_handle_id(&send->tick, g_source_remove);
    g_clear_pointer(&send->wire, wire_free);
    send->is_open = FALSE;
    g_byte_array_set_size(send->input, 0);
    for (GList *l = send->items.head; l; l = l->next)
        mark(l->data, FALSE);
}

static void on_ended(const WireEnd *end, gpointer user)
{
    Send *send = user;
    WireEnd what = *end;
    g_autofree char *reason = g_strdup(end->reason);
    what.reason = reason;
    hang_up(send);
    if (what.status == 410)
        give_up(send, reason);
    else
        wait_for_it(send, &what);
}

/* --- public ---------------------------------------------------------------------------------- */

static void pump(Send *send)
{
    static const WireHandler handler = { on_opened, on_received, on_writable, on_ended };
    if (send->is_gone || send->wait)
        return;
    if (send->is_post) {
        for (Item *item; send->n_sent < MAX_POSTS && (item = next_item(send));)
            post(item);
        return;
    }
    if (send->is_open) {
        wire_wake(send->wire);
        return;
    }
    if (send->wire || send->items.length == 0)
        return;
    WireTarget target = { send->uri, send->ca_file, send->token, send->ping_s };
    send->wire = wire_open(send->hub, &target, INTAKE_SUBPROTOCOL, &handler, send);
}

gboolean send_event(Send *send, guint64 ticket, const char *key, const char *source, const char *id,
                    GBytes *text)
{
    assert_control_thread();
    if (send->is_gone || send->items.length >= SEND_MAX_QUEUED)
        return FALSE;
    Item *item = g_new0(Item, 1);
    item->send = send;
    item->ticket = ticket;
    item->key = g_strdup(key);
    item->source = g_strdup(source);
    item->id = g_strdup(id);
    item->text = g_bytes_ref(text);
    g_queue_push_tail(&send->items, item);
    pump(send);
    return TRUE;
}

guint send_queued(const Send *send)
{
    return send->items.length;
}

Send *send_new(WireHub *hub, const WireTarget *target, gboolean has_receipts,
               const SendHandler *handler, gpointer user, GError **error)
{
    assert_control_thread();
    gboolean is_post = g_str_has_prefix(target->uri, "http");
    if (!wire_check_uri(target->uri, is_post, error))
        return NULL;
    Send *send = g_new0(Send, 1);
    send->hub = hub;
    send->uri = g_strdup(target->uri);
    send->ca_file = g_strdup(target->ca_file);
    send->token = target->token ? secret_ref(target->token) : NULL;
    send->ping_s = target->ping_s;
    send->is_post = is_post;
    send->has_receipts = has_receipts;
    send->handler = *handler;
    send->user = user;
    send->input = g_byte_array_new();
    g_queue_init(&send->items);
    backoff_init(&send->backoff, FIRST_WAIT_MS, MAX_WAIT_MS);
    return send;
}

void send_free(Send *send)
{
    if (!send)
        return;
    assert_control_thread();
    g_clear_handle_id(&send->wait, g_source_remove);
    hang_up(send);
    g_queue_clear_full(&send->items, item_free);
    g_byte_array_unref(send->input);
    g_clear_pointer(&send->token, secret_unref);
    g_free(send->uri);
    g_free(send->ca_file);
    g_free(send);
}
