/** The environment of whatever is typed or run in a machine: the same everywhere, nothing of the runner's own. */
export function cleanEnvironment(user: string, home: string): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    USER: user,
    LOGNAME: user,
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    TERM: 'dumb',
    COLUMNS: '160',
    SYSTEMD_COLORS: '0',
    // 247 colours its log even on a pipe without this one.
    SYSTEMD_LOG_COLOR: '0',
    SYSTEMD_URLIFY: '0',
    SYSTEMD_PAGER: 'cat',
    PAGER: 'cat',
    NO_COLOR: '1',
    DEBIAN_FRONTEND: 'noninteractive',
  };
}
