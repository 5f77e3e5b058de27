/* sessions.c - who is signed in, and which machines have a token */
#include "wallctl/sessions.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <sodium.h>
#include <string.h>

#define TICK_S        5
#define SAVE_TOUCH_MS (60 * 1000) /* the disk need not know every movement */
#define COOKIE_BYTES  32
#define PUBLIC_BYTES  8

typedef struct {
    SessionRecord *record;
    Caller *caller; /* made when first asked for, dropped when something changes */
    gint64 saved_ms;
} Session;

struct Sessions {
    Store *store;
    Accounts *accounts;
    SessionRules rules;
    GHashTable *by_hash; /* guint8[32] of the record -> Session */
    GHashTable *tokens;  /* guint8[32] of the record -> TokenRecord */
    SessionsChanged changed;
    gpointer user;
    guint tick;
};

static guint hash_of_hash(gconstpointer key)
{
    guint value;
    memcpy(&value, key, sizeof value);
    return value;
}

static gboolean equal_hash(gconstpointer a, gconstpointer b)
{
    return sodium_memcmp(a, b, SECRET_HASH_BYTES) == 0;
}

static void digest(const char *text, guint8 *hash)
{
    crypto_hash_sha256(hash, (const guint8 *)text, strlen(text));
}

/* 256 random bits as text. */
static Secret *make_secret(const char *prefix, guint8 *hash)
{
    guint8 bytes[COOKIE_BYTES];
    char text[16 +
              sodium_base64_ENCODED_LEN(COOKIE_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    gsize at = g_strlcpy(text, prefix, 16);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text + at, sizeof text - at, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    digest(text, hash);
    Secret *secret = secret_new(text, strlen(text));
    secret_wipe(bytes, sizeof bytes);
    secret_wipe(text, sizeof text);
    return secret;
}

/* --- sessions ----------------------------------------------------------------------------------
 */

static void session_free(gpointer data)
{
    Session *session = data;
    session_record_free(session->record);
    caller_unref(session->caller);
    g_free(session);
}

static void add_session(Sessions *sessions, SessionRecord *record)
{
    Session *session = g_new0(Session, 1);
    session->record = record;
    session->saved_ms = record->active_ms;
    g_hash_table_replace(sessions->by_hash, record->hash, session);
}

/* Ended by time, or its account is not what it was: signing in again is what helps. */
static gboolean is_over(const Sessions *sessions, const SessionRecord *record, gint64 now_ms)
{
    const AccountRecord *account = accounts_find(sessions->accounts, record->account);
    return !account || account->account->is_disabled ||
           now_ms - record->active_ms > sessions->rules.idle_ms ||
           now_ms - record->began_ms > sessions->rules.life_ms;
}

static Caller *caller_of(Sessions *sessions, Session *session)
{
    const SessionRecord *record = session->record;
    if (is_over(sessions, record, clock_unix_ms()))
        return NULL;
    if (!session->caller) {
        const AccountRecord *account = accounts_find(sessions->accounts, record->account);
        char name[2 * PUBLIC_BYTES + 1];
        sodium_bin2hex(name, sizeof name, record->hash, PUBLIC_BYTES);
        session->caller = caller_new_session(account->account, record->address, name,
                                             record->reason, account->is_one_time);
    }
    return caller_ref(session->caller);
}

Caller *sessions_by_cookie(Sessions *sessions, const char *cookie)
{
    guint8 hash[SECRET_HASH_BYTES];
    digest(cookie, hash);
    Session *session = g_hash_table_lookup(sessions->by_hash, hash);
    return session ? caller_of(sessions, session) : NULL;
}

static Session *find_public(const Sessions *sessions, const char *name)
{
    guint8 start[PUBLIC_BYTES];
    gsize len;
    if (sodium_hex2bin(start, sizeof start, name, strlen(name), NULL, &len, NULL) != 0 ||
        len != sizeof start)
        return NULL;
    GHashTableIter iter;
    gpointer hash, session;
    g_hash_table_iter_init(&iter, sessions->by_hash);
    while (g_hash_table_iter_next(&iter, &hash, &session)) {
        if (memcmp(hash, start, sizeof start) == 0)
            return session;
    }
    return NULL;
}

static Session *session_of(const Sessions *sessions, const Caller *caller)
{
    return caller->kind == CALLER_SESSION ? find_public(sessions, caller->session) : NULL;
}

static void end(Sessions *sessions, Session *session)
{
    session_store_delete(sessions->store, session->record->hash);
    g_hash_table_remove(sessions->by_hash, session->record->hash);
}

/* The one that was used longest ago makes room. */
static void make_room(Sessions *sessions, const char *account)
{
    GHashTableIter iter;
    gpointer value;
    Session *oldest = NULL;
    guint n = 0;
    gboolean is_full = g_hash_table_size(sessions->by_hash) >= SESSIONS_MAX;
    g_hash_table_iter_init(&iter, sessions->by_hash);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Session *session = value;
        gboolean is_own = strcmp(session->record->account, account) == 0;
        n += is_own;
        if ((is_own || is_full) &&
            (!oldest || session->record->active_ms < oldest->record->active_ms))
            oldest = session;
    }
    if (!oldest || (n < SESSIONS_PER_ACCOUNT && !is_full))
        return;
    end(sessions, oldest);
    sessions->changed(sessions->user);
}

Secret *sessions_begin(Sessions *sessions, const char *account, const char *address,
                       const char *reason)
{
    assert_control_thread();
    make_room(sessions, account);
    SessionRecord *record = g_new0(SessionRecord, 1);
    Secret *cookie = make_secret("", record->hash);
    record->account = g_strdup(account);
    record->address = g_strdup(address);
    record->reason = g_strdup(reason);
    record->began_ms = record->active_ms = clock_unix_ms();
    session_store_put(sessions->store, record);
    add_session(sessions, record);
    return cookie;
}

void sessions_touch(Sessions *sessions, const Caller *caller)
{
    Session *session = session_of(sessions, caller);
    if (!session)
        return;
    session->record->active_ms = clock_unix_ms();
    if (session->record->active_ms - session->saved_ms < SAVE_TOUCH_MS)
        return;
    session->saved_ms = session->record->active_ms;
    session_store_put(sessions->store, session->record);
}

void sessions_set_reason(Sessions *sessions, const Caller *caller, const char *reason)
{
    Session *session = session_of(sessions, caller);
    if (!session)
        return;
    g_free(session->record->reason);
    session->record->reason = g_strdup(reason);
    session_store_put(sessions->store, session->record);
    g_clear_pointer(&session->caller, caller_unref);
    sessions->changed(sessions->user);
}

void sessions_end(Sessions *sessions, const Caller *caller)
{
    Session *session = session_of(sessions, caller);
    if (!session)
        return;
    end(sessions, session);
    sessions->changed(sessions->user);
}

/* Ends what fits; TRUE if anything did. */
static gboolean end_where(Sessions *sessions,
                          gboolean (*fits)(Sessions *, const Session *, gconstpointer),
                          gconstpointer user)
{
    GHashTableIter iter;
    gpointer value;
    gboolean has_ended = FALSE;
    g_hash_table_iter_init(&iter, sessions->by_hash);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Session *session = value;
        if (!fits(sessions, session, user))
            continue;
        session_store_delete(sessions->store, session->record->hash);
        g_hash_table_iter_remove(&iter);
        has_ended = TRUE;
    }
    return has_ended;
}

