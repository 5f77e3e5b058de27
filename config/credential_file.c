/* credential_file.c - changing the file of camera passwords and tokens, sealed from then on */
#include "config/credential_file.h"

#include "config/file.h"
#include "config/rule.h"
#include "config/sealed_file.h"
#include "wallctl/base/error.h"

#include <string.h>

#define MAX_FAULTS 20

/* The file while it is changed: its lock, its text, and what is in it. */
typedef struct {
    const char *path;
    int lock;
    char *text, *plain, *key_path;
    gsize len, plain_len;
    gboolean was_sealed;
} Opened;

static void wipe(char *text, gsize len)
{
    if (text)
        secret_wipe(text, len);
    g_free(text);
}

static void opened_close(Opened *opened)
{
    wipe(opened->text, opened->len);
    wipe(opened->plain, opened->plain_len);
    g_free(opened->key_path);
    if (opened->lock >= 0)
        sealed_file_unlock(opened->lock);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Opened, opened_close)

static gboolean read_opened(Opened *opened, GError **error)
{
    opened->text = file_read(opened->path, SEALED_MAX_BYTES, &opened->len, NULL, error);
    if (!opened->text)
        return FALSE;
    opened->was_sealed = !sealed_text_is_plain(opened->text, opened->len);
    if (opened->was_sealed)
        opened->plain = sealed_file_open(opened->path, opened->text, opened->len,
                                         &opened->plain_len, &opened->key_path, error);
    else {
        opened->plain = g_memdup2(opened->text, opened->len + 1);
        opened->plain_len = opened->len;
    }
    return opened->plain != NULL;
}

static gboolean open_file(Opened *opened, const char *path, GError **error)
{
    *opened = (Opened) { .path = path, .lock = -1 };
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) { /* a lock would be all that there is */
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "%s: no such file", "没有凭据文件 %s", path);
        return FALSE;
    }
    opened->lock = sealed_file_lock(path, error);
    return opened->lock >= 0 && read_opened(opened, error);
}

/* As the daemon would take it, else it would not start the next time. */
static gboolean check(const char *path, const char *text, gsize len, GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(Faults) faults = faults_new(path, MAX_FAULTS);
    Credentials *credentials = credentials_parse(text, len, name, faults);
    if (credentials) {
        credentials_unref(credentials);
        return TRUE;
    }
    g_autofree char *all = faults_dup_text(faults);
    wall_error_set(error, WALL_ERROR_INVALID, "nothing is changed: %s", "没有改动：%s",
                   g_strchomp(all));
    return FALSE;
}

static gboolean write_text(const Opened *opened, const char *text, gsize len, gboolean is_new_key,
                           GError **error)
{
    return check(opened->path, text, len, error) &&
           sealed_file_write(opened->path, opened->text, opened->len, text, len, is_new_key, error);
}

gboolean credential_file_seal(const char *path, gboolean *was_plain, GError **error)
{
    g_auto(Opened) opened = { .lock = -1 };
    if (!open_file(&opened, path, error))
        return FALSE;
    *was_plain = !opened.was_sealed;
    return opened.was_sealed || write_text(&opened, opened.plain, opened.plain_len, FALSE, error);
}

gboolean credential_file_rotate(const char *path, gboolean *was_systemd, GError **error)
{
    g_auto(Opened) opened = { .lock = -1 };
    if (!open_file(&opened, path, error))
        return FALSE;
    if (!opened.was_sealed) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "%s is not sealed; seal it with: wallctl secret seal %s",
                       "%s 还没有密封，先执行：wallctl secret seal %s", path, path);
        return FALSE;
    }
    *was_systemd = !g_str_has_prefix(opened.key_path, path);
    return write_text(&opened, opened.plain, opened.plain_len, TRUE, error);
}

/* --- entries -----------------------------------------------------------------------------------
 */

static Json *parse(const Opened *opened, GError **error)
{
    if (!check(opened->path, opened->plain, opened->plain_len, error))
        return NULL;
    g_autoptr(Faults) faults = faults_new(opened->path, MAX_FAULTS);
    return credentials_parse_tree(opened->plain, opened->plain_len, "", faults);
}

