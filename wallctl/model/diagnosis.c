/* diagnosis.c - what is wrong with a camera's picture, from figures of it over time
 *
 * Of what follows from one another only the cause is told: a black picture is not also dark and flat, nor a covered
 * one blurred.
 */
#include "wallctl/model/diagnosis.h"

#include "wallctl/base/clock.h"

#include <math.h>
#include <string.h>

#define LEAST_SAMPLES 3 /* one odd picture is no fault, however far apart they are taken */

/* How long it must last and be away, in seconds; how long a frozen one must last is its limit. */
static const struct {
    const char *word, *name;
    guint raise_s, clear_s;
} kinds[QUALITY_LAST + 1] = {
    /* Cameras that restart, and lenses that open, are black for some seconds. */
    [QUALITY_BLACK] = { "black", "黑屏", 10, 5 },
    [QUALITY_FROZEN] = { "frozen", "画面冻结", 0, 5 },
    /* Lamps on a stair go out and on; dusk takes longer than a minute. */
    [QUALITY_DARK] = { "dark", "过暗", 60, 30 },
    /* Headlights and low sun pass; automatic exposure needs some seconds. */
    [QUALITY_BRIGHT] = { "bright", "过亮", 60, 30 },
    /* Steam and dust pass. */
    [QUALITY_LOW_CONTRAST] = { "low_contrast", "对比度低", 60, 30 },
    /* A camera that turns is blurred until its focus has settled, ten seconds at most. */
    [QUALITY_BLUR] = { "blur", "模糊", 30, 15 },
    /* Automatic white balance needs seconds after lamps went on. */
    [QUALITY_COLOUR_CAST] = { "colour_cast", "偏色", 60, 30 },
    [QUALITY_NOISE] = { "noise", "噪声", 60, 30 },
    /* A lorry that waits before the lens drives on when the light changes or is worth telling. */
    [QUALITY_COVERED] = { "covered", "遮挡", 20, 10 },
};

const QualityLimits quality_limits_default = {
    .is_on = TRUE,
    .black = 20,
    .frozen_s = 120,
    .dark = 24,
    .bright = 225,
    .low_contrast = 30,
    .blur = 25,
    .colour_cast = 24,
    .noise = 5,
    .covered = 50,
};

/* Lamps at night: a dark picture with bright places is as it should be. */
#define LAMP_FACTOR 3

/* A colour cast shifts all colours alike and leaves nothing grey; a lawn or a lake does neither. */
#define CAST_RATIO   1.6
#define CAST_NEUTRAL 0.03

/* Frozen: in 1/16 of a step of brightness, beyond which a block has changed. An encoder that is
 * given the same picture for ever changes most blocks less from key frame to key frame (measured:
 * below 1 step at 500 kbit/s), and always the same few a little more; the noise of a sensor changes
 * nearly all of them, life any of them. */
#define STILL_CHANGE 15
#define WORN_CHANGE  40
#define WORN_BLOCKS  8
#define CLOCK_ROWS   2  /* from the upper and the lower edge: where cameras write date and time */
#define CLOCK_BLOCKS 20 /* so many of them */

/* Covered: a block had something in it, and has nothing and another brightness now. */
#define LEARN_LEAST   30
#define LEARN_MOST    120
#define USUAL_RANGE   40
#define LOST_SHARE    0.4
#define LOST_SHIFT    8
#define LEAST_TO_LOSE 24

#define HAS(set, kind) (((set) >> (kind)) & 1u)
#define BIT(kind)      (1u << (kind))

const char *quality_word(QualityKind kind)
{
    g_assert(kind >= 1 && kind <= QUALITY_LAST);
    return kinds[kind].word;
}

const char *quality_name(QualityKind kind)
{
    g_assert(kind >= 1 && kind <= QUALITY_LAST);
    return kinds[kind].name;
}

QualityKind quality_kind(const char *word)
{
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (g_strcmp0(kinds[kind].word, word) == 0)
            return kind;
    }
    return 0;
}

gboolean quality_limits_equal(const QualityLimits *a, const QualityLimits *b)
{
    return a->is_on == b->is_on && a->black == b->black && a->frozen_s == b->frozen_s &&
           a->dark == b->dark && a->bright == b->bright && a->low_contrast == b->low_contrast &&
           a->blur == b->blur && a->colour_cast == b->colour_cast && a->noise == b->noise &&
           a->covered == b->covered;
}

guint quality_raise_s(QualityKind kind, const QualityLimits *limits)
{
    return kind == QUALITY_FROZEN ? limits->frozen_s : kinds[kind].raise_s;
}

guint quality_clear_s(QualityKind kind)
{
    return kinds[kind].clear_s;
}

guint quality_judge(const QualityLimits *limits, const QualityFigures *f)
{
    guint seen = 0;
    /* What is black is dark, too: a picture on the border between them is one or the other all the time. */
    if (f->high < limits->black)
        seen |= BIT(QUALITY_BLACK);
    if (f->luma < limits->dark && f->high < LAMP_FACTOR * limits->dark)
        seen |= BIT(QUALITY_DARK);
    if (seen)
        return seen;
    if (limits->bright && f->luma > limits->bright)
        return BIT(QUALITY_BRIGHT);
    if (limits->noise && f->noise > limits->noise)
        seen |= BIT(QUALITY_NOISE);
    if (limits->colour_cast && f->cast > limits->colour_cast && f->cast_ratio > CAST_RATIO &&
        f->neutral < CAST_NEUTRAL)
        seen |= BIT(QUALITY_COLOUR_CAST);
    if (f->high - f->low < limits->low_contrast)
        return seen | BIT(QUALITY_LOW_CONTRAST);
    if (f->sharpness >= 0 && f->sharpness * 100 < limits->blur)
        seen |= BIT(QUALITY_BLUR);
    return seen;
}

