/* exposition.h - metrics as Prometheus reads them: text format 0.0.4. Pure; one thread at a time. [any]
 *
 * A family is begun once and has all its samples in one go; names, labels and help are as the format wants
 * them, values of labels are escaped. What comes out is one text that ends with a line feed.
 */
#ifndef WALLCTL_BASE_EXPOSITION_H
#define WALLCTL_BASE_EXPOSITION_H

#include <glib.h>

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

typedef enum { EXPOSE_GAUGE = 1, EXPOSE_COUNTER, EXPOSE_HISTOGRAM } ExpositionKind;

typedef struct {
    GString *text;
    const char *family; /* of the samples that follow; borrowed */
} Exposition;

/* name and help are borrowed until the next family; a counter's name ends in _total. */
void exposition_family(Exposition *exposition, const char *name, ExpositionKind kind,
                       const char *help);

/* One sample; then pairs of label and value, and NULL. A value that is no UTF-8 is made valid. */
void exposition_add(Exposition *exposition, double value, ...) G_GNUC_NULL_TERMINATED;

/* A family of one sample without labels. */
void exposition_one(Exposition *exposition, const char *name, ExpositionKind kind, const char *help,
                    double value);

/* The samples of a histogram: counts[i] is what was at most bounds[i] and more than the one before,
 * counts[n] what was more than all of them. */
void exposition_histogram(Exposition *exposition, const double *bounds, const guint64 *counts,
                          guint n, double sum);

#endif
