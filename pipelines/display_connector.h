/* display_connector.h - which display hangs at a connector. For the display's process, after
 * SDL_Init(). */
#ifndef WALLCTL_PIPELINES_DISPLAY_CONNECTOR_H
#define WALLCTL_PIPELINES_DISPLAY_CONNECTOR_H

/* SDL's number of the display at connector name ("HDMI-1", as xrandr tells it); -1: not there, or
 * not X11. */
int display_of_connector(const char *name);

#endif
