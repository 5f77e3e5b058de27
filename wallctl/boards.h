/* boards.h - the boards of the wall: figures of the cases, kept fresh. [control]
 *
 * Tiles show them as "board:NAME" (board_name.h). A board begins when a tile first asks for it, and
 * its figures follow within a read of the database; while a tile shows it, it is read again at most
 * once a second after a change, and every half minute for the clocks in it. All boards of one round
 * come from one moment of the database.
 */
#ifndef WALLCTL_BOARDS_H
#define WALLCTL_BOARDS_H

#include "pipelines/board_book.h"
#include "wallctl/sources.h"
#include "wallctl/store/reader.h"

typedef struct Boards Boards;

Boards *boards_new(BoardBook *book, Reader *reader, Sources *sources, Config *config);
void boards_free(Boards *boards); /* before the reader */
void boards_reload(Boards *boards, Config *config);

/* Cases or sources have changed. */
void boards_touch(Boards *boards);

#endif
