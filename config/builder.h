/* builder.h - a Config while it is read. Internal to this folder. [worker], or before the loop runs
 */
#ifndef WALLCTL_CONFIG_BUILDER_H
#define WALLCTL_CONFIG_BUILDER_H

#include "config/lost.h"
#include "config/tables.h"

/* Where a camera was read, for faults that show up when all are known. */
typedef struct {
    const char *file; /* a table, owned by Builder.files; NULL: the configuration itself */
    guint index;      /* row of the table, or index in "cameras" */
} CameraOrigin;

typedef struct {
    Config *config;
    const char *base_dir;       /* NULL: no other file is opened */
    const CameraTable *instead; /* NULL: every table is read from its file */
    Faults *faults;
    TopEntry top;
    FeedsEntry feeds;
    GArray *origins;  /* CameraOrigin, one for each of config->cameras */
    GPtrArray *files; /* names of tables */
    Lost cameras, layouts, walls, presets;
} Builder;

/* A section with the defaults of its table where the file says nothing. */
void read_section(Builder *builder, Json *top, const OptionTable *table, gpointer target);

/* One object of an array. Its place is "walls[2]". */
typedef void (*ReadObject)(Builder *builder, Json *object, const char *place, guint index,
                           gpointer user);

/* The array key of object, or NULL with a fault if it is no array or longer than max; *n is its
 * length, else 0. */
Json *read_array(Builder *builder, Json *object, const char *key, const char *place, guint max,
                 guint *n);

/* Calls func for each object of array; what is no object is a fault. place is that of the array.
 * Faulty ones are noted in lost, which may be NULL. */
void read_objects(Builder *builder, Json *array, const char *place, Lost *lost, ReadObject func,
                  gpointer user);

/* "place.key", or key at the top. Caller frees. */
char *place_of(const char *place, const char *key);

/* Text of a file named in the configuration, or NULL with a fault at key. *name is its name for
 * messages. */
char *read_named_file(Builder *builder, const char *key, const char *file, gsize max_bytes,
                      gsize *len);

/* Path of a file named in the configuration; NULL if none may be opened. Caller frees. */
char *resolve_path(const Builder *builder, const char *file);

/* Texts of an array. allow_null: null stays NULL (an empty cell). A wrong one is a fault and becomes
 * NULL. Caller frees each and the array. */
char **read_texts(Builder *builder, Json *object, const char *key, const char *place, guint max,
                  gboolean allow_null, guint *n);

/* Texts of an array, ended by NULL, without the wrong ones; NULL if there are none. Caller frees. */
char **read_words(Builder *builder, Json *object, const char *key, const char *place, guint max);

/* Whole numbers of an array; a wrong one is a fault and becomes 0. Caller frees. */
guint *read_numbers(Builder *builder, Json *object, const char *key, const char *place, guint min,
                    guint max, guint *n);

/* Bits of EventType for the words of an array. */
guint64 read_event_types(Builder *builder, Json *object, const char *key, const char *place);

void read_operations(Builder *builder, Json *top);    /* operations.c */
void read_case_sections(Builder *builder, Json *top); /* case_sections.c: all of case_config.h */
void read_case_words(Builder *builder, Json *top);    /* case_words.c: data files, mappings */
void read_linkage(Builder *builder, Json *top);       /* linkage_section.c */
void read_boards(Builder *builder, Json *top);        /* board_section.c */
void figures_config_clear(FiguresConfig *board);      /* board_section.c */
void check_rule(Builder *builder, const LinkageRule *rule, const char *place); /* the same */
void check_cases(Builder *builder); /* case_checks.c: once all is read */

/* Names that must be told apart; a second one names the place of the first. */
typedef struct {
    GHashTable *places;
    Faults *faults;
} Unique;
void unique_init(Unique *unique, Faults *faults);
void unique_clear(Unique *unique);
void unique_check(Unique *unique, const char *name, const char *place); /* "" passes */

/* "there is no WHAT NAME; did you mean ...?" */
void refuse_name(Faults *faults, const char *place, const char *what, const char *name,
                 const char *const *known, gsize n_known);

/* Ids of cameras; NULL for an empty cell. Faults at place.cameras[i]. */
void check_camera_names(Builder *builder, char *const *names, guint n, const char *place);

/* The wall that *id names, the first one (and its id in *id) when it is empty; NULL with a fault,
 * unless one was said of that wall or of the name itself. */
const WallConfig *check_wall(Builder *builder, char **id, const char *place);

/* Two numbers of an array within these bounds; FALSE with a fault (cameras.c). */
gboolean read_pair(Json *array, double min_x, double max_x, double min_y, double max_y, double *x,
                   double *y, Faults *faults, const char *place);

void read_cameras(Builder *builder, Json *top);  /* cameras.c */
void read_mask_file(Builder *builder);           /* mask_file.c: once all cameras are read */
void read_sections(Builder *builder, Json *top); /* sections.c: walls, outputs, presets, tours */
void check_config(Builder *builder);             /* checks.c: what concerns several members */

#endif
