/* draw_case.h - one case on the wall: its card and the roster of a whistle. [worker]; pure: same
 * value in, same pixels out.
 *
 * Type sizes and texts as for boards (draw_board.h); all pointers are borrowed for the call. A card
 * names offices and duty titles, never a citizen and never a free text.
 */
#ifndef WALLCTL_PIPELINES_DRAW_CASE_H
#define WALLCTL_PIPELINES_DRAW_CASE_H

#include "pipelines/draw_chart.h"
#include "pipelines/frame.h"
#include "wallctl/model/scene.h"
#include "wallctl/model/whistle.h"

typedef enum { RISK_NONE = 1, RISK_LOW, RISK_MID, RISK_HIGH } Risk; /* of the case: 低 中 高 */

/* Left out when the tile is small: the contact, the owner, the lead, the stages' names, the QR code, the
 * stage path. Severity, code, subject and countdown stay. A telephone number is whole or left out. */
typedef struct {
    int width, height, screen_height; /* about 26 x 30 % of a screen, or any even size */
    const char *code;                 /* 一案一码 */
    const char *category, *region;
    gboolean is_sensitive; /* the category alone: neither region nor offices */
    Severity severity;
    Risk risk;
    const char *badge;         /* "督办", "吹哨", or NULL */
    const char *const *stages; /* in the site's vocabulary */
    guint n_stages, present;
    const char *term; /* "办结"; NULL: no clock runs */
    Countdown countdown;
    const char *lead_org;        /* or NULL */
    const char *owner_title;     /* duty title of the leader in charge (包保), or NULL */
    const char *contact, *phone; /* the office to call and its number, or NULL */
} CardSpec;
Bitmap *draw_card(const CardSpec *spec); /* NULL if a size is odd or < 2 */

typedef struct {
    const char *org;
    WhistleState state;
    const char *acknowledged_at, *arrived_at; /* "15:04", or NULL */
    gint64
        clock_ms; /* until the next of the two is due, over it when missed, or how long it took */
    gboolean is_untimed; /* no clock runs for it: clock_ms is not looked at */
} RosterRow;

/* Who was called (吹哨报到). Rows as given while all fit, else those that are missing first. Left out:
 * the subject, the times, then the last rows. */
typedef struct {
    int width, height, screen_height;
    const char *title;   /* "研和街道 吹哨" */
    const char *subject; /* "劳动争议 · 研和街道", or NULL */
    const RosterRow *rows;
    guint n;
    gboolean is_dim; /* the other state of the pulse of those who are missing */
} RosterSpec;
Bitmap *draw_roster(const RosterSpec *spec); /* NULL if a size is odd or < 2 */

#endif
