# exiftool.pl INPUT OUTPUT: exiftool's JSON for the file, without what it says about our own folder.
use strict;
use warnings;
use JSON::PP;

my ($input, $output) = @ARGV;
my $most = 8 << 20;
my $json = JSON::PP->new->utf8->canonical;

sub answer { print $json->encode({@_}), "\n"; exit }

# A list, so no shell reads it. -config '' must come first: a configuration file is Perl. The path is ours and absolute, so it is no option,
# and it is an argument, never a line of -@.
open(my $tags, '-|', 'exiftool', '-config', '', '-fast', '-api', 'LargeFileSupport=1', '-j', '-G1', '-n', '-struct', '--System:all', $input)
    or die "exiftool: $!\n";
read($tags, my $said, $most + 1);
answer(status => 'FAILED', reason => 'TOO_LARGE', detail => "more than $most bytes of tags") if length($said) > $most;
close($tags);
kill($? & 127, $$) if $? & 127;

my $found = eval { $json->decode($said)->[0] } or die "exiftool ended with " . ($? >> 8) . " and no JSON\n";
delete $found->{SourceFile};
my $error = $found->{'ExifTool:Error'};
if (defined $error) {
    answer(status => 'UNSUPPORTED_TYPE', detail => $error) if $error =~ /unknown file type|file type not supported|empty|binary zeros/i;
    answer(status => 'FAILED', reason => 'CORRUPT', detail => $error);
}
open(my $file, '>', "$output/metadata.json") or die "metadata.json: $!\n";
print $file $json->encode($found);
close($file) or die "metadata.json: $!\n";
answer(status => 'OK', mediaType => $found->{'File:MIMEType'});
