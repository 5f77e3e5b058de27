/* test_exposition.c - what Prometheus reads, letter by letter */
#include "wallctl/base/exposition.h"

#include <locale.h>
#include <math.h>

static void expect(Exposition *exposition, const char *text)
{
    g_assert_cmpstr(exposition->text->str, ==, text);
    g_string_free(exposition->text, TRUE);
}

static void values(void)
{
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { 1, "1" },
        { -1, "-1" },
        { 0.25, "0.25" },
        { 1e15 - 1, "999999999999999" },
        { 1.5e-7, "1.5e-07" },
        { NAN, "NaN" },
        { INFINITY, "+Inf" },
        { -INFINITY, "-Inf" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Exposition exposition = { .text = g_string_new(NULL) };
        exposition_one(&exposition, "a", EXPOSE_GAUGE, "Help.", rows[i].value);
        g_autofree char *wanted =
            g_strdup_printf("# HELP a Help.\n# TYPE a gauge\na %s\n", rows[i].text);
        expect(&exposition, wanted);
    }
}

/* A site in a locale with decimal commas has the same points. */
static void locale(void)
{
    g_autofree char *before = g_strdup(setlocale(LC_NUMERIC, NULL));
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        g_test_message("no locale with decimal commas here");
    values();
    setlocale(LC_NUMERIC, before);
}

static void labels(void)
{
    static const struct {
        const char *value, *text;
    } rows[] = {
        { "cam-1", "cam-1" }, { "", "" },     { "a\"b", "a\\\"b" },       { "a\\b", "a\\\\b" },
        { "a\nb", "a\\nb" },  { "云", "云" }, { "\xff", "\xef\xbf\xbd" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Exposition exposition = { .text = g_string_new(NULL) };
        exposition_family(&exposition, "a_total", EXPOSE_COUNTER, "Help.");
        exposition_add(&exposition, 2, "x", rows[i].value, "y", "z", NULL);
        g_autofree char *wanted = g_strdup_printf(
            "# HELP a_total Help.\n# TYPE a_total counter\na_total{x=\"%s\",y=\"z\"} 2\n",
            rows[i].text);
        expect(&exposition, wanted);
    }
}

static void histogram(void)
{
    static const double bounds[] = { 0.005, 1 };
    static const guint64 counts[] = { 3, 0, 4 };
    Exposition exposition = { .text = g_string_new(NULL) };
    exposition_family(&exposition, "t", EXPOSE_HISTOGRAM, "Help.");
    exposition_histogram(&exposition, bounds, counts, 2, 12.5);
    expect(&exposition, "# HELP t Help.\n# TYPE t histogram\nt_bucket{le=\"0.005\"} 3\n"
                        "t_bucket{le=\"1\"} 3\nt_bucket{le=\"+Inf\"} 7\nt_sum 12.5\nt_count 7\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exposition/values", values);
    g_test_add_func("/exposition/locale", locale);
    g_test_add_func("/exposition/labels", labels);
    g_test_add_func("/exposition/histogram", histogram);
    return g_test_run();
}
