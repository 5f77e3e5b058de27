/* board_samples.h - one board of each kind, cards and a roster, with the numbers of the source texts,
 * for golden pictures, timing and hostile sizes */
#ifndef WALLCTL_TESTS_PIPELINE_BOARD_SAMPLES_H
#define WALLCTL_TESTS_PIPELINE_BOARD_SAMPLES_H

#include "pipelines/draw_board.h"
#include "pipelines/draw_case.h"

/* Sizes are left to the caller. */
typedef struct {
    const char *name;
    BoardSpec spec;
} BoardSample;
extern const BoardSample board_samples[];
extern const guint n_board_samples;

typedef struct {
    const char *name;
    CardSpec spec;
} CardSample;
extern const CardSample card_samples[];
extern const guint n_card_samples;

extern const RosterSpec roster_sample;

#endif
