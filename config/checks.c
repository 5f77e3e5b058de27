/* checks.c - what concerns several members of a configuration: equal ids, unknown names, things
 * that do not fit */
#include "config/builder.h"

#include <string.h>

#define MAX_CAMERAS  65536
#define MAX_COMPARED 1000 /* names that a misspelt one is compared with ... */
#define MAX_GUESSES  100  /* ... while there are not more faults than this */

void unique_init(Unique *unique, Faults *faults)
{
    unique->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    unique->faults = faults;
}

void unique_clear(Unique *unique)
{
    g_hash_table_unref(unique->places);
}

/* Empty names were refused when they were read. */
void unique_check(Unique *unique, const char *name, const char *place)
{
    if (!*name)
        return;
    const char *other = g_hash_table_lookup(unique->places, name);
    if (other)
        faults_add(unique->faults, place, "\"%s\" is used by %s already", name, other);
    else
        g_hash_table_insert(unique->places, g_strdup(name), g_strdup(place));
}

void refuse_name(Faults *faults, const char *place, const char *what, const char *name,
                 const char *const *known, gsize n_known)
{
    g_autofree char *shown = dup_quoted(name);
    const char *nearest =
        faults_count(faults) < MAX_GUESSES ? nearest_name(name, known, n_known) : NULL;
    if (nearest)
        faults_add(faults, place, "there is no %s %s; did you mean \"%s\"?", what, shown, nearest);
    else
        faults_add(faults, place, "there is no %s %s", what, shown);
}

/* --- cameras -----------------------------------------------------------------------------------
 */

static char *camera_place(const Builder *builder, guint i, const char *key)
{
    const CameraOrigin *origin = &g_array_index(builder->origins, CameraOrigin, i);
    return origin->file ? g_strdup_printf("%s: row %u, column %s", origin->file, origin->index, key)
                        : g_strdup_printf("cameras[%u].%s", origin->index, key);
}

static gboolean add_key(GHashTable *table, gpointer key, gpointer camera)
{
    if (g_hash_table_contains(table, key))
        return FALSE;
    g_hash_table_insert(table, key, camera);
    return TRUE;
}

static void check_camera(Builder *builder, guint i, GHashTable *by_gbid)
{
    Config *config = builder->config;
    Camera *camera = g_ptr_array_index(config->cameras, i);
    if (*camera->id && !add_key(config->by_id, camera->id, camera)) {
        g_autofree char *place = camera_place(builder, i, "id");
        faults_add(builder->faults, place, "\"%s\" is the id of another camera before it",
                   camera->id);
    }
    if (!add_key(config->by_number, GUINT_TO_POINTER(camera->number), camera)) {
        const Camera *other = config_camera_number(config, camera->number);
        g_autofree char *place = camera_place(builder, i, "number");
        faults_add(builder->faults, place, "%u is the number of camera \"%s\", too", camera->number,
                   other->id);
    }
    if (*camera->gbid && !add_key(by_gbid, camera->gbid, camera)) {
        const Camera *other = g_hash_table_lookup(by_gbid, camera->gbid);
        g_autofree char *place = camera_place(builder, i, "gbid");
        faults_add(builder->faults, place, "\"%s\" is the gbid of camera \"%s\", too", camera->gbid,
                   other->id);
    }
    /* A file that cannot be opened is a state, and which references it has is not known. */
    if (!camera->credential || !config->credentials || credentials_trouble(config->credentials))
        return;
    const Credential *credential =
        credentials_of_camera(config->credentials, camera->id, camera->credential);
    if (credential && *credential->user)
        return;
    g_autofree char *place = camera_place(builder, i, "credential");
    faults_add(builder->faults, place,
               credential ? "\"%s\" is a token; a camera needs user and password"
                          : "there is no \"%s\" in the credential file",
               camera->credential);
}

/* TLS sessions are resumed by host: a camera that does not check the certificate would let the next
 * one in unchecked as well. */
