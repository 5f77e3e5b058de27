/* exposition.c - metrics as Prometheus reads them */
#include "wallctl/base/exposition.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void exposition_family(Exposition *exposition, const char *name, ExpositionKind kind,
                       const char *help)
{
    static const char *const words[] = { "", "gauge", "counter", "histogram" };
    exposition->family = name;
    g_string_append_printf(exposition->text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
                           words[kind]);
}

static void add_escaped(GString *text, const char *value)
{
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    for (const char *c = valid; *c; c++) {
        if (*c == '\\' || *c == '"')
            g_string_append_c(text, '\\');
        if (*c == '\n')
            g_string_append(text, "\\n");
        else
            g_string_append_c(text, *c);
    }
}

/* The same digits in every locale; whole numbers are written as such. */
static void add_value(GString *text, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];
    if (isnan(value))
        g_string_append(text, " NaN\n");
    else if (isinf(value))
        g_string_append(text, value > 0 ? " +Inf\n" : " -Inf\n");
    else
        g_string_append_printf(text, " %s\n",
                               g_ascii_formatd(buffer, sizeof buffer, "%.15g", value));
}

void exposition_add(Exposition *exposition, double value, ...)
{
    GString *text = exposition->text;
    g_string_append(text, exposition->family);
    va_list pairs;
    va_start(pairs, value);
    const char *label = va_arg(pairs, const char *);
    gboolean has_labels = label != NULL;
    for (char before = '{'; label; before = ',', label = va_arg(pairs, const char *)) {
        g_string_append_printf(text, "%c%s=\"", before, label);
        add_escaped(text, va_arg(pairs, const char *));
        g_string_append_c(text, '"');
    }
    va_end(pairs);
    if (has_labels)
        g_string_append_c(text, '}');
    add_value(text, value);
}

void exposition_one(Exposition *exposition, const char *name, ExpositionKind kind, const char *help,
                    double value)
{
    exposition_family(exposition, name, kind, help);
    exposition_add(exposition, value, NULL);
}

void exposition_histogram(Exposition *exposition, const double *bounds, const guint64 *counts,
                          guint n, double sum)
{
    GString *text = exposition->text;
    guint64 so_far = 0;
    for (guint i = 0; i <= n; i++) {
        char bound[G_ASCII_DTOSTR_BUF_SIZE] = "+Inf";
        if (i < n)
            g_ascii_formatd(bound, sizeof bound, "%g", bounds[i]);
        so_far += counts[i];
        g_string_append_printf(text, "%s_bucket{le=\"%s\"}", exposition->family, bound);
        add_value(text, (double)so_far);
    }
    g_string_append_printf(text, "%s_sum", exposition->family);
    add_value(text, sum);
    g_string_append_printf(text, "%s_count", exposition->family);
    add_value(text, (double)so_far);
}
