/* whistle.h - the clocks of a whistle (吹哨报到): who was called, who has answered, who is missing.
 * Pure. [any]
 *
 * Everybody who is called has two clocks from the moment of the call: to answer (响应) and to be there
 * (到达). A clock that was missed stays missed until the office answers or comes, late as it may be.
 */
#ifndef WALLCTL_MODEL_WHISTLE_H
#define WALLCTL_MODEL_WHISTLE_H

#include <glib.h>

typedef enum {
    WHISTLE_CALLED = 1,     /* 待响应 */
    WHISTLE_ACKNOWLEDGED,   /* 已响应, on the way */
    WHISTLE_ARRIVED,        /* 已到达 */
    WHISTLE_MISSED_ACK,     /* 未响应, over the time */
    WHISTLE_MISSED_ARRIVAL, /* 未到达, over the time */
    WHISTLE_LAST = WHISTLE_MISSED_ARRIVAL
} WhistleState;

const char *whistle_state_word(WhistleState state); /* "called" ... borrowed */
gboolean whistle_is_missing(WhistleState state);

typedef struct {
    gint64 raised_ms, ack_due_ms, arrive_due_ms; /* Unix ms; due 0: no such clock */
} WhistleClocks;

/* The state of one who has answered and come at these times (0: not yet). *clock_ms: what is left until
 * the next of the two is due, negative when it is over, how long it took when it is there; 0 when no
 * clock runs. */
WhistleState whistle_state(const WhistleClocks *clocks, gint64 acked_ms, gint64 arrived_ms,
                           gint64 now_ms, gint64 *clock_ms);

/* Which clocks are missed now: what is told upwards, each once. */
typedef struct {
    gboolean ack, arrival;
} WhistleMissed;

WhistleMissed whistle_missed(const WhistleClocks *clocks, gint64 acked_ms, gint64 arrived_ms,
                             gint64 now_ms);

#endif
