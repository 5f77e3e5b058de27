/* director_private.h - what the files of the director share. [control] */
#ifndef WALLCTL_DIRECTOR_PRIVATE_H
#define WALLCTL_DIRECTOR_PRIVATE_H

#include "wallctl/director.h"
#include "wallctl/model/slots.h"

/* A wall's alarm tiles. */
typedef struct {
    char *wall;
    AlarmSlot slots[SLOTS_MAX];
    GHashTable *yielding; /* ids of tours that we hold */
} Stand;

typedef struct {
    char *id, *text;
    Severity severity;
} Saying;

struct Director {
    DirectorEnv env;
    AlarmSet *alarms;
    LinkageRule *supervision; /* 督办 about which the site has no rule of its own */
    char *ticker;             /* or NULL */
    GPtrArray *stands;        /* Stand, one a wall */
    GPtrArray *sayings;
    guint timer, soon, listener;
    gboolean is_flood;
};

/* director.c: the alarm is kept as it is now. */
void director_save(const Director *director, const Alarm *alarm);

/* Everything that is seen is made anew now, not in the loop's next round. */
void director_update(Director *director);

/* Consoles hear of the alarm, and it is kept. */
void director_tell(const Director *director, const char *name, const Alarm *alarm);

/* The case's fields with the event's in them. Caller clears. */
void director_fields(const Event *event, const Case *c, Fields *fields);

/* The source says that it is over, or its case is. */
gboolean director_ends_alarms(const Event *event, const Case *c);

/* --- director_stand.c */

/* What the alarms ask for on a wall: claims point into the alarms. Caller frees the array. */
GArray *director_claims(const AlarmSet *alarms, const char *wall);

/* slots as they are become those that follow; as slots_arbitrate(). */
gint64 director_arbitrate(const Director *director, const AlarmSet *alarms, gboolean is_flood,
                          const WallConfig *wall, AlarmSlot slots[SLOTS_MAX], gint64 now_ms);

/* A person has taken a tile back that was lent to this alarm: it leaves the wall, and no alarm that
 * rings now has the tile. */
void director_take_back(Director *director, const Stand *stand, const char *alarm, guint tile);

/* Pictures and tours of a wall as they are to be now. Returns when to ask again. */
gint64 director_update_stand(Director *director, Stand *stand, gint64 now_ms);

/* "live": received, one burst from the glass; "connecting"; "offline"; "cold": nobody receives it. */
const char *director_camera_word(const Director *director, const char *camera);

/* --- director_actions.c */

/* Once an alarm and rule: the scene, cameras that turn, orders. c: its case or NULL. */
void director_act(Director *director, const char *alarm, const LinkageRule *rule, Case *c,
                  const char *const *cameras, guint n, gint64 now_ms);

/* Scenes of alarms that are over go, unless another alarm has them, too, or a person has changed
 * them. */
void director_close_scenes(Director *director);

/* Nobody has answered for too long. */
void director_tell_upwards(const Director *director, const Alarm *alarm, gint64 now_ms);

/* A scene that is not open any more is no alarm's: a person has closed it. */
void director_forget_scenes(Director *director, const char *wall);

/* --- director_notices.c: what is to be read on every wall now. Returns when a text in it changes by
 * time; G_MAXINT64: never. */
gint64 director_show_notices(Director *director, gint64 now_ms);

/* The words of an alarm: "劳动争议" and "研和街道". Callers free both. */
void director_words(const Director *director, const Alarm *alarm, char **title, char **place);

#endif
