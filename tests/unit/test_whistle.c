/* test_whistle.c - the clocks of a whistle: a table of who answered and came when */
#include "wallctl/model/whistle.h"

#define RAISED 1000
#define ACK    (RAISED + 600)
#define ARRIVE (RAISED + 1800)

static const struct {
    const char *name;
    WhistleClocks clocks;
    gint64 acked, arrived, now;
    WhistleState state;
    gint64 clock;
    gboolean ack_missed, arrival_missed;
} rows[] = {
    { "called", { RAISED, ACK, ARRIVE }, 0, 0, RAISED + 1, WHISTLE_CALLED, 599, 0, 0 },
    { "on-the-dot", { RAISED, ACK, ARRIVE }, 0, 0, ACK, WHISTLE_CALLED, 0, 0, 0 },
    { "no-answer", { RAISED, ACK, ARRIVE }, 0, 0, ACK + 5, WHISTLE_MISSED_ACK, -5, 1, 0 },
    { "no-answer-nobody-there",
      { RAISED, ACK, ARRIVE },
      0,
      0,
      ARRIVE + 7,
      WHISTLE_MISSED_ARRIVAL,
      -7,
      1,
      1 },
    { "answered",
      { RAISED, ACK, ARRIVE },
      RAISED + 10,
      0,
      RAISED + 20,
      WHISTLE_ACKNOWLEDGED,
      1780,
      0,
      0 },
    { "answered-late",
      { RAISED, ACK, ARRIVE },
      ACK + 10,
      0,
      ACK + 20,
      WHISTLE_ACKNOWLEDGED,
      1180,
      0,
      0 },
    { "answered-not-there",
      { RAISED, ACK, ARRIVE },
      ACK - 1,
      0,
      ARRIVE + 1,
      WHISTLE_MISSED_ARRIVAL,
      -1,
      0,
      1 },
    { "there",
      { RAISED, ACK, ARRIVE },
      RAISED + 10,
      RAISED + 700,
      ARRIVE + 9,
      WHISTLE_ARRIVED,
      700,
      0,
      0 },
    { "there-without-a-word",
      { RAISED, ACK, ARRIVE },
      0,
      RAISED + 700,
      ARRIVE + 9,
      WHISTLE_ARRIVED,
      700,
      0,
      0 },
    { "there-late",
      { RAISED, ACK, ARRIVE },
      0,
      ARRIVE + 3,
      ARRIVE + 9,
      WHISTLE_ARRIVED,
      1803,
      0,
      0 },
    { "there-before-the-call",
      { RAISED, ACK, ARRIVE },
      0,
      RAISED - 5,
      RAISED,
      WHISTLE_ARRIVED,
      0,
      0,
      0 },
    { "only-arrival", { RAISED, 0, ARRIVE }, 0, 0, RAISED, WHISTLE_CALLED, 1800, 0, 0 },
    { "only-arrival-missed",
      { RAISED, 0, ARRIVE },
      0,
      0,
      ARRIVE + 1,
      WHISTLE_MISSED_ARRIVAL,
      -1,
      0,
      1 },
    { "only-answer", { RAISED, ACK, 0 }, RAISED + 1, 0, ARRIVE, WHISTLE_ACKNOWLEDGED, 0, 0, 0 },
    { "no-clocks", { RAISED, 0, 0 }, 0, 0, ARRIVE, WHISTLE_CALLED, 0, 0, 0 },
};

static void test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    gint64 clock_ms = -99;
    g_assert_cmpint(
        whistle_state(&rows[i].clocks, rows[i].acked, rows[i].arrived, rows[i].now, &clock_ms), ==,
        rows[i].state);
    g_assert_cmpint(clock_ms, ==, rows[i].clock);
    WhistleMissed missed =
        whistle_missed(&rows[i].clocks, rows[i].acked, rows[i].arrived, rows[i].now);
    g_assert_cmpint(missed.ack, ==, rows[i].ack_missed);
    g_assert_cmpint(missed.arrival, ==, rows[i].arrival_missed);
    g_assert_cmpint(whistle_is_missing(rows[i].state), ==, missed.ack || missed.arrival);
}

static void test_words(void)
{
    for (guint a = 1; a <= WHISTLE_LAST; a++) {
        for (guint b = 1; b < a; b++)
            g_assert_cmpstr(whistle_state_word(a), !=, whistle_state_word(b));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/whistle/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/whistle/words", test_words);
    return g_test_run();
}
