/* order_change.c - one change of a work order, from what is asked to the events that say so */
#include "wallctl/order_change.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/instant.h"
#include "wallctl/model/category.h"
#include "wallctl/store/case_query.h"

#include <string.h>

static const struct {
    EventType type;
    const char *word;
} deeds[] = {
    [ORDER_ISSUE] = { EVENT_ORDER_ISSUED, "issued" },
    [ORDER_ACCEPT] = { EVENT_ORDER_ACCEPTED, "accepted" },
    [ORDER_FINISH] = { EVENT_ORDER_DONE, "done" },
    [ORDER_OVERDUE] = { EVENT_ORDER_OVERDUE, "overdue" },
};

void order_change_clear(OrderChange *change)
{
    config_unref(change->config);
    case_policy_unref(change->policy);
    caller_unref(change->caller);
    g_clear_pointer(&change->region, g_free);
    g_clear_pointer(&change->order, stored_order_free);
    g_clear_pointer(&change->event, event_free);
    g_clear_pointer(&change->move, event_free);
}

static gboolean case_is_of(const Case *c, const Caller *caller)
{
    const char *region = fields_text(&c->fields, FIELD_REGION);
    return caller_sees_region(caller, region ? region : "");
}

gboolean order_is_seen(const StoredOrder *order, const Case *c, const Caller *caller)
{
    return caller_has(caller, "", order->to_org) || (c && case_is_of(c, caller));
}

/* --- events --------------------------------------------------------------------------------------
 */

static gboolean set_field(Event *event, Field field, const char *text, GError **error)
{
    return !text || !*text || fields_set_text(&event->fields, field, text, error);
}

static gboolean make_event(OrderChange *change, const Case *c, GError **error)
{
    const StoredOrder *order = change->order;
    g_autofree char *id = g_strdup_printf("%s-%s", order->no, deeds[change->deed].word);
    Event *event = event_new_own(deeds[change->deed].type, id, order->case_code, change->now_ms);
    change->event = event;
    if (c)
        event->classification = c->classification;
    if (!set_field(event, FIELD_DOC_NO, order->no, error) ||
        !set_field(event, FIELD_ORDER_KIND, order->kind, error) ||
        !set_field(event, FIELD_FROM_ORG, order->from_org, error) ||
        !set_field(event, FIELD_TO_ORG, order->to_org, error))
        return FALSE;
    if (change->deed == ORDER_ISSUE && order->ack_due_ms)
        fields_set_number(&event->fields, FIELD_ACK_DUE, order->ack_due_ms, NULL);
    if (change->deed == ORDER_ISSUE && order->due_ms)
        fields_set_number(&event->fields, FIELD_DUE, order->due_ms, NULL);
    if (change->deed != ORDER_FINISH)
        return TRUE;
    if (order->score)
        fields_set_number(&event->fields, FIELD_SATISFACTION, order->score, NULL);
    return set_field(event, FIELD_OUTCOME, order->result, error);
}

static gboolean is_kind(const StoredOrder *order, const char *a, const char *b)
{
    return strcmp(order->kind, a) == 0 || strcmp(order->kind, b) == 0;
}

/* What the paper means for its case; 0: nothing. */
static EventType move_type(const OrderChange *change)
{
    const StoredOrder *order = change->order;
    if (is_kind(order, "dispatch", "assign")) {
        static const EventType moves[] = { [ORDER_ISSUE] = EVENT_CASE_DISPATCHED,
                                           [ORDER_ACCEPT] = EVENT_CASE_ACCEPTED,
                                           [ORDER_FINISH] = EVENT_CASE_RESOLVED,
                                           [ORDER_OVERDUE] = 0 };
        return moves[change->deed];
    }
    if (change->deed == ORDER_ISSUE && is_kind(order, "supervise", "supervise-notice"))
        return EVENT_CASE_SUPERVISED;
    if (change->deed == ORDER_FINISH && is_kind(order, "verify", "verify") && order->score > 0)
        return EVENT_CASE_REVISITED;
    return 0;
}

