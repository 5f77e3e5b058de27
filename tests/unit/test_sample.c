/* test_sample.c - the sample for revisits: uniform, reproducible, independent of the order */
#include "wallctl/model/sample.h"

#include <string.h>

#define NAMES 120
#define DRAWN 30

static GPtrArray *draw(guint64 seed, guint n_names, guint n, gboolean is_backwards)
{
    Sample *sample = sample_new(seed, n);
    for (guint i = 0; i < n_names; i++) {
        g_autofree char *name = g_strdup_printf("HT%u", is_backwards ? n_names - 1 - i : i);
        sample_feed(sample, name);
    }
    return sample_end(sample);
}

static void test_again(void)
{
    g_autoptr(GPtrArray) a = draw(2025, NAMES, DRAWN, FALSE), b = draw(2025, NAMES, DRAWN, TRUE);
    g_autoptr(GPtrArray) other = draw(2026, NAMES, DRAWN, FALSE);
    guint n_same = 0;
    g_assert_cmpuint(a->len, ==, DRAWN);
    for (guint i = 0; i < DRAWN; i++) {
        g_assert_cmpstr(a->pdata[i], ==, b->pdata[i]);
        n_same += strcmp(a->pdata[i], other->pdata[i]) == 0;
        for (guint k = 0; k < i; k++)
            g_assert_cmpstr(a->pdata[i], !=, a->pdata[k]);
    }
    g_assert_cmpuint(n_same, <, DRAWN);
}

static void test_few(void)
{
    g_autoptr(GPtrArray) all = draw(1, 7, DRAWN, FALSE), none = draw(1, 0, DRAWN, FALSE);
    g_autoptr(GPtrArray) zero = draw(1, 7, 0, FALSE);
    g_assert_cmpuint(all->len, ==, 7);
    g_assert_cmpuint(none->len + zero->len, ==, 0);
}

/* How often each of 120 is among 30, over 4,000 seeds: 1,000 times each is expected. */
static void test_uniform(void)
{
    const guint n_seeds = 4000;
    guint counts[NAMES] = { 0 };
    for (guint seed = 0; seed < n_seeds; seed++) {
        g_autoptr(GPtrArray) drawn = draw(seed, NAMES, DRAWN, FALSE);
        for (guint i = 0; i < drawn->len; i++)
            counts[g_ascii_strtoull((const char *)drawn->pdata[i] + 2, NULL, 10)]++;
    }
    double expected = (double)n_seeds * DRAWN / NAMES, chi = 0;
    for (guint i = 0; i < NAMES; i++)
        chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    /* Without replacement the statistic is (1 - 30/120) of chi-square with 119 degrees of freedom:
     * 0.1 % of fair draws are above 172.4 or below 75.5. */
    chi /= 1 - (double)DRAWN / NAMES;
    g_test_message("chi-square %.1f", chi);
    g_assert_cmpfloat(chi, <, 172.4);
    g_assert_cmpfloat(chi, >, 75.5);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sample/again", test_again);
    g_test_add_func("/sample/few", test_few);
    g_test_add_func("/sample/uniform", test_uniform);
    return g_test_run();
}
