# Listens on a unix datagram socket and an abstract stream socket, which Java has not, and says what arrives, a word a line.
use strict;
use warnings;
use Socket qw(AF_UNIX SOCK_DGRAM SOCK_STREAM pack_sockaddr_un);

my ($path, $name) = @ARGV;
$| = 1;
socket(my $datagrams, AF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($datagrams, pack_sockaddr_un($path)) or die $!;
chmod 0777, $path;
socket(my $streams, AF_UNIX, SOCK_STREAM, 0) or die $!;
bind($streams, pack_sockaddr_un("\0$name")) or die $!;
listen($streams, 5) or die $!;
print "ready\n";
while (1) {
    my $ready = '';
    vec($ready, fileno($_), 1) = 1 for $datagrams, $streams;
    vec($ready, fileno(STDIN), 1) = 1; # closed when the test ends
    select($ready, undef, undef, undef);
    exit if vec($ready, fileno(STDIN), 1);
    if (vec($ready, fileno($datagrams), 1)) { recv($datagrams, my $words, 100, 0); print "datagram\n" }
    if (vec($ready, fileno($streams), 1)) { accept(my $client, $streams); sysread($client, my $words, 100); print "abstract\n" }
}
