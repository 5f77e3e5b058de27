/* test_chain.c - the sealed log: nothing of it is altered, left out, put in or made anew unseen */
#include "case_rig.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/chain.h"
#include "wallctl/store/sql.h"

#define TAMPERS 1000

static void set_up(StoreRig *rig, gconstpointer user)
{
    store_rig_init(rig, NULL);
}

static void tear_down(StoreRig *rig, gconstpointer user)
{
    store_rig_clear(rig);
}

/* One way of tampering; the triggers are taken away first, as one who can write the file would. */
static char *tamper_sql(GRand *rand, gint64 n)
{
    static const char *const columns[] = { "event_seq",  "at_ms",    "recorded_ms", "case_code",
                                           "from_state", "to_state", "action",      "doc_no",
                                           "prev_hash",  "hash" };
    int seq = g_rand_int_range(rand, 1, (gint32)n + 1);
    guint column = (guint)g_rand_int_range(rand, 0, G_N_ELEMENTS(columns));
    switch (g_rand_int_range(rand, 0, 6)) {
    case 0:
        return g_strdup_printf("DELETE FROM transition WHERE seq = %d", seq);
    case 1:
        return g_strdup_printf("DELETE FROM transition WHERE seq >= %d", seq);
    case 2: /* cut off at the end, and what follows moved up */
        return g_strdup_printf("DELETE FROM transition WHERE seq = %d; UPDATE transition SET seq = "
                               "seq - 1 WHERE seq > %d",
                               seq, seq);
    case 3: /* two rows change places */
        return g_strdup_printf(
            "UPDATE transition SET seq = -1 WHERE seq = %d; UPDATE transition SET "
            "seq = %d WHERE seq = %d; UPDATE transition SET seq = %d WHERE seq = "
            "-1",
            seq, seq, seq % (int)n + 1, seq % (int)n + 1);
    case 4:
        return g_strdup_printf(
            "INSERT INTO transition SELECT %d, case_code, event_seq, from_state, "
            "to_state, action, at_ms, recorded_ms, doc_no, prev_hash, hash FROM "
            "transition WHERE seq = %d",
            (int)n + 1, seq);
    default:
        if (column < 3)
            return g_strdup_printf("UPDATE transition SET %s = %s + 1 WHERE seq = %d",
                                   columns[column], columns[column], seq);
        if (column < 8)
            return g_strdup_printf("UPDATE transition SET %s = %s || 'x' WHERE seq = %d",
                                   columns[column], columns[column], seq);
        return g_strdup_printf("UPDATE transition SET %s = randomblob(32) WHERE seq = %d",
                               columns[column], seq);
    }
}

typedef struct {
    GRand *rand;
    guint n_found, n_tried;
} Tamper;

static gboolean tamper(sqlite3 *db, gpointer data, GError **error)
{
    Tamper *job = data;
    gint64 n, broken;
    const char *why;
    if (!sql_get_int(db, "SELECT count(*) FROM transition", &n, error) ||
        !sql_run(db, "DROP TRIGGER transition_update; DROP TRIGGER transition_delete", error))
        return FALSE;
    for (guint i = 0; i < TAMPERS; i++) {
        g_autofree char *sql = tamper_sql(job->rand, n);
        if (!sql_run(db, "SAVEPOINT tamper", error) || !sql_run(db, sql, error))
            return FALSE;
        gboolean is_whole = chain_verify(db, &broken, &why, error);
        if (is_whole)
            g_test_message("not found: %s", sql);
        job->n_tried++;
        job->n_found += !is_whole && why && broken >= 1 && broken <= n + 1;
        if (!sql_run(db, "ROLLBACK TO tamper; RELEASE tamper", error))
            return FALSE;
    }
    return chain_verify(db, &broken, &why, error);
}