static void check_certificates(Builder *builder, guint i, GHashTable *by_host)
{
    const Camera *camera = g_ptr_array_index(builder->config->cameras, i);
    const char *const addresses[] = { camera->main, camera->sub };
    for (gsize a = 0; a < G_N_ELEMENTS(addresses); a++) {
        if (!addresses[a] || !g_str_has_prefix(addresses[a], "rtsps://"))
            continue;
        const char *host = addresses[a] + strlen("rtsps://");
        char *key = g_ascii_strdown(host, (gssize)strcspn(host, "/?"));
        const Camera *other = g_hash_table_lookup(by_host, key);
        if (!other) {
            g_hash_table_insert(by_host, key, (gpointer)camera);
            continue;
        }
        if (other->tls_verify != camera->tls_verify) {
            g_autofree char *place = camera_place(builder, i, "tls_verify");
            faults_add(builder->faults, place,
                       "differs from camera \"%s\" at the same host %s; accepted: one value a host",
                       other->id, key);
        }
        g_free(key);
    }
}

static void check_cameras(Builder *builder)
{
    GPtrArray *cameras = builder->config->cameras;
    if (cameras->len > MAX_CAMERAS)
        faults_add(builder->faults, "cameras", "%u cameras are too many; accepted: at most %d",
                   cameras->len, MAX_CAMERAS);
    g_autoptr(GHashTable) by_gbid = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) by_host = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < cameras->len; i++) {
        check_camera(builder, i, by_gbid);
        check_certificates(builder, i, by_host);
    }
}

/* names: camera ids, NULL for an empty cell; with boards "board:NAME" as well, of which the daemon knows
 * what they mean. */
static void check_source_names(Builder *builder, char *const *names, guint n, const char *place,
                               gboolean has_boards)
{
    const Config *config = builder->config;
    gsize n_known = MIN(config->cameras->len, MAX_COMPARED);
    g_autofree const char **known = g_new(const char *, n_known);
    for (gsize i = 0; i < n_known; i++)
        known[i] = ((const Camera *)g_ptr_array_index(config->cameras, i))->id;
    for (guint i = 0; i < n; i++) {
        if (!names[i] || config_camera(config, names[i]) ||
            (has_boards && g_str_has_prefix(names[i], "board:")) ||
            lost_may_hold(&builder->cameras, names[i]))
            continue;
        g_autofree char *item_place = g_strdup_printf("%s.cameras[%u]", place, i);
        refuse_name(builder->faults, item_place, "camera", names[i], known, n_known);
    }
}

void check_camera_names(Builder *builder, char *const *names, guint n, const char *place)
{
    check_source_names(builder, names, n, place, FALSE);
}

/* --- walls -------------------------------------------------------------------------------------
 */

/* NULL if there is none or it is faulty; there may be a built-in of its name. */
static const Layout *find_layout(const Builder *builder, const char *id)
{
    return g_hash_table_contains(builder->layouts.names, id)
               ? NULL
               : layout_set_find(builder->config->layouts, id);
}

/* The layout, or NULL; then with a fault unless one was said of the layout itself. */
static const Layout *check_layout(Builder *builder, const char *id, const char *place)
{
    const LayoutSet *set = builder->config->layouts;
    const Layout *layout = find_layout(builder, id);
    if (layout || !*id || lost_may_hold(&builder->layouts, id))
        return layout;
    guint n = layout_set_count(set);
    g_autofree const char **known = g_new(const char *, n);
    for (guint i = 0; i < n; i++)
        known[i] = layout_set_get(set, i)->id;
    g_autofree char *layout_place = place_of(place, "layout");
    refuse_name(builder->faults, layout_place, "layout", id, known, n);
    return NULL;
}

/* Does the layout with as many cameras fit on the wall? */
static void check_content(Builder *builder, const WallConfig *wall, const char *layout_id,
                          char *const *cameras, guint n_cameras, const char *place)
{
    check_source_names(builder, cameras, n_cameras, place, TRUE);
    const Layout *layout = check_layout(builder, layout_id, place);
    if (!layout)
        return;
    if (n_cameras > layout->n_cells) {
        g_autofree char *cameras_place = place_of(place, "cameras");
        faults_add(builder->faults, cameras_place,
                   "%u cameras are more than layout \"%s\" has cells, which is %u", n_cameras,
                   layout->id, layout->n_cells);
    }
    if (!wall || wall->n_screens == 0)
        return;
    g_autoptr(GError) error = NULL;
    g_autofree Rect *cells = NULL;
    guint n_cells;
    Rect bounds = screens_bounds(wall->screens, wall->n_screens);
    if (!layout_place(layout, bounds, wall->gap_px, &cells, &n_cells, &error)) {
        g_autofree char *layout_place = place_of(place, "layout");
        faults_add(builder->faults, layout_place, "%s", error->message);
    }
}

