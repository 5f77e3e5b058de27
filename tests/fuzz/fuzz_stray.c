/* fuzz_stray.c - any answer of a camera leads nowhere else: its first byte is the status, the rest Transport headers, one a
 * line feed, as rtspsrc would read them. */
#include "pipelines/stray.h"

#include <gst/rtsp/gstrtsptransport.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* rtspsrc reads the first header only; whatever it finds there, nobody is named to send to or to hear. */
static void judge_transport(const GstRTSPMessage *response)
{
    char *value;
    if (gst_rtsp_message_get_header(response, GST_RTSP_HDR_TRANSPORT, &value, 0) != GST_RTSP_OK)
        return;
    GstRTSPTransport transport = { 0 };
    gst_rtsp_transport_init(&transport);
    if (gst_rtsp_transport_parse(value, &transport) == GST_RTSP_OK) {
        g_assert_null(transport.source);
        g_assert_null(transport.destination);
    }
    gst_rtsp_transport_init(&transport);
}

static void judge(GstRTSPMethod method, GstRTSPStatusCode status, char **headers)
{
    GstRTSPMessage request = { 0 }, response = { 0 };
    gst_rtsp_message_init_request(&request, method, "rtsp://10.0.0.1/live");
    gst_rtsp_message_init_response(&response, status, NULL, NULL);
    gst_rtsp_message_add_header(&response, GST_RTSP_HDR_LOCATION, "rtsp://192.0.2.1/elsewhere");
    for (char **header = headers; *header; header++)
        gst_rtsp_message_add_header(&response, GST_RTSP_HDR_TRANSPORT, *header);

    stray_answer(&request, &response);
    guint now = response.type_data.response.code;
    char *place;
    if (status >= 300 && status < 400) {
        g_assert_cmpuint(now, ==, GST_RTSP_STS_MULTIPLE_CHOICES);
        g_assert_cmpint(gst_rtsp_message_get_header(&response, GST_RTSP_HDR_LOCATION, &place, 0),
                        !=, GST_RTSP_OK);
    } else {
        g_assert_cmpuint(now, ==, status);
    }
    if (method == GST_RTSP_SETUP)
        judge_transport(&response);
    gst_rtsp_message_unset(&request);
    gst_rtsp_message_unset(&response);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const GstRTSPMethod methods[] = { GST_RTSP_SETUP, GST_RTSP_PLAY, GST_RTSP_DESCRIBE };
    if (size == 0)
        return 0;
    g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
    g_auto(GStrv) headers = g_strsplit(text, "\n", 4);
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
        judge(methods[i], 200 + data[0], headers);
    return 0;
}
