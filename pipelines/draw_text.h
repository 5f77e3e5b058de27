/* draw_text.h - lines of plain text for draw.c, by Pango. [worker] Pango objects live per thread.
 *
 * Text from outside is never markup. Sizes are those of the em square in px; a Text is as high as
 * its CJK characters (em square by em square), so that callers set distances between what is seen
 * and not between font boxes.
 */
#ifndef WALLCTL_PIPELINES_DRAW_TEXT_H
#define WALLCTL_PIPELINES_DRAW_TEXT_H

#include <cairo.h>
#include <glib.h>

#define TEXT_LINE_PITCH 1.3 /* em, between the lines of one text */

typedef struct {
    double size; /* px */
    gboolean is_bold;
    guint32 colour;   /* 0xRRGGBB */
    double max_width; /* px; longer text is wrapped, at last cut with an ellipsis; 0: as wide as it
                         gets */
    guint max_lines;  /* 0 means 1 */
    gboolean is_centred; /* lines of one text to each other */
    gboolean has_halo;   /* a dark rim, for text over pictures */
} TextStyle;

typedef struct {
    double width, height; /* px, of what is seen */
    gboolean is_cut;      /* an ellipsis was needed */
    struct TextInner *inner;
} Text;

/* text is UTF-8 (anything else is made so) and cleaned by text_clean(). Caller owns the result. */
Text *text_new(const char *text, const TextStyle *style);
void text_free(Text *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Text, text_free)

/* One line of at most style->max_width: the type shrinks, but not below `smallest` px, before its
 * end is cut. Caller owns the result. */
Text *text_fit(const char *text, const TextStyle *style, double smallest);

/* Draws with the upper left corner of its first em square at x, y. */
void text_draw(const Text *text, cairo_t *cr, double x, double y);

/* Draws in the middle of a strip of that height below y; returns where it ends. NULL: nothing. */
double text_draw_strip(const Text *text, cairo_t *cr, double x, double y, double height);

/* One line of what may be seen: valid UTF-8 without control characters, line breaks, bidirectional
 * overrides and other invisible format characters, blanks joined, at most 512 characters. Caller
 * frees. */
char *text_clean(const char *text);

/* Are all characters of text in the fonts of this machine? */
gboolean text_has_glyphs(const char *text);

#endif
