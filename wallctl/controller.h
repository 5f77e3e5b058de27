/* controller.h - the walls of this daemon: carries out commands, shows the result, keeps it.
 * [control]
 *
 * The only writer of Wall values. A command is resolved (names to rectangles and contents), applied
 * by the pure rule, presented, saved and told; a refused one leaves no trace.
 */
#ifndef WALLCTL_CONTROLLER_H
#define WALLCTL_CONTROLLER_H

#include "pipelines/presenter.h"
#include "wallctl/base/json.h"
#include "wallctl/layer.h"
#include "wallctl/library.h"
#include "wallctl/model/command.h"
#include "wallctl/store/wall_store.h"

typedef struct Controller Controller;

typedef struct {
    FeedPool *feeds;
    WorkPool *draw;
    BoardBook *boards;                                          /* NULL: there are none */
    Store *store;                                               /* NULL: nothing is kept */
    void (*event)(const char *name, Json *data, gpointer user); /* takes data */
    void (*changed)(const char *wall,
                    gpointer user); /* the wall has a new content on air: tours look */
    /* A person has put something into a tile, or taken it out: alarms make way. May be NULL. */
    void (*touched)(const char *wall, guint tile, gpointer user);
    /* What lies on the wall from now on, alarms included and without what every screen covers: shown to
     * whoever stands before it. NULL: the wall is gone. actor: as in the journal; "start", "reload". May be NULL. */
    void (*shown)(const char *wall, const WallContent *seen, const char *label, const char *actor,
                  gpointer user);
    /* Is visitor mode on there? NULL: nowhere. Asked before a wall is first shown. */
    gboolean (*is_visitor)(const char *wall, const char *screen, gpointer user);
    /* This revision is on glass. May be NULL. */
    void (*presented)(const char *wall, guint64 revision, gpointer user);
    gpointer user;
} ControllerEnv;

/* Loads every wall of the configuration from the store, or makes it as the file says, and shows it.
 */
Controller *controller_new(const ControllerEnv *env, Config *config, GError **error);
void controller_free(Controller *controller);

/* wall NULL: the first. *tile: the tile that the command is about. Errors as wall_apply(), and
 * NOT_FOUND for names. */
gboolean controller_run(Controller *controller, const char *wall, Command *command,
                        guint64 *revision, guint *tile, GError **error);

/* What lies over the wall; the walls' own state does not change. Spots that differ count as a revision
 * of their own ("op": "spotlight"), so that consoles see when they are on glass. */
void controller_set_spots(Controller *controller, const char *wall, const LayerSpot *spots,
                          guint n);
/* The same for boards in windows of their own: "board:NAME", NULL-terminated ("op": "spotlight"). */
void controller_set_boards(Controller *controller, const char *wall, const char *const *boards);
void controller_set_notices(Controller *controller, const char *wall, const Notice *notices,
                            guint n);

/* Visitor mode has changed on some screens of a wall, by actor: a revision of its own, "op": "visitor-on" or
 * "visitor-off". */
void controller_visitor_changed(Controller *controller, const char *wall, gboolean is_on,
                                const char *actor);

const Layer *controller_layer(Controller *controller, const char *wall); /* NULL if unknown */

guint controller_count(const Controller *controller);
const char *controller_wall_id(const Controller *controller, guint index);
Wall *controller_wall(Controller *controller,
                      const char *id); /* borrowed; NULL if unknown; id NULL: first */
Presenter *controller_presenter(Controller *controller, const char *id); /* the same */
Library *controller_library(Controller *controller);
Config *controller_config(Controller *controller);

/* Whose a tile's source is, as tile_source_region() says. Borrowed. */
const char *controller_source_region(Controller *controller, const char *source);

/* Saves what is on air (or on one screen of it) under a name. */
gboolean controller_save_preset(Controller *controller, const char *wall, const char *name,
                                const char *screen, GError **error);

/* What happened on a wall after a revision, newest last: [{"revision","op","by","tile","at"}...];
 * bounded. */
Json *controller_journal(Controller *controller, const char *wall, guint64 since);

/* Takes the new configuration over. Walls that are gone stop; new ones start; screens that changed
 * are built anew. */
void controller_reload(Controller *controller, Config *config);

/* Saves everything again: the store was behind. */
void controller_save_all(Controller *controller);

#endif
