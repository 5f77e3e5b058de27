/* answers.c - every answer of a camera passes here before rtspsrc looks at it
 *
 * An RTSP extension of rtspsrc sees every answer, on the thread that sent the request and right after it.
 */
#include "pipelines/answers.h"

#include "pipelines/keep_alive.h"
#include "pipelines/stray.h"

#include <gst/gst.h>
#include <gst/rtsp/gstrtspextension.h>
#include <pthread.h>

typedef struct {
    GstElement parent;
} Extension;

typedef struct {
    GstElementClass parent;
} ExtensionClass;

static GType extension_get_type(void);

static GstRTSPResult after_send(GstRTSPExtension *extension, GstRTSPMessage *request,
                                GstRTSPMessage *response)
{
    stray_answer(request, response);
    keep_alive_answer(response);
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
    gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(class), "answers of cameras",
                                          "Network/Extension/Protocol",
                                          "Puts right what RTSP servers answer", "wallctl");
}

static void extension_init(Extension *extension)
{
}

static void register_extension(void)
{
    gboolean is_registered =
        gst_element_register(NULL, "wallctlanswers", GST_RANK_PRIMARY, extension_get_type());
    g_assert(is_registered);
}

void answers_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_extension);
}
