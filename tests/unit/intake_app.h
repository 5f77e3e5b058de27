/* intake_app.h - a handler of events for the tests of their transports: it answers at once, or
 * keeps what came until the test answers. Two sources: "grid" with token "grid-token", "hotline" with
 * token "hotline-token".
 */
#ifndef WALLCTL_TESTS_INTAKE_APP_H
#define WALLCTL_TESTS_INTAKE_APP_H

#include "web_peer.h"

#include "web/intake.h"

typedef struct {
    Intake *intake;
    IntakeResult result; /* 0: messages are kept */
    GPtrArray *kept;     /* IntakeMessage, in the order they came; NULL once answered */
    guint received;
    gsize bytes;
    char *last_text, *last_source, *last_peer;
    IntakeForm last_form;
    GHashTable *refused; /* word -> times */
} Inbox;

Inbox *inbox_new(IntakeResult result);
void inbox_free(Inbox *inbox); /* answers what is kept first */
guint inbox_refused(Inbox *inbox, const char *word);
/* Answers kept message i: of source "/s" with id "e<i>". */
void inbox_answer(Inbox *inbox, guint i, IntakeResult result, const char *reason);
void inbox_answer_all(Inbox *inbox, IntakeResult result);

/* A web server whose events go to an inbox. */
typedef struct {
    App *app;
    Inbox *inbox;
} IntakeWorld;

IntakeWorld intake_world_new(IntakeResult result);
void intake_world_free(IntakeWorld *world);

#endif
