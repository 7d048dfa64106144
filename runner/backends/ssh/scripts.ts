/**
 * What runs on the other computer: bash alone, and files in one private directory there.
 *
 * The keeper has the connection's first channel. It answers questions, and when that channel ends, however it ends,
 * it ends all that the job has started there and removes the directory. Each shell has a channel for its lines and
 * answers, and each session one for its output: sshd hands down socket pairs, and a step wants real pipes.
 */

/** Puts what calls it where the keeper finds it: by its session, and by a cgroup of its own where that can be had. */
const join = `
read -r stat </proc/self/stat
rest=\${stat##*") "}; fields=($rest)
sid=\${fields[3]}
echo "$sid" >>"$dir/sids"
echo "$$" >>"$dir/own"
if [[ -s $dir/group ]]; then echo 0 >"$(<"$dir/group")/cgroup.procs"; fi 2>/dev/null
`;

const system = `
os=; [[ -e /etc/os-release ]] && os=$(. /etc/os-release; echo "$ID $VERSION_ID")
kind=none; v2=
[[ -e /sys/fs/cgroup/cgroup.controllers ]] && kind=v2 v2=/sys/fs/cgroup
[[ -d /sys/fs/cgroup/systemd || -d /sys/fs/cgroup/memory ]] && kind=v1
[[ -e /sys/fs/cgroup/unified/cgroup.procs ]] && kind=hybrid v2=/sys/fs/cgroup/unified
if [[ $UID = 0 && -n $v2 ]] && mkdir "$v2/\${dir##*/}"; then echo "$v2/\${dir##*/}" >"$dir/group"; fi
read -r now _ </proc/uptime
tell() { printf '%s %s\\0' "$1" "$2"; }
tell "$mark" ready
tell dir "$dir"; tell home "$HOME"; tell user "$(id -un)"; tell uid "$UID"
tell systemd "$(systemctl --version 2>/dev/null | head -n 1)"
tell os "$os"; tell kernel "$(uname -r)"; tell arch "$(uname -m)"; tell cgroup "$kind"
tell booted "$([[ -d /run/systemd/system ]] && echo yes)"
tell now "$(date +%s%3N)"
tell end ""
`;

/** Reads lines `ID VERB WORDS`; answers each by `ID TEXT NUL`. A minute of silence is a connection that is gone. */
export const keeper = `
umask 077; mark=$1
trap '' HUP INT TERM QUIT PIPE
dir=$(mktemp -d "\${TMPDIR:-/tmp}/rootlab-XXXXXXXX") || exit
exec 2>/dev/null
shopt -s nullglob
table() {
  for stat in /proc/[0-9]*/stat; do
    text=; read -r text <"$stat"
    rest=\${text##*") "}; fields=($rest)
    [[ -z $fields || $fields = [ZX] ]] || printf '%s %s %s %s\\n' "\${text%% *}" "\${fields[1]}" "\${fields[3]}" "\${fields[19]}"
  done
}
members() {
  [[ -s $dir/group ]] && find "$(<"$dir/group")" -name cgroup.procs -exec cat {} +
  local sids=" $(tr '\\n' ' ' <"$dir/sids")"
  table | while read -r pid _ sid _; do [[ $sids = *" $sid "* ]] && echo "$pid"; done
}
finish() {
  for try in 1 2 3 4 5 6 7 8 9 10; do
    pids=$(members)
    [[ -z $pids ]] && break
    kill -KILL $pids
    sleep 0.05
  done
  if [[ -s $dir/group ]]; then find "$(<"$dir/group")" -depth -type d -exec rmdir {} +; fi
  rm -rf -- "$dir"
}
trap finish EXIT
: >"$dir/sids" >"$dir/own"
${system}
while IFS= read -r -t 60 line; do
  set -f; words=($line); set +f
  id=\${words[0]} answer=
  case \${words[1]} in
    desk) for name in out err; do mkfifo -m 666 "$dir/\${words[2]}.$name"; done
      for name in input step; do : >"$dir/\${words[2]}.$name"; chmod 666 "$dir/\${words[2]}.$name"; done ;;
    list) answer=$(table) ;;
    kill) kill -s "\${words[2]}" "\${words[@]:3}" ;;
    idle) [[ /proc/\${words[3]}/fd/0 -ef $dir/\${words[2]}.control ]] && answer=yes ;;
    end) last=$(<"$dir/\${words[2]}.sid")
      kill -KILL $(table | while read -r pid _ sid _; do [[ $sid = "$last" ]] && echo "$pid"; done) ;;
  esac
  printf '%s %s\\0' "$id" "$answer"
done
`;

/** The output of a session, for all of its shells: `DIR NAME MARK`. Opened for both ways a FIFO never ends. */
export const output = `
dir=$1; name=$2
${join}
echo "$sid" >"$dir/$name.sid"
printf '\\0%s' "$3"; printf '\\0%s' "$3" >&2
cat <>"$dir/$name.err" >&2 &
echo $! >>"$dir/own"
exec cat <>"$dir/$name.out"
`;

/**
 * One shell: `DIR NAME WORDS…`; its first line of input is a token that marks its answers, and one that marks its end
 * on all of its channels: neither is anywhere that a step could read it.
 */
export const shell = `
dir=$1; name=$2; shift 2
${join}
read -r token mark
control=$dir/$name.control
rm -f "$control"; mkfifo -m 600 "$control"
cat <&0 >"$control" &
feeder=$!
echo $feeder >>"$dir/own"
(
  echo "$BASHPID" >>"$dir/own"
  printf '\\0%s %s\\0%s\\0' "$token" '-1 begin' "$sid $$ $feeder $BASHPID"
  unset token mark
  exec "$@"
) <"$control" 234>"$dir/$name.out" 235>"$dir/$name.err" 236<>"$dir/$name.input" 237<>"$dir/$name.step"
status=$?
printf '\\0%s' "$mark" >"$dir/$name.out"
printf '\\0%s' "$mark" >"$dir/$name.err"
printf '\\0%s %s\\0%s\\0' "$token" '-1 end' "$status"
kill "$feeder"
exit "$status"
`;

/** A program beside the sessions: `DIR ID WORDS…`. */
export const program = `
dir=$1; id=$2; shift 2
${join}
echo "$sid" >"$dir/$id.sid"
cd /
exec "$@"
`;