/* --- frozen ------------------------------------------------------------------------------------------------------
 */

static gboolean may_be_clock(int block)
{
    int row = block / QUALITY_COLUMNS;
    return row < CLOCK_ROWS || row >= QUALITY_ROWS - CLOCK_ROWS;
}

/* Does nothing move but a clock? Blocks that have changed are kept: life goes round, a clock and the
 * wear of compression stay. */
static gboolean is_still(Diagnosis *diagnosis, const QualityFigures *figures)
{
    guint in_clock = 0, elsewhere = 0;
    for (int i = 0; i < QUALITY_BLOCKS; i++) {
        const QualityBlock *block = &figures->block[i];
        if (block->is_in && block->change > WORN_CHANGE && !may_be_clock(i))
            return FALSE;
        if (block->is_in && block->change > STILL_CHANGE)
            diagnosis->moved[i] = TRUE;
        *(may_be_clock(i) ? &in_clock : &elsewhere) += diagnosis->moved[i];
    }
    return in_clock <= CLOCK_BLOCKS && elsewhere <= WORN_BLOCKS;
}

static gboolean see_frozen(Diagnosis *diagnosis, const QualityLimits *limits,
                           const QualityFigures *figures, guint seen)
{
    /* In what is black or flat nothing could be seen to move. */
    gboolean is_blind = seen & (BIT(QUALITY_BLACK) | BIT(QUALITY_LOW_CONTRAST));
    if (limits->frozen_s && figures->has_before && !is_blind && is_still(diagnosis, figures))
        return TRUE;
    memset(diagnosis->moved, 0, sizeof diagnosis->moved);
    return FALSE;
}

/* --- covered -----------------------------------------------------------------------------------------------------
 */

static gboolean see_covered(const Diagnosis *diagnosis, const QualityLimits *limits,
                            const QualityFigures *figures)
{
    if (!limits->covered || diagnosis->n_learned < LEARN_LEAST)
        return FALSE;
    guint had = 0, lost = 0;
    for (int i = 0; i < QUALITY_BLOCKS; i++) {
        const QualityBlock *block = &figures->block[i];
        if (!block->is_in || diagnosis->usual_range[i] < USUAL_RANGE)
            continue;
        had++;
        lost += block->range < LOST_SHARE * diagnosis->usual_range[i] &&
                fabsf((float)block->mean - diagnosis->usual_mean[i]) > LOST_SHIFT;
    }
    return had >= LEAST_TO_LOSE && lost * 100 >= limits->covered * had;
}

static void learn(Diagnosis *diagnosis, const QualityFigures *figures)
{
    diagnosis->n_learned = MIN(diagnosis->n_learned + 1, LEARN_MOST);
    float share = 1.0f / (float)diagnosis->n_learned;
    for (int i = 0; i < QUALITY_BLOCKS; i++) {
        diagnosis->usual_mean[i] +=
            ((float)figures->block[i].mean - diagnosis->usual_mean[i]) * share;
        diagnosis->usual_range[i] +=
            ((float)figures->block[i].range - diagnosis->usual_range[i]) * share;
    }
}

/* --- over time ---------------------------------------------------------------------------------------------------
 */

static guint see(Diagnosis *diagnosis, const QualityLimits *limits, const QualityFigures *figures)
{
    guint seen = quality_judge(limits, figures);
    if (see_frozen(diagnosis, limits, figures, seen))
        seen |= BIT(QUALITY_FROZEN);
    /* Where the whole picture is of one brightness nobody can tell whether something stands before
     * the lens, or the exposure has failed. */
    guint uniform =
        BIT(QUALITY_BLACK) | BIT(QUALITY_DARK) | BIT(QUALITY_BRIGHT) | BIT(QUALITY_LOW_CONTRAST);
    if (!(seen & uniform) && see_covered(diagnosis, limits, figures))
        return (seen & BIT(QUALITY_FROZEN)) | BIT(QUALITY_COVERED);
    if ((seen & ~BIT(QUALITY_FROZEN)) == 0)
        learn(diagnosis, figures);
    return seen;
}

static gboolean has_lasted(const Diagnosis *diagnosis, QualityKind kind, guint seconds,
                           gint64 now_ns)
{
    return diagnosis->samples[kind] >= LEAST_SAMPLES &&
           now_ns - diagnosis->since_ns[kind] >= seconds * NS_PER_SEC;
}

gboolean diagnosis_step(Diagnosis *diagnosis, const QualityLimits *limits,
                        const QualityFigures *figures, gint64 now_ns, gint64 most_gap_ns)
{
    guint before = diagnosis->faults;
    gboolean has_gap = diagnosis->last_ns == 0 || now_ns - diagnosis->last_ns > most_gap_ns;
    guint seen = see(diagnosis, limits, figures);
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (has_gap || HAS(seen, kind) != HAS(diagnosis->seen, kind)) {
            diagnosis->since_ns[kind] = now_ns;
            diagnosis->samples[kind] = 0;
        }
        diagnosis->samples[kind]++;
        if (HAS(seen, kind) && has_lasted(diagnosis, kind, quality_raise_s(kind, limits), now_ns))
            diagnosis->lasting |= BIT(kind);
        else if (!HAS(seen, kind) && has_lasted(diagnosis, kind, quality_clear_s(kind), now_ns))
            diagnosis->lasting &= ~BIT(kind);
    }
    diagnosis->faults = diagnosis->lasting;
    if (HAS(diagnosis->lasting, QUALITY_BLACK))
        diagnosis->faults &= ~BIT(QUALITY_DARK);
    diagnosis->seen = seen;
    diagnosis->last_ns = now_ns;
    return diagnosis->faults != before;
}
