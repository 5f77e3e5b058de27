/* director.h - what events make of the walls (联动): alarms, their cameras, scenes and banners.
 * [control]
 *
 * Takes events that are durable, asks the rules, and keeps the alarms. What is seen of them follows
 * from the alarms, the rules of arbitration (model/slots.h) and the time, and is made anew after
 * every change: nothing on the wall has to be put back by hand or remembered.
 */
#ifndef WALLCTL_DIRECTOR_H
#define WALLCTL_DIRECTOR_H

#include "config/case_data.h"
#include "wallctl/case_scene.h"
#include "wallctl/controller.h"
#include "wallctl/model/alarm.h"
#include "wallctl/rules.h"
#include "wallctl/tours.h"

typedef struct Director Director;

typedef struct {
    Controller *controller;
    TourClock *tours;
    FeedPool *feeds;
    Rules *rules;
    CaseScenes *scenes; /* NULL: cases are not opened */
    Store *store;       /* NULL: nothing is kept */
    /* The words of the site; borrowed until the next call. */
    const CaseData *(*words)(gpointer user);
    void (*event)(const char *name, Json *data, gpointer user); /* to consoles; takes data */
    /* Upstream: an alarm that nobody answered, a camera to be turned. Takes event. */
    void (*send)(Event *event, gpointer user);
    /* What an operator wrote for the foot of a wall; NULL: nothing. May be NULL itself. */
    const char *(*ticker)(const char *wall, gpointer user);
    /* An order to be made out: kind is a word of FIELD_ORDER_KIND. */
    void (*order)(const char *case_code, const char *kind, const char *to, gpointer user);
    gpointer user;
} DirectorEnv;

/* With the alarms that were open when the program stopped. */
Director *director_new(const DirectorEnv *env, GError **error);
void director_free(Director *director);

/* An event is durable and fits. source: the configuration's id. c: the case it belongs to, as it is
 * now, or NULL. due_ms: when the case's next clock runs out; 0: none runs. */
void director_take(Director *director, const Event *event, const char *source, Case *c,
                   gint64 due_ms);

/* until_ms: SNOOZE; to: FORWARD. FALSE with an error. */
gboolean director_answer(Director *director, const char *alarm, AnswerKind kind, const char *actor,
                         gint64 until_ms, const char *to, GError **error);

/* As alarm_set_comment(); consoles are told, walls are not. */
gboolean director_comment(Director *director, const char *alarm, const char *actor,
                          const char *text, GError **error);

/* A person has used a tile that was lent to an alarm: it is that person's. */
void director_touched(Director *director, const char *wall, guint tile);

/* The wall is another one now: scenes may have been closed. */
void director_wall_changed(Director *director, const char *wall);

/* A person runs a rule, most often a plan (预案). c: the case that it is for, or NULL. is_dry: nothing
 * happens. {"rule","name","dry_run","alarm"?,"opens"?,"cameras":[{"id","state"}],"ptz_preset"?,
 * "orders":[{"kind","to"}],"procedure"?,"problems":[text],"spots":{WALL:[{"tile","camera",
 * "alarm"}]}}; caller owns. NULL with NOT_FOUND, INVALID (it needs a case, its preset is gone, it runs
 * already) or LIMIT. */
Json *director_run(Director *director, const char *rule, Case *c, const char *actor,
                   gboolean is_dry, GError **error);

/* A line of the program's own on every wall ("来源 云综治 已 40 秒无消息"); text NULL takes it away. */
void director_say(Director *director, const char *id, Severity severity, const char *text);

/* A line of the program's own that runs at the lower edge of every wall, behind the operator's; NULL
 * takes it away. */
void director_set_ticker(Director *director, const char *text);

/* {"alarms":[{...alarm,"title","place"}],"rate","flood"}. Caller owns. */
Json *director_state(Director *director);

/* What the event would do: {"fires":[{"rule","name","alarm","cameras","severity"}],"spots":{WALL:
 * [{"tile","camera","alarm"}]}}; nothing happens. Caller owns. */
Json *director_try(Director *director, const Event *event, const char *source, const Case *c);

/* Rules, cameras, words or an operator's line have changed. */
void director_reload(Director *director);

/* All open alarms again: the store was behind. */
void director_save_all(Director *director);

#endif
