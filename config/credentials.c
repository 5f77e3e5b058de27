/* credentials.c - camera passwords and tokens of sources by reference
 *
 * No message repeats anything that stands in the file but the references that follow the rule: a
 * password may stand anywhere in a file that somebody got wrong. Text and tree are wiped as soon as
 * the secrets are made.
 */
#include "config/credentials.h"

#include "config/file.h"
#include "config/option.h"
#include "config/rule.h"
#include "config/sealed_file.h"
#include "wallctl/base/log.h"

#include <string.h>

#define SYSTEMD_NAME "wallctl-cameras"
#define MAX_ENTRIES  8192 /* a Secret takes guarded pages, of which a process has about 65,000 */
#define MIN_TOKEN    16

struct Credentials {
    gint refs;
    GHashTable *table; /* reference or "@camera" -> Credential */
    CredentialsState state;
    char *file;
    GError *trouble;
};

static void free_credential(gpointer data)
{
    Credential *credential = data;
    g_free(credential->user);
    secret_unref(credential->password);
    g_free(credential);
}

/* json-c hands out its own memory as const; it is ours as long as the tree is. */
static void wipe_texts(Json *json)
{
    if (json_object_is_type(json, json_type_string)) {
        secret_wipe((char *)json_object_get_string(json), (gsize)json_object_get_string_len(json));
    } else if (json_object_is_type(json, json_type_array)) {
        for (gsize i = 0; i < json_object_array_length(json); i++)
            wipe_texts(json_object_array_get_idx(json, i));
    } else if (json_object_is_type(json, json_type_object)) {
        struct json_object_iter member;
        json_object_object_foreachC (json, member)
            wipe_texts(member.val);
    }
}

/* A text member of an entry, or NULL with a fault that does not show the value. */
static const char *get_text(Json *object, const char *key, gsize min, gsize max, Faults *faults,
                            const char *place)
{
    Json *value = NULL;
    json_object_object_get_ex(object, key, &value);
    gsize len =
        json_object_is_type(value, json_type_string) ? (gsize)json_object_get_string_len(value) : 0;
    if (json_object_is_type(value, json_type_string) && len >= min && len <= max)
        return json_object_get_string(value);
    faults_add(faults, place,
               "\"%s\" is missing or refused; accepted: text of %" G_GSIZE_FORMAT
               " to %" G_GSIZE_FORMAT " bytes",
               key, min, max);
    return NULL;
}

static void read_entry(Credentials *credentials, const char *reference, Json *entry, Faults *faults,
                       const char *place)
{
    if (!json_object_is_type(entry, json_type_object) || json_object_object_length(entry) > 2) {
        faults_add(faults, place,
                   "is refused; accepted: {\"user\": \"...\", \"password\": \"...\"} for a camera, "
                   "{\"token\": \"...\"} for a source, and nothing else");
        return;
    }
    gboolean is_token =
        json_object_object_get_ex(entry, "token", NULL) && json_object_object_length(entry) == 1;
    const char *user =
        is_token ? "" : get_text(entry, "user", 1, CREDENTIALS_MAX_USER, faults, place);
    const char *password =
        is_token ? get_text(entry, "token", MIN_TOKEN, CREDENTIALS_MAX_SECRET, faults, place)
                 : get_text(entry, "password", 0, CREDENTIALS_MAX_SECRET, faults, place);
    if (!user || !password)
        return;
    if (is_token && *reference == '@') {
        faults_add(faults, place, "is a token; a camera needs user and password");
        return;
    }
    Credential *credential = g_new(Credential, 1);
    *credential = (Credential) { g_strdup(user), secret_new(password, strlen(password)) };
    g_hash_table_insert(credentials->table, g_strdup(reference), credential);
}

static void read_entries(Credentials *credentials, Json *json, Faults *faults, const char *name)
{
    if (!json_object_is_type(json, json_type_object) ||
        json_object_object_length(json) > MAX_ENTRIES) {
        faults_add(faults, name, "is refused; accepted: an object of at most %d references",
                   MAX_ENTRIES);
        return;
    }
    guint index = 0;
    struct json_object_iter member;
    json_object_object_foreachC (json, member) {
        index++;
        gboolean is_reference = rule_id.fits(member.key + (*member.key == '@'));
        g_autofree char *place = is_reference ? g_strdup_printf("%s: %s", name, member.key)
                                              : g_strdup_printf("%s: entry %u", name, index);
        if (is_reference)
            read_entry(credentials, member.key, member.val, faults, place);
        else
            faults_add(faults, place, "the reference is refused; accepted: %s", rule_id.accepted);
    }
}

Json *credentials_parse_tree(const char *text, gsize len, const char *name, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    Json *json = json_parse(text, len, CREDENTIALS_MAX_BYTES, JSON_COMMENTS, &error);
    if (!json) {
        /* The rest of the message repeats what was found. */
        gsize place_len = strcspn(error->message, ":");
        faults_add(faults, name, "%.*s: is not valid JSON (what stands there is not shown)",
                   (int)place_len, error->message);
    }
    return json;
}

void credentials_wipe(Json *tree)
{
    wipe_texts(tree);
    json_object_put(tree);
}

static void read_text(Credentials *credentials, const char *text, gsize len, Faults *faults,
                      const char *name)
{
    Json *json = credentials_parse_tree(text, len, name, faults);
    if (!json)
        return;
    read_entries(credentials, json, faults, name);
    credentials_wipe(json);
}

Credentials *credentials_parse(const char *text, gsize len, const char *name, Faults *faults)
{
    guint n_faults = faults_count(faults);
    Credentials *credentials = credentials_new();
    read_text(credentials, text, len, faults, name);
    if (faults_count(faults) > n_faults)
        g_clear_pointer(&credentials, credentials_unref);
    return credentials;
}

