/* draw.h - text and signs as bitmaps, by Pango and Cairo. [worker]; pure: same value in, same
 * pixels out.
 *
 * Sizes come from the screen's height (design.md): headline 4 %, body 2.2 %, labels 1.8 %. Font:
 * Noto Sans CJK SC. Functions take plain values and return a new Bitmap owned by the caller. Text
 * is plain text: never markup, without control characters and bidirectional overrides, at most 512
 * characters, too long a text ends in an ellipsis.
 */
#ifndef WALLCTL_PIPELINES_DRAW_H
#define WALLCTL_PIPELINES_DRAW_H

#include "pipelines/frame.h"
#include "wallctl/model/camera.h"
#include "wallctl/model/scene.h"

/* Tile states a person must tell apart at 5 m, also in grey-scale. */
typedef enum {
    SIGN_NONE = 1,      /* live: no sign */
    SIGN_EMPTY,         /* tile without camera: only its number, dim */
    SIGN_CONNECTING,    /* ring, 正在连接 */
    SIGN_WAIT_KEYFRAME, /* ring, 等待首帧 */
    SIGN_OFFLINE,       /* broken link, 离线 + cause + since + next try */
    SIGN_CREDENTIALS,   /* lock, 账号被拒 */
    SIGN_CODEC,         /* film with a stroke, 编码不支持 */
    SIGN_NO_RIGHT,      /* shield, 无权查看 */
    SIGN_MASK_FAILED,   /* 遮挡未生效，画面不显示 */
    SIGN_GONE,          /* camera no longer in the configuration */
    SIGN_NO_BOARD,      /* poster crossed out, 看板已撤下 */
    SIGN_COVERED,       /* drawn curtains, 仅内部可见 */
} Sign;

/* The slate that lies under a tile's picture and is seen when there is none: fills width x height,
 * opaque. Text shrinks and is left out in order (next try, since, cause, name) when the tile is
 * small; the sign is always there. Places and sizes follow from the tile's size and whether a name
 * is given, not from the state. The label's strip at the bottom stays free: a tile whose label is
 * shown needs no name in its slate and has more room for the cause without one. NULL if a size is
 * odd or < 2. */
typedef struct {
    int width, height;
    int screen_height;
    Sign sign;
    guint number;      /* tile number, drawn for SIGN_EMPTY */
    const char *name;  /* camera name or NULL */
    const char *cause; /* plain Chinese, or NULL */
    const char *since; /* "14:03:22 起", or NULL */
    const char *next;  /* "15:04:17 重试", or NULL */
} SlateSpec;
Bitmap *draw_slate(const SlateSpec *spec);

/* The name strip of a tile: one line, 55 % black, region dim, name bright, cut with an ellipsis to
 * max_width. The bitmap is as large as the strip. NULL when both texts are empty. */
typedef struct {
    int max_width;
    int screen_height;
    const char *region; /* or "" */
    const char *name;
    const char *mark; /* short state word before the name ("遮挡"), or NULL */
} LabelSpec;
Bitmap *draw_label(const LabelSpec *spec);

/* "已 4 秒无画面" in the middle of a stale picture: a rounded dark plate with a sign, as large as
 * the plate, at most max_width. NULL if that leaves no room for readable type. */
Bitmap *draw_stale(int max_width, int screen_height, guint age_s);

/* Wall name and clock: "红塔区综治中心 · 主墙  2026-11-21 15:04:05", tabular figures, plate like a
 * label. The plate's width does not depend on the digits. */
Bitmap *draw_clock(int screen_height, const char *wall_name, const char *time_text);

/* Alarm banner: width px wide, <= 9 % of screen_height high; severity block with colour, shape and
 * word at the left; what · where; then time and countdown at the right, which are never wrapped. */
typedef struct {
    int width, screen_height;
    Severity severity;
    const char *text;      /* what: "劳动争议", "10 分钟内 14 起" */
    const char *place;     /* where: "研和街道", or NULL */
    const char *time;      /* "15:04", or NULL: left out on a narrow screen */
    const char *countdown; /* "剩 23 分", or NULL */
    gboolean is_over;      /* the countdown is past */
    gboolean is_dim;       /* the other state of the pulse of what nobody has acknowledged */
} BannerSpec;
Bitmap *draw_banner(const BannerSpec *spec);

/* The line below three banners: "另有 5 起" and how many of each severity, 4.5 % of screen_height
 * high. */
typedef struct {
    int width, screen_height;
    guint n[SEVERITY_RED + 1]; /* by Severity */
} BannerMoreSpec;
Bitmap *draw_banner_more(const BannerMoreSpec *spec);

/* One ticker line, 4.5 % of screen_height high, as long as its text (at least min_width, at most
 * 16384 px). */
Bitmap *draw_ticker(int min_width, int screen_height, const char *text);

/* Is a font with the needed CJK glyphs there? FALSE with WALL_ERROR_UNAVAILABLE naming the package.
 */
gboolean draw_check_fonts(GError **error);

#endif
