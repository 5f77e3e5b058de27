/* intake_reader.h - one file of events, read a piece at a time. [worker]
 *
 * NDJSON (.ndjson): a JSON object a line, an envelope if it has "specversion", else a platform's
 * record. CSV (.csv): the first row names the columns, each other row is a record of texts.
 */
#ifndef WALLCTL_INTAKE_READER_H
#define WALLCTL_INTAKE_READER_H

#include "web/intake.h"

#define READER_MAX_NDJSON (256 * 1024 * 1024) /* bytes; a larger file is to be cut into several */
#define READER_MAX_CSV    (32 * 1024 * 1024)

typedef struct IntakeReader IntakeReader;

typedef struct {
    guint line; /* of the file, from 1; of a table: its row */
    IntakeForm form;
    GBytes *text;     /* NULL: refused */
    char *fault;      /* why; without any value of the line */
    const char *word; /* the same for counting: "malformed", "too_large" */
} IntakeLine;

void intake_line_free(gpointer line);

/* Only a regular file of the folder itself, by no link. WALL_ERROR_NOT_FOUND if it is gone,
 * WALL_ERROR_INVALID or WALL_ERROR_LIMIT saying what is wrong with it. */
IntakeReader *intake_reader_open(const char *folder, const char *name, GError **error);
void intake_reader_free(IntakeReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IntakeReader, intake_reader_free)

/* The next lines (IntakeLine), bounded; empty at the end. NULL with WALL_ERROR_INVALID if the file
 * changed meanwhile, WALL_ERROR_UNAVAILABLE if it cannot be read. Caller owns. */
GPtrArray *intake_reader_next(IntakeReader *reader, GError **error);

/* TRUE for what is taken from a folder: *.ndjson and *.csv that do not begin with a dot. */
gboolean intake_reader_takes(const char *name);

#endif
