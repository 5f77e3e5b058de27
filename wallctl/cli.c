/* cli.c - the wallctl command: options, the connection to the daemon, answers and exit statuses */
#include "wallctl/cli.h"

#include "config/paths.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define ANSWER_MS 30000

static const struct {
    const char *name;
    CliOption option;
    gsize value; /* offset of a const char * in Cli; 0: the option takes none */
    const char *argument, *zh, *en;
} options[] = {
    { "--socket", OPTION_SOCKET, offsetof(Cli, socket), "PATH",
      "守护进程的套接字（或环境变量 WALLCTL_SOCKET）", "the daemon's socket (or $WALLCTL_SOCKET)" },
    { "--json", OPTION_JSON, 0, "", "原样输出 JSON", "print JSON as the daemon answers it" },
    { "--lang", OPTION_LANG, offsetof(Cli, lang), "zh|en", "输出语言", "language of the output" },
    { "--wall", OPTION_WALL, offsetof(Cli, wall), "ID", "哪面墙（默认第一面）",
      "which wall (default: the first)" },
    { "--screen", OPTION_SCREEN, offsetof(Cli, screen), "ID", "哪块屏", "which screen" },
    { "--region", OPTION_REGION, offsetof(Cli, region), "CODE", "只列该区划（前缀）",
      "only this region (prefix of its code)" },
    { "--offline", OPTION_OFFLINE, 0, "", "只列不正常的", "only those in trouble" },
    { "--main", OPTION_MAIN, 0, "", "用主码流", "the main stream" },
    { "--sub", OPTION_SUB, 0, "", "用子码流", "the sub stream" },
    { "--preview", OPTION_PREVIEW, 0, "", "改预演画面，不上墙",
      "act on the prepared picture, off air" },
    { "--revision", OPTION_REVISION, offsetof(Cli, revision), "N",
      "依据的修订号，过时则拒绝（退出码 75）",
      "the revision this is based on; refused (75) when stale" },
    { "--override", OPTION_OVERRIDE, 0, "", "解别人的锁", "unlock what somebody else has locked" },
    { "--user", OPTION_USER, offsetof(Cli, user), "NAME", "摄像机账号（密码另问）",
      "the camera's user; the password is asked for" },
    { "--password-file", OPTION_PASSWORD_FILE, offsetof(Cli, password_file), "FILE",
      "从文件首行读密码", "the password is the file's first line" },
    { "--udp", OPTION_UDP, 0, "", "用 UDP 取流", "receive over UDP" },
    { "--seconds", OPTION_SECONDS, offsetof(Cli, seconds), "N", "观察几秒", "how long to watch" },
    { "--config", OPTION_CONFIG, offsetof(Cli, config), "FILE", "守护进程的配置文件",
      "the daemon's configuration" },
    { "--case", OPTION_CASE, offsetof(Cli, case_code), "CODE", "为哪个案件", "for which case" },
    { "--dry-run", OPTION_DRY_RUN, 0, "", "只演练，什么也不做",
      "say what would happen, do nothing" },
    { "--speed", OPTION_SPEED, offsetof(Cli, speed), "N", "剧本快放几倍",
      "the script so many times as fast" },
    { "--seed", OPTION_SEED, offsetof(Cli, seed), "N", "随机种子（默认 1）",
      "the seed (default 1)" },
    { "--every", OPTION_EVERY, offsetof(Cli, every), "SECONDS", "隔几秒重演一遍",
      "again and again, so many seconds apart" },
    { "--cameras", OPTION_CAMERAS, offsetof(Cli, cameras), "SOCKET",
      "模拟摄像机的控制套接字，用来断电", "the camera simulator's control socket" },
    { "--supervised", OPTION_SUPERVISED, 0, "", "只列督办的，最久的在前",
      "only those under supervision, longest first" },
    { "--ack", OPTION_ACK, offsetof(Cli, ack), "4h", "接单期限：从现在起 30m、4h、3d",
      "to be taken over within 30m, 4h, 3d" },
    { "--due", OPTION_DUE, offsetof(Cli, due), "3d", "办结期限，同上", "to be done within" },
    { "--n", OPTION_COUNT, offsetof(Cli, count), "N", "抽几件", "how many" },
    { "--from", OPTION_FROM, offsetof(Cli, from), "YYYY-MM-DD", "从这一天起办结的",
      "resolved from this day on" },
    { "--to", OPTION_TO, offsetof(Cli, to), "YYYY-MM-DD", "到这一天为止", "until this day" },
    { "--key", OPTION_KEY, offsetof(Cli, key), "HEX", "应由这把公钥签名（wallctl audit key）",
      "the public key that has to have signed it (wallctl audit key)" },
    { "--help", OPTION_HELP, 0, "", "说明", "this text" },
    { "--version", OPTION_VERSION, 0, "", "版本", "the version" },
};

