/* alarm.h - what rings (告警): alarms from the first event to the answer. Pure. [any]
 *
 * Events that belong together are one alarm: those of one case, those of one camera or place, and,
 * where the rule says so, those of one category near each other. An alarm is on the wall until
 * somebody acknowledges, snoozes or forwards it, its hold is over, or it is cleared; unanswered for
 * too long it escalates: severity up, told upwards. More than ten in ten minutes are a flood: the wall
 * then shows a grouped list and fewer pictures, until five in ten minutes are left.
 *
 * A plan that is run by hand is an alarm as well, so that one way leads back: it stands by itself (no
 * event joins it, it does not escalate, and it does not count for a flood) and ends when it is
 * answered, when its hold is over, or with its case.
 */
#ifndef WALLCTL_MODEL_ALARM_H
#define WALLCTL_MODEL_ALARM_H

#include "wallctl/model/linkage.h"

#define FLOOD_WINDOW_MS (10 * 60 * 1000)
#define FLOOD_BEGINS    10 /* more than so many in the window */
#define FLOOD_ENDS      5  /* at most so many */
#define ALARM_MAX_OPEN  500

typedef enum {
    ALARM_RAISED = 1,
    ALARM_SNOOZED, /* off the wall until snooze_until_ms */
    ALARM_EXPIRED, /* its hold is over, nobody answered */
    ALARM_ACKNOWLEDGED,
    ALARM_FORWARDED,
    ALARM_CLEARED /* by the source, or because its case is over */
} AlarmState;

#define ALARM_MAX_COMMENTS      50
#define ALARM_MAX_COMMENT_CHARS 200

/* What a person has noted about it (备注): for those who may see the alarm, never for a wall. */
typedef struct {
    char *by, *text;
    gint64 at_ms;
} AlarmComment;

typedef struct {
    char *id;                /* "a17" */
    char *rule;              /* id; the rule itself may change or go */
    char *case_code;         /* or "" */
    char *correlation;       /* of its first event, or "" */
    char *spot;              /* camera or place that it is about, or "" */
    char *category, *region; /* words, for the banner; "" if unknown */
    gint64 lon, lat;
    gboolean has_position;
    AlarmState state;
    Severity severity;
    guint priority, sound;
    gboolean preempts, has_banner;
    char **cameras; /* NULL-terminated, most important first */
    guint n_events, n_escalated;
    gint64 raised_ms, last_ms; /* our clock */
    gint64 answered_ms;        /* 0: not yet */
    char *answered_by, *forwarded_to, *procedure;
    gint64 snooze_until_ms;
    gint64 hold_until_ms;  /* 0: until answered */
    gint64 escalate_at_ms; /* 0: not any more */
    guint escalate_s, group_s, group_m;
    char *run_by; /* who ran it by hand; "": events raised it */
    /* What it has brought about, so that it is done once and undone after a restart as well. */
    char *scene;  /* label of the scene that it has opened over the wall, or "" */
    char **acted; /* ids of rules that have acted for it */
    char **left;  /* walls ("main") and tiles ("main/3") that people have taken back from it */
    gboolean is_supervised; /* its case is 督办 */
    gboolean is_whistled;   /* its case was whistled for */
    gint64 due_ms;          /* when its case's next clock runs out; 0: none runs */
    GPtrArray *comments;    /* AlarmComment, oldest first */
    char *last_event; /* "SOURCE ID" of the last one that was counted; not kept. May be NULL */
} Alarm;

typedef enum {
    RAISE_NEW = 1,
    RAISE_JOINED, /* belongs to one that is open; severity may have risen */
    RAISE_SILENT, /* belongs to one that is snoozed or was answered a moment ago */
    RAISE_REFUSED /* ALARM_MAX_OPEN are open */
} RaiseOutcome;

typedef struct AlarmSet AlarmSet;

AlarmSet *alarm_set_new(void);
void alarm_set_free(AlarmSet *set);

/* Puts one back as it was stored; takes alarm. */
void alarm_set_restore(AlarmSet *set, Alarm *alarm);

/* The rule fires for the event. fields: the case's with the event's. cameras: ids, copied. *alarm
 * (borrowed; NULL when refused) is the one concerned. */
