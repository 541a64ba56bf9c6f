# ocr.pl INPUT OUTPUT LANGUAGE: text.txt by tesseract, if the picture's header says that it is small enough.
#
# What is no picture never reaches tesseract: it takes any other file for a list of files and addresses, and reads those.
use strict;
use warnings;

my ($input, $output, $language) = @ARGV;
my $most_pixels = 100_000_000;
my $most_pages = 200;

sub answer {
    my ($status, $reason, $detail) = @_;
    $detail =~ tr/A-Za-z0-9 .,:()\/_-//cd;
    print "{\"status\":\"$status\",\"reason\":\"$reason\",\"detail\":\"" . substr($detail, 0, 300) . "\"}\n";
    exit;
}

sub at {
    my ($file, $offset, $length) = @_;
    seek($file, $offset, 0);
    return '' unless (read($file, my $bytes, $length) // 0) == $length;
    return $bytes;
}

# Marker by marker to the one that has the size.
sub jpeg {
    my ($file) = @_;
    my $offset = 2;
    while ((my $segment = at($file, $offset, 4)) ne '') {
        my ($ff, $marker, $length) = unpack('C C n', $segment);
        return () if $ff != 0xff || $length < 2;
        return reverse unpack('n n', at($file, $offset + 5, 4)) if $marker >= 0xc0 && $marker <= 0xcf && $marker !~ /^(196|200|204)$/;
        $offset += 2 + $length;
    }
    return ();
}

# The largest of all pages.
sub tiff {
    my ($file, $short, $long) = @_;
    my ($width, $height, $pages) = (0, 0, 0);
    my $offset = unpack($long, at($file, 4, 4));
    while ($offset && $pages++ < $most_pages) {
        my $count = unpack($short, at($file, $offset, 2)) // return ();
        my $entries = at($file, $offset + 2, 12 * $count + 4);
        return () if $entries eq '';
        for my $n (0 .. $count - 1) {
            my ($tag, $type) = unpack("$short $short", substr($entries, 12 * $n, 4));
            my $value = unpack($type == 3 ? $short : $long, substr($entries, 12 * $n + 8, 4));
            $width = $value if $tag == 256 && $value > $width;
            $height = $value if $tag == 257 && $value > $height;
        }
        $offset = unpack($long, substr($entries, -4));
    }
    return $offset ? () : ($width, $height);
}

sub webp {
    my ($head) = @_;
    my $kind = substr($head, 12, 4);
    return map { 1 + unpack('V', "$_\0") } unpack('x24 a3 a3', $head) if $kind eq 'VP8X';
    return map { $_ & 0x3fff } unpack('x26 v v', $head) if $kind eq 'VP8 ';
    my $bits = unpack('x21 V', $head);
    return (1 + ($bits & 0x3fff), 1 + ($bits >> 14 & 0x3fff));
}

# Width and height as the header says them, nothing if it is no picture.
sub size_of {
    my ($file) = @_;
    my $head = at($file, 0, 30);
    return unpack('x16 N N', $head) if $head =~ /^\x89PNG\r\n\x1a\n/;
    return jpeg($file) if $head =~ /^\xff\xd8\xff/;
    return unpack('x6 v v', $head) if $head =~ /^GIF8[79]a/;
    return map { abs } unpack('x18 l< l<', $head) if $head =~ /^BM/;
    return tiff($file, 'v', 'V') if $head =~ /^II\x2a\0/;
    return tiff($file, 'n', 'N') if $head =~ /^MM\0\x2a/;
    return webp($head) if $head =~ /^RIFF.{4}WEBPVP8/s;
    return ();
}

open(my $file, '<:raw', $input) or die "$input: $!\n";
my ($width, $height) = size_of($file);
close($file);
answer('UNSUPPORTED_TYPE', 'EXTRACTOR_ERROR', 'no picture whose header tells its size') unless $width && $height;
answer('FAILED', 'TOO_LARGE', "$width x $height pixels, at most $most_pixels") if $width * $height > $most_pixels;

$ENV{OMP_THREAD_LIMIT} = 1;
open(my $stderr, '>&', \*STDERR) or die "stderr: $!\n";
open(STDERR, '>', 'errors') or die "errors: $!\n";
my $status = system('tesseract', $input, "$output/text", '-l', $language);
open(STDERR, '>&', $stderr);
kill($status & 127, $$) if $status & 127;
open(my $errors, '<', 'errors') or die "errors: $!\n";
my @words = <$errors>;
if ($status != 0) {
    my $why = $words[-1] // 'tesseract ended with ' . ($status >> 8);
    answer('FAILED', 'TOO_LARGE', 'more memory than tesseract may have') if "@words" =~ /bad_alloc|malloc|memory|pixdata/i;
    answer('FAILED', 'CORRUPT', $why) if "@words" =~ /pixRead|image file|libpng|jpeg|tiff/i;
    die "@words\n";
}
open(my $text, '<', "$output/text.txt") or die "text.txt: $!\n";
if (grep { /\S/ } <$text>) {
    print "{\"status\":\"OK\",\"metadata\":{\"ocrLanguage\":\"$language\"}}\n";
} else {
    unlink("$output/text.txt");
    answer('EMPTY', 'EXTRACTOR_ERROR', 'no text in the picture');
}
