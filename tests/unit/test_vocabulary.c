/* test_vocabulary.c - every state has one stage, so all vocabularies give the same sums */
#include "wallctl/model/vocabulary.h"

#include "wallctl/base/error.h"

#include <string.h>

#define BIT(state) (1u << (state))
#define ALL        ((BIT(CASE_LAST + 1) - 1) & ~BIT(CASE_NONE))

static Vocabulary *make(const CaseStage *stages, guint n, GError **error)
{
    static const OrderWord orders[] = { { "dispatch", "中心派单" } };
    return vocabulary_new("x", "试", "四单", stages, n, orders, 1, error);
}

static const struct {
    const char *name;
    CaseStage stages[3];
    guint n;
    const char *fault; /* NULL: none */
} rows[] = {
    { "one stage", { { "全", ALL } }, 1, NULL },
    { "three stages",
      { { "始", BIT(CASE_REPORTED) | BIT(CASE_REGISTERED) },
        { "终", BIT(CASE_CLOSED) },
        { "中", ALL & ~BIT(CASE_REPORTED) & ~BIT(CASE_REGISTERED) & ~BIT(CASE_CLOSED) } },
      3,
      NULL },
    { "a state is missing",
      { { "全", ALL & ~BIT(CASE_MERGED) } },
      1,
      "the state \"merged\" is in 0 stages; each state is in exactly one" },
    { "a state is there twice",
      { { "全", ALL }, { "终", BIT(CASE_CLOSED) } },
      2,
      "the state \"closed\" is in 2 stages; each state is in exactly one" },
    { "no stage", { { 0 } }, 0, "0 stages; accepted: 1 to 12" },
    { "too many stages", { { 0 } }, 13, "13 stages; accepted: 1 to 12" },
};

static void test_row(gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    g_autoptr(GError) error = NULL;
    g_autoptr(Vocabulary) vocabulary = make(rows[i].stages, rows[i].n, &error);
    g_assert_cmpint(vocabulary == NULL, ==, rows[i].fault != NULL);
    g_assert_cmpstr(error ? error->message : NULL, ==, rows[i].fault);
    if (!vocabulary)
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
}

static void test_unknown_order(void)
{
    g_autoptr(GError) error = NULL;
    const CaseStage all = { "全", ALL };
    const OrderWord wrong = { "letter", "信" };
    g_assert_null(vocabulary_new("x", "试", "", &all, 1, &wrong, 1, &error));
    g_assert_cmpstr(error->message, ==,
                    "\"letter\" is no kind of order; accepted: dispatch, accept, supervise, "
                    "appraise, verify, assign, supervise-notice, risk-letter");
}

static void test_words(void)
{
    g_autoptr(Vocabulary) vocabulary = make(rows[1].stages, rows[1].n, NULL);
    g_autoptr(Vocabulary) other = vocabulary_ref(vocabulary);
    g_assert_cmpstr(vocabulary_id(other), ==, "x");
    g_assert_cmpstr(vocabulary_name(other), ==, "试");
    g_assert_cmpstr(vocabulary_orders_name(other), ==, "四单");
    g_assert_cmpuint(vocabulary_n_stages(other), ==, 3);
    g_assert_cmpstr(vocabulary_stage_name(other, 2), ==, "中");
    g_assert_cmpuint(vocabulary_stage(other, CASE_CLOSED), ==, 1);
    g_assert_cmpstr(vocabulary_state_name(other, CASE_REGISTERED), ==, "始");
    g_assert_cmpstr(vocabulary_state_name(other, CASE_SUSPENDED), ==, "中止");
    g_assert_cmpstr(vocabulary_state_name(other, CASE_NONE), ==, "");
    g_assert_cmpstr(vocabulary_order_name(other, "dispatch"), ==, "中心派单");
    g_assert_cmpstr(vocabulary_order_name(other, "verify"), ==, "核单");
    g_assert_cmpstr(vocabulary_order_name(other, "else"), ==, "else");
}

/* Any way of dealing the states out to stages keeps the sum, and each case is counted where it is. */
static void test_sums(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(20250522);
    for (guint round = 0; round < 500; round++) {
        CaseStage stages[VOCABULARY_MAX_STAGES] = { 0 };
        guint n = (guint)g_rand_int_range(random, 1, VOCABULARY_MAX_STAGES + 1);
        guint64 by_state[CASE_LAST + 1], by_stage[VOCABULARY_MAX_STAGES], sum = 0, staged = 0;
        by_state[CASE_NONE] = 99;
        for (guint i = 0; i < n; i++)
            stages[i].name = "步";
        for (guint state = 1; state <= CASE_LAST; state++) {
            stages[g_rand_int_range(random, 0, (gint32)n)].states |= BIT(state);
            by_state[state] = g_rand_int(random);
            sum += by_state[state];
        }
        g_autoptr(Vocabulary) vocabulary = make(stages, n, NULL);
        vocabulary_sum(vocabulary, by_state, by_stage);
        for (guint i = 0; i < n; i++)
            staged += by_stage[i];
        g_assert_cmpuint(staged, ==, sum);
        for (guint state = 1; state <= CASE_LAST; state++) {
            guint stage = vocabulary_stage(vocabulary, (CaseState)state);
            g_assert_true((stages[stage].states >> state & 1) != 0);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/vocabulary/", rows[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    g_test_add_func("/vocabulary/unknown order", test_unknown_order);
    g_test_add_func("/vocabulary/words", test_words);
    g_test_add_func("/vocabulary/sums", test_sums);
    return g_test_run();
}
