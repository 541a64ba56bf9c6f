# What an exploited parser would try. Standard Perl of any Debian. The same program run outside the sandbox is each attack's twin.
use strict;
use warnings;
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
        open(my $file, '>', $path) or return "unwritten: $!";
        print $file "#!/bin/sh\nexit 0\n";
        close($file);
        chmod 0755, $path;
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
    shut => sub { mkdir "$_[2]/artifacts"; chmod 0, "$_[2]/artifacts"; chmod 0, $_[2]; return "shut" },
);

while (my $request = <STDIN>) {
    my ($input) = $request =~ /"input":"([^"]*)"/;
    my ($output) = $request =~ /"output":"([^"]*)"/;
    open(my $file, '<', $input) or die "$input: $!";
    my ($attack, $aim) = split / /, <$file> // '', 2;
    my $got = $attacks{$attack}->($aim // '', $input, $output);
    print "{\"status\":\"OK\",\"metadata\":{\"got\":\"$got\"}}\n";
}