static void check_walls(Builder *builder)
{
    Config *config = builder->config;
    Unique ids;
    unique_init(&ids, builder->faults);
    for (guint i = 0; i < config->n_walls; i++) {
        const WallConfig *wall = &config->walls[i];
        g_autofree char *place = g_strdup_printf("walls[%u]", i);
        g_autofree char *id_place = place_of(place, "id");
        unique_check(&ids, wall->id, id_place);
        check_content(builder, wall, wall->layout, wall->initial, wall->n_initial, place);
    }
    unique_clear(&ids);
}

const WallConfig *check_wall(Builder *builder, char **id, const char *place)
{
    Config *config = builder->config;
    g_autofree char *wall_place = place_of(place, "wall");
    if (config->n_walls == 0 || faults_has(builder->faults, wall_place))
        return NULL;
    if (!**id) {
        g_free(*id);
        *id = g_strdup(config->walls[0].id);
        return &config->walls[0];
    }
    const WallConfig *wall = config_wall(config, *id);
    if (wall || lost_may_hold(&builder->walls, *id))
        return wall;
    g_autofree const char **known = g_new(const char *, config->n_walls);
    for (guint i = 0; i < config->n_walls; i++)
        known[i] = config->walls[i].id;
    refuse_name(builder->faults, wall_place, "wall", *id, known, config->n_walls);
    return NULL;
}

/* --- outputs, presets, tours -------------------------------------------------------------------
 */

static void check_outputs(Builder *builder)
{
    Config *config = builder->config;
    Unique ids, paths;
    unique_init(&ids, builder->faults);
    unique_init(&paths, builder->faults);
    for (guint i = 0; i < config->n_outputs; i++) {
        OutputConfig *output = &config->outputs[i];
        g_autofree char *place = g_strdup_printf("outputs[%u]", i);
        g_autofree char *id_place = place_of(place, "id"), *path_place = place_of(place, "path");
        unique_check(&ids, output->id, id_place);
        unique_check(&paths, output->path, path_place);
        const WallConfig *wall = check_wall(builder, &output->wall, place);
        if (!wall || wall->n_screens == 0 || wall_config_screen(wall, output->screen))
            continue;
        g_autofree const char **known = g_new(const char *, wall->n_screens);
        for (guint k = 0; k < wall->n_screens; k++)
            known[k] = wall->screens[k].id;
        g_autofree char *screen_place = place_of(place, "screen");
        refuse_name(builder->faults, screen_place, "screen", output->screen, known,
                    wall->n_screens);
    }
    unique_clear(&ids);
    unique_clear(&paths);
}

static void check_presets(Builder *builder)
{
    Config *config = builder->config;
    Unique names;
    unique_init(&names, builder->faults);
    for (guint i = 0; i < config->n_presets; i++) {
        PresetConfig *preset = &config->presets[i];
        g_autofree char *place = g_strdup_printf("presets[%u]", i);
        const WallConfig *wall = check_wall(builder, &preset->wall, place);
        if (!wall && *preset->name)
            lost_add(&builder->presets, preset->name);
        if (*preset->name) { /* unique on its wall; neither name holds a line break */
            g_autofree char *name = g_strconcat(preset->wall, "\n", preset->name, NULL);
            g_autofree char *name_place = place_of(place, "name");
            const char *other = g_hash_table_lookup(names.places, name);
            if (other)
                faults_add(builder->faults, name_place, "\"%s\" is used by %s already",
                           preset->name, other);
            else
                g_hash_table_insert(names.places, g_strdup(name), g_strdup(name_place));
        }
        check_content(builder, wall, preset->layout, preset->cameras, preset->n_cameras, place);
    }
    unique_clear(&names);
}

/* The layout with the most cells that the file itself puts on this wall; NULL if there is none, or
 * if it is not known because of a fault. */