/* Only what fits the case: platforms tell of the same move in their own words. */
static void make_move(OrderChange *change, const Case *c)
{
    const StoredOrder *order = change->order;
    EventType type = move_type(change);
    if (!type || (type == EVENT_CASE_SUPERVISED && c->supervise > 0))
        return;
    g_autofree char *id = g_strdup_printf("%s-%s-case", order->no, deeds[change->deed].word);
    g_autoptr(Event) move = event_new_own(type, id, order->case_code, change->now_ms);
    move->classification = c->classification;
    set_field(move, FIELD_DOC_NO, order->no, NULL);
    if (type == EVENT_CASE_DISPATCHED)
        set_field(move, FIELD_TO_ORG, order->to_org, NULL);
    if (type == EVENT_CASE_SUPERVISED)
        fields_set_number(&move->fields, FIELD_SUPERVISE, 1, NULL);
    if (type == EVENT_CASE_RESOLVED)
        set_field(move, FIELD_OUTCOME, order->result, NULL);
    if (type == EVENT_CASE_REVISITED)
        fields_set_number(&move->fields, FIELD_SATISFACTION, order->score, NULL);
    g_autoptr(Case) next = case_apply(c, move, case_policy_rules(change->policy), NULL);
    if (next)
        change->move = g_steal_pointer(&move);
}

/* --- issuing -------------------------------------------------------------------------------------
 */

/* By the first rule of the policy about 接单 that fits the case. */
static gint64 usual_ack_due(const Config *config, const Case *c, gint64 now_ms)
{
    const DeadlinePolicy *policy = case_data_policy(config->words, config->cases.deadlines);
    for (guint i = 0; i < policy->n_rules; i++) {
        const DeadlineRule *rule = &policy->rules[i];
        if (strcmp(rule->kind, "accept") == 0 && filter_fits_fields(&rule->filter, &c->fields))
            return term_end(now_ms, rule->amount, rule->unit, config->words->calendar);
    }
    return 0;
}

static gint64 usual_due(const OrderChange *change, const Case *c, gint64 now_ms)
{
    Deadline list[DEADLINE_MAX];
    guint n = case_policy_clocks(change->policy, c, now_ms, list);
    for (guint i = 0; i < n; i++) {
        if (strcmp(list[i].rule->kind, "finish") == 0 && !list[i].done_ms)
            return list[i].due_ms;
    }
    return 0;
}

static gboolean number_it(sqlite3 *db, OrderChange *change, gint64 now_ms, GError **error)
{
    const Config *config = change->config;
    const Vocabulary *words = case_data_vocabulary(config->words, config->cases.vocabulary);
    StoredOrder *order = change->order;
    g_autofree char *day = instant_format(now_ms, CALENDAR_OFFSET_MIN); /* begins with the year */
    guint year = (guint)g_ascii_strtoull(day, NULL, 10);
    gint64 number;
    if (!order_store_next_number(db, order->kind, year, &number, error))
        return FALSE;
    g_free(order->no);
    order->no = g_strdup_printf("%s〔%u〕%" G_GINT64_FORMAT "号",
                                vocabulary_order_name(words, order->kind), year, number);
    return TRUE;
}

static gboolean prepare_issue(sqlite3 *db, OrderChange *change, const Case *c, GError **error)
{
    StoredOrder *order = change->order;
    gint64 now_ms = order->issued_ms = change->now_ms;
    if (!order->ack_due_ms)
        order->ack_due_ms = usual_ack_due(change->config, c, now_ms);
    if (!order->due_ms)
        order->due_ms = usual_due(change, c, now_ms);
    return number_it(db, change, now_ms, error);
}

/* --- whose it is ---------------------------------------------------------------------------------
 */

/* Of what one does not see there is none. */
static void refuse_unseen(OrderDeed deed, GError **error)
{
    if (deed == ORDER_ISSUE)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no such case", "没有这个案件");
    else
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no such order", "没有这张单据");
}

