/* approvals.c - what takes two people: one asks, another one agrees */
#include "wallctl/approvals.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <string.h>

struct Approvals {
    GPtrArray *list; /* Approval *, oldest first; those whose time is up go at the next look */
    guint last_id;
};

static void approval_free(gpointer data)
{
    Approval *approval = data;
    g_free(approval->what);
    g_free(approval->reason);
    caller_unref(approval->asker);
    if (approval->approver)
        caller_unref(approval->approver);
    g_free(approval);
}

Approvals *approvals_new(void)
{
    Approvals *approvals = g_new0(Approvals, 1);
    approvals->list = g_ptr_array_new_with_free_func(approval_free);
    return approvals;
}

void approvals_free(Approvals *approvals)
{
    if (!approvals)
        return;
    g_ptr_array_unref(approvals->list);
    g_free(approvals);
}

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *approval_what(char *const *parts, GHashTable *query)
{
    g_autofree char *path = g_strjoinv("/", (char **)parts);
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer key, value;
    if (!query || g_hash_table_size(query) == 0)
        return g_steal_pointer(&path);
    g_hash_table_iter_init(&iter, query);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        g_autofree char *name = g_uri_escape_string(key, NULL, FALSE);
        g_autofree char *text = g_uri_escape_string(value, NULL, FALSE);
        g_ptr_array_add(pairs, g_strdup_printf("%s=%s", name, text));
    }
    g_ptr_array_sort(pairs, by_text);
    g_ptr_array_add(pairs, NULL);
    g_autofree char *joined = g_strjoinv("&", (char **)pairs->pdata);
    return g_strconcat(path, "?", joined, NULL);
}

static void drop_old(Approvals *approvals)
{
    assert_control_thread();
    gint64 now_ms = clock_unix_ms();
    for (guint i = approvals->list->len; i > 0; i--) {
        const Approval *approval = approvals->list->pdata[i - 1];
        if (approval->ends_ms <= now_ms)
            g_ptr_array_remove_index(approvals->list, i - 1);
    }
}

static gboolean is_own(const Approval *approval, const Caller *caller)
{
    return strcmp(approval->asker->id, caller->id) == 0;
}

static Approval *find_asked(Approvals *approvals, const Caller *asker, const char *what, guint *n)
{
    Approval *found = NULL;
    *n = 0;
    for (guint i = 0; i < approvals->list->len; i++) {
        Approval *approval = approvals->list->pdata[i];
        if (!is_own(approval, asker))
            continue;
        ++*n;
        if (strcmp(approval->what, what) == 0)
            found = approval;
    }
    return found;
}

const Approval *approvals_ask(Approvals *approvals, Caller *asker, const char *what,
                              const char *reason, GError **error)
{
    drop_old(approvals);
    guint n;
    Approval *approval = find_asked(approvals, asker, what, &n);
    if (approval)
        return approval;
    if (n >= APPROVALS_PER_ACCOUNT || approvals->list->len >= APPROVALS_MAX) {
        wall_error_set_literal(error, WALL_ERROR_LIMIT, "too many requests wait for approval",
                               "等待批准的申请太多，请先处理或撤回");
        return NULL;
    }
    approval = g_new0(Approval, 1);
    approval->id = ++approvals->last_id;
    approval->state = APPROVAL_WAITING;
    approval->what = g_strdup(what);
    approval->reason = g_strdup(reason);
    approval->asker = caller_ref(asker);
    approval->asked_ms = clock_unix_ms();
    approval->ends_ms = approval->asked_ms + APPROVAL_MS;
    g_ptr_array_add(approvals->list, approval);
    return approval;
}

const Approval *approvals_get(Approvals *approvals, guint id)
{
    drop_old(approvals);
    for (guint i = 0; i < approvals->list->len; i++) {
        const Approval *approval = approvals->list->pdata[i];
        if (approval->id == id)
            return approval;
    }
    return NULL;
}

static gboolean is_in_reach(const Approval *approval, const Caller *approver)
{
    return caller_may(approver, RIGHT_EXPORT_APPROVE) &&
           caller_sees_region(approver, approval->asker->region);
}

gboolean approval_is_for(const Approval *approval, const Caller *approver)
{
    return approval->state == APPROVAL_WAITING && approver->kind == CALLER_SESSION &&
           !is_own(approval, approver) && is_in_reach(approval, approver);
}

static gboolean set_gone(GError **error)
{
    wall_error_set_literal(error, WALL_ERROR_NOT_FOUND,
                           "no such request waits: it was answered, taken back, or its time is up",
                           "没有这条待批申请：可能已处理、已撤回或已过期");
    return FALSE;
}

gboolean approvals_answer(Approvals *approvals, guint id, Caller *approver, gboolean is_granted,
                          GError **error)
{
    Approval *approval = (Approval *)approvals_get(approvals, id);
    if (!approval || approval->state != APPROVAL_WAITING || !is_in_reach(approval, approver))
        return set_gone(error);
    if (!approval_is_for(approval, approver)) {
        wall_error_set_literal(error, WALL_ERROR_DENIED,
                               "it takes a second person, signed in: not who asked, no machine",
                               "须由另一人登录后批准，不能批准自己的申请");
        return FALSE;
    }
    if (!is_granted) {
        g_ptr_array_remove(approvals->list, approval);
        return TRUE;
    }
    approval->state = APPROVAL_GRANTED;
    approval->approver = caller_ref(approver);
    approval->ends_ms = clock_unix_ms() + APPROVAL_MS;
    return TRUE;
}

gboolean approvals_withdraw(Approvals *approvals, guint id, const Caller *asker, GError **error)
{
    const Approval *approval = approvals_get(approvals, id);
    if (!approval || !is_own(approval, asker))
        return set_gone(error);
    g_ptr_array_remove(approvals->list, (gpointer)approval);
    return TRUE;
}

const Approval *approvals_find(Approvals *approvals, const Caller *asker, const char *what)
{
    drop_old(approvals);
    guint n;
    const Approval *approval = find_asked(approvals, asker, what, &n);
    return approval && approval->state == APPROVAL_GRANTED ? approval : NULL;
}

GPtrArray *approvals_list(Approvals *approvals, const Caller *caller)
{
    GPtrArray *list = g_ptr_array_new();
    drop_old(approvals);
    for (guint i = 0; i < approvals->list->len; i++) {
        Approval *approval = approvals->list->pdata[i];
        if (is_own(approval, caller) || approval_is_for(approval, caller))
            g_ptr_array_add(list, approval);
    }
    return list;
}
