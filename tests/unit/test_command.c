/* test_command.c - wall_apply(): every rule of command.h as a row of a table */
#include "tests/unit/wall_script.h"

/* What is on air after a script. */
static const struct {
    const char *name, *script, *air;
} effects[] = {
    { "show", "layout 2x1; show 1 a; show 2 b", "2x1: a b" },
    { "show/again-replaces", "layout 2x1; show 1 a; show 1 b", "2x1: b -" },
    { "clear", "layout 2x1; show 1 a; show 2 b; clear 1", "2x1: - b" },
    { "clear/all", "layout 2x1; show 1 a; window-open 0,0,640,360 b; tour-start t 2=c; clear 0",
      "2x1: - -; w901: -" },
    { "swap", "layout 2x1; show 1 a; swap 1 2", "2x1: - a" },
    { "swap/window", "layout 2x1; show 1 a; window-open 0,0,640,360 b; swap 901 1",
      "2x1: b -; w901: a" },
    { "swap/itself", "layout 2x1; show 1 a; swap 1 1", "2x1: a -" },

    { "maximise", "layout 2x2; maximise 3", "2x2: - - - -; max 3" },
    { "maximise/second-replaces", "layout 2x2; maximise 3; maximise 1", "2x2: - - - -; max 1" },
    { "maximise/show-goes-on", "layout 2x1; maximise 1; show 1 a; show 2 b", "2x1: a b; max 1" },
    { "restore", "layout 2x2; maximise 3; restore", "2x2: - - - -" },
    { "maximise/layout-ends-it", "layout 2x2; maximise 3; layout 2x2", "2x2: - - - -" },
    { "maximise/recall-ends-it", "layout 2x1; maximise 1; save; show 2 a; recall", "2x1: - -" },
    { "maximise/close-ends-it",
      "layout 1x1; window-open 0,0,640,360; maximise 901; window-close 901", "1x1: -" },

    { "window/open", "layout 1x1; window-open 0,0,640,360 a; window-open 0,0,64,64",
      "1x1: -; w901: a; w902: -" },
    { "window/raise",
      "layout 1x1; window-open 0,0,64,64 a; window-open 0,0,64,64 b; window-open 0,0,64,64 c; "
      "window-raise 901",
      "1x1: -; w902: b; w903: c; w901: a" },
    { "window/close-and-number-again",
      "layout 1x1; window-open 0,0,64,64 a; window-open 0,0,64,64 b; window-open 0,0,64,64 c; "
      "window-close 902; window-raise 901; window-open 0,0,64,64 d",
      "1x1: -; w903: c; w901: a; w902: d" },
    { "window/without-layout", "window-open 0,0,640,360 a", "; w901: a" },

    { "layout/more-cells", "layout 1x1; show 1 a; layout 2x1", "2x1: a -" },
    { "layout/fewer-cells", "layout 2x2; show 1 a; show 2 b; show 3 c; show 4 d; layout 2x1",
      "2x1: a b" },
    { "layout/there-and-back",
      "layout 2x2; show 1 a; show 2 b; show 3 c; show 4 d; layout 3x3; layout 2x2",
      "2x2: a b c d" },
    { "layout/keeps-windows", "layout 2x1; window-open 100,100,640,360 a; layout 1x1",
      "1x1: -; w901: a" },
    { "layout/screen-after-wall",
      "layout 4x1; show 1 a; show 2 b; show 3 c; show 4 d; layout 2x2 R",
      "4x1: a b; 2x2 R: c d - -" },
    { "layout/screen-before-wall-renumbers",
      "layout 4x1; show 1 a; show 2 b; show 3 c; show 4 d; layout 1x1 L", "1x1 L: a; 4x1: c d" },
    { "layout/screen-moves-numbers-of-the-next",
      "layout 2x1 L; layout 1x1 R; show 3 c; layout 3x1 L", "3x1 L: - - -; 1x1 R: c" },
    { "layout/screens-in-order-of-place", "layout 1x1 R; show 1 c; layout 2x1 L; show 1 a",
      "2x1 L: a -; 1x1 R: c" },
    { "layout/cells-over-both-screens-go", "layout 3x1; show 1 a; show 2 b; show 3 c; layout 1x1 R",
      "3x1: a; 1x1 R: b" },
    { "layout/wall-after-screens", "layout 2x1 L; layout 1x1 R; show 1 a; show 3 c; layout 2x1",
      "2x1: a c" },

    { "preset/whole", "layout 2x1; show 1 a; window-open 0,0,64,64 b; save; layout 3x3; recall",
      "2x1: a -; w901: b" },
    { "preset/tours-as-saved",
      "layout 2x1; tour-start t 1=a; save; tour-stop t; show 1 z; tour-start u 2=b; recall",
      "2x1: a -; tour t/0 1" },
    { "preset/screen-of-wall",
      "layout 2x1; show 1 a; show 2 b; save; layout 4x2; show 1 z; recall R",
      "4x2: z - - -; 2x1 R: b" },
    { "preset/screen-alone",
      "layout 1x1 L; layout 2x1 R; show 1 a; show 2 b; show 3 c; save R; show 1 z; layout 1x1 R; "
      "clear 2; recall R",
      "1x1 L: z; 2x1 R: b c" },
    { "preset/screen-windows",
      "layout 1x1 L; layout 1x1 R; window-open 0,0,64,64 a; window-open 2000,0,64,64 b; save; "
      "window-close 902; window-open 1900,0,64,64 c; window-open 2200,0,64,64 d; recall R",
      "1x1 L: -; 1x1 R: -; w901: a; w902: c; w903: b" },
    { "preset/screen-tours",
      "layout 2x1 L; layout 2x1 R; tour-start l 1=a; tour-start r 3=b 4=c; save; tour-stop r; "
      "layout 1x1 L; tour-start x 2=d; recall R",
      "1x1 L: a; 2x1 R: b c; tour l/0 1; tour r/0 2,3" },

    { "prepare/air-untouched", "layout 1x1; show 1 a; prepare on; preview: show 1 b", "1x1: a" },
    { "take", "layout 1x1; show 1 a; prepare on; preview: show 1 b; take", "1x1: b" },
    { "take/whole-scene", "layout 1x1; preview: layout 2x1; preview: show 2 b; take", "2x1: - b" },
    { "take/nothing-new-is-no-undo-step", "layout 1x1; show 1 a; prepare on; take; undo",
      "1x1: -" },
    { "take/undo", "layout 1x1; show 1 a; preview: show 1 b; take; undo", "1x1: a" },
    { "take/redo", "layout 1x1; show 1 a; preview: show 1 b; take; undo; redo", "1x1: b" },
    { "take/tour-not-set-back",
      "layout 2x1; tour-start t 1=a; preview: show 2 z; tour: tour-step t 1 1=b; take",
      "2x1: b z; tour t/1 1" },
    { "take/tour-stopped-in-preview",
      "layout 2x1; tour-start t 1=a; preview: tour-stop t; tour: tour-step t 1 1=b; take",
      "2x1: a -" },

    { "undo/show", "layout 2x1; show 1 a; show 1 b; undo", "2x1: a -" },
    { "undo/twice-redo", "layout 2x1; show 1 a; show 1 b; undo; undo; redo", "2x1: a -" },
    { "undo/layout", "layout 2x2; show 4 d; layout 1x1; undo", "2x2: - - - d" },
    { "undo/window", "layout 1x1; window-open 0,0,64,64 a; window-close 901; undo",
      "1x1: -; w901: a" },
    { "undo/maximise", "layout 2x1; maximise 2; restore; undo", "2x1: - -; max 2" },
    { "undo/tour-as-it-ran",
      "layout 2x1; tour-start t 1=a; tour-pause t; tour-stop t; show 1 z; undo; undo",
      "2x1: a -; tour t/0 paused 1" },
    { "undo/tour-steps-are-no-steps",
      "layout 2x1; show 2 y; tour-start t 1=a; show 2 z; tour: tour-step t 1 1=b; undo",
      "2x1: a y; tour t/0 1" },
    { "undo/redo-gives-what-tour-showed",
      "layout 2x1; tour-start t 1=a; show 2 z; tour: tour-step t 1 1=b; undo; redo",
      "2x1: b z; tour t/1 1" },
    { "undo/keeps-preview", "layout 1x1; show 1 a; preview: show 1 b; undo; take", "1x1: b" },
    { "undo/recall-all", "layout 2x1; show 1 a; save; show 1 b; recall; undo", "2x1: b -" },
    { "undo/clear-all", "layout 2x1; show 1 a; tour-start t 2=c; clear 0; undo",
      "2x1: a c; tour t/0 2" },

    { "lock/owner", "layout 1x1; lock; show 1 a", "1x1: a" },
    { "lock/unlock", "layout 1x1; lock; unlock; bob: show 1 a", "1x1: a" },
    { "lock/override", "layout 1x1; lock; bob: unlock override; bob: show 1 a", "1x1: a" },
    { "lock/taken-over", "layout 1x1; lock; bob: lock override; bob: show 1 a", "1x1: a" },
    { "lock/tour-goes-on", "layout 1x1; tour-start t 1=a; bob: lock; tour: tour-step t 1 1=b",
      "1x1: b; tour t/1 1" },
    { "lock/undo-keeps-it", "layout 1x1; show 1 a; lock; undo; show 1 b; undo", "1x1: -" },

    { "tour/start", "layout 2x2; tour-start t 1=a 3=b", "2x2: a - b -; tour t/0 1,3" },
    { "tour/step", "layout 2x2; tour-start t 1=a 3=b; tour-step t 2 1=c 3=d",
      "2x2: c - d -; tour t/2 1,3" },
    { "tour/kept-camera", "layout 2x1; tour-start t 1=a 2=b; tour-step t 2 1=c 2=-",
      "2x1: c b; tour t/2 1,2" },
    { "tour/kept-camera-not-twice", "layout 2x1; tour-start t 1=a 2=b; tour-step t 2 1=b 2=-",
      "2x1: b -; tour t/2 1,2" },
    { "tour/yields-to-a-person-until-its-step",
      "layout 1x1; tour-start t 1=a; show 1 z; tour: tour-step t 1 1=b", "1x1: b; tour t/1 1" },
    { "tour/pause-keeps-what-a-person-shows",
      "layout 1x1; tour-start t 1=a; tour-pause t; show 1 z; tour: tour-step t 1 1=b",
      "1x1: z; tour t/0 paused 1" },
    { "tour/step-by-hand-while-paused",
      "layout 1x1; tour-start t 1=a; tour-pause t; tour-step t 1 1=b",
      "1x1: b; tour t/1 paused 1" },
    { "tour/resume", "layout 1x1; tour-start t 1=a; tour-pause t; tour-resume t",
      "1x1: a; tour t/0 1" },
    { "tour/alarm-holds-it",
      "layout 1x1; tour-start t 1=a; tour: tour-pause t; tour: tour-step t 1 1=b",
      "1x1: a; tour t/0 yields 1" },
    { "tour/alarm-does-not-end-a-pause",
      "layout 1x1; tour-start t 1=a; tour-pause t; tour: tour-pause t; tour: tour-resume t",
      "1x1: a; tour t/0 paused 1" },
    { "tour/person-does-not-end-an-alarm",
      "layout 1x1; tour-start t 1=a; tour: tour-pause t; tour-pause t; tour-resume t",
      "1x1: a; tour t/0 yields 1" },
    { "tour/stop-leaves-picture", "layout 1x1; tour-start t 1=a; tour-stop t", "1x1: a" },
    { "tour/several", "layout 2x1; tour-start t 1=a; tour-start u 2=b; tour-step u 1 2=c",
      "2x1: a c; tour t/0 1; tour u/1 2" },
    { "tour/in-window", "layout 1x1; window-open 0,0,64,64; tour-start t 901=a",
      "1x1: -; w901: a; tour t/0 901" },
    { "tour/window-closed-stops",
      "layout 1x1; window-open 0,0,64,64; tour-start t 901=a 1=b; "
      "window-close 901",
      "1x1: b" },
    { "tour/layout-goes-on", "layout 2x1; tour-start t 1=a 2=b; layout 2x2",
      "2x2: a b - -; tour t/0 1,2" },
    { "tour/layout-takes-tiles-stops", "layout 2x1; tour-start t 1=a 2=b; layout 1x1", "1x1: a" },
    { "tour/follows-its-place", "layout 1x1 L; layout 2x1 R; tour-start t 2=a 3=b; layout 2x2 L",
      "2x2 L: - - - -; 2x1 R: a b; tour t/0 5,6" },
    { "tour/follows-in-its-screen",
      "layout 1x1 L; layout 2x1 R; tour-start t 2=a 3=b; layout 3x1 R; layout 2x1 L",
      "2x1 L: - -; 3x1 R: a - b; tour t/0 3,5" },
    { "tour/goes-with-its-pictures", "layout 4x1; tour-start t 1=a 4=b; layout 1x1 R",
      "4x1: a -; 1x1 R: b; tour t/0 1,3" },
    { "tour/layout-with-an-empty-tile", "layout 2x1; tour-start t 1=a 2=-; layout 2x2",
      "2x2: a - - -; tour t/0 1,2" },
    { "tour/in-preview", "layout 1x1; preview: tour-start t 1=a; take", "1x1: a; tour t/0 1" },
    { "scene-tour/start", "layout 2x1; show 1 a; save; layout 1x1; scene-start s",
      "2x1: a -; tour s/0" },
    { "scene-tour/on-a-screen-without-the-preset's-tours",
      "layout 1x1 L; layout 1x1 R; tour-start t 2=a; save; tour-stop t; show 2 b; scene-start s R",
      "1x1 L: -; 1x1 R: a; tour s/0" },
    { "scene-tour/step",
      "layout 2x1; show 1 a; save; scene-start s; layout 1x1; show 1 z; scene-step s 3",
      "2x1: a -; tour s/3" },
    { "scene-tour/recall-ends-it", "layout 2x1; show 1 a; save; scene-start s; show 2 b; recall",
      "2x1: a -" },
};

