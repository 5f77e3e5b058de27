/* display_painter.c - brings I420 pictures into an SDL window: by the graphics card, or by libyuv
 * where there is none */
#include "pipelines/display_painter.h"

#include <libyuv.h>
#include <string.h>

/* GL_RENDERER of OpenGL's headers, which nothing else here needs. */
#define GL_RENDERER_NAME 0x1F01

/* An I420 picture without padding. */
typedef struct {
    int width, height;
    guint8 *data;
} Picture;

struct Painter {
    SDL_Window *window;
    int width, height;
    guint rotation;
    gboolean has_picture;

    /* By the card: */
    SDL_Renderer *renderer; /* NULL: by libyuv */
    SDL_Texture *texture;

    /* By libyuv: the picture as it came, turned, and as large as it is shown. */
    Picture picture, turned, scaled;
};

static guint8 *plane_u(const Picture *picture)
{
    return picture->data + (gsize)picture->width * (gsize)picture->height;
}

static guint8 *plane_v(const Picture *picture)
{
    return plane_u(picture) + (gsize)picture->width / 2 * ((gsize)picture->height / 2);
}

static void picture_resize(Picture *picture, int width, int height)
{
    if (picture->data && picture->width == width && picture->height == height)
        return;
    picture->width = width;
    picture->height = height;
    g_free(picture->data);
    picture->data = g_malloc((gsize)width * (gsize)height * 3 / 2);
}

/* Where a picture goes in an output of that size, as large as it fits; even, for I420. */
static SDL_Rect fit(const Painter *painter, int out_w, int out_h)
{
    gboolean is_upright = painter->rotation % 180 == 0;
    int w = is_upright ? painter->width : painter->height,
        h = is_upright ? painter->height : painter->width;
    double scale = MIN((double)out_w / w, (double)out_h / h);
    SDL_Rect r = { .w = MAX(2, (int)(w * scale + 0.5) & ~1),
                   .h = MAX(2, (int)(h * scale + 0.5) & ~1) };
    r.x = (out_w - r.w) / 2;
    r.y = (out_h - r.h) / 2;
    return r;
}

/* By the card */

static void present_by_card(const Painter *painter)
{
    int out_w, out_h;
    if (SDL_GetRendererOutputSize(painter->renderer, &out_w, &out_h) != 0)
        return;
    SDL_Rect to = fit(painter, out_w, out_h);
    if (painter->rotation % 180 != 0) /* SDL turns the rectangle about its middle */
        to = (SDL_Rect) { to.x + (to.w - to.h) / 2, to.y + (to.h - to.w) / 2, to.h, to.w };
    SDL_RenderClear(painter->renderer);
    SDL_RenderCopyEx(painter->renderer, painter->texture, NULL, &to, painter->rotation, NULL,
                     SDL_FLIP_NONE);
    SDL_RenderPresent(painter->renderer);
}

/* Is OpenGL worked out by the CPU? */
static gboolean is_emulated(void)
{
    const char *(*get_string)(unsigned) = NULL;
    *(void **)&get_string = SDL_GL_GetProcAddress("glGetString");
    const char *name =
        get_string && SDL_GL_GetCurrentContext() ? get_string(GL_RENDERER_NAME) : NULL;
    return name &&
           (strstr(name, "llvmpipe") || strstr(name, "softpipe") || strstr(name, "SwiftShader"));
}

static gboolean open_card(Painter *painter)
{
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "linear");
    SDL_SetYUVConversionMode(SDL_YUV_CONVERSION_BT709);
    painter->renderer = SDL_CreateRenderer(painter->window, -1, SDL_RENDERER_PRESENTVSYNC);
    if (!painter->renderer)
        painter->renderer = SDL_CreateRenderer(painter->window, -1, 0);
    if (!painter->renderer)
        return FALSE;
    painter->texture =
        SDL_CreateTexture(painter->renderer, SDL_PIXELFORMAT_IYUV, SDL_TEXTUREACCESS_STREAMING,
                          painter->width, painter->height);
    SDL_SetRenderDrawColor(painter->renderer, 0, 0, 0, 255);
    return painter->texture != NULL;
}

/* By libyuv */

