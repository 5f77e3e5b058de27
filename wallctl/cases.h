/* cases.h - events on their way into the database, and what comes of them. [control]
 *
 * Everything that comes in is gathered into batches: one is being written while the next one fills,
 * so one event alone costs one write to the disk and five thousand a second cost a few dozen. A peer
 * gets its answer, and the walls see the event, only when it is durable.
 */
#ifndef WALLCTL_CASES_H
#define WALLCTL_CASES_H

#include "wallctl/director.h"
#include "wallctl/sources.h"
#include "wallctl/store/case_store.h"
#include "web/intake.h"

typedef struct Cases Cases;

typedef struct {
    Store *store;
    Sources *sources;
    Director *director;
    void (*event)(const char *name, Json *data, gpointer user); /* to consoles; takes data */
    void (*changed)(Case *c, gpointer user);                    /* a case is as it is now */
    /* An event is durable and fits. c: its case as it is now, NULL if the event did not change it. */
    void (*taken)(const Event *event, gboolean is_own, Case *c, gpointer user);
    gpointer user;
} CasesEnv;

Cases *cases_new(const CasesEnv *env, Config *config);
void cases_free(Cases *cases); /* before the store; what waits is answered unavailable */
void cases_reload(Cases *cases, Config *config);

/* For IntakeHandler. */
void cases_receive(Cases *cases, IntakeMessage *message);

/* To open and close the gate; borrowed, NULL: nothing comes in. */
void cases_set_intake(Cases *cases, Intake *intake);

/* The disk has failed (text for people), or works again (NULL). */
void cases_set_trouble(Cases *cases, const char *trouble);

/* An event of our own: durable like the others. Takes event. */
void cases_put(Cases *cases, Event *event);

/* The same for who has to know what became of it. fate is NULL with an error: nothing is stored. */
typedef void (*CasesPut)(const Taken *fate, const GError *error, gpointer user);
void cases_put_then(Cases *cases, Event *event, CasesPut done, gpointer user);

/* What is asked of the cases now; borrowed, until the next reload. */
CasePolicy *cases_policy(Cases *cases);

/* source, id and subject of an event of ours; the same id twice is one event. Caller owns. */
Event *cases_event_new(EventType type, const char *id, const char *case_code);

#endif
