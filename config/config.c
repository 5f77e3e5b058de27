/* config.c - file to immutable Config, or all that is wrong with it */
#include "config/config.h"

#include "config/builder.h"
#include "config/camera_search.h"
#include "config/file.h"
#include "config/rule.h"
#include "wallctl/model/period.h"

#include <string.h>

#define MAX_BYTES         (16 * 1024 * 1024)
#define MAX_RETRIED       256 /* layouts */
#define MAX_NAMES         32
#define MAX_NETWORKS      256
#define MAX_PUBLIC_BOARDS 100
#define BOARD             "board:"

/* --- builder -----------------------------------------------------------------------------------
 */

char *place_of(const char *place, const char *key)
{
    return *place ? g_strconcat(place, ".", key, NULL) : g_strdup(key);
}

Json *read_array(Builder *builder, Json *object, const char *key, const char *place, guint max,
                 guint *n)
{
    Json *array = NULL;
    *n = 0;
    if (!json_get_array(object, key, &array, builder->faults, place))
        return NULL;
    gsize len = json_object_array_length(array);
    if (len > max) {
        g_autofree char *array_place = place_of(place, key);
        faults_add(builder->faults, array_place,
                   "has %" G_GSIZE_FORMAT " members; accepted: at most %u", len, max);
        return NULL;
    }
    *n = (guint)len;
    return array;
}

void read_objects(Builder *builder, Json *array, const char *place, Lost *lost, ReadObject func,
                  gpointer user)
{
    guint n = (guint)json_object_array_length(array);
    for (guint i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(array, i);
        g_autofree char *item_place = g_strdup_printf("%s[%u]", place, i);
        guint n_faults = faults_count(builder->faults);
        if (json_object_is_type(item, json_type_object)) {
            func(builder, item, item_place, i, user);
        } else {
            g_autofree char *shown = json_dup_shown(item);
            faults_add(builder->faults, item_place, "%s is not an object; accepted: {...}", shown);
        }
        if (lost && faults_count(builder->faults) > n_faults)
            lost_add_entry(lost, item);
    }
}

char *resolve_path(const Builder *builder, const char *file)
{
    if (!builder->base_dir)
        return NULL;
    return g_path_is_absolute(file) ? g_strdup(file)
                                    : g_build_filename(builder->base_dir, file, NULL);
}

char *read_named_file(Builder *builder, const char *key, const char *file, gsize max_bytes,
                      gsize *len)
{
    g_autofree char *path = resolve_path(builder, file);
    if (!path) {
        faults_add(builder->faults, key, "\"%s\": other files are not read here", file);
        return NULL;
    }
    g_autoptr(GError) error = NULL;
    char *text = file_read(path, max_bytes, len, NULL, &error);
    if (!text)
        faults_add(builder->faults, key, "%s", error->message);
    return text;
}

void read_section(Builder *builder, Json *top, const OptionTable *table, gpointer target)
{
    Json *object = NULL;
    options_set_defaults(table, target);
    if (json_get_object(top, table->path, &object, builder->faults, ""))
        options_read(table, object, target, &(Where) { builder->faults, table->path, FALSE });
}

static char *take_path(const Builder *builder, char *file)
{
    char *path = file ? resolve_path(builder, file) : NULL;
    g_free(file);
    return path;
}

/* A port may be written as the number that it is. */
static gboolean add_network(Networks *networks, Json *item, gboolean is_port)
{
    gboolean is_text = json_object_is_type(item, json_type_string);
    if (!is_text && !(is_port && json_object_is_type(item, json_type_int)))
        return FALSE;
    const char *text = json_object_get_string(item);
    return is_port ? networks_add_ports(networks, text) : networks_add(networks, text);
}

