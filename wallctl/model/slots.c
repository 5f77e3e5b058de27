/* slots.c - arbitration of the alarm tiles */
#include "wallctl/model/slots.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const SlotClaim *claim;
    const char *camera;
    guint turn; /* how many of its alarm come before it */
    gboolean is_granted, has_slot;
} Request;

static int compare_requests(const void *a, const void *b)
{
    const Request *x = a, *y = b;
    if (x->claim->priority != y->claim->priority)
        return x->claim->priority > y->claim->priority ? -1 : 1;
    if (x->turn != y->turn)
        return x->turn < y->turn ? -1 : 1;
    if (x->claim->severity != y->claim->severity)
        return x->claim->severity > y->claim->severity ? -1 : 1;
    if (x->claim->raised_ms != y->claim->raised_ms)
        return x->claim->raised_ms < y->claim->raised_ms ? -1 : 1;
    return strcmp(x->claim->alarm, y->claim->alarm);
}

static gboolean is_offline(const SlotRules *rules, const char *camera)
{
    return rules->is_offline && rules->is_offline(camera, rules->user);
}

/* The cameras of a claim that are there; the first one when none is: its slate says what is wrong. */
static void add_requests(GArray *requests, const SlotRules *rules, const SlotClaim *claim)
{
    guint turn = 0;
    for (guint i = 0; i < claim->n_cameras; i++) {
        if (is_offline(rules, claim->cameras[i]))
            continue;
        Request request = { claim, claim->cameras[i], turn++, FALSE, FALSE };
        g_array_append_val(requests, request);
    }
    if (turn == 0 && claim->n_cameras > 0) {
        Request request = { claim, claim->cameras[0], 0, FALSE, FALSE };
        g_array_append_val(requests, request);
    }
}

static gboolean is_asked_before(const GArray *requests, guint index)
{
    const char *camera = g_array_index(requests, Request, index).camera;
    for (guint i = 0; i < index; i++) {
        if (strcmp(g_array_index(requests, Request, i).camera, camera) == 0)
            return TRUE;
    }
    return FALSE;
}

static GArray *rank(const SlotRules *rules, const SlotClaim *claims, guint n_claims)
{
    GArray *requests = g_array_new(FALSE, FALSE, sizeof(Request));
    for (guint i = 0; i < n_claims; i++)
        add_requests(requests, rules, &claims[i]);
    if (requests->len > 1)
        qsort(requests->data, requests->len, sizeof(Request), compare_requests);
    guint limit = rules->is_flood ? MIN(rules->flood_slots, rules->n_slots) : rules->n_slots;
    for (guint i = 0; i < requests->len && limit > 0; i++) {
        Request *request = &g_array_index(requests, Request, i);
        request->is_granted = !is_asked_before(requests, i);
        limit -= request->is_granted ? 1 : 0;
    }
    return requests;
}

static Request *find_request(GArray *requests, const AlarmSlot *slot)
{
    for (guint i = 0; i < requests->len; i++) {
        Request *request = &g_array_index(requests, Request, i);
        if (strcmp(request->claim->alarm, slot->alarm) == 0 &&
            strcmp(request->camera, slot->camera) == 0)
            return request;
    }
    return NULL;
}

static void leave(AlarmSlot *slot)
{
    g_clear_pointer(&slot->alarm, g_free);
    g_clear_pointer(&slot->camera, g_free);
    slot->since_ms = 0;
}

static void take(AlarmSlot *slot, Request *request, gint64 now_ms)
{
    leave(slot);
    slot->alarm = g_strdup(request->claim->alarm);
    slot->camera = g_strdup(request->camera);
    slot->since_ms = now_ms;
    request->has_slot = TRUE;
}

/* The best request that is granted and has no slot yet. */
static Request *first_waiting(GArray *requests)
{
    for (guint i = 0; i < requests->len; i++) {
        Request *request = &g_array_index(requests, Request, i);
        if (request->is_granted && !request->has_slot)
            return request;
    }
    return NULL;
}

/* A slot whose camera is asked for by a better alarm changes its owner and nothing else. */
static void pass_on(AlarmSlot *slots, guint n, GArray *requests)
{
    for (guint i = 0; i < requests->len; i++) {
        Request *request = &g_array_index(requests, Request, i);
        for (guint k = 0; k < n && request->is_granted && !request->has_slot; k++) {
            if (!slots[k].camera || strcmp(slots[k].camera, request->camera) != 0)
                continue;
            g_free(slots[k].alarm);
            slots[k].alarm = g_strdup(request->claim->alarm);
            request->has_slot = TRUE;
        }
    }
}