int cli_fail(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "wallctl: %s\n", text);
    return status;
}

/* Newlines are the message's own (one fault a line); anything else that moves a cursor is not. */
static void print_message(const char *message)
{
    g_auto(GStrv) lines = g_strsplit(message, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        g_autofree char *line = term_clean(lines[i]);
        fprintf(stderr, "%s%s\n", i == 0 ? "wallctl: " : "         ", line);
    }
}

static void print_changes(Json *changes)
{
    gsize n = json_object_is_type(changes, json_type_array) ? json_object_array_length(changes) : 0;
    for (gsize i = 0; i < n; i++) {
        Json *change = json_object_array_get_idx(changes, i);
        g_autofree char *by = term_clean(json_text(change, "by"));
        fprintf(stderr, "         r%" G_GINT64_FORMAT " %s", json_number(change, "revision"),
                say_word(json_text(change, "op")));
        if (json_number(change, "tile"))
            fprintf(stderr, " %s %" G_GINT64_FORMAT, say("窗格", "tile"),
                    json_number(change, "tile"));
        fprintf(stderr, " (%s)\n", by);
    }
}

/* Tells why the daemon refused, and gives the exit status for it. */
static int refused(const Cli *cli, Json *body, guint http_status)
{
    g_autoptr(GError) error = NULL;
    web_client_refusal(body, http_status, &error);
    gboolean is_stale = error->code == WALL_ERROR_STALE;
    if (cli_has(cli, OPTION_JSON)) {
        print_json(body);
    } else {
        print_message(say_error(error));
        if (is_stale)
            print_changes(json_item(body, "changes"));
        if (error->code == WALL_ERROR_LOCKED)
            fprintf(stderr, "         %s\n",
                    say("强行解锁：wallctl unlock --override",
                        "to unlock it all the same: wallctl unlock --override"));
    }
    return is_stale ? EX_TEMPFAIL : EX_DATAERR;
}

Json *cli_ask(Cli *cli, const char *method, const char *path, Json *body, int *status)
{
    g_autoptr(GError) error = NULL;
    guint http_status;
    g_autoptr(Json) answer =
        web_client_call(cli->client, method, path, body, ANSWER_MS, &http_status, &error);
    if (!answer) {
        *status = cli_fail(EX_UNAVAILABLE, "%s", say_error(error));
        return NULL;
    }
    if (http_status >= 400) {
        *status = refused(cli, answer, http_status);
        return NULL;
    }
    *status = EX_OK;
    return g_steal_pointer(&answer);
}

int cli_do(Cli *cli, const char *method, const char *path, Json *body, void (*print)(Json *))
{
    int status;
    g_autoptr(Json) answer = cli_ask(cli, method, path, body, &status);
    if (answer && cli_has(cli, OPTION_JSON))
        print_json(answer);
    else if (answer && print)
        print(answer);
    return status;
}

char *cli_path(const char *format, ...)
{
    GString *path = g_string_new("/api/v1/");
    va_list args;
    va_start(args, format);
    for (const char *c = format; *c; c++) {
        if (c[0] == '%' && c[1] == 's') {
            g_autofree char *part = g_uri_escape_string(va_arg(args, const char *), NULL, FALSE);
            g_string_append(path, part);
            c++;
        } else {
            g_string_append_c(path, *c);
        }
    }
    va_end(args);
    return g_string_free(path, FALSE);
}

const char *cli_wall(Cli *cli, int *status)
{
    *status = EX_OK;
    if (cli->wall)
        return cli->wall;
    if (cli->first_wall)
        return cli->first_wall;
    g_autoptr(Json) answer = cli_ask(cli, "GET", "/api/v1/walls", NULL, status);
    Json *walls = json_item(answer, "walls");
    if (json_object_is_type(walls, json_type_array) && json_object_array_length(walls) > 0)
        cli->first_wall = g_strdup(json_text(json_object_array_get_idx(walls, 0), "id"));
    else if (answer)
        *status = cli_fail(EX_DATAERR, "%s", say("没有配置任何墙", "no wall is configured"));
    return cli->first_wall;
}

