/* test_faults.c - faults are collected, bounded and printed with their place; names are guessed
 * with care */
#include "wallctl/base/faults.h"

#include <string.h>

static void test_lines(void)
{
    g_autoptr(Faults) faults = faults_new("wallctl.json", 10);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    g_assert_null(faults_get(faults, 0));
    g_autofree char *none = faults_dup_text(faults);
    g_assert_cmpstr(none, ==, "");
    faults_add(faults, "feeds[3].stall_ms", "%d is out of range; accepted: %d to %d", 50, 200,
               60000);
    faults_add(faults, "", "is empty");
    g_assert_cmpuint(faults_count(faults), ==, 2);
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "wallctl.json: feeds[3].stall_ms: 50 is out of range; accepted: 200 to 60000");
    g_assert_cmpstr(faults_get(faults, 1), ==, "wallctl.json: is empty");
    g_assert_null(faults_get(faults, 2));
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==,
                    "wallctl.json: feeds[3].stall_ms: 50 is out of range; accepted: 200 to 60000\n"
                    "wallctl.json: is empty\n");
    faults_free(NULL);
}

/* What was cut within a letter is still UTF-8: it goes into answers. */
static void test_cut(void)
{
    g_autoptr(Faults) faults = faults_new("t", 2);
    faults_add(faults, "region", "'%.5s' is no code", "红塔区");
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "t: region: '红\xef\xbf\xbd\xef\xbf\xbd' is no code");
}

static void test_limit(void)
{
    g_autoptr(Faults) faults = faults_new("t", 2);
    for (guint i = 0; i < 1000; i++)
        faults_add(faults, "row", "%u", i);
    g_assert_cmpuint(faults_count(faults), ==, 1000);
    g_assert_null(faults_get(faults, 2));
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "t: row: 0\nt: row: 1\nt: and 998 more\n");
}

static void test_has(void)
{
    g_autoptr(Faults) faults = faults_new("t: 1", 3);
    const char *const places[] = { "tours[0].days[1]", "cameras", "row 3, column main", "late" };
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        faults_add(faults, places[i], "is refused: tours");
    static const struct {
        const char *place;
        gboolean has;
    } cases[] = {
        { "tours", TRUE },       { "tours[0]", TRUE },  { "tours[0].days", TRUE },
        { "cameras", TRUE },     { "row 3", TRUE },     { "row 3, column main", TRUE },
        { "tours[0].d", FALSE }, { "tours[1]", FALSE }, { "camera", FALSE },
        { "cameras[0]", FALSE }, { "late", FALSE }, /* it was only counted */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].place);
        g_assert_cmpint(faults_has(faults, cases[i].place), ==, cases[i].has);
    }
}

typedef struct {
    const char *name, *expected;
} NearestCase;

static const NearestCase cases[] = {
    { "stall_ms", "stall_ms" },
    { "stal_ms", "stall_ms" },
    { "stall-ms", "stall_ms" },
    { "stallms", "stall_ms" },
    { "STALL_MS", NULL },
    { "latency", NULL },
    { "latency_m", "latency_ms" },
    { "latency_mss", "latency_ms" },
    { "naem", NULL },
    { "nam", "name" },
    { "names", "name" },
    { "bitrate", NULL },
    { "", NULL },
    { "名字", NULL },
    { "分辩率", "分辨率" },
};

static void test_nearest(void)
{
    static const char *const known[] = { "name", "stall_ms", "latency_ms", "分辨率" };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].name);
        g_assert_cmpstr(nearest_name(cases[i].name, known, G_N_ELEMENTS(known)), ==,
                        cases[i].expected);
    }
    g_assert_null(nearest_name("name", known, 0));
    g_autofree char *long_name = g_strnfill(100000, 'a');
    g_assert_null(nearest_name(long_name, known, G_N_ELEMENTS(known)));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/faults/lines", test_lines);
    g_test_add_func("/faults/cut", test_cut);
    g_test_add_func("/faults/limit", test_limit);
    g_test_add_func("/faults/has", test_has);
    g_test_add_func("/faults/nearest", test_nearest);
    return g_test_run();
}
