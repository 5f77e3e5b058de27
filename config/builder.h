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
    const char *base_dir; /* NULL: no other file is opened */
    Faults *faults;
    TopEntry top;
    FeedsEntry feeds;
    GArray *origins;  /* CameraOrigin, one for each of config->cameras */
    GPtrArray *files; /* names of tables */
    Lost cameras, layouts, walls, presets;
} Builder;

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

void read_cameras(Builder *builder, Json *top);  /* cameras.c */
void read_sections(Builder *builder, Json *top); /* sections.c: walls, outputs, presets, tours */
void check_config(Builder *builder);             /* checks.c: what concerns several members */

#endif
