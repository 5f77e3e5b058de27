/* intake_channel.c - events in and receipts out over one WebSocket, whoever dialled
 *
 * Receipts gather until the socket takes them: what the handler answers in one round of the loop
 * goes out together. A peer is not read while more than HIGH_BYTES of receipts wait for it, and one
 * that takes none of them for STALL_S is closed; it repeats what it has no receipt for when it comes
 * back. So what waits for a peer that reads nothing is HIGH_BYTES and the answers to what it had
 * sent by then, for at most STALL_S.
 */
#include "web/intake_private.h"

#include "wallctl/base/clock.h"

#include <libwebsockets.h>
#include <string.h>

#define PIECE_BYTES (31 * 1024) /* events of one receipt: with its envelope below 32 KiB */
#define HIGH_BYTES  (32 * 1024)
#define LOW_BYTES   (8 * 1024)
#define STALL_S     5
#define TRY_LATER   1013 /* RFC 6455's registry; libwebsockets has no name for it */

struct IntakeChannel {
    Intake *intake;
    IntakeLink *link;
    char *source;
    IntakeChannelCarrier carrier;
    gpointer user;
    GByteArray *input; /* a message so far */
    GQueue pieces;     /* char *: events of a receipt, joined */
    GString *piece;    /* the newest */
    gsize bytes;       /* of pieces and piece */
    gint64 taken_ns;   /* when the peer last took something, or nothing waited */
    gboolean is_over;  /* nothing more is handed on */
    gboolean is_unavailable;
};

static void end(IntakeChannel *channel, guint16 code, const char *text)
{
    channel->is_over = TRUE;
    channel->carrier.close(code, text, channel->user);
}

static void on_answered(const IntakeAnswer *answer, gpointer user)
{
    IntakeChannel *channel = user;
    if (channel->bytes == 0)
        channel->taken_ns = clock_now_ns();
    g_autoptr(Json) json = intake_receipt_json(answer);
    g_autofree char *text = json_dup_text(json);
    gsize len = strlen(text) + 1;
    if (channel->piece->len + len > PIECE_BYTES && channel->piece->len > 0) {
        g_queue_push_tail(&channel->pieces, g_string_free(channel->piece, FALSE));
        channel->piece = g_string_new(NULL);
    }
    if (channel->piece->len > 0)
        g_string_append_c(channel->piece, ',');
    g_string_append(channel->piece, text);
    channel->bytes += len;
    if (answer->result == INTAKE_UNAVAILABLE) {
        channel->is_over = TRUE;
        channel->is_unavailable = TRUE;
    }
    if (channel->bytes > HIGH_BYTES)
        intake_link_set_busy(channel->link, TRUE);
    channel->carrier.wake(channel->user);
}

static void on_hold(gboolean is_held, gpointer user)
{
    IntakeChannel *channel = user;
    channel->carrier.hold(is_held, channel->user);
}

/* libwebsockets checks as well, but lets some through (fragments, found by fuzzing). */
static void hand_on(IntakeChannel *channel, const void *data, gsize len)
{
    if (g_utf8_validate(data, (gssize)len, NULL)) {
        intake_link_receive(channel->link, INTAKE_ENVELOPE, g_bytes_new(data, len), NULL);
        return;
    }
    intake_refused(channel->intake, channel->source, "malformed");
    end(channel, LWS_CLOSE_STATUS_INVALID_PAYLOAD, "text in UTF-8 is expected");
}

void intake_channel_receive(IntakeChannel *channel, const void *data, gsize len, gboolean is_binary,
                            gboolean is_last)
{
    if (channel->is_over)
        return;
    if (is_binary) {
        intake_refused(channel->intake, channel->source, "malformed");
        end(channel, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, "a text message is expected");
        return;
    }
    if (channel->input->len + len > INTAKE_MAX_BYTES) {
        intake_refused(channel->intake, channel->source, "too_large");
        end(channel, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "an event has at most 64 KiB");
        return;
    }
    if (is_last && channel->input->len == 0) { /* most are one fragment */
        hand_on(channel, data, len);
        return;
    }
    g_byte_array_append(channel->input, data, (guint)len);
    if (!is_last)
        return;
    hand_on(channel, channel->input->data ? (const char *)channel->input->data : "",
            channel->input->len);
    g_byte_array_set_size(channel->input, 0);
}

GBytes *intake_channel_next(IntakeChannel *channel)
{
    g_autofree char *events = g_queue_pop_head(&channel->pieces);
    if (!events && channel->piece->len > 0) {
        events = g_string_free(channel->piece, FALSE);
        channel->piece = g_string_new(NULL);
    }
    if (!events) {
        if (channel->is_unavailable && intake_link_waiting(channel->link) == 0)
            end(channel, TRY_LATER, "unavailable: come back later");
        return NULL;
    }
    gsize len = strlen(events) + 1;
    channel->bytes -= MIN(len, channel->bytes);
    channel->taken_ns = clock_now_ns();
    if (channel->bytes < LOW_BYTES)
        intake_link_set_busy(channel->link, FALSE);
    g_autofree char *id = intake_dup_receipt_id(channel->intake);
    char *text = g_strdup_printf("{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/wallctl\","
                                 "\"type\":\"" INTAKE_RECEIPT_TYPE "\","
                                 "\"datacontenttype\":\"application/json\","
                                 "\"data\":{\"events\":[%s]}}",
                                 id, events);
    return g_bytes_new_take(text, strlen(text));
}

void intake_channel_tick(IntakeChannel *channel)
{
    if (channel->bytes > HIGH_BYTES && clock_now_ns() - channel->taken_ns > STALL_S * NS_PER_SEC)
        end(channel, LWS_CLOSE_STATUS_POLICY_VIOLATION, "receipts not taken");
}

IntakeChannel *intake_channel_new(Intake *intake, const char *source, const char *peer,
                                  const IntakeChannelCarrier *carrier, gpointer user)
{
    static const IntakeCarrier own = { on_answered, on_hold };
    IntakeChannel *channel = g_new0(IntakeChannel, 1);
    channel->intake = intake;
    channel->source = g_strdup(source);
    channel->carrier = *carrier;
    channel->user = user;
    channel->input = g_byte_array_new();
    channel->piece = g_string_new(NULL);
    g_queue_init(&channel->pieces);
    channel->link = intake_link_new(intake, source, peer, &own, channel);
    return channel;
}

void intake_channel_free(IntakeChannel *channel)
{
    if (!channel)
        return;
    intake_link_close(channel->link);
    g_byte_array_unref(channel->input);
    g_string_free(channel->piece, TRUE);
    g_queue_clear_full(&channel->pieces, g_free);
    g_free(channel->source);
    g_free(channel);
}
