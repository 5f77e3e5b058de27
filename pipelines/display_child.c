/* display_child.c - the process that owns a window: shows what the parent puts into the shared
 * slots, and nothing else
 *
 * It may be killed at any moment, by an X server that goes or by a driver that fails: the parent
 * starts another one. It ends with its parent.
 */
#include "pipelines/display_output.h"

#include "pipelines/display_link.h"

#ifdef HAVE_SDL2

#include "pipelines/display_connector.h"
#include "pipelines/display_painter.h"

#include <SDL.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define POLL_MS 20 /* keys and window events are looked at so often when no picture comes */

typedef struct {
    int width, height;
    guint rotation;
    gboolean is_fullscreen;
    const char *connector, *title;
    const guint8 *memory;
    SDL_Window *window;
    Painter *painter;
    gboolean is_closed, is_done;
} Window;

static gboolean tell(DisplayWord word, guint slot, gint64 tick_ns, const char *text)
{
    DisplayMessage message = { .word = word, .slot = slot, .tick_ns = tick_ns };
    g_strlcpy(message.text, text, sizeof message.text);
    return send(DISPLAY_SOCKET_FD, &message, sizeof message, MSG_NOSIGNAL) == sizeof message;
}

static int none(const char *reason)
{
    tell(DISPLAY_TEXT, 0, 0, reason);
    return DISPLAY_EXIT_NONE;
}

/* By number from 1 on, by connector, or by (the beginning of) the monitor's model. -1: not there.
 */
static int find_display(const char *name)
{
    int n = SDL_GetNumVideoDisplays();
    if (!*name)
        return n > 0 ? 0 : -1;
    char *end;
    long number = strtol(name, &end, 10);
    if (!*end)
        return number >= 1 && number <= n ? (int)number - 1 : -1;
    int found = display_of_connector(name);
    for (int i = 0; i < n && found < 0; i++) {
        const char *model = SDL_GetDisplayName(i);
        if (model && g_ascii_strncasecmp(model, name, strlen(name)) == 0)
            found = i;
    }
    return found;
}

static char *list_displays(const char *wanted)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "no display '%s'; there are:", wanted);
    for (int i = 0; i < SDL_GetNumVideoDisplays(); i++) {
        const char *model = SDL_GetDisplayName(i);
        g_string_append_printf(text, " %d (%s)", i + 1, model ? model : "no name");
    }
    return g_string_free(text, FALSE);
}

static void show(Window *window, const DisplayMessage *message)
{
    gsize offset = display_slot_size(window->width, window->height) * message->slot;
    painter_take(window->painter, window->memory + offset);
    tell(DISPLAY_RELEASE, message->slot, 0, "");
    painter_present(window->painter);
    tell(DISPLAY_SHOWN, 0, message->tick_ns, "");
}

/* The newest picture of those that wait; the others go back unseen. */
static void take_pictures(Window *window)
{
    DisplayMessage message, newest = { 0 };
    for (;;) {
        ssize_t size = recv(DISPLAY_SOCKET_FD, &message, sizeof message, MSG_DONTWAIT);
        if (size == 0)
            window->is_done = TRUE; /* the parent has gone */
        if (size != sizeof message)
            break;
        if (message.word != DISPLAY_SHOW || message.slot >= DISPLAY_SLOTS)
            continue;
        if (newest.word)
            tell(DISPLAY_RELEASE, newest.slot, 0, "");
        newest = message;
    }
    if (newest.word)
        show(window, &newest);
}

static void on_key(Window *window, SDL_Keycode key)
{
    gboolean is_full = SDL_GetWindowFlags(window->window) & SDL_WINDOW_FULLSCREEN_DESKTOP;
    if (window->is_fullscreen) /* a wall: no key may take it off */
        return;
    if (key == SDLK_F11)
        SDL_SetWindowFullscreen(window->window, is_full ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP);
    else if (key == SDLK_ESCAPE)
        SDL_SetWindowFullscreen(window->window, 0);
}

static void take_events(Window *window)
{
    SDL_Event event;
    while (SDL_PollEvent(&event)) {
        if (event.type == SDL_QUIT)
            window->is_done = TRUE;
        else if (event.type == SDL_KEYDOWN)
            on_key(window, event.key.keysym.sym);
        else if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_CLOSE)
            window->is_closed = TRUE;
        else if (event.type == SDL_WINDOWEVENT &&
                 (event.window.event == SDL_WINDOWEVENT_EXPOSED ||
                  event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED))
            painter_present(window->painter);
    }
}

