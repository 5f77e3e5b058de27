/* mapping_private.h - a compiled mapping, for the files mapping_*.c. Pure. [any] */
#ifndef WALLCTL_CONFIG_MAPPING_PRIVATE_H
#define WALLCTL_CONFIG_MAPPING_PRIVATE_H

#include "config/mapping.h"

/* What a value is for: a Field, or one of the event's attributes. */
typedef guint Target;
enum {
    TARGET_ID = FIELD_LAST + 1,
    TARGET_TIME,
    TARGET_TYPE,
    TARGET_SUBJECT,
    TARGET_SEQUENCE,
    TARGET_CORRELATION,
    TARGET_SEVERITY,
    TARGET_CLASSIFICATION,
    N_TARGETS
};

static inline gboolean target_is_field(Target target)
{
    return target <= FIELD_LAST;
}

const char *target_name(Target target);

/* Why an event without this value is refused. */
Refused target_refused(Target target);

/* What a compilation knows beside the text. */
typedef struct {
    const char *const
        *dirs;          /* where connectors/ and tables/ lie; NULL: no other file may be named */
    const char *beside; /* the file's own folder, first for what it extends; or NULL */
    GChecksum *sum;     /* of all that is read */
    GHashTable *tables; /* name -> GHashTable of its words: each is read once */
    GPtrArray *chain;   /* names of the files that extend each other, the outermost first */
    Faults *faults;
} Compile;

/* "PLACE.KEY", or "KEY" at the top. Caller frees. */
char *place_below(const char *place, const char *key);

/* Reads a file that the mapping names, in the first folder that has it, into the sum; NULL with a fault
 * at place. Caller frees. */
char *compile_read(Compile *compile, const char *folder, const char *file, gsize *len,
                   const char *place);

/* ---- transforms (mapping_transform.c) ---- */

typedef struct Transform Transform;

/* A transform with its argument. */
typedef struct {
    const Transform *kind;         /* NULL: none */
    GHashTable *words;             /* map and table: text -> text; enum and yes: a set */
    char *text;                    /* date: the form; region: within which */
    gint64 min, max;               /* int, digits; truncate: max */
    double least, most;            /* number */
    gboolean has_zone, is_day_end; /* date */
    int zone_minutes;
} Step;

struct Transform {
    const char *name;
    gboolean is_ours; /* what comes out is the file's word or a number: nobody's name */
    /* Reads its argument, the member `name` of object, and what goes with it. */
    void (*compile)(Compile *compile, Step *step, Json *object, Target target, const char *place);
    /* A new value for a text, or NULL if it does not fit. */
    Json *(*apply)(const Step *step, const char *text, const MappingContext *context);
    gboolean is_redacting;
};

extern const Transform transforms[];
extern const guint n_transforms;
void step_clear(Step *step);

/* Value's text: of a number or a truth value what is written. NULL for what is neither, and for "".
 * Borrowed from value. */
const char *scalar_text(Json *value);

/* A copy of its own: json-c's counts are not atomic, and a Mapping is shared. */
Json *json_dup_scalar(Json *json);

/* A set of the texts in array object.key; NULL with faults. */
GHashTable *words_of_array(Json *object, const char *key, const char *place, Faults *faults);

/* Is text a decimal number and nothing else? */
gboolean read_number(const char *text, double *number);

/* ---- values (mapping_value.c) ---- */

typedef enum { ELSE_DROP = 1, ELSE_REJECT, ELSE_WORD } Else;

typedef struct {
    char *place;      /* in the file, for messages */
    Json *fixed;      /* const, or NULL */
    GPtrArray *first; /* of Value: the first that gives something; or NULL */
    GStrv pointers;   /* one, or what is joined; NULL if fixed or first */
    char *with;       /* between what is joined */
    Step step;
    Else otherwise;
    Json *word; /* ELSE_WORD */
} Value;

Value *value_compile(Compile *compile, Json *json, Target target, const char *place);
void value_free(Value *value);

/* What the record gives. */
typedef struct {
    Json *json;       /* NULL: nothing; else the caller's */
    MappedWhy why;    /* WHY_READ, _FIXED, _REDACTED; without json WHY_MISSING, _UNFIT */
    gboolean is_ours; /* none of it is the record's own text */
} Given;

/* personal: texts that "redact" takes out before it looks for more. */
Given value_read(const Value *value, Json *record, const MappingContext *context,
                 const GPtrArray *personal);

/* Adds the value's pointers (borrowed) to those of array. */
void value_list_pointers(const Value *value, GPtrArray *pointers);

/* Puts json where it belongs; numbers as text and codes as numbers are taken. FALSE if it does not
 * fit. */
gboolean target_take(Event *event, Target target, Json *json);

/* The event's own text for target; NULL when it has none or is no text. Borrowed. */
const char *target_text(const Event *event, Target target);

/* Adds a fault if the target takes no such word. */
void word_check(Target target, Json *word, const char *place, Faults *faults);

/* A pointer's fault, or NULL. */
const char *pointer_fault(const char *pointer);

/* What the record holds there; NULL if nothing, or null. Borrowed. */
Json *pointer_read(Json *record, const char *pointer);

/* Is pointer this place or one below it? */
gboolean pointer_is_below(const char *pointer, const char *place);

/* ---- the whole ---- */

typedef struct {
    char *pointer;
    GHashTable *words; /* set; NULL: anything that is there */
} Condition;

typedef struct {
    Field field;
    GHashTable *words; /* when: set */
} When;

typedef struct {
    GArray *when;      /* of When: all of them */
    Fields to;         /* what is set */
    guint64 taken_out; /* bits of Field */
} SetRule;

struct Mapping {
    gint refs;
    char *platform, *name, *about, *sha256;
    MappingInfo info;         /* borrows them */
    Value *values[N_TARGETS]; /* NULL: not named */
    GPtrArray *drop_assert;   /* of char *: pointers */
    GPtrArray *only, *refuse; /* of Condition */
    GPtrArray *sets;          /* of SetRule */
};

/* ---- the report (mapping_report.c) ---- */

/* What became of one record, up to where it was refused. */
typedef struct {
    const Mapping *mapping;
    Json *record;
    const MappingContext *context;
    const Event *envelope;
    Event *event;
    guint64 ours;             /* bits of Target: not the record's own text */
    MappedWhy why[N_TARGETS]; /* 0: not named */
    GPtrArray *personal;      /* texts that stand where drop_assert says */
    guint n_private;          /* dropped for WHY_PRIVATE */
    Target culprit;           /* why it was refused; 0: none, or no target */
    const char *condition;    /* pointer of the condition that refused it, or NULL */
} Run;

static inline gboolean why_is_kept(MappedWhy why)
{
    return why >= WHY_READ && why <= WHY_REDACTED;
}

/* Counts, and writes the rows if it has some. */
void report_fill(MappingReport *report, const Run *run, gboolean is_good);

#endif