/* The one camera that text means, or NULL with *status. */
static char *choose_camera(Json *cameras, const char *text, int *status)
{
    gsize n = json_object_is_type(cameras, json_type_array) ? json_object_array_length(cameras) : 0;
    static const char *const keys[] = { "id", "name" };
    for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
        for (gsize i = 0; i < n; i++) {
            Json *camera = json_object_array_get_idx(cameras, i);
            g_autofree char *number =
                g_strdup_printf("%" G_GINT64_FORMAT, json_number(camera, "number"));
            if (strcmp(json_text(camera, keys[k]), text) == 0 ||
                (k == 0 && strcmp(number, text) == 0))
                return g_strdup(json_text(camera, "id"));
        }
    }
    if (n == 1)
        return g_strdup(json_text(json_object_array_get_idx(cameras, 0), "id"));
    if (n == 0) {
        *status = cli_fail(EX_DATAERR,
                           say("没有摄像机叫“%s”：可用标识、编号或名称的一部分",
                               "no camera '%s': its id, number or a part of its name is accepted"),
                           text);
        return NULL;
    }
    GString *names = g_string_new(NULL);
    for (gsize i = 0; i < MIN(n, 8); i++) {
        Json *camera = json_object_array_get_idx(cameras, i);
        g_string_append_printf(names, "%s%s (%s)", i ? ", " : "", json_text(camera, "name"),
                               json_text(camera, "id"));
    }
    g_autofree char *clean = term_clean(names->str);
    g_string_free(names, TRUE);
    *status = cli_fail(EX_DATAERR, say("“%s”不止一台：%s%s", "'%s' is more than one: %s%s"), text,
                       clean, n > 8 ? " ..." : "");
    return NULL;
}

char *cli_find_camera(Cli *cli, const char *text, int *status)
{
    g_autofree char *path = cli_path("cameras?find=%s&limit=1000", text);
    g_autoptr(Json) answer = cli_ask(cli, "GET", path, NULL, status);
    return answer ? choose_camera(json_item(answer, "cameras"), text, status) : NULL;
}

static void print_command(const CliCommand *command, guint width)
{
    g_autofree char *form = g_strdup_printf("%s %s", command->name, command->usage);
    guint columns = term_columns(form);
    printf("  %s%*s%s\n", form, (int)(columns < width ? width - columns : 2), "",
           say(command->zh, command->en));
}

static void print_options(guint mask, guint width)
{
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        if (!(options[i].option & mask))
            continue;
        g_autofree char *form = g_strdup_printf("%s %s", options[i].name, options[i].argument);
        guint columns = term_columns(form);
        printf("  %s%*s%s\n", form, (int)(columns < width ? width - columns : 2), "",
               say(options[i].zh, options[i].en));
    }
}

int cli_help(Cli *cli)
{
    const guint width = 36;
    const CliCommand *command = cli->command;
    if (command && strcmp(command->name, "help") != 0) {
        print_command(command, width);
        print_options(command->options | OPTION_GENERAL, width);
        return EX_OK;
    }
    puts(say("用法：wallctl 命令 [参数] [选项]", "usage: wallctl COMMAND [ARGUMENTS] [OPTIONS]"));
    for (guint i = 0; i < cli_n_commands; i++)
        print_command(&cli_commands[i], width);
    puts(say("\n选项：", "\noptions:"));
    print_options(~0u, width);
    puts(say("\n另外：wallctl daemon [--config 文件] 运行守护进程，wallctl --check 文件 "
             "检查配置。详见 man wallctl。",
             "\nalso: wallctl daemon [--config FILE] runs the daemon, wallctl --check FILE checks "
             "a configuration. See "
             "man wallctl."));
    return EX_OK;
}

/* Takes one option at argv[*i]; FALSE with the reason printed. */
static gboolean take_option(Cli *cli, int argc, char **argv, int *i)
{
    const char *equals = strchr(argv[*i], '=');
    gsize len = equals ? (gsize)(equals - argv[*i]) : strlen(argv[*i]);
    const char *names[G_N_ELEMENTS(options)];
    for (gsize k = 0; k < G_N_ELEMENTS(options); k++) {
        names[k] = options[k].name;
        if (strlen(options[k].name) != len || strncmp(options[k].name, argv[*i], len) != 0)
            continue;
        cli->given |= options[k].option;
        if (!options[k].value)
            return equals ? cli_fail(FALSE, say("%s 不带值", "%s takes no value"), options[k].name)
                          : TRUE;
        if (!equals && *i + 1 >= argc)
            return cli_fail(FALSE, say("%s 需要 %s", "%s needs %s"), options[k].name,
                            options[k].argument);
        *(const char **)((char *)cli + options[k].value) = equals ? equals + 1 : argv[++*i];
        return TRUE;
    }
    const char *near = nearest_name(argv[*i], names, G_N_ELEMENTS(options));
    return cli_fail(FALSE, say("不认识选项 %s%s%s", "unknown option %s%s%s"), argv[*i],
                    near ? say("，是不是 ", ": did you mean ") : "", near ? near : "");
}

