#!/usr/bin/perl
# What daemon(7) asks of a SysV daemon, step by step; then the work itself.
use strict;
use warnings;
use Fcntl;
use POSIX ();

# 1. Close all files but the three standard ones.
for (glob '/proc/self/fd/*') { POSIX::close($1) if m{/(\d+)$} && $1 > 2 }
# 2. Reset all signal handlers.
for (grep { !/^(?:KILL|STOP|NUM\d+|RT.*|IOT|CLD|POLL|UNUSED)$/ } keys %SIG) { $SIG{$_} = 'DEFAULT' }
# 3. Reset the signal mask.
POSIX::sigprocmask(POSIX::SIG_SETMASK, POSIX::SigSet->new);
# 4. Clean the environment.
%ENV = (PATH => '/usr/bin:/bin');
# 5. Fork, with a pipe on which the daemon will say that it is ready.
pipe my $heard, my $said or die "pipe: $!";
if (my $first = fork // die "fork: $!") {
    close $said;
    waitpid $first, 0;
    my ($answer) = <$heard>; # to its end
    # 15. The original process exits, once the daemon is ready.
    exit(defined $answer ? 0 : 1);
}
close $heard;
# 6. Leave the terminal: a session of its own.
POSIX::setsid();
# 7. Fork again, so that no terminal can come back.
# 8. The first child exits.
POSIX::_exit(0) if fork // die "fork: $!";
# 9. Connect the standard files to /dev/null.
open STDIN, '<', '/dev/null' and open STDOUT, '>', '/dev/null' and open STDERR, '>', '/dev/null' or die;
# 10. Reset the umask.
umask 0;
# 11. Hold no directory.
chdir '/';
# 12. Write the pid file, in a way that lets only one of us run.
my $file = '/run/sysv-daemon.pid';
sysopen my $pid, $file, O_WRONLY | O_CREAT | O_EXCL, 0644 or exit 1;
print $pid "$$\n";
close $pid;
# 13. Drop privileges.
my (undef, undef, $uid, $gid) = getpwnam 'nobody';
$) = "$gid $gid";
POSIX::setgid($gid);
POSIX::setuid($uid);
# 14. Tell the original process, and begin: exec closes the pipe.
syswrite $said, "ready\n";
exec '/bin/sleep', '4321';
