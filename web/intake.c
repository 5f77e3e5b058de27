/* intake.c - messages on their way to the one handler, and their answers on the way back
 *
 * A link is one peer: it counts what is unanswered and says when the peer may be read, so memory is
 * bounded by INTAKE_MAX_WAITING messages and MAX_WAITING_BYTES for each, whatever the handler does.
 */
#include "web/intake_private.h"

#include "wallctl/base/post.h"

#define MAX_WAITING_BYTES (1024 * 1024)
#define CLOSED_REASON     "unavailable: nothing can be stored now, send it again later"

struct Intake {
    IntakeHandler handler;
    gpointer user;
    IntakeGate gate;
    GQueue links; /* those that are open */
    guint32 run;
    guint64 receipts;
};

struct IntakeLink {
    guint refs; /* the carrier's and one for each message */
    GList entry;
    Intake *intake;
    char *source, *peer;
    IntakeCarrier carrier;
    gpointer user; /* NULL carrier functions are never called once is_closed */
    gboolean is_closed, is_busy, is_full, is_held;
    guint64 received;
    guint waiting;
    gsize waiting_bytes;
};

struct IntakeMessage {
    IntakeLink *link;
    guint64 number;
    IntakeForm form;
    GBytes *text;
    char *where;
};

const char *intake_result_word(IntakeResult result)
{
    static const char *const words[] = {
        [INTAKE_APPLIED] = "applied", [INTAKE_DUPLICATE] = "duplicate",
        [INTAKE_ANOMALY] = "anomaly", [INTAKE_NOTED] = "noted",
        [INTAKE_REFUSED] = "refused", [INTAKE_UNAVAILABLE] = "refused",
    };
    g_assert(result >= 1 && result < (int)G_N_ELEMENTS(words));
    return words[result];
}

Json *intake_receipt_json(const IntakeAnswer *answer)
{
    Json *json = json_object_new_object();
    if (answer->source && answer->id) {
        json_add_string(json, "source", answer->source);
        json_add_string(json, "id", answer->id);
    } else {
        json_add_int(json, "number", (gint64)answer->number);
    }
    json_add_string(json, "status", intake_result_word(answer->result));
    json_add_string(json, "reason", answer->reason);
    return json;
}

char *intake_dup_receipt_id(Intake *intake)
{
    return g_strdup_printf("%08x-%" G_GUINT64_FORMAT, intake->run, ++intake->receipts);
}

/* --- links ----------------------------------------------------------------------------------- */

static void unref_link(IntakeLink *link)
{
    if (--link->refs > 0)
        return;
    g_free(link->source);
    g_free(link->peer);
    g_free(link);
}

/* Full at the bound, and then until half of it is answered. */
static void check_hold(IntakeLink *link)
{
    if (link->is_closed)
        return;
    guint limit = link->is_full ? INTAKE_MAX_WAITING / 2 : INTAKE_MAX_WAITING - 1;
    gsize limit_bytes = link->is_full ? MAX_WAITING_BYTES / 2 : MAX_WAITING_BYTES - 1;
    link->is_full = link->waiting > limit || link->waiting_bytes > limit_bytes;
    gboolean is_held = link->is_full || link->is_busy || link->intake->gate == INTAKE_FULL;
    if (is_held == link->is_held)
        return;
    link->is_held = is_held;
    link->carrier.hold(is_held, link->user);
}

IntakeLink *intake_link_new(Intake *intake, const char *source, const char *peer,
                            const IntakeCarrier *carrier, gpointer user)
{
    assert_control_thread();
    IntakeLink *link = g_new0(IntakeLink, 1);
    link->refs = 1;
    link->entry.data = link;
    link->intake = intake;
    link->source = g_strdup(source);
    link->peer = g_strdup(peer);
    link->carrier = *carrier;
    link->user = user;
    g_queue_push_tail_link(&intake->links, &link->entry);
    check_hold(link);
    return link;
}

void intake_link_close(IntakeLink *link)
{
    if (!link)
        return;
    assert_control_thread();
    link->is_closed = TRUE;
    g_queue_unlink(&link->intake->links, &link->entry);
    link->intake = NULL;
    unref_link(link);
}

guint64 intake_link_receive(IntakeLink *link, IntakeForm form, GBytes *text, const char *where)
{
    IntakeMessage *message = g_new0(IntakeMessage, 1);
    guint64 number = ++link->received;
    *message = (IntakeMessage) { link, number, form, text, g_strdup(where) };
    link->refs++;
    link->waiting++;
    link->waiting_bytes += g_bytes_get_size(text);
    check_hold(link);
    Intake *intake = link->intake;
    if (intake->gate == INTAKE_CLOSED)
        intake_reply(message, INTAKE_UNAVAILABLE, NULL, NULL, CLOSED_REASON);
    else
        intake->handler.receive(message, intake->user);
    return number;
}

void intake_link_set_busy(IntakeLink *link, gboolean is_busy)
{
    link->is_busy = is_busy;
    check_hold(link);
}

gboolean intake_link_is_held(const IntakeLink *link)
{
    return link->is_held;
}

guint intake_link_waiting(const IntakeLink *link)
{
    return link->waiting;
}

/* --- messages -------------------------------------------------------------------------------- */

const char *intake_message_source(const IntakeMessage *message)
{
    return message->link->source;
}

const char *intake_message_peer(const IntakeMessage *message)
{
    return message->where ? message->where : message->link->peer;
}

IntakeForm intake_message_form(const IntakeMessage *message)
{
    return message->form;
}

GBytes *intake_message_text(const IntakeMessage *message)
{
    return message->text;
}

void intake_reply(IntakeMessage *message, IntakeResult result, const char *source, const char *id,
                  const char *reason)
{
    assert_control_thread();
    IntakeLink *link = message->link;
    link->waiting--;
    link->waiting_bytes -= g_bytes_get_size(message->text);
    IntakeAnswer answer = { message->number, result, source, id, reason };
    if (!link->is_closed)
        link->carrier.answered(&answer, link->user);
    check_hold(link);
    g_bytes_unref(message->text);
    g_free(message->where);
    g_free(message);
    unref_link(link);
}

/* --- the whole ------------------------------------------------------------------------------- */

void intake_refused(Intake *intake, const char *source, const char *word)
{
    if (intake->handler.refused)
        intake->handler.refused(source, word, intake->user);
}

const char *intake_source_of(Intake *intake, const char *token)
{
    return intake->handler.source_of(token, intake->user);
}

IntakeGate intake_gate(const Intake *intake)
{
    return intake->gate;
}

void intake_set_gate(Intake *intake, IntakeGate gate)
{
    assert_control_thread();
    intake->gate = gate;
    for (GList *l = intake->links.head, *next; l; l = next) {
        next = l->next;
        check_hold(l->data);
    }
}

Intake *intake_new(const IntakeHandler *handler, gpointer user)
{
    assert_control_thread();
    Intake *intake = g_new0(Intake, 1);
    intake->handler = *handler;
    intake->user = user;
    intake->gate = INTAKE_OPEN;
    intake->run = g_random_int();
    g_queue_init(&intake->links);
    return intake;
}

void intake_free(Intake *intake)
{
    if (!intake)
        return;
    assert_control_thread();
    g_assert(intake->links.length == 0);
    g_free(intake);
}
