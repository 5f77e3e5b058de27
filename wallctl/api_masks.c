/* api_masks.c - privacy masks of a camera, and the picture they are drawn on
 *
 * All masks of a camera are replaced at once, by who has seen them as they are (revision). They are written before they are in
 * force, and answered when they are: every picture from then on has them, without a new session of the camera. What was shown
 * and what is shown now stands in the register, whichever way it went.
 */
#include "wallctl/api_masks.h"

#include "config/mask_file.h"
#include "wallctl/api_record.h"
#include "wallctl/api_snapshot.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MAX_FAULTS 20

static Json *masks_json(const Config *config, const Camera *camera)
{
    g_autofree char *revision = masks_dup_revision(camera->masks, camera->n_masks);
    Json *json = json_object_new_object();
    json_add_string(json, "camera", camera->id);
    json_add_string(json, "revision", revision);
    json_add_bool(json, "writable", config->mask_file != NULL);
    json_add(json, "masks", masks_to_json(camera->masks, camera->n_masks));
    return json;
}

gboolean api_get_masks(ApiCall *call, GError **error)
{
    const Camera *camera = api_need_camera(call, call->part[1], error);
    if (!camera)
        return FALSE;
    web_reply_json(call->request, 200,
                   masks_json(controller_config(call->env->controller), camera));
    return TRUE;
}

/* --- replacing ---------------------------------------------------------------------------------
 */

typedef struct {
    const ApiEnv *env;
    WebRequest *request;
    Caller *caller;
    char *path, *camera, *base;
    guint n_masks, n_before;
    Mask *masks;
    gboolean is_written;
    GError *error;
} Drawing;

static void free_drawing(gpointer data)
{
    Drawing *drawing = data;
    web_request_unref(drawing->request);
    caller_unref(drawing->caller);
    g_clear_error(&drawing->error);
    g_free(drawing->path);
    g_free(drawing->camera);
    g_free(drawing->base);
    g_free(drawing->masks);
    g_free(drawing);
}

static void record(const Drawing *drawing)
{
    guint n_mosaic = 0;
    for (guint i = 0; i < drawing->n_masks; i++)
        n_mosaic += drawing->masks[i].mode == MASK_MOSAIC;
    g_autofree char *content =
        drawing->is_written
            ? g_strdup_printf("修改隐私遮挡：原有 %u 块，现有 %u 块（涂黑 %u，马赛克 %u）",
                              drawing->n_before, drawing->n_masks, drawing->n_masks - n_mosaic,
                              n_mosaic)
            : g_strdup_printf("修改隐私遮挡；拒绝：%s", wall_error_word(drawing->error->code));
    AuditRow row = audit_row_for(drawing->caller, AUDIT_SETTINGS);
    row.camera = drawing->camera;
    row.object = drawing->camera;
    row.content = content;
    row.is_refused = !drawing->is_written;
    audit_add(drawing->env->audit, &row);
}

static void answer_reloaded(const Faults *faults, gpointer data)
{
    Drawing *drawing = data;
    const Config *config = controller_config(drawing->env->controller);
    const Camera *camera = config_camera(config, drawing->camera);
    if (faults_count(faults) == 0 && camera) {
        ApiCall call = { .env = drawing->env, .request = drawing->request };
        api_reply_saved(&call, masks_json(config, camera));
    } else {
        g_autofree char *text = faults_dup_text(faults);
        g_autofree char *zh = g_strconcat("遮挡已写好，但配置没有载入，还没有生效：\n", text, NULL);
        g_autoptr(GError) error = NULL;
        wall_error_set_literal(&error, WALL_ERROR_INVALID, text, zh);
        web_reply_error(drawing->request, error);
    }
    free_drawing(drawing);
}

static void finish_drawing(gpointer data)
{
    Drawing *drawing = data;
    record(drawing);
    if (drawing->is_written &&
        drawing->env->reload(answer_reloaded, drawing, drawing->env->user, &drawing->error))
        return;
    web_reply_error(drawing->request, drawing->error);
    free_drawing(drawing);
}

