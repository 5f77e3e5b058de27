/* links.h - the connections of this daemon to other platforms: sources that we dial or whose files we
 * read, and those above us to whom we report. [control]
 *
 * What is to be reported goes into the outbox first, so it survives a restart and a peer that is
 * away for days; it is sent in order for each case, at least once.
 */
#ifndef WALLCTL_LINKS_H
#define WALLCTL_LINKS_H

#include "wallctl/base/work.h"
#include "wallctl/sources.h"
#include "wallctl/store/reader.h"
#include "web/intake.h"

typedef struct Links Links;

typedef struct {
    Intake *intake;
    Sources *sources;
    Store *store;
    Reader *reader;
    WorkPool *work;                                             /* reads files */
    void (*event)(const char *name, Json *data, gpointer user); /* to consoles; takes data */
    gpointer user;
} LinksEnv;

Links *links_new(const LinksEnv *env, Config *config, GError **error);
void links_free(Links *links); /* before the intake, the store and the reader */
void links_reload(Links *links, Config *config);

/* Reports an event to every upstream that wants its type. Takes event. */
void links_report(Links *links, Event *event);

/* [{"id","kind":"dial"|"folder"|"upstream","state","detail"?,"waiting"?,"since_ms"?}]. Caller owns. */
Json *links_state(Links *links);

#endif
