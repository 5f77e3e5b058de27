/* case_data_private.h - the readers of one file each, for case_data.c. Pure. [any]
 *
 * Each returns NULL or FALSE with faults; places in them are those inside the file. */
#ifndef WALLCTL_CONFIG_CASE_DATA_PRIVATE_H
#define WALLCTL_CONFIG_CASE_DATA_PRIVATE_H

#include "config/case_data.h"

#define CASE_DATA_MAX_BYTES (4 * 1024 * 1024) /* a file */

CategoryTable *categories_parse(const char *text, gsize len, Faults *faults);
gboolean calendar_parse(const char *text, gsize len, Calendar *calendar, Faults *faults);
Vocabulary *vocabulary_parse(const char *id, const char *text, gsize len, Faults *faults);
PolicyFile *policy_parse(const char *id, const char *text, gsize len, Faults *faults);
void policy_file_free(PolicyFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyFile, policy_file_free)

/* The object that a file of words holds; NULL with a fault. Caller owns. */
Json *case_data_parse(const char *text, gsize len, Faults *faults);

/* The texts of an array of texts, ended by NULL; NULL with a fault if it is none, or empty. Borrowed
 * texts; caller frees the array. */
const char **json_dup_texts(Json *object, const char *key, Faults *faults, const char *place);

/* May the field hold this text? */
gboolean field_text_fits(Field field, const char *text, GError **error);

#endif
