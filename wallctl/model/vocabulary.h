/* vocabulary.h - the words of one county for the stages of a case and for its papers. Pure. [any]
 *
 * Counties have five to seven steps (六步, 五步, 匯研交辦督結評) over the one state machine of case.h.
 * Each state belongs to exactly one stage of a vocabulary, so the sums over its stages are equal in
 * all of them. A Vocabulary is an immutable counted value.
 */
#ifndef WALLCTL_MODEL_VOCABULARY_H
#define WALLCTL_MODEL_VOCABULARY_H

#include "wallctl/model/case.h"

#define VOCABULARY_MAX_STAGES 12

typedef struct {
    const char *name; /* 登记受理 */
    guint states;     /* bits of CaseState */
} CaseStage;

/* What an order of FIELD_ORDER_KIND is called there. */
typedef struct {
    const char *kind, *name; /* "dispatch", 派单 */
} OrderWord;

typedef struct Vocabulary Vocabulary;

/* Copies all. orders: those that have words of their own there; the others get the usual ones. NULL
 * with WALL_ERROR_INVALID naming the state that is in no stage or in two, or the unknown kind. */
Vocabulary *vocabulary_new(const char *id, const char *name, const char *orders_name,
                           const CaseStage *stages, guint n_stages, const OrderWord *orders,
                           guint n_orders, GError **error);
Vocabulary *vocabulary_ref(Vocabulary *vocabulary);
void vocabulary_unref(Vocabulary *vocabulary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vocabulary, vocabulary_unref)

/* All texts are borrowed. */
const char *vocabulary_id(const Vocabulary *vocabulary);
const char *vocabulary_name(const Vocabulary *vocabulary);        /* 六步 */
const char *vocabulary_orders_name(const Vocabulary *vocabulary); /* 五单, or "" */

guint vocabulary_n_stages(const Vocabulary *vocabulary);
const char *vocabulary_stage_name(const Vocabulary *vocabulary, guint stage);

/* Index of the stage in which a case of this state (not CASE_NONE) is. */
guint vocabulary_stage(const Vocabulary *vocabulary, CaseState state);

/* The stage's name, but for what has left the way its own word: 不予受理, 导入诉讼, 中止, 并案, 撤回.
 * "" for CASE_NONE. */
const char *vocabulary_state_name(const Vocabulary *vocabulary, CaseState state);

/* 派单 ... of a word of FIELD_ORDER_KIND; the word itself when it is none. */
const char *vocabulary_order_name(const Vocabulary *vocabulary, const char *kind);

/* Sums counts by state to counts by stage (vocabulary_n_stages() of them). by_state[CASE_NONE] is
 * left out. */
void vocabulary_sum(const Vocabulary *vocabulary, const guint64 by_state[CASE_LAST + 1],
                    guint64 *by_stage);

#endif
