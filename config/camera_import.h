/* camera_import.h - a new table of cameras, held against the configuration before it takes the place of the old one.
 * [worker]
 *
 * A table is tried as a whole: the configuration is read as if the table's file held it, so all that a reload would
 * refuse is told beforehand, and a table with any fault is never written.
 */
#ifndef WALLCTL_CONFIG_CAMERA_IMPORT_H
#define WALLCTL_CONFIG_CAMERA_IMPORT_H

#include "config/config.h"

#define CAMERA_IMPORT_MAX_BYTES  (8 * 1024 * 1024)
#define CAMERA_IMPORT_MAX_FAULTS 200 /* that are told one by one */

/* One fault. Texts are owned; "" where there is nothing to tell. */
typedef struct {
    guint
        row; /* as a spreadsheet numbers it; 0: of the table, or of another part of the configuration */
    char *column;    /* "main" */
    char *column_zh; /* "主码流" */
    char *place;     /* "walls[0].initial[2]", when it is no row's */
    char *value;     /* what stands there; "" also where it may be a secret */
    char *text;      /* what is wrong with it */
    char *text_zh;
    char *accepted;
    char *accepted_zh;
} ImportFault;

typedef struct {
    char *id, *name;
    guint number;
} ImportCamera;

typedef struct {
    char *file;           /* as the configuration names it */
    char *path;           /* where it lies */
    char *base;           /* of what lies there now: a sum; "" if there is nothing */
    gboolean is_writable; /* it could be replaced */
    guint n_cameras;      /* in the new table */
    GPtrArray *added, *changed, *removed; /* ImportCamera; all empty while there are faults */
    GPtrArray *faults;                    /* ImportFault */
    guint n_faults;                       /* also those that are not in faults */
} CameraImport;

/* Tries text as the table `file` of now, "": the only one there is. NULL with an error where the configuration names
 * no such table (NOT_FOUND) or several and none was chosen (INVALID). Caller owns. */
CameraImport *camera_import_try(const Config *now, const char *file, const char *text, gsize len,
                                GError **error);
void camera_import_free(CameraImport *import);

/* Where the table `file` of now lies, chosen as above; *table is its name (borrowed from now). Caller frees. */
char *camera_import_dup_path(const Config *now, const char *file, const char **table,
                             GError **error);

/* Writes the table that was tried, at once and as a whole. FALSE with STALE where another one lies there than base says,
 * UNAVAILABLE where it cannot be written. */
gboolean camera_import_write(const CameraImport *import, const char *base, const char *text,
                             gsize len, GError **error);

#endif
