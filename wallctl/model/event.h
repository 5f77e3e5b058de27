/* event.h - one event as wallctl understands it, and the CloudEvents envelope it comes in. Pure. [any]
 *
 * CloudEvents 1.0, JSON, structured form (cloudevents/spec, tags up to v1.0.2). An event that is in
 * doubt is refused, which is also the rule of the dataclassification extension: who does not know
 * how to read a classification rejects with an error.
 *
 * Types are written "org.wallctl.case.reported.v1"; in mapping files and rules "case.reported".
 */
#ifndef WALLCTL_MODEL_EVENT_H
#define WALLCTL_MODEL_EVENT_H

#include "wallctl/model/field.h"

#define EVENT_MAX_BYTES    65536 /* consumers SHOULD take 64 KiB; more is 413, close 1009 */
#define EVENT_MAX_AHEAD_MS (5 * 60 * 1000) /* a clock of another platform may be this fast */

typedef enum {
    /* of a case, in the order of its life */
    EVENT_CASE_REPORTED = 1,
    EVENT_CASE_REGISTERED,
    EVENT_CASE_DECLINED,
    EVENT_CASE_MEDIATING,
    EVENT_CASE_ASSESSED,
    EVENT_CASE_DISPATCHED,
    EVENT_CASE_ACCEPTED,
    EVENT_CASE_HANDLING,
    EVENT_CASE_RETURNED,
    EVENT_CASE_TRANSFERRED,
    EVENT_CASE_ESCALATED,
    EVENT_CASE_LITIGATED,
    EVENT_CASE_SUSPENDED,
    EVENT_CASE_RESUMED,
    EVENT_CASE_SUPERVISED,
    EVENT_CASE_WHISTLED,
    EVENT_CASE_RESOLVED,
    EVENT_CASE_REVISITED,
    EVENT_CASE_CLOSED,
    EVENT_CASE_REOPENED,
    EVENT_CASE_MERGED,
    EVENT_CASE_WITHDRAWN,
    EVENT_CASE_UPDATED, /* details only */
    EVENT_CASE_LAST = EVENT_CASE_UPDATED,
    /* of an order: subject is the case, doc_no the order */
    EVENT_ORDER_ISSUED,
    EVENT_ORDER_ACCEPTED,
    EVENT_ORDER_DONE,
    EVENT_ORDER_OVERDUE,
    /* of a whistle: subject is the case, to_org who answers */
    EVENT_WHISTLE_ACKNOWLEDGED,
    EVENT_WHISTLE_ARRIVED,
    EVENT_WHISTLE_MISSED, /* a clock of to_org has run out; reason: ack or arrival */
    EVENT_WHISTLE_ENDED,
    /* what is no case */
    EVENT_CLUE_REPORTED, /* a lead: counted, anonymous */
    EVENT_ALARM_RAISED,  /* a device or a button */
    EVENT_ALARM_CLEARED,
    EVENT_CAMERA_ONLINE,
    EVENT_CAMERA_OFFLINE,
    EVENT_CAMERA_ALARM,
    EVENT_STAT_SNAPSHOT, /* a figure: metric, value */
    EVENT_SOURCE_BEAT,   /* the source lives */
    /* ours, sent upstream, refused when they come in */
    EVENT_WALL_SCENE,
    EVENT_WALL_TILE,
    EVENT_WALL_VISITOR,
    EVENT_CAMERA_PRESET, /* a camera is asked to turn: camera, preset */
    EVENT_LAST = EVENT_CAMERA_PRESET
} EventType;

const char *event_type_word(EventType type);      /* "case.reported"; borrowed */
EventType event_type_from_word(const char *word); /* 0 if unknown */
gboolean event_type_is_case(EventType type);      /* changes a case */

/* Why an event is refused: counted by source under these words. */
typedef enum {
    REFUSED_MALFORMED = 1, /* no JSON, or no object */
    REFUSED_TOO_LARGE,
    REFUSED_ATTRIBUTE,      /* a context attribute is missing or wrong */
    REFUSED_TYPE,           /* no such type, or one that does not come in */
    REFUSED_TIME,           /* no zone, no such day, ahead of our clock */
    REFUSED_CLASSIFICATION, /* unknown, restricted or police-internal */
    REFUSED_FIELD,          /* a field's value */
    REFUSED_UNMAPPED,       /* the mapping has no rule for it */
    REFUSED_REGION,         /* no such region at this site */
    REFUSED_PRIVACY,        /* what was to be kept tells of a person */
    REFUSED_SOURCE,         /* "source" is our own, or another platform's */
    REFUSED_LAST = REFUSED_SOURCE
} Refused;

#define EVENT_ERROR (event_error_quark()) /* code: Refused */
GQuark event_error_quark(void);
const char *refused_word(int code); /* "malformed" ... borrowed */

typedef enum { CLASS_PUBLIC = 1, CLASS_INTERNAL, CLASS_CONFIDENTIAL } DataClass;

typedef struct {
    char *source, *id; /* together: the event; who sends it twice has sent it once */
    EventType type;
    gint64 time_ms;           /* when it happened there */
    char *sequence;           /* "" or the source's own order: compared byte by byte */
    char *subject;            /* case code; "" where there is none */
    guint severity;           /* severitynumber 1..24; 0: not said */
    DataClass classification; /* confidential: counted, never shown by itself */
    char *correlation;        /* correlationid, "" if none: reports of one incident share it */
    Fields fields;
} Event;

Event *event_new(void); /* empty texts, CLASS_INTERNAL */

/* One of our own: no platform may send under this source. Copies. */
#define EVENT_OWN_SOURCE "/wallctl"
Event *event_new_own(EventType type, const char *id, const char *subject, gint64 time_ms);
Event *event_copy(const Event *event);
void event_free(Event *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_free)

/* Reads the envelope's attributes into event: all but data. If type is not NULL, *type gets the type's
 * text (borrowed from envelope), whatever it is, and event->type is 0 when it is none of ours; else
 * such a type is refused. now_ms: our clock, for times ahead of it. FALSE with EVENT_ERROR. */
gboolean event_read_envelope(Event *event, Json *envelope, gint64 now_ms, const char **type,
                             GError **error);

/* The canonical form: envelope and our own field names in data. Members of data that we do not know
 * are left out and counted in *n_dropped (may be NULL). NULL with EVENT_ERROR. Caller owns. */
Event *event_from_json(Json *envelope, gint64 now_ms, guint *n_dropped, GError **error);

/* What every event has to be, whoever made it: not ahead of now_ms, a case code as its subject where
 * the type needs one, a figure's metric and value. FALSE with EVENT_ERROR. */
gboolean event_check(const Event *event, gint64 now_ms, GError **error);

/* The canonical form, with times in the zone of offset_minutes. Caller owns. */
Json *event_to_json(const Event *event, int offset_minutes);

/* The order in which a case's events are folded: time, then sequence, then source and id. */
int event_compare(const Event *a, const Event *b);

#endif