RaiseOutcome alarm_set_raise(AlarmSet *set, const LinkageRule *rule, const Event *event,
                             const Fields *fields, const char *const *cameras, guint n_cameras,
                             gint64 now_ms, const Alarm **alarm);

/* A person runs a plan. fields: of the case, or empty. NULL with WALL_ERROR_INVALID while the same plan
 * runs for the same case, LIMIT as RAISE_REFUSED. Borrowed. */
const Alarm *alarm_set_run(AlarmSet *set, const LinkageRule *rule, const char *case_code,
                           const Fields *fields, const char *const *cameras, guint n_cameras,
                           const char *actor, gint64 now_ms, GError **error);

typedef enum { ANSWER_ACKNOWLEDGE = 1, ANSWER_SNOOZE, ANSWER_FORWARD } AnswerKind;

/* FALSE with WALL_ERROR_INVALID, refusal and its Chinese first, when the text may point at a citizen (privacy.h): the message says
 * which kinds that are and never repeats them. */
gboolean alarm_text_check(const char *text, const char *refusal, const char *refusal_zh,
                          GError **error);

/* until_ms: SNOOZE; to: FORWARD, an office. NULL with WALL_ERROR_NOT_FOUND, or INVALID when it is answered already or `to` may
 * point at a citizen. Borrowed. */
const Alarm *alarm_set_answer(AlarmSet *set, const char *id, AnswerKind kind, const char *actor,
                              gint64 until_ms, const char *to, gint64 now_ms, GError **error);

/* Adds a comment, also to one that is answered. NULL with WALL_ERROR_NOT_FOUND, LIMIT after ALARM_MAX_COMMENTS, or INVALID: no
 * text, too long, characters that cannot be seen, or what may point at a citizen (privacy.h); then the message says which kinds
 * that are and never repeats them, and nothing is kept. Borrowed. */
const Alarm *alarm_set_comment(AlarmSet *set, const char *id, const char *actor, const char *text,
                               gint64 now_ms, GError **error);

/* Takes neither; for the store. */
void alarm_add_comment(Alarm *alarm, const char *by, const char *text, gint64 at_ms);

/* The source says that it is over, or the case is: ends what the event belongs to. changed gets those
 * that ended, borrowed. */
void alarm_set_clear(AlarmSet *set, const Event *event, const Fields *fields, gint64 now_ms,
                     GPtrArray *changed);

/* Something about the case has got worse: its open alarms go up by one colour, to red at most. changed
 * gets those concerned, borrowed. */
void alarm_set_worsen(AlarmSet *set, const char *case_code, GPtrArray *changed);

/* What time alone changes: holds end, snoozes end, the unanswered escalate. changed and escalated (may
 * be NULL; the second ones are among the first) get those concerned, borrowed. Returns when to ask
 * again; G_MAXINT64: never. */
gint64 alarm_set_tick(AlarmSet *set, gint64 now_ms, GPtrArray *changed, GPtrArray *escalated);

/* Drops those that ended before then. */
void alarm_set_forget(AlarmSet *set, gint64 before_ms);

guint alarm_set_count(const AlarmSet *set);
const Alarm *alarm_set_at(const AlarmSet *set, guint index); /* in the order of raising */
const Alarm *alarm_set_find(const AlarmSet *set, const char *id);

/* For what it has brought about, and nothing else. */
Alarm *alarm_set_edit(AlarmSet *set, const char *id);

gboolean alarm_is_on_wall(const Alarm *alarm); /* raised, not snoozed, not over */

gboolean alarm_has_left(const Alarm *alarm, const char *place);

/* FALSE: it is there already. */
gboolean alarm_list_add(char ***list, const char *text);

/* Alarms raised in the last ten minutes; *is_flood with its two thresholds. */
guint alarm_set_rate(AlarmSet *set, gint64 now_ms, gboolean *is_flood);

const char *alarm_state_word(AlarmState state);
AlarmState alarm_state_from_word(const char *word); /* 0 if unknown */

Alarm *alarm_new(void); /* empty texts, no cameras */
void alarm_free(Alarm *alarm);

/* All of it, for the store and the API. FALSE (NULL) with faults when it is not that. Caller owns. */
Json *alarm_to_json(const Alarm *alarm);
Alarm *alarm_from_json(Json *json, Faults *faults);

#endif
