/* sanitizer.h - what a build with AddressSanitizer or ThreadSanitizer may take longer for
 *
 * How fast something is, is judged without them; with them a limit only has to tell late from never. */
#ifndef WALLCTL_TESTS_SUPPORT_SANITIZER_H
#define WALLCTL_TESTS_SUPPORT_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#define PATIENCE      4 /* times as long */
#else
#define HAS_SANITIZER 0
#define PATIENCE      1
#endif

#endif
