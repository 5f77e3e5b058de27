/* intake.h - events on their way in, whatever brings them: WebSocket, webhook, a connection that we
 * dialled, a folder of files. [control]
 *
 * Transport only. A message is handed to the one handler and answered by intake_reply() once it is
 * durable; then its peer gets a receipt. What gets no receipt is sent again by the peer (at least
 * once), so an answer that is lost costs a repetition and nothing else.
 *
 * Over WebSockets (subprotocol "cloudevents.json": CloudEvents 1.0, structured mode, one event a
 * text message of at most 64 KiB) all answers of one round of the loop go into one message, itself
 * a CloudEvent of type org.wallctl.intake.receipt.v1 with
 * data {"events":[{"source","id","status","reason"?}]}; status is applied, duplicate, anomaly,
 * noted or refused. An event whose source and id nobody could read has "number" instead: 1 is the
 * first message of this connection.
 */
#ifndef WALLCTL_WEB_INTAKE_H
#define WALLCTL_WEB_INTAKE_H

#include <glib.h>

#define INTAKE_SUBPROTOCOL  "cloudevents.json"
#define INTAKE_PATH         "/v1/events"
#define INTAKE_MAX_BYTES    65536 /* one event: more is 413, close 1009 */
#define INTAKE_MAX_WAITING  2048  /* unanswered messages of one peer; then it is not read */
#define INTAKE_RECEIPT_TYPE "org.wallctl.intake.receipt.v1"
#define INTAKE_RESUME_TYPE  "org.wallctl.intake.resume.v1"

typedef struct Intake Intake;
typedef struct IntakeMessage IntakeMessage;

/* INTAKE_ENVELOPE: a CloudEvent with its attributes. INTAKE_RECORD: what a platform writes by
 * itself: a JSON body, a line, a CSV row as an object of texts. */
typedef enum { INTAKE_ENVELOPE = 1, INTAKE_RECORD } IntakeForm;

/* All but the last two mean that the event is durable. REFUSED: for good, with a reason.
 * UNAVAILABLE: not now (disk full); HTTP 503, WebSocket close 1013, a file stays. */
typedef enum {
    INTAKE_APPLIED = 1,
    INTAKE_DUPLICATE,
    INTAKE_ANOMALY,
    INTAKE_NOTED,
    INTAKE_REFUSED,
    INTAKE_UNAVAILABLE
} IntakeResult;

const char *intake_result_word(IntakeResult result); /* UNAVAILABLE reads "refused"; borrowed */

/* FULL: nobody is read until it is OPEN again; HTTP 429. CLOSED: what comes is answered unavailable
 * and its connection closed with 1013; HTTP 503. */
typedef enum { INTAKE_OPEN = 1, INTAKE_FULL, INTAKE_CLOSED } IntakeGate;

typedef struct {
    /* Whose token this is: a source's id (borrowed until the call returns), NULL: nobody's. To be
     * compared in constant time. */
    const char *(*source_of)(const char *token, gpointer user);
    /* Takes message; must lead to exactly one intake_reply(), now or later, in any order. */
    void (*receive)(IntakeMessage *message, gpointer user);
    /* A message or request refused here already: "too_large", "malformed", "unauthorized" ...;
     * source is NULL when nobody is known. May be NULL. */
    void (*refused)(const char *source, const char *word, gpointer user);
} IntakeHandler;

/* One for the whole program. The handler is copied. */
Intake *intake_new(const IntakeHandler *handler, gpointer user);
void intake_free(Intake *intake); /* after all that bring messages */
void intake_set_gate(Intake *intake, IntakeGate gate);

/* Borrowed, until the reply. */
const char *intake_message_source(const IntakeMessage *message); /* the source's id */
const char *intake_message_peer(const IntakeMessage *message);   /* "10.1.2.3", "a.ndjson:17" */
IntakeForm intake_message_form(const IntakeMessage *message);
GBytes *intake_message_text(const IntakeMessage *message); /* UTF-8 */

/* Ends message, also when its peer is gone. source and id: of the event, both NULL if it has none
 * that can be read. reason: for the peer's people, without any value of the event; NULL: none. */
void intake_reply(IntakeMessage *message, IntakeResult result, const char *source, const char *id,
                  const char *reason);

#endif
