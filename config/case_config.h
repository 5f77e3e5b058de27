/* case_config.h - the part of a Config that is about cases: sources, contacts, linkage, boards, briefings,
 * upstreams.
 * [any] once built */
#ifndef WALLCTL_CONFIG_CASE_CONFIG_H
#define WALLCTL_CONFIG_CASE_CONFIG_H

#include "config/mapping.h"
#include "wallctl/model/contact.h"
#include "wallctl/model/linkage.h"
#include "wallctl/model/period.h"

/* What a wall does when somebody whistles: the whistle's scene over the first wall, the roster at the
 * edge of every wall, or nothing by itself. */
typedef enum { WHISTLE_SCENE = 1, WHISTLE_OVERLAY, WHISTLE_SILENT } WhistleShow;

typedef struct {
    char *region;           /* code of the site's own region, or "" */
    char *vocabulary;       /* name of a file in vocabularies/ */
    char *deadlines;        /* name of a file in deadlines/ */
    char *data_dir;         /* "": beside the configuration, else installed */
    gboolean needs_revisit; /* 销号 only after 回访 */
    guint revisit_reopens;  /* a revisit with this mark or less reopens the case; 0: none does */
    WhistleShow whistle_show;
    guint whistle_ack_minutes,
        whistle_arrive_minutes; /* where the event does not say; 0: no clock */
    guint event_days, case_days, transition_days, order_days, outbox_days,
        briefing_days; /* kept; 0: for ever */
    guint audit_days;  /* the register of who looked; never less than the law's 180 */
    guint backup_keep; /* nightly copies; 0: none are made */
    char *night_at;    /* "03:30": when deletion and copy begin, local */
} CaseConfig;

/* SOURCE_CONNECTS: the platform comes to us, over a WebSocket or by webhook. */
typedef enum { SOURCE_CONNECTS = 1, SOURCE_DIALLED, SOURCE_FOLDER } SourceTransport;

typedef struct {
    char *id, *name; /* name: 云综治 */
    char *uri; /* CloudEvents source of what comes without an envelope: "/530402/yunzongzhi" */
    char **
        speaks_for; /* other beginnings of "source" that it may use; NULL: no list (source_claim.h) */
    char *mapping_name; /* of a file in connectors/; NULL: the canonical form */
    Mapping *mapping;   /* that file, or NULL */
    SourceTransport transport;
    char *url;      /* DIALLED */
    char *ca_file;  /* DIALLED; NULL: the system's */
    char *folder;   /* FOLDER */
    char *token;    /* reference into Credentials; NULL: FOLDER */
    guint silent_s; /* not heard of for so long: said on the wall; 0: never */
} SourceConfig;

/* A board of figures: of the site's own making, or built in. A metric is a word of rollup.h (counted here), or
 * "figure:NAME": the newest figure of that name that a platform sent (stat.snapshot). */
#define FIGURE_METRIC "figure:"

typedef enum {
    FIGURES_COUNTER = 1, /* one item */
    FIGURES_RATE,        /* two: the part and the whole */
    FIGURES_FIVE,        /* two to ten side by side */
    FIGURES_CAMPAIGN     /* two: done and all, by the regions below; both figures of a platform */
} FiguresKind;

#define FIGURE_ITEMS   10
#define FIGURE_METRICS 8

typedef struct {
    char *name;     /* 化解 */
    char **metrics; /* added up; NULL-terminated */
} FigureItem;

typedef struct {
    char *id, *title, *unit; /* unit: 件, or "" */
    FiguresKind kind;
    PeriodKind period; /* of what is counted here */
    FigureItem *items;
    guint n_items;
} FiguresConfig;

typedef enum { BRIEFING_DAY = 1, BRIEFING_WEEK, BRIEFING_MONTH } BriefingKind;

typedef struct {
    char *id, *name; /* 日小结 */
    char *wall;
    BriefingKind kind;
    char *at;            /* "09:00" */
    guint minute;        /* of the local day */
    guint weekdays;      /* bit 0 = Monday; DAY and WEEK */
    guint day;           /* of the month, the last one when it is shorter; MONTH */
    guint shown_minutes; /* then the wall goes back */
} BriefingConfig;

typedef struct {
    char *id, *url, *ca_file, *token; /* the last two may be NULL */
    guint64 types;                    /* bits of EventType that are sent */
} UpstreamConfig;

#endif
