/* device.h - one device is asked what it is and what it sends. [worker]
 *
 * One request at a time: cameras are small. Its clock is asked first, without a login, and the digest is made with its
 * own time, so that a device which is an hour off still lets one in.
 */
#ifndef WALLCTL_ONVIF_DEVICE_H
#define WALLCTL_ONVIF_DEVICE_H

#include "onvif/answers.h"
#include "onvif/post.h"

#define ONVIF_MAX_CHANNELS 64 /* of a recorder */

/* One picture source of a device, with the streams that suit a wall. */
typedef struct {
    char *name;
    char *main, *sub; /* addresses, checked; sub may be NULL */
    char *encoding, *sub_encoding;
    guint width, height, fps, sub_width, sub_height;
    gboolean has_ptz;
    OnvifTrouble trouble; /* ONVIF_WELL: main is there */
} OnvifChannel;

typedef struct {
    OnvifInformation information; /* members NULL while it has not told */
    gboolean has_clock;
    gint64 clock_off_s; /* ahead of ours */
    guint n_profiles;
    GPtrArray *channels;  /* OnvifChannel; those that are well, and why others are not */
    OnvifTrouble trouble; /* ONVIF_WELL: a channel is well at least */
} OnvifDevice;

/* Asks the device that lies at host, by the address of its device service. login may be NULL: then it is asked all the
 * same, and says LOGIN where it wants one. Never NULL; caller owns. */
OnvifDevice *onvif_ask(GInetAddress *host, const char *address, const Credential *login,
                       const OnvifLimits *limits);
void onvif_device_free(OnvifDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OnvifDevice, onvif_device_free)

/* Of the profiles of one picture source, which index is for large tiles and which for small ones; -1: none. */
void onvif_choose(GPtrArray *profiles, gint *main, gint *sub);

#endif
