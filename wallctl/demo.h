/* demo.h - synthetic events of a demonstration: a scenario file and a seed in, records of platforms out.
 *
 * Pure but for demo_load(), which reads a file. The same scenario, seed and start give the same items, so
 * sending them again changes nothing: every case and event has the same number as before.
 *
 * A scenario (config/demo/NAME.json) has
 *   name, alias, about   for people; alias is a second name ("红塔")
 *   region, villages     codes are drawn below this region: of its townships, or of so many villages
 *   days, this_year      the history reaches so far back from the start, but not into last year
 *   lists, numbers       what is drawn for each case: {"kind": [["物业纠纷", 3], ...]}, with the number how
 *                        often; an object instead of a text brings several words that belong together.
 *                        {"people": [1, 9]}
 *   records              forms: {"NAME": {"platform", "id", "type", "subject", "data"}}; platform is the
 *                        name of a mapping file, "" the canonical form (which needs type and subject)
 *   flows                history: {"record", "code", "count", "paths": [{"count", "steps": [...]}]};
 *                        the first paths get the oldest cases; a step has "after_min": [from, to]
 *                        minutes after the one before, and its own words
 *   script               {"at_s", "record", words ...} or {"at_s", "camera", "fault"}
 *
 * Texts of a form hold {word}; {time:%F %T} is the moment of the step in local time, {time+20d:%F}
 * later by d, h, m, or by s, which --speed shortens. A value that is "{#word}" becomes a number;
 * "{?word}" leaves its member out where there is no such word.
 */
#ifndef WALLCTL_DEMO_H
#define WALLCTL_DEMO_H

#include "wallctl/base/faults.h"
#include "wallctl/base/json.h"
#include "wallctl/model/region.h"

typedef struct {
    gint64 at_ms;   /* after the start of the run; 0: as soon as possible */
    gint64 time_ms; /* when it happened */
    char *platform; /* name of a mapping file; "": the canonical form; NULL: a camera's fault */
    char *key;      /* what belongs together: the case's code, else the id */
    char *id, *type, *subject;
    Json *data;
    char *camera, *fault; /* for the camera simulator */
} DemoItem;

typedef struct {
    gint64 start_ms; /* the history ends here, the script begins here */
    guint seed;
    double speed; /* of the script */
    const RegionTree *regions;
} DemoRun;

/* The scenario of this name or alias in dir; a name with a '/' is a path. NULL with WALL_ERROR_NOT_FOUND
 * naming those that are there, or what is wrong with the file. Caller owns. */
Json *demo_load(const char *dir, const char *name, GError **error);

/* What must be sent, in this order. NULL with WALL_ERROR_INVALID. DemoItem; caller owns. */
GPtrArray *demo_items(Json *scenario, const DemoRun *run, GError **error);

/* The CloudEvent around an item that is no camera's, of the source with this attribute. Caller owns. */
Json *demo_dup_event(const DemoItem *item, const char *source);

/* The codes of the first flow begin with this, before the day; NULL if the scenario has no history.
 * Caller frees. */
char *demo_dup_prefix(Json *scenario, guint seed);

/* The start of the run whose first case has this day ("20251231") in its code and was opened then; 0 if
 * that is no day. */
gint64 demo_start_of(const char *day, gint64 opened_ms);

#endif
