/* api_probe.c - what a camera of the configuration sends, found out on a worker */
#include "wallctl/api_probe.h"

#include "config/credentials.h"
#include "pipelines/probe.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/probe_json.h"

#include <string.h>

typedef struct {
    WebRequest *request;
    char *address;
    const Credential *credential; /* of config */
    Config *config;
    ProbeResult *result;
    GError *error;
} Probe;

static void free_probe(gpointer data)
{
    Probe *probe = data;
    web_request_unref(probe->request);
    config_unref(probe->config);
    g_clear_pointer(&probe->result, probe_result_free);
    g_clear_error(&probe->error);
    g_free(probe->address);
    g_free(probe);
}

static void answer_probe(gpointer data)
{
    Probe *probe = data;
    if (probe->result)
        web_reply_json(probe->request, 200, probe_result_to_json(probe->result));
    else
        web_reply_error(probe->request, probe->error);
}

static void run_probe(gpointer data)
{
    Probe *probe = data;
    const guint watch_ms = 6000;
    probe->result =
        probe_address(probe->address, probe->credential ? probe->credential->user : NULL,
                      probe->credential ? probe->credential->password : NULL, TRANSPORT_TCP,
                      watch_ms, probe->config->networks, &probe->error);
    post_control(answer_probe, probe, free_probe);
}

/* The camera and stream that the body names; NULL with an error. */
static const Camera *read_probe(const ApiCall *call, Profile *profile, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return NULL;
    const char *id = NULL, *stream = "main";
    g_autoptr(Faults) faults = faults_new("body", 8);
    static const char *const known[] = { "camera", "stream" };
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    if (!json_get_string(body, "camera", &id, faults, "") && faults_count(faults) == 0)
        faults_add(faults, "camera", "is missing; accepted: the id of a camera");
    json_get_string(body, "stream", &stream, faults, "");
    *profile = strcmp(stream, "sub") == 0 ? PROFILE_SUB : PROFILE_MAIN;
    if (*profile == PROFILE_MAIN && strcmp(stream, "main") != 0)
        faults_add(faults, "stream", "'%.20s' is not accepted; accepted: main, sub", stream);
    return api_take_faults(faults, error) ? api_need_camera(call, id, error) : NULL;
}

/* {"camera": id, "stream": "main"|"sub"}: only addresses of the configuration, so the daemon cannot
 * be sent anywhere. */
gboolean api_post_probe(ApiCall *call, GError **error)
{
    Profile profile;
    const Camera *camera = read_probe(call, &profile, error);
    if (!camera)
        return FALSE;
    Config *config = controller_config(call->env->controller);
    Probe *probe = g_new0(Probe, 1);
    probe->request = web_request_ref(call->request);
    probe->config = config_ref(config);
    probe->address = g_strdup(camera_address(camera, profile));
    probe->credential = credentials_of_camera(config->credentials, camera->id, camera->credential);
    if (work_submit(call->env->work, run_probe, probe, NULL, error))
        return TRUE;
    free_probe(probe);
    return FALSE;
}
