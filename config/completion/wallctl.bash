# wallctl.bash - completion of the wallctl command for bash
#
# Commands and options are listed here; names of cameras, layouts, presets, tours and tiles come from the running daemon, and
# from nowhere when it does not run.

_wallctl_names() {
    local words
    words=$(timeout 2 wallctl names "$1" "${_wallctl_options[@]}" 2>/dev/null) || return
    local IFS=$'\n'
    local word
    for word in $words; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "$word")")
    done
}

_wallctl_words() {
    local found
    mapfile -t found < <(compgen -W "$1" -- "$cur")
    COMPREPLY+=("${found[@]}")
}

_wallctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local commands="status cameras layouts walls wall why show clear swap max restore window layout preset tour prepare take
        undo redo lock unlock open back alarms ack snooze forward comment cases case order revisit health diagnose sources boards whistle links linkage certificate plan account token secret audit visitor evidence retention backup snapshot reload retry watch probe connector demo names help daemon"
    local _wallctl_options=() words=() i
    COMPREPLY=()

    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --socket | --wall | --lang) _wallctl_options+=("${COMP_WORDS[i]}" "${COMP_WORDS[i+1]}"); ((i++)) ;;
            --screen | --case | --ack | --due | --n | --from | --to | --region | --revision | --user | --password-file | --seconds | --config | --page-dir | --speed | --seed | --every | --cameras) ((i++)) ;;
            --*) ;;
            *) words+=("${COMP_WORDS[i]}") ;;
        esac
    done

    case $prev in
        --wall) _wallctl_names walls; return ;;
        --lang) _wallctl_words "zh en"; return ;;
        --socket | --password-file | --config | --check | --page-dir | --cameras) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        --screen | --case | --ack | --due | --n | --from | --to | --region | --revision | --user | --seconds | --http-port | --rtsp-port | --speed | --seed | --every) return ;;
    esac

    local command=${words[0]} below=${words[1]} n=${#words[@]}
    if [[ $cur == -* ]]; then
        local options="--socket --json --lang --help --version"
        case $command in
            "") options+=" --check" ;;
            daemon) options="--config --page-dir --http-port --rtsp-port --verbose --help" ;;
            cameras) options+=" --region --offline" ;;
            wall | why | names | ticker) options+=" --wall" ;;
            show | window) options+=" --wall --revision --preview --main --sub" ;;
            layout) options+=" --wall --screen --revision --preview" ;;
            clear | swap | max | restore) options+=" --wall --revision --preview" ;;
            preset) options+=" --wall --screen --revision --preview" ;;
            tour | prepare | take | undo | redo | open | back) options+=" --wall --revision" ;;
            lock | unlock) options+=" --wall --revision --override" ;;
            snapshot) options+=" --wall --screen" ;;
            visitor) options+=" --wall --screen --password-file" ;;
            retention) options+=" --dry-run" ;;
            audit) options+=" --from --to --n --key" ;;
            plan) options+=" --case --dry-run" ;;
            evidence) options+=" --case" ;;
            backup) options+=" --config" ;;
            connector | account | token) options+=" --region" ;;
            secret) options+=" --user --password-file" ;;
            cases) options+=" --region --supervised" ;;
            order) options+=" --ack --due" ;;
            revisit) options+=" --n --seed --from --to" ;;
            demo) options+=" --speed --seed --every --cameras" ;;
            probe) options+=" --user --password-file --udp --seconds" ;;
        esac
        _wallctl_words "$options"
        return
    fi

    case $command in
        "") _wallctl_words "$commands" ;;
        revisit) ((n == 1)) && _wallctl_words "sample list done" ;;
        order) ((n == 1)) && _wallctl_words "issue list show accept done form" ;;
        ticker) ((n == 1)) && _wallctl_words off ;;
        briefing) ((n == 1)) && _wallctl_words "list make export" ;;
        account) ((n == 1)) && _wallctl_words "list add password remove" ;;
        token) ((n == 1)) && _wallctl_words "list add remove" ;;
        secret)
            if ((n == 1)); then
                _wallctl_words "list seal set remove rotate"
            elif ((n == 2)); then
                mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            fi ;;
        linkage)
            if ((n == 1)); then
                _wallctl_words "list test set remove"
            elif [[ $below == test && n -eq 2 || $below == set && n -eq 3 ]]; then
                mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            elif [[ $below == set || $below == remove ]]; then
                ((n == 2)) && _wallctl_names rules
            fi ;;
        plan)
            if ((n == 1)); then
                _wallctl_words "run"
            else
                ((n == 2)) && _wallctl_names rules
            fi ;;
        visitor) ((n == 1)) && _wallctl_words "on off pin state" ;;
        retention) ((n == 1)) && _wallctl_words "run report" ;;
        audit)
            if ((n == 1)); then
                _wallctl_words "list export verify key"
            else
                mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
            fi ;;
        evidence)
            if ((n == 1)); then
                _wallctl_words "list clip picture verify export original public hold release delete certificate"
            elif [[ $below == clip || $below == picture ]]; then
                ((n == 2)) && _wallctl_names cameras
            elif [[ $below == public ]]; then
                ((n == 3)) && _wallctl_words "reduce blur"
            elif [[ $below == export || $below == original || $below == certificate ]]; then
                ((n == 3)) && mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            fi ;;
        backup)
            if ((n == 1)); then
                _wallctl_words "check restore"
            fi
            mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur") ;;
        whistle) ((n == 1)) && _wallctl_words "list raise ack arrive end" ;;
        open)
            if ((n == 1)); then
                _wallctl_words "case: whistle:"
                _wallctl_names presets
            fi ;;
        demo) ((n == 1)) && _wallctl_words "first-minute hongta shanwei dali xiaogan zhijiang shishou echeng xianan fengshan" ;;
        connector)
            if ((n == 1)); then
                _wallctl_words "try"
            else
                mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            fi ;;
        window)
            if ((n == 1)); then
                _wallctl_words "open move raise close"
            elif [[ $below == open ]]; then
                ((n == 6)) && _wallctl_names cameras
            else
                ((n == 2)) && _wallctl_names tiles
            fi ;;
        preset)
            if ((n == 1)); then
                _wallctl_words "list save recall rename delete"
            elif [[ $below != list ]]; then
                ((n == 2)) && _wallctl_names presets
            fi ;;
        tour)
            if ((n == 1)); then
                _wallctl_words "list start stop pause resume step"
            elif [[ $below != list ]]; then
                ((n == 2)) && _wallctl_names tours
            fi ;;
        show) if ((n == 1)); then _wallctl_names tiles; elif ((n == 2)); then _wallctl_names cameras; fi ;;
        clear)
            if ((n == 1)); then
                _wallctl_words all
                _wallctl_names tiles
            fi ;;
        swap) ((n <= 2)) && _wallctl_names tiles ;;
        max | why) ((n == 1)) && _wallctl_names tiles ;;
        layout) ((n == 1)) && _wallctl_names layouts ;;
        cameras | retry) ((n == 1)) && _wallctl_names cameras ;;
        names) ((n == 1)) && _wallctl_words "cameras layouts walls tours presets tiles" ;;
        prepare) ((n == 1)) && _wallctl_words off ;;
        snapshot) ((n == 1)) && mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    esac
}

complete -F _wallctl wallctl