static void test_effect(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_auto(Played) played = play(effects[i].script);
    g_assert_no_error(played.error);
    g_autofree char *air = dump_content(played.wall->air);
    g_assert_cmpstr(air, ==, effects[i].air);
}

/* Refusals of the last command. */
static const struct {
    const char *name, *script;
    WallError code;
    const char *message;
} refusals[] = {
    { "tile/too-high", "layout 4x4; show 17 a", WALL_ERROR_NOT_FOUND,
      "tile 17: this wall has tiles 1 to 16" },
    { "tile/zero", "layout 4x4; show 0 a", WALL_ERROR_NOT_FOUND,
      "tile 0: this wall has tiles 1 to 16" },
    { "tile/none", "show 1 a", WALL_ERROR_NOT_FOUND, "tile 1: this wall has no tiles" },
    { "tile/huge", "layout 1x1; clear -1", WALL_ERROR_NOT_FOUND, "window 4294967295: not open" },
    { "tile/swap-other", "layout 2x1; swap 1 3", WALL_ERROR_NOT_FOUND,
      "tile 3: this wall has tiles 1 to 2" },
    { "tile/window-not-open", "layout 1x1; show 905 a", WALL_ERROR_NOT_FOUND,
      "window 905: not open" },
    { "tile/maximise", "layout 1x1; maximise 2", WALL_ERROR_NOT_FOUND,
      "tile 2: this wall has tiles 1 to 1" },
    { "window/move-cell", "layout 1x1; window-move 1 0,0,64,64", WALL_ERROR_INVALID,
      "tile 1: not a window; windows are numbered 901 to 999" },
    { "window/raise-cell", "layout 1x1; window-raise 1", WALL_ERROR_INVALID,
      "tile 1: not a window; windows are numbered 901 to 999" },
    { "window/close-cell", "layout 1x1; window-close 1", WALL_ERROR_INVALID,
      "tile 1: not a window; windows are numbered 901 to 999" },
    { "window/outside", "layout 1x1; window-open 3800,0,640,360", WALL_ERROR_INVALID,
      "window at 3800,0 of 640x360: must lie inside 0,0 of 3840x1080 and be at least 64x64" },
    { "window/negative", "layout 1x1; window-open -2,0,640,360", WALL_ERROR_INVALID,
      "window at -2,0 of 640x360: must lie inside 0,0 of 3840x1080 and be at least 64x64" },
    { "window/small", "layout 1x1; window-open 0,0,62,64", WALL_ERROR_INVALID,
      "window at 0,0 of 62x64: must lie inside 0,0 of 3840x1080 and be at least 64x64" },
    { "window/overflow", "layout 1x1; window-open 2147483647,0,2147483647,64", WALL_ERROR_INVALID,
      "window at 2147483647,0 of 2147483647x64: must lie inside 0,0 of 3840x1080 and be at least "
      "64x64" },
    { "window/camera", "layout 1x1; window-open 0,0,64,64 nope", WALL_ERROR_NOT_FOUND,
      "camera 'nope': no such camera" },
    { "camera/unknown", "layout 1x1; show 1 nope", WALL_ERROR_NOT_FOUND,
      "camera 'nope': no such camera" },
    { "camera/missing", "layout 1x1; show 1", WALL_ERROR_INVALID, "tile 1: no camera is named" },
    { "adjust/empty", "layout 1x1; adjust 1 fit=cover", WALL_ERROR_INVALID,
      "tile 1: shows no camera" },
    { "adjust/crop", "layout 1x1; show 1 a; adjust 1 crop=0.5,0,0.6,1", WALL_ERROR_INVALID,
      "crop 0.5,0,0.6,1: must lie inside 0,0,1,1 and be at least 0.01 wide and high" },
    { "adjust/crop-nan", "layout 1x1; show 1 a; adjust 1 crop=nan,0,1,1", WALL_ERROR_INVALID,
      "crop nan,0,1,1: must lie inside 0,0,1,1 and be at least 0.01 wide and high" },
    { "adjust/rotation", "layout 1x1; show 1 a; adjust 1 rotation=45", WALL_ERROR_INVALID,
      "rotation 45: accepted are 0, 90, 180, 270" },
    { "adjust/rotation-360", "layout 1x1; show 1 a; adjust 1 rotation=360", WALL_ERROR_INVALID,
      "rotation 360: accepted are 0, 90, 180, 270" },
    { "adjust/fit", "layout 1x1; show 1 a; adjust 1 fit=nope", WALL_ERROR_INVALID,
      "fit 0: accepted are contain, cover, stretch" },
    { "adjust/stream", "layout 1x1; show 1 a; adjust 1 stream=nope", WALL_ERROR_INVALID,
      "stream 0: accepted are auto, main, sub" },
    { "layout/too-many", "layout 30x30 L; layout 1x1 R", WALL_ERROR_LIMIT,
      "layout '1x1': the wall would have 901 tiles, at most 900 are possible" },
    { "layout/no-cells", "layout 0x0", WALL_ERROR_INVALID,
      "layout '0x0': its cells must lie inside 0,0 of 3840x1080 on even pixels" },
    { "recall/unknown", "layout 1x1; recall", WALL_ERROR_NOT_FOUND,
      "preset 'saved': no such preset" },
    { "recall/nothing-there", "layout 1x1; save; recall R", WALL_ERROR_INVALID,
      "preset 'saved': has nothing on screen 'R'" },
    { "undo/nothing", "undo", WALL_ERROR_NOT_FOUND, "nothing to undo" },
    { "redo/nothing", "layout 1x1; redo", WALL_ERROR_NOT_FOUND, "nothing to redo" },
    { "redo/gone-after-a-change", "layout 2x1; show 1 a; undo; show 2 b; redo",
      WALL_ERROR_NOT_FOUND, "nothing to redo" },
    { "take/nothing", "layout 1x1; take", WALL_ERROR_NOT_FOUND, "take: nothing is prepared" },
    { "take/dropped", "layout 1x1; prepare on; prepare off; take", WALL_ERROR_NOT_FOUND,
      "take: nothing is prepared" },
    { "preview/undo", "layout 1x1; preview: undo", WALL_ERROR_INVALID,
      "undo: does not act on the preview" },
    { "preview/lock", "preview: lock", WALL_ERROR_INVALID, "lock: does not act on the preview" },
    { "lock/show", "layout 1x1; lock; bob: show 1 a", WALL_ERROR_LOCKED,
      "the wall is locked by ann" },
    { "lock/take", "layout 1x1; lock; bob: preview: show 1 a; bob: take", WALL_ERROR_LOCKED,
      "the wall is locked by ann" },
    { "lock/undo", "layout 1x1; lock; bob: undo", WALL_ERROR_LOCKED, "the wall is locked by ann" },
    { "lock/tour-by-hand", "layout 1x1; tour-start t 1=a; lock; bob: tour-pause t",
      WALL_ERROR_LOCKED, "the wall is locked by ann" },
    { "lock/lock", "lock; bob: lock", WALL_ERROR_LOCKED, "the wall is locked by ann" },
    { "lock/taken-over", "layout 1x1; lock; bob: lock override; show 1 a", WALL_ERROR_LOCKED,
      "the wall is locked by bob" },
    { "lock/unlock", "lock; bob: unlock", WALL_ERROR_LOCKED, "the wall is locked by ann" },
    { "lock/before-all-else", "layout 1x1; lock; bob: @0 show 99 nope", WALL_ERROR_LOCKED,
      "the wall is locked by ann" },
    { "tour/shared-tile", "layout 2x2; tour-start t 1=a 2=b; tour-start u 3=c 2=d",
      WALL_ERROR_INVALID, "tour 'u': tile 2 belongs to tour 't', which runs" },
    { "tour/twice", "layout 2x2; tour-start t 1=a; tour-start t 2=a", WALL_ERROR_INVALID,
      "tour 't': runs already" },
    { "tour/tile-twice", "layout 2x2; tour-start t 1=a 1=b", WALL_ERROR_INVALID,
      "tour 't': names tile 1 twice" },
    { "tour/no-tile", "layout 1x1; tour-start t 2=a", WALL_ERROR_NOT_FOUND,
      "tile 2: this wall has tiles 1 to 1" },
    { "tour/no-camera", "layout 1x1; tour-start t 1=nope", WALL_ERROR_NOT_FOUND,
      "camera 'nope': no such camera" },
    { "tour/nothing", "layout 1x1; tour-start t", WALL_ERROR_INVALID,
      "tour 't': has nothing to show; a tour needs tiles and cameras, or presets" },
    { "tour/foreign-tile", "layout 2x1; tour-start t 1=a; tour-step t 1 2=b", WALL_ERROR_INVALID,
      "tour 't': tile 2 is not one of its tiles" },
    { "tour/empty-step", "layout 2x1; tour-start t 1=a; tour-step t 1", WALL_ERROR_INVALID,
      "tour 't': the step shows nothing" },
    { "tour/stop-unknown", "tour-stop t", WALL_ERROR_NOT_FOUND, "tour 't': does not run" },
    { "tour/pause-unknown", "tour-pause t", WALL_ERROR_NOT_FOUND, "tour 't': does not run" },
    { "tour/step-unknown", "tour: tour-step t 1 1=a", WALL_ERROR_NOT_FOUND,
      "tour 't': does not run" },
    { "scene-tour/not-beside-others", "layout 2x1; save; tour-start t 1=a; scene-start s",
      WALL_ERROR_INVALID, "tour 's': changes the whole wall; stop tour 't' first" },
    { "scene-tour/others-not-beside-it", "layout 2x1; save; scene-start s; tour-start t 1=a",
      WALL_ERROR_INVALID, "tour 't': tile 1 belongs to tour 's', which runs" },

    /* Revision 1 is the layout, 2 and up what follows. */
    { "stale/tile", "layout 2x1; show 1 a; bob: @1 show 1 b", WALL_ERROR_STALE,
      "tile 1 changed in revision 2, this command is based on revision 1" },
    { "stale/clear", "layout 2x1; show 1 a; bob: @1 clear 1", WALL_ERROR_STALE,
      "tile 1 changed in revision 2, this command is based on revision 1" },
    { "stale/swap", "layout 2x1; show 2 a; bob: @1 swap 1 2", WALL_ERROR_STALE,
      "tile 2 changed in revision 2, this command is based on revision 1" },
    { "stale/adjust", "layout 2x1; show 2 a; adjust 2 fit=cover; bob: @2 adjust 2 rotation=90",
      WALL_ERROR_STALE, "tile 2 changed in revision 3, this command is based on revision 2" },
    { "stale/tile-moved-by-layout", "layout 2x1; layout 2x2; bob: @1 show 2 a", WALL_ERROR_STALE,
      "tile 2 changed in revision 2, this command is based on revision 1" },
    { "stale/tile-gone", "layout 2x1; layout 1x1; bob: @1 show 2 a", WALL_ERROR_STALE,
      "the layout or the windows changed in revision 2, this command is based on revision 1" },
    { "stale/layout", "layout 2x1; layout 2x2; bob: @1 layout 1x1", WALL_ERROR_STALE,
      "the layout or the windows changed in revision 2, this command is based on revision 1" },
    { "stale/maximise", "layout 2x1; maximise 1; bob: @1 maximise 2", WALL_ERROR_STALE,
      "the layout or the windows changed in revision 2, this command is based on revision 1" },
    { "stale/restore", "layout 2x1; maximise 1; bob: @1 restore", WALL_ERROR_STALE,
      "the layout or the windows changed in revision 2, this command is based on revision 1" },
    { "stale/window-move",
      "layout 1x1; window-open 0,0,64,64; window-move 901 2,2,64,64; bob: @2 window-move 901 "
      "8,8,64,64",
      WALL_ERROR_STALE, "tile 901 changed in revision 3, this command is based on revision 2" },
    { "stale/window-number-again",
      "layout 1x1; window-open 0,0,64,64; window-close 901; window-open 4,4,64,64; bob: @2 "
      "window-close 901",
      WALL_ERROR_STALE, "tile 901 changed in revision 4, this command is based on revision 2" },
    { "stale/clear-all", "layout 2x1; show 2 a; bob: @1 clear 0", WALL_ERROR_STALE,
      "tile 2 changed in revision 2, this command is based on revision 1" },
    { "stale/recall", "layout 2x1; save; show 2 a; bob: @1 recall", WALL_ERROR_STALE,
      "tile 2 changed in revision 2, this command is based on revision 1" },
    { "stale/undo", "layout 2x1; show 2 a; bob: @1 undo", WALL_ERROR_STALE,
      "tile 2 changed in revision 2, this command is based on revision 1" },
    { "stale/after-undo", "layout 2x1; show 2 a; undo; bob: @2 show 2 b", WALL_ERROR_STALE,
      "tile 2 changed in revision 3, this command is based on revision 2" },
    { "stale/take-air", "layout 2x1; prepare on; show 2 a; bob: @2 take", WALL_ERROR_STALE,
      "tile 2 changed in revision 3, this command is based on revision 2" },
    { "stale/take-preview", "layout 2x1; prepare on; preview: show 2 a; bob: @2 take",
      WALL_ERROR_STALE, "tile 2 changed in revision 3, this command is based on revision 2" },
    { "stale/preview-tile", "layout 2x1; prepare on; preview: show 2 a; bob: preview: @2 show 2 b",
      WALL_ERROR_STALE, "tile 2 changed in revision 3, this command is based on revision 2" },
    { "stale/drop-preview", "layout 2x1; prepare on; preview: show 2 a; bob: @2 prepare off",
      WALL_ERROR_STALE, "tile 2 changed in revision 3, this command is based on revision 2" },
    { "stale/taken", "layout 2x1; preview: show 2 a; take; bob: @2 show 2 b", WALL_ERROR_STALE,
      "tile 2 changed in revision 3, this command is based on revision 2" },
    { "stale/tour-start", "layout 2x1; show 2 a; bob: @1 tour-start t 1=a 2=b", WALL_ERROR_STALE,
      "tile 2 changed in revision 2, this command is based on revision 1" },
    { "stale/scene-start", "layout 2x1; save; show 2 a; bob: @1 scene-start s", WALL_ERROR_STALE,
      "tile 2 changed in revision 2, this command is based on revision 1" },
    { "stale/tour-moved-tile",
      "layout 2x1; save; scene-start s; layout 1x1; tour: scene-step s 1; bob: @3 show 1 b",
      WALL_ERROR_STALE, "tile 1 changed in revision 4, this command is based on revision 3" },
    { "stale/future", "layout 1x1; show 1 a; bob: @7 show 1 b", WALL_ERROR_STALE,
      "this wall is at revision 2, this command is based on revision 7" },
};

