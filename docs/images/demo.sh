# demo.sh - read by the scripts that take pictures: the demo of a build that is there (./start --build-only), on ports and in a
# folder of its own, of which nothing is left behind
build=${BUILD:-build} clips=${XDG_CACHE_HOME:-~/.cache}/wallctl/clips
wallctl=$build/wallctl/wallctl
dir=$(mktemp -d)
camera_port=18555 http_port=18080
export STATE_DIRECTORY=$dir RUNTIME_DIRECTORY=$dir WALLCTL_SOCKET=$dir/wallctl.sock DISPLAY='' WAYLAND_DISPLAY=''
export CONSOLE=$PWD/web/console

started=()
# shellcheck disable=SC2317 # called by the trap
cleanup() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    wait
    rm -rf "$dir"
}
trap cleanup EXIT

token() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

start_demo() {
    cp config/*.csv "$dir"
    echo '{}' >"$dir/masks.json"
    mkdir -m 0700 "$dir/evidence"
    sed "s#127\.0\.0\.1:8555/#127.0.0.1:$camera_port/#g" config/wallctl.json >"$dir/wallctl.json"
    umask 077
    {
        echo "{"
        for name in yunzongzhi public hotline grid; do echo "\"$name\": { \"token\": \"$(token)\" },"; done
        echo "\"centre\": { \"token\": \"$(token)\" } }"
    } >"$dir/credentials.json"
    "$build"/tests/support/camera-sim --scenes --port $camera_port --cache "$clips" --control "$dir/cameras.sock" \
        --die-with-parent >"$dir/cameras.log" 2>&1 &
    started+=($!)
    until grep -q serving "$dir/cameras.log"; do sleep 0.2; done
    "$wallctl" daemon --config "$dir/wallctl.json" --http-port $http_port --rtsp-port 18554 >"$dir/log" 2>&1 &
    started+=($!)
    until "$wallctl" status >/dev/null 2>&1; do sleep 0.2; done
    "$wallctl" demo hongta
    "$wallctl" tour start district >/dev/null || true # in the night another tour has one of its tiles
    until [ "$("$wallctl" status --json | grep -oE '"on_glass":[0-9]+' | head -n1 | cut -d: -f2)" -gt 0 ]; do sleep 0.2; done
}

# A new account; says its one-time password.
account() { # ACCOUNT NAME UNIT ROLE
    "$wallctl" account add "$@" | tail -n1 | grep -oE '[^ ]+$'
}