/* FALSE with faults. */
static gboolean read_network_list(Builder *builder, Json *site, const char *key, gboolean is_port)
{
    guint n, n_faults = faults_count(builder->faults);
    Json *array = read_array(builder, site, key, "site", MAX_NETWORKS, &n);
    for (guint i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(array, i);
        if (add_network(builder->config->networks, item, is_port))
            continue;
        g_autofree char *place = g_strdup_printf("site.%s[%u]", key, i);
        g_autofree char *shown = json_dup_shown(item);
        faults_add(builder->faults, place, "%s is refused; accepted: %s", shown,
                   is_port ? NETWORKS_ACCEPTED_PORT : NETWORKS_ACCEPTED);
    }
    if (array && n == 0)
        faults_add(builder->faults, is_port ? "site.camera_ports" : "site.camera_networks",
                   "is empty, so that no camera could be reached; accepted: at least one, or no "
                   "such key");
    return faults_count(builder->faults) == n_faults;
}

/* After lists with faults addresses are not judged: what would be said follows from those. */
static void read_site(Builder *builder, Json *top)
{
    Json *site = NULL;
    builder->feeds.networks = builder->config->networks = networks_new();
    read_section(builder, top, &table_site, builder->config);
    if (!json_object_object_get_ex(top, "site", &site) ||
        !json_object_is_type(site, json_type_object))
        return;
    gboolean is_good = read_network_list(builder, site, "camera_networks", FALSE);
    if (!read_network_list(builder, site, "camera_ports", TRUE) || !is_good)
        builder->feeds.networks = NULL;
}

/* Those that are good, ended by NULL; NULL when the file names none. */
static char **read_names(Builder *builder, Json *listen)
{
    guint n, n_good = 0;
    char **texts = read_texts(builder, listen, "names", "listen", MAX_NAMES, FALSE, &n);
    char **names = n > 0 ? g_new0(char *, n + 1) : NULL;
    for (guint i = 0; i < n; i++) {
        if (texts[i] && rule_site_name.fits(texts[i])) {
            names[n_good++] = texts[i];
            continue;
        }
        g_autofree char *place = g_strdup_printf("listen.names[%u]", i);
        g_autofree char *shown = texts[i] ? dup_quoted(texts[i]) : NULL;
        if (shown)
            faults_add(builder->faults, place, "%s is refused; accepted: %s", shown,
                       rule_site_name.accepted);
        g_free(texts[i]);
    }
    g_free(texts);
    return names;
}

static void read_listen(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *object = NULL;
    read_section(builder, top, &table_listen, config);
    if ((config->certificate == NULL) != (config->certificate_key == NULL) &&
        !faults_has(builder->faults, "listen.certificate") &&
        !faults_has(builder->faults, "listen.certificate_key"))
        faults_add(builder->faults,
                   config->certificate ? "listen.certificate_key" : "listen.certificate",
                   "is missing; accepted: both of certificate and certificate_key, or neither");
    config->certificate = take_path(builder, config->certificate);
    config->certificate_key = take_path(builder, config->certificate_key);
    if (json_object_object_get_ex(top, "listen", &object) &&
        json_object_is_type(object, json_type_object))
        config->names = read_names(builder, object);
}

/* Which boards there are the daemon knows (board_name.h); what is none hides nothing. */
static void read_privacy(Builder *builder, Json *top)
{
    Json *object = NULL;
    read_section(builder, top, &table_privacy, builder->config);
    if (!json_object_object_get_ex(top, "privacy", &object) ||
        !json_object_is_type(object, json_type_object))
        return;
    char **names = read_words(builder, object, "public_boards", "privacy", MAX_PUBLIC_BOARDS);
    for (guint i = 0; names && names[i]; i++) {
        if (rule_id.fits(names[i]))
            continue;
        g_autofree char *place = g_strdup_printf("privacy.public_boards[%u]", i);
        g_autofree char *shown = dup_quoted(names[i]);
        faults_add(builder->faults, place,
                   "%s is refused; accepted: the name of a board of the whole site, as \"opened\"",
                   shown);
    }
    builder->config->public_boards = names;
}