static SDL_Window *make_window(const Window *window, int display)
{
    SDL_Rect room = { .w = 1280, .h = 720 };
    if (window->is_fullscreen) { /* at its final place and size: a bare X server has nobody to
                                    enlarge it */
        SDL_GetDisplayBounds(display, &room);
        return SDL_CreateWindow(window->title, room.x, room.y, room.w, room.h,
                                SDL_WINDOW_FULLSCREEN_DESKTOP);
    }
    SDL_GetDisplayUsableBounds(display, &room);
    gboolean is_upright = window->rotation % 180 == 0;
    int w = is_upright ? window->width : window->height,
        h = is_upright ? window->height : window->width;
    double scale = MIN(1, MIN(room.w * 0.8 / w, room.h * 0.8 / h));
    w = (int)(w * scale);
    h = (int)(h * scale);
    int place = (int)SDL_WINDOWPOS_CENTERED_DISPLAY((guint)display);
    return SDL_CreateWindow(window->title, place, place, w, h, SDL_WINDOW_RESIZABLE);
}

static gboolean open_window(Window *window, int display)
{
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    window->window = make_window(window, display);
    if (window->window)
        window->painter =
            painter_new(window->window, window->width, window->height, window->rotation);
    SDL_ShowCursor(SDL_DISABLE);
    return window->painter != NULL;
}

static void describe(const Window *window, int display)
{
    SDL_DisplayMode mode = { 0 };
    SDL_GetCurrentDisplayMode(display, &mode);
    const char *model = SDL_GetDisplayName(display);
    g_autofree char *words = painter_dup_words(window->painter);
    g_autofree char *text =
        g_strdup_printf("%s %s, %dx%d at %d Hz, %s", SDL_GetCurrentVideoDriver(),
                        model ? model : "", mode.w, mode.h, mode.refresh_rate, words);
    tell(DISPLAY_TEXT, 0, 0, text);
}

/* Left to itself SDL takes a driver that shows nothing when there is no display. KMS only without a
 * session: were its X server just being restarted, we would take the screen from it. */
static const char *drivers(void)
{
    if (SDL_getenv("DISPLAY"))
        return SDL_getenv("WAYLAND_DISPLAY") ? "x11,wayland" : "x11";
    return SDL_getenv("WAYLAND_DISPLAY") ? "wayland" : "kmsdrm";
}

static int run(Window *window)
{
    if (!SDL_getenv("SDL_VIDEODRIVER"))
        SDL_SetHint(SDL_HINT_VIDEODRIVER, drivers());
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
        g_autofree char *text = g_strdup_printf("no display by %s (%s)", drivers(), SDL_GetError());
        return none(text);
    }
    int display = find_display(window->connector);
    if (display < 0) {
        g_autofree char *text = list_displays(window->connector);
        return none(text);
    }
    if (!open_window(window, display)) {
        tell(DISPLAY_TEXT, 0, 0, SDL_GetError());
        return EXIT_FAILURE;
    }
    describe(window, display);
    while (!window->is_done && !window->is_closed) {
        struct pollfd picture = { .fd = DISPLAY_SOCKET_FD, .events = POLLIN };
        if (poll(&picture, 1, POLL_MS) > 0)
            take_pictures(window);
        take_events(window);
    }
    return window->is_closed ? DISPLAY_EXIT_CLOSED : DISPLAY_EXIT_PARENT_GONE;
}

int display_child_main(int argc, char **argv)
{
    if (argc != 8)
        return DISPLAY_EXIT_USAGE; /* it is not for people to start */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    Window window = { .width = atoi(argv[2]),
                      .height = atoi(argv[3]),
                      .rotation = (guint)atoi(argv[4]),
                      .is_fullscreen = strcmp(argv[5], "fullscreen") == 0,
                      .connector = argv[6],
                      .title = argv[7] };
    if (window.width < 2 || window.height < 2)
        return DISPLAY_EXIT_USAGE;
    gsize size = display_slot_size(window.width, window.height) * DISPLAY_SLOTS;
    void *memory = mmap(NULL, size, PROT_READ, MAP_SHARED, DISPLAY_MEMORY_FD, 0);
    if (memory == MAP_FAILED)
        return DISPLAY_EXIT_USAGE;
    window.memory = memory;
    int status = run(&window);
    SDL_Quit(); /* gives the graphics card and the screen mode back */
    return status;
}

#else

int display_child_main(int argc, char **argv)
{
    return DISPLAY_EXIT_UNSUPPORTED;
}

#endif
