/* intake_private.h - what those that bring messages share. [control] */
#ifndef WALLCTL_WEB_INTAKE_PRIVATE_H
#define WALLCTL_WEB_INTAKE_PRIVATE_H

#include "web/intake.h"

#include "wallctl/base/json.h"

/* --- link: one peer, its unanswered messages and whether it may be read -----------------------
 * Counted by its messages, so an answer to a peer that is gone goes nowhere. */
typedef struct IntakeLink IntakeLink;

typedef struct {
    guint64 number; /* of the message: 1, 2 ... */
    IntakeResult result;
    const char *source, *id, *reason;
} IntakeAnswer;

typedef struct {
    /* Borrowed. May come from inside intake_link_receive(): numbers count 1, 2 ... per link. */
    void (*answered)(const IntakeAnswer *answer, gpointer carrier);
    void (*hold)(gboolean is_held, gpointer carrier); /* read no more, read on */
} IntakeCarrier;

IntakeLink *intake_link_new(Intake *intake, const char *source, const char *peer,
                            const IntakeCarrier *carrier, gpointer user);
void intake_link_close(IntakeLink *link); /* answers go nowhere from now on; NULL: nothing */

/* Hands one message on; takes text. where: NULL, or the peer's name for this message. Returns its
 * number. */
guint64 intake_link_receive(IntakeLink *link, IntakeForm form, GBytes *text, const char *where);

/* A second reason to hold: the carrier's own (receipts not taken). */
void intake_link_set_busy(IntakeLink *link, gboolean is_busy);
gboolean intake_link_is_held(const IntakeLink *link);
guint intake_link_waiting(const IntakeLink *link);
void intake_refused(Intake *intake, const char *source, const char *word);
IntakeGate intake_gate(const Intake *intake);
const char *intake_source_of(Intake *intake, const char *token);

/* {"source","id" or "number","status","reason"?}: the receipt of one event. Caller owns. */
Json *intake_receipt_json(const IntakeAnswer *answer);
char *intake_dup_receipt_id(Intake *intake); /* of the next receipt: unique, also over restarts */

/* --- channel: messages in and receipts out over one WebSocket, whoever dialled --------------- */
typedef struct IntakeChannel IntakeChannel;

typedef struct {
    void (*hold)(gboolean is_held, gpointer carrier);
    void (*wake)(gpointer carrier); /* something is to be written */
    void (*close)(guint16 code, const char *text, gpointer carrier); /* text: static */
} IntakeChannelCarrier;

IntakeChannel *intake_channel_new(Intake *intake, const char *source, const char *peer,
                                  const IntakeChannelCarrier *carrier, gpointer user);
void intake_channel_free(IntakeChannel *channel);
/* A fragment of a message, as lws gives it. */
void intake_channel_receive(IntakeChannel *channel, const void *data, gsize len, gboolean is_binary,
                            gboolean is_last);
/* The next receipt, at most 32 KiB; NULL: none. Caller owns. */
GBytes *intake_channel_next(IntakeChannel *channel);
/* Once a second: a peer that takes no receipts is closed. */
void intake_channel_tick(IntakeChannel *channel);

#endif