static void test_refusal(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_auto(Played) played = play(refusals[i].script);
    g_assert_error(played.error, WALL_ERROR, (int)refusals[i].code);
    g_assert_cmpstr(played.error->message, ==, refusals[i].message);
}

/* Commands that do not disturb each other, though the base is old. */
static const struct {
    const char *name, *script;
} fresh[] = {
    { "other-tile", "layout 2x1; show 1 a; bob: @1 show 2 b" },
    { "own-revision", "layout 2x1; show 1 a; bob: @2 show 1 b" },
    { "layout-after-show", "layout 2x1; show 1 a; bob: @1 layout 2x2" },
    { "show-after-window", "layout 2x1; window-open 0,0,64,64; bob: @1 show 2 b" },
    { "show-after-maximise", "layout 2x1; maximise 1; bob: @1 show 2 b" },
    { "window-open", "layout 2x1; layout 2x2; bob: @1 window-open 0,0,64,64" },
    { "window-move-after-raise", "layout 1x1; window-open 0,0,64,64; window-open 0,0,64,64; "
                                 "window-raise 901; bob: @3 window-move 902 2,2,64,64" },
    { "other-cell-same-place", "layout 2x1; layout 2x1 R; bob: @1 show 1 b" },
    { "tour-does-not-count",
      "layout 2x1; tour-start t 1=a; tour: tour-step t 1 1=b; bob: @2 show 1 z" },
    { "tour-stop", "layout 2x1; tour-start t 1=a; show 1 b; bob: @2 tour-stop t" },
    { "lock", "layout 2x1; show 1 a; bob: @1 lock" },
    { "prepare", "layout 2x1; show 1 a; bob: @1 prepare on" },
    { "preview-other-tile",
      "layout 2x1; prepare on; preview: show 2 a; bob: @2 preview: show 1 b" },
    { "air-while-preview-changes", "layout 2x1; prepare on; preview: show 2 a; bob: @2 show 2 b" },
    { "lock-is-no-content", "layout 2x1; lock; unlock; @1 undo" },
};

