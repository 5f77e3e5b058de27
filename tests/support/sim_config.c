/* sim_config.c - which cameras the program camera-sim has, from its command line and its file
 *
 * One table of keys serves both; passwords are only ever named by file.
 */
#include "tests/support/sim_config.h"

#include <string.h>

#include "wallctl/base/error.h"
#include "wallctl/base/json.h"

typedef enum { KEY_STRING = 1, KEY_NUMBER, KEY_FLAG, KEY_AUTH } KeyKind;

typedef struct {
    const char *name;
    KeyKind kind;
    gsize offset;
    guint min, max;
} Key;

#define OPTION(field) offsetof(SimCameraSpec, options.field)

static const Key keys[] = {
    { "id", KEY_STRING, offsetof(SimCameraSpec, id) },
    { "main", KEY_STRING, offsetof(SimCameraSpec, main_file) },
    { "sub", KEY_STRING, offsetof(SimCameraSpec, sub_file) },
    { "user", KEY_STRING, offsetof(SimCameraSpec, user) },
    { "password-file", KEY_STRING, offsetof(SimCameraSpec, password_file) },
    { "fault", KEY_STRING, offsetof(SimCameraSpec, fault) },
    { "auth", KEY_AUTH, OPTION(auth) },
    { "max-sessions", KEY_NUMBER, OPTION(max_sessions), 0, 10000 },
    { "timeout", KEY_NUMBER, OPTION(timeout_s), 1, 86400 },
    { "send-buffer", KEY_NUMBER, OPTION(send_buffer_bytes), 1024, 64 * 1024 * 1024 },
    { "tone", KEY_NUMBER, OPTION(tone_hz), 0, 3950 },
    { "audio", KEY_FLAG, OPTION(has_file_audio) },
};

static const char *const auth_names[] = {
    [CAMERA_SIM_AUTH_DIGEST] = "digest",
    [CAMERA_SIM_AUTH_DIGEST_QOP] = "digest-qop",
    [CAMERA_SIM_AUTH_BASIC] = "basic",
};

static const Key *find_key(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(keys)];
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].name, name))
            return &keys[i];
        names[i] = keys[i].name;
    }
    const char *nearest = nearest_name(name, names, G_N_ELEMENTS(names));
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "'%s' is no key%s%s%s; accepted: id, main, sub, fault, %s", name,
                nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "",
                SIM_CONFIG_KEYS);
    return NULL;
}

static gboolean set_auth(CameraSimAuth *auth, const char *value, GError **error)
{
    for (guint i = CAMERA_SIM_AUTH_DIGEST; i < G_N_ELEMENTS(auth_names); i++) {
        if (g_str_equal(auth_names[i], value)) {
            *auth = (CameraSimAuth)i;
            return TRUE;
        }
    }
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "auth: '%s' is not digest, digest-qop or basic", value);
    return FALSE;
}

/* value NULL: the key stands alone. */
static gboolean set_key(SimCameraSpec *spec, const char *name, const char *value, GError **error)
{
    const Key *key = find_key(name, error);
    if (!key)
        return FALSE;
    gpointer field = G_STRUCT_MEMBER_P(spec, key->offset);
    guint64 number;
    if ((key->kind == KEY_FLAG) != (value == NULL)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: %s a value", name,
                    value ? "does not take" : "wants");
        return FALSE;
    }
    switch (key->kind) {
    case KEY_STRING:
        g_free(*(char **)field);
        *(char **)field = g_strdup(value);
        return TRUE;
    case KEY_NUMBER:
        if (!g_ascii_string_to_unsigned(value, 10, key->min, key->max, &number, NULL)) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                        "%s: '%s' is not a number from %u to %u", name, value, key->min, key->max);
            return FALSE;
        }
        *(guint *)field = (guint)number;
        return TRUE;
    case KEY_FLAG:
        *(gboolean *)field = TRUE;
        return TRUE;
    case KEY_AUTH:
        return set_auth(field, value, error);
    }
    return FALSE;
}

static gboolean read_password(SimCameraSpec *spec, GError **error)
{
    char *text;
    gsize size;
    if (!spec->password_file)
        return TRUE;
    if (!g_file_get_contents(spec->password_file, &text, &size, error))
        return FALSE;
    gsize length = strcspn(text, "\r\n");
    g_clear_pointer(&spec->password, secret_unref);
    spec->password = secret_new(text, length);
    secret_wipe(text, size);
    g_free(text);
    return TRUE;
}

