/* board_reading.h - the figures of one board: what is read of the database, and the value that is
 * drawn of it. */
#ifndef WALLCTL_BOARD_READING_H
#define WALLCTL_BOARD_READING_H

#include "wallctl/board_name.h"
#include "wallctl/store/case_query.h"

#define BOARD_ROWS    24
#define BOARD_PLACES  200
#define BOARD_HISTORY 14 /* days */

typedef struct {
    BoardName name;
    gint32 today;
    guint digits; /* of the regions on a map, in a campaign */
    guint64 by_state[CASE_LAST + 1];
    gint64 opened, usual; /* today; mean of the days of the history before it */
    GPtrArray *items;     /* RollupItem: categories of today, or open cases by region */
    CasePage *urgent;
    gint64 n_urgent;
    /* Of figures, an item each: in the period, and in what it is compared with. */
    gint64 values[FIGURE_ITEMS], before[FIGURE_ITEMS];
    gboolean has_before;
    gint64 week_ago, month_ago; /* of a counter of a day */
    gint64 history[BOARD_HISTORY];
    GPtrArray *done, *all; /* RollupItem: of a campaign, by region; thousandths */
} BoardReading;

/* Takes name. day: calendar_day(). */
BoardReading *board_reading_new(BoardName name, gint32 day);
void board_reading_free(BoardReading *reading);

/* [reader] All of one board. */
gboolean board_read(sqlite3 *db, BoardReading *reading, GError **error);

/* Sum of the metrics of an item in a period; figures of platforms: the newest of the period's last
 * day or before. *has_any (may be NULL): there is a figure at all. */
gboolean board_read_item(sqlite3 *db, const FigureItem *item, const char *region, Period period,
                         gint64 *value, gboolean *has_any, GError **error);

/* What a board draws from: texts live in the chunk. */
typedef struct {
    BoardSpec spec;
    GStringChunk *texts;
    NamedCount counts[VOCABULARY_MAX_STAGES + BOARD_ROWS];
    DeadlineRow deadlines[BOARD_ROWS];
    SourceRow sources[BOARD_ROWS];
    MapPlace places[BOARD_PLACES];
    CampaignRow campaign[BOARD_PLACES];
    guint64 history[BOARD_HISTORY];
} BoardData;

/* as_of_ms 0: no time. Caller owns. */
BoardData *board_data_new(BoardKind kind, const char *title, gint64 as_of_ms);
void board_data_free(gpointer data);
const char *board_data_keep(BoardData *data, const char *text); /* a copy that lives as long */

/* BoardDraw of a BoardData. [worker] */
Bitmap *board_data_draw(gconstpointer data, int width, int height, int screen_height);

/* All kinds that come from the database. [control] Caller owns. */
BoardData *board_data_of(const BoardReading *reading, const Config *config, gint64 now_ms);

#endif
