/* board_book.h - what the boards say now: the newest value of each, by name. [control]
 *
 * A tile whose source is "board:NAME" shows the board of that name instead of a camera. Whoever
 * makes boards puts a value here when it changes; tiles draw it at their size on a [worker], once a
 * change. A value is immutable and counted, so a drawing under way keeps its own.
 *
 * Boards have a worker of their own: a map takes many times as long as a line of text, and no alarm
 * and no "why is this tile dark" waits for one.
 */
#ifndef WALLCTL_PIPELINES_BOARD_BOOK_H
#define WALLCTL_PIPELINES_BOARD_BOOK_H

#include "pipelines/frame.h"
#include "wallctl/base/work.h"

#include <glib.h>

#define BOARD_PREFIX "board:"

/* [worker] Draws data for a tile; pure. NULL if the size is odd or < 2. */
typedef Bitmap *(*BoardDraw)(gconstpointer data, int width, int height, int screen_height);

typedef struct BoardPage BoardPage; /* counted */

BoardPage *board_page_ref(BoardPage *page);
void board_page_unref(BoardPage *page); /* [any] */
Bitmap *board_page_draw(const BoardPage *page, int width, int height, int screen_height);
guint64 board_page_serial(const BoardPage *page); /* differs from that of every other page */
const char *board_page_title(const BoardPage *page);
const char *board_page_region(const BoardPage *page); /* of what it tells; "": not known */

typedef struct BoardBook BoardBook;

BoardBook *board_book_new(void);
void board_book_free(BoardBook *book); /* waits for a drawing under way, drops the others */

/* One thread: drawing keeps its order. Lives as long as the book. */
WorkPool *board_book_draw(BoardBook *book);

gboolean board_book_is_board(const char *source); /* does it say "board:"? NULL: no */

/* title: what consoles call it; region: of what it tells, NULL: not known. Takes data; free_data runs on
 * whichever thread lets go last. */
void board_book_put(BoardBook *book, const char *name, const char *title, const char *region,
                    BoardDraw draw, gpointer data, GDestroyNotify free_data);

/* Makes boards when they are first asked for: puts a page for name and returns TRUE, or FALSE with an
 * error that says what is wrong with the name. */
typedef gboolean (*BoardMaker)(const char *name, gpointer user, GError **error);

/* Asked for names that begin with prefix; the longest prefix decides. maker NULL: no more. */
void board_book_set_maker(BoardBook *book, const char *prefix, BoardMaker maker, gpointer user);

/* source: "board:NAME". NULL: it is none, or there is no such board and nobody makes it. Borrowed
 * until the next put. */
BoardPage *board_book_find(BoardBook *book, const char *source);

/* FALSE with WALL_ERROR_NOT_FOUND and what is wrong with the name. */
gboolean board_book_check(BoardBook *book, const char *source, GError **error);

/* Has a tile asked for it within span_ns? Tiles ask whenever any board changes. */
gboolean board_book_is_asked(const BoardBook *book, const char *name, gint64 span_ns);
void board_book_drop(BoardBook *book, const char *name);

/* Called after every put. */
typedef void (*BoardChanged)(gpointer user);
guint board_book_listen(BoardBook *book, BoardChanged changed, gpointer user);
void board_book_unlisten(BoardBook *book, guint id);

#endif
