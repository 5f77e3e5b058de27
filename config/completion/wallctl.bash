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
        undo redo lock unlock snapshot reload retry watch probe names help daemon"
    local _wallctl_options=() words=() i
    COMPREPLY=()

    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --socket | --wall | --lang) _wallctl_options+=("${COMP_WORDS[i]}" "${COMP_WORDS[i+1]}"); ((i++)) ;;
            --screen | --region | --revision | --user | --password-file | --seconds | --config | --page-dir) ((i++)) ;;
            --*) ;;
            *) words+=("${COMP_WORDS[i]}") ;;
        esac
    done

    case $prev in
        --wall) _wallctl_names walls; return ;;
        --lang) _wallctl_words "zh en"; return ;;
        --socket | --password-file | --config | --check | --page-dir) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
        --screen | --region | --revision | --user | --seconds | --http-port | --rtsp-port) return ;;
    esac

    local command=${words[0]} below=${words[1]} n=${#words[@]}
    if [[ $cur == -* ]]; then
        local options="--socket --json --lang --help --version"
        case $command in
            "") options+=" --check" ;;
            daemon) options="--config --page-dir --http-port --rtsp-port --verbose --help" ;;
            cameras) options+=" --region --offline" ;;
            wall | why | names) options+=" --wall" ;;
            show | window) options+=" --wall --revision --preview --main --sub" ;;
            layout) options+=" --wall --screen --revision --preview" ;;
            clear | swap | max | restore) options+=" --wall --revision --preview" ;;
            preset) options+=" --wall --screen --revision --preview" ;;
            tour | prepare | take | undo | redo | lock) options+=" --wall --revision" ;;
            unlock) options+=" --wall --revision --override" ;;
            snapshot) options+=" --wall --screen" ;;
            probe) options+=" --user --password-file --udp --seconds" ;;
        esac
        _wallctl_words "$options"
        return
    fi

    case $command in
        "") _wallctl_words "$commands" ;;
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
