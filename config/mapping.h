/* mapping.h - what a platform sends, turned into events by a reviewed file and by nothing else.
 *
 * A mapping file names the few values that are kept; all that it does not name is dropped, and so is
 * what it names as soon as it looks like a citizen's data. No scripting: a value is read from a place
 * (RFC 6901 pointer) or joined from some, changed by at most one of the listed transforms, and fits a
 * field of model/field.h or is not kept. The form of the file is in docs/zh/对接教程.md.
 *
 * A Mapping is an immutable counted value. mapping_load() reads files: [worker], or before the loop
 * runs. All else: [any].
 */
#ifndef WALLCTL_CONFIG_MAPPING_H
#define WALLCTL_CONFIG_MAPPING_H

#include "wallctl/base/faults.h"
#include "wallctl/base/secret.h"
#include "wallctl/model/category.h"
#include "wallctl/model/event.h"
#include "wallctl/model/region.h"

typedef struct Mapping Mapping;

typedef enum { MAPPING_JSON = 1, MAPPING_CSV } MappingFormat;

typedef struct {
    const char *platform; /* "yunzongzhi" */
    const char *name;     /* 云综治 */
    const char *about;    /* what it was made from */
    guint version;
    MappingFormat format;
    gsize max_bytes; /* of one record, or of one table */
    /* Hex, over the bytes of the file, then of those it extends and of its tables, each once, in the
     * order in which they are named: all that decides what it does. */
    const char *sha256;
} MappingInfo;

/* Compiles the file at path. What it extends lies beside it, its tables in ../tables; what is not there
 * is looked for in connectors/ and tables/ of the folders of dirs (ended by NULL; or NULL), so that a
 * site's own file can use what is shipped. NULL with the faults, all of them, when it has any. */
Mapping *mapping_load(const char *path, Faults *faults);
Mapping *mapping_load_in(const char *path, const char *const *dirs, Faults *faults);

/* The same from a text; dirs NULL: it may name no other file. */
Mapping *mapping_compile(const char *text, gsize len, const char *const *dirs, Faults *faults);

/* connectors/NAME.json in the first of dirs that has it; NULL if none has. Caller frees. */
char *mapping_find(const char *const *dirs, const char *name);

Mapping *mapping_ref(Mapping *mapping);
void mapping_unref(Mapping *mapping);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mapping, mapping_unref)

const MappingInfo *mapping_info(const Mapping *mapping); /* borrowed */

/* What a mapping needs to know of the site. */
typedef struct {
    gint64 now_ms;
    int zone_minutes; /* of times that say no zone, 480: +08:00 */
    const char
        *source; /* of events that come without an envelope: "/530402/yunzongzhi"; not NULL */
    const RegionTree *regions; /* NULL: no name is known, every code taken */
    const char *site_region;   /* code within which "region": true looks; "": anywhere; not NULL */
    const CategoryTable *categories; /* NULL: every one may come in */
    const Secret *token_key;         /* of "token"; NULL: what asks for one is refused */
} MappingContext;

/* What became of a value, and why. */
typedef enum { MAPPED_KEPT = 1, MAPPED_DROPPED, MAPPED_REFUSED } Mapped;
typedef enum {
    WHY_READ = 1,  /* kept as the file says */
    WHY_FIXED,     /* kept: the file's own word */
    WHY_ELSE,      /* kept: the word for what fits nowhere */
    WHY_SET,       /* kept: follows from other fields */
    WHY_ENVELOPE,  /* kept: the CloudEvent says it */
    WHY_REDACTED,  /* kept with parts blacked out */
    WHY_MISSING,   /* not in this record */
    WHY_UNFIT,     /* fits no rule, or not the field */
    WHY_PRIVATE,   /* a phone, ID, plate, card or address of a citizen is in it */
    WHY_PERSONAL,  /* a value of drop_assert is in it */
    WHY_TAKEN_OUT, /* dropped: follows from other fields */
    WHY_UNNAMED,   /* the file does not name it */
    WHY_ASSERTED,  /* the file forbids it: drop_assert */
    WHY_CONDITION, /* "only" or "refuse" */
    WHY_UNKNOWN,   /* no such region here; no such category, or one that may not come in */
    WHY_CHECK,     /* the event as a whole does not hold */
    WHY_LAST = WHY_CHECK
} MappedWhy;

typedef struct {
    char *pointer; /* where it was read, several divided by ' '; "" if nowhere */
    char *target;  /* field or attribute; "" if none */
    char *value;   /* only when kept, else NULL */
    Mapped outcome;
    MappedWhy why;
} MappingRow;

/* Zeroed memory counts only; with rows (of MappingRow, made by mapping_report_rows()) it tells all. */
typedef struct {
    guint n_kept, n_dropped; /* of what the file names and the record has */
    guint n_private;         /* dropped for WHY_PRIVATE */
    GPtrArray *rows;
} MappingReport;

GPtrArray *mapping_report_rows(void);
void mapping_report_clear(MappingReport *report); /* takes the rows away */
const char *mapped_word(Mapped outcome);          /* "kept" ... borrowed */
const char *mapped_why_word(MappedWhy why);       /* "missing" ... borrowed */

/* One record, or the data of a CloudEvent whose envelope says what the mapping leaves out: id, time,
 * type, subject, sequence, correlation, severity; of two classifications the stricter one counts.
 * report may be NULL; it is filled when the event is refused, too. NULL with EVENT_ERROR: the message
 * repeats no value of the record. Caller owns. */
Event *mapping_apply(const Mapping *mapping, Json *record, const Event *envelope,
                     const MappingContext *context, MappingReport *report, GError **error);

/* The same for a body that is a record, or a CloudEvent ("specversion") around one. */
Event *mapping_apply_body(const Mapping *mapping, Json *body, const MappingContext *context,
                          MappingReport *report, GError **error);

#endif
