/* option.h - one option is one row: key, type, default, range, meaning. [any]
 *
 * Reading, defaults, checks and the reference page all come from the same rows (tables.c). A row
 * stores into a member of a struct: text as an owned string, everything else as 32 bits.
 */
#ifndef WALLCTL_CONFIG_OPTION_H
#define WALLCTL_CONFIG_OPTION_H

#include "wallctl/base/faults.h"
#include "wallctl/base/json.h"

typedef enum {
    OPTION_TEXT = 1, /* char * */
    OPTION_INT,      /* int or guint */
    OPTION_BOOL,     /* gboolean */
    OPTION_CHOICE,   /* an enum */
    OPTION_COLOUR,   /* guint32 0xRRGGBB, written "#RRGGBB" */
    OPTION_PART,     /* array or object that its section reads; the row only makes the key known */
} OptionType;

typedef struct {
    gboolean (*fits)(const char *text);
    const char *accepted;    /* for messages */
    const char *accepted_zh; /* for the reference page */
} TextRule;

typedef struct {
    const char *word;
    int value;
} OptionWord; /* the last one has word NULL */

typedef struct {
    const char *key;
    OptionType type;
    gboolean is_required;
    gboolean is_private; /* TEXT: may be somebody's own by mistake; messages do not repeat it */
    gsize offset;
    gint64 min, max;  /* INT */
    int step;         /* INT: multiples of it only; 0: every number */
    int scale;        /* INT: what is stored per unit written; 0: 1 */
    gint64 number;    /* default of INT (as stored), BOOL, CHOICE, COLOUR */
    const char *text; /* default of TEXT; NULL: NULL */
    const TextRule *rule;
    const OptionWord *words;
    const char *default_zh; /* reference page: said instead of the default */
    const char *help;       /* Chinese, one line */
} Option;

typedef struct {
    const char *path;  /* "feeds", "cameras[]"; "" is the top */
    const char *title; /* Chinese */
    const char *help;  /* Chinese, may be NULL */
    const Option *rows;
    gsize n_rows;
} OptionTable;

/* Where an object stands: "cameras[3]" with members "cameras[3].main", or a table's "row 17" with
 * "row 17, column main", so that one check serves both. */
typedef struct {
    Faults *faults;
    const char *place;
    gboolean is_row;
} Where;

void where_fault(const Where *where, const char *key, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Was something refused at this key before? Then nothing more is said of what follows from it. */
gboolean where_has_fault(const Where *where, const char *key);

/* "text" for a message: in quotes, escaped, shortened, passwords starred. Caller frees. */
char *dup_quoted(const char *text);

/* Every member of target that has a row gets its default; texts that were there are freed. */
void options_set_defaults(const OptionTable *table, gpointer target);

/* Stores what object gives and leaves the rest alone. Faults: unknown keys, wrong values, missing
 * required ones. */
void options_read(const OptionTable *table, Json *object, gpointer target, const Where *where);

/* The same for one cell of a table. FALSE with a fault if it is refused. */
gboolean option_set_text(const Option *option, const char *text, gpointer target,
                         const Where *where);

const Option *options_find(const OptionTable *table, const char *key); /* NULL if unknown */

/* Frees the texts of target and sets them to NULL. */
void options_clear(const OptionTable *table, gpointer target);

#endif
