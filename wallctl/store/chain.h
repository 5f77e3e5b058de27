/* chain.h - the log of what was recorded about cases, and when: append-only, each row sealed with the
 * hash of the one before
 *
 * Row n holds SHA-256(hash of row n-1, all its columns); the head's hash and number stand apart, so a
 * row that is altered, deleted, inserted, moved or cut off at the end is found. Who can write the file
 * and knows all this can write a chain anew: that is found by a head that was kept elsewhere. Each
 * nightly report tells the head of its time, to the log and to whoever listens; chain_holds() says
 * whether it is still in the chain. Triggers refuse UPDATE and DELETE; retention moves the base first.
 */
#ifndef WALLCTL_STORE_CHAIN_H
#define WALLCTL_STORE_CHAIN_H

#include "wallctl/model/case.h"

#include <sqlite3.h>

#define CHAIN_HASH_BYTES 32

typedef struct {
    const char *case_code;
    gint64 event_seq;      /* in the inbox */
    const char *from, *to; /* words of the states */
    const char *action;    /* word of the event's type, or "reordered": a late event changed it */
    gint64 at_ms, recorded_ms;
    const char *doc_no; /* "" if none */
} ChainRow;

/* The end of the chain, held while a transaction appends. */
typedef struct {
    gint64 seq;
    guint8 hash[CHAIN_HASH_BYTES];
} ChainEnd;

/* [any] "1234:" and the hash in hex: how reports say an end. Caller frees; NULL if it is none (seq < 0). */
char *chain_end_dup_text(const ChainEnd *end);
gboolean chain_end_parse(const char *text, ChainEnd *end); /* FALSE: it is no such text */

/* [store] Reads the head; appends, with the number that follows; writes the head back. */
gboolean chain_begin(sqlite3 *db, ChainEnd *head, GError **error);
gboolean chain_append(sqlite3 *db, ChainEnd *head, const ChainRow *row, GError **error);
gboolean chain_commit(sqlite3 *db, const ChainEnd *head, GError **error);

/* [store] or [reader] FALSE without an error if the chain is broken: *broken_seq is the first number
 * that does not hold, *why says what is wrong (borrowed). */
gboolean chain_verify(sqlite3 *db, gint64 *broken_seq, const char **why, GError **error);

/* [store] or [reader] Is the end that was the head once still in the chain? For a chain that
 * chain_verify() has found whole. FALSE without an error if it is not, *why says what is wrong (borrowed);
 * also if retention has deleted that row, so that nothing can be said. */
gboolean chain_holds(sqlite3 *db, const ChainEnd *known, const char **why, GError **error);

/* [store] Deletes the rows up to upto_seq for retention; the chain begins behind them. */
gboolean chain_cut(sqlite3 *db, gint64 upto_seq, GError **error);

#endif