static void read_evidence(Builder *builder, Json *top)
{
    EvidenceConfig *evidence = &builder->config->evidence;
    read_section(builder, top, &table_evidence, evidence);
    gboolean has_folder = *evidence->folder != '\0';
    if (has_folder && builder->base_dir)
        evidence->folder = take_path(builder, evidence->folder);
    const char *missing = has_folder ? "evidence.seconds" : "evidence.folder";
    if (has_folder != (evidence->seconds > 0) && !faults_has(builder->faults, missing))
        faults_add(builder->faults, missing,
                   "is missing; accepted: both of folder and seconds, or neither");
}

static void read_feeds(Builder *builder, Json *top)
{
    Config *config = builder->config;
    FeedsEntry *feeds = &builder->feeds;
    read_section(builder, top, &table_feeds, feeds);
    read_section(builder, top, &table_quality, &feeds->quality);
    if (feeds->offline_ms <= feeds->stall_ms) {
        if (!faults_has(builder->faults, "feeds.stall_ms") &&
            !faults_has(builder->faults, "feeds.offline_ms"))
            faults_add(builder->faults, "feeds.offline_ms", "%u is not above stall_ms, which is %u",
                       feeds->offline_ms, feeds->stall_ms);
        options_set_defaults(&table_feeds, feeds); /* so that not every camera says so, too */
    }
    config->connect_per_s = feeds->connect_per_s;
    config->warm_limit = feeds->warm_limit;
    config->warm_keep_ms = feeds->warm_keep_ms;
    config->promote_height_px = feeds->promote_height_px;
}

/* One or more are faulty: the set of those that are good by themselves, so that what names a layout
 * can be checked nevertheless. */
static LayoutSet *good_layouts(Builder *builder, Json *layouts)
{
    gsize n = json_object_array_length(layouts);
    g_autoptr(Json) good = json_object_new_array();
    g_autoptr(Faults) said = faults_new("", 1); /* a second time */
    for (gsize i = 0; i < n && n <= MAX_RETRIED; i++) {
        Json *item = json_object_array_get_idx(layouts, i);
        g_autoptr(Json) alone = json_object_new_array();
        json_object_array_add(alone, json_object_get(item));
        g_autoptr(LayoutSet) set = layout_set_new(alone, said, "");
        if (set)
            json_object_array_add(good, json_object_get(item));
        else
            lost_add_entry(&builder->layouts, item);
    }
    LayoutSet *set = n <= MAX_RETRIED ? layout_set_new(good, said, "") : NULL;
    if (set)
        return set;
    builder->layouts.is_open = TRUE; /* too many, or two of one name */
    return layout_set_new(NULL, said, "");
}

static void read_layouts(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *layouts = NULL;
    json_get_array(top, "layouts", &layouts, builder->faults, "");
    builder->layouts.is_open = faults_has(builder->faults, "layouts");
    config->layouts = layout_set_new(layouts, builder->faults, "layouts");
    if (!config->layouts)
        config->layouts = good_layouts(builder, layouts);
}

static void read_credentials(Builder *builder)
{
    Config *config = builder->config;
    const char *file = builder->top.credentials;
    g_autofree char *path = file ? resolve_path(builder, file) : NULL;
    if (faults_has(builder->faults, "credentials"))
        return;
    if (builder->base_dir) {
        config->credentials = credentials_load(path, builder->faults);
        return;
    }
    config->credentials = file ? NULL : credentials_new();
    if (file)
        faults_add(builder->faults, "credentials", "\"%s\": other files are not read here", file);
}

static void read_all(Builder *builder, Json *top)
{
    Config *config = builder->config;
    options_set_defaults(&table_top, &builder->top);
    options_read(&table_top, top, &builder->top, &(Where) { builder->faults, "", FALSE });
    read_site(builder, top);
    read_listen(builder, top);
    read_section(builder, top, &table_accounts, config);
    read_privacy(builder, top);
    read_evidence(builder, top);
    read_section(builder, top, &table_canvas, config);
    read_feeds(builder, top);
    read_layouts(builder, top);
    read_credentials(builder);
    read_cameras(builder, top);
    read_sections(builder, top);
    read_operations(builder, top);
    read_section(builder, top, &table_cases, &config->cases);
    read_case_sections(builder, top);
    read_linkage(builder, top);
    read_boards(builder, top);
    read_case_words(builder, top);
    check_config(builder);
}

