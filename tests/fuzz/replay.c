/* replay.c - runs a fuzz target over its saved corpus, as a test: prints TAP. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    guint n = 0;
    for (int i = 1; i < argc; i++) {
        g_autoptr(GDir) dir = g_dir_open(argv[i], 0, NULL);
        const char *name;
        while (dir && (name = g_dir_read_name(dir))) {
            g_autofree char *path = g_build_filename(argv[i], name, NULL);
            g_autofree char *text = NULL;
            gsize len;
            if (!g_file_get_contents(path, &text, &len, NULL))
                continue;
            LLVMFuzzerTestOneInput((const uint8_t *)text, len);
            printf("ok %u - %s\n", ++n, name);
        }
    }
    if (n == 0) {
        printf("Bail out! no corpus\n");
        return 1;
    }
    printf("1..%u\n", n);
    return 0;
}
