/* stray.c - takes out of a camera's answers what would lead elsewhere than to the camera */
#include "pipelines/stray.h"

#include <glib.h>

/* rtspsrc looks at 301 and 302 itself; every other status is an error to it. */
static void take_redirection(GstRTSPMessage *response)
{
    gst_rtsp_message_remove_header(response, GST_RTSP_HDR_LOCATION, -1);
    response->type_data.response.code = GST_RTSP_STS_MULTIPLE_CHOICES;
}

/* Without them packets go to where the connection goes; multicast, for which we do not ask, has nowhere to go. */
static void take_targets(GstRTSPMessage *response)
{
    char *value;
    if (gst_rtsp_message_get_header(response, GST_RTSP_HDR_TRANSPORT, &value, 0) != GST_RTSP_OK)
        return;
    g_auto(GStrv) parts = g_strsplit(value, ";", -1);
    GString *kept = g_string_new(NULL);
    for (char **part = parts; *part; part++) {
        const char *word = g_strstrip(*part);
        if (g_ascii_strncasecmp(word, "source", 6) != 0 &&
            g_ascii_strncasecmp(word, "destination", 11) != 0)
            g_string_append_printf(kept, "%s%s", kept->len ? ";" : "", word);
    }
    gst_rtsp_message_remove_header(response, GST_RTSP_HDR_TRANSPORT, -1);
    gst_rtsp_message_take_header(response, GST_RTSP_HDR_TRANSPORT, g_string_free(kept, FALSE));
}

void stray_answer(const GstRTSPMessage *request, GstRTSPMessage *response)
{
    if (response->type != GST_RTSP_MESSAGE_RESPONSE)
        return;
    guint status = response->type_data.response.code;
    if (status >= 300 && status < 400)
        take_redirection(response);
    if (request->type == GST_RTSP_MESSAGE_REQUEST &&
        request->type_data.request.method == GST_RTSP_SETUP)
        take_targets(response);
}