static void test_fresh(gconstpointer data)
{
    g_auto(Played) played = play(fresh[GPOINTER_TO_UINT(data)].script);
    g_assert_no_error(played.error);
}

/* Last commands that change nothing: same wall, same revision. */
static const struct {
    const char *name, *script;
    guint64 revision;
} no_ops[] = {
    { "show", "layout 1x1; show 1 a; show 1 a", 2 },
    { "clear", "layout 1x1; clear 1", 1 },
    { "clear-all", "layout 2x1; clear 0", 1 },
    { "swap", "layout 2x1; swap 1 2", 1 },
    { "adjust", "layout 1x1; show 1 a; adjust 1 fit=contain crop=0,0,1,1 rotation=0", 2 },
    { "maximise", "layout 1x1; maximise 1; maximise 1", 2 },
    { "restore", "layout 1x1; restore", 1 },
    { "window-move", "window-open 0,0,64,64; window-move 901 1,0,64,64", 2 },
    { "window-move/same", "window-open 0,0,64,64; window-move 901 0,0,64,64", 1 },
    { "window-raise", "window-open 0,0,64,64; window-raise 901", 1 },
    { "layout", "layout 2x1; show 1 a; layout 2x1", 2 },
    { "recall", "layout 2x1; show 1 a; save; recall", 2 },
    { "prepare-on", "prepare on; prepare on", 1 },
    { "prepare-off", "layout 1x1; prepare off", 1 },
    { "preview", "layout 1x1; preview: show 1 a; preview: show 1 a", 2 },
    { "lock", "lock; lock", 1 },
    { "lock-own-over", "lock; lock override", 1 },
    { "unlock", "layout 1x1; unlock", 1 },
    { "tour-pause", "layout 1x1; tour-start t 1=a; tour-pause t; tour-pause t", 3 },
    { "tour-resume", "layout 1x1; tour-start t 1=a; tour-resume t", 2 },
    { "tour-step/held", "layout 1x1; tour-start t 1=a; tour-pause t; tour: tour-step t 1 1=b", 3 },
};

