/* onvif_search.c - the search for cameras in the network, and what it has found so far
 *
 * A Run is what one search or trial shares with its jobs. Jobs post what they have; a run that was stopped, or whose
 * search is gone, is not heard any more.
 */
#include "wallctl/onvif_search.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/base/work.h"

#include <string.h>

#define THREADS        8 /* devices that are asked at once */
#define NICE           12
#define MAX_FINDINGS   2048
#define SEARCH_LIMIT_S 90
#define DEVICE_LIMIT_S 20
#define REQUEST_MS     5000
#define WAIT_MS        2000 /* for answers to probes */

typedef struct {
    gint refs;
    gint is_stopped;     /* atomic */
    OnvifSearch *search; /* [control]; NULL: nobody listens */
    Networks *networks;
    gint64 deadline_us;
    GPtrArray *targets; /* of a search; then read only */
    guint16 port;
} Run;

struct OnvifSearch {
    WorkPool *pool;
    Run *run; /* NULL: nothing is under way */
    SearchState state;
    gboolean is_looking;
    guint n_asked, n_to_ask, last_id, timer;
    gint64 began_ms, ended_ms;
    GPtrArray *findings; /* OnvifFinding */
    GHashTable *by_id;   /* borrowed from findings */
};

static Run *run_ref(Run *run)
{
    g_atomic_int_inc(&run->refs);
    return run;
}

static void run_unref(Run *run)
{
    if (!g_atomic_int_dec_and_test(&run->refs))
        return;
    networks_unref(run->networks);
    g_clear_pointer(&run->targets, g_ptr_array_unref);
    g_free(run);
}

/* --- findings ----------------------------------------------------------------------------------
 */

static void free_finding(gpointer data)
{
    OnvifFinding *finding = data;
    g_free(finding->id);
    g_free(finding->endpoint);
    g_object_unref(finding->host);
    g_free(finding->host_text);
    g_free(finding->address);
    g_free(finding->name);
    g_free(finding->hardware);
    g_free(finding->location);
    onvif_trouble_clear(&finding->trouble);
    g_clear_pointer(&finding->device, onvif_device_free);
    g_free(finding->credential);
    g_free(finding);
}

static OnvifFinding *add_finding(OnvifSearch *search, GInetAddress *host, const OnvifMatch *match)
{
    OnvifFinding *finding = g_new0(OnvifFinding, 1);
    finding->id = g_strdup_printf("d%u", ++search->last_id);
    finding->endpoint = g_strdup(match ? match->id : "");
    finding->host = g_object_ref(host);
    finding->host_text = g_inet_address_to_string(host);
    finding->name = g_strdup(match ? match->name : "");
    finding->hardware = g_strdup(match ? match->hardware : "");
    finding->location = g_strdup(match ? match->location : "");
    finding->credential = g_strdup("");
    finding->state = FINDING_TOLD;
    g_ptr_array_add(search->findings, finding);
    g_hash_table_insert(search->by_id, finding->id, finding);
    return finding;
}

/* Of the addresses that it names the first one that is its own. */
static void choose_address(OnvifFinding *finding, const OnvifMatch *match, const Networks *networks)
{
    onvif_trouble_set(&finding->trouble, ONVIF_MALFORMED, "XAddrs");
    for (char **address = match->addresses; *address && !finding->address; address++) {
        g_autoptr(GInetAddress) own =
            onvif_own_address(*address, finding->host, networks, &finding->trouble);
        if (own)
            finding->address = g_strdup(*address);
    }
}

/* --- the end of it -----------------------------------------------------------------------------
 */

static void finish(OnvifSearch *search, SearchState state)
{
    Run *run = g_steal_pointer(&search->run);
    g_atomic_int_set(&run->is_stopped, 1);
    run->search = NULL;
    run_unref(run);
    g_clear_handle_id(&search->timer, g_source_remove);
    search->state = state;
    search->is_looking = FALSE;
    search->ended_ms = clock_unix_ms();
    for (guint i = 0; i < search->findings->len; i++) {
        OnvifFinding *finding = search->findings->pdata[i];
        if (finding->state == FINDING_TOLD)
            continue;
        finding->state = FINDING_TOLD;
        onvif_trouble_set(&finding->trouble, ONVIF_STOPPED, "");
    }
    log_info(WEB, "onvif: %u devices known, %u of %u asked", search->findings->len, search->n_asked,
             search->n_to_ask);
}

static void finish_if_done(OnvifSearch *search)
{
    if (search->run && !search->is_looking && search->n_asked == search->n_to_ask)
        finish(search, SEARCH_DONE);
}

static gboolean on_limit(gpointer user)
{
    OnvifSearch *search = user;
    search->timer = 0;
    finish(search, SEARCH_STOPPED);
    return G_SOURCE_REMOVE;
}

/* --- asking one device -------------------------------------------------------------------------
 */

typedef struct {
    Run *run;
    char *id, *address, *reference;
    GInetAddress *host;
    char *user; /* NULL: without a login */
    Secret *password;
    OnvifDevice *device;
} Question;

