/* field.h - what an event may say about a case, an order or a whistle: one row a field. Pure. [any]
 *
 * This table is the door: a mapping file can fill these fields and no others, the store keeps these
 * and no others. There is no field for a citizen's name, phone, number or address, and none for a
 * mark given to a person. The one free text, FIELD_NOTE, passes the redactor and never reaches a wall.
 *
 * Sources: domain words and codes of the trade (dispute record of GB/T 31000-2015 as deployed, without
 * its party part); region codes GB/T 2260 and the statistical division codes, 2 to 15 digits.
 */
#ifndef WALLCTL_MODEL_FIELD_H
#define WALLCTL_MODEL_FIELD_H

#include "wallctl/base/json.h"

#include <glib.h>

typedef enum {
    FIELD_CATEGORY = 1, /* word of the categories' table: "labour" */
    FIELD_SCALE, /* individual | group | large-group: 个体性, 一般群体性, 重大群体性 */
    FIELD_LEVEL, /* 特别重大 extra, 重大 major, 较大 larger, 一般 general */
    FIELD_RISK,  /* high | mid | low, of the case and never of a person */
    FIELD_SENSITIVITY, /* normal | family | minor | dv | health | labour */
    FIELD_REGION,      /* code of 2 to 15 digits */
    FIELD_PLACE,       /* id of a place */
    FIELD_PLACE_KIND,  /* 路口, 水库 ... */
    FIELD_LON,         /* WGS-84, millionths of a degree */
    FIELD_LAT,
    FIELD_PARTY_COUNT,  /* how many are concerned; the only thing known of them */
    FIELD_LEAD_ORG,     /* department or centre that leads */
    FIELD_FROM_ORG,     /* who issues */
    FIELD_TO_ORG,       /* who is to act */
    FIELD_ORGS,         /* who is called together, several divided by '|' */
    FIELD_OWNER_TITLE,  /* duty title of the official in charge (包保), no name */
    FIELD_DUE,          /* Unix ms, as the other side reckons it */
    FIELD_ACK_DUE,      /* Unix ms: to be accepted, or acknowledged, by then */
    FIELD_ARRIVE_DUE,   /* Unix ms: to be there by then */
    FIELD_OCCURRED,     /* Unix ms */
    FIELD_SUPERVISE,    /* 1..3 */
    FIELD_DOC_NO,       /* number of a paper */
    FIELD_ORDER_KIND,   /* dispatch, supervise, ... */
    FIELD_OUTCOME,      /* settled | failed | withdrawn | litigation */
    FIELD_SATISFACTION, /* 1..5, 5 is best */
    FIELD_REASON,       /* word: why returned, suspended, declined */
    FIELD_MERGED_INTO,  /* case code */
    FIELD_IS_PRIVATE,   /* mediation that the parties want closed: 1 */
    FIELD_ROOM,         /* mediation room */
    FIELD_CAMERA,       /* camera id */
    FIELD_CHANNEL,      /* where it came in: counter, hotline, grid, police ... */
    FIELD_METRIC,       /* of a figure: name ... */
    FIELD_VALUE,        /* ... and value, thousandths */
    FIELD_PRESET,       /* where a camera is to turn to: name of its preset */
    FIELD_NOTE,         /* redacted text, kept apart, never on a wall */
    FIELD_WALL,         /* id of a wall; in our own reports */
    FIELD_SCENE,        /* what lies open over it: "case:HT-1", "preset:汛期" */
    FIELD_LAST = FIELD_SCENE
} Field;

typedef enum {
    KIND_WORD = 1, /* one of `words` */
    KIND_CODE,     /* [A-Za-z0-9._:/-] */
    KIND_DIGITS,
    KIND_TEXT, /* name of an office, a place or a paper */
    KIND_INT,
    KIND_TIME,  /* Unix ms; RFC 3339 with a zone in JSON */
    KIND_FIXED, /* a decimal kept as int: `scale` parts of one */
    KIND_BOOL,
} FieldKind;

typedef struct {
    const char *name; /* in JSON and in mapping files */
    FieldKind kind;
    gint64 min, max; /* KIND_INT, KIND_FIXED: value; KIND_TEXT, _CODE, _DIGITS: characters */
    gint64 scale;    /* KIND_FIXED */
    const char *const *words; /* KIND_WORD, NULL-terminated; NULL: any word of a data file */
    const char *zh;           /* what people call it */
} FieldRow;

const FieldRow *field_row(Field field);  /* never NULL for a Field */
Field field_from_name(const char *name); /* 0 if unknown */

/* Values of one event. Zeroed memory holds none. */
typedef struct {
    guint64 has; /* bit of Field */
    union {
        char *text;    /* KIND_WORD, _CODE, _DIGITS, _TEXT; owned */
        gint64 number; /* the others */
    } value[FIELD_LAST + 1];
} Fields;

void fields_clear(Fields *fields);
void fields_copy(Fields *to, const Fields *from); /* to is overwritten, not cleared */

static inline gboolean fields_has(const Fields *fields, Field field)
{
    return (fields->has >> field & 1) != 0;
}

/* Borrowed; NULL and 0 when not given. */
const char *fields_text(const Fields *fields, Field field);
gint64 fields_number(const Fields *fields, Field field);

/* Checks value against its row and keeps a copy. FALSE with WALL_ERROR_INVALID "NAME: the value is
 * refused; accepted: ...": what stands in a wrong place may be somebody's phone number, so it is
 * never repeated. */
gboolean fields_set_text(Fields *fields, Field field, const char *value, GError **error);
gboolean fields_set_number(Fields *fields, Field field, gint64 value, GError **error);

/* A JSON value of the canonical form; numbers may not be text and text may not be numbers. */
gboolean fields_set_json(Fields *fields, Field field, Json *value, GError **error);

/* The canonical form, keys in the order of Field: the same values give the same text. Caller owns. */
Json *fields_to_json(const Fields *fields);

/* Takes over from newer all that it gives. */
void fields_merge(Fields *fields, const Fields *newer);

#endif
