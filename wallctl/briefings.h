/* briefings.h - scheduled briefings (日小结, 周研判, 月调度): made, frozen, shown, kept. [control]
 *
 * At its minute a briefing's figures are read once, of one moment, and kept in the database; then its
 * scene opens on its wall, "briefing:ID" with the boards of those figures, and goes again after the
 * time that it is to be seen, unless somebody has closed it. One that was missed while the program
 * did not run is made late on the same day, with its true time, and shown if its time is not over.
 */
#ifndef WALLCTL_BRIEFINGS_H
#define WALLCTL_BRIEFINGS_H

#include "pipelines/board_book.h"
#include "wallctl/controller.h"
#include "wallctl/store/reader.h"

typedef struct Briefings Briefings;

typedef struct {
    Controller *controller;
    BoardBook *book;
    Store *store;
    Reader *reader;
    /* "briefing.made" with id, name, wall; takes data. */
    void (*event)(const char *name, Json *data, gpointer user);
    gpointer user;
} BriefingsEnv;

/* With those that were kept. NULL with an error. */
Briefings *briefings_new(const BriefingsEnv *env, GError **error);
void briefings_free(Briefings *briefings);   /* before reader and store */
void briefings_reload(Briefings *briefings); /* the schedule has changed */

/* Those that were made up to upto_ms have gone from the database. */
void briefings_forget(Briefings *briefings, gint64 upto_ms);

/* Makes one now. config: id of the configuration. last_day: of what it tells of (calendar_day());
 * 0: as the clock says. is_shown: on its wall. done gets the paper (borrowed) or an error. FALSE with
 * WALL_ERROR_NOT_FOUND or LIMIT, then done does not run. */
typedef void (*BriefingMade)(Json *paper, const GError *error, gpointer user);
gboolean briefings_make(Briefings *briefings, const char *config, gint32 last_day,
                        gboolean is_shown, BriefingMade done, gpointer user, GError **error);

/* {"briefings":[{id, config, name, kind, wall, period, made_ms, scheduled}], "next":[{config, name,
 * at_ms}]}: newest first. Caller owns. */
Json *briefings_json(const Briefings *briefings);

Json *briefings_find(const Briefings *briefings, const char *id); /* borrowed; NULL if unknown */

#endif
