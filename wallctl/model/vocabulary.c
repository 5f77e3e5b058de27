/* vocabulary.c - the words of one county for the stages of a case and for its papers */
#include "wallctl/model/vocabulary.h"

#include "wallctl/base/error.h"

#include <string.h>

struct Vocabulary {
    gint refs;
    char *id, *name, *orders_name;
    guint n_stages;
    char *stage_names[VOCABULARY_MAX_STAGES];
    guint stage_of[CASE_LAST + 1];
    GHashTable *orders; /* kind -> name, all kinds */
};

/* Said as such in every county: they are not steps of the way. */
static const char *const aside_names[CASE_LAST + 1] = {
    [CASE_DECLINED] = "不予受理", [CASE_LITIGATION] = "导入诉讼", [CASE_SUSPENDED] = "中止",
    [CASE_MERGED] = "并案",       [CASE_WITHDRAWN] = "撤回",
};

/* Of FIELD_ORDER_KIND, where the county has no word of its own. */
static const OrderWord usual_orders[] = {
    { "dispatch", "派单" },
    { "accept", "接单" },
    { "supervise", "督办单" },
    { "appraise", "评单" },
    { "verify", "核单" },
    { "assign", "交办单" },
    { "supervise-notice", "督办提示单" },
    { "risk-letter", "风险预警函" },
};

/* --- building ----------------------------------------------------------------------------------
 */

static gboolean read_stages(Vocabulary *vocabulary, const CaseStage *stages, guint n,
                            GError **error)
{
    if (n == 0 || n > VOCABULARY_MAX_STAGES) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%u stages; accepted: 1 to %d", n,
                    VOCABULARY_MAX_STAGES);
        return FALSE;
    }
    for (guint state = CASE_NONE + 1; state <= CASE_LAST; state++) {
        guint n_found = 0;
        for (guint i = 0; i < n; i++) {
            if ((stages[i].states >> state & 1) != 0) {
                vocabulary->stage_of[state] = i;
                n_found++;
            }
        }
        if (n_found != 1) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                        "the state \"%s\" is in %u stages; each state is in exactly one",
                        case_state_word((CaseState)state), n_found);
            return FALSE;
        }
    }
    vocabulary->n_stages = n;
    for (guint i = 0; i < n; i++)
        vocabulary->stage_names[i] = g_strdup(stages[i].name);
    return TRUE;
}

static gboolean read_orders(Vocabulary *vocabulary, const OrderWord *orders, guint n,
                            GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(usual_orders); i++)
        g_hash_table_insert(vocabulary->orders, g_strdup(usual_orders[i].kind),
                            g_strdup(usual_orders[i].name));
    for (guint i = 0; i < n; i++) {
        if (!g_strv_contains(field_row(FIELD_ORDER_KIND)->words, orders[i].kind)) {
            g_autofree char *known = g_strjoinv(", ", (char **)field_row(FIELD_ORDER_KIND)->words);
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                        "\"%s\" is no kind of order; accepted: %s", orders[i].kind, known);
            return FALSE;
        }
        g_hash_table_insert(vocabulary->orders, g_strdup(orders[i].kind), g_strdup(orders[i].name));
    }
    return TRUE;
}

Vocabulary *vocabulary_new(const char *id, const char *name, const char *orders_name,
                           const CaseStage *stages, guint n_stages, const OrderWord *orders,
                           guint n_orders, GError **error)
{
    g_autoptr(Vocabulary) vocabulary = g_new0(Vocabulary, 1);
    vocabulary->refs = 1;
    vocabulary->id = g_strdup(id);
    vocabulary->name = g_strdup(name);
    vocabulary->orders_name = g_strdup(orders_name);
    vocabulary->orders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!read_stages(vocabulary, stages, n_stages, error) ||
        !read_orders(vocabulary, orders, n_orders, error))
        return NULL;
    return g_steal_pointer(&vocabulary);
}

Vocabulary *vocabulary_ref(Vocabulary *vocabulary)
{
    g_atomic_int_inc(&vocabulary->refs);
    return vocabulary;
}

void vocabulary_unref(Vocabulary *vocabulary)
{
    if (!vocabulary || !g_atomic_int_dec_and_test(&vocabulary->refs))
        return;
    g_free(vocabulary->id);
    g_free(vocabulary->name);
    g_free(vocabulary->orders_name);
    for (guint i = 0; i < vocabulary->n_stages; i++)
        g_free(vocabulary->stage_names[i]);
    g_hash_table_unref(vocabulary->orders);
    g_free(vocabulary);
}

/* --- reading -----------------------------------------------------------------------------------
 */

const char *vocabulary_id(const Vocabulary *vocabulary)
{
    return vocabulary->id;
}

const char *vocabulary_name(const Vocabulary *vocabulary)
{
    return vocabulary->name;
}

const char *vocabulary_orders_name(const Vocabulary *vocabulary)
{
    return vocabulary->orders_name;
}

guint vocabulary_n_stages(const Vocabulary *vocabulary)
{
    return vocabulary->n_stages;
}

const char *vocabulary_stage_name(const Vocabulary *vocabulary, guint stage)
{
    g_assert(stage < vocabulary->n_stages);
    return vocabulary->stage_names[stage];
}

guint vocabulary_stage(const Vocabulary *vocabulary, CaseState state)
{
    g_assert(state > CASE_NONE && state <= CASE_LAST);
    return vocabulary->stage_of[state];
}

const char *vocabulary_state_name(const Vocabulary *vocabulary, CaseState state)
{
    if (state == CASE_NONE)
        return "";
    return aside_names[state]
               ? aside_names[state]
               : vocabulary_stage_name(vocabulary, vocabulary_stage(vocabulary, state));
}

const char *vocabulary_order_name(const Vocabulary *vocabulary, const char *kind)
{
    const char *name = g_hash_table_lookup(vocabulary->orders, kind);
    return name ? name : kind;
}

void vocabulary_sum(const Vocabulary *vocabulary, const guint64 by_state[CASE_LAST + 1],
                    guint64 *by_stage)
{
    memset(by_stage, 0, vocabulary->n_stages * sizeof(*by_stage));
    for (guint state = CASE_NONE + 1; state <= CASE_LAST; state++)
        by_stage[vocabulary->stage_of[state]] += by_state[state];
}