static const Picture *turn(Painter *painter)
{
    static const RotationModeEnum modes[] = { kRotate0, kRotate90, kRotate180, kRotate270 };
    if (painter->rotation == 0)
        return &painter->picture;
    const Picture *from = &painter->picture;
    Picture *to = &painter->turned;
    gboolean is_upright = painter->rotation == 180;
    picture_resize(to, is_upright ? from->width : from->height,
                   is_upright ? from->height : from->width);
    I420Rotate(from->data, from->width, plane_u(from), from->width / 2, plane_v(from),
               from->width / 2, to->data, to->width, plane_u(to), to->width / 2, plane_v(to),
               to->width / 2, from->width, from->height, modes[painter->rotation / 90 % 4]);
    return to;
}

static const Picture *scale(Painter *painter, const Picture *from, int width, int height)
{
    if (from->width == width && from->height == height)
        return from;
    Picture *to = &painter->scaled;
    picture_resize(to, width, height);
    I420Scale(from->data, from->width, plane_u(from), from->width / 2, plane_v(from),
              from->width / 2, from->width, from->height, to->data, to->width, plane_u(to),
              to->width / 2, plane_v(to), to->width / 2, width, height, kFilterBilinear);
    return to;
}

static void present_by_libyuv(Painter *painter)
{
    SDL_Surface *surface =
        SDL_GetWindowSurface(painter->window); /* another one after a change of size */
    if (!surface || surface->w < 2 || surface->h < 2)
        return;
    SDL_Rect to = fit(painter, surface->w, surface->h);
    const Picture *picture = scale(painter, turn(painter), to.w, to.h);
    if (to.w < surface->w || to.h < surface->h)
        SDL_FillRect(surface, NULL, 0);
    guint8 *at = (guint8 *)surface->pixels + (gsize)to.y * (gsize)surface->pitch + (gsize)to.x * 4;
    H420ToARGB(picture->data, picture->width, plane_u(picture), picture->width / 2,
               plane_v(picture), picture->width / 2, at, surface->pitch, MIN(to.w, surface->w),
               MIN(to.h, surface->h));
    SDL_UpdateWindowSurface(painter->window);
}

/* Only X11 gives the window's memory itself; elsewhere SDL would bring it on screen by a renderer
 * again. */
static gboolean can_write_window(SDL_Window *window)
{
    const SDL_Surface *surface =
        strcmp(SDL_GetCurrentVideoDriver(), "x11") == 0 ? SDL_GetWindowSurface(window) : NULL;
    return surface && (surface->format->format == SDL_PIXELFORMAT_RGB888 ||
                       surface->format->format == SDL_PIXELFORMAT_ARGB8888);
}

static void leave_card(Painter *painter)
{
    if (painter->texture)
        SDL_DestroyTexture(painter->texture);
    if (painter->renderer)
        SDL_DestroyRenderer(painter->renderer);
    painter->texture = NULL;
    painter->renderer = NULL;
}

void painter_take(Painter *painter, const guint8 *picture)
{
    painter->has_picture = TRUE;
    if (!painter->renderer) {
        picture_resize(&painter->picture, painter->width, painter->height);
        memcpy(painter->picture.data, picture,
               (gsize)painter->width * (gsize)painter->height * 3 / 2);
        return;
    }
    const guint8 *u = picture + (gsize)painter->width * (gsize)painter->height;
    const guint8 *v = u + (gsize)painter->width * (gsize)painter->height / 4;
    SDL_UpdateYUVTexture(painter->texture, NULL, picture, painter->width, u, painter->width / 2, v,
                         painter->width / 2);
}

void painter_present(Painter *painter)
{
    if (!painter->has_picture)
        return;
    if (painter->renderer)
        present_by_card(painter);
    else
        present_by_libyuv(painter);
}

char *painter_dup_words(const Painter *painter)
{
    SDL_RendererInfo info = { 0 };
    if (!painter->renderer || SDL_GetRendererInfo(painter->renderer, &info) != 0)
        return g_strdup("no graphics card, painted by libyuv");
    return g_strdup_printf("%s%s", info.name,
                           info.flags & SDL_RENDERER_PRESENTVSYNC ? " with vsync" : "");
}

Painter *painter_new(SDL_Window *window, int width, int height, guint rotation)
{
    Painter *painter = g_new0(Painter, 1);
    *painter =
        (Painter) { .window = window, .width = width, .height = height, .rotation = rotation };
    gboolean has_card = open_card(painter);
    if (has_card && !is_emulated())
        return painter;
    if (!SDL_getenv("SDL_RENDER_DRIVER")) {
        leave_card(painter);
        SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); /* else it is OpenGL again */
        if (can_write_window(window))
            return painter;
        has_card = open_card(painter);
    }
    if (has_card)
        return painter;
    g_free(painter);
    return NULL;
}
