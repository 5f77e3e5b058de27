/* geometry.c - rectangles in pixels and in fractions */
#include "wallctl/model/geometry.h"

#include <math.h>

gboolean rect_is_empty(Rect r)
{
    return r.w <= 0 || r.h <= 0;
}

gboolean rect_equal(Rect a, Rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

gboolean rect_intersects(Rect a, Rect b)
{
    return !rect_is_empty(a) && !rect_is_empty(b) && a.x < b.x + b.w && b.x < a.x + a.w &&
           a.y < b.y + b.h && b.y < a.y + a.h;
}

gboolean rect_contains(Rect outer, Rect inner)
{
    return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
           inner.y + inner.h <= outer.y + outer.h;
}

Rect rect_intersect(Rect a, Rect b)
{
    if (!rect_intersects(a, b))
        return (Rect) { 0, 0, 0, 0 };
    int x = MAX(a.x, b.x), y = MAX(a.y, b.y);
    return (Rect) { x, y, MIN(a.x + a.w, b.x + b.w) - x, MIN(a.y + a.h, b.y + b.h) - y };
}

Rect rect_union(Rect a, Rect b)
{
    if (rect_is_empty(a))
        return b;
    if (rect_is_empty(b))
        return a;
    int x = MIN(a.x, b.x), y = MIN(a.y, b.y);
    return (Rect) { x, y, MAX(a.x + a.w, b.x + b.w) - x, MAX(a.y + a.h, b.y + b.h) - y };
}

static int even(double v)
{
    return 2 * (int)lround(v / 2);
}

static Rect even_edges(double x0, double y0, double x1, double y1)
{
    int x = even(x0), y = even(y0);
    return (Rect) { x, y, even(x1) - x, even(y1) - y };
}

Rect rect_even(Rect r)
{
    return even_edges(r.x, r.y, r.x + r.w, r.y + r.h);
}

Rect rect_of_fraction(FRect f, Rect box)
{
    return even_edges(box.x + f.x * box.w, box.y + f.y * box.h, box.x + (f.x + f.w) * box.w,
                      box.y + (f.y + f.h) * box.h);
}

gboolean frect_equal(FRect a, FRect b)
{
    return fabs(a.x - b.x) < 1e-6 && fabs(a.y - b.y) < 1e-6 && fabs(a.w - b.w) < 1e-6 &&
           fabs(a.h - b.h) < 1e-6;
}

gboolean frect_is_valid(FRect f)
{
    const double slack = 1e-6;
    return isfinite(f.x) && isfinite(f.y) && isfinite(f.w) && isfinite(f.h) && f.x >= -slack &&
           f.y >= -slack && f.w >= 0.01 && f.h >= 0.01 && f.x + f.w <= 1 + slack &&
           f.y + f.h <= 1 + slack;
}

Rect rect_fit(int w, int h, Rect box)
{
    if (w <= 0 || h <= 0 || rect_is_empty(box))
        return (Rect) { box.x, box.y, 0, 0 };
    double scale = MIN((double)box.w / w, (double)box.h / h);
    double fw = w * scale, fh = h * scale;
    /* Cameras are a little off 16:9 often (1920x1088, 704x400): no hairline bars for that. */
    if (box.w - fw <= MAX(4, box.w / 100.0))
        fw = box.w;
    if (box.h - fh <= MAX(4, box.h / 100.0))
        fh = box.h;
    double x = box.x + (box.w - fw) / 2, y = box.y + (box.h - fh) / 2;
    return even_edges(x, y, x + fw, y + fh);
}