gboolean sim_camera_spec_read(SimCameraSpec *spec, const char *text, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    guint n_files = 0;
    for (guint i = 0; words[i]; i++) {
        char *value = strchr(words[i], '=');
        if (value)
            *value++ = 0;
        gboolean is_file = !value && n_files < 2 && !g_str_equal(words[i], "audio") && words[i][0];
        gboolean is_ok = is_file ? set_key(spec, n_files++ ? "sub" : "main", words[i], error)
                                 : !words[i][0] || set_key(spec, words[i], value, error);
        if (!is_ok)
            return FALSE;
    }
    return read_password(spec, error);
}

static gboolean is_complete(const SimCameraSpec *spec, GError **error)
{
    if (spec->id && spec->main_file)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "a camera wants %s",
                spec->id ? "a file for main" : "an id");
    return FALSE;
}

SimCameraSpec *sim_camera_spec_new(const char *text, GError **error)
{
    g_autoptr(SimCameraSpec) spec = g_new0(SimCameraSpec, 1);
    const char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "'%s' is not ID=MAIN.mp4[,SUB.mp4][,KEY=VALUE ...]", text);
        return NULL;
    }
    spec->id = g_strndup(text, (gsize)(equals - text));
    if (!sim_camera_spec_read(spec, equals + 1, error) || !is_complete(spec, error)) {
        g_prefix_error(error, "camera '%s': ", spec->id);
        return NULL;
    }
    return g_steal_pointer(&spec);
}

/* ---- the file ---- */

static gboolean set_member(SimCameraSpec *spec, const char *name, Json *value, GError **error)
{
    g_autofree char *key = g_strdelimit(g_strdup(name), "_", '-');
    switch (json_object_get_type(value)) {
    case json_type_string:
    case json_type_int:
        return set_key(spec, key, json_object_get_string(value), error);
    case json_type_boolean:
        return !json_object_get_boolean(value) || set_key(spec, key, NULL, error);
    default:
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "%s: a text, a whole number, true or false is accepted", name);
        return FALSE;
    }
}

static void resolve(char **file, const char *folder)
{
    if (*file && !g_path_is_absolute(*file)) {
        char *full = g_build_filename(folder, *file, NULL);
        g_free(*file);
        *file = full;
    }
}

static SimCameraSpec *read_camera(Json *object, const char *folder, GError **error)
{
    g_autoptr(SimCameraSpec) spec = g_new0(SimCameraSpec, 1);
    if (!json_object_is_type(object, json_type_object)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "an object is accepted");
        return NULL;
    }
    json_object_object_foreach (object, name, value) {
        if (!set_member(spec, name, value, error))
            return NULL;
    }
    resolve(&spec->main_file, folder);
    resolve(&spec->sub_file, folder);
    resolve(&spec->password_file, folder);
    return is_complete(spec, error) && read_password(spec, error) ? g_steal_pointer(&spec) : NULL;
}

gboolean sim_config_read(const char *path, GPtrArray *specs, GError **error)
{
    g_autofree char *text = NULL;
    gsize size;
    if (!g_file_get_contents(path, &text, &size, error))
        return FALSE;
    g_autoptr(Json) root = json_parse(text, size, 0, JSON_COMMENTS, error);
    if (!root) {
        g_prefix_error(error, "%s: ", path);
        return FALSE;
    }
    Json *cameras = NULL;
    if (!json_object_is_type(root, json_type_object) ||
        !json_object_object_get_ex(root, "cameras", &cameras) ||
        !json_object_is_type(cameras, json_type_array)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "%s: an object with a list \"cameras\" is accepted", path);
        return FALSE;
    }
    g_autofree char *folder = g_path_get_dirname(path);
    for (gsize i = 0; i < json_object_array_length(cameras); i++) {
        SimCameraSpec *spec = read_camera(json_object_array_get_idx(cameras, i), folder, error);
        if (!spec) {
            g_prefix_error(error, "%s: cameras[%zu]: ", path, i);
            return FALSE;
        }
        g_ptr_array_add(specs, spec);
    }
    return TRUE;
}

CameraSimOptions sim_camera_spec_options(const SimCameraSpec *spec)
{
    CameraSimOptions options = spec->options;
    options.user = spec->user;
    options.password = spec->password ? secret_get(spec->password) : NULL;
    return options;
}

void sim_camera_spec_free(SimCameraSpec *spec)
{
    if (!spec)
        return;
    g_free(spec->id);
    g_free(spec->main_file);
    g_free(spec->sub_file);
    g_free(spec->user);
    g_free(spec->password_file);
    g_free(spec->fault);
    g_clear_pointer(&spec->password, secret_unref);
    g_free(spec);
}
