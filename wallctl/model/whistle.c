/* whistle.c - the clocks of a whistle */
#include "wallctl/model/whistle.h"

static const char *const words[WHISTLE_LAST + 1] = {
    [WHISTLE_CALLED] = "called",
    [WHISTLE_ACKNOWLEDGED] = "responded",
    [WHISTLE_ARRIVED] = "arrived",
    [WHISTLE_MISSED_ACK] = "missed-ack",
    [WHISTLE_MISSED_ARRIVAL] = "missed-arrival",
};

const char *whistle_state_word(WhistleState state)
{
    g_assert(state >= 1 && state <= WHISTLE_LAST);
    return words[state];
}

gboolean whistle_is_missing(WhistleState state)
{
    return state == WHISTLE_MISSED_ACK || state == WHISTLE_MISSED_ARRIVAL;
}

/* Whoever is there has answered. */
WhistleMissed whistle_missed(const WhistleClocks *clocks, gint64 acked_ms, gint64 arrived_ms,
                             gint64 now_ms)
{
    return (WhistleMissed) {
        .ack = clocks->ack_due_ms && now_ms > clocks->ack_due_ms && !acked_ms && !arrived_ms,
        .arrival = clocks->arrive_due_ms && now_ms > clocks->arrive_due_ms && !arrived_ms,
    };
}

WhistleState whistle_state(const WhistleClocks *clocks, gint64 acked_ms, gint64 arrived_ms,
                           gint64 now_ms, gint64 *clock_ms)
{
    WhistleMissed missed = whistle_missed(clocks, acked_ms, arrived_ms, now_ms);
    gint64 due_ms = acked_ms || missed.arrival || !clocks->ack_due_ms ? clocks->arrive_due_ms
                                                                      : clocks->ack_due_ms;
    *clock_ms = due_ms ? due_ms - now_ms : 0;
    if (arrived_ms) {
        *clock_ms = MAX(arrived_ms - clocks->raised_ms, 0);
        return WHISTLE_ARRIVED;
    }
    if (missed.arrival)
        return WHISTLE_MISSED_ARRIVAL;
    if (missed.ack)
        return WHISTLE_MISSED_ACK;
    return acked_ms ? WHISTLE_ACKNOWLEDGED : WHISTLE_CALLED;
}