typedef struct {
    const char *account;
    const Session *except;
} Ending;

static gboolean is_of(Sessions *sessions, const Session *session, gconstpointer user)
{
    const Ending *ending = user;
    return session != ending->except && strcmp(session->record->account, ending->account) == 0;
}

void sessions_end_account(Sessions *sessions, const char *account, const Caller *except)
{
    Ending ending = { account, except ? session_of(sessions, except) : NULL };
    if (end_where(sessions, is_of, &ending))
        sessions->changed(sessions->user);
}

gint64 sessions_ends_ms(const Sessions *sessions, const Caller *caller)
{
    const Session *session = session_of(sessions, caller);
    return session ? session->record->began_ms + sessions->rules.life_ms : 0;
}

guint sessions_count(const Sessions *sessions)
{
    return g_hash_table_size(sessions->by_hash);
}

/* --- tokens ------------------------------------------------------------------------------------
 */

static Caller *caller_of_token(const TokenRecord *token, const char *address)
{
    if (token->ends_ms <= clock_unix_ms())
        return NULL;
    return caller_new_token(token->id, token->region, token->rights, address);
}

Caller *sessions_by_token(Sessions *sessions, const char *token, const char *address)
{
    guint8 hash[SECRET_HASH_BYTES];
    digest(token, hash);
    const TokenRecord *record = g_hash_table_lookup(sessions->tokens, hash);
    return record ? caller_of_token(record, address) : NULL;
}

static const TokenRecord *find_token(const Sessions *sessions, const char *id)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, sessions->tokens);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (strcmp(((const TokenRecord *)value)->id, id) == 0)
            return value;
    }
    return NULL;
}

Caller *sessions_by_token_name(Sessions *sessions, const char *name, RightSet most,
                               const char *address)
{
    const TokenRecord *record = find_token(sessions, name);
    if (!record || record->ends_ms <= clock_unix_ms())
        return NULL;
    return caller_new_token(record->id, record->region, record->rights & most, address);
}

static gint by_id(gconstpointer a, gconstpointer b)
{
    const TokenRecord *const *x = a, *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

GPtrArray *sessions_tokens(const Sessions *sessions)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, sessions->tokens);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(list, value);
    g_ptr_array_sort(list, by_id);
    return list;
}

