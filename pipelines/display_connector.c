/* display_connector.c - which display hangs at a connector
 *
 * SDL names a display by its monitor's model, which two equal monitors share; under X11 people know
 * it by its connector. Apart from the rest because Xlib's names (Window, Mask, Screen) are ours
 * too.
 */
#include "pipelines/display_connector.h"

#if defined(HAVE_SDL2) && defined(HAVE_XRANDR)

#include <SDL.h>
#include <X11/Xlib.h>
#include <X11/extensions/Xrandr.h>
#include <string.h>
#include <strings.h>

/* SDL's number of the display whose top left corner lies there, or -1. */
static int display_at(int x, int y)
{
    for (int i = 0; i < SDL_GetNumVideoDisplays(); i++) {
        SDL_Rect bounds;
        if (SDL_GetDisplayBounds(i, &bounds) == 0 && bounds.x == x && bounds.y == y)
            return i;
    }
    return -1;
}

int display_of_connector(const char *name)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    Display *x = driver && strcmp(driver, "x11") == 0 ? XOpenDisplay(NULL) : NULL;
    if (!x)
        return -1;
    int found = -1, n = 0;
    XRRMonitorInfo *monitors = XRRGetMonitors(x, DefaultRootWindow(x), True, &n);
    for (int i = 0; i < n && found < 0; i++) {
        char *connector = XGetAtomName(x, monitors[i].name);
        if (connector && strcasecmp(connector, name) == 0)
            found = display_at(monitors[i].x, monitors[i].y);
        XFree(connector);
    }
    if (monitors)
        XRRFreeMonitors(monitors);
    XCloseDisplay(x);
    return found;
}

#else

int display_of_connector(const char *name)
{
    (void)name;
    return -1;
}

#endif