static const Layout *largest_layout(const Builder *builder, const WallConfig *wall)
{
    const Config *config = builder->config;
    if (lost_may_hold(&builder->walls, wall->id) || builder->presets.is_open ||
        g_hash_table_size(builder->presets.names) > 0)
        return NULL;
    const Layout *most = NULL;
    if (*wall->layout && !(most = find_layout(builder, wall->layout)))
        return NULL;
    for (guint i = 0; i < config->n_presets; i++) {
        const PresetConfig *preset = &config->presets[i];
        if (strcmp(preset->wall, wall->id) != 0)
            continue;
        const Layout *layout = find_layout(builder, preset->layout);
        if (!layout)
            return NULL;
        if (!most || layout->n_cells > most->n_cells)
            most = layout;
    }
    return most;
}

static void check_tiles(Builder *builder, const Tour *tour, const WallConfig *wall,
                        const char *place)
{
    const Layout *largest = largest_layout(builder, wall);
    guint limit = largest ? largest->n_cells : WALL_MAX_CELLS;
    const char *layout = largest ? largest->id : "";
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < tour->n_tiles; i++) {
        g_autofree char *tile_place = g_strdup_printf("%s.tiles[%u]", place, i);
        guint tile = tour->tiles[i];
        if (tile > limit)
            faults_add(builder->faults, tile_place,
                       "%u is out of range; accepted: 1 to %u (layout \"%s\", the largest that "
                       "this file puts on "
                       "wall \"%s\")",
                       tile, limit, layout, wall->id);
        else if (tile && !g_hash_table_add(seen, GUINT_TO_POINTER(tile)))
            faults_add(builder->faults, tile_place, "%u is given twice", tile);
    }
}

static void check_tour_presets(Builder *builder, const Tour *tour, const char *place)
{
    const Config *config = builder->config;
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (guint i = 0; i < config->n_presets; i++) {
        if (strcmp(config->presets[i].wall, tour->wall) == 0)
            g_ptr_array_add(known, config->presets[i].name);
    }
    for (guint i = 0; i < tour->n_presets; i++) {
        gboolean is_known = !tour->presets[i];
        for (guint k = 0; k < known->len && !is_known; k++)
            is_known = strcmp(g_ptr_array_index(known, k), tour->presets[i]) == 0;
        if (is_known || lost_may_hold(&builder->presets, tour->presets[i]))
            continue;
        g_autofree char *item_place = g_strdup_printf("%s.presets[%u]", place, i);
        refuse_name(builder->faults, item_place, "preset", tour->presets[i],
                    (const char *const *)known->pdata, known->len);
    }
}

static void check_tours(Builder *builder)
{
    Config *config = builder->config;
    Unique ids;
    unique_init(&ids, builder->faults);
    for (guint i = 0; i < config->n_tours; i++) {
        Tour *tour = config->tours[i];
        g_autofree char *place = g_strdup_printf("tours[%u]", i);
        g_autofree char *id_place = place_of(place, "id");
        unique_check(&ids, tour->id, id_place);
        check_camera_names(builder, tour->cameras, tour->n_cameras, place);
        const WallConfig *wall = check_wall(builder, &tour->wall, place);
        if (!wall)
            continue;
        check_tiles(builder, tour, wall, place);
        check_tour_presets(builder, tour, place);
    }
    unique_clear(&ids);
}

static void check_ports(Builder *builder)
{
    const Config *config = builder->config;
    const struct {
        const char *key;
        guint port;
    } ports[] = {
        { "http_port", config->http_port },
        { "rtsp_port", config->rtsp_port },
        { "https_port", *config->https_host ? config->https_port : 0 },
    };
    for (guint i = 1; i < G_N_ELEMENTS(ports); i++) {
        g_autofree char *place = place_of("listen", ports[i].key);
        for (guint k = 0; k < i && ports[i].port != 0; k++) {
            g_autofree char *other = place_of("listen", ports[k].key);
            if (ports[i].port == ports[k].port && !faults_has(builder->faults, place) &&
                !faults_has(builder->faults, other))
                faults_add(builder->faults, place, "%u is %s, too; accepted: two different ports",
                           ports[i].port, ports[k].key);
        }
    }
}

void check_config(Builder *builder)
{
    check_ports(builder);
    check_cameras(builder);
    check_walls(builder);
    check_outputs(builder);
    check_presets(builder);
    check_tours(builder);
    check_cases(builder);
}
