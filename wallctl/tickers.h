/* tickers.h - the line that runs along the foot of each wall (滚动字幕), as an operator wrote it.
 * [control]
 *
 * It is on glass until it is taken away, also after a restart. A text in which something looks like a
 * citizen's data (model/privacy.h) is refused, and never repeated.
 */
#ifndef WALLCTL_TICKERS_H
#define WALLCTL_TICKERS_H

#include "wallctl/store/store.h"

#define TICKER_MAX_CHARS 200

typedef struct Tickers Tickers;

/* With those that were kept; NULL with an error. changed: a line has. */
Tickers *tickers_new(Store *store, void (*changed)(gpointer user), gpointer user, GError **error);
void tickers_free(Tickers *tickers);

/* text "" takes it away. FALSE with WALL_ERROR_INVALID. */
gboolean tickers_set(Tickers *tickers, const char *wall, const char *text, GError **error);

const char *tickers_get(const Tickers *tickers, const char *wall); /* borrowed; NULL: none */

#endif
