/* keep_alive.h - makes rtspsrc keep sessions alive by the method that suits the camera.
 *
 * rtspsrc takes GET_PARAMETER where the camera announces it and OPTIONS elsewhere, and no signal tells of it. So what the
 * camera announces is put right on its way in.
 */
#ifndef WALLCTL_PIPELINES_KEEP_ALIVE_H
#define WALLCTL_PIPELINES_KEEP_ALIVE_H

#include "wallctl/model/camera.h"

#include <gst/rtsp/gstrtspmessage.h>

/* [stream] From rtspsrc's "before-send": this is the camera's method. */
void keep_alive_prepare(KeepAlive method, const GstRTSPMessage *request);

/* [stream] The answer to it, on the same thread. */
void keep_alive_answer(GstRTSPMessage *response);

#endif
