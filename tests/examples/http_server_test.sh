#!/bin/bash
# Drives the HTTP example with curl, raw requests and, where there is one, wrk. Usage: http_server_test.sh PATH_OF_HTTP_SERVER
set -u
server=$1
tmp=$(mktemp -d)
fails=0

"$server" -addr 127.0.0.1:0 >"$tmp/log" &
pid=$!
trap 'kill $pid 2>/dev/null; rm -rf "$tmp"' EXIT
for _ in $(seq 600); do grep -q listening "$tmp/log" && break; sleep 0.05; done
port=$(sed 's/.*://' "$tmp/log")
url=http://127.0.0.1:$port

check() {  # name expected actual
  if [ "$2" == "$3" ]; then
    echo "ok   $1"
  else
    echo "FAIL $1: expected '$2', got '$3'"
    fails=$((fails + 1))
  fi
}

# raw sends its argument (printf escapes) and prints everything that comes back until the server closes.
raw() {
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  (trap '' PIPE; printf "$1" >&3) 2>/dev/null  # a server that refuses may have closed before the last byte
  timeout 30 cat <&3
  exec 3>&- 3<&-
}

check get "Hello from gort" "$(curl -s $url/)"
check chunked_answer "Hello from gort" "$(curl -s $url/chunked)"
check keep_alive 1 "$(curl -sv $url/ $url/chunked 2>&1 | grep -c 'Re-using existing connection')"
check http10 "Hello from gort" "$(curl -s --http1.0 $url/)"
check head 0 "$(curl -sI $url/ | grep -c Hello)"
check not_found 404 "$(curl -s -o /dev/null -w '%{http_code}' $url/nope)"
check method 405 "$(curl -s -o /dev/null -w '%{http_code}' -X DELETE $url/)"

seq 1 200000 >"$tmp/big"
check echo_length "$(md5sum <"$tmp/big")" "$(curl -s --data-binary @"$tmp/big" $url/echo | md5sum)"
check echo_chunked "$(md5sum <"$tmp/big")" "$(curl -s -H 'Transfer-Encoding: chunked' --data-binary @"$tmp/big" $url/echo | md5sum)"
check expect_continue "$(md5sum <"$tmp/big")" "$(curl -s -H 'Expect: 100-continue' --data-binary @"$tmp/big" $url/echo | md5sum)"

req='GET / HTTP/1.1\r\nHost: x\r\n\r\n'
last='GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
check pipelining 5 "$(raw "$req$req$req$req$last" | grep -c '200 OK')"
check pipelined_bodies "abc/xy/Hello from gort" "$(raw "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcPOST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n1;ext=1\r\ny\r\n0\r\nT: v\r\n\r\n$last" |
  tr -d '\r' | grep -oE '^(abc|xy|Hello from gort)' | paste -sd/)"
check bad_request 400 "$(raw 'junk\r\n\r\n' | head -1 | cut -d' ' -f2)"
check bad_version 505 "$(raw 'GET / HTTP/3.0\r\nHost: x\r\n\r\n' | head -1 | cut -d' ' -f2)"
check no_host 400 "$(raw 'GET / HTTP/1.1\r\n\r\n' | head -1 | cut -d' ' -f2)"
check two_lengths 400 "$(raw 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' | head -1 | cut -d' ' -f2)"
check huge_header 431 "$(raw "GET / HTTP/1.1\r\nHost: x\r\nX: $(head -c 20000 /dev/zero | tr '\0' a)\r\n\r\n" | head -1 | cut -d' ' -f2)"

if command -v wrk >/dev/null; then
  cat >"$tmp/pipeline.lua" <<'LUA'
init = function(args)
  local r = {}
  for i = 1, 16 do r[i] = wrk.format("GET", "/") end
  req = table.concat(r)
end
request = function() return req end
LUA
  # What wrk says went wrong, and what it says when it has made requests, for which a busy machine may need more time.
  report() {
    local said
    for _ in $(seq 10); do
      said=$(wrk --timeout 30s "$@" | grep -oE 'Socket errors.*|Non-2xx.*|[1-9][0-9]* requests in' | sed 's/^[0-9]* //' | paste -sd,)
      [ -n "$said" ] && break
    done
    echo "$said"
  }
  check wrk_no_errors "requests in" "$(report -t1 -c100 -d1 $url/)"
  check wrk_pipelining_no_errors "requests in" "$(report -t1 -c32 -d1 -s "$tmp/pipeline.lua" $url/)"
fi

# Connections that went away have left no goroutine behind.
for _ in $(seq 300); do [ "$(curl -s $url/goroutines)" == 2 ] && break; sleep 0.1; done
check goroutines 2 "$(curl -s $url/goroutines)"
check quit "bye" "$(curl -s $url/quit)"
wait $pid
check exit_status 0 $?
exit $((fails > 0))
