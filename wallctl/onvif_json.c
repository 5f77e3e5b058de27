/* onvif_json.c - what a search for cameras has found, as the API tells it */
#include "wallctl/onvif_json.h"

#include <string.h>

typedef struct {
    const Config *config;
    GHashTable *known; /* main address -> id of a camera of the configuration */
    GHashTable *ids;   /* that were proposed */
} Telling;

static const char *state_word(SearchState state)
{
    static const char *const words[] = { [SEARCH_NONE] = "none",
                                         [SEARCH_LOOKING] = "looking",
                                         [SEARCH_ASKING] = "asking",
                                         [SEARCH_DONE] = "done",
                                         [SEARCH_STOPPED] = "stopped" };
    return words[state];
}

/* Not told yet, or told to be nothing, is left out. */
static void add_text(Json *json, const char *key, const char *text)
{
    if (text)
        json_add_known(json, key, text);
}

static void add_trouble(Json *json, const OnvifTrouble *trouble)
{
    if (!trouble->kind || trouble->kind == ONVIF_WELL)
        return;
    g_autofree char *text = onvif_trouble_dup_text(trouble), *zh = onvif_trouble_dup_zh(trouble);
    Json *item = json_object_new_object();
    json_add_string(item, "code", onvif_trouble_word(trouble->kind));
    json_add_string(item, "text", text);
    json_add_string(item, "text_zh", zh);
    json_add(json, "trouble", item);
}

/* "onvif-10-1-2-3", with a number where that is taken. Borrowed from telling->ids. */
static const char *propose_id(Telling *telling, const OnvifFinding *finding)
{
    g_autofree char *host = g_strdelimit(g_strdup(finding->host_text), ".:", '-');
    char *id = g_strconcat("onvif-", host, NULL);
    for (guint n = 2; g_hash_table_contains(telling->ids, id) || config_camera(telling->config, id);
         n++) {
        g_free(id);
        id = g_strdup_printf("onvif-%s-%u", host, n);
    }
    g_hash_table_add(telling->ids, id);
    return id;
}

static void add_stream(Json *json, const char *key, const char *address, const char *codec,
                       guint width, guint height)
{
    if (!address)
        return;
    Json *item = json_object_new_object();
    json_add_string(item, "address", address);
    add_text(item, "codec", codec);
    json_add_int(item, "width", width);
    json_add_int(item, "height", height);
    json_add(json, key, item);
}

static Json *channel_json(Telling *telling, const OnvifFinding *finding,
                          const OnvifChannel *channel, guint number)
{
    Json *json = json_object_new_object();
    json_add_int(json, "channel", number);
    add_text(json, "name", channel->name);
    json_add_bool(json, "ptz", channel->has_ptz);
    add_stream(json, "main", channel->main, channel->encoding, channel->width, channel->height);
    add_stream(json, "sub", channel->sub, channel->sub_encoding, channel->sub_width,
               channel->sub_height);
    if (channel->fps)
        json_add_int(json, "fps", channel->fps);
    add_trouble(json, &channel->trouble);
    const char *known = channel->main ? g_hash_table_lookup(telling->known, channel->main) : NULL;
    if (known)
        json_add_string(json, "camera", known);
    else if (channel->main)
        json_add_string(json, "id", propose_id(telling, finding));
    return json;
}

static void add_device(Json *json, Telling *telling, const OnvifFinding *finding)
{
    const OnvifDevice *device = finding->device;
    add_text(json, "maker", device->information.maker);
    add_text(json, "model", device->information.model);
    add_text(json, "firmware", device->information.firmware);
    add_text(json, "serial", device->information.serial);
    if (device->has_clock)
        json_add_int(json, "clock_off_s", device->clock_off_s);
    json_add_int(json, "profiles", device->n_profiles);
    Json *list = json_object_new_array();
    for (guint i = 0; i < device->channels->len; i++)
        json_object_array_add(list,
                              channel_json(telling, finding, device->channels->pdata[i], i + 1));
    json_add(json, "channels", list);
}

static Json *finding_json(Telling *telling, const OnvifFinding *finding)
{
    Json *json = json_object_new_object();
    json_add_string(json, "id", finding->id);
    json_add_string(json, "address", finding->host_text);
    add_text(json, "service", finding->address);
    add_text(json, "name", finding->name);
    add_text(json, "hardware", finding->hardware);
    add_text(json, "location", finding->location);
    add_text(json, "credential", finding->credential);
    gboolean is_well = finding->trouble.kind == ONVIF_WELL;
    json_add_string(json, "state",
                    finding->state == FINDING_ASKING ? "asking"
                    : is_well                        ? "ready"
                                                     : "trouble");
    if (finding->state == FINDING_TOLD)
        add_trouble(json, &finding->trouble);
    if (finding->device)
        add_device(json, telling, finding);
    return json;
}

static GHashTable *known_addresses(const Config *config)
{
    GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = config->cameras->pdata[i];
        const char *address = camera_address(camera, PROFILE_MAIN);
        if (address)
            g_hash_table_insert(known, (gpointer)address, camera->id);
    }
    return known;
}

static Json *names_json(char *const *names, guint n)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < n; i++)
        json_object_array_add(list, json_object_new_string(names[i]));
    return list;
}

Json *onvif_search_json(const OnvifSearch *search, const Config *config)
{
    SearchInfo info = onvif_search_info(search);
    g_autoptr(GHashTable) known = known_addresses(config);
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) references = credentials_list(config->credentials);
    g_autofree char *accepted = networks_dup_accepted(config->networks);
    g_autofree char *accepted_zh = networks_dup_accepted_zh(config->networks);
    Telling telling = { config, known, ids };
    Json *json = json_object_new_object(), *list = json_object_new_array();
    json_add_string(json, "state", state_word(info.state));
    if (info.state != SEARCH_NONE) {
        json_add_time(json, "began_ms", info.began_ms);
        json_add_int(json, "took_ms", info.took_ms);
    }
    json_add_int(json, "asked", info.n_asked);
    json_add_int(json, "to_ask", info.n_to_ask);
    for (guint i = 0; i < info.findings->len; i++)
        json_object_array_add(list, finding_json(&telling, info.findings->pdata[i]));
    json_add(json, "devices", list);
    json_add(json, "credentials", names_json((char **)references->pdata, references->len));
    json_add(json, "tables",
             names_json(config->camera_tables,
                        config->camera_tables ? g_strv_length(config->camera_tables) : 0));
    json_add_string(json, "networks", accepted);
    json_add_string(json, "networks_zh", accepted_zh);
    return json;
}
