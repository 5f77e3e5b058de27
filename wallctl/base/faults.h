/* faults.h - all that is wrong with one input, collected and reported together. [any]
 *
 * One line a fault: place, value, what is accepted. The file name is put in front by the printer.
 */
#ifndef WALLCTL_BASE_FAULTS_H
#define WALLCTL_BASE_FAULTS_H

#include <glib.h>

typedef struct Faults Faults;

/* source names the input ("wallctl.json"); at most limit faults are kept, the rest are counted. */
Faults *faults_new(const char *source, guint limit);
void faults_free(Faults *faults);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Faults, faults_free)

/* place like "feeds[3].stall_ms" or "row 17, column main"; "" for the whole. */
void faults_add(Faults *faults, const char *place, const char *format, ...) G_GNUC_PRINTF(3, 4);

guint faults_count(const Faults *faults); /* kept and dropped */

/* Is a fault kept whose place is this one or lies inside it ("days" for "days[0]")? What follows from
 * it need not be said. */
gboolean faults_has(const Faults *faults, const char *place);

/* "SOURCE: PLACE: TEXT"; NULL past the last kept one. Borrowed. */
const char *faults_get(const Faults *faults, guint index);

/* All lines, each ended by a newline, then "and N more" if some were dropped. Caller frees. */
char *faults_dup_text(const Faults *faults);

/* The known name nearest to a misspelt one (edit distance <= 1/3 of its length), or NULL. Borrowed. */
const char *nearest_name(const char *name, const char *const *known, gsize n_known);

#endif
