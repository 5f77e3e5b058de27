/* linkage.h - linkage rules (联动): what an event does to the wall. Pure. [any]
 *
 * A rule has a filter and actions. Rules stand in an order; every rule that fits fires, and the first
 * one of each alarm group counts (later ones join it, see alarm.h). The actions of a rule are done in
 * the order of the members below. A rule by hand is a plan (预案, 一键指挥): no event fires it, people
 * run it.
 *
 * Cases that are sensitive (family, minor, dv, health) never call cameras up by place: which camera
 * comes up would tell where somebody lives.
 */
#ifndef WALLCTL_MODEL_LINKAGE_H
#define WALLCTL_MODEL_LINKAGE_H

#include "wallctl/model/camera.h"
#include "wallctl/model/filter.h"
#include "wallctl/model/scene.h"

#define LINKAGE_MAX_CAMERAS 16 /* of one alarm */

typedef struct {
    char *kind, *to; /* word of FIELD_ORDER_KIND, organisation */
} LinkageOrder;

typedef struct {
    char *id, *name;
    gboolean by_hand; /* a plan */
    Filter filter;
    guint priority;    /* 1..999, larger wins the alarm tiles */
    gboolean preempts; /* does not wait until another picture was seen for its time */
    Severity severity; /* 0: from the event: severitynumber, else level, else risk */

    gboolean has_banner;
    char **cameras;      /* these, in this order; NULL: none */
    gboolean of_place;   /* cameras at the event's place, then of its kind of place in the region */
    guint nearest;       /* so many by distance ... */
    guint radius_m;      /* ... within this */
    gboolean opens_case; /* the case's scene over the wall */
    char *preset;        /* this preset over the wall */
    gboolean stops_tours;
    guint sound;      /* 0 none, 1 notice, 2 alarm, 3 urgent: for consoles */
    char *ptz_preset; /* the cameras are asked to go there, as an event out */
    guint n_orders;
    LinkageOrder *orders; /* made out to the alarm's case; without a case there are none */
    char *procedure;      /* what to do (预案), shown with the alarm */

    guint late_s;     /* what comes so long after it happened rings no more; 0: it always does */
    guint hold_s;     /* on the wall for so long; 0: until acknowledged */
    guint escalate_s; /* unanswered for so long: severity up and told upwards; 0: never */
    guint group_s;    /* what belongs together comes within this of the last one */
    guint group_m;    /* events of one category so near each other are one incident; 0: no */
    char *text;       /* JSON as somebody wrote it */
} LinkageRule;

LinkageRule *linkage_rule_new(void); /* banner, priority 100, group 120 s, escalation 300 s */
void linkage_rule_free(LinkageRule *rule);

/* The severity that an event has by itself: severitynumber 21.. red, 17.. orange, 13.. yellow, 9..
 * blue; else the four levels; else high red, mid orange, low blue; else blue. */
Severity linkage_severity(const Event *event, const Fields *fields);

/* A report that was handed in later, or what was kept back while a line was down: counted, but nobody
 * is called for it any more. */
gboolean linkage_is_late(const LinkageRule *rule, const Event *event, gint64 now_ms);

gboolean linkage_is_sensitive(const Fields *fields);

/* The cameras that the rule calls up, most important first, each once: borrowed ids in out; returns
 * how many. fields: the case's with the event's in them. cameras: Camera. */
guint linkage_pick(const LinkageRule *rule, const Fields *fields, const GPtrArray *cameras,
                   const char *out[LINKAGE_MAX_CAMERAS]);

/* Metres between two places in millionths of a degree; a sphere is exact enough here. */
double linkage_distance_m(gint64 lon_a, gint64 lat_a, gint64 lon_b, gint64 lat_b);

#endif