static void test_no_op(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_auto(Played) played = play(no_ops[i].script);
    g_assert_no_error(played.error);
    g_assert_cmpuint(played.wall->revision, ==, no_ops[i].revision);
}

static void test_touched(void)
{
    static const struct {
        const char *script;
        guint touched;
    } rows[] = {
        { "layout 2x1; show 2 a", 2 },
        { "window-open 0,0,64,64", 901 },
        { "window-open 0,0,64,64; window-open 0,0,64,64", 902 },
        { "layout 2x1", 0 },
        { "layout 2x1; undo", 0 },
        { "layout 2x1; swap 2 1; show 1 a", 1 },
        { "layout 2x1; show 3 a", 0 },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Played) played = play(rows[i].script);
        g_assert_cmpuint(played.touched, ==, rows[i].touched);
    }
}

/* How a tile shows its camera: what stays and what starts anew. */
static void test_picture(void)
{
    g_auto(Played) p = play("layout 2x1; show 1 a stream=main fit=cover crop=0.1,0.2,0.5,0.5 "
                            "rotation=90");
    const Tile *tile = wall_tile(p.wall->air, 1);
    g_assert_cmpint(tile->stream, ==, STREAM_MAIN);
    g_assert_cmpint(tile->fit, ==, FIT_COVER);
    g_assert_true(frect_equal(tile->crop, (FRect) { 0.1, 0.2, 0.5, 0.5 }));
    g_assert_cmpuint(tile->rotation, ==, 90);

    g_auto(Played) other = play("layout 2x1; show 1 a stream=main fit=cover crop=0.1,0.2,0.5,0.5 "
                                "rotation=90; show 1 b");
    tile = wall_tile(other.wall->air, 1);
    g_assert_cmpint(tile->stream, ==, STREAM_AUTO);
    g_assert_cmpint(tile->fit, ==, FIT_COVER);
    g_assert_true(frect_equal(tile->crop, FRECT_FULL));
    g_assert_cmpuint(tile->rotation, ==, 0);

    g_auto(Played) same = play("layout 2x1; show 1 a rotation=90; show 1 a fit=stretch; swap 1 2");
    tile = wall_tile(same.wall->air, 2);
    g_assert_cmpstr(tile->camera, ==, "a");
    g_assert_cmpint(tile->fit, ==, FIT_STRETCH);
    g_assert_cmpuint(tile->rotation, ==, 90);
}

