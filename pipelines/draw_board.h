/* draw_board.h - boards: tiles of figures instead of pictures. [worker]; pure: same value in, same
 * pixels out.
 *
 * A board fills its tile, opaque, near black, like a poster: a title, one thing large, what it is to
 * be compared with small, at most one chart. Type follows the tile's size and is never smaller than a
 * label of the screen (draw_sheet.h); a small tile leaves things out instead, in the order that each
 * kind states. "另有 3 项" says that rows are missing. Texts are plain (draw_text.h); all pointers are
 * borrowed for the call. Only counts, regions, codes and offices come in: there is nowhere to put a
 * citizen.
 */
#ifndef WALLCTL_PIPELINES_DRAW_BOARD_H
#define WALLCTL_PIPELINES_DRAW_BOARD_H

#include "pipelines/draw_chart.h"
#include "pipelines/frame.h"
#include "wallctl/model/scene.h"

typedef enum {
    BOARD_FUNNEL = 1, /* cases by stage */
    BOARD_COUNTER,    /* one number */
    BOARD_RATE,       /* one share */
    BOARD_DEADLINES,  /* what must be done next */
    BOARD_FIVE,       /* 五情 */
    BOARD_SOURCES,    /* health of the platforms that feed the wall */
    BOARD_CAMPAIGN,   /* progress by village */
    BOARD_MAP,        /* counts by place */
    BOARD_WEATHER,    /* 民情气象站 */
    BOARD_BRIEFING,   /* 日小结, 周研判, 月调度 */
    BOARD_WAITING,    /* its figures are being read: its title alone */
    BOARD_LAST = BOARD_WAITING
} BoardKind;

/* A number of the same kind at another time. */
typedef struct {
    const char *label; /* "较昨日"; NULL: none */
    guint64 before;
} Comparison;
#define BOARD_COMPARISONS 3

/* A name with its count, and what it was at the time that the board compares with. */
typedef struct {
    const char *name;
    guint64 count, before;
    gboolean has_before;
} NamedCount;

/* Stages in the site's vocabulary, in their order. Left out: bars, then the last stages. */
typedef struct {
    const NamedCount *stages; /* before: unused */
    guint n;
    guint
        n_done; /* of them at the end: cases that are done stand apart and do not dwarf the others */
} FunnelBoard;

/* Left out: history, then comparisons from the last, then the unit. */
typedef struct {
    guint64 value;
    const char *unit; /* "条" or NULL */
    Comparison comparisons[BOARD_COMPARISONS];
    const guint64 *history; /* oldest first, the present value last; NULL: none */
    guint n_history;
} CounterBoard;

/* Left out: comparisons from the last, the bar, the two counts. */
typedef struct {
    guint64 part, whole;
    const char *part_name, *whole_name; /* "化解", "受理" */
    struct {
        const char *label;
        guint64 part, whole;
    } comparisons[BOARD_COMPARISONS];
} RateBoard;

/* Most urgent first, as given. Left out of a row: the code, the bar; then the last rows. */
typedef struct {
    const char *code;
    const char *subject; /* "劳动争议 · 研和街道"; a sensitive case: the category alone */
    Countdown countdown;
} DeadlineRow;
typedef struct {
    const DeadlineRow *rows;
    guint n;
    guint n_all; /* how many there are beside those given, too; at least n */
} DeadlineBoard;

/* 穩情 警情 社情 民情 輿情: as many as fit side by side, else below each other. Left out: changes. */
typedef struct {
    const NamedCount *items;
    guint n;
    const char *compared; /* "较昨日" or NULL */
} FiveBoard;

typedef enum {
    SOURCE_LIVE = 1, /* events or heartbeats come */
    SOURCE_LATE,     /* they come late */
    SOURCE_SILENT,   /* past its limit */
    SOURCE_REFUSED,  /* what it sends is refused */
    SOURCE_UNKNOWN,  /* nothing since the start */
} SourceState;
typedef struct {
    const char *name;
    SourceState state;
    gint64 since_ms; /* since its last event; negative: none yet */
    gint64 lag_ms;   /* between event and arrival */
} SourceRow;
/* As given when all fit, else the worst first. Left out: lag, age, then the healthy ones. */
typedef struct {
    const SourceRow *rows;
    guint n;
} SourceBoard;

/* Left out: "12 / 20", then the last rows. */
typedef struct {
    const char *name;
    guint64 done, all;
} CampaignRow;
typedef struct {
    const CampaignRow *rows;
    guint n;
} CampaignBoard;

/* Places at their coordinates, north up; marks that would cover each other are moved apart. Left
 * out, of small counts first: names that would cover a mark or another name or could be taken for its
 * neighbour's, then digits. */
typedef struct {
    const char *name;
    gint32 lon, lat; /* WGS-84, millionths of a degree */
    guint64 count;
    Severity worst; /* SEVERITY_NONE: nothing is open */
} MapPlace;
typedef struct {
    const MapPlace *places;
    guint n;
} MapBoard;

/* Today against a usual day, as weather. Left out: changes, then the last categories. */
typedef struct {
    guint64 today, usual;
    const NamedCount *categories; /* most first, as given */
    guint n;
} WeatherBoard;

/* Figures of a day, a week or a month, frozen at as_of. Left out: the last figures. */
typedef struct {
    const char *name;
    guint64 value, whole; /* whole > 0: the share value of whole is shown */
    const char *unit;     /* or NULL */
    guint64 before, before_whole;
    gboolean has_before;
} BriefingFigure;
#define BRIEFING_FIGURES 8
typedef struct {
    const char *period;   /* "2025 年 5 月 22 日" */
    const char *compared; /* "较前一日" */
    BriefingFigure figures[BRIEFING_FIGURES];
    guint n;
} BriefingBoard;

typedef struct {
    BoardKind kind;
    int width, height; /* of the tile, even */
    int screen_height;
    const char *title;
    const char *as_of; /* "15:04", or NULL; the first to be left out */
    union {
        FunnelBoard funnel;
        CounterBoard counter;
        RateBoard rate;
        DeadlineBoard deadlines;
        FiveBoard five;
        SourceBoard sources;
        CampaignBoard campaign;
        MapBoard map;
        WeatherBoard weather;
        BriefingBoard briefing;
    };
} BoardSpec;

/* NULL if a size is odd or < 2, or the kind unknown. */
Bitmap *draw_board(const BoardSpec *spec);

/* What a day looks like beside a usual one: up to 80 % clear, 120 % cloudy, 160 % overcast, 220 %
 * rain, above a storm. A usual day without anything counts as one with one report. */
typedef enum { SKY_CLEAR = 1, SKY_CLOUDY, SKY_OVERCAST, SKY_RAIN, SKY_STORM } Sky;
Sky board_sky(guint64 today, guint64 usual);
const char *board_sky_word(Sky sky); /* 晴 多云 阴 雨 雷雨 */

#endif