static void take_region(OrderChange *change, const Case *c)
{
    const char *region = fields_text(&c->fields, FIELD_REGION);
    const char *word = fields_text(&c->fields, FIELD_SENSITIVITY);
    change->region = region ? region_dup_shown(region, sensitivity_from_word(word)) : NULL;
}

/* --- changing ------------------------------------------------------------------------------------
 */

static gboolean is_again(OrderDeed deed, const StoredOrder *order)
{
    if (deed == ORDER_OVERDUE)
        return order->overdue_ms || order->accepted_ms || order->done_ms;
    return order->done_ms || (deed == ORDER_ACCEPT && order->accepted_ms);
}

/* The order that is asked for, as it is kept. Caller owns. */
static StoredOrder *read_order(sqlite3 *db, const OrderChange *change, GError **error)
{
    GError *cause = NULL;
    StoredOrder *order = order_store_get(db, change->order->no, &cause);
    if (cause)
        g_propagate_error(error, cause);
    else if (!order)
        refuse_unseen(change->deed, error);
    return order;
}

/* With what is new in it. */
static gboolean change_order(OrderChange *change, StoredOrder *order, GError **error)
{
    if (is_again(change->deed, order)) {
        wall_error_set_literal(error, WALL_ERROR_INVALID,
                               order->done_ms ? "the order is done already"
                                              : "the order is accepted already",
                               order->done_ms ? "这张单据已经办结" : "这张单据已经接单");
        return FALSE;
    }
    gint64 *times[] = { [ORDER_ACCEPT] = &order->accepted_ms,
                        [ORDER_FINISH] = &order->done_ms,
                        [ORDER_OVERDUE] = &order->overdue_ms };
    *times[change->deed] = change->now_ms;
    if (change->deed == ORDER_FINISH) {
        order->score = change->order->score;
        g_free(order->result);
        order->result = g_steal_pointer(&change->order->result);
    }
    return TRUE;
}

/* Makes change->order and the events of it. */
static gboolean prepare(sqlite3 *db, OrderChange *change, const Case *c, GError **error)
{
    if (change->deed == ORDER_ISSUE && !prepare_issue(db, change, c, error))
        return FALSE;
    if (!make_event(change, c, error))
        return FALSE;
    if (c) {
        make_move(change, c);
        take_region(change, c);
    }
    return TRUE;
}

static gboolean prepare_new(sqlite3 *db, OrderChange *change, GError **error)
{
    GError *cause = NULL;
    g_autoptr(Case) c = case_query_get(db, change->order->case_code, &cause);
    if (cause) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    if (!c || (change->caller && !case_is_of(c, change->caller))) {
        refuse_unseen(change->deed, error);
        return FALSE;
    }
    return prepare(db, change, c, error);
}

/* The case may be one that a platform keeps: papers of it are told here. */
static gboolean prepare_kept(sqlite3 *db, OrderChange *change, GError **error)
{
    g_autoptr(StoredOrder) order = read_order(db, change, error);
    g_autoptr(Case) c = order ? case_query_get(db, order->case_code, NULL) : NULL;
    if (!order)
        return FALSE;
    if (change->caller && !order_is_seen(order, c, change->caller)) {
        refuse_unseen(change->deed, error);
        return FALSE;
    }
    if (!change_order(change, order, error))
        return FALSE;
    stored_order_free(change->order);
    change->order = g_steal_pointer(&order);
    return prepare(db, change, c, error);
}

gboolean order_change_prepare(sqlite3 *db, gpointer data, GError **error)
{
    OrderChange *change = data;
    change->now_ms = clock_unix_ms();
    if (change->config->words)
        return change->deed == ORDER_ISSUE ? prepare_new(db, change, error)
                                           : prepare_kept(db, change, error);
    wall_error_set(error, WALL_ERROR_UNAVAILABLE, "this site is not set up for cases",
                   "本站点没有配置案件");
    return FALSE;
}