/* json-c keeps the text in the tree until that is freed. */
static gboolean write_tree(const Opened *opened, Json *tree, GError **error)
{
    size_t len = 0;
    char *text = (char *)json_object_to_json_string_length(
        tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
    gboolean is_written = write_text(opened, text, len, FALSE, error);
    secret_wipe(text, len);
    return is_written;
}

static gboolean is_name(const char *name, GError **error)
{
    if (rule_id.fits(name + (*name == '@')))
        return TRUE;
    wall_error_set(error, WALL_ERROR_INVALID,
                   "'%s' is refused; accepted: a reference, or @ and a camera's id: %s",
                   "“%s”不行；可以是引用名，或 @ 加摄像机编号：%s", name, rule_id.accepted);
    return FALSE;
}

gboolean credential_file_put(const char *path, const char *name, const char *user,
                             const Secret *secret, gboolean *was_there, GError **error)
{
    g_auto(Opened) opened = { .lock = -1 };
    Json *tree =
        is_name(name, error) && open_file(&opened, path, error) ? parse(&opened, error) : NULL;
    if (!tree)
        return FALSE;
    Json *old = NULL, *entry = json_object_new_object();
    *was_there = json_object_object_get_ex(tree, name, &old);
    if (*was_there)
        credentials_wipe(json_object_get(old));
    if (user)
        json_object_object_add(entry, "user", json_object_new_string(user));
    json_object_object_add(entry, user ? "password" : "token",
                           json_object_new_string(secret_get(secret)));
    json_object_object_add(tree, name, entry);
    gboolean is_written = write_tree(&opened, tree, error);
    credentials_wipe(tree);
    return is_written;
}

gboolean credential_file_remove(const char *path, const char *name, GError **error)
{
    g_auto(Opened) opened = { .lock = -1 };
    Json *tree = open_file(&opened, path, error) ? parse(&opened, error) : NULL, *old = NULL;
    if (!tree)
        return FALSE;
    gboolean is_there = json_object_object_get_ex(tree, name, &old);
    if (is_there) {
        credentials_wipe(json_object_get(old));
        json_object_object_del(tree, name);
    } else {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "%s has no '%s'", "%s 里没有“%s”", path, name);
    }
    gboolean is_written = is_there && write_tree(&opened, tree, error);
    credentials_wipe(tree);
    return is_written;
}

Json *credential_file_look(const char *path, GError **error)
{
    g_auto(Opened) opened = { .lock = -1 };
    Json *tree = open_file(&opened, path, error) ? parse(&opened, error) : NULL;
    if (!tree)
        return NULL;
    Json *json = json_object_new_object(), *names = json_object_new_array(),
         *tokens = json_object_new_array();
    json_add_string(json, "file", path);
    json_add_string(json, "state", opened.was_sealed ? "sealed" : "plain");
    g_autofree char *id = sealed_text_dup_key_id(opened.text, opened.len);
    if (id) {
        json_add_string(json, "key", id);
        json_add_string(json, "key_file", opened.key_path);
    }
    struct json_object_iter member;
    json_object_object_foreachC (tree, member) {
        gboolean is_token = json_object_object_get_ex(member.val, "token", NULL);
        json_object_array_add(is_token ? tokens : names, json_object_new_string(member.key));
    }
    json_add(json, "names", names);
    json_add(json, "tokens", tokens);
    credentials_wipe(tree);
    return json;
}

/* --- of a camera -------------------------------------------------------------------------------
 */

static Config *load(const char *path, GError **error)
{
    g_autoptr(Faults) faults = faults_new(path, MAX_FAULTS);
    Config *config = config_load(path, faults);
    if (config)
        return config;
    g_autofree char *text = faults_dup_text(faults);
    wall_error_set(error, WALL_ERROR_INVALID, "nothing is saved, the configuration has faults: %s",
                   "没有保存：配置文件有错，先改好。%s", g_strchomp(text));
    return NULL;
}

static gboolean can_be_written(const Config *config, GError **error)
{
    switch (credentials_state(config->credentials)) {
    case CREDENTIALS_NONE:
        wall_error_set(error, WALL_ERROR_UNSUPPORTED,
                       "the configuration has no file for credentials; write \"credentials\": "
                       "\"/var/lib/wallctl/credentials.json\" into %s, make that file ({}, mode "
                       "0600, owned by the service) and reload",
                       "配置里没有凭据文件：请在 %s 里写 \"credentials\": "
                       "\"/var/lib/wallctl/credentials.json\"，建好这个文件（内容 {}，权限 0600，"
                       "属主是服务的用户），再重新载入",
                       config->path);
        return FALSE;
    case CREDENTIALS_SYSTEMD:
        wall_error_set_literal(error, WALL_ERROR_UNSUPPORTED,
                               "systemd gives the credentials (wallctl-cameras): change them there",
                               "凭据由 systemd 提供（wallctl-cameras），请在那里修改");
        return FALSE;
    case CREDENTIALS_BROKEN:
        if (error)
            *error = g_error_copy(credentials_trouble(config->credentials));
        return FALSE;
    default:
        return TRUE;
    }
}

gboolean credential_file_set_camera(const char *config_path, const char *camera, const char *user,
                                    const Secret *password, gboolean *was_there, GError **error)
{
    g_autoptr(Config) config = load(config_path, error);
    if (!config || !can_be_written(config, error))
        return FALSE;
    if (!config_camera(config, camera)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no camera '%s'", "没有摄像机“%s”", camera);
        return FALSE;
    }
    const char *path = credentials_file(config->credentials);
    g_autofree char *name = g_strconcat("@", camera, NULL);
    *was_there = TRUE;
    return user ? credential_file_put(path, name, user, password, was_there, error)
                : credential_file_remove(path, name, error);
}
