/* stray.h - takes out of a camera's answers what would lead elsewhere than to the camera. [stream]
 *
 * rtspsrc follows 301 and 302 to any address, and sends packets over UDP to whatever "source" or "destination" the answer
 * to SETUP names. A camera that moved is configured anew by a person; its packets belong to the address it was found at.
 */
#ifndef WALLCTL_PIPELINES_STRAY_H
#define WALLCTL_PIPELINES_STRAY_H

#include <gst/rtsp/gstrtspmessage.h>

/* A redirection becomes a plain refusal with the status 300 and without an address. */
void stray_answer(const GstRTSPMessage *request, GstRTSPMessage *response);

#endif
