/* cli_seal.c - the file of camera passwords and tokens: seal it, change what is in it, change its key; needs no daemon */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include "config/credential_file.h"
#include "wallctl/base/error.h"

#include <stdio.h>
#include <sysexits.h>

static int refuse(const GError *error)
{
    int status = g_error_matches(error, WALL_ERROR, WALL_ERROR_NOT_FOUND) ? EX_NOINPUT
                 : g_error_matches(error, WALL_ERROR, WALL_ERROR_INVALID) ? EX_DATAERR
                                                                          : EX_CANTCREAT;
    return cli_fail(status, "%s", say_error(error));
}

static void print_names(Json *info, const char *key, const char *heading)
{
    Json *names = json_item(info, key);
    for (gsize i = 0; i < json_object_array_length(names); i++) {
        g_autofree char *name =
            term_clean(json_object_get_string(json_object_array_get_idx(names, i)));
        printf("  %s  %s\n", heading, name);
    }
}

int cli_secret_list(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) info = credential_file_look(cli->args[0], &error);
    if (!info)
        return refuse(error);
    if (cli_has(cli, OPTION_JSON)) {
        print_json(info);
        return EX_OK;
    }
    gboolean is_sealed = *json_text(info, "key") != 0;
    printf(is_sealed ? say("%s：已密封，密钥 %s（%s）\n", "%s: sealed, key %s (%s)\n")
                     : say("%s：没有密封，密码就这样放在里面%s%s\n",
                           "%s: not sealed, passwords lie in it as they are%s%s\n"),
           cli->args[0], json_text(info, "key"), json_text(info, "key_file"));
    print_names(info, "names", say("账号密码", "account"));
    print_names(info, "tokens", say("令牌　　", "token  "));
    return EX_OK;
}

int cli_secret_seal(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    gboolean was_plain;
    if (!credential_file_seal(cli->args[0], &was_plain, &error))
        return refuse(error);
    printf(was_plain ? say("%s：已密封；密钥文件另行备份，不要和它放在一起\n",
                           "%s: sealed; keep a copy of its key apart from copies of it\n")
                     : say("%s：早已密封，没有改动\n", "%s: was sealed, nothing is changed\n"),
           cli->args[0]);
    return EX_OK;
}

int cli_secret_rotate(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    gboolean was_systemd;
    if (!credential_file_rotate(cli->args[0], &was_systemd, &error))
        return refuse(error);
    printf(say("%s：已换新密钥 %s.key，旧密钥作废\n",
               "%s: has a new key now, %s.key; the old one is of no use\n"),
           cli->args[0], cli->args[0]);
    if (was_systemd)
        puts(say("原来的密钥由 systemd 提供：请把新密钥交给 systemd-creds，再删除这个文件",
                 "systemd gave the old key: give it the new one (systemd-creds), then delete that "
                 "file"));
    return EX_OK;
}

int cli_secret_set(Cli *cli)
{
    int status;
    g_autoptr(GError) error = NULL;
    g_autoptr(Secret) secret = cli_secret(cli, say("密码：", "Password: "), &status);
    gboolean was_there;
    if (!secret)
        return status;
    if (!credential_file_put(cli->args[0], cli->args[1], cli->user, secret, &was_there, &error))
        return refuse(error);
    printf(was_there ? say("“%s”已更换；执行 wallctl reload 后生效\n",
                           "'%s' is replaced; it takes effect with: wallctl reload\n")
                     : say("“%s”已加入；执行 wallctl reload 后生效\n",
                           "'%s' is added; it takes effect with: wallctl reload\n"),
           cli->args[1]);
    return EX_OK;
}

int cli_secret_remove(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    if (!credential_file_remove(cli->args[0], cli->args[1], &error))
        return refuse(error);
    printf(say("“%s”已删除；执行 wallctl reload 后生效\n",
               "'%s' is removed; it takes effect with: wallctl reload\n"),
           cli->args[1]);
    return EX_OK;
}