Secret *sessions_add_token(Sessions *sessions, const TokenRecord *record, GError **error)
{
    assert_control_thread();
    if (!account_id_is_valid(record->id) || find_token(sessions, record->id)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "'%.40s' is taken, or no name; accepted: 2 to 32 of a-z, 0-9, '.', '_', '-'",
                       "名称“%.40s”已有或不合规则：2–32 个小写字母、数字、. _ -", record->id);
        return NULL;
    }
    if (g_hash_table_size(sessions->tokens) >= TOKENS_MAX) {
        wall_error_set(error, WALL_ERROR_LIMIT, "at most %d tokens", "最多 %d 个令牌", TOKENS_MAX);
        return NULL;
    }
    TokenRecord *copy = token_record_copy(record);
    Secret *token = make_secret("wct_", copy->hash);
    copy->made_ms = clock_unix_ms();
    g_hash_table_replace(sessions->tokens, copy->hash, copy);
    token_store_put(sessions->store, copy);
    return token;
}

gboolean sessions_delete_token(Sessions *sessions, const char *id)
{
    assert_control_thread();
    const TokenRecord *token = find_token(sessions, id);
    if (!token)
        return FALSE;
    token_store_delete(sessions->store, id);
    g_hash_table_remove(sessions->tokens, token->hash);
    sessions->changed(sessions->user);
    return TRUE;
}

/* --- all of them -------------------------------------------------------------------------------
 */

Caller *sessions_refresh(Sessions *sessions, const Caller *caller)
{
    if (caller->kind == CALLER_TOKEN) {
        const TokenRecord *token = find_token(sessions, caller->name);
        return token ? caller_of_token(token, caller->address) : NULL;
    }
    Session *session = session_of(sessions, caller);
    return session ? caller_of(sessions, session) : NULL;
}

static gboolean has_ended(Sessions *sessions, const Session *session, gconstpointer now_ms)
{
    return is_over(sessions, session->record, *(const gint64 *)now_ms);
}

static gboolean on_tick(gpointer user)
{
    Sessions *sessions = user;
    gint64 now_ms = clock_unix_ms();
    if (end_where(sessions, has_ended, &now_ms))
        sessions->changed(sessions->user);
    return G_SOURCE_CONTINUE;
}

static void on_account(const char *id, gboolean is_secret, gpointer user)
{
    Sessions *sessions = user;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, sessions->by_hash);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Session *session = value;
        if (strcmp(session->record->account, id) == 0)
            g_clear_pointer(&session->caller, caller_unref);
    }
    gint64 now_ms = clock_unix_ms();
    end_where(sessions, has_ended, &now_ms);
    if (is_secret)
        sessions_end_account(sessions, id, NULL);
    sessions->changed(sessions->user);
}

void sessions_set_rules(Sessions *sessions, const SessionRules *rules)
{
    sessions->rules = *rules;
    on_tick(sessions);
}

static void free_token(gpointer data)
{
    token_record_free(data);
}

static gboolean load(Sessions *sessions, GError **error)
{
    g_autoptr(GPtrArray) list = session_store_load(sessions->store, error);
    g_autoptr(GPtrArray) tokens = list ? token_store_load(sessions->store, error) : NULL;
    if (!tokens)
        return FALSE;
    for (guint i = 0; i < list->len; i++)
        add_session(sessions, session_record_copy(list->pdata[i]));
    for (guint i = 0; i < tokens->len; i++) {
        TokenRecord *token = token_record_copy(tokens->pdata[i]);
        g_hash_table_replace(sessions->tokens, token->hash, token);
    }
    gint64 now_ms = clock_unix_ms();
    end_where(sessions, has_ended, &now_ms);
    return TRUE;
}

Sessions *sessions_new(Store *store, Accounts *accounts, const SessionRules *rules,
                       SessionsChanged changed, gpointer user, GError **error)
{
    Sessions *sessions = g_new0(Sessions, 1);
    sessions->store = store;
    sessions->accounts = accounts;
    sessions->rules = *rules;
    sessions->changed = changed;
    sessions->user = user;
    sessions->by_hash = g_hash_table_new_full(hash_of_hash, equal_hash, NULL, session_free);
    sessions->tokens = g_hash_table_new_full(hash_of_hash, equal_hash, NULL, free_token);
    if (!load(sessions, error)) {
        sessions_free(sessions);
        return NULL;
    }
    accounts_listen(accounts, on_account, sessions);
    sessions->tick = g_timeout_add_seconds(TICK_S, on_tick, sessions);
    return sessions;
}

void sessions_free(Sessions *sessions)
{
    if (!sessions)
        return;
    g_clear_handle_id(&sessions->tick, g_source_remove);
    accounts_listen(sessions->accounts, NULL, NULL);
    g_hash_table_unref(sessions->by_hash);
    g_hash_table_unref(sessions->tokens);
    g_free(sessions);
}