static void run_drawing(gpointer data)
{
    Drawing *drawing = data;
    drawing->is_written =
        mask_file_replace(drawing->path, drawing->camera, drawing->base, drawing->masks,
                          drawing->n_masks, &drawing->n_before, &drawing->error);
    post_control(finish_drawing, drawing, NULL);
}

static gboolean read_drawing(const ApiCall *call, Drawing *drawing, GError **error)
{
    static const char *const known[] = { "revision", "masks" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    g_autoptr(Faults) faults = faults_new("body", MAX_FAULTS);
    Json *masks = NULL;
    const char *base = NULL;
    if (!body)
        return FALSE;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "revision", &base, faults, "");
    if (!base && !faults_has(faults, "revision"))
        faults_add(faults, "revision", "is missing; accepted: that of the masks as they were read");
    if (json_object_object_get_ex(body, "masks", &masks))
        drawing->masks = masks_read(masks, "masks", &drawing->n_masks, faults);
    else
        faults_add(faults, "masks", "is missing; accepted: an array, [] for none");
    drawing->base = g_strdup(base);
    return api_take_faults(faults, error);
}

/* Taking a mask away shows what was hidden: not without a row that says so. */
static gboolean need_register(const ApiCall *call, GError **error)
{
    if (audit_is_writable(call->env->audit))
        return TRUE;
    wall_error_set_literal(error, WALL_ERROR_UNAVAILABLE,
                           "the register cannot be written: masks stay as they are",
                           "调用登记簿暂时无法写入，不能改遮挡");
    return FALSE;
}

gboolean api_put_masks(ApiCall *call, GError **error)
{
    const Camera *camera = api_need_camera(call, call->part[1], error);
    if (!camera || !need_register(call, error))
        return FALSE;
    call->record->camera = camera->id;
    Drawing *drawing = g_new0(Drawing, 1);
    *drawing = (Drawing) { .env = call->env,
                           .request = web_request_ref(call->request),
                           .caller = caller_ref(call->info->caller),
                           .path = g_strdup(controller_config(call->env->controller)->path),
                           .camera = g_strdup(camera->id) };
    if (read_drawing(call, drawing, error) &&
        work_submit(call->env->work, run_drawing, drawing, NULL, error)) {
        call->record->is_written = TRUE; /* by finish_drawing() */
        return TRUE;
    }
    free_drawing(drawing);
    return FALSE;
}

/* --- the picture -------------------------------------------------------------------------------
 */

typedef struct {
    const ApiEnv *env;
    WebRequest *request;
    char *mark;
} Looking;

static gboolean reply(const Looking *looking, Frame *frame, GError **error)
{
    ApiPicture picture = { .frame = frame,
                           .part = { 0, 0, frame->width, frame->height },
                           .mark = looking->mark };
    return api_reply_picture(looking->env, looking->request, &picture, error);
}

static void on_still(Frame *picture, const GError *error, gpointer user)
{
    Looking *looking = user;
    g_autoptr(GError) busy = NULL;
    if (!picture)
        web_reply_error(looking->request, error);
    else if (!reply(looking, picture, &busy))
        web_reply_error(looking->request, busy);
    web_request_unref(looking->request);
    g_free(looking->mark);
    g_free(looking);
}

gboolean api_get_still(ApiCall *call, GError **error)
{
    const Camera *camera = api_need_camera(call, call->part[1], error);
    if (!camera || !api_need_register(call->env, error))
        return FALSE;
    call->record->camera = camera->id;
    Looking *looking = g_new(Looking, 1);
    *looking = (Looking) { call->env, web_request_ref(call->request), api_dup_mark(call) };
    if (stills_take(call->env->stills, camera, on_still, looking, error))
        return TRUE;
    web_request_unref(looking->request);
    g_free(looking->mark);
    g_free(looking);
    return FALSE;
}
