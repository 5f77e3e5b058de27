/* packet.h - encoded pictures on their way out: one AVPacket shared by RTSP, preview and programme.
 */
#ifndef WALLCTL_PIPELINES_PACKET_H
#define WALLCTL_PIPELINES_PACKET_H

#include <glib.h>
#include <libavcodec/avcodec.h>

/* [any thread of the encoder] One H.264 access unit, Annex B, pts in ns of the canvas clock
 * (time_base 1/1e9); AV_PKT_FLAG_KEY is set when it can be decoded alone (SPS and PPS are in it).
 * packet is valid during the call: av_packet_ref() to keep it. Must not block. */
typedef void (*PacketSink)(const AVPacket *packet, gpointer user);

#endif
