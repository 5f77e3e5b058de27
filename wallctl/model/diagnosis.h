/* diagnosis.h - what is wrong with a camera's picture, from figures of it over time. Pure values. [any]
 *
 * Figures are plain statistics of small pictures: no outline, no face, no plate is looked for or could be found in
 * them. A fault is told when the figures have said so for a while, and taken back when they have said otherwise for
 * a while.
 */
#ifndef WALLCTL_MODEL_DIAGNOSIS_H
#define WALLCTL_MODEL_DIAGNOSIS_H

#include <glib.h>

/* Bits of a set are 1u << kind. */
typedef enum {
    QUALITY_BLACK = 1,
    QUALITY_FROZEN,
    QUALITY_DARK,
    QUALITY_BRIGHT,
    QUALITY_LOW_CONTRAST,
    QUALITY_BLUR,
    QUALITY_COLOUR_CAST,
    QUALITY_NOISE,
    QUALITY_COVERED,
} QualityKind;
#define QUALITY_LAST QUALITY_COVERED

const char *quality_word(QualityKind kind); /* "low_contrast"; borrowed */
const char *quality_name(QualityKind kind); /* 对比度低; borrowed */
QualityKind quality_kind(const char *word); /* 0: unknown */

/* The picture is looked at in blocks, so that the camera's own clock in a corner is not taken for life, nor a hand
 * for night. */
#define QUALITY_COLUMNS 16
#define QUALITY_ROWS    9
#define QUALITY_BLOCKS  (QUALITY_COLUMNS * QUALITY_ROWS)

/* Of one block. Brightness is 0..255 in all figures, whatever range the camera uses. */
typedef struct {
    guint8 mean;
    guint8 range;   /* brightest less darkest pixel */
    guint8 change;  /* mean difference to the picture before, in 1/16; 255: that much or more */
    gboolean is_in; /* FALSE: covered by a privacy mask, and says nothing */
} QualityBlock;

typedef struct {
    double luma;      /* mean */
    double low, high; /* 2 % of the pixels are darker, 2 % brighter than this */
    double white;     /* share of pixels at the top end, 0..1 */
    double
        sharpness; /* of edges: the steepest step of a pixel by the whole rise, 0..1; -1: too few edges to tell */
    double cast; /* distance of the mean colour from grey, 0..128 */
    double
        cast_ratio; /* ... by how much colours differ from their mean: large when all of them are shifted alike */
    double neutral; /* share of grey pixels, 0..1 */
    double noise;   /* standard deviation in the calmer blocks, -1: not known (no picture before) */
    gboolean has_before;
    QualityBlock block[QUALITY_BLOCKS]; /* row by row */
} QualityFigures;

/* Where a fault begins, in the units of the figures; 0: this kind is not looked for. */
typedef struct {
    gboolean is_on;     /* FALSE: the camera's picture is not looked at */
    guint black;        /* the brighter 2 % of the pixels are darker than this */
    guint frozen_s;     /* no change for so many seconds */
    guint dark;         /* mean brightness below */
    guint bright;       /* mean brightness above */
    guint low_contrast; /* high less low below */
    guint blur;         /* sharpness in % below */
    guint colour_cast;  /* cast above */
    guint noise;        /* noise above */
    guint covered;      /* % of the blocks that had something in them and have nothing now */
} QualityLimits;

extern const QualityLimits quality_limits_default;

gboolean quality_limits_equal(const QualityLimits *a, const QualityLimits *b);

/* How long a kind must last before it is told, and be away before it is taken back. */
guint quality_raise_s(QualityKind kind, const QualityLimits *limits);
guint quality_clear_s(QualityKind kind);

/* One camera's. Zeroed memory: nothing is known. */
typedef struct {
    guint faults;                      /* set of QualityKind: what is told */
    guint lasting;                     /* set: ... and what only follows from it */
    guint seen;                        /* set: what the last figures say by themselves */
    gint64 since_ns[QUALITY_LAST + 1]; /* seen or not seen as it is now */
    guint samples[QUALITY_LAST + 1];   /* since then */
    gint64 last_ns;                    /* of the last figures; 0: none */
    gboolean moved[QUALITY_BLOCKS];    /* since all but a clock stands still */
    guint n_learned;                   /* figures that the usual picture was learned from */
    float usual_mean[QUALITY_BLOCKS], usual_range[QUALITY_BLOCKS];
} Diagnosis;

/* Takes figures of now_ns in. most_gap_ns: what lies further apart than this is not held to be one stretch of time.
 * TRUE when faults changed. */
gboolean diagnosis_step(Diagnosis *diagnosis, const QualityLimits *limits,
                        const QualityFigures *figures, gint64 now_ns, gint64 most_gap_ns);

/* What figures say by themselves, without what came before: all kinds but frozen and covered. A set. */
guint quality_judge(const QualityLimits *limits, const QualityFigures *figures);

#endif
