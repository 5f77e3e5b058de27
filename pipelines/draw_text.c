/* draw_text.c - Pango and Cairo set up so that the same text gives the same pixels
 *
 * Grey antialiasing, no hinting, sizes in px: nothing depends on a display's settings. Each thread
 * has its own font map, because Pango's objects are not shared between threads; it is made at the
 * first use and ends with the thread.
 */
#include "pipelines/draw_text.h"

#include "pipelines/draw_sheet.h"

#include <pango/pangocairo.h>

#define FONT_FAMILY    "Noto Sans CJK SC"
#define EM_ABOVE       0.88 /* share of the em square above the baseline, as CJK fonts have it */
#define MAX_CHARACTERS 512

struct TextInner {
    PangoLayout *layout;
    double size;
    double left;     /* of the ink's box inside the layout */
    double baseline; /* of the first line, from the layout's top */
    guint32 colour;
    gboolean has_halo;
};

static PangoContext *make_context(void)
{
    PangoFontMap *map = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_context_set_language(context, pango_language_from_string("zh-cn"));
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
    cairo_font_options_destroy(options);
    g_object_unref(map);
    return context;
}

static PangoContext *thread_context(void)
{
    static GPrivate key = G_PRIVATE_INIT(g_object_unref);
    PangoContext *context = g_private_get(&key);

    if (!context) {
        context = make_context();
        g_private_set(&key, context);
    }
    return context;
}

static PangoLayout *layout_new(const char *text, double size, gboolean is_bold)
{
    PangoLayout *layout = pango_layout_new(thread_context());
    PangoFontDescription *font = pango_font_description_new();
    PangoAttrList *attributes = pango_attr_list_new();

    pango_font_description_set_family_static(font, FONT_FAMILY);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_attr_list_insert(attributes, pango_attr_font_features_new("tnum"));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

static void fit_lines(PangoLayout *layout, const TextStyle *style)
{
    if (style->max_width <= 0)
        return;
    pango_layout_set_width(layout, (int)(style->max_width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_height(layout, -(int)MAX(style->max_lines, 1));
    pango_layout_set_alignment(layout, style->is_centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);

    PangoRectangle line;
    pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), NULL, &line);
    if (line.height > 0)
        pango_layout_set_line_spacing(
            layout, (float)(TEXT_LINE_PITCH * style->size * PANGO_SCALE / line.height));
}

/* Pango widens the ellipsis of a cut line up to the limit: there only the ink tells where it ends.
 */
static void measure(PangoLayout *layout, int *left, int *right)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);

    *left = G_MAXINT;
    *right = 0;
    do {
        PangoRectangle ink, line;
        pango_layout_iter_get_line_extents(iter, &ink, &line);
        gboolean is_cut =
            pango_layout_is_ellipsized(layout) && pango_layout_iter_at_last_line(iter);
        *left = MIN(*left, line.x);
        *right = MAX(*right, is_cut ? ink.x + ink.width : line.x + line.width);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

Text *text_new(const char *text, const TextStyle *style)
{
    g_autofree char *clean = text_clean(text);
    PangoLayout *layout = layout_new(clean, style->size, style->is_bold);
    Text *result = g_new0(Text, 1);
    int left, right;

    fit_lines(layout, style);
    measure(layout, &left, &right);
    result->width = (double)(right - left) / PANGO_SCALE;
    result->height =
        style->size * (1 + TEXT_LINE_PITCH * (pango_layout_get_line_count(layout) - 1));
    result->is_cut = pango_layout_is_ellipsized(layout);
    result->inner = g_new0(struct TextInner, 1);
    *result->inner = (struct TextInner) {
        .layout = layout,
        .size = style->size,
        .left = (double)left / PANGO_SCALE,
        .baseline = (double)pango_layout_get_baseline(layout) / PANGO_SCALE,
        .colour = style->colour,
        .has_halo = style->has_halo,
    };
    return result;
}

Text *text_fit(const char *text, const TextStyle *style, double smallest)
{
    TextStyle fitted = *style;

    fitted.max_lines = 1;
    g_autoptr(Text) line = text_new(text, &fitted);
    if (!line->is_cut || style->size <= smallest)
        return g_steal_pointer(&line);
    fitted.max_width = 0;
    text_free(line);
    line = text_new(text, &fitted);
    fitted.size *= style->max_width / line->width;
    fitted.max_width = style->max_width;
    do { /* Pango rounds each character's width to whole px, so the share is a first guess */
        text_free(line);
        fitted.size = MAX(fitted.size, smallest);
        line = text_new(text, &fitted);
        fitted.size -= 0.5;
    } while (line->is_cut && fitted.size >= smallest);
    return g_steal_pointer(&line);
}

void text_free(Text *text)
{
    if (!text)
        return;
    g_object_unref(text->inner->layout);
    g_free(text->inner);
    g_free(text);
}

void text_draw(const Text *text, cairo_t *cr, double x, double y)
{
    const struct TextInner *inner = text->inner;

    cairo_save(cr);
    cairo_translate(cr, x - inner->left, y + EM_ABOVE * inner->size - inner->baseline);
    cairo_new_path(cr);
    cairo_move_to(cr, 0, 0);
    if (inner->has_halo) {
        pango_cairo_layout_path(cr, inner->layout);
        cairo_set_source_rgba(cr, 0, 0, 0, 0.5);
        cairo_set_line_width(cr, inner->size * 0.10);
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke(cr);
        cairo_move_to(cr, 0, 0);
    }
    set_source_rgb24(cr, inner->colour, 1);
    pango_cairo_show_layout(cr, inner->layout);
    cairo_new_path(cr);
    cairo_restore(cr);
}

double text_draw_strip(const Text *text, cairo_t *cr, double x, double y, double height)
{
    if (!text)
        return x;
    text_draw(text, cr, x, y + (height - text->height) / 2);
    return x + text->width;
}

static gboolean is_invisible(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT: /* bidirectional overrides and isolates, zero-width joiners, byte order
                              marks */
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
        return TRUE;
    default:
        return FALSE;
    }
}

char *text_clean(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    GString *clean = g_string_new(NULL);
    gboolean is_blank_due = FALSE;
    guint count = 0;

    for (const char *p = valid; *p && count < MAX_CHARACTERS; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (g_unichar_isspace(c) || g_unichar_type(c) == G_UNICODE_LINE_SEPARATOR ||
            g_unichar_type(c) == G_UNICODE_PARAGRAPH_SEPARATOR) {
            is_blank_due = clean->len > 0;
            continue;
        }
        if (is_invisible(c))
            continue;
        if (is_blank_due)
            g_string_append_c(clean, ' ');
        is_blank_due = FALSE;
        g_string_append_unichar(clean, c);
        count++;
    }
    return g_string_free(clean, FALSE);
}

gboolean text_has_glyphs(const char *text)
{
    PangoLayout *layout = layout_new(text, 20, FALSE);
    gboolean has_all = pango_layout_get_unknown_glyphs_count(layout) == 0;

    g_object_unref(layout);
    return has_all;
}