static void free_question(gpointer data)
{
    Question *question = data;
    run_unref(question->run);
    g_free(question->id);
    g_free(question->address);
    g_free(question->reference);
    g_object_unref(question->host);
    g_free(question->user);
    g_clear_pointer(&question->password, secret_unref);
    g_clear_pointer(&question->device, onvif_device_free);
    g_free(question);
}

static void take_answer(gpointer data)
{
    Question *question = data;
    OnvifSearch *search = question->run->search;
    OnvifFinding *finding = search ? g_hash_table_lookup(search->by_id, question->id) : NULL;
    if (!finding)
        return;
    OnvifDevice *device = g_steal_pointer(&question->device);
    finding->state = FINDING_TOLD;
    onvif_trouble_set(&finding->trouble, device->trouble.kind, device->trouble.detail);
    if (device->trouble.kind == ONVIF_WELL) {
        g_free(finding->credential);
        finding->credential = g_steal_pointer(&question->reference);
    }
    g_clear_pointer(&finding->device, onvif_device_free);
    finding->device = device;
    search->n_asked++;
    finish_if_done(search);
}

static void ask(gpointer data)
{
    Question *question = data;
    gint64 own_us = g_get_monotonic_time() + DEVICE_LIMIT_S * G_USEC_PER_SEC;
    OnvifLimits limits = { question->run->networks, &question->run->is_stopped, REQUEST_MS,
                           MIN(question->run->deadline_us, own_us) };
    Credential login = { question->user, question->password };
    question->device =
        onvif_ask(question->host, question->address, question->user ? &login : NULL, &limits);
    g_clear_pointer(&question->password, secret_unref);
    post_control(take_answer, question, free_question);
}

static void submit(OnvifSearch *search, OnvifFinding *finding, const Credential *login,
                   const char *reference)
{
    Question *question = g_new0(Question, 1);
    *question = (Question) { .run = run_ref(search->run),
                             .id = g_strdup(finding->id),
                             .address = g_strdup(finding->address),
                             .reference = g_strdup(reference),
                             .host = g_object_ref(finding->host),
                             .user = login ? g_strdup(login->user) : NULL,
                             .password = login ? secret_ref(login->password) : NULL };
    if (!work_submit(search->pool, ask, question, NULL, NULL)) {
        free_question(question);
        onvif_trouble_set(&finding->trouble, ONVIF_STOPPED, "");
        return;
    }
    finding->state = FINDING_ASKING;
    search->n_to_ask++;
}

/* --- looking for devices -----------------------------------------------------------------------
 */

typedef struct {
    Run *run;
    GInetAddress *host;
    OnvifMatch match; /* owned */
} Found;

static void free_found(gpointer data)
{
    Found *found = data;
    run_unref(found->run);
    g_object_unref(found->host);
    g_free(found->match.id);
    g_strfreev(found->match.addresses);
    g_free(found->match.name);
    g_free(found->match.hardware);
    g_free(found->match.location);
    g_free(found);
}

static void take_found(gpointer data)
{
    Found *found = data;
    OnvifSearch *search = found->run->search;
    if (!search)
        return;
    OnvifFinding *finding = add_finding(search, found->host, &found->match);
    choose_address(finding, &found->match, found->run->networks);
    if (finding->address)
        submit(search, finding, NULL, "");
}

/* By a probe, or at the very address; who names a port means what lies there. */
static gboolean was_found(const OnvifSearch *search, const DiscoveryTarget *target,
                          const char *address)
{
    for (guint i = 0; i < search->findings->len; i++) {
        const OnvifFinding *finding = search->findings->pdata[i];
        gboolean is_probed = *finding->endpoint && target->web_port == DISCOVERY_WEB_PORT;
        if (g_inet_address_equal(finding->host, target->address) &&
            (is_probed || g_strcmp0(finding->address, address) == 0))
            return TRUE;
    }
    return FALSE;
}

/* Whom somebody named is asked at the usual place, though it did not answer the probe: many cameras have discovery
 * switched off. */
static void ask_silent(OnvifSearch *search, const Run *run)
{
    for (guint i = 0; i < run->targets->len; i++) {
        const DiscoveryTarget *target = run->targets->pdata[i];
        g_autofree char *host = g_inet_address_to_string(target->address);
        g_autofree char *address =
            g_strdup_printf("http://%s:%u/onvif/device_service", host, target->web_port);
        if (target->is_of_range || was_found(search, target, address))
            continue;
        OnvifFinding *finding = add_finding(search, target->address, NULL);
        g_autoptr(GInetAddress) own =
            onvif_own_address(address, finding->host, run->networks, &finding->trouble);
        if (own) {
            finding->address = g_steal_pointer(&address);
            submit(search, finding, NULL, "");
        }
    }
}

static void take_looked(gpointer data)
{
    Run *run = data;
    OnvifSearch *search = run->search;
    if (!search)
        return;
    ask_silent(search, run);
    search->is_looking = FALSE;
    search->state = SEARCH_ASKING;
    finish_if_done(search);
}

typedef struct {
    Run *run;
    GHashTable *known; /* endpoint and address: probes go out twice, by several interfaces */
} Look;

