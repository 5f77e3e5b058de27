/* test_approvals.c - two people, in time */
#include "wallctl/approvals.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#define START_MS G_GINT64_CONSTANT(1747612800000)

static Caller *person(const char *id, Role role, const char *region)
{
    g_autoptr(Account) account = g_new0(Account, 1);
    *account = (Account) { .refs = 1,
                           .id = g_strdup(id),
                           .name = g_strdup("张三"),
                           .unit = g_strdup("中心"),
                           .region = g_strdup(region),
                           .roles = 1u << role };
    return caller_new_session(account, "127.0.0.1", "session", "巡查", FALSE);
}

static void test_answers(void)
{
    static const struct {
        const char *name, *asker_region, *approver, *approver_region;
        Role role;
        gboolean is_granted, may;
        int code; /* of the error; 0: none */
    } table[] = {
        { "a leader of the site", "", "li", "", ROLE_LEADER, TRUE, TRUE, 0 },
        { "says no", "", "li", "", ROLE_LEADER, FALSE, TRUE, 0 },
        { "oneself", "", "wang", "", ROLE_LEADER, TRUE, FALSE, WALL_ERROR_DENIED },
        { "without the right", "", "li", "", ROLE_DISPATCHER, TRUE, FALSE, WALL_ERROR_NOT_FOUND },
        { "of a part of the site", "", "li", "530402", ROLE_LEADER, TRUE, FALSE,
          WALL_ERROR_NOT_FOUND },
        { "of the same part", "530402", "li", "530402", ROLE_LEADER, TRUE, TRUE, 0 },
        { "of a larger part", "530402003", "li", "530402", ROLE_LEADER, TRUE, TRUE, 0 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_test_message("%s", table[i].name);
        g_autoptr(Caller) asker = person("wang", ROLE_DISPATCHER, table[i].asker_region);
        g_autoptr(Caller) approver =
            person(table[i].approver, table[i].role, table[i].approver_region);
        Approvals *approvals = approvals_new();
        const Approval *asked = approvals_ask(approvals, asker, "a?b=1", "季度检查", NULL);
        guint id = asked->id;
        g_assert_cmpint(approval_is_for(asked, approver), ==, table[i].may);
        g_autoptr(GPtrArray) listed = approvals_list(approvals, approver);
        gboolean is_own = g_strcmp0(table[i].approver, "wang") == 0;
        g_assert_cmpuint(listed->len, ==, table[i].may || is_own ? 1 : 0);
        g_autoptr(GError) error = NULL;
        gboolean is_done = approvals_answer(approvals, id, approver, table[i].is_granted, &error);
        g_assert_cmpint(is_done, ==, table[i].code == 0);
        g_assert_cmpint(error ? error->code : 0, ==, table[i].code);
        const Approval *found = approvals_find(approvals, asker, "a?b=1");
        g_assert_cmpint(found != NULL, ==, is_done && table[i].is_granted);
        g_assert_true(!found || found->approver == approver);
        g_assert_null(approvals_find(approvals, asker, "a?b=2"));
        g_assert_cmpint(approvals_get(approvals, id) != NULL, ==, !is_done || table[i].is_granted);
        approvals_free(approvals);
    }
}

static void test_time(void)
{
    clock_set_for_test(0, START_MS);
    g_autoptr(Caller) asker = person("wang", ROLE_DISPATCHER, "");
    g_autoptr(Caller) leader = person("li", ROLE_LEADER, "");
    g_autoptr(GError) error = NULL;
    Approvals *approvals = approvals_new();
    guint late = approvals_ask(approvals, asker, "late", "检查", NULL)->id;
    guint id = approvals_ask(approvals, asker, "export", "检查", NULL)->id;
    clock_set_for_test(0, START_MS + APPROVAL_MS - 1);
    g_assert_true(approvals_answer(approvals, id, leader, TRUE, NULL));
    clock_set_for_test(0, START_MS + APPROVAL_MS);
    g_assert_false(approvals_answer(approvals, late, leader, TRUE, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_assert_nonnull(approvals_find(approvals, asker, "export"));
    clock_set_for_test(0, START_MS + 2 * APPROVAL_MS - 1);
    g_assert_null(approvals_find(approvals, asker, "export"));
    approvals_free(approvals);
}

static void test_bounds(void)
{
    g_autoptr(Caller) asker = person("wang", ROLE_DISPATCHER, "");
    g_autoptr(Caller) other = person("zhao", ROLE_DISPATCHER, "");
    g_autoptr(GError) error = NULL;
    Approvals *approvals = approvals_new();
    guint first = 0;
    for (guint i = 0; i < APPROVALS_PER_ACCOUNT; i++) {
        g_autofree char *what = g_strdup_printf("%u", i);
        guint id = approvals_ask(approvals, asker, what, "检查", NULL)->id;
        first = first ? first : id;
        g_assert_cmpuint(approvals_ask(approvals, asker, what, "检查", NULL)->id, ==, id);
    }
    g_assert_null(approvals_ask(approvals, asker, "more", "检查", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_nonnull(approvals_ask(approvals, other, "more", "检查", NULL));
    g_assert_false(approvals_withdraw(approvals, first, other, NULL));
    g_assert_true(approvals_withdraw(approvals, first, asker, NULL));
    g_assert_false(approvals_withdraw(approvals, first, asker, NULL));
    g_assert_nonnull(approvals_ask(approvals, asker, "more", "检查", NULL));
    approvals_free(approvals);
}

static void test_machines(void)
{
    g_autoptr(Caller) asker = person("wang", ROLE_DISPATCHER, "");
    g_autoptr(Caller) machine = caller_new_token("desk", "", RIGHTS_ALL, "127.0.0.1");
    g_autoptr(Caller) local = caller_new_local("root");
    Approvals *approvals = approvals_new();
    guint id = approvals_ask(approvals, asker, "export", "检查", NULL)->id;
    Caller *const nobody[] = { machine, local };
    for (gsize i = 0; i < G_N_ELEMENTS(nobody); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(approvals_answer(approvals, id, nobody[i], TRUE, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_DENIED);
    }
    approvals_free(approvals);
}

static void test_what(void)
{
    char *parts[] = { (char *)"audit", (char *)"register.csv", NULL };
    g_autoptr(GHashTable) query = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *bare = approval_what(parts, NULL), *empty = approval_what(parts, query);
    g_assert_cmpstr(bare, ==, "audit/register.csv");
    g_assert_cmpstr(empty, ==, bare);
    g_hash_table_insert(query, (char *)"to", (char *)"9");
    g_hash_table_insert(query, (char *)"from", (char *)"1");
    g_autofree char *both = approval_what(parts, query);
    g_assert_cmpstr(both, ==, "audit/register.csv?from=1&to=9");
    g_hash_table_remove(query, "to");
    g_hash_table_insert(query, (char *)"from", (char *)"1&to=9");
    g_autofree char *one = approval_what(parts, query);
    g_assert_cmpstr(one, !=, both); /* asked for is not what is fetched */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/approvals/answers", test_answers);
    g_test_add_func("/approvals/time", test_time);
    g_test_add_func("/approvals/bounds", test_bounds);
    g_test_add_func("/approvals/machines", test_machines);
    g_test_add_func("/approvals/what", test_what);
    return g_test_run();
}