/* --- config ------------------------------------------------------------------------------------
 */

static void free_texts(char **texts, guint n)
{
    for (guint i = 0; i < n; i++)
        g_free(texts[i]);
    g_free(texts);
}

static void free_parts(Config *config)
{
    for (guint i = 0; i < config->n_walls; i++) {
        WallConfig *wall = &config->walls[i];
        screens_free(wall->screens, wall->n_screens);
        free_texts(wall->initial, wall->n_initial);
        g_free(wall->alarm_tiles);
        options_clear(&table_walls, wall);
    }
    for (guint i = 0; i < config->n_outputs; i++)
        options_clear(&table_outputs, &config->outputs[i]);
    for (guint i = 0; i < config->n_presets; i++) {
        free_texts(config->presets[i].cameras, config->presets[i].n_cameras);
        options_clear(&table_presets, &config->presets[i]);
    }
    for (guint i = 0; i < config->n_tours; i++)
        tour_free(config->tours[i]);
    for (guint i = 0; i < config->n_sources; i++) {
        mapping_unref(config->sources[i].mapping);
        g_strfreev(config->sources[i].speaks_for);
        options_clear(&table_sources, &config->sources[i]);
    }
    for (guint i = 0; i < config->n_contacts; i++)
        options_clear(&table_contacts, &config->contacts[i]);
    for (guint i = 0; i < config->n_rules; i++)
        linkage_rule_free(config->rules[i]);
    for (guint i = 0; i < config->n_boards; i++)
        figures_config_clear(&config->boards[i]);
    for (guint i = 0; i < config->n_briefings; i++)
        options_clear(&table_briefings, &config->briefings[i]);
    for (guint i = 0; i < config->n_upstreams; i++)
        options_clear(&table_upstreams, &config->upstreams[i]);
    g_free(config->sources);
    g_free(config->contacts);
    g_free(config->rules);
    g_free(config->boards);
    g_free(config->briefings);
    g_free(config->upstreams);
    g_free(config->walls);
    g_free(config->outputs);
    g_free(config->presets);
    g_free(config->tours);
}

const Camera *config_camera(const Config *config, const char *id)
{
    return g_hash_table_lookup(config->by_id, id);
}

/* "opened" and its periods, "opened-week", unless that is a board of its own. */
static gboolean is_board(const Config *config, const char *name, const char *text)
{
    gsize len = strlen(name);
    if (strcmp(name, text) == 0)
        return TRUE;
    if (!g_str_has_prefix(text, name) || text[len] != '-' || !period_from_word(text + len + 1))
        return FALSE;
    for (guint i = 0; i < config->n_boards; i++) {
        if (strcmp(config->boards[i].id, text) == 0)
            return FALSE;
    }
    return TRUE;
}

SourceClass config_source_class(const Config *config, const char *source)
{
    const Camera *camera = config_camera(config, source);
    if (camera)
        return camera->is_public ? SOURCE_PUBLIC_CAMERA : SOURCE_INTERNAL;
    for (char **name = config->public_boards; name && *name; name++) {
        if (g_str_has_prefix(source, BOARD) && is_board(config, *name, source + strlen(BOARD)))
            return SOURCE_PUBLIC_BOARD;
    }
    return SOURCE_INTERNAL;
}

const Camera *config_camera_number(const Config *config, guint number)
{
    return g_hash_table_lookup(config->by_number, GUINT_TO_POINTER(number));
}

const WallConfig *config_wall(const Config *config, const char *id)
{
    for (guint i = 0; i < config->n_walls; i++) {
        if (!id || strcmp(config->walls[i].id, id) == 0)
            return &config->walls[i];
    }
    return NULL;
}