static void on_found(GInetAddress *from, const OnvifMatch *match, gpointer user)
{
    Look *look = user;
    g_autofree char *host = g_inet_address_to_string(from);
    char *key = g_strdup_printf("%s %s %s", host, match->id,
                                match->addresses[0] ? match->addresses[0] : "");
    if (g_hash_table_size(look->known) >= MAX_FINDINGS || !g_hash_table_add(look->known, key))
        return;
    Found *found = g_new(Found, 1);
    *found = (Found) { run_ref(look->run),
                       g_object_ref(from),
                       { g_strdup(match->id), g_strdupv(match->addresses), g_strdup(match->name),
                         g_strdup(match->hardware), g_strdup(match->location) } };
    post_control(take_found, found, free_found);
}

static void look_for(gpointer data)
{
    Run *run = data;
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Look look = { run, known };
    OnvifLimits limits = { run->networks, &run->is_stopped, REQUEST_MS, run->deadline_us };
    DiscoveryPlan plan = { run->targets, run->port, TRUE, WAIT_MS };
    discovery_run(&plan, &limits, on_found, &look);
    post_control(take_looked, run_ref(run), (GDestroyNotify)run_unref);
}

/* --- what people do ----------------------------------------------------------------------------
 */

static gboolean begin(OnvifSearch *search, const Config *config, SearchState state, GError **error)
{
    if (search->run) {
        wall_error_set_literal(error, WALL_ERROR_LOCKED,
                               "a search is under way; wait for its end, or stop it",
                               "正在搜索，请等它结束，或者先停止");
        return FALSE;
    }
    if (!search->pool)
        search->pool = work_pool_new("onvif", THREADS, MAX_FINDINGS + 1, NICE);
    search->run = g_new0(Run, 1);
    search->run->refs = 1;
    search->run->search = search;
    search->run->networks = networks_ref(config->networks);
    search->run->deadline_us = g_get_monotonic_time() + SEARCH_LIMIT_S * G_USEC_PER_SEC;
    search->state = state;
    search->n_asked = search->n_to_ask = 0;
    search->began_ms = clock_unix_ms();
    search->timer = g_timeout_add_seconds(SEARCH_LIMIT_S, on_limit, search);
    return TRUE;
}

gboolean onvif_search_start(OnvifSearch *search, const Config *config, GPtrArray *targets,
                            guint16 port, GError **error)
{
    assert_control_thread();
    if (!begin(search, config, SEARCH_LOOKING, error)) {
        g_ptr_array_unref(targets);
        return FALSE;
    }
    g_hash_table_remove_all(search->by_id);
    g_ptr_array_set_size(search->findings, 0);
    search->is_looking = TRUE;
    search->run->targets = targets;
    search->run->port = port;
    if (work_submit(search->pool, look_for, run_ref(search->run), (GDestroyNotify)run_unref, error))
        return TRUE;
    finish(search, SEARCH_STOPPED);
    return FALSE;
}

void onvif_search_stop(OnvifSearch *search)
{
    assert_control_thread();
    if (search->run)
        finish(search, SEARCH_STOPPED);
}

gboolean onvif_search_try(OnvifSearch *search, const Config *config, char **ids,
                          const Credential *login, const char *reference, GError **error)
{
    assert_control_thread();
    for (char **id = ids; *id; id++) {
        const OnvifFinding *finding = onvif_search_find(search, *id);
        if (finding && finding->address)
            continue;
        wall_error_set(error, WALL_ERROR_NOT_FOUND,
                       "devices: no device \"%.20s\" that could be asked was found",
                       "没有搜到可以登录的设备“%.20s”，请重新搜索", *id);
        return FALSE;
    }
    if (!begin(search, config, SEARCH_ASKING, error))
        return FALSE;
    for (char **id = ids; *id; id++) {
        OnvifFinding *finding = g_hash_table_lookup(search->by_id, *id);
        if (finding->state == FINDING_TOLD)
            submit(search, finding, login, reference);
    }
    finish_if_done(search);
    return TRUE;
}

const OnvifFinding *onvif_search_find(const OnvifSearch *search, const char *id)
{
    return g_hash_table_lookup(search->by_id, id);
}

SearchInfo onvif_search_info(const OnvifSearch *search)
{
    gint64 until_ms = search->run ? clock_unix_ms() : search->ended_ms;
    return (SearchInfo) { .state = search->state,
                          .n_asked = search->n_asked,
                          .n_to_ask = search->n_to_ask,
                          .began_ms = search->began_ms,
                          .took_ms = MAX(0, until_ms - search->began_ms),
                          .findings = search->findings };
}

OnvifSearch *onvif_search_new(void)
{
    OnvifSearch *search = g_new0(OnvifSearch, 1);
    search->state = SEARCH_NONE;
    search->findings = g_ptr_array_new_with_free_func(free_finding);
    search->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    return search;
}

void onvif_search_free(OnvifSearch *search)
{
    if (!search)
        return;
    onvif_search_stop(search);
    work_pool_free(search->pool);
    g_hash_table_unref(search->by_id);
    g_ptr_array_unref(search->findings);
    g_free(search);
}
