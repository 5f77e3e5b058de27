/* board_name.h - which boards there are, and what the name of one means. [any]; pure.
 *
 *   NAME[-PERIOD][:REGION]      "opened", "opened-week", "map:530402005", "resolved-month:530402005"
 *
 * Without a region a board is about the whole site. Those of figures take another period than their own
 * by "-day", "-week", "-month", "-year". Those of figures are Config.boards: the site's own and the
 * built-in ones.
 */
#ifndef WALLCTL_BOARD_NAME_H
#define WALLCTL_BOARD_NAME_H

#include "config/config.h"
#include "pipelines/draw_board.h"

typedef struct {
    BoardKind kind;
    const FiguresConfig *figures; /* COUNTER, RATE, FIVE, CAMPAIGN; borrowed from config */
    PeriodKind period;            /* of figures that are counted here; 0: none is */
    char *region;                 /* the site's own, or the part of it that is asked for */
    char *title;                  /* 研和街道 · 今日新增案件 */
} BoardName;

/* FALSE with WALL_ERROR_NOT_FOUND, in Chinese, too. config->words is there. */
gboolean board_name_parse(const char *text, const Config *config, BoardName *name, GError **error);
void board_name_clear(BoardName *name);

const char *board_kind_word(BoardKind kind); /* "funnel" ... of those that have a name; borrowed */

/* {"boards":[{"name","title","kind","regions","periods"}]}: what consoles offer. regions: takes
 * ":REGION"; periods: takes "-PERIOD". is_part: only those that there are of a part of the site. Caller owns. */
Json *board_names_json(const Config *config, gboolean is_part);

#endif
