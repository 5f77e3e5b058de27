/* truth.h - every picture of a clip as the decoder gives it when nothing is left out: what a view of the same size must show */
#ifndef WALLCTL_TESTS_PIPELINE_TRUTH_H
#define WALLCTL_TESTS_PIPELINE_TRUTH_H

#include "pipelines/frame.h"
#include "tests/support/stamped_clip.h"

typedef struct {
    int width, height;
    GPtrArray *luma; /* by frame number, rows without gaps */
} Truth;

/* units: a stamped clip's, of spec. */
void truth_init(Truth *truth, GPtrArray *units, const ClipSpec *spec);
void truth_clear(Truth *truth);

/* Aborts when a pixel of frame's luma is not as the camera sent it. */
void truth_check(const Truth *truth, const Frame *frame);

#endif
