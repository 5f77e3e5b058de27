/* test_pin.c - the number that ends visitor mode: which ones are accepted, and the waits after wrong ones */
#include "wallctl/base/error.h"
#include "wallctl/model/pin.h"

#include <string.h>

static void test_accepted(void)
{
    static const struct {
        const char *pin;
        gboolean is_good;
    } rows[] = {
        { "730158", TRUE },   { "802617359041", TRUE },   { "123457", TRUE },
        { "112233", TRUE },   { "90817", FALSE },         { "", FALSE },
        { "12345a", FALSE },  { "７30158", FALSE },       { " 730158", FALSE },
        { "-730158", FALSE }, { "123456", FALSE },        { "234567890", TRUE },
        { "987654", FALSE },  { "000000", FALSE },        { "121212", FALSE },
        { "123123", FALSE },  { "8026173590412", FALSE },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", rows[i].pin);
        g_assert_cmpint(pin_check(rows[i].pin, &error), ==, rows[i].is_good);
        if (rows[i].is_good)
            continue;
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_assert_nonnull(wall_error_zh(error));
        g_assert_true(!*rows[i].pin || !strstr(error->message, rows[i].pin));
    }
}

static void test_waits(void)
{
    static const guint waits[] = { 0, 0, 0, 5, 15, 300, 600, 1800, 3600, 3600 };
    for (guint i = 0; i < G_N_ELEMENTS(waits); i++)
        g_assert_cmpuint(pin_wait_s(i), ==, waits[i]);
    g_assert_cmpuint(pin_wait_s(G_MAXUINT), ==, 3600);
    /* Whoever tries for a day. */
    guint tries = 0;
    for (guint64 s = 0; s < 24 * 3600; s += pin_wait_s(++tries))
        continue;
    g_assert_cmpuint(tries, <=, 35);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pin/accepted", test_accepted);
    g_test_add_func("/pin/waits", test_waits);
    return g_test_run();
}
