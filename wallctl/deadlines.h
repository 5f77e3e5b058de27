/* deadlines.h - watches the clocks of open cases: tells at 50 and 80 %, and what is missed becomes
 * 督办. [control]
 *
 * 50 and 80 %: "case.deadline" {"code","kind","name","used","due_ms"} to consoles, each once; 80 % also
 * runs through the ticker of the walls for some minutes.
 *
 * 100 %: an event of our own, case.supervised, one level above what the case has (1 to 3) and of the
 * highest severity, and where the rule says so case.escalated; both reported upstream. Their ids
 * are made of case, clock and due time, so a restart in between sends the same again and nothing
 * is doubled. Only then "case.deadline" is told.
 */
#ifndef WALLCTL_DEADLINES_H
#define WALLCTL_DEADLINES_H

#include "wallctl/cases.h"

typedef struct Deadlines Deadlines;

typedef struct {
    Store *store;
    Cases *cases;
    Director *director;
    void (*event)(const char *name, Json *data, gpointer user); /* to consoles; takes data */
    void (*report)(Event *event, gpointer user);                /* upstream; takes event */
    gpointer user;
} DeadlinesEnv;

/* config is kept by reference. */
Deadlines *deadlines_new(const DeadlinesEnv *env, Config *config);
void deadlines_free(Deadlines *deadlines); /* before the cases and the store */
void deadlines_reload(Deadlines *deadlines, Config *config);

/* A case has changed by what happened at event_ms: a clock may reach a mark sooner than was known. While
 * events come that are an hour old and more, nobody is told of anything. */
void deadlines_touch(Deadlines *deadlines, gint64 event_ms);

#endif
