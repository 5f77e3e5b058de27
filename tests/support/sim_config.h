/* sim_config.h - which cameras the program camera-sim has, from its command line and its file.
 * [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_CONFIG_H
#define WALLCTL_TESTS_SUPPORT_SIM_CONFIG_H

#include <glib.h>

#include "tests/support/camera_sim.h"
#include "wallctl/base/secret.h"

typedef struct {
    char *id, *main_file, *sub_file, *user, *password_file, *fault; /* NULL where nothing is said */
    Secret *password;
    CameraSimOptions options; /* user and password are put in by sim_camera_spec_options() */
} SimCameraSpec;

void sim_camera_spec_free(SimCameraSpec *spec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimCameraSpec, sim_camera_spec_free)

/* Reads "main.mp4,sub.mp4,user=u,password-file=f,auth=digest,..." into spec; WALL_ERROR_INVALID
 * names key, value and what is accepted. A password file is read at once, less the line end. */
gboolean sim_camera_spec_read(SimCameraSpec *spec, const char *text, GError **error);

/* "ID=" and the same. NULL with an error. */
SimCameraSpec *sim_camera_spec_new(const char *text, GError **error);

/* Appends the cameras of a JSON file {"cameras": [{"id": ..., "main": ..., "sub": ...,
 * "password_file": ...}]} with the keys of the command line ('_' for '-'; "audio" is true or false)
 * and "fault"; relative file names start from its folder. */
gboolean sim_config_read(const char *path, GPtrArray *specs, GError **error);

/* For camera_sim_add(); borrowed from spec. */
CameraSimOptions sim_camera_spec_options(const SimCameraSpec *spec);

/* The keys, for --help. */
#define SIM_CONFIG_KEYS                                                                            \
    "user, password-file, auth (digest, digest-qop, basic), max-sessions, timeout (s), "           \
    "send-buffer (bytes), tone (Hz), audio"

#endif
