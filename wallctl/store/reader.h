/* reader.h - reads beside the writer: a second connection with its own thread and queue.
 *
 * A list or a count sees the newest commit and waits neither for a batch that is being written nor
 * for the disk's fsync. When the writer has put another file at the path (store.h) the reader follows
 * it. Nothing can be written through it. */
#ifndef WALLCTL_STORE_READER_H
#define WALLCTL_STORE_READER_H

#include "wallctl/store/store.h"

typedef struct Reader Reader;

#define READER_MAX_WAITING 256

/* [reader] Inside one read transaction: all that the job reads is of one moment. */
typedef gboolean (*ReaderFunc)(sqlite3 *db, gpointer data, GError **error);

/* [control] After store_open() of the same file. ":memory:" cannot be read beside. */
Reader *reader_open(const char *path, GError **error);

/* [control] Before store_close(). Jobs that wait are answered with WALL_ERROR_UNAVAILABLE, by post. */
void reader_close(Reader *reader);

/* [control] done (may be NULL) always runs, on [control] and never inside the call; free_data (may be
 * NULL) after it. Errors: WALL_ERROR_LIMIT when READER_MAX_WAITING jobs wait, UNAVAILABLE when the
 * file cannot be read now. */
void reader_submit(Reader *reader, ReaderFunc func, gpointer data, GDestroyNotify free_data,
                   StoreDone done, gpointer user);

#endif
