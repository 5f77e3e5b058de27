/* test_presence.c - when a camera counts as gone, and as back: ten seconds without it, three with it */
#include "wallctl/model/presence.h"

#include <stdlib.h>
#include <string.h>

/* A script of a second a letter, + live, - without a picture, . nobody looks; and what is told in
 * each second: O online, X offline, a blank nothing. */
static const struct {
    const char *name, *seen, *told;
} rows[] = {
    { "comes", "++++++", "   O  " },
    { "never-looked-at", "......", "      " },
    { "never-there", "-------------", "          X  " },
    { "goes", "++++-----------", "   O          X" },
    { "flickers", "++++----+----+----", "   O              " },
    { "comes-back", "----------------++++++", "          X        O  " },
    { "back-for-a-moment", "-----------++--------++++", "          X             O" },
    { "nobody-looks-meanwhile", "++++...++++", "   O       " },
    { "gone-while-nobody-looked", "++++...-----------", "   O             X" },
    { "told-once", "-----------------------------", "          X                  " },
};

static void test_row(gconstpointer data)
{
    gsize row = GPOINTER_TO_SIZE(data);
    Presence presence = { 0 };
    g_autoptr(GString) told = g_string_new(NULL);
    for (gsize i = 0; rows[row].seen[i]; i++) {
        char c = rows[row].seen[i];
        presence_see(&presence,
                     c == '+'   ? PRESENCE_ONLINE
                     : c == '-' ? PRESENCE_OFFLINE
                                : PRESENCE_UNKNOWN,
                     (gint64)i);
        PresenceState state = presence_tell(&presence, (gint64)i, 10, 3);
        g_string_append_c(told, " OX"[state]);
    }
    g_assert_cmpstr(told->str, ==, rows[row].told);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/presence/%s", rows[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
