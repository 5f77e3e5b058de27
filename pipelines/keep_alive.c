/* keep_alive.c - makes rtspsrc keep sessions alive by the method that suits the camera
 *
 * An RTSP extension of rtspsrc sees every answer, on the thread that sent the request and right after it; which camera it
 * was is told by the request's "before-send", on the same thread.
 */
#include "pipelines/keep_alive.h"

#include <gst/gst.h>
#include <gst/rtsp/gstrtspextension.h>
#include <pthread.h>

static _Thread_local KeepAlive wanted; /* 0: the answer that comes is of no interest */

typedef struct {
    GstElement parent;
} Extension;

typedef struct {
    GstElementClass parent;
} ExtensionClass;

static GType extension_get_type(void);

/* Takes the lists of methods out of the answer. */
static GstRTSPMethod take_methods(GstRTSPMessage *response)
{
    static const GstRTSPHeaderField fields[] = { GST_RTSP_HDR_ALLOW, GST_RTSP_HDR_PUBLIC };
    GstRTSPMethod methods = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        char *text;
        for (int n = 0; gst_rtsp_message_get_header(response, fields[i], &text, n) == GST_RTSP_OK;
             n++)
            methods |= gst_rtsp_options_from_text(text);
        gst_rtsp_message_remove_header(response, fields[i], -1);
    }
    return methods;
}

static GstRTSPResult after_send(GstRTSPExtension *extension, GstRTSPMessage *request,
                                GstRTSPMessage *response)
{
    KeepAlive method = wanted;
    wanted = 0;
    if (!method || gst_rtsp_message_get_type(response) != GST_RTSP_MESSAGE_RESPONSE ||
        response->type_data.response.code != GST_RTSP_STS_OK)
        return GST_RTSP_OK;
    GstRTSPMethod methods = take_methods(response);
    if (!methods) /* need not be told */
        methods = GST_RTSP_DESCRIBE | GST_RTSP_SETUP | GST_RTSP_PLAY;
    if (method == KEEP_ALIVE_GET_PARAMETER)
        methods |= GST_RTSP_GET_PARAMETER;
    else
        methods &= ~GST_RTSP_GET_PARAMETER;
    gst_rtsp_message_take_header(response, GST_RTSP_HDR_PUBLIC, gst_rtsp_options_as_text(methods));
    return GST_RTSP_OK;
}

static void extension_interface_init(gpointer interface, gpointer unused)
{
    ((GstRTSPExtensionInterface *)interface)->after_send = after_send;
}

G_DEFINE_TYPE_WITH_CODE(Extension, extension, GST_TYPE_ELEMENT,
                        G_IMPLEMENT_INTERFACE(GST_TYPE_RTSP_EXTENSION, extension_interface_init))

static void extension_class_init(ExtensionClass *class)
{
    /* rtspsrc looks for this class of elements. */
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "keep-alive method",
                                          "Network/Extension/Protocol",
                                          "Puts right what RTSP servers announce", "wallctl");
}

static void extension_init(Extension *extension)
{
}

static void register_extension(void)
{
    gboolean is_registered =
        gst_element_register(NULL, "wallctlkeepalive", GST_RANK_PRIMARY, extension_get_type());
    g_assert(is_registered);
}

void keep_alive_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_extension);
}

void keep_alive_prepare(KeepAlive method, const GstRTSPMessage *request)
{
    gboolean is_chosen = method == KEEP_ALIVE_OPTIONS || method == KEEP_ALIVE_GET_PARAMETER;
    gboolean is_options = request->type == GST_RTSP_MESSAGE_REQUEST &&
                          request->type_data.request.method == GST_RTSP_OPTIONS;
    wanted = is_chosen && is_options ? method : 0;
}