static void test_tamper(StoreRig *rig, gconstpointer user)
{
    rig_take_lives(rig, 6);
    g_assert_true(rig_is_chain_whole(rig->store));
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    Tamper job = { rand, 0, 0 };
    g_autoptr(GError) error = NULL;
    store_run_now(rig->store, tamper, &job, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(job.n_tried, ==, TAMPERS);
    g_assert_cmpuint(job.n_found, ==, TAMPERS);
}

static void test_append_only(StoreRig *rig, gconstpointer user)
{
    static const char *const refused[] = { "UPDATE transition SET at_ms = 1 WHERE seq = 3",
                                           "DELETE FROM transition WHERE seq = 3",
                                           "DELETE FROM transition" };
    rig_take_lives(rig, 1);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(store_run_now(rig->store, rig_run_job, (gpointer)refused[i], &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
    g_assert_true(rig_is_chain_whole(rig->store));
}

static gboolean cut(sqlite3 *db, gpointer data, GError **error)
{
    return chain_cut(db, 20, error);
}

static void test_cut(StoreRig *rig, gconstpointer user)
{
    rig_take_lives(rig, 1);
    g_assert_true(store_run_now(rig->store, cut, NULL, NULL));
    g_assert_cmpint(rig_get_int(rig->store, "SELECT min(seq) FROM transition"), ==, 21);
    g_assert_true(rig_is_chain_whole(rig->store));
    g_autoptr(GError) error = NULL;
    g_assert_false(store_run_now(rig->store, rig_run_job,
                                 (gpointer) "DELETE FROM transition WHERE seq = 21", &error));
    rig_run_sql(rig->store,
                "DROP TRIGGER transition_delete; DELETE FROM transition WHERE seq = 21");
    g_assert_false(rig_is_chain_whole(rig->store));
}

/* --- a head that was kept elsewhere --------------------------------------------------------------
 */

static gboolean read_head(sqlite3 *db, gpointer data, GError **error)
{
    return chain_begin(db, data, error);
}

/* What became of the chain after its head was told: cut to there for retention, or written anew by one
 * who has the file, with so many rows more than it had. */
typedef struct {
    const char *name;
    gboolean is_forged;
    int n_more;
    const char *why; /* NULL: the head is in it */
} Later;

static const Later laters[] = {
    { "grown", FALSE, -100, NULL },
    { "cut-before-it", FALSE, -1, NULL },
    { "cut-up-to-it", FALSE, 0, NULL },
    { "cut-behind-it", FALSE, 1, "older than what is kept" },
    { "forged-as-long", TRUE, 0, "written anew" },
    { "forged-longer", TRUE, 7, "written anew" },
    { "forged-shorter", TRUE, -1, "ends before it" },
};

typedef struct {
    const Later *later;
    ChainEnd known;
    gboolean is_whole, is_held;
    const char *why;
} Comparison;

static gboolean forge(sqlite3 *db, gint64 n, GError **error)
{
    ChainEnd head = { 0 };
    ChainRow row = { "FORGED", 1, "", "registered", "case.registered", 1, 1, "" };
    if (!sql_run(db, "DROP TRIGGER transition_delete; DELETE FROM transition", error))
        return FALSE;
    while (head.seq < n) {
        if (!chain_append(db, &head, &row, error))
            return FALSE;
    }
    return chain_commit(db, &head, error);
}

static gboolean compare_heads(sqlite3 *db, gpointer data, GError **error)
{
    Comparison *job = data;
    gint64 broken, n = job->known.seq + job->later->n_more;
    const char *why;
    gboolean is_done = job->later->is_forged ? forge(db, n, error) : chain_cut(db, n, error);
    if (!is_done)
        return FALSE;
    job->is_whole = chain_verify(db, &broken, &why, error);
    job->is_held = chain_holds(db, &job->known, &job->why, error);
    return TRUE;
}

static void test_head(StoreRig *rig, gconstpointer user)
{
    Comparison job = { .later = user };
    ChainEnd told;
    g_autoptr(GError) error = NULL;
    rig_take_lives(rig, 1);
    g_assert_true(store_run_now(rig->store, read_head, &told, NULL));
    g_assert_cmpint(told.seq, >, 20);
    store_rig_take(rig, rig_crash_batch(1));
    g_autofree char *text = chain_end_dup_text(&told);
    g_assert_true(chain_end_parse(text, &job.known));
    g_assert_cmpmem(job.known.hash, CHAIN_HASH_BYTES, told.hash, CHAIN_HASH_BYTES);
    g_assert_true(store_run_now(rig->store, compare_heads, &job, &error));
    g_assert_no_error(error);
    g_assert_true(job.is_whole); /* what was forged holds by itself */
    g_assert_cmpint(job.is_held, ==, job.later->why == NULL);
    if (job.later->why)
        g_assert_nonnull(strstr(job.why, job.later->why));
}

static void test_head_text(void)
{
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    static const char *const refused[] = { "",         "1",       "1:",          ":" HASH,
                                           "-1:" HASH, "x:" HASH, "1:" HASH "0", "1:x" HASH,
                                           " 1:" HASH, HASH ":1", "1:" HASH " " };
    ChainEnd end, none = { .seq = -1 };
    g_assert_true(chain_end_parse("12:" HASH, &end));
    g_assert_cmpint(end.seq, ==, 12);
    g_autofree char *text = chain_end_dup_text(&end);
    g_assert_cmpstr(text, ==, "12:" HASH);
    g_assert_null(chain_end_dup_text(&none));
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++)
        g_assert_false(chain_end_parse(refused[i], &end));
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, StoreRig, NULL, set_up, func, tear_down)
    ADD("/chain/tamper", test_tamper);
    ADD("/chain/append-only", test_append_only);
    ADD("/chain/cut", test_cut);
    for (guint i = 0; i < G_N_ELEMENTS(laters); i++) {
        g_autofree char *path = g_strconcat("/chain/head/", laters[i].name, NULL);
        g_test_add(path, StoreRig, &laters[i], set_up, test_head, tear_down);
    }
    g_test_add_func("/chain/head/text", test_head_text);
    return g_test_run();
}
