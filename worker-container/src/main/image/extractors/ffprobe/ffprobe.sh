# ffprobe.sh INPUT OUTPUT INPUT-OPTION...: what ffprobe says of the file, as metadata.json. The prefix file: keeps any name from being an address.
input=file:$1 output=$2
shift 2

answer() { printf '{"status":"%s","reason":"%s","detail":"%s"}\n' "$1" "$2" "$(printf %s "$3" | tr -cd 'A-Za-z0-9 .,:()/_-' | cut -c 1-300)"; }

ffprobe -v error -hide_banner "$@" -probesize 50M -analyzeduration 10M -of json=compact=1 \
  -show_entries program_version=version:format=format_name,format_long_name,start_time,duration,size,bit_rate,probe_score:format_tags:stream:stream_tags:stream_disposition:chapter:chapter_tags \
  -i "$input" > "$output/metadata.json" 2> errors
status=$?
[ $status -lt 128 ] || exit $status # a signal: the agent tells a crash by it
# It ends with 0 for much that it could not read.
if [ $status = 0 ] && grep -q '"codec_type"' "$output/metadata.json"; then
  echo '{"status":"OK"}'
  exit
fi
rm -f "$output/metadata.json"
# A reader that took the file for its own begins its line with its name; without one nobody did.
why=$(grep -m 1 '^\[' errors | sed 's/ @ [^]]*\]/]/')
case $(cat errors) in
  *'not on whitelist'*) answer UNSUPPORTED_TYPE EXTRACTOR_ERROR 'a format that is not read here' ;;
  *'Cannot allocate memory'*) answer FAILED TOO_LARGE 'more memory than ffprobe may have' ;;
  *) if [ -n "$why" ]; then answer FAILED CORRUPT "$why"; else answer UNSUPPORTED_TYPE EXTRACTOR_ERROR 'no format that ffprobe knows'; fi ;;
esac
