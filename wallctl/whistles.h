/* whistles.h - whistles (吹哨报到) that are open: their clocks, their scene, and who is missing.
 * [control]
 *
 * Follows what is durable: after every event about a whistle its case is read again, so what is shown
 * is what the database says, also after a restart. A clock that is missed is told once, as an event of
 * our own (whistle.missed), and the office's row in the roster blinks until it answers.
 *
 * "board:whistle:CODE" is the roster of the case's newest whistle.
 */
#ifndef WALLCTL_WHISTLES_H
#define WALLCTL_WHISTLES_H

#include "wallctl/case_scene.h"
#include "wallctl/cases.h"
#include "wallctl/model/caller.h"
#include "wallctl/store/whistle_store.h"
#include "wallctl/tours.h"

typedef struct Whistles Whistles;

typedef struct {
    Controller *controller;
    TourClock *tours;
    CaseScenes *scenes;
    BoardBook *book;
    Cases *cases;
    Reader *reader;
    void (*event)(const char *name, Json *data, gpointer user); /* to consoles; takes data */
    void (*report)(Event *event, gpointer user);                /* upstream; takes event */
    gpointer user;
} WhistlesEnv;

Whistles *whistles_new(const WhistlesEnv *env);
void whistles_free(Whistles *whistles); /* before the scenes, cases and the reader */

/* An event is durable and fits; one of our own about a whistle is reported upstream. c: its case as it is
 * now, or NULL if the event did not change it. */
void whistles_take(Whistles *whistles, const Event *event, gboolean is_own, Case *c);

/* done runs when all that whistles_take() was given of this case is read: at once if it is already. Who
 * has an answer then finds it in whistles_state(). */
typedef void (*WhistleSettled)(gpointer user);
void whistles_wait(Whistles *whistles, const char *case_code, WhistleSettled done, gpointer user);

/* The open whistle of a case; NULL: none that the caller sees. Borrowed until the loop runs again. */
const StoredWhistle *whistles_find(const Whistles *whistles, const char *case_code,
                                   const Caller *caller);

/* {"whistles":[...]}: the open ones that the caller sees, newest first. Caller owns. */
Json *whistles_state(const Whistles *whistles, const Caller *caller);

/* command (borrowed) opens the scene of the case's newest whistle for the caller, or NULL with an error. Never runs
 * inside the call. */
typedef void (*WhistleScene)(Command *command, const GError *error, gpointer user);
void whistles_open(Whistles *whistles, const char *wall, const char *case_code, Caller *caller,
                   WhistleScene done, gpointer user);

#endif
