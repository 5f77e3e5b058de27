/* case_truth.c - what must hold of a case store, whatever happened to it */
#include "case_rig.h"

#include "wallctl/store/chain.h"

char *rig_dup_counter_sql(void)
{
    g_autoptr(GError) error = NULL;
    char *sql = NULL;
    g_file_get_contents(COUNTER_SQL, &sql, NULL, &error);
    g_assert_no_error(error);
    return sql;
}

static gboolean verify_chain(sqlite3 *db, gpointer data, GError **error)
{
    gint64 broken;
    const char *why;
    g_autoptr(GError) cause = NULL;
    *(gboolean *)data = chain_verify(db, &broken, &why, &cause);
    g_assert_no_error(cause);
    return TRUE;
}

gboolean rig_is_chain_whole(Store *store)
{
    gboolean is_whole = FALSE;
    g_assert_true(store_run_now(store, verify_chain, &is_whole, NULL));
    return is_whole;
}

void rig_assert_consistent(Store *store)
{
    g_autofree char *counters = rig_dup_counter_sql();
    g_assert_cmpint(rig_get_int(store, counters), ==, 0);
    g_assert_true(rig_is_chain_whole(store));
    /* Each applied event of each case is in its row, once. */
    g_assert_cmpint(
        rig_get_int(store,
                    "SELECT count(*) FROM case_ WHERE n_events <> (SELECT count(*) FROM inbox"
                    " WHERE subject = code AND subject <> '' AND status = 'applied')"),
        ==, 0);
    g_assert_cmpint(
        rig_get_int(store, "SELECT count(*) FROM inbox WHERE subject <> '' AND status = 'applied'"
                           " AND seq NOT IN (SELECT event_seq FROM transition)"),
        ==, 0);
    g_assert_cmpint(
        rig_get_int(store,
                    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
        ==, 1);
}
