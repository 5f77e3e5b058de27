/* case_scene.h - one case on the wall: its card and the cameras nearest to it. [control]
 *
 * The card is a board ("board:case:CODE") that follows the case while it is open on a wall. A
 * sensitive case has a card without a place and offices, and no cameras.
 */
#ifndef WALLCTL_CASE_SCENE_H
#define WALLCTL_CASE_SCENE_H

#include "wallctl/controller.h"
#include "wallctl/model/case.h"
#include "wallctl/model/linkage.h"
#include "wallctl/store/reader.h"

typedef struct CaseScenes CaseScenes;

/* The cards of cases that are open on a wall already are read and drawn. */
CaseScenes *case_scenes_new(Controller *controller, BoardBook *book, Reader *reader);
void case_scenes_free(CaseScenes *scenes); /* before the controller */

/* The command that opens c on the wall (NULL: the first): COMMAND_OPEN with its content. NULL with an
 * error. Caller owns. */
Command *case_scenes_open(CaseScenes *scenes, const char *wall, Case *c, const char *actor,
                          GError **error);

/* The card of c is there and follows it for as long as its case or its whistle is open on a wall. */
void case_scenes_keep(CaseScenes *scenes, Case *c);

/* The cameras at its place and nearest to it, the most important first: borrowed ids; how many (at
 * most 3). None for a sensitive case. */
guint case_scene_cameras(const Config *config, const Case *c,
                         const char *cameras[LINKAGE_MAX_CAMERAS]);

/* The office to call about it: that of the smallest region that may be named with the case; NULL: there
 * is none. Borrowed from the configuration. */
const Contact *case_scene_contact(const Config *config, const Case *c);

/* The configuration has changed: cards on a wall are drawn anew. */
void case_scenes_reload(CaseScenes *scenes);

/* The severity of the alarms of this case that are on the wall, which its card shows instead of its own, so
 * that card and banner say the same; SEVERITY_NONE: there are none any more. */
void case_scenes_set_alarm(CaseScenes *scenes, const char *code, Severity severity);

/* The case is as it is now; its card follows if it is open somewhere. */
void case_scenes_note(CaseScenes *scenes, Case *c);

#endif
