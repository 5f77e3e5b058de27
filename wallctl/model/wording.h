/* wording.h - numbers and times as people in a command room read them aloud. Pure. [any]
 *
 * A countdown never promises more than is left and never hides that a time has passed, so both sides
 * are cut down to whole units: 2 days 4 hours 59 minutes left is "剩 2 天 4 小时", one second over is
 * "超时不足 1 分". Shares are rounded half up from the two counts themselves, never from a rounded
 * share: 708 of 712 is "99.44 %". Callers free what they get.
 */
#ifndef WALLCTL_MODEL_WORDING_H
#define WALLCTL_MODEL_WORDING_H

#include <glib.h>

/* Time until a deadline; negative: past it. The two largest units. */
char *wording_countdown(gint64 left_ms);

/* A running clock for minutes that count: "03:25", "1:03:25"; the sign is left to the caller. */
char *wording_clock(gint64 ms);

/* How long, its largest unit: "3 秒", "4 分", "2 小时", "3 天"; "0 秒" for what has not been. */
char *wording_span(gint64 ms);

/* How long ago: "刚刚" below a second, else "3 秒前" ... */
char *wording_age(gint64 ms);

/* "8,742": groups of three from 1,000 on. */
char *wording_count(guint64 count);

/* "▲12", "▼5", "持平". */
char *wording_change(guint64 now, guint64 before);

/* Hundredths of a percent, half up: 708 of 712 is 9944. 0 when whole is 0. */
guint64 wording_basis_points(guint64 part, guint64 whole);

/* "99.44 %"; "100 %" only when all of it is there; "—" when there is nothing to divide by. */
char *wording_rate(guint64 part, guint64 whole);

/* Between two rates in basis points: "▲0.32 个百分点", "▼…", "持平". */
char *wording_rate_change(guint64 now, guint64 before);

/* Reports that came in a flood: "10 分钟内 14 起". */
char *wording_flood(guint minutes, guint count);

/* Where they come from, most first as given: "研和街道 6 起 · 春和街道 4 起"; parts without a count
 * are left out. */
typedef struct {
    const char *name;
    guint count;
} WordingPart;
char *wording_parts(const WordingPart *parts, guint n);

#endif
