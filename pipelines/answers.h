/* answers.h - every answer of a camera passes here before rtspsrc looks at it */
#ifndef WALLCTL_PIPELINES_ANSWERS_H
#define WALLCTL_PIPELINES_ANSWERS_H

/* [any] Once per process, before the first rtspsrc is made; later calls do nothing. */
void answers_init(void);

#endif