static void test_window_rect(void)
{
    static const struct {
        const char *script;
        Rect rect;
    } rows[] = {
        { "window-open 101,99,641,361", { 102, 100, 640, 360 } },
        { "window-open 3199,719,641,361", { 3200, 720, 640, 360 } },
        { "window-open 0,0,3840,1080", { 0, 0, 3840, 1080 } },
        { "window-open 0,0,64,64; window-move 901 1800,40,400,300", { 1800, 40, 400, 300 } },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(Played) played = play(rows[i].script);
        g_assert_no_error(played.error);
        g_assert_true(rect_equal(wall_tile(played.wall->air, 901)->rect, rows[i].rect));
    }
}

static void test_window_limit(void)
{
    GString *script = g_string_new("window-open 0,0,64,64");
    for (guint i = 1; i <= WALL_MAX_WINDOWS; i++)
        g_string_append(script, "; window-open 0,0,64,64");
    g_auto(Played) played = play(script->str);
    g_assert_error(played.error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_cmpstr(played.error->message, ==, "99 windows are open: close one first");
    g_assert_cmpuint(played.wall->air->n_tiles, ==, WALL_MAX_WINDOWS);
    g_string_free(script, TRUE);
}

static void test_tour_limit(void)
{
    GString *script = g_string_new("layout 8x5");
    for (guint i = 1; i <= WALL_MAX_TOURS + 1; i++)
        g_string_append_printf(script, "; tour-start t%u %u=a", i, i);
    g_auto(Played) played = play(script->str);
    g_assert_error(played.error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_cmpstr(played.error->message, ==,
                    "tour 't33': 32 tours run on this wall; stop one first");
    g_string_free(script, TRUE);
}

static void test_undo_depth(void)
{
    GString *script = g_string_new("layout 2x1");
    for (guint i = 0; i < 130; i++)
        g_string_append_printf(script, "; show 1 %c", 'a' + (int)(i % 26));
    for (guint i = 0; i < WALL_UNDO_DEPTH; i++)
        g_string_append(script, "; undo");
    g_auto(Played) played = play(script->str);
    g_assert_no_error(played.error);
    /* 130 shows, 100 taken back: the 30th is on air. */
    g_autofree char *air = dump_content(played.wall->air);
    g_assert_cmpstr(air, ==, "2x1: d -");
    g_assert_cmpuint(played.wall->undo->len, ==, 0);
    g_assert_cmpuint(played.wall->redo->len, ==, WALL_UNDO_DEPTH);
    g_string_append(script, "; undo");
    g_auto(Played) once_more = play(script->str);
    g_assert_error(once_more.error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_string_free(script, TRUE);
}

static void test_pause_keeps_time(void)
{
    g_auto(Played) p =
        play("layout 2x1; tour-start t 1=a; tour-pause t 1234; tour: tour-pause t 99");
    g_assert_cmpint(p.wall->air->tours[0].left_ms, ==, 1234);
    g_assert_true(p.wall->air->tours[0].is_paused);
    g_assert_true(p.wall->air->tours[0].yields);
}

/* A preset from a larger wall, or with a camera that is gone, changes nothing. */
static void test_preset_does_not_fit(void)
{
    g_auto(Played) p = play("layout 2x2; show 3 q");
    g_autoptr(Command) recall = command_new(COMMAND_RECALL, "ann");
    recall->name = g_strdup("morning");
    recall->content = wall_content_copy(p.wall->air);
    g_autoptr(GError) error = NULL;
    WallLimits small = script_limits;
    small.bounds = SCREEN_L;
    g_assert_null(wall_apply(p.wall, recall, &small, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_cmpstr(error->message, ==, "preset 'morning': tile 2 lies outside this wall");
    g_clear_error(&error);
    g_free(recall->content->tiles[2].camera);
    recall->content->tiles[2].camera = g_strdup("gone");
    g_assert_null(wall_apply(p.wall, recall, &script_limits, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_assert_cmpstr(error->message, ==, "preset 'morning': tile 3: camera 'gone': no such camera");
    g_clear_error(&error);
    /* Undo does come back to a camera that is gone: the tile says so, the rest is as it was. */
    g_autoptr(Command) undo = command_new(COMMAND_UNDO, "ann");
    g_autoptr(Wall) back = wall_apply(p.wall, undo, &script_limits, NULL, &error);
    g_assert_no_error(error);
}

static void test_layout_closes_windows_outside(void)
{
    g_auto(Played) p = play("layout 2x1; window-open 0,0,640,360 a; window-open 2000,0,640,360 b");
    g_autoptr(Command) layout = script_command("layout 1x1 L", NULL);
    g_clear_pointer(&layout->screen, g_free);
    WallLimits small = script_limits;
    small.bounds = SCREEN_L;
    g_autoptr(GError) error = NULL;
    g_autoptr(Wall) wall = wall_apply(p.wall, layout, &small, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *air = dump_content(wall->air);
    g_assert_cmpstr(air, ==, "1x1: -; w901: a");
}

/* Overriding is for the lock alone. */
static void test_override(void)
{
    g_auto(Played) p = play("layout 1x1; lock");
    g_autoptr(Command) show = script_command("bob: show 1 a", NULL);
    g_autoptr(GError) error = NULL;
    show->is_override = TRUE;
    g_assert_null(wall_apply(p.wall, show, &script_limits, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LOCKED);
}

static void test_words(void)
{
    for (int kind = 1; kind <= COMMAND_LAST; kind++)
        g_assert_cmpint(command_from_word(command_word((CommandKind)kind)), ==, kind);
    g_assert_cmpint(command_from_word("nope"), ==, 0);
    g_assert_cmpint(command_from_word(NULL), ==, 0);
    g_assert_null(command_word(COMMAND_LAST + 1));
    g_assert_null(command_word(0));
}

#define ADD_TABLE(path, table, func)                                                               \
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                              \
        g_autofree char *name = g_strconcat(path, table[i].name, NULL);                            \
        g_test_add_data_func(name, GUINT_TO_POINTER(i), func);                                     \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("/command/effect/", effects, test_effect);
    ADD_TABLE("/command/refusal/", refusals, test_refusal);
    ADD_TABLE("/command/fresh/", fresh, test_fresh);
    ADD_TABLE("/command/no-op/", no_ops, test_no_op);
    g_test_add_func("/command/touched", test_touched);
    g_test_add_func("/command/picture", test_picture);
    g_test_add_func("/command/window-rect", test_window_rect);
    g_test_add_func("/command/window-limit", test_window_limit);
    g_test_add_func("/command/tour-limit", test_tour_limit);
    g_test_add_func("/command/undo-depth", test_undo_depth);
    g_test_add_func("/command/pause-keeps-time", test_pause_keeps_time);
    g_test_add_func("/command/preset-does-not-fit", test_preset_does_not_fit);
    g_test_add_func("/command/layout-closes-windows-outside", test_layout_closes_windows_outside);
    g_test_add_func("/command/override", test_override);
    g_test_add_func("/command/words", test_words);
    return g_test_run();
}