const Screen *wall_config_screen(const WallConfig *wall, const char *id)
{
    for (guint i = 0; i < wall->n_screens; i++) {
        if (!id || !*id || strcmp(wall->screens[i].id, id) == 0)
            return &wall->screens[i];
    }
    return NULL;
}

static Config *config_new(const char *path)
{
    Config *config = g_new0(Config, 1);
    config->refs = 1;
    config->path = g_strdup(path);
    config->cameras = g_ptr_array_new_with_free_func((GDestroyNotify)camera_free);
    config->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    config->by_number = g_hash_table_new(NULL, NULL);
    config->regions = g_ptr_array_new_with_free_func((GDestroyNotify)camera_region_free);
    return config;
}

Config *config_ref(Config *config)
{
    g_atomic_int_inc(&config->refs);
    return config;
}

void config_unref(Config *config)
{
    if (!config || !g_atomic_int_dec_and_test(&config->refs))
        return;
    networks_unref(config->networks);
    g_hash_table_unref(config->by_id);
    g_hash_table_unref(config->by_number);
    g_ptr_array_unref(config->cameras);
    g_ptr_array_unref(config->regions);
    g_strfreev(config->camera_tables);
    g_free(config->mask_file);
    g_clear_pointer(&config->borders, g_bytes_unref);
    free_parts(config);
    layout_set_unref(config->layouts);
    credentials_unref(config->credentials);
    options_clear(&table_site, config);
    options_clear(&table_listen, config);
    options_clear(&table_accounts, config);
    options_clear(&table_privacy, config);
    options_clear(&table_evidence, &config->evidence);
    g_strfreev(config->names);
    g_strfreev(config->public_boards);
    options_clear(&table_cases, &config->cases);
    options_clear(&table_av, &config->av);
    g_strfreev(config->av.allow);
    case_data_unref(config->words);
    g_free(config->path);
    g_free(config);
}

static Config *read_config(const char *text, gsize len, const char *name, const char *base_dir,
                           const CameraTable *instead, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) top = json_parse(text, len, MAX_BYTES, JSON_COMMENTS, &error);
    if (!top) {
        faults_add(faults, "", "%s", error->message);
        return NULL;
    }
    if (!json_object_is_type(top, json_type_object)) {
        faults_add(faults, "", "is not an object; accepted: {...}");
        return NULL;
    }
    guint n_faults = faults_count(faults);
    g_autoptr(Config) config = config_new(name);
    g_autoptr(GArray) origins = g_array_new(FALSE, FALSE, sizeof(CameraOrigin));
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    Builder builder = { .config = config,
                        .base_dir = base_dir,
                        .instead = instead,
                        .faults = faults,
                        .origins = origins,
                        .files = files };
    lost_init(&builder.cameras, "id");
    lost_init(&builder.layouts, "id");
    lost_init(&builder.walls, "id");
    lost_init(&builder.presets, "name");
    read_all(&builder, top);
    options_clear(&table_top, &builder.top);
    lost_clear(&builder.cameras);
    lost_clear(&builder.layouts);
    lost_clear(&builder.walls);
    lost_clear(&builder.presets);
    return faults_count(faults) == n_faults ? g_steal_pointer(&config) : NULL;
}

Config *config_parse(const char *text, gsize len, const char *name, const char *base_dir,
                     Faults *faults)
{
    return read_config(text, len, name, base_dir, NULL, faults);
}

Config *config_load(const char *path, Faults *faults)
{
    return config_load_with(path, NULL, faults);
}

Config *config_load_with(const char *path, const CameraTable *table, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    g_autofree char *text = file_read(path, MAX_BYTES, &len, NULL, &error);
    if (!text) {
        faults_add(faults, "", "%s", error->message);
        return NULL;
    }
    g_autofree char *base_dir = g_path_get_dirname(path);
    return read_config(text, len, path, base_dir, table, faults);
}
