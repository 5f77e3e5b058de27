/* online_store.h - how long the cameras of each region were online on each day, and what was wrong with their pictures */
#ifndef WALLCTL_STORE_ONLINE_STORE_H
#define WALLCTL_STORE_ONLINE_STORE_H

#include "wallctl/model/diagnosis.h"
#include "wallctl/store/store.h"

#define ONLINE_DAYS 90 /* kept */

/* One region on one day, in minutes of one camera: ten cameras watched for an hour are 600. */
typedef struct {
    char *region; /* code; "" for cameras without one */
    gint64 watched, online;
    gint64 faults[QUALITY_LAST + 1];
} OnlineRow;

void online_row_free(OnlineRow *row);
OnlineRow *online_row_new(const char *region); /* all 0 */

/* [control] Writes the rows (of OnlineRow, copied) as those of the day, and deletes what is older than ONLINE_DAYS. */
void online_store_save(Store *store, gint32 day, GPtrArray *rows);

/* [store] or [reader] Rows of the day by region; NULL with an error. Caller owns. */
GPtrArray *online_store_read(sqlite3 *db, gint32 day, GError **error);

#endif
