# frames.sh INPUT OUTPUT INPUT-OPTION...: pictures at a tenth of the film and each quarter further on, at most 640 pixels wide.
input=file:$1 output=$2
shift 2

answer() { printf '{"status":"%s","reason":"%s","detail":"%s"}\n' "$1" "$2" "$(printf %s "$3" | tr -cd 'A-Za-z0-9 .,:()/_-' | cut -c 1-300)"; }

# V is moving pictures without the covers of records.
ffprobe -v error -hide_banner "$@" -probesize 50M -analyzeduration 10M -select_streams V:0 -show_entries stream=codec_type:format=duration \
  -of default=noprint_wrappers=1 -i "$input" > film 2> errors
status=$?
[ $status -lt 128 ] || exit $status
if ! grep -q '^codec_type=video' film; then
  answer UNSUPPORTED_TYPE EXTRACTOR_ERROR 'no moving pictures that ffmpeg reads here'
  exit
fi
mkdir "$output/artifacts"
frames=
n=0
for seconds in $(awk -F= '$1 == "duration" { d = $2 + 0 }
    END { if (d <= 0) print 0; else for (n = 0; n < 4; n++) printf "%.3f\n", d * (0.1 + 0.25 * n) }' film); do
  n=$((n + 1))
  ffmpeg -nostdin -hide_banner -v error -max_alloc 536870912 -filter_threads 1 "$@" -threads 1 -max_pixels 100000000 -ss "$seconds" -i "$input" \
    -map 0:V:0 -frames:v 1 -vf "scale='min(640,iw)':-2" -q:v 4 -threads 1 -f image2 -update 1 "file:$output/artifacts/frame-$n.jpg" 2>> errors
  status=$?
  [ $status -lt 128 ] || exit $status
  if [ -s "$output/artifacts/frame-$n.jpg" ]; then
    frames="$frames${frames:+,}{\"name\":\"frame-$n.jpg\",\"seconds\":$seconds}"
  fi
  echo "{\"progress\":$n}"
done
if [ -n "$frames" ]; then
  echo "{\"frames\":[$frames]}" > "$output/metadata.json"
  echo '{"status":"OK"}'
  exit
fi
why=$(grep -m 1 '^\[' errors | sed 's/ @ [^]]*\]/]/')
case $(cat errors) in
  *'size '*' is invalid'* | *'Invalid image size'* | *'Cannot allocate memory'*) answer FAILED TOO_LARGE "$why" ;;
  *) answer FAILED CORRUPT "${why:-no picture could be decoded}" ;;
esac
