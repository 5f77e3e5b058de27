/* case_json.h - a Case as JSON text, and back. Pure. [any] */
#ifndef WALLCTL_STORE_CASE_JSON_H
#define WALLCTL_STORE_CASE_JSON_H

#include "wallctl/model/case.h"

/* Caller frees. Of the last event the envelope is kept, its fields are not: the inbox has them. */
char *case_to_text(const Case *c);

/* case_equal() to what was written. NULL with WALL_ERROR_INVALID. */
Case *case_from_text(const char *text, GError **error);

/* The fields of an event or a case: members that are not known (written by a later version) are an
 * error, values that do not fit their row, too. */
gboolean fields_from_object(Fields *fields, Json *object, GError **error);

#endif
