/* briefing_paper.h - a frozen briefing: its figures, its boards, its papers.
 *
 * One JSON value is all that a briefing is: what the wall shows, the CSV and the printable page are
 * made of it and of nothing else, so they say the same for ever.
 *
 *   id config name kind wall period compared site made_ms until_ms scheduled
 *   figures [{name, value, whole?, unit?, before?, before_whole?}]  stages five places [...]
 */
#ifndef WALLCTL_BRIEFING_PAPER_H
#define WALLCTL_BRIEFING_PAPER_H

#include "wallctl/board_reading.h"

/* [reader] Fills figures, stages, five and places of the period into paper, all of one moment. */
gboolean briefing_paper_read(sqlite3 *db, Json *paper, const Config *config, PeriodKind kind,
                             gint32 last_day, gint64 now_ms, GError **error);

/* Boards of a briefing: "", ":funnel", ":five", ":map" behind "briefing:ID". */
#define BRIEFING_BOARDS 4
extern const char *const briefing_board_parts[BRIEFING_BOARDS];
BoardData *briefing_paper_board(Json *paper, guint part); /* [control] caller owns */

/* UTF-8 with a byte order mark for spreadsheets; no cell begins like a formula. Caller frees. */
char *briefing_paper_csv(Json *paper);

/* A page that prints on A4, without anything from elsewhere. Caller frees. */
char *briefing_paper_html(Json *paper);

#endif
