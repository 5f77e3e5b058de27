/* sign_in.c - is this person who they say? */
#include "wallctl/sign_in.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/base/work.h"
#include "wallctl/one_time_code.h"
#include "wallctl/password.h"
#include "web/door.h"

#include <sodium.h>
#include <string.h>

#define MAX_QUEUED      16
#define MAX_PER_ADDRESS 4
#define BUSY_S          1

struct SignIn {
    Accounts *accounts;
    const SealKey *key;
    WorkPool *pool;
    Door *pairs, *addresses, *names;
    GHashTable *pending; /* "account address", and "address" -> how many are being hashed */
    GHashTable *offers;  /* account -> GBytes: a sealed seed that waits for its first code */
    GHashTable *steps;   /* account -> the newest step of a code that was taken (guint64 *) */
    GPtrArray *jobs;     /* under way: their sign_in is cleared when we go */
    guint64 counts[SIGN_IN_UNAVAILABLE + 1];
};

typedef struct {
    SignIn *sign_in; /* NULL: nobody waits any more */
    char *account, *address, *pair, *code;
    Secret *password;
    char *hash;              /* to be held against; NULL: to be made */
    gboolean is_begun, fits; /* is_begun: the post frees it; read when the pool has ended */
    GError *error;
    SignInDone done;
    HashDone hashed;
    gpointer user;
} Job;

static void job_free(gpointer data)
{
    Job *job = data;
    g_free(job->account);
    g_free(job->address);
    g_free(job->pair);
    g_free(job->code);
    g_free(job->hash);
    secret_unref(job->password);
    g_clear_error(&job->error);
    g_free(job);
}

/* --- codes -------------------------------------------------------------------------------------
 */

static gboolean code_fits(SignIn *sign_in, const char *id, GBytes *sealed, const char *code)
{
    gsize len = 0;
    guint8 *seed = seal_open(sign_in->key, sealed, &len);
    const guint64 *newest = g_hash_table_lookup(sign_in->steps, id);
    guint64 step = seed && len == CODE_SEED_BYTES
                       ? code_step(seed, code, clock_unix_ms(), newest ? *newest : 0)
                       : 0;
    if (seed)
        secret_wipe(seed, len);
    g_free(seed);
    if (step)
        g_hash_table_replace(sign_in->steps, g_strdup(id), g_memdup2(&step, sizeof step));
    return step != 0;
}

char *sign_in_offer_code(SignIn *sign_in, const char *account, const char *site)
{
    assert_control_thread();
    guint8 seed[CODE_SEED_BYTES];
    randombytes_buf(seed, sizeof seed);
    g_hash_table_replace(sign_in->offers, g_strdup(account), seal(sign_in->key, seed, sizeof seed));
    char *address = code_address(seed, site, account);
    secret_wipe(seed, sizeof seed);
    return address;
}

gboolean sign_in_accept_code(SignIn *sign_in, const char *account, const char *code)
{
    assert_control_thread();
    GBytes *sealed = g_hash_table_lookup(sign_in->offers, account);
    if (!sealed || !code_fits(sign_in, account, sealed, code))
        return FALSE;
    accounts_set_totp(sign_in->accounts, account, sealed);
    g_hash_table_remove(sign_in->offers, account);
    return TRUE;
}

/* --- the way of one attempt --------------------------------------------------------------------
 */

static guint n_pending(const SignIn *sign_in, const char *key)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(sign_in->pending, key));
}

static void count_pending(SignIn *sign_in, const char *key, int change)
{
    guint n = (guint)((int)n_pending(sign_in, key) + change);
    if (n)
        g_hash_table_replace(sign_in->pending, g_strdup(key), GUINT_TO_POINTER(n));
    else
        g_hash_table_remove(sign_in->pending, key);
}

static void note_failure(SignIn *sign_in, const Job *job)
{
    if (!door_knows(sign_in->pairs, job->pair)) {
        door_failed(sign_in->addresses, job->address);
        door_failed(sign_in->names, job->account);
    }
    door_failed(sign_in->pairs, job->pair);
}

static gboolean is_too_old(const AccountRecord *record)
{
    const gint64 day_ms = G_GINT64_CONSTANT(24) * 3600 * 1000;
    return record->is_one_time && clock_unix_ms() - record->password_ms > ONE_TIME_DAYS * day_ms;
}

static SignInResult judge(SignIn *sign_in, const Job *job)
{
    const AccountRecord *record = accounts_find(sign_in->accounts, job->account);
    gboolean is_same =
        record && g_strcmp0(record->password, job->hash) == 0; /* not changed meanwhile */
    if (!job->fits || !is_same || record->account->is_disabled || is_too_old(record))
        return SIGN_IN_DENIED;
    if (!record->totp)
        return SIGN_IN_OK;
    if (!*job->code)
        return SIGN_IN_CODE_NEEDED;
    return code_fits(sign_in, job->account, record->totp, job->code) ? SIGN_IN_OK : SIGN_IN_DENIED;
}

