/* parameter_sets.h - SPS and PPS (VPS too) from the SDP's fmtp line. Pure. [any] */
#ifndef WALLCTL_PIPELINES_PARAMETER_SETS_H
#define WALLCTL_PIPELINES_PARAMETER_SETS_H

#include <glib.h>

/* Annex B bytes of comma-separated base64 lists (H.264: sprop-parameter-sets; H.265: vps, sps, pps); NULL lists are
 * skipped, damaged entries too. NULL when nothing is left. Caller owns. */
GBytes *parameter_sets_from_sprop(const char *const *lists, guint n_lists);

#endif
