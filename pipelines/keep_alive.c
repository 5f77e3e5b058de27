/* keep_alive.c - makes rtspsrc keep sessions alive by the method that suits the camera
 *
 * Which camera an answer is of is told by the request's "before-send", on the same thread.
 */
#include "pipelines/keep_alive.h"

#include <glib.h>

static _Thread_local KeepAlive wanted; /* 0: the answer that comes is of no interest */

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

void keep_alive_answer(GstRTSPMessage *response)
{
    KeepAlive method = wanted;
    wanted = 0;
    if (!method || gst_rtsp_message_get_type(response) != GST_RTSP_MESSAGE_RESPONSE ||
        response->type_data.response.code != GST_RTSP_STS_OK)
        return;
    GstRTSPMethod methods = take_methods(response);
    if (!methods) /* need not be told */
        methods = GST_RTSP_DESCRIBE | GST_RTSP_SETUP | GST_RTSP_PLAY;
    if (method == KEEP_ALIVE_GET_PARAMETER)
        methods |= GST_RTSP_GET_PARAMETER;
    else
        methods &= ~GST_RTSP_GET_PARAMETER;
    gst_rtsp_message_take_header(response, GST_RTSP_HDR_PUBLIC, gst_rtsp_options_as_text(methods));
}

void keep_alive_prepare(KeepAlive method, const GstRTSPMessage *request)
{
    gboolean is_chosen = method == KEEP_ALIVE_OPTIONS || method == KEEP_ALIVE_GET_PARAMETER;
    gboolean is_options = request->type == GST_RTSP_MESSAGE_REQUEST &&
                          request->type_data.request.method == GST_RTSP_OPTIONS;
    wanted = is_chosen && is_options ? method : 0;
}