static void finish(gpointer data)
{
    Job *job = data;
    SignIn *sign_in = job->sign_in;
    if (!sign_in)
        return;
    g_ptr_array_remove_fast(sign_in->jobs, job);
    if (job->hashed) {
        job->hashed(job->hash, job->error, job->user);
        return;
    }
    count_pending(sign_in, job->pair, -1);
    count_pending(sign_in, job->address, -1);
    SignInResult result = judge(sign_in, job);
    if (result == SIGN_IN_DENIED)
        note_failure(sign_in, job);
    if (result == SIGN_IN_OK) {
        door_passed(sign_in->pairs, job->pair);
        door_passed(sign_in->addresses, job->address);
        door_passed(sign_in->names, job->account);
    }
    sign_in->counts[result]++;
    job->done(result, 0, job->user);
}

static void run(gpointer data)
{
    Job *job = data;
    job->is_begun = TRUE;
    if (job->hash)
        job->fits = password_fits(job->password, job->hash);
    else /* a new one; or the account is unknown: that takes as long as a wrong password */
        job->hash = password_hash(job->password, &job->error);
    post_control(finish, job, job_free);
}

static gboolean submit(SignIn *sign_in, Job *job)
{
    if (!work_submit(sign_in->pool, run, job, NULL, NULL))
        return FALSE;
    g_ptr_array_add(sign_in->jobs, job);
    return TRUE;
}

void sign_in_try(SignIn *sign_in, const char *account, Secret *password, const char *code,
                 const char *address, SignInDone done, gpointer user)
{
    assert_control_thread();
    g_autofree char *pair = g_strconcat(account, " ", address, NULL);
    guint wait_s =
        MAX(MAX(door_wait_s(sign_in->pairs, pair), door_wait_s(sign_in->addresses, address)),
            door_wait_s(sign_in->names, account));
    if (wait_s == 0 &&
        (n_pending(sign_in, pair) > 0 || n_pending(sign_in, address) >= MAX_PER_ADDRESS))
        wait_s = BUSY_S;
    if (wait_s) {
        sign_in->counts[SIGN_IN_WAIT]++;
        done(SIGN_IN_WAIT, wait_s, user);
        return;
    }
    const AccountRecord *record = accounts_find(sign_in->accounts, account);
    Job *job = g_new0(Job, 1);
    *job = (Job) { .sign_in = sign_in,
                   .account = g_strdup(account),
                   .address = g_strdup(address),
                   .pair = g_strdup(pair),
                   .code = g_strdup(code),
                   .password = secret_ref(password),
                   .hash = g_strdup(record ? record->password : NULL),
                   .done = done,
                   .user = user };
    if (!submit(sign_in, job)) {
        job_free(job);
        sign_in->counts[SIGN_IN_WAIT]++;
        done(SIGN_IN_WAIT, BUSY_S, user);
        return;
    }
    count_pending(sign_in, pair, 1);
    count_pending(sign_in, address, 1);
}

void sign_in_hash(SignIn *sign_in, Secret *password, HashDone done, gpointer user)
{
    assert_control_thread();
    Job *job = g_new0(Job, 1);
    *job = (Job) {
        .sign_in = sign_in, .password = secret_ref(password), .hashed = done, .user = user
    };
    if (submit(sign_in, job))
        return;
    job_free(job);
    g_autoptr(GError) error = NULL;
    wall_error_set(&error, WALL_ERROR_LIMIT, "too many passwords are being hashed; try again",
                   "正在处理的登录太多，请稍后再试");
    done(NULL, error, user);
}

guint64 sign_in_count(const SignIn *sign_in, SignInResult result)
{
    return sign_in->counts[result];
}

SignIn *sign_in_new(Accounts *accounts, const SealKey *key)
{
    SignIn *sign_in = g_new0(SignIn, 1);
    sign_in->accounts = accounts;
    sign_in->key = key;
    sign_in->pool = work_pool_new("hash", 1, MAX_QUEUED, 2);
    sign_in->pairs = door_new();
    sign_in->addresses = door_new();
    sign_in->names = door_new();
    sign_in->pending = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sign_in->offers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    sign_in->steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    sign_in->jobs = g_ptr_array_new();
    return sign_in;
}

static void give_up(Job *job)
{
    g_autoptr(GError) error = NULL;
    wall_error_set(&error, WALL_ERROR_UNAVAILABLE, "wallctl is stopping", "系统正在停止");
    job->sign_in = NULL;
    if (job->hashed)
        job->hashed(NULL, error, job->user);
    else
        job->done(SIGN_IN_UNAVAILABLE, 0, job->user);
    if (!job->is_begun)
        job_free(job);
}

void sign_in_free(SignIn *sign_in)
{
    if (!sign_in)
        return;
    work_pool_free(sign_in->pool);
    for (guint i = 0; i < sign_in->jobs->len; i++)
        give_up(sign_in->jobs->pdata[i]);
    g_ptr_array_unref(sign_in->jobs);
    g_hash_table_unref(sign_in->pending);
    g_hash_table_unref(sign_in->offers);
    g_hash_table_unref(sign_in->steps);
    door_free(sign_in->pairs);
    door_free(sign_in->addresses);
    door_free(sign_in->names);
    g_free(sign_in);
}
