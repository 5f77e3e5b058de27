/* mapping_records.h - the records of a file or a body, one after the other. [any]
 *
 * JSON: one object, an array of them (up to 1 MiB in all), or one a line (NDJSON). CSV: each row an
 * object of texts, its members named by the first row. A bad record is told and the next one read.
 */
#ifndef WALLCTL_CONFIG_MAPPING_RECORDS_H
#define WALLCTL_CONFIG_MAPPING_RECORDS_H

#include "config/mapping.h"

typedef struct Records Records;

/* Copies text. NULL with WALL_ERROR_INVALID if it cannot be read at all. max_bytes: of one record. */
Records *records_new(const char *text, gsize len, MappingFormat format, gsize max_bytes,
                     GError **error);
void records_free(Records *records);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Records, records_free)

/* FALSE at the end. *record: the caller's; NULL with error when this one cannot be read (the message
 * names the place and repeats nothing that is said there). *number: its line, row or place in the
 * array, from 1. */
gboolean records_next(Records *records, Json **record, guint *number, GError **error);

#endif