/* Of those who have lost their grant the one who ranks lowest goes first; -1: none may go yet. */
static int weakest(const AlarmSlot *slots, const SlotRules *rules, GArray *requests,
                   const Request *newcomer, gint64 now_ms, gint64 *next_ms)
{
    int found = -1;
    const Request *lowest = NULL;
    for (guint i = 0; i < rules->n_slots; i++) {
        const Request *owner = slots[i].alarm ? find_request(requests, &slots[i]) : NULL;
        if (!owner || owner->is_granted)
            continue;
        gboolean may_preempt =
            newcomer->claim->preempts && newcomer->claim->priority > owner->claim->priority;
        if (now_ms < slots[i].since_ms + rules->dwell_ms && !may_preempt) {
            *next_ms = MIN(*next_ms, slots[i].since_ms + rules->dwell_ms);
            continue;
        }
        if (!lowest || compare_requests(owner, lowest) > 0) {
            lowest = owner;
            found = (int)i;
        }
    }
    return found;
}

/* More are seen than a flood allows: those without a grant go when their time is over. */
static void thin_out(AlarmSlot *slots, const SlotRules *rules, GArray *requests, gint64 now_ms,
                     gint64 *next_ms)
{
    guint n_taken = 0;
    for (guint i = 0; i < rules->n_slots; i++)
        n_taken += slots[i].alarm ? 1 : 0;
    for (guint i = rules->n_slots; i > 0 && n_taken > rules->flood_slots; i--) {
        AlarmSlot *slot = &slots[i - 1];
        const Request *owner = slot->alarm ? find_request(requests, slot) : NULL;
        if (!owner || owner->is_granted)
            continue;
        if (now_ms < slot->since_ms + rules->dwell_ms) {
            *next_ms = MIN(*next_ms, slot->since_ms + rules->dwell_ms);
            continue;
        }
        leave(slot);
        n_taken--;
    }
}

/* The lowest free slot, as long as more may be seen; -1: none. */
static int find_free(const AlarmSlot *slots, const SlotRules *rules)
{
    guint limit = rules->is_flood ? rules->flood_slots : rules->n_slots;
    int found = -1;
    for (guint i = rules->n_slots; i > 0; i--) {
        if (!slots[i - 1].alarm)
            found = (int)i - 1;
        else if (limit-- == 1)
            return -1;
    }
    return found;
}

static guint count_free(const AlarmSlot *slots, const SlotRules *rules)
{
    guint limit = rules->is_flood ? MIN(rules->flood_slots, rules->n_slots) : rules->n_slots;
    guint n_taken = 0;
    for (guint i = 0; i < rules->n_slots; i++)
        n_taken += slots[i].alarm ? 1 : 0;
    return limit - MIN(limit, n_taken);
}

/* Those who must go, go first: then the best newcomer has the lowest slot. */
static void make_room(AlarmSlot *slots, const SlotRules *rules, GArray *requests, gint64 now_ms,
                      gint64 *next_ms)
{
    guint n_waiting = 0;
    for (guint i = 0; i < requests->len; i++) {
        const Request *request = &g_array_index(requests, Request, i);
        if (!request->is_granted || request->has_slot)
            continue;
        n_waiting++;
        if (n_waiting <= count_free(slots, rules))
            continue;
        int at = weakest(slots, rules, requests, request, now_ms, next_ms);
        if (at < 0)
            return;
        leave(&slots[at]);
    }
}

gint64 slots_arbitrate(AlarmSlot *slots, const SlotRules *rules, const SlotClaim *claims,
                       guint n_claims, gint64 now_ms)
{
    g_assert(rules->n_slots <= SLOTS_MAX);
    g_autoptr(GArray) requests = rank(rules, claims, n_claims);
    gint64 next_ms = G_MAXINT64;
    for (guint i = 0; i < rules->n_slots; i++) {
        Request *owner = slots[i].alarm ? find_request(requests, &slots[i]) : NULL;
        if (owner && owner->is_granted)
            owner->has_slot = TRUE;
    }
    pass_on(slots, rules->n_slots, requests);
    for (guint i = 0; i < rules->n_slots; i++) {
        if (slots[i].alarm && !find_request(requests, &slots[i]))
            leave(&slots[i]);
    }
    make_room(slots, rules, requests, now_ms, &next_ms);
    Request *request;
    int at;
    while ((request = first_waiting(requests)) && (at = find_free(slots, rules)) >= 0)
        take(&slots[at], request, now_ms);
    if (rules->is_flood)
        thin_out(slots, rules, requests, now_ms, &next_ms);
    return next_ms;
}

void slots_clear(AlarmSlot *slots, guint n)
{
    for (guint i = 0; i < n; i++)
        leave(&slots[i]);
}