/* Separates options from words; everything after "--" is a word. */
static gboolean parse(Cli *cli, int argc, char **argv, GPtrArray *words)
{
    gboolean has_options = TRUE;
    for (int i = 1; i < argc; i++) {
        if (has_options && strcmp(argv[i], "--") == 0)
            has_options = FALSE;
        else if (has_options && strcmp(argv[i], "-h") == 0)
            cli->given |= OPTION_HELP;
        else if (has_options && g_str_has_prefix(argv[i], "--")) {
            if (!take_option(cli, argc, argv, &i))
                return FALSE;
        } else
            g_ptr_array_add(words, argv[i]);
    }
    g_ptr_array_add(words, NULL);
    return TRUE;
}

/* The command that the first words name, with *n_words of them; NULL with the reason printed. */
static const CliCommand *find_command(char **words, guint *n_words)
{
    g_autofree const char **names = g_new0(const char *, cli_n_commands);
    GString *below = g_string_new(NULL);
    const CliCommand *found = NULL;
    for (guint i = 0; i < cli_n_commands && !found; i++) {
        names[i] = cli_commands[i].name;
        g_auto(GStrv) parts = g_strsplit(names[i], " ", 2);
        if (strcmp(parts[0], words[0]) != 0)
            continue;
        if (!parts[1] || g_strcmp0(parts[1], words[1]) == 0) {
            found = &cli_commands[i];
            *n_words = g_strv_length(parts);
        } else {
            g_string_append_printf(below, "%s%s", below->len ? ", " : "", parts[1]);
        }
    }
    if (!found && below->len) {
        cli_fail(0, say("%s 后面接：%s", "%s is followed by: %s"), words[0], below->str);
    } else if (!found) {
        const char *near = nearest_name(words[0], names, cli_n_commands);
        cli_fail(0,
                 say("没有命令“%s”%s%s；wallctl help 列出全部",
                     "no command '%s'%s%s; wallctl help lists all"),
                 words[0], near ? say("，是不是 ", ": did you mean ") : "", near ? near : "");
    }
    g_string_free(below, TRUE);
    return found;
}

static gboolean fits(const Cli *cli)
{
    const CliCommand *command = cli->command;
    guint foreign = cli->given & ~(command->options | OPTION_GENERAL);
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        if (foreign & options[i].option)
            return cli_fail(FALSE, say("%s 不用于 %s", "%s does not go with '%s'"), options[i].name,
                            command->name);
    }
    if (cli->n_args < command->least || cli->n_args > command->most)
        return cli_fail(FALSE, say("用法：wallctl %s %s", "usage: wallctl %s %s"), command->name,
                        command->usage);
    return TRUE;
}

static int run(Cli *cli)
{
    if (cli->command->is_local)
        return cli->command->run(cli);
    const char *given = cli->socket ? cli->socket : g_getenv("WALLCTL_SOCKET");
    g_autofree char *path = given && *given ? g_strdup(given) : paths_find_socket();
    g_autoptr(GError) error = NULL;
    cli->client = web_client_new(path, &error);
    if (!cli->client)
        return cli_fail(EX_UNAVAILABLE, "%s", say_error(error));
    int status = cli->command->run(cli);
    web_client_free(cli->client);
    g_free(cli->first_wall);
    return status;
}

int cli_main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    log_set_level(LOG_LEVEL_ERROR); /* what went wrong is in our own message */
    words_choose(NULL);
    Cli cli = { 0 };
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    if (!parse(&cli, argc, argv, words))
        return EX_USAGE;
    if (cli.lang && !words_choose(cli.lang))
        return cli_fail(EX_USAGE, "--lang: zh, en");
    if (cli_has(&cli, OPTION_VERSION)) {
        puts("wallctl " WALLCTL_VERSION);
        return EX_OK;
    }
    char **word = (char **)words->pdata;
    if (!word[0]) {
        cli_help(&cli);
        return cli_has(&cli, OPTION_HELP) ? EX_OK : EX_USAGE;
    }
    guint n_words = 0;
    cli.command = find_command(word, &n_words);
    if (!cli.command)
        return EX_USAGE;
    if (cli_has(&cli, OPTION_HELP))
        return cli_help(&cli);
    cli.args = word + n_words;
    cli.n_args = g_strv_length(cli.args);
    return fits(&cli) ? run(&cli) : EX_USAGE;
}
