/* chunks.c - long work on the database in short jobs */
#include "wallctl/store/chunks.h"

#include "wallctl/base/error.h"
#include "wallctl/store/record.h"

#define LIFE "chunks"

/* Outlives the store for those whose last chunk is answered after store_close(). [control] */
typedef struct {
    guint refs;
    Store *store; /* NULL: closed */
} Life;

typedef struct {
    Life *life;
    ChunkFunc func;
    gpointer data;
    GDestroyNotify free_data;
    StoreDone done;
    gpointer user;
    gboolean is_over, truncates_log;
} Chunks;

static void unref_life(Life *life)
{
    if (--life->refs == 0)
        g_free(life);
}

static void end_life(gpointer data)
{
    Life *life = data;
    life->store = NULL;
    unref_life(life);
}

static Life *ref_life(Store *store)
{
    Life *life = store_get_memory(store, LIFE);
    if (!life) {
        life = g_new(Life, 1);
        *life = (Life) { 1, store };
        store_set_memory(store, LIFE, life, end_life);
    }
    life->refs++;
    return life;
}

static void finish(Chunks *chunks, const GError *error)
{
    if (chunks->done)
        chunks->done(chunks->data, error, chunks->user);
    if (chunks->free_data)
        chunks->free_data(chunks->data);
    unref_life(chunks->life);
    g_free(chunks);
}

static gboolean run_chunk(sqlite3 *db, gpointer data, GError **error)
{
    Chunks *chunks = data;
    return chunks->func(db, chunks->data, &chunks->is_over, error);
}

static void tell_truncated(gpointer data, const GError *error, gpointer user)
{
    finish(user, error);
}

/* A store that is closed has emptied its log already. */
static void end(Chunks *chunks)
{
    g_autoptr(GError) error = NULL;
    if (chunks->truncates_log && chunks->life->store) {
        if (store_truncate_log(chunks->life->store, tell_truncated, chunks, &error))
            return;
    }
    finish(chunks, error);
}

static void go_on(gpointer data, const GError *error, gpointer user)
{
    Chunks *chunks = user; /* data is NULL when the queue was full */
    g_autoptr(GError) closed = NULL;
    if (!error && chunks->is_over) {
        end(chunks);
    } else if (!error && chunks->life->store) {
        record_submit(chunks->life->store, NULL, run_chunk, chunks, NULL, go_on, chunks);
    } else {
        closed = g_error_new(WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the store was closed");
        finish(chunks, error ? error : closed);
    }
}

void chunks_run(Store *store, ChunkFunc func, gpointer data, gboolean truncates_log,
                GDestroyNotify free_data, StoreDone done, gpointer user)
{
    Chunks *chunks = g_new(Chunks, 1);
    *chunks = (Chunks) { .life = ref_life(store),
                         .func = func,
                         .data = data,
                         .free_data = free_data,
                         .done = done,
                         .user = user,
                         .truncates_log = truncates_log };
    record_submit(store, NULL, run_chunk, chunks, NULL, go_on, chunks);
}
