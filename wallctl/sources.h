/* sources.h - where events come from: tokens, mappings, and how each source fares. [control]
 *
 * Turns what a source sends into an Event, or refuses it with a reason that is counted by source. A
 * source from which nothing has come for longer than its limit is said on the wall.
 */
#ifndef WALLCTL_SOURCES_H
#define WALLCTL_SOURCES_H

#include "config/config.h"
#include "wallctl/store/case_store.h"
#include "web/intake.h"

typedef struct Sources Sources;

typedef struct {
    Store *store; /* NULL: nothing is kept */
    /* Sources have fallen silent (a line for the walls), or all are heard again (NULL). */
    void (*say)(const char *id, const char *text, gpointer user);
    void (*event)(const char *name, Json *data, gpointer user); /* takes data */
    gpointer user;
} SourcesEnv;

Sources *sources_new(const SourcesEnv *env, Config *config, GError **error);
void sources_free(Sources *sources); /* before the store */
void sources_reload(Sources *sources, Config *config);

/* The source whose token this is, compared in constant time; NULL: nobody's. Borrowed until a reload. */
const char *sources_of_token(Sources *sources, const char *token);

/* What id has sent, as an event: parsed, mapped, checked against the site's words. NULL with
 * EVENT_ERROR, and the refusal is counted. Caller owns. */
Event *sources_read(Sources *sources, const char *id, IntakeForm form, GBytes *text,
                    GError **error);

/* What became of an event: counts, and the cursor moves on once it is durable. */
void sources_taken(Sources *sources, const char *id, const Event *event, TakenStatus status);

/* Something was refused before it was an event: "too_large", "unauthorized" ...; id may be NULL. */
void sources_refused(Sources *sources, const char *id, const char *word);

/* The sequence from which a dialled source goes on; "" for the start. Borrowed. */
const char *sources_cursor(Sources *sources, const char *id);

/* [{"id","name","mapping","transport","state","last_ms","lag_ms","ok","duplicate","anomaly","refused":
 * {reason: n}}]. Caller owns. */
Json *sources_state(Sources *sources);

#endif