static gboolean is_private(guint mode, const char *path, Faults *faults, const char *name)
{
    if (!(mode & 077))
        return TRUE;
    g_autofree char *quoted = g_shell_quote(path);
    faults_add(
        faults, name,
        "mode %04o lets others read the passwords; accepted: 0600 (mend it with: chmod 600 %s)",
        mode & 0777, quoted);
    return FALSE;
}

/* systemd guards the directory; the files in it may carry an ACL, which shows as group bits. */
static char *dup_systemd_path(void)
{
    const char *directory = g_getenv("CREDENTIALS_DIRECTORY");
    if (!directory)
        return NULL;
    g_autofree char *path = g_build_filename(directory, SYSTEMD_NAME, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

static void read_sealed(Credentials *credentials, const char *text, gsize len, Faults *faults,
                        const char *name)
{
    gsize opened = 0;
    char *plain =
        sealed_file_open(credentials->file, text, len, &opened, NULL, &credentials->trouble);
    if (!plain) {
        credentials->state = CREDENTIALS_BROKEN;
        log_error(CONFIG, "%s", credentials->trouble->message);
        return;
    }
    read_text(credentials, plain, opened, faults, name);
    secret_wipe(plain, opened);
    g_free(plain);
}

static void read_file(Credentials *credentials, gboolean is_systemd, Faults *faults)
{
    const char *file = credentials->file;
    g_autofree char *name = g_path_get_basename(file);
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    guint mode = 0;
    g_autofree char *text = file_read(file, SEALED_MAX_BYTES, &len, &mode, &error);
    if (!text) {
        faults_add(faults, name, "%s", error->message);
        return;
    }
    if (!sealed_text_is_plain(text, len)) {
        credentials->state = CREDENTIALS_SEALED;
        read_sealed(credentials, text, len, faults, name);
    } else if (is_systemd || is_private(mode, file, faults, name)) {
        credentials->state = is_systemd ? CREDENTIALS_SYSTEMD : CREDENTIALS_PLAIN;
        read_text(credentials, text, len, faults, name);
    }
    secret_wipe(text, len);
}

/* A copy of the disk has them, too, and it is a command to mend that. */
static void warn_if_plain(const Credentials *credentials)
{
    guint n = g_hash_table_size(credentials->table);
    if (credentials->state != CREDENTIALS_PLAIN || n == 0)
        return;
    g_autofree char *quoted = g_shell_quote(credentials->file);
    log_warning(CONFIG,
                "%s has %u passwords and tokens as they are; seal it with: wallctl secret seal %s",
                credentials->file, n, quoted);
}

Credentials *credentials_load(const char *path, Faults *faults)
{
    g_autofree char *systemd = dup_systemd_path();
    Credentials *credentials = credentials_new();
    if (!systemd && !path)
        return credentials;
    guint n_faults = faults_count(faults);
    credentials->file = g_strdup(systemd ? systemd : path);
    read_file(credentials, systemd != NULL, faults);
    warn_if_plain(credentials);
    if (faults_count(faults) > n_faults)
        g_clear_pointer(&credentials, credentials_unref);
    return credentials;
}

CredentialsState credentials_state(const Credentials *credentials)
{
    return credentials->state;
}

const char *credentials_state_word(CredentialsState state)
{
    static const char *const words[] = { "", "none", "plain", "sealed", "systemd", "broken" };
    return (guint)state < G_N_ELEMENTS(words) ? words[state] : "";
}

const char *credentials_file(const Credentials *credentials)
{
    return credentials->file;
}

const GError *credentials_trouble(const Credentials *credentials)
{
    return credentials->trouble;
}

const Credential *credentials_of_camera(const Credentials *credentials, const char *camera,
                                        const char *reference)
{
    g_autofree char *own = g_strconcat("@", camera, NULL);
    const Credential *credential = credentials_find(credentials, own);
    return credential || !reference ? credential : credentials_find(credentials, reference);
}

const Credential *credentials_find(const Credentials *credentials, const char *reference)
{
    return g_hash_table_lookup(credentials->table, reference);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *credentials_list(const Credentials *credentials)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer reference, value;
    g_hash_table_iter_init(&iter, credentials->table);
    while (g_hash_table_iter_next(&iter, &reference, &value)) {
        if (*((const Credential *)value)->user && *(const char *)reference != '@')
            g_ptr_array_add(list, reference);
    }
    g_ptr_array_sort(list, by_name);
    return list;
}

const char *credentials_reference(const Credentials *credentials, const Credential *credential)
{
    g_autoptr(GPtrArray) list = credentials_list(credentials);
    for (guint i = 0; i < list->len; i++) {
        if (credential_equal(credentials_find(credentials, list->pdata[i]), credential))
            return list->pdata[i];
    }
    return NULL;
}

gboolean credential_equal(const Credential *a, const Credential *b)
{
    return a == b ||
           (a && b && strcmp(a->user, b->user) == 0 && secret_equal(a->password, b->password));
}

Credentials *credentials_ref(Credentials *credentials)
{
    g_atomic_int_inc(&credentials->refs);
    return credentials;
}

void credentials_unref(Credentials *credentials)
{
    if (!credentials || !g_atomic_int_dec_and_test(&credentials->refs))
        return;
    g_hash_table_unref(credentials->table);
    g_clear_error(&credentials->trouble);
    g_free(credentials->file);
    g_free(credentials);
}

Credentials *credentials_new(void)
{
    Credentials *credentials = g_new0(Credentials, 1);
    credentials->refs = 1;
    credentials->state = CREDENTIALS_NONE;
    credentials->table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_credential);
    return credentials;
}
